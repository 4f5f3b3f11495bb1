// SPDX-License-Identifier: GPL-2.0
/* What the services of dispatcher objects have in common. */
#include <asm/unistd.h>

#include "nt/sync/sync.h"
#include "se/se.h"

/**
 * nt_sync_begin() - an object is to be made or opened: capture what the caller says
 * @handle_out: address of the handle in the caller
 * @from: address of an OBJECT_ATTRIBUTES
 * @required: it must not be 0
 * @attributes: where it goes; to be given back if this succeeds
 *
 * Of Linux's own calls this is most like eventfd2().
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_sync_begin(u64 handle_out, u64 from, bool required, struct ob_attributes *attributes)
{
	u32 size = nt_wow64() ? sizeof(u32) : sizeof(u64);
	u32 status;

	status = nt_probe_for_write(handle_out, size, size);
	if (!status)
		status = se_allow(__NR_eventfd2, 0, 0, 0, 0, 0, 0);
	if (!status)
		status = nt_capture_attributes(from, required, attributes);
	return status;
}

/**
 * nt_sync_insert() - give a new object its name and a handle
 * @object: the object, or NULL if there was no memory for it
 * @access: rights that the caller wants
 * @attributes: captured; given back
 * @handle_out: address in the caller
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_sync_insert(void *object, u32 access, struct ob_attributes *attributes, u64 handle_out)
{
	u32 status = STATUS_INSUFFICIENT_RESOURCES;

	if (object)
		status = ob_insert(object, access, attributes, handle_out);
	nt_release_attributes(attributes);
	return status;
}

/**
 * nt_sync_open() - open an object by its name
 * @type: of the object
 * @handle_out: address in the caller
 * @access: rights that the caller wants
 * @from: address of an OBJECT_ATTRIBUTES
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_sync_open(const struct ob_type *type, u64 handle_out, u32 access, u64 from)
{
	struct ob_attributes attributes;
	u32 status;

	status = nt_sync_begin(handle_out, from, true, &attributes);
	if (status)
		return status;
	status = ob_open_by_name(type, access, &attributes, handle_out);
	nt_release_attributes(&attributes);
	return status;
}

/**
 * nt_query_begin() - a query: can the answer be written?
 * @class: 0, or one that is not known
 * @out: address in the caller
 * @length: of what is there
 * @size: that it has to have
 * @returned: address for the size, or 0
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_query_begin(u32 class, u64 out, u32 length, u32 size, u64 returned)
{
	u32 status;

	if (class)
		return STATUS_INVALID_INFO_CLASS;
	if (length != size)
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_probe_for_write(out, size, sizeof(u32));
	return status ? status : nt_probe_optional(returned, sizeof(u32));
}

/**
 * nt_query_end() - write what a query found
 * @out: address in the caller
 * @information: what goes there
 * @size: of that
 * @returned: address for the size, or 0
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_query_end(u64 out, const void *information, u32 size, u64 returned)
{
	u32 status = nt_copy_to(out, information, size, sizeof(u32));

	return status ? status : nt_put_optional_u32(returned, size);
}

/**
 * nt_probe_optional() - can an optional result be written?
 * @out: address in the caller, or 0
 * @size: of the result, which is also how it is aligned
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_probe_optional(u64 out, u32 size)
{
	return out ? nt_probe_for_write(out, size, size) : STATUS_SUCCESS;
}
