// SPDX-License-Identifier: MIT
// The memory of a process.
#include <cerrno>
#include <sys/mman.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "handle.h"
#include "info.h"
#include "status.h"
#include "user.h"

namespace {

using namespace ntdbg::nt;

constexpr uint64_t kPageSize = 4096; // of x86-64
constexpr uint64_t kPageMask = ~(kPageSize - 1);

uint64_t number(const void *pointer) {
    return reinterpret_cast<uintptr_t>(pointer);
}

// Neither end may leave user space, whatever is mapped there.
bool in_user_space(const void *base, SIZE_T size) {
    uint64_t end;
    return !__builtin_add_overflow(number(base), size, &end) && end <= INT64_MAX;
}

template <typename Copy>
NTSTATUS transfer(HANDLE handle, PVOID base, PVOID buffer, SIZE_T size, PSIZE_T transferred,
                  Copy copy) {
    if (!probe_optional(transferred))
        return STATUS_ACCESS_VIOLATION;
    if (!in_user_space(base, size) || !in_user_space(buffer, size))
        return STATUS_ACCESS_VIOLATION;
    if (size == 0)
        return put_optional(transferred, SIZE_T{0}) ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
    Reference process(handle, Kind::Process);
    if (!NT_SUCCESS(process.status()))
        return process.status();
    ssize_t done = copy(process.fd());
    SIZE_T count = done > 0 ? static_cast<SIZE_T>(done) : 0;
    if (!put_optional(transferred, count))
        return STATUS_ACCESS_VIOLATION;
    if (done < 0)
        return status_of(done);
    return count == size ? STATUS_SUCCESS : STATUS_PARTIAL_COPY;
}

MEMORY_BASIC_INFORMATION describe(const ntdbg_region &region, uint64_t address) {
    MEMORY_BASIC_INFORMATION info{};
    uint64_t base = address & kPageMask;
    info.BaseAddress = reinterpret_cast<PVOID>(base);
    info.RegionSize = region.end - base;
    if (region.flags & NTDBG_REGION_FREE) {
        info.State = MEM_FREE;
        info.Protect = PAGE_NOACCESS;
        return info;
    }
    bool file = region.flags & NTDBG_REGION_FILE;
    bool shared = region.flags & NTDBG_REGION_SHARED;
    int copy = file && !shared;
    info.AllocationBase = reinterpret_cast<PVOID>(region.allocation_base);
    info.AllocationProtect = ntdbg_nt_page_from_prot(region.allocation_protection, copy);
    info.State = MEM_COMMIT;
    info.Protect = ntdbg_nt_page_from_prot(region.protection, copy);
    info.Type = region.flags & NTDBG_REGION_IMAGE ? MEM_IMAGE
                : file || shared                  ? MEM_MAPPED
                                                  : MEM_PRIVATE;
    return info;
}

NTSTATUS give_length(PSIZE_T user, SIZE_T length, NTSTATUS status) {
    return put_optional(user, length) ? status : STATUS_ACCESS_VIOLATION;
}

NTSTATUS query_basic(int fd, PVOID base, PVOID user, PSIZE_T return_length) {
    ntdbg_region region;
    NTSTATUS status = status_of(ntdbg_process_region(fd, number(base), &region, nullptr, 0));
    if (!NT_SUCCESS(status))
        return status;
    auto info = describe(region, number(base));
    if (!put(static_cast<MEMORY_BASIC_INFORMATION *>(user), info))
        return STATUS_ACCESS_VIOLATION;
    return give_length(return_length, sizeof(info), STATUS_SUCCESS);
}

NTSTATUS query_file_name(int fd, PVOID base, PVOID user, SIZE_T length, PSIZE_T return_length) {
    char path[4096];
    ntdbg_region region;
    NTSTATUS status =
        status_of(ntdbg_process_region(fd, number(base), &region, path, sizeof(path)));
    if (!NT_SUCCESS(status))
        return status;
    if (!(region.flags & NTDBG_REGION_FILE) || region.path_size == 0)
        return STATUS_INVALID_ADDRESS;
    size_t needed;
    status = give_name(user, length, {path, region.path_size - 1}, &needed);
    return give_length(return_length, needed, status);
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtReadVirtualMemory(HANDLE Process, PVOID BaseAddress, PVOID Buffer, SIZE_T Size,
                                   PSIZE_T Transferred) {
    return transfer(Process, BaseAddress, Buffer, Size, Transferred, [=](int fd) {
        return ntdbg_process_read(fd, number(BaseAddress), Buffer, Size, 0);
    });
}

NTSTATUS NTAPI NtWriteVirtualMemory(HANDLE Process, PVOID BaseAddress, PVOID Buffer, SIZE_T Size,
                                    PSIZE_T Transferred) {
    return transfer(Process, BaseAddress, Buffer, Size, Transferred, [=](int fd) {
        return ntdbg_process_write(fd, number(BaseAddress), Buffer, Size, NTDBG_VM_FORCE);
    });
}

NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE Process, PVOID *BaseAddress, PSIZE_T RegionSize,
                                      ULONG NewProtect, PULONG OldProtect) {
    PVOID base;
    SIZE_T size;
    int prot = ntdbg_nt_prot_from_page(NewProtect);
    if (prot < 0)
        return status_of(prot, {{EINVAL, STATUS_INVALID_PAGE_PROTECTION}});
    if (!probe(BaseAddress) || !probe(RegionSize) || !probe(OldProtect) ||
        !get(&base, BaseAddress) || !get(&size, RegionSize))
        return STATUS_ACCESS_VIOLATION;
    if (size == 0 || !in_user_space(base, size))
        return STATUS_INVALID_PARAMETER;
    Reference process(Process, Kind::Process);
    if (!NT_SUCCESS(process.status()))
        return process.status();
    uint32_t old = 0;
    int ret =
        ntdbg_process_protect(process.fd(), number(base), size, static_cast<uint32_t>(prot), &old);
    if (ret < 0)
        return status_of(ret, {{ENOMEM, STATUS_CONFLICTING_ADDRESSES}});
    uint64_t start = number(base) & kPageMask;
    uint64_t end = (number(base) + size + kPageSize - 1) & kPageMask;
    bool ok = put(BaseAddress, reinterpret_cast<PVOID>(start)) &&
              put(RegionSize, SIZE_T{end - start}) &&
              put(OldProtect, ULONG{ntdbg_nt_page_from_prot(old, 0)});
    return ok ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE Process, PVOID BaseAddress,
                                    MEMORY_INFORMATION_CLASS Class, PVOID Information,
                                    SIZE_T Length, PSIZE_T ReturnLength) {
    bool basic = Class == MemoryBasicInformation;
    if (!basic && Class != MemoryMappedFilenameInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (Length < (basic ? sizeof(MEMORY_BASIC_INFORMATION) : sizeof(UNICODE_STRING)))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (!probe_optional(ReturnLength))
        return STATUS_ACCESS_VIOLATION;
    Reference process(Process, Kind::Process);
    if (!NT_SUCCESS(process.status()))
        return process.status();
    return basic ? query_basic(process.fd(), BaseAddress, Information, ReturnLength)
                 : query_file_name(process.fd(), BaseAddress, Information, Length, ReturnLength);
}

} // extern "C"
