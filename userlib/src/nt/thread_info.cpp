// SPDX-License-Identifier: MIT
// NtQueryInformationThread and NtSetInformationThread.
#include <cerrno>
#include <cstring>
#include <unistd.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "exit_status.h"
#include "handle.h"
#include "info.h"
#include "status.h"

namespace {

using namespace ntdbg::nt;

struct Query {
    PVOID user;
    ULONG length;
    PULONG return_length;
    ntdbg_thread_info info;
};

template <typename T>
NTSTATUS answer(const Query &query, const T &value) {
    return give_info(query.user, query.return_length, value);
}

NTSTATUS basic(const Query &query) {
    THREAD_BASIC_INFORMATION out{};
    out.ExitStatus = exit_status(query.info);
    // The module cannot tell it of the thread that asks.
    bool self = query.info.tid == static_cast<uint32_t>(gettid());
    out.TebBaseAddress =
        self ? __builtin_thread_pointer() : reinterpret_cast<PVOID>(query.info.tls);
    out.ClientId = {handle_of_id(query.info.pid), handle_of_id(query.info.tid)};
    out.AffinityMask = 1;
    out.Priority = out.BasePriority = 8; // NT's normal one
    return answer(query, out);
}

NTSTATUS times(const Query &query) {
    return answer(query, kernel_user_times(query.info.start_time_ns, query.info.user_ns,
                                           query.info.kernel_ns));
}

NTSTATUS start_address(const Query &) {
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS last_thread(const Query &query) {
    return answer(query, ULONG{query.info.flags & NTDBG_THREAD_LAST ? 1u : 0u});
}

NTSTATUS hidden(const Query &query) {
    return answer(query, static_cast<BOOLEAN>((query.info.flags & NTDBG_THREAD_HIDDEN) != 0));
}

NTSTATUS suspend_count(const Query &query) {
    return answer(query, ULONG{query.info.suspend_count});
}

NTSTATUS name(const Query &query) {
    size_t needed;
    NTSTATUS status =
        give_name(query.user, query.length,
                  {query.info.name, strnlen(query.info.name, sizeof(query.info.name))}, &needed);
    return put_optional(query.return_length, static_cast<ULONG>(needed)) ? status
                                                                         : STATUS_ACCESS_VIOLATION;
}

struct Class {
    THREADINFOCLASS number;
    ULONG length; // 0: varies
    ACCESS_MASK access;
    NTSTATUS (*make)(const Query &);
};

constexpr ACCESS_MASK kLimited = THREAD_QUERY_LIMITED_INFORMATION;
constexpr ACCESS_MASK kFull = THREAD_QUERY_INFORMATION;

constexpr Class kClasses[] = {
    {ThreadBasicInformation, sizeof(THREAD_BASIC_INFORMATION), kLimited, basic},
    {ThreadTimes, sizeof(KERNEL_USER_TIMES), kLimited, times},
    {ThreadQuerySetWin32StartAddress, sizeof(PVOID), kFull, start_address},
    {ThreadAmILastThread, sizeof(ULONG), kLimited, last_thread},
    {ThreadHideFromDebugger, sizeof(BOOLEAN), kFull, hidden},
    {ThreadSuspendCount, sizeof(ULONG), kLimited, suspend_count},
    {ThreadNameInformation, 0, kLimited, name},
};

const Class *find(THREADINFOCLASS number) {
    for (const Class &row : kClasses) {
        if (row.number == number)
            return &row;
    }
    return nullptr;
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtQueryInformationThread(HANDLE Thread, THREADINFOCLASS Class, PVOID Information,
                                        ULONG Length, PULONG ReturnLength) {
    const auto *row = find(Class);
    if (!row)
        return STATUS_INVALID_INFO_CLASS;
    if (row->length != 0 && Length != row->length)
        return STATUS_INFO_LENGTH_MISMATCH;
    Reference thread(Thread, Kind::Thread);
    if (!NT_SUCCESS(thread.status()))
        return thread.status();
    NTSTATUS status = thread.check(Kind::Thread, row->access);
    Query query{Information, Length, ReturnLength, {}};
    if (NT_SUCCESS(status))
        status = status_of(ntdbg_thread_query(thread.fd(), &query.info));
    return NT_SUCCESS(status) ? row->make(query) : status;
}

NTSTATUS NTAPI NtSetInformationThread(HANDLE Thread, THREADINFOCLASS Class, PVOID, ULONG Length) {
    if (Class != ThreadHideFromDebugger)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != 0)
        return STATUS_INFO_LENGTH_MISMATCH;
    Reference thread(Thread, Kind::Thread);
    if (!NT_SUCCESS(thread.status()))
        return thread.status();
    return status_of(ntdbg_thread_hide(thread.fd()), {{EOWNERDEAD, STATUS_THREAD_IS_TERMINATING}});
}

} // extern "C"
