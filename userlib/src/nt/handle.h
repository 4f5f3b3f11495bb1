// SPDX-License-Identifier: MIT
// NT handles as an Nt* routine takes and gives them.
#ifndef NTDBG_SRC_NT_HANDLE_H
#define NTDBG_SRC_NT_HANDLE_H

#include <ntdbg/nt/object.h>
#include <ntdbg/ntdbg.h>

namespace ntdbg::nt {

inline bool is_pseudo(HANDLE handle) {
    return handle == NtCurrentProcess() || handle == NtCurrentThread();
}

// The number in a handle that stands for an id.
inline uintptr_t id_of(HANDLE handle) {
    return reinterpret_cast<uintptr_t>(handle);
}

inline HANDLE handle_of_id(uint32_t id) {
    return reinterpret_cast<HANDLE>(uintptr_t{id});
}

enum class Kind { Process, Thread, DebugObject };

// The descriptor behind a handle, for the time of one call: a pseudo-handle is opened for it.
class Reference {
public:
    Reference(HANDLE handle, Kind kind);
    ~Reference();
    Reference(const Reference &) = delete;
    Reference &operator=(const Reference &) = delete;

    // STATUS_SUCCESS does not promise that the descriptor is open or of the right type.
    NTSTATUS status() const { return status_; }
    int fd() const { return fd_; }
    // For the rights that the module does not ask for by itself. Looks at the type, too.
    NTSTATUS check(Kind kind, ACCESS_MASK access) const;

private:
    int fd_ = -1;
    bool owned_ = false;
    NTSTATUS status_ = STATUS_SUCCESS;
};

// Descriptors that an Nt* routine has made and must not leak when it fails later.
class NewHandle {
public:
    explicit NewHandle(int fd = -1) : fd_(fd) {}
    ~NewHandle();
    NewHandle(const NewHandle &) = delete;
    NewHandle &operator=(const NewHandle &) = delete;

    int fd() const { return fd_; }
    void reset(int fd);
    HANDLE handle() const { return ntdbg_handle_from_fd(fd_); }
    // Writes the handle to the caller's memory, whose it is from then on.
    NTSTATUS give(PHANDLE user);
    void release() { fd_ = -1; }

private:
    int fd_;
};

// The caller's OBJECT_ATTRIBUTES, which may be NULL where an object has no name.
class Attributes {
public:
    NTSTATUS take(const OBJECT_ATTRIBUTES *user);
    bool named() const { return named_; }
    // OBJ_INHERIT
    void apply(int fd) const;

private:
    bool named_ = false;
    ULONG flags_ = 0;
};

// Has the descriptor survive an exec, or not.
void set_inheritable(int fd, bool inheritable);
// close() that leaves errno alone; 0 or -errno.
int close_fd(int fd);
// What NtClose() does to a descriptor that may be a debug object others wait on.
int close_object(int fd);

} // namespace ntdbg::nt

#endif
