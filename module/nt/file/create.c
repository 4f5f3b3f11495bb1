// SPDX-License-Identifier: GPL-2.0
/* NtCreateFile, NtOpenFile, NtDeleteFile. */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fadvise.h>
#include <linux/falloc.h>
#include <linux/slab.h>

#include "kcompat.h"
#include "nt/file/file.h"
#include "nt/file/path.h"
#include "nt/file/vfs.h"
#include "nt/service.h"
#include "ob/object.h"
#include "se/se.h"

enum nt_disposition {
	FILE_SUPERSEDE,
	FILE_OPEN,
	FILE_CREATE,
	FILE_OPEN_IF,
	FILE_OVERWRITE,
	FILE_OVERWRITE_IF,
};

enum nt_create_information {
	FILE_SUPERSEDED,
	FILE_OPENED,
	FILE_CREATED,
	FILE_OVERWRITTEN,
};

/* Options that go with FILE_DIRECTORY_FILE */
#define NT_CREATE_DIRECTORY_OPTIONS (FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS | FILE_WRITE_THROUGH | \
				     FILE_COMPLETE_IF_OPLOCKED | FILE_OPEN_FOR_BACKUP_INTENT | \
				     FILE_DELETE_ON_CLOSE | FILE_OPEN_FOR_FREE_SPACE_QUERY | \
				     FILE_OPEN_BY_FILE_ID | FILE_OPEN_REPARSE_POINT)

/* Larger lists of extended attributes are not looked at. */
#define NT_CREATE_MAX_EA 65536

/**
 * struct nt_create - a call of NtCreateFile
 * @access: wanted; mapped by nt_create_access()
 * @maximum: MAXIMUM_ALLOWED was asked for
 * @attributes: FILE_ATTRIBUTE_*
 * @share: FILE_SHARE_*
 * @disposition: enum nt_disposition
 * @options: FILE_*
 * @allocation: AllocationSize
 * @created: the file is new
 */
struct nt_create {
	u32 access;
	bool maximum;
	u32 attributes;
	u32 share;
	u32 disposition;
	u32 options;
	s64 allocation;
	bool created;
};

/* In NT's order. */
static u32 nt_create_check(const struct nt_create *create)
{
	u32 options = create->options;

	if ((create->attributes & ~FILE_VALID_ATTRIBUTES) || (create->share & ~7u) ||
	    create->disposition > FILE_OVERWRITE_IF || (options & ~FILE_VALID_OPTIONS))
		return STATUS_INVALID_PARAMETER;
	if ((options & FILE_SYNCHRONOUS) && !(create->access & FILE_SYNCHRONIZE))
		return STATUS_INVALID_PARAMETER;
	if ((options & FILE_DELETE_ON_CLOSE) && !(create->access & FILE_DELETE))
		return STATUS_INVALID_PARAMETER;
	if ((options & FILE_SYNCHRONOUS) == FILE_SYNCHRONOUS)
		return STATUS_INVALID_PARAMETER;
	if ((options & FILE_DIRECTORY_FILE) &&
	    ((options & ~NT_CREATE_DIRECTORY_OPTIONS) ||
	     (create->disposition != FILE_CREATE && create->disposition != FILE_OPEN &&
	      create->disposition != FILE_OPEN_IF)))
		return STATUS_INVALID_PARAMETER;
	if ((options & FILE_COMPLETE_IF_OPLOCKED) && (options & FILE_RESERVE_OPFILTER))
		return STATUS_INVALID_PARAMETER;
	if ((options & FILE_NO_INTERMEDIATE_BUFFERING) && (create->access & FILE_APPEND_DATA))
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

/* Generic rights become those of files. */
static void nt_create_map_access(struct nt_create *create)
{
	u32 access = create->access;

	create->maximum = access & NTDBG_ACCESS_MAXIMUM_ALLOWED;
	create->access = access & FILE_ALL_ACCESS;
	if (access & NTDBG_ACCESS_GENERIC_ALL)
		create->access |= FILE_ALL_ACCESS;
	if (access & NTDBG_ACCESS_GENERIC_READ)
		create->access |= 0x00120089;
	if (access & NTDBG_ACCESS_GENERIC_WRITE)
		create->access |= 0x00120116;
	if (access & NTDBG_ACCESS_GENERIC_EXECUTE)
		create->access |= 0x001200a0;
}

/* The list has to be a list; then it is refused. */
static u32 nt_create_extended(u64 ea, u32 length)
{
	struct {
		u32 next;
		u8 flags;
		u8 name_length;
		u16 value_length;
	} entry;
	u32 at = 0, size, status;

	if (!ea || !length)
		return STATUS_SUCCESS;
	if (length > NT_CREATE_MAX_EA)
		return STATUS_EA_LIST_INCONSISTENT;
	for (;;) {
		if (at + sizeof(entry) + 1 > length)
			return STATUS_EA_LIST_INCONSISTENT;
		status = nt_copy_from(&entry, ea + at, sizeof(entry), sizeof(u32));
		if (status)
			return status;
		size = sizeof(entry) + entry.name_length + 1 + entry.value_length;
		if (at + size > length || (entry.next && entry.next < size) || entry.next % 4)
			return STATUS_EA_LIST_INCONSISTENT;
		if (!entry.next)
			return STATUS_EAS_NOT_SUPPORTED;
		if (entry.next > length - at)
			return STATUS_EA_LIST_INCONSISTENT;
		at += entry.next;
	}
}

/* O_* for a file with this granted access; O_PATH if its data is not wanted */
static int nt_create_flags(const struct nt_create *create)
{
	bool read = create->access & (FILE_READ_DATA | FILE_EXECUTE);
	bool write = create->access & (FILE_WRITE_DATA | FILE_APPEND_DATA);
	int flags = write ? read ? O_RDWR : O_WRONLY : O_RDONLY;

	if (create->options & FILE_OPEN_REPARSE_POINT)
		flags |= O_NOFOLLOW;
	if (!read && !write)
		return O_PATH | (flags & O_NOFOLLOW);
	if (write && !(create->access & FILE_WRITE_DATA))
		flags |= O_APPEND;
	if (create->options & FILE_WRITE_THROUGH)
		flags |= O_DSYNC;
	if (create->options & FILE_NO_INTERMEDIATE_BUFFERING)
		flags |= O_DIRECT;
	return flags;
}

static struct file *nt_create_open(const struct nt_path *path, int flags, umode_t mode)
{
	struct file *file;
	u32 status = se_allow(__NR_openat, path->dfd, 0, flags, mode, 0, 0);

	if (status)
		return ERR_PTR(-EACCES);
	file = nt_vfs_open(path->dfd, path->name, flags, mode);
	/* Not every file system does without the page cache; and a link can only be looked at. */
	if (file == ERR_PTR(-EINVAL) && (flags & O_DIRECT))
		file = nt_vfs_open(path->dfd, path->name, flags & ~O_DIRECT, mode);
	if (file == ERR_PTR(-ELOOP) && (flags & O_NOFOLLOW) && !(flags & (O_PATH | O_CREAT)))
		file = nt_vfs_open(path->dfd, path->name, O_PATH | O_NOFOLLOW, 0);
	return file;
}

/* RootDirectory itself is opened again, but with nothing that it has not. */
static struct file *nt_create_again(const struct nt_path *path, int flags)
{
	struct file *root = path->root;

	if (d_is_dir(root->f_path.dentry))
		return nt_vfs_open(path->dfd, ".", flags | O_DIRECTORY, 0);
	if (!d_is_reg(root->f_path.dentry))
		return ERR_PTR(-EOPNOTSUPP);
	if (!(flags & O_PATH)) {
		if (((flags & O_ACCMODE) != O_WRONLY && !(root->f_mode & FMODE_READ)) ||
		    ((flags & O_ACCMODE) != O_RDONLY && !(root->f_mode & FMODE_WRITE)))
			return ERR_PTR(-EACCES);
		flags |= (root->f_flags & O_APPEND) | O_LARGEFILE;
	}
	return dentry_open(&root->f_path, flags, current_cred());
}

/* A directory is opened for reading or not at all; what else is wanted is asked of its inode. */
static struct file *nt_create_open_directory(struct nt_create *create, const struct nt_path *path)
{
	int flags = O_DIRECTORY | (create->options & FILE_OPEN_REPARSE_POINT ? O_NOFOLLOW : 0);
	int err = 0;
	struct file *file;

	flags |= create->access & FILE_READ_DATA ? O_RDONLY : O_PATH;
	if (!path->name[0])
		file = nt_create_again(path, flags);
	else
		file = nt_create_open(path, flags, 0);
	if (IS_ERR(file))
		return file;
	if (!create->created && (create->access & (FILE_WRITE_DATA | FILE_APPEND_DATA |
						   FILE_DELETE_CHILD)) && !create->maximum)
		err = nt_vfs_permission(&file->f_path, MAY_WRITE | MAY_EXEC);
	if (!err)
		return file;
	fput(file);
	return ERR_PTR(err);
}

static bool nt_create_may_be_new(const struct nt_create *create)
{
	return create->disposition != FILE_OPEN && create->disposition != FILE_OVERWRITE;
}

static struct file *nt_create_directory(struct nt_create *create, const struct nt_path *path)
{
	int err = -EEXIST;

	if (nt_create_may_be_new(create) && path->name[0]) {
		if (se_allow(__NR_mkdirat, path->dfd, 0, 0777, 0, 0, 0))
			return ERR_PTR(-EACCES);
		err = nt_vfs_mkdir(path->dfd, path->name, 0777);
	}
	if (!err)
		create->created = true;
	else if (err != -EEXIST || create->disposition == FILE_CREATE)
		return ERR_PTR(err);
	return nt_create_open_directory(create, path);
}

/* A file, or what is there under the name if nothing was said of its kind. */
static struct file *nt_create_plain(struct nt_create *create, const struct nt_path *path)
{
	umode_t mode = create->attributes & FILE_ATTRIBUTE_READONLY ? 0444 : 0666;
	int flags = nt_create_flags(create), make = 0;
	struct file *file, *bare;

	if (!path->name[0])
		return nt_create_again(path, flags);
	if (nt_create_may_be_new(create))
		make = O_CREAT | (create->disposition == FILE_CREATE ? O_EXCL : 0);
	if (!(flags & O_PATH)) {
		file = nt_create_open(path, flags | make, mode);
		if (!IS_ERR(file))
			create->created = file->f_mode & FMODE_CREATED;
		return file;
	}
	/* Linux makes no file without opening it. */
	for (;;) {
		file = make & O_EXCL ? ERR_PTR(-ENOENT) : nt_create_open(path, flags, 0);
		if (file != ERR_PTR(-ENOENT) || !make)
			return file;
		file = nt_create_open(path, O_RDONLY | O_CREAT | O_EXCL, mode);
		if (!IS_ERR(file))
			break;
		if (file != ERR_PTR(-EEXIST) || (make & O_EXCL))
			return file;
	}
	create->created = true;
	bare = dentry_open(&file->f_path, O_PATH, current_cred());
	fput(file);
	return bare;
}

static struct file *nt_create_any(struct nt_create *create, const struct nt_path *path)
{
	struct file *file;

	if (create->options & FILE_DIRECTORY_FILE)
		return nt_create_directory(create, path);
	if (!path->name[0] && d_is_dir(path->root->f_path.dentry))
		return nt_create_open_directory(create, path);
	file = nt_create_plain(create, path);
	if (file == ERR_PTR(-EISDIR) && !(create->options & FILE_NON_DIRECTORY_FILE) &&
	    (create->disposition == FILE_OPEN || create->disposition == FILE_OPEN_IF))
		file = nt_create_open_directory(create, path);
	return file;
}

/* MAXIMUM_ALLOWED: as much as there is to be had, and at least what was asked for. */
static struct file *nt_create_maximum(struct nt_create *create, const struct nt_path *path)
{
	static const u32 tries[] = {
		FILE_ALL_ACCESS,
		FILE_ALL_ACCESS & ~(FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA),
		FILE_ALL_ACCESS & ~(FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE),
	};
	u32 least = create->access;
	struct file *file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tries); i++) {
		if (least & ~tries[i])
			continue;
		create->access = tries[i];
		file = nt_create_any(create, path);
		if (!IS_ERR(file) || (PTR_ERR(file) != -EACCES && PTR_ERR(file) != -EPERM &&
				      PTR_ERR(file) != -EROFS && PTR_ERR(file) != -ETXTBSY))
			break;
	}
	if (!IS_ERR(file) && nt_vfs_may_remove(&file->f_path) && !(least & FILE_DELETE))
		create->access &= ~FILE_DELETE;
	return file;
}

static u32 nt_create_status(const struct nt_create *create, const struct nt_path *path, int err)
{
	if (err == -ENOTDIR && !(create->options & FILE_DIRECTORY_FILE) && !path->directory)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	if (err == -ENOTDIR && !path->name[0])
		return STATUS_NOT_A_DIRECTORY;
	if (err == -ENXIO)
		return STATUS_NO_SUCH_DEVICE;
	return nt_path_status(path, err);
}

/* Is what was opened what was wanted? */
static u32 nt_create_check_kind(const struct nt_create *create, const struct nt_path *path,
				struct file *file)
{
	bool directory = d_is_dir(file->f_path.dentry);
	int err;

	if (directory && (create->options & FILE_NON_DIRECTORY_FILE))
		return STATUS_FILE_IS_A_DIRECTORY;
	if (!directory && path->directory)
		return STATUS_OBJECT_NAME_INVALID;
	if (directory && create->disposition != FILE_CREATE && create->disposition != FILE_OPEN &&
	    create->disposition != FILE_OPEN_IF)
		return STATUS_FILE_IS_A_DIRECTORY;
	if (!(create->access & FILE_DELETE) || create->created)
		return STATUS_SUCCESS;
	err = nt_vfs_may_remove(&file->f_path);
	if (err == -EBUSY || (err == -EPERM && create->maximum))
		return create->options & FILE_DELETE_ON_CLOSE ? STATUS_CANNOT_DELETE :
								STATUS_SUCCESS;
	return nt_status(err);
}

/* Behind the check of the share mode: contents go, room is made. */
static u32 nt_create_overwrite(const struct nt_create *create, struct file *file, u64 *information)
{
	bool overwrites = create->disposition != FILE_OPEN && create->disposition != FILE_OPEN_IF;
	int err = 0;

	*information = FILE_OPENED;
	if (create->created) {
		*information = FILE_CREATED;
	} else if (overwrites) {
		*information = create->disposition == FILE_SUPERSEDE ? FILE_SUPERSEDED :
								       FILE_OVERWRITTEN;
		if (d_is_reg(file->f_path.dentry)) {
			if (se_allow(__NR_truncate, 0, 0, 0, 0, 0, 0))
				return STATUS_ACCESS_DENIED;
			err = vfs_truncate(&file->f_path, 0);
		}
	}
	if (err)
		return nt_status(err);
	if (*information != FILE_OPENED && create->allocation && (file->f_mode & FMODE_WRITE) &&
	    d_is_reg(file->f_path.dentry)) {
		if (se_allow(__NR_fallocate, 0, FALLOC_FL_KEEP_SIZE, 0, create->allocation, 0, 0))
			return STATUS_ACCESS_DENIED;
		err = vfs_fallocate(file, FALLOC_FL_KEEP_SIZE, 0, create->allocation);
		/* It is advice, as long as there is room. */
		if (err == -ENOSPC || err == -EDQUOT || err == -EFBIG)
			return STATUS_DISK_FULL;
	}
	if ((file->f_mode & FMODE_READ) && (create->options & FILE_SEQUENTIAL_ONLY))
		vfs_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
	else if ((file->f_mode & FMODE_READ) && (create->options & FILE_RANDOM_ACCESS))
		vfs_fadvise(file, 0, 0, POSIX_FADV_RANDOM);
	return STATUS_SUCCESS;
}

static u32 nt_create_with_path(struct nt_create *create, struct nt_path *path,
			       struct file **result, u64 *information)
{
	struct file *file;
	u32 status;

	if (path->directory && nt_create_may_be_new(create) &&
	    !(create->options & FILE_DIRECTORY_FILE))
		return STATUS_OBJECT_NAME_INVALID;
	if (create->options & FILE_OPEN_BY_FILE_ID)
		return STATUS_NOT_SUPPORTED;
	if (path->any_case && path->name[0]) {
		file = nt_vfs_open(path->dfd, path->name, O_PATH | O_NOFOLLOW, 0);
		if (!IS_ERR(file))
			fput(file);
		else if (file == ERR_PTR(-ENOENT))
			nt_path_fix_case(path);
	}
	file = create->maximum ? nt_create_maximum(create, path) : nt_create_any(create, path);
	if (IS_ERR(file))
		return nt_create_status(create, path, PTR_ERR(file));
	status = nt_create_check_kind(create, path, file);
	if (!status)
		status = nt_open_track(file, create->access, create->share, create->options);
	if (!status)
		status = nt_create_overwrite(create, file, information);
	if (status) {
		fput(file);
		return status;
	}
	if (create->options & FILE_DELETE_ON_CLOSE)
		nt_open_delete_on_close(file);
	*result = file;
	return STATUS_SUCCESS;
}

static u32 nt_create(struct nt_create *create, u64 handle_out, u64 attributes, u64 iosb)
{
	struct ob_attributes captured;
	struct nt_path path = { };
	struct file *file;
	u64 information;
	u32 status;
	int fd;

	status = nt_capture_attributes(attributes, true, &captured);
	if (!status)
		status = nt_path_map(&captured, &path);
	if (status)
		goto release;
	fd = get_unused_fd_flags(captured.attributes & OBJ_INHERIT ? 0 : O_CLOEXEC);
	if (fd < 0) {
		status = nt_status(fd);
		goto release;
	}
	nt_create_map_access(create);
	status = nt_create_with_path(create, &path, &file, &information);
	if (!status) {
		status = nt_put_pointer(handle_out, ob_handle_of_fd(fd));
		if (!status)
			status = nt_put_io_status(iosb, STATUS_SUCCESS, information);
		if (status)
			fput(file);
	}
	if (status)
		put_unused_fd(fd);
	else
		fd_install(fd, file);
release:
	nt_path_release(&path);
	nt_release_attributes(&captured);
	return status;
}

static u32 nt_create_probe(u64 handle_out, u64 iosb)
{
	u32 size = nt_wow64() ? sizeof(u32) : sizeof(u64);
	u32 status = nt_probe_for_write(handle_out, size, size);

	return status ? status : nt_file_probe_io_status(iosb);
}

NT_SERVICE11(nt_create_file, u64, handle_out, u32, access, u64, attributes, u64, iosb,
	     u64, allocation_size, u32, file_attributes, u32, share, u32, disposition,
	     u32, options, u64, ea, u32, ea_length)
{
	struct nt_create create = {
		.access = access,
		.attributes = file_attributes,
		.share = share,
		.disposition = disposition,
		.options = options,
	};
	u32 status = nt_create_check(&create);

	if (!status)
		status = nt_create_probe(handle_out, iosb);
	if (!status && allocation_size)
		status = nt_get_u64(allocation_size, (u64 *)&create.allocation);
	if (!status && create.allocation < 0)
		status = STATUS_INVALID_PARAMETER;
	if (!status)
		status = nt_create_extended(ea, ea_length);
	return status ? status : nt_create(&create, handle_out, attributes, iosb);
}

NT_SERVICE6(nt_open_file, u64, handle_out, u32, access, u64, attributes, u64, iosb, u32, share,
	    u32, options)
{
	struct nt_create create = {
		.access = access,
		.share = share,
		.disposition = FILE_OPEN,
		.options = options,
	};
	u32 status = nt_create_check(&create);

	if (!status)
		status = nt_create_probe(handle_out, iosb);
	return status ? status : nt_create(&create, handle_out, attributes, iosb);
}

/* As unlink(): of a symbolic link the link itself. */
NT_SERVICE1(nt_delete_file, u64, attributes)
{
	struct nt_create create = {
		.access = FILE_DELETE,
		.share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
		.disposition = FILE_OPEN,
		.options = FILE_OPEN_REPARSE_POINT | FILE_SYNCHRONOUS_IO_NONALERT,
	};
	struct ob_attributes captured;
	struct nt_path path = { };
	struct file *file;
	u64 information;
	u32 status;

	status = nt_capture_attributes(attributes, true, &captured);
	if (!status)
		status = nt_path_map(&captured, &path);
	if (!status)
		status = se_allow(__NR_unlinkat, path.dfd, 0, 0, 0, 0, 0);
	if (!status)
		status = nt_create_with_path(&create, &path, &file, &information);
	if (!status) {
		if (d_is_dir(file->f_path.dentry) && !nt_vfs_is_empty(&file->f_path))
			status = STATUS_DIRECTORY_NOT_EMPTY;
		else
			status = nt_open_set_delete(file, true);
		fput(file);
	}
	nt_path_release(&path);
	nt_release_attributes(&captured);
	return status;
}
