// SPDX-License-Identifier: GPL-2.0
/* NtQueueApcThread, NtQueueApcThreadEx. */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <asm/unistd.h>

#include "ke/apc.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/target.h"
#include "se/se.h"

static u32 nt_queue_apc(u64 handle, u64 routine, u64 a0, u64 a1, u64 a2)
{
	struct ps_target *target;
	struct ke_thread *thread;
	struct task_struct *task;
	u32 status;

	status = nt_target_by_handle(handle, &ps_thread_type, NTDBG_THREAD_SET_CONTEXT, &target);
	if (status)
		return status;
	status = nt_target_task(target, PTRACE_MODE_ATTACH_REALCREDS, &task);
	ps_target_put(target);
	/* It takes no more, as one that is about to end. */
	if (status)
		return status == STATUS_PROCESS_IS_TERMINATING ? STATUS_UNSUCCESSFUL : status;
	/* What makes another process run a function of one's choice is ptrace(). */
	if (!same_thread_group(task, current))
		status = se_allow(__NR_ptrace, PTRACE_SETREGS, task_pid_vnr(task), 0, 0, 0, 0);
	thread = ke_thread_find(task);
	if (!status && !thread)
		status = STATUS_UNSUCCESSFUL;
	if (!status)
		status = ke_queue_apc(thread, routine, a0, a1, a2);
	if (thread)
		ke_thread_put(thread);
	put_task_struct(task);
	return status;
}

/*
 * NtQueueApcThread: have a thread call a function of its process, when it waits
 * alertably or asks.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_UNSUCCESSFUL for a thread that ends, or makes no NT
 * calls; STATUS_NO_MEMORY if its queue is full.
 */
NT_SERVICE5(nt_queue_apc_thread, u64, handle, u64, routine, u64, a0, u64, a1, u64, a2)
{
	return nt_queue_apc(handle, routine, a0, a1, a2);
}

/*
 * NtQueueApcThreadEx: likewise, perhaps with an APC that was set aside. There are
 * no such objects, so no handle is one of them.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE6(nt_queue_apc_thread_ex, u64, handle, u64, reserve, u64, routine, u64, a0, u64, a1,
	    u64, a2)
{
	struct file *file;
	u32 status;

	if (reserve) {
		status = ob_reference_by_handle(reserve, NULL, 0, &file);
		if (status)
			return status;
		fput(file);
		return STATUS_OBJECT_TYPE_MISMATCH;
	}
	return nt_queue_apc(handle, routine, a0, a1, a2);
}
