// SPDX-License-Identifier: GPL-2.0
/* Semaphores. */
#include <linux/slab.h>

#include "ke/semaphore.h"
#include "ntstatus.h"

const struct ob_type ke_semaphore_type = {
	.id = NTDBG_OBJECT_SEMAPHORE,
	.name = "[nt-semaphore]",
	.generic_read = KE_STANDARD_READ | KE_SEMAPHORE_QUERY_STATE,
	.generic_write = KE_STANDARD_READ | KE_SEMAPHORE_MODIFY_STATE,
	.generic_execute = KE_STANDARD_EXECUTE,
	.all_access = KE_SEMAPHORE_ALL_ACCESS,
	.fops = &ke_object_fops,
	.dispatcher = ke_object_dispatcher,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = ke_object_free,
};

/**
 * ke_semaphore_create() - a new semaphore
 * @count: where it starts
 * @limit: the most that it can be
 *
 * Context: may sleep.
 * Return: the semaphore, or NULL.
 */
struct ke_semaphore *ke_semaphore_create(s32 count, s32 limit)
{
	struct ke_semaphore *semaphore = kmalloc(sizeof(*semaphore), GFP_KERNEL_ACCOUNT);

	if (!semaphore)
		return NULL;
	ob_header_init(&semaphore->object.header, &ke_semaphore_type);
	ke_dispatcher_init(&semaphore->object.dispatcher, KE_SEMAPHORE, count);
	semaphore->limit = limit;
	return semaphore;
}

/**
 * ke_semaphore_release() - add to its count (KeReleaseSemaphore)
 * @semaphore: the semaphore
 * @count: how much, above 0
 * @previous: set to the count before
 *
 * Context: any.
 * Return: STATUS_SUCCESS; STATUS_SEMAPHORE_LIMIT_EXCEEDED, and nothing is changed.
 */
u32 ke_semaphore_release(struct ke_semaphore *semaphore, s32 count, s32 *previous)
{
	struct ke_dispatcher *object = &semaphore->object.dispatcher;
	u32 status = STATUS_SUCCESS;
	struct ke_lock lock;

	ke_lock_object(object, &lock);
	*previous = object->state;
	if (count > semaphore->limit - object->state) {
		status = STATUS_SEMAPHORE_LIMIT_EXCEEDED;
	} else {
		object->state += count;
		ke_satisfy(object, &lock);
	}
	ke_unlock_object(object, &lock);
	return status;
}
