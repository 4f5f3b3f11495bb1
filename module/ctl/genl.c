// SPDX-License-Identifier: GPL-2.0
/* The family, its operations, and the statistics. */
#include <linux/module.h>
#include <net/genetlink.h>
#include <ntdbg/netlink.h>

#include "boot.h"
#include "ctl/genl.h"
#include "ke/dispatch.h"
#include "ke/service.h"
#include "ke/thread.h"

/* The family is there before the last step of the boot is done. */
static int ctl_ready(struct netlink_ext_ack *extack)
{
	if (!boot_wait())
		return 0;
	NL_SET_ERR_MSG(extack, "the module is not up");
	return -EAGAIN;
}

static int ctl_get_stats(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *header;
	int err;

	err = ctl_ready(info->extack);
	if (err)
		return err;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	header = genlmsg_put_reply(reply, info, &ctl_genl_family, 0, NTDBG_GENL_CMD_STATS_GET);
	if (!header ||
	    nla_put_u64_64bit(reply, NTDBG_GENL_A_SYSTEM_CALLS, ke_system_calls(),
			      NTDBG_GENL_A_PAD) ||
	    nla_put_u64_64bit(reply, NTDBG_GENL_A_NT_PROCESSES, ke_process_count(),
			      NTDBG_GENL_A_PAD) ||
	    (ke_service_profile(0)->plain[0].count &&
	     nla_put_flag(reply, NTDBG_GENL_A_COUNTING))) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

static int ctl_start_profiles(struct netlink_callback *cb)
{
	return ctl_ready(cb->extack);
}

static int ctl_start_services_when_ready(struct netlink_callback *cb)
{
	return ctl_ready(cb->extack) ?: ctl_start_services(cb);
}

/* Those without a policy take no attributes at all. */
static const struct genl_ops ctl_genl_ops[] = {
	{
		.cmd = NTDBG_GENL_CMD_PROFILE_GET,
		.start = ctl_start_profiles,
		.dumpit = ctl_dump_profiles,
	},
	{
		.cmd = NTDBG_GENL_CMD_SERVICE_GET,
		.start = ctl_start_services_when_ready,
		.dumpit = ctl_dump_services,
		.policy = ctl_services_policy,
		.maxattr = NTDBG_GENL_A_TABLE,
	},
	{
		.cmd = NTDBG_GENL_CMD_STATS_GET,
		.doit = ctl_get_stats,
	},
};

struct genl_family ctl_genl_family __ro_after_init = {
	.name = NTDBG_GENL_NAME,
	.version = NTDBG_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.ops = ctl_genl_ops,
	.n_ops = ARRAY_SIZE(ctl_genl_ops),
};

/**
 * ctl_genl_init() - make the family appear
 *
 * Context: module init, may sleep. Requests wait until the module is ready.
 * Return: 0 or the error of genl_register_family().
 */
int ctl_genl_init(void)
{
	return genl_register_family(&ctl_genl_family);
}

/**
 * ctl_genl_exit() - let the family disappear
 *
 * Context: module exit, may sleep: waits for requests under way.
 */
void ctl_genl_exit(void)
{
	genl_unregister_family(&ctl_genl_family);
}
