// SPDX-License-Identifier: MIT
// PROT_* <-> PAGE_*.
#include <cerrno>
#include <sys/mman.h>

#include <ntdbg/nt/convert.h>
#include <ntdbg/nt/memory.h>

namespace {

constexpr uint32_t kModifiers = PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE;

} // namespace

extern "C" {

uint32_t ntdbg_nt_page_from_prot(uint32_t prot, int copy) {
    bool exec = prot & PROT_EXEC;
    if (prot & PROT_WRITE) {
        if (copy)
            return exec ? PAGE_EXECUTE_WRITECOPY : PAGE_WRITECOPY;
        return exec ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    }
    if (prot & PROT_READ)
        return exec ? PAGE_EXECUTE_READ : PAGE_READONLY;
    return exec ? PAGE_EXECUTE : PAGE_NOACCESS;
}

int ntdbg_nt_prot_from_page(uint32_t page) {
    int prot;
    switch (page & ~kModifiers) {
    case PAGE_NOACCESS:
        prot = PROT_NONE;
        break;
    case PAGE_READONLY:
        prot = PROT_READ;
        break;
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
        prot = PROT_READ | PROT_WRITE;
        break;
    case PAGE_EXECUTE:
        prot = PROT_EXEC;
        break;
    case PAGE_EXECUTE_READ:
        prot = PROT_READ | PROT_EXEC;
        break;
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY:
        prot = PROT_READ | PROT_WRITE | PROT_EXEC;
        break;
    default:
        return -EINVAL;
    }
    return page & kModifiers ? -EOPNOTSUPP : prot;
}

} // extern "C"
