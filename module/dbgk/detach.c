// SPDX-License-Identifier: GPL-2.0
/* Letting a process go: detach, close, and an execve that ends debugging. */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "dbgk/dbgk.h"
#include "ke/breakpoint.h"
#include "ke/debugreg.h"
#include "mm/image.h"
#include "ps/mark.h"
#include "ps/process.h"
#include "ps/query.h"

/* What only a debugger has use for. Under process->lock. */
static void dbgk_forget_debugging(struct ps_process *process)
{
	struct ps_thread *thread;

	lockdep_assert_held(&process->lock);
	process->debug_port = NULL;
	process->debug_id = 0;
	process->flags &= ~(PS_PROCESS_LAUNCHING | PS_PROCESS_LOADER_BREAK | PS_PROCESS_MUTED);
	list_for_each_entry(thread, &process->threads, link)
		dbgk_thread(thread)->reported = false;
}

/* Threads that stay ours, because somebody else steers them, keep nothing of it. */
static void dbgk_clear_breakpoints(struct ps_process *process)
{
	struct ps_thread *thread;

	for (;;) {
		struct ps_thread *found = NULL;

		spin_lock(&process->lock);
		list_for_each_entry(thread, &process->threads, link) {
			if (thread->loader_break || thread->debug_registers) {
				found = thread;
				ps_thread_get(found);
				break;
			}
		}
		spin_unlock(&process->lock);
		if (!found)
			return;
		ke_break_clear(found);
		ke_clear_debug_registers(found);
		ps_thread_put(found);
	}
}

/**
 * dbgk_forget_images() - nobody debugs the process any more, unless somebody does again
 * @process: the process
 *
 * An attach that has begun meanwhile has looked at the images anew.
 *
 * Context: may sleep.
 */
void dbgk_forget_images(struct ps_process *process)
{
	bool unused;

	mutex_lock(&process->image_mutex);
	spin_lock(&process->lock);
	unused = !process->debug_port && !(process->flags & PS_PROCESS_ATTACHING);
	spin_unlock(&process->lock);
	if (unused)
		mm_image_drop_all(process);
	mutex_unlock(&process->image_mutex);
}

/**
 * dbgk_clear_debug_object() - take a process away from its debug object
 * @process: the process; nothing happens if it has none
 *
 * Its events are withdrawn and whoever they hold goes on. NT:
 * DbgkClearProcessDebugObject.
 *
 * Context: dbgk_mutex is held; may sleep.
 */
void dbgk_clear_debug_object(struct ps_process *process)
{
	struct debug_object *object;
	bool listed = false;
	LIST_HEAD(withdrawn);

	lockdep_assert_held(&dbgk_mutex);
	spin_lock(&process->lock);
	object = process->debug_port;
	if (object) {
		dbgk_forget_debugging(process);
		spin_lock_nested(&object->lock, SINGLE_DEPTH_NESTING);
		dbgk_withdraw_all(object, process, &withdrawn);
		listed = !list_empty(&process->debug_link);
		list_del_init(&process->debug_link);
		spin_unlock(&object->lock);
	}
	spin_unlock(&process->lock);

	dbgk_finish_withdrawn(&withdrawn);
	if (!object)
		return;
	dbgk_clear_breakpoints(process);
	dbgk_forget_images(process);
	ps_process_release(process);
	if (listed)
		ps_process_put(process);
	if (dbgk_object_deserted(object))
		wake_up_all(&object->wait);
	dbgk_object_put(object);
}

/**
 * dbgk_detach_pid() - NT: NtRemoveProcessDebug
 * @object: the object
 * @pid: of the process
 *
 * Context: may sleep.
 * Return: 0; -ESRCH if there is no such process; -ENOTCONN if it is not under
 * this object.
 */
int dbgk_detach_pid(struct debug_object *object, struct pid *pid)
{
	struct ps_process *process;
	int err = -ENOTCONN;

	mutex_lock(&dbgk_mutex);
	process = ps_process_find(pid);
	if (process) {
		if (READ_ONCE(process->debug_port) == object) {
			dbgk_clear_debug_object(process);
			err = 0;
		}
		ps_process_put(process);
	} else {
		rcu_read_lock();
		if (!pid_task(pid, PIDTYPE_TGID))
			err = -ESRCH;
		rcu_read_unlock();
	}
	mutex_unlock(&dbgk_mutex);
	return err;
}

/**
 * dbgk_kill() - NT: NtTerminateProcess with DBG_TERMINATE_PROCESS
 * @pid: of the process
 *
 * It is killed and taken away from its debug object, which hears no more of it.
 *
 * Context: may sleep.
 * Return: 0, or -ESRCH if there is no such process.
 */
int dbgk_kill(struct pid *pid)
{
	struct ps_process *process;
	int err;

	mutex_lock(&dbgk_mutex);
	process = ps_process_find(pid);
	if (process) {
		spin_lock(&process->lock);
		process->flags |= PS_PROCESS_MUTED;
		spin_unlock(&process->lock);
	}
	/* First, so that a thread let go does not run another instruction. */
	err = kill_pid(pid, SIGKILL, 1);
	if (process) {
		dbgk_clear_debug_object(process);
		ps_process_put(process);
	}
	mutex_unlock(&dbgk_mutex);
	return err;
}

/**
 * dbgk_mark_termination() - a terminating call is about to end a process
 * @pid: of the process
 * @nt_status: of that call: for the exit event, and for whoever asks later
 *
 * Context: any but with a lock of ours held.
 */
void dbgk_mark_termination(struct pid *pid, u32 nt_status)
{
	struct ps_process *process = ps_process_find(pid);

	ps_mark_terminated(pid, nt_status);
	if (process) {
		ps_process_note_termination(process, nt_status);
		ps_process_put(process);
	}
}

/**
 * dbgk_terminate() - NT: NtTerminateProcess of another process
 * @leader: of the process
 * @nt_status: with DBG_TERMINATE_PROCESS it is taken away from its debug object, too
 *
 * Context: may sleep.
 * Return: 0, or -EOWNERDEAD if it has ended.
 */
int dbgk_terminate(struct task_struct *leader, u32 nt_status)
{
	int err;

	if (ps_is_zombie(leader))
		return -EOWNERDEAD;
	dbgk_mark_termination(task_tgid(leader), nt_status);
	if (nt_status == NTDBG_DBG_TERMINATE_PROCESS)
		err = dbgk_kill(task_tgid(leader));
	else
		err = kill_pid(task_tgid(leader), SIGKILL, 1);
	return err == -ESRCH ? -EOWNERDEAD : err;
}

/**
 * dbgk_detach() - dbgk_detach_pid() by a number
 * @object: the object
 * @pid: as the current process sees it
 *
 * Context: may sleep.
 * Return: as dbgk_detach_pid().
 */
int dbgk_detach(struct debug_object *object, u32 pid)
{
	struct pid *id = find_get_pid(pid);
	int err;

	if (!id)
		return -ESRCH;
	err = dbgk_detach_pid(object, id);
	put_pid(id);
	return err;
}
