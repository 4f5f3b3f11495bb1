// SPDX-License-Identifier: MIT
#include "handle.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <ntdbg/process.h>

#include "../port.h"
#include "status.h"
#include "user.h"

namespace ntdbg::nt {

namespace {

uint32_t object_type(Kind kind) {
    switch (kind) {
    case Kind::Process:
        return NTDBG_OBJECT_PROCESS;
    case Kind::Thread:
        return NTDBG_OBJECT_THREAD;
    case Kind::DebugObject:
        break;
    }
    return NTDBG_OBJECT_DEBUG;
}

} // namespace

Reference::Reference(HANDLE handle, Kind kind) {
    if (is_pseudo(handle)) {
        if (kind != (handle == NtCurrentProcess() ? Kind::Process : Kind::Thread)) {
            status_ = STATUS_OBJECT_TYPE_MISMATCH;
            return;
        }
        fd_ = kind == Kind::Process
                  ? ntdbg_process_open(nullptr, getpid(), PROCESS_ALL_ACCESS)
                  : ntdbg_thread_open(nullptr, getpid(), gettid(), THREAD_ALL_ACCESS);
        owned_ = fd_ >= 0;
        status_ = status_of(fd_);
        return;
    }
    fd_ = ntdbg_handle_to_fd(handle);
    if (fd_ < 0)
        status_ = STATUS_INVALID_HANDLE;
}

Reference::~Reference() {
    if (owned_)
        close_fd(fd_);
}

NTSTATUS Reference::check(Kind kind, ACCESS_MASK access) const {
    ntdbg_handle info;
    NTSTATUS status = status_of(ntdbg_handle_query(fd_, &info));
    if (!NT_SUCCESS(status))
        return status;
    if (info.type != object_type(kind))
        return STATUS_OBJECT_TYPE_MISMATCH;
    return (info.access & access) == access ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

NewHandle::~NewHandle() {
    if (fd_ >= 0)
        close_fd(fd_);
}

void NewHandle::reset(int fd) {
    if (fd_ >= 0)
        close_fd(fd_);
    fd_ = fd;
}

NTSTATUS NewHandle::give(PHANDLE user) {
    if (!put(user, handle()))
        return STATUS_ACCESS_VIOLATION;
    release();
    return STATUS_SUCCESS;
}

NTSTATUS Attributes::take(const OBJECT_ATTRIBUTES *user) {
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name{};
    if (!get(&attributes, user))
        return STATUS_ACCESS_VIOLATION;
    if (attributes.Length != sizeof(attributes))
        return STATUS_INVALID_PARAMETER;
    if (attributes.ObjectName && !get(&name, attributes.ObjectName))
        return STATUS_ACCESS_VIOLATION;
    named_ = name.Length != 0;
    flags_ = attributes.Attributes;
    return STATUS_SUCCESS;
}

void Attributes::apply(int fd) const {
    if (flags_ & OBJ_INHERIT)
        set_inheritable(fd, true);
}

void set_inheritable(int fd, bool inheritable) {
    int saved = errno;
    fcntl(fd, F_SETFD, inheritable ? 0 : FD_CLOEXEC);
    errno = saved;
}

int close_fd(int fd) {
    int saved = errno;
    // Linux has let the descriptor go whatever close() says, but for EBADF.
    int ret = close(fd) < 0 && errno == EBADF ? -EBADF : 0;
    errno = saved;
    return ret;
}

int close_object(int fd) {
    ntdbg_handle info;
    bool last =
        ntdbg_handle_query(fd, &info) == 0 && info.type == NTDBG_OBJECT_DEBUG && info.handles <= 1;
    if (!last)
        return close_fd(fd);
    // A wait that is under way holds the object open. Nobody can begin another one
    // once the handle is gone, so the waits are ended after that, by a second name
    // of the same handle.
    int saved = errno;
    ntdbg_port spare{fcntl(fd, F_DUPFD_CLOEXEC, 0)};
    errno = saved;
    int ret = close_fd(fd);
    if (spare.fd >= 0) {
        ntdbg_port_cancel(&spare);
        close_fd(spare.fd);
    }
    return ret;
}

} // namespace ntdbg::nt
