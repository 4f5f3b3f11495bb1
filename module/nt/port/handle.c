// SPDX-License-Identifier: GPL-2.0
/* What all handles have in common: how calls get in, and the calls of any of them. */
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "dbgk/dbgk.h"
#include "nt/port/port.h"
#include "ob/ob.h"
#include "ps/target.h"
#include "words.h"

/**
 * port_copy_in() - copy in a struct that begins with its size
 * @to: where it goes; aligned to 8 if its size is
 * @from: in user space
 * @known: how much of it this module knows
 * @first: how much its first version had
 *
 * Context: may sleep.
 * Return: 0; -EFAULT; -EINVAL if it is too short; -E2BIG if it has more than
 * this module knows, and not only zeroes.
 */
int port_copy_in(void *to, const void __user *from, u32 known, u32 first)
{
	u32 size;

	if (get_user(size, (const u32 __user *)from))
		return -EFAULT;
	if (size < first)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	/* The usual case: both know the same struct. */
	if (size == known && !(known % sizeof(u64)))
		return words_from_user(to, from, known) ? 0 : -EFAULT;
	return copy_struct_from_user(to, known, from, size);
}

/**
 * port_copy_out() - copy out as much of a struct as the caller knows
 * @to: in user space
 * @from: the struct
 * @size: what the caller knows of it
 * @known: what this module knows of it
 *
 * Context: may sleep.
 * Return: 0 or -EFAULT.
 */
int port_copy_out(void __user *to, const void *from, u32 size, u32 known)
{
	return copy_to_user(to, from, min(size, known)) ? -EFAULT : 0;
}

/**
 * port_dispatch() - find the row of a call, see to the rights, make it
 * @calls: the rows of the handle's type
 * @nr: how many
 * @file: the handle
 * @command: NTDBG_IOC_*
 * @argument: of the ioctl
 *
 * Context: may sleep.
 * Return: -ENOTTY if there is no such row; else what its routine says.
 */
long port_dispatch(const struct port_call *calls, unsigned int nr, struct file *file,
		   unsigned int command, unsigned long argument)
{
	struct ob_handle *handle = ob_handle_of(file);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (calls[i].command != command)
			continue;
		return calls[i].routine(handle, (void __user *)argument);
	}
	return -ENOTTY;
}

/**
 * port_query_handle() - NTDBG_IOC_HANDLE
 * @handle: the handle
 * @argument: struct ntdbg_handle
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
long port_query_handle(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_handle query;
	int err;

	err = PORT_COPY_IN(query, argument);
	if (err)
		return err;
	query = (struct ntdbg_handle){
		.size = query.size,
		.type = handle->type->id,
		.access = handle->access,
	};
	if (handle->type == &dbgk_object_type)
		query.handles = dbgk_object_handles(handle->object);
	return port_copy_out(argument, &query, query.size, sizeof(query));
}

/**
 * port_duplicate_handle() - NTDBG_IOC_DUPLICATE
 * @handle: the handle
 * @argument: struct ntdbg_duplicate
 *
 * Context: may sleep.
 * Return: a descriptor, -EACCES if it asks for rights that the handle lacks, or
 * another negative errno.
 */
long port_duplicate_handle(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_duplicate duplicate;
	u32 access;
	int err;

	err = PORT_COPY_IN(duplicate, argument);
	if (err)
		return err;
	if (duplicate.access & NTDBG_ACCESS_MAXIMUM_ALLOWED)
		access = handle->access;
	else
		err = ob_map_access(handle->type, duplicate.access, &access);
	if (err)
		return err;
	if (!ob_may(handle, access))
		return -EACCES;
	return ob_open(handle->type, handle->object, access);
}

/**
 * port_open_target() - a handle of a process or thread, for who may trace it
 * @type: ps_process_type or ps_thread_type
 * @pid: its id
 * @task: its leader, or the thread
 * @access: mapped rights
 *
 * Context: may sleep.
 * Return: a descriptor; -EACCES for a kernel thread; -EPERM; another negative errno.
 */
long port_open_target(const struct ob_type *type, struct pid *pid, struct task_struct *task,
		      u32 access)
{
	struct ps_target *target = ps_target_open(type, pid, task, access);
	long ret;

	if (IS_ERR(target))
		return PTR_ERR(target);
	ret = ob_open(type, target, access);
	ps_target_put(target);
	return ret;
}
