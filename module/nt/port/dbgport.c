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

#include "boot.h"
#include "dbgk/dbgk.h"
#include "features.h"
#include "hook.h"
#include "ke/thread.h"
#include "mm/image.h"
#include "nt/port/dbgport.h"
#include "nt/port/port.h"
#include "ob/ob.h"
#include "ps/process.h"
#include "version.h"

#define DBGPORT_WAIT_FLAGS (NTDBG_WAIT_FILES | NTDBG_WAIT_HANDLES)

static long dbgport_info(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_info info;
	u32 size;
	int err;

	err = PORT_COPY_IN(info, argument);
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
	return port_copy_out(argument, &info, size, sizeof(info));
}

static long dbgport_feature(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_feature feature;
	const char *name;
	int err;

	err = PORT_COPY_IN(feature, argument);
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
	return port_copy_out(argument, &feature, feature.size, sizeof(feature));
}

static long dbgport_stats(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_stats stats;
	u32 size;
	int err;

	err = PORT_COPY_IN(stats, argument);
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
	return port_copy_out(argument, &stats, size, sizeof(stats));
}

static long dbgport_set(struct ob_handle *handle, void __user *argument)
{
	struct debug_object *object = handle->object;
	struct ntdbg_set set;
	int err;

	err = PORT_COPY_IN(set, argument);
	if (err)
		return err;
	if (set.flags & ~NTDBG_KILL_ON_CLOSE)
		return -EINVAL;
	if (!ob_may(handle, NTDBG_DEBUG_SET_INFORMATION))
		return -EACCES;
	dbgk_object_kill_on_close(object, set.flags & NTDBG_KILL_ON_CLOSE);
	return 0;
}

static long dbgport_launch(struct ob_handle *handle, void __user *argument)
{
	struct debug_object *object = handle->object;
	struct ntdbg_launch launch;
	int err;

	err = PORT_COPY_IN(launch, argument);
	if (err)
		return err;
	if (launch.flags & ~(NTDBG_LAUNCH_INHERIT | NTDBG_LAUNCH_LOADER_BREAK))
		return -EINVAL;
	if (!ob_may(handle, NTDBG_DEBUG_PROCESS_ASSIGN))
		return -EACCES;
	return dbgk_launch(object, launch.flags);
}

static long dbgport_attach(struct ob_handle *handle, void __user *argument)
{
	struct debug_object *object = handle->object;
	struct ntdbg_attach attach;
	int err;

	err = PORT_COPY_IN(attach, argument);
	if (err)
		return err;
	if (attach.flags || attach.reserved)
		return -EINVAL;
	if (!ob_may(handle, NTDBG_DEBUG_PROCESS_ASSIGN))
		return -EACCES;
	return dbgk_attach(object, attach.pid);
}

static long dbgport_detach(struct ob_handle *handle, void __user *argument)
{
	struct debug_object *object = handle->object;
	struct ntdbg_detach detach;
	int err;

	err = PORT_COPY_IN(detach, argument);
	if (err)
		return err;
	if (detach.flags || detach.reserved)
		return -EINVAL;
	if (!ob_may(handle, NTDBG_DEBUG_PROCESS_ASSIGN))
		return -EACCES;
	return dbgk_detach(object, detach.pid);
}

static long dbgport_wait(struct ob_handle *handle, void __user *argument)
{
	struct debug_object *object = handle->object;
	struct ntdbg_wait __user *out = argument;
	struct ntdbg_wait wait;
	u32 size = 0;
	int err;

	err = PORT_COPY_IN(wait, argument);
	if (err)
		return err;
	if (wait.flags & ~DBGPORT_WAIT_FLAGS)
		return -EINVAL;
	if (!ob_may(handle, NTDBG_DEBUG_READ_EVENT))
		return -EACCES;
	/* Find out that the struct can be written before an event is taken. */
	if (put_user(wait.event_size, &out->event_size))
		return -EFAULT;
	err = dbgk_wait(object, wait.deadline_ns, u64_to_user_ptr(wait.buf), wait.buf_size,
			wait.flags, &size);
	/* The size is in the record, too: no reason to fail when it is delivered. */
	if (size && put_user(size, &out->event_size) && err)
		err = -EFAULT;
	return err;
}

static long dbgport_continue(struct ob_handle *handle, void __user *argument)
{
	struct debug_object *object = handle->object;
	struct ntdbg_continue cont;
	int err;

	err = PORT_COPY_IN(cont, argument);
	if (err)
		return err;
	if (cont.flags || cont.reserved || !dbgk_status_valid(cont.status))
		return -EINVAL;
	if (!ob_may(handle, NTDBG_DEBUG_READ_EVENT))
		return -EACCES;
	return dbgk_continue(object, cont.pid, cont.tid, cont.status);
}

static long dbgport_continue_wait(struct ob_handle *handle, void __user *argument)
{
	struct debug_object *object = handle->object;
	struct ntdbg_continue_wait __user *out = argument;
	struct ntdbg_continue_wait both;
	u32 done = 0, size = 0;
	int err;

	err = PORT_COPY_IN(both, argument);
	if (err)
		return err;
	/* Also finds out that the struct can be written, before anything is done. */
	if (put_user(0, &out->done))
		return -EFAULT;
	if ((both.flags & ~DBGPORT_WAIT_FLAGS) || !dbgk_status_valid(both.status))
		return -EINVAL;
	if (!ob_may(handle, NTDBG_DEBUG_READ_EVENT))
		return -EACCES;
	err = dbgk_continue(object, both.pid, both.tid, both.status);
	if (err)
		return err;
	done |= NTDBG_DONE_CONTINUE;
	err = dbgk_wait(object, both.deadline_ns, u64_to_user_ptr(both.buf), both.buf_size,
			both.flags, &size);
	/* The continuing is done: this call cannot be made again as it was. */
	if (err == -ERESTARTSYS)
		err = -EINTR;
	if (!err)
		done |= NTDBG_DONE_WAIT;
	if ((put_user(done, &out->done) || (size && put_user(size, &out->event_size))) && err)
		err = -EFAULT;
	return err;
}

static long dbgport_cancel(struct ob_handle *handle, void __user *argument)
{
	if (!ob_may(handle, NTDBG_DEBUG_READ_EVENT))
		return -EACCES;
	dbgk_cancel(handle->object);
	return 0;
}

/* Of the calling process, whichever debug object this is. */
static long dbgport_raise(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_raise __user *out = argument;
	struct ntdbg_software software;
	struct ntdbg_raise raise;
	int err;

	err = PORT_COPY_IN(raise, argument);
	if (err)
		return err;
	if ((raise.chance & ~NTDBG_EXCEPTION_FIRST_CHANCE) ||
	    raise.nr_parameters > NTDBG_RAISE_MAX_PARAMETERS)
		return -EINVAL;
	/* Find out that it can be written, before anything is done. */
	if (put_user(raise.status, &out->status))
		return -EFAULT;
	software = (struct ntdbg_software){
		.code = raise.code,
		.flags = raise.flags,
		.address = raise.address,
		.record = raise.record,
		.nr_parameters = raise.nr_parameters,
	};
	memcpy(software.information, raise.information,
	       raise.nr_parameters * sizeof(raise.information[0]));
	err = dbgk_raise(&software, raise.chance, &raise.status);
	if (!err && put_user(raise.status, &out->status))
		err = -EFAULT;
	return err;
}

static long dbgport_nt_start(struct ob_handle *handle, void __user *argument)
{
	struct ntdbg_nt_start start;
	int err = PORT_COPY_IN(start, argument);

	return err ? err : ke_start(&start);
}

/* What is called most stands first. */
static const struct port_call dbgport_calls[] = {
	{ NTDBG_IOC_CONTINUE_WAIT, dbgport_continue_wait },
	{ NTDBG_IOC_WAIT, dbgport_wait },
	{ NTDBG_IOC_CONTINUE, dbgport_continue },
	{ NTDBG_IOC_OPEN_PROCESS, port_open_process },
	{ NTDBG_IOC_OPEN_THREAD, port_open_thread },
	{ NTDBG_IOC_RAISE, dbgport_raise },
	{ NTDBG_IOC_INFO, dbgport_info },
	{ NTDBG_IOC_FEATURE, dbgport_feature },
	{ NTDBG_IOC_STATS, dbgport_stats },
	{ NTDBG_IOC_SET, dbgport_set },
	{ NTDBG_IOC_NT_START, dbgport_nt_start },
	{ NTDBG_IOC_LAUNCH, dbgport_launch },
	{ NTDBG_IOC_ATTACH, dbgport_attach },
	{ NTDBG_IOC_DETACH, dbgport_detach },
	{ NTDBG_IOC_CANCEL, dbgport_cancel },
	{ NTDBG_IOC_HANDLE, port_query_handle },
	{ NTDBG_IOC_DUPLICATE, port_duplicate_handle },
};

static long dbgport_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	return port_dispatch(dbgport_calls, ARRAY_SIZE(dbgport_calls), file, command, argument);
}

/* Whole records, as many as fit; waits for the first unless O_NONBLOCK. */
static ssize_t dbgport_read(struct file *file, char __user *buffer, size_t size, loff_t *offset)
{
	struct ob_handle *handle = ob_handle_of(file);
	u64 deadline_ns = file->f_flags & O_NONBLOCK ? 0 : NTDBG_WAIT_FOREVER;
	size_t filled = 0;
	u32 record_size;
	int err;

	if (!ob_may(handle, NTDBG_DEBUG_READ_EVENT))
		return -EACCES;
	if (!size)
		return 0;
	do {
		record_size = 0;
		err = dbgk_wait(handle->object, deadline_ns, buffer + filled,
				min_t(size_t, size - filled, NTDBG_EVENT_MAX_SIZE), 0,
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
	struct debug_object *object = ob_handle_of(file)->object;
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
	struct debug_object *object;
	struct ob_handle *handle;
	int err = boot_wait();

	if (err)
		return err;
	object = dbgk_object_create();
	if (IS_ERR(object))
		return PTR_ERR(object);
	handle = ob_handle_create(&dbgk_object_type, object, NTDBG_DEBUG_ALL_ACCESS);
	dbgk_object_put(object);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	file->private_data = handle;
	return nonseekable_open(inode, file);
}

static const struct file_operations dbgport_fops = {
	.owner = THIS_MODULE,
	.open = dbgport_open,
	.release = ob_release,
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
 * Context: module init, may sleep. Opening waits until the module is ready.
 * Return: 0 or the error of misc_register().
 */
int dbgport_init(void)
{
	dbgk_object_type.fops = &dbgport_fops;
	port_process_init();
	port_thread_init();
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
