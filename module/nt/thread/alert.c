// SPDX-License-Identifier: GPL-2.0
/* NtTestAlert. */
#include "ke/apc.h"
#include "nt/service.h"

/*
 * NtTestAlert: was the thread alerted, or are there user APCs?
 *
 * Context: may sleep.
 * Return: STATUS_ALERTED or STATUS_SUCCESS; APCs are delivered in either case.
 */
NT_SERVICE0(nt_test_alert)
{
	struct ke_thread *thread = ke_current();

	return thread ? ke_test_alert(thread) : STATUS_SUCCESS;
}
