// SPDX-License-Identifier: MIT
// Exceptions in user mode, behind the entries of dispatch.S.
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "internal.h"

extern "C" {

bool ntdbg_ntdll_dispatch_exception(EXCEPTION_RECORD *record, CONTEXT *context) {
    // The thread was interrupted anywhere.
    int saved = errno;
    EXCEPTION_POINTERS pointers = {record, context};
    bool handled = ntdbg::ntdll::call_exception_handlers(&pointers);
    if (handled)
        ntdbg::ntdll::call_continue_handlers(&pointers);
    errno = saved;
    return handled;
}

void ntdbg_ntdll_give_up(NTSTATUS status) {
    dprintf(STDERR_FILENO, "ntdbg: the thread cannot go on: status %08X\n",
            static_cast<unsigned>(status));
    NtTerminateProcess(NtCurrentProcess(), status);
    abort();
}

VOID NTAPI RtlRaiseStatus(NTSTATUS Status) {
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = static_cast<DWORD>(Status);
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    for (;;)
        RtlRaiseException(&record);
}

VOID NTAPI RtlRestoreContext(PCONTEXT ContextRecord, PEXCEPTION_RECORD ExceptionRecord) {
    if (ExceptionRecord)
        RtlRaiseStatus(STATUS_NOT_SUPPORTED);
    ntdbg_ntdll_give_up(NtContinue(ContextRecord, FALSE));
}

} // extern "C"
