// SPDX-License-Identifier: GPL-2.0
/* From the kernel to a dispatcher in user mode and back: see user_dispatch.h. */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <ntdbg/object.h>

#include "ke/apc.h"
#include "ke/context.h"
#include "ke/dispatch.h"
#include "ke/exception.h"
#include "ke/exception_record.h"
#include "ke/nt_context.h"
#include "ke/user_dispatch.h"
#include "ntstatus.h"

#define KE_RED_ZONE	128
#define KE_STACK_ALIGN	16

/* What is put on the stack for an exception; an APC has the CONTEXT alone. */
struct ke_user_frame {
	struct ke_nt_context context;
	u8 extension[KE_RECORD_OFFSET - sizeof(struct ke_nt_context)];
	struct ke_exception_record record;
};

/**
 * struct ke_user_fault - a fault that user mode is looking at
 * @info: the signal that Linux would have made
 * @code: the exception
 * @ip: where the CPU stood
 * @trap_nr: what a signal's frame tells
 * @error_code: likewise
 * @cr2: likewise
 */
struct ke_user_fault {
	struct kernel_siginfo info;
	u32 code;
	unsigned long ip;
	unsigned long trap_nr;
	unsigned long error_code;
	unsigned long cr2;
};

static bool ke_capture(struct ke_nt_context *out)
{
	struct ntdbg_context *context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	bool captured;

	if (!context)
		return false;
	context->flags = NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER |
			 NTDBG_CONTEXT_FLOATING_POINT;
	captured = !ke_get_own_context(context);
	if (captured) {
		out->context_flags = CONTEXT_FULL;
		ke_context_to_nt(out, context, CONTEXT_FULL);
	}
	kfree(context);
	return captured;
}

/* Puts the frame below the stack pointer; user mode goes on at @dispatcher. */
static bool ke_push_frame(struct pt_regs *regs, const void *frame, size_t size, u64 dispatcher)
{
	unsigned long sp = (regs->sp - KE_RED_ZONE - size) & ~(KE_STACK_ALIGN - 1UL);

	if (sp > regs->sp || copy_to_user((void __user *)sp, frame, size))
		return false;
	regs->sp = sp;
	regs->ip = dispatcher;
	regs->flags &= ~(X86_EFLAGS_TF | X86_EFLAGS_DF | X86_EFLAGS_RF);
	regs->orig_ax = -1;
	return true;
}

/**
 * ke_deliver_user_apc() - KiDeliverApc on the way to user mode
 * @thread: the current thread
 * @regs: its registers, as they are to be when the APC is done
 *
 * Without memory the APC stays queued. A stack that cannot take the frame is a
 * fault of the thread.
 *
 * Context: may sleep.
 */
void ke_deliver_user_apc(struct ke_thread *thread, struct pt_regs *regs)
{
	u64 dispatcher = thread->process->start.apc_dispatcher;
	struct ke_nt_context *context;
	struct ke_apc *apc;

	if (!dispatcher || !user_64bit_mode(regs)) {
		thread->user_apc_pending = false;
		return;
	}
	context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	if (!context || !ke_capture(context)) {
		thread->user_apc_pending = false;
		kfree(context);
		return;
	}
	apc = ke_take_apc(thread);
	if (apc) {
		memcpy(context->home, apc->arguments, sizeof(apc->arguments));
		context->home[3] = apc->routine;
		if (!ke_push_frame(regs, context, sizeof(*context), dispatcher))
			force_sig(SIGSEGV);
		kfree(apc);
	}
	kfree(context);
}

/**
 * ke_deliver_exception() - have KiUserExceptionDispatcher look at an exception
 * @thread: the current thread
 * @record: what it is
 *
 * Context: may sleep.
 * Return: false if there is no dispatcher, no memory, or no room on the stack.
 */
bool ke_deliver_exception(struct ke_thread *thread, const struct ke_exception_record *record)
{
	u64 dispatcher = thread->process->start.exception_dispatcher;
	struct pt_regs *regs = current_pt_regs();
	struct ke_user_frame *frame;
	bool delivered;

	if (!dispatcher || !user_64bit_mode(regs))
		return false;
	frame = kzalloc(sizeof(*frame), GFP_KERNEL_ACCOUNT);
	if (!frame)
		return false;
	delivered = ke_capture(&frame->context);
	if (delivered) {
		frame->record = *record;
		/* A breakpoint's handler sees the address of the breakpoint. */
		if (record->code == STATUS_BREAKPOINT)
			frame->context.rip = record->address;
		frame->context.context_flags |= CONTEXT_EXCEPTION_REPORTING |
						CONTEXT_EXCEPTION_ACTIVE;
		delivered = ke_push_frame(regs, frame, sizeof(*frame), dispatcher);
	}
	kfree(frame);
	return delivered;
}

/**
 * ke_keep_fault() - remember what Linux would have done, for the second chance
 * @thread: the current thread
 * @info: the signal
 * @record: the exception
 *
 * Without memory nothing is kept, and the second chance is one of software.
 *
 * Context: may sleep.
 */
void ke_keep_fault(struct ke_thread *thread, const struct kernel_siginfo *info,
		   const struct ke_exception_record *record)
{
	if (!thread->fault)
		thread->fault = kmalloc(sizeof(*thread->fault), GFP_KERNEL_ACCOUNT);
	if (!thread->fault)
		return;
	*thread->fault = (struct ke_user_fault){
		.info = *info,
		.code = record->code,
		.ip = current_pt_regs()->ip,
		.trap_nr = current->thread.trap_nr,
		.error_code = current->thread.error_code,
		.cr2 = current->thread.cr2,
	};
}

/**
 * ke_forget_fault() - what was kept is no longer wanted
 * @thread: the thread
 *
 * Context: any.
 */
void ke_forget_fault(struct ke_thread *thread)
{
	kfree(thread->fault);
	thread->fault = NULL;
}

static u32 ke_set_nt_context(const struct ke_nt_context *nt)
{
	struct ntdbg_context *context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);

	if (!context)
		return STATUS_NO_MEMORY;
	ke_context_from_nt(context, nt);
	ke_set_own_context(context);
	kfree(context);
	return STATUS_SUCCESS;
}

/* NtContinue and NtRaiseException change the frame they were called with. */
static bool ke_has_user_frame(struct ke_thread *thread)
{
	return thread && thread->trap_frame && thread->trap_frame->regs &&
	       user_64bit_mode(thread->trap_frame->regs);
}

/**
 * ke_continue() - KiContinue: the thread goes on with other registers
 * @thread: the current thread
 * @context: they
 * @test_alert: deliver a user APC first if there is one
 *
 * Context: may sleep; in a service.
 * Return: KE_STATUS_CONTEXT_SET; STATUS_NO_MEMORY; STATUS_UNSUCCESSFUL outside of
 * a call from user mode.
 */
u32 ke_continue(struct ke_thread *thread, const struct ke_nt_context *context, bool test_alert)
{
	u32 status;

	if (!ke_has_user_frame(thread))
		return STATUS_UNSUCCESSFUL;
	status = ke_set_nt_context(context);
	if (status)
		return status;
	if (test_alert)
		ke_test_alert(thread);
	return KE_STATUS_CONTEXT_SET;
}

/* Signals by which Linux would tell of what software raises. */
static int ke_signal_of(u32 code)
{
	switch (code) {
	case STATUS_ACCESS_VIOLATION:
	case STATUS_STACK_OVERFLOW:
	case STATUS_GUARD_PAGE_VIOLATION:
	case STATUS_PRIVILEGED_INSTRUCTION:
		return SIGSEGV;
	case STATUS_IN_PAGE_ERROR:
	case STATUS_DATATYPE_MISALIGNMENT:
		return SIGBUS;
	case STATUS_ILLEGAL_INSTRUCTION:
		return SIGILL;
	case STATUS_INTEGER_DIVIDE_BY_ZERO:
	case STATUS_INTEGER_OVERFLOW:
	case STATUS_FLOAT_DIVIDE_BY_ZERO:
	case STATUS_FLOAT_OVERFLOW:
	case STATUS_FLOAT_UNDERFLOW:
	case STATUS_FLOAT_INEXACT_RESULT:
	case STATUS_FLOAT_INVALID_OPERATION:
	case STATUS_FLOAT_DENORMAL_OPERAND:
		return SIGFPE;
	case STATUS_BREAKPOINT:
	case STATUS_SINGLE_STEP:
		return SIGTRAP;
	default:
		return SIGABRT;
	}
}

static void ke_to_software(struct ntdbg_software *software,
			   const struct ke_exception_record *record)
{
	*software = (struct ntdbg_software){
		.code = record->code,
		.flags = record->flags,
		.address = record->address,
		.record = record->record,
		.nr_parameters = record->nr_parameters,
	};
	memcpy(software->information, record->information, sizeof(software->information));
}

/* The dispatcher found no handler for a fault: what Linux would have done, now. */
static void ke_fault_again(struct ke_thread *thread)
{
	struct ke_user_fault *fault = thread->fault;
	struct pt_regs *regs = current_pt_regs();

	thread->fault = NULL;
	if (fault->code == STATUS_BREAKPOINT && regs->ip + 1 == fault->ip)
		regs->ip = fault->ip;
	current->thread.trap_nr = fault->trap_nr;
	current->thread.error_code = fault->error_code;
	current->thread.cr2 = fault->cr2;
	ke_last_chance(&fault->info, NULL);
	kfree(fault);
}

/**
 * ke_raise_exception() - KiRaiseException
 * @thread: the current thread
 * @record: the exception; its parameters were checked
 * @context: registers of the thread at it
 * @first_chance: else Linux's own handler and the debugger's second chance
 *
 * Context: may sleep; in a service.
 * Return: KE_STATUS_CONTEXT_SET; an error as ke_continue().
 */
u32 ke_raise_exception(struct ke_thread *thread, const struct ke_exception_record *record,
		       const struct ke_nt_context *context, bool first_chance)
{
	struct ntdbg_software software;
	struct kernel_siginfo info;
	u32 status;

	if (!ke_has_user_frame(thread))
		return STATUS_UNSUCCESSFUL;
	status = ke_set_nt_context(context);
	if (status)
		return status;
	ke_to_software(&software, record);
	if (first_chance) {
		ke_forget_fault(thread);
		if (ke_first_chance_of_software(&software) || ke_deliver_exception(thread, record))
			return KE_STATUS_CONTEXT_SET;
	} else if (thread->fault && thread->fault->code == record->code) {
		ke_fault_again(thread);
		return KE_STATUS_CONTEXT_SET;
	}
	clear_siginfo(&info);
	info.si_signo = ke_signal_of(record->code);
	info.si_code = SI_KERNEL;
	info.si_addr = (void __user *)record->address;
	ke_last_chance(&info, &software);
	return KE_STATUS_CONTEXT_SET;
}

/**
 * ke_raise_status() - KeRaiseUserException: a service's failure as an exception, too
 * @thread: the current thread
 * @status: what the service is going to say, and the exception
 *
 * Who handles the exception finds the service returned.
 *
 * Context: may sleep; in a service.
 * Return: what the service is to return: KE_STATUS_CONTEXT_SET, or @status if
 * there was no exception.
 */
u32 ke_raise_status(struct ke_thread *thread, u32 status)
{
	struct ke_exception_record record = { .code = status };
	struct ntdbg_software software;
	struct kernel_siginfo info;

	if (!ke_has_user_frame(thread))
		return status;
	record.address = thread->trap_frame->regs->ip;
	thread->trap_frame->regs->ax = status;
	ke_to_software(&software, &record);
	ke_forget_fault(thread);
	if (ke_first_chance_of_software(&software) || ke_deliver_exception(thread, &record))
		return KE_STATUS_CONTEXT_SET;
	clear_siginfo(&info);
	info.si_signo = ke_signal_of(status);
	info.si_code = SI_KERNEL;
	info.si_addr = (void __user *)record.address;
	ke_last_chance(&info, &software);
	return KE_STATUS_CONTEXT_SET;
}
