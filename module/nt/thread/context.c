// SPDX-License-Identifier: GPL-2.0
/* NtGetContextThread, NtSetContextThread. */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <asm/unistd.h>
#include <ntdbg/object.h>

#include "ke/context.h"
#include "ke/nt_context.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/target.h"
#include "ps/thread.h"
#include "se/se.h"

/* Too much for the stack */
struct nt_registers {
	struct ke_nt_context nt;
	struct ntdbg_context context;
};

static u32 nt_context_status(long err)
{
	return err == -EOWNERDEAD ? STATUS_UNSUCCESSFUL : nt_status(err);
}

static u32 nt_allow_ptrace(struct task_struct *task, long request)
{
	if (same_thread_group(task, current))
		return STATUS_SUCCESS;
	return se_allow(__NR_ptrace, request, task_pid_vnr(task), 0, 0, 0, 0);
}

/* Behind the right of the handle. @thread is only looked for if it is not the current one. */
static u32 nt_read_registers(u64 handle, struct ntdbg_context *context)
{
	struct ps_target *target;
	struct ps_thread *thread;
	u32 status;
	bool self;

	status = nt_target_by_handle(handle, &ps_thread_type, NTDBG_THREAD_GET_CONTEXT, &target);
	if (status)
		return status;
	self = target->pid == task_pid(current);
	if (self)
		status = nt_context_status(ke_get_own_context(context));
	else
		status = nt_context_status(ps_target_thread(target, &thread));
	if (!status && !self) {
		status = nt_allow_ptrace(thread->task, PTRACE_GETREGS);
		if (!status)
			status = nt_context_status(ke_get_context(thread, context));
		ps_thread_put(thread);
	}
	ps_target_put(target);
	return status;
}

/* Where the thread was, for who asks with CONTEXT_EXCEPTION_REQUEST. */
static u32 nt_report(const struct nt_registers *registers)
{
	u32 flags = registers->nt.context_flags;

	flags &= ~(CONTEXT_EXCEPTION_REPORTING | CONTEXT_SERVICE_ACTIVE | CONTEXT_EXCEPTION_ACTIVE);
	flags |= CONTEXT_EXCEPTION_REPORTING;
	/* What was interrupted otherwise than by a system call has -1 there. */
	if ((s64)registers->context.regs.orig_rax >= 0)
		flags |= CONTEXT_SERVICE_ACTIVE;
	return flags;
}

static u32 nt_get_context(u64 handle, u64 context, struct nt_registers *registers)
{
	bool report;
	u32 status;

	status = nt_probe_for_write(context, sizeof(registers->nt), KE_NT_CONTEXT_ALIGNMENT);
	if (!status)
		status = nt_copy_from(&registers->nt, context, sizeof(registers->nt),
				      KE_NT_CONTEXT_ALIGNMENT);
	if (status)
		return status;
	report = registers->nt.context_flags & CONTEXT_EXCEPTION_REQUEST;
	registers->context.size = sizeof(registers->context);
	registers->context.flags = ke_context_parts(registers->nt.context_flags) |
				   (report ? NTDBG_CONTEXT_INTEGER : 0);
	status = nt_read_registers(handle, &registers->context);
	if (status)
		return status;
	ke_context_to_nt(&registers->nt, &registers->context, registers->nt.context_flags);
	if (report)
		registers->nt.context_flags = nt_report(registers);
	return nt_copy_to(context, &registers->nt, sizeof(registers->nt),
			  KE_NT_CONTEXT_ALIGNMENT);
}

/*
 * NtGetContextThread: the parts of a thread's registers that ContextFlags names.
 * A thread that sleeps in a system call is left asleep.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_UNSUCCESSFUL for a thread at its end.
 */
NT_SERVICE2(nt_get_context_thread, u64, handle, u64, context)
{
	struct nt_registers *registers;
	u32 status;

	if (nt_wow64())
		return STATUS_NOT_IMPLEMENTED;
	registers = kzalloc(sizeof(*registers), GFP_KERNEL_ACCOUNT);
	if (!registers)
		return STATUS_NO_MEMORY;
	status = nt_get_context(handle, context, registers);
	kfree(registers);
	return status;
}

static u32 nt_set_context(u64 handle, u64 context, struct nt_registers *registers)
{
	struct ps_target *target;
	struct ps_thread *thread;
	u32 status;

	status = nt_copy_from(&registers->nt, context, sizeof(registers->nt),
			      KE_NT_CONTEXT_ALIGNMENT);
	if (status)
		return status;
	if (!ke_context_from_nt(&registers->context, &registers->nt)) {
		/* Nothing to set, but the handle has to be one. */
		status = nt_target_by_handle(handle, &ps_thread_type, NTDBG_THREAD_SET_CONTEXT,
					     &target);
		if (!status)
			ps_target_put(target);
		return status;
	}
	status = nt_thread_to_steer(handle, NTDBG_THREAD_SET_CONTEXT, &target, &thread);
	if (status)
		return status == STATUS_THREAD_IS_TERMINATING ? STATUS_UNSUCCESSFUL : status;
	status = nt_allow_ptrace(thread->task, PTRACE_SETREGS);
	if (!status)
		status = nt_context_status(ke_set_context(thread, &registers->context));
	ps_thread_put(thread);
	ps_target_put(target);
	return status;
}

/*
 * NtSetContextThread: set the parts that ContextFlags names; what is not fit for
 * user mode is made so. What is set of a thread in a system call holds when the
 * call is over; with INTEGER also instead of its result.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_UNSUCCESSFUL for a thread at its end;
 * STATUS_INVALID_PARAMETER for an MXCSR that cannot be loaded.
 */
NT_SERVICE2(nt_set_context_thread, u64, handle, u64, context)
{
	struct nt_registers *registers;
	u32 status;

	if (nt_wow64())
		return STATUS_NOT_IMPLEMENTED;
	registers = kzalloc(sizeof(*registers), GFP_KERNEL_ACCOUNT);
	if (!registers)
		return STATUS_NO_MEMORY;
	status = nt_set_context(handle, context, registers);
	kfree(registers);
	return status;
}
