// SPDX-License-Identifier: MIT
// A handle that is closed when its holder goes out of scope.
#ifndef NTDBG_WIN32_HANDLE_H
#define NTDBG_WIN32_HANDLE_H

#include <utility>

#include "win32.h"

namespace ntdbg::win32 {

class Handle {
public:
    Handle() = default;
    explicit Handle(HANDLE handle) : handle_(handle) {}
    ~Handle() { reset(); }
    Handle(Handle &&other) noexcept : handle_(other.release()) {}
    Handle &operator=(Handle &&other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }

    HANDLE get() const { return handle_; }
    HANDLE release() { return std::exchange(handle_, nullptr); }
    void reset() {
        if (handle_)
            NtClose(release());
    }
    // For a function that fills it in.
    HANDLE *fill() {
        reset();
        return &handle_;
    }

private:
    HANDLE handle_ = nullptr;
};

// NtOpenProcess() and NtOpenThread() by id.
NTSTATUS open_process(DWORD pid, DWORD access, BOOL inherit, HANDLE *process);
NTSTATUS open_thread(DWORD tid, DWORD access, BOOL inherit, HANDLE *thread);

} // namespace ntdbg::win32

#endif
