// SPDX-License-Identifier: GPL-2.0
/* Services of events. */
#include <linux/file.h>

#include "ke/event.h"
#include "nt/sync/sync.h"

/* EVENT_TYPE */
#define NT_NOTIFICATION_EVENT		0
#define NT_SYNCHRONIZATION_EVENT	1

/*
 * NtCreateEvent: a new event.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for another type; what is wrong
 * with the pointers, the name or the rights.
 */
NT_SERVICE5(nt_create_event, u64, handle, u32, access, u64, attributes, u32, type, u8, initial)
{
	struct ob_attributes captured;
	u32 status;

	status = nt_sync_begin(handle, attributes, false, &captured);
	if (status)
		return status;
	if (type > NT_SYNCHRONIZATION_EVENT) {
		nt_release_attributes(&captured);
		return STATUS_INVALID_PARAMETER;
	}
	return nt_sync_insert(ke_event_create(type == NT_SYNCHRONIZATION_EVENT, initial), access,
			      &captured, handle);
}

/*
 * NtOpenEvent: one that has a name.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_event, u64, handle, u32, access, u64, attributes)
{
	return nt_sync_open(&ke_event_type, handle, access, attributes);
}

typedef s32 (*nt_event_change_t)(struct ke_dispatcher *object);

static __always_inline u32 nt_change_event(u64 handle, nt_event_change_t change, u64 previous)
{
	struct file *file;
	u32 status;
	s32 before;

	status = nt_probe_optional(previous, sizeof(u32));
	if (!status)
		status = ob_reference_by_handle(handle, &ke_event_type, KE_EVENT_MODIFY_STATE,
						&file);
	if (status)
		return status;
	before = change(ke_object_dispatcher(ob_handle_of(file)->object));
	fput(file);
	return nt_put_optional_u32(previous, before);
}

/*
 * NtSetEvent: waits for it are over, one of them for a synchronization event.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_set_event, u64, handle, u64, previous)
{
	return nt_change_event(handle, ke_signal, previous);
}

/*
 * NtSetEventBoostPriority: the same; whom to prefer is the scheduler's affair.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_set_event_boost_priority, u64, handle)
{
	return nt_change_event(handle, ke_signal, 0);
}

/*
 * NtResetEvent: it is not signalled.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_reset_event, u64, handle, u64, previous)
{
	return nt_change_event(handle, ke_unsignal, previous);
}

/*
 * NtClearEvent: likewise.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_clear_event, u64, handle)
{
	return nt_change_event(handle, ke_unsignal, 0);
}

/*
 * NtPulseEvent: who waits now is let go, and it is not signalled.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_pulse_event, u64, handle, u64, previous)
{
	return nt_change_event(handle, ke_pulse, previous);
}

/*
 * NtQueryEvent: type and state.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_query_event, u64, handle, u32, class, u64, out, u32, length, u64, returned)
{
	struct {
		u32 type;
		s32 state;
	} information;
	struct ke_dispatcher *object;
	struct file *file;
	u32 status;

	status = nt_query_begin(class, out, length, sizeof(information), returned);
	if (!status)
		status = ob_reference_by_handle(handle, &ke_event_type, KE_EVENT_QUERY_STATE,
						&file);
	if (status)
		return status;
	object = ke_object_dispatcher(ob_handle_of(file)->object);
	information.type = object->kind == KE_SYNCHRONIZATION ? NT_SYNCHRONIZATION_EVENT :
			   NT_NOTIFICATION_EVENT;
	information.state = READ_ONCE(object->state);
	fput(file);
	return nt_query_end(out, &information, sizeof(information), returned);
}
