// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of a thread: NT's KeContextFromKframes and KeContextToKframes. The
 * thread is at rest or asleep in a system call (ps/rest.h). In the latter case
 * its general registers belong to the call until that is over: what is to be
 * set is kept and set by the thread on its way out.
 */
#include <linux/completion.h>
#include <linux/entry-common.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <asm/debugreg.h>
#include <asm/segment.h>

#include "ke/context.h"
#include "ke/debugreg.h"
#include "ke/exception.h"
#include "ke/fpu.h"
#include "ps/rest.h"

#define KE_GENERAL (NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER)

#define KE_EFLAGS_USER (X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
			X86_EFLAGS_SF | X86_EFLAGS_TF | X86_EFLAGS_DF | X86_EFLAGS_OF | \
			X86_EFLAGS_NT | X86_EFLAGS_RF | X86_EFLAGS_AC)

/* Error codes that the kernel keeps to itself: how a call asks to be restarted. */
#define KE_RESTART_FIRST 512
#define KE_RESTART_LAST 516

/* What rax is while a call runs */
#define KE_NO_RESULT_YET ((u64)-38)

static void ke_read_general(const struct pt_regs *regs, struct ntdbg_context *context)
{
	struct ntdbg_regs *out = &context->regs;

	if (context->flags & NTDBG_CONTEXT_CONTROL) {
		out->rip = regs->ip;
		out->rsp = regs->sp;
		out->eflags = regs->flags;
		out->cs = (u16)regs->cs;
		out->ss = (u16)regs->ss;
	}
	if (context->flags & NTDBG_CONTEXT_INTEGER) {
		out->rax = regs->ax;
		out->rbx = regs->bx;
		out->rcx = regs->cx;
		out->rdx = regs->dx;
		out->rsi = regs->si;
		out->rdi = regs->di;
		out->rbp = regs->bp;
		out->r8 = regs->r8;
		out->r9 = regs->r9;
		out->r10 = regs->r10;
		out->r11 = regs->r11;
		out->r12 = regs->r12;
		out->r13 = regs->r13;
		out->r14 = regs->r14;
		out->r15 = regs->r15;
		out->orig_rax = regs->orig_ax;
	}
}

static u16 ke_user_selector(u64 wanted, u16 otherwise)
{
	return (wanted & 3) == 3 ? wanted : otherwise;
}

static void ke_write_general(struct pt_regs *regs, const struct ntdbg_context *context)
{
	const struct ntdbg_regs *in = &context->regs;
	bool in_call = regs->orig_ax != (unsigned long)-1;
	/* Written back as it was read during the call: the call's result stays. */
	bool result = (context->flags & NTDBG_CONTEXT_INTEGER) &&
		      !(in_call && in->rax == KE_NO_RESULT_YET);
	bool moves = (context->flags & NTDBG_CONTEXT_CONTROL) && in->rip != regs->ip;

	/* No restart of a call that a signal interrupted: rip would go back by two. */
	if (in_call && (result || moves)) {
		if ((long)regs->ax <= -KE_RESTART_FIRST && (long)regs->ax >= -KE_RESTART_LAST)
			regs->ax = -EINTR;
		regs->orig_ax = -1;
	}
	if (context->flags & NTDBG_CONTEXT_CONTROL) {
		regs->ip = in->rip;
		regs->sp = in->rsp;
		regs->flags = (regs->flags & ~KE_EFLAGS_USER) | (in->eflags & KE_EFLAGS_USER);
		regs->cs = ke_user_selector(in->cs, __USER_CS);
		regs->ss = ke_user_selector(in->ss, __USER_DS);
	}
	if (context->flags & NTDBG_CONTEXT_INTEGER) {
		if (result)
			regs->ax = in->rax;
		regs->bx = in->rbx;
		regs->cx = in->rcx;
		regs->dx = in->rdx;
		regs->si = in->rsi;
		regs->di = in->rdi;
		regs->bp = in->rbp;
		regs->r8 = in->r8;
		regs->r9 = in->r9;
		regs->r10 = in->r10;
		regs->r11 = in->r11;
		regs->r12 = in->r12;
		regs->r13 = in->r13;
		regs->r14 = in->r14;
		regs->r15 = in->r15;
	}
}

/* Of a task that is switched out: then they are in its thread_struct. */
static void ke_read_segments(struct task_struct *task, struct ntdbg_context *context)
{
	if (context->flags & NTDBG_CONTEXT_SEGMENTS) {
		context->regs.ds = task->thread.ds;
		context->regs.es = task->thread.es;
		context->regs.fs = task->thread.fsindex;
		context->regs.gs = task->thread.gsindex;
	}
	if (context->flags & NTDBG_CONTEXT_TLS) {
		context->regs.fs_base = task->thread.fsbase;
		context->regs.gs_base = task->thread.gsbase;
	}
}

static u16 ke_data_selector(u64 wanted)
{
	return wanted && (wanted & 3) != 3 ? 0 : wanted;
}

static void ke_write_segments(struct task_struct *task, const struct ntdbg_context *context)
{
	if (context->flags & NTDBG_CONTEXT_SEGMENTS) {
		task->thread.ds = ke_data_selector(context->regs.ds);
		task->thread.es = ke_data_selector(context->regs.es);
		task->thread.fsindex = ke_data_selector(context->regs.fs);
		task->thread.gsindex = ke_data_selector(context->regs.gs);
	}
	if (context->flags & NTDBG_CONTEXT_TLS) {
		task->thread.fsbase = context->regs.fs_base;
		task->thread.gsbase = context->regs.gs_base;
	}
}

/* What a reader shall see of a sleeping thread: what it will have. */
static void ke_overlay(struct ntdbg_context *context, const struct ntdbg_context *pending)
{
	struct pt_regs regs = { .orig_ax = -1 };
	u32 wanted = context->flags;

	ke_write_general(&regs, pending);
	context->flags = wanted & pending->flags;
	ke_read_general(&regs, context);
	context->flags = wanted;
}

/* ps_look_t */
static int ke_read_parts(struct ps_thread *thread, bool asleep, void *argument)
{
	struct ntdbg_context *context = argument;
	struct task_struct *task = thread->task;
	int err = 0;

	lockdep_assert_held(&thread->regs_lock);
	ke_read_general(task_pt_regs(task), context);
	if (thread->pending)
		ke_overlay(context, thread->pending);
	ke_read_segments(task, context);
	if ((context->flags & NTDBG_CONTEXT_FLOATING_POINT) && thread->pending_fp)
		memcpy(context->fxsave, thread->pending_fp, sizeof(context->fxsave));
	else if (context->flags & NTDBG_CONTEXT_FLOATING_POINT)
		err = ke_get_fxsave(task, context->fxsave);
	return err;
}

/**
 * struct ke_setting - one call of ke_set_context()
 * @context: what is to be set
 * @fp: room for floating point registers that are not set yet, or NULL
 * @pending: room for what a sleeping thread sets itself, or NULL
 */
struct ke_setting {
	const struct ntdbg_context *context;
	struct ke_fxsave *fp;
	struct ntdbg_context *pending;
};

static void ke_keep_pending(struct ps_thread *thread, struct ke_setting *setting)
{
	const struct ntdbg_context *context = setting->context;

	if (!(context->flags & KE_GENERAL))
		return;
	if (thread->pending) {
		/* Two at once: what the later one says holds. */
		ke_read_parts(thread, true, setting->pending);
		swap(thread->pending, setting->pending);
	} else {
		thread->pending = setting->pending;
		setting->pending = NULL;
	}
	thread->pending->flags |= context->flags & KE_GENERAL;
	if (context->flags & NTDBG_CONTEXT_CONTROL) {
		thread->pending->regs.rip = context->regs.rip;
		thread->pending->regs.rsp = context->regs.rsp;
		thread->pending->regs.eflags = context->regs.eflags;
		thread->pending->regs.cs = context->regs.cs;
		thread->pending->regs.ss = context->regs.ss;
	}
	if (context->flags & NTDBG_CONTEXT_INTEGER) {
		struct ntdbg_regs keep = thread->pending->regs;

		thread->pending->regs = context->regs;
		thread->pending->regs.rip = keep.rip;
		thread->pending->regs.rsp = keep.rsp;
		thread->pending->regs.eflags = keep.eflags;
		thread->pending->regs.cs = keep.cs;
		thread->pending->regs.ss = keep.ss;
	}
	ps_thread_ask(thread, BIT(PS_ASKED_CONTEXT));
}

/*
 * The trap flag alone would trap one instruction behind a system call, where the
 * CPU looks at it again. The kernel's own single step reports at the end of the
 * call, if it is asked to.
 */
static void ke_step_calls(struct ps_thread *thread, bool step)
{
	if (step) {
		set_task_syscall_work(thread->task, SYSCALL_EXIT_TRAP);
		thread->steps_calls = true;
	} else if (thread->steps_calls) {
		clear_task_syscall_work(thread->task, SYSCALL_EXIT_TRAP);
		thread->steps_calls = false;
	}
}

/**
 * ke_stepped_call() - is a trap of the current thread the end of a stepped call?
 * @thread: the current thread
 *
 * Context: any.
 * Return: true if it may be: a debugger had set the trap flag.
 */
bool ke_stepped_call(struct ps_thread *thread)
{
	return thread->steps_calls;
}

/**
 * ke_end_step() - the step is done
 * @thread: the current thread
 *
 * Context: any.
 */
void ke_end_step(struct ps_thread *thread)
{
	task_pt_regs(current)->flags &= ~X86_EFLAGS_TF;
	current->thread.virtual_dr6 |= DR_STEP;
	ke_step_calls(thread, false);
}

/* ps_look_t */
static int ke_write_parts(struct ps_thread *thread, bool asleep, void *argument)
{
	struct ke_setting *setting = argument;
	const struct ntdbg_context *context = setting->context;
	struct task_struct *task = thread->task;
	int err;

	lockdep_assert_held(&thread->regs_lock);
	if ((context->flags & NTDBG_CONTEXT_FLOATING_POINT) && thread->at_exception) {
		memcpy(setting->fp, context->fxsave, sizeof(context->fxsave));
		swap(thread->pending_fp, setting->fp);
	} else if (context->flags & NTDBG_CONTEXT_FLOATING_POINT) {
		err = ke_set_fxsave(task, context->fxsave);
		if (err)
			return err;
	}
	ke_write_segments(task, context);
	if (asleep || thread->in_call) {
		ke_keep_pending(thread, setting);
		return 0;
	}
	ke_write_general(task_pt_regs(task), context);
	if (context->flags & NTDBG_CONTEXT_CONTROL)
		ke_step_calls(thread, context->regs.eflags & X86_EFLAGS_TF);
	return 0;
}

static int ke_get_held(struct ps_thread *thread, struct ntdbg_context *context)
{
	int err;

	err = ps_hold(thread);
	if (err)
		return err;
	err = ps_look(thread, ke_read_parts, context);
	if (!err && (context->flags & NTDBG_CONTEXT_DEBUG_REGISTERS))
		ke_get_debug_registers(thread, context->dr);
	ps_unhold(thread);
	return err;
}

/* ps_look_t: nothing but that it can be looked at */
static int ke_settled(struct ps_thread *thread, bool asleep, void *argument)
{
	return 0;
}

static int ke_set_held(struct ps_thread *thread, struct ke_setting *setting)
{
	int err;

	err = ps_hold(thread);
	if (err)
		return err;
	/* First, because it can fail and is not done under a spinlock. */
	if (setting->context->flags & NTDBG_CONTEXT_DEBUG_REGISTERS) {
		err = ps_look(thread, ke_settled, NULL);
		if (!err)
			err = ke_set_debug_registers(thread, setting->context->dr);
	}
	if (!err)
		err = ps_look(thread, ke_write_parts, setting);
	ps_unhold(thread);
	return err;
}

/* A thread that sets its own sleeps meanwhile, and another one does it. */
struct ke_errand {
	struct work_struct work;
	struct completion done;
	struct ps_thread *thread;
	struct ke_setting *setting;
	int err;
};

static void ke_run_errand(struct work_struct *work)
{
	struct ke_errand *errand = container_of(work, struct ke_errand, work);

	errand->err = ke_set_held(errand->thread, errand->setting);
	complete(&errand->done);
}

static int ke_set_own(struct ps_thread *thread, struct ke_setting *setting)
{
	struct ke_errand errand = { .thread = thread, .setting = setting };

	/* The kernel has no way to do that but from user mode, where anybody can. */
	if (setting->context->flags & NTDBG_CONTEXT_FLOATING_POINT)
		return -EOPNOTSUPP;
	INIT_WORK_ONSTACK(&errand.work, ke_run_errand);
	init_completion(&errand.done);
	queue_work(system_unbound_wq, &errand.work);
	wait_for_completion(&errand.done);
	destroy_work_on_stack(&errand.work);
	return errand.err;
}

static int ke_get_own(struct ps_thread *thread, struct ntdbg_context *context)
{
	struct ntdbg_regs regs;
	int err = 0;

	ke_read_regs(&regs, task_pt_regs(current));
	ke_read_general(task_pt_regs(current), context);
	if (context->flags & NTDBG_CONTEXT_SEGMENTS) {
		context->regs.ds = regs.ds;
		context->regs.es = regs.es;
		context->regs.fs = regs.fs;
		context->regs.gs = regs.gs;
	}
	if (context->flags & NTDBG_CONTEXT_TLS) {
		context->regs.fs_base = regs.fs_base;
		context->regs.gs_base = regs.gs_base;
	}
	if (context->flags & NTDBG_CONTEXT_FLOATING_POINT)
		err = ke_get_fxsave(current, context->fxsave);
	if ((context->flags & NTDBG_CONTEXT_DEBUG_REGISTERS) && thread)
		ke_get_debug_registers(thread, context->dr);
	else if (context->flags & NTDBG_CONTEXT_DEBUG_REGISTERS)
		memset(context->dr, 0, sizeof(context->dr));
	return err;
}

/**
 * ke_get_own_context() - registers of the current thread, as user mode will have them
 * @context: its flags say which parts; those are filled
 *
 * It need not be ours; then it has no debug registers.
 *
 * Context: may sleep.
 * Return: 0 or -EOPNOTSUPP.
 */
int ke_get_own_context(struct ntdbg_context *context)
{
	struct ps_thread *thread = NULL;
	int err;

	if (context->flags & NTDBG_CONTEXT_DEBUG_REGISTERS)
		thread = ps_thread_find(current);
	err = ke_get_own(thread, context);
	if (thread)
		ps_thread_put(thread);
	return err;
}

/**
 * ke_forget_step() - nobody waits for a step any more
 * @thread: the thread
 *
 * Context: any.
 */
void ke_forget_step(struct ps_thread *thread)
{
	ke_step_calls(thread, false);
}

/**
 * ke_get_context() - read registers of a thread
 * @thread: the thread
 * @context: its flags say which parts; those are filled
 *
 * NT: PspGetContext.
 *
 * Context: may sleep.
 * Return: 0; -EOWNERDEAD if the thread is at its end; -ERESTARTSYS.
 */
int ke_get_context(struct ps_thread *thread, struct ntdbg_context *context)
{
	int err;

	if (thread->task == current)
		return ke_get_own(thread, context);
	if (!(context->flags & NTDBG_CONTEXT_DEBUG_REGISTERS) &&
	    ps_look_at_rest(thread, ke_read_parts, context, &err))
		return err;
	return ke_get_held(thread, context);
}

static bool ke_mxcsr_valid(const struct ntdbg_context *context)
{
	const struct ke_fxsave *fxsave = (const void *)context->fxsave;
	struct ke_fxsave own;
	u32 mask;

	if (!(context->flags & NTDBG_CONTEXT_FLOATING_POINT) || ke_get_fxsave(current, &own))
		return true;
	mask = own.mxcsr_mask ? own.mxcsr_mask : 0xffbf;
	return !(fxsave->mxcsr & ~mask);
}

static bool ke_bases_valid(const struct ntdbg_context *context)
{
	return !(context->flags & NTDBG_CONTEXT_TLS) ||
	       (context->regs.fs_base < TASK_SIZE_MAX && context->regs.gs_base < TASK_SIZE_MAX);
}

/**
 * ke_set_context() - write registers of a thread
 * @thread: the thread
 * @context: its flags say which parts
 *
 * NT: PspSetContext. What is not fit for user mode is made so.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL; -ENOSPC; -ENOMEM; -EOWNERDEAD; -ERESTARTSYS; -EOPNOTSUPP for
 * the floating point registers of the current thread.
 */
int ke_set_context(struct ps_thread *thread, const struct ntdbg_context *context)
{
	struct ke_setting setting = { .context = context };
	int err = -ENOMEM;

	if (!ke_mxcsr_valid(context) || !ke_bases_valid(context))
		return -EINVAL;
	if (!(context->flags & ~KE_GENERAL) && !READ_ONCE(thread->in_call) &&
	    ps_look_at_rest(thread, ke_write_parts, &setting, &err))
		return err;
	setting.fp = kzalloc(sizeof(*setting.fp), GFP_KERNEL_ACCOUNT);
	setting.pending = kzalloc(sizeof(*setting.pending), GFP_KERNEL_ACCOUNT);
	if (setting.fp && setting.pending)
		err = thread->task == current ? ke_set_own(thread, &setting) :
						ke_set_held(thread, &setting);
	kfree(setting.fp);
	kfree(setting.pending);
	return err;
}

/**
 * ke_set_pending_context() - the system call is over: set what was asked for meanwhile
 * @thread: the current thread
 *
 * Context: on the way to user mode.
 */
void ke_set_pending_context(struct ps_thread *thread)
{
	struct ntdbg_context *pending;

	spin_lock(&thread->regs_lock);
	pending = thread->pending;
	thread->pending = NULL;
	/* Not those of a program that execve has ended. */
	if (pending && !test_bit(PS_ASKED_EXEC, &thread->asked))
		ke_write_general(task_pt_regs(current), pending);
	spin_unlock(&thread->regs_lock);
	kfree(pending);
}

/**
 * ke_begin_first_chance() - the thread will be held at an exception
 * @thread: the current thread
 *
 * Context: any.
 */
void ke_begin_first_chance(struct ps_thread *thread)
{
	WRITE_ONCE(thread->at_exception, true);
}

/**
 * ke_end_first_chance() - what was to hold if it was handled is done or dropped
 * @thread: the current thread
 *
 * Context: any.
 */
void ke_end_first_chance(struct ps_thread *thread)
{
	struct ke_fxsave *dropped;

	spin_lock(&thread->regs_lock);
	thread->at_exception = false;
	dropped = thread->pending_fp;
	thread->pending_fp = NULL;
	spin_unlock(&thread->regs_lock);
	kfree(dropped);
}

/* ps_look_t */
static int ke_commit(struct ps_thread *thread, bool asleep, void *argument)
{
	struct ke_fxsave **done = argument;

	if (!thread->pending_fp)
		return 0;
	*done = thread->pending_fp;
	thread->pending_fp = NULL;
	return ke_set_fxsave(thread->task, *done);
}

/**
 * ke_commit_fp() - a first chance is being handled: set what was to hold then
 * @thread: the thread, held at the exception; not the current one
 *
 * The debugger does it, not the thread: the kernel lets nobody set his own.
 *
 * Context: may sleep; the current task is a user process.
 * Return: 0, or as ps_look().
 */
int ke_commit_fp(struct ps_thread *thread)
{
	struct ke_fxsave *done = NULL;
	int err;

	if (!READ_ONCE(thread->pending_fp))
		return 0;
	err = ps_look(thread, ke_commit, &done);
	kfree(done);
	return err;
}

/**
 * ke_set_own_context() - give the current thread other registers (KeContextToKframes)
 * @context: its flags say which; CONTROL, INTEGER and FLOATING_POINT are set
 *
 * What user code cannot set stays as it is. The call under way has no result.
 *
 * Context: on the way to user mode, preemptible.
 */
void ke_set_own_context(struct ntdbg_context *context)
{
	struct ke_fxsave fxsave __aligned(16);
	struct pt_regs *regs = current_pt_regs();

	regs->orig_ax = -1;
	ke_write_general(regs, context);
	if (!(context->flags & NTDBG_CONTEXT_FLOATING_POINT))
		return;
	memcpy(&fxsave, context->fxsave, sizeof(fxsave));
	ke_load_fxsave(&fxsave);
}
