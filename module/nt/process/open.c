// SPDX-License-Identifier: GPL-2.0
/* NtOpenProcess, NtOpenThread, NtGetNextProcess, NtGetNextThread. */
#include <linux/err.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <asm/unistd.h>

#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/object.h"
#include "ps/query.h"
#include "ps/target.h"
#include "se/se.h"

/* A handle of a process or thread that was found, if the caller may have one. */
static u32 nt_open_task(const struct ob_type *type, struct task_struct *task, u32 access,
			u32 attributes, u64 handle_out)
{
	struct pid *pid = type == &ps_process_type ? get_task_pid(task, PIDTYPE_TGID) :
						     get_task_pid(task, PIDTYPE_PID);
	struct ps_target *target;
	u32 status;

	/* It has just ended, and somebody has waited for it. */
	if (!pid)
		return STATUS_INVALID_CID;
	target = ps_target_open(type, pid, task, access);
	put_pid(pid);
	if (IS_ERR(target))
		return nt_status(PTR_ERR(target));
	status = nt_open_handle(type, target, access, attributes, handle_out);
	ps_target_put(target);
	return status;
}

static struct task_struct *nt_find_task(u64 id, enum pid_type kind)
{
	struct task_struct *task;
	struct pid *pid;

	/* An id that Linux cannot have is one that nobody has. */
	if (id > PID_MAX_LIMIT)
		return NULL;
	pid = find_get_pid(id);
	task = pid ? get_pid_task(pid, kind) : NULL;
	put_pid(pid);
	return task;
}

/* A thread, of that process if one is named (PsLookupProcessThreadByCid). */
static struct task_struct *nt_find_thread(const struct nt_client *client)
{
	struct task_struct *task = nt_find_task(client->thread, PIDTYPE_PID);

	if (task && client->process && (u64)task_tgid_vnr(task) != client->process) {
		put_task_struct(task);
		return NULL;
	}
	return task;
}

static struct task_struct *nt_find_process(const struct nt_client *client)
{
	struct task_struct *thread;

	if (client->thread) {
		thread = nt_find_thread(client);
		if (!thread)
			return NULL;
		put_task_struct(thread);
	}
	return nt_find_task(client->process, PIDTYPE_TGID);
}

static u32 nt_open_client(const struct ob_type *type, const struct nt_client *client, u32 wanted,
			  u32 attributes, u64 handle_out)
{
	struct task_struct *task;
	u32 access, status;

	status = ob_grant(type, wanted, &access);
	if (!status)
		status = se_allow(__NR_pidfd_open,
				  type == &ps_process_type ? client->process : client->thread,
				  0, 0, 0, 0, 0);
	if (status)
		return status;
	task = type == &ps_process_type ? nt_find_process(client) : nt_find_thread(client);
	if (!task)
		return STATUS_INVALID_CID;
	status = nt_open_task(type, task, access, attributes, handle_out);
	put_task_struct(task);
	return status;
}

/* By client id, or by a name, which no process or thread has. */
static u32 nt_open_target(const struct ob_type *type, u64 handle_out, u32 wanted,
			  u64 user_attributes, u64 user_client)
{
	struct ob_attributes attributes;
	struct nt_client client = { };
	u32 status;

	status = nt_probe_pointer(handle_out);
	if (!status && !user_attributes)
		status = STATUS_ACCESS_VIOLATION;
	if (!status && user_client)
		status = nt_get_client(user_client, &client);
	if (!status)
		status = nt_capture_attributes(user_attributes, true, &attributes);
	if (status)
		return status;
	if (!attributes.name == !user_client)
		status = STATUS_INVALID_PARAMETER_MIX;
	else if (attributes.name)
		status = ob_open_by_name(type, wanted, &attributes, handle_out);
	else
		status = nt_open_client(type, &client, wanted, attributes.attributes, handle_out);
	nt_release_attributes(&attributes);
	return status;
}

/*
 * NtOpenProcess: a handle of a process, by its id in the caller's pid namespace.
 *
 * The caller must be allowed to trace it, or to look at it if he asks for
 * QUERY_LIMITED_INFORMATION and SYNCHRONIZE alone.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_open_process, u64, handle_out, u32, access, u64, attributes, u64, client)
{
	return nt_open_target(&ps_process_type, handle_out, access, attributes, client);
}

/*
 * NtOpenThread: a handle of a thread; the id of its process may be 0.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_open_thread, u64, handle_out, u32, access, u64, attributes, u64, client)
{
	return nt_open_target(&ps_thread_type, handle_out, access, attributes, client);
}

/* The living process with the least id from @id on, referenced. */
static struct task_struct *nt_next_process(int *id)
{
	struct pid_namespace *namespace = task_active_pid_ns(current);
	struct task_struct *task = NULL;
	struct pid *pid;

	rcu_read_lock();
	while (!task && (pid = idr_get_next(&namespace->idr, id))) {
		task = pid_task(pid, PIDTYPE_TGID);
		if (task && ps_is_zombie(task))
			task = NULL;
		if (task)
			get_task_struct(task);
		++*id;
	}
	rcu_read_unlock();
	return task;
}

/* The living thread of a process with the least id from @id on, referenced. */
static struct task_struct *nt_next_thread(struct task_struct *leader, int *id)
{
	struct task_struct *task, *found = NULL;
	int least = INT_MAX, tid;

	rcu_read_lock();
	for_each_thread(leader, task) {
		tid = task_pid_vnr(task);
		if (tid < *id || tid >= least || (READ_ONCE(task->flags) & PF_EXITING))
			continue;
		least = tid;
		found = task;
	}
	if (found)
		get_task_struct(found);
	rcu_read_unlock();
	*id = least == INT_MAX ? least : least + 1;
	return found;
}

/* The next one that the caller may open so; the others are passed by. */
static u32 nt_open_next(const struct ob_type *type, struct task_struct *leader, int id, u32 wanted,
			u32 attributes, u64 handle_out)
{
	struct task_struct *task;
	u32 access, status;

	status = ob_grant(type, wanted, &access);
	if (status)
		return status;
	for (;;) {
		task = leader ? nt_next_thread(leader, &id) : nt_next_process(&id);
		if (!task)
			return STATUS_NO_MORE_ENTRIES;
		status = nt_open_task(type, task, access, attributes, handle_out);
		put_task_struct(task);
		if (status != STATUS_ACCESS_DENIED && status != STATUS_INVALID_CID)
			return status;
		if (fatal_signal_pending(current))
			return STATUS_CANCELLED;
		cond_resched();
	}
}

/* The id behind that of a handle's process or thread; the first one without a handle. */
static u32 nt_id_behind(u64 handle, const struct ob_type *type, int *id)
{
	struct ps_target *target;
	u32 status;

	*id = 1;
	if (!handle)
		return STATUS_SUCCESS;
	status = nt_target_by_handle(handle, type, 0, &target);
	if (status)
		return status;
	*id = pid_vnr(target->pid) + 1;
	ps_target_put(target);
	return STATUS_SUCCESS;
}

/*
 * NtGetNextProcess: a handle of the process with the next higher id that the
 * caller may open with these rights.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_NO_MORE_ENTRIES behind the last one.
 */
NT_SERVICE5(nt_get_next_process, u64, handle, u32, access, u32, attributes, u32, flags,
	    u64, handle_out)
{
	u32 status;
	int id;

	status = nt_probe_pointer(handle_out);
	if (status)
		return status;
	if (flags || (attributes & ~OBJ_VALID_ATTRIBUTES))
		return STATUS_INVALID_PARAMETER;
	status = nt_id_behind(handle, &ps_process_type, &id);
	if (!status)
		status = se_allow(__NR_pidfd_open, id, 0, 0, 0, 0, 0);
	if (!status)
		status = nt_open_next(&ps_process_type, NULL, id, access, attributes, handle_out);
	return status;
}

/*
 * NtGetNextThread: likewise with the threads of a process.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_NO_MORE_ENTRIES behind the last one.
 */
NT_SERVICE6(nt_get_next_thread, u64, process, u64, thread, u32, access, u32, attributes,
	    u32, flags, u64, handle_out)
{
	struct task_struct *leader;
	u32 status;
	int id;

	status = nt_probe_pointer(handle_out);
	if (status)
		return status;
	if (flags || (attributes & ~OBJ_VALID_ATTRIBUTES))
		return STATUS_INVALID_PARAMETER;
	status = nt_process_by_handle(process, NTDBG_PROCESS_QUERY_INFORMATION,
				      PTRACE_MODE_READ_REALCREDS, &leader);
	if (status)
		return status;
	status = nt_id_behind(thread, &ps_thread_type, &id);
	if (!status)
		status = se_allow(__NR_pidfd_open, id, 0, 0, 0, 0, 0);
	if (!status)
		status = nt_open_next(&ps_thread_type, leader, id, access, attributes, handle_out);
	put_task_struct(leader);
	return status;
}
