// SPDX-License-Identifier: MIT
// NtQueryInformationProcess and NtSetInformationProcess.
//
// One table says for each class how long its answer is and which right it needs; one function
// each makes the answer.
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/random.h>
#include <unistd.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "exit_status.h"
#include "handle.h"
#include "info.h"
#include "status.h"
#include "time.h"

namespace {

using namespace ntdbg::nt;

struct Query {
    int fd;
    PVOID user;
    ULONG length;
    PULONG return_length;
    ntdbg_process_info info;
};

template <typename T>
NTSTATUS answer(const Query &query, const T &value) {
    return give_info(query.user, query.return_length, value);
}

class ProcFile {
public:
    ProcFile(uint32_t pid, const char *name) {
        snprintf(path_, sizeof(path_), "/proc/%u/%s", pid, name);
    }
    const char *path() const { return path_; }

private:
    char path_[64];
};

NTSTATUS basic(const Query &query) {
    PROCESS_BASIC_INFORMATION out{};
    out.ExitStatus = exit_status(query.info);
    cpu_set_t cpus;
    if (sched_getaffinity(static_cast<pid_t>(query.info.pid), sizeof(cpus), &cpus) == 0) {
        for (unsigned cpu = 0; cpu < 64; cpu++)
            out.AffinityMask |= KAFFINITY{CPU_ISSET(cpu, &cpus) != 0} << cpu;
    }
    out.BasePriority = 8; // NT's normal one
    out.UniqueProcessId = query.info.pid;
    out.InheritedFromUniqueProcessId = query.info.ppid;
    return answer(query, out);
}

NTSTATUS times(const Query &query) {
    return answer(query, kernel_user_times(query.info.start_time_ns, query.info.user_ns,
                                           query.info.kernel_ns));
}

NTSTATUS debug_port(const Query &query) {
    // A truth value: a handle or a pointer would tell too much.
    bool debugged = query.info.flags & NTDBG_PROCESS_DEBUGGED;
    return answer(query, reinterpret_cast<HANDLE>(debugged ? ~uintptr_t{0} : uintptr_t{0}));
}

NTSTATUS handle_count(const Query &query) {
    DIR *folder = opendir(ProcFile(query.info.pid, "fd").path());
    if (!folder)
        return status_of(-errno, {{ENOENT, STATUS_PROCESS_IS_TERMINATING}});
    ULONG count = 0;
    while (const dirent *entry = readdir(folder))
        count += entry->d_name[0] != '.';
    closedir(folder);
    return answer(query, count);
}

NTSTATUS wow64(const Query &query) {
    unsigned char ident[EI_NIDENT] = {};
    int fd = open(ProcFile(query.info.pid, "exe").path(), O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, ident, sizeof(ident)) < 0)
            ident[EI_CLASS] = ELFCLASSNONE;
        close_fd(fd);
    }
    return answer(query, ULONG_PTR{ident[EI_CLASS] == ELFCLASS32});
}

NTSTATUS image_name(const Query &query) {
    char path[4096];
    ntdbg_region region;
    int ret = query.info.entry == 0
                  ? -ENOENT
                  : ntdbg_process_region(query.fd, query.info.entry, &region, path, sizeof(path));
    size_t size = ret == 0 ? region.path_size : 0;
    size_t needed;
    // Without memory there is no name, as on NT of a process that is about to be gone.
    NTSTATUS status = give_name(query.user, query.length, {path, size > 0 ? size - 1 : 0}, &needed);
    return put_optional(query.return_length, static_cast<ULONG>(needed)) ? status
                                                                         : STATUS_ACCESS_VIOLATION;
}

NTSTATUS break_on_termination(const Query &query) {
    return answer(query, ULONG{0});
}

NTSTATUS debug_object(const Query &query) {
    // The length goes out last and wins where it lies over the handle.
    NewHandle object(ntdbg_process_debug_object(query.fd, MAXIMUM_ALLOWED));
    if (object.fd() == -ENOTCONN) {
        NTSTATUS status = answer(query, HANDLE{nullptr});
        return NT_SUCCESS(status) ? STATUS_PORT_NOT_SET : status;
    }
    if (object.fd() < 0)
        return status_of(object.fd());
    NTSTATUS status = answer(query, object.handle());
    if (NT_SUCCESS(status))
        object.release();
    return status;
}

NTSTATUS debug_flags(const Query &query) {
    return answer(query, ULONG{query.info.flags & NTDBG_PROCESS_INHERIT ? 1u : 0u});
}

NTSTATUS cookie(const Query &query) {
    if (query.info.pid != static_cast<uint32_t>(getpid()))
        return STATUS_INVALID_PARAMETER;
    // The first one who asks decides. (A local static would need libstdc++.)
    static std::atomic<ULONG> chosen;
    ULONG none = 0;
    ULONG random = 0;
    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random) || random == 0)
        random = static_cast<ULONG>(getpid());
    ULONG value = chosen.compare_exchange_strong(none, random) ? random : none;
    return answer(query, value);
}

struct Class {
    PROCESSINFOCLASS number;
    ULONG length; // 0: varies
    ACCESS_MASK access;
    NTSTATUS (*make)(const Query &);
};

constexpr ACCESS_MASK kLimited = PROCESS_QUERY_LIMITED_INFORMATION;
constexpr ACCESS_MASK kFull = PROCESS_QUERY_INFORMATION;

constexpr Class kClasses[] = {
    {ProcessBasicInformation, sizeof(PROCESS_BASIC_INFORMATION), kLimited, basic},
    {ProcessTimes, sizeof(KERNEL_USER_TIMES), kLimited, times},
    {ProcessDebugPort, sizeof(HANDLE), kFull, debug_port},
    {ProcessHandleCount, sizeof(ULONG), kLimited, handle_count},
    {ProcessWow64Information, sizeof(ULONG_PTR), kLimited, wow64},
    {ProcessImageFileName, 0, kLimited, image_name},
    {ProcessBreakOnTermination, sizeof(ULONG), kFull, break_on_termination},
    {ProcessDebugObjectHandle, sizeof(HANDLE), kFull, debug_object},
    {ProcessDebugFlags, sizeof(ULONG), kFull, debug_flags},
    {ProcessCookie, sizeof(ULONG), kFull, cookie},
    {ProcessImageFileNameWin32, 0, kLimited, image_name},
};

const Class *find(PROCESSINFOCLASS number) {
    for (const Class &row : kClasses) {
        if (row.number == number)
            return &row;
    }
    return nullptr;
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtQueryInformationProcess(HANDLE Process, PROCESSINFOCLASS Class, PVOID Information,
                                         ULONG Length, PULONG ReturnLength) {
    const auto *row = find(Class);
    if (!row)
        return STATUS_INVALID_INFO_CLASS;
    if (row->length != 0 && Length != row->length)
        return STATUS_INFO_LENGTH_MISMATCH;
    Reference process(Process, Kind::Process);
    if (!NT_SUCCESS(process.status()))
        return process.status();
    NTSTATUS status = process.check(Kind::Process, row->access);
    Query query{process.fd(), Information, Length, ReturnLength, {}};
    if (NT_SUCCESS(status))
        status = status_of(ntdbg_process_query(process.fd(), &query.info));
    return NT_SUCCESS(status) ? row->make(query) : status;
}

NTSTATUS NTAPI NtSetInformationProcess(HANDLE Process, PROCESSINFOCLASS Class, PVOID Information,
                                       ULONG Length) {
    if (Class == ProcessExceptionPort)
        return STATUS_PRIVILEGE_NOT_HELD;
    if (Class != ProcessDebugFlags)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != sizeof(ULONG))
        return STATUS_INVALID_PARAMETER;
    ULONG value;
    if (!get(&value, static_cast<ULONG *>(Information)))
        return STATUS_ACCESS_VIOLATION;
    Reference process(Process, Kind::Process);
    if (!NT_SUCCESS(process.status()))
        return process.status();
    // The module knows no other value either; but 0x80000000 is no negative int to it.
    int inherit = value > 1 ? 2 : static_cast<int>(value);
    return status_of(ntdbg_process_set_inherit(process.fd(), inherit));
}

} // extern "C"
