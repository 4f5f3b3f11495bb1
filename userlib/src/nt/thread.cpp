// SPDX-License-Identifier: MIT
// Steering a thread.
#include <cerrno>
#include <unistd.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "dbgui.h"
#include "handle.h"
#include "status.h"
#include "user.h"

namespace {

using namespace ntdbg::nt;

constexpr Wording kExiting{EOWNERDEAD, STATUS_THREAD_IS_TERMINATING};
// NT gets and sets registers by an APC, which an exiting thread does not take.
constexpr Wording kNoContext{EOWNERDEAD, STATUS_UNSUCCESSFUL};

NTSTATUS count_call(HANDLE handle, PULONG previous, int (*call)(int)) {
    if (!probe_optional(previous))
        return STATUS_ACCESS_VIOLATION;
    Reference thread(handle, Kind::Thread);
    if (!NT_SUCCESS(thread.status()))
        return thread.status();
    int ret = call(thread.fd());
    if (ret >= 0 && !put_optional(previous, static_cast<ULONG>(ret)))
        return STATUS_ACCESS_VIOLATION;
    return status_of(ret, {kExiting});
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtSuspendThread(HANDLE Thread, PULONG PreviousCount) {
    return count_call(Thread, PreviousCount, ntdbg_thread_suspend);
}

NTSTATUS NTAPI NtResumeThread(HANDLE Thread, PULONG PreviousCount) {
    return count_call(Thread, PreviousCount, ntdbg_thread_resume);
}

NTSTATUS NTAPI NtGetContextThread(HANDLE Thread, PCONTEXT Context) {
    CONTEXT context;
    if (!probe(Context) || !get(&context, Context))
        return STATUS_ACCESS_VIOLATION;
    Reference thread(Thread, Kind::Thread);
    if (!NT_SUCCESS(thread.status()))
        return thread.status();
    ntdbg_context registers{};
    registers.flags = ntdbg_nt_context_flags(context.ContextFlags);
    bool report = context.ContextFlags & CONTEXT_EXCEPTION_REQUEST;
    // Where nothing is asked for, the handle is looked at all the same.
    if (report || registers.flags == 0)
        registers.flags |= NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER;
    NTSTATUS status = status_of(ntdbg_thread_get_context(thread.fd(), &registers), {kNoContext});
    if (!NT_SUCCESS(status))
        return status;
    ntdbg_nt_context_from(&context, context.ContextFlags, &registers);
    if (report) {
        context.ContextFlags &=
            ~(CONTEXT_EXCEPTION_REPORTING | CONTEXT_SERVICE_ACTIVE | CONTEXT_EXCEPTION_ACTIVE);
        context.ContextFlags |= ntdbg_nt_context_report(&registers);
    }
    return put(Context, context) ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

NTSTATUS NTAPI NtSetContextThread(HANDLE Thread, PCONTEXT Context) {
    CONTEXT context;
    if (!get(&context, Context))
        return STATUS_ACCESS_VIOLATION;
    Reference thread(Thread, Kind::Thread);
    if (!NT_SUCCESS(thread.status()))
        return thread.status();
    ntdbg_context registers{};
    ntdbg_nt_context_to(&registers, &context);
    if (registers.flags == 0) // nothing to write, but the handle has to be one
        return thread.check(Kind::Thread, THREAD_SET_CONTEXT);
    return status_of(ntdbg_thread_set_context(thread.fd(), &registers), {kNoContext});
}

NTSTATUS NTAPI NtTerminateThread(HANDLE Thread, NTSTATUS ExitStatus) {
    Reference thread(Thread ? Thread : NtCurrentThread(), Kind::Thread);
    if (!NT_SUCCESS(thread.status()))
        return thread.status();
    ntdbg_thread_info info;
    int ret = ntdbg_thread_query(thread.fd(), &info);
    bool ours = ret == 0 && info.pid == static_cast<uint32_t>(getpid());
    bool self = ours && info.tid == static_cast<uint32_t>(gettid());
    if (!Thread && self && (info.flags & NTDBG_THREAD_LAST))
        return STATUS_CANT_TERMINATE_SELF;
    // A thread that ends itself does not come back to do it afterwards.
    if (self && NT_SUCCESS(thread.check(Kind::Thread, THREAD_TERMINATE)))
        close_thread_debug_object(gettid());
    ret = ntdbg_thread_terminate(thread.fd(), static_cast<uint32_t>(ExitStatus));
    if (ret == 0 && ours)
        close_thread_debug_object(static_cast<pid_t>(info.tid));
    return status_of(ret, {kExiting});
}

} // extern "C"
