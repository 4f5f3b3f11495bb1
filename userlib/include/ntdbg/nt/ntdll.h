/* SPDX-License-Identifier: MIT */
/*
 * The native NT face: the system services and DbgUi* routines that a debugger
 * uses, with NT's names, types, checks and statuses.
 *
 * Conventions
 *  - Every routine returns an NTSTATUS. A bad pointer is the return value
 *    STATUS_ACCESS_VIOLATION, never a fault. (Where the system refuses
 *    process_vm_readv() to the program, as some containers do, it is a fault.)
 *  - Checks come in NT's order: output pointers, arguments, handles
 *    (STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED),
 *    then the operation. A query looks at the length before the handle.
 *  - Ids are those of the caller's pid namespace.
 *  - A thread may call from anywhere; errno is left alone. They use no signals.
 *  - STATUS_ACCESS_DENIED also says that the caller may not trace the process
 *    (any more), and STATUS_NOT_SUPPORTED that this kernel lacks something.
 *  - Handles are made close-on-exec; OBJ_INHERIT has them survive an exec.
 *  - Without the module or the device, what has to open the device says
 *    STATUS_NO_SUCH_DEVICE; if the caller may not open it, STATUS_ACCESS_DENIED.
 */
#ifndef NTDBG_NT_NTDLL_H
#define NTDBG_NT_NTDLL_H

#include <ntdbg/nt/context.h>
#include <ntdbg/nt/dbgui.h>
#include <ntdbg/nt/debug.h>
#include <ntdbg/nt/memory.h>
#include <ntdbg/nt/object.h>
#include <ntdbg/nt/process.h>
#include <ntdbg/nt/status.h>
#include <ntdbg/nt/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- debug objects ----------------------------------------------------------- */

/*
 * A new debug object. @Attributes may be NULL. @Flags: DEBUG_KILL_ON_CLOSE, else
 * STATUS_INVALID_PARAMETER with *@DebugObject already NULL. It is torn down when
 * its last handle is closed, also by the end of the process.
 *
 * Not as on NT: there are no named ones (a name: STATUS_NOT_SUPPORTED). A handle
 * is waited on with poll(), of ntdbg_handle_to_fd().
 */
LIBNTDBG_API NTSTATUS NTAPI NtCreateDebugObject(PHANDLE DebugObject, ACCESS_MASK Access,
                                                POBJECT_ATTRIBUTES Attributes, ULONG Flags);

/*
 * Put a running process under a debug object: needs PROCESS_SUSPEND_RESUME and
 * DEBUG_PROCESS_ASSIGN. STATUS_ACCESS_DENIED: the caller itself, or a kernel
 * thread. STATUS_PROCESS_IS_TERMINATING. STATUS_PORT_ALREADY_SET.
 * STATUS_DEBUGGER_INACTIVE: the object is being torn down. It makes no breakpoint;
 * DbgUiDebugActiveProcess() does.
 */
LIBNTDBG_API NTSTATUS NTAPI NtDebugActiveProcess(HANDLE Process, HANDLE DebugObject);

/* Take it away. STATUS_PORT_NOT_SET: it is not under this debug object. */
LIBNTDBG_API NTSTATUS NTAPI NtRemoveProcessDebug(HANDLE Process, HANDLE DebugObject);

/*
 * Take one event (DEBUG_READ_EVENT). @Timeout in 100 ns: negative from now,
 * positive a point of the system clock counted from 1601, 0 does not wait, NULL
 * waits without end. *@StateChange is DbgIdle without an event. The handles in it
 * are the caller's; close them. STATUS_TIMEOUT. STATUS_DEBUGGER_INACTIVE: this
 * process has closed the debug object meanwhile. STATUS_CANCELLED: by
 * ntdbg_port_cancel().
 *
 * Not as on NT: @Alertable has STATUS_USER_APC returned after a signal handler
 * of the calling thread ran; else the wait goes on. When processes were under the
 * object and all of them are gone, DBG_NO_STATE_CHANGE is returned at once
 * instead of waiting for an event that cannot come (STATUS_TIMEOUT if *@Timeout is 0).
 */
LIBNTDBG_API NTSTATUS NTAPI NtWaitForDebugEvent(HANDLE DebugObject, BOOLEAN Alertable,
                                                PLARGE_INTEGER Timeout,
                                                PDBGUI_WAIT_STATE_CHANGE StateChange);

/*
 * Answer an event (DEBUG_READ_EVENT). @ContinueStatus: DBG_CONTINUE,
 * DBG_EXCEPTION_HANDLED, DBG_EXCEPTION_NOT_HANDLED, DBG_REPLY_LATER,
 * DBG_TERMINATE_THREAD, DBG_TERMINATE_PROCESS; any other is
 * STATUS_INVALID_PARAMETER before the handle is looked at. The same status says
 * that no event of this client is handed out; a killed thread takes its own back.
 */
LIBNTDBG_API NTSTATUS NTAPI NtDebugContinue(HANDLE DebugObject, PCLIENT_ID ClientId,
                                            NTSTATUS ContinueStatus);

/*
 * DebugObjectKillProcessOnExitInformation (DEBUG_SET_INFORMATION): a ULONG, 0 or
 * DEBUG_KILL_ON_CLOSE. @ReturnLength may be NULL: 4 with
 * STATUS_INFO_LENGTH_MISMATCH, 0 on success. Another class:
 * STATUS_INVALID_PARAMETER.
 */
LIBNTDBG_API NTSTATUS NTAPI NtSetInformationDebugObject(HANDLE DebugObject,
                                                        DEBUGOBJECTINFOCLASS Class,
                                                        PVOID Information, ULONG Length,
                                                        PULONG ReturnLength);

/* ---- processes and threads ------------------------------------------------------ */

/*
 * By id: ClientId->UniqueProcess of a process; UniqueThread of a thread, whose
 * UniqueProcess may be 0. STATUS_INVALID_CID: there is none. STATUS_ACCESS_DENIED:
 * the caller may not trace it. STATUS_INVALID_PARAMETER_MIX: no @ClientId.
 */
LIBNTDBG_API NTSTATUS NTAPI NtOpenProcess(PHANDLE Process, ACCESS_MASK Access,
                                          POBJECT_ATTRIBUTES Attributes, PCLIENT_ID ClientId);
LIBNTDBG_API NTSTATUS NTAPI NtOpenThread(PHANDLE Thread, ACCESS_MASK Access,
                                         POBJECT_ATTRIBUTES Attributes, PCLIENT_ID ClientId);

/*
 * The classes of nt/process.h. A wrong length is STATUS_INFO_LENGTH_MISMATCH
 * before the handle is looked at, and leaves *@ReturnLength alone; a name too
 * long for the buffer is that status too, with *@ReturnLength set.
 *
 * ProcessDebugObjectHandle: without a port the handle is NULL and the status
 * STATUS_PORT_NOT_SET. *@ReturnLength is written last, also over the buffer.
 *
 * ExitStatus of a process that has ended: the status that it was terminated with
 * by NtTerminateProcess(); else made of its wait status (ntdbg_exit_status()), so
 * that after an unhandled exception it tells the signal. The EXIT_PROCESS event
 * tells the exception.
 */
LIBNTDBG_API NTSTATUS NTAPI NtQueryInformationProcess(HANDLE Process, PROCESSINFOCLASS Class,
                                                      PVOID Information, ULONG Length,
                                                      PULONG ReturnLength);

/*
 * ProcessDebugFlags (PROCESS_SET_INFORMATION): a ULONG, 0 or 1; else
 * STATUS_INVALID_PARAMETER. ProcessExceptionPort: STATUS_PRIVILEGE_NOT_HELD.
 */
LIBNTDBG_API NTSTATUS NTAPI NtSetInformationProcess(HANDLE Process, PROCESSINFOCLASS Class,
                                                    PVOID Information, ULONG Length);

LIBNTDBG_API NTSTATUS NTAPI NtQueryInformationThread(HANDLE Thread, THREADINFOCLASS Class,
                                                     PVOID Information, ULONG Length,
                                                     PULONG ReturnLength);

/* ThreadHideFromDebugger only, with length 0 (THREAD_SET_INFORMATION). */
LIBNTDBG_API NTSTATUS NTAPI NtSetInformationThread(HANDLE Thread, THREADINFOCLASS Class,
                                                   PVOID Information, ULONG Length);

/*
 * *@PreviousCount (may be NULL) is the count before. STATUS_SUSPEND_COUNT_EXCEEDED
 * at 127. STATUS_THREAD_IS_TERMINATING.
 *
 * Not as on NT: a thread in a system call is not stopped there but when it comes
 * back from it. A thread that suspends itself is stopped before it runs on in user
 * mode, so before the call returns to the program.
 */
LIBNTDBG_API NTSTATUS NTAPI NtSuspendThread(HANDLE Thread, PULONG PreviousCount);
LIBNTDBG_API NTSTATUS NTAPI NtResumeThread(HANDLE Thread, PULONG PreviousCount);

/* Each thread once more or once less. STATUS_PROCESS_IS_TERMINATING. */
LIBNTDBG_API NTSTATUS NTAPI NtSuspendProcess(HANDLE Process);
LIBNTDBG_API NTSTATUS NTAPI NtResumeProcess(HANDLE Process);

/*
 * Only the parts that Context->ContextFlags names are read or written.
 * STATUS_UNSUCCESSFUL: the thread is exiting. What is written is sanitized as on
 * NT. MxCsr and FltSave.MxCsr are the same register: FltSave.MxCsr is written.
 *
 * Not as on NT: of a thread in a system call, Rax is -ENOSYS, which stands for a
 * result that is not there yet (the call's number: ntdbg_thread_get_context());
 * written back as it was, it leaves the call its result, and any other value is
 * the result. Changing Rip or Rax ends the restarting of an interrupted call. FS
 * and GS bases have no place in a CONTEXT and are left
 * alone. CONTEXT_XSTATE is ignored. CONTEXT_EXCEPTION_REQUEST is answered with
 * CONTEXT_EXCEPTION_REPORTING and, in a system call, CONTEXT_SERVICE_ACTIVE;
 * CONTEXT_EXCEPTION_ACTIVE is never told.
 */
LIBNTDBG_API NTSTATUS NTAPI NtGetContextThread(HANDLE Thread, PCONTEXT Context);
LIBNTDBG_API NTSTATUS NTAPI NtSetContextThread(HANDLE Thread, PCONTEXT Context);

/*
 * NtTerminateProcess(other, DBG_TERMINATE_PROCESS) also takes it away from its
 * debug object. NULL stands for all threads of the caller but the calling one.
 * @ExitStatus is what the exit event tells; a parent in Linux sees SIGKILL.
 */
LIBNTDBG_API NTSTATUS NTAPI NtTerminateProcess(HANDLE Process, NTSTATUS ExitStatus);

/*
 * NULL stands for the calling thread (STATUS_CANT_TERMINATE_SELF if it is the last
 * one). The last thread ends the process. What DbgUiConnectToDbg() has made for a
 * thread of the calling process is closed with it.
 */
LIBNTDBG_API NTSTATUS NTAPI NtTerminateThread(HANDLE Thread, NTSTATUS ExitStatus);

/* ---- memory of a process ----------------------------------------------------------- */

/*
 * As many bytes as can be had, up to the first that cannot; *@Transferred (may be
 * NULL) tells how many. Not all: STATUS_PARTIAL_COPY. A write also goes to
 * pages that the process itself may only read, when they are private (a copy is
 * made), as WriteProcessMemory() has it; PROT_NONE is neither read nor written.
 */
LIBNTDBG_API NTSTATUS NTAPI NtReadVirtualMemory(HANDLE Process, PVOID BaseAddress, PVOID Buffer,
                                                SIZE_T Size, PSIZE_T Transferred);
LIBNTDBG_API NTSTATUS NTAPI NtWriteVirtualMemory(HANDLE Process, PVOID BaseAddress, PVOID Buffer,
                                                 SIZE_T Size, PSIZE_T Transferred);

/*
 * The base is rounded down to a page and the size up; both are written back.
 * PAGE_WRITECOPY and PAGE_EXECUTE_WRITECOPY are taken for their READWRITE forms;
 * PAGE_GUARD and the cache flags: STATUS_NOT_SUPPORTED. No protection at all:
 * STATUS_INVALID_PAGE_PROTECTION. Something of the range is not mapped:
 * STATUS_CONFLICTING_ADDRESSES, and nothing is changed.
 */
LIBNTDBG_API NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE Process, PVOID *BaseAddress,
                                                   PSIZE_T RegionSize, ULONG NewProtect,
                                                   PULONG OldProtect);

/*
 * MemoryBasicInformation: a mapping is MEM_COMMIT; its Type MEM_IMAGE (an ELF
 * file that is mapped executable), MEM_MAPPED (another file, or shared), else
 * MEM_PRIVATE. A private writable page of a file is PAGE_WRITECOPY. Beyond user
 * space: STATUS_INVALID_PARAMETER. MemoryMappedFilenameInformation: the path;
 * STATUS_INVALID_ADDRESS where no file is mapped.
 */
LIBNTDBG_API NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE Process, PVOID BaseAddress,
                                                 MEMORY_INFORMATION_CLASS Class, PVOID Information,
                                                 SIZE_T Length, PSIZE_T ReturnLength);

/* x86 keeps its instruction cache itself: checks the handle and does nothing. */
LIBNTDBG_API NTSTATUS NTAPI NtFlushInstructionCache(HANDLE Process, PVOID BaseAddress,
                                                    SIZE_T Length);

/* ---- exceptions ---------------------------------------------------------------------- */

/*
 * Raise an exception of the calling thread at its debugger. STATUS_SUCCESS: the
 * debugger handled it. STATUS_INVALID_PARAMETER: more than 15 parameters.
 *
 * Not as on NT: it returns, and @Context is not loaded; there are no user-mode
 * handlers to dispatch to. DBG_EXCEPTION_NOT_HANDLED: the debugger said so, or
 * nobody debugs this process.
 */
LIBNTDBG_API NTSTATUS NTAPI NtRaiseException(PEXCEPTION_RECORD Record, PCONTEXT Context,
                                             BOOLEAN FirstChance);

/* An int3 in the calling thread. */
LIBNTDBG_API VOID NTAPI DbgBreakPoint(VOID);

/* Text for the debugger (DBG_PRINTEXCEPTION_C); at most 511 bytes; lost without one. */
LIBNTDBG_API ULONG DbgPrint(PCSTR Format, ...) __attribute__((format(printf, 1, 2)));

/* ---- handles --------------------------------------------------------------------------- */

/*
 * Any descriptor. STATUS_INVALID_HANDLE, which is also raised as an exception of
 * the caller while it has a debug port, but for NULL and the pseudo-handles
 * (those two are closed with success, as on NT). Threads of this process that
 * wait on the debug object whose last handle is closed get STATUS_DEBUGGER_INACTIVE.
 * Not as on NT: a child that was forked without exec shares the handle, so the
 * debug object stays until it closes it, too.
 */
LIBNTDBG_API NTSTATUS NTAPI NtClose(HANDLE Handle);

/*
 * Within the calling process only: both process handles are of it, else
 * STATUS_NOT_SUPPORTED. A pseudo-handle becomes a real one. Of a plain file
 * @Access is not looked at.
 */
LIBNTDBG_API NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcess, HANDLE Source,
                                              HANDLE TargetProcess, PHANDLE Target,
                                              ACCESS_MASK Access, ULONG Attributes, ULONG Options);

/*
 * ObjectBasicInformation and ObjectTypeInformation ("DebugObject", "Process",
 * "Thread", "File" for any other descriptor). HandleCount is true for debug objects,
 * else 1.
 */
LIBNTDBG_API NTSTATUS NTAPI NtQueryObject(HANDLE Handle, OBJECT_INFORMATION_CLASS Class,
                                          PVOID Information, ULONG Length, PULONG ReturnLength);

/* ---- DbgUi ------------------------------------------------------------------------------ */

/*
 * The debug object of the calling thread (NT: TEB.DbgSsReserved[1]): made on the
 * first call, with all rights and kill-on-close. The thread's end closes it.
 */
LIBNTDBG_API NTSTATUS NTAPI DbgUiConnectToDbg(VOID);
LIBNTDBG_API HANDLE NTAPI DbgUiGetThreadDebugObject(VOID);
/* Replaces it; the old one is not closed, and the new one belongs to the thread. */
LIBNTDBG_API VOID NTAPI DbgUiSetThreadDebugObject(HANDLE DebugObject);

/* The Nt* calls on that object, not alertable. Without one: STATUS_INVALID_HANDLE. */
LIBNTDBG_API NTSTATUS NTAPI DbgUiWaitStateChange(PDBGUI_WAIT_STATE_CHANGE StateChange,
                                                 PLARGE_INTEGER Timeout);
LIBNTDBG_API NTSTATUS NTAPI DbgUiContinue(PCLIENT_ID ClientId, NTSTATUS ContinueStatus);
LIBNTDBG_API NTSTATUS NTAPI DbgUiStopDebugging(HANDLE Process);
/* Attach and break in; if the break-in fails, detach. */
LIBNTDBG_API NTSTATUS NTAPI DbgUiDebugActiveProcess(HANDLE Process);

/*
 * A breakpoint exception of the process (STATUS_BREAKPOINT at its first thread's
 * Rip). Not as on NT: no thread is made for it, so there is no CREATE_THREAD,
 * EXIT_THREAD and no DbgUiRemoteBreakin; whatever the answer, the thread goes
 * on. STATUS_PORT_NOT_SET: nobody would see it. One that is listed already stands
 * for another.
 */
LIBNTDBG_API NTSTATUS NTAPI DbgUiIssueRemoteBreakin(HANDLE Process);

/*
 * As WaitForDebugEvent() and WaitForDebugEventEx() have it: the second makes an
 * OUTPUT_DEBUG_STRING of DBG_PRINTEXCEPTION_WIDE_C, the first leaves it an exception.
 * STATUS_UNSUCCESSFUL: no event; the ids are written. lpThreadLocalBase is
 * asked of HandleToThread.
 */
LIBNTDBG_API NTSTATUS NTAPI DbgUiConvertStateChangeStructure(PDBGUI_WAIT_STATE_CHANGE StateChange,
                                                             LPDEBUG_EVENT DebugEvent);
LIBNTDBG_API NTSTATUS NTAPI DbgUiConvertStateChangeStructureEx(PDBGUI_WAIT_STATE_CHANGE StateChange,
                                                               LPDEBUG_EVENT DebugEvent);

/* ---- statuses ----------------------------------------------------------------------------- */

/*
 * The Win32 error of the statuses of nt/status.h; ERROR_MR_MID_NOT_FOUND (317)
 * for one that is in no table.
 */
LIBNTDBG_API ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status);

/* ---- Linux only: starting a program ---------------------------------------------------------- */

#define NTDBG_CREATE_INHERIT 0x1u   /* its children are debugged too (DEBUG_PROCESS) */
#define NTDBG_CREATE_BREAK 0x2u     /* an initial breakpoint, as NT's loader makes it */
#define NTDBG_CREATE_SUSPENDED 0x4u /* first thread's count is 1; needs a debug object */

/**
 * struct _NTDBG_CREATE_PROCESS - for ntdbg_nt_create_process()
 * @Size: in: sizeof(NTDBG_CREATE_PROCESS)
 * @Flags: in: NTDBG_CREATE_*
 * @Argv: in: the program (searched in PATH) and its arguments, NULL at the end
 * @Envp: in: environment; NULL: the caller's
 * @Directory: in: where to start; NULL: where the caller is
 * @DebugObject: in: with DEBUG_PROCESS_ASSIGN; NULL: not debugged
 * @Process: out: handle with all rights
 * @Thread: out: likewise, of the first thread
 * @ClientId: out: its ids
 * @FailedStage: out: enum ntdbg_launch_stage, when it fails
 * @Error: out: errno of that stage
 */
typedef struct _NTDBG_CREATE_PROCESS {
    ULONG Size;
    ULONG Flags;
    char *const *Argv;
    char *const *Envp;
    const char *Directory;
    HANDLE DebugObject;
    HANDLE Process;
    HANDLE Thread;
    CLIENT_ID ClientId;
    ULONG FailedStage;
    LONG Error;
} NTDBG_CREATE_PROCESS, *PNTDBG_CREATE_PROCESS;

/*
 * Stands for NtCreateUserProcess(). With a debug object the program is held at
 * its CREATE_PROCESS event when the call comes back. It is an ordinary child of
 * Linux: somebody has to waitpid() for ClientId.UniqueProcess, or SIGCHLD is
 * ignored. Statuses: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_ACCESS_DENIED,
 * STATUS_INVALID_IMAGE_FORMAT of the exec; those of @DebugObject; without memory
 * STATUS_INSUFFICIENT_RESOURCES. A failure leaves no child and no handle.
 */
LIBNTDBG_API NTSTATUS ntdbg_nt_create_process(PNTDBG_CREATE_PROCESS Create);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_NT_NTDLL_H */
