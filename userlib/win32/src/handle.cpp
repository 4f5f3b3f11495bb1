// SPDX-License-Identifier: MIT
#include "handle.h"

#include <cerrno>
#include <fcntl.h>

#include <ntdbg-win32/linux.h>

#include "debug_object.h"
#include "event_handles.h"
#include "exit_codes.h"
#include "last_error.h"

namespace ntdbg::win32 {
namespace {

template <typename Open>
NTSTATUS open_by_id(Open open, CLIENT_ID id, DWORD access, BOOL inherit, HANDLE *handle) {
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, nullptr, inherit ? OBJ_INHERIT : 0, nullptr, nullptr);
    return open(handle, access, &attributes, &id);
}

HANDLE id(DWORD number) {
    return reinterpret_cast<HANDLE>(static_cast<uintptr_t>(number));
}

constexpr uintptr_t pseudo_process = ~uintptr_t{0};
constexpr uintptr_t pseudo_thread = ~uintptr_t{1};

bool pseudo(HANDLE handle) {
    auto value = reinterpret_cast<uintptr_t>(handle);
    return value == pseudo_process || value == pseudo_thread;
}

// The descriptor flags; -1 with the last error set.
int descriptor_flags(HANDLE object, int *fd) {
    *fd = pseudo(object) ? -1 : ntdbg_handle_to_fd(object);
    int flags = *fd < 0 ? -1 : fcntl(*fd, F_GETFD);
    if (flags < 0)
        fail(ERROR_INVALID_HANDLE);
    return flags;
}

} // namespace

NTSTATUS open_process(DWORD pid, DWORD access, BOOL inherit, HANDLE *process) {
    forget_exit_code(pid);
    return open_by_id(NtOpenProcess, {id(pid), nullptr}, access, inherit, process);
}

NTSTATUS open_thread(DWORD tid, DWORD access, BOOL inherit, HANDLE *thread) {
    return open_by_id(NtOpenThread, {nullptr, id(tid)}, access, inherit, thread);
}

} // namespace ntdbg::win32

using namespace ntdbg::win32;

BOOL CloseHandle(HANDLE object) {
    // Some debuggers close what is not theirs; it must not be closed once more with the exit event.
    forget_event_handle(object);
    forget_debug_object(object);
    return succeeded(NtClose(object));
}

BOOL DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process, LPHANDLE target,
                     DWORD access, BOOL inherit, DWORD options) {
    return succeeded(NtDuplicateObject(source_process, source, target_process, target, access,
                                       inherit ? OBJ_INHERIT : 0, options));
}

BOOL GetHandleInformation(HANDLE object, LPDWORD flags) {
    int fd = -1;
    int now = descriptor_flags(object, &fd);
    if (now < 0)
        return FALSE;
    if (!flags)
        return fail(ERROR_NOACCESS);
    *flags = now & FD_CLOEXEC ? 0 : HANDLE_FLAG_INHERIT;
    return TRUE;
}

BOOL SetHandleInformation(HANDLE object, DWORD mask, DWORD flags) {
    if (mask & ~static_cast<DWORD>(HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE))
        return fail(ERROR_INVALID_PARAMETER);
    int fd = -1;
    int now = descriptor_flags(object, &fd);
    if (now < 0)
        return FALSE;
    if (mask & flags & HANDLE_FLAG_PROTECT_FROM_CLOSE)
        return fail(ERROR_NOT_SUPPORTED);
    if (!(mask & HANDLE_FLAG_INHERIT))
        return TRUE;
    now = flags & HANDLE_FLAG_INHERIT ? now & ~FD_CLOEXEC : now | FD_CLOEXEC;
    return fcntl(fd, F_SETFD, now) < 0 ? fail_errno(errno) : TRUE;
}

HANDLE GetStdHandle(DWORD which) {
    int fd = which == STD_INPUT_HANDLE    ? 0
             : which == STD_OUTPUT_HANDLE ? 1
             : which == STD_ERROR_HANDLE  ? 2
                                          : -1;
    if (fd < 0) {
        fail(ERROR_INVALID_HANDLE);
        return INVALID_HANDLE_VALUE;
    }
    return fcntl(fd, F_GETFD) < 0 ? nullptr : ntdbg_handle_from_fd(fd);
}

int ntdbg_win32_handle_to_fd(HANDLE object) {
    int fd = -1;
    return descriptor_flags(object, &fd) < 0 ? -1 : fd;
}

HANDLE ntdbg_win32_handle_from_fd(int fd) {
    return ntdbg_handle_from_fd(fd);
}
