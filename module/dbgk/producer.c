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
#include "ke/exception.h"
#include "mm/image.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/suspend.h"

/*
 * List an event of the current thread and wait for the answer. NT:
 * DbgkpSendApiMessage. Returns -ENOTCONN if there is no debugger, -EINTR if the
 * thread was killed before one saw the event.
 */
static int dbgk_send(struct dbgk_event *event, bool freeze)
{
	struct ps_process *process = event->thread->process;
	int err;

	if (!READ_ONCE(process->debug_port))
		return -ENOTCONN;
	event->held = true;
	if (freeze)
		ps_freeze(process, event->thread);
	err = dbgk_list_event(event);
	if (!err && !dbgk_await_answer(event))
		err = -EINTR;
	if (freeze)
		ps_thaw(process);
	return err;
}

static void dbgk_note_start(struct dbgk_event *event)
{
	struct pt_regs *regs = task_pt_regs(current);

	event->start = regs->ip;
	event->stack = regs->sp;
	event->tls = x86_fsbase_read_cpu();
}

static void dbgk_send_create_process(struct ps_thread *thread, u32 flags)
{
	struct mm_program program;
	struct dbgk_event event;

	mm_read_program(current->mm, &program);
	dbgk_event_init(&event, thread, NTDBG_EVENT_CREATE_PROCESS, flags);
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
		event.image = image;
		dbgk_send(&event, true);
		mm_image_put(image);
	}
}

/* NT: DbgkCreateThread. */
static void dbgk_create(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;
	struct dbgk_event event;
	bool first, launching;

	spin_lock(&process->lock);
	launching = process->flags & PS_PROCESS_LAUNCHING;
	first = !launching && !(process->flags & PS_PROCESS_CREATE_REPORTED);
	if (first)
		process->flags |= PS_PROCESS_CREATE_REPORTED;
	spin_unlock(&process->lock);

	if (launching) {
		dbgk_thread(thread)->unseen = true;
		return;
	}
	if (first) {
		if (mm_image_scan(process, current->mm, MM_IMAGE_NEW))
			ps_note_missed();
		dbgk_send_create_process(thread, NTDBG_EVENT_F_FORK);
		dbgk_images(thread);
		return;
	}
	dbgk_event_init(&event, thread, NTDBG_EVENT_CREATE_THREAD, 0);
	dbgk_note_start(&event);
	if (dbgk_send(&event, true) == -EINTR)
		dbgk_thread(thread)->unseen = true;
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
		may = file_ns_capable(process->debug_port->file, &init_user_ns, CAP_SYS_PTRACE);
		if (!may)
			dbgk_clear_debug_object(process);
	}
	mutex_unlock(&dbgk_mutex);
	return may;
}

/* The old image's end: the process goes on, under the same ids. */
static void dbgk_send_exec_exit(struct ps_thread *thread)
{
	struct dbgk_event event;

	dbgk_event_init(&event, thread, NTDBG_EVENT_EXIT_PROCESS, NTDBG_EVENT_F_EXEC);
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

static void dbgk_exec(struct ps_thread *thread)
{
	struct ps_process *process = thread->process;
	bool reported, wants_break;

	if (thread->exec_privileged && !dbgk_may_keep(process))
		return;
	reported = READ_ONCE(process->flags) & PS_PROCESS_CREATE_REPORTED;
	/* Under its old id, which differs if it was not the leader. */
	if (reported)
		dbgk_send_exec_exit(thread);
	ps_thread_refresh_pid(thread);
	mm_image_forget(process);
	if (mm_image_scan(process, current->mm, MM_IMAGE_NEW))
		ps_note_missed();
	spin_lock(&process->lock);
	process->flags &= ~(PS_PROCESS_LAUNCHING | PS_PROCESS_EXEC_PENDING);
	process->flags |= PS_PROCESS_CREATE_REPORTED;
	wants_break = process->flags & PS_PROCESS_LOADER_BREAK;
	spin_unlock(&process->lock);

	if (wants_break)
		dbgk_ask_loader_break(thread);
	dbgk_send_create_process(thread, reported ? NTDBG_EVENT_F_EXEC : 0);
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
static bool dbgk_forward_exception(const struct ntdbg_fault *fault, u32 chance)
{
	struct ps_thread *thread = ps_thread_find(current);
	struct dbgk_event event;
	bool handled = false;

	if (!thread)
		return false;
	dbgk_event_init(&event, thread, NTDBG_EVENT_EXCEPTION, 0);
	event.fault = fault;
	event.value = chance;
	if (!dbgk_send(&event, true))
		handled = event.answered && event.status != NTDBG_DBG_EXCEPTION_NOT_HANDLED;
	ps_thread_put(thread);
	return handled;
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

	if (!process->debug_port || !(process->flags & PS_PROCESS_CREATE_REPORTED))
		return 0;
	if (!process->nr_threads)
		return NTDBG_EVENT_EXIT_PROCESS;
	/* Not seen to come, or killed before it could say that it came. */
	if (dbgk_thread(thread)->unseen || test_bit(PS_ASKED_CREATE, &thread->asked))
		return 0;
	return NTDBG_EVENT_EXIT_THREAD;
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
	*last = !process->nr_threads;
	object = process->debug_port;
	type = dbgk_exit_type(thread);
	if (type) {
		dbgk_event_init(event, thread, type, 0);
		event->value = (*last ? dbgk_process_status(code) : code) & 0xffff;
		event->held = true;
		if (dbgk_exit_by_fault(process, code))
			event->fault = &process->fault;
		if ((code & 0x7f) == SIGKILL || READ_ONCE(process->killed) ||
		    fatal_signal_pending(current))
			dbgk_let_exit_go(event);
		*held = event->held;
		refcount_inc(&object->refs);
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

/* NT: DbgkExitThread and DbgkExitProcess. */
static void dbgk_exit(struct ps_thread *thread, long code)
{
	struct ps_process *process = thread->process;
	bool dying = current->signal->flags & SIGNAL_GROUP_EXIT;
	bool frozen = !dying && READ_ONCE(process->debug_port);
	bool last = false, held;

	if (!READ_ONCE(thread->linked))
		return;
	ke_break_clear(thread);
	if (frozen)
		ps_freeze(process, thread);
	if (dbgk_leave(thread, code, &last, &held)) {
		if (held)
			dbgk_await_exit_answer(&dbgk_thread(thread)->exit);
		ps_thread_put(thread);	/* the hash's reference */
	}
	if (frozen)
		ps_thaw(process);
	if (last) {
		if (!(READ_ONCE(process->flags) & PS_PROCESS_CREATE_REPORTED)) {
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
		refcount_inc(&object->refs);
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
	if (!err)
		err = ps_thread_add(process, child, BIT(PS_ASKED_CREATE), 0, NULL);
	if (err) {
		mutex_lock(&dbgk_mutex);
		dbgk_clear_debug_object(process);
		mutex_unlock(&dbgk_mutex);
		if (err == -ENOMEM)
			ps_note_missed();
	}
	ps_process_put(process);
put_object:
	dbgk_object_put(object);
}

static const struct ps_callouts dbgk_ps_callouts = {
	.create = dbgk_create,
	.exec = dbgk_exec,
	.exit = dbgk_exit,
	.images = dbgk_images,
	.loader_break = dbgk_loader_break,
	.fork = dbgk_fork,
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
