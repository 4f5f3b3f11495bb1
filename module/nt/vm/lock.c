// SPDX-License-Identifier: GPL-2.0
/* NtLockVirtualMemory, NtUnlockVirtualMemory, and what is to be flushed. */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/mman.h>
#include <linux/sched/signal.h>

#include "mm/describe.h"
#include "mm/vm.h"
#include "nt/vm/vm.h"

#define NT_MAP_PROCESS	1u
#define NT_MAP_SYSTEM	2u

/* Is all of it mapped, and all of it locked? */
static bool nt_all_mapped(struct mm_space *space, u64 start, u64 end, bool *locked)
{
	struct vm_area_struct *vma;
	u64 at = start;

	*locked = true;
	mmap_read_lock(space->mm);
	for (vma = find_vma(space->mm, at); vma && vma->vm_start <= at && at < end;
	     vma = find_vma(space->mm, at)) {
		if (!(vma->vm_flags & VM_LOCKED))
			*locked = false;
		at = vma->vm_end;
	}
	mmap_read_unlock(space->mm);
	return at >= end;
}

/* A kernel thread has limits of its own: those of the process are looked at here. */
static bool nt_may_lock(struct mm_space *space, u64 length)
{
	if (space->own || capable(CAP_IPC_LOCK))
		return true;
	return space->mm->locked_vm + (length >> PAGE_SHIFT) <=
	       task_rlimit(space->leader, RLIMIT_MEMLOCK) >> PAGE_SHIFT;
}

static u32 nt_lock(struct mm_space *space, u64 start, u64 end)
{
	bool locked;
	u32 status;
	long err;

	if (!nt_all_mapped(space, start, end, &locked))
		return STATUS_ACCESS_VIOLATION;
	status = se_allow(__NR_mlock, start, end - start, 0, 0, 0, 0);
	if (status)
		return status;
	err = nt_may_lock(space, end - start) ?
	      mm_space_call(space, SYMBOLS_MLOCK, start, end, 0) : -ENOMEM;
	switch (err) {
	case 0:
		return locked ? STATUS_WAS_LOCKED : STATUS_SUCCESS;
	case -ENOMEM:
		/* Linux says the same of pages that cannot be had. */
		nt_all_mapped(space, start, end, &locked);
		if (locked)
			mm_space_call(space, SYMBOLS_MUNLOCK, start, end, 0);
		return locked ? STATUS_ACCESS_VIOLATION : STATUS_WORKING_SET_QUOTA;
	case -EPERM:
	case -EAGAIN:
		return STATUS_WORKING_SET_QUOTA;
	default:
		return nt_status(err);
	}
}

static u32 nt_unlock(struct mm_space *space, u64 start, u64 end)
{
	bool locked;
	u32 status;

	if (!nt_all_mapped(space, start, end, &locked))
		return STATUS_ACCESS_VIOLATION;
	if (!locked)
		return STATUS_NOT_LOCKED;
	status = se_allow(__NR_munlock, start, end - start, 0, 0, 0, 0);
	return status ? status : nt_status(mm_space_call(space, SYMBOLS_MUNLOCK, start, end, 0));
}

static u32 nt_change_lock(u64 process, u64 base_at, u64 size_at, u32 type,
			  u32 (*change)(struct mm_space *space, u64 start, u64 end))
{
	struct nt_range range;
	struct mm_space space;
	u64 start, end;
	u32 status;

	if (!type || (type & ~(NT_MAP_PROCESS | NT_MAP_SYSTEM)))
		return STATUS_INVALID_PARAMETER;
	status = nt_get_range(base_at, size_at, &range);
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
	/* In the system's memory: SeLockMemoryPrivilege, which is nobody's here. */
	status = type & NT_MAP_SYSTEM ? STATUS_PRIVILEGE_NOT_HELD : change(&space, start, end);
	mm_space_close(&space);
	if (nt_success(status) && nt_put_range(base_at, size_at, start, end))
		status = STATUS_ACCESS_VIOLATION;
	return status;
}

/* NtLockVirtualMemory: mlock(), with its limit */
NT_SERVICE4(nt_lock_virtual_memory, u64, process, u64, base_at, u64, size_at, u32, type)
{
	return nt_change_lock(process, base_at, size_at, type, nt_lock);
}

/* NtUnlockVirtualMemory. Linux does not count locks: one undoes all. */
NT_SERVICE4(nt_unlock_virtual_memory, u64, process, u64, base_at, u64, size_at, u32, type)
{
	return nt_change_lock(process, base_at, size_at, type, nt_unlock);
}

/* What is to be written back: a part of a view, or all of it from there on. */
static u32 nt_flush(struct mm_space *space, struct nt_range *range, u64 *start, u64 *end)
{
	struct mm_description about;
	u32 status;

	*start = range->base & PAGE_MASK;
	*end = PAGE_ALIGN(range->base + range->size);
	status = mm_describe(space, *start, &about);
	if (status)
		return status;
	if (about.file)
		fput(about.file);
	if (!about.type)
		return STATUS_NOT_MAPPED_VIEW;
	if (about.type == MEM_PRIVATE)
		return STATUS_NOT_MAPPED_DATA;
	if (!range->size)
		*end = about.allocation_end;
	if (*end > about.allocation_end)
		return STATUS_NOT_MAPPED_VIEW;
	status = se_allow(__NR_msync, *start, *end - *start, MS_SYNC, 0, 0, 0);
	return status ? status :
			nt_status(mm_space_call(space, SYMBOLS_MSYNC, *start, *end, MS_SYNC));
}

/* NtFlushVirtualMemory */
NT_SERVICE4(nt_flush_virtual_memory, u64, process, u64, base_at, u64, size_at, u64, io_at)
{
	struct nt_range range;
	struct mm_space space;
	u64 start, end;
	u32 status;

	status = nt_get_range(base_at, size_at, &range);
	if (!status)
		status = nt_probe_for_write(io_at, 2 * nt_pointer_size(), nt_pointer_size());
	if (status)
		return status;
	if (range.base > MM_HIGHEST_ADDRESS)
		return STATUS_INVALID_PARAMETER_2;
	if (range.size > MM_HIGHEST_ADDRESS + 1 - range.base)
		return STATUS_INVALID_PARAMETER_3;
	status = nt_open_space(process, NTDBG_PROCESS_VM_OPERATION, PTRACE_MODE_ATTACH_REALCREDS,
			       &space);
	if (status)
		return status;
	status = nt_flush(&space, &range, &start, &end);
	mm_space_close(&space);
	if (status == NT_STATUS_RESTART)
		return status;
	nt_put_io_status(io_at, status, 0);
	return status ? status : nt_put_range(base_at, size_at, start, end);
}

/* NtFlushInstructionCache: other processors do not go on with what they have fetched */
NT_SERVICE3(nt_flush_instruction_cache, u64, process, u64, base, u64, size)
{
	struct mm_space space;
	u32 status;

	if (base && nt_outside_user(base, size))
		return STATUS_ACCESS_VIOLATION;
	status = nt_open_space(process, NTDBG_PROCESS_VM_WRITE, PTRACE_MODE_ATTACH_REALCREDS,
			       &space);
	if (status)
		return status;
	mm_flush_instructions(space.mm);
	mm_space_close(&space);
	return STATUS_SUCCESS;
}

/* NtFlushWriteBuffer */
NT_SERVICE0(nt_flush_write_buffer)
{
	mb(); /* What was written is written before anything that follows. */
	return STATUS_SUCCESS;
}
