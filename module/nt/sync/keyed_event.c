// SPDX-License-Identifier: GPL-2.0
/* Services of keyed events. */
#include <linux/file.h>

#include "ke/keyed_event.h"
#include "nt/sync/sync.h"

/*
 * NtCreateKeyedEvent: a new keyed event. There are no flags.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER_4 for flags; what is wrong with
 * the pointers, the name or the rights.
 */
NT_SERVICE4(nt_create_keyed_event, u64, handle, u32, access, u64, attributes, u32, flags)
{
	struct ob_attributes captured;
	u32 status;

	if (flags)
		return STATUS_INVALID_PARAMETER_4;
	status = nt_sync_begin(handle, attributes, false, &captured);
	if (status)
		return status;
	return nt_sync_insert(ke_keyed_event_create(), access, &captured, handle);
}

/*
 * NtOpenKeyedEvent: one that has a name.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_keyed_event, u64, handle, u32, access, u64, attributes)
{
	return nt_sync_open(&ke_keyed_event_type, handle, access, attributes);
}

/* Odd keys are what NT marks its own list entries with. Handle 0 is the event of all. */
static u32 nt_meet(u64 handle, u64 key, bool release, bool alertable, u64 timeout)
{
	u32 access = release ? KE_KEYED_EVENT_WAKE : KE_KEYED_EVENT_WAIT, status;
	struct ke_keyed_event *event = NULL;
	struct nt_interval interval;
	struct file *file = NULL;

	if (key & 1)
		return STATUS_INVALID_PARAMETER_1;
	status = nt_get_interval(timeout, &interval);
	if (status)
		return status;
	if (handle) {
		status = ob_reference_by_handle(handle, &ke_keyed_event_type, access, &file);
		if (status)
			return status;
		event = ob_handle_of(file)->object;
	}
	status = ke_keyed_event_meet(event, key, release, alertable, &interval);
	if (handle)
		fput(file);
	return status;
}

/*
 * NtWaitForKeyedEvent: until somebody releases the key.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_USER_APC, STATUS_ALERTED, STATUS_TIMEOUT;
 * STATUS_INVALID_PARAMETER_1 for an odd key; what is wrong with handle or pointer.
 */
NT_SERVICE4(nt_wait_for_keyed_event, u64, handle, u64, key, u8, alertable, u64, timeout)
{
	return nt_meet(handle, key, false, alertable, timeout);
}

/*
 * NtReleaseKeyedEvent: until somebody waits for the key.
 *
 * Context: may sleep.
 * Return: as NtWaitForKeyedEvent.
 */
NT_SERVICE4(nt_release_keyed_event, u64, handle, u64, key, u8, alertable, u64, timeout)
{
	return nt_meet(handle, key, true, alertable, timeout);
}
