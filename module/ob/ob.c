// SPDX-License-Identifier: GPL-2.0
/* Handles: rights, and the files that bear them. */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/slab.h>

#include "ntstatus.h"
#include "ob/ob.h"

#define OB_GENERIC (NTDBG_ACCESS_GENERIC_ALL | NTDBG_ACCESS_GENERIC_EXECUTE | \
		    NTDBG_ACCESS_GENERIC_WRITE | NTDBG_ACCESS_GENERIC_READ)

/* Who may query all of it may query the little, too (Windows Vista's rule). */
static u32 ob_implied(const struct ob_type *type, u32 access)
{
	if (type->id == NTDBG_OBJECT_PROCESS && (access & NTDBG_PROCESS_QUERY_INFORMATION))
		access |= NTDBG_PROCESS_QUERY_LIMITED;
	if (type->id == NTDBG_OBJECT_THREAD && (access & NTDBG_THREAD_QUERY_INFORMATION))
		access |= NTDBG_THREAD_QUERY_LIMITED;
	if (type->id == NTDBG_OBJECT_THREAD && (access & NTDBG_THREAD_SET_INFORMATION))
		access |= NTDBG_THREAD_SET_LIMITED;
	return access;
}

/**
 * ob_map_access() - the rights that a mask stands for (RtlMapGenericMask)
 * @type: of the object
 * @wanted: specific, standard and generic rights, MAXIMUM_ALLOWED
 * @access: set to specific and standard rights
 *
 * Context: any.
 * Return: 0, or -EINVAL if @wanted has bits that mean nothing.
 */
int ob_map_access(const struct ob_type *type, u32 wanted, u32 *access)
{
	u32 mapped = wanted & ~(OB_GENERIC | NTDBG_ACCESS_MAXIMUM_ALLOWED);

	if (mapped & ~(type->all_access | 0x1fffff))
		return -EINVAL;
	if (wanted & (NTDBG_ACCESS_GENERIC_ALL | NTDBG_ACCESS_MAXIMUM_ALLOWED))
		mapped |= type->all_access;
	if (wanted & NTDBG_ACCESS_GENERIC_READ)
		mapped |= type->generic_read;
	if (wanted & NTDBG_ACCESS_GENERIC_WRITE)
		mapped |= type->generic_write;
	if (wanted & NTDBG_ACCESS_GENERIC_EXECUTE)
		mapped |= type->generic_execute;
	*access = ob_implied(type, mapped & type->all_access);
	return 0;
}

/**
 * ob_may() - does a handle bear all of these rights?
 * @handle: the handle
 * @access: rights
 *
 * Context: any.
 * Return: true if so.
 */
bool ob_may(const struct ob_handle *handle, u32 access)
{
	return (handle->access & access) == access;
}

/**
 * ob_handle_create() - what a file is to point to
 * @type: of @object
 * @object: the object; the handle takes a reference of its own
 * @access: mapped rights
 *
 * Context: may sleep.
 * Return: the handle, or -ENOMEM.
 */
struct ob_handle *ob_handle_create(const struct ob_type *type, void *object, u32 access)
{
	struct ob_handle *handle = kmalloc(sizeof(*handle), GFP_KERNEL_ACCOUNT);

	if (!handle)
		return ERR_PTR(-ENOMEM);
	*handle = (struct ob_handle){ .type = type, .access = access, .object = object };
	type->reference(object);
	return handle;
}

/**
 * ob_handle_close() - the file is gone
 * @handle: its handle
 *
 * Context: may sleep.
 */
void ob_handle_close(struct ob_handle *handle)
{
	handle->type->close(handle->object);
	kfree(handle);
}

/**
 * ob_file() - a file that is a new handle
 * @type: of @object
 * @object: the object; the file takes a reference of its own
 * @access: mapped rights
 *
 * Context: may sleep.
 * Return: the file, or -ENOMEM, -ENFILE.
 */
struct file *ob_file(const struct ob_type *type, void *object, u32 access)
{
	struct ob_handle *handle = ob_handle_create(type, object, access);
	struct file *file;

	if (IS_ERR(handle))
		return ERR_CAST(handle);
	file = anon_inode_getfile(type->name, type->fops, handle, O_RDWR);
	if (IS_ERR(file))
		ob_handle_close(handle);
	return file;
}

/**
 * ob_open() - a new handle in the current process
 * @type: of @object
 * @object: the object; the handle takes a reference of its own
 * @access: mapped rights
 *
 * Context: may sleep.
 * Return: the descriptor, or -ENOMEM, -ENFILE, -EMFILE.
 */
int ob_open(const struct ob_type *type, void *object, u32 access)
{
	int fd = get_unused_fd_flags(O_CLOEXEC);
	struct file *file;

	if (fd < 0)
		return fd;
	file = ob_file(type, object, access);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

/**
 * ob_reference() - the file behind a descriptor, if it is a handle of this kind
 * @fd: descriptor of the current process
 * @type: what it has to be a handle of
 * @access: rights that it has to bear
 *
 * NT: ObReferenceObjectByHandle.
 *
 * Context: may sleep.
 * Return: the file, to be given back with fput(); -EBADF; -ENOTTY if it is
 * something else; -EACCES.
 */
struct file *ob_reference(int fd, const struct ob_type *type, u32 access)
{
	struct file *file = fget(fd);
	int err = 0;

	if (!file)
		return ERR_PTR(-EBADF);
	if (!ob_is_handle(file) || ob_handle_of(file)->type != type)
		err = -ENOTTY;
	else if (!ob_may(ob_handle_of(file), access))
		err = -EACCES;
	if (err) {
		fput(file);
		return ERR_PTR(err);
	}
	return file;
}

/**
 * ob_release() - release of every file of ours, and what tells them from others
 * @inode: not looked at
 * @file: the file
 *
 * Context: may sleep.
 * Return: 0.
 */
int ob_release(struct inode *inode, struct file *file)
{
	ob_handle_close(ob_handle_of(file));
	return 0;
}

/**
 * ob_is_handle() - is this file one of ours, or another one of Linux?
 * @file: the file
 *
 * Context: any.
 * Return: true if ob_handle_of() is allowed.
 */
bool ob_is_handle(const struct file *file)
{
	return file->f_op->release == ob_release;
}

/**
 * ob_reference_by_handle() - the file behind a handle of this type (ObReferenceObjectByHandle)
 * @handle: of the current process; no pseudo handle
 * @type: what it has to be a handle of; NULL for any file, also those of Linux
 * @access: rights that it has to bear, if it is one of ours
 * @file: set to the file, to be given back with fput()
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH or
 * STATUS_ACCESS_DENIED.
 */
u32 ob_reference_by_handle(u64 handle, const struct ob_type *type, u32 access, struct file **file)
{
	int fd = ob_fd_of_handle(handle);
	bool ours;

	*file = fd < 0 ? NULL : fget(fd);
	if (!*file)
		return STATUS_INVALID_HANDLE;
	ours = ob_is_handle(*file);
	if (type && (!ours || ob_handle_of(*file)->type != type)) {
		fput(*file);
		return STATUS_OBJECT_TYPE_MISMATCH;
	}
	if (ours && !ob_may(ob_handle_of(*file), access)) {
		fput(*file);
		return STATUS_ACCESS_DENIED;
	}
	return STATUS_SUCCESS;
}
