// SPDX-License-Identifier: GPL-2.0
/* NtContinue and NtRaiseException. */
#include <linux/slab.h>

#include "ke/exception_record.h"
#include "ke/nt_context.h"
#include "ke/user_dispatch.h"
#include "nt/service.h"

#define NT_RECORD_ALIGNMENT 8

/* To be freed with kfree(), or NULL with *status set. */
static struct ke_nt_context *nt_capture_context(u64 address, u32 *status)
{
	struct ke_nt_context *context;

	if (nt_wow64()) {
		*status = STATUS_NOT_IMPLEMENTED;
		return NULL;
	}
	context = kmalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);
	if (!context) {
		*status = STATUS_NO_MEMORY;
		return NULL;
	}
	*status = nt_copy_from(context, address, sizeof(*context), KE_NT_CONTEXT_ALIGNMENT);
	if (*status) {
		kfree(context);
		return NULL;
	}
	return context;
}

/*
 * NtContinue: go on with these registers. Does not return on success; with
 * TestAlert a user APC that is queued comes first.
 *
 * Context: may sleep.
 * Return: STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT; as ke_continue().
 */
NT_SERVICE2(nt_continue, u64, context_address, u8, test_alert)
{
	struct ke_nt_context *context;
	u32 status;

	context = nt_capture_context(context_address, &status);
	if (!context)
		return status;
	status = ke_continue(ke_current(), context, test_alert);
	kfree(context);
	return status;
}

/*
 * NtRaiseException: an exception of the calling thread. Does not return on
 * success. FirstChance FALSE is for dispatchers that found no handler.
 *
 * Context: may sleep.
 * Return: STATUS_INVALID_PARAMETER for more than 15 parameters; as NtContinue.
 */
NT_SERVICE3(nt_raise_exception, u64, record_address, u64, context_address, u8, first_chance)
{
	struct ke_exception_record record;
	struct ke_nt_context *context;
	u32 status;

	context = nt_capture_context(context_address, &status);
	if (!context)
		return status;
	status = nt_copy_from(&record, record_address, sizeof(record), NT_RECORD_ALIGNMENT);
	if (!status && record.nr_parameters > EXCEPTION_MAXIMUM_PARAMETERS)
		status = STATUS_INVALID_PARAMETER;
	if (!status)
		status = ke_raise_exception(ke_current(), &record, context, first_chance);
	kfree(context);
	return status;
}
