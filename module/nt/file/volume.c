// SPDX-License-Identifier: GPL-2.0
/* NtQueryVolumeInformationFile. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/statfs.h>

#include "nt/file/file.h"
#include "nt/file/path.h"
#include "nt/service.h"
#include "ob/object.h"
#include "se/se.h"

enum nt_volume_class {
	FILE_FS_VOLUME_INFORMATION = 1,
	FILE_FS_SIZE_INFORMATION = 3,
	FILE_FS_DEVICE_INFORMATION = 4,
	FILE_FS_ATTRIBUTE_INFORMATION = 5,
	FILE_FS_FULL_SIZE_INFORMATION = 7,
};

static const u32 nt_volume_sizes[] = {
	[FILE_FS_VOLUME_INFORMATION] = 0x18,
	[FILE_FS_SIZE_INFORMATION] = 0x18,
	[FILE_FS_DEVICE_INFORMATION] = 8,
	[FILE_FS_ATTRIBUTE_INFORMATION] = 0x10,
	[FILE_FS_FULL_SIZE_INFORMATION] = 0x20,
};

/* Kinds of devices */
#define FILE_DEVICE_DISK	0x07u
#define FILE_DEVICE_NAMED_PIPE	0x11u
#define FILE_DEVICE_UNKNOWN	0x22u
#define FILE_DEVICE_NULL	0x15u
#define FILE_DEVICE_MOUNTED	0x20u
#define FILE_READ_ONLY_DEVICE	0x02u

/* Names are as they are written, in Unicode; files can be sparse; links to anywhere */
#define NT_VOLUME_FLAGS (0x1u | 0x2u | 0x4u | 0x40u | 0x80u | 0x400000u)
#define FILE_READ_ONLY_VOLUME 0x80000u

#define NT_VOLUME_SECTOR 512u

union nt_volume_answer {
	struct {
		u64 created;
		u32 serial;
		u32 label_length;
		u8 objects;
	} volume;
	struct {
		u64 total;
		u64 available;
		u32 sectors;
		u32 bytes;
	} size;
	struct {
		u64 total;
		u64 available;
		u64 free;
		u32 sectors;
		u32 bytes;
	} full;
	struct {
		u32 type;
		u32 characteristics;
	} device;
	struct {
		u32 flags;
		u32 component;
		u32 name_length;
		u16 name[64];
	} attribute;
};

static u32 nt_volume_device(const struct inode *inode)
{
	if (S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode) || S_ISLNK(inode->i_mode) ||
	    S_ISBLK(inode->i_mode))
		return FILE_DEVICE_DISK;
	if (S_ISFIFO(inode->i_mode) || S_ISSOCK(inode->i_mode))
		return FILE_DEVICE_NAMED_PIPE;
	return S_ISCHR(inode->i_mode) && inode->i_rdev == MKDEV(1, 3) ? FILE_DEVICE_NULL :
									FILE_DEVICE_UNKNOWN;
}

static u32 nt_volume_fill(u32 class, const struct file *file, const struct kstatfs *statfs,
			  union nt_volume_answer *answer)
{
	const struct super_block *sb = file_inode(file)->i_sb;
	u32 block = statfs->f_frsize ? statfs->f_frsize : statfs->f_bsize;
	u32 sector = block % NT_VOLUME_SECTOR ? block : NT_VOLUME_SECTOR;
	size_t length;

	switch (class) {
	case FILE_FS_VOLUME_INFORMATION:
		answer->volume.serial = statfs->f_fsid.val[0] ^ statfs->f_fsid.val[1];
		return 0x12;
	case FILE_FS_SIZE_INFORMATION:
		answer->size.total = statfs->f_blocks;
		answer->size.available = statfs->f_bavail;
		answer->size.sectors = sector ? block / sector : 0;
		answer->size.bytes = sector;
		return 0x18;
	case FILE_FS_FULL_SIZE_INFORMATION:
		answer->full.total = statfs->f_blocks;
		answer->full.available = statfs->f_bavail;
		answer->full.free = statfs->f_bfree;
		answer->full.sectors = sector ? block / sector : 0;
		answer->full.bytes = sector;
		return 0x20;
	case FILE_FS_DEVICE_INFORMATION:
		answer->device.type = nt_volume_device(file_inode(file));
		answer->device.characteristics = FILE_DEVICE_MOUNTED |
						 (sb_rdonly(sb) ? FILE_READ_ONLY_DEVICE : 0);
		return 8;
	default:
		length = strnlen(sb->s_type->name, ARRAY_SIZE(answer->attribute.name));
		answer->attribute.flags = NT_VOLUME_FLAGS |
					  (sb_rdonly(sb) ? FILE_READ_ONLY_VOLUME : 0);
		answer->attribute.component = statfs->f_namelen;
		answer->attribute.name_length = sizeof(u16) *
			nt_path_to_utf16(sb->s_type->name, length, answer->attribute.name);
		return offsetof(union nt_volume_answer, attribute.name) +
		       answer->attribute.name_length;
	}
}

NT_SERVICE5(nt_query_volume_information_file, u64, handle, u64, iosb, u64, out, u32, length,
	    u32, class)
{
	union nt_volume_answer answer = { };
	struct kstatfs statfs;
	struct file *file;
	u32 status, size;

	if (class >= ARRAY_SIZE(nt_volume_sizes) || !nt_volume_sizes[class])
		return STATUS_INVALID_INFO_CLASS;
	if (length < nt_volume_sizes[class])
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_file_reference(handle, 0, &file);
	if (status)
		return status;
	status = nt_file_probe_io_status(iosb);
	if (!status)
		status = nt_probe_for_write(out, length, sizeof(u32));
	if (!status)
		status = se_allow(__NR_fstatfs, ob_fd_of_handle(handle), 0, 0, 0, 0, 0);
	if (!status)
		status = nt_status(vfs_statfs(&file->f_path, &statfs));
	if (!status) {
		size = nt_volume_fill(class, file, &statfs, &answer);
		status = nt_copy_to(out, &answer, min(size, length), sizeof(u32));
		if (!status && size > length)
			status = STATUS_BUFFER_OVERFLOW;
		if (!status || status == STATUS_BUFFER_OVERFLOW)
			nt_put_io_status(iosb, status, min(size, length));
	}
	fput(file);
	return status;
}
