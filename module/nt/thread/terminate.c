// SPDX-License-Identifier: GPL-2.0
/* NtTerminateThread. */
#include <linux/sched/signal.h>
#include <asm/unistd.h>

#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/query.h"
#include "ps/target.h"
#include "ps/terminate.h"
#include "ps/thread.h"
#include "se/se.h"

static u32 nt_end_self(u32 exit_status)
{
	struct ps_thread *thread;
	u32 status;
	int err;

	status = se_allow(__NR_exit, ps_exit_code(exit_status) >> 8, 0, 0, 0, 0, 0);
	if (status)
		return status;
	/* The debugger is to hear its status. */
	thread = ps_thread_find(current);
	if (!thread)
		return nt_status(ps_end_current(false, exit_status));
	err = ps_terminate_thread(thread, exit_status);
	ps_thread_put(thread);
	return nt_status(err);
}

static u32 nt_end_other(u64 handle, u32 exit_status)
{
	struct ps_target *target;
	struct ps_thread *thread;
	u32 status;

	status = nt_thread_to_steer(handle, NTDBG_THREAD_TERMINATE, &target, &thread);
	if (status)
		return status;
	status = se_allow(__NR_tgkill, task_tgid_vnr(thread->task), task_pid_vnr(thread->task),
			  SIGKILL, 0, 0, 0);
	if (!status)
		status = nt_thread_status(ps_terminate_thread(thread, exit_status));
	ps_thread_put(thread);
	ps_target_put(target);
	return status;
}

/*
 * NtTerminateThread: end a thread, also one that sleeps; without a handle the
 * calling one, unless it is the last of its process.
 *
 * Context: may sleep.
 * Return: NTSTATUS; the calling thread ends when the service returns.
 */
NT_SERVICE2(nt_terminate_thread, u64, handle, u32, exit_status)
{
	struct ps_target *target;
	bool self;
	u32 status;

	if (!handle && ps_is_last_thread(current))
		return STATUS_CANT_TERMINATE_SELF;
	if (!handle)
		return nt_end_self(exit_status);
	status = nt_target_by_handle(handle, &ps_thread_type, NTDBG_THREAD_TERMINATE, &target);
	if (status)
		return status;
	self = target->pid == task_pid(current);
	ps_target_put(target);
	return self ? nt_end_self(exit_status) : nt_end_other(handle, exit_status);
}
