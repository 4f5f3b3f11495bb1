// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <unistd.h>

#include "child.h"
#include "exit_codes.h"
#include "last_error.h"

using namespace ntdbg::win32;

namespace {

NTSTATUS query_process(HANDLE process, PROCESS_BASIC_INFORMATION *information) {
    return NtQueryInformationProcess(process, ProcessBasicInformation, information,
                                     sizeof(*information), nullptr);
}

} // namespace

HANDLE OpenProcess(DWORD access, BOOL inherit_handle, DWORD process_id) {
    HANDLE process = nullptr;
    return succeeded(open_process(process_id, access, inherit_handle, &process)) ? process
                                                                                 : nullptr;
}

BOOL TerminateProcess(HANDLE process, UINT exit_code) {
    // To NT no handle stands for the caller's other threads.
    if (!process)
        return fail(ERROR_INVALID_HANDLE);
    return succeeded(NtTerminateProcess(process, static_cast<NTSTATUS>(exit_code)));
}

BOOL GetExitCodeProcess(HANDLE process, LPDWORD exit_code) {
    if (!exit_code)
        return fail(ERROR_NOACCESS);
    PROCESS_BASIC_INFORMATION information{};
    NTSTATUS status = query_process(process, &information);
    if (!succeeded(status))
        return FALSE;
    *exit_code = better_exit_code(static_cast<DWORD>(information.UniqueProcessId),
                                  static_cast<DWORD>(information.ExitStatus));
    if (*exit_code != STILL_ACTIVE)
        reap_children();
    return TRUE;
}

DWORD GetProcessId(HANDLE process) {
    PROCESS_BASIC_INFORMATION information{};
    return succeeded(query_process(process, &information))
               ? static_cast<DWORD>(information.UniqueProcessId)
               : 0;
}

HANDLE GetCurrentProcess(void) {
    return NtCurrentProcess();
}

DWORD GetCurrentProcessId(void) {
    return static_cast<DWORD>(getpid());
}

void ExitProcess(UINT exit_code) {
    exit(static_cast<int>(exit_code));
}

BOOL FlushInstructionCache(HANDLE process, LPCVOID address, SIZE_T size) {
    return succeeded(NtFlushInstructionCache(process, const_cast<PVOID>(address), size));
}
