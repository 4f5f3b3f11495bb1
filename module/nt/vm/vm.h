/* SPDX-License-Identifier: GPL-2.0 */
/* What the memory services have in common. */
#ifndef _NTDBG_NT_VM_VM_H
#define _NTDBG_NT_VM_VM_H

#include <linux/mm.h>
#include <linux/ptrace.h>
#include <asm/unistd.h>

#include "mm/space.h"
#include "mm/vad.h"
#include "nt/service.h"
#include "nt/user.h"
#include "ob/ob.h"
#include "se/se.h"

/* The base and the size that most of them take and give back */
struct nt_range {
	u64 base;
	u64 size;
};

u32 nt_get_range(u64 base_at, u64 size_at, struct nt_range *range);
u32 nt_put_range(u64 base_at, u64 size_at, u64 start, u64 end);
u32 nt_zero_bits(u64 zero_bits, u64 *limit);
u32 nt_put_length(u64 at, u64 length);

u32 nt_open_space(u64 process, u32 access, unsigned int mode, struct mm_space *space);
u32 nt_open_nt_space(u64 process, u32 access, struct mm_space *space);

/* Does it wrap, or end above the highest address of user mode? */
static inline bool nt_outside_user(u64 base, u64 size)
{
	return base + size < base || base + size > MM_HIGHEST_ADDRESS + 1;
}

static inline size_t nt_pointer_size(void)
{
	return nt_wow64() ? sizeof(u32) : sizeof(u64);
}

#endif /* _NTDBG_NT_VM_VM_H */
