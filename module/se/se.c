// SPDX-License-Identifier: GPL-2.0
/* The reference monitor: seccomp. */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/seccomp.h>
#include <linux/unistd.h>

#include "ntstatus.h"
#include "se/se.h"
#include "symbols.h"

/* What RAX is while a call runs */
#define SE_NO_RESULT_YET ((unsigned long)-38)

/* What strict mode lets through, and services stand for. */
static bool se_strict(int number)
{
	return number == __NR_read || number == __NR_write;
}

/**
 * se_ask_seccomp() - have the caller's filters judge a Linux system call
 * @number: of x86-64
 * @a0: its arguments
 * @a1: likewise
 * @a2: likewise
 * @a3: likewise
 * @a4: likewise
 * @a5: likewise
 *
 * Filters look at the task's registers: for the time of the question they show
 * that call. What a filter answers instead of letting it through (an errno, a
 * value by a supervisor) is STATUS_ACCESS_DENIED here; a trap or a kill reaches
 * the caller when the service returns.
 *
 * Context: may sleep, no locks held.
 * Return: STATUS_SUCCESS or STATUS_ACCESS_DENIED.
 */
u32 se_ask_seccomp(int number, u64 a0, u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	struct pt_regs *regs = task_pt_regs(current), saved = *regs;
	bool allowed;

	if (current->seccomp.mode == SECCOMP_MODE_STRICT) {
		if (se_strict(number))
			return STATUS_SUCCESS;
		send_sig(SIGKILL, current, 1);
		return STATUS_ACCESS_DENIED;
	}
	regs->orig_ax = number;
	regs->ax = SE_NO_RESULT_YET;
	regs->di = a0;
	regs->si = a1;
	regs->dx = a2;
	regs->r10 = a3;
	regs->r8 = a4;
	regs->r9 = a5;
	allowed = symbols_secure_computing();
	*regs = saved;
	return allowed ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}
