/* SPDX-License-Identifier: MIT */
/*
 * NT's native API: the system services and the library routines around them.
 *
 * Every service that the module implements is declared here, and some that answer
 * STATUS_NOT_IMPLEMENTED; the library exports all 444 of the default profile (Windows 10 1511).
 * <ntzwapi.h> declares the same under their names with Zw.
 *
 * What a service does is told in docs/nt-calls.md; what is Linux's own, at the end of this file.
 */
#ifndef NTDBG_NTDLL_H
#define NTDBG_NTDLL_H

#include "windows.h"

#include "ntstatus.h"
#include "winternl.h"

#include <ntdbg/nt/dbgui.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types of the waiting services ------------------------------------------------------ */

typedef enum _EVENT_TYPE NTDBG_ENUM_32 {
    NotificationEvent = 0,
    SynchronizationEvent = 1,
} EVENT_TYPE;

typedef enum _TIMER_TYPE NTDBG_ENUM_32 {
    NotificationTimer = 0,
    SynchronizationTimer = 1,
} TIMER_TYPE;

typedef enum _WAIT_TYPE NTDBG_ENUM_32 {
    WaitAll = 0,
    WaitAny = 1,
} WAIT_TYPE;

typedef enum _EVENT_INFORMATION_CLASS NTDBG_ENUM_32 {
    EventBasicInformation = 0,
} EVENT_INFORMATION_CLASS;

typedef struct _EVENT_BASIC_INFORMATION {
    EVENT_TYPE EventType;
    LONG EventState;
} EVENT_BASIC_INFORMATION, *PEVENT_BASIC_INFORMATION;

typedef enum _SEMAPHORE_INFORMATION_CLASS NTDBG_ENUM_32 {
    SemaphoreBasicInformation = 0,
} SEMAPHORE_INFORMATION_CLASS;

typedef struct _SEMAPHORE_BASIC_INFORMATION {
    LONG CurrentCount;
    LONG MaximumCount;
} SEMAPHORE_BASIC_INFORMATION, *PSEMAPHORE_BASIC_INFORMATION;

typedef enum _MUTANT_INFORMATION_CLASS NTDBG_ENUM_32 {
    MutantBasicInformation = 0,
    MutantOwnerInformation = 1,
} MUTANT_INFORMATION_CLASS;

typedef struct _MUTANT_BASIC_INFORMATION {
    LONG CurrentCount;
    BOOLEAN OwnedByCaller;
    BOOLEAN AbandonedState;
} MUTANT_BASIC_INFORMATION, *PMUTANT_BASIC_INFORMATION;

typedef enum _TIMER_INFORMATION_CLASS NTDBG_ENUM_32 {
    TimerBasicInformation = 0,
} TIMER_INFORMATION_CLASS;

typedef struct _TIMER_BASIC_INFORMATION {
    LARGE_INTEGER RemainingTime;
    BOOLEAN TimerState;
} TIMER_BASIC_INFORMATION, *PTIMER_BASIC_INFORMATION;

typedef enum _IO_COMPLETION_INFORMATION_CLASS NTDBG_ENUM_32 {
    IoCompletionBasicInformation = 0,
} IO_COMPLETION_INFORMATION_CLASS;

typedef struct _IO_COMPLETION_BASIC_INFORMATION {
    LONG Depth;
} IO_COMPLETION_BASIC_INFORMATION, *PIO_COMPLETION_BASIC_INFORMATION;

typedef struct _FILE_IO_COMPLETION_INFORMATION {
    PVOID KeyContext;
    PVOID ApcContext;
    IO_STATUS_BLOCK IoStatusBlock;
} FILE_IO_COMPLETION_INFORMATION, *PFILE_IO_COMPLETION_INFORMATION;

typedef VOID(NTAPI *PTIMER_APC_ROUTINE)(PVOID TimerContext, ULONG TimerLowValue,
                                        LONG TimerHighValue);
typedef VOID(NTAPI *PPS_APC_ROUTINE)(PVOID ApcArgument1, PVOID ApcArgument2, PVOID ApcArgument3);

/* ---- types of the memory services ----------------------------------------------------------- */

typedef enum _SECTION_INHERIT NTDBG_ENUM_32 {
    ViewShare = 1,
    ViewUnmap = 2,
} SECTION_INHERIT;

typedef enum _SECTION_INFORMATION_CLASS NTDBG_ENUM_32 {
    SectionBasicInformation = 0,
    SectionImageInformation = 1,
} SECTION_INFORMATION_CLASS;

typedef struct _SECTION_BASIC_INFORMATION {
    PVOID BaseAddress;
    ULONG AllocationAttributes;
    LARGE_INTEGER MaximumSize;
} SECTION_BASIC_INFORMATION, *PSECTION_BASIC_INFORMATION;

/* ---- types of the file and object services ----------------------------------------------------
 */

typedef struct _OBJECT_HANDLE_FLAG_INFORMATION {
    BOOLEAN Inherit;
    BOOLEAN ProtectFromClose;
} OBJECT_HANDLE_FLAG_INFORMATION, *POBJECT_HANDLE_FLAG_INFORMATION;

typedef struct _OBJECT_DIRECTORY_INFORMATION {
    UNICODE_STRING Name;
    UNICODE_STRING TypeName;
} OBJECT_DIRECTORY_INFORMATION, *POBJECT_DIRECTORY_INFORMATION;

#define DIRECTORY_QUERY 0x0001u
#define DIRECTORY_TRAVERSE 0x0002u
#define DIRECTORY_CREATE_OBJECT 0x0004u
#define DIRECTORY_CREATE_SUBDIRECTORY 0x0008u
#define DIRECTORY_ALL_ACCESS 0x000F000Fu
#define SYMBOLIC_LINK_QUERY 0x0001u
#define SYMBOLIC_LINK_ALL_ACCESS 0x000F0001u
#define KEYEDEVENT_WAIT 0x0001u
#define KEYEDEVENT_WAKE 0x0002u
#define KEYEDEVENT_ALL_ACCESS 0x000F0003u
#define EVENT_QUERY_STATE 0x0001u
#define SEMAPHORE_QUERY_STATE 0x0001u
#define IO_COMPLETION_QUERY_STATE 0x0001u

/* ByteOffset.LowPart with HighPart -1 */
#define FILE_WRITE_TO_END_OF_FILE 0xFFFFFFFFu
#define FILE_USE_FILE_POINTER_POSITION 0xFFFFFFFEu

/* ---- types of the process and system services ---------------------------------------------------
 */

typedef struct _SYSTEM_KERNEL_DEBUGGER_INFORMATION {
    BOOLEAN KernelDebuggerEnabled;
    BOOLEAN KernelDebuggerNotPresent;
} SYSTEM_KERNEL_DEBUGGER_INFORMATION, *PSYSTEM_KERNEL_DEBUGGER_INFORMATION;

typedef enum _SHUTDOWN_ACTION NTDBG_ENUM_32 {
    ShutdownNoReboot = 0,
    ShutdownReboot = 1,
    ShutdownPowerOff = 2,
} SHUTDOWN_ACTION;

typedef enum _SYSDBG_COMMAND NTDBG_ENUM_32 {
    SysDbgQueryModuleInformation = 0,
    SysDbgQueryVersion = 7,
} SYSDBG_COMMAND;

/* ---- services: files
 * -------------------------------------------------------------------------------- */

NTSYSCALLAPI NTSTATUS NTAPI NtReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                       PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                       PVOID Buffer, ULONG Length, PLARGE_INTEGER ByteOffset,
                                       PULONG Key);
NTSYSCALLAPI NTSTATUS NTAPI NtWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                        PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                        PVOID Buffer, ULONG Length, PLARGE_INTEGER ByteOffset,
                                        PULONG Key);
NTSYSCALLAPI NTSTATUS NTAPI NtReadFileScatter(HANDLE FileHandle, HANDLE Event,
                                              PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                                              PIO_STATUS_BLOCK IoStatusBlock, PVOID SegmentArray,
                                              ULONG Length, PLARGE_INTEGER ByteOffset, PULONG Key);
NTSYSCALLAPI NTSTATUS NTAPI NtWriteFileGather(HANDLE FileHandle, HANDLE Event,
                                              PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                                              PIO_STATUS_BLOCK IoStatusBlock, PVOID SegmentArray,
                                              ULONG Length, PLARGE_INTEGER ByteOffset, PULONG Key);
NTSYSCALLAPI NTSTATUS NTAPI NtFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock);
NTSYSCALLAPI NTSTATUS NTAPI NtFlushBuffersFileEx(HANDLE FileHandle, ULONG Flags, PVOID Parameters,
                                                 ULONG ParametersSize,
                                                 PIO_STATUS_BLOCK IoStatusBlock);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryDirectoryFile(HANDLE FileHandle, HANDLE Event,
                                                 PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                                                 PIO_STATUS_BLOCK IoStatusBlock,
                                                 PVOID FileInformation, ULONG Length,
                                                 FILE_INFORMATION_CLASS FileInformationClass,
                                                 BOOLEAN ReturnSingleEntry,
                                                 PUNICODE_STRING FileName, BOOLEAN RestartScan);
NTSYSCALLAPI NTSTATUS NTAPI NtNotifyChangeDirectoryFile(HANDLE FileHandle, HANDLE Event,
                                                        PIO_APC_ROUTINE ApcRoutine,
                                                        PVOID ApcContext,
                                                        PIO_STATUS_BLOCK IoStatusBlock,
                                                        PVOID Buffer, ULONG Length,
                                                        ULONG CompletionFilter, BOOLEAN WatchTree);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes,
                                                  PFILE_BASIC_INFORMATION FileInformation);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryFullAttributesFile(
    POBJECT_ATTRIBUTES ObjectAttributes, PFILE_NETWORK_OPEN_INFORMATION FileInformation);
NTSYSCALLAPI NTSTATUS NTAPI NtDeleteFile(POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtLockFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                       PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                       PLARGE_INTEGER ByteOffset, PLARGE_INTEGER Length, ULONG Key,
                                       BOOLEAN FailImmediately, BOOLEAN ExclusiveLock);
NTSYSCALLAPI NTSTATUS NTAPI NtUnlockFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                         PLARGE_INTEGER ByteOffset, PLARGE_INTEGER Length,
                                         ULONG Key);
NTSYSCALLAPI NTSTATUS NTAPI NtCancelIoFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock);
NTSYSCALLAPI NTSTATUS NTAPI NtCancelIoFileEx(HANDLE FileHandle, PIO_STATUS_BLOCK IoRequestToCancel,
                                             PIO_STATUS_BLOCK IoStatusBlock);
NTSYSCALLAPI NTSTATUS NTAPI NtCancelSynchronousIoFile(HANDLE ThreadHandle,
                                                      PIO_STATUS_BLOCK IoRequestToCancel,
                                                      PIO_STATUS_BLOCK IoStatusBlock);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryEaFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                          PVOID Buffer, ULONG Length, BOOLEAN ReturnSingleEntry,
                                          PVOID EaList, ULONG EaListLength, PULONG EaIndex,
                                          BOOLEAN RestartScan);
NTSYSCALLAPI NTSTATUS NTAPI NtSetEaFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                        PVOID Buffer, ULONG Length);
NTSYSCALLAPI NTSTATUS NTAPI NtCreateNamedPipeFile(
    PHANDLE FileHandle, ULONG DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
    PIO_STATUS_BLOCK IoStatusBlock, ULONG ShareAccess, ULONG CreateDisposition, ULONG CreateOptions,
    ULONG NamedPipeType, ULONG ReadMode, ULONG CompletionMode, ULONG MaximumInstances,
    ULONG InboundQuota, ULONG OutboundQuota, PLARGE_INTEGER DefaultTimeout);
NTSYSCALLAPI NTSTATUS NTAPI NtCreateMailslotFile(PHANDLE FileHandle, ULONG DesiredAccess,
                                                 POBJECT_ATTRIBUTES ObjectAttributes,
                                                 PIO_STATUS_BLOCK IoStatusBlock,
                                                 ULONG CreateOptions, ULONG MailslotQuota,
                                                 ULONG MaximumMessageSize,
                                                 PLARGE_INTEGER ReadTimeout);

/* ---- services: objects
 * -------------------------------------------------------------------------------- */

NTSYSCALLAPI NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                                              HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                                              ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                                              ULONG Options);
NTSYSCALLAPI NTSTATUS NTAPI NtSetInformationObject(HANDLE Handle,
                                                   OBJECT_INFORMATION_CLASS ObjectInformationClass,
                                                   PVOID ObjectInformation,
                                                   ULONG ObjectInformationLength);
NTSYSCALLAPI NTSTATUS NTAPI NtMakeTemporaryObject(HANDLE Handle);
NTSYSCALLAPI NTSTATUS NTAPI NtMakePermanentObject(HANDLE Handle);
NTSYSCALLAPI NTSTATUS NTAPI NtCompareObjects(HANDLE FirstObjectHandle, HANDLE SecondObjectHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtQuerySecurityObject(HANDLE Handle,
                                                  SECURITY_INFORMATION SecurityInformation,
                                                  PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                  ULONG Length, PULONG LengthNeeded);
NTSYSCALLAPI NTSTATUS NTAPI NtSetSecurityObject(HANDLE Handle,
                                                SECURITY_INFORMATION SecurityInformation,
                                                PSECURITY_DESCRIPTOR SecurityDescriptor);
NTSYSCALLAPI NTSTATUS NTAPI NtCreateDirectoryObject(PHANDLE DirectoryHandle,
                                                    ACCESS_MASK DesiredAccess,
                                                    POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtCreateDirectoryObjectEx(PHANDLE DirectoryHandle,
                                                      ACCESS_MASK DesiredAccess,
                                                      POBJECT_ATTRIBUTES ObjectAttributes,
                                                      HANDLE ShadowDirectoryHandle, ULONG Flags);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenDirectoryObject(PHANDLE DirectoryHandle,
                                                  ACCESS_MASK DesiredAccess,
                                                  POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryDirectoryObject(HANDLE DirectoryHandle, PVOID Buffer,
                                                   ULONG Length, BOOLEAN ReturnSingleEntry,
                                                   BOOLEAN RestartScan, PULONG Context,
                                                   PULONG ReturnLength);
NTSYSCALLAPI NTSTATUS NTAPI NtCreateSymbolicLinkObject(PHANDLE LinkHandle,
                                                       ACCESS_MASK DesiredAccess,
                                                       POBJECT_ATTRIBUTES ObjectAttributes,
                                                       PUNICODE_STRING LinkTarget);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                                     POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtQuerySymbolicLinkObject(HANDLE LinkHandle, PUNICODE_STRING LinkTarget,
                                                      PULONG ReturnedLength);

/* ---- services: memory
 * ------------------------------------------------------------------------------------ */

NTSYSCALLAPI NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                                    ULONG_PTR ZeroBits, PSIZE_T RegionSize,
                                                    ULONG AllocationType, ULONG Protect);
NTSYSCALLAPI NTSTATUS NTAPI NtFreeVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                                PSIZE_T RegionSize, ULONG FreeType);
NTSYSCALLAPI NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                                   PSIZE_T RegionSize, ULONG NewProtect,
                                                   PULONG OldProtect);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress,
                                                 MEMORY_INFORMATION_CLASS MemoryInformationClass,
                                                 PVOID MemoryInformation,
                                                 SIZE_T MemoryInformationLength,
                                                 PSIZE_T ReturnLength);
NTSYSCALLAPI NTSTATUS NTAPI NtReadVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress,
                                                PVOID Buffer, SIZE_T BufferSize,
                                                PSIZE_T NumberOfBytesRead);
NTSYSCALLAPI NTSTATUS NTAPI NtWriteVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress,
                                                 PVOID Buffer, SIZE_T BufferSize,
                                                 PSIZE_T NumberOfBytesWritten);
NTSYSCALLAPI NTSTATUS NTAPI NtFlushVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                                 PSIZE_T RegionSize, PIO_STATUS_BLOCK IoStatus);
NTSYSCALLAPI NTSTATUS NTAPI NtLockVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                                PSIZE_T RegionSize, ULONG MapType);
NTSYSCALLAPI NTSTATUS NTAPI NtUnlockVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                                  PSIZE_T RegionSize, ULONG MapType);
NTSYSCALLAPI NTSTATUS NTAPI NtFlushInstructionCache(HANDLE ProcessHandle, PVOID BaseAddress,
                                                    SIZE_T Length);
NTSYSCALLAPI NTSTATUS NTAPI NtFlushWriteBuffer(VOID);
NTSYSCALLAPI VOID NTAPI NtFlushProcessWriteBuffers(VOID);
NTSYSCALLAPI NTSTATUS NTAPI NtGetWriteWatch(HANDLE ProcessHandle, ULONG Flags, PVOID BaseAddress,
                                            SIZE_T RegionSize, PVOID *UserAddressArray,
                                            PULONG_PTR EntriesInUserAddressArray,
                                            PULONG Granularity);
NTSYSCALLAPI NTSTATUS NTAPI NtResetWriteWatch(HANDLE ProcessHandle, PVOID BaseAddress,
                                              SIZE_T RegionSize);
NTSYSCALLAPI NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                            POBJECT_ATTRIBUTES ObjectAttributes,
                                            PLARGE_INTEGER MaximumSize, ULONG SectionPageProtection,
                                            ULONG AllocationAttributes, HANDLE FileHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle,
                                               PVOID *BaseAddress, ULONG_PTR ZeroBits,
                                               SIZE_T CommitSize, PLARGE_INTEGER SectionOffset,
                                               PSIZE_T ViewSize, SECTION_INHERIT InheritDisposition,
                                               ULONG AllocationType, ULONG Win32Protect);
NTSYSCALLAPI NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress);
NTSYSCALLAPI NTSTATUS NTAPI NtUnmapViewOfSectionEx(HANDLE ProcessHandle, PVOID BaseAddress,
                                                   ULONG Flags);
NTSYSCALLAPI NTSTATUS NTAPI NtExtendSection(HANDLE SectionHandle, PLARGE_INTEGER NewSectionSize);
NTSYSCALLAPI NTSTATUS NTAPI NtQuerySection(HANDLE SectionHandle,
                                           SECTION_INFORMATION_CLASS SectionInformationClass,
                                           PVOID SectionInformation,
                                           SIZE_T SectionInformationLength, PSIZE_T ReturnLength);
NTSYSCALLAPI NTSTATUS NTAPI NtAreMappedFilesTheSame(PVOID File1MappedAsAnImage,
                                                    PVOID File2MappedAsFile);

/* ---- services: processes and threads
 * ------------------------------------------------------------------------ */

NTSYSCALLAPI NTSTATUS NTAPI NtOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                         POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId);
NTSYSCALLAPI NTSTATUS NTAPI NtGetNextProcess(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                             ULONG HandleAttributes, ULONG Flags,
                                             PHANDLE NewProcessHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle,
                                            ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                                            ULONG Flags, PHANDLE NewThreadHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);
NTSYSCALLAPI NTSTATUS NTAPI NtTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus);
NTSYSCALLAPI NTSTATUS NTAPI NtSuspendThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSYSCALLAPI NTSTATUS NTAPI NtResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSYSCALLAPI NTSTATUS NTAPI NtSuspendProcess(HANDLE ProcessHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtResumeProcess(HANDLE ProcessHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtGetContextThread(HANDLE ThreadHandle, PCONTEXT ThreadContext);
NTSYSCALLAPI NTSTATUS NTAPI NtSetContextThread(HANDLE ThreadHandle, PCONTEXT ThreadContext);
NTSYSCALLAPI NTSTATUS NTAPI NtSetInformationThread(HANDLE ThreadHandle,
                                                   THREADINFOCLASS ThreadInformationClass,
                                                   PVOID ThreadInformation,
                                                   ULONG ThreadInformationLength);
NTSYSCALLAPI ULONG NTAPI NtGetCurrentProcessorNumber(VOID);
/* @ProcessorNumber: a PROCESSOR_NUMBER, or NULL */
NTSYSCALLAPI ULONG NTAPI NtGetCurrentProcessorNumberEx(PVOID ProcessorNumber);
NTSYSCALLAPI NTSTATUS NTAPI NtRegisterThreadTerminatePort(HANDLE PortHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtIsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtImpersonateThread(HANDLE ServerThreadHandle,
                                                HANDLE ClientThreadHandle, PVOID SecurityQos);

/* APCs and alerts */
NTSYSCALLAPI NTSTATUS NTAPI NtQueueApcThread(HANDLE ThreadHandle, PPS_APC_ROUTINE ApcRoutine,
                                             PVOID ApcArgument1, PVOID ApcArgument2,
                                             PVOID ApcArgument3);
NTSYSCALLAPI NTSTATUS NTAPI NtQueueApcThreadEx(HANDLE ThreadHandle, HANDLE UserApcReserveHandle,
                                               PPS_APC_ROUTINE ApcRoutine, PVOID ApcArgument1,
                                               PVOID ApcArgument2, PVOID ApcArgument3);
NTSYSCALLAPI NTSTATUS NTAPI NtTestAlert(VOID);
NTSYSCALLAPI NTSTATUS NTAPI NtAlertThread(HANDLE ThreadHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtAlertResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSYSCALLAPI NTSTATUS NTAPI NtAlertThreadByThreadId(HANDLE ThreadId);
NTSYSCALLAPI NTSTATUS NTAPI NtWaitForAlertByThreadId(PVOID Address, PLARGE_INTEGER Timeout);

/* Exceptions */
NTSYSCALLAPI NTSTATUS NTAPI NtContinue(PCONTEXT ContextRecord, BOOLEAN TestAlert);
NTSYSCALLAPI NTSTATUS NTAPI NtRaiseException(PEXCEPTION_RECORD ExceptionRecord,
                                             PCONTEXT ContextRecord, BOOLEAN FirstChance);
NTSYSCALLAPI NTSTATUS NTAPI NtRaiseHardError(NTSTATUS ErrorStatus, ULONG NumberOfParameters,
                                             ULONG UnicodeStringParameterMask,
                                             PULONG_PTR Parameters, ULONG ValidResponseOptions,
                                             PULONG Response);

/* ---- services: synchronisation
 * -------------------------------------------------------------------------------- */

NTSYSCALLAPI NTSTATUS NTAPI NtWaitForMultipleObjects(ULONG Count, HANDLE Handles[],
                                                     WAIT_TYPE WaitType, BOOLEAN Alertable,
                                                     PLARGE_INTEGER Timeout);
/* Handles of 32 bits each */
NTSYSCALLAPI NTSTATUS NTAPI NtWaitForMultipleObjects32(ULONG Count, LONG Handles[],
                                                       WAIT_TYPE WaitType, BOOLEAN Alertable,
                                                       PLARGE_INTEGER Timeout);
NTSYSCALLAPI NTSTATUS NTAPI NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle,
                                                           BOOLEAN Alertable,
                                                           PLARGE_INTEGER Timeout);
NTSYSCALLAPI NTSTATUS NTAPI NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval);
NTSYSCALLAPI NTSTATUS NTAPI NtYieldExecution(VOID);

NTSYSCALLAPI NTSTATUS NTAPI NtCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                                          BOOLEAN InitialState);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtSetEvent(HANDLE EventHandle, PLONG PreviousState);
NTSYSCALLAPI NTSTATUS NTAPI NtSetEventBoostPriority(HANDLE EventHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtResetEvent(HANDLE EventHandle, PLONG PreviousState);
NTSYSCALLAPI NTSTATUS NTAPI NtClearEvent(HANDLE EventHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtPulseEvent(HANDLE EventHandle, PLONG PreviousState);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryEvent(HANDLE EventHandle,
                                         EVENT_INFORMATION_CLASS EventInformationClass,
                                         PVOID EventInformation, ULONG EventInformationLength,
                                         PULONG ReturnLength);

NTSYSCALLAPI NTSTATUS NTAPI NtCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                              POBJECT_ATTRIBUTES ObjectAttributes,
                                              LONG InitialCount, LONG MaximumCount);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                            POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount,
                                               PLONG PreviousCount);
NTSYSCALLAPI NTSTATUS NTAPI NtQuerySemaphore(HANDLE SemaphoreHandle,
                                             SEMAPHORE_INFORMATION_CLASS SemaphoreInformationClass,
                                             PVOID SemaphoreInformation,
                                             ULONG SemaphoreInformationLength, PULONG ReturnLength);

NTSYSCALLAPI NTSTATUS NTAPI NtCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                           POBJECT_ATTRIBUTES ObjectAttributes,
                                           BOOLEAN InitialOwner);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                         POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryMutant(HANDLE MutantHandle,
                                          MUTANT_INFORMATION_CLASS MutantInformationClass,
                                          PVOID MutantInformation, ULONG MutantInformationLength,
                                          PULONG ReturnLength);

NTSYSCALLAPI NTSTATUS NTAPI NtCreateTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes,
                                          TIMER_TYPE TimerType);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtSetTimer(HANDLE TimerHandle, PLARGE_INTEGER DueTime,
                                       PTIMER_APC_ROUTINE TimerApcRoutine, PVOID TimerContext,
                                       BOOLEAN ResumeTimer, LONG Period, PBOOLEAN PreviousState);
NTSYSCALLAPI NTSTATUS NTAPI NtCancelTimer(HANDLE TimerHandle, PBOOLEAN CurrentState);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryTimer(HANDLE TimerHandle,
                                         TIMER_INFORMATION_CLASS TimerInformationClass,
                                         PVOID TimerInformation, ULONG TimerInformationLength,
                                         PULONG ReturnLength);

NTSYSCALLAPI NTSTATUS NTAPI NtCreateKeyedEvent(PHANDLE KeyedEventHandle, ACCESS_MASK DesiredAccess,
                                               POBJECT_ATTRIBUTES ObjectAttributes, ULONG Flags);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenKeyedEvent(PHANDLE KeyedEventHandle, ACCESS_MASK DesiredAccess,
                                             POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtWaitForKeyedEvent(HANDLE KeyedEventHandle, PVOID KeyValue,
                                                BOOLEAN Alertable, PLARGE_INTEGER Timeout);
NTSYSCALLAPI NTSTATUS NTAPI NtReleaseKeyedEvent(HANDLE KeyedEventHandle, PVOID KeyValue,
                                                BOOLEAN Alertable, PLARGE_INTEGER Timeout);

NTSYSCALLAPI NTSTATUS NTAPI NtCreateEventPair(PHANDLE EventPairHandle, ACCESS_MASK DesiredAccess,
                                              POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenEventPair(PHANDLE EventPairHandle, ACCESS_MASK DesiredAccess,
                                            POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtSetLowEventPair(HANDLE EventPairHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtSetHighEventPair(HANDLE EventPairHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtWaitLowEventPair(HANDLE EventPairHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtWaitHighEventPair(HANDLE EventPairHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtSetLowWaitHighEventPair(HANDLE EventPairHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtSetHighWaitLowEventPair(HANDLE EventPairHandle);

NTSYSCALLAPI NTSTATUS NTAPI NtCreateIoCompletion(PHANDLE IoCompletionHandle,
                                                 ACCESS_MASK DesiredAccess,
                                                 POBJECT_ATTRIBUTES ObjectAttributes, ULONG Count);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenIoCompletion(PHANDLE IoCompletionHandle,
                                               ACCESS_MASK DesiredAccess,
                                               POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSCALLAPI NTSTATUS NTAPI NtSetIoCompletion(HANDLE IoCompletionHandle, PVOID KeyContext,
                                              PVOID ApcContext, NTSTATUS IoStatus,
                                              ULONG_PTR IoStatusInformation);
NTSYSCALLAPI NTSTATUS NTAPI NtRemoveIoCompletion(HANDLE IoCompletionHandle, PVOID *KeyContext,
                                                 PVOID *ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                                 PLARGE_INTEGER Timeout);
NTSYSCALLAPI NTSTATUS NTAPI NtRemoveIoCompletionEx(
    HANDLE IoCompletionHandle, PFILE_IO_COMPLETION_INFORMATION IoCompletionInformation, ULONG Count,
    PULONG NumEntriesRemoved, PLARGE_INTEGER Timeout, BOOLEAN Alertable);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryIoCompletion(
    HANDLE IoCompletionHandle, IO_COMPLETION_INFORMATION_CLASS IoCompletionInformationClass,
    PVOID IoCompletionInformation, ULONG IoCompletionInformationLength, PULONG ReturnLength);

/* ---- services: time and the system
 * ------------------------------------------------------------------------------- */

NTSYSCALLAPI NTSTATUS NTAPI NtSetSystemTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER PreviousTime);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryPerformanceCounter(PLARGE_INTEGER PerformanceCounter,
                                                      PLARGE_INTEGER PerformanceFrequency);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryTimerResolution(PULONG MaximumTime, PULONG MinimumTime,
                                                   PULONG CurrentTime);
NTSYSCALLAPI NTSTATUS NTAPI NtSetTimerResolution(ULONG DesiredTime, BOOLEAN SetResolution,
                                                 PULONG ActualTime);
NTSYSCALLAPI NTSTATUS NTAPI NtQuerySystemInformationEx(
    SYSTEM_INFORMATION_CLASS SystemInformationClass, PVOID InputBuffer, ULONG InputBufferLength,
    PVOID SystemInformation, ULONG SystemInformationLength, PULONG ReturnLength);
NTSYSCALLAPI NTSTATUS NTAPI NtSetSystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                                                   PVOID SystemInformation,
                                                   ULONG SystemInformationLength);
NTSYSCALLAPI NTSTATUS NTAPI NtLoadDriver(PUNICODE_STRING DriverServiceName);
NTSYSCALLAPI NTSTATUS NTAPI NtUnloadDriver(PUNICODE_STRING DriverServiceName);
NTSYSCALLAPI NTSTATUS NTAPI NtShutdownSystem(SHUTDOWN_ACTION Action);
NTSYSCALLAPI NTSTATUS NTAPI NtAllocateLocallyUniqueId(PLUID Luid);
NTSYSCALLAPI NTSTATUS NTAPI NtAllocateUuids(PULARGE_INTEGER Time, PULONG Range, PULONG Sequence,
                                            PCHAR Seed);
NTSYSCALLAPI NTSTATUS NTAPI NtSetUuidSeed(PCHAR Seed);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryDefaultLocale(BOOLEAN UserProfile, PULONG DefaultLocaleId);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryDefaultUILanguage(USHORT *DefaultUILanguageId);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryInstallUILanguage(USHORT *InstallUILanguageId);
NTSYSCALLAPI NTSTATUS NTAPI NtDisplayString(PUNICODE_STRING String);
NTSYSCALLAPI NTSTATUS NTAPI NtAddAtom(PWSTR AtomName, ULONG Length, USHORT *Atom);
NTSYSCALLAPI NTSTATUS NTAPI NtFindAtom(PWSTR AtomName, ULONG Length, USHORT *Atom);
NTSYSCALLAPI NTSTATUS NTAPI NtDeleteAtom(USHORT Atom);

/* ---- services: debugging and tracing
 * -------------------------------------------------------------------------------- */

NTSYSCALLAPI NTSTATUS NTAPI NtCreateDebugObject(PHANDLE DebugObjectHandle,
                                                ACCESS_MASK DesiredAccess,
                                                POBJECT_ATTRIBUTES ObjectAttributes, ULONG Flags);
NTSYSCALLAPI NTSTATUS NTAPI NtDebugActiveProcess(HANDLE ProcessHandle, HANDLE DebugObjectHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtRemoveProcessDebug(HANDLE ProcessHandle, HANDLE DebugObjectHandle);
NTSYSCALLAPI NTSTATUS NTAPI NtWaitForDebugEvent(HANDLE DebugObjectHandle, BOOLEAN Alertable,
                                                PLARGE_INTEGER Timeout,
                                                PDBGUI_WAIT_STATE_CHANGE WaitStateChange);
NTSYSCALLAPI NTSTATUS NTAPI NtDebugContinue(HANDLE DebugObjectHandle, PCLIENT_ID ClientId,
                                            NTSTATUS ContinueStatus);
NTSYSCALLAPI NTSTATUS NTAPI NtSetInformationDebugObject(
    HANDLE DebugObjectHandle, DEBUGOBJECTINFOCLASS DebugObjectInformationClass,
    PVOID DebugInformation, ULONG DebugInformationLength, PULONG ReturnLength);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryDebugFilterState(ULONG ComponentId, ULONG Level);
NTSYSCALLAPI NTSTATUS NTAPI NtSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State);
NTSYSCALLAPI NTSTATUS NTAPI NtSystemDebugControl(SYSDBG_COMMAND Command, PVOID InputBuffer,
                                                 ULONG InputBufferLength, PVOID OutputBuffer,
                                                 ULONG OutputBufferLength, PULONG ReturnLength);
NTSYSCALLAPI NTSTATUS NTAPI NtTraceEvent(HANDLE TraceHandle, ULONG Flags, ULONG FieldSize,
                                         PVOID Fields);
NTSYSCALLAPI NTSTATUS NTAPI NtTraceControl(ULONG FunctionCode, PVOID InputBuffer,
                                           ULONG InputBufferLength, PVOID OutputBuffer,
                                           ULONG OutputBufferLength, PULONG ReturnLength);

/* ---- the library: exceptions
 * ---------------------------------------------------------------------------------------- */

/*
 * A handler for all exceptions of the process, before or behind those that are there. The result is
 * what RtlRemoveVectoredExceptionHandler wants; NULL: no memory. Handlers may add and remove
 * handlers, also themselves. One that is being run by another thread may still be running when it
 * has been removed.
 *
 * An exception goes to a debugger, to these handlers, to the handler that Linux has for the signal
 * (sigaction), and to the debugger for its second chance. A handler that returns
 * EXCEPTION_CONTINUE_EXECUTION has the thread go on as its CONTEXT says. Vector registers beyond
 * those of a CONTEXT are kept; errno is, too.
 */
NTSYSAPI PVOID NTAPI RtlAddVectoredExceptionHandler(ULONG FirstHandler,
                                                    PVECTORED_EXCEPTION_HANDLER VectoredHandler);
NTSYSAPI ULONG NTAPI RtlRemoveVectoredExceptionHandler(PVOID VectoredHandlerHandle);

/* They are called after a handler has said that the thread goes on; what they return is ignored. */
NTSYSAPI PVOID NTAPI RtlAddVectoredContinueHandler(ULONG FirstHandler,
                                                   PVECTORED_EXCEPTION_HANDLER VectoredHandler);
NTSYSAPI ULONG NTAPI RtlRemoveVectoredContinueHandler(PVOID VectoredHandlerHandle);

/* Sets ExceptionAddress to where it was called. Returns if the exception is handled. */
NTSYSAPI VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD ExceptionRecord);
NTSYSAPI VOID NTAPI RtlRaiseStatus(NTSTATUS Status);
NTSYSAPI VOID NTAPI RtlCaptureContext(PCONTEXT ContextRecord);
/* NtContinue(). @ExceptionRecord must be NULL here: there is no unwinding. */
NTSYSAPI VOID NTAPI RtlRestoreContext(PCONTEXT ContextRecord, PEXCEPTION_RECORD ExceptionRecord);
NTSYSAPI VOID NTAPI DbgBreakPoint(VOID);

/* Where the kernel calls user mode; not to be called by a program. */
NTSYSAPI VOID NTAPI KiUserApcDispatcher(VOID);
NTSYSAPI VOID NTAPI KiUserExceptionDispatcher(VOID);

/* ---- the library: strings and times
 * ------------------------------------------------------------------------------------ */

NTSYSAPI VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING DestinationString,
                                         PCUNICODE_STRING SourceString);
NTSYSAPI NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);
NTSYSAPI NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING Destination,
                                                       PCUNICODE_STRING Source);
/* Of the letters only A to Z are the same in both cases. */
NTSYSAPI LONG NTAPI RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                            BOOLEAN CaseInSensitive);
NTSYSAPI BOOLEAN NTAPI RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                             BOOLEAN CaseInSensitive);
NTSYSAPI VOID NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);

/* ---- what only Linux has
 * ---------------------------------------------------------------------------------------------------
 */

/*
 * The library makes the process an NT process when it is loaded. If it cannot, it says so on
 * standard error, and every system service returns the status that this function returns, without
 * touching anything. STATUS_SUCCESS: all is well.
 */
NTSYSAPI NTSTATUS NTAPI ntdbg_ntdll_status(VOID);

/* What is wrong, in one sentence; "" if nothing is. */
NTSYSAPI PCSTR NTAPI ntdbg_ntdll_explain(VOID);

/*
 * How the services are called: "syscall", "gateway", "int2e", "none". The environment's
 * NTDBG_NT_ENTRY chooses (not for set-id programs); "syscall" is what it is without. With "none"
 * the process is left as it is, and every service returns STATUS_NOT_SUPPORTED.
 */
NTSYSAPI PCSTR NTAPI ntdbg_ntdll_entry(VOID);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_NTDLL_H */
