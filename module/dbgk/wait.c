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
#include "ke/apc.h"
#include "ke/context.h"
#include "mm/image.h"
#include "ob/ob.h"
#include "ps/process.h"
#include "ps/target.h"
#include "words.h"

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

/* Descriptors that go out with a record; installed when the record is out, else not at all. */
struct dbgk_gifts {
	unsigned int nr;
	struct {
		int fd;
		struct file *file;
	} gift[3];
};

static s32 dbgk_add_gift(struct dbgk_gifts *gifts, int fd, struct file *file)
{
	if (fd < 0)
		return -1;
	gifts->gift[gifts->nr].fd = fd;
	gifts->gift[gifts->nr++].file = file;
	return fd;
}

/* A handle with all rights. One that cannot be made is missing, as on NT. */
static s32 dbgk_add_handle(struct dbgk_gifts *gifts, struct ob_type *type,
			   struct ps_thread *thread, u64 debug_id)
{
	bool process = type == &ps_process_type;
	struct ps_target *target;
	struct file *file;
	int fd;

	target = process ? ps_target_create(thread->process->pid, PIDTYPE_TGID, thread->task,
					    debug_id) :
			   ps_target_create(thread->pid, PIDTYPE_PID, thread->task, debug_id);
	if (IS_ERR(target))
		return -1;
	if (!process)
		ps_target_remember(target, thread);
	file = ob_file(type, target, type->all_access);
	ps_target_put(target);
	if (IS_ERR(file))
		return -1;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		fput(file);
	return dbgk_add_gift(gifts, fd, file);
}

/* NT: DbgkpOpenHandles. */
static void dbgk_add_handles(struct dbgk_gifts *gifts, struct ntdbg_event *record,
			     struct ps_thread *thread, u64 debug_id)
{
	s32 fd;

	if (record->type == NTDBG_EVENT_CREATE_PROCESS) {
		fd = dbgk_add_handle(gifts, &ps_process_type, thread, debug_id);
		((struct ntdbg_event_create_process *)record)->process_fd = fd;
		fd = dbgk_add_handle(gifts, &ps_thread_type, thread, debug_id);
		((struct ntdbg_event_create_process *)record)->thread_fd = fd;
	} else if (record->type == NTDBG_EVENT_CREATE_THREAD) {
		fd = dbgk_add_handle(gifts, &ps_thread_type, thread, debug_id);
		((struct ntdbg_event_create_thread *)record)->thread_fd = fd;
	}
}

static void dbgk_add_file(struct dbgk_gifts *gifts, struct ntdbg_event *record, struct file *file)
{
	struct file *opened;
	int fd = dbgk_open_image(file, &opened);

	dbgk_image_in(record)->file_fd = dbgk_add_gift(gifts, fd, opened);
}

/* Hand a record over and give the descriptors that it names. All or nothing. */
static int dbgk_deliver(const struct dbgk_reader *reader, const struct ntdbg_event *record,
			struct ps_process *process, const struct dbgk_gifts *gifts)
{
	int err = reader->give(record, process, reader->argument);
	unsigned int i;

	for (i = 0; i < gifts->nr; i++) {
		if (!err) {
			fd_install(gifts->gift[i].fd, gifts->gift[i].file);
		} else {
			put_unused_fd(gifts->gift[i].fd);
			fput(gifts->gift[i].file);
		}
	}
	return err;
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

/* Needs room that nobody wants to copy: a thread object, and what its handles need. */
static bool dbgk_wants_handles(const struct dbgk_event *event, u32 flags)
{
	return (flags & NTDBG_WAIT_HANDLES) && (event->type == NTDBG_EVENT_CREATE_PROCESS ||
						event->type == NTDBG_EVENT_CREATE_THREAD);
}

/*
 * Take the oldest deliverable event, without waiting. Returns 0; -EAGAIN if there is none;
 * -ECHILD if none will come; -EMSGSIZE or -EFAULT, and the event stays; -EINTR.
 */
static int dbgk_take(struct debug_object *object, struct dbgk_reader *reader)
{
	struct ntdbg_event *record = object->record;
	struct dbgk_gifts gifts = {};
	struct ps_thread *thread = NULL;
	struct ps_process *process;
	struct dbgk_event *event;
	struct file *file = NULL;
	int err;

	if (mutex_lock_interruptible(&object->record_mutex))
		return -EINTR;
	spin_lock(&object->lock);
	event = dbgk_first_ready(object);
	if (!event) {
		err = object->flags & DEBUG_OBJECT_INACTIVE ? -ESHUTDOWN :
		      !reader->patient && dbgk_object_deserted(object) ? -ECHILD : -EAGAIN;
		goto unlock;
	}
	reader->record_size = dbgk_record(event, record);
	if (reader->record_size > reader->size) {
		err = -EMSGSIZE;
		goto unlock;
	}
	dbgk_hand_out(object, event);
	process = event->thread->process;
	ps_process_get(process);
	if ((reader->flags & NTDBG_WAIT_FILES) && event->image)
		file = get_file(event->image->file);
	if (dbgk_wants_handles(event, reader->flags)) {
		thread = event->thread;
		ps_thread_get(thread);
	}
	spin_unlock(&object->lock);

	if (file)
		dbgk_add_file(&gifts, record, file);
	if (thread)
		dbgk_add_handles(&gifts, record, thread, object->id);
	err = dbgk_deliver(reader, record, process, &gifts);
	if (err)
		dbgk_take_back(object, process, record->seq);
	if (thread)
		ps_thread_put(thread);
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

static bool dbgk_worth_a_look(struct debug_object *object, const struct dbgk_reader *reader)
{
	if (!RB_EMPTY_ROOT(&object->ready.rb_root))
		return true;
	return reader->patient ? READ_ONCE(object->flags) & DEBUG_OBJECT_INACTIVE :
				 dbgk_object_deserted(object);
}

/* Sleep until there may be an event. Returns 0, -ETIMEDOUT, -ECANCELED, -EINTR or -ERESTARTSYS. */
static int dbgk_sleep(struct debug_object *object, struct dbgk_reader *reader,
		      unsigned int cancels)
{
	ktime_t expires = ns_to_ktime(min_t(u64, reader->deadline_ns, KTIME_MAX));
	DEFINE_WAIT(wait);
	int err = 0;

	ke_begin_alertable(reader->alertable);
	/* One event wakes one reader. */
	prepare_to_wait_exclusive(&object->wait, &wait, TASK_INTERRUPTIBLE | TASK_FREEZABLE);
	if (READ_ONCE(object->cancels) != cancels) {
		err = -ECANCELED;
	} else if (!dbgk_worth_a_look(object, reader)) {
		reader->alert = ke_check_alert(reader->alertable);
		if (reader->alert)
			err = -EINTR;
		else if (signal_pending(current))
			err = -ERESTARTSYS;
		else if (reader->deadline_ns == NTDBG_WAIT_FOREVER)
			schedule();
		else if (!schedule_hrtimeout(&expires, HRTIMER_MODE_ABS))
			err = -ETIMEDOUT;
	}
	finish_wait(&object->wait, &wait);
	ke_end_alertable(reader->alertable);
	return err;
}

/**
 * dbgk_wait_for() - take the oldest deliverable event, waiting for one
 * @object: the object
 * @reader: who waits, and how
 *
 * NT: NtWaitForDebugEvent.
 *
 * Context: may sleep.
 * Return: 0; -EAGAIN if there is none and the deadline is 0; -ETIMEDOUT;
 * -ECHILD if none will come; -EMSGSIZE or -EFAULT, and the event stays;
 * -ECANCELED; -EINTR; -ERESTARTSYS; -ESHUTDOWN.
 */
int dbgk_wait_for(struct debug_object *object, struct dbgk_reader *reader)
{
	unsigned int cancels = READ_ONCE(object->cancels);
	int err, sleep_err = 0;

	for (;;) {
		err = dbgk_take(object, reader);
		if (err != -EAGAIN || !reader->deadline_ns)
			break;
		if (sleep_err)
			return sleep_err;
		/* Look once more after the last sleep: that wake-up was ours alone. */
		sleep_err = dbgk_sleep(object, reader, cancels);
		if (reader->alert) {
			err = sleep_err;
			break;
		}
	}
	/* We may have eaten the wake-up for an event that we do not take. */
	if (err && dbgk_worth_a_look(object, reader))
		wake_up(&object->wait);
	return err;
}

static int dbgk_give_record(const struct ntdbg_event *record, struct ps_process *process,
			    void *argument)
{
	return words_to_user((__force void __user *)argument, record, record->size) ? 0 : -EFAULT;
}

/**
 * dbgk_wait() - dbgk_wait_for() of a record
 * @object: the object
 * @deadline_ns: see there
 * @buffer: where the record goes
 * @size: of @buffer
 * @flags: NTDBG_WAIT_*
 * @record_size: set to the record's size, also with -EMSGSIZE
 *
 * Context: may sleep.
 * Return: as dbgk_wait_for().
 */
int dbgk_wait(struct debug_object *object, u64 deadline_ns, void __user *buffer, u32 size,
	      u32 flags, u32 *record_size)
{
	struct dbgk_reader reader = {
		.deadline_ns = deadline_ns,
		.flags = flags,
		.size = size,
		.give = dbgk_give_record,
		.argument = (__force void *)buffer,
	};
	int err = dbgk_wait_for(object, &reader);

	if (reader.record_size)
		*record_size = reader.record_size;
	return err;
}

/**
 * dbgk_cancel() - end all waits that are under way
 * @object: the object
 *
 * Context: any.
 */
void dbgk_cancel(struct debug_object *object)
{
	spin_lock(&object->lock);
	WRITE_ONCE(object->cancels, object->cancels + 1);
	spin_unlock(&object->lock);
	wake_up_all(&object->wait);
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

static bool dbgk_handles(u32 status)
{
	return status != NTDBG_DBG_EXCEPTION_NOT_HANDLED && status != NTDBG_DBG_REPLY_LATER;
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
	struct ps_thread *thread;
	struct dbgk_event *event;
	bool again = false;

	spin_lock(&object->lock);
	event = dbgk_find_read(object, pid, tid);
	/* Floating point registers that were set at a first chance hold now. */
	if (event && dbgk_handles(status) && READ_ONCE(event->thread->pending_fp)) {
		thread = event->thread;
		ps_thread_get(thread);
		spin_unlock(&object->lock);
		ke_commit_fp(thread);
		ps_thread_put(thread);
		spin_lock(&object->lock);
		event = dbgk_find_read(object, pid, tid);
	}
	if (event && status != NTDBG_DBG_REPLY_LATER) {
		dbgk_answer(object, event, status, &after);
	} else if (event && event->held) {
		dbgk_delay(object, event, &after);
	} else if (event) {
		dbgk_replay(object, event, NTDBG_EVENT_F_REPLAY);
		again = true;
	}
	spin_unlock(&object->lock);
	if (!event)
		return -ENOENT;
	if (again)
		dbgk_wake_readers(object);
	else
		dbgk_after_answer(object, &after);
	return 0;
}
