// SPDX-License-Identifier: GPL-2.0
/*
 * Sample: a module that calls services, once the Zw way (through the dispatcher,
 * PreviousMode kernel) and once the Nt way (the routine itself, PreviousMode
 * as it is: user). The same kernel pointer is right for one and wrong for the other.
 */
#include <linux/module.h>

#include "ke/service.h"
#include "nt/routines.h"
#include "ntstatus.h"

#define SERVICE_QUERY_SYSTEM_TIME 0x5a

static u32 zw_status, nt_status_direct;
static u64 zw_time, nt_time;
module_param(zw_status, uint, 0444);
module_param_named(nt_status, nt_status_direct, uint, 0444);
module_param(zw_time, ullong, 0444);
module_param(nt_time, ullong, 0444);

static int __init sample_init(void)
{
	u64 argument = (u64)&zw_time;

	zw_status = zw_call_service(SERVICE_QUERY_SYSTEM_TIME, &argument, 1);
	nt_status_direct = nt_query_system_time((u64)&nt_time);
	return 0;
}

static void __exit sample_exit(void)
{
}

module_init(sample_init);
module_exit(sample_exit);

MODULE_DESCRIPTION("Sample: the Zw way and the Nt way");
MODULE_LICENSE("GPL");
