// SPDX-License-Identifier: MIT
// Steering a process.
#include <cerrno>
#include <cstdlib>
#include <dirent.h>
#include <unistd.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "handle.h"
#include "status.h"

namespace {

using namespace ntdbg::nt;

template <typename Call>
NTSTATUS with_process(HANDLE handle, Call call) {
    Reference process(handle, Kind::Process);
    return NT_SUCCESS(process.status()) ? status_of(call(process.fd())) : process.status();
}

// NT: handle 0. Threads that are made meanwhile are found in the next round.
NTSTATUS terminate_other_threads(NTSTATUS exit_status) {
    pid_t self = gettid();
    bool found = true;
    while (found) {
        found = false;
        DIR *folder = opendir("/proc/self/task");
        if (!folder)
            return STATUS_UNSUCCESSFUL;
        while (const dirent *entry = readdir(folder)) {
            auto tid = static_cast<pid_t>(strtol(entry->d_name, nullptr, 10));
            if (tid <= 0 || tid == self)
                continue;
            NewHandle thread(ntdbg_thread_open(nullptr, getpid(), tid, THREAD_TERMINATE));
            if (thread.fd() == -ESRCH || thread.fd() == -EOWNERDEAD)
                continue;
            int ret = thread.fd() < 0
                          ? thread.fd()
                          : ntdbg_thread_terminate(thread.fd(), static_cast<uint32_t>(exit_status));
            if (ret == 0)
                found = true;
            else if (ret != -EOWNERDEAD) {
                closedir(folder);
                return status_of(ret);
            }
        }
        closedir(folder);
    }
    return STATUS_SUCCESS;
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtSuspendProcess(HANDLE Process) {
    return with_process(Process, ntdbg_process_suspend);
}

NTSTATUS NTAPI NtResumeProcess(HANDLE Process) {
    return with_process(Process, ntdbg_process_resume);
}

NTSTATUS NTAPI NtTerminateProcess(HANDLE Process, NTSTATUS ExitStatus) {
    if (!Process)
        return terminate_other_threads(ExitStatus);
    return with_process(Process, [ExitStatus](int fd) {
        return ntdbg_process_terminate(fd, static_cast<uint32_t>(ExitStatus));
    });
}

NTSTATUS NTAPI DbgUiIssueRemoteBreakin(HANDLE Process) {
    return with_process(Process, [](int fd) {
        int ret = ntdbg_process_break(fd);
        return ret == -EALREADY ? 0 : ret;
    });
}

NTSTATUS NTAPI NtFlushInstructionCache(HANDLE Process, PVOID, SIZE_T) {
    Reference process(Process, Kind::Process);
    return NT_SUCCESS(process.status()) ? process.check(Kind::Process, PROCESS_VM_WRITE)
                                        : process.status();
}

} // extern "C"
