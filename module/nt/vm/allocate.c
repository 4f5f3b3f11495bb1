// SPDX-License-Identifier: GPL-2.0
/* NtAllocateVirtualMemory, NtFreeVirtualMemory, NtProtectVirtualMemory. */
#include <linux/mman.h>

#include "mm/allocate.h"
#include "mm/describe.h"
#include "nt/vm/vm.h"

#define MEM_DECOMMIT	0x00004000u
#define MEM_RELEASE	0x00008000u
#define MEM_RESET	0x00080000u
#define MEM_TOP_DOWN	0x00100000u
#define MEM_WRITE_WATCH	0x00200000u
#define MEM_PHYSICAL	0x00400000u
#define MEM_RESET_UNDO	0x01000000u
#define MEM_LARGE_PAGES	0x20000000u

#define NT_ALLOCATION_TYPES (MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_TOP_DOWN | \
			     MEM_WRITE_WATCH | MEM_PHYSICAL | MEM_RESET_UNDO | MEM_LARGE_PAGES)

static bool nt_type_valid(u32 type)
{
	if ((type & ~NT_ALLOCATION_TYPES) ||
	    !(type & (MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO)))
		return false;
	if ((type & (MEM_RESET | MEM_RESET_UNDO)) && (type & (type - 1)))
		return false;
	if ((type & MEM_LARGE_PAGES) && !(type & MEM_COMMIT))
		return false;
	if ((type & MEM_WRITE_WATCH) && !(type & MEM_RESERVE))
		return false;
	return !(type & MEM_PHYSICAL) ||
	       (type & ~MEM_TOP_DOWN) == (MEM_PHYSICAL | MEM_RESERVE);
}

/* What is asked of the arguments, in NT's order. */
static u32 nt_check_allocation(u64 zero_bits, u32 type, u32 protection, u64 *limit)
{
	if (nt_zero_bits(zero_bits, limit))
		return STATUS_INVALID_PARAMETER_3;
	if (!nt_type_valid(type))
		return STATUS_INVALID_PARAMETER_5;
	if ((type & MEM_PHYSICAL) && protection != NT_PAGE_READWRITE)
		return STATUS_INVALID_PARAMETER_6;
	if (!mm_protection_valid(protection) ||
	    (protection & (NT_PAGE_WRITECOPY | NT_PAGE_EXECUTE_WRITECOPY)))
		return STATUS_INVALID_PAGE_PROTECTION;
	return STATUS_SUCCESS;
}

/* Linux calls that a seccomp filter may judge */
static u32 nt_allow_mmap(u64 at, u64 length, u32 prot, u32 flags)
{
	return se_allow(__NR_mmap, at, length, prot, flags, (u64)-1, 0);
}

static u32 nt_reserve(struct mm_space *space, struct nt_range *range,
		      struct mm_allocation *allocation)
{
	u32 status;

	allocation->start = ALIGN_DOWN(range->base, MM_GRANULARITY);
	allocation->length = PAGE_ALIGN(range->base + range->size) - allocation->start;
	if (range->base && allocation->start < MM_LOWEST_ADDRESS)
		return STATUS_CONFLICTING_ADDRESSES;
	status = nt_allow_mmap(allocation->start, allocation->length,
			       allocation->commit ? mm_prot(allocation->protection) : PROT_NONE,
			       MAP_PRIVATE | MAP_ANONYMOUS |
			       (allocation->start ? MAP_FIXED_NOREPLACE : 0));
	return status ? status : mm_reserve(space, allocation);
}

static u32 nt_allocate(struct mm_space *space, struct nt_range *range, u64 limit, u32 type,
		       u32 protection, bool *fresh)
{
	struct mm_allocation allocation = {
		.limit = limit, .protection = protection, .commit = type & MEM_COMMIT,
	};
	u64 start = range->base & PAGE_MASK, end = PAGE_ALIGN(range->base + range->size);
	u32 status;

	/* SeLockMemoryPrivilege is nobody's here. */
	if (type & MEM_LARGE_PAGES)
		return STATUS_PRIVILEGE_NOT_HELD;
	if (type & (MEM_WRITE_WATCH | MEM_PHYSICAL))
		return STATUS_NOT_SUPPORTED;
	*fresh = (type & MEM_RESERVE) || ((type & MEM_COMMIT) && !range->base);
	if (*fresh) {
		status = nt_reserve(space, range, &allocation);
		start = allocation.start;
		end = start + allocation.length;
	} else if (type & MEM_COMMIT) {
		status = se_allow(__NR_mprotect, start, end - start, mm_prot(protection), 0, 0, 0);
		if (!status)
			status = mm_commit(space, start, end, protection);
	} else {
		status = mm_reset(space, start, end);
	}
	range->base = start;
	range->size = end - start;
	return status;
}

/* NtAllocateVirtualMemory. In another process, that has to be an NT process. */
NT_SERVICE6(nt_allocate_virtual_memory, u64, process, u64, base_at, u64, zero_bits, u64, size_at,
	    u32, type, u32, protection)
{
	struct nt_range range;
	struct mm_space space;
	u64 limit, start, end;
	u32 status;
	bool fresh;

	status = nt_check_allocation(zero_bits, type, protection, &limit);
	if (!status)
		status = nt_get_range(base_at, size_at, &range);
	if (status)
		return status;
	if (range.base > MM_HIGHEST_VAD_ADDRESS)
		return STATUS_INVALID_PARAMETER_2;
	if (!range.size || range.size > MM_HIGHEST_VAD_ADDRESS + 1 - range.base)
		return STATUS_INVALID_PARAMETER_4;
	status = nt_open_nt_space(process, NTDBG_PROCESS_VM_OPERATION, &space);
	if (status)
		return status;
	status = nt_allocate(&space, &range, limit, type, protection, &fresh);
	if (!status) {
		status = nt_put_range(base_at, size_at, range.base, range.base + range.size);
		/* What nobody knows of is not left behind. */
		if (status && fresh)
			mm_release(&space, range.base, 0, &start, &end);
	}
	mm_space_close(&space);
	return status;
}

/* NtFreeVirtualMemory */
NT_SERVICE4(nt_free_virtual_memory, u64, process, u64, base_at, u64, size_at, u32, type)
{
	struct nt_range range;
	struct mm_space space;
	u64 start, end;
	u32 status;

	if (type != MEM_DECOMMIT && type != MEM_RELEASE)
		return STATUS_INVALID_PARAMETER_4;
	status = nt_get_range(base_at, size_at, &range);
	if (status)
		return status;
	if (range.base > MM_HIGHEST_ADDRESS)
		return STATUS_INVALID_PARAMETER_2;
	if (range.size > MM_HIGHEST_ADDRESS + 1 - range.base)
		return STATUS_INVALID_PARAMETER_3;
	status = nt_open_nt_space(process, NTDBG_PROCESS_VM_OPERATION, &space);
	if (status)
		return status;
	start = range.base & PAGE_MASK;
	end = PAGE_ALIGN(range.base + range.size);
	if (type == MEM_RELEASE) {
		status = se_allow(__NR_munmap, start, end - start, 0, 0, 0, 0);
		if (!status)
			status = mm_release(&space, range.base, range.size, &start, &end);
	} else {
		status = nt_allow_mmap(start, end - start, PROT_NONE,
				       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED);
		if (!status)
			status = mm_decommit(&space, range.base, range.size, &start, &end);
	}
	mm_space_close(&space);
	return status ? status : nt_put_range(base_at, size_at, start, end);
}

/* NtProtectVirtualMemory. Also of memory that Linux calls have mapped, in any process. */
NT_SERVICE5(nt_protect_virtual_memory, u64, process, u64, base_at, u64, size_at, u32, protection,
	    u64, old_at)
{
	struct nt_range range;
	struct mm_space space;
	u32 status, old = 0;
	u64 start, end;

	if (!mm_protection_valid(protection))
		return STATUS_INVALID_PAGE_PROTECTION;
	status = nt_get_range(base_at, size_at, &range);
	if (!status)
		status = nt_probe_for_write(old_at, sizeof(u32), sizeof(u32));
	if (status)
		return status;
	if (range.base > MM_HIGHEST_ADDRESS)
		return STATUS_INVALID_PARAMETER_2;
	if (!range.size || range.size > MM_HIGHEST_ADDRESS + 1 - range.base)
		return STATUS_INVALID_PARAMETER_3;
	status = nt_open_space(process, NTDBG_PROCESS_VM_OPERATION, PTRACE_MODE_ATTACH_REALCREDS,
			       &space);
	if (status)
		return status;
	start = range.base & PAGE_MASK;
	end = PAGE_ALIGN(range.base + range.size);
	status = se_allow(__NR_mprotect, start, end - start, mm_prot(protection), 0, 0, 0);
	if (!status)
		status = mm_protect(&space, start, end, protection, &old);
	mm_space_close(&space);
	if (!status)
		status = nt_put_range(base_at, size_at, start, end);
	return status ? status : nt_put_u32(old_at, old);
}
