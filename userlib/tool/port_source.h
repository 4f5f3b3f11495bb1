// SPDX-License-Identifier: MIT
#ifndef NTDBG_TOOL_PORT_SOURCE_H
#define NTDBG_TOOL_PORT_SOURCE_H

#include "source.h"

namespace ntdbg::tool {

class PortSource : public Source {
public:
    explicit PortSource(port &port) : port_(port) {}

    ssize_t wait(event_buffer &buffer, int64_t timeout_ns) override;
    ssize_t continue_wait(pid_t pid, pid_t tid, uint32_t status, event_buffer &buffer,
                          int64_t timeout_ns, uint32_t *done) override;
    int continue_event(pid_t pid, pid_t tid, uint32_t status) override;
    int detach(pid_t pid) override;
    int read_memory(uint32_t pid, uint64_t addr, void *buf, size_t len) override;

private:
    port &port_;
};

// How symbols read the memory that stacks are in. The source must outlive it.
inline auto memory_of(Source &source) {
    return [&source](uint32_t pid, uint64_t address, void *buf, size_t len) {
        return source.read_memory(pid, address, buf, len);
    };
}

} // namespace ntdbg::tool

#endif
