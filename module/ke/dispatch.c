// SPDX-License-Identifier: GPL-2.0
/* The dispatcher: from a service number to its routine, and back to the caller. */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/uaccess.h>

#include "kcompat.h"
#include "ke/apc.h"
#include "ke/dispatch.h"
#include "ke/fpu.h"
#include "ke/service.h"
#include "ke/thread.h"
#include "ke/user_dispatch.h"
#include "ntstatus.h"
#include "words.h"

/* First stack argument: behind the return address and four home slots. */
#define KE_STACK_ARGUMENTS 0x28

static DEFINE_PER_CPU(u64, ke_system_call_nr);

/**
 * ke_system_calls() - Prcb.KeSystemCalls of all CPUs
 *
 * Context: any.
 * Return: how many calls were dispatched.
 */
u64 ke_system_calls(void)
{
	u64 calls = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		calls += per_cpu(ke_system_call_nr, cpu);
	return calls;
}

/* What a win32k number says whose thread could not become a GUI thread. */
static void ke_conversion_failed(const struct ke_service_table *table, u32 index, u32 *status)
{
	s8 failure;

	if (!table->failures || index >= table->limit)
		return;
	failure = table->failures[index];
	if (failure <= 0)
		*status = (u32)(s32)failure;
}

/* KiBBTUnexpectedRange: perhaps the thread has to become a GUI thread first. */
static noinline const struct ke_service_table *
ke_unexpected_range(struct ke_thread *thread, const struct ke_service_tables *tables, u32 number,
		    u32 *status)
{
	u32 which = ke_table_of(tables->x86, number), index = number & KE_INDEX_MASK;
	const struct ke_service_table *table = &tables->shadow[KE_WIN32_TABLE];

	*status = STATUS_INVALID_SYSTEM_SERVICE;
	if (which != KE_WIN32_TABLE || thread->gui)
		return NULL;
	if (ke_convert_to_gui_thread(thread, thread->previous_mode)) {
		ke_conversion_failed(table, index, status);
		return NULL;
	}
	return index < READ_ONCE(table->limit) ? table : NULL;
}

/*
 * KiSystemServiceRepeat: the table of a number. Sets *status and returns NULL if
 * there is none. Table 0 is the same one for GUI threads and for others.
 */
static __always_inline const struct ke_service_table *
ke_find_service(struct ke_thread *thread, const struct ke_service_tables *tables, bool x86,
		bool first, u32 number, u32 *status)
{
	u32 which = first ? 0 : ke_table_of(x86, number), index = number & KE_INDEX_MASK;
	const struct ke_service_table *table = &tables->plain[which];

	if (!first && thread->gui)
		table = &tables->shadow[which];
	if (likely(index < READ_ONCE(table->limit)))
		return table;
	if (!first)
		return ke_unexpected_range(thread, tables, number, status);
	*status = STATUS_INVALID_SYSTEM_SERVICE;
	return NULL;
}

/*
 * What KiSystemServiceHandler makes of a fault while arguments are copied: the
 * exception's code. A page of a file that cannot be read in is an in-page error.
 */
static u32 ke_copy_fault(u64 from, size_t size)
{
	struct vm_area_struct *vma;
	u64 at = from, end = from + size;
	u32 status = STATUS_ACCESS_VIOLATION;

	if (end < from || end > TASK_SIZE_MAX)
		return status;
	mmap_read_lock(current->mm);
	for (vma = find_vma(current->mm, at); vma && vma->vm_start <= at && at < end;
	     vma = find_vma(current->mm, at)) {
		if (!(vma->vm_flags & VM_READ))
			break;
		at = vma->vm_end;
	}
	/* All of it is mapped for reading, and yet it faults. */
	if (at >= end)
		status = STATUS_IN_PAGE_ERROR;
	mmap_read_unlock(current->mm);
	return status;
}

/* With preemption the number may go to another CPU's count; it is counted once. */
static __always_inline void ke_count(const struct ke_service_table *table, u32 index)
{
	this_cpu_inc(ke_system_call_nr);
	if (unlikely(table->count))
		this_cpu_inc(table->count[index]);
}

static __always_inline u32 ke_call(struct ke_thread *thread,
				   const struct ke_service_tables *tables, u32 number,
				   const struct ke_service_table *table, u64 *arguments)
{
	u32 index = number & KE_INDEX_MASK, status;

	if (static_branch_unlikely(&ke_filters_on))
		status = ke_filtered_call(thread, tables, number, table, arguments);
	else
		status = ke_service_routine(table, index)(arguments);
	ke_count(table, index);
	return status;
}

/* KiSystemCall64: four arguments in registers, the others on the stack. */
static __always_inline u32 ke_call64(struct ke_thread *thread, struct pt_regs *regs, u32 number,
				     bool first)
{
	const struct ke_service_tables *tables = thread->process->tables;
	u64 arguments[KE_MAXIMUM_ARGUMENTS] kcompat_uninitialized;
	const struct ke_service_table *table;
	unsigned int stack;
	u32 status;

	table = ke_find_service(thread, tables, false, first, number, &status);
	if (unlikely(!table))
		return status;
	arguments[0] = regs->r10;
	arguments[1] = regs->dx;
	arguments[2] = regs->r8;
	arguments[3] = regs->r9;
	stack = table->base[number & KE_INDEX_MASK] & 0xf;
	if (stack) {
		u64 from = regs->sp + KE_STACK_ARGUMENTS;

		if (!words_from_user(&arguments[4], (void __user *)from, stack * sizeof(u64)))
			return ke_copy_fault(from, stack * sizeof(u64));
	}
	return ke_call(thread, tables, number, table, arguments);
}

/* KiSystemService of x86: all arguments where EDX points. */
static u32 ke_call32(struct ke_thread *thread, struct pt_regs *regs, u32 number)
{
	const struct ke_service_tables *tables = ke_service_profile(NTDBG_PROFILE_WINXP_X86);
	u64 arguments[KE_MAXIMUM_ARGUMENTS] kcompat_uninitialized;
	u32 narrow[KE_MAXIMUM_ARGUMENTS] kcompat_uninitialized;
	const struct ke_service_table *table;
	u32 from = (u32)regs->dx;
	unsigned int i, bytes;
	u32 status;

	table = ke_find_service(thread, tables, true, false, number, &status);
	if (!table)
		return status;
	bytes = table->number[number & KE_INDEX_MASK];
	if (bytes && copy_from_user(narrow, (void __user *)(unsigned long)from, bytes))
		return ke_copy_fault(from, bytes);
	for (i = 0; i < bytes / sizeof(u32); i++)
		arguments[i] = narrow[i];
	return ke_call(thread, tables, number, table, arguments);
}

static noinline u32 ke_call_win32(struct ke_thread *thread, struct pt_regs *regs, u32 number)
{
	int key = ke_enter_win32();
	u32 status;

	if (user_64bit_mode(regs))
		status = ke_call64(thread, regs, number, false);
	else
		status = ke_call32(thread, regs, number);
	ke_leave_win32(key);
	return status;
}

/* A Linux signal first; then the same instruction again. */
static noinline void ke_restart(struct pt_regs *regs, u32 number)
{
	regs->ip -= KE_ENTRY_LENGTH;
	regs->ax = regs->orig_ax == -1 ? number : regs->orig_ax;
	regs->orig_ax = -1;
}

/* What only NtContinue and its sisters return, or a service that is to be made again. */
static bool ke_special_status(u32 status)
{
	return status == NT_STATUS_RESTART || status == KE_STATUS_CONTEXT_SET;
}

/* The rest of KiSystemServiceExit. */
static noinline void ke_exit_slowly(struct ke_thread *thread, struct pt_regs *regs, u32 status,
				    u32 number)
{
	if (status == NT_STATUS_RESTART) {
		ke_restart(regs, number);
		return;
	}
	if (status == KE_STATUS_CONTEXT_SET)
		regs->orig_ax = -1;
	if (thread->user_apc_pending)
		ke_deliver_user_apc(thread, regs);
}

/**
 * ki_system_call64() - an NT call of the current thread (KiSystemCall64)
 * @thread: it
 * @regs: its registers, RIP behind the entering instruction; 64-bit code
 * @number: EAX
 *
 * Context: may sleep; on the way into the kernel or in an exception, no locks held.
 */
void ki_system_call64(struct ke_thread *thread, struct pt_regs *regs, u32 number)
{
	struct ke_trap_frame frame kcompat_uninitialized;
	u32 status;

	frame.previous = thread->trap_frame;
	frame.previous_mode = KE_USER_MODE;
	frame.regs = regs;
	thread->trap_frame = &frame;
	thread->system_call_number = number;
	thread->first_argument = regs->r10;
	if (likely(!(number & KE_WIN32_NUMBER)))
		status = ke_call64(thread, regs, number, true);
	else
		status = ke_call_win32(thread, regs, number);
	thread->trap_frame = frame.previous;

	if (likely(!ke_special_status(status))) {
		/* What NT defines of the registers. */
		if (unlikely(thread->restart) && ke_restart_of(thread, regs))
			thread->restart = 0;
		regs->ax = status;
		regs->cx = regs->ip;
		regs->r11 = regs->flags;
		regs->r8 = regs->sp;
		regs->r9 = regs->bp;
		regs->dx = 0;
		regs->r10 = 0;
		ke_clear_volatile_xmm();
		if (likely(!thread->user_apc_pending))
			return;
	}
	ke_exit_slowly(thread, regs, status, number);
}

/**
 * ki_system_service32() - an NT call of 32-bit code by int 2Eh (KiSystemService)
 * @thread: the current thread
 * @regs: its registers, RIP behind the instruction
 * @number: EAX
 *
 * Context: may sleep; in an exception, no locks held.
 */
void ki_system_service32(struct ke_thread *thread, struct pt_regs *regs, u32 number)
{
	struct ke_trap_frame frame = {
		.previous = thread->trap_frame, .previous_mode = KE_USER_MODE, .regs = regs,
	};
	u32 status;

	thread->trap_frame = &frame;
	thread->system_call_number = number;
	if (number & KE_WIN32_NUMBER)
		status = ke_call_win32(thread, regs, number);
	else
		status = ke_call32(thread, regs, number);
	thread->trap_frame = frame.previous;
	if (!ke_special_status(status)) {
		if (unlikely(thread->restart) && ke_restart_of(thread, regs))
			thread->restart = 0;
		regs->ax = status;
	}
	ke_exit_slowly(thread, regs, status, number);
}

/**
 * zw_call_service() - call a service as the kernel itself does (the Zw way)
 * @number: of the default profile
 * @arguments: its arguments; pointers may be the kernel's
 * @nr_arguments: how many
 *
 * There is a trap frame, PreviousMode is KernelMode for the time of the call,
 * the call is counted, and filters see it.
 *
 * Context: may sleep; a process's.
 * Return: NTSTATUS; STATUS_INVALID_PARAMETER if the service has another number of arguments.
 */
u32 zw_call_service(u32 number, const u64 *arguments, unsigned int nr_arguments)
{
	const struct ke_service_tables *tables = ke_service_profile(NTDBG_PROFILE_WIN10_1511);
	u32 which = ke_table_of(false, number), index = number & KE_INDEX_MASK;
	const struct ke_service_table *table = &tables->shadow[which];
	u64 copy[KE_MAXIMUM_ARGUMENTS] = { };
	struct ke_trap_frame frame = { };
	int key = ke_enter_win32();
	struct ke_thread *thread;
	u32 status;

	status = STATUS_INVALID_SYSTEM_SERVICE;
	if (index >= READ_ONCE(table->limit))
		goto leave;
	status = STATUS_INVALID_PARAMETER;
	if (nr_arguments != table->arguments[index])
		goto leave;
	memcpy(copy, arguments, nr_arguments * sizeof(u64));
	thread = ke_enter_kernel_mode();
	status = STATUS_NO_MEMORY;
	if (!thread)
		goto leave;
	frame.previous = thread->trap_frame;
	frame.previous_mode = thread->previous_mode;
	thread->trap_frame = &frame;
	thread->previous_mode = KE_KERNEL_MODE;
	thread->system_call_number = number;
	status = ke_call(thread, tables, number, table, copy);
	thread->previous_mode = frame.previous_mode;
	thread->trap_frame = frame.previous;
	ke_leave_kernel_mode(thread);
leave:
	ke_leave_win32(key);
	return status;
}
EXPORT_SYMBOL_GPL(zw_call_service);
