// SPDX-License-Identifier: GPL-2.0
/*
 * NtDuplicateObject.
 *
 * Whoever may trace a process may take its descriptors (as pidfd_getfd() does)
 * and, because he could have it open any file, put descriptors into it. A
 * descriptor is put into another process's table at once. It is closed there by
 * one of the process's own threads before that runs user code again: only then
 * is it sure that no system call of the process is using it unreferenced.
 */
#include <linux/fcntl.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <asm/unistd.h>

#include "hook.h"
#include "kcompat.h"
#include "nt/object/close.h"
#include "nt/object/flags.h"
#include "nt/object/reference.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/object.h"
#include "ps/target.h"
#include "se/se.h"
#include "symbols.h"

#define DUPLICATE_CLOSE_SOURCE		1u
#define DUPLICATE_SAME_ACCESS		2u
#define DUPLICATE_SAME_ATTRIBUTES	4u

/**
 * struct nt_side - one of the two processes
 * @target: what its handle stands for; referenced
 * @own: it is the current process
 * @task: a thread with descriptors; referenced; NULL if @own
 * @files: its table; referenced; NULL if @own
 */
struct nt_side {
	struct ps_target *target;
	bool own;
	struct task_struct *task;
	struct files_struct *files;
};

static void nt_side_end(struct nt_side *side)
{
	if (side->files)
		symbols_put_files_struct(side->files);
	if (side->task)
		put_task_struct(side->task);
	if (side->target)
		ps_target_put(side->target);
}

/* The leader may be gone while other threads still have descriptors. */
static void nt_side_files(struct nt_side *side, struct task_struct *leader)
{
	struct task_struct *task;

	rcu_read_lock();
	for_each_thread(leader, task) {
		task_lock(task);
		side->files = task->files;
		if (side->files)
			atomic_inc(&side->files->count);
		task_unlock(task);
		if (side->files) {
			side->task = get_task_struct(task);
			break;
		}
	}
	rcu_read_unlock();
}

/* Not while it executes another program, which may have more rights. */
static u32 nt_side_foreign(struct nt_side *side, struct task_struct *leader)
{
	u32 status;

	status = se_allow(__NR_pidfd_getfd, -1, -1, 0, 0, 0, 0);
	if (status)
		return status;
	if (!symbols_have_put_files_struct())
		return STATUS_NOT_SUPPORTED;
	if (down_read_killable(&leader->signal->exec_update_lock))
		return STATUS_CANCELLED;
	if (ps_target_allow(side->target, leader, PTRACE_MODE_ATTACH_REALCREDS))
		status = STATUS_ACCESS_DENIED;
	else
		nt_side_files(side, leader);
	up_read(&leader->signal->exec_update_lock);
	if (!status && !side->files)
		status = STATUS_PROCESS_IS_TERMINATING;
	return status;
}

static u32 nt_side_begin(struct nt_side *side, u64 process)
{
	struct task_struct *leader;
	u32 status;

	*side = (struct nt_side){ };
	status = nt_target_by_handle(process, &ps_process_type, NTDBG_PROCESS_DUP_HANDLE,
				     &side->target);
	if (status) {
		side->target = NULL;
		return status;
	}
	leader = ps_target_task(side->target);
	if (!leader)
		return STATUS_PROCESS_IS_TERMINATING;
	side->own = same_thread_group(leader, current);
	if (!side->own)
		status = nt_side_foreign(side, leader);
	put_task_struct(leader);
	return status;
}

static struct file *nt_side_file(const struct nt_side *side, int fd)
{
	struct fdtable *table;
	struct file *file = NULL;

	if (side->own)
		return fget_raw(fd);
	spin_lock(&side->files->file_lock);
	table = files_fdtable(side->files);
	if (fd < table->max_fds)
		file = rcu_dereference_protected(table->fd[fd],
						 lockdep_is_held(&side->files->file_lock));
	if (file)
		get_file(file);
	spin_unlock(&side->files->file_lock);
	return file;
}

/* -1 is the source process; -2 is always the thread that asks. */
static u32 nt_source(const struct nt_side *side, u64 handle, struct nt_reference *source)
{
	int fd = ob_fd_of_handle(handle);
	struct file *file;

	if ((s32)handle == OB_CURRENT_THREAD || (side->own && (s32)handle == OB_CURRENT_PROCESS))
		return nt_reference(handle, source);
	if ((s32)handle == OB_CURRENT_PROCESS) {
		ps_target_get(side->target);
		*source = (struct nt_reference){
			.fd = -1, .type = &ps_process_type, .object = side->target,
			.access = ps_process_type.all_access,
		};
		return STATUS_SUCCESS;
	}
	file = fd < 0 ? NULL : nt_side_file(side, fd);
	return file ? nt_reference_file(file, fd, source) : STATUS_INVALID_HANDLE;
}

static u32 nt_map_file_access(u32 wanted)
{
	u32 access = wanted & NT_FILE_ALL;

	if (wanted & NTDBG_ACCESS_GENERIC_ALL)
		access |= NT_FILE_ALL;
	if (wanted & NTDBG_ACCESS_GENERIC_READ)
		access |= NT_FILE_READ;
	if (wanted & NTDBG_ACCESS_GENERIC_WRITE)
		access |= NT_FILE_WRITE;
	if (wanted & NTDBG_ACCESS_GENERIC_EXECUTE)
		access |= NT_FILE_EXECUTE;
	return access;
}

/* A handle never gets more than the one that it comes from. */
static u32 nt_duplicate_access(const struct nt_reference *source, u32 wanted, u32 options,
			       u32 *access)
{
	u32 status = STATUS_SUCCESS;

	if ((options & DUPLICATE_SAME_ACCESS) || (wanted & NTDBG_ACCESS_MAXIMUM_ALLOWED))
		*access = source->access;
	else if (source->type)
		status = ob_grant(source->type, wanted, access);
	else
		*access = nt_map_file_access(wanted);
	if (!status && (*access & ~source->access))
		status = STATUS_ACCESS_DENIED;
	return status;
}

/* A file of Linux is shared; its rights are those with which it was opened. */
static struct file *nt_duplicate_file(const struct nt_reference *source, u32 access)
{
	if (source->type)
		return ob_file(source->type, source->object, access);
	return get_file(source->file);
}

/* The calling thread's table is for a moment that of the other process. */
static struct files_struct *nt_enter_files(struct files_struct *files)
{
	struct files_struct *own = current->files;

	task_lock(current);
	current->files = files;
	task_unlock(current);
	return own;
}

static int nt_reserve_fd(const struct nt_side *side, unsigned int flags)
{
	struct files_struct *own;
	int fd;

	if (side->own)
		return get_unused_fd_flags(flags);
	own = nt_enter_files(side->files);
	fd = get_unused_fd_flags(flags);
	if (fd >= 0 && fd >= task_rlimit(side->task, RLIMIT_NOFILE)) {
		put_unused_fd(fd);
		fd = -EMFILE;
	}
	nt_enter_files(own);
	return fd;
}

static void nt_install_fd(const struct nt_side *side, int fd, struct file *file)
{
	struct files_struct *own;

	if (side->own) {
		fd_install(fd, file);
		return;
	}
	own = nt_enter_files(side->files);
	fd_install(fd, file);
	nt_enter_files(own);
}

static void nt_give_fd_back(const struct nt_side *side, int fd)
{
	struct files_struct *own;

	if (side->own) {
		put_unused_fd(fd);
		return;
	}
	own = nt_enter_files(side->files);
	put_unused_fd(fd);
	nt_enter_files(own);
}

/* LSMs judge what comes from another process. */
static u32 nt_receive(struct file *file, unsigned int flags, u64 handle_out, int *new_fd)
{
	int fd = kcompat_receive_fd(file, flags);
	u32 status;

	fput(file);
	if (fd < 0)
		return nt_status(fd);
	*new_fd = fd;
	status = handle_out ? nt_put_pointer(handle_out, ob_handle_of_fd(fd)) : STATUS_SUCCESS;
	if (status)
		close_fd(fd);
	return status;
}

static u32 nt_put_file(const struct nt_side *from, const struct nt_side *to, struct file *file,
		       unsigned int flags, u64 handle_out, int *new_fd)
{
	u32 status;
	int fd;

	if (to->own && !from->own)
		return nt_receive(file, flags, handle_out, new_fd);
	fd = nt_reserve_fd(to, flags);
	if (fd < 0) {
		fput(file);
		return nt_status(fd);
	}
	status = handle_out ? nt_put_pointer(handle_out, ob_handle_of_fd(fd)) : STATUS_SUCCESS;
	if (status) {
		nt_give_fd_back(to, fd);
		fput(file);
		return status;
	}
	*new_fd = fd;
	nt_install_fd(to, fd, file);
	return STATUS_SUCCESS;
}

static struct ke_process *nt_side_process(const struct nt_side *side, struct ke_thread **thread)
{
	if (side->own) {
		*thread = NULL;
		return nt_current_process();
	}
	*thread = ke_thread_find(side->task);
	return *thread ? (*thread)->process : NULL;
}

static bool nt_source_protected(const struct nt_side *side, const struct nt_reference *source)
{
	struct ke_process *process;
	struct ke_thread *thread;
	bool protected;

	if (!source->file)
		return false;
	process = nt_side_process(side, &thread);
	protected = nt_handle_protected(process, source->fd, source->file);
	if (thread)
		ke_thread_put(thread);
	return protected;
}

static u32 nt_duplicate(const struct nt_side *from, const struct nt_side *to,
			const struct nt_reference *source, u64 handle_out, u32 wanted,
			u32 attributes, u32 options)
{
	struct ke_process *process;
	struct ke_thread *thread;
	struct file *file;
	u32 access, status;
	int fd = -1;

	status = nt_duplicate_access(source, wanted, options, &access);
	if (status)
		return status;
	if (options & DUPLICATE_SAME_ATTRIBUTES) {
		attributes = nt_source_protected(from, source) ? OBJ_PROTECT_CLOSE : 0;
		if (source->file &&
		    nt_handle_inherited(from->own ? current->files : from->files, source->fd))
			attributes |= OBJ_INHERIT;
	}
	file = nt_duplicate_file(source, access);
	if (IS_ERR(file))
		return nt_status(PTR_ERR(file));
	/* For the flag below; a descriptor in a table can be closed by anybody. */
	get_file(file);
	status = nt_put_file(from, to, file, attributes & OBJ_INHERIT ? 0 : O_CLOEXEC, handle_out,
			     &fd);
	if (!status && (attributes & OBJ_PROTECT_CLOSE)) {
		process = nt_side_process(to, &thread);
		/* Best effort, once the handle is there. */
		nt_protect_handle(process, fd, file, true);
		if (thread)
			ke_thread_put(thread);
	}
	fput(file);
	return status;
}

/**
 * struct nt_close_work - a descriptor that its own process is to close
 * @work: of one of its threads
 * @fd: the descriptor
 * @file: what was open there; referenced
 */
struct nt_close_work {
	struct callback_head work;
	int fd;
	struct file *file;
};

static void nt_close_in_process(struct callback_head *head)
{
	struct nt_close_work *close = container_of(head, struct nt_close_work, work);
	struct file *file = current->files ? fget_raw(close->fd) : NULL;

	if (file == close->file)
		close_fd(close->fd);
	if (file)
		fput(file);
	fput(close->file);
	kfree(close);
	hook_leave();
}

static void nt_close_source(const struct nt_side *from, const struct nt_reference *source)
{
	struct nt_close_work *close;

	if (!source->file || nt_source_protected(from, source))
		return;
	if (from->own) {
		nt_close_quietly(ob_handle_of_fd(source->fd));
		return;
	}
	close = kmalloc(sizeof(*close), GFP_KERNEL_ACCOUNT);
	if (!close)
		return;
	close->fd = source->fd;
	close->file = get_file(source->file);
	init_task_work(&close->work, nt_close_in_process);
	hook_hold();
	if (!task_work_add(from->task, &close->work, TWA_RESUME))
		return;
	/* It ends, and its descriptors with it. */
	fput(close->file);
	kfree(close);
	hook_leave();
}

/*
 * NtDuplicateObject: another handle of the same object, also from and into other
 * processes. With option 1 the source is closed, also if there is no new handle.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE7(nt_duplicate_object, u64, source_process, u64, source_handle, u64, target_process,
	    u64, handle_out, u32, access, u32, attributes, u32, options)
{
	struct nt_side from, to = { };
	struct nt_reference source;
	u32 status, target = STATUS_SUCCESS;

	if (attributes & ~(OBJ_VALID_ATTRIBUTES | OBJ_PROTECT_CLOSE))
		return STATUS_INVALID_PARAMETER;
	status = handle_out ? nt_probe_pointer(handle_out) : STATUS_SUCCESS;
	if (status)
		return status;
	status = nt_side_begin(&from, source_process);
	if (!status)
		status = nt_source(&from, source_handle, &source);
	if (status) {
		nt_side_end(&from);
		return status;
	}
	if (target_process)
		target = nt_side_begin(&to, target_process);
	if (target)
		status = target;
	else if (target_process)
		status = nt_duplicate(&from, &to, &source, handle_out, access, attributes, options);
	else if (!(options & DUPLICATE_CLOSE_SOURCE))
		status = STATUS_INVALID_PARAMETER;
	if (options & DUPLICATE_CLOSE_SOURCE)
		nt_close_source(&from, &source);
	nt_dereference(&source);
	nt_side_end(&to);
	nt_side_end(&from);
	return status;
}
