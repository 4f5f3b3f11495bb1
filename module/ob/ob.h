/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handles. The handle table is Linux's table of file descriptors: a handle is
 * an open file that bears rights, an object type is a kind of file. So closing,
 * inheriting, passing on and the end of a process are the kernel's own.
 */
#ifndef _NTDBG_OB_OB_H
#define _NTDBG_OB_OB_H

#include <linux/fs.h>
#include <ntdbg/object.h>

/**
 * struct ob_type - NT's OBJECT_TYPE
 * @id: enum ntdbg_object_type
 * @name: as /proc/PID/fd shows it
 * @generic_read: what GENERIC_READ stands for
 * @generic_write: likewise
 * @generic_execute: likewise
 * @all_access: all rights there are
 * @fops: of its files; set by the front end before the first handle is made
 * @reference: one more handle of the object
 * @close: one less; may sleep
 */
struct ob_type {
	enum ntdbg_object_type id;
	const char *name;
	u32 generic_read;
	u32 generic_write;
	u32 generic_execute;
	u32 all_access;
	const struct file_operations *fops;
	void (*reference)(void *object);
	void (*close)(void *object);
};

/**
 * struct ob_handle - what an open file of ours points to
 * @type: of @object
 * @access: the rights that were granted
 * @object: debug_object or ps_target
 */
struct ob_handle {
	const struct ob_type *type;
	u32 access;
	void *object;
};

int ob_map_access(const struct ob_type *type, u32 wanted, u32 *access);
bool ob_may(const struct ob_handle *handle, u32 access);

struct ob_handle *ob_handle_create(const struct ob_type *type, void *object, u32 access);
void ob_handle_close(struct ob_handle *handle);

struct file *ob_file(const struct ob_type *type, void *object, u32 access);
int ob_open(const struct ob_type *type, void *object, u32 access);
struct file *ob_reference(int fd, const struct ob_type *type, u32 access);

static inline struct ob_handle *ob_handle_of(struct file *file)
{
	return file->private_data;
}

#endif /* _NTDBG_OB_OB_H */
