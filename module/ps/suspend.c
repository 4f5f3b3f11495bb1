// SPDX-License-Identifier: GPL-2.0
/* Holding threads: freeze, thaw, suspend, resume, park. */
#include <linux/freezer.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>

#include "ps/process.h"
#include "ps/suspend.h"
#include "ps/thread.h"

static void ps_into_kernel(void *unused)
{
}

/**
 * ps_freeze() - keep all threads but one from running user code
 * @process: the process
 * @except: the thread that goes on, normally the current one
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
	if (process->nr_threads == 1) {
		spin_unlock(&process->lock);
		return;
	}
	list_for_each_entry(thread, &process->threads, link)
		if (thread != except)
			ps_thread_ask(thread, 0);
	spin_unlock(&process->lock);

	/*
	 * A thread that is in user mode right now sees the request when its
	 * CPU has been in the kernel once. One that gets there later sees it
	 * on its way out.
	 */
	rcu_read_lock();
	list_for_each_entry_rcu(thread, &process->threads, link)
		if (thread != except && READ_ONCE(thread->task->on_cpu))
			smp_call_function_single(task_cpu(thread->task), ps_into_kernel, NULL, 1);
	rcu_read_unlock();
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

/**
 * ps_resume() - undo one suspension of a thread
 * @thread: the thread
 *
 * NT: KeResumeThread.
 *
 * Context: any in which process->lock can be taken.
 */
void ps_resume(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;

	spin_lock(&process->lock);
	if (thread->suspend_count && !--thread->suspend_count)
		wake_up(&thread->wait);
	spin_unlock(&process->lock);
}

/* A thread that is no longer ours is held by nothing. */
static bool ps_held(struct ps_thread *thread)
{
	return READ_ONCE(thread->linked) && (READ_ONCE(thread->suspend_count) ||
					     READ_ONCE(thread->process->freeze_count));
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
	DEFINE_WAIT(wait);

	if (!ps_held(thread))
		return;
	for (;;) {
		prepare_to_wait(&thread->wait, &wait, PS_HELD_STATE);
		if (!ps_held(thread) || fatal_signal_pending(current))
			break;
		schedule();
	}
	finish_wait(&thread->wait, &wait);
}
