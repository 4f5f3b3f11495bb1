/* SPDX-License-Identifier: GPL-2.0 */
/* Private memory: reserve, commit, decommit, release; and protections of any memory. */
#ifndef _NTDBG_MM_ALLOCATE_H
#define _NTDBG_MM_ALLOCATE_H

#include <linux/types.h>

struct mm_space;

/**
 * struct mm_allocation - what is to be reserved
 * @start: where, or 0 for anywhere; set to where it is
 * @length: in pages
 * @limit: below which it has to lie, or 0
 * @protection: NT's
 * @commit: at once
 */
struct mm_allocation {
	u64 start;
	u64 length;
	u64 limit;
	u32 protection;
	bool commit;
};

u32 mm_reserve(struct mm_space *space, struct mm_allocation *allocation);
u32 mm_commit(struct mm_space *space, u64 start, u64 end, u32 protection);
u32 mm_reset(struct mm_space *space, u64 start, u64 end);
u32 mm_decommit(struct mm_space *space, u64 base, u64 size, u64 *start, u64 *end);
u32 mm_release(struct mm_space *space, u64 base, u64 size, u64 *start, u64 *end);
u32 mm_protect(struct mm_space *space, u64 start, u64 end, u32 protection, u32 *old);

#endif /* _NTDBG_MM_ALLOCATE_H */
