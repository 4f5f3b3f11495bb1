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

struct ke_dispatcher;

/**
 * struct ob_type - NT's OBJECT_TYPE
 * @id: enum ntdbg_object_type
 * @name: as /proc/PID/fd shows it
 * @generic_read: what GENERIC_READ stands for
 * @generic_write: likewise
 * @generic_execute: likewise
 * @all_access: all rights there are
 * @fops: of its files; set by the front end before the first handle is made
 * @dispatcher: what waits wait for (ke/wait.h), or NULL: then the file's poll() says
 * @reference: one more handle of the object
 * @close: one less; may sleep
 * @free: of objects with a struct ob_header: nobody has a reference any more
 */
struct ob_type {
	enum ntdbg_object_type id;
	const char *name;
	u32 generic_read;
	u32 generic_write;
	u32 generic_execute;
	u32 all_access;
	const struct file_operations *fops;
	struct ke_dispatcher *(*dispatcher)(void *object);
	void (*reference)(void *object);
	void (*close)(void *object);
	void (*free)(void *object);
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

/* ---- NT handles: (descriptor + 1) << 2, the low two bits are ignored ---------- */

#define OB_CURRENT_PROCESS	((s32)-1)
#define OB_CURRENT_THREAD	((s32)-2)

static inline u64 ob_handle_of_fd(int fd)
{
	return ((u64)fd + 1) << 2;
}

/* -1 if it can be none */
static inline int ob_fd_of_handle(u64 handle)
{
	return (s32)handle < 4 ? -1 : (int)((u32)handle >> 2) - 1;
}

u32 ob_reference_by_handle(u64 handle, const struct ob_type *type, u32 access, struct file **file);
bool ob_is_handle(const struct file *file);
int ob_release(struct inode *inode, struct file *file);

static inline struct ob_handle *ob_handle_of(struct file *file)
{
	return file->private_data;
}

#endif /* _NTDBG_OB_OB_H */
