/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section objects: a file, or memory of their own, of which processes map views.
 *
 * Memory of their own is a file of the kernel's shmem. The Linux file is
 * referenced for as long as the section or a view of it is there.
 */
#ifndef _NTDBG_MM_SECTION_H
#define _NTDBG_MM_SECTION_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "mm/space.h"
#include "ob/object.h"

struct file;

#define SECTION_QUERY		0x0001u
#define SECTION_MAP_WRITE	0x0002u
#define SECTION_MAP_READ	0x0004u
#define SECTION_MAP_EXECUTE	0x0008u
#define SECTION_EXTEND_SIZE	0x0010u
#define SECTION_ALL_ACCESS	0xf001fu

#define SEC_BASED	0x00200000u
#define SEC_NO_CHANGE	0x00400000u
#define SEC_FILE	0x00800000u
#define SEC_IMAGE	0x01000000u
#define SEC_RESERVE	0x04000000u
#define SEC_COMMIT	0x08000000u
#define SEC_NOCACHE	0x10000000u
#define SEC_LARGE_PAGES	0x80000000u

extern struct ob_type mm_section_type;

/**
 * struct mm_section - NT's SECTION
 * @header: its name and its life
 * @file: what is mapped
 * @own: @file is memory of its own
 * @protection: NT's, the most that views can have
 * @attributes: SEC_*
 * @mutex: taken to change @size; above all locks of files
 * @size: in bytes; grows only
 */
struct mm_section {
	struct ob_header header;
	struct file *file;
	bool own;
	u32 protection;
	u32 attributes;
	struct mutex mutex;	/* to change size */
	u64 size;
};

u32 mm_section_create(struct file *file, u64 size, u32 protection, u32 attributes,
		      struct mm_section **section);
void mm_section_get(struct mm_section *section);
void mm_section_put(struct mm_section *section);
u32 mm_section_extend(struct mm_section *section, u64 *size);
u32 mm_section_check_protection(const struct mm_section *section, u32 protection);

/* Are its pages committed one by one? */
static inline bool mm_section_reserved(const struct mm_section *section)
{
	return section->own && (section->attributes & SEC_RESERVE);
}

/* Can it be written to by way of its views? */
static inline bool mm_section_writable(const struct mm_section *section)
{
	return section->protection & (NT_PAGE_READWRITE | NT_PAGE_EXECUTE_READWRITE);
}

/**
 * struct mm_view - what is to be mapped of a section
 * @start: where, or 0 for anywhere; set to where it is
 * @limit: below which it has to lie, or 0
 * @offset: in the section
 * @length: in pages
 * @commit: of the pages of a section that is only reserved, in bytes
 * @protection: NT's
 * @inherited: also by a fork
 * @writable: the handle allows to write
 */
struct mm_view {
	u64 start;
	u64 limit;
	u64 offset;
	u64 length;
	u64 commit;
	u32 protection;
	bool inherited;
	bool writable;
};

u32 mm_map_view(struct mm_space *space, struct mm_section *section, struct mm_view *view);
u32 mm_unmap_view(struct mm_space *space, u64 at);

#endif /* _NTDBG_MM_SECTION_H */
