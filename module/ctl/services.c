// SPDX-License-Identifier: GPL-2.0
/* Dumps of the profiles and of their services. */
#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <net/genetlink.h>
#include <ntdbg/netlink.h>

#include "ctl/genl.h"
#include "ke/dispatch.h"
#include "ke/service.h"

static unsigned int ctl_find_profile(const struct nlattr *name)
{
	unsigned int profile = 0;

	while (ke_service_profile(profile) &&
	       nla_strcmp(name, ke_service_profile(profile)->name))
		profile++;
	return profile;
}

/* Asked for here, because .start of a dump has nowhere to put a sentence on every kernel. */
static int ctl_check_profile(const struct nlattr *name, struct netlink_ext_ack *extack)
{
	if (ke_service_profile(ctl_find_profile(name)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, name, "there is no profile of this name");
	return -ENOENT;
}

const struct nla_policy ctl_services_policy[NTDBG_GENL_A_TABLE + 1] = {
	[NTDBG_GENL_A_PROFILE_NAME] =
		NLA_POLICY_VALIDATE_FN(NLA_NUL_STRING, ctl_check_profile,
				       NTDBG_GENL_PROFILE_NAME_MAX),
	[NTDBG_GENL_A_TABLE] = NLA_POLICY_MAX(NLA_U32, KE_WIN32_TABLE),
};

/* Where a dump is, in netlink_callback.ctx. */
struct ctl_position {
	unsigned int profile;
	unsigned int table;
	u32 index;
	bool addresses;
};

static struct ctl_position *ctl_position(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct ctl_position) > sizeof(cb->ctx));
	return (struct ctl_position *)cb->ctx;
}

static int ctl_put_profile(struct sk_buff *skb, struct netlink_callback *cb, unsigned int profile)
{
	const struct ke_service_tables *tables = ke_service_profile(profile);
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &ctl_genl_family, NLM_F_MULTI, NTDBG_GENL_CMD_PROFILE_GET);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NTDBG_GENL_A_PROFILE, profile) ||
	    nla_put_string(skb, NTDBG_GENL_A_PROFILE_NAME, tables->name) ||
	    nla_put_u32(skb, NTDBG_GENL_A_BUILD, tables->build) ||
	    (tables->x86 && nla_put_flag(skb, NTDBG_GENL_A_X86)) ||
	    nla_put_u32(skb, NTDBG_GENL_A_LIMIT, tables->shadow[0].limit) ||
	    nla_put_u32(skb, NTDBG_GENL_A_WIN32_LIMIT,
			READ_ONCE(tables->shadow[KE_WIN32_TABLE].limit))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/**
 * ctl_dump_profiles() - one message for each profile
 * @skb: where they go
 * @cb: the dump
 *
 * Context: may sleep.
 * Return: what .dumpit returns.
 */
int ctl_dump_profiles(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ctl_position *at = ctl_position(cb);

	while (ke_service_profile(at->profile) && !ctl_put_profile(skb, cb, at->profile))
		at->profile++;
	return skb->len;
}

/*
 * May the caller see addresses of the kernel? As /proc/kallsyms: CAP_SYSLOG, and
 * kptr_restrict below 2, which is not exported; but %pK gives nothing but zeros then.
 */
static bool ctl_may_see_addresses(void)
{
	char shown[32];

	if (!ns_capable_noaudit(&init_user_ns, CAP_SYSLOG))
		return false;
	snprintf(shown, sizeof(shown), "%pK", ctl_position);
	return strspn(shown, "0") != strlen(shown);
}

/**
 * ctl_start_services() - which table is to be dumped?
 * @cb: the dump
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int ctl_start_services(struct netlink_callback *cb)
{
	struct nlattr *attributes[NTDBG_GENL_A_TABLE + 1];
	struct ctl_position *at = ctl_position(cb);
	int err;

	err = genlmsg_parse(cb->nlh, &ctl_genl_family, attributes, NTDBG_GENL_A_TABLE,
			    ctl_services_policy, cb->extack);
	if (err)
		return err;
	if (attributes[NTDBG_GENL_A_TABLE])
		at->table = nla_get_u32(attributes[NTDBG_GENL_A_TABLE]);
	at->addresses = ctl_may_see_addresses();
	if (attributes[NTDBG_GENL_A_PROFILE_NAME])
		at->profile = ctl_find_profile(attributes[NTDBG_GENL_A_PROFILE_NAME]);
	return 0;
}

/* The table is there: ke_enter_win32(). */
static int ctl_put_service(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct ke_service_table *table, const struct ctl_position *at)
{
	unsigned long address = (unsigned long)ke_service_routine(table, at->index);
	char routine[128];
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &ctl_genl_family, NLM_F_MULTI, NTDBG_GENL_CMD_SERVICE_GET);
	if (!header)
		return -EMSGSIZE;
	snprintf(routine, sizeof(routine), "%ps", (void *)address);
	if (nla_put_u32(skb, NTDBG_GENL_A_TABLE, at->table) ||
	    nla_put_u32(skb, NTDBG_GENL_A_INDEX, at->index) ||
	    (table->names && nla_put_string(skb, NTDBG_GENL_A_NAME, table->names[at->index])) ||
	    nla_put_u32(skb, NTDBG_GENL_A_ARGUMENTS, table->arguments[at->index]) ||
	    nla_put_u32(skb, NTDBG_GENL_A_STACK, table->number[at->index] / 4) ||
	    nla_put_s32(skb, NTDBG_GENL_A_ENTRY, table->base[at->index]) ||
	    nla_put_string(skb, NTDBG_GENL_A_ROUTINE, routine) ||
	    (at->addresses &&
	     nla_put_u64_64bit(skb, NTDBG_GENL_A_ADDRESS, address, NTDBG_GENL_A_PAD)) ||
	    (ke_service_implemented(table, at->index) &&
	     nla_put_flag(skb, NTDBG_GENL_A_IMPLEMENTED)) ||
	    (table->count &&
	     nla_put_u64_64bit(skb, NTDBG_GENL_A_CALLS, ke_service_calls(table, at->index),
			       NTDBG_GENL_A_PAD))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/**
 * ctl_dump_services() - one message for each service of a table
 * @skb: where they go, as many as there is room for
 * @cb: the dump
 *
 * Table 1 may go between two of these: then the dump ends.
 *
 * Context: may sleep.
 * Return: what .dumpit returns.
 */
int ctl_dump_services(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ctl_position *at = ctl_position(cb);
	const struct ke_service_table *table = &ke_service_profile(at->profile)->shadow[at->table];
	int key = ke_enter_win32();

	/* Pairs with ke_add_system_service_table(): the rest of the table is there. */
	while (at->index < smp_load_acquire(&table->limit) &&
	       !ctl_put_service(skb, cb, table, at))
		at->index++;
	ke_leave_win32(key);
	return skb->len;
}
