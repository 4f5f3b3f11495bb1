// SPDX-License-Identifier: MIT
// Handles of processes and threads: one function for each thing that they can do.
#include <cerrno>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ntdbg/process.h>

#include "port.h"

namespace {

int call(int fd, unsigned long request, void *arg = nullptr) {
    int saved = errno;
    int ret = ioctl(fd, request, arg);
    if (ret < 0)
        ret = -errno;
    errno = saved;
    return ret;
}

// A handle may be one that its owner never had.
int handle_call(int fd, unsigned long request, void *arg = nullptr) {
    if (fd < 0)
        return -EBADF;
    return call(fd, request, arg);
}

// The port's descriptor, or one opened for a single call.
class Device {
public:
    explicit Device(const ntdbg_port *port) {
        if (port) {
            fd_ = port->fd;
            return;
        }
        int saved = errno;
        fd_ = open(NTDBG_DEVICE, O_RDWR | O_CLOEXEC);
        if (fd_ < 0)
            fd_ = -errno;
        owned_ = fd_ >= 0;
        errno = saved;
    }
    ~Device() {
        if (!owned_)
            return;
        int saved = errno;
        close(fd_);
        errno = saved;
    }
    Device(const Device &) = delete;
    Device &operator=(const Device &) = delete;

    int fd() const { return fd_; }

private:
    int fd_;
    bool owned_ = false;
};

int set_value(int fd, unsigned long request, uint32_t value) {
    ntdbg_value arg{.size = sizeof(arg), .value = value};
    return handle_call(fd, request, &arg);
}

ssize_t copy(int process, unsigned long request, uint64_t address, const void *buf, size_t len,
             uint32_t flags) {
    ntdbg_vm_io arg{};
    arg.size = sizeof(arg);
    arg.flags = flags;
    arg.address = address;
    arg.buf = reinterpret_cast<uintptr_t>(buf);
    arg.length = len;
    int ret = handle_call(process, request, &arg);
    if (ret == -EIO && arg.done > 0)
        ret = 0;
    return ret < 0 ? ret : static_cast<ssize_t>(arg.done);
}

int debug_call(int process, unsigned long request, int debug_object) {
    ntdbg_process_debug arg{.size = sizeof(arg), .debug_fd = debug_object};
    return handle_call(process, request, &arg);
}

int suspend_call(int thread, unsigned long request) {
    ntdbg_suspend arg{.size = sizeof(arg), .previous = 0};
    int ret = handle_call(thread, request, &arg);
    return ret < 0 ? ret : static_cast<int>(arg.previous);
}

} // namespace

extern "C" {

int ntdbg_handle_query(int fd, struct ntdbg_handle *handle) {
    *handle = {};
    handle->size = sizeof(*handle);
    return handle_call(fd, NTDBG_IOC_HANDLE, handle);
}

int ntdbg_handle_duplicate(int fd, uint32_t access) {
    ntdbg_duplicate arg{.size = sizeof(arg), .access = access};
    return handle_call(fd, NTDBG_IOC_DUPLICATE, &arg);
}

int ntdbg_port_cancel(struct ntdbg_port *port) {
    return call(port->fd, NTDBG_IOC_CANCEL);
}

int ntdbg_process_open(const struct ntdbg_port *port, pid_t pid, uint32_t access) {
    if (pid <= 0)
        return -ESRCH;
    Device device(port);
    if (device.fd() < 0)
        return device.fd();
    ntdbg_open_process arg{};
    arg.size = sizeof(arg);
    arg.access = access;
    arg.pid = static_cast<uint32_t>(pid);
    return call(device.fd(), NTDBG_IOC_OPEN_PROCESS, &arg);
}

int ntdbg_thread_open(const struct ntdbg_port *port, pid_t pid, pid_t tid, uint32_t access) {
    if (pid < 0 || tid <= 0)
        return -ESRCH;
    Device device(port);
    if (device.fd() < 0)
        return device.fd();
    ntdbg_open_thread arg{};
    arg.size = sizeof(arg);
    arg.access = access;
    arg.pid = static_cast<uint32_t>(pid);
    arg.tid = static_cast<uint32_t>(tid);
    return call(device.fd(), NTDBG_IOC_OPEN_THREAD, &arg);
}

int ntdbg_raise(const struct ntdbg_port *port, struct ntdbg_raise *raise) {
    Device device(port);
    if (device.fd() < 0)
        return device.fd();
    raise->size = sizeof(*raise);
    return call(device.fd(), NTDBG_IOC_RAISE, raise);
}

int ntdbg_process_query(int process, struct ntdbg_process_info *info) {
    *info = {};
    info->size = sizeof(*info);
    return handle_call(process, NTDBG_IOC_PROCESS_QUERY, info);
}

int ntdbg_process_attach(int process, int debug_object) {
    return debug_call(process, NTDBG_IOC_PROCESS_ATTACH, debug_object);
}

int ntdbg_process_detach(int process, int debug_object) {
    return debug_call(process, NTDBG_IOC_PROCESS_DETACH, debug_object);
}

int ntdbg_process_debug_object(int process, uint32_t access) {
    return set_value(process, NTDBG_IOC_PROCESS_DEBUG_OBJECT, access);
}

int ntdbg_process_set_inherit(int process, int inherit) {
    return set_value(process, NTDBG_IOC_PROCESS_INHERIT, static_cast<uint32_t>(inherit));
}

int ntdbg_process_suspend(int process) {
    return handle_call(process, NTDBG_IOC_PROCESS_SUSPEND);
}

int ntdbg_process_resume(int process) {
    return handle_call(process, NTDBG_IOC_PROCESS_RESUME);
}

int ntdbg_process_terminate(int process, uint32_t nt_status) {
    return set_value(process, NTDBG_IOC_PROCESS_TERMINATE, nt_status);
}

int ntdbg_process_break(int process) {
    return handle_call(process, NTDBG_IOC_PROCESS_BREAK);
}

ssize_t ntdbg_process_read(int process, uint64_t address, void *buf, size_t len, uint32_t flags) {
    return copy(process, NTDBG_IOC_PROCESS_READ, address, buf, len, flags);
}

ssize_t ntdbg_process_write(int process, uint64_t address, const void *buf, size_t len,
                            uint32_t flags) {
    return copy(process, NTDBG_IOC_PROCESS_WRITE, address, buf, len, flags);
}

int ntdbg_process_protect(int process, uint64_t address, uint64_t len, uint32_t protection,
                          uint32_t *old_protection) {
    ntdbg_vm_protect arg{};
    arg.size = sizeof(arg);
    arg.protection = protection;
    arg.address = address;
    arg.length = len;
    int ret = handle_call(process, NTDBG_IOC_PROCESS_PROTECT, &arg);
    if (ret == 0 && old_protection)
        *old_protection = arg.old_protection;
    return ret;
}

int ntdbg_process_region(int process, uint64_t address, struct ntdbg_region *region, char *path,
                         size_t path_size) {
    *region = {};
    region->size = sizeof(*region);
    region->address = address;
    region->path = reinterpret_cast<uintptr_t>(path);
    region->path_size = path ? static_cast<uint32_t>(path_size) : 0;
    return handle_call(process, NTDBG_IOC_PROCESS_REGION, region);
}

int ntdbg_thread_query(int thread, struct ntdbg_thread_info *info) {
    *info = {};
    info->size = sizeof(*info);
    return handle_call(thread, NTDBG_IOC_THREAD_QUERY, info);
}

int ntdbg_thread_suspend(int thread) {
    return suspend_call(thread, NTDBG_IOC_THREAD_SUSPEND);
}

int ntdbg_thread_resume(int thread) {
    return suspend_call(thread, NTDBG_IOC_THREAD_RESUME);
}

int ntdbg_thread_hide(int thread) {
    return handle_call(thread, NTDBG_IOC_THREAD_HIDE);
}

int ntdbg_thread_terminate(int thread, uint32_t nt_status) {
    return set_value(thread, NTDBG_IOC_THREAD_TERMINATE, nt_status);
}

int ntdbg_thread_get_context(int thread, struct ntdbg_context *context) {
    context->size = sizeof(*context);
    return handle_call(thread, NTDBG_IOC_THREAD_GET_CONTEXT, context);
}

int ntdbg_thread_set_context(int thread, const struct ntdbg_context *context) {
    ntdbg_context copy = *context;
    copy.size = sizeof(copy);
    return handle_call(thread, NTDBG_IOC_THREAD_SET_CONTEXT, &copy);
}

} // extern "C"
