// SPDX-License-Identifier: GPL-2.0
/* I/O completion ports. */
#include <linux/slab.h>

#include "ke/queue.h"
#include "ntstatus.h"

static void ke_queue_free(void *object);

/* No dispatcher: a wait for the port as such takes no packet. */
const struct ob_type ke_queue_type = {
	.id = NTDBG_OBJECT_IO_COMPLETION,
	.name = "[nt-io-completion]",
	.generic_read = KE_STANDARD_READ | KE_QUEUE_QUERY_STATE,
	.generic_write = KE_STANDARD_READ | KE_QUEUE_MODIFY_STATE,
	.generic_execute = KE_STANDARD_EXECUTE,
	.all_access = KE_QUEUE_ALL_ACCESS,
	.fops = &ke_object_fops,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = ke_queue_free,
};

/**
 * ke_queue_create() - a new port
 *
 * Context: may sleep.
 * Return: the port, or NULL.
 */
struct ke_queue *ke_queue_create(void)
{
	struct ke_queue *queue = kmalloc(sizeof(*queue), GFP_KERNEL_ACCOUNT);

	if (!queue)
		return NULL;
	ob_header_init(&queue->object.header, &ke_queue_type);
	ke_dispatcher_init(&queue->object.dispatcher, KE_QUEUE, 0);
	INIT_LIST_HEAD(&queue->packets);
	return queue;
}

static void ke_queue_free(void *object)
{
	struct ke_queue *queue = object;
	struct ke_packet *packet, *next;

	list_for_each_entry_safe(packet, next, &queue->packets, link)
		kfree(packet);
	kfree(queue);
}

/**
 * ke_queue_insert() - something is complete (KeInsertQueue)
 * @queue: the port
 * @packet: what; it is copied
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS or STATUS_INSUFFICIENT_RESOURCES.
 */
u32 ke_queue_insert(struct ke_queue *queue, const struct ke_packet *packet)
{
	struct ke_dispatcher *object = &queue->object.dispatcher;
	struct ke_packet *copy = kmemdup(packet, sizeof(*packet), GFP_KERNEL_ACCOUNT);
	struct ke_lock lock;

	if (!copy)
		return STATUS_INSUFFICIENT_RESOURCES;
	ke_lock_object(object, &lock);
	list_add_tail(&copy->link, &queue->packets);
	object->state++;
	ke_satisfy(object, &lock);
	ke_unlock_object(object, &lock);
	return STATUS_SUCCESS;
}

/**
 * ke_queue_remove() - wait for a packet, and take what there is (KeRemoveQueueEx)
 * @queue: the port
 * @packets: where they go; to be freed with kfree()
 * @nr: how many at most
 * @alertable: alerts and APCs end it
 * @interval: how long
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS: there is at least one; else as ke_wait().
 */
u32 ke_queue_remove(struct ke_queue *queue, struct list_head *packets, unsigned int nr,
		    bool alertable, const struct nt_interval *interval)
{
	struct ke_dispatcher *object = &queue->object.dispatcher;
	struct ke_lock lock;
	u32 status;

	status = ke_wait_one(object, alertable, interval);
	if (status)
		return status;
	/* One is this thread's by the wait, more are as long as others have not waited for them. */
	ke_lock_object(object, &lock);
	list_move_tail(queue->packets.next, packets);
	while (--nr && object->state > 0) {
		object->state--;
		list_move_tail(queue->packets.next, packets);
	}
	ke_unlock_object(object, &lock);
	return STATUS_SUCCESS;
}
