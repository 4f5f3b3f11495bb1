// SPDX-License-Identifier: MIT
// What processes and threads have in common when they are asked about.
#ifndef NTDBG_SRC_NT_EXIT_STATUS_H
#define NTDBG_SRC_NT_EXIT_STATUS_H

#include <ntdbg/nt/process.h>
#include <ntdbg/object.h>

namespace ntdbg::nt {

// STATUS_PENDING while they live.
NTSTATUS exit_status(const ntdbg_process_info &info);
NTSTATUS exit_status(const ntdbg_thread_info &info);

// @start_ns: on CLOCK_BOOTTIME
KERNEL_USER_TIMES kernel_user_times(uint64_t start_ns, uint64_t user_ns, uint64_t kernel_ns);

} // namespace ntdbg::nt

#endif
