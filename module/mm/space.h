/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The address space of an NT process, the caller's own or another's: what is
 * done to it is done as Linux does it for the process itself, with the caller's
 * credentials. A kernel thread borrows the memory of another process.
 */
#ifndef _NTDBG_MM_SPACE_H
#define _NTDBG_MM_SPACE_H

#include <linux/types.h>

#include "symbols.h"

struct file;
struct mm_struct;
struct mm_vad;
struct mm_vads;
struct task_struct;
struct vm_area_struct;

/* NT's protections of pages */
#define NT_PAGE_NOACCESS		0x001u
#define NT_PAGE_READONLY		0x002u
#define NT_PAGE_READWRITE		0x004u
#define NT_PAGE_WRITECOPY		0x008u
#define NT_PAGE_EXECUTE		0x010u
#define NT_PAGE_EXECUTE_READ		0x020u
#define NT_PAGE_EXECUTE_READWRITE		0x040u
#define NT_PAGE_EXECUTE_WRITECOPY		0x080u
#define NT_PAGE_GUARD		0x100u
#define NT_PAGE_NOCACHE		0x200u
#define NT_PAGE_WRITECOMBINE		0x400u

#define MM_PROTECTION_BASE	0x0ffu
#define MM_PROTECTION_MODIFIERS	(NT_PAGE_GUARD | NT_PAGE_NOCACHE | NT_PAGE_WRITECOMBINE)

/**
 * struct mm_space - an address space for the time of a call
 * @leader: of its process; referenced
 * @mm: it; its memory is kept
 * @vads: what is known of it, or NULL: no NT process; referenced
 * @own: the caller's own
 */
struct mm_space {
	struct task_struct *leader;
	struct mm_struct *mm;
	struct mm_vads *vads;
	bool own;
};

/**
 * struct mm_mapping - what is to be mapped
 * @file: of a view, or NULL
 * @address: where; 0 for anywhere, on a boundary of MM_GRANULARITY
 * @length: of it
 * @limit: below which it has to lie, or 0; not looked at with an @address
 * @offset: in the file
 * @prot: PROT_*
 * @flags: MAP_*
 */
struct mm_mapping {
	struct file *file;
	u64 address;
	u64 length;
	u64 limit;
	u64 offset;
	u32 prot;
	u32 flags;
};

bool mm_protection_valid(u32 protection);
u32 mm_prot(u32 protection);
u32 mm_protection_of(const struct vm_area_struct *vma);
bool mm_is_of(const struct vm_area_struct *vma, const struct mm_vad *vad);

u32 mm_space_open(struct task_struct *leader, struct mm_vads *vads, struct mm_space *space);
void mm_space_close(struct mm_space *space);

/* Negative errnos: */
long mm_space_map(struct mm_space *space, const struct mm_mapping *mapping);
long mm_space_unmap(struct mm_space *space, const struct mm_vad *vad, u64 start, u64 end);
long mm_space_decommit(struct mm_space *space, const struct mm_vad *vad, u64 start, u64 end);
long mm_space_protect(struct mm_space *space, u64 start, u64 end, u32 prot);
long mm_space_call(struct mm_space *space, enum symbols_call call, u64 start, u64 end,
		   u64 argument);
const void *mm_space_inode(struct mm_space *space, u64 at);

#endif /* _NTDBG_MM_SPACE_H */
