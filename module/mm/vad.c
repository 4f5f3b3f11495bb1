// SPDX-License-Identifier: GPL-2.0
/* Virtual address descriptors: see vad.h. */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "mm/section.h"
#include "mm/vad.h"

static struct mm_span *mm_span_of(struct rb_node *node)
{
	return rb_entry_safe(node, struct mm_span, node);
}

static struct mm_vad *mm_vad_of(struct mm_span *span)
{
	return span ? container_of(span, struct mm_vad, span) : NULL;
}

static struct mm_range *mm_range_of(struct mm_span *span)
{
	return span ? container_of(span, struct mm_range, span) : NULL;
}

/* The first one that ends behind @at. */
static struct mm_span *mm_span_next(struct rb_root *root, u64 at)
{
	struct rb_node *node = root->rb_node;
	struct mm_span *found = NULL, *span;

	while (node) {
		span = mm_span_of(node);
		if (span->end > at) {
			found = span;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

/* It overlaps none. */
static void mm_span_insert(struct rb_root *root, struct mm_span *span)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = span->start < mm_span_of(parent)->start ? &parent->rb_left :
								 &parent->rb_right;
	}
	rb_link_node(&span->node, parent, link);
	rb_insert_color(&span->node, root);
}

/**
 * mm_vad_alloc() - a new descriptor
 *
 * Context: may sleep.
 * Return: it, or NULL.
 */
struct mm_vad *mm_vad_alloc(void)
{
	return kzalloc(sizeof(struct mm_vad), GFP_KERNEL_ACCOUNT);
}

/**
 * mm_vad_free() - free a descriptor that is in no tree
 * @vad: it, or NULL
 *
 * Context: may sleep.
 */
void mm_vad_free(struct mm_vad *vad)
{
	if (vad && vad->section)
		mm_section_put(vad->section);
	kfree(vad);
}

static struct mm_vads *mm_vads_of(struct mm_struct *mm)
{
	struct mm_vads *vads = kzalloc(sizeof(*vads), GFP_KERNEL_ACCOUNT);

	if (!vads)
		return NULL;
	refcount_set(&vads->refs, 1);
	mutex_init(&vads->mutex);
	vads->vads = RB_ROOT;
	vads->ranges = RB_ROOT;
	mmgrab(mm);
	vads->mm = mm;
	return vads;
}

/**
 * mm_vads_create() - of a process that becomes an NT process
 *
 * Context: may sleep; the process's.
 * Return: an empty set, or NULL.
 */
struct mm_vads *mm_vads_create(void)
{
	return mm_vads_of(current->mm);
}

static bool mm_copy_vads(struct mm_vads *to, struct mm_vads *from)
{
	struct mm_vad *vad, *copy;
	struct rb_node *node;

	for (node = rb_first(&from->vads); node; node = rb_next(node)) {
		vad = mm_vad_of(mm_span_of(node));
		if (vad->not_inherited)
			continue;
		copy = mm_vad_alloc();
		if (!copy)
			return false;
		*copy = *vad;
		if (copy->section)
			mm_section_get(copy->section);
		mm_vad_insert(to, copy);
	}
	return true;
}

static bool mm_copy_ranges(struct mm_vads *to, struct mm_vads *from)
{
	struct mm_range *range, *copy;
	struct rb_node *node;

	for (node = rb_first(&from->ranges); node; node = rb_next(node)) {
		range = mm_range_of(mm_span_of(node));
		/* Of a view that is not inherited. */
		if (!mm_vad_find(to, range->span.start))
			continue;
		copy = kmemdup(range, sizeof(*range), GFP_KERNEL_ACCOUNT);
		if (!copy)
			return false;
		mm_span_insert(&to->ranges, &copy->span);
		to->nr++;
	}
	return true;
}

/**
 * mm_vads_copy() - of the child of a fork
 * @vads: the parent's
 * @child: complete, does not run yet
 *
 * What another thread of the parent does meanwhile may or may not be in the
 * copy; its vmas are what counts.
 *
 * Context: may sleep.
 * Return: the child's, or NULL. With CLONE_VM they are the same.
 */
struct mm_vads *mm_vads_copy(struct mm_vads *vads, struct task_struct *child)
{
	struct mm_vads *copy;
	bool complete;

	if (child->mm == vads->mm) {
		refcount_inc(&vads->refs);
		return vads;
	}
	copy = mm_vads_of(child->mm);
	if (!copy)
		return NULL;
	mutex_lock(&vads->mutex);
	complete = mm_copy_vads(copy, vads) && mm_copy_ranges(copy, vads);
	mutex_unlock(&vads->mutex);
	if (complete)
		return copy;
	mm_vads_free(copy);
	return NULL;
}

/**
 * mm_vads_free() - one who uses it less
 * @vads: the set, or NULL
 *
 * Context: may sleep.
 */
void mm_vads_free(struct mm_vads *vads)
{
	struct mm_span *span, *next;
	unsigned int i;

	if (!vads || !refcount_dec_and_test(&vads->refs))
		return;
	rbtree_postorder_for_each_entry_safe(span, next, &vads->vads, node)
		mm_vad_free(mm_vad_of(span));
	rbtree_postorder_for_each_entry_safe(span, next, &vads->ranges, node)
		kfree(mm_range_of(span));
	mm_vad_free(vads->spare_vad);
	for (i = 0; i < ARRAY_SIZE(vads->spare_ranges); i++)
		kfree(vads->spare_ranges[i]);
	mmdrop(vads->mm);
	kfree(vads);
}

/**
 * mm_vads_prepare() - see that the next change cannot fail
 * @vads: the set
 *
 * A change is one mm_vad_insert(), one mm_vad_remove(), and one mm_range_set() or
 * mm_range_clear(), in any order.
 *
 * Context: may sleep; under the mutex.
 * Return: false without memory, or if there are too many.
 */
bool mm_vads_prepare(struct mm_vads *vads)
{
	unsigned int i;

	if (vads->nr >= MM_MAXIMUM_SPANS)
		return false;
	for (i = 0; i < ARRAY_SIZE(vads->spare_ranges); i++) {
		if (!vads->spare_ranges[i])
			vads->spare_ranges[i] = kzalloc(sizeof(*vads->spare_ranges[i]),
							GFP_KERNEL_ACCOUNT);
		if (!vads->spare_ranges[i])
			return false;
	}
	if (!vads->spare_vad)
		vads->spare_vad = mm_vad_alloc();
	return vads->spare_vad;
}

/**
 * mm_vad_next() - the first descriptor that ends behind an address
 * @vads: the set
 * @at: the address
 *
 * Context: under the mutex.
 * Return: it, or NULL.
 */
struct mm_vad *mm_vad_next(struct mm_vads *vads, u64 at)
{
	return mm_vad_of(mm_span_next(&vads->vads, at));
}

/**
 * mm_vad_find() - the descriptor of an address
 * @vads: the set
 * @at: the address
 *
 * Context: under the mutex.
 * Return: it, or NULL.
 */
struct mm_vad *mm_vad_find(struct mm_vads *vads, u64 at)
{
	struct mm_vad *vad = mm_vad_next(vads, at);

	return vad && vad->span.start <= at ? vad : NULL;
}

/**
 * mm_vad_insert() - a new descriptor
 * @vads: the set, with nothing there
 * @vad: it, taken over
 *
 * Context: under the mutex.
 */
void mm_vad_insert(struct mm_vads *vads, struct mm_vad *vad)
{
	mm_span_insert(&vads->vads, &vad->span);
	vads->nr++;
}

/* The part of @vad from @at on becomes a descriptor of its own. */
static void mm_vad_split(struct mm_vads *vads, struct mm_vad *vad, u64 at)
{
	struct mm_vad *tail = vads->spare_vad;

	vads->spare_vad = NULL;
	*tail = *vad;
	tail->span.start = at;
	tail->offset += at - vad->span.start;
	if (tail->section)
		mm_section_get(tail->section);
	vad->span.end = at;
	mm_vad_insert(vads, tail);
}

/**
 * mm_vad_remove() - nothing in this range has a descriptor any more
 * @vads: the set, prepared
 * @start: of the range
 * @end: behind it
 *
 * What lies partly in it keeps the rest. What is committed is not looked at.
 *
 * Context: may sleep; under the mutex.
 */
void mm_vad_remove(struct mm_vads *vads, u64 start, u64 end)
{
	struct mm_vad *vad;

	while ((vad = mm_vad_next(vads, start)) && vad->span.start < end) {
		if (vad->span.start < start && vad->span.end > end)
			mm_vad_split(vads, vad, end);
		if (vad->span.start < start) {
			vad->span.end = start;
		} else if (vad->span.end > end) {
			vad->offset += end - vad->span.start;
			vad->span.start = end;
		} else {
			rb_erase(&vad->span.node, &vads->vads);
			vads->nr--;
			mm_vad_free(vad);
		}
	}
}

/**
 * mm_range_next() - the first committed range that ends behind an address
 * @vads: the set
 * @at: the address
 *
 * Context: under the mutex.
 * Return: it, or NULL.
 */
struct mm_range *mm_range_next(struct mm_vads *vads, u64 at)
{
	return mm_range_of(mm_span_next(&vads->ranges, at));
}

static struct mm_range *mm_take_range(struct mm_vads *vads)
{
	unsigned int i = vads->spare_ranges[0] ? 0 : 1;
	struct mm_range *range = vads->spare_ranges[i];

	vads->spare_ranges[i] = NULL;
	return range;
}

static void mm_range_insert(struct mm_vads *vads, u64 start, u64 end, u32 protection)
{
	struct mm_range *range = mm_take_range(vads);

	*range = (struct mm_range){ .span = { .start = start, .end = end },
				    .protection = protection };
	mm_span_insert(&vads->ranges, &range->span);
	vads->nr++;
}

static void mm_range_erase(struct mm_vads *vads, struct mm_range *range)
{
	rb_erase(&range->span.node, &vads->ranges);
	vads->nr--;
	kfree(range);
}

/**
 * mm_range_clear() - nothing in this range is committed
 * @vads: the set, prepared
 * @start: of the range
 * @end: behind it
 *
 * Context: under the mutex.
 */
void mm_range_clear(struct mm_vads *vads, u64 start, u64 end)
{
	struct mm_range *range;
	u64 tail;

	while ((range = mm_range_next(vads, start)) && range->span.start < end) {
		tail = range->span.end;
		if (range->span.start < start) {
			range->span.end = start;
			if (tail > end)
				mm_range_insert(vads, end, tail, range->protection);
		} else if (tail > end) {
			range->span.start = end;
		} else {
			mm_range_erase(vads, range);
		}
	}
}

/**
 * mm_range_set() - all of this range is committed
 * @vads: the set, prepared
 * @start: of the range, which is inside of one descriptor
 * @end: behind it
 * @protection: NT's
 *
 * Context: under the mutex.
 */
void mm_range_set(struct mm_vads *vads, u64 start, u64 end, u32 protection)
{
	struct mm_range *before, *after;
	struct mm_vad *vad = mm_vad_find(vads, start);

	mm_range_clear(vads, start, end);
	/* Those of one allocation that are alike are one. */
	before = mm_range_next(vads, start - 1);
	after = mm_range_next(vads, end);
	if (before && (before->span.end != start || before->protection != protection ||
		       before->span.start < vad->span.start))
		before = NULL;
	if (after && (after->span.start != end || after->protection != protection ||
		      after->span.end > vad->span.end))
		after = NULL;
	if (before && after) {
		before->span.end = after->span.end;
		mm_range_erase(vads, after);
	} else if (before) {
		before->span.end = end;
	} else if (after) {
		after->span.start = start;
	} else {
		mm_range_insert(vads, start, end, protection);
	}
}

/**
 * mm_committed() - is all of it committed?
 * @vads: the set
 * @start: of the range
 * @end: behind it
 *
 * Context: under the mutex.
 * Return: true if so.
 */
bool mm_committed(struct mm_vads *vads, u64 start, u64 end)
{
	struct mm_range *range;

	while (start < end) {
		range = mm_range_next(vads, start);
		if (!range || range->span.start > start)
			return false;
		start = range->span.end;
	}
	return true;
}
