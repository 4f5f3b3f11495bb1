// SPDX-License-Identifier: GPL-2.0
/* Sample: a filter that counts, refuses, answers and changes services. */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "ke/service.h"
#include "ntstatus.h"

#define NONE 0xffffffffu

static unsigned int only;
module_param(only, uint, 0444);
MODULE_PARM_DESC(only, "look at the calls of this process alone; 0: of all");

static unsigned int refuse = NONE;
module_param(refuse, uint, 0644);
MODULE_PARM_DESC(refuse, "number of a service that is answered with STATUS_ACCESS_DENIED");

static unsigned int after_of = NONE;
module_param(after_of, uint, 0644);
MODULE_PARM_DESC(after_of, "number of a service whose status becomes after_status");

static unsigned int after_status;
module_param(after_status, uint, 0644);
MODULE_PARM_DESC(after_status, "that status");

static unsigned int kernel_calls;
module_param(kernel_calls, uint, 0444);
MODULE_PARM_DESC(kernel_calls, "how many calls came with PreviousMode kernel");

static char last[64];
module_param_string(last, last, sizeof(last), 0444);
MODULE_PARM_DESC(last, "name of the service that was seen last");

static atomic_t seen_before = ATOMIC_INIT(0), seen_after = ATOMIC_INIT(0);

static int sample_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(param->arg));
}

static const struct kernel_param_ops sample_ops = { .get = sample_get };
module_param_cb(seen_before, &sample_ops, &seen_before, 0444);
module_param_cb(seen_after, &sample_ops, &seen_after, 0444);

static bool sample_mine(void)
{
	return !only || task_tgid_nr(current) == only;
}

static enum ke_filter_verdict sample_before(struct ke_service_call *call)
{
	if (!sample_mine())
		return KE_FILTER_PASS;
	atomic_inc(&seen_before);
	strscpy(last, call->name, sizeof(last));
	if (!call->previous_mode)
		kernel_calls++;
	if (call->number != refuse)
		return KE_FILTER_PASS;
	call->status = STATUS_ACCESS_DENIED;
	return KE_FILTER_ANSWER;
}

static void sample_after(struct ke_service_call *call)
{
	if (!sample_mine())
		return;
	atomic_inc(&seen_after);
	if (call->number == after_of)
		call->status = after_status;
}

static struct ke_service_filter sample = {
	.owner = THIS_MODULE,
	.before = sample_before,
	.after = sample_after,
};

static int __init sample_init(void)
{
	return ke_add_service_filter(&sample);
}

static void __exit sample_exit(void)
{
	ke_remove_service_filter(&sample);
}

module_init(sample_init);
module_exit(sample_exit);

MODULE_DESCRIPTION("Sample: a filter of NT services");
MODULE_LICENSE("GPL");
