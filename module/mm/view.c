// SPDX-License-Identifier: GPL-2.0
/* Views of sections. */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "mm/section.h"
#include "mm/space.h"
#include "mm/vad.h"
#include "ntstatus.h"

static u32 mm_view_status(long err)
{
	switch (err) {
	case -EEXIST:
		return STATUS_CONFLICTING_ADDRESSES;
	case -ENODEV:
		return STATUS_INVALID_FILE_FOR_SECTION;
	default:
		return nt_status(err);
	}
}

/*
 * What is mapped. Who may not write to a section does not get a mapping that
 * mprotect() could make writable.
 */
static struct file *mm_view_file(struct mm_section *section, const struct mm_view *view)
{
	if (!(section->file->f_mode & FMODE_WRITE) ||
	    (view->writable && mm_section_writable(section)))
		return get_file(section->file);
	return dentry_open(&section->file->f_path, O_RDONLY | O_LARGEFILE, current_cred());
}

/* Its first pages, or all of them; and what fork is to do with it. */
static long mm_finish_view(struct mm_space *space, struct mm_section *section,
			   const struct mm_view *view, u64 commit)
{
	u64 start = view->start, end = start + view->length;
	long err = 0;

	if (mm_section_reserved(section) && commit)
		err = mm_space_protect(space, start, start + commit, mm_prot(view->protection));
	if (!err && !view->inherited)
		err = mm_space_call(space, SYMBOLS_MADVISE, start, end, MADV_DONTFORK);
	/* Without that, a fork inherits it all the same. */
	return err == -EOPNOTSUPP ? 0 : err;
}

static u32 mm_map_view_locked(struct mm_space *space, struct mm_section *section,
			      struct mm_view *view, struct mm_vad *vad,
			      const struct mm_mapping *mapping)
{
	u64 commit = min(PAGE_ALIGN(view->commit), view->length);
	struct mm_vads *vads = space->vads;
	long at, err;

	if (!mm_vads_prepare(vads))
		return STATUS_INSUFFICIENT_RESOURCES;
	at = mm_space_map(space, mapping);
	if (IS_ERR_VALUE(at))
		return mm_view_status(at);
	view->start = at;
	vad->span.start = at;
	vad->span.end = at + view->length;
	vad->inode = mm_space_inode(space, at);
	err = mm_finish_view(space, section, view, commit);
	if (err) {
		mm_space_unmap(space, vad, vad->span.start, vad->span.end);
		return mm_view_status(err);
	}
	/* Linux said that nothing is there: what was, the program has unmapped. */
	mm_vad_remove(vads, vad->span.start, vad->span.end);
	mm_vad_insert(vads, vad);
	if (!mm_section_reserved(section))
		commit = view->length;
	if (commit)
		mm_range_set(vads, at, at + commit, view->protection);
	return STATUS_SUCCESS;
}

/**
 * mm_map_view() - map a view of a section
 * @space: of an NT process
 * @section: the section; no image
 * @view: what of it, checked
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES, STATUS_NO_MEMORY,
 * STATUS_ACCESS_DENIED, STATUS_INSUFFICIENT_RESOURCES and as mmap().
 */
u32 mm_map_view(struct mm_space *space, struct mm_section *section, struct mm_view *view)
{
	bool copy = view->protection & (NT_PAGE_WRITECOPY | NT_PAGE_EXECUTE_WRITECOPY);
	struct mm_mapping mapping = {
		.address = view->start,
		.length = view->length,
		.limit = view->limit,
		.offset = view->offset,
		.prot = mm_section_reserved(section) ? PROT_NONE : mm_prot(view->protection),
		.flags = copy ? MAP_PRIVATE : MAP_SHARED,
	};
	struct mm_vads *vads = space->vads;
	struct mm_vad *vad;
	u32 status;

	mapping.file = mm_view_file(section, view);
	if (IS_ERR(mapping.file))
		return nt_status(PTR_ERR(mapping.file));
	vad = mm_vad_alloc();
	status = STATUS_INSUFFICIENT_RESOURCES;
	if (!vad)
		goto put_file;
	vad->kind = MM_VAD_VIEW;
	vad->copy = copy;
	vad->not_inherited = !view->inherited;
	vad->protection = view->protection;
	vad->offset = view->offset;
	vad->section = section;
	mm_section_get(section);
	status = STATUS_CANCELLED;
	if (!mutex_lock_killable(&vads->mutex)) {
		status = mm_map_view_locked(space, section, view, vad, &mapping);
		mutex_unlock(&vads->mutex);
	}
	if (status)
		mm_vad_free(vad);
put_file:
	fput(mapping.file);
	return status;
}

/**
 * mm_unmap_view() - unmap a view
 * @space: of an NT process
 * @at: somewhere in it
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_NOT_MAPPED_VIEW; as munmap().
 */
u32 mm_unmap_view(struct mm_space *space, u64 at)
{
	struct mm_vads *vads = space->vads;
	struct mm_vad *vad;
	u64 start, end;
	u32 status;

	if (mutex_lock_killable(&vads->mutex))
		return STATUS_CANCELLED;
	vad = mm_vad_find(vads, at);
	status = STATUS_NOT_MAPPED_VIEW;
	if (vad && vad->kind != MM_VAD_PRIVATE) {
		start = vad->span.start;
		end = vad->span.end;
		status = mm_vads_prepare(vads) ?
			 nt_status(mm_space_unmap(space, vad, start, end)) :
			 STATUS_INSUFFICIENT_RESOURCES;
		if (!status) {
			mm_vad_remove(vads, start, end);
			mm_range_clear(vads, start, end);
		}
	}
	mutex_unlock(&vads->mutex);
	return status;
}
