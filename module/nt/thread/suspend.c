// SPDX-License-Identifier: GPL-2.0
/* NtSuspendThread, NtResumeThread, NtAlertThread, NtAlertResumeThread. */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <asm/unistd.h>

#include "ke/apc.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/process.h"
#include "ps/suspend.h"
#include "ps/target.h"
#include "ps/thread.h"
#include "se/se.h"

#define NT_THREAD_ALERT 0x0004u

/* Linux has a signal for both, to other processes. */
static u32 nt_allow_signal(struct task_struct *task, int signal)
{
	if (same_thread_group(task, current))
		return STATUS_SUCCESS;
	return se_allow(__NR_tgkill, task_tgid_vnr(task), task_pid_vnr(task), signal, 0, 0, 0);
}

static u32 nt_suspend(struct ps_thread *thread, u64 previous_out)
{
	unsigned int previous;
	u32 status;

	status = nt_allow_signal(thread->task, SIGSTOP);
	/* It does not come back from what it does now. */
	if (!status && test_bit(0, &thread->terminated))
		status = STATUS_THREAD_IS_TERMINATING;
	if (!status)
		status = nt_thread_status(ps_suspend(thread, &previous));
	if (status)
		return status;
	status = nt_put_optional_u32(previous_out, previous);
	if (status)
		ps_resume(thread);
	return status;
}

/*
 * NtSuspendThread: suspend a thread once more. One that runs user code has
 * stopped when the service returns; one that is in a system call goes on with
 * it and stops after it. The caller itself stops behind this call.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_suspend_thread, u64, handle, u64, previous_out)
{
	struct ps_target *target;
	struct ps_thread *thread;
	u32 status = STATUS_SUCCESS;

	if (previous_out)
		status = nt_probe_for_write(previous_out, sizeof(u32), sizeof(u32));
	if (!status)
		status = nt_thread_to_steer(handle, NTDBG_THREAD_SUSPEND_RESUME, &target, &thread);
	if (status)
		return status;
	status = nt_suspend(thread, previous_out);
	ps_thread_put(thread);
	ps_target_put(target);
	return status;
}

/* A thread that nobody steers is not suspended: it is not made ours for this. */
static u32 nt_resume(struct task_struct *task, u64 previous_out)
{
	struct ps_thread *thread;
	unsigned int previous = 0;
	u32 status;

	status = nt_allow_signal(task, SIGCONT);
	if (status)
		return status;
	if (READ_ONCE(task->exit_state) || (READ_ONCE(task->flags) & PF_EXITING))
		return STATUS_THREAD_IS_TERMINATING;
	thread = ps_thread_find(task);
	if (thread) {
		previous = ps_resume(thread);
		ps_thread_put(thread);
	}
	return nt_put_optional_u32(previous_out, previous);
}

static u32 nt_resume_by_handle(u64 handle, u32 access, u64 previous_out, bool alert)
{
	struct ps_target *target;
	struct ke_thread *thread;
	struct task_struct *task;
	u32 status = STATUS_SUCCESS;

	if (previous_out)
		status = nt_probe_for_write(previous_out, sizeof(u32), sizeof(u32));
	if (!status)
		status = nt_target_by_handle(handle, &ps_thread_type, access, &target);
	if (status)
		return status;
	status = nt_target_task(target, PTRACE_MODE_ATTACH_REALCREDS, &task);
	if (status == STATUS_PROCESS_IS_TERMINATING)
		status = STATUS_THREAD_IS_TERMINATING;
	ps_target_put(target);
	if (status)
		return status;
	thread = alert ? ke_thread_find(task) : NULL;
	if (thread) {
		ke_alert_thread(thread);
		ke_thread_put(thread);
	}
	status = nt_resume(task, previous_out);
	put_task_struct(task);
	return status;
}

/*
 * NtResumeThread: undo one suspension.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_SUCCESS also if it was not suspended.
 */
NT_SERVICE2(nt_resume_thread, u64, handle, u64, previous_out)
{
	return nt_resume_by_handle(handle, NTDBG_THREAD_SUSPEND_RESUME, previous_out, false);
}

/*
 * NtAlertResumeThread: alert it, then resume it.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_alert_resume_thread, u64, handle, u64, previous_out)
{
	return nt_resume_by_handle(handle, NTDBG_THREAD_SUSPEND_RESUME, previous_out, true);
}

/*
 * NtAlertThread: end its alertable wait, or the next one.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_UNSUCCESSFUL for one that makes no NT calls, so that
 * nothing could ever come of it.
 */
NT_SERVICE1(nt_alert_thread, u64, handle)
{
	struct ps_target *target;
	struct ke_thread *thread;
	struct task_struct *task;
	u32 status;

	status = nt_target_by_handle(handle, &ps_thread_type, NT_THREAD_ALERT, &target);
	if (status)
		return status;
	status = nt_target_task(target, PTRACE_MODE_ATTACH_REALCREDS, &task);
	ps_target_put(target);
	if (status)
		return status == STATUS_PROCESS_IS_TERMINATING ? STATUS_THREAD_IS_TERMINATING :
								 status;
	thread = ke_thread_find(task);
	put_task_struct(task);
	if (!thread)
		return STATUS_UNSUCCESSFUL;
	ke_alert_thread(thread);
	ke_thread_put(thread);
	return STATUS_SUCCESS;
}
