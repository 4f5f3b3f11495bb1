// SPDX-License-Identifier: GPL-2.0
/* What process and thread handles stand for. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "ntstatus.h"
#include "nt/process/target.h"
#include "nt/user.h"
#include "ob/ob.h"
#include "ps/target.h"

/**
 * nt_get_client() - capture a CLIENT_ID
 * @from: address in the caller
 * @client: where it goes
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_get_client(u64 from, struct nt_client *client)
{
	u32 narrow[2], status;

	if (!nt_wow64())
		return nt_copy_from(client, from, sizeof(*client), sizeof(u64));
	status = nt_copy_from(narrow, from, sizeof(narrow), sizeof(u32));
	*client = (struct nt_client){ narrow[0], narrow[1] };
	return status;
}

/**
 * nt_thread_status() - nt_status() of what was done to a thread
 * @err: a negative errno, or what is not negative for success
 *
 * Context: any.
 * Return: NTSTATUS; STATUS_THREAD_IS_TERMINATING for one at its end.
 */
u32 nt_thread_status(long err)
{
	return err == -EOWNERDEAD ? STATUS_THREAD_IS_TERMINATING : nt_status(err);
}

/* For the time of one call. */
static struct ps_target *nt_target_of_current(const struct ob_type *type)
{
	if (type == &ps_process_type)
		return ps_target_create(task_tgid(current), PIDTYPE_TGID, current->group_leader, 0);
	return ps_target_create(task_pid(current), PIDTYPE_PID, current, 0);
}

/**
 * nt_is_pseudo_handle() - is it one of those that need not be opened?
 * @handle: of the current process
 *
 * Context: any.
 * Return: true if so.
 */
bool nt_is_pseudo_handle(u64 handle)
{
	return (s32)handle == OB_CURRENT_PROCESS || (s32)handle == OB_CURRENT_THREAD;
}

static bool nt_stands_for(u64 handle, const struct ob_type *type)
{
	s32 value = type == &ps_process_type ? OB_CURRENT_PROCESS : OB_CURRENT_THREAD;

	return (s32)handle == value;
}

/**
 * nt_steer_self() - what is done by a pseudo handle shall last
 *
 * What was done by a handle lasts as long as that is open. A pseudo handle is
 * never closed: from the first time on, the process steers itself until it ends.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, or as ps_target_steer().
 */
u32 nt_steer_self(void)
{
	struct ke_thread *thread = ke_current();
	struct ps_target *target, *other;
	struct ps_process *process;

	if (!thread || thread->temporary)
		return STATUS_SUCCESS;
	target = READ_ONCE(thread->process->target);
	if (!target) {
		target = ps_target_create(task_tgid(current), PIDTYPE_TGID, current->group_leader,
					  0);
		if (IS_ERR(target))
			return nt_status(PTR_ERR(target));
		other = cmpxchg(&thread->process->target, NULL, target);
		if (other) {
			ps_target_put(target);
			target = other;
		}
	}
	return nt_status(ps_target_steer(target, current, &process));
}

/**
 * nt_target_by_handle() - the object of a process or thread handle
 * @handle: of the current process, or the pseudo handle of @type, which has all rights
 * @type: ps_process_type or ps_thread_type
 * @access: rights that it has to bear
 * @target: where it goes; to be given back with ps_target_put()
 *
 * The handle may be closed meanwhile. Whether the caller may still do anything
 * to the process is asked by nt_target_task() or ps_target_thread().
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
 * STATUS_ACCESS_DENIED, STATUS_NO_MEMORY.
 */
u32 nt_target_by_handle(u64 handle, const struct ob_type *type, u32 access,
			struct ps_target **target)
{
	struct file *file;
	u32 status;

	if (nt_stands_for(handle, type)) {
		*target = nt_target_of_current(type);
		return IS_ERR(*target) ? nt_status(PTR_ERR(*target)) : STATUS_SUCCESS;
	}
	/* The other one of the two. */
	if (nt_is_pseudo_handle(handle))
		return STATUS_OBJECT_TYPE_MISMATCH;
	status = ob_reference_by_handle(handle, type, access, &file);
	if (status)
		return status;
	*target = ob_handle_of(file)->object;
	ps_target_get(*target);
	fput(file);
	return STATUS_SUCCESS;
}

/**
 * nt_target_task() - the task, if the caller may do this to it now
 * @target: of a process or thread
 * @mode: PTRACE_MODE_*
 * @task: the leader, which may be a zombie, or the thread; to be put with put_task_struct()
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_PROCESS_IS_TERMINATING if it is gone;
 * STATUS_ACCESS_DENIED.
 */
u32 nt_target_task(struct ps_target *target, unsigned int mode, struct task_struct **task)
{
	*task = ps_target_task(target);
	if (!*task)
		return STATUS_PROCESS_IS_TERMINATING;
	if (ps_target_allow(target, *task, mode)) {
		put_task_struct(*task);
		return STATUS_ACCESS_DENIED;
	}
	return STATUS_SUCCESS;
}

/**
 * nt_thread_to_steer() - the thread of a handle, made ours
 * @handle: of a thread, or the pseudo handle
 * @access: rights that the handle has to bear
 * @target: where its object goes; to be given back with ps_target_put(), when
 *          what was done to the thread is done
 * @thread: where the thread object goes; to be given back with ps_thread_put()
 *
 * Context: may sleep.
 * Return: as nt_target_by_handle(); STATUS_THREAD_IS_TERMINATING; as ps_target_steer().
 */
u32 nt_thread_to_steer(u64 handle, u32 access, struct ps_target **target,
		       struct ps_thread **thread)
{
	u32 status;

	status = nt_target_by_handle(handle, &ps_thread_type, access, target);
	if (status)
		return status;
	if (nt_is_pseudo_handle(handle))
		status = nt_steer_self();
	if (!status)
		status = nt_thread_status(ps_target_thread(*target, thread));
	if (status)
		ps_target_put(*target);
	return status;
}

/**
 * nt_process_by_handle() - both of it, for services that only need the process's leader
 * @handle: of a process, or the pseudo handle
 * @access: rights that the handle has to bear
 * @mode: PTRACE_MODE_*, not asked of the current process
 * @leader: where it goes; to be put with put_task_struct()
 *
 * Context: may sleep.
 * Return: as nt_target_by_handle() and nt_target_task().
 */
u32 nt_process_by_handle(u64 handle, u32 access, unsigned int mode, struct task_struct **leader)
{
	struct ps_target *target;
	u32 status;

	if (nt_stands_for(handle, &ps_process_type)) {
		*leader = get_task_struct(current->group_leader);
		return STATUS_SUCCESS;
	}
	status = nt_target_by_handle(handle, &ps_process_type, access, &target);
	if (status)
		return status;
	status = nt_target_task(target, mode, leader);
	ps_target_put(target);
	return status;
}
