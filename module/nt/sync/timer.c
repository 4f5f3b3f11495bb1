// SPDX-License-Identifier: GPL-2.0
/* Services of timers. */
#include <linux/file.h>

#include "ke/timer.h"
#include "nt/sync/sync.h"

/* TIMER_TYPE */
#define NT_NOTIFICATION_TIMER		0
#define NT_SYNCHRONIZATION_TIMER	1

/*
 * NtCreateTimer: a new timer.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER_4 for another type; what is
 * wrong with the pointers, the name or the rights.
 */
NT_SERVICE4(nt_create_timer, u64, handle, u32, access, u64, attributes, u32, type)
{
	struct ob_attributes captured;
	u32 status;

	if (type > NT_SYNCHRONIZATION_TIMER)
		return STATUS_INVALID_PARAMETER_4;
	status = nt_sync_begin(handle, attributes, false, &captured);
	if (status)
		return status;
	return nt_sync_insert(ke_timer_create(type == NT_SYNCHRONIZATION_TIMER), access, &captured,
			      handle);
}

/*
 * NtOpenTimer: one that has a name.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_timer, u64, handle, u32, access, u64, attributes)
{
	return nt_sync_open(&ke_timer_type, handle, access, attributes);
}

/*
 * NtSetTimer: signal it at @due_time, and then every @period milliseconds.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_TIMER_RESUME_IGNORED: it is set, but will not wake
 * the machine; STATUS_INVALID_PARAMETER_6 for a negative period.
 */
NT_SERVICE7(nt_set_timer, u64, handle, u64, due_time, u64, routine, u64, context, u8, resume,
	    s32, period, u64, previous)
{
	struct nt_interval interval = { };
	struct ke_timer_setting setting;
	struct nt_timeout due;
	struct file *file;
	u32 status;
	u8 before;

	status = nt_probe_optional(previous, sizeof(u8));
	if (!status)
		status = nt_get_u64(due_time, (u64 *)&interval.value);
	if (status)
		return status;
	if (period < 0)
		return STATUS_INVALID_PARAMETER_6;
	status = ob_reference_by_handle(handle, &ke_timer_type, KE_TIMER_MODIFY_STATE, &file);
	if (status)
		return status;
	nt_start_timeout(&interval, &due);
	setting = (struct ke_timer_setting){
		.due = &due, .period_ns = (u64)period * NSEC_PER_MSEC,
		.routine = routine, .context = context,
	};
	before = ke_timer_set(ob_handle_of(file)->object, &setting);
	fput(file);
	status = previous ? nt_copy_to(previous, &before, sizeof(before), 1) : STATUS_SUCCESS;
	return !status && resume ? STATUS_TIMER_RESUME_IGNORED : status;
}

/*
 * NtCancelTimer: it will not expire. Whether it is signalled stays as it is.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_cancel_timer, u64, handle, u64, current_state)
{
	struct file *file;
	u32 status;
	u8 state;

	status = nt_probe_optional(current_state, sizeof(u8));
	if (!status)
		status = ob_reference_by_handle(handle, &ke_timer_type, KE_TIMER_MODIFY_STATE,
						&file);
	if (status)
		return status;
	state = ke_timer_cancel(ob_handle_of(file)->object);
	fput(file);
	return current_state ? nt_copy_to(current_state, &state, sizeof(state), 1) : STATUS_SUCCESS;
}

/*
 * NtQueryTimer: how long it will take, and whether it is signalled.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_query_timer, u64, handle, u32, class, u64, out, u32, length, u64, returned)
{
	struct {
		s64 remaining;
		u8 signalled;
		u8 padding[7];
	} information = { };
	struct ke_timer *timer;
	struct file *file;
	u32 status;

	status = nt_query_begin(class, out, length, sizeof(information), returned);
	if (!status)
		status = ob_reference_by_handle(handle, &ke_timer_type, KE_TIMER_QUERY_STATE,
						&file);
	if (status)
		return status;
	timer = ob_handle_of(file)->object;
	information.remaining = ke_timer_remaining(timer);
	information.signalled = READ_ONCE(timer->object.dispatcher.state) > 0;
	fput(file);
	return nt_query_end(out, &information, sizeof(information), returned);
}
