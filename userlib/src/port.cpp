// SPDX-License-Identifier: MIT
// The port: one function for each thing that the device can do.
#include "port.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "opts.h"

namespace {

using ntdbg::detail::take_opts;

int call(const ntdbg_port *port, unsigned long request, void *arg) {
    int saved = errno;
    int ret = ioctl(port->fd, request, arg);
    if (ret < 0)
        ret = -errno;
    errno = saved;
    return ret;
}

// The deadline that lies timeout_ns ahead on CLOCK_MONOTONIC.
uint64_t deadline(int64_t timeout_ns) {
    if (timeout_ns < 0)
        return NTDBG_WAIT_FOREVER;
    if (timeout_ns == 0)
        return 0;
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec) +
           static_cast<uint64_t>(timeout_ns);
}

uint32_t clamp_size(size_t size) {
    return size > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(size);
}

} // namespace

namespace ntdbg::detail {

ssize_t port_wait_until(ntdbg_port *port, void *buf, size_t buf_size, uint64_t deadline_ns,
                        uint32_t flags) {
    ntdbg_wait arg{};
    arg.size = sizeof(arg);
    arg.flags = flags;
    arg.deadline_ns = deadline_ns;
    arg.buf = reinterpret_cast<uintptr_t>(buf);
    arg.buf_size = clamp_size(buf_size);
    int ret = call(port, NTDBG_IOC_WAIT, &arg);
    return ret < 0 ? ret : static_cast<ssize_t>(arg.event_size);
}

int port_release(ntdbg_port *port) {
    int fd = port->fd;
    free(port);
    return fd;
}

} // namespace ntdbg::detail

extern "C" {

const char *ntdbg_version(void) {
    return LIBNTDBG_VERSION;
}

int ntdbg_port_from_fd(struct ntdbg_port **out, int fd) {
    *out = nullptr;
    if (fd < 0)
        return -EBADF;
    auto *port = static_cast<ntdbg_port *>(malloc(sizeof(ntdbg_port)));
    if (!port) {
        close(fd);
        return -ENOMEM;
    }
    port->fd = fd;

    ntdbg_info info{};
    int ret = ntdbg_port_info(port, &info);
    // A regular file, another device or a socket all say ENOTTY, some EINVAL.
    if (ret == -EINVAL || ret == -EOPNOTSUPP)
        ret = -ENOTTY;
    if (ret == 0 && info.abi_version != NTDBG_ABI_VERSION)
        ret = -EPROTO;
    if (ret < 0) {
        ntdbg_port_close(port);
        return ret;
    }
    *out = port;
    return 0;
}

int ntdbg_port_open(struct ntdbg_port **out, const struct ntdbg_open_opts *user) {
    *out = nullptr;
    ntdbg_open_opts opts;
    int ret = take_opts(&opts, user);
    if (ret < 0)
        return ret;

    int saved = errno;
    int fd = open(opts.device ? opts.device : NTDBG_DEVICE, O_RDWR | O_CLOEXEC);
    ret = fd < 0 ? -errno : 0;
    errno = saved;
    if (ret == 0)
        ret = ntdbg_port_from_fd(out, fd);
    if (ret == 0 && opts.flags != 0) {
        ret = ntdbg_port_set_flags(*out, opts.flags);
        if (ret < 0) {
            ntdbg_port_close(*out);
            *out = nullptr;
        }
    }
    return ret;
}

void ntdbg_port_close(struct ntdbg_port *port) {
    if (!port)
        return;
    int saved = errno;
    close(port->fd);
    errno = saved;
    free(port);
}

int ntdbg_port_fd(const struct ntdbg_port *port) {
    return port->fd;
}

int ntdbg_port_info(const struct ntdbg_port *port, struct ntdbg_info *info) {
    *info = {};
    info->size = sizeof(*info);
    int ret = call(port, NTDBG_IOC_INFO, info);
    info->version[sizeof(info->version) - 1] = '\0';
    return ret;
}

int ntdbg_port_feature(const struct ntdbg_port *port, uint32_t index,
                       struct ntdbg_feature *feature) {
    *feature = {};
    feature->size = sizeof(*feature);
    feature->index = index;
    int ret = call(port, NTDBG_IOC_FEATURE, feature);
    feature->name[sizeof(feature->name) - 1] = '\0';
    feature->reason[sizeof(feature->reason) - 1] = '\0';
    return ret;
}

int ntdbg_port_stats(const struct ntdbg_port *port, struct ntdbg_stats *stats) {
    *stats = {};
    stats->size = sizeof(*stats);
    return call(port, NTDBG_IOC_STATS, stats);
}

int ntdbg_port_set_flags(const struct ntdbg_port *port, uint32_t flags) {
    ntdbg_set arg{.size = sizeof(arg), .flags = flags};
    return call(port, NTDBG_IOC_SET, &arg);
}

int ntdbg_port_attach(struct ntdbg_port *port, pid_t pid) {
    if (pid <= 0)
        return -ESRCH;
    ntdbg_attach arg{};
    arg.size = sizeof(arg);
    arg.pid = static_cast<uint32_t>(pid);
    return call(port, NTDBG_IOC_ATTACH, &arg);
}

int ntdbg_port_detach(struct ntdbg_port *port, pid_t pid) {
    if (pid <= 0)
        return -ESRCH;
    ntdbg_detach arg{};
    arg.size = sizeof(arg);
    arg.pid = static_cast<uint32_t>(pid);
    return call(port, NTDBG_IOC_DETACH, &arg);
}

ssize_t ntdbg_port_wait(struct ntdbg_port *port, void *buf, size_t buf_size, int64_t timeout_ns,
                        uint32_t flags) {
    return ntdbg::detail::port_wait_until(port, buf, buf_size, deadline(timeout_ns), flags);
}

int ntdbg_port_continue(struct ntdbg_port *port, pid_t pid, pid_t tid, uint32_t status) {
    ntdbg_continue arg{};
    arg.size = sizeof(arg);
    arg.pid = static_cast<uint32_t>(pid);
    arg.tid = static_cast<uint32_t>(tid);
    arg.status = status;
    return call(port, NTDBG_IOC_CONTINUE, &arg);
}

ssize_t ntdbg_port_continue_wait(struct ntdbg_port *port, pid_t pid, pid_t tid, uint32_t status,
                                 void *buf, size_t buf_size, int64_t timeout_ns, uint32_t flags,
                                 uint32_t *done) {
    ntdbg_continue_wait arg{};
    arg.size = sizeof(arg);
    arg.pid = static_cast<uint32_t>(pid);
    arg.tid = static_cast<uint32_t>(tid);
    arg.status = status;
    arg.flags = flags;
    arg.deadline_ns = deadline(timeout_ns);
    arg.buf = reinterpret_cast<uintptr_t>(buf);
    arg.buf_size = clamp_size(buf_size);
    int ret = call(port, NTDBG_IOC_CONTINUE_WAIT, &arg);
    if (done)
        *done = arg.done;
    return ret < 0 ? ret : static_cast<ssize_t>(arg.event_size);
}

ssize_t ntdbg_port_read(struct ntdbg_port *port, void *buf, size_t buf_size) {
    int saved = errno;
    ssize_t ret = read(port->fd, buf, buf_size);
    if (ret < 0)
        ret = -errno;
    errno = saved;
    return ret;
}

HANDLE ntdbg_handle_from_fd(int fd) {
    if (fd < 0)
        return nullptr;
    return reinterpret_cast<HANDLE>((static_cast<uintptr_t>(fd) + 1) << 2);
}

int ntdbg_handle_to_fd(HANDLE handle) {
    auto value = reinterpret_cast<uintptr_t>(handle) >> 2;
    if (value == 0 || value - 1 > INT_MAX)
        return -1;
    return static_cast<int>(value - 1);
}

} // extern "C"
