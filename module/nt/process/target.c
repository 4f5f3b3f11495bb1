// SPDX-License-Identifier: GPL-2.0
/* What process and thread handles stand for. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "ntstatus.h"
#include "nt/process/target.h"
#include "ob/ob.h"
#include "ps/target.h"

/* For the time of one call. */
static struct ps_target *nt_target_of_current(const struct ob_type *type)
{
	if (type == &ps_process_type)
		return ps_target_create(task_tgid(current), PIDTYPE_TGID, current->group_leader, 0);
	return ps_target_create(task_pid(current), PIDTYPE_PID, current, 0);
}

static bool nt_is_pseudo_handle(u64 handle, const struct ob_type *type)
{
	s32 value = type == &ps_process_type ? OB_CURRENT_PROCESS : OB_CURRENT_THREAD;

	return (s32)handle == value;
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

	if (nt_is_pseudo_handle(handle, type)) {
		*target = nt_target_of_current(type);
		return IS_ERR(*target) ? nt_status(PTR_ERR(*target)) : STATUS_SUCCESS;
	}
	/* The other one of the two. */
	if ((s32)handle == OB_CURRENT_PROCESS || (s32)handle == OB_CURRENT_THREAD)
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

	if (nt_is_pseudo_handle(handle, &ps_process_type)) {
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
