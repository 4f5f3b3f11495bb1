/* SPDX-License-Identifier: MIT */
/* What NtWaitForDebugEvent() gives, and the numbers of debug objects. */
#ifndef NTDBG_NT_DBGUI_H
#define NTDBG_NT_DBGUI_H

#include <ntdbg/nt/dbgkm.h>

typedef enum _DBG_STATE NTDBG_ENUM_32 {
    DbgIdle = 0,
    DbgReplyPending = 1,
    DbgCreateThreadStateChange = 2,
    DbgCreateProcessStateChange = 3,
    DbgExitThreadStateChange = 4,
    DbgExitProcessStateChange = 5,
    DbgExceptionStateChange = 6,
    DbgBreakpointStateChange = 7,
    DbgSingleStepStateChange = 8,
    DbgLoadDllStateChange = 9,
    DbgUnloadDllStateChange = 10,
} DBG_STATE,
    *PDBG_STATE;

typedef struct _DBGUI_CREATE_THREAD {
    HANDLE HandleToThread;
    DBGKM_CREATE_THREAD NewThread;
} DBGUI_CREATE_THREAD, *PDBGUI_CREATE_THREAD;

typedef struct _DBGUI_CREATE_PROCESS {
    HANDLE HandleToProcess;
    HANDLE HandleToThread;
    DBGKM_CREATE_PROCESS NewProcess;
} DBGUI_CREATE_PROCESS, *PDBGUI_CREATE_PROCESS;

typedef struct _DBGUI_WAIT_STATE_CHANGE {
    DBG_STATE NewState;
    CLIENT_ID AppClientId;
    union {
        DBGKM_EXCEPTION Exception; /* of the three states that are exceptions */
        DBGUI_CREATE_THREAD CreateThread;
        DBGUI_CREATE_PROCESS CreateProcessInfo;
        DBGKM_EXIT_THREAD ExitThread;
        DBGKM_EXIT_PROCESS ExitProcess;
        DBGKM_LOAD_DLL LoadDll;
        DBGKM_UNLOAD_DLL UnloadDll;
    } StateInfo;
} DBGUI_WAIT_STATE_CHANGE, *PDBGUI_WAIT_STATE_CHANGE;

#define DEBUG_KILL_ON_CLOSE 0x1u /* NtCreateDebugObject() and the class below */

typedef enum _DEBUGOBJECTINFOCLASS NTDBG_ENUM_32 {
    DebugObjectUnusedInformation = 0,
    DebugObjectKillProcessOnExitInformation = 1, /* ULONG: 0 or DEBUG_KILL_ON_CLOSE */
} DEBUGOBJECTINFOCLASS,
    *PDEBUGOBJECTINFOCLASS;

/* clang-format off */
static_assert(sizeof(DBGUI_CREATE_THREAD) == 0x18, "DBGUI_CREATE_THREAD");
static_assert(sizeof(DBGUI_CREATE_PROCESS) == 0x40, "DBGUI_CREATE_PROCESS");
static_assert(sizeof(DBGUI_WAIT_STATE_CHANGE) == 0xB8, "DBGUI_WAIT_STATE_CHANGE");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, AppClientId) == 0x8, "DBGUI_WAIT_STATE_CHANGE");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo) == 0x18, "DBGUI_WAIT_STATE_CHANGE");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateThread.NewThread) == 0x20, "CreateThread");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateThread.NewThread.StartAddress) == 0x28, "CreateThread");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateProcessInfo.HandleToThread) == 0x20, "CreateProcess");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateProcessInfo.NewProcess) == 0x28, "CreateProcess");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateProcessInfo.NewProcess.FileHandle) == 0x30, "CreateProcess");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateProcessInfo.NewProcess.BaseOfImage) == 0x38, "CreateProcess");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateProcessInfo.NewProcess.DebugInfoFileOffset) == 0x40, "CreateProcess");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateProcessInfo.NewProcess.DebugInfoSize) == 0x44, "CreateProcess");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateProcessInfo.NewProcess.InitialThread) == 0x48, "CreateProcess");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.CreateProcessInfo.NewProcess.InitialThread.StartAddress) == 0x50, "CreateProcess");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.Exception.FirstChance) == 0xB0, "Exception");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.LoadDll.BaseOfDll) == 0x20, "LoadDll");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.LoadDll.DebugInfoFileOffset) == 0x28, "LoadDll");
static_assert(offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.LoadDll.NamePointer) == 0x30, "LoadDll");
/* clang-format on */

#endif /* NTDBG_NT_DBGUI_H */
