// SPDX-License-Identifier: GPL-2.0
/* Events, and what is set and reset like one. */
#include <linux/file.h>
#include <linux/slab.h>

#include "ke/event.h"
#include "ntstatus.h"

const struct ob_type ke_event_type = {
	.id = NTDBG_OBJECT_EVENT,
	.name = "[nt-event]",
	.generic_read = KE_STANDARD_READ | KE_EVENT_QUERY_STATE,
	.generic_write = KE_STANDARD_READ | KE_EVENT_MODIFY_STATE,
	.generic_execute = KE_STANDARD_EXECUTE,
	.all_access = KE_EVENT_ALL_ACCESS,
	.fops = &ke_object_fops,
	.dispatcher = ke_object_dispatcher,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = ke_object_free,
};

/**
 * ke_event_create() - a new event
 * @synchronization: one wait takes the signal; else it stays until it is reset
 * @signalled: it starts so
 *
 * Context: may sleep.
 * Return: the event, or NULL.
 */
struct ke_event *ke_event_create(bool synchronization, bool signalled)
{
	struct ke_event *event = kmalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);

	if (!event)
		return NULL;
	ob_header_init(&event->object.header, &ke_event_type);
	ke_dispatcher_init(&event->object.dispatcher,
			   synchronization ? KE_SYNCHRONIZATION : KE_NOTIFICATION, signalled);
	return event;
}

/**
 * ke_signal() - set an event (KeSetEvent)
 * @object: of an event or a timer
 *
 * Context: any.
 * Return: its state before.
 */
s32 ke_signal(struct ke_dispatcher *object)
{
	struct ke_lock lock;
	s32 before;

	ke_lock_object(object, &lock);
	before = object->state;
	object->state = 1;
	/* Whoever could have it has it, if it is signalled already. */
	if (!before)
		ke_satisfy(object, &lock);
	ke_unlock_object(object, &lock);
	return before;
}

/**
 * ke_unsignal() - reset an event (KeResetEvent)
 * @object: of an event or a timer
 *
 * Context: any.
 * Return: its state before.
 */
s32 ke_unsignal(struct ke_dispatcher *object)
{
	struct ke_lock lock;
	s32 before;

	ke_lock_object(object, &lock);
	before = object->state;
	object->state = 0;
	ke_unlock_object(object, &lock);
	return before;
}

/**
 * ke_pulse() - for who waits now, the event is set; for others it is reset (KePulseEvent)
 * @object: of an event
 *
 * Context: any.
 * Return: its state before.
 */
s32 ke_pulse(struct ke_dispatcher *object)
{
	struct ke_lock lock;
	s32 before;

	ke_lock_object(object, &lock);
	before = object->state;
	object->state = 1;
	if (!before)
		ke_satisfy(object, &lock);
	object->state = 0;
	ke_unlock_object(object, &lock);
	return before;
}

/**
 * ke_event_by_handle() - the event that a caller names
 * @handle: of the current process
 * @access: KE_EVENT_*
 * @event: set to the event, to be given back with ke_event_put()
 *
 * Context: may sleep.
 * Return: as ob_reference_by_handle().
 */
u32 ke_event_by_handle(u64 handle, u32 access, struct ke_event **event)
{
	struct file *file;
	u32 status;

	status = ob_reference_by_handle(handle, &ke_event_type, access, &file);
	if (status)
		return status;
	*event = ob_handle_of(file)->object;
	ob_get(&(*event)->object.header);
	fput(file);
	return STATUS_SUCCESS;
}
