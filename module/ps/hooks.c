// SPDX-License-Identifier: GPL-2.0
/* The kernel functions in which processes and threads come, change and go. */
#include <linux/binfmts.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>

#include "hook.h"
#include "kcompat.h"
#include "ke/thread.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/thread.h"

static struct hook ps_hooks[];

enum {
	PS_HOOK_NEW_TASK,
	PS_HOOK_DO_EXIT,
	PS_HOOK_EXEC,
};

static bool notrace ps_filter_new_task(struct ftrace_regs *fregs)
{
	return ke_thread_tracked(current) || ps_process_tracked(current);
}

/* Redirect of wake_up_new_task(): the child is complete and does not run yet. */
static noinline void ps_wake_up_new_task(struct task_struct *child)
{
	struct ps_process *process;

	process = ps_process_find(task_tgid(current));
	if (process && !(child->flags & NTDBG_PF_NO_USER_MODE)) {
		if (!same_thread_group(child, current))
			ps_notify_fork(process, child);
		else if (ps_thread_add(process, child, BIT(PS_ASKED_CREATE)) == -ENOMEM)
			ps_note_missed();
	}
	if (process)
		ps_process_put(process);
	ke_new_task(child);
	hook_enter(ps_hooks[PS_HOOK_NEW_TASK].address, (unsigned long)child, 0, 0, 0, 0, 0);
	hook_leave();
}

static bool notrace ps_filter_exit(struct ftrace_regs *fregs)
{
	return ke_thread_tracked(current) || ps_thread_tracked(current);
}

/*
 * Redirect of do_exit(). It does not return: the wrapper is counted out before
 * the call, and leaves nothing behind that is ever returned to.
 */
static noinline void ps_do_exit(long code)
{
	struct ps_thread *thread;

	/* An oops ends its task from anywhere; do not make that worse. */
	if (kcompat_may_sleep()) {
		thread = ps_thread_find(current);
		if (thread) {
			ps_notify_exit(thread, code);
			ps_thread_put(thread);
		}
	}
	ke_exit();
	hook_leave();
	hook_enter(ps_hooks[PS_HOOK_DO_EXIT].address, code, 0, 0, 0, 0, 0);
}

/* The old image is gone, nothing of the new one is mapped, credentials are set. */
static void notrace ps_observe_exec(struct ftrace_regs *fregs)
{
	struct linux_binprm *bprm = (void *)ftrace_regs_get_argument(fregs, 0);
	struct ps_thread *thread;

	ke_exec();
	thread = ps_thread_find(current);
	if (!thread)
		return;
	thread->exec_privileged = bprm->secureexec ||
				  (bprm->interp_flags & BINPRM_FLAGS_ENFORCE_NONDUMP);
	spin_lock(&thread->process->lock);
	thread->process->flags |= PS_PROCESS_EXEC_PENDING;
	spin_unlock(&thread->process->lock);
	ps_thread_ask(thread, BIT(PS_ASKED_EXEC));
	ps_thread_put(thread);
}

/*
 * SIGKILL to a process that is already exiting is dropped by the kernel. A
 * thread held at its exit event would then outlive the kill: note it here.
 */
static void notrace ps_observe_signal(struct ftrace_regs *fregs)
{
	if (ftrace_regs_get_argument(fregs, 0) != SIGKILL)
		return;
	rcu_read_lock();
	ps_process_note_kill((struct task_struct *)ftrace_regs_get_argument(fregs, 2));
	rcu_read_unlock();
}

static struct hook ps_hooks[] = {
	[PS_HOOK_NEW_TASK] = {
		.feature = "thread-create",
		.symbol = "wake_up_new_task",
		.kind = HOOK_REDIRECT,
		.required = true,
		.wrapper = ps_wake_up_new_task,
		.filter = ps_filter_new_task,
	},
	[PS_HOOK_DO_EXIT] = {
		.feature = "thread-exit",
		.symbol = "do_exit",
		.kind = HOOK_REDIRECT,
		.required = true,
		.wrapper = ps_do_exit,
		.filter = ps_filter_exit,
	},
	[PS_HOOK_EXEC] = {
		.feature = "exec",
		.symbol = "setup_new_exec",
		.kind = HOOK_OBSERVE,
		.required = true,
		.observe = ps_observe_exec,
	},
};

static struct hook ps_signal_hooks[] = {
	{
		.feature = "kill-while-exiting",
		.symbol = "send_signal_locked",
		.kind = HOOK_OBSERVE,
		.observe = ps_observe_signal,
	},
};

/**
 * ps_hooks_add() - hand the rows to the hook engine
 *
 * Context: module init, may sleep.
 */
void ps_hooks_add(void)
{
	hook_add(HOOK_GROUP_TASK, ps_hooks, ARRAY_SIZE(ps_hooks));
	hook_add(HOOK_GROUP_DEBUG, ps_signal_hooks, ARRAY_SIZE(ps_signal_hooks));
}
