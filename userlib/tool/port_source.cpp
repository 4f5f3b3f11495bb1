// SPDX-License-Identifier: MIT
#include "port_source.h"

#include <cerrno>
#include <sys/uio.h>

namespace ntdbg::tool {

ssize_t PortSource::wait(event_buffer &buffer, int64_t timeout_ns) {
    return ntdbg_port_wait(port_.get(), &buffer, sizeof(buffer), timeout_ns, 0);
}

ssize_t PortSource::continue_wait(pid_t pid, pid_t tid, uint32_t status, event_buffer &buffer,
                                  int64_t timeout_ns, uint32_t *done) {
    return ntdbg_port_continue_wait(port_.get(), pid, tid, status, &buffer, sizeof(buffer),
                                    timeout_ns, 0, done);
}

int PortSource::continue_event(pid_t pid, pid_t tid, uint32_t status) {
    return ntdbg_port_continue(port_.get(), pid, tid, status);
}

int PortSource::detach(pid_t pid) {
    return ntdbg_port_detach(port_.get(), pid);
}

int PortSource::read_memory(uint32_t pid, uint64_t addr, void *buf, size_t len) {
    iovec local{buf, len};
    iovec remote{reinterpret_cast<void *>(static_cast<uintptr_t>(addr)), len};
    ssize_t n = process_vm_readv(static_cast<pid_t>(pid), &local, 1, &remote, 1, 0);
    if (n < 0)
        return -errno;
    return static_cast<size_t>(n) == len ? 0 : -EFAULT;
}

} // namespace ntdbg::tool
