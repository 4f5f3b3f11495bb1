// SPDX-License-Identifier: GPL-2.0
/* The debugger's side: take events, answer them. */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "dbgk/dbgk.h"
#include "mm/image.h"
#include "ps/process.h"

/*
 * A descriptor for the image's file: opened anew for the debugger, who must be
 * allowed to read the file. -1 if that does not work; NT gives a NULL handle.
 */
static int dbgk_open_image(struct file *file, struct file **opened)
{
	int fd;

	*opened = dentry_open(&file->f_path, O_RDONLY | O_LARGEFILE, current_cred());
	if (IS_ERR(*opened))
		return -1;
	fd = file_permission(*opened, MAY_READ) ? -1 : get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		fput(*opened);
		return -1;
	}
	return fd;
}

static struct ntdbg_image *dbgk_image_in(struct ntdbg_event *record)
{
	switch (record->type) {
	case NTDBG_EVENT_CREATE_PROCESS:
		return &((struct ntdbg_event_create_process *)record)->image;
	case NTDBG_EVENT_LOAD_IMAGE:
	case NTDBG_EVENT_UNLOAD_IMAGE:
		return &((struct ntdbg_event_image *)record)->image;
	default:
		return NULL;
	}
}

/* Copy a record out, with a descriptor if one is asked for. All or nothing. */
static int dbgk_deliver(struct ntdbg_event *record, struct file *file, void __user *buffer)
{
	struct file *opened;
	int fd = -1;

	if (file) {
		fd = dbgk_open_image(file, &opened);
		dbgk_image_in(record)->file_fd = fd;
	}
	if (copy_to_user(buffer, record, record->size)) {
		if (fd >= 0) {
			put_unused_fd(fd);
			fput(opened);
		}
		return -EFAULT;
	}
	if (fd >= 0)
		fd_install(fd, opened);
	return 0;
}

/* The record did not reach its reader: the event is as if never handed out. */
static void dbgk_take_back(struct debug_object *object, struct ps_process *process, u64 seq)
{
	struct dbgk_event *event;
	bool back = false;

	spin_lock(&object->lock);
	/* Unless the process was detached or killed meanwhile. */
	event = list_first_entry_or_null(&process->debug_events, struct dbgk_event, link);
	if (event && event->object == object && event->seq == seq &&
	    event->state == DBGK_EVENT_READ) {
		event->seen = event->flags & NTDBG_EVENT_F_REPLAY;
		dbgk_replay(object, event, 0);
		back = true;
	}
	spin_unlock(&object->lock);
	if (back)
		dbgk_wake_readers(object);
}

/**
 * dbgk_take() - take the oldest deliverable event, without waiting
 * @object: the object
 * @buffer: where the record goes
 * @size: of @buffer
 * @files: give a descriptor for an image's file
 * @record_size: set to the record's size, also with -EMSGSIZE
 *
 * Context: may sleep.
 * Return: 0; -EAGAIN if there is none; -ECHILD if none will come; -EMSGSIZE or
 * -EFAULT, and the event stays; -EINTR.
 */
int dbgk_take(struct debug_object *object, void __user *buffer, u32 size, bool files,
	      u32 *record_size)
{
	struct ntdbg_event *record = object->record;
	struct ps_process *process;
	struct dbgk_event *event;
	struct file *file = NULL;
	int err;

	if (mutex_lock_interruptible(&object->record_mutex))
		return -EINTR;
	spin_lock(&object->lock);
	event = dbgk_first_ready(object);
	if (!event) {
		err = dbgk_object_deserted(object) ? -ECHILD : -EAGAIN;
		goto unlock;
	}
	*record_size = dbgk_record(event, record);
	if (*record_size > size) {
		err = -EMSGSIZE;
		goto unlock;
	}
	dbgk_hand_out(object, event);
	process = event->thread->process;
	ps_process_get(process);
	if (files && event->image)
		file = get_file(event->image->file);
	spin_unlock(&object->lock);

	err = dbgk_deliver(record, file, buffer);
	if (err)
		dbgk_take_back(object, process, record->seq);
	ps_process_put(process);
	if (file)
		fput(file);
	mutex_unlock(&object->record_mutex);
	return err;

unlock:
	spin_unlock(&object->lock);
	mutex_unlock(&object->record_mutex);
	return err;
}

static bool dbgk_worth_a_look(struct debug_object *object)
{
	return !RB_EMPTY_ROOT(&object->ready.rb_root) || dbgk_object_deserted(object);
}

/* Sleep until there may be an event. Returns 0, -ETIMEDOUT or -ERESTARTSYS. */
static int dbgk_sleep(struct debug_object *object, u64 deadline_ns)
{
	ktime_t expires = ns_to_ktime(min_t(u64, deadline_ns, KTIME_MAX));
	DEFINE_WAIT(wait);
	int err = 0;

	/* One event wakes one reader. */
	prepare_to_wait_exclusive(&object->wait, &wait, TASK_INTERRUPTIBLE | TASK_FREEZABLE);
	if (!dbgk_worth_a_look(object)) {
		if (signal_pending(current))
			err = -ERESTARTSYS;
		else if (deadline_ns == NTDBG_WAIT_FOREVER)
			schedule();
		else if (!schedule_hrtimeout(&expires, HRTIMER_MODE_ABS))
			err = -ETIMEDOUT;
	}
	finish_wait(&object->wait, &wait);
	return err;
}

/**
 * dbgk_wait() - take the oldest deliverable event, waiting for one
 * @object: the object
 * @deadline_ns: CLOCK_MONOTONIC time to give up at; 0 to not wait at all,
 *               NTDBG_WAIT_FOREVER
 * @buffer: as for dbgk_take()
 * @size: likewise
 * @files: likewise
 * @record_size: likewise
 *
 * NT: NtWaitForDebugEvent.
 *
 * Context: may sleep.
 * Return: as dbgk_take(), -EAGAIN only if @deadline_ns is 0; -ETIMEDOUT;
 * -ERESTARTSYS.
 */
int dbgk_wait(struct debug_object *object, u64 deadline_ns, void __user *buffer, u32 size,
	      bool files, u32 *record_size)
{
	int err, sleep_err = 0;

	for (;;) {
		err = dbgk_take(object, buffer, size, files, record_size);
		if (err != -EAGAIN || !deadline_ns)
			break;
		if (sleep_err)
			return sleep_err;
		/* Look once more after the last sleep: that wake-up was ours alone. */
		sleep_err = dbgk_sleep(object, deadline_ns);
	}
	/* We may have eaten the wake-up for an event that we do not take. */
	if (err && dbgk_worth_a_look(object))
		wake_up(&object->wait);
	return err;
}

/**
 * dbgk_status_valid() - may an event be continued with this status?
 * @status: an NTSTATUS
 *
 * Return: true if so.
 */
bool dbgk_status_valid(u32 status)
{
	switch (status) {
	case NTDBG_DBG_CONTINUE:
	case NTDBG_DBG_EXCEPTION_HANDLED:
	case NTDBG_DBG_EXCEPTION_NOT_HANDLED:
	case NTDBG_DBG_REPLY_LATER:
	case NTDBG_DBG_TERMINATE_THREAD:
	case NTDBG_DBG_TERMINATE_PROCESS:
		return true;
	default:
		return false;
	}
}

static struct dbgk_event *dbgk_find_read(struct debug_object *object, u32 pid, u32 tid)
{
	struct pid_namespace *namespace = task_active_pid_ns(current);
	struct ps_process *process;
	struct dbgk_event *event;

	lockdep_assert_held(&object->lock);
	list_for_each_entry(process, &object->read, debug_read) {
		if (pid_nr_ns(process->pid, namespace) != pid)
			continue;
		event = list_first_entry(&process->debug_events, struct dbgk_event, link);
		if (pid_nr_ns(event->thread->pid, namespace) == tid)
			return event;
	}
	return NULL;
}

/**
 * dbgk_continue() - answer an event that was handed out
 * @object: the object
 * @pid: of the event, as the current process sees it
 * @tid: likewise
 * @status: the answer, valid
 *
 * NT: NtDebugContinue.
 *
 * Context: any but with a lock of ours held.
 * Return: 0, or -ENOENT if no such event is handed out.
 */
int dbgk_continue(struct debug_object *object, u32 pid, u32 tid, u32 status)
{
	struct dbgk_answered after = {};
	struct dbgk_event *event;
	bool later = status == NTDBG_DBG_REPLY_LATER;

	spin_lock(&object->lock);
	event = dbgk_find_read(object, pid, tid);
	if (event && later)
		dbgk_replay(object, event, NTDBG_EVENT_F_REPLAY);
	else if (event)
		dbgk_answer(object, event, status, &after);
	spin_unlock(&object->lock);
	if (!event)
		return -ENOENT;
	if (later)
		dbgk_wake_readers(object);
	else
		dbgk_after_answer(object, &after);
	return 0;
}
