// SPDX-License-Identifier: MIT
#include <sys/syscall.h>
#include <unistd.h>

#include "handle.h"
#include "last_error.h"

using namespace ntdbg::win32;

namespace {

NTSTATUS query_thread(HANDLE thread, THREAD_BASIC_INFORMATION *information) {
    return NtQueryInformationThread(thread, ThreadBasicInformation, information,
                                    sizeof(*information), nullptr);
}

DWORD number(HANDLE id) {
    return static_cast<DWORD>(reinterpret_cast<uintptr_t>(id));
}

// The count before, as SuspendThread() and ResumeThread() give it.
DWORD count(NTSTATUS (*call)(HANDLE, PULONG), HANDLE thread) {
    ULONG previous = 0;
    return succeeded(call(thread, &previous)) ? previous : static_cast<DWORD>(-1);
}

} // namespace

HANDLE OpenThread(DWORD access, BOOL inherit_handle, DWORD thread_id) {
    HANDLE thread = nullptr;
    return succeeded(open_thread(thread_id, access, inherit_handle, &thread)) ? thread : nullptr;
}

BOOL TerminateThread(HANDLE thread, DWORD exit_code) {
    // To NT no handle stands for the caller.
    if (!thread)
        return fail(ERROR_INVALID_HANDLE);
    return succeeded(NtTerminateThread(thread, static_cast<NTSTATUS>(exit_code)));
}

BOOL GetExitCodeThread(HANDLE thread, LPDWORD exit_code) {
    if (!exit_code)
        return fail(ERROR_NOACCESS);
    THREAD_BASIC_INFORMATION information{};
    if (!succeeded(query_thread(thread, &information)))
        return FALSE;
    *exit_code = static_cast<DWORD>(information.ExitStatus);
    return TRUE;
}

DWORD SuspendThread(HANDLE thread) {
    return count(NtSuspendThread, thread);
}

DWORD ResumeThread(HANDLE thread) {
    return count(NtResumeThread, thread);
}

DWORD GetThreadId(HANDLE thread) {
    THREAD_BASIC_INFORMATION information{};
    return succeeded(query_thread(thread, &information)) ? number(information.ClientId.UniqueThread)
                                                         : 0;
}

DWORD GetProcessIdOfThread(HANDLE thread) {
    THREAD_BASIC_INFORMATION information{};
    return succeeded(query_thread(thread, &information))
               ? number(information.ClientId.UniqueProcess)
               : 0;
}

HANDLE GetCurrentThread(void) {
    return NtCurrentThread();
}

DWORD GetCurrentThreadId(void) {
    return static_cast<DWORD>(syscall(SYS_gettid));
}

BOOL GetThreadContext(HANDLE thread, LPCONTEXT context) {
    return succeeded(NtGetContextThread(thread, context));
}

BOOL SetThreadContext(HANDLE thread, const CONTEXT *context) {
    return succeeded(NtSetContextThread(thread, const_cast<PCONTEXT>(context)));
}
