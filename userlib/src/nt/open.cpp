// SPDX-License-Identifier: MIT
// NtOpenProcess and NtOpenThread.
#include <climits>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "handle.h"
#include "status.h"
#include "user.h"

namespace {

using namespace ntdbg::nt;

// An id that Linux cannot have is one that nobody has.
pid_t take_id(HANDLE id) {
    return id_of(id) <= INT_MAX ? static_cast<pid_t>(id_of(id)) : -1;
}

template <typename Open>
NTSTATUS open_by_id(PHANDLE out, const OBJECT_ATTRIBUTES *user, const CLIENT_ID *user_client,
                    Open open) {
    CLIENT_ID client{};
    Attributes attributes;
    if (!probe(out))
        return STATUS_ACCESS_VIOLATION;
    NTSTATUS status = attributes.take(user);
    if (!NT_SUCCESS(status))
        return status;
    if (user_client && !get(&client, user_client))
        return STATUS_ACCESS_VIOLATION;
    if (!user_client || attributes.named())
        return STATUS_INVALID_PARAMETER_MIX;
    NewHandle handle(open(client));
    if (handle.fd() < 0)
        return status_of(handle.fd());
    attributes.apply(handle.fd());
    return handle.give(out);
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtOpenProcess(PHANDLE Process, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes,
                             PCLIENT_ID ClientId) {
    return open_by_id(Process, Attributes, ClientId, [Access](const CLIENT_ID &client) {
        pid_t pid = take_id(client.UniqueProcess);
        if (!client.UniqueThread)
            return ntdbg_process_open(nullptr, pid, Access);
        // With a thread's id as well, that has to be one of this process.
        NewHandle thread(ntdbg_thread_open(nullptr, pid, take_id(client.UniqueThread),
                                           THREAD_QUERY_LIMITED_INFORMATION));
        return thread.fd() < 0 ? thread.fd() : ntdbg_process_open(nullptr, pid, Access);
    });
}

NTSTATUS NTAPI NtOpenThread(PHANDLE Thread, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes,
                            PCLIENT_ID ClientId) {
    return open_by_id(Thread, Attributes, ClientId, [Access](const CLIENT_ID &client) {
        return ntdbg_thread_open(nullptr, take_id(client.UniqueProcess),
                                 take_id(client.UniqueThread), Access);
    });
}

} // extern "C"
