// SPDX-License-Identifier: GPL-2.0
/* Holding threads: freeze, thaw, suspend, resume, park. */
#include <linux/freezer.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <ntdbg/object.h>

#include "ps/process.h"
#include "ps/rest.h"
#include "ps/suspend.h"
#include "ps/thread.h"

static void ps_into_kernel(void *unused)
{
}

/*
 * A thread that is in user mode right now sees a request when its CPU has been
 * in the kernel once. One that gets there later sees it on its way out.
 */
static void ps_kick(struct ps_thread *thread)
{
	if (thread->task != current && READ_ONCE(thread->task->on_cpu))
		smp_call_function_single(task_cpu(thread->task), ps_into_kernel, NULL, 1);
}

static void ps_kick_all(struct ps_process *process, struct ps_thread *except)
{
	struct ps_thread *thread;

	rcu_read_lock();
	list_for_each_entry_rcu(thread, &process->threads, link)
		if (thread != except)
			ps_kick(thread);
	rcu_read_unlock();
}

/**
 * ps_freeze() - keep all threads but one from running user code
 * @process: the process
 * @except: the thread that goes on, normally the current one; or NULL
 *
 * When it returns, no other thread of the process executes user instructions
 * until ps_thaw(). Freezes nest. NT: KeFreezeAllThreads.
 *
 * Context: may sleep, interrupts on (waits for other CPUs).
 */
void ps_freeze(struct ps_process *process, struct ps_thread *except)
{
	struct ps_thread *thread;

	spin_lock(&process->lock);
	process->freeze_count++;
	if (except && process->nr_threads == 1) {
		spin_unlock(&process->lock);
		return;
	}
	list_for_each_entry(thread, &process->threads, link)
		if (thread != except)
			ps_thread_ask(thread, 0);
	spin_unlock(&process->lock);

	ps_kick_all(process, except);
}

/**
 * ps_thaw() - undo one ps_freeze()
 * @process: the process
 *
 * NT: KeThawAllThreads.
 *
 * Context: any in which process->lock can be taken.
 */
void ps_thaw(struct ps_process *process)
{
	struct ps_thread *thread;

	spin_lock(&process->lock);
	if (!--process->freeze_count)
		list_for_each_entry(thread, &process->threads, link)
			if (wq_has_sleeper(&thread->wait))
				wake_up(&thread->wait);
	spin_unlock(&process->lock);
}

static bool ps_suspend_locked(struct ps_thread *thread)
{
	lockdep_assert_held(&thread->process->lock);
	if (thread->suspend_count == NTDBG_MAXIMUM_SUSPEND_COUNT)
		return false;
	thread->suspend_count++;
	return true;
}

/**
 * ps_suspend() - suspend a thread once more
 * @thread: the thread
 * @previous: set to the count before
 *
 * When it returns, the thread executes no user instructions until it is
 * resumed; if it is the current one, until it has been. NT: PsSuspendThread.
 *
 * Context: may sleep, interrupts on.
 * Return: 0; -EOVERFLOW at the limit; -EOWNERDEAD if the thread is at its end.
 */
int ps_suspend(struct ps_thread *thread, unsigned int *previous)
{
	struct ps_process *process = thread->process;
	int err = 0;

	spin_lock(&process->lock);
	*previous = thread->suspend_count;
	if (!thread->linked) {
		err = -EOWNERDEAD;
	} else if (!ps_suspend_locked(thread)) {
		err = -EOVERFLOW;
	} else if (ps_thread_ask(thread, 0)) {
		thread->suspend_count--;
		err = -EOWNERDEAD;
	}
	spin_unlock(&process->lock);
	if (!err)
		ps_kick(thread);
	return err;
}

static void ps_resume_locked(struct ps_thread *thread)
{
	lockdep_assert_held(&thread->process->lock);
	if (thread->suspend_count && !--thread->suspend_count)
		wake_up(&thread->wait);
}

/**
 * ps_resume() - undo one suspension of a thread
 * @thread: the thread
 *
 * NT: KeResumeThread.
 *
 * Context: any in which process->lock can be taken.
 * Return: the count before.
 */
unsigned int ps_resume(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;
	unsigned int previous;

	spin_lock(&process->lock);
	previous = thread->suspend_count;
	ps_resume_locked(thread);
	spin_unlock(&process->lock);
	return previous;
}

/**
 * ps_suspend_all() - suspend every thread that the process has now
 * @process: the process
 *
 * One that is at the limit is left as it is. NT: PsSuspendProcess.
 *
 * Context: may sleep, interrupts on.
 */
void ps_suspend_all(struct ps_process *process)
{
	struct ps_thread *thread;

	spin_lock(&process->lock);
	list_for_each_entry(thread, &process->threads, link)
		if (ps_suspend_locked(thread))
			ps_thread_ask(thread, 0);
	spin_unlock(&process->lock);
	ps_kick_all(process, NULL);
}

/**
 * ps_resume_all() - undo one suspension of every thread
 * @process: the process
 *
 * NT: PsResumeProcess.
 *
 * Context: any in which process->lock can be taken.
 */
void ps_resume_all(struct ps_process *process)
{
	struct ps_thread *thread;

	spin_lock(&process->lock);
	list_for_each_entry(thread, &process->threads, link)
		ps_resume_locked(thread);
	spin_unlock(&process->lock);
}

/* A thread that is no longer ours is held by nothing. */
static bool ps_suspended(struct ps_thread *thread)
{
	return READ_ONCE(thread->linked) && READ_ONCE(thread->suspend_count);
}

static bool ps_held(struct ps_thread *thread)
{
	return READ_ONCE(thread->linked) &&
	       (READ_ONCE(thread->suspend_count) || READ_ONCE(thread->hold_count) ||
		READ_ONCE(thread->process->freeze_count));
}

static void ps_park_while(struct ps_thread *thread, bool (*held)(struct ps_thread *thread))
{
	DEFINE_WAIT(wait);

	if (!held(thread))
		return;
	ps_rest_begin(thread);
	for (;;) {
		prepare_to_wait(&thread->wait, &wait, PS_HELD_STATE);
		if (!held(thread) || ps_dying(thread))
			break;
		schedule();
	}
	finish_wait(&thread->wait, &wait);
	ps_rest_end(thread);
}

/**
 * ps_park() - wait while this thread is suspended or its process frozen
 * @thread: the current thread
 *
 * SIGKILL ends the wait.
 *
 * Context: may sleep; on the way to user mode, no locks held.
 */
void ps_park(struct ps_thread *thread)
{
	ps_park_while(thread, ps_held);
}

/**
 * ps_park_suspended() - wait while this thread is suspended
 * @thread: the current thread
 *
 * SIGKILL ends the wait.
 *
 * Context: as ps_park().
 */
void ps_park_suspended(struct ps_thread *thread)
{
	ps_park_while(thread, ps_suspended);
}

/**
 * ps_hold() - keep a thread from running user code, unseen
 * @thread: the thread
 *
 * Context: may sleep, interrupts on.
 * Return: 0, or -EOWNERDEAD if the thread is at its end.
 */
int ps_hold(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;
	int err = 0;

	spin_lock(&process->lock);
	/* Counted before it is asked: a thread that looks at once has to see it. */
	thread->hold_count++;
	if (!thread->linked || ps_thread_ask(thread, 0)) {
		thread->hold_count--;
		err = -EOWNERDEAD;
	}
	spin_unlock(&process->lock);
	if (!err)
		ps_kick(thread);
	return err;
}

/**
 * ps_unhold() - undo one ps_hold()
 * @thread: the thread
 *
 * Context: any in which process->lock can be taken.
 */
void ps_unhold(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;

	spin_lock(&process->lock);
	if (!--thread->hold_count && wq_has_sleeper(&thread->wait))
		wake_up(&thread->wait);
	spin_unlock(&process->lock);
}

static bool ps_off_cpu(struct task_struct *task)
{
	return !READ_ONCE(task->on_cpu);
}

/* It sleeps in a system call (or a fault). */
static bool ps_sleeps(struct task_struct *task)
{
	return READ_ONCE(task->__state) != TASK_RUNNING && ps_off_cpu(task);
}

/*
 * Look now, if the registers are in memory. Returns -EAGAIN if they are not, and
 * -EOWNERDEAD if the thread ends: it passes the lock once more after it is
 * unlinked, so that its stack is still there for whoever sees it linked.
 */
static int ps_try_look(struct ps_thread *thread, ps_look_t look, void *argument)
{
	struct task_struct *task = thread->task;
	int ret = -EAGAIN;

	spin_lock(&thread->regs_lock);
	if (!READ_ONCE(thread->linked))
		ret = -EOWNERDEAD;
	else if (thread->at_rest && ps_off_cpu(task))
		ret = look(thread, false, argument);
	else if (!thread->at_rest && ps_sleeps(task))
		ret = look(thread, true, argument);
	spin_unlock(&thread->regs_lock);
	return ret;
}

/**
 * ps_look() - wait until the registers of a held thread are in memory, and look
 * @thread: a thread held by ps_hold(), not the current one
 * @look: what to do with them
 * @argument: for @look
 *
 * Does not wake the thread.
 *
 * Context: may sleep.
 * Return: what @look says, which must not be -EAGAIN; -EOWNERDEAD if the thread
 * ends; -ERESTARTSYS.
 */
int ps_look(struct ps_thread *thread, ps_look_t look, void *argument)
{
	int ret;

	for (;;) {
		ret = ps_try_look(thread, look, argument);
		if (ret != -EAGAIN)
			return ret;
		if (READ_ONCE(thread->task->flags) & PF_EXITING)
			return -EOWNERDEAD;
		if (signal_pending(current))
			return -ERESTARTSYS;
		/* It is between user mode and its rest, or busy in the kernel. */
		schedule_timeout_interruptible(1);
	}
}

/**
 * ps_look_at_rest() - look if the thread is at rest already
 * @thread: a thread, held or not, not the current one
 * @look: what to do with its registers
 * @argument: for @look
 * @ret: set to what @look says
 *
 * That is the usual case of a debugger: the thread waits for its answer.
 *
 * Context: any but interrupts.
 * Return: true if it was and @look was called.
 */
bool ps_look_at_rest(struct ps_thread *thread, ps_look_t look, void *argument, int *ret)
{
	bool looked = false;

	if (!READ_ONCE(thread->at_rest))
		return false;
	spin_lock(&thread->regs_lock);
	if (thread->at_rest && READ_ONCE(thread->linked) && ps_off_cpu(thread->task)) {
		*ret = look(thread, false, argument);
		looked = true;
	}
	spin_unlock(&thread->regs_lock);
	return looked;
}
