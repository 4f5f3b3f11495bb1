// SPDX-License-Identifier: GPL-2.0
/* What a thread does for us on its way to user mode. */
#include <linux/module.h>
#include <linux/sched/signal.h>

#include "hook.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/suspend.h"
#include "ps/thread.h"
#include "symbols.h"

static const struct ps_callouts *ps_callouts;

/**
 * ps_set_callouts() - who is to be told
 * @callouts: the listener's functions, all set
 *
 * Context: module init, before a hook is armed.
 */
void ps_set_callouts(const struct ps_callouts *callouts)
{
	ps_callouts = callouts;
}

/**
 * ps_notify_exit() - a thread ends
 * @thread: the current thread
 * @code: as do_exit() gets it
 *
 * Context: may sleep.
 */
void ps_notify_exit(struct ps_thread *thread, long code)
{
	ps_callouts->exit(thread, code);
}

/**
 * ps_notify_let_go() - a thread is no longer ours
 * @thread: the thread, unlinked
 *
 * Context: may sleep.
 */
void ps_notify_let_go(struct ps_thread *thread)
{
	ps_callouts->let_go(thread);
}

/**
 * ps_notify_forget() - a process object is about to be freed
 * @process: the process
 *
 * Context: any.
 */
void ps_notify_forget(struct ps_process *process)
{
	ps_callouts->forget(process);
}

/**
 * ps_notify_fork() - a process is about to get a child process
 * @parent: the current process
 * @child: the first thread of the child, which does not run yet
 *
 * Context: may sleep.
 */
void ps_notify_fork(struct ps_process *parent, struct task_struct *child)
{
	ps_callouts->fork(parent, child);
}

static bool ps_asked(struct ps_thread *thread, unsigned int bit)
{
	return test_bit(bit, &thread->asked) && test_and_clear_bit(bit, &thread->asked);
}

/**
 * ps_thread_work() - the work item: do what was asked, park while held
 * @head: work of a thread object
 *
 * Reports come after the parking: a thread that is born frozen starts frozen.
 *
 * Context: on the thread, on its way to user mode or in do_exit(); may sleep.
 */
void ps_thread_work(struct callback_head *head)
{
	struct ps_thread *thread = container_of(head, struct ps_thread, work);

	/*
	 * The newest item runs first. Older ones, such as the last fput() of
	 * what execve closed, must not wait for a debugger: go behind them.
	 */
	if (head->next && !task_work_add(current, head, TWA_RESUME))
		return;

	clear_bit(PS_ASKED_RUN, &thread->asked);
	smp_mb__after_atomic();	/* from here on askers queue anew */

	if (current->flags & PF_EXITING) {
		/* It was past the hook on do_exit() when attach found it. */
		ps_notify_exit(thread, current->exit_code);
		goto out;
	}
	do {
		/* First, so that whoever looks while it is parked sees them. */
		if (ps_asked(thread, PS_ASKED_CONTEXT))
			ps_callouts->context(thread);
		ps_park(thread);
		if (ps_dying(thread))
			break;
		if (ps_asked(thread, PS_ASKED_EXEC))
			ps_callouts->exec(thread);
		else if (ps_asked(thread, PS_ASKED_CREATE))
			ps_callouts->create(thread);
		else if (ps_asked(thread, PS_ASKED_IMAGES))
			ps_callouts->images(thread);
		else if (ps_asked(thread, PS_ASKED_BREAK))
			ps_callouts->loader_break(thread);
		else
			break;
	} while (true);
	clear_bit(PS_ASKED_LOOK, &thread->asked);
out:
	ps_thread_put(thread);
	if (!symbols_have_task_work_cancel())
		module_put(THIS_MODULE);
	hook_leave();
}
