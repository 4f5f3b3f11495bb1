// SPDX-License-Identifier: GPL-2.0
/* Services of event pairs. */
#include <linux/file.h>

#include "ke/event.h"
#include "ke/event_pair.h"
#include "nt/sync/sync.h"

#define NT_LOW	true
#define NT_HIGH	false

/*
 * NtCreateEventPair: a new pair, neither of them signalled.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_create_event_pair, u64, handle, u32, access, u64, attributes)
{
	struct ob_attributes captured;
	u32 status;

	status = nt_sync_begin(handle, attributes, false, &captured);
	if (status)
		return status;
	return nt_sync_insert(ke_event_pair_create(), access, &captured, handle);
}

/*
 * NtOpenEventPair: one that has a name.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_event_pair, u64, handle, u32, access, u64, attributes)
{
	return nt_sync_open(&ke_event_pair_type, handle, access, attributes);
}

/* Set the one and wait for the other, or one of the two. A Linux signal does not set twice. */
static u32 nt_event_pair(u64 handle, const bool *set, const bool *wait)
{
	static const struct nt_interval forever = { .infinite = true };
	struct ke_event_pair *pair;
	struct file *file;
	u32 status;

	status = ob_reference_by_handle(handle, &ke_event_pair_type, NTDBG_ACCESS_SYNCHRONIZE,
					&file);
	if (status)
		return status;
	pair = ob_handle_of(file)->object;
	if (set && !nt_restarted(KE_RESTART_SIGNALLED))
		ke_signal(*set == NT_LOW ? &pair->low : &pair->high);
	if (wait)
		status = ke_wait_one(*wait == NT_LOW ? &pair->low : &pair->high, false, &forever);
	if (set && status == NT_STATUS_RESTART)
		nt_keep_restart(KE_RESTART_SIGNALLED);
	fput(file);
	return status;
}

static const bool nt_low = NT_LOW, nt_high = NT_HIGH;

/*
 * NtSetLowEventPair: who waits for the low one goes on.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_set_low_event_pair, u64, handle)
{
	return nt_event_pair(handle, &nt_low, NULL);
}

/*
 * NtSetHighEventPair: who waits for the high one goes on.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_set_high_event_pair, u64, handle)
{
	return nt_event_pair(handle, &nt_high, NULL);
}

/*
 * NtWaitLowEventPair: until the low one is set.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_wait_low_event_pair, u64, handle)
{
	return nt_event_pair(handle, NULL, &nt_low);
}

/*
 * NtWaitHighEventPair: until the high one is set.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_wait_high_event_pair, u64, handle)
{
	return nt_event_pair(handle, NULL, &nt_high);
}

/*
 * NtSetLowWaitHighEventPair: the client's half of a dialogue.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_set_low_wait_high_event_pair, u64, handle)
{
	return nt_event_pair(handle, &nt_low, &nt_high);
}

/*
 * NtSetHighWaitLowEventPair: the server's half.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_set_high_wait_low_event_pair, u64, handle)
{
	return nt_event_pair(handle, &nt_high, &nt_low);
}
