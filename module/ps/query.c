// SPDX-License-Identifier: GPL-2.0
/* What is to be known of processes and threads; two flags that can be set. */
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <asm/fsgsbase.h>

#include "ps/mark.h"
#include "ps/process.h"
#include "ps/query.h"
#include "ps/target.h"
#include "ps/thread.h"

/**
 * ps_is_zombie() - has the process ended, and nobody has waited for it yet?
 * @leader: of the process
 *
 * Context: any.
 * Return: true if so.
 */
bool ps_is_zombie(struct task_struct *leader)
{
	return READ_ONCE(leader->exit_state) && thread_group_empty(leader);
}

/**
 * ps_is_last_thread() - is no other thread of its process alive?
 * @task: the thread
 *
 * The dying ones do not count.
 *
 * Context: any.
 * Return: true if so.
 */
bool ps_is_last_thread(struct task_struct *task)
{
	struct task_struct *thread;
	bool last = true;

	rcu_read_lock();
	for_each_thread(task, thread)
		if (thread != task && !(READ_ONCE(thread->flags) & PF_EXITING))
			last = false;
	rcu_read_unlock();
	return last;
}

static void ps_fill_times(struct task_struct *task, struct ntdbg_process_info *info)
{
	struct task_struct *thread;
	u64 user, kernel;

	rcu_read_lock();
	for_each_thread(task, thread) {
		info->nr_threads += !(READ_ONCE(thread->flags) & PF_EXITING);
		user = READ_ONCE(thread->utime);
		kernel = READ_ONCE(thread->stime);
		info->user_ns += user;
		info->kernel_ns += kernel;
	}
	info->user_ns += READ_ONCE(task->signal->utime);
	info->kernel_ns += READ_ONCE(task->signal->stime);
	if (pid_alive(task))
		info->ppid = task_tgid_nr_ns(rcu_dereference(task->real_parent),
					     task_active_pid_ns(current));
	rcu_read_unlock();
	info->start_time_ns = task->start_boottime;
}

static void ps_fill_debugging(struct ps_target *target, struct ntdbg_process_info *info)
{
	struct ps_process *process = ps_process_find(target->pid);

	if (ps_mark_status(target->pid, &info->nt_status))
		info->flags |= NTDBG_PROCESS_NT_STATUS;
	if (!process) {
		if (!ps_marked(target->pid, PS_MARK_NO_DEBUG_INHERIT))
			info->flags |= NTDBG_PROCESS_INHERIT;
		return;
	}
	spin_lock(&process->lock);
	if (process->debug_port)
		info->flags |= NTDBG_PROCESS_DEBUGGED;
	if (!(process->flags & PS_PROCESS_NO_DEBUG_INHERIT))
		info->flags |= NTDBG_PROCESS_INHERIT;
	spin_unlock(&process->lock);
	ps_process_put(process);
}

/* Of a process that has ended; the kernel notes it for the whole group. */
static void ps_fill_end(struct task_struct *task, struct ntdbg_process_info *info)
{
	info->flags |= NTDBG_PROCESS_EXITING | NTDBG_PROCESS_EXITED | NTDBG_PROCESS_STATUS;
	info->wait_status = READ_ONCE(task->signal->group_exit_code) & 0xffff;
}

/**
 * ps_query_process() - all but where its program begins
 * @target: of the process
 * @leader: its leader, or NULL if it is gone
 * @info: zeroed but for @info->size
 *
 * The caller has asked whether it may look.
 *
 * Context: any but interrupts.
 */
void ps_query_process(struct ps_target *target, struct task_struct *leader,
		      struct ntdbg_process_info *info)
{
	info->pid = pid_vnr(target->pid);
	if (!leader) {
		ps_fill_end(target->task, info);
	} else {
		if ((leader->signal->flags & SIGNAL_GROUP_EXIT) || (leader->flags & PF_EXITING))
			info->flags |= NTDBG_PROCESS_EXITING;
		if (ps_is_zombie(leader))
			ps_fill_end(leader, info);
		ps_fill_times(leader, info);
	}
	ps_fill_debugging(target, info);
}

static void ps_fill_thread(struct task_struct *task, struct ntdbg_thread_info *info)
{
	struct ps_thread *thread;

	info->pid = task_tgid_vnr(task);
	if (READ_ONCE(task->exit_state) || (task->flags & PF_EXITING)) {
		info->flags |= NTDBG_THREAD_EXITED | NTDBG_THREAD_STATUS;
		info->wait_status = task->exit_code & 0xffff;
	}
	if (READ_ONCE(task->__state) != TASK_RUNNING)
		info->flags |= NTDBG_THREAD_ASLEEP;
	if (ps_is_last_thread(task))
		info->flags |= NTDBG_THREAD_LAST;
	info->tls = task == current ? x86_fsbase_read_cpu() : task->thread.fsbase;
	info->start_time_ns = task->start_boottime;
	info->user_ns = task->utime;
	info->kernel_ns = task->stime;
	get_task_comm(info->name, task);
	thread = ps_thread_find(task);
	if (thread) {
		info->suspend_count = READ_ONCE(thread->suspend_count);
		ps_thread_put(thread);
	}
}

/**
 * ps_query_thread() - all of a thread
 * @target: of the thread
 * @task: the thread, or NULL if it is gone
 * @info: zeroed but for @info->size
 *
 * The caller has asked whether it may look.
 *
 * Context: any but interrupts.
 */
void ps_query_thread(struct ps_target *target, struct task_struct *task,
		     struct ntdbg_thread_info *info)
{
	info->tid = pid_vnr(target->pid);
	if (ps_marked(target->pid, PS_MARK_HIDDEN))
		info->flags |= NTDBG_THREAD_HIDDEN;
	if (task) {
		ps_fill_thread(task, info);
	} else {
		info->flags |= NTDBG_THREAD_EXITED | NTDBG_THREAD_STATUS;
		info->wait_status = target->task->exit_code & 0xffff;
	}
}

/**
 * ps_set_debug_inherit() - shall its children be under the process's debug object?
 * @leader: of the process
 * @inherit: whether they shall
 *
 * NT: ProcessDebugFlags.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int ps_set_debug_inherit(struct task_struct *leader, bool inherit)
{
	struct ps_process *process;
	int err;

	/* Remembered beside the process object, which may be let go at any time. */
	err = ps_mark(task_tgid(leader), PS_MARK_NO_DEBUG_INHERIT, !inherit);
	process = err ? NULL : ps_process_find(task_tgid(leader));
	if (process) {
		spin_lock(&process->lock);
		if (inherit)
			process->flags &= ~PS_PROCESS_NO_DEBUG_INHERIT;
		else
			process->flags |= PS_PROCESS_NO_DEBUG_INHERIT;
		spin_unlock(&process->lock);
		ps_process_put(process);
	}
	return err;
}

/**
 * ps_hide_thread() - from now on the thread is hidden from debuggers
 * @target: of the thread
 *
 * NT: ThreadHideFromDebugger.
 *
 * Context: may sleep.
 * Return: 0; -EOWNERDEAD if it is gone; -EPERM; -ENOMEM.
 */
int ps_hide_thread(struct ps_target *target)
{
	struct task_struct *task = ps_target_task(target);
	struct ps_thread *thread;
	int err;

	if (!task)
		return -EOWNERDEAD;
	err = ps_target_allow(target, task, PTRACE_MODE_ATTACH_REALCREDS);
	if (!err)
		err = ps_mark(target->pid, PS_MARK_HIDDEN, true);
	thread = err ? NULL : ps_thread_find(task);
	if (thread) {
		WRITE_ONCE(thread->hidden, true);
		ps_thread_put(thread);
	}
	put_task_struct(task);
	return err;
}
