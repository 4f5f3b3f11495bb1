/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dispatcher objects and waits for them.
 *
 * An object has a state, and a list of wait blocks in the order in which waits
 * began. A block is on the stack of who waits. A wait has one word, its result,
 * that starts as KE_PENDING: who changes that (a signaller, or the waiter itself
 * when it has had enough) has decided the wait, and no other does anything to
 * an object for it. So no two signallers can satisfy the same wait, and who
 * loses takes nothing from an object.
 *
 * A wait for all has to see several objects at one moment. While such a wait is
 * on an object (nr_all), the object's state is only changed under ke_all_lock;
 * so whoever has that lock sees the states of all objects of that wait stand
 * still. Waits for one or any, and objects without waits for all, never touch
 * it.
 *
 * Objects that have no dispatcher, Linux's files among them, are waited for by
 * their poll(). They have no state that a wait could take. The waiter itself
 * looks at them; a wait for all of both kinds is decided by the waiter, who is
 * woken when there is something to look at.
 *
 * Lock order: ke_all_lock, the lock of one object, that of another object
 * (under ke_all_lock only), poll wait queues. ke_thread.mutants_lock is a leaf
 * and is not taken under any of these. All of these but mutants_lock are taken
 * with interrupts off, because timers expire in interrupts. Waking is done under
 * them, so they are above the scheduler's locks; apc_lock is not.
 *
 * Life: a wait block is on a list only while its waiter has a reference to
 * what it waits for. A signaller that has decided a wait takes its block off
 * that object's list, and lets go of the waiter by storing the result; the waiter
 * takes the other blocks off. It looks at its own task until then.
 */
#ifndef _NTDBG_KE_WAIT_H
#define _NTDBG_KE_WAIT_H

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "ke/thread.h"
#include "ob/object.h"

struct nt_interval;

/* What a wait takes from an object that is signalled, i.e. whose state is above 0 */
enum ke_kind {
	KE_NOTIFICATION,	/* nothing */
	KE_SYNCHRONIZATION,	/* all of it */
	KE_SEMAPHORE,		/* one */
	KE_MUTANT,		/* one, and the waiter owns it; its owner can take more */
	KE_QUEUE,		/* one; the last who waits is the first who gets it */
};

/**
 * struct ke_dispatcher - what can be waited for (DISPATCHER_HEADER)
 * @lock: guards all of it; see above for @state
 * @kind: enum ke_kind
 * @polled: somebody has polled it: the queue is to be woken
 * @state: signalled if above 0 (SignalState)
 * @nr_all: how many of @blocks are of waits for all
 * @blocks: struct ke_wait_block.link
 * @poll: of poll()
 */
struct ke_dispatcher {
	spinlock_t lock;	/* state, nr_all, blocks, polled */
	u8 kind;
	bool polled;
	s32 state;
	unsigned int nr_all;
	struct list_head blocks;
	wait_queue_head_t poll;
};

/**
 * struct ke_object - how an object with a dispatcher begins
 * @header: what all objects have
 * @dispatcher: what it is waited for by
 */
struct ke_object {
	struct ob_header header;
	struct ke_dispatcher dispatcher;
};

/* Results of waits that are no statuses */
#define KE_PENDING	(-1)	/* undecided */
#define KE_CLAIMED	(-2)	/* decided, the result is being made */
#define KE_CANCELLED	(-3)	/* the waiter has given up */

/**
 * struct ke_wait_block - a wait for one object (KWAIT_BLOCK)
 * @link: in the object's list
 * @waiter: whose
 * @object: what for, NULL for a polled one
 * @file: what is polled; with neither of them it is never signalled
 * @index: in the wait
 * @queued: it was put on the list
 */
struct ke_wait_block {
	struct list_head link;
	struct ke_waiter *waiter;
	struct ke_dispatcher *object;
	struct file *file;
	u8 index;
	bool queued;
};

/**
 * struct ke_waiter - a wait under way, on the stack of who waits
 * @task: who
 * @thread: likewise, or NULL
 * @result: KE_PENDING and so on, or what the wait returns
 * @all: for all
 * @look: a polled object changed, or with @all and @nr_polled any of them
 * @nr: how many objects
 * @nr_polled: how many of them are polled
 * @blocks: one for each
 */
struct ke_waiter {
	struct task_struct *task;
	struct ke_thread *thread;
	atomic_t result;
	bool all;
	bool look;
	unsigned int nr;
	unsigned int nr_polled;
	struct ke_wait_block *blocks;
};

/**
 * struct ke_lock - an object is locked
 * @flags: of interrupts
 * @all: ke_all_lock is held, too
 * @wake: who is to be woken when it is unlocked, or NULL
 */
struct ke_lock {
	unsigned long flags;
	bool all;
	struct task_struct *wake;
};

/* What to wait for: one of the two, or neither if it is never signalled */
struct ke_wait_object {
	struct ke_dispatcher *dispatcher;
	struct file *file;
};

#define KE_MAXIMUM_WAIT_OBJECTS 64

/* What GENERIC_READ and so on stand for has these in it. */
#define KE_STANDARD_READ	0x20000u
#define KE_STANDARD_EXECUTE	(0x20000u | NTDBG_ACCESS_SYNCHRONIZE)

void ke_dispatcher_init(struct ke_dispatcher *object, enum ke_kind kind, s32 state);
struct ke_dispatcher *ke_object_dispatcher(void *object);
__poll_t ke_object_poll(struct file *file, poll_table *table);
void ke_object_free(void *object);
extern const struct file_operations ke_object_fops;

void ke_lock_object(struct ke_dispatcher *object, struct ke_lock *lock);
void ke_unlock_object(struct ke_dispatcher *object, struct ke_lock *lock);
void ke_satisfy(struct ke_dispatcher *object, struct ke_lock *lock);

u32 ke_wait(const struct ke_wait_object *objects, unsigned int nr, bool all, bool alertable,
	    const struct nt_interval *interval);
u32 ke_wait_one(struct ke_dispatcher *object, bool alertable, const struct nt_interval *interval);
u32 ke_sleep(struct ke_waiter *waiter, bool alertable, const struct nt_interval *interval);

static inline void ke_waiter_init(struct ke_waiter *waiter)
{
	*waiter = (struct ke_waiter){ .task = current, .thread = ke_current(),
				      .result = ATOMIC_INIT(KE_PENDING) };
}

/* Decide a wait: true for one only. To be followed by ke_waiter_finish(). */
static inline bool ke_waiter_claim(struct ke_waiter *waiter)
{
	return atomic_read(&waiter->result) == KE_PENDING &&
	       atomic_cmpxchg(&waiter->result, KE_PENDING, KE_CLAIMED) == KE_PENDING;
}

/* The waiter is not to be looked at behind this. The caller then wakes its task, under RCU. */
static inline void ke_waiter_finish(struct ke_waiter *waiter, u32 result)
{
	atomic_set_release(&waiter->result, (int)result);
}

#endif /* _NTDBG_KE_WAIT_H */
