// SPDX-License-Identifier: GPL-2.0
/* Sample: a module that adds table 1, as win32k.sys does. */
#include <linux/module.h>

#include "ke/service.h"
#include "ntstatus.h"

static u32 process_status;
module_param(process_status, uint, 0644);
MODULE_PARM_DESC(process_status, "what the process callout returns");

static u32 thread_status;
module_param(thread_status, uint, 0644);
MODULE_PARM_DESC(thread_status, "what the thread callout returns");

static unsigned int conversions;
module_param(conversions, uint, 0444);
MODULE_PARM_DESC(conversions, "how many threads became GUI threads");

static u32 sample_process_callout(void)
{
	return process_status;
}

static u32 sample_thread_callout(void)
{
	if (nt_success(thread_status))
		conversions++;
	return thread_status;
}

/* Services of table 1 return what they like: handles, BOOLs, numbers. */
static u32 sample_sum2(const u64 *arguments)
{
	return (u32)arguments[0] + (u32)arguments[1];
}

static u32 sample_sum7(const u64 *arguments)
{
	u32 sum = 0;
	int i;

	for (i = 0; i < 7; i++)
		sum += (u32)arguments[i];
	return sum;
}

static u32 sample_none(const u64 *arguments)
{
	return 1;
}

static const ke_routine_t routines[] = { sample_sum2, sample_sum7, sample_none };
static const u8 arguments[] = { 2, 7, 0 };
static const char *const names[] = { "NtSampleSum2", "NtSampleSum7", "NtSampleNone" };
/* 0 and -1 are returned as they are; 1 means STATUS_INVALID_SYSTEM_SERVICE. */
static const s8 failures[] = { 0, -1, 1 };

static const struct ke_win32 sample = {
	.owner = THIS_MODULE,
	.profile = NTDBG_PROFILE_WIN10_1511,
	.routines = routines,
	.arguments = arguments,
	.names = names,
	.failures = failures,
	.limit = ARRAY_SIZE(routines),
	.process_callout = sample_process_callout,
	.thread_callout = sample_thread_callout,
};

static int __init sample_init(void)
{
	return ke_add_system_service_table(&sample);
}

static void __exit sample_exit(void)
{
	ke_remove_system_service_table(&sample);
}

module_init(sample_init);
module_exit(sample_exit);

MODULE_DESCRIPTION("Sample: system service table 1");
MODULE_LICENSE("GPL");
