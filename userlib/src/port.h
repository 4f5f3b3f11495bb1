// SPDX-License-Identifier: MIT
// The inside of a port.
#ifndef NTDBG_SRC_PORT_H
#define NTDBG_SRC_PORT_H

#include <ntdbg/ntdbg.h>

struct ntdbg_port {
    int fd;
};

namespace ntdbg::detail {

// ntdbg_port_wait() to a point of CLOCK_MONOTONIC (as NTDBG_IOC_WAIT has it).
ssize_t port_wait_until(ntdbg_port *port, void *buf, size_t buf_size, uint64_t deadline_ns,
                        uint32_t flags);

// The port's descriptor, which is the caller's from then on; the port is gone.
int port_release(ntdbg_port *port);

} // namespace ntdbg::detail

#endif
