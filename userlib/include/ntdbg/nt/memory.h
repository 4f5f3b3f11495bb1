/* SPDX-License-Identifier: MIT */
/* The memory of a process in NT's words. nt/ntdll.h says how Linux's map to them. */
#ifndef NTDBG_NT_MEMORY_H
#define NTDBG_NT_MEMORY_H

#include <ntdbg/nt/types.h>

#define PAGE_NOACCESS 0x01u
#define PAGE_READONLY 0x02u
#define PAGE_READWRITE 0x04u
#define PAGE_WRITECOPY 0x08u
#define PAGE_EXECUTE 0x10u
#define PAGE_EXECUTE_READ 0x20u
#define PAGE_EXECUTE_READWRITE 0x40u
#define PAGE_EXECUTE_WRITECOPY 0x80u
#define PAGE_GUARD 0x100u
#define PAGE_NOCACHE 0x200u
#define PAGE_WRITECOMBINE 0x400u

#define MEM_COMMIT 0x00001000u
#define MEM_RESERVE 0x00002000u
#define MEM_FREE 0x00010000u
#define MEM_PRIVATE 0x00020000u
#define MEM_MAPPED 0x00040000u
#define MEM_IMAGE 0x01000000u

typedef enum _MEMORY_INFORMATION_CLASS NTDBG_ENUM_32 {
    MemoryBasicInformation = 0,
    MemoryWorkingSetInformation = 1,
    MemoryMappedFilenameInformation = 2, /* a UNICODE_STRING, the name behind it */
} MEMORY_INFORMATION_CLASS;

typedef struct _MEMORY_BASIC_INFORMATION {
    PVOID BaseAddress;
    PVOID AllocationBase;
    DWORD AllocationProtect;
    WORD PartitionId;
    SIZE_T RegionSize;
    DWORD State;
    DWORD Protect;
    DWORD Type;
} MEMORY_BASIC_INFORMATION, *PMEMORY_BASIC_INFORMATION;

/* clang-format off */
static_assert(sizeof(MEMORY_BASIC_INFORMATION) == 0x30, "MEMORY_BASIC_INFORMATION");
static_assert(offsetof(MEMORY_BASIC_INFORMATION, AllocationProtect) == 0x10, "MEMORY_BASIC_INFORMATION");
static_assert(offsetof(MEMORY_BASIC_INFORMATION, RegionSize) == 0x18, "MEMORY_BASIC_INFORMATION");
static_assert(offsetof(MEMORY_BASIC_INFORMATION, State) == 0x20, "MEMORY_BASIC_INFORMATION");
static_assert(offsetof(MEMORY_BASIC_INFORMATION, Protect) == 0x24, "MEMORY_BASIC_INFORMATION");
static_assert(offsetof(MEMORY_BASIC_INFORMATION, Type) == 0x28, "MEMORY_BASIC_INFORMATION");
/* clang-format on */

#endif /* NTDBG_NT_MEMORY_H */
