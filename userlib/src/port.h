// SPDX-License-Identifier: MIT
// The inside of a port.
#ifndef NTDBG_SRC_PORT_H
#define NTDBG_SRC_PORT_H

#include <ntdbg/ntdbg.h>

struct ntdbg_port {
    int fd;
};

#endif
