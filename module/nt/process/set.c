// SPDX-License-Identifier: GPL-2.0
/* NtSetInformationProcess, NtIsProcessInJob. */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <asm/unistd.h>

#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/query.h"
#include "ps/target.h"
#include "se/se.h"

#define STATUS_PROCESS_NOT_IN_JOB 0x00000123u

/* PROCESSINFOCLASS */
enum {
	NT_PROCESS_EXCEPTION_PORT = 8,
	NT_PROCESS_BREAK_ON_TERMINATION = 29,
	NT_PROCESS_DEBUG_FLAGS = 31,
};

static u32 nt_set_debug_flags(struct task_struct *leader, u32 value)
{
	return nt_status(ps_set_debug_inherit(leader, value));
}

/* That it does not is all there is to set: no process of Linux takes the machine with it. */
static u32 nt_set_break_on_termination(struct task_struct *leader, u32 value)
{
	if (!value)
		return STATUS_SUCCESS;
	return capable(CAP_SYS_PTRACE) ? STATUS_NOT_SUPPORTED : STATUS_PRIVILEGE_NOT_HELD;
}

static u32 nt_set_value(u64 handle, u64 information, u32 most,
			u32 (*set)(struct task_struct *leader, u32 value))
{
	struct task_struct *leader;
	u32 status, value;

	status = nt_copy_from(&value, information, sizeof(value), sizeof(value));
	if (!status)
		status = nt_process_by_handle(handle, NTDBG_PROCESS_SET_INFORMATION,
					      PTRACE_MODE_ATTACH_REALCREDS, &leader);
	if (status)
		return status;
	status = value > most ? STATUS_INVALID_PARAMETER : set(leader, value);
	put_task_struct(leader);
	return status;
}

/*
 * NtSetInformationProcess: ProcessDebugFlags, and what can only be refused.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_set_information_process, u64, handle, u32, class, u64, information, u32, length)
{
	switch (class) {
	case NT_PROCESS_EXCEPTION_PORT:
		return STATUS_PRIVILEGE_NOT_HELD;
	case NT_PROCESS_BREAK_ON_TERMINATION:
		if (length != sizeof(u32))
			return STATUS_INFO_LENGTH_MISMATCH;
		return nt_set_value(handle, information, U32_MAX, nt_set_break_on_termination);
	case NT_PROCESS_DEBUG_FLAGS:
		if (length != sizeof(u32))
			return STATUS_INVALID_PARAMETER;
		return nt_set_value(handle, information, 1, nt_set_debug_flags);
	default:
		return STATUS_INVALID_INFO_CLASS;
	}
}

/*
 * NtIsProcessInJob: there are no jobs, so no process is in one, and no handle is
 * one of a job.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_is_process_in_job, u64, process, u64, job)
{
	struct ps_target *target;
	struct file *file;
	u32 status;

	status = nt_target_by_handle(process, &ps_process_type, NTDBG_PROCESS_QUERY_LIMITED,
				     &target);
	if (status)
		return status;
	ps_target_put(target);
	if (!job)
		return STATUS_PROCESS_NOT_IN_JOB;
	status = ob_reference_by_handle(job, NULL, 0, &file);
	if (status)
		return status;
	fput(file);
	return STATUS_OBJECT_TYPE_MISMATCH;
}
