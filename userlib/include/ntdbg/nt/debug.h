/* SPDX-License-Identifier: MIT */
/* Win32's DEBUG_EVENT, which DbgUiConvertStateChangeStructure() fills. */
#ifndef NTDBG_NT_DEBUG_H
#define NTDBG_NT_DEBUG_H

#include <ntdbg/nt/types.h>

typedef void *LPVOID;
typedef CHAR *LPSTR;
typedef DWORD (*PTHREAD_START_ROUTINE)(LPVOID parameter);
typedef PTHREAD_START_ROUTINE LPTHREAD_START_ROUTINE;

#define EXCEPTION_DEBUG_EVENT 1
#define CREATE_THREAD_DEBUG_EVENT 2
#define CREATE_PROCESS_DEBUG_EVENT 3
#define EXIT_THREAD_DEBUG_EVENT 4
#define EXIT_PROCESS_DEBUG_EVENT 5
#define LOAD_DLL_DEBUG_EVENT 6
#define UNLOAD_DLL_DEBUG_EVENT 7
#define OUTPUT_DEBUG_STRING_EVENT 8
#define RIP_EVENT 9

typedef struct _EXCEPTION_DEBUG_INFO {
    EXCEPTION_RECORD ExceptionRecord;
    DWORD dwFirstChance;
} EXCEPTION_DEBUG_INFO, *LPEXCEPTION_DEBUG_INFO;

typedef struct _CREATE_THREAD_DEBUG_INFO {
    HANDLE hThread;
    LPVOID lpThreadLocalBase; /* the FS base */
    LPTHREAD_START_ROUTINE lpStartAddress;
} CREATE_THREAD_DEBUG_INFO, *LPCREATE_THREAD_DEBUG_INFO;

typedef struct _CREATE_PROCESS_DEBUG_INFO {
    HANDLE hFile;
    HANDLE hProcess;
    HANDLE hThread;
    LPVOID lpBaseOfImage;
    DWORD dwDebugInfoFileOffset;
    DWORD nDebugInfoSize;
    LPVOID lpThreadLocalBase;
    LPTHREAD_START_ROUTINE lpStartAddress;
    LPVOID lpImageName;
    WORD fUnicode;
} CREATE_PROCESS_DEBUG_INFO, *LPCREATE_PROCESS_DEBUG_INFO;

typedef struct _EXIT_THREAD_DEBUG_INFO {
    DWORD dwExitCode;
} EXIT_THREAD_DEBUG_INFO, *LPEXIT_THREAD_DEBUG_INFO;

typedef struct _EXIT_PROCESS_DEBUG_INFO {
    DWORD dwExitCode;
} EXIT_PROCESS_DEBUG_INFO, *LPEXIT_PROCESS_DEBUG_INFO;

typedef struct _LOAD_DLL_DEBUG_INFO {
    HANDLE hFile;
    LPVOID lpBaseOfDll;
    DWORD dwDebugInfoFileOffset;
    DWORD nDebugInfoSize;
    LPVOID lpImageName;
    WORD fUnicode;
} LOAD_DLL_DEBUG_INFO, *LPLOAD_DLL_DEBUG_INFO;

typedef struct _UNLOAD_DLL_DEBUG_INFO {
    LPVOID lpBaseOfDll;
} UNLOAD_DLL_DEBUG_INFO, *LPUNLOAD_DLL_DEBUG_INFO;

typedef struct _OUTPUT_DEBUG_STRING_INFO {
    LPSTR lpDebugStringData;
    WORD fUnicode;
    WORD nDebugStringLength;
} OUTPUT_DEBUG_STRING_INFO, *LPOUTPUT_DEBUG_STRING_INFO;

typedef struct _RIP_INFO {
    DWORD dwError;
    DWORD dwType;
} RIP_INFO, *LPRIP_INFO;

typedef struct _DEBUG_EVENT {
    DWORD dwDebugEventCode;
    DWORD dwProcessId;
    DWORD dwThreadId;
    union {
        EXCEPTION_DEBUG_INFO Exception;
        CREATE_THREAD_DEBUG_INFO CreateThread;
        CREATE_PROCESS_DEBUG_INFO CreateProcessInfo;
        EXIT_THREAD_DEBUG_INFO ExitThread;
        EXIT_PROCESS_DEBUG_INFO ExitProcess;
        LOAD_DLL_DEBUG_INFO LoadDll;
        UNLOAD_DLL_DEBUG_INFO UnloadDll;
        OUTPUT_DEBUG_STRING_INFO DebugString;
        RIP_INFO RipInfo;
    } u;
} DEBUG_EVENT, *LPDEBUG_EVENT;

/* clang-format off */
static_assert(sizeof(EXCEPTION_DEBUG_INFO) == 0xA0, "EXCEPTION_DEBUG_INFO");
static_assert(sizeof(CREATE_THREAD_DEBUG_INFO) == 0x18, "CREATE_THREAD_DEBUG_INFO");
static_assert(offsetof(CREATE_THREAD_DEBUG_INFO, lpThreadLocalBase) == 0x8, "CREATE_THREAD_DEBUG_INFO");
static_assert(offsetof(CREATE_THREAD_DEBUG_INFO, lpStartAddress) == 0x10, "CREATE_THREAD_DEBUG_INFO");
static_assert(sizeof(CREATE_PROCESS_DEBUG_INFO) == 0x48, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, hProcess) == 0x8, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, hThread) == 0x10, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, lpBaseOfImage) == 0x18, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, dwDebugInfoFileOffset) == 0x20, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, nDebugInfoSize) == 0x24, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, lpThreadLocalBase) == 0x28, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, lpStartAddress) == 0x30, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, lpImageName) == 0x38, "CREATE_PROCESS_DEBUG_INFO");
static_assert(offsetof(CREATE_PROCESS_DEBUG_INFO, fUnicode) == 0x40, "CREATE_PROCESS_DEBUG_INFO");
static_assert(sizeof(EXIT_THREAD_DEBUG_INFO) == 4 && sizeof(EXIT_PROCESS_DEBUG_INFO) == 4, "EXIT");
static_assert(sizeof(LOAD_DLL_DEBUG_INFO) == 0x28, "LOAD_DLL_DEBUG_INFO");
static_assert(offsetof(LOAD_DLL_DEBUG_INFO, lpBaseOfDll) == 0x8, "LOAD_DLL_DEBUG_INFO");
static_assert(offsetof(LOAD_DLL_DEBUG_INFO, dwDebugInfoFileOffset) == 0x10, "LOAD_DLL_DEBUG_INFO");
static_assert(offsetof(LOAD_DLL_DEBUG_INFO, nDebugInfoSize) == 0x14, "LOAD_DLL_DEBUG_INFO");
static_assert(offsetof(LOAD_DLL_DEBUG_INFO, lpImageName) == 0x18, "LOAD_DLL_DEBUG_INFO");
static_assert(offsetof(LOAD_DLL_DEBUG_INFO, fUnicode) == 0x20, "LOAD_DLL_DEBUG_INFO");
static_assert(sizeof(UNLOAD_DLL_DEBUG_INFO) == 8, "UNLOAD_DLL_DEBUG_INFO");
static_assert(sizeof(OUTPUT_DEBUG_STRING_INFO) == 0x10, "OUTPUT_DEBUG_STRING_INFO");
static_assert(offsetof(OUTPUT_DEBUG_STRING_INFO, fUnicode) == 0x8, "OUTPUT_DEBUG_STRING_INFO");
static_assert(offsetof(OUTPUT_DEBUG_STRING_INFO, nDebugStringLength) == 0xA, "OUTPUT_DEBUG_STRING_INFO");
static_assert(sizeof(RIP_INFO) == 8 && offsetof(RIP_INFO, dwType) == 4, "RIP_INFO");
static_assert(sizeof(DEBUG_EVENT) == 0xB0, "DEBUG_EVENT");
static_assert(offsetof(DEBUG_EVENT, dwProcessId) == 0x4, "DEBUG_EVENT");
static_assert(offsetof(DEBUG_EVENT, dwThreadId) == 0x8, "DEBUG_EVENT");
static_assert(offsetof(DEBUG_EVENT, u) == 0x10, "DEBUG_EVENT");
static_assert(offsetof(DEBUG_EVENT, u.Exception.dwFirstChance) == 0xA8, "DEBUG_EVENT");
/* clang-format on */

#endif /* NTDBG_NT_DEBUG_H */
