// SPDX-License-Identifier: GPL-2.0
/* NtQueryDirectoryFile. */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "nt/file/file.h"
#include "nt/file/information.h"
#include "nt/file/path.h"
#include "nt/service.h"
#include "ob/object.h"
#include "se/se.h"

/* No more than that is filled in by one call. */
#define NT_DIRECTORY_MAX (64 * 1024)

static const struct {
	u8 name;	/* where FileName is */
	u8 id;		/* where FileId is, or 0 */
	bool attributes;
} nt_directory_classes[] = {
	[FILE_DIRECTORY_INFORMATION] = { 0x40, 0, true },
	[FILE_FULL_DIRECTORY_INFORMATION] = { 0x44, 0, true },
	[FILE_BOTH_DIRECTORY_INFORMATION] = { 0x5e, 0, true },
	[FILE_NAMES_INFORMATION] = { 0x0c, 0, false },
	[FILE_ID_BOTH_DIRECTORY_INFORMATION] = { 0x68, 0x60, true },
	[FILE_ID_FULL_DIRECTORY_INFORMATION] = { 0x50, 0x48, true },
};

/* What all classes begin with; FileNames has its name length at 8. */
struct nt_entry {
	u32 next;
	u32 index;
	u64 created;
	u64 accessed;
	u64 written;
	u64 changed;
	u64 size;
	u64 allocation;
	u32 attributes;
	u32 name_length;
};

/* An entry of the directory, of which the attributes are not known yet */
struct nt_found {
	struct list_head link;
	u64 ino;
	unsigned int bytes;
	char name[];
};

/**
 * struct nt_scan - one look into a directory
 * @ctx: for iterate_dir()
 * @found: struct nt_found.link
 * @pattern: or NULL
 * @units: its length
 * @name: the name that is looked at, in UTF-16
 * @header: bytes in front of a name
 * @used: what the entries found take
 * @room: for them
 * @single: one is enough
 * @full: the next one did not fit
 * @err: -ENOMEM
 */
struct nt_scan {
	struct dir_context ctx;
	struct list_head found;
	const u16 *pattern;
	unsigned int units;
	u16 *name;
	unsigned int header;
	u32 used;
	u32 room;
	bool single;
	bool full;
	int err;
};

static bool nt_directory_entry(struct dir_context *ctx, const char *name, int length,
			       loff_t offset, u64 ino, unsigned int type)
{
	struct nt_scan *scan = container_of(ctx, struct nt_scan, ctx);
	struct nt_found *found;
	unsigned int units;
	u32 size;

	if (length > NAME_MAX)
		return true;
	units = nt_path_to_utf16(name, length, scan->name);
	if (scan->pattern && !nt_path_match(scan->pattern, scan->units, scan->name, units))
		return true;
	size = scan->header + units * sizeof(u16);
	/* Into the first one's place goes as much of its name as there is room for. */
	if (!list_empty(&scan->found) && (scan->single || scan->used + size > scan->room)) {
		scan->full = true;
		return false;
	}
	found = kmalloc(struct_size(found, name, length + 1), GFP_KERNEL_ACCOUNT);
	if (!found) {
		scan->err = -ENOMEM;
		return false;
	}
	found->ino = ino;
	found->bytes = length;
	memcpy(found->name, name, length);
	found->name[length] = 0;
	list_add_tail(&found->link, &scan->found);
	scan->used = ALIGN(scan->used + size, 8);
	return true;
}

static void nt_directory_forget(struct list_head *list)
{
	struct nt_found *found, *next;

	list_for_each_entry_safe(found, next, list, link) {
		list_del(&found->link);
		kfree(found);
	}
}

static int nt_directory_stat(struct file *file, const struct nt_found *found, struct kstat *stat)
{
	const struct path *directory = &file->f_path;
	struct file *entry;
	int err;

	/* The parent of where the process's world ends is itself. */
	if (!strcmp(found->name, ".") || !strcmp(found->name, ".."))
		return nt_file_stat(directory, stat);
	entry = file_open_root(directory, found->name, O_PATH | O_NOFOLLOW, 0);
	if (IS_ERR(entry))
		return PTR_ERR(entry);
	err = nt_file_stat(&entry->f_path, stat);
	fput(entry);
	return err;
}

/* Puts one entry at @at; the name is cut if there is no room for it. */
static u32 nt_directory_put(struct file *file, u32 class, const struct nt_found *found, u8 *at,
			    u32 room, u16 *name, u32 *size)
{
	unsigned int header = nt_directory_classes[class].name;
	u32 bytes = nt_path_to_utf16(found->name, found->bytes, name) * sizeof(u16);
	struct nt_entry *entry = (struct nt_entry *)at;
	struct kstat stat;
	u32 fits = min(bytes, room - header) & ~1u;

	memset(at, 0, header);
	if (nt_directory_classes[class].attributes) {
		/* It may be gone, or not be ours to look at: then there is its name. */
		if (!nt_directory_stat(file, found, &stat)) {
			entry->created = nt_file_created(&stat);
			entry->accessed = nt_file_time(&stat.atime);
			entry->written = nt_file_time(&stat.mtime);
			entry->changed = nt_file_time(&stat.ctime);
			entry->size = nt_file_size(&stat);
			entry->allocation = nt_file_allocation(&stat);
			entry->attributes = nt_file_attributes(&stat);
		}
		entry->name_length = bytes;
	} else {
		*(u32 *)(at + 8) = bytes;
	}
	if (nt_directory_classes[class].id)
		memcpy(at + nt_directory_classes[class].id, &found->ino, sizeof(u64));
	memcpy(at + header, name, fits);
	*size = header + fits;
	return fits < bytes ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static u32 nt_directory_fill(struct file *file, u32 class, struct nt_scan *scan, u8 *buffer,
			     u32 *information)
{
	struct nt_found *found;
	u32 at = 0, last = 0, size = 0, status = STATUS_SUCCESS;

	list_for_each_entry(found, &scan->found, link) {
		if (status)
			break;
		if (size) {
			last = at;
			at = ALIGN(at + size, 8);
			*(u32 *)(buffer + last) = at - last;
		}
		status = nt_directory_put(file, class, found, buffer + at, scan->room - at,
					  scan->name, &size);
	}
	*information = at + size;
	return status;
}

static int nt_directory_scan(struct file *file, bool restart, struct nt_scan *scan, bool *first)
{
	loff_t before;
	int err = 0;

	mutex_lock(&file->f_pos_lock);
	if (restart)
		vfs_llseek(file, 0, SEEK_SET);
	*first = !file->f_pos;
	do {
		before = file->f_pos;
		err = iterate_dir(file, &scan->ctx);
		/* iterate_dir() takes the position from the context, not from the file. */
	} while (!err && !scan->err && !scan->full && list_empty(&scan->found) &&
		 file->f_pos != before);
	mutex_unlock(&file->f_pos_lock);
	return err ? err : scan->err;
}

static u32 nt_directory(struct file *file, u64 out, u32 length, u32 class, bool single,
			bool restart, const u16 *text, unsigned int units, u32 *information)
{
	struct nt_scan scan = {
		.ctx = { .actor = nt_directory_entry },
		.found = LIST_HEAD_INIT(scan.found),
		.header = nt_directory_classes[class].name,
		.room = min_t(u32, length, NT_DIRECTORY_MAX),
		.single = single,
	};
	u16 *pattern = NULL;
	u8 *buffer;
	bool first;
	u32 status;
	int err;

	scan.name = kmalloc_array(NAME_MAX + 1, sizeof(u16), GFP_KERNEL_ACCOUNT);
	buffer = kvmalloc(scan.room, GFP_KERNEL_ACCOUNT);
	status = scan.name && buffer ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
	if (!status)
		status = nt_open_pattern(file, text, &units, &pattern);
	if (status)
		goto out;
	scan.pattern = pattern;
	scan.units = units;
	err = nt_directory_scan(file, restart, &scan, &first);
	status = err == -ENOTDIR ? STATUS_INVALID_PARAMETER : nt_status(err);
	if (!status && list_empty(&scan.found))
		status = first ? STATUS_NO_SUCH_FILE : STATUS_NO_MORE_FILES;
	if (!status) {
		status = nt_directory_fill(file, class, &scan, buffer, information);
		if (nt_copy_to(out, buffer, *information, 1))
			status = STATUS_ACCESS_VIOLATION;
	}
out:
	nt_directory_forget(&scan.found);
	kfree(pattern);
	kvfree(buffer);
	kfree(scan.name);
	return status;
}

NT_SERVICE11(nt_query_directory_file, u64, handle, u64, event, u64, apc_routine, u64, apc_context,
	     u64, iosb, u64, out, u32, length, u32, class, u8, single, u64, name, u8, restart)
{
	struct nt_request request;
	struct file *file;
	unsigned int units = 0;
	u32 status, information = 0;
	u16 *text = NULL;

	if (class >= ARRAY_SIZE(nt_directory_classes) || !nt_directory_classes[class].name)
		return STATUS_INVALID_INFO_CLASS;
	if (length < ALIGN(nt_directory_classes[class].name + sizeof(u16), 4))
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_file_reference(handle, FILE_READ_DATA, &file);
	if (status)
		return status;
	status = nt_file_probe_io_status(iosb);
	if (!status)
		status = nt_probe_for_write(out, length, sizeof(u32));
	if (!status && name)
		status = nt_get_unicode_text(name, &text, &units);
	if (!status && units > NAME_MAX)
		status = STATUS_OBJECT_NAME_INVALID;
	if (!status && !d_is_dir(file->f_path.dentry))
		status = STATUS_INVALID_PARAMETER;
	if (!status)
		status = se_allow(__NR_getdents64, ob_fd_of_handle(handle), 0, 0, 0, 0, 0);
	if (!status)
		status = nt_request_begin(&request, event, apc_routine, apc_context, iosb);
	if (!status) {
		status = nt_directory(file, out, length, class, single, restart, text, units,
				      &information);
		status = nt_request_end(&request, status, information);
	}
	kfree(text);
	fput(file);
	return status;
}
