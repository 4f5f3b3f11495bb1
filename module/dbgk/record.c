// SPDX-License-Identifier: GPL-2.0
/* Events as the records that readers get. */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

#include "dbgk/dbgk.h"
#include "mm/image.h"
#include "ps/process.h"

/* Put the path behind the fixed part. Returns the size of the whole record. */
static u32 dbgk_record_path(struct ntdbg_event *header, struct ntdbg_image *out, struct file *file,
			    u32 fixed)
{
	char *room = (char *)header + fixed;
	char *path;
	u32 length;

	path = d_path(&file->f_path, room, NTDBG_EVENT_MAX_SIZE - fixed);
	if (IS_ERR(path)) {
		header->flags |= NTDBG_EVENT_F_NO_PATH;
		return fixed;
	}
	length = strlen(path);
	memmove(room, path, length + 1);
	out->path_offset = fixed;
	out->path_len = length;
	memset(room + length + 1, 0, ALIGN(length + 1, 8) - (length + 1));
	return fixed + ALIGN(length + 1, 8);
}

static u32 dbgk_record_image(const struct dbgk_event *event, struct ntdbg_event *header,
			     struct ntdbg_image *out, u32 fixed)
{
	const struct inode *inode;
	dev_t dev;

	out->file_fd = -1;
	if (!event->image) {
		header->flags |= NTDBG_EVENT_F_NO_PATH;
		return fixed;
	}
	inode = file_inode(event->image->file);
	dev = inode->i_sb->s_dev;
	out->base = event->image->base;
	out->end = event->image->end;
	out->entry = event->entry;
	out->dev = (u64)MAJOR(dev) << 32 | MINOR(dev);
	out->ino = inode->i_ino;
	return dbgk_record_path(header, out, event->image->file, fixed);
}

static u32 dbgk_parent_pid(const struct dbgk_event *event)
{
	u32 pid = 0;

	rcu_read_lock();
	if (pid_alive(event->thread->task))
		pid = task_tgid_nr_ns(rcu_dereference(event->thread->task->real_parent),
				      task_active_pid_ns(current));
	rcu_read_unlock();
	return pid;
}

/**
 * dbgk_record() - an event as the record that the current process may read
 * @event: the event
 * @record: where it goes, NTDBG_EVENT_MAX_SIZE bytes
 *
 * Ids and paths are as the current process sees them. NT:
 * DbgkpConvertKernelToUserStateChange, but for the Linux facts.
 *
 * Context: event->object->lock is held.
 * Return: the record's size.
 */
u32 dbgk_record(const struct dbgk_event *event, void *record)
{
	struct pid_namespace *namespace = task_active_pid_ns(current);
	struct ntdbg_event *header = record;
	u32 size;

	lockdep_assert_held(&event->object->lock);
	*header = (struct ntdbg_event){
		.type = event->type,
		.flags = event->flags,
		.cpu = event->cpu,
		.seq = event->seq,
		.time_ns = event->time_ns,
		.pid = pid_nr_ns(event->thread->process->pid, namespace),
		.tid = pid_nr_ns(event->thread->pid, namespace),
	};

	switch (event->type) {
	case NTDBG_EVENT_CREATE_PROCESS: {
		struct ntdbg_event_create_process *out = record;

		memset(header + 1, 0, sizeof(*out) - sizeof(*header));
		out->start_address = event->start;
		out->stack = event->stack;
		out->ppid = dbgk_parent_pid(event);
		out->process_fd = -1;
		out->thread_fd = -1;
		size = dbgk_record_image(event, header, &out->image, sizeof(*out));
		break;
	}
	case NTDBG_EVENT_CREATE_THREAD: {
		struct ntdbg_event_create_thread *out = record;

		out->start_address = event->start;
		out->stack = event->stack;
		out->tls = event->tls;
		out->thread_fd = -1;
		out->reserved = 0;
		size = sizeof(*out);
		break;
	}
	case NTDBG_EVENT_LOAD_IMAGE:
	case NTDBG_EVENT_UNLOAD_IMAGE: {
		struct ntdbg_event_image *out = record;

		memset(header + 1, 0, sizeof(*out) - sizeof(*header));
		size = dbgk_record_image(event, header, &out->image, sizeof(*out));
		break;
	}
	case NTDBG_EVENT_EXCEPTION: {
		struct ntdbg_event_exception *out = record;

		out->chance = event->value;
		out->reserved = 0;
		out->fault = *event->fault;
		size = NTDBG_EVENT_EXCEPTION_SIZE;
		if (event->software) {
			out->software = *event->software;
			size = sizeof(*out);
		}
		break;
	}
	default: {
		struct ntdbg_event_exit *out = record;

		out->wait_status = event->value;
		out->how = event->fault ? NTDBG_EXIT_BY_EXCEPTION : 0;
		if (event->terminated)
			out->how |= NTDBG_EXIT_TERMINATED;
		out->nt_status = event->terminated ? event->nt_status : 0;
		out->reserved = 0;
		if (event->fault)
			out->fault = *event->fault;
		else
			memset(&out->fault, 0, sizeof(out->fault));
		size = sizeof(*out);
		break;
	}
	}
	header->size = size;
	return size;
}
