// SPDX-License-Identifier: GPL-2.0
/* Waits for dispatcher objects: see wait.h for how they are decided. */
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "ke/apc.h"
#include "ke/mutant.h"
#include "ke/wait.h"
#include "ke/wait_poll.h"
#include "nt/user.h"
#include "ntstatus.h"

/* Waits for more than these need memory. */
#define KE_STACK_BLOCKS 8

/* Of ke_sleep(): nothing is decided, something polled has changed. */
#define KE_STATUS_LOOK	0x2fff0010u

/* First of all locks of waits; see wait.h. */
static DEFINE_SPINLOCK(ke_all_lock);

/**
 * ke_dispatcher_init() - a new dispatcher
 * @object: the dispatcher
 * @kind: what a wait takes from it
 * @state: signalled if above 0
 *
 * Context: any.
 */
void ke_dispatcher_init(struct ke_dispatcher *object, enum ke_kind kind, s32 state)
{
	spin_lock_init(&object->lock);
	object->kind = kind;
	object->polled = false;
	object->state = state;
	object->nr_all = 0;
	INIT_LIST_HEAD(&object->blocks);
	init_waitqueue_head(&object->poll);
}

/**
 * ke_object_dispatcher() - ob_type.dispatcher of what begins with a struct ke_object
 * @object: the object
 *
 * Context: any.
 * Return: its dispatcher.
 */
struct ke_dispatcher *ke_object_dispatcher(void *object)
{
	return &((struct ke_object *)object)->dispatcher;
}

/**
 * ke_object_poll() - poll() of what begins with a struct ke_object
 * @file: a handle
 * @table: who polls
 *
 * Context: may sleep.
 * Return: readable if the object is signalled; an error without SYNCHRONIZE.
 */
__poll_t ke_object_poll(struct file *file, poll_table *table)
{
	struct ob_handle *handle = ob_handle_of(file);
	struct ke_dispatcher *object = ke_object_dispatcher(handle->object);
	bool signalled;

	if (!ob_may(handle, NTDBG_ACCESS_SYNCHRONIZE))
		return EPOLLERR;
	poll_wait(file, &object->poll, table);
	/* Who changes the state behind this sees that there may be a poller. */
	spin_lock_irq(&object->lock);
	object->polled = true;
	signalled = object->state > 0;
	spin_unlock_irq(&object->lock);
	return signalled ? EPOLLIN | EPOLLRDNORM : 0;
}

const struct file_operations ke_object_fops = {
	.owner = THIS_MODULE,
	.poll = ke_object_poll,
	.release = ob_release,
	.llseek = noop_llseek,
};

/**
 * ke_object_free() - ob_type.free of what begins with a struct ke_object and has nothing to free
 * @object: the object
 *
 * Context: any.
 */
void ke_object_free(void *object)
{
	kfree(object);
}

/* Not told to sparse, which knows no locks that are taken in some cases. */
static void ke_lock_all(void)
{
	spin_lock(&ke_all_lock);
	__release(&ke_all_lock);
}

static void ke_unlock_all(void)
{
	__acquire(&ke_all_lock);
	spin_unlock(&ke_all_lock);
}

/* In case of waits for all there may be more locks. */
static noinline void ke_lock_object_and_all(struct ke_dispatcher *object, struct ke_lock *lock)
	__acquires(&object->lock)
{
	local_irq_save(lock->flags);
	ke_lock_all();
	spin_lock(&object->lock);
	lock->all = true;
}

/**
 * ke_lock_object() - lock an object so that its state can be changed
 * @object: the object
 * @lock: remembers what ke_unlock_object() needs
 *
 * Context: any.
 */
void ke_lock_object(struct ke_dispatcher *object, struct ke_lock *lock)
	__acquires(&object->lock)
{
	lock->all = false;
	lock->wake = NULL;
	spin_lock_irqsave(&object->lock, lock->flags);
	if (likely(!object->nr_all))
		return;
	spin_unlock_irqrestore(&object->lock, lock->flags);
	ke_lock_object_and_all(object, lock);
}

/**
 * ke_unlock_object() - the opposite, and wake who is to be woken
 * @object: the object
 * @lock: of ke_lock_object()
 *
 * Context: any.
 */
void ke_unlock_object(struct ke_dispatcher *object, struct ke_lock *lock)
	__releases(&object->lock)
{
	if (!lock->wake && likely(!lock->all)) {
		spin_unlock_irqrestore(&object->lock, lock->flags);
		return;
	}
	/* The task could end as soon as the lock is given back. */
	rcu_read_lock();
	spin_unlock(&object->lock);
	if (lock->all)
		ke_unlock_all();
	local_irq_restore(lock->flags);
	if (lock->wake)
		wake_up_process(lock->wake);
	rcu_read_unlock();
}

/* The last one is woken when the lock has been given back: he mostly is the only one. */
static void ke_wake_later(struct ke_lock *lock, struct task_struct *task)
{
	if (lock->wake)
		wake_up_process(lock->wake);
	lock->wake = task;
}

/* Could this waiter have it? The object is locked, or stands still under ke_all_lock. */
static bool ke_signalled(const struct ke_dispatcher *object, const struct ke_thread *thread)
{
	if (object->state > 0)
		return true;
	return object->kind == KE_MUTANT && thread &&
	       container_of(object, struct ke_mutant, object.dispatcher)->owner == thread;
}

/* A decided wait takes what it waited for. Returns the index with what an abandoned mutant adds. */
static u32 ke_take(struct ke_dispatcher *object, struct ke_thread *thread, u32 index)
{
	struct ke_mutant *mutant;

	switch (object->kind) {
	case KE_SYNCHRONIZATION:
		object->state = 0;
		break;
	case KE_SEMAPHORE:
	case KE_QUEUE:
		object->state--;
		break;
	case KE_MUTANT:
		mutant = ke_mutant_of(object);
		object->state--;
		if (object->state)
			break;
		WRITE_ONCE(mutant->owner, thread);
		if (mutant->abandoned)
			index += STATUS_ABANDONED_WAIT_0;
		mutant->abandoned = false;
		break;
	default:
		break;
	}
	return index;
}

static u32 ke_take_one_of_all(struct ke_wait_block *block)
{
	list_del(&block->link);
	block->queued = false;
	block->object->nr_all--;
	return ke_take(block->object, block->waiter->thread, 0);
}

/*
 * A wait for all: take them if all of them can be had. ke_all_lock is held, @held
 * is the one object whose lock the caller has. True if it is decided; the caller
 * wakes the waiter.
 */
static bool ke_try_all(struct ke_waiter *waiter, struct ke_dispatcher *held)
{
	struct ke_wait_block *block;
	u32 result = STATUS_SUCCESS;

	for (block = waiter->blocks; block < waiter->blocks + waiter->nr; block++) {
		if (block->object) {
			if (!ke_signalled(block->object, waiter->thread))
				return false;
		} else if (!block->file) {
			return false;
		}
	}
	if (!ke_waiter_claim(waiter))
		return false;
	for (block = waiter->blocks; block < waiter->blocks + waiter->nr; block++) {
		if (!block->object)
			continue;
		if (block->object == held) {
			result |= ke_take_one_of_all(block);
			continue;
		}
		spin_lock_nested(&block->object->lock, SINGLE_DEPTH_NESTING);
		result |= ke_take_one_of_all(block);
		spin_unlock(&block->object->lock);
	}
	ke_waiter_finish(waiter, result);
	return true;
}

/* One block of a signalled object. */
static void ke_satisfy_block(struct ke_dispatcher *object, struct ke_wait_block *block,
			     struct ke_lock *lock)
{
	struct ke_waiter *waiter = block->waiter;
	struct task_struct *task = waiter->task;
	u32 result;

	if (waiter->all) {
		/* He has to poll the others first. */
		if (waiter->nr_polled)
			WRITE_ONCE(waiter->look, true);
		else if (!ke_try_all(waiter, object))
			return;
		ke_wake_later(lock, task);
		return;
	}
	/* Who loses finds a wait that has ended otherwise, its block is about to go. */
	if (!ke_waiter_claim(waiter))
		return;
	result = ke_take(object, waiter->thread, block->index);
	list_del(&block->link);
	block->queued = false;
	ke_waiter_finish(waiter, result);
	ke_wake_later(lock, task);
}

/**
 * ke_satisfy() - the state of an object has been raised: whose wait is over? (KiWaitTest)
 * @object: locked by ke_lock_object()
 * @lock: of that
 *
 * Context: the object's lock is held.
 */
void ke_satisfy(struct ke_dispatcher *object, struct ke_lock *lock)
{
	struct ke_wait_block *block, *next;

	list_for_each_entry_safe(block, next, &object->blocks, link) {
		if (object->state <= 0)
			return;
		ke_satisfy_block(object, block, lock);
	}
	if (unlikely(object->polled) && object->state > 0)
		wake_up_poll(&object->poll, EPOLLIN | EPOLLRDNORM);
}

/* ---- the waiter's side ---------------------------------------------------------- */

/* Take it now if it can be had. KE_PENDING if not. */
static u32 ke_take_now(struct ke_dispatcher *object, struct ke_thread *thread)
{
	struct ke_lock lock;
	u32 result = KE_PENDING;

	ke_lock_object(object, &lock);
	if (ke_signalled(object, thread)) {
		if (unlikely(object->kind == KE_MUTANT &&
			     ke_mutant_limit(ke_mutant_of(object), thread)))
			result = STATUS_MUTANT_LIMIT_EXCEEDED;
		else
			result = ke_take(object, thread, 0);
	}
	ke_unlock_object(object, &lock);
	return result;
}

/* To the others who wait, unless it can be had now. True if the wait is decided. */
static bool ke_queue_any(struct ke_wait_block *block)
{
	struct ke_dispatcher *object = block->object;
	struct ke_waiter *waiter = block->waiter;
	struct ke_lock lock;
	u32 result;

	ke_lock_object(object, &lock);
	if (!ke_signalled(object, waiter->thread)) {
		block->queued = true;
		if (object->kind == KE_QUEUE)
			list_add(&block->link, &object->blocks);
		else
			list_add_tail(&block->link, &object->blocks);
	} else if (ke_waiter_claim(waiter)) {
		if (unlikely(object->kind == KE_MUTANT &&
			     ke_mutant_limit(ke_mutant_of(object), waiter->thread)))
			result = STATUS_MUTANT_LIMIT_EXCEEDED;
		else
			result = ke_take(object, waiter->thread, block->index);
		ke_waiter_finish(waiter, result);
	}
	ke_unlock_object(object, &lock);
	return atomic_read(&waiter->result) != KE_PENDING;
}

static void ke_unqueue(struct ke_waiter *waiter)
{
	struct ke_wait_block *block;
	unsigned long flags;

	for (block = waiter->blocks; block < waiter->blocks + waiter->nr; block++) {
		/* Who took it off stored the result behind that. */
		if (!block->queued)
			continue;
		spin_lock_irqsave(&block->object->lock, flags);
		list_del(&block->link);
		if (waiter->all)
			block->object->nr_all--;
		spin_unlock_irqrestore(&block->object->lock, flags);
	}
}

static void ke_begin_any(struct ke_waiter *waiter, struct ke_polls *polls)
{
	struct ke_wait_block *block;

	for (block = waiter->blocks; block < waiter->blocks + waiter->nr; block++) {
		if (block->object) {
			if (ke_queue_any(block))
				return;
		} else if (block->file && ke_poll_begin(polls, block->file)) {
			if (ke_waiter_claim(waiter))
				ke_waiter_finish(waiter, block->index);
			return;
		}
	}
}

static void ke_begin_all(struct ke_waiter *waiter, struct ke_polls *polls)
{
	struct ke_wait_block *block;
	unsigned long flags;
	bool ready = true;

	for (block = waiter->blocks; block < waiter->blocks + waiter->nr; block++)
		if (block->file && !ke_poll_begin(polls, block->file))
			ready = false;

	local_irq_save(flags);
	ke_lock_all();
	for (block = waiter->blocks; block < waiter->blocks + waiter->nr; block++) {
		struct ke_dispatcher *object = block->object;

		if (!object)
			continue;
		spin_lock(&object->lock);
		object->nr_all++;
		block->queued = true;
		list_add_tail(&block->link, &object->blocks);
		spin_unlock(&object->lock);
	}
	if (ready)
		ke_try_all(waiter, NULL);
	ke_unlock_all();
	local_irq_restore(flags);
}

/* Something that is polled has changed, or something else in a wait for all of both kinds. */
static void ke_look(struct ke_waiter *waiter)
{
	struct ke_wait_block *block;
	unsigned long flags;

	/* What changes from here on is looked at once more. */
	smp_store_mb(waiter->look, false);
	for (block = waiter->blocks; block < waiter->blocks + waiter->nr; block++) {
		bool ready;

		if (!block->file)
			continue;
		ready = ke_poll_again(block->file);
		if (ready != waiter->all) {
			if (ready && ke_waiter_claim(waiter))
				ke_waiter_finish(waiter, block->index);
			return;
		}
	}
	if (!waiter->all)
		return;
	local_irq_save(flags);
	ke_lock_all();
	ke_try_all(waiter, NULL);
	ke_unlock_all();
	local_irq_restore(flags);
}

static bool ke_alert_due(struct ke_thread *thread)
{
	return READ_ONCE(thread->alerted) || !list_empty(&thread->apc_queue);
}

/* Why the wait is to end, or 0: it is decided; or KE_STATUS_LOOK. */
static u32 ke_sleep_until(struct ke_waiter *waiter, bool alertable,
			  const struct nt_timeout *timeout)
{
	const clockid_t clock = timeout->absolute ? CLOCK_REALTIME : CLOCK_MONOTONIC;
	bool over = !timeout->infinite && !timeout->ns;
	unsigned int state = TASK_INTERRUPTIBLE;
	ktime_t expires = timeout->ns;
	u32 status;

	/* Services know nothing of signals when the kernel calls them. */
	if (ke_previous_mode() == KE_KERNEL_MODE)
		state = TASK_KILLABLE;
	for (;;) {
		status = 0;
		set_current_state(state);
		if (atomic_read(&waiter->result) != KE_PENDING)
			break;
		status = KE_STATUS_LOOK;
		if (READ_ONCE(waiter->look))
			break;
		status = STATUS_ALERTED;
		if (alertable && ke_alert_due(waiter->thread))
			break;
		status = STATUS_TIMEOUT;
		if (over)
			break;
		status = NT_STATUS_RESTART;
		if (signal_pending_state(state, current))
			break;
		if (timeout->infinite)
			schedule();
		else
			over = !schedule_hrtimeout_range_clock(&expires, current->timer_slack_ns,
							       HRTIMER_MODE_ABS, clock);
	}
	__set_current_state(TASK_RUNNING);
	return status;
}

static u32 ke_give_up(struct ke_waiter *waiter, const struct nt_timeout *timeout, u32 status)
{
	if (!ke_waiter_claim(waiter))
		return STATUS_SUCCESS;
	atomic_set(&waiter->result, KE_CANCELLED);
	if (status == STATUS_ALERTED)
		return ke_check_alert(waiter->thread);
	if (status == NT_STATUS_RESTART)
		return ke_previous_mode() == KE_KERNEL_MODE ? STATUS_USER_APC :
		       nt_keep_timeout(timeout);
	return status;
}

/**
 * ke_sleep() - until the wait is decided, or the waiter has enough
 * @waiter: its result is changed by others
 * @alertable: alerts and APCs end it
 * @interval: how long
 *
 * Context: may sleep; the wait is known to others.
 * Return: the result; STATUS_ALERTED, STATUS_USER_APC, STATUS_TIMEOUT or
 * NT_STATUS_RESTART when the waiter has decided it himself.
 */
u32 ke_sleep(struct ke_waiter *waiter, bool alertable, const struct nt_interval *interval)
{
	struct nt_timeout timeout;
	u32 status;

	if (!waiter->thread)
		alertable = false;
	nt_start_timeout(interval, &timeout);
	if (alertable)
		ke_begin_alertable(waiter->thread);
	for (;;) {
		status = ke_sleep_until(waiter, alertable, &timeout);
		if (status != KE_STATUS_LOOK)
			break;
		ke_look(waiter);
	}
	if (alertable)
		ke_end_alertable(waiter->thread);
	if (status) {
		status = ke_give_up(waiter, &timeout, status);
		if (status)
			return status;
	}
	return atomic_cond_read_acquire(&waiter->result, VAL != KE_CLAIMED);
}

/* The thread's list of what it owns is its own affair. */
static void ke_own(struct ke_waiter *waiter, u32 status)
{
	struct ke_wait_block *block = waiter->blocks, *end = block + waiter->nr;

	if (!waiter->all) {
		block += status & (STATUS_ABANDONED_WAIT_0 - 1);
		end = block + 1;
	}
	for (; block < end; block++)
		if (block->object && block->object->kind == KE_MUTANT)
			ke_mutant_own(ke_mutant_of(block->object), waiter->thread);
}

/* Is there something that this thread cannot wait for? */
static u32 ke_check_mutants(const struct ke_waiter *waiter)
{
	struct ke_wait_block *block;

	for (block = waiter->blocks; block < waiter->blocks + waiter->nr; block++) {
		if (!block->object || block->object->kind != KE_MUTANT)
			continue;
		if (!waiter->thread)
			return STATUS_NOT_SUPPORTED;
		/* Only the thread itself changes that. */
		if (waiter->all && ke_mutant_limit(ke_mutant_of(block->object), waiter->thread))
			return STATUS_MUTANT_LIMIT_EXCEEDED;
	}
	return STATUS_SUCCESS;
}

static u32 ke_wait_blocks(struct ke_waiter *waiter, bool alertable,
			  const struct nt_interval *interval)
{
	struct ke_polls polls = { .waiter = waiter };
	u32 status;

	status = ke_check_mutants(waiter);
	if (status)
		return status;
	if (waiter->all)
		ke_begin_all(waiter, &polls);
	else
		ke_begin_any(waiter, &polls);
	if (polls.error && ke_waiter_claim(waiter)) {
		atomic_set(&waiter->result, KE_CANCELLED);
		status = STATUS_INSUFFICIENT_RESOURCES;
	} else if (atomic_read_acquire(&waiter->result) < 0) {
		status = ke_sleep(waiter, alertable, interval);
	} else {
		status = atomic_read(&waiter->result);
	}
	ke_poll_end(&polls);
	ke_unqueue(waiter);
	if (atomic_read(&waiter->result) != KE_CANCELLED && nt_success(status))
		ke_own(waiter, status);
	return status;
}

/**
 * ke_wait() - wait for any or all of several objects (KeWaitForMultipleObjects)
 * @objects: what for; the caller refers to them; the same dispatcher twice is not
 *           allowed with @all
 * @nr: how many, 1 to KE_MAXIMUM_WAIT_OBJECTS
 * @all: all of them at one moment, not just any
 * @alertable: alerts and APCs end it
 * @interval: how long
 *
 * Context: may sleep.
 * Return: the index of what was signalled (0 for all), with STATUS_ABANDONED_WAIT_0
 * added for an abandoned mutant; STATUS_USER_APC, STATUS_ALERTED, STATUS_TIMEOUT;
 * STATUS_MUTANT_LIMIT_EXCEEDED; STATUS_INSUFFICIENT_RESOURCES; NT_STATUS_RESTART.
 */
u32 ke_wait(const struct ke_wait_object *objects, unsigned int nr, bool all, bool alertable,
	    const struct nt_interval *interval)
{
	struct ke_wait_block stack[KE_STACK_BLOCKS], *blocks = stack;
	struct ke_waiter waiter;
	unsigned int i;
	u32 status;

	if (nr > KE_STACK_BLOCKS) {
		blocks = kmalloc_array(nr, sizeof(*blocks), GFP_KERNEL_ACCOUNT);
		if (!blocks)
			return STATUS_INSUFFICIENT_RESOURCES;
	}
	ke_waiter_init(&waiter);
	waiter.all = all;
	waiter.nr = nr;
	waiter.blocks = blocks;
	for (i = 0; i < nr; i++) {
		blocks[i].waiter = &waiter;
		blocks[i].object = objects[i].dispatcher;
		blocks[i].file = objects[i].dispatcher ? NULL : objects[i].file;
		blocks[i].index = i;
		blocks[i].queued = false;
		if (blocks[i].file)
			waiter.nr_polled++;
	}
	status = ke_wait_blocks(&waiter, alertable, interval);
	if (blocks != stack)
		kfree(blocks);
	return status;
}

/**
 * ke_wait_one() - wait for one object (KeWaitForSingleObject)
 * @object: what for; the caller refers to it
 * @alertable: alerts and APCs end it
 * @interval: how long
 *
 * Context: may sleep.
 * Return: as ke_wait().
 */
u32 ke_wait_one(struct ke_dispatcher *object, bool alertable, const struct nt_interval *interval)
{
	struct ke_wait_object one = { .dispatcher = object };
	struct ke_thread *thread = NULL;
	u32 status;

	/* What is signalled is had without more ado; a notification not even changes. */
	if (object->kind == KE_NOTIFICATION) {
		/* What was done before it was signalled has been done. */
		if (smp_load_acquire(&object->state) > 0)
			return STATUS_SUCCESS;
	} else if (object->kind == KE_MUTANT) {
		thread = ke_current();
		if (!thread)
			return STATUS_NOT_SUPPORTED;
		status = ke_take_now(object, thread);
		if (status != KE_PENDING) {
			if (nt_success(status))
				ke_mutant_own(ke_mutant_of(object), thread);
			return status;
		}
	} else if (READ_ONCE(object->state) > 0) {
		status = ke_take_now(object, NULL);
		if (status != KE_PENDING)
			return status;
	}
	return ke_wait(&one, 1, false, alertable, interval);
}
