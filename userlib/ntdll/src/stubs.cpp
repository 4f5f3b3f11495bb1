// SPDX-License-Identifier: MIT
// Other stubs in the place of those of stubs.S. They have pages of their own, so that this code can
// go on while they are not executable.
#include <cstring>

#include <sys/mman.h>

#include <ntdbg/ntcall.h>

#include "internal.h"

namespace {

using ntdbg::ntdll::kSlot;

constexpr size_t kPage = 4096;
constexpr size_t kNumber = 4; // where the number of the service is in the stub of stubs.S
constexpr unsigned char kTrap = 0xcc;

// Hands each slot, emptied, to @write, with the number of its service.
template <typename Write>
bool rewrite(Write write) {
    unsigned char *begin = ntdbg_ntdll_stubs;
    size_t length = static_cast<size_t>(ntdbg_ntdll_stubs_end - begin);
    size_t pages = (length + kPage - 1) & ~(kPage - 1);
    if (mprotect(begin, pages, PROT_READ | PROT_WRITE) != 0)
        return false;
    for (unsigned char *slot = begin; slot < ntdbg_ntdll_stubs_end; slot += kSlot) {
        uint32_t number = 0;
        memcpy(&number, slot + kNumber, sizeof(number));
        memset(slot, kTrap, kSlot);
        write(slot, number);
    }
    return mprotect(begin, pages, PROT_READ | PROT_EXEC) == 0;
}

} // namespace

namespace ntdbg::ntdll {

bool stubs_use_gateway() {
    return rewrite([](unsigned char *slot, uint32_t number) {
        const unsigned char before[] = {
            0x4c, 0x8b, 0xd1, // mov r10, rcx
            0x48, 0xb8,       // mov rax, ...
        };
        const unsigned char behind[] = {
            0x0f, 0x05, // syscall
            0xc3,       // ret
        };
        uint64_t rax = (static_cast<uint64_t>(number) << 32) | NTDBG_NT_GATEWAY;
        memcpy(slot, before, sizeof(before));
        memcpy(slot + sizeof(before), &rax, sizeof(rax));
        memcpy(slot + sizeof(before) + sizeof(rax), behind, sizeof(behind));
    });
}

bool stubs_return(NTSTATUS status) {
    return rewrite([status](unsigned char *slot, uint32_t) {
        slot[0] = 0xb8; // mov eax, ...
        memcpy(slot + 1, &status, sizeof(status));
        slot[5] = 0xc3; // ret
    });
}

} // namespace ntdbg::ntdll
