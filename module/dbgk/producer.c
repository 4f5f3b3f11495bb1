// SPDX-License-Identifier: GPL-2.0
/*
 * The producers: what happens to a debugged process becomes an event, on the
 * thread that it happens to, and holds that thread.
 */
#include <linux/fs.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <asm/fsgsbase.h>

#include "dbgk/dbgk.h"
#include "ke/breakpoint.h"
#include "ke/context.h"
#include "ke/debugreg.h"
#include "ke/exception.h"
#include "mm/image.h"
#include "ps/mark.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/rest.h"
#include "ps/suspend.h"
#include "ps/terminate.h"

/*
 * List an event of the current thread and wait for the answer. NT:
 * DbgkpSendApiMessage. Returns -ENOTCONN if there is no debugger, -EINTR if the
 * thread was killed before one saw the event.
 */
static int dbgk_send(struct dbgk_event *event, bool freeze)
{
	enum dbgk_outcome outcome = DBGK_OUTCOME_DONE;
	struct ps_thread *thread = event->thread;
	struct ps_process *process = thread->process;
	int err;

	if (!READ_ONCE(process->debug_port) || READ_ONCE(thread->hidden))
		return -ENOTCONN;
	event->held = true;
	do {
		/* Who is suspended reports nothing; after DBG_REPLY_LATER others run meanwhile. */
		ps_park_suspended(thread);
		if (freeze)
			ps_freeze(process, thread);
		err = dbgk_list_event(event);
		if (!err)
			outcome = dbgk_await_answer(event);
		if (freeze)
			ps_thaw(process);
	} while (!err && outcome == DBGK_OUTCOME_LATER && !ps_dying(thread));
	return !err && outcome == DBGK_OUTCOME_UNSEEN ? -EINTR : err;
}

static void dbgk_note_start(struct dbgk_event *event)
{
	struct pt_regs *regs = task_pt_regs(current);

	event->start = regs->ip;
	event->stack = regs->sp;
	event->tls = x86_fsbase_read_cpu();
}

static void dbgk_send_create_process(struct ps_thread *thread, u32 flags, u64 generation)
{
	struct mm_program program;
	struct dbgk_event event;

	mm_read_program(current->mm, &program);
	dbgk_event_init(&event, thread, NTDBG_EVENT_CREATE_PROCESS, flags);
	event.generation = generation;
	dbgk_note_start(&event);
	event.entry = program.entry;
	event.image = mm_image_program(thread->process);
	dbgk_send(&event, false);
	if (event.image)
		mm_image_put(event.image);
}

/* NT: DbgkMapViewOfSection, DbgkUnMapViewOfSection. */
static void dbgk_images(struct ps_thread *thread)
{
	u64 generation = READ_ONCE(thread->process->debug_generation);
	struct mm_program program;
	struct mm_image *image;
	struct dbgk_event event;
	bool load;

	/* The program's loader is first, as ntdll is. */
	mm_read_program(current->mm, &program);
	while (!fatal_signal_pending(current)) {
		image = mm_image_to_report(thread->process, program.interpreter, &load);
		if (!image)
			break;
		dbgk_event_init(&event, thread,
				load ? NTDBG_EVENT_LOAD_IMAGE : NTDBG_EVENT_UNLOAD_IMAGE, 0);
		event.generation = generation;
		event.image = image;
		dbgk_send(&event, true);
		mm_image_put(image);
	}
}

/*
 * Whether a new thread reports itself: not to nobody, and not if an attach did it
 * in its stead. Sets @first if its process is to be reported.
 */
static bool dbgk_begin_report(struct ps_thread *thread, bool *first, u64 *generation)
{
	struct ps_process *process = thread->process;
	bool reports;

	spin_lock(&process->lock);
	reports = process->debug_port && !(process->flags & PS_PROCESS_LAUNCHING) &&
		  !dbgk_thread(thread)->reported && !thread->hidden;
	*first = reports && !(process->flags & PS_PROCESS_CREATE_REPORTED);
	*generation = process->debug_generation;
	if (reports) {
		process->flags |= PS_PROCESS_CREATE_REPORTED;
		dbgk_thread(thread)->reported = true;
	}
	spin_unlock(&process->lock);
	return reports;
}

/* The debugger did not get to see it: then it does not see its end either. */
static void dbgk_unreport(struct ps_thread *thread, u64 generation)
{
	struct ps_process *process = thread->process;

	spin_lock(&process->lock);
	if (process->debug_generation == generation)
		dbgk_thread(thread)->reported = false;
	spin_unlock(&process->lock);
}

/* NT: DbgkCreateThread. */
static void dbgk_create(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;
	struct dbgk_event event;
	u64 generation;
	bool first;

	if (!dbgk_begin_report(thread, &first, &generation))
		return;
	if (first) {
		if (mm_image_scan(process, current->mm, MM_IMAGE_NEW))
			ps_note_missed();
		dbgk_send_create_process(thread, NTDBG_EVENT_F_FORK, generation);
		dbgk_images(thread);
		return;
	}
	dbgk_event_init(&event, thread, NTDBG_EVENT_CREATE_THREAD, 0);
	event.generation = generation;
	dbgk_note_start(&event);
	if (dbgk_send(&event, true) == -EINTR)
		dbgk_unreport(thread, generation);
}

/*
 * A program that gained rights in execve, or that its user may run but not
 * read, goes on without a debugger that could not trace it.
 */
static bool dbgk_may_keep(struct ps_process *process)
{
	bool may = false;

	mutex_lock(&dbgk_mutex);
	if (process->debug_port) {
		may = process->debug_port->privileged;
		if (!may)
			dbgk_clear_debug_object(process);
	}
	mutex_unlock(&dbgk_mutex);
	return may;
}

/* The old image's end: the process goes on, under the same ids. */
static void dbgk_send_exec_exit(struct ps_thread *thread, u64 generation)
{
	struct dbgk_event event;

	dbgk_event_init(&event, thread, NTDBG_EVENT_EXIT_PROCESS, NTDBG_EVENT_F_EXEC);
	event.generation = generation;
	dbgk_send(&event, false);
}

/*
 * Have the initial breakpoint reported where the program begins: at once if it
 * needs no loader, else when its loader gets there.
 */
static void dbgk_ask_loader_break(struct ps_thread *thread)
{
	struct mm_program program;

	mm_read_program(current->mm, &program);
	ke_break_clear(thread);
	if (program.entry == task_pt_regs(current)->ip)
		ps_thread_ask(thread, BIT(PS_ASKED_BREAK));
	else if (program.entry && ke_break_at(thread, program.entry))
		ps_note_missed();
	/* If it was let go meanwhile, whoever did that saw no breakpoint yet. */
	if (!READ_ONCE(thread->linked))
		ke_break_clear(thread);
}

static void dbgk_end_exec(struct ps_process *process)
{
	spin_lock(&process->lock);
	process->flags &= ~(PS_PROCESS_LAUNCHING | PS_PROCESS_EXEC_PENDING);
	spin_unlock(&process->lock);
}

/*
 * The new image in the place of the old one, unless another debugger has attached
 * meanwhile: then attach has looked at the images itself.
 */
static bool dbgk_renew_images(struct ps_process *process, u64 generation)
{
	bool ours;

	mutex_lock(&process->image_mutex);
	spin_lock(&process->lock);
	ours = process->debug_port && process->debug_generation == generation;
	spin_unlock(&process->lock);
	if (ours)
		mm_image_drop_all(process);
	mutex_unlock(&process->image_mutex);
	if (ours && mm_image_scan(process, current->mm, MM_IMAGE_NEW))
		ps_note_missed();
	return ours;
}

static void dbgk_exec(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;
	bool reported, wants_break;
	u64 generation;

	ke_clear_debug_registers(thread);
	ke_forget_step(thread);
	spin_lock(&process->lock);
	generation = process->debug_port ? process->debug_generation : 0;
	reported = process->flags & PS_PROCESS_CREATE_REPORTED;
	spin_unlock(&process->lock);
	if (!generation) {
		ps_thread_refresh_pid(thread);
		dbgk_end_exec(process);
		return;
	}
	if (thread->exec_privileged && !dbgk_may_keep(process))
		return;
	/* Under its old id, which differs if it was not the leader. */
	if (reported)
		dbgk_send_exec_exit(thread, generation);
	ps_thread_refresh_pid(thread);
	if (!dbgk_renew_images(process, generation)) {
		dbgk_end_exec(process);
		return;
	}
	spin_lock(&process->lock);
	process->flags &= ~(PS_PROCESS_LAUNCHING | PS_PROCESS_EXEC_PENDING);
	process->flags |= PS_PROCESS_CREATE_REPORTED;
	dbgk_thread(thread)->reported = true;
	wants_break = process->flags & PS_PROCESS_LOADER_BREAK;
	spin_unlock(&process->lock);

	if (wants_break)
		dbgk_ask_loader_break(thread);
	dbgk_send_create_process(thread, reported ? NTDBG_EVENT_F_EXEC : 0, generation);
	dbgk_images(thread);
}

/* NT: the breakpoint in the loader. Whatever the answer, the program goes on. */
static void dbgk_loader_break(struct ps_thread *thread)
{
	const struct kernel_siginfo info = { .si_signo = SIGTRAP, .si_code = SI_KERNEL };
	struct ntdbg_fault fault;
	struct dbgk_event event;

	ke_break_clear(thread);
	ke_read_fault(&fault, &info);
	dbgk_event_init(&event, thread, NTDBG_EVENT_EXCEPTION, 0);
	event.fault = &fault;
	event.value = NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_LOADER_BREAK;
	dbgk_send(&event, true);
}

/* NT: DbgkForwardException, to the debug port. */
static bool dbgk_forward_exception(struct ps_thread *thread, const struct ntdbg_fault *fault,
				   const struct ntdbg_software *software, u32 chance)
{
	struct dbgk_event event;

	dbgk_event_init(&event, thread, NTDBG_EVENT_EXCEPTION, 0);
	event.fault = fault;
	event.software = software;
	event.value = chance | (software ? NTDBG_EXCEPTION_SOFTWARE : 0);
	return !dbgk_send(&event, true) && event.answered &&
	       event.status != NTDBG_DBG_EXCEPTION_NOT_HANDLED;
}

/**
 * dbgk_raise() - NT: NtRaiseException, as far as the debugger has to do with it
 * @software: the exception
 * @chance: NTDBG_EXCEPTION_FIRST_CHANCE or 0
 * @status: set to the answer
 *
 * Context: may sleep.
 * Return: 0; -ENOTCONN if there is nobody to tell, or not any more; -EINTR.
 */
int dbgk_raise(const struct ntdbg_software *software, u32 chance, u32 *status)
{
	struct ps_thread *thread = ps_thread_find(current);
	struct ntdbg_fault place;
	struct dbgk_event event;
	int err;

	if (!thread)
		return -ENOTCONN;
	ke_read_place(&place);
	dbgk_event_init(&event, thread, NTDBG_EVENT_EXCEPTION, 0);
	event.fault = &place;
	event.software = software;
	event.value = chance | NTDBG_EXCEPTION_SOFTWARE;
	/* What is written to its registers is to hold when this call is over. */
	WRITE_ONCE(thread->in_call, true);
	err = dbgk_send(&event, true);
	WRITE_ONCE(thread->in_call, false);
	if (!err && !event.answered)
		err = fatal_signal_pending(current) ? -EINTR : -ENOTCONN;
	*status = event.status;
	ps_thread_put(thread);
	return err;
}

static bool dbgk_exit_by_fault(const struct ps_process *process, long code)
{
	return process->fault_valid && (code & 0x7f) == process->fault.signo;
}

/* What waitpid() will say of the process, as far as it is decided now. */
static u32 dbgk_process_status(long code)
{
	struct signal_struct *signal = current->signal;

	if (signal->flags & SIGNAL_GROUP_EXIT)
		return signal->group_exit_code;
	return thread_group_leader(current) ? code : current->group_leader->exit_code;
}

/*
 * Which event the end of this thread makes, if any: only the last thread's is
 * the process's. Called with process->lock held, after unlinking it.
 */
static u32 dbgk_exit_type(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;

	if (!process->debug_port || !(process->flags & PS_PROCESS_CREATE_REPORTED) ||
	    (process->flags & PS_PROCESS_MUTED) || thread->hidden)
		return 0;
	if (!process->nr_threads)
		return NTDBG_EVENT_EXIT_PROCESS;
	/* Not seen to come, or killed before it could say that it came. */
	return dbgk_thread(thread)->reported ? NTDBG_EVENT_EXIT_THREAD : 0;
}

/* A terminating call's status, if one ended this. Called with process->lock held. */
static void dbgk_note_termination(struct dbgk_event *event, struct ps_thread *thread, bool last)
{
	struct ps_process *process = thread->process;

	if (test_bit(0, &thread->terminated)) {
		event->terminated = true;
		event->nt_status = thread->nt_status;
	} else if (process->terminated && ((event->value & 0x7f) == SIGKILL ||
					   event->value == ps_exit_code(process->nt_status))) {
		event->terminated = true;
		event->nt_status = process->nt_status;
	}
	if (last && event->terminated)
		ps_mark_terminated(process->pid, event->nt_status);
}

/*
 * Unlink the thread and list its exit event in one step, so that the order of
 * the events is the order in which the threads left, the last one last. Sets
 * @held if there is an answer to wait for.
 */
static bool dbgk_leave(struct ps_thread *thread, long code, bool *last, bool *held)
{
	struct ps_process *process = thread->process;
	struct dbgk_event *event = &dbgk_thread(thread)->exit;
	struct debug_object *object;
	LIST_HEAD(withdrawn);
	u32 type;

	*held = false;
	spin_lock(&process->lock);
	if (!ps_thread_unlink(thread)) {
		spin_unlock(&process->lock);
		return false;
	}
	/* Whoever still looks at its registers is done after this. */
	ps_rest_end(thread);
	*last = !process->nr_threads;
	object = process->debug_port;
	type = dbgk_exit_type(thread);
	if (type) {
		dbgk_event_init(event, thread, type, 0);
		event->value = (*last ? dbgk_process_status(code) : code) & 0xffff;
		event->held = true;
		dbgk_note_termination(event, thread, *last);
		if (dbgk_exit_by_fault(process, code))
			event->fault = &process->fault;
		if ((code & 0x7f) == SIGKILL || READ_ONCE(process->killed) ||
		    fatal_signal_pending(current))
			dbgk_let_exit_go(event);
		*held = event->held;
		ob_get(&object->header);
		spin_lock_nested(&object->lock, SINGLE_DEPTH_NESTING);
		if (!event->held)
			dbgk_withdraw_fakes(object, process, &withdrawn);
		dbgk_list_event_locked(object, event);
		spin_unlock(&object->lock);
	}
	spin_unlock(&process->lock);
	if (type) {
		dbgk_finish_withdrawn(&withdrawn);
		dbgk_wake_readers(object);
		dbgk_object_put(object);
	}
	return true;
}

/*
 * Wait for the answer to the exit event. After DBG_REPLY_LATER it is listed once
 * more, behind what the others have reported meanwhile.
 */
static void dbgk_await_exit(struct ps_thread *thread, bool freeze)
{
	struct dbgk_event *event = &dbgk_thread(thread)->exit;
	struct ps_process *process = thread->process;

	while (dbgk_await_exit_answer(event) == DBGK_OUTCOME_LATER) {
		if (freeze)
			ps_thaw(process);
		ps_park_suspended(thread);
		if (freeze)
			ps_freeze(process, thread);
		if (READ_ONCE(process->killed) || fatal_signal_pending(current)) {
			dbgk_let_exit_go(event);
			if (dbgk_list_event(event))
				ps_thread_put(thread);
			break;
		}
		if (dbgk_list_event(event))
			break;
	}
}

/* NT: DbgkExitThread and DbgkExitProcess. */
static void dbgk_exit(struct ps_thread *thread, long code)
{
	struct ps_process *process = thread->process;
	bool dying = current->signal->flags & SIGNAL_GROUP_EXIT;
	bool frozen = !dying && READ_ONCE(process->debug_port) && !thread->hidden;
	bool last = false, held;

	if (!READ_ONCE(thread->linked))
		return;
	ke_break_clear(thread);
	ke_clear_debug_registers(thread);
	if (frozen)
		ps_freeze(process, thread);
	if (dbgk_leave(thread, code, &last, &held)) {
		if (held)
			dbgk_await_exit(thread, frozen);
		WRITE_ONCE(thread->gone, true);
		wake_up_all(&process->exit_wait);
		ps_thread_unhash(thread);
	}
	if (frozen)
		ps_thaw(process);
	if (last) {
		/* Nobody is told of this end: then nobody's answer ends the debugging. */
		if (!(READ_ONCE(process->flags) & PS_PROCESS_CREATE_REPORTED) || thread->hidden) {
			mutex_lock(&dbgk_mutex);
			dbgk_clear_debug_object(process);
			mutex_unlock(&dbgk_mutex);
		}
		ps_process_unhash(process);
	}
}

/* NT: DbgkCopyProcessDebugPort. */
static void dbgk_fork(struct ps_process *parent, struct task_struct *child)
{
	const unsigned int copied = PS_PROCESS_LOADER_BREAK;
	struct debug_object *object = NULL;
	struct ps_process *process;
	unsigned int flags;
	int err;

	spin_lock(&parent->lock);
	flags = parent->flags;
	if (parent->debug_port && (flags & PS_PROCESS_CREATE_REPORTED) &&
	    !(flags & (PS_PROCESS_NO_DEBUG_INHERIT | PS_PROCESS_ATTACHING))) {
		object = parent->debug_port;
		ob_get(&object->header);
	}
	spin_unlock(&parent->lock);
	if (!object)
		return;

	process = ps_process_create(child, flags & copied);
	if (IS_ERR(process)) {
		ps_note_missed();
		goto put_object;
	}
	spin_lock(&process->lock);
	err = dbgk_object_add_process(object, process);
	spin_unlock(&process->lock);
	if (err) {
		ps_process_release(process);
		goto put_process;
	}
	err = ps_thread_add(process, child, BIT(PS_ASKED_CREATE));
	if (err) {
		mutex_lock(&dbgk_mutex);
		dbgk_clear_debug_object(process);
		mutex_unlock(&dbgk_mutex);
		if (err == -ENOMEM)
			ps_note_missed();
	}
put_process:
	ps_process_put(process);
put_object:
	dbgk_object_put(object);
}

/* The thread is no longer ours: nothing of ours stays in its registers. */
static void dbgk_let_go(struct ps_thread *thread)
{
	ke_break_clear(thread);
	ke_clear_debug_registers(thread);
	ke_forget_step(thread);
}

static const struct ps_callouts dbgk_ps_callouts = {
	.create = dbgk_create,
	.exec = dbgk_exec,
	.exit = dbgk_exit,
	.images = dbgk_images,
	.loader_break = dbgk_loader_break,
	.fork = dbgk_fork,
	.context = ke_set_pending_context,
	.let_go = dbgk_let_go,
	.forget = mm_image_drop_all,
};

/**
 * dbgk_producer_init() - be told what happens
 *
 * Context: module init, before a hook is armed.
 */
void dbgk_producer_init(void)
{
	ps_set_callouts(&dbgk_ps_callouts);
	ke_set_forward_exception(dbgk_forward_exception);
}
