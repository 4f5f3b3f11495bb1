// SPDX-License-Identifier: GPL-2.0
/*
 * Private memory. A reservation is a mapping without any access: Linux charges
 * it when mprotect() makes it writable, which is when NT charges what is committed.
 */
#include <linux/mm.h>
#include <linux/mman.h>

#include "mm/allocate.h"
#include "mm/section.h"
#include "mm/space.h"
#include "mm/vad.h"
#include "mm/vm.h"
#include "ntstatus.h"

/* Who waits to be killed does not care what is said. */
static u32 mm_lock(struct mm_vads *vads)
{
	return mutex_lock_killable(&vads->mutex) ? STATUS_CANCELLED : STATUS_SUCCESS;
}

static u32 mm_status(long err, u32 no_memory)
{
	switch (err) {
	case -ENOMEM:
	case -EAGAIN:
		return no_memory;
	case -EEXIST:
		return STATUS_CONFLICTING_ADDRESSES;
	default:
		return nt_status(err);
	}
}

/* Linux says the same for too few addresses and for too much to commit. */
static u32 mm_why_no_memory(struct mm_space *space, struct mm_mapping *mapping, struct mm_vad *vad)
{
	long at;

	mapping->prot = PROT_NONE;
	at = mm_space_map(space, mapping);
	if (IS_ERR_VALUE(at))
		return STATUS_NO_MEMORY;
	mm_space_unmap(space, vad, at, at + mapping->length);
	return STATUS_COMMITMENT_LIMIT;
}

/**
 * mm_reserve() - take addresses, and commit them if that is asked for
 * @space: of an NT process
 * @allocation: what
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES, STATUS_NO_MEMORY,
 * STATUS_COMMITMENT_LIMIT, STATUS_INSUFFICIENT_RESOURCES, STATUS_ACCESS_DENIED.
 */
u32 mm_reserve(struct mm_space *space, struct mm_allocation *allocation)
{
	struct mm_mapping mapping = {
		.address = allocation->start,
		.length = allocation->length,
		.limit = allocation->limit,
		.prot = allocation->commit ? mm_prot(allocation->protection) : PROT_NONE,
		.flags = MAP_PRIVATE | MAP_ANONYMOUS,
	};
	struct mm_vads *vads = space->vads;
	struct mm_vad *vad = mm_vad_alloc();
	u32 status;
	long at;

	if (!vad)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = mm_lock(vads);
	if (status) {
		mm_vad_free(vad);
		return status;
	}
	status = STATUS_INSUFFICIENT_RESOURCES;
	if (!mm_vads_prepare(vads))
		goto unlock;
	at = mm_space_map(space, &mapping);
	if (IS_ERR_VALUE(at)) {
		status = mm_status(at, allocation->commit ? mm_why_no_memory(space, &mapping, vad) :
							    STATUS_NO_MEMORY);
		goto unlock;
	}
	allocation->start = at;
	vad->span.start = at;
	vad->span.end = at + allocation->length;
	vad->protection = allocation->protection;
	/* Linux said that nothing is there: what was, the program has unmapped. */
	mm_vad_remove(vads, vad->span.start, vad->span.end);
	mm_vad_insert(vads, vad);
	if (allocation->commit)
		mm_range_set(vads, vad->span.start, vad->span.end, vad->protection);
	else
		mm_range_clear(vads, vad->span.start, vad->span.end);
	vad = NULL;
	status = STATUS_SUCCESS;
unlock:
	mutex_unlock(&vads->mutex);
	mm_vad_free(vad);
	return status;
}

/* After a commit that was done in part: nothing of it is. */
static void mm_undo_commit(struct mm_space *space, const struct mm_vad *vad, u64 start, u64 end)
{
	struct mm_range *range;
	u64 at, to;

	for (at = start; at < end; at = to) {
		range = mm_range_next(space->vads, at);
		to = range ? clamp_t(u64, range->span.start, at, end) : end;
		if (at < to && vad->kind == MM_VAD_PRIVATE) {
			mm_space_decommit(space, vad, at, to);
		} else if (at < to) {
			mm_space_protect(space, at, to, PROT_NONE);
		} else {
			to = min(range->span.end, end);
			mm_space_protect(space, at, to, mm_prot(range->protection));
		}
	}
}

/**
 * mm_commit() - commit what is reserved
 * @space: of an NT process
 * @start: of the range, on a page
 * @end: behind it, on a page
 * @protection: NT's
 *
 * What is committed already gets the protection.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_CONFLICTING_ADDRESSES if it is not of one
 * allocation; STATUS_ALREADY_COMMITTED for a view; STATUS_SECTION_PROTECTION;
 * STATUS_COMMITMENT_LIMIT, STATUS_INSUFFICIENT_RESOURCES, STATUS_ACCESS_DENIED.
 */
u32 mm_commit(struct mm_space *space, u64 start, u64 end, u32 protection)
{
	struct mm_vads *vads = space->vads;
	struct mm_vad *vad;
	u32 status;
	long err;

	status = mm_lock(vads);
	if (status)
		return status;
	vad = mm_vad_find(vads, start);
	status = STATUS_CONFLICTING_ADDRESSES;
	if (!vad || end > vad->span.end)
		goto unlock;
	if (vad->kind != MM_VAD_PRIVATE) {
		status = STATUS_ALREADY_COMMITTED;
		if (!mm_section_reserved(vad->section))
			goto unlock;
		status = mm_section_check_protection(vad->section, protection);
		if (status)
			goto unlock;
	}
	status = STATUS_INSUFFICIENT_RESOURCES;
	if (!mm_vads_prepare(vads))
		goto unlock;
	err = mm_space_protect(space, start, end, mm_prot(protection));
	if (err)
		mm_undo_commit(space, vad, start, end);
	else
		mm_range_set(vads, start, end, protection);
	status = mm_status(err, STATUS_COMMITMENT_LIMIT);
unlock:
	mutex_unlock(&vads->mutex);
	return status;
}

/**
 * mm_reset() - MEM_RESET and MEM_RESET_UNDO: the contents may be lost, or may not
 * @space: of an NT process
 * @start: of the range
 * @end: behind it
 *
 * It is the caller's hint, and nothing is ever lost.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES.
 */
u32 mm_reset(struct mm_space *space, u64 start, u64 end)
{
	struct mm_vad *vad;
	u32 status;

	status = mm_lock(space->vads);
	if (status)
		return status;
	vad = mm_vad_find(space->vads, start);
	if (!vad || end > vad->span.end)
		status = STATUS_CONFLICTING_ADDRESSES;
	mutex_unlock(&space->vads->mutex);
	return status;
}

/* What both kinds of freeing check, in NT's order. */
static u32 mm_find_to_free(struct mm_vads *vads, u64 base, u64 size, struct mm_vad **found,
			   u64 *start, u64 *end)
{
	struct mm_vad *vad = mm_vad_find(vads, base);

	if (!vad)
		return STATUS_MEMORY_NOT_ALLOCATED;
	*start = base & PAGE_MASK;
	*end = PAGE_ALIGN(base + size);
	if (*end > vad->span.end)
		return STATUS_UNABLE_TO_FREE_VM;
	if (vad->kind != MM_VAD_PRIVATE)
		return STATUS_UNABLE_TO_DELETE_SECTION;
	if (!size) {
		if (*start != vad->span.start)
			return STATUS_FREE_VM_NOT_AT_BASE;
		*end = vad->span.end;
	}
	*found = vad;
	return mm_vads_prepare(vads) ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/**
 * mm_decommit() - MEM_DECOMMIT
 * @space: of an NT process
 * @base: somewhere on the first page
 * @size: in bytes; 0 for the whole allocation
 * @start: set to what was decommitted
 * @end: likewise
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; as NtFreeVirtualMemory.
 */
u32 mm_decommit(struct mm_space *space, u64 base, u64 size, u64 *start, u64 *end)
{
	struct mm_vad *vad;
	u32 status;

	status = mm_lock(space->vads);
	if (status)
		return status;
	status = mm_find_to_free(space->vads, base, size, &vad, start, end);
	if (!status)
		status = mm_status(mm_space_decommit(space, vad, *start, *end), STATUS_NO_MEMORY);
	if (!status)
		mm_range_clear(space->vads, *start, *end);
	mutex_unlock(&space->vads->mutex);
	return status;
}

/**
 * mm_release() - MEM_RELEASE
 * @space: of an NT process
 * @base: somewhere on the first page
 * @size: in bytes; 0 for the whole allocation
 * @start: set to what was released
 * @end: likewise
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; as NtFreeVirtualMemory.
 */
u32 mm_release(struct mm_space *space, u64 base, u64 size, u64 *start, u64 *end)
{
	struct mm_vad *vad;
	u32 status;

	status = mm_lock(space->vads);
	if (status)
		return status;
	status = mm_find_to_free(space->vads, base, size, &vad, start, end);
	if (!status)
		status = mm_status(mm_space_unmap(space, vad, *start, *end), STATUS_NO_MEMORY);
	if (!status) {
		mm_vad_remove(space->vads, *start, *end);
		mm_range_clear(space->vads, *start, *end);
	}
	mutex_unlock(&space->vads->mutex);
	return status;
}

/* Of memory that NT services did not make: what is mapped without a hole. */
static u32 mm_check_mapped(struct mm_space *space, u64 start, u64 end, u32 *old)
{
	struct mm_struct *mm = space->mm;
	struct vm_area_struct *vma;
	u64 at = start;

	mmap_read_lock(mm);
	for (vma = find_vma(mm, at); vma && vma->vm_start <= at && at < end;
	     vma = find_vma(mm, at)) {
		if (at == start)
			*old = mm_protection_of(vma);
		at = vma->vm_end;
	}
	mmap_read_unlock(mm);
	return at >= end ? STATUS_SUCCESS : STATUS_CONFLICTING_ADDRESSES;
}

/* The protection of the first page as it was, if all of it is of one region and committed. */
static u32 mm_check_region(struct mm_vads *vads, struct mm_vad *vad, u64 start, u64 end,
			   u32 protection, u32 *old)
{
	bool copy = protection & (NT_PAGE_WRITECOPY | NT_PAGE_EXECUTE_WRITECOPY);
	u32 status;

	if (end > vad->span.end)
		return STATUS_CONFLICTING_ADDRESSES;
	if (vad->kind == MM_VAD_PRIVATE && copy)
		return STATUS_INVALID_PAGE_PROTECTION;
	if (!mm_committed(vads, start, end))
		return STATUS_NOT_COMMITTED;
	*old = mm_range_next(vads, start)->protection;
	if (vad->kind == MM_VAD_PRIVATE)
		return STATUS_SUCCESS;
	status = mm_section_check_protection(vad->section, protection);
	if (status)
		return status;
	/* Linux mappings are shared or private once and for all. */
	if (copy && !vad->copy)
		return STATUS_NOT_SUPPORTED;
	if (vad->copy && vad->kind == MM_VAD_VIEW &&
	    (protection & (NT_PAGE_READWRITE | NT_PAGE_EXECUTE_READWRITE)))
		return STATUS_SECTION_PROTECTION;
	return STATUS_SUCCESS;
}

static u32 mm_protect_locked(struct mm_space *space, u64 start, u64 end, u32 protection, u32 *old)
{
	struct mm_vads *vads = space->vads;
	struct mm_vad *vad = vads ? mm_vad_next(vads, start) : NULL;
	u32 recorded = 0, status;
	long err;

	status = mm_check_mapped(space, start, end, old);
	if (status)
		return status;
	if (vad && vad->span.start <= start) {
		status = mm_check_region(vads, vad, start, end, protection, &recorded);
		if (status)
			return status;
		if (!mm_vads_prepare(vads))
			return STATUS_INSUFFICIENT_RESOURCES;
		/* Unless the program has changed it by itself. */
		if (mm_prot(recorded) == mm_prot(*old))
			*old = recorded;
	} else if (vad && vad->span.start < end) {
		return STATUS_CONFLICTING_ADDRESSES;
	}
	err = mm_space_protect(space, start, end, mm_prot(protection));
	if (err == -EACCES)
		return STATUS_SECTION_PROTECTION;
	if (!err && recorded)
		mm_range_set(vads, start, end, protection);
	return mm_status(err, STATUS_COMMITMENT_LIMIT);
}

/**
 * mm_protect() - change the protection of memory, whoever made it
 * @space: of any process
 * @start: of the range, on a page
 * @end: behind it, on a page
 * @protection: NT's
 * @old: set to the first page's as it was
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; as NtProtectVirtualMemory.
 */
u32 mm_protect(struct mm_space *space, u64 start, u64 end, u32 protection, u32 *old)
{
	u32 status = STATUS_SUCCESS;

	if (space->vads)
		status = mm_lock(space->vads);
	if (status)
		return status;
	status = mm_protect_locked(space, start, end, protection, old);
	if (space->vads)
		mutex_unlock(&space->vads->mutex);
	/* A debugger may have written there before. */
	if (!status && !space->own)
		mm_flush_instructions(space->mm);
	return status;
}
