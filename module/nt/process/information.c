// SPDX-License-Identifier: GPL-2.0
/* What the information classes of processes and threads have in common. */
#include <linux/cpumask.h>
#include <linux/ptrace.h>
#include <linux/sched/rt.h>
#include <linux/signal.h>
#include <linux/timekeeping.h>

#include "ke/exception_record.h"
#include "ntstatus.h"
#include "nt/process/information.h"
#include "nt/user.h"

/* 100 ns units since 1601 of the Unix epoch */
#define NT_UNIX_EPOCH 116444736000000000ll

/* NT's priority classes, and the base priority that each stands for */
enum {
	NT_PRIORITY_IDLE	= 1,
	NT_PRIORITY_NORMAL	= 2,
	NT_PRIORITY_HIGH	= 3,
	NT_PRIORITY_REALTIME	= 4,
	NT_PRIORITY_BELOW_NORMAL = 5,
	NT_PRIORITY_ABOVE_NORMAL = 6,
};

static u32 nt_class_length(const struct nt_class *class)
{
	return class->length - (nt_wow64() ? class->words * sizeof(u32) : 0);
}

/**
 * nt_find_class() - the row of a class with this length
 * @rows: the table; a class that comes in several lengths has several rows
 * @nr: how many
 * @class: what is asked
 * @length: what the caller has room for
 * @found: set to the row
 *
 * Context: any.
 * Return: STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH.
 */
u32 nt_find_class(const struct nt_class *rows, unsigned int nr, u32 class, u32 length,
		  const struct nt_class **found)
{
	u32 status = STATUS_INVALID_INFO_CLASS;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (rows[i].class != class)
			continue;
		*found = &rows[i];
		if (!rows[i].length || nt_class_length(&rows[i]) == length)
			return STATUS_SUCCESS;
		status = STATUS_INFO_LENGTH_MISMATCH;
	}
	return status;
}

/* The length goes out last, and wins where it lies over the answer. */
static u32 nt_write_answer(const struct nt_class *class, const struct nt_query *query)
{
	u32 narrow[ARRAY_SIZE(query->answer)], length = nt_class_length(class), status;
	const void *answer = query->answer;
	unsigned int i;

	if (nt_wow64() && class->words) {
		for (i = 0; i < class->words; i++)
			narrow[i] = query->answer[i];
		memcpy(&narrow[i], &query->answer[i],
		       class->length - class->words * sizeof(u64));
		answer = narrow;
	}
	status = nt_copy_to(query->out, answer, length, min_t(u32, length, sizeof(u32)));
	return status ? status : nt_put_optional_u32(query->return_length, length);
}

/**
 * nt_give_answer() - make an answer and write it
 * @class: what is asked
 * @query: the question
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_give_answer(const struct nt_class *class, struct nt_query *query)
{
	u32 status = class->make(query);

	return status || !class->length ? status : nt_write_answer(class, query);
}

/**
 * nt_exit_status() - how a process or thread ended that no NT call has ended
 * @wait_status: as waitpid() gives it
 *
 * Context: any.
 * Return: its exit code; STATUS_CONTROL_C_EXIT for SIGINT and SIGQUIT; our own
 * code for another signal.
 */
u32 nt_exit_status(u32 wait_status)
{
	u32 signo = wait_status & 0x7f;

	if (!signo)
		return (wait_status >> 8) & 0xff;
	if (signo == SIGINT || signo == SIGQUIT)
		return STATUS_CONTROL_C_EXIT;
	return STATUS_LINUX_SIGNAL(signo);
}

/**
 * nt_system_time() - a time since boot as NT's time of day
 * @boottime_ns: CLOCK_BOOTTIME
 *
 * Context: any.
 * Return: 100 ns units since 1601.
 */
u64 nt_system_time(u64 boottime_ns)
{
	s64 ago = ktime_get_boottime_ns() - boottime_ns;

	return div_s64((s64)ktime_get_real_ns() - ago, 100) + NT_UNIX_EPOCH;
}

/**
 * nt_affinity() - on which processors a thread may run
 * @task: the thread
 *
 * Context: any.
 * Return: KAFFINITY: the first 64 of them.
 */
u64 nt_affinity(struct task_struct *task)
{
	u64 mask = 0;
	unsigned int cpu;

	for_each_cpu(cpu, &task->cpus_mask)
		if (cpu < 64 && cpu_online(cpu))
			mask |= BIT_ULL(cpu);
	return mask;
}

/**
 * nt_priority_class() - what NT would call the nice value
 * @task: of a thread
 *
 * Context: any.
 * Return: PROCESS_PRIORITY_CLASS_*.
 */
u8 nt_priority_class(struct task_struct *task)
{
	int nice = task_nice(task);

	if (rt_task(task))
		return NT_PRIORITY_REALTIME;
	if (nice >= 15)
		return NT_PRIORITY_IDLE;
	if (nice >= 5)
		return NT_PRIORITY_BELOW_NORMAL;
	if (nice > -5)
		return NT_PRIORITY_NORMAL;
	return nice > -10 ? NT_PRIORITY_ABOVE_NORMAL : NT_PRIORITY_HIGH;
}

/**
 * nt_base_priority() - the base priority of its class
 * @task: a thread
 *
 * Context: any.
 * Return: 4 to 24; 8 is normal.
 */
s32 nt_base_priority(struct task_struct *task)
{
	static const u8 bases[] = {
		[NT_PRIORITY_IDLE] = 4, [NT_PRIORITY_BELOW_NORMAL] = 6,
		[NT_PRIORITY_NORMAL] = 8, [NT_PRIORITY_ABOVE_NORMAL] = 10,
		[NT_PRIORITY_HIGH] = 13, [NT_PRIORITY_REALTIME] = 24,
	};

	return bases[nt_priority_class(task)];
}
