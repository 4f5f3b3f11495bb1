/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family "ntdbg"; what it says is in uapi/ntdbg/netlink.h. */
#ifndef _NTDBG_CTL_GENL_H
#define _NTDBG_CTL_GENL_H

#include <net/netlink.h>

struct genl_family;
struct genl_info;
struct netlink_callback;
struct sk_buff;

int ctl_genl_init(void);
void ctl_genl_exit(void);

extern struct genl_family ctl_genl_family;

/* ctl/services.c */
int ctl_dump_profiles(struct sk_buff *skb, struct netlink_callback *cb);
int ctl_start_services(struct netlink_callback *cb);
int ctl_dump_services(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct nla_policy ctl_services_policy[];

#endif /* _NTDBG_CTL_GENL_H */
