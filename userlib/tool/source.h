// SPDX-License-Identifier: MIT
// Where events come from: the port, or a test's list. Results as in ntdbg.h.
#ifndef NTDBG_TOOL_SOURCE_H
#define NTDBG_TOOL_SOURCE_H

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

class Source {
public:
    virtual ~Source() = default;
    virtual ssize_t wait(event_buffer &buffer, int64_t timeout_ns) = 0;
    virtual ssize_t continue_wait(pid_t pid, pid_t tid, uint32_t status, event_buffer &buffer,
                                  int64_t timeout_ns, uint32_t *done) = 0;
    virtual int continue_event(pid_t pid, pid_t tid, uint32_t status) = 0;
    virtual int detach(pid_t pid) = 0;
    virtual int read_memory(uint32_t pid, uint64_t addr, void *buf, size_t len) = 0;
};

} // namespace ntdbg::tool

#endif
