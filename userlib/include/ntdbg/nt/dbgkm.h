/* SPDX-License-Identifier: MIT */
/*
 * DBGKM_MSG: what Dbgk puts into the queue of a debug object for each debug
 * event, in the layout of NT 5.x on x64.
 */
#ifndef NTDBG_NT_DBGKM_H
#define NTDBG_NT_DBGKM_H

#include <ntdbg/nt/types.h>

typedef enum _DBGKM_APINUMBER NTDBG_ENUM_32 {
    DbgKmExceptionApi = 0,
    DbgKmCreateThreadApi = 1,
    DbgKmCreateProcessApi = 2,
    DbgKmExitThreadApi = 3,
    DbgKmExitProcessApi = 4,
    DbgKmLoadDllApi = 5,
    DbgKmUnloadDllApi = 6,
    DbgKmErrorReportApi = 7, /* never produced */
    DbgKmMaxApiNumber = 8,
} DBGKM_APINUMBER;

typedef struct _DBGKM_EXCEPTION {
    EXCEPTION_RECORD64 ExceptionRecord;
    ULONG FirstChance;
} DBGKM_EXCEPTION, *PDBGKM_EXCEPTION;

typedef struct _DBGKM_CREATE_THREAD {
    ULONG SubSystemKey;
    PVOID StartAddress;
} DBGKM_CREATE_THREAD, *PDBGKM_CREATE_THREAD;

typedef struct _DBGKM_CREATE_PROCESS {
    ULONG SubSystemKey;
    HANDLE FileHandle;
    PVOID BaseOfImage;
    ULONG DebugInfoFileOffset;
    ULONG DebugInfoSize;
    DBGKM_CREATE_THREAD InitialThread;
} DBGKM_CREATE_PROCESS, *PDBGKM_CREATE_PROCESS;

typedef struct _DBGKM_EXIT_THREAD {
    NTSTATUS ExitStatus;
} DBGKM_EXIT_THREAD, *PDBGKM_EXIT_THREAD;

typedef struct _DBGKM_EXIT_PROCESS {
    NTSTATUS ExitStatus;
} DBGKM_EXIT_PROCESS, *PDBGKM_EXIT_PROCESS;

typedef struct _DBGKM_LOAD_DLL {
    HANDLE FileHandle;
    PVOID BaseOfDll;
    ULONG DebugInfoFileOffset;
    ULONG DebugInfoSize;
    PVOID NamePointer;
} DBGKM_LOAD_DLL, *PDBGKM_LOAD_DLL;

typedef struct _DBGKM_UNLOAD_DLL {
    PVOID BaseAddress;
} DBGKM_UNLOAD_DLL, *PDBGKM_UNLOAD_DLL;

typedef struct _DBGKM_MSG {
    PORT_MESSAGE h;
    ULONG ApiNumber; /* DBGKM_APINUMBER */
    NTSTATUS ReturnedStatus;
    union {
        DBGKM_EXCEPTION Exception;
        DBGKM_CREATE_THREAD CreateThread;
        DBGKM_CREATE_PROCESS CreateProcessInfo;
        DBGKM_EXIT_THREAD ExitThread;
        DBGKM_EXIT_PROCESS ExitProcess;
        DBGKM_LOAD_DLL LoadDll;
        DBGKM_UNLOAD_DLL UnloadDll;
    } u;
} DBGKM_MSG, *PDBGKM_MSG;

/* clang-format off */
static_assert(sizeof(DBGKM_EXCEPTION) == 0xA0, "DBGKM_EXCEPTION");
static_assert(offsetof(DBGKM_EXCEPTION, FirstChance) == 0x98, "DBGKM_EXCEPTION");
static_assert(sizeof(DBGKM_CREATE_THREAD) == 0x10, "DBGKM_CREATE_THREAD");
static_assert(offsetof(DBGKM_CREATE_THREAD, StartAddress) == 0x8, "DBGKM_CREATE_THREAD");
static_assert(sizeof(DBGKM_CREATE_PROCESS) == 0x30, "DBGKM_CREATE_PROCESS");
static_assert(offsetof(DBGKM_CREATE_PROCESS, FileHandle) == 0x8, "DBGKM_CREATE_PROCESS");
static_assert(offsetof(DBGKM_CREATE_PROCESS, BaseOfImage) == 0x10, "DBGKM_CREATE_PROCESS");
static_assert(offsetof(DBGKM_CREATE_PROCESS, DebugInfoFileOffset) == 0x18, "DBGKM_CREATE_PROCESS");
static_assert(offsetof(DBGKM_CREATE_PROCESS, DebugInfoSize) == 0x1C, "DBGKM_CREATE_PROCESS");
static_assert(offsetof(DBGKM_CREATE_PROCESS, InitialThread) == 0x20, "DBGKM_CREATE_PROCESS");
static_assert(offsetof(DBGKM_CREATE_PROCESS, InitialThread.StartAddress) == 0x28, "DBGKM_CREATE_PROCESS");
static_assert(sizeof(DBGKM_EXIT_THREAD) == 4, "DBGKM_EXIT_THREAD");
static_assert(sizeof(DBGKM_EXIT_PROCESS) == 4, "DBGKM_EXIT_PROCESS");
static_assert(sizeof(DBGKM_LOAD_DLL) == 0x20, "DBGKM_LOAD_DLL");
static_assert(offsetof(DBGKM_LOAD_DLL, BaseOfDll) == 0x8, "DBGKM_LOAD_DLL");
static_assert(offsetof(DBGKM_LOAD_DLL, DebugInfoFileOffset) == 0x10, "DBGKM_LOAD_DLL");
static_assert(offsetof(DBGKM_LOAD_DLL, DebugInfoSize) == 0x14, "DBGKM_LOAD_DLL");
static_assert(offsetof(DBGKM_LOAD_DLL, NamePointer) == 0x18, "DBGKM_LOAD_DLL");
static_assert(sizeof(DBGKM_UNLOAD_DLL) == 8, "DBGKM_UNLOAD_DLL");
static_assert(offsetof(DBGKM_MSG, ApiNumber) == 0x28, "DBGKM_MSG");
static_assert(offsetof(DBGKM_MSG, ReturnedStatus) == 0x2C, "DBGKM_MSG");
static_assert(offsetof(DBGKM_MSG, u) == 0x30, "DBGKM_MSG");
static_assert(sizeof(DBGKM_MSG) == 0xD0, "DBGKM_MSG");
/* clang-format on */

#endif /* NTDBG_NT_DBGKM_H */
