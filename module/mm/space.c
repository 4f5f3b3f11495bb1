// SPDX-License-Identifier: GPL-2.0
/* Address spaces of NT processes, and what is done to them. */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include "mm/space.h"
#include "mm/vad.h"
#include "mm/vm.h"
#include "ntstatus.h"

/* Linux keeps this much free below a stack that may grow. */
#define MM_STACK_GAP SZ_1M

/**
 * mm_protection_valid() - is this one of NT's protections?
 * @protection: PAGE_*
 *
 * Context: any.
 * Return: true if there is one right and at most one modifier that goes with it.
 */
bool mm_protection_valid(u32 protection)
{
	u32 base = protection & MM_PROTECTION_BASE, modifier = protection & ~MM_PROTECTION_BASE;

	if (!base || (base & (base - 1)) || (modifier & ~MM_PROTECTION_MODIFIERS))
		return false;
	return !(modifier & (modifier - 1)) && (!modifier || base != NT_PAGE_NOACCESS);
}

/**
 * mm_prot() - what Linux has to allow for one of NT's protections
 * @protection: PAGE_*, valid
 *
 * What can be executed can be read: the processors that NT knows do it so, and
 * a protection key would be spent for a mapping that cannot.
 *
 * Context: any.
 * Return: PROT_*
 */
u32 mm_prot(u32 protection)
{
	if (protection & NT_PAGE_GUARD)
		return PROT_NONE;
	switch (protection & MM_PROTECTION_BASE) {
	case NT_PAGE_READONLY:
		return PROT_READ;
	case NT_PAGE_READWRITE:
	case NT_PAGE_WRITECOPY:
		return PROT_READ | PROT_WRITE;
	case NT_PAGE_EXECUTE:
	case NT_PAGE_EXECUTE_READ:
		return PROT_READ | PROT_EXEC;
	case NT_PAGE_EXECUTE_READWRITE:
	case NT_PAGE_EXECUTE_WRITECOPY:
		return PROT_READ | PROT_WRITE | PROT_EXEC;
	default:
		return PROT_NONE;
	}
}

/**
 * mm_protection_of() - what NT would call the protection of a mapping
 * @vma: the mapping
 *
 * Context: mmap_lock is held.
 * Return: PAGE_*
 */
u32 mm_protection_of(const struct vm_area_struct *vma)
{
	bool execute = vma->vm_flags & VM_EXEC;

	if (vma->vm_flags & VM_WRITE) {
		if (vma->vm_file && !(vma->vm_flags & VM_SHARED))
			return execute ? NT_PAGE_EXECUTE_WRITECOPY : NT_PAGE_WRITECOPY;
		return execute ? NT_PAGE_EXECUTE_READWRITE : NT_PAGE_READWRITE;
	}
	if (vma->vm_flags & VM_READ)
		return execute ? NT_PAGE_EXECUTE_READ : NT_PAGE_READONLY;
	return execute ? NT_PAGE_EXECUTE : NT_PAGE_NOACCESS;
}

/**
 * mm_is_of() - does a mapping look like what a service made for a descriptor?
 * @vma: the mapping
 * @vad: the descriptor
 *
 * Context: mmap_lock is held.
 * Return: false if it is something that the program put there instead.
 */
bool mm_is_of(const struct vm_area_struct *vma, const struct mm_vad *vad)
{
	if (vad->kind == MM_VAD_PRIVATE)
		return !vma->vm_file && !vma->vm_ops && !(vma->vm_flags & VM_GROWSDOWN);
	return vma->vm_file && file_inode(vma->vm_file) == vad->inode;
}

/**
 * mm_space_open() - the address space of a process
 * @leader: of the process; a reference is taken
 * @vads: what is known of it; the reference is taken over, also when this fails
 * @space: where it goes; to be given back with mm_space_close()
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, or STATUS_PROCESS_IS_TERMINATING.
 */
u32 mm_space_open(struct task_struct *leader, struct mm_vads *vads, struct mm_space *space)
{
	struct task_struct *task;

	*space = (struct mm_space){ .own = same_thread_group(leader, current) };
	task = space->own ? get_task_struct(current) : mm_living_task(leader);
	if (task) {
		space->mm = get_task_mm(task);
		put_task_struct(task);
	}
	if (!space->mm) {
		mm_vads_free(vads);
		return STATUS_PROCESS_IS_TERMINATING;
	}
	/* An exec in between: they are not of this memory. */
	if (vads && vads->mm != space->mm) {
		mm_vads_free(vads);
		vads = NULL;
	}
	space->vads = vads;
	space->leader = get_task_struct(leader);
	return STATUS_SUCCESS;
}

/**
 * mm_space_close() - undo mm_space_open()
 * @space: the address space
 *
 * Context: may sleep.
 */
void mm_space_close(struct mm_space *space)
{
	mm_vads_free(space->vads);
	mmput(space->mm);
	put_task_struct(space->leader);
}

/* What is to be run with the address space as the current one. */
struct mm_run {
	struct work_struct work;
	struct mm_space *space;
	const struct cred *cred;
	const struct mm_mapping *mapping;
	const struct mm_vad *vad;
	u64 start;
	u64 end;
	u64 argument;
	u32 prot;
	enum symbols_call call;
	long (*run)(struct mm_run *run);
	long result;
};

static void mm_run_work(struct work_struct *work)
{
	struct mm_run *run = container_of(work, struct mm_run, work);
	const struct cred *own;

	/* What may be done is asked of the caller, not of a kernel thread. */
	own = override_creds(run->cred);
	kthread_use_mm(run->space->mm);
	run->result = run->run(run);
	kthread_unuse_mm(run->space->mm);
	revert_creds(own);
}

static long mm_run(struct mm_space *space, struct mm_run *run)
{
	run->space = space;
	if (space->own && current->mm == space->mm)
		return run->run(run);
	run->cred = current_cred();
	INIT_WORK_ONSTACK(&run->work, mm_run_work);
	queue_work(system_unbound_wq, &run->work);
	flush_work(&run->work);
	destroy_work_on_stack(&run->work);
	return run->result;
}

/* The lowest place of this size that is free now, or 0. */
static u64 mm_find_gap(struct mm_struct *mm, u64 length, u64 limit)
{
	struct vm_area_struct *vma;
	u64 at = MM_LOWEST_ADDRESS, free_to;

	mmap_read_lock(mm);
	while (at < limit && limit - at >= length) {
		vma = find_vma(mm, at);
		free_to = vma ? vma->vm_start : limit;
		if (vma && (vma->vm_flags & VM_GROWSDOWN))
			free_to -= min_t(u64, free_to, MM_STACK_GAP);
		if (free_to >= at && free_to - at >= length)
			goto unlock;
		if (!vma)
			break;
		at = ALIGN(vma->vm_end, MM_GRANULARITY);
	}
	at = 0;
unlock:
	mmap_read_unlock(mm);
	return at;
}

static long mm_map_at(const struct mm_mapping *mapping, u64 address, u64 length, u32 flags)
{
	return vm_mmap(mapping->file, address, length, mapping->prot, mapping->flags | flags,
		       mapping->offset);
}

/*
 * A file cannot be mapped with more than is needed, as below: it would begin
 * elsewhere. Where there is room for it with a boundary is found out without it.
 * Whoever takes the place in between has it.
 */
static long mm_map_file_aligned(const struct mm_mapping *mapping)
{
	u64 length = mapping->length + MM_GRANULARITY - PAGE_SIZE;
	long at;

	do {
		at = vm_mmap(NULL, 0, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
		if (IS_ERR_VALUE(at))
			return at;
		vm_munmap(at, length);
		at = mm_map_at(mapping, ALIGN(at, MM_GRANULARITY), mapping->length,
			       MAP_FIXED_NOREPLACE);
	} while (at == -EEXIST && !fatal_signal_pending(current));
	return at;
}

/* Anywhere: more than is needed, and what is too much goes again. */
static long mm_map_aligned(const struct mm_mapping *mapping)
{
	u64 length = mapping->length + MM_GRANULARITY - PAGE_SIZE, aligned;
	long at;

	at = mm_map_at(mapping, 0, mapping->length, 0);
	if (IS_ERR_VALUE(at) || IS_ALIGNED(at, MM_GRANULARITY))
		return at;
	vm_munmap(at, mapping->length);
	if (mapping->file)
		return mm_map_file_aligned(mapping);
	at = mm_map_at(mapping, 0, length, 0);
	if (IS_ERR_VALUE(at))
		return at;
	aligned = ALIGN(at, MM_GRANULARITY);
	if (aligned > at)
		vm_munmap(at, aligned - at);
	if (at + length > aligned + mapping->length)
		vm_munmap(aligned + mapping->length, at + length - aligned - mapping->length);
	return aligned;
}

static long mm_run_map(struct mm_run *run)
{
	const struct mm_mapping *mapping = run->mapping;
	long at;

	if (mapping->address)
		return mm_map_at(mapping, mapping->address, mapping->length, MAP_FIXED_NOREPLACE);
	if (!mapping->limit)
		return mm_map_aligned(mapping);
	/* Linux knows no such limit. Whoever takes the place first has it. */
	do {
		at = mm_find_gap(run->space->mm, mapping->length, mapping->limit);
		if (!at)
			return -ENOMEM;
		at = mm_map_at(mapping, at, mapping->length, MAP_FIXED_NOREPLACE);
	} while (at == -EEXIST && !fatal_signal_pending(current));
	return at;
}

/* A kernel thread has limits of its own: those of the process are looked at here. */
static bool mm_within_limits(struct mm_space *space, u64 length, bool data)
{
	u64 pages = length >> PAGE_SHIFT;

	if (space->own)
		return true;
	if (!data)
		return space->mm->total_vm + pages <=
		       task_rlimit(space->leader, RLIMIT_AS) >> PAGE_SHIFT;
	return space->mm->data_vm + pages <= task_rlimit(space->leader, RLIMIT_DATA) >> PAGE_SHIFT;
}

/**
 * mm_space_map() - map something where nothing is
 * @space: the address space
 * @mapping: what
 *
 * Context: may sleep; under the mutex of the descriptors.
 * Return: its address; -EEXIST if something is there; as mmap().
 */
long mm_space_map(struct mm_space *space, const struct mm_mapping *mapping)
{
	struct mm_run run = { .run = mm_run_map, .mapping = mapping };

	if (!mm_within_limits(space, mapping->length, false))
		return -ENOMEM;
	if ((mapping->prot & PROT_WRITE) && (mapping->flags & MAP_PRIVATE) &&
	    !mm_within_limits(space, mapping->length, true))
		return -ENOMEM;
	return mm_run(space, &run);
}

/* The next part of a range with mappings that look like the descriptor's. */
static bool mm_next_part(struct mm_run *run, u64 at, u64 *start, u64 *end)
{
	struct mm_struct *mm = run->space->mm;
	struct vm_area_struct *vma;
	bool found = false;

	/* What lies behind the range may have become one mapping with what is in it. */
	if (at >= run->end)
		return false;
	mmap_read_lock(mm);
	for (vma = find_vma(mm, at); vma && vma->vm_start < run->end;
	     vma = find_vma(mm, vma->vm_end)) {
		if (!mm_is_of(vma, run->vad)) {
			if (found)
				break;
			continue;
		}
		if (!found)
			*start = max_t(u64, vma->vm_start, at);
		else if (vma->vm_start != *end)
			break;
		*end = min_t(u64, vma->vm_end, run->end);
		found = true;
	}
	mmap_read_unlock(mm);
	return found;
}

static long mm_run_unmap(struct mm_run *run)
{
	u64 start, end, at;
	long err = 0;

	for (at = run->start; !err && mm_next_part(run, at, &start, &end); at = end)
		err = vm_munmap(start, end - start);
	return err;
}

/**
 * mm_space_unmap() - take away what a service has mapped
 * @space: the address space
 * @vad: the descriptor
 * @start: of the range
 * @end: behind it
 *
 * Context: may sleep; under the mutex of the descriptors.
 * Return: 0, or as munmap().
 */
long mm_space_unmap(struct mm_space *space, const struct mm_vad *vad, u64 start, u64 end)
{
	struct mm_run run = { .run = mm_run_unmap, .vad = vad, .start = start, .end = end };

	return mm_run(space, &run);
}

static long mm_run_decommit(struct mm_run *run)
{
	u64 start, end, at;
	long ret = 0;

	for (at = run->start; !IS_ERR_VALUE(ret) && mm_next_part(run, at, &start, &end); at = end)
		ret = vm_mmap(NULL, start, end - start, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0);
	return IS_ERR_VALUE(ret) ? ret : 0;
}

/**
 * mm_space_decommit() - what is in private memory goes, the addresses stay taken
 * @space: the address space
 * @vad: the descriptor
 * @start: of the range
 * @end: behind it
 *
 * Context: may sleep; under the mutex of the descriptors.
 * Return: 0, or as mmap().
 */
long mm_space_decommit(struct mm_space *space, const struct mm_vad *vad, u64 start, u64 end)
{
	struct mm_run run = { .run = mm_run_decommit, .vad = vad, .start = start, .end = end };

	return mm_run(space, &run);
}

static long mm_run_protect(struct mm_run *run)
{
	return symbols_mprotect(run->start, run->end - run->start, run->prot);
}

/**
 * mm_space_protect() - mprotect()
 * @space: the address space
 * @start: of the range
 * @end: behind it
 * @prot: PROT_*
 *
 * Context: may sleep.
 * Return: 0, or as mprotect(), which may have done a part of it.
 */
long mm_space_protect(struct mm_space *space, u64 start, u64 end, u32 prot)
{
	struct mm_run run = { .run = mm_run_protect, .start = start, .end = end, .prot = prot };

	if ((prot & PROT_WRITE) && !mm_within_limits(space, end - start, true))
		return -ENOMEM;
	return mm_run(space, &run);
}

static long mm_run_call(struct mm_run *run)
{
	return symbols_linux_call(run->call, run->start, run->end - run->start, run->argument);
}

/**
 * mm_space_call() - a Linux call on a range
 * @space: the address space
 * @call: which
 * @start: of the range
 * @end: behind it
 * @argument: the third one
 *
 * Context: may sleep.
 * Return: as the call; -EOPNOTSUPP.
 */
long mm_space_call(struct mm_space *space, enum symbols_call call, u64 start, u64 end, u64 argument)
{
	struct mm_run run = { .run = mm_run_call, .call = call, .start = start, .end = end,
			      .argument = argument };

	return mm_run(space, &run);
}

/**
 * mm_space_inode() - which inode a mapping really has: a stacked file system's is below
 * @space: the address space
 * @at: where something was mapped
 *
 * Context: may sleep.
 * Return: to be compared only.
 */
const void *mm_space_inode(struct mm_space *space, u64 at)
{
	struct vm_area_struct *vma;
	const void *inode = NULL;

	mmap_read_lock(space->mm);
	vma = find_vma(space->mm, at);
	if (vma && vma->vm_start <= at && vma->vm_file)
		inode = file_inode(vma->vm_file);
	mmap_read_unlock(space->mm);
	return inode;
}
