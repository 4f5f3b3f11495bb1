// SPDX-License-Identifier: GPL-2.0
/* What outlives debugging, and the process itself. */
#include <linux/hashtable.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "ps/mark.h"

#define PS_MARK_HASH_BITS 8

static DEFINE_HASHTABLE(ps_mark_hash, PS_MARK_HASH_BITS);
static DEFINE_SPINLOCK(ps_mark_lock);
static unsigned int ps_mark_nr;

/**
 * struct ps_mark - of one process or thread
 * @node: in the hash
 * @pid: its id; referenced
 * @handles: how many handles of it are open
 * @marks: PS_MARK_*
 * @nt_status: with PS_MARK_TERMINATED
 * @thread_status: with PS_MARK_THREAD_TERMINATED; the first thread's pid is the process's, too
 */
struct ps_mark {
	struct hlist_node node;
	struct pid *pid;
	unsigned int handles;
	unsigned int marks;
	u32 nt_status;
	u32 thread_status;
};

static bool ps_nobody_has(struct pid *pid)
{
	bool nobody;

	rcu_read_lock();
	nobody = !pid_task(pid, PIDTYPE_PID);
	rcu_read_unlock();
	return nobody;
}

static void ps_mark_free(struct ps_mark *mark)
{
	hash_del(&mark->node);
	put_pid(mark->pid);
	kfree(mark);
	ps_mark_nr--;
}

/* Drops what nobody can ask for any more on the way. */
static struct ps_mark *ps_mark_find(struct pid *pid)
{
	struct ps_mark *mark, *found = NULL;
	struct hlist_node *next;

	lockdep_assert_held(&ps_mark_lock);
	hash_for_each_possible_safe(ps_mark_hash, mark, next, node, (unsigned long)pid) {
		if (mark->pid == pid)
			found = mark;
		else if (!mark->handles && (!mark->marks || ps_nobody_has(mark->pid)))
			ps_mark_free(mark);
	}
	return found;
}

/* The one there is, or @made, which is then taken. */
static struct ps_mark *ps_mark_find_or_add(struct pid *pid, struct ps_mark **made)
{
	struct ps_mark *mark = ps_mark_find(pid);

	if (mark || !*made)
		return mark;
	mark = *made;
	*made = NULL;
	mark->pid = get_pid(pid);
	hash_add(ps_mark_hash, &mark->node, (unsigned long)pid);
	ps_mark_nr++;
	return mark;
}

/**
 * ps_mark_get() - remember what becomes of a process or thread while a handle is open
 * @pid: its id
 *
 * Context: may sleep.
 * Return: the mark, to be given back with ps_mark_put(), or NULL without memory.
 */
struct ps_mark *ps_mark_get(struct pid *pid)
{
	struct ps_mark *made = kzalloc(sizeof(*made), GFP_KERNEL_ACCOUNT);
	struct ps_mark *mark;

	spin_lock(&ps_mark_lock);
	mark = ps_mark_find_or_add(pid, &made);
	if (mark)
		mark->handles++;
	spin_unlock(&ps_mark_lock);
	kfree(made);
	return mark;
}

/**
 * ps_mark_put() - a handle is closed
 * @mark: from ps_mark_get(), or NULL
 *
 * Context: any but interrupts.
 */
void ps_mark_put(struct ps_mark *mark)
{
	if (!mark)
		return;
	spin_lock(&ps_mark_lock);
	if (!--mark->handles && (!mark->marks || ps_nobody_has(mark->pid)))
		ps_mark_free(mark);
	spin_unlock(&ps_mark_lock);
}

/**
 * ps_mark() - set or clear a mark
 * @pid: of a process or thread
 * @which: PS_MARK_*
 * @set: set it, or clear it
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int ps_mark(struct pid *pid, unsigned int which, bool set)
{
	struct ps_mark *mark, *made = NULL;

	if (set) {
		made = kzalloc(sizeof(*made), GFP_KERNEL_ACCOUNT);
		if (!made)
			return -ENOMEM;
	}
	spin_lock(&ps_mark_lock);
	mark = ps_mark_find_or_add(pid, &made);
	if (mark && set)
		mark->marks |= which;
	else if (mark)
		mark->marks &= ~which;
	if (mark && !mark->marks && !mark->handles)
		ps_mark_free(mark);
	spin_unlock(&ps_mark_lock);
	kfree(made);
	return 0;
}

/**
 * ps_marked() - is a mark set?
 * @pid: of a process or thread
 * @which: PS_MARK_*
 *
 * Context: any but interrupts.
 * Return: true if so.
 */
bool ps_marked(struct pid *pid, unsigned int which)
{
	struct ps_mark *mark;
	bool set;

	if (!READ_ONCE(ps_mark_nr))
		return false;
	spin_lock(&ps_mark_lock);
	mark = ps_mark_find(pid);
	set = mark && (mark->marks & which);
	spin_unlock(&ps_mark_lock);
	return set;
}

static void ps_mark_end(struct pid *pid, unsigned int which, u32 nt_status)
{
	struct ps_mark *mark;

	spin_lock(&ps_mark_lock);
	mark = ps_mark_find(pid);
	/* Nobody could ask for it without a handle. */
	if (mark && mark->handles && !(mark->marks & which)) {
		mark->marks |= which;
		if (which == PS_MARK_TERMINATED)
			mark->nt_status = nt_status;
		else
			mark->thread_status = nt_status;
	}
	spin_unlock(&ps_mark_lock);
}

static bool ps_mark_end_status(struct pid *pid, unsigned int which, u32 *nt_status)
{
	struct ps_mark *mark;
	bool known;

	spin_lock(&ps_mark_lock);
	mark = ps_mark_find(pid);
	known = mark && (mark->marks & which);
	if (known)
		*nt_status = which == PS_MARK_TERMINATED ? mark->nt_status : mark->thread_status;
	spin_unlock(&ps_mark_lock);
	return known;
}

/**
 * ps_mark_terminated() - a process is ended with an NTSTATUS
 * @pid: of the process
 * @nt_status: the first one counts
 *
 * Context: any but interrupts.
 */
void ps_mark_terminated(struct pid *pid, u32 nt_status)
{
	ps_mark_end(pid, PS_MARK_TERMINATED, nt_status);
}

/**
 * ps_mark_status() - by which status was a process ended?
 * @pid: of the process
 * @nt_status: where it goes
 *
 * Context: any but interrupts.
 * Return: true if one is known.
 */
bool ps_mark_status(struct pid *pid, u32 *nt_status)
{
	return ps_mark_end_status(pid, PS_MARK_TERMINATED, nt_status);
}

/**
 * ps_mark_thread_terminated() - a thread is ended with an NTSTATUS
 * @pid: of the thread
 * @nt_status: the first one counts
 *
 * Context: any but interrupts.
 */
void ps_mark_thread_terminated(struct pid *pid, u32 nt_status)
{
	ps_mark_end(pid, PS_MARK_THREAD_TERMINATED, nt_status);
}

/**
 * ps_mark_thread_status() - by which status was a thread ended?
 * @pid: of the thread
 * @nt_status: where it goes
 *
 * Context: any but interrupts.
 * Return: true if one is known.
 */
bool ps_mark_thread_status(struct pid *pid, u32 *nt_status)
{
	return ps_mark_end_status(pid, PS_MARK_THREAD_TERMINATED, nt_status);
}

/**
 * ps_mark_exit() - forget all marks
 *
 * Context: module exit; no handle is open.
 */
void ps_mark_exit(void)
{
	struct ps_mark *mark;
	struct hlist_node *next;
	unsigned int i;

	hash_for_each_safe(ps_mark_hash, i, next, mark, node)
		ps_mark_free(mark);
}
