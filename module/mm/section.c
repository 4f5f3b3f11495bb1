// SPDX-License-Identifier: GPL-2.0
/* Section objects: see section.h. */
#include <linux/err.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "kcompat.h"
#include "mm/section.h"
#include "ntstatus.h"

static void mm_section_free(void *object)
{
	struct mm_section *section = object;

	fput(section->file);
	kfree(section);
}

struct ob_type mm_section_type = {
	.id = NTDBG_OBJECT_SECTION,
	.name = "[ntdbg-section]",
	.generic_read = 0x20000 | SECTION_QUERY | SECTION_MAP_READ,
	.generic_write = 0x20000 | SECTION_MAP_WRITE,
	.generic_execute = 0x20000 | SECTION_MAP_EXECUTE,
	.all_access = SECTION_ALL_ACCESS,
	.fops = &ob_object_fops,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = mm_section_free,
};

/**
 * mm_section_get() - one more reference
 * @section: the section
 *
 * Context: any.
 */
void mm_section_get(struct mm_section *section)
{
	ob_get(&section->header);
}

/**
 * mm_section_put() - one reference less
 * @section: the section
 *
 * Context: may sleep.
 */
void mm_section_put(struct mm_section *section)
{
	ob_put(&section->header);
}

/* What a protection takes of a section, and what one gives. */
static u32 mm_section_rights(u32 protection)
{
	switch (protection & MM_PROTECTION_BASE) {
	case NT_PAGE_READONLY:
	case NT_PAGE_WRITECOPY:
		return SECTION_MAP_READ;
	case NT_PAGE_READWRITE:
		return SECTION_MAP_READ | SECTION_MAP_WRITE;
	case NT_PAGE_EXECUTE:
		return SECTION_MAP_EXECUTE;
	case NT_PAGE_EXECUTE_READ:
	case NT_PAGE_EXECUTE_WRITECOPY:
		return SECTION_MAP_EXECUTE | SECTION_MAP_READ;
	case NT_PAGE_EXECUTE_READWRITE:
		return SECTION_MAP_EXECUTE | SECTION_MAP_READ | SECTION_MAP_WRITE;
	default:
		return 0;
	}
}

/**
 * mm_section_check_protection() - can a view have this protection?
 * @section: the section
 * @protection: NT's
 *
 * Context: any.
 * Return: STATUS_SUCCESS or STATUS_SECTION_PROTECTION.
 */
u32 mm_section_check_protection(const struct mm_section *section, u32 protection)
{
	if (mm_section_rights(protection) & ~mm_section_rights(section->protection))
		return STATUS_SECTION_PROTECTION;
	return STATUS_SUCCESS;
}

/* Makes it longer, never shorter, whoever else does what at the same time. */
static u32 mm_extend_file(struct file *file, u64 size)
{
	loff_t had = i_size_read(file_inode(file));
	long err;

	if (size > MAX_LFS_FILESIZE)
		return STATUS_SECTION_TOO_BIG;
	if (size <= had)
		return STATUS_SUCCESS;
	err = vfs_fallocate(file, 0, had, size - had);
	return err == -EOPNOTSUPP ? STATUS_NOT_SUPPORTED : nt_status(err);
}

static u32 mm_section_of_file(struct mm_section *section, struct file *file)
{
	fmode_t mode = FMODE_READ;
	u64 has;

	if (!S_ISREG(file_inode(file)->i_mode))
		return STATUS_INVALID_FILE_FOR_SECTION;
	if (mm_section_writable(section))
		mode |= FMODE_WRITE;
	if ((file->f_mode & mode) != mode)
		return STATUS_ACCESS_DENIED;
	has = i_size_read(file_inode(file));
	if (!section->size) {
		section->size = has;
		if (!has)
			return STATUS_MAPPED_FILE_SIZE_ZERO;
	}
	/* Nothing lays out PE images yet. */
	if (section->attributes & SEC_IMAGE)
		return STATUS_INVALID_IMAGE_FORMAT;
	section->file = get_file(file);
	if (section->size <= has)
		return STATUS_SUCCESS;
	if (!mm_section_writable(section))
		return STATUS_SECTION_TOO_BIG;
	return mm_extend_file(file, section->size);
}

static u32 mm_section_of_memory(struct mm_section *section)
{
	struct file *file;

	if (!section->size)
		return STATUS_INVALID_PARAMETER_4;
	if (section->size > MAX_LFS_FILESIZE - PAGE_SIZE)
		return STATUS_SECTION_TOO_BIG;
	section->size = PAGE_ALIGN(section->size);
	section->own = true;
	file = kcompat_shmem_file("ntdbg-section", section->size,
				  section->attributes & SEC_RESERVE);
	if (file == ERR_PTR(-ENOMEM))
		return STATUS_COMMITMENT_LIMIT;
	if (IS_ERR(file))
		return nt_status(PTR_ERR(file));
	section->file = file;
	return STATUS_SUCCESS;
}

/**
 * mm_section_create() - a new section
 * @file: what is to be mapped, or NULL for memory
 * @size: in bytes; 0 for all of the file
 * @protection: NT's
 * @attributes: SEC_*
 * @section: where it goes, with one reference
 *
 * A file that is shorter is made longer, if the section is writable.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; as NtCreateSection.
 */
u32 mm_section_create(struct file *file, u64 size, u32 protection, u32 attributes,
		      struct mm_section **section)
{
	struct mm_section *new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	u32 status;

	if (!new)
		return STATUS_INSUFFICIENT_RESOURCES;
	ob_header_init(&new->header, &mm_section_type);
	mutex_init(&new->mutex);
	new->protection = protection;
	new->attributes = attributes;
	new->size = size;
	status = file ? mm_section_of_file(new, file) : mm_section_of_memory(new);
	if (!status) {
		*section = new;
		return STATUS_SUCCESS;
	}
	if (new->file)
		fput(new->file);
	kfree(new);
	return status;
}

/**
 * mm_section_extend() - NtExtendSection
 * @section: the section
 * @size: how long it is to be; set to how long it is
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_SECTION_NOT_EXTENDED if it is none of a data
 * file; STATUS_ACCESS_DENIED if it cannot be written to; STATUS_SECTION_TOO_BIG;
 * STATUS_NOT_SUPPORTED if the file system cannot.
 */
u32 mm_section_extend(struct mm_section *section, u64 *size)
{
	u32 status = STATUS_SUCCESS;

	if (section->own || (section->attributes & SEC_IMAGE))
		return STATUS_SECTION_NOT_EXTENDED;
	if (mutex_lock_killable(&section->mutex))
		return STATUS_CANCELLED;
	if (*size > section->size) {
		status = mm_section_writable(section) ? mm_extend_file(section->file, *size) :
							STATUS_ACCESS_DENIED;
		if (!status)
			WRITE_ONCE(section->size, *size);
	}
	*size = section->size;
	mutex_unlock(&section->mutex);
	return status;
}
