// SPDX-License-Identifier: GPL-2.0
/* NtSuspendProcess, NtResumeProcess. */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <asm/unistd.h>

#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/process.h"
#include "ps/query.h"
#include "ps/suspend.h"
#include "ps/target.h"
#include "se/se.h"

static u32 nt_steer_task(struct ps_target *target, struct task_struct *leader, int signal,
			 void (*steer)(struct ps_process *process))
{
	struct ps_process *process;
	u32 status = STATUS_SUCCESS;
	int err;

	if (!same_thread_group(leader, current))
		status = se_allow(__NR_kill, task_tgid_vnr(leader), signal, 0, 0, 0, 0);
	if (status)
		return status;
	if ((leader->signal->flags & SIGNAL_GROUP_EXIT) || ps_is_zombie(leader))
		return STATUS_PROCESS_IS_TERMINATING;
	err = ps_target_steer(target, leader, &process);
	if (!err)
		steer(process);
	return nt_status(err);
}

static u32 nt_steer_process(u64 handle, int signal, void (*steer)(struct ps_process *process))
{
	struct task_struct *leader;
	struct ps_target *target;
	u32 status;

	status = nt_target_by_handle(handle, &ps_process_type, NTDBG_PROCESS_SUSPEND_RESUME,
				     &target);
	if (status)
		return status;
	if (nt_is_pseudo_handle(handle))
		status = nt_steer_self();
	if (!status)
		status = nt_target_task(target, PTRACE_MODE_ATTACH_REALCREDS, &leader);
	if (!status) {
		status = nt_steer_task(target, leader, signal, steer);
		put_task_struct(leader);
	}
	ps_target_put(target);
	return status;
}

/*
 * NtSuspendProcess: suspend every thread that the process has now once more.
 *
 * What was suspended by a handle runs on when that is closed, and by a pseudo
 * handle when the process ends (docs/nt-processes.md).
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_suspend_process, u64, handle)
{
	return nt_steer_process(handle, SIGSTOP, ps_suspend_all);
}

/*
 * NtResumeProcess: undo one suspension of each of its threads.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_resume_process, u64, handle)
{
	return nt_steer_process(handle, SIGCONT, ps_resume_all);
}
