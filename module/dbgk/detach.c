// SPDX-License-Identifier: GPL-2.0
/* Letting a process go: detach, close, and an execve that ends debugging. */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "dbgk/dbgk.h"
#include "ke/breakpoint.h"
#include "ps/process.h"

/**
 * dbgk_release_process() - it is no longer ours: let its threads go
 * @process: a process without a debug port
 *
 * Context: dbgk_mutex is held; may sleep.
 */
void dbgk_release_process(struct ps_process *process)
{
	struct ps_thread *thread;

	lockdep_assert_held(&dbgk_mutex);
	for (;;) {
		spin_lock(&process->lock);
		process->flags |= PS_PROCESS_GONE;
		thread = list_first_entry_or_null(&process->threads, struct ps_thread, link);
		if (thread) {
			thread->suspend_count = 0;
			ps_thread_unlink(thread);	/* its reference is ours now */
		}
		spin_unlock(&process->lock);
		if (!thread)
			break;
		ps_thread_unask(thread);
		wake_up(&thread->wait);
		ke_break_clear(thread);
		ps_thread_put(thread);
	}
	ps_process_unhash(process);
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
		process->debug_port = NULL;
		spin_lock_nested(&object->lock, SINGLE_DEPTH_NESTING);
		dbgk_withdraw_all(object, process, &withdrawn);
		listed = !list_empty(&process->debug_link);
		list_del_init(&process->debug_link);
		spin_unlock(&object->lock);
	}
	spin_unlock(&process->lock);

	dbgk_finish_withdrawn(&withdrawn);
	dbgk_release_process(process);
	if (!object)
		return;
	if (listed)
		ps_process_put(process);
	if (dbgk_object_deserted(object))
		wake_up_all(&object->wait);
	dbgk_object_put(object);
}

/**
 * dbgk_detach() - NT: NtRemoveProcessDebug
 * @object: the object
 * @pid: as the current process sees it
 *
 * Context: may sleep.
 * Return: 0; -ESRCH if there is no such process; -ENOTCONN if it is not under
 * this object.
 */
int dbgk_detach(struct debug_object *object, u32 pid)
{
	struct pid *id = find_get_pid(pid);
	struct ps_process *process;
	int err = -ENOTCONN;

	if (!id)
		return -ESRCH;
	mutex_lock(&dbgk_mutex);
	process = ps_process_find(id);
	if (process) {
		if (READ_ONCE(process->debug_port) == object) {
			dbgk_clear_debug_object(process);
			err = 0;
		}
		ps_process_put(process);
	} else {
		rcu_read_lock();
		if (!pid_task(id, PIDTYPE_TGID))
			err = -ESRCH;
		rcu_read_unlock();
	}
	mutex_unlock(&dbgk_mutex);
	put_pid(id);
	return err;
}
