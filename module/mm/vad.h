/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual address descriptors: what NT's memory services know of an NT process
 * beyond what Linux knows: which mappings are allocations or views, what of them
 * is committed, and NT's own protections.
 *
 * A descriptor describes; the vmas are the truth. A program may call munmap(),
 * mmap() and mprotect() on what NT services made: descriptors of memory that is
 * not there any more are dropped when something else is put there, and no
 * service takes away a mapping that does not look like what the service made.
 *
 * Lock order: mm_vads.mutex, then mmap_lock, then the core kernel's. User memory
 * is not touched under the mutex, seccomp is not asked under it, and nobody ever
 * holds two of them. A work item of mm/space.c may be waited for under it: those
 * never take it.
 */
#ifndef _NTDBG_MM_VAD_H
#define _NTDBG_MM_VAD_H

#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct mm_section;
struct mm_struct;
struct task_struct;

#define MM_LOWEST_ADDRESS	0x10000ull
#define MM_HIGHEST_ADDRESS	0x7ffffffeffffull
/* The last 64 KiB are nobody's. */
#define MM_HIGHEST_VAD_ADDRESS	0x7ffffffdffffull
#define MM_GRANULARITY		0x10000ull

/**
 * struct mm_span - a range of pages in a tree of them that do not overlap
 * @node: in the tree
 * @start: its first byte
 * @end: behind its last byte
 */
struct mm_span {
	struct rb_node node;
	u64 start;
	u64 end;
};

enum mm_vad_kind {
	MM_VAD_PRIVATE,
	MM_VAD_VIEW,
	MM_VAD_IMAGE,
};

/**
 * struct mm_vad - an allocation or a view
 * @span: where
 * @kind: enum mm_vad_kind
 * @copy: a view that is copied on write
 * @not_inherited: ViewUnmap
 * @protection: AllocationProtect
 * @section: of a view; referenced
 * @offset: of a view: where in the section
 * @inode: of a view: that of the vmas, to be compared only
 */
struct mm_vad {
	struct mm_span span;
	enum mm_vad_kind kind;
	bool copy;
	bool not_inherited;
	u32 protection;
	struct mm_section *section;
	u64 offset;
	const void *inode;
};

/**
 * struct mm_range - committed pages with the same protection
 * @span: where
 * @protection: NT's
 */
struct mm_range {
	struct mm_span span;
	u32 protection;
};

/* Descriptors and ranges of one process. */
#define MM_MAXIMUM_SPANS 131072

/**
 * struct mm_vads - of one address space
 * @refs: NT processes that use it (more than one with CLONE_VM), and calls under way
 * @mutex: guards all that follows
 * @mm: whose; its struct is kept, its memory is not
 * @vads: tree of struct mm_vad
 * @ranges: tree of struct mm_range
 * @nr: how many of both
 * @spare_vad: for a split
 * @spare_ranges: for a split and an insertion
 */
struct mm_vads {
	refcount_t refs;
	struct mutex mutex;	/* all that follows */
	struct mm_struct *mm;
	struct rb_root vads;
	struct rb_root ranges;
	unsigned int nr;
	struct mm_vad *spare_vad;
	struct mm_range *spare_ranges[2];
};

struct mm_vads *mm_vads_create(void);
struct mm_vads *mm_vads_copy(struct mm_vads *vads, struct task_struct *child);
void mm_vads_free(struct mm_vads *vads);

/* Under the mutex: */
bool mm_vads_prepare(struct mm_vads *vads);
struct mm_vad *mm_vad_find(struct mm_vads *vads, u64 at);
struct mm_vad *mm_vad_next(struct mm_vads *vads, u64 at);
void mm_vad_insert(struct mm_vads *vads, struct mm_vad *vad);
void mm_vad_remove(struct mm_vads *vads, u64 start, u64 end);
struct mm_range *mm_range_next(struct mm_vads *vads, u64 at);
void mm_range_set(struct mm_vads *vads, u64 start, u64 end, u32 protection);
void mm_range_clear(struct mm_vads *vads, u64 start, u64 end);
bool mm_committed(struct mm_vads *vads, u64 start, u64 end);

struct mm_vad *mm_vad_alloc(void);
void mm_vad_free(struct mm_vad *vad);

#endif /* _NTDBG_MM_VAD_H */
