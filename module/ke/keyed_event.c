// SPDX-License-Identifier: GPL-2.0
/* Keyed events. */
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "ke/keyed_event.h"
#include "ke/wait.h"
#include "ntstatus.h"

#define KE_KEYED_BITS 6

static void ke_keyed_event_free(void *object)
{
	kfree(object);
}

/* Without poll(): whoever waits for one as such does not wait. */
static const struct file_operations ke_keyed_event_fops = {
	.owner = THIS_MODULE,
	.release = ob_release,
	.llseek = noop_llseek,
};

const struct ob_type ke_keyed_event_type = {
	.id = NTDBG_OBJECT_KEYED_EVENT,
	.name = "[nt-keyed-event]",
	.generic_read = KE_STANDARD_READ | KE_KEYED_EVENT_WAIT,
	.generic_write = KE_STANDARD_READ | KE_KEYED_EVENT_WAKE,
	.generic_execute = KE_STANDARD_READ,
	.all_access = KE_KEYED_EVENT_ALL_ACCESS,
	.fops = &ke_keyed_event_fops,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = ke_keyed_event_free,
};

/* Who waits (0) and who releases (1), of all keys with the same hash. A leaf, but for waking. */
static struct ke_keyed_bucket {
	spinlock_t lock;	/* sides */
	struct list_head sides[2];
} ____cacheline_aligned_in_smp ke_keyed_buckets[1 << KE_KEYED_BITS] = {
	[0 ... (1 << KE_KEYED_BITS) - 1] = { .lock = __SPIN_LOCK_UNLOCKED(ke_keyed_buckets.lock) },
};

/**
 * struct ke_keyed_wait - somebody who is there first
 * @link: in the bucket
 * @waiter: who
 * @event: of which keyed event; NULL is the one that needs no handle
 * @process: of his
 * @key: the key
 */
struct ke_keyed_wait {
	struct list_head link;
	struct ke_waiter waiter;
	const struct ke_keyed_event *event;
	const struct pid *process;
	u64 key;
};

/**
 * ke_keyed_event_create() - a new keyed event
 *
 * Context: may sleep.
 * Return: the keyed event, or NULL.
 */
struct ke_keyed_event *ke_keyed_event_create(void)
{
	struct ke_keyed_event *event = kmalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);

	if (event)
		ob_header_init(&event->header, &ke_keyed_event_type);
	return event;
}

/* Static list heads cannot name themselves in an array that large. */
static struct list_head *ke_keyed_side(struct ke_keyed_bucket *bucket, bool release)
{
	struct list_head *side = &bucket->sides[release];

	if (unlikely(!side->next))
		INIT_LIST_HEAD(side);
	return side;
}

/* The first of the other side who has not had enough is let go. Returns his task, or NULL. */
static struct task_struct *ke_keyed_match(struct list_head *others,
					  const struct ke_keyed_wait *mine)
{
	struct task_struct *task;
	struct ke_keyed_wait *other;

	list_for_each_entry(other, others, link) {
		if (other->key != mine->key || other->event != mine->event ||
		    other->process != mine->process || !ke_waiter_claim(&other->waiter))
			continue;
		task = other->waiter.task;
		list_del(&other->link);
		ke_waiter_finish(&other->waiter, STATUS_SUCCESS);
		return task;
	}
	return NULL;
}

/**
 * ke_keyed_event_meet() - one side comes, and waits for the other one
 * @event: the caller refers to it; NULL for the one that everybody has
 * @key: what both have to say
 * @release: the side that releases
 * @alertable: alerts and APCs end it
 * @interval: how long
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, or as ke_sleep().
 */
u32 ke_keyed_event_meet(struct ke_keyed_event *event, u64 key, bool release, bool alertable,
			const struct nt_interval *interval)
{
	struct ke_keyed_bucket *bucket = &ke_keyed_buckets[hash_64(key, KE_KEYED_BITS)];
	struct ke_keyed_wait mine = { .event = event, .process = task_tgid(current), .key = key };
	struct task_struct *task;
	u32 status;

	ke_waiter_init(&mine.waiter);
	rcu_read_lock();
	spin_lock(&bucket->lock);
	task = ke_keyed_match(ke_keyed_side(bucket, !release), &mine);
	if (!task)
		list_add_tail(&mine.link, ke_keyed_side(bucket, release));
	spin_unlock(&bucket->lock);
	if (task)
		wake_up_process(task);
	rcu_read_unlock();
	if (task)
		return STATUS_SUCCESS;

	status = ke_sleep(&mine.waiter, alertable, interval);
	/* Who is met has been taken off. */
	if (atomic_read(&mine.waiter.result) == KE_CANCELLED) {
		spin_lock(&bucket->lock);
		list_del(&mine.link);
		spin_unlock(&bucket->lock);
	}
	return status;
}
