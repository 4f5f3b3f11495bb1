// SPDX-License-Identifier: GPL-2.0
/* NtWaitForDebugEvent, NtDebugContinue. */
#include <linux/file.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched/task.h>

#include "dbgk/dbgk.h"
#include "nt/debug/state_change.h"
#include "nt/service.h"
#include "ob/object.h"
#include "ps/process.h"

/* For the divisor of a division that trapped; a debugger may read its debuggee. */
static bool nt_read_debuggee(void *argument, u64 address, void *to, size_t size)
{
	struct ps_process *process = argument;
	struct task_struct *task = get_pid_task(process->pid, PIDTYPE_TGID);
	bool read;

	if (!task)
		return false;
	read = access_process_vm(task, address, to, size, FOLL_FORCE) == size;
	put_task_struct(task);
	return read;
}

/* dbgk_reader.give */
static int nt_give_event(const struct ntdbg_event *event, struct ps_process *process,
			 void *argument)
{
	struct nt_state_change change;

	nt_make_state_change(&change, event, nt_read_debuggee, process);
	return nt_copy_to(*(u64 *)argument, &change, sizeof(change), sizeof(u64)) ? -EFAULT : 0;
}

/*
 * The port knows monotonic time alone. What is absolute is taken as the clock
 * stands now: who sets the clock does not change a wait under way.
 */
static u64 nt_deadline(const struct nt_timeout *timeout)
{
	s64 left;

	if (timeout->infinite)
		return NTDBG_WAIT_FOREVER;
	if (!timeout->ns || !timeout->absolute)
		return timeout->ns;
	left = timeout->ns - (s64)ktime_get_real_ns();
	return left <= 0 ? 0 : ktime_add_safe(ktime_get(), left);
}

static u32 nt_wait_status(const struct dbgk_reader *reader, const struct nt_timeout *timeout,
			  int err)
{
	if (reader->alert)
		return reader->alert;
	if (err == -EAGAIN || err == -ETIMEDOUT)
		return STATUS_TIMEOUT;
	if (err != -EINTR && err != -ERESTARTSYS)
		return nt_status(err);
	return nt_keep_timeout(timeout);
}

static u32 nt_wait_event(struct debug_object *object, bool alertable,
			 const struct nt_timeout *timeout, u64 change_out)
{
	struct dbgk_reader reader = {
		.deadline_ns = nt_deadline(timeout),
		.flags = NTDBG_WAIT_FILES | NTDBG_WAIT_HANDLES,
		.size = NTDBG_EVENT_MAX_SIZE,
		.give = nt_give_event,
		.argument = &change_out,
		.patient = true,
		.alertable = alertable ? ke_current() : NULL,
	};
	int err = dbgk_wait_for(object, &reader);

	return nt_wait_status(&reader, timeout, err);
}

/*
 * NtWaitForDebugEvent: take the oldest event, waiting for one. Nothing holds the
 * handle meanwhile: when the last one is closed, the wait ends.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_TIMEOUT, STATUS_ALERTED, STATUS_USER_APC,
 * STATUS_DEBUGGER_INACTIVE.
 */
NT_SERVICE4(nt_wait_for_debug_event, u64, handle, u8, alertable, u64, user_timeout,
	    u64, change_out)
{
	static const struct nt_state_change idle;
	struct debug_object *object;
	struct nt_timeout timeout;
	struct file *file;
	u32 status;

	if (nt_wow64())
		return STATUS_NOT_IMPLEMENTED;
	status = nt_get_timeout(user_timeout, &timeout);
	if (!status)
		status = nt_copy_to(change_out, &idle, sizeof(idle), sizeof(u64));
	if (!status)
		status = ob_reference_by_handle(handle, &dbgk_object_type, NTDBG_DEBUG_READ_EVENT,
						&file);
	if (status)
		return status;
	object = ob_handle_of(file)->object;
	ob_get(&object->header);
	fput(file);
	status = nt_wait_event(object, alertable, &timeout, change_out);
	dbgk_object_put(object);
	return status;
}

/*
 * NtDebugContinue: answer the event of this process and thread.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_INVALID_PARAMETER if no such event is handed out.
 */
NT_SERVICE3(nt_debug_continue, u64, handle, u64, user_client, u32, answer)
{
	struct nt_client client;
	struct file *file;
	u32 status;
	int err;

	status = nt_get_client(user_client, &client);
	if (status)
		return status;
	if (!dbgk_status_valid(answer))
		return STATUS_INVALID_PARAMETER;
	status = ob_reference_by_handle(handle, &dbgk_object_type, NTDBG_DEBUG_READ_EVENT, &file);
	if (status)
		return status;
	/* An id of more than 32 bits is nobody's, and neither is 0. */
	if (client.process > U32_MAX || client.thread > U32_MAX)
		client = (struct nt_client){ 0, 0 };
	err = dbgk_continue(ob_handle_of(file)->object, client.process, client.thread, answer);
	fput(file);
	return err == -ENOENT ? STATUS_INVALID_PARAMETER : nt_status(err);
}
