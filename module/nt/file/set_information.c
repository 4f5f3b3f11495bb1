// SPDX-License-Identifier: GPL-2.0
/* NtSetInformationFile. */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/falloc.h>
#include <linux/slab.h>

#include "kcompat.h"
#include "nt/file/file.h"
#include "nt/file/information.h"
#include "nt/file/path.h"
#include "nt/file/vfs.h"
#include "nt/service.h"
#include "ob/object.h"
#include "se/se.h"

#define NT_FILE_EPOCH 11644473600LL

/* Longer structures with names are not taken. */
#define NT_SET_MAX (20 + 65536)

/**
 * struct nt_setting - a call of NtSetInformationFile
 * @handle: of the file
 * @file: the file
 * @in: address of the structure in the caller
 * @length: of it
 */
struct nt_setting {
	u64 handle;
	struct file *file;
	u64 in;
	u32 length;
};

static u32 nt_set_time(s64 time, struct timespec64 *value, unsigned int *valid, unsigned int which)
{
	u32 rest;

	/* 0 leaves it as it is; so does -1, which also asks for what Linux has not. */
	if (!time || time == -1)
		return STATUS_SUCCESS;
	if (time < 0)
		return STATUS_INVALID_PARAMETER;
	value->tv_sec = (s64)div_u64_rem(time, 10000000, &rest) - NT_FILE_EPOCH;
	value->tv_nsec = rest * 100;
	*valid |= which;
	return STATUS_SUCCESS;
}

static u32 nt_set_basic(const struct nt_setting *setting)
{
	struct inode *inode = file_inode(setting->file);
	struct iattr attributes = { };
	struct {
		s64 times[4];
		u32 attributes;
		u32 padding;
	} basic;
	u32 status = nt_copy_from(&basic, setting->in, sizeof(basic), sizeof(u32));
	int err;

	if (status)
		return status;
	if (basic.attributes & ~FILE_VALID_ATTRIBUTES)
		return STATUS_INVALID_PARAMETER;
	if ((basic.attributes & FILE_ATTRIBUTE_DIRECTORY) && !S_ISDIR(inode->i_mode))
		return STATUS_INVALID_PARAMETER;
	status = nt_set_time(basic.times[1], &attributes.ia_atime, &attributes.ia_valid,
			     ATTR_ATIME | ATTR_ATIME_SET);
	if (!status)
		status = nt_set_time(basic.times[2], &attributes.ia_mtime, &attributes.ia_valid,
				     ATTR_MTIME | ATTR_MTIME_SET);
	if (status)
		return status;
	if (basic.attributes) {
		attributes.ia_mode = inode->i_mode & S_IALLUGO;
		if (basic.attributes & FILE_ATTRIBUTE_READONLY)
			attributes.ia_mode &= ~0222;
		else if (!(inode->i_mode & 0222))
			attributes.ia_mode |= 0200;
		if (attributes.ia_mode != (inode->i_mode & S_IALLUGO))
			attributes.ia_valid |= ATTR_MODE;
	}
	if (!attributes.ia_valid)
		return STATUS_SUCCESS;
	if (attributes.ia_valid & ATTR_MODE)
		status = se_allow(__NR_fchmod, ob_fd_of_handle(setting->handle),
				  attributes.ia_mode, 0, 0, 0, 0);
	if (!status && (attributes.ia_valid & ~ATTR_MODE))
		status = se_allow(__NR_utimensat, ob_fd_of_handle(setting->handle), 0, 0, 0, 0, 0);
	if (status)
		return status;
	attributes.ia_valid |= ATTR_CTIME;
	err = nt_vfs_set_attributes(&setting->file->f_path, &attributes);
	return nt_status(err);
}

static u32 nt_set_position(const struct nt_setting *setting)
{
	struct file *file = setting->file;
	s64 position;
	u32 status = nt_get_u64(setting->in, (u64 *)&position);

	if (status)
		return status;
	if (position < 0)
		return STATUS_INVALID_PARAMETER;
	if (!(file->f_mode & FMODE_LSEEK) || d_is_dir(file->f_path.dentry))
		return STATUS_INVALID_DEVICE_REQUEST;
	status = se_allow(__NR_lseek, ob_fd_of_handle(setting->handle), position, SEEK_SET, 0, 0,
			  0);
	if (status)
		return status;
	mutex_lock(&file->f_pos_lock);
	position = vfs_llseek(file, position, SEEK_SET);
	mutex_unlock(&file->f_pos_lock);
	return nt_status(position);
}

static u32 nt_set_end_of_file(const struct nt_setting *setting)
{
	s64 size;
	u32 status = nt_get_u64(setting->in, (u64 *)&size);

	if (status)
		return status;
	if (size < 0)
		return STATUS_INVALID_PARAMETER;
	if (!d_is_reg(setting->file->f_path.dentry))
		return STATUS_INVALID_DEVICE_REQUEST;
	status = se_allow(__NR_ftruncate, ob_fd_of_handle(setting->handle), size, 0, 0, 0, 0);
	return status ? status : nt_status(nt_vfs_truncate(ob_fd_of_handle(setting->handle), size));
}

/* Less than there is cuts the file; more is room behind its end. */
static u32 nt_set_allocation(const struct nt_setting *setting)
{
	s64 size;
	u32 status = nt_get_u64(setting->in, (u64 *)&size);
	int err;

	if (status)
		return status;
	if (size < 0)
		return STATUS_INVALID_PARAMETER;
	if (!d_is_reg(setting->file->f_path.dentry))
		return STATUS_INVALID_DEVICE_REQUEST;
	if (size < i_size_read(file_inode(setting->file)))
		return nt_set_end_of_file(setting);
	if (!size)
		return STATUS_SUCCESS;
	status = se_allow(__NR_fallocate, ob_fd_of_handle(setting->handle), FALLOC_FL_KEEP_SIZE, 0,
			  size, 0, 0);
	if (status)
		return status;
	err = vfs_fallocate(setting->file, FALLOC_FL_KEEP_SIZE, 0, size);
	return err == -EOPNOTSUPP ? STATUS_SUCCESS : nt_status(err);
}

/* What is unlinked and renamed by name has to have one for the caller. */
static u32 nt_set_name_of(const struct nt_setting *setting, char **name, char **buffer)
{
	*name = nt_vfs_name(&setting->file->f_path, buffer);
	if (!IS_ERR(*name))
		return STATUS_SUCCESS;
	return *name == ERR_PTR(-ENOMEM) ? STATUS_INSUFFICIENT_RESOURCES : STATUS_ACCESS_DENIED;
}

static u32 nt_set_disposition(const struct nt_setting *setting)
{
	const struct path *path = &setting->file->f_path;
	char *name, *buffer;
	u32 status;
	u8 remove;
	int err;

	status = nt_copy_from(&remove, setting->in, sizeof(remove), 1);
	if (status)
		return status;
	if (!remove)
		return nt_open_set_delete(setting->file, false) == STATUS_NOT_FOUND ?
			       STATUS_INVALID_DEVICE_REQUEST : STATUS_SUCCESS;
	if (d_unlinked(path->dentry))
		return STATUS_FILE_DELETED;
	status = se_allow(__NR_unlinkat, AT_FDCWD, 0, 0, 0, 0, 0);
	if (!status)
		status = nt_set_name_of(setting, &name, &buffer);
	if (status)
		return status;
	kfree(buffer);
	err = nt_vfs_may_remove(path);
	/* NT does not delete what is read-only. */
	if (err == -EBUSY || (!err && !(d_inode(path->dentry)->i_mode & 0222)))
		return STATUS_CANNOT_DELETE;
	if (err)
		return nt_status(err);
	if (d_is_dir(path->dentry) && !nt_vfs_is_empty(path))
		return STATUS_DIRECTORY_NOT_EMPTY;
	status = nt_open_set_delete(setting->file, true);
	if (status != STATUS_NOT_FOUND)
		return status;
	/* Nobody would tell when a descriptor of Linux is closed: now, then. */
	return nt_status(nt_vfs_remove(path));
}

/* FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION; for 32-bit callers packed to 4 bytes */
static u32 nt_set_capture_name(const struct nt_setting *setting, bool *replace,
			       struct ob_attributes *target)
{
	u32 name_at = nt_wow64() ? 12 : 20, bytes, status;
	u8 flag;

	*target = (struct ob_attributes){ };
	status = nt_copy_from(&flag, setting->in, 1, 1);
	if (!status)
		status = nt_get_pointer(setting->in + (nt_wow64() ? 4 : 8), &target->root);
	if (!status)
		status = nt_get_u32(setting->in + name_at - 4, &bytes);
	if (status)
		return status;
	*replace = flag;
	if (!bytes || bytes % sizeof(u16) || bytes > setting->length - name_at ||
	    setting->length > NT_SET_MAX)
		return STATUS_INVALID_PARAMETER;
	target->name = kvmalloc(bytes, GFP_KERNEL_ACCOUNT);
	if (!target->name)
		return STATUS_INSUFFICIENT_RESOURCES;
	target->characters = bytes / sizeof(u16);
	return nt_copy_from(target->name, setting->in + name_at, bytes, 1);
}

/* A name without a path is one in the same directory. */
static u32 nt_set_map_target(const struct ob_attributes *target, const char *from,
			     struct nt_path *path)
{
	const char *slash = strrchr(from, '/');
	unsigned int i, at = slash - from + 1;
	u32 status;
	int length;

	if (target->root || target->name[0] == '\\') {
		status = nt_path_map(target, path);
		return !status && !path->name[0] ? STATUS_OBJECT_NAME_INVALID : status;
	}
	*path = (struct nt_path){ .dfd = AT_FDCWD };
	for (i = 0; i < target->characters; i++)
		if (target->name[i] == '\\' || target->name[i] == '/' || !target->name[i])
			return STATUS_OBJECT_NAME_INVALID;
	path->name = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
	if (!path->name)
		return STATUS_INSUFFICIENT_RESOURCES;
	memcpy(path->name, from, at);
	length = nt_path_to_utf8(target->name, target->characters, path->name + at, PATH_MAX - at);
	if (length < 0 || length > NAME_MAX || !strcmp(path->name + at, ".") ||
	    !strcmp(path->name + at, ".."))
		return STATUS_OBJECT_NAME_INVALID;
	return STATUS_SUCCESS;
}

/* May what has the new name be replaced? NT never replaces directories and open files. */
static u32 nt_set_may_replace(const struct nt_setting *setting, const struct nt_path *path)
{
	struct file *victim = nt_vfs_open(path->dfd, path->name, O_PATH | O_NOFOLLOW, 0);
	u32 status = STATUS_SUCCESS;

	if (IS_ERR(victim))
		return STATUS_SUCCESS;
	if (d_inode(victim->f_path.dentry) != file_inode(setting->file) &&
	    (d_is_dir(victim->f_path.dentry) || nt_open_is_open(&victim->f_path)))
		status = STATUS_ACCESS_DENIED;
	fput(victim);
	return status;
}

static u32 nt_set_new_name(const struct nt_setting *setting, bool link)
{
	struct nt_path path = { };
	struct ob_attributes target;
	char *from, *buffer = NULL;
	bool replace;
	u32 status;
	int err;

	status = nt_set_capture_name(setting, &replace, &target);
	if (!status && d_unlinked(setting->file->f_path.dentry))
		status = STATUS_FILE_DELETED;
	if (!status && link && d_is_dir(setting->file->f_path.dentry))
		status = STATUS_FILE_IS_A_DIRECTORY;
	if (!status)
		status = se_allow(link ? __NR_linkat : __NR_renameat2, AT_FDCWD, 0, AT_FDCWD, 0, 0,
				  0);
	if (!status)
		status = nt_set_name_of(setting, &from, &buffer);
	if (!status)
		status = nt_set_map_target(&target, from, &path);
	if (!status && replace)
		status = link ? STATUS_NOT_SUPPORTED : nt_set_may_replace(setting, &path);
	if (!status) {
		err = link ? nt_vfs_link(from, path.dfd, path.name) :
			     nt_vfs_rename(from, path.dfd, path.name,
					   replace ? 0 : RENAME_NOREPLACE);
		/* EXDEV, EEXIST and so on are what they are; a missing one is in the new name. */
		status = err == -EINVAL ? STATUS_INVALID_PARAMETER : nt_path_status(&path, err);
		if (!err)
			status = STATUS_SUCCESS;
	}
	nt_path_release(&path);
	kfree(buffer);
	kvfree(target.name);
	return status;
}

static u32 nt_set_rename(const struct nt_setting *setting)
{
	return nt_set_new_name(setting, false);
}

static u32 nt_set_link(const struct nt_setting *setting)
{
	return nt_set_new_name(setting, true);
}

static u32 nt_set_mode(const struct nt_setting *setting)
{
	const u32 changes = FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | FILE_SYNCHRONOUS;
	struct nt_open_info info;
	u32 mode, status = nt_get_u32(setting->in, &mode);

	if (status)
		return status;
	nt_open_get_info(setting->file, &info);
	/* What is synchronous stays so, and what is not, too. */
	if ((mode & ~changes) || (mode & FILE_SYNCHRONOUS) == FILE_SYNCHRONOUS ||
	    !(mode & FILE_SYNCHRONOUS) != !(info.options & FILE_SYNCHRONOUS))
		return STATUS_INVALID_PARAMETER;
	nt_open_set_options(setting->file, changes, mode);
	return STATUS_SUCCESS;
}

static u32 nt_set_valid_data(const struct nt_setting *setting)
{
	/* Linux never shows what was on the disk before. */
	return STATUS_PRIVILEGE_NOT_HELD;
}

static const struct nt_set_class {
	u32 (*set)(const struct nt_setting *setting);
	u32 size;
	u32 narrow_size;
	u32 access;
} nt_set_classes[] = {
	[FILE_BASIC_INFORMATION] = { nt_set_basic, 0x28, 0x28, FILE_WRITE_ATTRIBUTES },
	[FILE_RENAME_INFORMATION] = { nt_set_rename, 0x18, 0x10, FILE_DELETE },
	[FILE_LINK_INFORMATION] = { nt_set_link, 0x18, 0x10, 0 },
	[FILE_DISPOSITION_INFORMATION] = { nt_set_disposition, 1, 1, FILE_DELETE },
	[FILE_POSITION_INFORMATION] = { nt_set_position, 8, 8, 0 },
	[FILE_MODE_INFORMATION] = { nt_set_mode, 4, 4, 0 },
	[FILE_ALLOCATION_INFORMATION] = { nt_set_allocation, 8, 8, FILE_WRITE_DATA },
	[FILE_END_OF_FILE_INFORMATION] = { nt_set_end_of_file, 8, 8, FILE_WRITE_DATA },
	[FILE_VALID_DATA_LENGTH_INFORMATION] = { nt_set_valid_data, 8, 8, FILE_WRITE_DATA },
};

NT_SERVICE5(nt_set_information_file, u64, handle, u64, iosb, u64, in, u32, length, u32, class)
{
	const struct nt_set_class *set;
	struct nt_setting setting = { .handle = handle, .in = in, .length = length };
	u32 status;

	if (class >= ARRAY_SIZE(nt_set_classes) || !nt_set_classes[class].set)
		return STATUS_INVALID_INFO_CLASS;
	set = &nt_set_classes[class];
	if (length < (nt_wow64() ? set->narrow_size : set->size))
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_file_reference(handle, set->access, &setting.file);
	if (status)
		return status;
	status = nt_file_probe_io_status(iosb);
	if (!status)
		status = set->set(&setting);
	if (!status)
		nt_put_io_status(iosb, STATUS_SUCCESS, 0);
	fput(setting.file);
	return status;
}
