// SPDX-License-Identifier: GPL-2.0
/*
 * What lies at an address, in NT's words. Memory that NT services made is told
 * from the descriptors, as far as the mappings are still like them; any other from
 * the mappings alone.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>

#include "mm/describe.h"
#include "mm/image.h"
#include "mm/section.h"
#include "mm/space.h"
#include "mm/vad.h"
#include "ntstatus.h"

#define MM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)

/* Mappings that follow each other and are alike, up to @limit. */
static u64 mm_end_of_alike(struct mm_struct *mm, struct vm_area_struct *first,
			   const struct mm_vad *vad, u64 limit)
{
	unsigned long flags = first->vm_flags & MM_ACCESS_FLAGS;
	struct vm_area_struct *vma;
	u64 end = first->vm_end;

	while (end < limit) {
		vma = find_vma(mm, end);
		if (!vma || vma->vm_start != end || (vma->vm_flags & MM_ACCESS_FLAGS) != flags ||
		    !mm_is_of(vma, vad))
			break;
		end = vma->vm_end;
	}
	return min(end, limit);
}

static u32 mm_type_of(const struct mm_vad *vad)
{
	switch (vad->kind) {
	case MM_VAD_VIEW:
		return MEM_MAPPED;
	case MM_VAD_IMAGE:
		return MEM_IMAGE;
	default:
		return MEM_PRIVATE;
	}
}

static void mm_describe_vad(struct mm_space *space, struct vm_area_struct *vma,
			    const struct mm_vad *vad, struct mm_description *description)
{
	u64 at = description->base, limit = vad->span.end;
	struct mm_range *range = mm_range_next(space->vads, at);
	u32 protection = mm_protection_of(vma);
	bool committed = range && range->span.start <= at;

	if (committed)
		limit = min(limit, range->span.end);
	else if (range)
		limit = min(limit, range->span.start);
	description->end = mm_end_of_alike(space->mm, vma, vad, limit);
	description->allocation_base = vad->span.start;
	description->allocation_end = vad->span.end;
	description->allocation_protection = vad->protection;
	description->type = mm_type_of(vad);
	description->view = vad->kind != MM_VAD_PRIVATE;
	description->own = description->view && vad->section->own;
	description->state = MEM_COMMIT;
	description->protection = protection;
	/* Unless the program has changed it by itself. */
	if (committed && mm_prot(range->protection) == mm_prot(protection))
		description->protection = range->protection;
	if (!committed && protection == NT_PAGE_NOACCESS) {
		description->state = MEM_RESERVE;
		description->protection = 0;
	}
}

/* All that is mapped of a file in one row counts as one allocation, as an image does. */
static void mm_file_bounds(struct mm_struct *mm, struct vm_area_struct *vma,
			   struct mm_description *description)
{
	const struct inode *inode = file_inode(vma->vm_file);
	struct vm_area_struct *other;

	while (vma->vm_pgoff && description->allocation_base) {
		other = find_vma(mm, description->allocation_base - 1);
		if (!other || other->vm_end != description->allocation_base || !other->vm_file ||
		    file_inode(other->vm_file) != inode)
			break;
		description->allocation_base = other->vm_start;
		vma = other;
	}
	for (;;) {
		other = find_vma(mm, description->allocation_end);
		if (!other || other->vm_start != description->allocation_end ||
		    !other->vm_file || file_inode(other->vm_file) != inode || !other->vm_pgoff)
			break;
		description->allocation_end = other->vm_end;
	}
}

/* Linux merges mappings that are alike: the neighbours may be NT's. */
static void mm_clip(struct mm_vads *vads, struct mm_description *description)
{
	u64 at = description->base;
	struct mm_vad *vad;

	for (vad = mm_vad_next(vads, description->allocation_base);
	     vad && vad->span.start < description->allocation_end;
	     vad = mm_vad_next(vads, vad->span.end)) {
		if (vad->span.end <= at)
			description->allocation_base = vad->span.end;
		else if (vad->span.start > at)
			description->allocation_end = vad->span.start;
	}
	description->end = min(description->end, description->allocation_end);
}

static void mm_describe_vma(struct mm_space *space, struct vm_area_struct *vma,
			    struct mm_description *description)
{
	description->end = vma->vm_end;
	description->allocation_base = vma->vm_start;
	description->allocation_end = vma->vm_end;
	description->state = MEM_COMMIT;
	description->protection = mm_protection_of(vma);
	description->allocation_protection = description->protection;
	description->type = MEM_PRIVATE;
	if (vma->vm_file || (vma->vm_flags & VM_SHARED))
		description->type = MEM_MAPPED;
	if (vma->vm_file)
		mm_file_bounds(space->mm, vma, description);
	if (space->vads)
		mm_clip(space->vads, description);
}

static void mm_describe_locked(struct mm_space *space, struct mm_description *description)
{
	u64 at = description->base;
	struct vm_area_struct *vma = find_vma(space->mm, at);
	struct mm_vad *vad;

	if (!vma || vma->vm_start > at) {
		description->state = MEM_FREE;
		description->protection = NT_PAGE_NOACCESS;
		description->end = vma ? vma->vm_start : MM_HIGHEST_ADDRESS + 1;
		/* The stack may end above the highest address of NT. */
		description->end = clamp(description->end, at + PAGE_SIZE, MM_HIGHEST_ADDRESS + 1);
		return;
	}
	if (vma->vm_file)
		description->file = get_file(vma->vm_file);
	vad = space->vads ? mm_vad_find(space->vads, at) : NULL;
	if (vad && mm_is_of(vma, vad))
		mm_describe_vad(space, vma, vad, description);
	else
		mm_describe_vma(space, vma, description);
}

/**
 * mm_describe() - what lies at an address
 * @space: of any process
 * @at: not above MM_HIGHEST_ADDRESS
 * @description: where it goes; its file is to be put
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; another one only for who is being killed.
 */
u32 mm_describe(struct mm_space *space, u64 at, struct mm_description *description)
{
	*description = (struct mm_description){ .base = at & PAGE_MASK };
	if (space->vads && mutex_lock_killable(&space->vads->mutex))
		return STATUS_CANCELLED;
	mmap_read_lock(space->mm);
	mm_describe_locked(space, description);
	mmap_read_unlock(space->mm);
	if (space->vads)
		mutex_unlock(&space->vads->mutex);
	if (description->type == MEM_MAPPED && !description->view && description->file &&
	    S_ISREG(file_inode(description->file)->i_mode) && mm_is_elf(description->file))
		description->type = MEM_IMAGE;
	return STATUS_SUCCESS;
}
