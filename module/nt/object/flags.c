// SPDX-License-Identifier: GPL-2.0
/* Flags of handles, and NtSetInformationObject. */
#include <linux/fcntl.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/slab.h>
#include <asm/unistd.h>

#include "nt/object/flags.h"
#include "nt/object/reference.h"
#include "nt/service.h"
#include "se/se.h"

#define NT_OBJECT_HANDLE_FLAG 4

/**
 * struct nt_protected - a protected descriptor
 * @file: what was open there; only compared
 * @inode: of @file; only compared
 * @private: of @file; only compared
 *
 * If close() of Linux has closed the descriptor, another file may be open there.
 */
struct nt_protected {
	const struct file *file;
	const struct inode *inode;
	const void *private;
};

/**
 * nt_current_process() - the NT process that makes the call
 *
 * Context: any.
 * Return: the process, NULL for a call by the kernel.
 */
struct ke_process *nt_current_process(void)
{
	struct ke_thread *thread = ke_current();

	return thread && !thread->temporary ? thread->process : NULL;
}

/**
 * nt_handle_inherited() - is a descriptor kept over execve?
 * @files: the table
 * @fd: the descriptor
 *
 * Context: any.
 * Return: true if so.
 */
bool nt_handle_inherited(struct files_struct *files, int fd)
{
	struct fdtable *table;
	bool inherited;

	spin_lock(&files->file_lock);
	table = files_fdtable(files);
	inherited = fd < table->max_fds && !test_bit(fd, table->close_on_exec);
	spin_unlock(&files->file_lock);
	return inherited;
}

static bool nt_set_inherited(int fd, const struct file *file, bool inherited)
{
	struct files_struct *files = current->files;
	struct fdtable *table;
	bool there;

	spin_lock(&files->file_lock);
	table = files_fdtable(files);
	there = fd < table->max_fds && rcu_access_pointer(table->fd[fd]) == file;
	if (there && inherited)
		__clear_bit(fd, table->close_on_exec);
	else if (there)
		__set_bit(fd, table->close_on_exec);
	spin_unlock(&files->file_lock);
	return there;
}

/**
 * nt_handle_protected() - is a descriptor protected from NtClose?
 * @process: whose, or NULL
 * @fd: the descriptor
 * @file: what is open there; referenced
 *
 * Context: any.
 * Return: true if so.
 */
bool nt_handle_protected(struct ke_process *process, int fd, const struct file *file)
{
	struct nt_protected *entry;
	bool protected;

	if (!process || xa_empty(&process->protected_handles))
		return false;
	xa_lock(&process->protected_handles);
	entry = xa_load(&process->protected_handles, fd);
	protected = entry && entry->file == file && entry->inode == file_inode(file) &&
		    entry->private == file->private_data;
	xa_unlock(&process->protected_handles);
	return protected;
}

/**
 * nt_protect_handle() - protect a descriptor, or do so no longer
 * @process: whose, or NULL
 * @fd: the descriptor
 * @file: what is open there; referenced
 * @protect: which of the two
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_NO_MEMORY; STATUS_NOT_SUPPORTED without a process.
 */
u32 nt_protect_handle(struct ke_process *process, int fd, struct file *file, bool protect)
{
	struct nt_protected *entry = NULL;
	void *old;

	if (!process)
		return protect ? STATUS_NOT_SUPPORTED : STATUS_SUCCESS;
	if (!protect && xa_empty(&process->protected_handles))
		return STATUS_SUCCESS;
	if (protect) {
		entry = kmalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
		if (!entry)
			return STATUS_NO_MEMORY;
		*entry = (struct nt_protected){
			.file = file, .inode = file_inode(file), .private = file->private_data,
		};
	}
	xa_lock(&process->protected_handles);
	old = __xa_store(&process->protected_handles, fd, entry, GFP_KERNEL_ACCOUNT);
	if (!xa_is_err(old))
		kfree(old);
	xa_unlock(&process->protected_handles);
	if (!xa_is_err(old))
		return STATUS_SUCCESS;
	kfree(entry);
	return STATUS_NO_MEMORY;
}

/*
 * NtSetInformationObject: class 4, ObjectHandleFlagInformation, is all there is
 * for user mode.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_set_information_object, u64, handle, u32, class, u64, information, u32, length)
{
	struct {
		u8 inherit;
		u8 protect;
	} flags;
	struct nt_reference reference;
	u32 status;

	if (class != NT_OBJECT_HANDLE_FLAG)
		return STATUS_INVALID_INFO_CLASS;
	if (length != sizeof(flags))
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_copy_from(&flags, information, sizeof(flags), sizeof(u8));
	if (status)
		return status;
	status = nt_reference(handle, &reference);
	if (status)
		return status;
	if (!reference.file)
		status = STATUS_INVALID_HANDLE;
	if (!status)
		status = se_allow(__NR_fcntl, reference.fd, F_SETFD,
				  flags.inherit ? 0 : FD_CLOEXEC, 0, 0, 0);
	if (!status)
		status = nt_protect_handle(nt_current_process(), reference.fd, reference.file,
					   flags.protect);
	if (!status && !nt_set_inherited(reference.fd, reference.file, flags.inherit))
		status = STATUS_INVALID_HANDLE;
	nt_dereference(&reference);
	return status;
}
