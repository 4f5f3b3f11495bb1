// SPDX-License-Identifier: GPL-2.0
/* Thread objects: their life, how they are found, and their work item. */
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "hook.h"
#include "ps/mark.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/thread.h"
#include "symbols.h"

#define PS_THREAD_HASH_BITS 10

static DEFINE_HASHTABLE(ps_thread_hash, PS_THREAD_HASH_BITS);
static DEFINE_SPINLOCK(ps_thread_hash_lock);
static struct kmem_cache *ps_thread_cache;
static atomic_long_t ps_thread_nr = ATOMIC_LONG_INIT(0);

/**
 * ps_thread_init() - make the cache
 * @extra: bytes behind each object that belong to dbgk
 *
 * Context: module init, may sleep.
 * Return: 0 or -ENOMEM.
 */
int ps_thread_init(size_t extra)
{
	ps_thread_cache = kmem_cache_create("ps_thread", sizeof(struct ps_thread) + extra,
					    __alignof__(struct ps_thread), SLAB_ACCOUNT, NULL);
	return ps_thread_cache ? 0 : -ENOMEM;
}

/**
 * ps_thread_exit() - wait for the last grace periods and drop the cache
 *
 * Context: may sleep. No thread object is referenced any more.
 */
void ps_thread_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(ps_thread_cache);
}

static struct ps_thread *ps_thread_hashed(struct task_struct *task)
{
	struct ps_thread *thread;

	hash_for_each_possible_rcu(ps_thread_hash, thread, node, (unsigned long)task)
		if (thread->task == task)
			return thread;
	return NULL;
}

/**
 * ps_thread_tracked() - has this task a thread object?
 * @task: the task
 *
 * Context: any, also atomic; preemption off or inside an RCU read section.
 * Return: true if so.
 */
bool ps_thread_tracked(struct task_struct *task)
{
	return ps_thread_hashed(task);
}

/**
 * ps_thread_find() - the thread object of a task
 * @task: the task
 *
 * Context: any, also atomic.
 * Return: the object with a reference for the caller, or NULL.
 */
struct ps_thread *ps_thread_find(struct task_struct *task)
{
	struct ps_thread *thread;

	rcu_read_lock();
	thread = ps_thread_hashed(task);
	if (thread && !refcount_inc_not_zero(&thread->refs))
		thread = NULL;
	rcu_read_unlock();
	return thread;
}

/**
 * ps_thread_add() - make the object of a thread
 * @process: the process it belongs to
 * @task: the thread
 * @asked: bit mask of PS_ASKED_*: what its work item shall do first
 *
 * In a process that is being attached a new thread becomes one that attach
 * found: suspended, without a report of its own.
 *
 * Context: may sleep. @task cannot go away during the call.
 * Return: 0; -EEXIST if it has one; -ESRCH if the process is no longer ours or
 * the thread is past all user mode; -ENOMEM.
 */
int ps_thread_add(struct ps_process *process, struct task_struct *task, unsigned long asked)
{
	struct ps_thread *thread;
	int err = 0;

	thread = kmem_cache_zalloc(ps_thread_cache, GFP_KERNEL);
	if (!thread)
		return -ENOMEM;
	atomic_long_inc(&ps_thread_nr);
	refcount_set(&thread->refs, 1);
	ps_process_get(process);
	thread->process = process;
	thread->task = get_task_struct(task);
	thread->pid = get_pid(task_pid(task));
	INIT_LIST_HEAD(&thread->link);
	spin_lock_init(&thread->regs_lock);
	mutex_init(&thread->debug_mutex);
	init_task_work(&thread->work, ps_thread_work);
	init_waitqueue_head(&thread->wait);
	thread->hidden = ps_marked(thread->pid, PS_MARK_HIDDEN);

	spin_lock(&process->lock);
	if (process->flags & PS_PROCESS_GONE) {
		err = -ESRCH;
		goto unlock;
	}
	if (process->flags & PS_PROCESS_ATTACHING) {
		asked = BIT(PS_ASKED_LOOK);
		thread->attach_suspended = true;
		thread->suspend_count = 1;
	}
	thread->asked = asked;
	spin_lock(&ps_thread_hash_lock);
	if (ps_thread_hashed(task)) {
		err = -EEXIST;
	} else {
		ps_thread_get(thread);
		hash_add_rcu(ps_thread_hash, &thread->node, (unsigned long)task);
		list_add_tail_rcu(&thread->link, &process->threads);
		thread->linked = true;
		process->nr_threads++;
	}
	spin_unlock(&ps_thread_hash_lock);
	/*
	 * A thread that was found, not made, may be past the hook on do_exit(). Its
	 * work item then runs from exit_task_work() and reports the exit; if it is
	 * past that too, it never was there.
	 */
	if (!err && (asked || process->freeze_count)) {
		err = ps_thread_ask(thread, 0);
		if (err && ps_thread_unlink(thread))
			ps_thread_unhash(thread);
	}
unlock:
	spin_unlock(&process->lock);
	ps_thread_put(thread);
	return err;
}

/**
 * ps_thread_unlink() - take a thread out of its process
 * @thread: the thread
 *
 * The process is without threads when nr_threads is 0 afterwards.
 *
 * Context: process->lock is held.
 * Return: true if it was in; the caller then has to call ps_thread_unhash().
 */
bool ps_thread_unlink(struct ps_thread *thread)
{
	lockdep_assert_held(&thread->process->lock);
	if (!thread->linked)
		return false;
	thread->linked = false;
	list_del_rcu(&thread->link);
	thread->process->nr_threads--;
	return true;
}

/**
 * ps_thread_unhash() - let an unlinked thread not be found any more
 * @thread: the thread; the hash's reference is dropped
 *
 * Context: any but interrupts.
 */
void ps_thread_unhash(struct ps_thread *thread)
{
	spin_lock(&ps_thread_hash_lock);
	hash_del_rcu(&thread->node);
	spin_unlock(&ps_thread_hash_lock);
	ps_thread_put(thread);
}

/**
 * ps_thread_refresh_pid_locked() - take over the id that execve gave the thread
 * @thread: a thread of which no event is listed
 *
 * Context: process->lock is held.
 */
void ps_thread_refresh_pid_locked(struct ps_thread *thread)
{
	struct pid *old = thread->pid, *now;

	lockdep_assert_held(&thread->process->lock);
	rcu_read_lock();
	now = get_pid(task_pid(thread->task));
	rcu_read_unlock();
	/* Without one it has been waited for: then the last one it had stays. */
	if (!now || now == old) {
		put_pid(now);
		return;
	}
	thread->pid = now;
	put_pid(old);
}

/**
 * ps_thread_refresh_pid() - take over the id that execve gave the thread
 * @thread: the current thread, of which no event is listed
 *
 * Context: any but with a lock of ours held.
 */
void ps_thread_refresh_pid(struct ps_thread *thread)
{
	spin_lock(&thread->process->lock);
	ps_thread_refresh_pid_locked(thread);
	spin_unlock(&thread->process->lock);
}

/**
 * ps_thread_get() - one more reference
 * @thread: the thread
 *
 * Context: any; the caller has a reference or a lock that keeps one alive.
 */
void ps_thread_get(struct ps_thread *thread)
{
	refcount_inc(&thread->refs);
}

static void ps_thread_free(struct rcu_head *rcu)
{
	struct ps_thread *thread = container_of(rcu, struct ps_thread, rcu);

	kfree(thread->pending);
	kfree(thread->pending_fp);
	put_pid(thread->pid);
	put_task_struct(thread->task);
	kmem_cache_free(ps_thread_cache, thread);
	atomic_long_dec(&ps_thread_nr);
}

/**
 * ps_thread_put() - one reference less
 * @thread: the thread
 *
 * Context: any.
 */
void ps_thread_put(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;

	if (!refcount_dec_and_test(&thread->refs))
		return;
	call_rcu(&thread->rcu, ps_thread_free);
	ps_process_put(process);
}

/**
 * ps_thread_count() - how many thread objects exist
 *
 * Return: the number, including those that wait for a grace period.
 */
unsigned long ps_thread_count(void)
{
	return atomic_long_read(&ps_thread_nr);
}

/**
 * ps_thread_ask() - have the thread do something before it goes to user mode
 * @thread: the thread
 * @asked: bit mask of PS_ASKED_*, 0 to have it look whether it must park
 *
 * Neither wakes the thread nor disturbs a system call that it sleeps in.
 *
 * Context: any but NMI; the caller has a reference.
 * Return: 0, or -ESRCH if the thread will never look again.
 */
int ps_thread_ask(struct ps_thread *thread, unsigned long asked)
{
	unsigned int bit;

	for_each_set_bit(bit, &asked, PS_ASKED_RUN)
		set_bit(bit, &thread->asked);
	if (test_and_set_bit(PS_ASKED_RUN, &thread->asked))
		return 0;
	hook_hold();
	if (!symbols_have_task_work_cancel())
		__module_get(THIS_MODULE);
	ps_thread_get(thread);
	if (!task_work_add(thread->task, &thread->work, TWA_RESUME))
		return 0;
	clear_bit(PS_ASKED_RUN, &thread->asked);
	ps_thread_put(thread);
	if (!symbols_have_task_work_cancel())
		module_put(THIS_MODULE);
	hook_leave();
	return -ESRCH;
}

/**
 * ps_thread_unask() - take the work item back if it has not begun
 * @thread: the thread
 *
 * Context: may sleep; the caller has a reference.
 */
void ps_thread_unask(struct ps_thread *thread)
{
	if (!test_bit(PS_ASKED_RUN, &thread->asked))
		return;
	if (!symbols_task_work_cancel(thread->task, &thread->work))
		return;
	clear_bit(PS_ASKED_RUN, &thread->asked);
	ps_thread_put(thread);
	hook_leave();
}
