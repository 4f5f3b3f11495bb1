// SPDX-License-Identifier: GPL-2.0
/* The list of images of a process. */
#include <linux/elf.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "mm/image.h"
#include "ps/process.h"

static atomic_long_t mm_image_nr = ATOMIC_LONG_INIT(0);

/* The mapped range of one file around an address, as the memory map has it. */
struct mm_extent {
	struct file *file;	/* referenced */
	u64 base;
	u64 end;
	bool program;
};

static bool mm_same_file(struct vm_area_struct *vma, struct file *file)
{
	return vma && vma->vm_file && file_inode(vma->vm_file) == file_inode(file);
}

static bool mm_is_program(struct mm_struct *mm, struct file *file)
{
	struct file *program;
	bool same;

	rcu_read_lock();
	program = rcu_dereference(mm->exe_file);
	same = program && file_inode(program) == file_inode(file);
	rcu_read_unlock();
	return same;
}

/*
 * Find the first executable mapping of a file at or above @address, and all of
 * the file that is mapped side by side with it. A mapping that starts at the
 * file's beginning is where one copy of it begins.
 */
static bool mm_find_extent(struct mm_struct *mm, unsigned long address, struct mm_extent *extent)
{
	struct vm_area_struct *vma, *next;

	mmap_read_lock(mm);
	for (vma = find_vma(mm, address); vma; vma = find_vma(mm, vma->vm_end))
		if (vma->vm_file && (vma->vm_flags & VM_EXEC) &&
		    S_ISREG(file_inode(vma->vm_file)->i_mode))
			break;
	if (!vma) {
		mmap_read_unlock(mm);
		return false;
	}
	extent->file = get_file(vma->vm_file);
	extent->base = vma->vm_start;
	extent->end = vma->vm_end;
	extent->program = mm_is_program(mm, vma->vm_file);
	while (vma->vm_pgoff && extent->base) {
		vma = find_vma(mm, extent->base - 1);
		if (!mm_same_file(vma, extent->file) || vma->vm_end != extent->base)
			break;
		extent->base = vma->vm_start;
	}
	while ((next = find_vma(mm, extent->end)) && next->vm_start == extent->end &&
	       next->vm_pgoff && mm_same_file(next, extent->file))
		extent->end = next->vm_end;
	mmap_read_unlock(mm);
	return true;
}

/**
 * mm_is_elf() - does a file begin as ELF files do?
 * @file: the file
 *
 * Context: may sleep.
 * Return: true if so.
 */
bool mm_is_elf(struct file *file)
{
	char magic[SELFMAG];
	loff_t position = 0;

	return kernel_read(file, magic, sizeof(magic), &position) == sizeof(magic) &&
	       !memcmp(magic, ELFMAG, SELFMAG);
}

static struct mm_image *mm_image_at(struct ps_process *process, struct mm_extent *extent)
{
	struct mm_image *image;

	lockdep_assert_held(&process->image_mutex);
	list_for_each_entry(image, &process->images, link)
		if (image->state != MM_IMAGE_GONE && image->base == extent->base &&
		    file_inode(image->file) == file_inode(extent->file))
			return image;
	return NULL;
}

/* Takes over the extent's file. Returns 0, also if it is none or known, or -ENOMEM. */
static int mm_image_add(struct ps_process *process, struct mm_extent *extent,
			enum mm_image_state state)
{
	struct mm_image *image = NULL;
	int err = 0;

	if (!mm_is_elf(extent->file))
		goto put_file;
	image = kzalloc(sizeof(*image), GFP_KERNEL_ACCOUNT);
	if (!image) {
		err = -ENOMEM;
		goto put_file;
	}
	mutex_lock(&process->image_mutex);
	if (mm_image_at(process, extent)) {
		mutex_unlock(&process->image_mutex);
		kfree(image);
		goto put_file;
	}
	refcount_set(&image->refs, 1);
	image->file = extent->file;
	image->base = extent->base;
	image->end = extent->end;
	image->program = extent->program;
	image->state = extent->program ? MM_IMAGE_MAPPED : state;
	list_add_tail(&image->link, &process->images);
	atomic_long_inc(&mm_image_nr);
	mutex_unlock(&process->image_mutex);
	return 0;

put_file:
	fput(extent->file);
	return err;
}

/**
 * mm_image_scan() - record everything that is mapped now
 * @process: the process
 * @mm: its memory
 * @state: of the images that are found, in order of address
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM if some of them could not be recorded.
 */
int mm_image_scan(struct ps_process *process, struct mm_struct *mm, enum mm_image_state state)
{
	struct mm_extent extent;
	unsigned long address = 0;
	int err, ret = 0;

	while (mm_find_extent(mm, address, &extent)) {
		address = extent.end;
		err = mm_image_add(process, &extent, state);
		if (err)
			ret = err;
	}
	return ret;
}

/**
 * mm_image_mapped() - a file was mapped executable: record it if it is an ELF file
 * @process: the current process
 * @address: where
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int mm_image_mapped(struct ps_process *process, unsigned long address)
{
	struct mm_extent extent;

	if (!mm_find_extent(current->mm, address, &extent))
		return 0;
	return mm_image_add(process, &extent, MM_IMAGE_NEW);
}

/* Is any of the image's file left where it was mapped? */
static bool mm_still_mapped(struct mm_struct *mm, struct mm_image *image)
{
	struct vm_area_struct *vma;
	bool mapped = false;

	mmap_read_lock(mm);
	for (vma = find_vma(mm, image->base); vma && vma->vm_start < image->end && !mapped;
	     vma = find_vma(mm, vma->vm_end))
		mapped = mm_same_file(vma, image->file);
	mmap_read_unlock(mm);
	return mapped;
}

/**
 * mm_image_unmapped() - a range was unmapped: see which images are gone by that
 * @process: the current process
 * @start: of the range
 * @length: of the range
 *
 * An image is gone when the last piece of its file is.
 *
 * Context: may sleep.
 * Return: true if there is an UNLOAD to report.
 */
bool mm_image_unmapped(struct ps_process *process, unsigned long start, unsigned long length)
{
	struct mm_image *image, *next;
	bool gone = false;

	mutex_lock(&process->image_mutex);
	list_for_each_entry_safe(image, next, &process->images, link) {
		if (image->state == MM_IMAGE_GONE || start >= image->end ||
		    start + length <= image->base || mm_still_mapped(current->mm, image))
			continue;
		if (image->program || image->state == MM_IMAGE_NEW) {
			list_del(&image->link);
			mm_image_put(image);
			continue;
		}
		image->state = MM_IMAGE_GONE;
		gone = true;
	}
	mutex_unlock(&process->image_mutex);
	return gone;
}

/**
 * mm_image_forget() - drop what is recorded, to look anew
 * @process: the process
 *
 * Context: may sleep.
 */
void mm_image_forget(struct ps_process *process)
{
	mutex_lock(&process->image_mutex);
	mm_image_drop_all(process);
	mutex_unlock(&process->image_mutex);
}

/**
 * mm_image_program() - the image of the program itself
 * @process: the process
 *
 * Context: may sleep.
 * Return: the image with a reference for the caller, or NULL.
 */
struct mm_image *mm_image_program(struct ps_process *process)
{
	struct mm_image *image, *program = NULL;

	mutex_lock(&process->image_mutex);
	list_for_each_entry(image, &process->images, link) {
		if (image->program && image->state == MM_IMAGE_MAPPED) {
			refcount_inc(&image->refs);
			program = image;
			break;
		}
	}
	mutex_unlock(&process->image_mutex);
	return program;
}

/**
 * mm_image_to_report() - take the next image whose LOAD or UNLOAD is due
 * @process: the process
 * @first: address of an image that goes before all others, or 0
 * @load: set to true for LOAD, false for UNLOAD
 *
 * Context: may sleep.
 * Return: the image with a reference for the caller, or NULL when none is due.
 */
struct mm_image *mm_image_to_report(struct ps_process *process, u64 first, bool *load)
{
	struct mm_image *image, *due = NULL;

	mutex_lock(&process->image_mutex);
	list_for_each_entry(image, &process->images, link) {
		if (image->state == MM_IMAGE_MAPPED)
			continue;
		if (!due)
			due = image;
		if (first && image->base == first) {
			due = image;
			break;
		}
	}
	if (due && due->state == MM_IMAGE_NEW) {
		*load = true;
		due->state = MM_IMAGE_MAPPED;
		refcount_inc(&due->refs);
	} else if (due) {
		*load = false;
		list_del(&due->link);	/* the list's reference is the caller's now */
	}
	mutex_unlock(&process->image_mutex);
	return due;
}

/**
 * mm_image_put() - one reference less
 * @image: the image
 *
 * Context: any.
 */
void mm_image_put(struct mm_image *image)
{
	if (!refcount_dec_and_test(&image->refs))
		return;
	fput(image->file);
	kfree(image);
	atomic_long_dec(&mm_image_nr);
}

/**
 * mm_image_drop_all() - empty the list
 * @process: a process that nobody else uses, or its image_mutex is held
 *
 * Context: any.
 */
void mm_image_drop_all(struct ps_process *process)
{
	struct mm_image *image, *next;

	list_for_each_entry_safe(image, next, &process->images, link) {
		list_del(&image->link);
		mm_image_put(image);
	}
}

/**
 * mm_read_program() - what execve told the program about itself
 * @mm: the memory of a process
 * @program: where it goes
 *
 * Context: any.
 */
void mm_read_program(struct mm_struct *mm, struct mm_program *program)
{
	unsigned int i;

	memset(program, 0, sizeof(*program));
	for (i = 0; i + 1 < AT_VECTOR_SIZE && mm->saved_auxv[i] != AT_NULL; i += 2) {
		if (mm->saved_auxv[i] == AT_ENTRY)
			program->entry = mm->saved_auxv[i + 1];
		else if (mm->saved_auxv[i] == AT_BASE)
			program->interpreter = mm->saved_auxv[i + 1];
	}
}

/**
 * mm_image_count() - how many image objects exist
 *
 * Return: the number.
 */
unsigned long mm_image_count(void)
{
	return atomic_long_read(&mm_image_nr);
}
