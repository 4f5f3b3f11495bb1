// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/dbgport. A front end: each ioctl copies in, calls one function, copies
 * out. What they mean is in uapi/ntdbg/dbgport.h.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "dbgk/dbgk.h"
#include "dbgk/dbgport.h"
#include "features.h"
#include "hook.h"
#include "mm/image.h"
#include "ps/process.h"
#include "version.h"

/*
 * Copy in a struct that begins with its size. @known is what this module knows
 * of it, @first what its first version had.
 */
static int dbgport_copy_in(void *to, const void __user *from, u32 known, u32 first)
{
	u32 size;

	if (get_user(size, (const u32 __user *)from))
		return -EFAULT;
	if (size < first)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(to, known, from, size);
}

#define DBGPORT_COPY_IN(to, from) dbgport_copy_in(&(to), from, sizeof(to), sizeof(to))

/* Copy out as much of it as the caller knows. */
static int dbgport_copy_out(void __user *to, const void *from, u32 size, u32 known)
{
	return copy_to_user(to, from, min(size, known)) ? -EFAULT : 0;
}

static int dbgport_info(struct debug_object *object, void __user *argument)
{
	struct ntdbg_info info;
	u32 size;
	int err;

	err = DBGPORT_COPY_IN(info, argument);
	if (err)
		return err;
	if (info.reserved)
		return -EINVAL;
	size = info.size;
	info = (struct ntdbg_info){
		.size = size,
		.abi_version = NTDBG_ABI_VERSION,
		.version = NTDBG_VERSION,
		.nr_features = features_count(),
	};
	return dbgport_copy_out(argument, &info, size, sizeof(info));
}

static int dbgport_feature(struct debug_object *object, void __user *argument)
{
	struct ntdbg_feature feature;
	const char *name;
	int err;

	err = DBGPORT_COPY_IN(feature, argument);
	if (err)
		return err;
	if (feature.reserved)
		return -EINVAL;
	memset(feature.name, 0, sizeof(feature.name));
	memset(feature.reason, 0, sizeof(feature.reason));
	if (!features_get(feature.index, &name, &feature.state, feature.reason,
			  sizeof(feature.reason)))
		return -ENOENT;
	strscpy(feature.name, name, sizeof(feature.name));
	return dbgport_copy_out(argument, &feature, feature.size, sizeof(feature));
}

static int dbgport_stats(struct debug_object *object, void __user *argument)
{
	struct ntdbg_stats stats;
	u32 size;
	int err;

	err = DBGPORT_COPY_IN(stats, argument);
	if (err)
		return err;
	if (stats.reserved)
		return -EINVAL;
	size = stats.size;
	stats = (struct ntdbg_stats){
		.size = size,
		.debug_objects = dbgk_object_count(),
		.processes = ps_process_count(),
		.threads = ps_thread_count(),
		.images = mm_image_count(),
		.events_listed = dbgk_listed_count(),
		.events_sent = dbgk_sent_count(),
		.hooks_armed = hook_armed_count(),
		.active = hook_active_count(),
		.missed = ps_missed_count(),
	};
	return dbgport_copy_out(argument, &stats, size, sizeof(stats));
}

static int dbgport_set(struct debug_object *object, void __user *argument)
{
	struct ntdbg_set set;
	int err;

	err = DBGPORT_COPY_IN(set, argument);
	if (err)
		return err;
	if (set.flags & ~NTDBG_KILL_ON_CLOSE)
		return -EINVAL;
	spin_lock(&object->lock);
	if (set.flags & NTDBG_KILL_ON_CLOSE)
		object->flags |= DEBUG_OBJECT_KILL_ON_CLOSE;
	else
		object->flags &= ~DEBUG_OBJECT_KILL_ON_CLOSE;
	spin_unlock(&object->lock);
	return 0;
}

static int dbgport_launch(struct debug_object *object, void __user *argument)
{
	struct ntdbg_launch launch;
	int err;

	err = DBGPORT_COPY_IN(launch, argument);
	if (err)
		return err;
	if (launch.flags & ~(NTDBG_LAUNCH_INHERIT | NTDBG_LAUNCH_LOADER_BREAK))
		return -EINVAL;
	return dbgk_launch(object, launch.flags);
}

static int dbgport_attach(struct debug_object *object, void __user *argument)
{
	struct ntdbg_attach attach;
	int err;

	err = DBGPORT_COPY_IN(attach, argument);
	if (err)
		return err;
	if (attach.flags || attach.reserved)
		return -EINVAL;
	return dbgk_attach(object, attach.pid);
}

static int dbgport_detach(struct debug_object *object, void __user *argument)
{
	struct ntdbg_detach detach;
	int err;

	err = DBGPORT_COPY_IN(detach, argument);
	if (err)
		return err;
	if (detach.flags || detach.reserved)
		return -EINVAL;
	return dbgk_detach(object, detach.pid);
}

static int dbgport_wait(struct debug_object *object, void __user *argument)
{
	struct ntdbg_wait __user *out = argument;
	struct ntdbg_wait wait;
	u32 size = 0;
	int err;

	err = DBGPORT_COPY_IN(wait, argument);
	if (err)
		return err;
	if (wait.flags & ~NTDBG_WAIT_FILES)
		return -EINVAL;
	/* Find out that the struct can be written before an event is taken. */
	if (put_user(wait.event_size, &out->event_size))
		return -EFAULT;
	err = dbgk_wait(object, wait.deadline_ns, u64_to_user_ptr(wait.buf), wait.buf_size,
			wait.flags & NTDBG_WAIT_FILES, &size);
	/* The size is in the record, too: no reason to fail when it is delivered. */
	if (size && put_user(size, &out->event_size) && err)
		err = -EFAULT;
	return err;
}

static int dbgport_continue(struct debug_object *object, void __user *argument)
{
	struct ntdbg_continue cont;
	int err;

	err = DBGPORT_COPY_IN(cont, argument);
	if (err)
		return err;
	if (cont.flags || cont.reserved || !dbgk_status_valid(cont.status))
		return -EINVAL;
	return dbgk_continue(object, cont.pid, cont.tid, cont.status);
}

static int dbgport_continue_wait(struct debug_object *object, void __user *argument)
{
	struct ntdbg_continue_wait __user *out = argument;
	struct ntdbg_continue_wait both;
	u32 done = 0, size = 0;
	int err;

	err = DBGPORT_COPY_IN(both, argument);
	if (err)
		return err;
	/* Also finds out that the struct can be written, before anything is done. */
	if (put_user(0, &out->done))
		return -EFAULT;
	if ((both.flags & ~NTDBG_WAIT_FILES) || !dbgk_status_valid(both.status))
		return -EINVAL;
	err = dbgk_continue(object, both.pid, both.tid, both.status);
	if (err)
		return err;
	done |= NTDBG_DONE_CONTINUE;
	err = dbgk_wait(object, both.deadline_ns, u64_to_user_ptr(both.buf), both.buf_size,
			both.flags & NTDBG_WAIT_FILES, &size);
	/* The continuing is done: this call cannot be made again as it was. */
	if (err == -ERESTARTSYS)
		err = -EINTR;
	if (!err)
		done |= NTDBG_DONE_WAIT;
	if ((put_user(done, &out->done) || (size && put_user(size, &out->event_size))) && err)
		err = -EFAULT;
	return err;
}

static long dbgport_ioctl(struct file *file, unsigned int command, unsigned long value)
{
	struct debug_object *object = file->private_data;
	void __user *argument = (void __user *)value;

	switch (command) {
	case NTDBG_IOC_INFO:
		return dbgport_info(object, argument);
	case NTDBG_IOC_FEATURE:
		return dbgport_feature(object, argument);
	case NTDBG_IOC_STATS:
		return dbgport_stats(object, argument);
	case NTDBG_IOC_SET:
		return dbgport_set(object, argument);
	case NTDBG_IOC_LAUNCH:
		return dbgport_launch(object, argument);
	case NTDBG_IOC_ATTACH:
		return dbgport_attach(object, argument);
	case NTDBG_IOC_DETACH:
		return dbgport_detach(object, argument);
	case NTDBG_IOC_WAIT:
		return dbgport_wait(object, argument);
	case NTDBG_IOC_CONTINUE:
		return dbgport_continue(object, argument);
	case NTDBG_IOC_CONTINUE_WAIT:
		return dbgport_continue_wait(object, argument);
	default:
		return -ENOTTY;
	}
}

/* Whole records, as many as fit; waits for the first unless O_NONBLOCK. */
static ssize_t dbgport_read(struct file *file, char __user *buffer, size_t size, loff_t *offset)
{
	struct debug_object *object = file->private_data;
	u64 deadline_ns = file->f_flags & O_NONBLOCK ? 0 : NTDBG_WAIT_FOREVER;
	size_t filled = 0;
	u32 record_size;
	int err;

	if (!size)
		return 0;
	do {
		record_size = 0;
		err = dbgk_wait(object, deadline_ns, buffer + filled,
				min_t(size_t, size - filled, NTDBG_EVENT_MAX_SIZE), false,
				&record_size);
		if (err)
			break;
		filled += record_size;
		deadline_ns = 0;
	} while (filled < size);
	if (filled)
		return filled;
	/* Nobody is left who could write: end of file. */
	return err == -ECHILD ? 0 : err;
}

static __poll_t dbgport_poll(struct file *file, poll_table *table)
{
	struct debug_object *object = file->private_data;
	__poll_t events = 0;

	poll_wait(file, &object->wait, table);
	if (!RB_EMPTY_ROOT(&object->ready.rb_root))
		events |= EPOLLIN | EPOLLRDNORM;
	if (dbgk_object_deserted(object))
		events |= EPOLLHUP;
	return events;
}

static int dbgport_open(struct inode *inode, struct file *file)
{
	struct debug_object *object = dbgk_object_create(file);

	if (IS_ERR(object))
		return PTR_ERR(object);
	file->private_data = object;
	return nonseekable_open(inode, file);
}

static int dbgport_release(struct inode *inode, struct file *file)
{
	dbgk_object_close(file->private_data);
	return 0;
}

static const struct file_operations dbgport_fops = {
	.owner = THIS_MODULE,
	.open = dbgport_open,
	.release = dbgport_release,
	.read = dbgport_read,
	.poll = dbgport_poll,
	.unlocked_ioctl = dbgport_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice dbgport_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dbgport",
	.fops = &dbgport_fops,
	.mode = 0660,
};

/**
 * dbgport_init() - make /dev/dbgport appear
 *
 * Context: module init, when everything behind it is ready; may sleep.
 * Return: 0 or the error of misc_register().
 */
int dbgport_init(void)
{
	return misc_register(&dbgport_device);
}

/**
 * dbgport_exit() - let /dev/dbgport disappear
 *
 * Context: module exit; no descriptor of it is open.
 */
void dbgport_exit(void)
{
	misc_deregister(&dbgport_device);
}
