// SPDX-License-Identifier: MIT
// Debug objects: making one, its settings, and putting processes under it.
#include <cerrno>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "../port.h"
#include "handle.h"
#include "status.h"
#include "user.h"

namespace {

using namespace ntdbg::nt;

constexpr ACCESS_MASK kAll = MAXIMUM_ALLOWED | GENERIC_ALL;

// Opening the device gives all rights; fewer come by duplicating.
NTSTATUS open_with(ACCESS_MASK access, ULONG flags, NewHandle *out) {
    auto opts = NTDBG_OPTS(ntdbg_open_opts);
    opts.flags = flags & DEBUG_KILL_ON_CLOSE ? NTDBG_KILL_ON_CLOSE : 0;
    ntdbg_port *port = nullptr;
    int ret = ntdbg_port_open(&port, &opts);
    if (ret < 0)
        return status_of(ret, {{ENOTTY, STATUS_NO_SUCH_DEVICE}});
    int fd = ntdbg::detail::port_release(port);
    out->reset(fd);
    if ((access & kAll) || access == DEBUG_ALL_ACCESS)
        return STATUS_SUCCESS;
    ret = ntdbg_handle_duplicate(fd, access);
    if (ret >= 0)
        out->reset(ret);
    return status_of(ret);
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtCreateDebugObject(PHANDLE DebugObject, ACCESS_MASK Access,
                                   POBJECT_ATTRIBUTES UserAttributes, ULONG Flags) {
    HANDLE none = nullptr;
    if (!put(DebugObject, none))
        return STATUS_ACCESS_VIOLATION;
    if (Flags & ~DEBUG_KILL_ON_CLOSE)
        return STATUS_INVALID_PARAMETER;
    Attributes attributes;
    if (UserAttributes) {
        NTSTATUS status = attributes.take(UserAttributes);
        if (!NT_SUCCESS(status))
            return status;
        if (attributes.named())
            return STATUS_NOT_SUPPORTED;
    }
    NewHandle object;
    NTSTATUS status = open_with(Access, Flags, &object);
    if (!NT_SUCCESS(status))
        return status;
    attributes.apply(object.fd());
    return object.give(DebugObject);
}

NTSTATUS NTAPI NtDebugActiveProcess(HANDLE Process, HANDLE DebugObject) {
    Reference process(Process, Kind::Process);
    if (!NT_SUCCESS(process.status()))
        return process.status();
    Reference object(DebugObject, Kind::DebugObject);
    // The module looks at the process first, so a handle that cannot be one goes
    // in as the descriptor -1.
    NTSTATUS status = status_of(ntdbg_process_attach(process.fd(), object.fd()));
    return status == STATUS_INVALID_HANDLE && !NT_SUCCESS(object.status()) ? object.status()
                                                                           : status;
}

NTSTATUS NTAPI NtRemoveProcessDebug(HANDLE Process, HANDLE DebugObject) {
    Reference process(Process, Kind::Process);
    if (!NT_SUCCESS(process.status()))
        return process.status();
    Reference object(DebugObject, Kind::DebugObject);
    NTSTATUS status = status_of(ntdbg_process_detach(process.fd(), object.fd()));
    return status == STATUS_INVALID_HANDLE && !NT_SUCCESS(object.status()) ? object.status()
                                                                           : status;
}

NTSTATUS NTAPI NtSetInformationDebugObject(HANDLE DebugObject, DEBUGOBJECTINFOCLASS Class,
                                           PVOID Information, ULONG Length, PULONG ReturnLength) {
    if (!probe_optional(ReturnLength))
        return STATUS_ACCESS_VIOLATION;
    if (Class != DebugObjectKillProcessOnExitInformation)
        return STATUS_INVALID_PARAMETER;
    if (Length != sizeof(ULONG)) {
        put_optional(ReturnLength, ULONG{sizeof(ULONG)});
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    ULONG value;
    if (!get(&value, static_cast<ULONG *>(Information)))
        return STATUS_ACCESS_VIOLATION;
    Reference object(DebugObject, Kind::DebugObject);
    if (!NT_SUCCESS(object.status()))
        return object.status();
    NTSTATUS status = object.check(Kind::DebugObject, DEBUG_SET_INFORMATION);
    if (!NT_SUCCESS(status))
        return status;
    if (value & ~DEBUG_KILL_ON_CLOSE)
        return STATUS_INVALID_PARAMETER;
    ntdbg_port port{object.fd()};
    status = status_of(ntdbg_port_set_flags(&port, value ? NTDBG_KILL_ON_CLOSE : 0));
    if (NT_SUCCESS(status))
        put_optional(ReturnLength, ULONG{0});
    return status;
}

} // extern "C"
