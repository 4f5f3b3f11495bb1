// SPDX-License-Identifier: GPL-2.0
/*
 * NtQuerySystemInformation. What it tells of other processes is what /proc shows
 * everybody (that they are there, and their threads), and the rest only of those
 * that the caller may look at (PTRACE_MODE_READ).
 */
#include <linux/kernel_stat.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pid.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/time.h>
#include <linux/timekeeping.h>
#include <linux/vmstat.h>

#include "ke/dispatch.h"
#include "ke/service.h"
#include "ke/shared_page.h"
#include "nt/service.h"
#include "symbols.h"

enum nt_system_class {
	NT_SYSTEM_BASIC			= 0,
	NT_SYSTEM_PROCESSOR		= 1,
	NT_SYSTEM_PERFORMANCE		= 2,
	NT_SYSTEM_TIME_OF_DAY		= 3,
	NT_SYSTEM_PROCESS		= 5,
	NT_SYSTEM_PROCESSOR_PERFORMANCE	= 8,
	NT_SYSTEM_MODULE		= 11,
	NT_SYSTEM_HANDLE		= 16,
	NT_SYSTEM_TIME_ADJUSTMENT	= 28,
	NT_SYSTEM_KERNEL_DEBUGGER	= 35,
	NT_SYSTEM_NATIVE_BASIC		= 114,
};

#define NT_UNIT_NS	100
#define NT_GRANULARITY	0x10000
#define NT_LOWEST_USER	0x10000
#define NT_HIGHEST_USER	0x7ffffffeffffULL

struct nt_system_basic {
	u32 reserved;
	u32 timer_resolution;
	u32 page_size;
	u32 physical_pages;
	u32 lowest_physical_page;
	u32 highest_physical_page;
	u32 allocation_granularity;
	u32 padding;
	u64 lowest_user_address;
	u64 highest_user_address;
	u64 affinity;
	u8 processors;
	u8 padding2[7];
};

struct nt_system_processor {
	u16 architecture;
	u16 level;
	u16 revision;
	u16 maximum_processors;
	u32 features;
};

struct nt_system_performance {
	s64 idle_time;
	u64 io_transfers[3];
	u32 io_operations[3];
	u32 available_pages;
	u32 committed_pages;
	u32 commit_limit;
	u32 peak_commitment;
	u32 page_faults;
	u32 others[58];
	u32 context_switches;
	u32 tb_fills[2];
	u32 system_calls;
	u64 cc_dirty_pages;
	u64 cc_dirty_threshold;
	s64 resident_available_pages;
	u64 shared_committed_pages;
};

struct nt_system_time_of_day {
	s64 boot_time;
	s64 current_time;
	s64 time_zone_bias;
	u32 time_zone_id;
	u32 reserved;
	u64 boot_time_bias;
	u64 sleep_time_bias;
};

struct nt_system_processor_performance {
	s64 idle_time;
	s64 kernel_time;
	s64 user_time;
	s64 dpc_time;
	s64 interrupt_time;
	u32 interrupts;
	u32 padding;
};

struct nt_system_thread {
	s64 kernel_time;
	s64 user_time;
	s64 create_time;
	u32 wait_time;
	u32 padding;
	u64 start_address;
	u64 process;
	u64 thread;
	s32 priority;
	s32 base_priority;
	u32 context_switches;
	u32 state;
	u32 wait_reason;
	u32 padding2;
};

struct nt_system_process {
	u32 next;
	u32 threads;
	s64 private_working_set;
	u32 hard_faults;
	u32 most_threads;
	u64 cycles;
	s64 create_time;
	s64 user_time;
	s64 kernel_time;
	u16 name_length;
	u16 name_maximum;
	u32 padding;
	u64 name_buffer;
	s32 base_priority;
	u32 padding2;
	u64 process;
	u64 parent;
	u32 handles;
	u32 session;
	u64 key;
	u64 peak_virtual_size;
	u64 virtual_size;
	u32 page_faults;
	u32 padding3;
	u64 peak_working_set;
	u64 working_set;
	u64 pool[4];
	u64 pagefile;
	u64 peak_pagefile;
	u64 private_pages;
	u64 io[6];
};

static_assert(sizeof(struct nt_system_basic) == 0x40);
static_assert(sizeof(struct nt_system_processor) == 0xc);
static_assert(sizeof(struct nt_system_performance) == 0x158);
static_assert(offsetof(struct nt_system_performance, system_calls) == 0x134);
static_assert(sizeof(struct nt_system_time_of_day) == 0x30);
static_assert(sizeof(struct nt_system_processor_performance) == 0x30);
static_assert(sizeof(struct nt_system_thread) == 0x50);
static_assert(sizeof(struct nt_system_process) == 0x100);
static_assert(offsetof(struct nt_system_process, process) == 0x50);
static_assert(offsetof(struct nt_system_process, working_set) == 0x90);

/* As much of a result as the caller has room for. */
static u32 nt_put_part(u64 out, u32 length, const void *result, u32 size)
{
	return nt_copy_to(out, result, min(length, size), sizeof(u32));
}

static u32 nt_query_basic_system(u64 out, u32 length, u32 *needed)
{
	struct nt_system_basic basic = {
		.timer_resolution = KE_TICK,
		.page_size = PAGE_SIZE,
		.physical_pages = totalram_pages(),
		.lowest_physical_page = 1,
		.highest_physical_page = totalram_pages(),
		.allocation_granularity = NT_GRANULARITY,
		.lowest_user_address = NT_LOWEST_USER,
		.highest_user_address = NT_HIGHEST_USER,
		.affinity = GENMASK_ULL(min(num_online_cpus(), 64u) - 1, 0),
		.processors = min(num_online_cpus(), 255u),
	};

	*needed = sizeof(basic);
	if (length != sizeof(basic))
		return STATUS_INFO_LENGTH_MISMATCH;
	return nt_copy_to(out, &basic, sizeof(basic), sizeof(u32));
}

static u32 nt_query_processor(u64 out, u32 length, u32 *needed)
{
	struct nt_system_processor processor = {
		.architecture = 9,
		.level = boot_cpu_data.x86,
		.revision = boot_cpu_data.x86_model << 8 | boot_cpu_data.x86_stepping,
		.maximum_processors = num_possible_cpus(),
	};

	*needed = sizeof(processor);
	if (length < sizeof(processor))
		return STATUS_INFO_LENGTH_MISMATCH;
	return nt_put_part(out, length, &processor, sizeof(processor));
}

/* The idle time of a processor, in 100 ns, which NT also counts as kernel time. */
static u64 nt_idle_time(int cpu)
{
	struct kernel_cpustat stat;

	kcpustat_cpu_fetch(&stat, cpu);
	return (stat.cpustat[CPUTIME_IDLE] + stat.cpustat[CPUTIME_IOWAIT]) / NT_UNIT_NS;
}

static u32 nt_query_performance(u64 out, u32 length, u32 *needed)
{
	struct nt_system_performance *performance;
	struct sysinfo info;
	u32 status;
	int cpu;

	*needed = sizeof(*performance);
	if (length < sizeof(*performance))
		return STATUS_INFO_LENGTH_MISMATCH;
	performance = kzalloc(sizeof(*performance), GFP_KERNEL_ACCOUNT);
	if (!performance)
		return STATUS_INSUFFICIENT_RESOURCES;
	for_each_online_cpu(cpu)
		performance->idle_time += nt_idle_time(cpu);
	si_meminfo(&info);
	performance->available_pages = min_t(u64, info.freeram, U32_MAX);
	performance->committed_pages = min_t(u64, vm_memory_committed(), U32_MAX);
	performance->commit_limit = min_t(u64, info.totalram, U32_MAX);
	performance->resident_available_pages = info.freeram;
	performance->system_calls = ke_system_calls();
	status = nt_put_part(out, length, performance, sizeof(*performance));
	kfree(performance);
	return status;
}

/* Who has less room gets the first part. */
static u32 nt_query_time_of_day(u64 out, u32 length, u32 *needed)
{
	u64 now = ke_system_time(), since_boot = ke_interrupt_time();
	struct nt_system_time_of_day time = {
		.boot_time = now - since_boot,
		.current_time = now,
		.time_zone_bias = (s64)sys_tz.tz_minuteswest * 60 * (NSEC_PER_SEC / NT_UNIT_NS),
		.sleep_time_bias = since_boot - ke_performance_counter(),
	};

	*needed = min_t(u32, length, sizeof(time));
	if (length > sizeof(time)) {
		*needed = sizeof(time);
		return STATUS_INFO_LENGTH_MISMATCH;
	}
	return nt_put_part(out, length, &time, sizeof(time));
}

static u32 nt_query_processor_performance(u64 out, u32 length, u32 *needed)
{
	struct nt_system_processor_performance performance;
	struct kernel_cpustat stat;
	u32 status = STATUS_SUCCESS, at = 0;
	u64 *times = stat.cpustat;
	int cpu;

	*needed = num_online_cpus() * sizeof(performance);
	if (length < *needed)
		return STATUS_INFO_LENGTH_MISMATCH;
	for_each_online_cpu(cpu) {
		/* A processor more than a moment ago. */
		if (at == *needed || status)
			break;
		kcpustat_cpu_fetch(&stat, cpu);
		performance = (struct nt_system_processor_performance){
			.idle_time = nt_idle_time(cpu),
			.user_time = (times[CPUTIME_USER] + times[CPUTIME_NICE]) / NT_UNIT_NS,
			.dpc_time = times[CPUTIME_SOFTIRQ] / NT_UNIT_NS,
			.interrupt_time = times[CPUTIME_IRQ] / NT_UNIT_NS,
		};
		performance.kernel_time = performance.idle_time + performance.dpc_time +
					  performance.interrupt_time +
					  times[CPUTIME_SYSTEM] / NT_UNIT_NS;
		status = nt_copy_to(out + at, &performance, sizeof(performance), sizeof(u32));
		at += sizeof(performance);
	}
	return status;
}

/**
 * struct nt_process_list - processes, as they will be in the caller's memory
 * @buffer: of @length bytes
 * @out: where it will be
 * @length: its room
 * @at: where the next process goes
 * @last: offset of the last one's entry
 * @needed: what all of them take
 */
struct nt_process_list {
	u8 *buffer;
	u64 out;
	u32 length;
	u32 at;
	u32 last;
	u32 needed;
};

static s64 nt_time_of_start(u64 start_boottime)
{
	return ke_system_time() - ke_interrupt_time() + start_boottime / NT_UNIT_NS;
}

/* By NT's scale, on which 8 is normal. */
static s32 nt_priority_of(const struct task_struct *task)
{
	return clamp(8 - task_nice(task) / 4, 1, 15);
}

static void nt_list_thread(struct nt_system_thread *out, struct task_struct *task, u64 process,
			   bool looks)
{
	*out = (struct nt_system_thread){
		.create_time = nt_time_of_start(task->start_boottime),
		.process = process,
		.thread = task_pid_vnr(task),
		.priority = nt_priority_of(task),
		.base_priority = nt_priority_of(task),
		/* Running or waiting (for the executive) */
		.state = task_is_running(task) ? 2 : 5,
	};
	if (!looks)
		return;
	out->kernel_time = task->stime / NT_UNIT_NS;
	out->user_time = task->utime / NT_UNIT_NS;
	out->context_switches = task->nvcsw + task->nivcsw;
}

static void nt_list_memory(struct nt_system_process *out, struct task_struct *leader)
{
	struct mm_struct *mm;

	task_lock(leader);
	mm = leader->mm;
	if (mm) {
		out->virtual_size = (u64)mm->total_vm << PAGE_SHIFT;
		out->peak_virtual_size = max(out->virtual_size, (u64)mm->hiwater_vm << PAGE_SHIFT);
		out->working_set = (u64)get_mm_rss(mm) << PAGE_SHIFT;
		out->peak_working_set = (u64)get_mm_hiwater_rss(mm) << PAGE_SHIFT;
		out->private_working_set = (u64)get_mm_counter(mm, MM_ANONPAGES) << PAGE_SHIFT;
		out->private_pages = out->private_working_set;
		out->pagefile = out->private_working_set;
		out->peak_pagefile = out->private_working_set;
	}
	task_unlock(leader);
	out->page_faults = leader->maj_flt + leader->min_flt;
}

/* Under RCU. Its threads may come and go: what does not fit any more is left out. */
static void nt_list_process(struct nt_process_list *list, struct task_struct *leader)
{
	bool looks = same_thread_group(leader, current) ||
		     symbols_ptrace_may_access(leader, PTRACE_MODE_READ_FSCREDS |
					       PTRACE_MODE_NOAUDIT);
	u64 id = task_tgid_vnr(leader);
	struct nt_system_process *process;
	struct nt_system_thread *threads;
	struct task_struct *task;
	char name[TASK_COMM_LEN] = "";
	u32 nr = 0, most = 0, size, length, i;
	u16 *text;

	if (looks)
		get_task_comm(name, leader);
	length = strnlen(name, sizeof(name));
	for_each_thread(leader, task)
		most++;
	size = ALIGN(sizeof(*process) + most * sizeof(*threads) + (length + 1) * sizeof(u16),
		     sizeof(u64));
	list->needed += size;
	if (size > list->length - list->at || list->needed > list->length)
		return;
	process = (void *)(list->buffer + list->at);
	threads = (void *)(process + 1);
	*process = (struct nt_system_process){
		.create_time = nt_time_of_start(leader->start_boottime),
		.process = id,
		.parent = task_tgid_vnr(rcu_dereference(leader->real_parent)),
		.base_priority = nt_priority_of(leader),
		.key = id,
	};
	for_each_thread(leader, task) {
		if (nr == most)
			break;
		nt_list_thread(&threads[nr], task, id, looks);
		process->kernel_time += threads[nr].kernel_time;
		process->user_time += threads[nr].user_time;
		nr++;
	}
	process->threads = nr;
	process->most_threads = nr;
	if (looks) {
		process->kernel_time += leader->signal->stime / NT_UNIT_NS;
		process->user_time += leader->signal->utime / NT_UNIT_NS;
		nt_list_memory(process, leader);
	}
	text = (u16 *)(threads + nr);
	for (i = 0; i < length; i++)
		text[i] = (u8)name[i];
	if (length) {
		process->name_length = length * sizeof(u16);
		process->name_maximum = process->name_length + sizeof(u16);
		process->name_buffer = list->out + ((u8 *)text - list->buffer);
	}
	list->last = list->at;
	process->next = size;
	list->at += size;
}

#define NT_PROCESS_LIST_MAX (16u << 20)

static u32 nt_query_processes(u64 out, u32 length, u32 *needed)
{
	struct nt_process_list list = {
		.out = out, .length = min(length, NT_PROCESS_LIST_MAX),
	};
	struct task_struct *leader;
	u32 status;

	if (nt_wow64())
		return STATUS_NOT_IMPLEMENTED;
	list.buffer = kvzalloc(max(list.length, 1u), GFP_KERNEL_ACCOUNT);
	if (!list.buffer)
		return STATUS_INSUFFICIENT_RESOURCES;
	rcu_read_lock();
	for_each_process(leader)
		if (task_tgid_vnr(leader))
			nt_list_process(&list, leader);
	rcu_read_unlock();
	*needed = list.needed;
	if (list.needed > length) {
		status = STATUS_INFO_LENGTH_MISMATCH;
	} else {
		((struct nt_system_process *)(list.buffer + list.last))->next = 0;
		status = nt_copy_to(out, list.buffer, list.at, sizeof(u32));
	}
	kvfree(list.buffer);
	return status;
}

static u32 nt_query_time_adjustment(u64 out, u32 length, u32 *needed)
{
	struct {
		u32 adjustment;
		u32 increment;
		u8 disabled;
		u8 padding[3];
	} adjustment = { KE_TICK, KE_TICK, 1, { } };

	*needed = sizeof(adjustment);
	if (length != sizeof(adjustment))
		return STATUS_INFO_LENGTH_MISMATCH;
	return nt_copy_to(out, &adjustment, sizeof(adjustment), sizeof(u32));
}

static u32 nt_query_kernel_debugger(u64 out, u32 length, u32 *needed)
{
	static const u8 debugger[] = { 0, 1 };	/* not enabled, not present */

	*needed = sizeof(debugger);
	if (length < sizeof(debugger))
		return STATUS_INFO_LENGTH_MISMATCH;
	return nt_copy_to(out, debugger, sizeof(debugger), sizeof(u8));
}

static u32 nt_query_system(u32 class, u64 out, u32 length, u32 *needed)
{
	switch (class) {
	case NT_SYSTEM_BASIC:
	case NT_SYSTEM_NATIVE_BASIC:
		return nt_wow64() ? STATUS_NOT_IMPLEMENTED :
		       nt_query_basic_system(out, length, needed);
	case NT_SYSTEM_PROCESSOR:
		return nt_query_processor(out, length, needed);
	case NT_SYSTEM_PERFORMANCE:
		return nt_wow64() ? STATUS_NOT_IMPLEMENTED :
		       nt_query_performance(out, length, needed);
	case NT_SYSTEM_TIME_OF_DAY:
		return nt_query_time_of_day(out, length, needed);
	case NT_SYSTEM_PROCESS:
		return nt_query_processes(out, length, needed);
	case NT_SYSTEM_PROCESSOR_PERFORMANCE:
		return nt_query_processor_performance(out, length, needed);
	case NT_SYSTEM_TIME_ADJUSTMENT:
		return nt_query_time_adjustment(out, length, needed);
	case NT_SYSTEM_KERNEL_DEBUGGER:
		return nt_query_kernel_debugger(out, length, needed);
	case NT_SYSTEM_MODULE:
	case NT_SYSTEM_HANDLE:
		/* Lists of addresses in the kernel. */
		return STATUS_NOT_IMPLEMENTED;
	default:
		return STATUS_INVALID_INFO_CLASS;
	}
}

/*
 * NtQuerySystemInformation: see enum nt_system_class for what there is.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_query_system_information, u32, class, u64, out, u32, length, u64, length_out)
{
	u32 needed = 0, status, ret;

	status = nt_probe_for_write(out, length,
				    class == NT_SYSTEM_KERNEL_DEBUGGER ? 1 : sizeof(u32));
	if (!status && length_out)
		status = nt_probe_for_write(length_out, sizeof(u32), sizeof(u32));
	if (status)
		return status;
	status = nt_query_system(class, out, length, &needed);
	if (status == STATUS_INVALID_INFO_CLASS || status == STATUS_NOT_IMPLEMENTED)
		return status;
	ret = nt_put_optional_u32(length_out, needed);
	return ret ? ret : status;
}

/*
 * NtQuerySystemInformationEx: of one processor group, of which there is one.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE6(nt_query_system_information_ex, u32, class, u64, in, u32, in_length, u64, out,
	    u32, length, u64, length_out)
{
	u32 status;
	u16 group;

	if (class != NT_SYSTEM_PROCESSOR_PERFORMANCE)
		return STATUS_INVALID_INFO_CLASS;
	if (!in || in_length < sizeof(group))
		return STATUS_INVALID_PARAMETER;
	status = nt_copy_from(&group, in, sizeof(group), sizeof(u16));
	if (status)
		return status;
	if (group)
		return STATUS_INVALID_PARAMETER;
	return nt_query_system_information(class, out, length, length_out);
}
