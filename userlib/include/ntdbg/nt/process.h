/* SPDX-License-Identifier: MIT */
/* What can be asked about a process or a thread, in NT's numbers and layouts. */
#ifndef NTDBG_NT_PROCESS_H
#define NTDBG_NT_PROCESS_H

#include <ntdbg/nt/types.h>

/*
 * The classes that the native face answers; every other is STATUS_INVALID_INFO_CLASS. Those marked
 * with * only the system services have.
 */
typedef enum _PROCESSINFOCLASS NTDBG_ENUM_32 {
    ProcessBasicInformation = 0,    /* PROCESS_BASIC_INFORMATION */
    ProcessQuotaLimits = 1,         /* * */
    ProcessIoCounters = 2,          /* * IO_COUNTERS */
    ProcessVmCounters = 3,          /* * VM_COUNTERS */
    ProcessTimes = 4,               /* KERNEL_USER_TIMES */
    ProcessBasePriority = 5,        /* * */
    ProcessRaisePriority = 6,       /* * */
    ProcessDebugPort = 7,           /* HANDLE: 0, or -1 when there is one */
    ProcessExceptionPort = 8,       /* cannot be asked, and not be set here */
    ProcessPriorityClass = 18,      /* * */
    ProcessHandleCount = 20,        /* ULONG: open file descriptors */
    ProcessAffinityMask = 21,       /* * */
    ProcessPriorityBoost = 22,      /* * */
    ProcessSessionInformation = 24, /* * ULONG */
    ProcessWow64Information = 26,   /* ULONG_PTR: not 0 for a 32-bit program */
    ProcessImageFileName = 27,      /* UNICODE_STRING, the name behind it */
    ProcessBreakOnTermination = 29, /* ULONG: 0 */
    ProcessDebugObjectHandle = 30,  /* HANDLE */
    ProcessDebugFlags = 31,         /* ULONG: 1 if children inherit the port; settable */
    ProcessExecuteFlags = 34,       /* * ULONG */
    ProcessCookie = 36,             /* ULONG; of the calling process only */
    ProcessImageInformation = 37,   /* * */
    ProcessCycleTime = 38,          /* * */
    ProcessImageFileNameWin32 = 43, /* as 27: there is only one kind of path here */
} PROCESSINFOCLASS;

typedef struct _PROCESS_BASIC_INFORMATION {
    NTSTATUS ExitStatus;  /* STATUS_PENDING while it lives */
    PVOID PebBaseAddress; /* NULL: Linux has none */
    KAFFINITY AffinityMask;
    KPRIORITY BasePriority;
    ULONG_PTR UniqueProcessId;
    ULONG_PTR InheritedFromUniqueProcessId;
} PROCESS_BASIC_INFORMATION, *PPROCESS_BASIC_INFORMATION;

/* CreateTime and ExitTime count from 1601, the others are spans; 100 ns. */
typedef struct _KERNEL_USER_TIMES {
    LARGE_INTEGER CreateTime;
    LARGE_INTEGER ExitTime; /* 0 here, also when it has ended */
    LARGE_INTEGER KernelTime;
    LARGE_INTEGER UserTime;
} KERNEL_USER_TIMES, *PKERNEL_USER_TIMES;

#define PROCESS_DEBUG_INHERIT 0x00000001u /* ProcessDebugFlags */

typedef enum _THREADINFOCLASS NTDBG_ENUM_32 {
    ThreadBasicInformation = 0,          /* THREAD_BASIC_INFORMATION */
    ThreadTimes = 1,                     /* KERNEL_USER_TIMES */
    ThreadPriority = 2,                  /* * */
    ThreadBasePriority = 3,              /* * */
    ThreadAffinityMask = 4,              /* * */
    ThreadQuerySetWin32StartAddress = 9, /* STATUS_NOT_SUPPORTED: Linux does not keep it */
    ThreadPerformanceCount = 11,         /* * */
    ThreadAmILastThread = 12,            /* ULONG; of the calling thread only */
    ThreadIdealProcessor = 13,           /* * */
    ThreadPriorityBoost = 14,            /* * */
    ThreadIsIoPending = 16,              /* * ULONG */
    ThreadHideFromDebugger = 17,         /* query: BOOLEAN; set: no data, for good */
    ThreadIsTerminated = 20,             /* * ULONG */
    ThreadLastSystemCall = 21,           /* * */
    ThreadCycleTime = 23,                /* * */
    ThreadSuspendCount = 35,             /* ULONG */
    ThreadNameInformation = 38,          /* UNICODE_STRING, the name (comm) behind it */
} THREADINFOCLASS;

typedef struct _THREAD_BASIC_INFORMATION {
    NTSTATUS ExitStatus;  /* STATUS_PENDING while it lives */
    PVOID TebBaseAddress; /* the FS base, where Linux has the thread's own data */
    CLIENT_ID ClientId;
    KAFFINITY AffinityMask;
    KPRIORITY Priority;
    KPRIORITY BasePriority;
} THREAD_BASIC_INFORMATION, *PTHREAD_BASIC_INFORMATION;

/* clang-format off */
static_assert(sizeof(PROCESS_BASIC_INFORMATION) == 0x30, "PROCESS_BASIC_INFORMATION");
static_assert(offsetof(PROCESS_BASIC_INFORMATION, PebBaseAddress) == 0x8, "PROCESS_BASIC_INFORMATION");
static_assert(offsetof(PROCESS_BASIC_INFORMATION, UniqueProcessId) == 0x20, "PROCESS_BASIC_INFORMATION");
static_assert(sizeof(KERNEL_USER_TIMES) == 0x20, "KERNEL_USER_TIMES");
static_assert(sizeof(THREAD_BASIC_INFORMATION) == 0x30, "THREAD_BASIC_INFORMATION");
static_assert(offsetof(THREAD_BASIC_INFORMATION, ClientId) == 0x10, "THREAD_BASIC_INFORMATION");
static_assert(offsetof(THREAD_BASIC_INFORMATION, Priority) == 0x28, "THREAD_BASIC_INFORMATION");
/* clang-format on */

#endif /* NTDBG_NT_PROCESS_H */
