// SPDX-License-Identifier: GPL-2.0
/* Names that stay without handles: NtMakePermanentObject, NtMakeTemporaryObject. */
#include <linux/capability.h>

#include "nt/object/reference.h"
#include "nt/service.h"
#include "ob/object.h"

#define NT_DELETE 0x00010000u

static u32 nt_set_permanent(u64 handle, u32 access, bool permanent)
{
	struct nt_reference reference;
	u32 status;

	status = nt_reference(handle, &reference);
	if (status)
		return status;
	if ((reference.access & access) != access)
		status = STATUS_ACCESS_DENIED;
	else if (reference.type && ob_has_header(reference.type))
		status = ob_set_permanent(reference.object, permanent);
	nt_dereference(&reference);
	return status;
}

/*
 * NtMakeTemporaryObject: the name goes with the last handle.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_make_temporary_object, u64, handle)
{
	return nt_set_permanent(handle, NT_DELETE, false);
}

/*
 * NtMakePermanentObject: the name stays, until somebody makes it temporary or the
 * module is unloaded.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_PRIVILEGE_NOT_HELD without CAP_SYS_ADMIN.
 */
NT_SERVICE1(nt_make_permanent_object, u64, handle)
{
	if (!capable(CAP_SYS_ADMIN))
		return STATUS_PRIVILEGE_NOT_HELD;
	return nt_set_permanent(handle, 0, true);
}
