// SPDX-License-Identifier: GPL-2.0
/* Symbolic link objects: NtCreateSymbolicLinkObject and so on. */
#include <linux/file.h>
#include <linux/slab.h>

#include "nt/service.h"
#include "ob/names.h"

/*
 * NtCreateSymbolicLinkObject: make a name stand for another one.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_INVALID_PARAMETER for a target that is empty or no string.
 */
NT_SERVICE4(nt_create_symbolic_link_object, u64, handle_out, u32, access, u64, from, u64, to)
{
	struct ob_attributes attributes;
	struct ob_symlink *link;
	unsigned int characters = 0;
	u16 *target = NULL;
	u32 status;

	status = nt_probe_pointer(handle_out);
	if (status)
		return status;
	status = nt_get_unicode_text(to, &target, &characters);
	if (status)
		return status == STATUS_OBJECT_NAME_INVALID ? STATUS_INVALID_PARAMETER : status;
	if (!target)
		return STATUS_INVALID_PARAMETER;
	status = nt_capture_attributes(from, false, &attributes);
	if (!status) {
		link = ob_symlink_create(target, characters);
		status = link ? ob_insert(link, access, &attributes, handle_out) :
			 STATUS_INSUFFICIENT_RESOURCES;
	}
	nt_release_attributes(&attributes);
	kfree(target);
	return status;
}

/*
 * NtOpenSymbolicLinkObject: a handle of the link itself.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_symbolic_link_object, u64, handle_out, u32, access, u64, from)
{
	struct ob_attributes attributes;
	u32 status;

	status = nt_probe_pointer(handle_out);
	if (status)
		return status;
	status = nt_capture_attributes(from, true, &attributes);
	if (!status)
		status = ob_open_by_name(&ob_symlink_type, access, &attributes, handle_out);
	nt_release_attributes(&attributes);
	return status;
}

/* UNICODE_STRING's Length is at its beginning for all callers. */
static u32 nt_put_link_target(const struct ob_symlink *link, const struct nt_unicode *room,
			      u64 string_out, u64 length_out)
{
	u16 size = link->characters * sizeof(u16);
	u32 status;

	status = nt_put_optional_u32(length_out, size);
	if (!status && size > room->maximum)
		status = STATUS_BUFFER_TOO_SMALL;
	if (!status)
		status = nt_copy_to(room->buffer, link->target, size, sizeof(u16));
	if (!status)
		status = nt_copy_to(string_out, &size, sizeof(size), sizeof(u16));
	return status;
}

/*
 * NtQuerySymbolicLinkObject: where does it lead to?
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_BUFFER_TOO_SMALL, with the size that it takes.
 */
NT_SERVICE3(nt_query_symbolic_link_object, u64, handle, u64, string_out, u64, length_out)
{
	struct nt_unicode room;
	struct file *file;
	u32 status;

	status = nt_get_unicode(string_out, &room);
	if (!status && length_out)
		status = nt_probe_for_write(length_out, sizeof(u32), sizeof(u32));
	if (status)
		return status;
	status = ob_reference_by_handle(handle, &ob_symlink_type, OB_SYMBOLIC_LINK_QUERY, &file);
	if (status)
		return status;
	status = nt_put_link_target(ob_handle_of(file)->object, &room, string_out, length_out);
	fput(file);
	return status;
}
