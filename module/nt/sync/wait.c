// SPDX-License-Identifier: GPL-2.0
/* Waiting: from handles to what is waited for. */
#include <linux/file.h>
#include <linux/slab.h>
#include <asm/unistd.h>

#include "ke/event.h"
#include "ke/mutant.h"
#include "ke/semaphore.h"
#include "nt/sync/sync.h"
#include "se/se.h"

/* WAIT_TYPE */
#define NT_WAIT_ALL	0
#define NT_WAIT_ANY	1

/* The calling process and thread: while they wait they do not end. */
static bool nt_is_pseudo(u64 handle)
{
	return (s32)handle == OB_CURRENT_PROCESS || (s32)handle == OB_CURRENT_THREAD;
}

/* What a handle is waited for by. The file is referenced; a pseudo handle has none. */
static u32 nt_wait_object(u64 handle, struct ke_wait_object *object)
{
	struct ob_handle *ours;
	u32 status;

	object->dispatcher = NULL;
	object->file = NULL;
	if (nt_is_pseudo(handle))
		return STATUS_SUCCESS;
	status = ob_reference_by_handle(handle, NULL, NTDBG_ACCESS_SYNCHRONIZE, &object->file);
	if (status) {
		object->file = NULL;
		return status;
	}
	if (ob_is_handle(object->file)) {
		ours = ob_handle_of(object->file);
		/* Nearly always it is this one, and then the call is a direct one. */
		if (ours->type->dispatcher == ke_object_dispatcher)
			object->dispatcher = ke_object_dispatcher(ours->object);
		else if (ours->type->dispatcher)
			object->dispatcher = ours->type->dispatcher(ours->object);
		return STATUS_SUCCESS;
	}
	status = se_allow(__NR_poll, 0, 1, 0, 0, 0, 0);
	if (status) {
		fput(object->file);
		object->file = NULL;
	}
	return status;
}

static u32 nt_wait_one(const struct ke_wait_object *object, bool alertable,
		       const struct nt_interval *interval)
{
	if (object->dispatcher)
		return ke_wait_one(object->dispatcher, alertable, interval);
	return ke_wait(object, 1, false, alertable, interval);
}

/*
 * NtWaitForSingleObject: until it is signalled.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_ABANDONED_WAIT_0, STATUS_USER_APC,
 * STATUS_ALERTED, STATUS_TIMEOUT; STATUS_MUTANT_LIMIT_EXCEEDED; what is wrong with
 * the handle or the pointer.
 */
NT_SERVICE3(nt_wait_for_single_object, u64, handle, u8, alertable, u64, timeout)
{
	struct ke_wait_object object;
	struct nt_interval interval;
	u32 status;

	status = nt_get_interval(timeout, &interval);
	if (!status)
		status = nt_wait_object(handle, &object);
	if (status)
		return status;
	status = nt_wait_one(&object, alertable, &interval);
	if (object.file)
		fput(object.file);
	return status;
}

/* Two handles of one object are the same, too. */
static bool nt_is_twice(const struct ke_wait_object *objects, unsigned int nr)
{
	const struct ke_wait_object *this = &objects[nr];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (this->dispatcher && objects[i].dispatcher == this->dispatcher)
			return true;
		if (this->file && objects[i].file == this->file)
			return true;
	}
	return false;
}

static u32 nt_wait_many(const u64 *handles, u32 count, u32 type, bool alertable,
			const struct nt_interval *interval)
{
	struct ke_wait_object *objects;
	u32 status = STATUS_SUCCESS;
	unsigned int nr;

	objects = kmalloc_array(count, sizeof(*objects), GFP_KERNEL_ACCOUNT);
	if (!objects)
		return STATUS_INSUFFICIENT_RESOURCES;
	for (nr = 0; !status && nr < count; nr++) {
		status = nt_wait_object(handles[nr], &objects[nr]);
		if (!status && type == NT_WAIT_ALL && nt_is_twice(objects, nr))
			status = STATUS_INVALID_PARAMETER_MIX;
	}
	if (!status)
		status = ke_wait(objects, count, type == NT_WAIT_ALL, alertable, interval);
	while (nr--)
		if (objects[nr].file)
			fput(objects[nr].file);
	kfree(objects);
	return status;
}

/* @narrow: handles are 4 bytes there. */
static u32 nt_get_handles(u64 from, u32 count, bool narrow, u64 *handles)
{
	u32 *words = (u32 *)handles;
	u32 status, i;

	if (!narrow)
		return nt_copy_from(handles, from, count * sizeof(u64), sizeof(u64));
	status = nt_copy_from(words, from, count * sizeof(u32), sizeof(u32));
	if (status)
		return status;
	/* From the end: each goes where others have been read already. */
	for (i = count; i-- > 0;)
		handles[i] = READ_ONCE(words[i]);
	return STATUS_SUCCESS;
}

/* Number and type come first, then the pointers. */
static u32 nt_wait_for_handles(u32 count, u64 from, u32 type, bool alertable, u64 timeout,
			       bool narrow)
{
	u64 handles[KE_MAXIMUM_WAIT_OBJECTS];
	struct nt_interval interval;
	u32 status;

	if (!count || count > KE_MAXIMUM_WAIT_OBJECTS)
		return STATUS_INVALID_PARAMETER_1;
	if (type != NT_WAIT_ALL && type != NT_WAIT_ANY)
		return STATUS_INVALID_PARAMETER_3;
	status = nt_get_interval(timeout, &interval);
	if (!status)
		status = nt_get_handles(from, count, narrow, handles);
	return status ? status : nt_wait_many(handles, count, type, alertable, &interval);
}

/*
 * NtWaitForMultipleObjects: until any of them is signalled, or all are at one moment.
 *
 * Context: may sleep.
 * Return: the index of the one, with STATUS_ABANDONED_WAIT_0 added for an
 * abandoned mutant; the rest as NtWaitForSingleObject;
 * STATUS_INVALID_PARAMETER_1 for a bad number, _3 for a bad type, _MIX if one
 * object is there twice and all are waited for.
 */
NT_SERVICE5(nt_wait_for_multiple_objects, u32, count, u64, handles, u32, type, u8, alertable,
	    u64, timeout)
{
	return nt_wait_for_handles(count, handles, type, alertable, timeout, nt_wow64());
}

/*
 * NtWaitForMultipleObjects32: the same with an array of 32-bit handles.
 *
 * Context: may sleep.
 * Return: likewise.
 */
NT_SERVICE5(nt_wait_for_multiple_objects32, u32, count, u64, handles, u32, type, u8, alertable,
	    u64, timeout)
{
	return nt_wait_for_handles(count, handles, type, alertable, timeout, true);
}

/* Set, release or give back, as its type has it. */
static u32 nt_signal_handle(struct ob_handle *handle)
{
	s32 before;

	if (handle->type == &ke_event_type) {
		if (!ob_may(handle, KE_EVENT_MODIFY_STATE))
			return STATUS_ACCESS_DENIED;
		ke_signal(ke_object_dispatcher(handle->object));
		return STATUS_SUCCESS;
	}
	if (handle->type == &ke_semaphore_type) {
		if (!ob_may(handle, KE_SEMAPHORE_MODIFY_STATE))
			return STATUS_ACCESS_DENIED;
		return ke_semaphore_release(handle->object, 1, &before);
	}
	if (handle->type == &ke_mutant_type)
		return ke_mutant_release(handle->object, &before);
	return STATUS_OBJECT_TYPE_MISMATCH;
}

/* Once, though a Linux signal makes the caller come twice. */
static u32 nt_signal_once(u64 signal)
{
	struct file *file;
	u32 status;

	status = ob_reference_by_handle(signal, NULL, 0, &file);
	if (status)
		return status;
	status = STATUS_OBJECT_TYPE_MISMATCH;
	if (ob_is_handle(file))
		status = nt_signal_handle(ob_handle_of(file));
	fput(file);
	return status;
}

/*
 * NtSignalAndWaitForSingleObject: both in one call. What is waited for is looked
 * at first, so that nothing is signalled if it cannot be waited for.
 *
 * Context: may sleep.
 * Return: as NtWaitForSingleObject; STATUS_OBJECT_TYPE_MISMATCH for what cannot be
 * signalled; STATUS_SEMAPHORE_LIMIT_EXCEEDED; STATUS_MUTANT_NOT_OWNED.
 */
NT_SERVICE4(nt_signal_and_wait_for_single_object, u64, signal, u64, handle, u8, alertable,
	    u64, timeout)
{
	struct ke_wait_object object;
	struct nt_interval interval;
	u32 status;

	status = nt_get_interval(timeout, &interval);
	if (!status)
		status = nt_wait_object(handle, &object);
	if (status)
		return status;
	if (!nt_restarted(KE_RESTART_SIGNALLED))
		status = nt_signal_once(signal);
	if (!status) {
		status = nt_wait_one(&object, alertable, &interval);
		if (status == NT_STATUS_RESTART)
			nt_keep_restart(KE_RESTART_SIGNALLED);
	}
	if (object.file)
		fput(object.file);
	return status;
}
