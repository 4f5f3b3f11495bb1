// SPDX-License-Identifier: GPL-2.0
/* NtClose. */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/pid.h>
#include <asm/unistd.h>

#include "ke/user_dispatch.h"
#include "nt/object/close.h"
#include "nt/object/flags.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/process.h"
#include "se/se.h"

static bool nt_current_is_debugged(void)
{
	struct ps_process *process = ps_process_find(task_tgid(current));
	bool debugged = false;

	if (process) {
		debugged = READ_ONCE(process->debug_id);
		ps_process_put(process);
	}
	return debugged;
}

/**
 * nt_close_quietly() - close a handle; no exception is raised
 * @handle: of the current process
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_HANDLE_NOT_CLOSABLE or
 * STATUS_ACCESS_DENIED.
 */
u32 nt_close_quietly(u64 handle)
{
	struct ke_process *process = nt_current_process();
	int fd = ob_fd_of_handle(handle);
	struct file *file;
	bool protected;
	u32 status;

	if (fd < 0)
		return STATUS_INVALID_HANDLE;
	if (process && !xa_empty(&process->protected_handles)) {
		file = fget_raw(fd);
		if (!file)
			return STATUS_INVALID_HANDLE;
		protected = nt_handle_protected(process, fd, file);
		fput(file);
		if (protected)
			return STATUS_HANDLE_NOT_CLOSABLE;
	}
	status = se_allow(__NR_close, fd, 0, 0, 0, 0, 0);
	if (status)
		return status;
	/* Whatever flushing says, the handle is gone. */
	return close_fd(fd) == -EBADF ? STATUS_INVALID_HANDLE : STATUS_SUCCESS;
}

/*
 * NtClose: close a handle, which may be any descriptor. A debugged process gets
 * its failure as an exception, too.
 *
 * Context: may sleep.
 * Return: as nt_close_quietly().
 */
NT_SERVICE1(nt_close, u64, handle)
{
	u32 status = nt_close_quietly(handle);

	if (likely(!status) || !(u32)handle || (s32)handle == OB_CURRENT_PROCESS ||
	    (s32)handle == OB_CURRENT_THREAD)
		return status;
	if (status != STATUS_INVALID_HANDLE && status != STATUS_HANDLE_NOT_CLOSABLE)
		return status;
	if (ke_previous_mode() == KE_KERNEL_MODE || !nt_current_is_debugged())
		return status;
	return ke_raise_status(ke_current(), status);
}
