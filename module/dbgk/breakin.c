// SPDX-License-Identifier: GPL-2.0
/*
 * Break-in: NT's DbgUiIssueRemoteBreakin without a thread of its own. The
 * process is frozen, and a breakpoint of its first thread is reported where that
 * happens to be; nobody is woken for it, and nobody's code is changed.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "dbgk/dbgk.h"
#include "ke/context.h"
#include "ps/process.h"
#include "ps/suspend.h"

/**
 * struct dbgk_break_in - the event and what it points to
 * @event: holds nobody: the process is frozen until it is done
 * @fault: where the thread is
 */
struct dbgk_break_in {
	struct dbgk_event event;
	struct ntdbg_fault fault;
};

static void dbgk_end_break_in(struct ps_process *process)
{
	spin_lock(&process->lock);
	process->break_in = false;
	spin_unlock(&process->lock);
	ps_thaw(process);
}

static void dbgk_release_break_in(struct dbgk_event *event)
{
	dbgk_end_break_in(event->thread->process);
	ps_thread_put(event->thread);
	kfree(container_of(event, struct dbgk_break_in, event));
}

/* The first thread that is not hidden from debuggers, referenced, or NULL. */
static struct ps_thread *dbgk_first_thread(struct ps_process *process)
{
	struct ps_thread *thread, *first = NULL;

	spin_lock(&process->lock);
	list_for_each_entry(thread, &process->threads, link) {
		if (thread->hidden)
			continue;
		first = thread;
		ps_thread_get(first);
		break;
	}
	spin_unlock(&process->lock);
	return first;
}

static int dbgk_list_break_in(struct dbgk_break_in *made, struct ps_thread *thread)
{
	struct ntdbg_context *context;
	int err;

	context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	if (!context)
		return -ENOMEM;
	context->flags = NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER | NTDBG_CONTEXT_SEGMENTS |
			 NTDBG_CONTEXT_TLS;
	err = ke_get_context(thread, context);
	if (!err) {
		made->fault.regs = context->regs;
		made->fault.ip = context->regs.rip;
		dbgk_event_init(&made->event, thread, NTDBG_EVENT_EXCEPTION, 0);
		made->event.fault = &made->fault;
		made->event.value = NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_BREAK_IN;
		made->event.release = dbgk_release_break_in;
		err = dbgk_list_event(&made->event);
	}
	kfree(context);
	return err;
}

static int dbgk_break_into(struct ps_process *process)
{
	struct dbgk_break_in *made;
	struct ps_thread *thread;
	int err = 0;

	spin_lock(&process->lock);
	if (!process->debug_port)
		err = -ENOTCONN;
	else if (process->break_in)
		err = -EALREADY;
	else
		process->break_in = true;
	spin_unlock(&process->lock);
	if (err)
		return err;

	ps_freeze(process, NULL);
	made = kzalloc(sizeof(*made), GFP_KERNEL_ACCOUNT);
	thread = made ? dbgk_first_thread(process) : NULL;
	if (thread)
		err = dbgk_list_break_in(made, thread);
	else
		err = made ? -EOWNERDEAD : -ENOMEM;
	if (!err)
		return 0;
	if (thread)
		ps_thread_put(thread);
	kfree(made);
	dbgk_end_break_in(process);
	return err;
}

/**
 * dbgk_break_in() - NT: DbgUiIssueRemoteBreakin
 * @pid: of a process
 *
 * Context: may sleep.
 * Return: 0; -ENOTCONN if it has no debug port; -EALREADY; -EOWNERDEAD; -ENOMEM;
 * -ERESTARTSYS.
 */
int dbgk_break_in(struct pid *pid)
{
	struct ps_process *process = ps_process_find(pid);
	int err;

	if (!process)
		return -ENOTCONN;
	err = dbgk_break_into(process);
	ps_process_put(process);
	return err;
}
