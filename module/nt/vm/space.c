// SPDX-License-Identifier: GPL-2.0
/* Arguments of the memory services, and the address spaces that handles stand for. */
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "ke/thread.h"
#include "nt/process/target.h"
#include "nt/vm/vm.h"

/* Between those of a 32-bit address and the masks of 64-bit ones there are none. */
#define NT_MOST_ZERO_BITS	21
#define NT_LEAST_ZERO_MASK	32

/* What a 32-bit caller can reach. */
#define NT_LIMIT_32 0xffff0000ull

/**
 * nt_get_range() - capture a base and a size that are given back later
 * @base_at: address in the caller of a pointer
 * @size_at: address in the caller of a SIZE_T
 * @range: where they go
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_get_range(u64 base_at, u64 size_at, struct nt_range *range)
{
	u32 status;

	status = nt_probe_for_write(base_at, nt_pointer_size(), nt_pointer_size());
	if (!status)
		status = nt_probe_for_write(size_at, nt_pointer_size(), nt_pointer_size());
	if (!status)
		status = nt_get_pointer(base_at, &range->base);
	if (!status)
		status = nt_get_pointer(size_at, &range->size);
	return status;
}

/**
 * nt_put_range() - give them back
 * @base_at: address in the caller of a pointer
 * @size_at: address in the caller of a SIZE_T
 * @start: of the range
 * @end: behind it
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_put_range(u64 base_at, u64 size_at, u64 start, u64 end)
{
	u32 status = nt_put_pointer(base_at, start);

	return status ? status : nt_put_pointer(size_at, end - start);
}

/**
 * nt_put_length() - write an optional length that is as wide as a pointer
 * @at: address in the caller, or 0
 * @length: what goes there
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_put_length(u64 at, u64 length)
{
	return at ? nt_put_pointer(at, length) : STATUS_SUCCESS;
}

/**
 * nt_zero_bits() - below which address ZeroBits asks for a place
 * @zero_bits: how many of the upper bits of a 32-bit address have to be zero, or,
 *             from 32 on, a mask of what may be set in it
 * @limit: set to the address, 0 for none
 *
 * Context: any.
 * Return: STATUS_SUCCESS, or STATUS_INVALID_PARAMETER.
 */
u32 nt_zero_bits(u64 zero_bits, u64 *limit)
{
	bool narrow = nt_wow64();

	*limit = narrow ? NT_LIMIT_32 : 0;
	if (!zero_bits)
		return STATUS_SUCCESS;
	if (zero_bits > NT_MOST_ZERO_BITS && (narrow || zero_bits < NT_LEAST_ZERO_MASK))
		return STATUS_INVALID_PARAMETER;
	if (zero_bits < NT_LEAST_ZERO_MASK)
		*limit = min(1ull << (32 - zero_bits), NT_LIMIT_32);
	else if (fls64(zero_bits) < 47)
		*limit = 1ull << fls64(zero_bits);
	return STATUS_SUCCESS;
}

/* Referenced; NULL if it is no NT process. */
static struct mm_vads *nt_find_vads(struct task_struct *leader)
{
	struct ke_thread *thread = NULL;
	struct mm_vads *vads = NULL;
	struct task_struct *task;

	if (same_thread_group(leader, current)) {
		thread = ke_thread_find(current);
	} else {
		rcu_read_lock();
		for_each_thread(leader, task) {
			thread = ke_thread_find(task);
			if (thread)
				break;
		}
		rcu_read_unlock();
	}
	if (!thread)
		return NULL;
	vads = thread->process->vads;
	if (vads)
		refcount_inc(&vads->refs);
	ke_thread_put(thread);
	return vads;
}

/**
 * nt_open_space() - the address space of a process handle
 * @process: handle, or the pseudo handle
 * @access: rights that it has to bear
 * @mode: PTRACE_MODE_*, what the caller has to be allowed
 * @space: where it goes; to be given back with mm_space_close()
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; those of a handle; STATUS_PROCESS_IS_TERMINATING.
 */
u32 nt_open_space(u64 process, u32 access, unsigned int mode, struct mm_space *space)
{
	struct task_struct *leader;
	u32 status;

	status = nt_process_by_handle(process, access, mode, &leader);
	if (status)
		return status;
	status = mm_space_open(leader, nt_find_vads(leader), space);
	put_task_struct(leader);
	return status;
}

/**
 * nt_open_nt_space() - likewise, of an NT process, to change what is mapped
 * @process: handle, or the pseudo handle
 * @access: rights that it has to bear
 * @space: where it goes; to be given back with mm_space_close()
 *
 * Context: may sleep.
 * Return: as nt_open_space(); STATUS_NOT_SUPPORTED if it is a process of Linux.
 */
u32 nt_open_nt_space(u64 process, u32 access, struct mm_space *space)
{
	u32 status = nt_open_space(process, access, PTRACE_MODE_ATTACH_REALCREDS, space);

	if (status || space->vads)
		return status;
	/* At their end its threads are no NT threads any more. */
	status = (READ_ONCE(space->leader->signal->flags) & SIGNAL_GROUP_EXIT) ||
		 (READ_ONCE(space->leader->flags) & PF_EXITING) ?
		 STATUS_PROCESS_IS_TERMINATING : STATUS_NOT_SUPPORTED;
	mm_space_close(space);
	return status;
}
