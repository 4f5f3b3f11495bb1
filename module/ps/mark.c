// SPDX-License-Identifier: GPL-2.0
/* Flags that outlive debugging. */
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "ps/mark.h"

/* Few processes ever get a mark: a list does. */
static LIST_HEAD(ps_marks);
static DEFINE_SPINLOCK(ps_mark_lock);

struct ps_marked {
	struct list_head link;
	struct pid *pid;	/* referenced */
	unsigned int marks;
};

static bool ps_nobody_has(struct pid *pid)
{
	bool nobody;

	rcu_read_lock();
	nobody = !pid_task(pid, PIDTYPE_PID);
	rcu_read_unlock();
	return nobody;
}

static void ps_mark_free(struct ps_marked *marked)
{
	list_del(&marked->link);
	put_pid(marked->pid);
	kfree(marked);
}

/* Drops the marks of whoever is gone on the way. */
static struct ps_marked *ps_mark_find(struct pid *pid)
{
	struct ps_marked *marked, *next, *found = NULL;

	lockdep_assert_held(&ps_mark_lock);
	list_for_each_entry_safe(marked, next, &ps_marks, link) {
		if (marked->pid == pid)
			found = marked;
		else if (ps_nobody_has(marked->pid))
			ps_mark_free(marked);
	}
	return found;
}

/**
 * ps_mark() - set or clear a mark
 * @pid: of a process or thread
 * @mark: PS_MARK_*
 * @set: set it, or clear it
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int ps_mark(struct pid *pid, unsigned int mark, bool set)
{
	struct ps_marked *marked, *made = NULL;

	if (set) {
		made = kzalloc(sizeof(*made), GFP_KERNEL_ACCOUNT);
		if (!made)
			return -ENOMEM;
	}
	spin_lock(&ps_mark_lock);
	marked = ps_mark_find(pid);
	if (!marked && made) {
		marked = made;
		made = NULL;
		marked->pid = get_pid(pid);
		list_add(&marked->link, &ps_marks);
	}
	if (marked && set)
		marked->marks |= mark;
	else if (marked)
		marked->marks &= ~mark;
	if (marked && !marked->marks)
		ps_mark_free(marked);
	spin_unlock(&ps_mark_lock);
	kfree(made);
	return 0;
}

/**
 * ps_marked() - is a mark set?
 * @pid: of a process or thread
 * @mark: PS_MARK_*
 *
 * Context: any but interrupts.
 * Return: true if so.
 */
bool ps_marked(struct pid *pid, unsigned int mark)
{
	struct ps_marked *marked;
	bool set;

	if (list_empty(&ps_marks))
		return false;
	spin_lock(&ps_mark_lock);
	marked = ps_mark_find(pid);
	set = marked && (marked->marks & mark);
	spin_unlock(&ps_mark_lock);
	return set;
}

/**
 * ps_mark_exit() - forget all marks
 *
 * Context: module exit.
 */
void ps_mark_exit(void)
{
	struct ps_marked *marked, *next;

	list_for_each_entry_safe(marked, next, &ps_marks, link)
		ps_mark_free(marked);
}
