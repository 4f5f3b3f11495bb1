// SPDX-License-Identifier: GPL-2.0
/* NtDeviceIoControlFile, NtFsControlFile, and what cancels. */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/falloc.h>

#include "nt/file/file.h"
#include "nt/file/vfs.h"
#include "nt/service.h"
#include "ob/object.h"
#include "se/se.h"

#define FSCTL_IS_VOLUME_MOUNTED		0x00090028u
#define FSCTL_GET_COMPRESSION		0x0009003cu
#define FSCTL_GET_REPARSE_POINT		0x000900a8u
#define FSCTL_SET_SPARSE		0x000900c4u
#define FSCTL_SET_ZERO_DATA		0x000980c8u

struct nt_control {
	u64 handle;
	struct file *file;
	u32 code;
	u64 in;
	u32 in_length;
	u64 out;
	u32 out_length;
};

/*
 * The code is Linux's own. Its argument is the output buffer, into which the
 * input is copied first (METHOD_BUFFERED has one buffer for both); without one
 * the input buffer. Where the code says how large it is, it has to be that.
 */
static u32 nt_control_device(const struct nt_control *control, u64 *information)
{
	u64 argument = control->out ? control->out : control->in;
	u32 length = control->out ? control->out_length : control->in_length;
	u32 common = min(control->in_length, control->out_length), status;
	u8 chunk[64];
	u32 at, size;
	long ret;

	if (nt_wow64() || ke_previous_mode() == KE_KERNEL_MODE)
		return STATUS_NOT_IMPLEMENTED;
	if (_IOC_DIR(control->code) != _IOC_NONE && length < _IOC_SIZE(control->code))
		return STATUS_BUFFER_TOO_SMALL;
	status = se_allow(__NR_ioctl, ob_fd_of_handle(control->handle), control->code, argument, 0,
			  0, 0);
	if (status)
		return status;
	for (at = 0; control->in && control->out && at < common; at += size) {
		size = min_t(u32, common - at, sizeof(chunk));
		status = nt_copy_from(chunk, control->in + at, size, 1);
		if (!status)
			status = nt_copy_to(control->out + at, chunk, size, 1);
		if (status)
			return status;
	}
	ret = nt_vfs_ioctl(ob_fd_of_handle(control->handle), control->code, argument);
	if (ret == -ENOTTY || ret == -ENOIOCTLCMD || ret == -EBADF)
		return STATUS_INVALID_DEVICE_REQUEST;
	*information = ret < 0 ? 0 : ret;
	return nt_status(ret);
}

static u32 nt_control_zero(const struct nt_control *control)
{
	s64 range[2];
	u32 status;
	int err;

	if (control->in_length < sizeof(range))
		return STATUS_INVALID_PARAMETER;
	status = nt_copy_from(range, control->in, sizeof(range), sizeof(u32));
	if (status)
		return status;
	if (range[0] < 0 || range[1] < range[0])
		return STATUS_INVALID_PARAMETER;
	if (!(control->file->f_mode & FMODE_WRITE))
		return STATUS_ACCESS_DENIED;
	if (range[0] == range[1])
		return STATUS_SUCCESS;
	status = se_allow(__NR_fallocate, ob_fd_of_handle(control->handle),
			  FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, range[0],
			  range[1] - range[0], 0, 0);
	if (status)
		return status;
	err = vfs_fallocate(control->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, range[0],
			    range[1] - range[0]);
	return err == -EOPNOTSUPP || err == -ENODEV ? STATUS_INVALID_DEVICE_REQUEST :
						       nt_status(err);
}

static u32 nt_control_fs(const struct nt_control *control, u64 *information)
{
	bool on_disk = d_is_reg(control->file->f_path.dentry) ||
		       d_is_dir(control->file->f_path.dentry);
	u16 none = 0;

	if (!on_disk)
		return STATUS_INVALID_DEVICE_REQUEST;
	switch (control->code) {
	case FSCTL_IS_VOLUME_MOUNTED:
		return STATUS_SUCCESS;
	case FSCTL_GET_COMPRESSION:
		if (control->out_length < sizeof(none))
			return STATUS_INVALID_PARAMETER;
		*information = sizeof(none);
		return nt_copy_to(control->out, &none, sizeof(none), 1);
	case FSCTL_GET_REPARSE_POINT:
		return STATUS_NOT_A_REPARSE_POINT;
	case FSCTL_SET_SPARSE:
		/* Every file is. */
		return control->file->f_mode & FMODE_WRITE ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
	case FSCTL_SET_ZERO_DATA:
		return nt_control_zero(control);
	default:
		return STATUS_INVALID_DEVICE_REQUEST;
	}
}

static u32 nt_control(struct nt_control *control, u64 event, u64 apc_routine, u64 apc_context,
		      u64 iosb, u32 (*work)(const struct nt_control *control, u64 *information))
{
	struct nt_request request;
	u64 information = 0;
	u32 status = nt_file_reference(control->handle, 0, &control->file);

	if (status)
		return status;
	status = nt_file_probe_io_status(iosb);
	if (!status && control->out)
		status = nt_probe_for_write(control->out, control->out_length, 1);
	if (!status)
		status = nt_request_begin(&request, event, apc_routine, apc_context, iosb);
	if (!status) {
		status = work(control, &information);
		status = nt_request_end(&request, status, information);
	}
	fput(control->file);
	return status;
}

NT_SERVICE10(nt_device_io_control_file, u64, handle, u64, event, u64, apc_routine, u64, apc_context,
	     u64, iosb, u32, code, u64, in, u32, in_length, u64, out, u32, out_length)
{
	struct nt_control control = { handle, NULL, code, in, in_length, out, out_length };

	return nt_control(&control, event, apc_routine, apc_context, iosb, nt_control_device);
}

NT_SERVICE10(nt_fs_control_file, u64, handle, u64, event, u64, apc_routine, u64, apc_context,
	     u64, iosb, u32, code, u64, in, u32, in_length, u64, out, u32, out_length)
{
	struct nt_control control = { handle, NULL, code, in, in_length, out, out_length };

	return nt_control(&control, event, apc_routine, apc_context, iosb, nt_control_fs);
}

/*
 * Every operation is over when its call returns, so there is none of the
 * calling thread that could be cancelled.
 */
NT_SERVICE2(nt_cancel_io_file, u64, handle, u64, iosb)
{
	struct file *file;
	u32 status = nt_file_reference(handle, 0, &file);

	if (status)
		return status;
	fput(file);
	return nt_put_io_status(iosb, STATUS_SUCCESS, 0);
}

NT_SERVICE3(nt_cancel_io_file_ex, u64, handle, u64, request, u64, iosb)
{
	struct file *file;
	u32 status = nt_file_reference(handle, 0, &file);

	if (status)
		return status;
	fput(file);
	status = nt_put_io_status(iosb, STATUS_NOT_FOUND, 0);
	return status ? status : STATUS_NOT_FOUND;
}
