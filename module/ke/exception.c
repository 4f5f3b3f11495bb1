// SPDX-License-Identifier: GPL-2.0
/*
 * Both chances. All synchronous faults of user code end in
 * force_sig_info_to_task(), on the faulting thread and before any signal
 * exists; returning from there without calling it is "continue execution".
 */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <asm/trapnr.h>

#include "hook.h"
#include "ke/context.h"
#include "ke/dispatch.h"
#include "ke/exception.h"
#include "ke/exception_record.h"
#include "ke/thread.h"
#include "ke/user_dispatch.h"
#include "kcompat.h"
#include "ps/mark.h"
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

static bool ke_is_exception(const struct kernel_siginfo *info)
{
	switch (info->si_signo) {
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGTRAP:
		return true;
	case SIGSYS:
		/* Syscall user dispatch is how a program handles its own calls. */
		return info->si_code != SYS_USER_DISPATCH;
	default:
		return false;
	}
}

/* force_sig_info_to_task(info, task, how) */
static bool notrace ke_filter(struct ftrace_regs *fregs)
{
	return ftrace_regs_get_argument(fregs, 1) == (unsigned long)current &&
	       (ke_thread_tracked(current) || ps_thread_tracked(current));
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

static bool ke_has_exception_dispatcher(void)
{
	struct ke_thread *thread = ke_current();

	/* Inside of an NT call nothing but that call changes the registers. */
	return thread && thread->process->start.exception_dispatcher && !thread->trap_frame;
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

/* What NT makes more of than a signal. */
enum ke_kind {
	KE_FAULT,
	KE_STEP,	/* the trap flag */
	KE_BREAKPOINT,	/* int3 */
	KE_FAST_FAIL,	/* int 29h */
	KE_SERVICE,	/* int 2Dh */
};

#define KE_OPCODE_INT		0xcd
#define KE_VECTOR_FAST_FAIL	0x29
#define KE_VECTOR_SERVICE	0x2d

/* int 2Dh is two bytes, and NT skips one more, which is an int3 in its own stubs. */
#define KE_SERVICE_LENGTH	3

/* Debug services: the number in EAX */
#define KE_SERVICE_PRINT	1
#define KE_SERVICE_LOAD		3
#define KE_SERVICE_UNLOAD	4
#define KE_SERVICE_COMMAND	5

#define KE_DBG_PRINTEXCEPTION_C	0x40010006u

static enum ke_kind ke_kind_of(struct ps_thread *thread, const struct ntdbg_fault *fault,
			       const struct kernel_siginfo *info)
{
	if (fault->trap == X86_TRAP_DB && info->si_signo == SIGTRAP &&
	    (info->si_code == TRAP_TRACE ||
	     (info->si_code == TRAP_BRKPT && ke_stepped_call(thread))))
		return KE_STEP;
	if (fault->trap == X86_TRAP_BP && info->si_signo == SIGTRAP)
		return KE_BREAKPOINT;
	if (fault->trap == X86_TRAP_GP && fault->insn_len >= 2 &&
	    fault->insn[0] == KE_OPCODE_INT) {
		if (fault->insn[1] == KE_VECTOR_FAST_FAIL)
			return KE_FAST_FAIL;
		if (fault->insn[1] == KE_VECTOR_SERVICE)
			return KE_SERVICE;
	}
	return KE_FAULT;
}

/*
 * What KiDebugServiceTrap makes of int 2Dh. Services that a kernel debugger would
 * have, do nothing, but that printing is told to the debugger, which it reaches
 * on NT by RaiseException. Returns true if that was all.
 */
static bool ke_debug_service(struct ps_thread *thread, struct ntdbg_fault *fault)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct ntdbg_software print = {
		.code = KE_DBG_PRINTEXCEPTION_C,
		.address = fault->ip,
		.nr_parameters = 2,
		.information = { (regs->dx & 0xffff) + 1, regs->cx },
	};

	regs->ip += KE_SERVICE_LENGTH;
	fault->ip = regs->ip;
	fault->regs.rip = regs->ip;
	switch ((u32)regs->ax) {
	case KE_SERVICE_PRINT:
		ke_forward(thread, fault, &print, NTDBG_EXCEPTION_FIRST_CHANCE);
		return true;
	case KE_SERVICE_LOAD:
	case KE_SERVICE_UNLOAD:
	case KE_SERVICE_COMMAND:
		return true;
	default:
		return false;
	}
}

/* The second chance sees a breakpoint's own address, as a handler does on NT. */
static void ke_prepare_second_chance(enum ke_kind kind, struct ntdbg_fault *fault)
{
	struct pt_regs *regs = task_pt_regs(current);

	if (kind == KE_STEP)
		regs->flags &= ~X86_EFLAGS_TF;
	else if (kind == KE_BREAKPOINT)
		regs->ip -= 1;
	else if (kind == KE_SERVICE)
		regs->ip += KE_SERVICE_LENGTH - 1;
	fault->regs.rip = regs->ip;
}

/* Will the debugger be asked about exceptions of this thread? */
static bool ke_debugged(const struct ps_thread *thread)
{
	return thread && READ_ONCE(thread->process->debug_port) && !thread->hidden;
}

/**
 * struct ke_exception - an exception under way
 * @thread: the current thread, if the debug port knows it
 * @info: the signal that Linux will make
 * @how: how it is to be forced; not 0 if the disposition does not count: the
 *       kernel ends the process because of seccomp, because execve failed when the
 *       old image was gone, or because the frame of a handler could not be written
 * @kind: what NT makes of it
 * @forced: @how is not 0
 * @at_fault: registers as the fault left them
 * @fault: the facts
 */
struct ke_exception {
	struct ps_thread *thread;
	const struct kernel_siginfo *info;
	unsigned long how;
	enum ke_kind kind;
	bool forced;
	struct pt_regs at_fault;
	struct ntdbg_fault fault;
};

/* First chance. Returns true if the thread goes on. */
static bool ke_first_chance(struct ke_exception *exception)
{
	bool handled;

	if (exception->forced || exception->kind == KE_FAST_FAIL)
		return false;
	ke_begin_first_chance(exception->thread);
	handled = ke_forward(exception->thread, &exception->fault, NULL,
			     NTDBG_EXCEPTION_FIRST_CHANCE);
	ke_end_first_chance(exception->thread);
	/* The program's handler sees them as they were, whatever was set meanwhile. */
	if (!handled)
		*task_pt_regs(current) = exception->at_fault;
	return handled;
}

/* ke_read_memory_t */
static bool ke_read_own_memory(void *argument, u64 address, void *to, size_t size)
{
	return !copy_from_user(to, (void __user *)address, size);
}

/* KiUserExceptionDispatcher, if the process has one. */
static bool ke_ask_user_mode(struct ke_exception *exception)
{
	struct ke_thread *thread = ke_current();
	struct ke_exception_record record;

	if (!ke_has_exception_dispatcher() || exception->forced || exception->kind == KE_FAST_FAIL)
		return false;
	ke_record_fault(&record, &exception->fault, NTDBG_EXCEPTION_FIRST_CHANCE,
			ke_read_own_memory, NULL);
	ke_keep_fault(thread, exception->info, &record);
	return ke_deliver_exception(thread, &record);
}

/* Second chance. Returns true if the thread goes on. */
static bool ke_second_chance(struct ke_exception *exception)
{
	struct pt_regs *regs = task_pt_regs(current);
	bool final = exception->forced || exception->kind == KE_FAST_FAIL;
	bool fatal = final || ke_is_fatal(exception->info->si_signo);

	if (!fatal || fatal_signal_pending(current))
		return false;
	ke_prepare_second_chance(exception->kind, &exception->fault);
	/* A forced end is told, but no answer undoes it: seccomp's kill is one. */
	if (ke_forward(exception->thread, &exception->fault, NULL, 0) && !final)
		return true;
	*regs = exception->at_fault;
	exception->fault.regs.rip = regs->ip;
	ke_note_last_fault(&exception->fault);
	if (exception->kind == KE_FAST_FAIL)
		exception->how = 1; /* HANDLER_SIG_DFL: no handler has a say */
	return false;
}

/*
 * Debugger, dispatcher in user mode, debugger again if no Linux handler is there.
 * Returns true if the thread goes on: no signal is made.
 */
static noinline_for_stack bool ke_dispatch_exception(struct ps_thread *thread,
						     const struct kernel_siginfo *info,
						     unsigned long *how)
{
	struct ke_exception exception = {
		.thread = thread, .info = info, .how = *how, .forced = (int)*how,
		.at_fault = *task_pt_regs(current),
	};
	bool debugged = ke_debugged(thread), goes_on;

	ke_read_fault(&exception.fault, info);
	exception.kind = KE_FAULT;
	if (debugged && !exception.forced)
		exception.kind = ke_kind_of(thread, &exception.fault, info);
	if (exception.kind == KE_STEP) {
		ke_end_step(thread);
		exception.fault.regs.eflags = task_pt_regs(current)->flags;
		exception.fault.dr6 = current->thread.virtual_dr6;
	}
	if (exception.kind == KE_SERVICE && ke_debug_service(thread, &exception.fault))
		return true;
	goes_on = (debugged && ke_first_chance(&exception)) || ke_ask_user_mode(&exception) ||
		  (debugged && ke_second_chance(&exception));
	*how = exception.how;
	return goes_on;
}

static noinline unsigned long ke_force_signal(struct kernel_siginfo *info,
					      struct task_struct *task, unsigned long how)
{
	struct ps_thread *thread;
	unsigned long ret = 0;
	bool handled = false;

	if (ke_is_exception(info)) {
		thread = ps_thread_find(current);
		if (!kcompat_may_sleep())
			ps_note_missed();
		else if (ke_debugged(thread) || ke_has_exception_dispatcher())
			handled = ke_dispatch_exception(thread, info, &how);
		if (thread)
			ps_thread_put(thread);
	}
	if (!handled)
		ret = hook_enter(ke_hooks[0].address, (unsigned long)info, (unsigned long)task,
				 how, 0, 0, 0);
	return ret;
}

/* Redirect of force_sig_info_to_task(). @how is not 0 if the disposition does not count. */
static noinline unsigned long ke_force_sig_info(struct kernel_siginfo *info,
						struct task_struct *task, unsigned long how)
{
	unsigned long ret = 0;
	bool call;

	/*
	 * An NT call is no exception. The first is made where one can sleep, and
	 * faults of user code run with interrupts on.
	 */
	if (likely(info->si_signo == SIGSYS && info->si_code == SYS_USER_DISPATCH))
		call = ke_entry_from_stub();
	else
		call = info->si_signo == SIGSEGV && !(int)how && !preempt_count() &&
		       ke_entry_from_interrupt();
	if (!call)
		ret = ke_force_signal(info, task, how);
	hook_leave();
	return ret;
}

/**
 * ke_first_chance_of_software() - ask the debugger about what software raises
 * @software: the exception; the thread's registers are those at it
 *
 * Context: may sleep; on the way to user mode.
 * Return: true if it was handled.
 */
bool ke_first_chance_of_software(const struct ntdbg_software *software)
{
	struct ps_thread *thread = ps_thread_find(current);
	struct ntdbg_fault place;
	bool handled = false;

	if (ke_debugged(thread)) {
		ke_read_place(&place);
		handled = ke_forward(thread, &place, software, NTDBG_EXCEPTION_FIRST_CHANCE);
	}
	if (thread)
		ps_thread_put(thread);
	return handled;
}

static bool ke_last_chance_of_software(struct ps_thread *thread,
				       const struct ntdbg_software *software)
{
	struct ntdbg_fault place;

	if (ke_debugged(thread)) {
		ke_read_place(&place);
		if (ke_forward(thread, &place, software, 0))
			return true;
	}
	/* What the process ends by, for whoever asks. */
	ps_mark_terminated(task_tgid(current), software->code);
	if (thread)
		ps_process_note_termination(thread->process, software->code);
	return false;
}

/**
 * ke_last_chance() - Linux's own handler; without one the debugger, and the end
 * @info: the signal; the thread's registers are those at the exception
 * @software: of an exception that software raised, else NULL
 *
 * Context: may sleep; on the way to user mode.
 */
void ke_last_chance(struct kernel_siginfo *info, const struct ntdbg_software *software)
{
	struct ps_thread *thread = ps_thread_find(current);
	struct ke_exception exception = {
		.thread = thread, .info = info, .at_fault = *task_pt_regs(current),
	};
	bool goes_on = false;

	if (software) {
		goes_on = ke_is_fatal(info->si_signo) &&
			  ke_last_chance_of_software(thread, software);
	} else if (ke_debugged(thread)) {
		ke_read_fault(&exception.fault, info);
		exception.kind = ke_kind_of(thread, &exception.fault, info);
		goes_on = ke_second_chance(&exception);
	}
	if (thread)
		ps_thread_put(thread);
	if (!goes_on)
		hook_enter(ke_hooks[0].address, (unsigned long)info, (unsigned long)current,
			   exception.how, 0, 0, 0);
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
	hook_add(HOOK_GROUP_TASK, ke_hooks, ARRAY_SIZE(ke_hooks));
}
