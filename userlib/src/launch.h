// SPDX-License-Identifier: MIT
// Launching, as the C interface and the NT face both need it.
#ifndef NTDBG_SRC_LAUNCH_H
#define NTDBG_SRC_LAUNCH_H

#include <ntdbg/ntdbg.h>

namespace ntdbg::detail {

// Called while the child exists and has not run exec yet; not 0 (-errno) gives it up.
struct BeforeExec {
    int (*call)(void *ctx, pid_t pid);
    void *ctx;
};

// @port_fd: -1 for a program that nobody debugs. Returns the process id or -errno, with
// *stage.
pid_t launch(int port_fd, char *const argv[], const ntdbg_launch_opts &opts,
             const BeforeExec *before, uint32_t *stage);

} // namespace ntdbg::detail

#endif
