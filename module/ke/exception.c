// SPDX-License-Identifier: GPL-2.0
/*
 * Both chances. All synchronous faults of user code end in
 * force_sig_info_to_task(), on the faulting thread and before any signal
 * exists; returning from there without calling it is "continue execution".
 */
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <asm/trapnr.h>

#include "hook.h"
#include "ke/exception.h"
#include "kcompat.h"
#include "ps/process.h"
#include "ps/thread.h"

static ke_forward_exception_t ke_forward;
static struct hook ke_hooks[];

/**
 * ke_set_forward_exception() - who is to be asked
 * @forward: the function
 *
 * Context: module init, before a hook is armed.
 */
void ke_set_forward_exception(ke_forward_exception_t forward)
{
	ke_forward = forward;
}

static bool ke_is_exception(int signo)
{
	switch (signo) {
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGTRAP:
	case SIGSYS:
		return true;
	default:
		return false;
	}
}

/* force_sig_info_to_task(info, task, how) */
static bool notrace ke_filter(struct ftrace_regs *fregs)
{
	return ftrace_regs_get_argument(fregs, 1) == (unsigned long)current &&
	       ps_thread_tracked(current);
}

/* Would the signal end the process? The same question force_sig_info_to_task() asks. */
static bool ke_is_fatal(int signo)
{
	/* It is the current task's own: it cannot go away. */
	struct sighand_struct *sighand = rcu_dereference_protected(current->sighand, true);
	struct k_sigaction *action = &sighand->action[signo - 1];
	bool fatal;

	spin_lock_irq(&sighand->siglock);
	fatal = action->sa.sa_handler == SIG_DFL || action->sa.sa_handler == SIG_IGN ||
		sigismember(&current->blocked, signo);
	spin_unlock_irq(&sighand->siglock);
	return fatal;
}

/* The process ends by this fault: keep it for the exit event. */
static void ke_note_last_fault(const struct ntdbg_fault *fault)
{
	struct ps_process *process = ps_process_find(task_tgid(current));

	if (!process)
		return;
	spin_lock(&process->lock);
	process->fault = *fault;
	process->fault_valid = true;
	spin_unlock(&process->lock);
	ps_process_put(process);
}

/*
 * @forced: the signal's disposition does not count: the kernel ends the process
 * because of seccomp, because execve failed when the old image was gone, or
 * because the frame of a handler could not be written.
 */
static noinline_for_stack bool ke_dispatch_exception(const struct kernel_siginfo *info, bool forced)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct ntdbg_fault fault;
	bool step;

	ke_read_fault(&fault, info);
	step = fault.trap == X86_TRAP_DB && info->si_code == TRAP_TRACE;
	if (step)
		fault.regs.eflags &= ~X86_EFLAGS_TF;

	if (!forced && ke_forward(&fault, NTDBG_EXCEPTION_FIRST_CHANCE))
		goto handled;
	if (fatal_signal_pending(current) || !(forced || ke_is_fatal(info->si_signo)))
		return false;
	/* A forced end is told, but no answer undoes it: seccomp's kill is one. */
	if (ke_forward(&fault, 0) && !forced)
		goto handled;
	ke_note_last_fault(&fault);
	return false;

handled:
	if (step)
		regs->flags &= ~X86_EFLAGS_TF;
	return true;
}

/* Redirect of force_sig_info_to_task(). @how is not 0 if the disposition does not count. */
static noinline unsigned long ke_force_sig_info(struct kernel_siginfo *info,
						struct task_struct *task, unsigned long how)
{
	unsigned long ret = 0;
	bool handled = false;

	if (ke_is_exception(info->si_signo)) {
		if (!kcompat_may_sleep())
			ps_note_missed();
		else
			handled = ke_dispatch_exception(info, (int)how);
	}
	if (!handled)
		ret = hook_enter(ke_hooks[0].address, (unsigned long)info, (unsigned long)task,
				 how, 0, 0, 0);
	hook_leave();
	return ret;
}

static struct hook ke_hooks[] = {
	{
		.feature = "exceptions",
		.symbol = "force_sig_info_to_task",
		.kind = HOOK_REDIRECT,
		.required = true,
		.wrapper = ke_force_sig_info,
		.filter = ke_filter,
	},
};

/**
 * ke_hooks_add() - hand the rows to the hook engine
 *
 * Context: module init, may sleep.
 */
void ke_hooks_add(void)
{
	hook_add(HOOK_GROUP_DEBUG, ke_hooks, ARRAY_SIZE(ke_hooks));
}
