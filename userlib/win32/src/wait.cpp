// SPDX-License-Identifier: MIT
#include <cerrno>
#include <climits>
#include <ctime>
#include <poll.h>
#include <unistd.h>

#include <ntdbg/process.h>

#include "child.h"
#include "last_error.h"

namespace ntdbg::win32 {
namespace {

int64_t now_ms() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1000000;
}

// Wait until @fd can be read. 1, 0 in time, or -errno.
int wait_readable(int fd, DWORD milliseconds) {
    int64_t deadline = now_ms() + milliseconds;
    for (;;) {
        int64_t left = milliseconds == INFINITE ? -1 : deadline - now_ms();
        if (milliseconds != INFINITE && left < 0)
            left = 0;
        pollfd wanted{fd, POLLIN, 0};
        int ready = poll(&wanted, 1, left > INT_MAX ? INT_MAX : static_cast<int>(left));
        if (ready > 0)
            return wanted.revents & POLLNVAL ? -EBADF : 1;
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready == 0 && left >= 0 && left <= INT_MAX)
            return 0;
    }
}

int wait_object(int fd, DWORD milliseconds) {
    // poll() passes over a descriptor that is none.
    if (fd < 0)
        return -EBADF;
    struct ntdbg_handle handle {};
    bool ours = ntdbg_handle_query(fd, &handle) == 0;
    if (ours && !(handle.access & NTDBG_ACCESS_SYNCHRONIZE))
        return -EACCES;
    int waited = wait_readable(fd, milliseconds);
    // Asked before it is waited for, the handle keeps the exit status.
    if (waited > 0 && ours && handle.type == NTDBG_OBJECT_PROCESS) {
        struct ntdbg_process_info info {};
        ntdbg_process_query(fd, &info);
    }
    return waited;
}

DWORD answer(int waited) {
    if (waited < 0) {
        fail_errno(-waited);
        return WAIT_FAILED;
    }
    return waited ? WAIT_OBJECT_0 : static_cast<DWORD>(WAIT_TIMEOUT);
}

} // namespace
} // namespace ntdbg::win32

using namespace ntdbg::win32;

DWORD WaitForSingleObject(HANDLE object, DWORD milliseconds) {
    DWORD waited = answer(wait_object(ntdbg_handle_to_fd(object), milliseconds));
    reap_children();
    return waited;
}

void Sleep(DWORD milliseconds) {
    timespec left{static_cast<time_t>(milliseconds / 1000),
                  static_cast<long>(milliseconds % 1000) * 1000000};
    if (milliseconds == INFINITE) {
        for (;;)
            pause();
    }
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
    }
}
