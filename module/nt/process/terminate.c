// SPDX-License-Identifier: GPL-2.0
/* NtTerminateProcess. */
#include <linux/err.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <asm/unistd.h>

#include "dbgk/dbgk.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/target.h"
#include "ps/terminate.h"
#include "se/se.h"

static u32 nt_terminate_others(u32 exit_status)
{
	struct ps_process *process;
	struct ps_target *target;
	u32 status;
	int err;

	if (thread_group_empty(current))
		return STATUS_SUCCESS;
	status = se_allow(__NR_exit_group, ps_exit_code(exit_status) >> 8, 0, 0, 0, 0, 0);
	if (status)
		return status;
	target = ps_target_create(task_tgid(current), PIDTYPE_TGID, current->group_leader, 0);
	if (IS_ERR(target))
		return nt_status(PTR_ERR(target));
	err = ps_target_steer(target, current, &process);
	if (!err)
		err = ps_terminate_others(process, exit_status);
	ps_target_put(target);
	return nt_status(err);
}

static u32 nt_terminate_self(u32 exit_status)
{
	u32 status;

	status = se_allow(__NR_exit_group, ps_exit_code(exit_status) >> 8, 0, 0, 0, 0, 0);
	if (status)
		return status;
	dbgk_mark_termination(task_tgid(current), exit_status);
	if (exit_status == NTDBG_DBG_TERMINATE_PROCESS)
		dbgk_kill(task_tgid(current));
	else if (ps_end_current(true, exit_status))
		kill_pid(task_tgid(current), SIGKILL, 1);
	return STATUS_SUCCESS;
}

static u32 nt_terminate_other(struct task_struct *leader, u32 exit_status)
{
	u32 status;

	status = se_allow(__NR_kill, task_tgid_vnr(leader), SIGKILL, 0, 0, 0, 0);
	return status ? status : nt_status(dbgk_terminate(leader, exit_status));
}

/*
 * NtTerminateProcess: end a process; without a handle the other threads of the
 * caller's. A process that ends itself gives Linux the low eight bits of the
 * status, one that is ended by another dies of SIGKILL; handles tell the status.
 *
 * Context: may sleep.
 * Return: NTSTATUS; the caller's own process ends when the service returns.
 */
NT_SERVICE2(nt_terminate_process, u64, handle, u32, exit_status)
{
	struct task_struct *leader;
	u32 status;

	if (!handle)
		return nt_terminate_others(exit_status);
	status = nt_process_by_handle(handle, NTDBG_PROCESS_TERMINATE,
				      PTRACE_MODE_ATTACH_REALCREDS, &leader);
	if (status)
		return status;
	if (same_thread_group(leader, current))
		status = nt_terminate_self(exit_status);
	else
		status = nt_terminate_other(leader, exit_status);
	put_task_struct(leader);
	return status;
}
