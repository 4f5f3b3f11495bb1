// SPDX-License-Identifier: GPL-2.0
/* The VFS, for file services: see vfs.h. */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "hook.h"
#include "kcompat.h"
#include "ke/thread.h"
#include "nt/file/vfs.h"
#include "symbols.h"

unsigned long nt_vfs_read_address;
unsigned long nt_vfs_write_address;

/*
 * The functions behind mkdirat() and so on. Up to 6.19 they were called do_ and
 * took the references to the names away with them.
 */
struct nt_vfs_call {
	const char *name;
	const char *old_name;
	unsigned long address;
	bool consumes;
};

static struct nt_vfs_call nt_vfs_call_open = { "do_file_open", "do_filp_open" };
static struct nt_vfs_call nt_vfs_call_mkdir = { "filename_mkdirat", "do_mkdirat" };
static struct nt_vfs_call nt_vfs_call_rename = { "filename_renameat2", "do_renameat2" };
static struct nt_vfs_call nt_vfs_call_link = { "filename_linkat", "do_linkat" };

static unsigned long nt_vfs_ftruncate_address;
static unsigned long nt_vfs_ioctl_address;
static unsigned long nt_vfs_file_lock_address;
static unsigned long nt_vfs_path_rmdir_address;

static void nt_vfs_find(struct nt_vfs_call *call)
{
	call->address = symbols_lookup(call->name);
	if (!call->address) {
		call->address = symbols_lookup(call->old_name);
		call->consumes = true;
	}
}

/**
 * nt_vfs_init() - find what is not exported
 *
 * Context: module init.
 */
void nt_vfs_init(void)
{
	nt_vfs_find(&nt_vfs_call_open);
	nt_vfs_find(&nt_vfs_call_mkdir);
	nt_vfs_find(&nt_vfs_call_rename);
	nt_vfs_find(&nt_vfs_call_link);
	nt_vfs_read_address = symbols_lookup("vfs_read");
	nt_vfs_write_address = symbols_lookup("vfs_write");
	nt_vfs_ftruncate_address = symbols_lookup("__x64_sys_ftruncate");
	nt_vfs_ioctl_address = symbols_lookup("__x64_sys_ioctl");
	nt_vfs_file_lock_address = symbols_lookup("security_file_lock");
	nt_vfs_path_rmdir_address = symbols_lookup("security_path_rmdir");
}

/* What openat() hands to its insides; the same since Linux 2.6.39. */
struct nt_vfs_open_flags {
	int open_flag;
	umode_t mode;
	int acc_mode;
	int intent;
	int lookup_flags;
};

static struct file *nt_vfs_open_beneath(int dfd, const char *name, int flags, umode_t mode)
{
	struct nt_vfs_open_flags how = {
		.open_flag = flags,
		.mode = flags & O_CREAT ? (mode & S_IALLUGO) | S_IFREG : 0,
		.acc_mode = flags & O_PATH ? 0 : ACC_MODE(flags),
		.intent = flags & O_PATH ? 0 : LOOKUP_OPEN,
		.lookup_flags = flags & O_DIRECTORY ? LOOKUP_DIRECTORY : 0,
	};
	struct filename *filename = getname_kernel(name);
	struct file *file;

	if (IS_ERR(filename))
		return ERR_CAST(filename);
	if (flags & O_APPEND)
		how.acc_mode |= MAY_APPEND;
	if (flags & O_CREAT)
		how.intent |= LOOKUP_CREATE;
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		how.intent |= LOOKUP_EXCL;
	else if (!(flags & O_NOFOLLOW))
		how.lookup_flags |= LOOKUP_FOLLOW;
	file = (struct file *)hook_enter(nt_vfs_call_open.address, dfd, (unsigned long)filename,
					 (unsigned long)&how, 0, 0, 0);
	putname(filename);
	return file;
}

/**
 * nt_vfs_open() - openat() without a descriptor
 * @dfd: descriptor of a directory where @name begins, or AT_FDCWD for absolute names
 * @name: where
 * @flags: O_*
 * @mode: with O_CREAT
 *
 * Without the kernel's own function, names under a directory are looked up as
 * if the directory were the root: symbolic links do not lead out of it.
 *
 * Context: may sleep.
 * Return: the file, or an ERR_PTR() as open() says it.
 */
struct file *nt_vfs_open(int dfd, const char *name, int flags, umode_t mode)
{
	struct file *root, *file;

	if (!(flags & O_PATH))
		flags |= O_LARGEFILE;
	if (dfd == AT_FDCWD)
		return filp_open(name, flags, mode);
	if (nt_vfs_call_open.address)
		return nt_vfs_open_beneath(dfd, name, flags, mode);
	root = fget_raw(dfd);
	if (!root)
		return ERR_PTR(-EBADF);
	file = d_is_dir(root->f_path.dentry) ?
		       file_open_root(&root->f_path, name, flags, mode) : ERR_PTR(-ENOTDIR);
	fput(root);
	return file;
}

static void nt_vfs_done(const struct nt_vfs_call *call, struct filename *name)
{
	if (!call->consumes && !IS_ERR(name))
		putname(name);
}

/**
 * nt_vfs_mkdir() - mkdirat()
 * @dfd: where @name begins, or AT_FDCWD
 * @name: of the directory
 * @mode: without the umask
 *
 * Context: may sleep.
 * Return: 0, an errno as mkdirat() has it, -EOPNOTSUPP if the kernel's function is not there.
 */
int nt_vfs_mkdir(int dfd, const char *name, umode_t mode)
{
	struct filename *filename;
	int err;

	if (!nt_vfs_call_mkdir.address)
		return -EOPNOTSUPP;
	filename = getname_kernel(name);
	if (IS_ERR(filename))
		return PTR_ERR(filename);
	err = hook_enter(nt_vfs_call_mkdir.address, dfd, (unsigned long)filename, mode, 0, 0, 0);
	nt_vfs_done(&nt_vfs_call_mkdir, filename);
	return err;
}

static int nt_vfs_two_names(const struct nt_vfs_call *call, const char *from, int dfd,
			    const char *to, unsigned int flags)
{
	struct filename *old, *new;
	int err;

	if (!call->address)
		return -EOPNOTSUPP;
	old = getname_kernel(from);
	if (IS_ERR(old))
		return PTR_ERR(old);
	new = getname_kernel(to);
	if (IS_ERR(new)) {
		putname(old);
		return PTR_ERR(new);
	}
	err = hook_enter(call->address, AT_FDCWD, (unsigned long)old, dfd, (unsigned long)new,
			 flags, 0);
	nt_vfs_done(call, old);
	nt_vfs_done(call, new);
	return err;
}

/**
 * nt_vfs_rename() - renameat2()
 * @from: absolute name
 * @dfd: where @to begins, or AT_FDCWD
 * @to: new name
 * @flags: RENAME_*
 *
 * Context: may sleep.
 * Return: as nt_vfs_mkdir().
 */
int nt_vfs_rename(const char *from, int dfd, const char *to, unsigned int flags)
{
	return nt_vfs_two_names(&nt_vfs_call_rename, from, dfd, to, flags);
}

/**
 * nt_vfs_link() - linkat()
 * @from: absolute name
 * @dfd: where @to begins, or AT_FDCWD
 * @to: the other name
 *
 * Context: may sleep.
 * Return: as nt_vfs_mkdir().
 */
int nt_vfs_link(const char *from, int dfd, const char *to)
{
	return nt_vfs_two_names(&nt_vfs_call_link, from, dfd, to, 0);
}

/**
 * nt_vfs_name() - the name by which the caller reaches a file
 * @path: of the file
 * @buffer: set to what is to be freed with kfree()
 *
 * Whoever was handed a descriptor may have no way to the file by name: then
 * what Linux does by names (unlink, rename, link) is not for him.
 *
 * Context: may sleep.
 * Return: the absolute name, or -ENOMEM, -ENOENT, -EACCES and what else a lookup says.
 */
char *nt_vfs_name(const struct path *path, char **buffer)
{
	struct path found;
	char *name;
	int err;

	*buffer = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
	if (!*buffer)
		return ERR_PTR(-ENOMEM);
	name = d_path(path, *buffer, PATH_MAX);
	if (!IS_ERR(name)) {
		err = name[0] != '/' ? -ENOENT : kern_path(name, 0, &found);
		if (!err) {
			if (!path_equal(&found, path))
				err = -ENOENT;
			path_put(&found);
		}
		if (!err)
			return name;
		name = ERR_PTR(err);
	}
	kfree(*buffer);
	*buffer = NULL;
	return name;
}

/**
 * nt_vfs_permission() - may the caller do that with the file?
 * @path: of the file
 * @mask: MAY_*
 *
 * Context: may sleep.
 * Return: 0, -EACCES, -EROFS and so on.
 */
int nt_vfs_permission(const struct path *path, int mask)
{
	return inode_permission(kcompat_idmap(path->mnt), d_inode(path->dentry), mask);
}

/**
 * nt_vfs_may_remove() - may the caller unlink that, as far as one can tell now?
 * @path: of the file
 *
 * Context: may sleep.
 * Return: 0, -EBUSY for a root, -EACCES, -EPERM.
 */
int nt_vfs_may_remove(const struct path *path)
{
	struct path parent = { .mnt = path->mnt };
	int err;

	if (path->dentry == path->mnt->mnt_root)
		return -EBUSY;
	parent.dentry = dget_parent(path->dentry);
	err = nt_vfs_permission(&parent, MAY_WRITE | MAY_EXEC);
	if (!err && (d_inode(parent.dentry)->i_mode & S_ISVTX) &&
	    __check_sticky(kcompat_idmap(path->mnt), d_inode(parent.dentry),
			   d_inode(path->dentry)))
		err = -EPERM;
	if (!err && (IS_APPEND(d_inode(path->dentry)) || IS_IMMUTABLE(d_inode(path->dentry))))
		err = -EPERM;
	dput(parent.dentry);
	return err;
}

struct nt_vfs_look {
	struct dir_context ctx;
	bool seen;
};

static bool nt_vfs_look_at(struct dir_context *ctx, const char *name, int length, loff_t offset,
			   u64 ino, unsigned int type)
{
	if (name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.')))
		return true;
	container_of(ctx, struct nt_vfs_look, ctx)->seen = true;
	return false;
}

/**
 * nt_vfs_is_empty() - is there nothing in a directory?
 * @path: of the directory
 *
 * Context: may sleep.
 * Return: false if the caller can see something in it.
 */
bool nt_vfs_is_empty(const struct path *path)
{
	struct nt_vfs_look look = { .ctx = { .actor = nt_vfs_look_at } };
	struct file *file;

	if (nt_vfs_permission(path, MAY_READ))
		return true;
	file = dentry_open(path, O_RDONLY | O_DIRECTORY, current_cred());
	if (IS_ERR(file))
		return true;
	iterate_dir(file, &look.ctx);
	fput(file);
	return !look.seen;
}

static int nt_vfs_ask_remove(const struct path *parent, struct dentry *dentry)
{
	if (!d_is_dir(dentry))
		return security_path_unlink(parent, dentry);
	if (nt_vfs_path_rmdir_address)
		return hook_enter(nt_vfs_path_rmdir_address, (unsigned long)parent,
				  (unsigned long)dentry, 0, 0, 0, 0);
	return IS_ENABLED(CONFIG_SECURITY_PATH) ? -EOPNOTSUPP : 0;
}

/**
 * nt_vfs_remove() - unlink() or rmdir() of an open file
 * @path: of the file; if it has another parent by now, that one counts
 *
 * Context: may sleep.
 * Return: 0, -ENOENT if it has no name any more, and as unlink().
 */
int nt_vfs_remove(const struct path *path)
{
	struct dentry *dentry = path->dentry;
	struct path parent = { .mnt = path->mnt };
	struct inode *dir, *inode;
	int err;

	if (dentry == path->mnt->mnt_root)
		return -EBUSY;
	err = mnt_want_write(path->mnt);
	if (err)
		return err;
	parent.dentry = dget_parent(dentry);
	dir = d_inode(parent.dentry);
	inode_lock_nested(dir, I_MUTEX_PARENT);
	inode = d_inode(dentry);
	if (dentry->d_parent != parent.dentry || d_unhashed(dentry) || !inode) {
		err = -ENOENT;
		inode = NULL;
	} else {
		/* It lives on until the lock of the directory is dropped. */
		ihold(inode);
		err = nt_vfs_ask_remove(&parent, dentry);
		/* The last argument is a new one of rmdir: nobody waits for delegations. */
		if (!err)
			err = hook_enter(d_is_dir(dentry) ? (unsigned long)vfs_rmdir :
							    (unsigned long)vfs_unlink,
					 (unsigned long)kcompat_idmap(path->mnt),
					 (unsigned long)dir, (unsigned long)dentry, 0, 0, 0);
	}
	inode_unlock(dir);
	if (inode)
		iput(inode);
	dput(parent.dentry);
	mnt_drop_write(path->mnt);
	return err;
}

/**
 * nt_vfs_set_attributes() - chmod(), utimensat()
 * @path: of the file
 * @attributes: what to set
 *
 * Context: may sleep.
 * Return: 0 or an errno of those.
 */
int nt_vfs_set_attributes(const struct path *path, struct iattr *attributes)
{
	struct inode *inode = d_inode(path->dentry);
	int err = mnt_want_write(path->mnt);

	if (err)
		return err;
	inode_lock(inode);
	err = hook_enter((unsigned long)notify_change, (unsigned long)kcompat_idmap(path->mnt),
			 (unsigned long)path->dentry, (unsigned long)attributes, 0, 0, 0);
	inode_unlock(inode);
	mnt_drop_write(path->mnt);
	return err;
}

/**
 * nt_vfs_truncate() - ftruncate()
 * @fd: descriptor of the caller
 * @length: new length
 *
 * Context: may sleep.
 * Return: 0 or an errno.
 */
long nt_vfs_truncate(int fd, loff_t length)
{
	struct pt_regs regs = { .di = fd, .si = length };

	if (!nt_vfs_ftruncate_address)
		return -EOPNOTSUPP;
	return hook_enter(nt_vfs_ftruncate_address, (unsigned long)&regs, 0, 0, 0, 0, 0);
}

/**
 * nt_vfs_ioctl() - ioctl()
 * @fd: descriptor of the caller
 * @code: request
 * @argument: number or address in the caller
 *
 * Context: may sleep.
 * Return: what ioctl() says.
 */
long nt_vfs_ioctl(int fd, unsigned int code, unsigned long argument)
{
	struct pt_regs regs = { .di = fd, .si = code, .dx = argument };

	if (!nt_vfs_ioctl_address)
		return -EOPNOTSUPP;
	return hook_enter(nt_vfs_ioctl_address, (unsigned long)&regs, 0, 0, 0, 0, 0);
}

/**
 * nt_vfs_lock_allowed() - what do security modules say to a lock?
 * @file: the file
 * @type: F_RDLCK, F_WRLCK, F_UNLCK
 *
 * Context: may sleep.
 * Return: 0 or an errno.
 */
int nt_vfs_lock_allowed(struct file *file, unsigned int type)
{
	if (nt_vfs_file_lock_address)
		return hook_enter(nt_vfs_file_lock_address, (unsigned long)file, type, 0, 0, 0, 0);
	return IS_ENABLED(CONFIG_SECURITY) ? -EOPNOTSUPP : 0;
}

/* More than that is not copied at once. */
#define NT_VFS_CHUNK (64 * 1024)

static ssize_t nt_vfs_by_copy(struct file *file, u64 buffer, size_t length, loff_t *position,
			      bool write)
{
	void *chunk = kvmalloc(min_t(size_t, length, NT_VFS_CHUNK), GFP_KERNEL_ACCOUNT);
	ssize_t done = 0, ret = 0;

	if (!chunk)
		return -ENOMEM;
	while (done < length) {
		size_t size = min_t(size_t, length - done, NT_VFS_CHUNK);
		void __user *user = (void __user *)(buffer + done);

		if (write && copy_from_user(chunk, user, size))
			ret = -EFAULT;
		else
			ret = write ? kernel_write(file, chunk, size, position) :
				      kernel_read(file, chunk, size, position);
		if (!write && ret > 0 && copy_to_user(user, chunk, ret))
			ret = -EFAULT;
		if (ret <= 0)
			break;
		done += ret;
		if (ret < size)
			break;
	}
	kvfree(chunk);
	return done ? done : ret;
}

/**
 * nt_vfs_read_slow() - read for a kernel caller, or without vfs_read()
 * @file: the file
 * @buffer: address in the caller
 * @length: of it
 * @position: where, and where it ended; NULL for streams
 *
 * Context: may sleep.
 * Return: how many bytes, or an errno.
 */
ssize_t nt_vfs_read_slow(struct file *file, u64 buffer, size_t length, loff_t *position)
{
	if (ke_previous_mode() == KE_KERNEL_MODE)
		return kernel_read(file, (void *)buffer, length, position);
	return nt_vfs_by_copy(file, buffer, length, position, false);
}

/**
 * nt_vfs_write_slow() - write for a kernel caller, or without vfs_write()
 * @file: the file
 * @buffer: address in the caller
 * @length: of it
 * @position: where, and where it ended; NULL for streams
 *
 * Context: may sleep.
 * Return: how many bytes, or an errno.
 */
ssize_t nt_vfs_write_slow(struct file *file, u64 buffer, size_t length, loff_t *position)
{
	if (ke_previous_mode() == KE_KERNEL_MODE)
		return kernel_write(file, (void *)buffer, length, position);
	return nt_vfs_by_copy(file, buffer, length, position, true);
}
