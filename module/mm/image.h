/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ELF files that are mapped in a process: what NT calls images. Recorded
 * where they are mapped and unmapped, reported later on the way to user mode:
 * nothing here waits for a debugger.
 */
#ifndef _NTDBG_MM_IMAGE_H
#define _NTDBG_MM_IMAGE_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct file;
struct mm_struct;
struct ps_process;

enum mm_image_state {
	MM_IMAGE_NEW,		/* its LOAD is to be reported */
	MM_IMAGE_MAPPED,
	MM_IMAGE_GONE,		/* its UNLOAD is to be reported */
};

/**
 * struct mm_image - one mapped ELF file
 * @link: in ps_process.images
 * @refs: references
 * @file: the file, referenced
 * @base: address of the file's first mapped byte
 * @end: end of its mapped range, exclusive
 * @state: enum mm_image_state; under ps_process.image_mutex
 * @program: it is the program itself, which is never reported as an image
 */
struct mm_image {
	struct list_head link;
	refcount_t refs;
	struct file *file;
	u64 base;
	u64 end;
	enum mm_image_state state;
	bool program;
};

/* What execve left in the auxiliary vector. */
struct mm_program {
	u64 entry;	/* AT_ENTRY */
	u64 interpreter; /* AT_BASE, 0 for a static program */
};

void mm_hooks_add(void);

int mm_image_scan(struct ps_process *process, struct mm_struct *mm, enum mm_image_state state);
void mm_image_forget(struct ps_process *process);
struct mm_image *mm_image_program(struct ps_process *process);
struct mm_image *mm_image_to_report(struct ps_process *process, u64 first, bool *load);
void mm_image_put(struct mm_image *image);
void mm_image_drop_all(struct ps_process *process);
void mm_read_program(struct mm_struct *mm, struct mm_program *program);
unsigned long mm_image_count(void);
bool mm_is_elf(struct file *file);

int mm_image_mapped(struct ps_process *process, unsigned long address);
bool mm_image_unmapped(struct ps_process *process, unsigned long start, unsigned long length);

#endif /* _NTDBG_MM_IMAGE_H */
