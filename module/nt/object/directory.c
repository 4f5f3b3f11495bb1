// SPDX-License-Identifier: GPL-2.0
/* Directory objects: NtCreateDirectoryObject and so on. */
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "nt/object/reference.h"
#include "nt/service.h"
#include "ob/names.h"

static u32 nt_make_directory(u64 handle_out, u32 access, u64 from)
{
	struct ob_attributes attributes;
	struct ob_directory *directory;
	struct ob_tree *tree;
	u32 status;

	status = nt_probe_pointer(handle_out);
	if (status)
		return status;
	status = nt_capture_attributes(from, false, &attributes);
	if (!status) {
		tree = ob_tree_get();
		directory = tree ? ob_directory_create(tree, false) : NULL;
		if (tree)
			ob_tree_put(tree);
		status = directory ? ob_insert(directory, access, &attributes, handle_out) :
			 STATUS_INSUFFICIENT_RESOURCES;
	}
	nt_release_attributes(&attributes);
	return status;
}

/*
 * NtCreateDirectoryObject: make a directory of names.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_create_directory_object, u64, handle_out, u32, access, u64, attributes)
{
	return nt_make_directory(handle_out, access, attributes);
}

/*
 * NtOpenDirectoryObject: a handle of a directory.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_directory_object, u64, handle_out, u32, access, u64, from)
{
	struct ob_attributes attributes;
	u32 status;

	status = nt_probe_pointer(handle_out);
	if (status)
		return status;
	status = nt_capture_attributes(from, true, &attributes);
	if (!status)
		status = ob_open_by_name(&ob_directory_type, access, &attributes, handle_out);
	nt_release_attributes(&attributes);
	return status;
}

/*
 * NtCreateDirectoryObjectEx: as NtCreateDirectoryObject. There are no shadow
 * directories.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_create_directory_object_ex, u64, handle_out, u32, access, u64, attributes,
	    u64, shadow, u32, flags)
{
	if (flags)
		return STATUS_INVALID_PARAMETER;
	if (shadow)
		return STATUS_NOT_SUPPORTED;
	return nt_make_directory(handle_out, access, attributes);
}

/* OBJECT_DIRECTORY_INFORMATION of 64-bit callers: two UNICODE_STRINGs */
struct nt_directory_information {
	struct {
		u16 length;
		u16 maximum;
		u32 padding;
		u64 buffer;
	} name, type;
};

/**
 * struct nt_listing - a part of a directory, as it will be in the caller's memory
 * @buffer: of @length bytes: entries, an empty entry, then the texts
 * @out: where it will be
 * @length: its room
 * @index: of the next entry
 * @texts: how long the texts are
 * @nr: how many entries there are
 * @needed: bytes that it takes, or would take for the first entry
 */
struct nt_listing {
	u8 *buffer;
	u64 out;
	u32 length;
	u32 index;
	u32 texts;
	u32 nr;
	u32 needed;
};

/* The texts are first put at the buffer's end, from the end: their place is known last. */
static u64 nt_list_text(struct nt_listing *listing, const u16 *text, u16 size)
{
	u16 end = 0;

	listing->texts += size + sizeof(end);
	memcpy(listing->buffer + listing->length - listing->texts, text, size);
	memcpy(listing->buffer + listing->length - listing->texts + size, &end, sizeof(end));
	/* From the end of all texts; becomes an address when all are there. */
	return listing->texts;
}

static u32 nt_list_entry(struct nt_listing *listing, const struct ob_entry *entry)
{
	struct nt_directory_information *information =
		(struct nt_directory_information *)listing->buffer + listing->nr;
	const char *name = nt_type_name(entry->object->type);
	u16 type[32];
	u32 size;
	unsigned int i;

	for (i = 0; name[i] && i < ARRAY_SIZE(type); i++)
		type[i] = name[i];
	size = (entry->characters + 1 + i + 1) * sizeof(u16);
	size += listing->texts + (listing->nr + 2) * sizeof(*information);
	if (size > listing->length) {
		if (!listing->nr)
			listing->needed = size;
		return STATUS_BUFFER_TOO_SMALL;
	}
	information->name.length = entry->characters * sizeof(u16);
	information->name.maximum = information->name.length + sizeof(u16);
	information->name.buffer = nt_list_text(listing, entry->name, information->name.length);
	information->type.length = i * sizeof(u16);
	information->type.maximum = information->type.length + sizeof(u16);
	information->type.buffer = nt_list_text(listing, type, information->type.length);
	listing->nr++;
	listing->index++;
	listing->needed = size;
	return STATUS_SUCCESS;
}

/* The texts follow the empty entry. */
static void nt_list_end(struct nt_listing *listing)
{
	struct nt_directory_information *information = (void *)listing->buffer;
	u32 begin = (listing->nr + 1) * sizeof(*information), i;
	u64 end = listing->out + begin + listing->texts;

	for (i = 0; i < listing->nr; i++) {
		information[i].name.buffer = end - information[i].name.buffer;
		information[i].type.buffer = end - information[i].type.buffer;
	}
	memset(information + listing->nr, 0, sizeof(*information));
	memmove(listing->buffer + begin, listing->buffer + listing->length - listing->texts,
		listing->texts);
}

static u32 nt_list(struct ob_directory *directory, struct nt_listing *listing, bool single)
{
	struct ob_entry *entry;
	u32 status = STATUS_SUCCESS;

	mutex_lock(&ob_names_lock);
	entry = ob_directory_nth(directory, listing->index);
	if (!entry)
		status = STATUS_NO_MORE_ENTRIES;
	while (entry && !status && !(single && listing->nr)) {
		status = nt_list_entry(listing, entry);
		entry = rb_entry_safe(rb_next(&entry->node), struct ob_entry, node);
	}
	mutex_unlock(&ob_names_lock);
	if (status == STATUS_BUFFER_TOO_SMALL && !single)
		status = STATUS_MORE_ENTRIES;
	return status;
}

#define NT_LISTING_MAX 0x100000u

static u32 nt_query_directory(struct ob_directory *directory, u64 out, u32 length, bool single,
			      u32 *index, u32 *needed)
{
	struct nt_listing listing = {
		.out = out, .index = *index, .length = min(length, NT_LISTING_MAX) & ~7u,
	};
	u32 status, ret;

	if (listing.length < sizeof(struct nt_directory_information))
		listing.length = sizeof(struct nt_directory_information);
	listing.buffer = kvzalloc(listing.length, GFP_KERNEL_ACCOUNT);
	if (!listing.buffer)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = nt_list(directory, &listing, single);
	*index = listing.index;
	*needed = listing.needed;
	if (listing.nr || (status == STATUS_MORE_ENTRIES && length >= listing.length)) {
		nt_list_end(&listing);
		if (!listing.nr)
			listing.needed = sizeof(struct nt_directory_information);
		ret = nt_copy_to(out, listing.buffer, listing.needed, sizeof(u64));
		status = ret ? ret : status;
	}
	kvfree(listing.buffer);
	return status;
}

/*
 * NtQueryDirectoryObject: names and types of what is in a directory, in the order
 * of the names. Context counts entries.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_MORE_ENTRIES if some did not fit, STATUS_NO_MORE_ENTRIES,
 * STATUS_BUFFER_TOO_SMALL if a single one does not fit.
 */
NT_SERVICE7(nt_query_directory_object, u64, handle, u64, out, u32, length, u8, single, u8, restart,
	    u64, context, u64, length_out)
{
	u32 status, index = 0, needed = 0;
	struct file *file;

	if (nt_wow64())
		return STATUS_NOT_IMPLEMENTED;
	status = nt_probe_for_write(out, length, sizeof(u64));
	if (!status)
		status = nt_probe_for_write(context, sizeof(u32), sizeof(u32));
	if (!status && length_out)
		status = nt_probe_for_write(length_out, sizeof(u32), sizeof(u32));
	if (!status && !restart)
		status = nt_get_u32(context, &index);
	if (status)
		return status;
	status = ob_reference_by_handle(handle, &ob_directory_type, OB_DIRECTORY_QUERY, &file);
	if (status)
		return status;
	status = nt_query_directory(ob_handle_of(file)->object, out, length, single, &index,
				    &needed);
	fput(file);
	if (status == STATUS_SUCCESS || status == STATUS_MORE_ENTRIES)
		if (nt_put_u32(context, index))
			status = STATUS_ACCESS_VIOLATION;
	if (nt_put_optional_u32(length_out, needed))
		status = STATUS_ACCESS_VIOLATION;
	return status;
}
