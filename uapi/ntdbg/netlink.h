/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The generic netlink family "ntdbg": what the module knows, to be read by
 * anybody. module/ctl/ntdbg.yaml says the same for programs.
 *
 * A request with an attribute that its command does not have is refused; every
 * refusal has a sentence (NLMSGERR_ATTR_MSG).
 */
#ifndef _NTDBG_NETLINK_H
#define _NTDBG_NETLINK_H

#define NTDBG_GENL_NAME		"ntdbg"
#define NTDBG_GENL_VERSION	1

enum ntdbg_genl_cmd {
	NTDBG_GENL_CMD_UNSPEC,
	/*
	 * dump: one message for each profile, with PROFILE, PROFILE_NAME, BUILD, X86,
	 * LIMIT (of table 0), WIN32_LIMIT (of table 1, 0 if nobody has added one)
	 */
	NTDBG_GENL_CMD_PROFILE_GET,
	/*
	 * dump: one message for each service of PROFILE_NAME (default: that of new NT
	 * processes) and TABLE (default: 0), with TABLE, INDEX, NAME, ARGUMENTS, STACK,
	 * ENTRY, ROUTINE and, as far as they are known or allowed, IMPLEMENTED, CALLS,
	 * ADDRESS
	 */
	NTDBG_GENL_CMD_SERVICE_GET,
	/* do: SYSTEM_CALLS, NT_PROCESSES, COUNTING */
	NTDBG_GENL_CMD_STATS_GET,

	__NTDBG_GENL_CMD_MAX,
	NTDBG_GENL_CMD_MAX = __NTDBG_GENL_CMD_MAX - 1
};

enum ntdbg_genl_attr {
	NTDBG_GENL_A_UNSPEC,
	NTDBG_GENL_A_PAD,
	NTDBG_GENL_A_PROFILE,		/* u32: enum ntdbg_nt_profile */
	NTDBG_GENL_A_PROFILE_NAME,	/* string */
	NTDBG_GENL_A_BUILD,		/* u32: NtBuildNumber */
	NTDBG_GENL_A_X86,		/* flag: of 32-bit callers */
	NTDBG_GENL_A_LIMIT,		/* u32: how many services */
	NTDBG_GENL_A_WIN32_LIMIT,	/* u32: likewise, of table 1 */
	NTDBG_GENL_A_TABLE,		/* u32: 0 or 1 */
	NTDBG_GENL_A_INDEX,		/* u32: the number is table << 12 | index */
	NTDBG_GENL_A_NAME,		/* string */
	NTDBG_GENL_A_ARGUMENTS,		/* u32: how many */
	NTDBG_GENL_A_STACK,		/* u32: how many of them are on the stack */
	NTDBG_GENL_A_ENTRY,		/* s32: the compact entry */
	NTDBG_GENL_A_ROUTINE,		/* string: symbol of the routine */
	NTDBG_GENL_A_ADDRESS,		/* u64: of the routine; for CAP_SYSLOG, by kptr_restrict */
	NTDBG_GENL_A_IMPLEMENTED,	/* flag: not the routine that says STATUS_NOT_IMPLEMENTED */
	NTDBG_GENL_A_CALLS,		/* u64: how often it was called, if calls are counted */
	NTDBG_GENL_A_SYSTEM_CALLS,	/* u64: NT system calls of all processes */
	NTDBG_GENL_A_NT_PROCESSES,	/* u64: how many NT processes there are */
	NTDBG_GENL_A_COUNTING,		/* flag: the module counts the calls of each service */

	__NTDBG_GENL_A_MAX,
	NTDBG_GENL_A_MAX = __NTDBG_GENL_A_MAX - 1
};

/* Longest NTDBG_GENL_A_PROFILE_NAME of a request, without the NUL */
#define NTDBG_GENL_PROFILE_NAME_MAX 63

#endif /* _NTDBG_NETLINK_H */
