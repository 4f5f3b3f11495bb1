// SPDX-License-Identifier: GPL-2.0
/* Services of semaphores. */
#include <linux/file.h>

#include "ke/semaphore.h"
#include "nt/sync/sync.h"

/*
 * NtCreateSemaphore: a new semaphore.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER if the limit is not above 0, or
 * the count not between 0 and the limit; what is wrong with the pointers, the name
 * or the rights.
 */
NT_SERVICE5(nt_create_semaphore, u64, handle, u32, access, u64, attributes, s32, initial,
	    s32, maximum)
{
	struct ob_attributes captured;
	u32 status;

	status = nt_sync_begin(handle, attributes, false, &captured);
	if (status)
		return status;
	if (maximum <= 0 || initial < 0 || initial > maximum) {
		nt_release_attributes(&captured);
		return STATUS_INVALID_PARAMETER;
	}
	return nt_sync_insert(ke_semaphore_create(initial, maximum), access, &captured, handle);
}

/*
 * NtOpenSemaphore: one that has a name.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_semaphore, u64, handle, u32, access, u64, attributes)
{
	return nt_sync_open(&ke_semaphore_type, handle, access, attributes);
}

/*
 * NtReleaseSemaphore: add to the count.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER if @count is not above 0;
 * STATUS_SEMAPHORE_LIMIT_EXCEEDED, and the count is as it was.
 */
NT_SERVICE3(nt_release_semaphore, u64, handle, s32, count, u64, previous)
{
	struct file *file;
	u32 status;
	s32 before;

	status = nt_probe_optional(previous, sizeof(u32));
	if (status)
		return status;
	if (count <= 0)
		return STATUS_INVALID_PARAMETER;
	status = ob_reference_by_handle(handle, &ke_semaphore_type, KE_SEMAPHORE_MODIFY_STATE,
					&file);
	if (status)
		return status;
	status = ke_semaphore_release(ob_handle_of(file)->object, count, &before);
	fput(file);
	return status ? status : nt_put_optional_u32(previous, before);
}

/*
 * NtQuerySemaphore: count and limit.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_query_semaphore, u64, handle, u32, class, u64, out, u32, length, u64, returned)
{
	struct {
		s32 count;
		s32 limit;
	} information;
	struct ke_semaphore *semaphore;
	struct file *file;
	u32 status;

	status = nt_query_begin(class, out, length, sizeof(information), returned);
	if (!status)
		status = ob_reference_by_handle(handle, &ke_semaphore_type,
						KE_SEMAPHORE_QUERY_STATE, &file);
	if (status)
		return status;
	semaphore = ob_handle_of(file)->object;
	information.count = READ_ONCE(semaphore->object.dispatcher.state);
	information.limit = semaphore->limit;
	fput(file);
	return nt_query_end(out, &information, sizeof(information), returned);
}
