// SPDX-License-Identifier: GPL-2.0
/*
 * What NT has for kernel debuggers and tracers, as far as there is something
 * behind it: NtQueryDebugFilterState, NtSetDebugFilterState, NtSystemDebugControl,
 * NtTraceEvent, NtTraceControl.
 */
#include <linux/bits.h>
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/uuid.h>

#include "nt/service.h"
#include "ob/ob.h"

/* DPFLTR_*_ID, and the one that stands for all */
#define NT_FILTER_COMPONENTS 156u
#define NT_FILTER_ALL U32_MAX

/* Errors alone, unless somebody says otherwise (Kd_..._Mask); of all of them at first */
#define NT_FILTER_DEFAULT 0x1u

static u32 nt_filter_all = NT_FILTER_DEFAULT;
static u32 nt_filters[NT_FILTER_COMPONENTS];

static u32 *nt_filter_of(u32 component)
{
	if (component == NT_FILTER_ALL)
		return &nt_filter_all;
	return component < NT_FILTER_COMPONENTS ? &nt_filters[component] : NULL;
}

/* A number of a bit, or bits */
static u32 nt_filter_bits(u32 level)
{
	return level < 32 ? BIT(level) : level;
}

/* SeDebugPrivilege */
static bool nt_may_debug_system(void)
{
	return capable(CAP_SYS_PTRACE);
}

/*
 * NtQueryDebugFilterState: would a message of this component and level be printed?
 *
 * Context: any.
 * Return: 1 or 0; STATUS_INVALID_PARAMETER_1 for an unknown component.
 */
NT_SERVICE2(nt_query_debug_filter_state, u32, component, u32, level)
{
	const u32 *filter = nt_filter_of(component);

	if (!filter)
		return STATUS_INVALID_PARAMETER_1;
	return !!((READ_ONCE(*filter) | READ_ONCE(nt_filter_all)) & nt_filter_bits(level));
}

/*
 * NtSetDebugFilterState: print such messages from now on, or not. Of the whole
 * machine; so one needs the right to debug it.
 *
 * Context: any.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_set_debug_filter_state, u32, component, u32, level, u8, state)
{
	u32 *filter = nt_filter_of(component), bits = nt_filter_bits(level), old, new;

	if (!nt_may_debug_system())
		return STATUS_ACCESS_DENIED;
	if (!filter)
		return STATUS_INVALID_PARAMETER_1;
	do {
		old = READ_ONCE(*filter);
		new = state ? old | bits : old & ~bits;
	} while (cmpxchg(filter, old, new) != old);
	return STATUS_SUCCESS;
}

/* SysDbgQueryModuleInformation to SysDbgGetLiveKernelDump and what 1511 has behind it */
#define NT_SYSTEM_DEBUG_COMMANDS 38u

/* Of which it is known how long what they take is; on 64-bit systems */
static const struct {
	u32 command;
	u32 length;
} nt_system_debug_inputs[] = {
	{ 8, 0x28 },	/* SysDbgReadVirtual */
	{ 9, 0x28 },	/* SysDbgWriteVirtual */
	{ 10, 0x28 },	/* SysDbgReadPhysical */
	{ 11, 0x28 },	/* SysDbgWritePhysical */
	{ 14, 0x20 },	/* SysDbgReadIoSpace */
	{ 15, 0x20 },	/* SysDbgWriteIoSpace */
	{ 16, 0x10 },	/* SysDbgReadMsr */
	{ 17, 0x10 },	/* SysDbgWriteMsr */
};

/*
 * NtSystemDebugControl: there is no kernel debugger, which is what nearly all
 * commands say on a machine that was started without one.
 *
 * Context: may sleep.
 * Return: NTSTATUS; never STATUS_SUCCESS.
 */
NT_SERVICE6(nt_system_debug_control, u32, command, u64, in, u32, in_length, u64, out,
	    u32, out_length, u64, return_length)
{
	u32 status = STATUS_SUCCESS;
	unsigned int i;

	if (!nt_may_debug_system())
		return STATUS_ACCESS_DENIED;
	if (return_length)
		status = nt_probe_for_write(return_length, sizeof(u32), sizeof(u32));
	if (!status && out_length)
		status = nt_probe_for_write(out, out_length, sizeof(u32));
	if (status)
		return status;
	if (command >= NT_SYSTEM_DEBUG_COMMANDS)
		return STATUS_INVALID_INFO_CLASS;
	for (i = 0; i < ARRAY_SIZE(nt_system_debug_inputs); i++)
		if (nt_system_debug_inputs[i].command == command &&
		    nt_system_debug_inputs[i].length != in_length)
			return STATUS_INFO_LENGTH_MISMATCH;
	return STATUS_DEBUGGER_INACTIVE;
}

/* ---- tracing: no sessions yet ------------------------------------------------ */

/* NtTraceEvent: Flags */
#define NT_TRACE_KIND		0x0000ff00u
#define NT_TRACE_OLD_HEADER	0x00000100u
#define NT_TRACE_NO_REGISTRATION 0x00000700u

/* NtTraceControl: FunctionCode */
enum {
	NT_TRACE_START = 1,
	NT_TRACE_STOP = 2,
	NT_TRACE_QUERY = 3,
	NT_TRACE_UPDATE = 4,
	NT_TRACE_FLUSH = 5,
	NT_TRACE_CONNECT = 11,
	NT_TRACE_ACTIVITY_ID = 12,
	NT_TRACE_REGISTER_GUIDS = 15,
	NT_TRACE_TRAITS = 30,
};

#define NT_TRACE_LOGGER_BLOCK 0xb0u
#define STATUS_WMI_INSTANCE_NOT_FOUND 0xc0000296u

/* The longest event that there is (64 KB with its headers) */
#define NT_TRACE_MAXIMUM_SIZE 0x10000u

/*
 * NtTraceEvent: an event for a trace session. There are none, so that no handle
 * is one of a session or of a registered provider.
 *
 * Context: may sleep.
 * Return: NTSTATUS; never STATUS_SUCCESS.
 */
NT_SERVICE4(nt_trace_event, u64, handle, u32, flags, u32, size, u64, fields)
{
	u32 kind = flags & NT_TRACE_KIND, status;
	struct file *file;
	u8 byte;

	if (kind < NT_TRACE_OLD_HEADER || kind > NT_TRACE_NO_REGISTRATION)
		return STATUS_INVALID_PARAMETER;
	if (size > NT_TRACE_MAXIMUM_SIZE)
		return STATUS_BUFFER_OVERFLOW;
	/* The whole of it has to be there; what is in it nobody reads. */
	status = nt_copy_from(&byte, fields, !!size, 1);
	if (!status && size)
		status = nt_copy_from(&byte, fields + size - 1, 1, 1);
	if (!status)
		status = ob_reference_by_handle(handle, NULL, 0, &file);
	if (status)
		return status;
	fput(file);
	return STATUS_OBJECT_TYPE_MISMATCH;
}

static u32 nt_trace_session(u64 in, u32 in_length, u64 out, u32 out_length)
{
	u8 block[NT_TRACE_LOGGER_BLOCK];
	u32 status;

	if (in_length < sizeof(block) || out_length < sizeof(block))
		return STATUS_INVALID_PARAMETER;
	status = nt_copy_from(block, in, sizeof(block), sizeof(u32));
	if (!status)
		status = nt_probe_for_write(out, sizeof(block), sizeof(u32));
	return status;
}

/* A name for what belongs together */
static u32 nt_trace_activity_id(u64 out, u32 out_length, u64 return_length)
{
	guid_t id;
	u32 status;

	if (out_length != sizeof(id))
		return STATUS_INVALID_PARAMETER;
	guid_gen(&id);
	status = nt_copy_to(out, &id, sizeof(id), sizeof(u32));
	return status ? status : nt_put_u32(return_length, sizeof(id));
}

/*
 * NtTraceControl: activity ids are made; nobody can start a session yet, so there
 * is none to stop, to ask or to connect to, and no provider is known.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE6(nt_trace_control, u32, function, u64, in, u32, in_length, u64, out, u32, out_length,
	    u64, return_length)
{
	u32 status;

	status = nt_probe_for_write(return_length, sizeof(u32), sizeof(u32));
	if (status)
		return status;
	switch (function) {
	case NT_TRACE_START:
		status = nt_trace_session(in, in_length, out, out_length);
		if (status)
			return status;
		return perfmon_capable() ? STATUS_NOT_SUPPORTED : STATUS_ACCESS_DENIED;
	case NT_TRACE_STOP:
	case NT_TRACE_QUERY:
	case NT_TRACE_UPDATE:
	case NT_TRACE_FLUSH:
		status = nt_trace_session(in, in_length, out, out_length);
		return status ? status : STATUS_WMI_INSTANCE_NOT_FOUND;
	case NT_TRACE_CONNECT:
		return STATUS_WMI_INSTANCE_NOT_FOUND;
	case NT_TRACE_ACTIVITY_ID:
		return nt_trace_activity_id(out, out_length, return_length);
	case NT_TRACE_REGISTER_GUIDS:
		return STATUS_NOT_SUPPORTED;
	case NT_TRACE_TRAITS:
		return STATUS_WMI_GUID_NOT_FOUND;
	default:
		return STATUS_INVALID_DEVICE_REQUEST;
	}
}
