// SPDX-License-Identifier: GPL-2.0
/* What NT knows of open files: see open.h. */
#include <linux/cred.h>
#include <linux/fsnotify_backend.h>
#include <linux/hash.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "kcompat.h"
#include "ntstatus.h"
#include "nt/file/open.h"
#include "nt/file/vfs.h"
#include "ob/ob.h"

/**
 * struct nt_fcb - a file that has NT opens
 * @mark: on its inode; freed with it
 * @node: in nt_fcbs
 * @inode: the mark holds it
 * @opens: struct nt_open.link
 * @delete_pending: the last open that goes deletes it
 * @victim: which name is deleted then
 * @cred: as whom
 */
struct nt_fcb {
	struct fsnotify_mark mark;
	struct hlist_node node;
	struct inode *inode;
	struct list_head opens;
	bool delete_pending;
	struct path victim;
	const struct cred *cred;
};

/**
 * struct nt_open - an open file of NtCreateFile
 * @node: in nt_opens
 * @link: in nt_fcb.opens
 * @rcu: for the grace period before it is freed
 * @file: not referenced: it goes when the file does
 * @fcb: what it shares with other opens of the file
 * @access: granted
 * @share: share mode
 * @options: create options
 * @cred: of who asked for FILE_DELETE_ON_CLOSE, or NULL
 * @scanned: NtQueryDirectoryFile was called: the pattern counts from then on
 * @pattern: of it, or NULL
 * @units: length of @pattern
 * @locks_mutex: guards @locks, outside of everything
 * @locks: struct nt_open_lock.link
 */
struct nt_open {
	struct hlist_node node;
	struct list_head link;
	struct rcu_head rcu;
	const struct file *file;
	struct nt_fcb *fcb;
	u32 access;
	u32 share;
	u32 options;
	const struct cred *cred;
	bool scanned;
	u16 *pattern;
	unsigned int units;
	struct mutex locks_mutex;	/* locks */
	struct list_head locks;
};

#define NT_OPEN_BITS 8
#define NT_OPEN_EVENTS (FS_CLOSE_WRITE | FS_CLOSE_NOWRITE)

static DEFINE_MUTEX(nt_open_mutex);
static struct hlist_head nt_opens[1 << NT_OPEN_BITS];
static struct hlist_head nt_fcbs[1 << NT_OPEN_BITS];
static struct fsnotify_group *nt_open_group;
atomic_t nt_open_asynchronous_files;

/* Under RCU, or under nt_open_mutex. */
static struct nt_open *nt_open_find(const struct file *file)
{
	struct nt_open *open;

	hlist_for_each_entry_rcu(open, &nt_opens[hash_ptr(file, NT_OPEN_BITS)], node,
				 lockdep_is_held(&nt_open_mutex))
		if (open->file == file)
			return open;
	return NULL;
}

static struct nt_fcb *nt_open_find_fcb(const struct inode *inode)
{
	struct nt_fcb *fcb;

	hlist_for_each_entry(fcb, &nt_fcbs[hash_ptr(inode, NT_OPEN_BITS)], node)
		if (fcb->inode == inode)
			return fcb;
	return NULL;
}

static void nt_open_forget_victim(struct nt_fcb *fcb)
{
	if (!fcb->delete_pending)
		return;
	fcb->delete_pending = false;
	path_put(&fcb->victim);
	put_cred(fcb->cred);
}

static void nt_open_free_mark(struct fsnotify_mark *mark)
{
	kfree(container_of(mark, struct nt_fcb, mark));
}

/* The FCB of an inode, made if there is none. Under nt_open_mutex. */
static struct nt_fcb *nt_open_get_fcb(struct inode *inode)
{
	struct nt_fcb *fcb = nt_open_find_fcb(inode);
	int err;

	if (fcb)
		return fcb;
	fcb = kzalloc(sizeof(*fcb), GFP_KERNEL_ACCOUNT);
	if (!fcb)
		return NULL;
	fcb->inode = inode;
	INIT_LIST_HEAD(&fcb->opens);
	fsnotify_init_mark(&fcb->mark, nt_open_group);
	fcb->mark.mask = NT_OPEN_EVENTS;
	err = fsnotify_add_inode_mark(&fcb->mark, inode, 0);
	if (err) {
		fsnotify_put_mark(&fcb->mark);
		return NULL;
	}
	hlist_add_head(&fcb->node, &nt_fcbs[hash_ptr(inode, NT_OPEN_BITS)]);
	return fcb;
}

/* The last open is gone. Under nt_open_mutex; the FCB is not there afterwards. */
static void nt_open_put_fcb(struct nt_fcb *fcb)
{
	if (!list_empty(&fcb->opens))
		return;
	hlist_del(&fcb->node);
	fsnotify_destroy_mark(&fcb->mark, nt_open_group);
	fsnotify_put_mark(&fcb->mark);
}

/* As the one who asked for it; the directory may have changed since. */
static void nt_open_remove(const struct path *victim, const struct cred *cred)
{
	const struct cred *saved = override_creds(cred);

	nt_vfs_remove(victim);
	revert_creds(saved);
}

static void nt_open_closed(struct file *file)
{
	struct nt_open_lock *lock, *next;
	struct nt_open *open;
	struct nt_fcb *fcb;

	mutex_lock(&nt_open_mutex);
	open = nt_open_find(file);
	if (!open) {
		mutex_unlock(&nt_open_mutex);
		return;
	}
	fcb = open->fcb;
	hlist_del_rcu(&open->node);
	list_del(&open->link);
	if (open->cred && !fcb->delete_pending) {
		fcb->delete_pending = true;
		fcb->victim = file->f_path;
		path_get(&fcb->victim);
		fcb->cred = get_cred(open->cred);
	}
	/* Meanwhile the file has no opens, but its deletion pends: nobody can open it. */
	if (list_empty(&fcb->opens) && fcb->delete_pending) {
		INIT_LIST_HEAD(&open->link);
		mutex_unlock(&nt_open_mutex);
		nt_open_remove(&fcb->victim, fcb->cred);
		mutex_lock(&nt_open_mutex);
		nt_open_forget_victim(fcb);
	}
	nt_open_put_fcb(fcb);
	mutex_unlock(&nt_open_mutex);

	if (!(open->options & FILE_SYNCHRONOUS))
		atomic_dec(&nt_open_asynchronous_files);
	if (open->cred)
		put_cred(open->cred);
	list_for_each_entry_safe(lock, next, &open->locks, link)
		kfree(lock);
	kfree(open->pattern);
	kfree_rcu(open, rcu);
	/* nt_open_exit() waits for who is still in here. */
	module_put(THIS_MODULE);
}

/*
 * A file that bears one of our marks is closed for the last time. What is given
 * is the path inside of the struct file.
 */
static int nt_open_event(struct fsnotify_group *group, u32 mask, const void *data, int data_type,
			 struct inode *dir, const struct qstr *name, u32 cookie,
			 struct fsnotify_iter_info *iter_info)
{
	if ((mask & NT_OPEN_EVENTS) && data_type == FSNOTIFY_EVENT_PATH)
		nt_open_closed(container_of(data, struct file, f_path));
	return 0;
}

static const struct fsnotify_ops nt_open_fsnotify_ops = {
	.handle_event = nt_open_event,
	.free_mark = nt_open_free_mark,
};

/* O_PATH files have no operations at all but this one. */
static int nt_open_path_release(struct inode *inode, struct file *file)
{
	nt_open_closed(file);
	return 0;
}

static const struct file_operations nt_open_path_fops = {
	.owner = THIS_MODULE,
	.release = nt_open_path_release,
};

/**
 * nt_open_init() - start listening
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int nt_open_init(void)
{
	nt_open_group = fsnotify_alloc_group(&nt_open_fsnotify_ops, 0);
	return PTR_ERR_OR_ZERO(nt_open_group);
}

/**
 * nt_open_exit() - stop; nothing is tracked any more
 *
 * Context: module exit.
 */
void nt_open_exit(void)
{
	fsnotify_put_group(nt_open_group);
	/* Marks are freed behind a grace period. */
	fsnotify_wait_marks_destroyed();
	rcu_barrier();
}

/* IoCheckShareAccess: may the new one be there with the old one? */
static bool nt_open_may_share(u32 access, u32 share, const struct nt_open *other)
{
	static const struct {
		u32 access;
		u32 share;
	} kinds[] = {
		{ FILE_READ_DATA | FILE_EXECUTE, FILE_SHARE_READ },
		{ FILE_WRITE_DATA | FILE_APPEND_DATA, FILE_SHARE_WRITE },
		{ FILE_DELETE, FILE_SHARE_DELETE },
	};
	unsigned int i;
	u32 shared = 0;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		shared |= kinds[i].access;
	if (!(access & shared) || !(other->access & shared))
		return true;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if ((access & kinds[i].access) && !(other->share & kinds[i].share))
			return false;
		if ((other->access & kinds[i].access) && !(share & kinds[i].share))
			return false;
	}
	return true;
}

static u32 nt_open_check(const struct nt_fcb *fcb, u32 access, u32 share)
{
	const struct nt_open *other;

	if (fcb->delete_pending)
		return STATUS_DELETE_PENDING;
	list_for_each_entry(other, &fcb->opens, link)
		if (!nt_open_may_share(access, share, other))
			return STATUS_SHARING_VIOLATION;
	return STATUS_SUCCESS;
}

/**
 * nt_open_track() - a file was opened
 * @file: the file; nobody else has it yet
 * @access: granted
 * @share: FILE_SHARE_*
 * @options: create options
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_SHARING_VIOLATION, STATUS_DELETE_PENDING: it has
 * to be closed again; STATUS_INSUFFICIENT_RESOURCES.
 */
u32 nt_open_track(struct file *file, u32 access, u32 share, u32 options)
{
	struct inode *inode = file_inode(file);
	struct nt_open *open;
	struct nt_fcb *fcb;
	u32 status;

	/* Its end would not be heard of. */
	if (!(file->f_mode & FMODE_PATH) && FMODE_FSNOTIFY_NONE(file->f_mode))
		return STATUS_SUCCESS;
	open = kzalloc(sizeof(*open), GFP_KERNEL_ACCOUNT);
	if (!open)
		return STATUS_INSUFFICIENT_RESOURCES;
	open->file = file;
	open->access = access;
	open->share = share;
	open->options = options;
	mutex_init(&open->locks_mutex);
	INIT_LIST_HEAD(&open->locks);

	mutex_lock(&nt_open_mutex);
	fcb = nt_open_get_fcb(inode);
	if (!fcb)
		status = STATUS_INSUFFICIENT_RESOURCES;
	else if (S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode))
		status = nt_open_check(fcb, access, share);
	else
		status = STATUS_SUCCESS;
	if (status) {
		if (fcb && !fcb->delete_pending)
			nt_open_put_fcb(fcb);
		mutex_unlock(&nt_open_mutex);
		kfree(open);
		return status;
	}
	__module_get(THIS_MODULE);
	if (!(options & FILE_SYNCHRONOUS))
		atomic_inc(&nt_open_asynchronous_files);
	open->fcb = fcb;
	list_add(&open->link, &fcb->opens);
	hlist_add_head_rcu(&open->node, &nt_opens[hash_ptr(file, NT_OPEN_BITS)]);
	if (file->f_mode & FMODE_PATH) {
		__module_get(THIS_MODULE);
		file->f_op = &nt_open_path_fops;
	}
	mutex_unlock(&nt_open_mutex);
	return STATUS_SUCCESS;
}

/**
 * nt_open_get_info() - what NT knows of a file
 * @file: the file
 * @info: where it goes; for a file that Linux opened: what its mode says
 *
 * Context: may sleep.
 */
void nt_open_get_info(const struct file *file, struct nt_open_info *info)
{
	const struct nt_open *open;

	rcu_read_lock();
	open = nt_open_find(file);
	if (open)
		*info = (struct nt_open_info){
			.access = open->access,
			.options = open->options,
			.delete_pending = READ_ONCE(open->fcb->delete_pending),
			.tracked = true,
		};
	rcu_read_unlock();
	if (open)
		return;
	*info = (struct nt_open_info){
		.access = FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | FILE_DELETE |
			  FILE_READ_CONTROL | FILE_SYNCHRONIZE,
		.options = FILE_SYNCHRONOUS_IO_NONALERT,
	};
	if (file->f_mode & FMODE_READ)
		info->access |= FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE;
	if (file->f_mode & FMODE_WRITE)
		info->access |= FILE_APPEND_DATA | FILE_WRITE_EA |
				(file->f_flags & O_APPEND ? 0 : FILE_WRITE_DATA);
}

/**
 * nt_open_asynchronous() - was that opened without a synchronous option?
 * @file: the file
 *
 * Context: any.
 * Return: true if so; false also for those that Linux opened.
 */
bool nt_open_asynchronous(const struct file *file)
{
	const struct nt_open *open;
	bool asynchronous;

	if (!atomic_read(&nt_open_asynchronous_files))
		return false;
	rcu_read_lock();
	open = nt_open_find(file);
	asynchronous = open && !(open->options & FILE_SYNCHRONOUS);
	rcu_read_unlock();
	return asynchronous;
}

/**
 * nt_open_set_options() - FileModeInformation
 * @file: the file
 * @clear: options
 * @set: options
 *
 * Context: may sleep.
 */
void nt_open_set_options(struct file *file, u32 clear, u32 set)
{
	struct nt_open *open;

	mutex_lock(&nt_open_mutex);
	open = nt_open_find(file);
	if (open)
		open->options = (open->options & ~clear) | set;
	mutex_unlock(&nt_open_mutex);
}

/**
 * nt_open_delete_on_close() - FILE_DELETE_ON_CLOSE
 * @file: a tracked file, successfully opened
 *
 * Context: may sleep.
 */
void nt_open_delete_on_close(struct file *file)
{
	struct nt_open *open;

	mutex_lock(&nt_open_mutex);
	open = nt_open_find(file);
	if (open && !open->cred)
		open->cred = get_current_cred();
	mutex_unlock(&nt_open_mutex);
}

/**
 * nt_open_set_delete() - FileDispositionInformation
 * @file: the file; the caller has seen to it that it may be deleted
 * @remove: delete it when the last NT open goes, or do not
 *
 * What FILE_DELETE_ON_CLOSE wants is not taken back.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_NOT_FOUND if the file is not tracked.
 */
u32 nt_open_set_delete(struct file *file, bool remove)
{
	struct nt_open *open;
	struct nt_fcb *fcb;

	mutex_lock(&nt_open_mutex);
	open = nt_open_find(file);
	if (open) {
		fcb = open->fcb;
		nt_open_forget_victim(fcb);
		if (remove) {
			fcb->victim = file->f_path;
			path_get(&fcb->victim);
			fcb->cred = get_current_cred();
			fcb->delete_pending = true;
		}
	}
	mutex_unlock(&nt_open_mutex);
	return open ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

/**
 * nt_open_is_open() - does NT have that file open?
 * @path: of the file
 *
 * Context: may sleep.
 * Return: true if so.
 */
bool nt_open_is_open(const struct path *path)
{
	bool found;

	mutex_lock(&nt_open_mutex);
	found = nt_open_find_fcb(d_inode(path->dentry));
	mutex_unlock(&nt_open_mutex);
	return found;
}

/**
 * nt_open_pattern() - the pattern that a directory is asked with
 * @file: the directory
 * @text: what the caller says now
 * @units: its length; set to that of @pattern
 * @pattern: set to a copy of what counts, to be freed with kfree(); NULL for all
 *
 * Of a handle that NtCreateFile made the first call's counts.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS or STATUS_INSUFFICIENT_RESOURCES.
 */
u32 nt_open_pattern(struct file *file, const u16 *text, unsigned int *units, u16 **pattern)
{
	u16 *copy = *units ? kmemdup(text, *units * sizeof(u16), GFP_KERNEL_ACCOUNT) : NULL;
	struct nt_open *open;
	u32 status = STATUS_SUCCESS;

	*pattern = NULL;
	if (*units && !copy)
		return STATUS_INSUFFICIENT_RESOURCES;
	mutex_lock(&nt_open_mutex);
	open = nt_open_find(file);
	if (!open) {
		*pattern = copy;
		mutex_unlock(&nt_open_mutex);
		return STATUS_SUCCESS;
	}
	if (!open->scanned) {
		open->scanned = true;
		open->pattern = copy;
		open->units = *units;
		copy = NULL;
	}
	if (open->units) {
		*pattern = kmemdup(open->pattern, open->units * sizeof(u16), GFP_KERNEL_ACCOUNT);
		if (!*pattern)
			status = STATUS_INSUFFICIENT_RESOURCES;
	}
	*units = open->units;
	mutex_unlock(&nt_open_mutex);
	kfree(copy);
	return status;
}

/**
 * nt_open_locks_get() - the locks of NtLockFile, locked
 * @file: the file, referenced
 *
 * Context: may sleep. With nt_open_locks_put() behind it, if there are any.
 * Return: a list of struct nt_open_lock, or NULL if the file is not tracked.
 */
struct list_head *nt_open_locks_get(struct file *file)
{
	struct nt_open *open;

	rcu_read_lock();
	open = nt_open_find(file);
	rcu_read_unlock();
	/* It stays as long as the file does. */
	if (!open)
		return NULL;
	mutex_lock(&open->locks_mutex);
	return &open->locks;
}

/**
 * nt_open_locks_put() - the end of nt_open_locks_get()
 * @file: the file, still referenced
 *
 * Context: any.
 */
void nt_open_locks_put(struct file *file)
{
	struct nt_open *open;

	rcu_read_lock();
	open = nt_open_find(file);
	rcu_read_unlock();
	mutex_unlock(&open->locks_mutex);
}
