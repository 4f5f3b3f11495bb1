// SPDX-License-Identifier: GPL-2.0
/* Ending one thread: Linux has no call for that, the thread does it itself. */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/task_work.h>

#include "hook.h"
#include "ke/thread.h"
#include "ps/mark.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/terminate.h"
#include "ps/thread.h"
#include "symbols.h"

/**
 * ps_exit_code() - what Linux gets to see of an NTSTATUS
 * @nt_status: of a terminating call
 *
 * Linux has eight bits for it: what is not 0 must not look like success.
 *
 * Context: any.
 * Return: as do_exit() takes it.
 */
long ps_exit_code(u32 nt_status)
{
	u32 low = nt_status & 0xff;

	return (low ? low : !!nt_status) << 8;
}

/*
 * On the thread, in a place where it may end: on its way to user mode. What is
 * below on its stack is never returned to, so the module is counted out first.
 */
static void ps_terminate_work(struct callback_head *head)
{
	struct ps_thread *thread = container_of(head, struct ps_thread, terminate_work);
	long code = ps_exit_code(thread->nt_status);
	bool exiting = current->flags & PF_EXITING;

	/* What is queued behind this one would be lost with it: go behind that. */
	if (head->next && !task_work_add(current, head, TWA_RESUME))
		return;
	if (!exiting) {
		ps_notify_exit(thread, code);
		ke_exit();
	}
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
	ps_mark_thread_terminated(thread->pid, nt_status);
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

/* The next other thread of a process that is not yet told to end, referenced. */
static struct ps_thread *ps_next_other(struct ps_process *process)
{
	struct ps_thread *thread, *found = NULL;

	spin_lock(&process->lock);
	list_for_each_entry(thread, &process->threads, link) {
		if (thread->task == current || test_bit(0, &thread->terminated))
			continue;
		found = thread;
		ps_thread_get(found);
		break;
	}
	spin_unlock(&process->lock);
	return found;
}

/**
 * ps_terminate_others() - end all threads of the current process but the current one
 * @process: its object, with all of its threads
 * @nt_status: what their exit events tell
 *
 * Those that they make meanwhile are ended, too. Does not wait until they are gone.
 *
 * Context: may sleep.
 * Return: 0, or -EOPNOTSUPP.
 */
int ps_terminate_others(struct ps_process *process, u32 nt_status)
{
	struct ps_thread *thread;
	int err = 0;

	while (!err && (thread = ps_next_other(process))) {
		err = ps_terminate_thread(thread, nt_status);
		/* One that is at its end already. */
		if (err == -EOWNERDEAD) {
			set_bit(0, &thread->terminated);
			err = 0;
		}
		ps_thread_put(thread);
	}
	return err;
}

/**
 * struct ps_end - the current thread or process is to end
 * @work: does it
 * @process: all of it
 * @code: as do_exit() gets it
 */
struct ps_end {
	struct callback_head work;
	bool process;
	long code;
};

/* As ps_terminate_work(), for who is not ours and need not become so. */
static void ps_end_work(struct callback_head *head)
{
	struct ps_end *end = container_of(head, struct ps_end, work);
	bool exiting = current->flags & PF_EXITING, process = end->process;
	struct ps_thread *thread;
	long code = end->code;

	if (head->next && !task_work_add(current, head, TWA_RESUME))
		return;
	kfree(end);
	/* The kernel's own way to do_exit() is hooked, ours is not. */
	if (!exiting && !process) {
		thread = ps_thread_find(current);
		if (thread) {
			ps_notify_exit(thread, code);
			ps_thread_put(thread);
		}
		ke_exit();
	}
	hook_leave();
	if (exiting)
		return;
	if (process)
		symbols_do_group_exit(code);
	else
		symbols_do_exit(code);
}

/**
 * ps_end_current() - end the current thread or process on its way to user mode
 * @process: all of the process
 * @nt_status: its low bits are what Linux gets
 *
 * Context: may sleep; a user thread in a system call or exception.
 * Return: 0; -ENOMEM; -EOPNOTSUPP.
 */
int ps_end_current(bool process, u32 nt_status)
{
	struct ps_end *end;

	if (process ? !symbols_have_do_group_exit() : !symbols_have_do_exit())
		return -EOPNOTSUPP;
	end = kmalloc(sizeof(*end), GFP_KERNEL_ACCOUNT);
	if (!end)
		return -ENOMEM;
	end->process = process;
	end->code = ps_exit_code(nt_status);
	if (!process)
		ps_mark_thread_terminated(task_pid(current), nt_status);
	init_task_work(&end->work, ps_end_work);
	hook_hold();
	if (!task_work_add(current, &end->work, TWA_RESUME))
		return 0;
	/* It ends already. */
	kfree(end);
	hook_leave();
	return 0;
}
