// SPDX-License-Identifier: GPL-2.0
/*
 * NtLockFile, NtUnlockFile: locks of the open file, as F_OFD_SETLK makes them.
 * They bind who locks, NT programs and Linux programs, not who reads or writes.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "kcompat.h"
#include "nt/file/file.h"
#include "nt/file/vfs.h"
#include "nt/service.h"
#include "ob/object.h"
#include "se/se.h"

static int nt_lock_set(struct file *file, loff_t start, loff_t end, int type, bool wait)
{
	struct file_lock lock;
	int err;

	locks_init_lock(&lock);
	lock.fl_start = start;
	lock.fl_end = end;
	kcompat_lock_part(&lock, type) = type;
	kcompat_lock_part(&lock, flags) = FL_POSIX | FL_OFDLCK | (wait ? FL_SLEEP : 0);
	kcompat_lock_part(&lock, owner) = file;
	kcompat_lock_part(&lock, pid) = -1;
	kcompat_lock_part(&lock, file) = file;
	err = nt_vfs_lock_allowed(file, type);
	if (!err && wait && !file->f_op->lock)
		err = locks_lock_inode_wait(file_inode(file), &lock);
	else if (!err)
		err = vfs_lock_file(file, wait ? F_SETLKW : F_SETLK, &lock, NULL);
	if (lock.fl_ops && lock.fl_ops->fl_release_private)
		lock.fl_ops->fl_release_private(&lock);
	return err;
}

/* NT's locks of one handle exclude each other, too. */
static bool nt_lock_conflicts(const struct list_head *locks, loff_t start, loff_t end,
			      bool exclusive)
{
	const struct nt_open_lock *lock;

	list_for_each_entry(lock, locks, link)
		if (lock->start <= end && start <= lock->end && (exclusive || lock->exclusive))
			return true;
	return false;
}

/* Linux keeps one lock per byte and owner: what other locks of the handle hold stays locked. */
static int nt_lock_release(struct file *file, const struct list_head *locks, loff_t start,
			   loff_t end)
{
	const struct nt_open_lock *lock;
	int err = 0;

	while (start <= end && !err) {
		loff_t stop = end;
		bool held = false;

		list_for_each_entry(lock, locks, link) {
			if (lock->start <= start && start <= lock->end) {
				start = lock->end == LLONG_MAX ? end : lock->end + 1;
				held = lock->end == LLONG_MAX || start <= end;
				if (lock->end == LLONG_MAX)
					return 0;
				break;
			}
			if (lock->start > start && lock->start <= stop)
				stop = lock->start - 1;
		}
		if (held)
			continue;
		if (start > end)
			return 0;
		err = nt_lock_set(file, start, stop, F_UNLCK, false);
		if (stop == end)
			return err;
		start = stop + 1;
	}
	return err;
}

static u32 nt_lock(struct file *file, loff_t start, loff_t end, bool exclusive, bool wait)
{
	struct nt_open_lock *lock = kmalloc(sizeof(*lock), GFP_KERNEL_ACCOUNT);
	struct list_head *locks;
	u32 status = STATUS_SUCCESS;
	int err = 0;

	if (!lock)
		return STATUS_INSUFFICIENT_RESOURCES;
	*lock = (struct nt_open_lock){ .start = start, .end = end, .exclusive = exclusive };
	locks = nt_open_locks_get(file);
	if (locks && nt_lock_conflicts(locks, start, end, exclusive))
		status = STATUS_LOCK_NOT_GRANTED;
	if (!status)
		err = nt_lock_set(file, start, end, exclusive ? F_WRLCK : F_RDLCK, false);
	if (!status && !err && locks)
		list_add(&lock->link, locks);
	if (locks)
		nt_open_locks_put(file);
	if (!status && err == -EAGAIN && wait) {
		/* Others of the handle may lock and unlock meanwhile. */
		err = nt_lock_set(file, start, end, exclusive ? F_WRLCK : F_RDLCK, true);
		locks = err ? NULL : nt_open_locks_get(file);
		if (locks) {
			list_add(&lock->link, locks);
			nt_open_locks_put(file);
		}
	}
	if (status || err || !locks)
		kfree(lock);
	if (status)
		return status;
	return err == -EAGAIN || err == -EACCES ? STATUS_LOCK_NOT_GRANTED : nt_status(err);
}

/* Which bytes: those behind the last one that Linux can name do not count. */
static u32 nt_lock_range(u64 offset, u64 size, loff_t *start, loff_t *end)
{
	s64 first, length;
	u32 status = nt_get_u64(offset, (u64 *)&first);

	if (!status)
		status = nt_get_u64(size, (u64 *)&length);
	if (status)
		return status;
	if (first < 0)
		return STATUS_INVALID_PARAMETER;
	if (length && (u64)first + (u64)length - 1 < (u64)first)
		return STATUS_INVALID_PARAMETER;
	*start = first;
	*end = !length ? first - 1 : (u64)length > (u64)(LLONG_MAX - first) ? LLONG_MAX :
									   first + length - 1;
	return STATUS_SUCCESS;
}

static u32 nt_lock_reference(u64 handle, struct file **file)
{
	u32 status = nt_file_reference(handle, 0, file);

	if (status)
		return status;
	if ((*file)->f_mode & (FMODE_READ | FMODE_WRITE))
		return STATUS_SUCCESS;
	fput(*file);
	return STATUS_ACCESS_DENIED;
}

NT_SERVICE10(nt_lock_file, u64, handle, u64, event, u64, apc_routine, u64, apc_context, u64, iosb,
	     u64, offset, u64, size, u32, key, u8, fail_immediately, u8, exclusive)
{
	struct nt_request request;
	loff_t start, end;
	struct file *file;
	u32 status = nt_lock_reference(handle, &file);

	if (status)
		return status;
	status = nt_file_probe_io_status(iosb);
	if (!status)
		status = nt_lock_range(offset, size, &start, &end);
	/* As with fcntl(): who locks others out has to be allowed to write. */
	if (!status && !(file->f_mode & (exclusive ? FMODE_WRITE : FMODE_READ)))
		status = STATUS_ACCESS_DENIED;
	if (!status && !d_is_reg(file->f_path.dentry))
		status = STATUS_INVALID_DEVICE_REQUEST;
	if (!status)
		status = se_allow(__NR_fcntl, ob_fd_of_handle(handle),
				  fail_immediately ? F_OFD_SETLK : F_OFD_SETLKW, 0, 0, 0, 0);
	if (!status)
		status = nt_request_begin(&request, event, apc_routine, apc_context, iosb);
	if (!status) {
		/* Nothing is locked by no bytes. */
		if (start <= end)
			status = nt_lock(file, start, end, exclusive, !fail_immediately);
		status = nt_request_end(&request, status, 0);
	}
	fput(file);
	return status;
}

NT_SERVICE5(nt_unlock_file, u64, handle, u64, iosb, u64, offset, u64, size, u32, key)
{
	struct nt_open_lock *lock, *found = NULL;
	struct list_head *locks;
	loff_t start, end;
	struct file *file;
	u32 status = nt_lock_reference(handle, &file);

	if (status)
		return status;
	status = nt_file_probe_io_status(iosb);
	if (!status)
		status = nt_lock_range(offset, size, &start, &end);
	if (!status)
		status = se_allow(__NR_fcntl, ob_fd_of_handle(handle), F_OFD_SETLK, 0, 0, 0, 0);
	if (status)
		goto out;
	locks = nt_open_locks_get(file);
	if (locks) {
		list_for_each_entry(lock, locks, link)
			if (lock->start == start && lock->end == end)
				found = lock;
		if (found) {
			list_del(&found->link);
			status = nt_status(nt_lock_release(file, locks, start, end));
			kfree(found);
		} else {
			status = STATUS_RANGE_NOT_LOCKED;
		}
		nt_open_locks_put(file);
	} else if (start <= end) {
		status = nt_status(nt_lock_set(file, start, end, F_UNLCK, false));
	}
	if (!status)
		nt_put_io_status(iosb, STATUS_SUCCESS, 0);
out:
	fput(file);
	return status;
}
