// SPDX-License-Identifier: GPL-2.0
/* Services of I/O completion ports. */
#include <linux/file.h>
#include <linux/slab.h>

#include "ke/queue.h"
#include "nt/sync/sync.h"

/* The most packets that one call takes */
#define NT_MAXIMUM_PACKETS 1024u

/* FILE_IO_COMPLETION_INFORMATION */
struct nt_completion {
	u64 key;
	u64 context;
	u32 status;
	u32 padding;
	u64 information;
};

struct nt_completion32 {
	u32 key;
	u32 context;
	u32 status;
	u32 information;
};

/*
 * NtCreateIoCompletion: a new port. How many threads should run at a time is left
 * to the scheduler.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_create_io_completion, u64, handle, u32, access, u64, attributes, u32, count)
{
	struct ob_attributes captured;
	u32 status;

	status = nt_sync_begin(handle, attributes, false, &captured);
	if (status)
		return status;
	return nt_sync_insert(ke_queue_create(), access, &captured, handle);
}

/*
 * NtOpenIoCompletion: one that has a name.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_io_completion, u64, handle, u32, access, u64, attributes)
{
	return nt_sync_open(&ke_queue_type, handle, access, attributes);
}

/*
 * NtSetIoCompletion: something is complete.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INSUFFICIENT_RESOURCES; what is wrong with the handle.
 */
NT_SERVICE5(nt_set_io_completion, u64, handle, u64, key, u64, context, u32, status,
	    u64, information)
{
	struct ke_packet packet = {
		.key = key, .context = context, .status = status, .information = information,
	};
	struct file *file;
	u32 result;

	result = ob_reference_by_handle(handle, &ke_queue_type, KE_QUEUE_MODIFY_STATE, &file);
	if (result)
		return result;
	result = ke_queue_insert(ob_handle_of(file)->object, &packet);
	fput(file);
	return result;
}

static u32 nt_remove(u64 handle, struct list_head *packets, u32 nr, bool alertable,
		     const struct nt_interval *interval)
{
	struct file *file;
	u32 status;

	status = ob_reference_by_handle(handle, &ke_queue_type, KE_QUEUE_MODIFY_STATE, &file);
	if (status)
		return status;
	status = ke_queue_remove(ob_handle_of(file)->object, packets, nr, alertable, interval);
	fput(file);
	return status;
}

/*
 * NtRemoveIoCompletion: wait for a packet and take it.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_TIMEOUT; what is wrong with handle or pointers.
 */
NT_SERVICE5(nt_remove_io_completion, u64, handle, u64, key, u64, context, u64, io_status,
	    u64, timeout)
{
	u32 size = nt_wow64() ? sizeof(u32) : sizeof(u64), status;
	struct nt_interval interval;
	struct ke_packet *packet;
	LIST_HEAD(packets);

	status = nt_probe_for_write(key, size, size);
	if (!status)
		status = nt_probe_for_write(context, size, size);
	if (!status)
		status = nt_probe_for_write(io_status, 2 * size, size);
	if (!status)
		status = nt_get_interval(timeout, &interval);
	if (!status)
		status = nt_remove(handle, &packets, 1, false, &interval);
	if (status)
		return status;
	packet = list_first_entry(&packets, struct ke_packet, link);
	status = nt_put_pointer(key, packet->key);
	if (!status)
		status = nt_put_pointer(context, packet->context);
	if (!status)
		status = nt_put_io_status(io_status, packet->status, packet->information);
	kfree(packet);
	return status;
}

static u32 nt_put_completion(u64 out, unsigned int index, const struct ke_packet *packet)
{
	struct nt_completion wide = {
		.key = packet->key, .context = packet->context, .status = packet->status,
		.information = packet->information,
	};
	struct nt_completion32 narrow = {
		.key = packet->key, .context = packet->context, .status = packet->status,
		.information = packet->information,
	};

	if (nt_wow64())
		return nt_copy_to(out + index * sizeof(narrow), &narrow, sizeof(narrow),
				  sizeof(u32));
	return nt_copy_to(out + index * sizeof(wide), &wide, sizeof(wide), sizeof(u64));
}

/* All packets are given back, also when one cannot be written. */
static u32 nt_put_completions(u64 out, struct list_head *packets, u32 *nr)
{
	struct ke_packet *packet, *next;
	u32 status = STATUS_SUCCESS;

	*nr = 0;
	list_for_each_entry_safe(packet, next, packets, link) {
		if (!status)
			status = nt_put_completion(out, *nr, packet);
		if (!status)
			++*nr;
		kfree(packet);
	}
	return status;
}

/*
 * NtRemoveIoCompletionEx: wait for a packet, and take what there is.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ALERTED;
 * STATUS_INVALID_PARAMETER for no room; what is wrong with handle or pointers.
 */
NT_SERVICE6(nt_remove_io_completion_ex, u64, handle, u64, out, u32, count, u64, removed,
	    u64, timeout, u8, alertable)
{
	size_t size = nt_wow64() ? sizeof(struct nt_completion32) : sizeof(struct nt_completion);
	struct nt_interval interval;
	LIST_HEAD(packets);
	u32 status, nr;

	if (!count)
		return STATUS_INVALID_PARAMETER;
	count = min(count, NT_MAXIMUM_PACKETS);
	status = nt_probe_for_write(out, count * size, nt_wow64() ? sizeof(u32) : sizeof(u64));
	if (!status)
		status = nt_probe_for_write(removed, sizeof(u32), sizeof(u32));
	if (!status)
		status = nt_get_interval(timeout, &interval);
	if (!status)
		status = nt_remove(handle, &packets, count, alertable, &interval);
	if (status)
		return status;
	status = nt_put_completions(out, &packets, &nr);
	return status ? status : nt_put_u32(removed, nr);
}

/*
 * NtQueryIoCompletion: how many packets there are.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_query_io_completion, u64, handle, u32, class, u64, out, u32, length, u64, returned)
{
	struct file *file;
	s32 depth;
	u32 status;

	status = nt_query_begin(class, out, length, sizeof(depth), returned);
	if (!status)
		status = ob_reference_by_handle(handle, &ke_queue_type, KE_QUEUE_QUERY_STATE,
						&file);
	if (status)
		return status;
	depth = READ_ONCE(ke_object_dispatcher(ob_handle_of(file)->object)->state);
	fput(file);
	return nt_query_end(out, &depth, sizeof(depth), returned);
}
