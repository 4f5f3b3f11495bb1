// SPDX-License-Identifier: GPL-2.0
/* Thread handles: NtOpenThread, NtSuspendThread, NtGetContextThread and their sisters. */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "ke/context.h"
#include "nt/port/port.h"
#include "ob/ob.h"
#include "ps/process.h"
#include "ps/query.h"
#include "ps/suspend.h"
#include "ps/target.h"
#include "ps/terminate.h"
#include "ps/thread.h"
#include "words.h"

/**
 * port_open_thread() - NTDBG_IOC_OPEN_THREAD
 * @handle: of a debug object, for the way in
 * @argument: struct ntdbg_open_thread
 *
 * Context: may sleep.
 * Return: a descriptor or a negative errno.
 */
long port_open_thread(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_open_thread open;
	struct task_struct *task;
	struct pid *pid;
	u32 access;
	long ret;

	ret = PORT_COPY_IN(open, argument);
	if (!ret)
		ret = ob_map_access(&ps_thread_type, open.access, &access);
	if (ret)
		return ret;
	pid = find_get_pid(open.tid);
	task = pid ? get_pid_task(pid, PIDTYPE_PID) : NULL;
	if (task && open.pid && task_tgid_vnr(task) != (pid_t)open.pid) {
		put_task_struct(task);
		task = NULL;
	}
	ret = -ESRCH;
	if (task)
		ret = port_open_target(&ps_thread_type, pid, task, access);
	put_pid(pid);
	if (task)
		put_task_struct(task);
	return ret;
}

/* The thread object behind a handle that bears the right; to be put. */
static int port_thread_begin(struct ob_handle *handle, u32 access, struct ps_thread **thread)
{
	if (!ob_may(handle, access))
		return -EACCES;
	return ps_target_thread(handle->object, thread);
}

static long port_query_thread(struct ob_handle *handle, void __user *argument)
{
	struct ps_target *target = handle->object;
	struct ntdbg_thread_info info;
	struct task_struct *task;
	u32 size;
	int err;

	err = PORT_COPY_IN(info, argument);
	if (err)
		return err;
	if (!ob_may(handle, NTDBG_THREAD_QUERY_LIMITED))
		return -EACCES;
	size = info.size;
	memset(&info, 0, sizeof(info));
	info.size = size;
	task = ps_target_task(target);
	if (task)
		err = ps_target_allow(target, task, PTRACE_MODE_READ_REALCREDS);
	if (!err)
		ps_query_thread(target, task, &info);
	if (task)
		put_task_struct(task);
	return err ? err : port_copy_out(argument, &info, size, sizeof(info));
}

static long port_suspend_thread(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_suspend suspend;
	struct ps_thread *thread;
	long err;

	err = PORT_COPY_IN(suspend, argument);
	if (!err)
		err = port_thread_begin(handle, NTDBG_THREAD_SUSPEND_RESUME, &thread);
	if (err)
		return err;
	err = ps_suspend(thread, &suspend.previous);
	if (!err && port_copy_out(argument, &suspend, suspend.size, sizeof(suspend))) {
		ps_resume(thread);
		err = -EFAULT;
	}
	ps_thread_put(thread);
	return err;
}

static long port_resume_thread(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_suspend suspend;
	struct ps_thread *thread;
	long err;

	err = PORT_COPY_IN(suspend, argument);
	/* Find out that it can be written, before anything is done. */
	if (!err)
		err = port_copy_out(argument, &suspend, suspend.size, sizeof(suspend));
	if (!err)
		err = port_thread_begin(handle, NTDBG_THREAD_SUSPEND_RESUME, &thread);
	if (err)
		return err;
	suspend.previous = ps_resume(thread);
	ps_thread_put(thread);
	return port_copy_out(argument, &suspend, suspend.size, sizeof(suspend));
}

static long port_hide_thread(struct ob_handle *handle, void __user *argument)
{
	if (!ob_may(handle, NTDBG_THREAD_SET_INFORMATION))
		return -EACCES;
	return ps_hide_thread(handle->object);
}

static long port_terminate_thread(struct ob_handle *handle, void __user *argument)
{
	struct ps_thread *thread;
	struct ntdbg_value value;
	long err;

	err = PORT_COPY_IN(value, argument);
	if (!err)
		err = port_thread_begin(handle, NTDBG_THREAD_TERMINATE, &thread);
	if (err)
		return err;
	err = ps_terminate_thread(thread, value.value);
	ps_thread_put(thread);
	return err;
}

/* The parts of struct ntdbg_context that user space and the module exchange. */
#define PORT_CONTEXT_REGS (NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER | \
			 NTDBG_CONTEXT_SEGMENTS | NTDBG_CONTEXT_TLS)

/*
 * Copy in what the flags name. Most debuggers want general registers alone, which
 * are a quarter of it.
 */
static int port_copy_context_in(struct ntdbg_context *context,
				const struct ntdbg_context __user *in)
{
	bool copied;
	u64 head;

	BUILD_BUG_ON(offsetof(struct ntdbg_context, regs) != sizeof(head));
	if (!words_from_user(&head, in, sizeof(head)))
		return -EFAULT;
	context->size = (u32)head;
	context->flags = head >> 32;
	if (context->size != sizeof(*context))
		return port_copy_in(context, in, sizeof(*context), sizeof(*context));
	copied = !(context->flags & PORT_CONTEXT_REGS) ||
		 words_from_user(&context->regs, &in->regs, sizeof(context->regs));
	if (context->flags & NTDBG_CONTEXT_DEBUG_REGISTERS)
		copied &= words_from_user(context->dr, in->dr, sizeof(context->dr));
	if (context->flags & NTDBG_CONTEXT_FLOATING_POINT)
		copied &= words_from_user(context->fxsave, in->fxsave, sizeof(context->fxsave));
	return copied ? 0 : -EFAULT;
}

static int port_copy_context_out(struct ntdbg_context __user *out,
				 const struct ntdbg_context *context)
{
	bool copied;

	copied = !(context->flags & PORT_CONTEXT_REGS) ||
		 words_to_user(&out->regs, &context->regs, sizeof(context->regs));
	if (context->flags & NTDBG_CONTEXT_DEBUG_REGISTERS)
		copied &= words_to_user(out->dr, context->dr, sizeof(context->dr));
	if (context->flags & NTDBG_CONTEXT_FLOATING_POINT)
		copied &= words_to_user(out->fxsave, context->fxsave, sizeof(context->fxsave));
	return copied ? 0 : -EFAULT;
}

static int port_begin_context(struct ob_handle *handle, void __user *argument, u32 access,
			      struct ntdbg_context *context, struct ps_thread **thread)
{
	int err = port_copy_context_in(context, argument);

	if (!err && (context->flags & ~NTDBG_CONTEXT_ALL))
		err = -EINVAL;
	return err ? err : port_thread_begin(handle, access, thread);
}

static long port_get_context(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_context context;
	struct ps_thread *thread;
	long err;

	err = port_begin_context(handle, argument, NTDBG_THREAD_GET_CONTEXT, &context, &thread);
	if (err)
		return err;
	err = ke_get_context(thread, &context);
	ps_thread_put(thread);
	return err ? err : port_copy_context_out(argument, &context);
}

static long port_set_context(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_context context;
	struct ps_thread *thread;
	long err;

	err = port_begin_context(handle, argument, NTDBG_THREAD_SET_CONTEXT, &context, &thread);
	if (err)
		return err;
	err = ke_set_context(thread, &context);
	ps_thread_put(thread);
	return err;
}

static const struct port_call port_thread_calls[] = {
	{ NTDBG_IOC_THREAD_GET_CONTEXT, port_get_context },
	{ NTDBG_IOC_THREAD_SET_CONTEXT, port_set_context },
	{ NTDBG_IOC_THREAD_SUSPEND, port_suspend_thread },
	{ NTDBG_IOC_THREAD_RESUME, port_resume_thread },
	{ NTDBG_IOC_THREAD_QUERY, port_query_thread },
	{ NTDBG_IOC_THREAD_HIDE, port_hide_thread },
	{ NTDBG_IOC_THREAD_TERMINATE, port_terminate_thread },
	{ NTDBG_IOC_HANDLE, port_query_handle },
	{ NTDBG_IOC_DUPLICATE, port_duplicate_handle },
};

static long port_thread_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	return port_dispatch(port_thread_calls, ARRAY_SIZE(port_thread_calls), file, command,
			     argument);
}

/* Readable when the thread has ended. It becomes ours, for somebody to say so. */
static __poll_t port_thread_poll(struct file *file, poll_table *table)
{
	struct ps_target *target = ob_handle_of(file)->object;
	struct ps_thread *thread;

	if (!ob_may(ob_handle_of(file), NTDBG_ACCESS_SYNCHRONIZE))
		return EPOLLERR;
	if (!READ_ONCE(target->thread)) {
		if (ps_target_thread(target, &thread))
			return EPOLLIN | EPOLLRDNORM;
		ps_thread_put(thread);
	}
	thread = target->thread;
	poll_wait(file, &thread->process->exit_wait, table);
	return READ_ONCE(thread->gone) ? EPOLLIN | EPOLLRDNORM : 0;
}

static const struct file_operations port_thread_fops = {
	.owner = THIS_MODULE,
	.poll = port_thread_poll,
	.release = ob_release,
	.unlocked_ioctl = port_thread_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/**
 * port_thread_init() - say what thread handles can do
 *
 * Context: module init.
 */
void port_thread_init(void)
{
	ps_thread_type.fops = &port_thread_fops;
}
