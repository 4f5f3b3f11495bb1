// SPDX-License-Identifier: GPL-2.0
/* What file services have in common. */
#include <linux/file.h>

#include "ke/apc.h"
#include "ke/event.h"
#include "ke/thread.h"
#include "kcompat.h"
#include "nt/file/file.h"
#include "nt/user.h"
#include "ob/object.h"

/* From 1601 to 1970, in seconds */
#define NT_FILE_EPOCH 11644473600LL

/**
 * nt_file_reference() - the file behind a handle
 * @handle: of the caller
 * @access: FILE_* that it has to be granted
 * @file: set to the file, to be given back with fput(), also after STATUS_ACCESS_DENIED
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH and
 * STATUS_ACCESS_DENIED: there is nothing to give back.
 */
u32 nt_file_reference(u64 handle, u32 access, struct file **file)
{
	int fd = ob_fd_of_handle(handle);
	struct nt_open_info info;
	u32 status = STATUS_SUCCESS;

	*file = fd < 0 ? NULL : fget_raw(fd);
	if (!*file)
		return STATUS_INVALID_HANDLE;
	if (ob_is_handle(*file)) {
		status = STATUS_OBJECT_TYPE_MISMATCH;
	} else if (access) {
		nt_open_get_info(*file, &info);
		if ((info.access & access) != access)
			status = STATUS_ACCESS_DENIED;
	}
	if (status)
		fput(*file);
	return status;
}

/**
 * nt_file_probe_io_status() - can the IO_STATUS_BLOCK be written?
 * @iosb: its address
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_file_probe_io_status(u64 iosb)
{
	if (nt_wow64())
		return nt_probe_for_write(iosb, NT_IO_STATUS_SIZE / 2, sizeof(u32));
	return nt_probe_for_write(iosb, NT_IO_STATUS_SIZE, sizeof(u64));
}

/**
 * nt_request_begin() - an operation begins: the event is reset
 * @request: filled in
 * @event: handle or 0
 * @apc_routine: address in the caller or 0
 * @apc_context: for it
 * @iosb: address of the IO_STATUS_BLOCK
 *
 * Context: may sleep. With nt_request_end() behind it, if it succeeds.
 * Return: STATUS_SUCCESS, or what is wrong with the event.
 */
u32 nt_request_begin(struct nt_request *request, u64 event, u64 apc_routine, u64 apc_context,
		     u64 iosb)
{
	*request = (struct nt_request){
		.apc_routine = apc_routine,
		.apc_context = apc_context,
		.iosb = iosb,
	};
	if (event) {
		u32 status = ke_event_by_handle(event, KE_EVENT_MODIFY_STATE, &request->event);

		if (status)
			return status;
		ke_event_reset(request->event);
	}
	return STATUS_SUCCESS;
}

/**
 * nt_request_end() - an operation ended
 * @request: from nt_request_begin()
 * @status: how
 * @information: of the IO_STATUS_BLOCK
 *
 * The event is set and the APC is queued if it did not fail.
 *
 * Context: may sleep.
 * Return: what the service returns.
 */
u32 nt_request_end(struct nt_request *request, u32 status, u64 information)
{
	struct ke_thread *thread = ke_current();
	u32 written = status == NT_STATUS_RESTART ? 0 :
		      nt_put_io_status(request->iosb, status, information);

	if (nt_success(status) && status != NT_STATUS_RESTART && request->apc_routine && thread)
		ke_queue_apc(thread, request->apc_routine, request->apc_context, request->iosb, 0);
	if (request->event) {
		if (nt_success(status) && status != NT_STATUS_RESTART)
			ke_event_set(request->event);
		ke_event_put(request->event);
	}
	return nt_success(status) && written ? written : status;
}

/**
 * nt_file_stat() - attributes of a file
 * @path: of it
 * @stat: where they go
 *
 * Context: may sleep.
 * Return: 0 or an errno.
 */
int nt_file_stat(const struct path *path, struct kstat *stat)
{
	return vfs_getattr(path, stat, STATX_BASIC_STATS | STATX_BTIME, AT_STATX_SYNC_AS_STAT);
}

/**
 * nt_file_time() - a time as NT has it
 * @time: since 1970
 *
 * Context: any.
 * Return: in 100 ns since 1601.
 */
u64 nt_file_time(const struct timespec64 *time)
{
	return (time->tv_sec + NT_FILE_EPOCH) * 10000000 + time->tv_nsec / 100;
}

/**
 * nt_file_created() - CreationTime
 * @stat: attributes
 *
 * Context: any.
 * Return: the time of birth; where a file system has none, the older of the
 * other two times.
 */
u64 nt_file_created(const struct kstat *stat)
{
	if (stat->result_mask & STATX_BTIME)
		return nt_file_time(&stat->btime);
	return min(nt_file_time(&stat->mtime), nt_file_time(&stat->ctime));
}

/**
 * nt_file_attributes() - FILE_ATTRIBUTE_*
 * @stat: attributes
 *
 * Context: any.
 * Return: read-only is what nobody may write; files have the archive bit.
 */
u32 nt_file_attributes(const struct kstat *stat)
{
	u32 attributes = stat->mode & 0222 ? 0 : FILE_ATTRIBUTE_READONLY;

	if (S_ISDIR(stat->mode))
		return attributes | FILE_ATTRIBUTE_DIRECTORY;
	if (S_ISREG(stat->mode))
		return attributes | FILE_ATTRIBUTE_ARCHIVE;
	if (S_ISLNK(stat->mode))
		return FILE_ATTRIBUTE_REPARSE_POINT;
	return attributes ? attributes : FILE_ATTRIBUTE_NORMAL;
}
