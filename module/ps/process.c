// SPDX-License-Identifier: GPL-2.0
/* Process objects: their life and how they are found. */
#include <linux/hashtable.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "kcompat.h"
#include "ps/mark.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/thread.h"

#define PS_PROCESS_HASH_BITS 10

static DEFINE_HASHTABLE(ps_process_hash, PS_PROCESS_HASH_BITS);
static DEFINE_SPINLOCK(ps_process_hash_lock);
static struct kmem_cache *ps_process_cache;
static atomic_long_t ps_process_nr = ATOMIC_LONG_INIT(0);
static atomic_long_t ps_missed_nr = ATOMIC_LONG_INIT(0);

/* Letting the threads of a process go: whoever finds it gone waits for the end of that. */
static DEFINE_MUTEX(ps_release_mutex);

/**
 * ps_process_init() - make the cache
 *
 * Context: module init, may sleep.
 * Return: 0 or -ENOMEM.
 */
int ps_process_init(void)
{
	ps_process_cache = KMEM_CACHE(ps_process, SLAB_ACCOUNT);
	return ps_process_cache ? 0 : -ENOMEM;
}

/**
 * ps_process_exit() - wait for the last grace periods and drop the cache
 *
 * Context: may sleep. No process object is referenced any more.
 */
void ps_process_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(ps_process_cache);
}

static struct ps_process *ps_process_hashed(struct pid *pid)
{
	struct ps_process *process;

	hash_for_each_possible_rcu(ps_process_hash, process, node, (unsigned long)pid)
		if (process->pid == pid)
			return process;
	return NULL;
}

/**
 * ps_process_tracked() - is this task's process one of ours?
 * @task: the task
 *
 * Context: any, also atomic; preemption off or inside an RCU read section.
 * Return: true if so.
 */
bool ps_process_tracked(struct task_struct *task)
{
	return ps_process_hashed(task_tgid(task));
}

/**
 * ps_process_wants_images() - shall this task's mappings be looked at?
 * @task: the current task
 *
 * Not while execve builds the new image: that is looked at as a whole.
 *
 * Context: any, also atomic; preemption off or inside an RCU read section.
 * Return: true if so.
 */
bool ps_process_wants_images(struct task_struct *task)
{
	struct ps_process *process = ps_process_hashed(task_tgid(task));

	unsigned int flags;

	if (!process)
		return false;
	flags = READ_ONCE(process->flags);
	return (READ_ONCE(process->debug_port) || (flags & PS_PROCESS_ATTACHING)) &&
	       !(flags & (PS_PROCESS_LAUNCHING | PS_PROCESS_EXEC_PENDING));
}

/**
 * ps_process_note_kill() - somebody sends SIGKILL to a process
 * @task: a thread of it
 *
 * Context: any, also atomic with interrupts off; inside an RCU read section.
 */
void ps_process_note_kill(struct task_struct *task)
{
	struct ps_process *process = ps_process_hashed(task_tgid(task));

	if (!process)
		return;
	WRITE_ONCE(process->killed, true);
	wake_up_all(&process->exit_wait);
}

/**
 * ps_process_find() - the process object of a process
 * @pid: of its thread group
 *
 * Context: any, also atomic.
 * Return: the object with a reference for the caller, or NULL.
 */
struct ps_process *ps_process_find(struct pid *pid)
{
	struct ps_process *process;

	rcu_read_lock();
	process = ps_process_hashed(pid);
	if (process && !refcount_inc_not_zero(&process->refs))
		process = NULL;
	rcu_read_unlock();
	return process;
}

/**
 * ps_process_create() - make the object of a process and let it be found
 * @leader: any thread of the process
 * @flags: PS_PROCESS_*
 *
 * Context: may sleep.
 * Return: the object with one user and two references, one for the caller and
 * one for the hash; -EEXIST if the process has one already; -ENOMEM.
 */
struct ps_process *ps_process_create(struct task_struct *leader, unsigned int flags)
{
	struct ps_process *process;

	process = kmem_cache_zalloc(ps_process_cache, GFP_KERNEL);
	if (!process)
		return ERR_PTR(-ENOMEM);
	refcount_set(&process->refs, 2);
	process->pid = get_pid(task_tgid(leader));
	process->flags = flags;
	process->users = 1;
	spin_lock_init(&process->lock);
	INIT_LIST_HEAD(&process->threads);
	init_waitqueue_head(&process->exit_wait);
	mutex_init(&process->image_mutex);
	INIT_LIST_HEAD(&process->images);
	INIT_LIST_HEAD(&process->debug_link);
	INIT_LIST_HEAD(&process->debug_events);
	RB_CLEAR_NODE(&process->debug_ready);
	INIT_LIST_HEAD(&process->debug_read);
	atomic_long_inc(&ps_process_nr);

	spin_lock(&ps_process_hash_lock);
	if (ps_process_hashed(process->pid)) {
		spin_unlock(&ps_process_hash_lock);
		refcount_set(&process->refs, 1);
		INIT_HLIST_NODE(&process->node);
		ps_process_put(process);
		return ERR_PTR(-EEXIST);
	}
	hash_add_rcu(ps_process_hash, &process->node, (unsigned long)process->pid);
	spin_unlock(&ps_process_hash_lock);
	return process;
}

/**
 * ps_process_acquire() - the object of a process, with one more user
 * @leader: any thread of the process
 * @process: where it goes, with a reference for the caller
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int ps_process_acquire(struct task_struct *leader, struct ps_process **process)
{
	struct ps_process *found;
	unsigned int flags;
	bool gone;

	for (;;) {
		found = ps_process_find(task_tgid(leader));
		if (!found) {
			flags = ps_marked(task_tgid(leader), PS_MARK_NO_DEBUG_INHERIT) ?
				PS_PROCESS_NO_DEBUG_INHERIT : 0;
			found = ps_process_create(leader, flags);
			if (PTR_ERR_OR_ZERO(found) == -EEXIST)
				continue;
			if (IS_ERR(found))
				return PTR_ERR(found);
			break;
		}
		spin_lock(&found->lock);
		gone = found->flags & PS_PROCESS_GONE;
		if (!gone)
			found->users++;
		spin_unlock(&found->lock);
		if (!gone)
			break;
		ps_process_put(found);
		mutex_lock(&ps_release_mutex);
		mutex_unlock(&ps_release_mutex);
	}
	*process = found;
	return 0;
}

/**
 * ps_process_release() - one user less; after the last one, let the threads go
 * @process: the process
 *
 * Context: may sleep.
 */
void ps_process_release(struct ps_process *process)
{
	struct ps_thread *thread;
	bool last;

	mutex_lock(&ps_release_mutex);
	spin_lock(&process->lock);
	last = !--process->users;
	if (last)
		process->flags |= PS_PROCESS_GONE;
	spin_unlock(&process->lock);
	if (!last)
		goto unlock;
	if (process->flags & PS_PROCESS_NO_DEBUG_INHERIT)
		ps_mark(process->pid, PS_MARK_NO_DEBUG_INHERIT, true);
	for (;;) {
		spin_lock(&process->lock);
		thread = list_first_entry_or_null(&process->threads, struct ps_thread, link);
		if (thread) {
			thread->suspend_count = 0;
			ps_thread_get(thread);
			ps_thread_unlink(thread);
		}
		spin_unlock(&process->lock);
		if (!thread)
			break;
		ps_thread_unhash(thread);
		ps_thread_unask(thread);
		wake_up(&thread->wait);
		ps_notify_let_go(thread);
		ps_thread_put(thread);
	}
	ps_process_unhash(process);
unlock:
	mutex_unlock(&ps_release_mutex);
}

static bool ps_runs_user_code(struct task_struct *task)
{
	return !(task->flags & (PF_EXITING | NTDBG_PF_NO_USER_MODE));
}

/* Threads looked at in one RCU read section. */
#define PS_COLLECT_BATCH 32

/**
 * ps_process_collect() - make thread objects for all threads that there are
 * @process: the process
 * @leader: any thread of it
 *
 * New ones are added by their parents, who see the process object. Returns
 * when a whole pass finds nobody new.
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or -EINTR if the caller is being killed.
 */
int ps_process_collect(struct ps_process *process, struct task_struct *leader)
{
	struct task_struct *batch[PS_COLLECT_BATCH];
	struct task_struct *task;
	unsigned int nr, i;
	int err = 0;

	do {
		nr = 0;
		rcu_read_lock();
		for_each_thread(leader, task) {
			if (!ps_runs_user_code(task) || ps_thread_tracked(task))
				continue;
			batch[nr++] = get_task_struct(task);
			if (nr == PS_COLLECT_BATCH)
				break;
		}
		rcu_read_unlock();
		for (i = 0; i < nr; i++) {
			if (!err)
				err = ps_thread_add(process, batch[i], BIT(PS_ASKED_LOOK));
			if (err == -EEXIST || err == -ESRCH)
				err = 0;
			put_task_struct(batch[i]);
		}
		if (fatal_signal_pending(current))
			err = -EINTR;
	} while (nr && !err);
	return err;
}

/**
 * ps_process_note_termination() - a terminating call ends it
 * @process: the process
 * @nt_status: of that call; the first one counts
 *
 * Context: any but with a lock of ours held.
 */
void ps_process_note_termination(struct ps_process *process, u32 nt_status)
{
	spin_lock(&process->lock);
	if (!process->terminated) {
		process->nt_status = nt_status;
		process->terminated = true;
	}
	spin_unlock(&process->lock);
}

/**
 * ps_process_unhash() - let it not be found any more
 * @process: the process
 *
 * Drops the hash's reference, once.
 *
 * Context: any in which preemption is on.
 */
void ps_process_unhash(struct ps_process *process)
{
	bool hashed;

	spin_lock(&ps_process_hash_lock);
	hashed = !hlist_unhashed(&process->node);
	if (hashed)
		hlist_del_init_rcu(&process->node);
	spin_unlock(&ps_process_hash_lock);
	if (hashed)
		ps_process_put(process);
}

/**
 * ps_process_get() - one more reference
 * @process: the process
 *
 * Context: any; the caller has a reference or a lock that keeps one alive.
 */
void ps_process_get(struct ps_process *process)
{
	refcount_inc(&process->refs);
}

static void ps_process_free(struct rcu_head *rcu)
{
	struct ps_process *process = container_of(rcu, struct ps_process, rcu);

	put_pid(process->pid);
	kmem_cache_free(ps_process_cache, process);
	atomic_long_dec(&ps_process_nr);
}

/**
 * ps_process_put() - one reference less
 * @process: the process
 *
 * Context: any.
 */
void ps_process_put(struct ps_process *process)
{
	if (!refcount_dec_and_test(&process->refs))
		return;
	WARN_ON(!list_empty(&process->threads) || !list_empty(&process->debug_events));
	ps_notify_forget(process);
	call_rcu(&process->rcu, ps_process_free);
}

/**
 * ps_process_count() - how many process objects exist
 *
 * Return: the number, including those that wait for a grace period.
 */
unsigned long ps_process_count(void)
{
	return atomic_long_read(&ps_process_nr);
}

/**
 * ps_note_missed() - count an event that could not be made
 *
 * Context: any.
 */
void ps_note_missed(void)
{
	atomic_long_inc(&ps_missed_nr);
}

/**
 * ps_missed_count() - how many events could not be made
 *
 * Return: the number since the module was loaded.
 */
unsigned long ps_missed_count(void)
{
	return atomic_long_read(&ps_missed_nr);
}
