// SPDX-License-Identifier: GPL-2.0
/*
 * The three ways in. None of them costs a process anything that is no NT
 * process:
 *
 *  stub range	the kernel's own syscall user dispatch traps a syscall made there
 *		and would force SIGSYS;
 *  int 2Eh	is a general protection fault, which would force SIGSEGV;
 *  gateway	a system call that nobody makes, with its number in the low half
 *		of RAX and the service in the high half, which Linux ignores.
 *
 * The first two arrive in the redirect of force_sig_info_to_task().
 */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <asm/trapnr.h>

#include "hook.h"
#include "ke/dispatch.h"
#include "ke/thread.h"
#include "kcompat.h"

#define KE_INT_2E_LENGTH	2
#define KE_SYSCALL_LENGTH	2
#define KE_INT_2E		0x2ecd /* CD 2E */

/**
 * ke_entry_from_fault() - is this forced signal an NT call? If so, make the call
 * @info: the signal
 *
 * Context: in the redirect of force_sig_info_to_task(); may sleep.
 * Return: true if it was one: no signal is to be made.
 */
bool ke_entry_from_fault(const struct kernel_siginfo *info)
{
	struct pt_regs *regs = current_pt_regs();
	struct ke_thread *thread;
	u16 instruction;

	thread = ke_current();
	if (!thread)
		return false;
	if (likely(info->si_signo == SIGSYS && info->si_code == SYS_USER_DISPATCH)) {
		if (!(thread->process->start.flags & NTDBG_NT_STUBS))
			return false;
		ki_system_service(thread, regs, (u32)regs->orig_ax, regs->ip - KE_SYSCALL_LENGTH);
		return true;
	}
	if (info->si_signo != SIGSEGV || current->thread.trap_nr != X86_TRAP_GP ||
	    !(thread->process->start.flags & NTDBG_NT_INT_2E))
		return false;
	/* The error code differs between machines; the bytes do not. */
	if (get_user(instruction, (u16 __user *)regs->ip) || instruction != KE_INT_2E)
		return false;
	regs->ip += KE_INT_2E_LENGTH;
	ki_system_service(thread, regs, (u32)regs->ax, regs->ip - KE_INT_2E_LENGTH);
	return true;
}

/* __x64_sys_ustat(regs): 64-bit callers only */
static bool notrace ke_filter_gateway(struct ftrace_regs *fregs)
{
	const struct pt_regs *regs = (void *)ftrace_regs_get_argument(fregs, 0);

	return regs == current_pt_regs() && (regs->orig_ax >> 32) && ke_thread_tracked(current);
}

static struct hook ke_entry_hooks[];

static noinline unsigned long ke_gateway(struct pt_regs *regs)
{
	struct ke_thread *thread = ke_current();
	unsigned long ret;

	if (thread && (thread->process->start.flags & NTDBG_NT_GATE)) {
		ki_system_service(thread, regs, regs->orig_ax >> 32,
				  regs->ip - KE_SYSCALL_LENGTH);
		/* The caller of a system call's function writes this to RAX. */
		ret = regs->ax;
	} else {
		ret = hook_enter(ke_entry_hooks[0].address, (unsigned long)regs, 0, 0, 0, 0, 0);
	}
	hook_leave();
	return ret;
}

static struct hook ke_entry_hooks[] = {
	{
		.feature = "nt-gateway",
		.symbol = "__x64_sys_ustat",
		.kind = HOOK_REDIRECT,
		.wrapper = ke_gateway,
		.filter = ke_filter_gateway,
	},
};

/**
 * ke_entry_hooks_add() - hand the row to the hook engine
 *
 * Context: module init, may sleep.
 */
void ke_entry_hooks_add(void)
{
	hook_add(HOOK_GROUP_NT, ke_entry_hooks, ARRAY_SIZE(ke_entry_hooks));
}
