// SPDX-License-Identifier: GPL-2.0
/* Process handles: NtOpenProcess, NtQueryInformationProcess and their sisters. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/sched/cputime.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#include "dbgk/dbgk.h"
#include "mm/image.h"
#include "mm/vm.h"
#include "nt/port/port.h"
#include "ob/ob.h"
#include "ps/process.h"
#include "ps/query.h"
#include "ps/suspend.h"
#include "ps/target.h"

/*
 * What every call begins with: the right of the handle, the task, the right to
 * trace it. The task is to be put.
 */
static struct task_struct *port_process_begin(struct ob_handle *handle, u32 access,
					      unsigned int mode)
{
	struct ps_target *target = handle->object;
	struct task_struct *task;
	int err;

	if (!ob_may(handle, access))
		return ERR_PTR(-EACCES);
	task = ps_target_task(target);
	if (!task)
		return ERR_PTR(-EOWNERDEAD);
	err = ps_target_allow(target, task, mode);
	if (err) {
		put_task_struct(task);
		return ERR_PTR(err);
	}
	return task;
}

/**
 * port_open_process() - NTDBG_IOC_OPEN_PROCESS
 * @handle: of a debug object, for the way in
 * @argument: struct ntdbg_open_process
 *
 * Context: may sleep.
 * Return: a descriptor or a negative errno.
 */
long port_open_process(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_open_process open;
	struct task_struct *task;
	struct pid *pid;
	u32 access;
	long ret;

	ret = PORT_COPY_IN(open, argument);
	if (!ret && open.reserved)
		ret = -EINVAL;
	if (!ret)
		ret = ob_map_access(&ps_process_type, open.access, &access);
	if (ret)
		return ret;
	pid = find_get_pid(open.pid);
	task = pid ? get_pid_task(pid, PIDTYPE_TGID) : NULL;
	ret = -ESRCH;
	if (task)
		ret = port_open_target(&ps_process_type, pid, task, access);
	put_pid(pid);
	if (task)
		put_task_struct(task);
	return ret;
}

static void port_fill_program(struct task_struct *task, struct ntdbg_process_info *info)
{
	struct mm_struct *mm = get_task_mm(task);
	struct mm_program program;

	if (!mm)
		return;
	mm_read_program(mm, &program);
	info->entry = program.entry;
	mmput(mm);
}

static long port_query_process(struct ob_handle *handle, void __user *argument)
{
	struct ps_target *target = handle->object;
	struct ntdbg_process_info info;
	struct task_struct *task;
	u32 size;
	int err;

	err = PORT_COPY_IN(info, argument);
	if (err)
		return err;
	size = info.size;
	memset(&info, 0, sizeof(info));
	info.size = size;
	task = port_process_begin(handle, NTDBG_PROCESS_QUERY_LIMITED, PTRACE_MODE_READ_REALCREDS);
	if (IS_ERR(task) && task != ERR_PTR(-EOWNERDEAD))
		return PTR_ERR(task);
	ps_query_process(target, IS_ERR(task) ? NULL : task, &info);
	if (!IS_ERR(task)) {
		port_fill_program(task, &info);
		put_task_struct(task);
	}
	return port_copy_out(argument, &info, size, sizeof(info));
}

static long port_attach_process(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_process_debug debug;
	struct task_struct *task;
	struct file *file;
	long err;

	err = PORT_COPY_IN(debug, argument);
	if (err)
		return err;
	task = port_process_begin(handle, NTDBG_PROCESS_SUSPEND_RESUME,
				  PTRACE_MODE_ATTACH_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	if (same_thread_group(task, current)) {
		err = -EDEADLK;
		goto put_task;
	}
	file = ob_reference(debug.debug_fd, &dbgk_object_type, NTDBG_DEBUG_PROCESS_ASSIGN);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		goto put_task;
	}
	err = dbgk_attach_leader(ob_handle_of(file)->object, task);
	fput(file);
put_task:
	put_task_struct(task);
	return err;
}

/* The process may be at its end, or gone but for a listed event. */
static long port_detach_process(struct ob_handle *handle, void __user *argument)
{
	struct ps_target *target = handle->object;
	struct ntdbg_process_debug debug;
	struct file *file;
	long err;

	err = PORT_COPY_IN(debug, argument);
	if (err)
		return err;
	if (!ob_may(handle, NTDBG_PROCESS_SUSPEND_RESUME))
		return -EACCES;
	file = ob_reference(debug.debug_fd, &dbgk_object_type, NTDBG_DEBUG_PROCESS_ASSIGN);
	if (IS_ERR(file))
		return PTR_ERR(file);
	err = dbgk_detach_pid(ob_handle_of(file)->object, target->pid);
	if (err == -ESRCH)
		err = -ENOTCONN;
	fput(file);
	return err;
}

static long port_process_debug_object(struct ob_handle *handle, void __user *argument)
{
	struct debug_object *object;
	struct ntdbg_value value;
	struct task_struct *task;
	u32 access;
	long ret;

	ret = PORT_COPY_IN(value, argument);
	if (!ret)
		ret = ob_map_access(&dbgk_object_type, value.value, &access);
	if (ret)
		return ret;
	task = port_process_begin(handle, NTDBG_PROCESS_QUERY_INFORMATION,
				  PTRACE_MODE_ATTACH_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	object = dbgk_object_of(task_tgid(task));
	ret = object ? ob_open(&dbgk_object_type, object, access) : -ENOTCONN;
	if (object)
		dbgk_object_put(object);
	put_task_struct(task);
	return ret;
}

static long port_process_inherit(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_value value;
	struct task_struct *task;
	long err;

	err = PORT_COPY_IN(value, argument);
	if (!err && value.value > 1)
		err = -EINVAL;
	if (err)
		return err;
	task = port_process_begin(handle, NTDBG_PROCESS_SET_INFORMATION,
				  PTRACE_MODE_ATTACH_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	err = ps_set_debug_inherit(task, value.value);
	put_task_struct(task);
	return err;
}

static long port_steer_process(struct ob_handle *handle, void (*steer)(struct ps_process *process))
{
	struct ps_process *process;
	struct task_struct *task;
	long err;

	task = port_process_begin(handle, NTDBG_PROCESS_SUSPEND_RESUME,
				  PTRACE_MODE_ATTACH_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	err = task->signal->flags & SIGNAL_GROUP_EXIT ? -EOWNERDEAD :
	      ps_target_steer(handle->object, task, &process);
	if (!err)
		steer(process);
	put_task_struct(task);
	return err;
}

static long port_suspend_process(struct ob_handle *handle, void __user *argument)
{
	return port_steer_process(handle, ps_suspend_all);
}

static long port_resume_process(struct ob_handle *handle, void __user *argument)
{
	return port_steer_process(handle, ps_resume_all);
}

static long port_terminate_process(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_value value;
	struct task_struct *task;
	long err;

	err = PORT_COPY_IN(value, argument);
	if (err)
		return err;
	task = port_process_begin(handle, NTDBG_PROCESS_TERMINATE, PTRACE_MODE_ATTACH_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	err = dbgk_terminate(task, value.value);
	put_task_struct(task);
	return err;
}

static long port_break_process(struct ob_handle *handle, void __user *argument)
{
	struct task_struct *task;
	long err;

	task = port_process_begin(handle, NTDBG_PROCESS_SUSPEND_RESUME,
				  PTRACE_MODE_ATTACH_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	err = dbgk_break_in(task_tgid(task));
	put_task_struct(task);
	return err;
}

static long port_copy_memory(struct ob_handle *handle, void __user *argument, u32 access,
			     bool write)
{
	struct ntdbg_vm_io __user *out = argument;
	struct task_struct *task;
	struct ntdbg_vm_io io;
	long err;

	err = PORT_COPY_IN(io, argument);
	if (!err && (io.flags & ~NTDBG_VM_FORCE))
		err = -EINVAL;
	if (!err && put_user(0, &out->done))
		err = -EFAULT;
	if (err)
		return err;
	task = port_process_begin(handle, access, PTRACE_MODE_ATTACH_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	err = mm_vm_copy(task, &io, write);
	put_task_struct(task);
	if (put_user(io.done, &out->done))
		err = -EFAULT;
	return err;
}

static long port_read_memory(struct ob_handle *handle, void __user *argument)
{
	return port_copy_memory(handle, argument, NTDBG_PROCESS_VM_READ, false);
}

static long port_write_memory(struct ob_handle *handle, void __user *argument)
{
	return port_copy_memory(handle, argument,
			      NTDBG_PROCESS_VM_WRITE | NTDBG_PROCESS_VM_OPERATION, true);
}

static long port_protect_memory(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_vm_protect protect;
	struct task_struct *task;
	long err;

	err = PORT_COPY_IN(protect, argument);
	if (!err && protect.reserved)
		err = -EINVAL;
	if (err)
		return err;
	task = port_process_begin(handle, NTDBG_PROCESS_VM_OPERATION, PTRACE_MODE_ATTACH_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	err = mm_vm_protect(task, &protect);
	put_task_struct(task);
	if (!err)
		err = port_copy_out(argument, &protect, protect.size, sizeof(protect));
	return err;
}

static long port_query_memory(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_region region;
	struct task_struct *task;
	long err;

	err = PORT_COPY_IN(region, argument);
	if (!err && region.reserved)
		err = -EINVAL;
	if (err)
		return err;
	task = port_process_begin(handle, NTDBG_PROCESS_QUERY_LIMITED, PTRACE_MODE_READ_REALCREDS);
	if (IS_ERR(task))
		return PTR_ERR(task);
	err = mm_vm_region(task, &region);
	put_task_struct(task);
	if (!err || err == -ENAMETOOLONG) {
		if (port_copy_out(argument, &region, region.size, sizeof(region)))
			err = -EFAULT;
	}
	return err;
}

static const struct port_call port_process_calls[] = {
	{ NTDBG_IOC_HANDLE, port_query_handle },
	{ NTDBG_IOC_DUPLICATE, port_duplicate_handle },
	{ NTDBG_IOC_PROCESS_QUERY, port_query_process },
	{ NTDBG_IOC_PROCESS_ATTACH, port_attach_process },
	{ NTDBG_IOC_PROCESS_DETACH, port_detach_process },
	{ NTDBG_IOC_PROCESS_DEBUG_OBJECT, port_process_debug_object },
	{ NTDBG_IOC_PROCESS_INHERIT, port_process_inherit },
	{ NTDBG_IOC_PROCESS_SUSPEND, port_suspend_process },
	{ NTDBG_IOC_PROCESS_RESUME, port_resume_process },
	{ NTDBG_IOC_PROCESS_TERMINATE, port_terminate_process },
	{ NTDBG_IOC_PROCESS_BREAK, port_break_process },
	{ NTDBG_IOC_PROCESS_READ, port_read_memory },
	{ NTDBG_IOC_PROCESS_WRITE, port_write_memory },
	{ NTDBG_IOC_PROCESS_PROTECT, port_protect_memory },
	{ NTDBG_IOC_PROCESS_REGION, port_query_memory },
};

static long port_process_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	return port_dispatch(port_process_calls, ARRAY_SIZE(port_process_calls), file, command,
			     argument);
}

/* Readable when the process has ended, as a pidfd is. */
static __poll_t port_process_poll(struct file *file, poll_table *table)
{
	struct ps_target *target = ob_handle_of(file)->object;
	struct task_struct *task;
	bool ended;

	if (!ob_may(ob_handle_of(file), NTDBG_ACCESS_SYNCHRONIZE))
		return EPOLLERR;
	poll_wait(file, &target->pid->wait_pidfd, table);
	task = ps_target_task(target);
	ended = !task || ps_is_zombie(task);
	if (task)
		put_task_struct(task);
	return ended ? EPOLLIN | EPOLLRDNORM : 0;
}

static const struct file_operations port_process_fops = {
	.owner = THIS_MODULE,
	.poll = port_process_poll,
	.release = ob_release,
	.unlocked_ioctl = port_process_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/**
 * port_process_init() - say what process handles can do
 *
 * Context: module init.
 */
void port_process_init(void)
{
	ps_process_type.fops = &port_process_fops;
}
