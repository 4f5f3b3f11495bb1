// SPDX-License-Identifier: GPL-2.0
/* Ending one thread: Linux has no call for that, the thread does it itself. */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/task_work.h>

#include "hook.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/terminate.h"
#include "ps/thread.h"
#include "symbols.h"

/*
 * On the thread, in a place where it may end: on its way to user mode. What is
 * below on its stack is never returned to, so the module is counted out first.
 */
static void ps_terminate_work(struct callback_head *head)
{
	struct ps_thread *thread = container_of(head, struct ps_thread, terminate_work);
	long code = (thread->nt_status & 0xff) << 8;
	bool exiting = current->flags & PF_EXITING;

	/* What is queued behind this one would be lost with it: go behind that. */
	if (head->next && !task_work_add(current, head, TWA_RESUME))
		return;
	if (!exiting)
		ps_notify_exit(thread, code);
	ps_thread_put(thread);
	hook_leave();
	if (!exiting)
		symbols_do_exit(code);
}

/**
 * ps_terminate_thread() - NT: PspTerminateThreadByPointer
 * @thread: the thread; also the current one
 * @nt_status: what its exit event tells
 *
 * A thread that sleeps in a system call is woken: it does not come back from it.
 *
 * Context: may sleep.
 * Return: 0; -EOWNERDEAD if it is at its end; -EOPNOTSUPP.
 */
int ps_terminate_thread(struct ps_thread *thread, u32 nt_status)
{
	if (!symbols_have_do_exit())
		return -EOPNOTSUPP;
	if (test_and_set_bit(0, &thread->terminated))
		return 0;
	thread->nt_status = nt_status;
	init_task_work(&thread->terminate_work, ps_terminate_work);
	hook_hold();
	ps_thread_get(thread);
	if (!task_work_add(thread->task, &thread->terminate_work, TWA_SIGNAL)) {
		/* Parked or held at an event it does not look at signals. */
		wake_up(&thread->wait);
		return 0;
	}
	ps_thread_put(thread);
	hook_leave();
	return -EOWNERDEAD;
}
