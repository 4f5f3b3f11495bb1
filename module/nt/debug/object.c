// SPDX-License-Identifier: GPL-2.0
/* NtCreateDebugObject, NtSetInformationDebugObject, NtDebugActiveProcess, NtRemoveProcessDebug. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <asm/unistd.h>

#include "dbgk/dbgk.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/object.h"
#include "ps/target.h"
#include "se/se.h"

#define NT_DEBUG_KILL_ON_CLOSE 0x1u

/* DebugObjectKillProcessOnExitInformation */
#define NT_DEBUG_OBJECT_FLAGS 1

/*
 * NtCreateDebugObject: a debug object, perhaps with a name.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_OBJECT_NAME_EXISTS with OBJ_OPENIF.
 */
NT_SERVICE4(nt_create_debug_object, u64, handle_out, u32, access, u64, user_attributes, u32, flags)
{
	struct ob_attributes attributes;
	struct debug_object *object;
	u32 status;

	/* It is NULL unless there is one: also finds out that it can be written. */
	status = nt_put_pointer(handle_out, 0);
	if (status)
		return status;
	if (flags & ~NT_DEBUG_KILL_ON_CLOSE)
		return STATUS_INVALID_PARAMETER;
	status = nt_capture_attributes(user_attributes, false, &attributes);
	if (status)
		return status;
	object = dbgk_object_create();
	if (IS_ERR(object)) {
		status = nt_status(PTR_ERR(object));
	} else {
		dbgk_object_kill_on_close(object, flags & NT_DEBUG_KILL_ON_CLOSE);
		status = ob_insert(object, access, &attributes, handle_out);
	}
	nt_release_attributes(&attributes);
	return status;
}

/*
 * NtSetInformationDebugObject: whether the last close kills what is under it.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_set_information_debug_object, u64, handle, u32, class, u64, information,
	    u32, length, u64, return_length)
{
	u32 status = STATUS_SUCCESS, value;
	struct file *file;

	if (return_length)
		status = nt_probe_for_write(return_length, sizeof(u32), sizeof(u32));
	if (status)
		return status;
	if (class != NT_DEBUG_OBJECT_FLAGS)
		return STATUS_INVALID_PARAMETER;
	if (length != sizeof(value)) {
		status = nt_put_optional_u32(return_length, sizeof(value));
		return status ? status : STATUS_INFO_LENGTH_MISMATCH;
	}
	status = nt_copy_from(&value, information, sizeof(value), sizeof(value));
	if (!status)
		status = ob_reference_by_handle(handle, &dbgk_object_type,
						NTDBG_DEBUG_SET_INFORMATION, &file);
	if (status)
		return status;
	if (value & ~NT_DEBUG_KILL_ON_CLOSE)
		status = STATUS_INVALID_PARAMETER;
	else
		dbgk_object_kill_on_close(ob_handle_of(file)->object, value);
	fput(file);
	return status ? status : nt_put_optional_u32(return_length, 0);
}

static u32 nt_attach_status(int err)
{
	return err == -EBUSY ? STATUS_PORT_ALREADY_SET : nt_status(err);
}

/* 32-bit code could not read what a 64-bit debuggee tells. */
static u32 nt_may_debug(struct task_struct *leader)
{
	if (same_thread_group(leader, current))
		return STATUS_ACCESS_DENIED;
	if (nt_wow64() && !test_tsk_thread_flag(leader, TIF_ADDR32))
		return STATUS_NOT_SUPPORTED;
	return se_allow(__NR_ptrace, PTRACE_SEIZE, task_tgid_vnr(leader), 0, 0, 0, 0);
}

/*
 * NtDebugActiveProcess: put a process under a debug object. There is no
 * breakpoint; that is the debugger's own work.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_debug_active_process, u64, process, u64, debug_object)
{
	struct task_struct *leader;
	struct file *file;
	u32 status;

	status = nt_process_by_handle(process, NTDBG_PROCESS_SUSPEND_RESUME,
				      PTRACE_MODE_ATTACH_REALCREDS, &leader);
	if (status)
		return status;
	status = nt_may_debug(leader);
	if (!status)
		status = ob_reference_by_handle(debug_object, &dbgk_object_type,
						NTDBG_DEBUG_PROCESS_ASSIGN, &file);
	if (!status) {
		status = nt_attach_status(dbgk_attach_leader(ob_handle_of(file)->object, leader));
		fput(file);
	}
	put_task_struct(leader);
	return status;
}

/*
 * NtRemoveProcessDebug: take it away again, also when it is at its end. Whoever
 * is held at an exception goes on as if it was not handled.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_PORT_NOT_SET if it is not under that object.
 */
NT_SERVICE2(nt_remove_process_debug, u64, process, u64, debug_object)
{
	struct ps_target *target;
	struct file *file;
	u32 status;
	int err;

	status = nt_target_by_handle(process, &ps_process_type, NTDBG_PROCESS_SUSPEND_RESUME,
				     &target);
	if (status)
		return status;
	status = ob_reference_by_handle(debug_object, &dbgk_object_type,
					NTDBG_DEBUG_PROCESS_ASSIGN, &file);
	if (!status) {
		err = dbgk_detach_pid(ob_handle_of(file)->object, target->pid);
		status = err == -ESRCH ? STATUS_PORT_NOT_SET : nt_status(err);
		fput(file);
	}
	ps_target_put(target);
	return status;
}
