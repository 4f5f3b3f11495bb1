// SPDX-License-Identifier: GPL-2.0
/* Virtual address descriptors. */
#include <linux/slab.h>

#include "mm/vad.h"

struct mm_vads {
	int none;
};

/**
 * mm_vads_create() - of a process that becomes an NT process
 *
 * Context: may sleep.
 * Return: an empty set, or NULL.
 */
struct mm_vads *mm_vads_create(void)
{
	return kzalloc(sizeof(struct mm_vads), GFP_KERNEL_ACCOUNT);
}

/**
 * mm_vads_copy() - of the child of a fork
 * @vads: the parent's
 *
 * Context: may sleep.
 * Return: the child's, or NULL.
 */
struct mm_vads *mm_vads_copy(struct mm_vads *vads)
{
	return mm_vads_create();
}

/**
 * mm_vads_free() - of a process that is gone; its memory has gone, too
 * @vads: the set, or NULL
 *
 * Context: may sleep.
 */
void mm_vads_free(struct mm_vads *vads)
{
	kfree(vads);
}
