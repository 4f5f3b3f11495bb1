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
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/trapnr.h>

#include "hook.h"
#include "ke/dispatch.h"
#include "ke/thread.h"
#include "kcompat.h"

#define KE_INT_2E		0x2ecd /* CD 2E */

/**
 * ke_entry_from_stub() - a trapped syscall: if it is an NT call, make the call
 *
 * Context: in the redirect of force_sig_info_to_task(); may sleep.
 * Return: true if it was one: no signal is to be made.
 */
bool ke_entry_from_stub(void)
{
	struct ke_thread *thread = ke_current_inline();
	struct pt_regs *regs = current_pt_regs();

	if (unlikely(!thread || !(thread->process->start.flags & NTDBG_NT_STUBS) ||
		     !user_64bit_mode(regs)))
		return false;
	ki_system_call64(thread, regs, (u32)regs->orig_ax);
	return true;
}

/**
 * ke_entry_from_interrupt() - a general protection fault: if it is int 2Eh, make the call
 *
 * Context: in the redirect of force_sig_info_to_task(); may sleep.
 * Return: true if it was one: no signal is to be made.
 */
bool ke_entry_from_interrupt(void)
{
	struct ke_thread *thread = ke_current_inline();
	struct pt_regs *regs = current_pt_regs();
	u16 instruction;

	if (!thread || current->thread.trap_nr != X86_TRAP_GP ||
	    !(thread->process->start.flags & NTDBG_NT_INT_2E))
		return false;
	/* The error code differs between machines; the bytes do not. */
	if (get_user(instruction, (u16 __user *)regs->ip) || instruction != KE_INT_2E)
		return false;
	regs->ip += KE_ENTRY_LENGTH;
	if (likely(user_64bit_mode(regs)))
		ki_system_call64(thread, regs, (u32)regs->ax);
	else
		ki_system_service32(thread, regs, (u32)regs->ax);
	return true;
}

/* __x64_sys_ustat(regs): 64-bit callers only */
static bool notrace ke_filter_gateway(struct ftrace_regs *fregs)
{
	const struct pt_regs *regs = (void *)ftrace_regs_get_argument(fregs, 0);

	return (regs->orig_ax >> 32) && ke_thread_tracked(current);
}

static struct hook ke_entry_hooks[];

static noinline unsigned long ke_gateway(struct pt_regs *regs)
{
	struct ke_thread *thread = ke_current_inline();
	unsigned long ret;

	if (likely(thread && (thread->process->start.flags & NTDBG_NT_GATE))) {
		ki_system_call64(thread, regs, regs->orig_ax >> 32);
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
