// SPDX-License-Identifier: GPL-2.0
/* NtClose. */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <asm/unistd.h>

#include "nt/service.h"
#include "ob/ob.h"
#include "se/se.h"

/*
 * NtClose: close a handle, which may be any descriptor.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_INVALID_HANDLE or STATUS_ACCESS_DENIED.
 */
NT_SERVICE1(nt_close, u64, handle)
{
	int fd = ob_fd_of_handle(handle);
	u32 status;

	if (fd < 0)
		return STATUS_INVALID_HANDLE;
	status = se_allow(__NR_close, fd, 0, 0, 0, 0, 0);
	if (status)
		return status;
	return close_fd(fd) == -EBADF ? STATUS_INVALID_HANDLE : STATUS_SUCCESS;
}
