// SPDX-License-Identifier: GPL-2.0
/* NtQueryInformationThread, NtSetInformationThread. */
#include <linux/capability.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "ke/thread.h"
#include "mm/image.h"
#include "nt/process/information.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/mark.h"
#include "ps/query.h"
#include "ps/target.h"

#define NT_LIMITED NTDBG_THREAD_QUERY_LIMITED
#define NT_FULL NTDBG_THREAD_QUERY_INFORMATION
#define NT_LOOK PTRACE_MODE_READ_REALCREDS
#define NT_TRACE PTRACE_MODE_ATTACH_REALCREDS

/* THREADINFOCLASS */
enum {
	NT_THREAD_BASIC = 0,
	NT_THREAD_TIMES = 1,
	NT_THREAD_START_ADDRESS = 9,
	NT_THREAD_PERFORMANCE_COUNT = 11,
	NT_THREAD_LAST = 12,
	NT_THREAD_IO_PENDING = 16,
	NT_THREAD_HIDE = 17,
	NT_THREAD_BREAK_ON_TERMINATION = 18,
	NT_THREAD_TERMINATED = 20,
	NT_THREAD_LAST_SYSTEM_CALL = 21,
	NT_THREAD_SUSPEND_COUNT = 35,
};

static u32 nt_thread_exit_status(const struct nt_query *query)
{
	u32 status;

	if (!(query->thread.flags & NTDBG_THREAD_EXITED))
		return STATUS_PENDING;
	if (ps_mark_thread_status(query->target->pid, &status))
		return status;
	return nt_exit_status(query->thread.wait_status);
}

/* THREAD_BASIC_INFORMATION; what Linux has in place of the TEB is its thread pointer */
static u32 nt_thread_basic(struct nt_query *query)
{
	s32 priority = query->task ? nt_base_priority(query->task) : 0;

	query->answer[0] = nt_thread_exit_status(query);
	query->answer[1] = query->thread.tls;
	query->answer[2] = query->thread.pid;
	query->answer[3] = query->thread.tid;
	query->answer[4] = query->task ? nt_affinity(query->task) : 0;
	query->answer[5] = (u64)priority << 32 | (u32)priority;
	return STATUS_SUCCESS;
}

/* KERNEL_USER_TIMES; when it ended is not known */
static u32 nt_thread_times(struct nt_query *query)
{
	query->answer[0] = nt_system_time(query->thread.start_time_ns);
	query->answer[2] = query->thread.kernel_ns / 100;
	query->answer[3] = query->thread.user_ns / 100;
	return STATUS_SUCCESS;
}

/* The program's entry, of its first thread. Of others the kernel does not know it. */
static u32 nt_thread_start_address(struct nt_query *query)
{
	struct mm_program program = { };
	struct mm_struct *mm;

	if (!query->task)
		return STATUS_THREAD_IS_TERMINATING;
	if (!thread_group_leader(query->task))
		return STATUS_NOT_SUPPORTED;
	mm = get_task_mm(query->task);
	if (!mm)
		return STATUS_THREAD_IS_TERMINATING;
	mm_read_program(mm, &program);
	mmput(mm);
	query->answer[0] = program.entry;
	return STATUS_SUCCESS;
}

/* Nobody counts, and no I/O is left under way when its call is over. */
static u32 nt_thread_zero(struct nt_query *query)
{
	return STATUS_SUCCESS;
}

static u32 nt_thread_last(struct nt_query *query)
{
	query->answer[0] = !!(query->thread.flags & NTDBG_THREAD_LAST);
	return STATUS_SUCCESS;
}

static u32 nt_thread_hidden(struct nt_query *query)
{
	query->answer[0] = !!(query->thread.flags & NTDBG_THREAD_HIDDEN);
	return STATUS_SUCCESS;
}

static u32 nt_thread_terminated(struct nt_query *query)
{
	query->answer[0] = !!(query->thread.flags & NTDBG_THREAD_EXITED);
	return STATUS_SUCCESS;
}

/* THREAD_LAST_SYSCALL_INFORMATION: its first argument, and which service it was */
static u32 nt_thread_last_system_call(struct nt_query *query)
{
	struct ke_thread *thread = query->task ? ke_thread_find(query->task) : NULL;

	if (!thread)
		return STATUS_UNSUCCESSFUL;
	query->answer[0] = READ_ONCE(thread->first_argument);
	query->answer[1] = (u16)READ_ONCE(thread->system_call_number);
	ke_thread_put(thread);
	return STATUS_SUCCESS;
}

static u32 nt_thread_suspend_count(struct nt_query *query)
{
	query->answer[0] = query->thread.suspend_count;
	return STATUS_SUCCESS;
}

static const struct nt_class nt_thread_classes[] = {
	{ NT_THREAD_BASIC, 0x30, 5, NT_LIMITED, NT_LOOK, nt_thread_basic },
	{ NT_THREAD_TIMES, 0x20, 0, NT_LIMITED, NT_LOOK, nt_thread_times },
	{ NT_THREAD_START_ADDRESS, 8, 1, NT_LIMITED, NT_LOOK, nt_thread_start_address },
	{ NT_THREAD_PERFORMANCE_COUNT, 8, 0, NT_LIMITED, NT_LOOK, nt_thread_zero },
	{ NT_THREAD_LAST, 4, 0, NT_LIMITED, NT_LOOK, nt_thread_last },
	{ NT_THREAD_IO_PENDING, 4, 0, NT_LIMITED, NT_LOOK, nt_thread_zero },
	{ NT_THREAD_HIDE, 1, 0, NT_FULL, NT_LOOK, nt_thread_hidden },
	{ NT_THREAD_BREAK_ON_TERMINATION, 4, 0, NT_FULL, NT_LOOK, nt_thread_zero },
	{ NT_THREAD_TERMINATED, 4, 0, NT_LIMITED, NT_LOOK, nt_thread_terminated },
	{ NT_THREAD_LAST_SYSTEM_CALL, 0x10, 2, NTDBG_THREAD_GET_CONTEXT, NT_TRACE,
	  nt_thread_last_system_call },
	{ NT_THREAD_SUSPEND_COUNT, 4, 0, NT_LIMITED, NT_LOOK, nt_thread_suspend_count },
};

static u32 nt_ask_thread(const struct nt_class *class, struct nt_query *query)
{
	u32 status;

	status = nt_target_task(query->target, class->mode, &query->task);
	/* What has ended is still to be asked how. */
	if (status == STATUS_PROCESS_IS_TERMINATING)
		query->task = NULL;
	else if (status)
		return status;
	query->thread.size = sizeof(query->thread);
	ps_query_thread(query->target, query->task, &query->thread);
	status = nt_give_answer(class, query);
	if (query->task)
		put_task_struct(query->task);
	return status;
}

/*
 * NtQueryInformationThread: the length has to be that of the class, which is
 * looked at before the handle is.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_query_information_thread, u64, handle, u32, class, u64, out, u32, length,
	    u64, return_length)
{
	struct nt_query query = { .out = out, .length = length, .return_length = return_length };
	const struct nt_class *found;
	u32 status;

	status = nt_find_class(nt_thread_classes, ARRAY_SIZE(nt_thread_classes), class, length,
			       &found);
	if (!status && return_length)
		status = nt_probe_for_write(return_length, sizeof(u32), sizeof(u32));
	if (!status)
		status = nt_target_by_handle(handle, &ps_thread_type, found->access, &query.target);
	if (status)
		return status;
	status = nt_ask_thread(found, &query);
	ps_target_put(query.target);
	return status;
}

static u32 nt_hide_thread(u64 handle)
{
	struct ps_target *target;
	u32 status;

	status = nt_target_by_handle(handle, &ps_thread_type, NTDBG_THREAD_SET_INFORMATION,
				     &target);
	if (status)
		return status;
	status = nt_thread_status(ps_hide_thread(target));
	ps_target_put(target);
	return status;
}

/* As of a process */
static u32 nt_break_on_termination(u64 handle, u64 information)
{
	struct ps_target *target;
	u32 status, value;

	status = nt_copy_from(&value, information, sizeof(value), sizeof(value));
	if (!status)
		status = nt_target_by_handle(handle, &ps_thread_type, NTDBG_THREAD_SET_INFORMATION,
					     &target);
	if (status)
		return status;
	ps_target_put(target);
	if (!value)
		return STATUS_SUCCESS;
	return capable(CAP_SYS_PTRACE) ? STATUS_NOT_SUPPORTED : STATUS_PRIVILEGE_NOT_HELD;
}

/*
 * NtSetInformationThread: ThreadHideFromDebugger, and what can only be refused.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_set_information_thread, u64, handle, u32, class, u64, information, u32, length)
{
	switch (class) {
	case NT_THREAD_HIDE:
		return length ? STATUS_INFO_LENGTH_MISMATCH : nt_hide_thread(handle);
	case NT_THREAD_BREAK_ON_TERMINATION:
		if (length != sizeof(u32))
			return STATUS_INFO_LENGTH_MISMATCH;
		return nt_break_on_termination(handle, information);
	default:
		return STATUS_INVALID_INFO_CLASS;
	}
}
