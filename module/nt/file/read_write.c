// SPDX-License-Identifier: GPL-2.0
/* NtReadFile, NtWriteFile, their scatter and gather, NtFlushBuffersFile. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "hook.h"
#include "kcompat.h"
#include "nt/file/file.h"
#include "nt/file/vfs.h"
#include "nt/service.h"
#include "ob/object.h"
#include "se/se.h"

/* ByteOffset that stands for the current position, and for the end of the file */
#define NT_OFFSET_CURRENT	(-2LL)
#define NT_OFFSET_END		(-1LL)

/* What unbuffered input and output is aligned to */
#define NT_SECTOR_SIZE 512

/* Longer lists of segments are not taken. */
#define NT_MAX_SEGMENTS 1024

/**
 * struct nt_transfer - NtReadFile or NtWriteFile
 * @file: the file
 * @buffer: address in the caller
 * @length: of it
 * @offset: where, or -1 or -2
 * @explicit: @offset was given
 * @write: which of them
 * @segments: pages of scatter or gather, or NULL
 */
struct nt_transfer {
	struct file *file;
	u64 buffer;
	u32 length;
	s64 offset;
	bool explicit;
	bool write;
	u64 *segments;
};

/* Why there was no file to read: the order of what is wrong with a handle. */
static noinline u32 nt_transfer_no_file(u64 handle)
{
	struct file *file;
	u32 status = nt_file_reference(handle, 0, &file);

	if (status)
		return status;
	/* O_PATH: nothing of its data */
	fput(file);
	return STATUS_ACCESS_DENIED;
}

static __always_inline ssize_t nt_transfer_buffer(struct nt_transfer *transfer, loff_t *position)
{
	unsigned long function = transfer->write ? nt_vfs_write_address : nt_vfs_read_address;

	if (likely(function && ke_previous_mode() == KE_USER_MODE))
		return hook_enter(function, (unsigned long)transfer->file, transfer->buffer,
				  transfer->length, (unsigned long)position, 0, 0);
	if (transfer->write)
		return nt_vfs_write_slow(transfer->file, transfer->buffer, transfer->length,
					 position);
	return nt_vfs_read_slow(transfer->file, transfer->buffer, transfer->length, position);
}

/* One page after the other, until there is no more to be had. */
static noinline ssize_t nt_transfer_segments(const struct nt_transfer *transfer, loff_t *position)
{
	struct nt_transfer page = *transfer;
	ssize_t done = 0, ret = 0;

	while (done < transfer->length) {
		page.buffer = transfer->segments[done / PAGE_SIZE];
		page.length = min_t(u32, PAGE_SIZE, transfer->length - done);
		ret = nt_transfer_buffer(&page, position);
		if (ret <= 0)
			break;
		done += ret;
		if (ret < page.length)
			break;
	}
	return done ? done : ret;
}

static __always_inline ssize_t nt_transfer_now(struct nt_transfer *transfer, loff_t *position)
{
	return unlikely(transfer->segments) ? nt_transfer_segments(transfer, position) :
					      nt_transfer_buffer(transfer, position);
}

/* Unbuffered: all of it has to be aligned. */
static noinline bool nt_transfer_aligned(const struct nt_transfer *transfer)
{
	return !((transfer->explicit && transfer->offset >= 0 &&
		  transfer->offset % NT_SECTOR_SIZE) ||
		 transfer->length % NT_SECTOR_SIZE || transfer->buffer % NT_SECTOR_SIZE);
}

static __always_inline u32 nt_transfer_status(const struct nt_transfer *transfer, ssize_t ret)
{
	if (likely(ret > 0 || (!ret && !transfer->length)))
		return STATUS_SUCCESS;
	if (!ret)
		return transfer->write ? STATUS_SUCCESS :
		       S_ISFIFO(file_inode(transfer->file)->i_mode) ? STATUS_PIPE_BROKEN :
								     STATUS_END_OF_FILE;
	switch (ret) {
	case -EISDIR:
	case -ESPIPE:
		return STATUS_INVALID_DEVICE_REQUEST;
	case -EINVAL:
		return transfer->file->f_flags & O_DIRECT ? STATUS_INVALID_PARAMETER :
							   STATUS_INVALID_DEVICE_REQUEST;
	case -EAGAIN:
		return STATUS_PIPE_EMPTY;
	default:
		return nt_status(ret);
	}
}

/* A file that has no positions: pipes, sockets, terminals. */
static noinline ssize_t nt_transfer_stream(struct nt_transfer *transfer)
{
	loff_t position = 0;

	return nt_transfer_now(transfer, transfer->file->f_mode & FMODE_STREAM ? NULL : &position);
}

/*
 * With a synchronous file the position moves behind what was transferred, also
 * when it was said where: NT's CurrentByteOffset. Writing at the end is
 * writing under O_APPEND.
 */
static __always_inline ssize_t nt_transfer_at(struct nt_transfer *transfer, bool moves)
{
	struct file *file = transfer->file;
	bool locked = moves && (file->f_mode & FMODE_ATOMIC_POS) && file_count(file) > 1;
	loff_t position;
	ssize_t ret;

	if (locked)
		mutex_lock(&file->f_pos_lock);
	position = transfer->explicit ? transfer->offset : file->f_pos;
	if (unlikely(position == NT_OFFSET_END))
		position = i_size_read(file_inode(file));
	ret = nt_transfer_now(transfer, &position);
	if (moves && ret >= 0)
		file->f_pos = position;
	if (locked)
		mutex_unlock(&file->f_pos_lock);
	return ret;
}

static __always_inline u32 nt_transfer(struct nt_transfer *transfer, struct nt_request *request,
				       u64 iosb)
{
	struct file *file = transfer->file;
	bool stream = !(file->f_mode & (transfer->write ? FMODE_PWRITE : FMODE_PREAD));
	bool asynchronous = unlikely(atomic_read(&nt_open_asynchronous_files)) &&
			    nt_open_asynchronous(file);
	ssize_t ret;
	u32 status, written;

	if (!stream) {
		if (transfer->offset == NT_OFFSET_CURRENT)
			transfer->explicit = false;
		if (transfer->explicit ? transfer->offset < (transfer->write ? NT_OFFSET_END : 0) :
					 asynchronous)
			return STATUS_INVALID_PARAMETER;
	}
	if (unlikely(stream))
		ret = nt_transfer_stream(transfer);
	else
		ret = nt_transfer_at(transfer, !asynchronous);
	status = nt_transfer_status(transfer, ret);
	if (ret < 0)
		ret = 0;
	if (request)
		return nt_request_end(request, status, ret);
	if (unlikely(status == NT_STATUS_RESTART))
		return status;
	written = nt_put_io_status(iosb, status, ret);
	return status ? status : written;
}

static noinline u32 nt_transfer_with_request(struct nt_transfer *transfer, u64 event,
					     u64 apc_routine, u64 apc_context, u64 iosb)
{
	struct nt_request request;
	u32 status = nt_request_begin(&request, event, apc_routine, apc_context, iosb);

	if (status)
		return status;
	status = nt_transfer(transfer, &request, iosb);
	return status;
}

static __always_inline u32 nt_transfer_service(bool write, u64 handle, u64 event, u64 apc_routine,
					       u64 apc_context, u64 iosb, u64 buffer, u32 length,
					       u64 byte_offset, u64 key)
{
	struct nt_transfer transfer = {
		.buffer = buffer,
		.length = length,
		.write = write,
		.explicit = byte_offset,
	};
	struct fd fd = fdget(ob_fd_of_handle(handle));
	u32 status, unused;

	transfer.file = fd_file(fd);
	if (unlikely(!transfer.file))
		return nt_transfer_no_file(handle);
	if (unlikely(ob_is_handle(transfer.file)))
		status = STATUS_OBJECT_TYPE_MISMATCH;
	else if (unlikely(!(transfer.file->f_mode & (write ? FMODE_WRITE : FMODE_READ))))
		status = STATUS_ACCESS_DENIED;
	else
		status = nt_file_probe_io_status(iosb);
	if (!status && !write)
		status = nt_probe_for_write(buffer, length, 1);
	if (!status && byte_offset)
		status = nt_get_u64(byte_offset, (u64 *)&transfer.offset);
	if (!status && unlikely(key))
		status = nt_get_u32(key, &unused);
	if (!status && unlikely(transfer.file->f_flags & O_DIRECT) &&
	    !nt_transfer_aligned(&transfer))
		status = STATUS_INVALID_PARAMETER;
	if (!status)
		status = se_allow(write ? __NR_write : __NR_read, ob_fd_of_handle(handle), buffer,
				  length, 0, 0, 0);
	if (likely(!status)) {
		if (unlikely(event || apc_routine))
			status = nt_transfer_with_request(&transfer, event, apc_routine,
							  apc_context, iosb);
		else
			status = nt_transfer(&transfer, NULL, iosb);
	}
	fdput(fd);
	return status;
}

NT_SERVICE9(nt_read_file, u64, handle, u64, event, u64, apc_routine, u64, apc_context, u64, iosb,
	    u64, buffer, u32, length, u64, byte_offset, u64, key)
{
	return nt_transfer_service(false, handle, event, apc_routine, apc_context, iosb, buffer,
				   length, byte_offset, key);
}

NT_SERVICE9(nt_write_file, u64, handle, u64, event, u64, apc_routine, u64, apc_context, u64, iosb,
	    u64, buffer, u32, length, u64, byte_offset, u64, key)
{
	return nt_transfer_service(true, handle, event, apc_routine, apc_context, iosb, buffer,
				   length, byte_offset, key);
}

/* FILE_SEGMENT_ELEMENTs are addresses of pages, 8 bytes each on every system. */
static u32 nt_transfer_capture_segments(u64 list, u32 length, u64 **segments)
{
	unsigned int nr = DIV_ROUND_UP(length, PAGE_SIZE), i;
	u32 status = STATUS_SUCCESS;
	u64 address;

	*segments = kvmalloc_array(nr, sizeof(**segments), GFP_KERNEL_ACCOUNT);
	if (!*segments)
		return STATUS_INSUFFICIENT_RESOURCES;
	for (i = 0; i < nr && !status; i++) {
		status = nt_get_u64(list + i * sizeof(u64), &address);
		if (!status && address % PAGE_SIZE)
			status = STATUS_DATATYPE_MISALIGNMENT;
		if (!status && !access_ok((void __user *)address, PAGE_SIZE))
			status = STATUS_ACCESS_VIOLATION;
		(*segments)[i] = address;
	}
	if (status)
		kvfree(*segments);
	return status;
}

/* Only for files that are neither buffered nor synchronous, and always with an offset. */
static u32 nt_transfer_by_segments(bool write, u64 handle, u64 event, u64 apc_routine,
				   u64 apc_context, u64 iosb, u64 list, u32 length,
				   u64 byte_offset, u64 key)
{
	struct nt_transfer transfer = {
		.length = length,
		.write = write,
		.explicit = true,
	};
	struct nt_open_info info;
	u32 status, unused;

	if (ke_previous_mode() == KE_KERNEL_MODE)
		return STATUS_NOT_IMPLEMENTED;
	status = nt_file_reference(handle, write ? FILE_WRITE_DATA : FILE_READ_DATA,
				   &transfer.file);
	if (status)
		return status;
	nt_open_get_info(transfer.file, &info);
	status = nt_file_probe_io_status(iosb);
	if (!status && (!(info.options & FILE_NO_INTERMEDIATE_BUFFERING) ||
			(info.options & FILE_SYNCHRONOUS) || !length ||
			length % NT_SECTOR_SIZE || length > NT_MAX_SEGMENTS * PAGE_SIZE ||
			!byte_offset))
		status = STATUS_INVALID_PARAMETER;
	if (!status)
		status = nt_get_u64(byte_offset, (u64 *)&transfer.offset);
	if (!status && (transfer.offset < 0 || transfer.offset % NT_SECTOR_SIZE))
		status = STATUS_INVALID_PARAMETER;
	if (!status && key)
		status = nt_get_u32(key, &unused);
	if (!status)
		status = nt_transfer_capture_segments(list, length, &transfer.segments);
	if (!status) {
		status = se_allow(write ? __NR_pwritev : __NR_preadv, ob_fd_of_handle(handle), 0,
				  0, 0, 0, 0);
		if (!status)
			status = nt_transfer_with_request(&transfer, event, apc_routine,
							  apc_context, iosb);
		kvfree(transfer.segments);
	}
	fput(transfer.file);
	return status;
}

NT_SERVICE9(nt_read_file_scatter, u64, handle, u64, event, u64, apc_routine, u64, apc_context,
	    u64, iosb, u64, list, u32, length, u64, byte_offset, u64, key)
{
	return nt_transfer_by_segments(false, handle, event, apc_routine, apc_context, iosb, list,
				       length, byte_offset, key);
}

NT_SERVICE9(nt_write_file_gather, u64, handle, u64, event, u64, apc_routine, u64, apc_context,
	    u64, iosb, u64, list, u32, length, u64, byte_offset, u64, key)
{
	return nt_transfer_by_segments(true, handle, event, apc_routine, apc_context, iosb, list,
				       length, byte_offset, key);
}

/* Flags of NtFlushBuffersFileEx */
#define FLUSH_FLAGS_FILE_DATA_ONLY	1u
#define FLUSH_FLAGS_NO_SYNC		2u
#define FLUSH_FLAGS_DATA_SYNC_ONLY	4u

static u32 nt_flush(u64 handle, u32 flags, u64 iosb)
{
	bool data_only = flags & (FLUSH_FLAGS_FILE_DATA_ONLY | FLUSH_FLAGS_DATA_SYNC_ONLY);
	struct nt_open_info info;
	struct file *file;
	u32 status = nt_file_reference(handle, 0, &file);
	int err;

	if (status)
		return status;
	nt_open_get_info(file, &info);
	if (!(info.access & (FILE_WRITE_DATA | FILE_APPEND_DATA)))
		status = STATUS_ACCESS_DENIED;
	if (!status)
		status = nt_file_probe_io_status(iosb);
	if (!status)
		status = se_allow(data_only ? __NR_fdatasync : __NR_fsync, ob_fd_of_handle(handle),
				  0, 0, 0, 0, 0);
	if (!status) {
		err = file->f_op->fsync ? vfs_fsync(file, data_only) : 0;
		status = nt_status(err);
		if (status != NT_STATUS_RESTART)
			nt_put_io_status(iosb, status, 0);
	}
	fput(file);
	return status;
}

NT_SERVICE2(nt_flush_buffers_file, u64, handle, u64, iosb)
{
	return nt_flush(handle, 0, iosb);
}

NT_SERVICE5(nt_flush_buffers_file_ex, u64, handle, u32, flags, u64, parameters, u32, size,
	    u64, iosb)
{
	if ((flags & ~7u) || parameters || size)
		return STATUS_INVALID_PARAMETER;
	return nt_flush(handle, flags, iosb);
}
