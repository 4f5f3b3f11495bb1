// SPDX-License-Identifier: MIT
#include "exit_status.h"

#include <ntdbg/ntdbg.h>

#include "time.h"

namespace ntdbg::nt {

NTSTATUS exit_status(const ntdbg_process_info &info) {
    if (!(info.flags & NTDBG_PROCESS_EXITED))
        return STATUS_PENDING;
    if (info.flags & NTDBG_PROCESS_NT_STATUS)
        return static_cast<NTSTATUS>(info.nt_status);
    return info.flags & NTDBG_PROCESS_STATUS ? ntdbg_exit_status(info.wait_status)
                                             : STATUS_UNSUCCESSFUL;
}

NTSTATUS exit_status(const ntdbg_thread_info &info) {
    if (!(info.flags & NTDBG_THREAD_EXITED))
        return STATUS_PENDING;
    return info.flags & NTDBG_THREAD_STATUS ? ntdbg_exit_status(info.wait_status)
                                            : STATUS_UNSUCCESSFUL;
}

KERNEL_USER_TIMES kernel_user_times(uint64_t start_ns, uint64_t user_ns, uint64_t kernel_ns) {
    Clocks clocks = Clocks::now();
    KERNEL_USER_TIMES times{};
    times.CreateTime.QuadPart =
        system_time(clocks.real - (clocks.boot - static_cast<int64_t>(start_ns)));
    times.KernelTime.QuadPart = static_cast<LONGLONG>(kernel_ns / 100);
    times.UserTime.QuadPart = static_cast<LONGLONG>(user_ns / 100);
    return times;
}

} // namespace ntdbg::nt
