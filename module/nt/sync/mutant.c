// SPDX-License-Identifier: GPL-2.0
/* Services of mutants. */
#include <linux/file.h>

#include "ke/mutant.h"
#include "nt/sync/sync.h"

/* MUTANT_INFORMATION_CLASS */
#define NT_MUTANT_BASIC_INFORMATION	0
#define NT_MUTANT_OWNER_INFORMATION	1

/*
 * NtCreateMutant: a new mutant, that the caller owns if he says so. With
 * OBJ_OPENIF nobody comes to own one that was there before.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_create_mutant, u64, handle, u32, access, u64, attributes, u8, owned)
{
	struct ke_thread *thread = owned ? ke_current() : NULL;
	struct ob_attributes captured;
	u32 status;

	if (owned && !thread)
		return STATUS_NOT_SUPPORTED;
	status = nt_sync_begin(handle, attributes, false, &captured);
	if (status)
		return status;
	return nt_sync_insert(ke_mutant_create(thread), access, &captured, handle);
}

/*
 * NtOpenMutant: one that has a name.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_mutant, u64, handle, u32, access, u64, attributes)
{
	return nt_sync_open(&ke_mutant_type, handle, access, attributes);
}

/*
 * NtReleaseMutant: give it back as often as it was acquired. Needs no right.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS or STATUS_MUTANT_NOT_OWNED.
 */
NT_SERVICE2(nt_release_mutant, u64, handle, u64, previous)
{
	struct file *file;
	u32 status;
	s32 before;

	status = nt_probe_optional(previous, sizeof(u32));
	if (!status)
		status = ob_reference_by_handle(handle, &ke_mutant_type, 0, &file);
	if (status)
		return status;
	status = ke_mutant_release(ob_handle_of(file)->object, &before);
	fput(file);
	return status ? status : nt_put_optional_u32(previous, before);
}

static u32 nt_query_mutant_basic(u64 handle, u64 out, u32 length, u64 returned)
{
	struct {
		s32 count;
		u8 owned_by_caller;
		u8 abandoned;
		u8 padding[2];
	} information = { };
	struct ke_dispatcher *object;
	struct ke_mutant *mutant;
	struct file *file;
	u32 status;

	status = nt_query_begin(0, out, length, sizeof(information), returned);
	if (!status)
		status = ob_reference_by_handle(handle, &ke_mutant_type, KE_MUTANT_QUERY_STATE,
						&file);
	if (status)
		return status;
	mutant = ob_handle_of(file)->object;
	object = &mutant->object.dispatcher;
	spin_lock_irq(&object->lock);
	information.count = object->state;
	information.owned_by_caller = mutant->owner && mutant->owner == ke_current();
	information.abandoned = mutant->abandoned;
	spin_unlock_irq(&object->lock);
	fput(file);
	return nt_query_end(out, &information, sizeof(information), returned);
}

/* Under the lock: the owner could end otherwise. */
static void nt_mutant_owner(struct ke_mutant *mutant, u64 *client_id)
{
	struct ke_dispatcher *object = &mutant->object.dispatcher;

	spin_lock_irq(&object->lock);
	if (mutant->owner) {
		client_id[0] = task_tgid_vnr(mutant->owner->task);
		client_id[1] = task_pid_vnr(mutant->owner->task);
	}
	spin_unlock_irq(&object->lock);
}

/* The CLIENT_ID of the owner, as the caller's pid namespace has it; zeroes without one */
static u32 nt_query_mutant_owner(u64 handle, u64 out, u32 length, u64 returned)
{
	u64 owner[2] = { };
	u32 narrow[2], status, size = nt_wow64() ? sizeof(narrow) : sizeof(owner);
	struct file *file;

	status = nt_query_begin(0, out, length, size, returned);
	if (!status)
		status = ob_reference_by_handle(handle, &ke_mutant_type, KE_MUTANT_QUERY_STATE,
						&file);
	if (status)
		return status;
	nt_mutant_owner(ob_handle_of(file)->object, owner);
	fput(file);
	narrow[0] = owner[0];
	narrow[1] = owner[1];
	return nt_query_end(out, size == sizeof(narrow) ? (void *)narrow : owner, size, returned);
}

/*
 * NtQueryMutant: state, or owner.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_query_mutant, u64, handle, u32, class, u64, out, u32, length, u64, returned)
{
	switch (class) {
	case NT_MUTANT_BASIC_INFORMATION:
		return nt_query_mutant_basic(handle, out, length, returned);
	case NT_MUTANT_OWNER_INFORMATION:
		return nt_query_mutant_owner(handle, out, length, returned);
	default:
		return STATUS_INVALID_INFO_CLASS;
	}
}
