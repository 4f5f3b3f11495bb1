// SPDX-License-Identifier: MIT
// NtClose, NtDuplicateObject, NtQueryObject.
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "handle.h"
#include "info.h"
#include "status.h"
#include "user.h"

namespace {

using namespace ntdbg::nt;

// What NT does to a debugged program that closes what is no handle.
void raise_invalid_handle(void *address) {
    EXCEPTION_RECORD record{};
    record.ExceptionCode = static_cast<DWORD>(STATUS_INVALID_HANDLE);
    record.ExceptionAddress = address;
    NtRaiseException(&record, nullptr, TRUE);
}

// Both ends of a duplication have to be the calling process.
NTSTATUS check_own_process(HANDLE handle) {
    if (handle == NtCurrentProcess())
        return STATUS_SUCCESS;
    Reference process(handle, Kind::Process);
    if (!NT_SUCCESS(process.status()))
        return process.status();
    ntdbg_process_info info;
    NTSTATUS status = status_of(ntdbg_process_query(process.fd(), &info));
    if (NT_SUCCESS(status) && info.pid != static_cast<uint32_t>(getpid()))
        status = STATUS_NOT_SUPPORTED;
    return status;
}

// A descriptor or -errno. Other files than the module's have no rights to choose.
int duplicate_fd(int fd, ACCESS_MASK access, ULONG options) {
    ntdbg_handle info;
    int ret = ntdbg_handle_query(fd, &info);
    if (ret == 0)
        return ntdbg_handle_duplicate(fd, options & DUPLICATE_SAME_ACCESS ? info.access : access);
    if (ret == -EBADF)
        return ret;
    int saved = errno;
    ret = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (ret < 0)
        ret = -errno;
    errno = saved;
    return ret;
}

int duplicate(HANDLE source, ACCESS_MASK access, ULONG options) {
    bool same = options & DUPLICATE_SAME_ACCESS;
    if (source == NtCurrentProcess())
        return ntdbg_process_open(nullptr, getpid(), same ? PROCESS_ALL_ACCESS : access);
    if (source == NtCurrentThread())
        return ntdbg_thread_open(nullptr, getpid(), gettid(), same ? THREAD_ALL_ACCESS : access);
    int fd = ntdbg_handle_to_fd(source);
    return fd < 0 ? -EBADF : duplicate_fd(fd, access, options);
}

struct Type {
    const char *name;
    GENERIC_MAPPING mapping;
    ACCESS_MASK valid;
};

constexpr Type kDebugObject{"DebugObject", {0x20001, 0x20002, 0x120000, 0x1F000F}, 0x1F000F};
constexpr Type kProcess{"Process", {0x20410, 0x20BEB, 0x121001, 0x1FFFFF}, 0x1FFFFF};
constexpr Type kThread{"Thread", {0x20048, 0x20437, 0x121800, 0x1FFFFF}, 0x1FFFFF};
constexpr Type kFile{"File", {0x120089, 0x120116, 0x1200A0, 0x1F01FF}, 0x1F01FF};

// What a handle is; any descriptor of Linux's own counts as a file.
NTSTATUS describe(HANDLE handle, const Type **type, ntdbg_handle *info) {
    *info = {};
    info->handles = 1;
    if (handle == NtCurrentProcess() || handle == NtCurrentThread()) {
        *type = handle == NtCurrentProcess() ? &kProcess : &kThread;
        info->access = (*type)->valid;
        return STATUS_SUCCESS;
    }
    int fd = ntdbg_handle_to_fd(handle);
    int ret = fd < 0 ? -EBADF : ntdbg_handle_query(fd, info);
    if (ret == -EBADF)
        return STATUS_INVALID_HANDLE;
    if (ret < 0) {
        int flags = fcntl(fd, F_GETFL);
        *type = &kFile;
        int mode = flags & O_ACCMODE;
        info->access = (mode == O_WRONLY ? 0 : kFile.mapping.GenericRead) |
                       (mode == O_RDONLY ? 0 : kFile.mapping.GenericWrite);
        info->handles = 1;
        return STATUS_SUCCESS;
    }
    *type = info->type == NTDBG_OBJECT_DEBUG     ? &kDebugObject
            : info->type == NTDBG_OBJECT_PROCESS ? &kProcess
                                                 : &kThread;
    if (info->handles == 0)
        info->handles = 1;
    return STATUS_SUCCESS;
}

NTSTATUS query_basic(HANDLE handle, const Type &type, const ntdbg_handle &handle_info, PVOID user,
                     ULONG length, PULONG return_length) {
    if (length != sizeof(OBJECT_BASIC_INFORMATION))
        return STATUS_INFO_LENGTH_MISMATCH;
    OBJECT_BASIC_INFORMATION info{};
    int fd = ntdbg_handle_to_fd(handle);
    int flags = fd >= 0 ? fcntl(fd, F_GETFD) : FD_CLOEXEC;
    info.Attributes = flags & FD_CLOEXEC ? 0 : OBJ_INHERIT;
    info.GrantedAccess = handle_info.access;
    info.HandleCount = handle_info.handles;
    info.PointerCount = handle_info.handles;
    info.TypeInfoSize = static_cast<ULONG>(sizeof(OBJECT_TYPE_INFORMATION) +
                                           (strlen(type.name) + 1) * sizeof(WCHAR));
    return give_info(user, return_length, info);
}

NTSTATUS query_type(const Type &type, PVOID user, ULONG length, PULONG return_length) {
    OBJECT_TYPE_INFORMATION info{};
    info.GenericMapping = type.mapping;
    info.ValidAccessMask = type.valid;
    size_t needed;
    NTSTATUS status = give_with_name(user, length, &info, sizeof(info), type.name, &needed);
    return put_optional(return_length, static_cast<ULONG>(needed)) ? status
                                                                   : STATUS_ACCESS_VIOLATION;
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtClose(HANDLE Handle) {
    if (is_pseudo(Handle))
        return STATUS_SUCCESS;
    if (!Handle)
        return STATUS_INVALID_HANDLE;
    int fd = ntdbg_handle_to_fd(Handle);
    if (fd >= 0 && close_object(fd) == 0)
        return STATUS_SUCCESS;
    raise_invalid_handle(__builtin_return_address(0));
    return STATUS_INVALID_HANDLE;
}

NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcess, HANDLE Source, HANDLE TargetProcess,
                                 PHANDLE Target, ACCESS_MASK Access, ULONG UserAttributes,
                                 ULONG Options) {
    HANDLE none = nullptr;
    if (Target && !put(Target, none))
        return STATUS_ACCESS_VIOLATION;
    NTSTATUS status = check_own_process(SourceProcess);
    if (NT_SUCCESS(status) && TargetProcess)
        status = check_own_process(TargetProcess);
    if (!NT_SUCCESS(status))
        return status;
    NewHandle made;
    if (TargetProcess) {
        made.reset(duplicate(Source, Access, Options));
        status = status_of(made.fd());
    }
    // As on NT, also when the duplication has failed.
    if (Options & DUPLICATE_CLOSE_SOURCE) {
        NTSTATUS closed = NtClose(Source);
        if (NT_SUCCESS(status))
            status = closed;
    }
    if (!NT_SUCCESS(status) || made.fd() < 0)
        return status;
    if (UserAttributes & OBJ_INHERIT)
        set_inheritable(made.fd(), true);
    if (!Target)
        made.release(); // nobody is told, as on NT
    return Target ? made.give(Target) : STATUS_SUCCESS;
}

NTSTATUS NTAPI NtQueryObject(HANDLE Handle, OBJECT_INFORMATION_CLASS Class, PVOID Information,
                             ULONG Length, PULONG ReturnLength) {
    if (!probe_optional(ReturnLength))
        return STATUS_ACCESS_VIOLATION;
    const Type *type = nullptr;
    ntdbg_handle info;
    NTSTATUS status = describe(Handle, &type, &info);
    if (!NT_SUCCESS(status))
        return status;
    switch (Class) {
    case ObjectBasicInformation:
        return query_basic(Handle, *type, info, Information, Length, ReturnLength);
    case ObjectTypeInformation:
        return query_type(*type, Information, Length, ReturnLength);
    default:
        return STATUS_INVALID_INFO_CLASS;
    }
}

} // extern "C"
