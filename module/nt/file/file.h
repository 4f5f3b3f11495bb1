/* SPDX-License-Identifier: GPL-2.0 */
/* What file services have in common: handles, events and APCs of a request, times. */
#ifndef _NTDBG_NT_FILE_FILE_H
#define _NTDBG_NT_FILE_FILE_H

#include <linux/fs.h>
#include <linux/stat.h>
#include <linux/types.h>

#include "nt/file/open.h"
#include "ntstatus.h"

#define FILE_ATTRIBUTE_READONLY		0x00000001u
#define FILE_ATTRIBUTE_DIRECTORY	0x00000010u
#define FILE_ATTRIBUTE_ARCHIVE		0x00000020u
#define FILE_ATTRIBUTE_NORMAL		0x00000080u
#define FILE_ATTRIBUTE_REPARSE_POINT	0x00000400u
#define FILE_VALID_ATTRIBUTES		0x00007fb7u

#define NT_IO_STATUS_SIZE 16

u32 nt_file_reference(u64 handle, u32 access, struct file **file);
u32 nt_file_probe_io_status(u64 iosb);

struct ke_event;

/**
 * struct nt_request - how the caller wants to hear of the end of an operation
 * @event: the event, referenced, or NULL
 * @apc_routine: or 0
 * @apc_context: for it
 * @iosb: address of the IO_STATUS_BLOCK
 */
struct nt_request {
	struct ke_event *event;
	u64 apc_routine;
	u64 apc_context;
	u64 iosb;
};

u32 nt_request_begin(struct nt_request *request, u64 event, u64 apc_routine, u64 apc_context,
		     u64 iosb);
u32 nt_request_end(struct nt_request *request, u32 status, u64 information);

int nt_file_stat(const struct path *path, struct kstat *stat);
u64 nt_file_time(const struct timespec64 *time);
u64 nt_file_created(const struct kstat *stat);
u32 nt_file_attributes(const struct kstat *stat);

/* What rounding up to a cluster gives */
static inline u64 nt_file_allocation(const struct kstat *stat)
{
	return stat->blocks * 512;
}

static inline u64 nt_file_size(const struct kstat *stat)
{
	return S_ISDIR(stat->mode) ? 0 : stat->size;
}

#endif /* _NTDBG_NT_FILE_FILE_H */
