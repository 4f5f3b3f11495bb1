// SPDX-License-Identifier: GPL-2.0
/* The objects of process and thread handles. */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "hook.h"
#include "ob/ob.h"
#include "ps/mark.h"
#include "ps/process.h"
#include "ps/target.h"
#include "ps/thread.h"
#include "symbols.h"

static void ps_target_reference(void *object)
{
	ps_target_get(object);
}

static void ps_target_close(void *object)
{
	ps_target_put(object);
}

struct ob_type ps_process_type = {
	.id = NTDBG_OBJECT_PROCESS,
	.name = "[ntdbg-process]",
	.generic_read = 0x20410,
	.generic_write = 0x20beb,
	.generic_execute = 0x121001,
	.all_access = NTDBG_PROCESS_ALL_ACCESS,
	.reference = ps_target_reference,
	.close = ps_target_close,
};

struct ob_type ps_thread_type = {
	.id = NTDBG_OBJECT_THREAD,
	.name = "[ntdbg-thread]",
	.generic_read = 0x20048,
	.generic_write = 0x20037,
	.generic_execute = 0x121800,
	.all_access = NTDBG_THREAD_ALL_ACCESS,
	.reference = ps_target_reference,
	.close = ps_target_close,
};

/**
 * ps_target_create() - what a new handle is to stand for
 * @pid: of a thread group or of a thread
 * @kind: PIDTYPE_TGID or PIDTYPE_PID
 * @task: the leader or the thread
 * @debug_id: of the debug object whose event it comes with, or 0
 *
 * Context: may sleep.
 * Return: the object with one reference, or -ENOMEM.
 */
struct ps_target *ps_target_create(struct pid *pid, enum pid_type kind, struct task_struct *task,
				   u64 debug_id)
{
	struct ps_target *target = kzalloc(sizeof(*target), GFP_KERNEL_ACCOUNT);

	if (!target)
		return ERR_PTR(-ENOMEM);
	refcount_set(&target->refs, 1);
	target->pid = get_pid(pid);
	target->kind = kind;
	target->task = get_task_struct(task);
	target->mark = ps_mark_get(pid);
	target->debug_id = debug_id;
	mutex_init(&target->mutex);
	return target;
}

/**
 * ps_target_get() - one more reference
 * @target: the object
 *
 * Context: any.
 */
void ps_target_get(struct ps_target *target)
{
	refcount_inc(&target->refs);
}

/**
 * ps_target_put() - one reference less; the last one ends the steering
 * @target: the object
 *
 * Context: may sleep.
 */
void ps_target_put(struct ps_target *target)
{
	if (!refcount_dec_and_test(&target->refs))
		return;
	if (target->thread)
		ps_thread_put(target->thread);
	if (target->process) {
		ps_process_release(target->process);
		ps_process_put(target->process);
	}
	if (target->hooks_held)
		hook_group_put(HOOK_GROUP_DEBUG);
	ps_mark_put(target->mark);
	put_task_struct(target->task);
	put_pid(target->pid);
	kfree(target);
}

/**
 * ps_target_task() - the task of the process's leader, or of the thread
 * @target: the object
 *
 * Context: any.
 * Return: the task, referenced, or NULL if it is gone.
 */
struct task_struct *ps_target_task(struct ps_target *target)
{
	return get_pid_task(target->pid, target->kind);
}

static bool ps_target_trusted(struct ps_target *target, struct task_struct *task)
{
	struct ps_process *process;
	bool trusted = false;

	if (!target->debug_id)
		return false;
	process = ps_process_find(task_tgid(task));
	if (process) {
		trusted = READ_ONCE(process->debug_id) == target->debug_id;
		ps_process_put(process);
	}
	return trusted;
}

/**
 * ps_target_allow() - may the caller do this to the task now?
 * @target: the object
 * @task: its task
 * @mode: PTRACE_MODE_*
 *
 * Asked anew with each call, because execve may have given the task rights that
 * the caller has not. The debugger of a process may always: execve took the
 * process away from a debugger that could not trace it.
 *
 * Context: may sleep.
 * Return: 0 or -EPERM.
 */
int ps_target_allow(struct ps_target *target, struct task_struct *task, unsigned int mode)
{
	if (same_thread_group(task, current) || ps_target_trusted(target, task) ||
	    symbols_ptrace_may_access(task, mode))
		return 0;
	return -EPERM;
}

/**
 * ps_target_open() - what a new handle stands for, for who may trace it
 * @type: ps_process_type or ps_thread_type
 * @pid: its id
 * @task: its leader, or the thread
 * @access: mapped rights; for the least of them it is enough that the caller may look
 *
 * Context: may sleep.
 * Return: the object with one reference; -EACCES for a kernel thread; -EPERM; -ENOMEM.
 */
struct ps_target *ps_target_open(const struct ob_type *type, struct pid *pid,
				 struct task_struct *task, u32 access)
{
	u32 limited = type == &ps_process_type ? NTDBG_PROCESS_QUERY_LIMITED :
						 NTDBG_THREAD_QUERY_LIMITED;
	bool looks = !(access & ~(limited | NTDBG_ACCESS_SYNCHRONIZE));
	struct ps_target *target;
	int err;

	if (task->flags & PF_KTHREAD)
		return ERR_PTR(-EACCES);
	target = ps_target_create(pid, type == &ps_process_type ? PIDTYPE_TGID : PIDTYPE_PID,
				  task, 0);
	if (IS_ERR(target))
		return target;
	err = ps_target_allow(target, task, looks ? PTRACE_MODE_READ_REALCREDS :
						    PTRACE_MODE_ATTACH_REALCREDS);
	if (err) {
		ps_target_put(target);
		return ERR_PTR(err);
	}
	return target;
}

static int ps_target_acquire(struct ps_target *target, struct task_struct *task)
{
	struct ps_process *process;
	int err;

	if (!target->hooks_held) {
		err = hook_group_get(HOOK_GROUP_DEBUG);
		if (err)
			return err;
		target->hooks_held = true;
	}
	err = ps_process_acquire(task, &process);
	if (err)
		return err;
	err = ps_process_collect(process, task);
	if (err) {
		ps_process_release(process);
		ps_process_put(process);
		return err;
	}
	target->process = process;
	return 0;
}

/**
 * ps_target_steer() - the process object, made if there was none
 * @target: the object
 * @task: its task
 * @process: where it goes; lives as long as the target
 *
 * Context: may sleep.
 * Return: 0; -EOWNERDEAD if the process is at its end; -ENOMEM; -EINTR;
 * -EOPNOTSUPP and what else hook_group_get() says.
 */
int ps_target_steer(struct ps_target *target, struct task_struct *task,
		    struct ps_process **process)
{
	int err = 0;

	mutex_lock(&target->mutex);
	if (!target->process)
		err = ps_target_acquire(target, task);
	*process = target->process;
	mutex_unlock(&target->mutex);
	if (!err && !READ_ONCE((*process)->nr_threads))
		err = -EOWNERDEAD;
	return err;
}

/**
 * ps_target_remember() - know the thread object also when the thread is gone
 * @target: of a thread
 * @thread: its object
 *
 * Context: any.
 */
void ps_target_remember(struct ps_target *target, struct ps_thread *thread)
{
	if (READ_ONCE(target->thread))
		return;
	ps_thread_get(thread);
	if (cmpxchg(&target->thread, NULL, thread))
		ps_thread_put(thread);
}

/**
 * ps_target_thread() - the thread object of a thread handle, to steer it
 * @target: of a thread
 * @thread: where it goes, with a reference for the caller
 *
 * Asks for the right to trace it.
 *
 * Context: may sleep.
 * Return: 0; -EPERM; -EOWNERDEAD if it is at its end; as ps_target_steer().
 */
int ps_target_thread(struct ps_target *target, struct ps_thread **thread)
{
	struct task_struct *task = ps_target_task(target);
	struct ps_process *process;
	int err;

	if (!task)
		return -EOWNERDEAD;
	err = ps_target_allow(target, task, PTRACE_MODE_ATTACH_REALCREDS);
	if (!err)
		err = ps_target_steer(target, task, &process);
	*thread = err ? NULL : ps_thread_find(task);
	put_task_struct(task);
	if (*thread && !READ_ONCE((*thread)->linked)) {
		ps_thread_put(*thread);
		*thread = NULL;
	}
	if (!err && !*thread)
		err = -EOWNERDEAD;
	if (!err)
		ps_target_remember(target, *thread);
	return err;
}
