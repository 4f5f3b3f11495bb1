/* SPDX-License-Identifier: GPL-2.0 */
/* What lies at an address. */
#ifndef _NTDBG_MM_DESCRIBE_H
#define _NTDBG_MM_DESCRIBE_H

#include <linux/types.h>

struct file;
struct mm_space;

#define MEM_COMMIT	0x01000u
#define MEM_RESERVE	0x02000u
#define MEM_FREE	0x10000u
#define MEM_PRIVATE	0x0020000u
#define MEM_MAPPED	0x0040000u
#define MEM_IMAGE	0x1000000u

/**
 * struct mm_description - MEMORY_BASIC_INFORMATION, and what else is asked for
 * @base: the page of the address
 * @end: behind the last page that is like it
 * @allocation_base: where the whole allocation begins, 0 if nothing is there
 * @allocation_end: behind it
 * @allocation_protection: what it was made with
 * @state: MEM_COMMIT, MEM_RESERVE or MEM_FREE
 * @protection: now, 0 if it is only reserved
 * @type: MEM_PRIVATE, MEM_MAPPED or MEM_IMAGE; 0 if nothing is there
 * @view: of a section
 * @own: of a section that is no file
 * @file: what is mapped, referenced, or NULL
 */
struct mm_description {
	u64 base;
	u64 end;
	u64 allocation_base;
	u64 allocation_end;
	u32 allocation_protection;
	u32 state;
	u32 protection;
	u32 type;
	bool view;
	bool own;
	struct file *file;
};

u32 mm_describe(struct mm_space *space, u64 at, struct mm_description *description);

#endif /* _NTDBG_MM_DESCRIBE_H */
