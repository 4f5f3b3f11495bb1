// SPDX-License-Identifier: GPL-2.0
/* Time: the clock, the performance counter, the resolution of timers. */
#include <linux/capability.h>
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include <asm/unistd.h>

#include "ke/shared_page.h"
#include "nt/object/flags.h"
#include "nt/service.h"
#include "se/se.h"

/* 100 ns units since 1601 of the Unix epoch */
#define NT_UNIX_EPOCH 116444736000000000LL
#define NT_UNITS_PER_SEC 10000000LL

/*
 * NtQuerySystemTime: 100 ns units since 1601.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_query_system_time, u64, out)
{
	return nt_put_u64(out, ke_system_time());
}

/*
 * NtSetSystemTime: for who may do so by Linux.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_INVALID_PARAMETER for no time that Linux can have,
 * STATUS_PRIVILEGE_NOT_HELD.
 */
NT_SERVICE2(nt_set_system_time, u64, new_time, u64, old_out)
{
	u64 old = ke_system_time();
	struct timespec64 ts;
	u32 status;
	u64 value;

	if (!new_time)
		return STATUS_ACCESS_VIOLATION;
	status = nt_get_u64(new_time, &value);
	if (!status && old_out)
		status = nt_put_u64(old_out, old);
	if (status)
		return status;
	if (!capable(CAP_SYS_TIME))
		return STATUS_PRIVILEGE_NOT_HELD;
	if ((s64)value < NT_UNIX_EPOCH)
		return STATUS_INVALID_PARAMETER;
	value -= NT_UNIX_EPOCH;
	ts.tv_sec = value / NT_UNITS_PER_SEC;
	ts.tv_nsec = value % NT_UNITS_PER_SEC * 100;
	status = se_allow(__NR_clock_settime, CLOCK_REALTIME, 0, 0, 0, 0, 0);
	if (!status && do_settimeofday64(&ts))
		status = STATUS_INVALID_PARAMETER;
	if (!status)
		ke_shared_page_update();
	return status;
}

/*
 * NtQueryPerformanceCounter: CLOCK_MONOTONIC, at 10 MHz.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_query_performance_counter, u64, out, u64, frequency_out)
{
	u32 status;

	status = nt_put_u64(out, ke_performance_counter());
	if (!status && frequency_out)
		status = nt_put_u64(frequency_out, KE_QPC_FREQUENCY);
	return status;
}

/*
 * NtQueryTimerResolution: how often the clock of the shared page ticks, in 100 ns.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_query_timer_resolution, u64, maximum_out, u64, minimum_out, u64, current_out)
{
	u32 status;

	status = nt_put_u32(maximum_out, KE_TICK);
	if (!status)
		status = nt_put_u32(minimum_out, KE_TICK_MINIMUM);
	if (!status)
		status = nt_put_u32(current_out, ke_timer_resolution());
	return status;
}

/*
 * NtSetTimerResolution: have the clock tick faster while this process lives, or
 * no longer. The fastest that a process asks for counts.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_TIMER_RESOLUTION_NOT_SET.
 */
NT_SERVICE3(nt_set_timer_resolution, u32, wanted, u8, set, u64, current_out)
{
	struct ke_process *process = nt_current_process();
	u32 status, mine, old;

	status = nt_probe_for_write(current_out, sizeof(u32), sizeof(u32));
	if (status)
		return status;
	if (!process)
		return STATUS_NOT_SUPPORTED;
	if (!set && !READ_ONCE(process->timer_resolution)) {
		status = nt_put_u32(current_out, ke_timer_resolution());
		return status ? status : STATUS_TIMER_RESOLUTION_NOT_SET;
	}
	mine = set ? ke_change_timer_resolution(0, max(wanted, KE_TICK_MINIMUM)) : 0;
	old = xchg(&process->timer_resolution, mine);
	ke_change_timer_resolution(old, 0);
	return nt_put_u32(current_out, ke_timer_resolution());
}
