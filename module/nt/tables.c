// SPDX-License-Identifier: GPL-2.0
/* The service tables as data. services.inc is made from services.tbl and the sources. */
#include <linux/kernel.h>

#include "ke/service.h"
#include "nt/tables.h"

#include "services.inc"

/* What the facts in services.tbl come to; each limit is the one of that system. */
static_assert(ARRAY_SIZE(nt_win10_1511_routines) == 0x1bc);
static_assert(ARRAY_SIZE(nt_win10_1507_routines) == 0x1b9);
static_assert(ARRAY_SIZE(nt_winxp_x86_routines) == 0x11c);

#define NT_PROFILE(called, number, is_x86, profile) {				\
	.name = called, .build = number, .x86 = is_x86,				\
	.routines = nt_##profile##_routines, .names = nt_##profile##_names,	\
	.arguments = nt_##profile##_arguments, .entries = nt_##profile##_entries,	\
	.bytes = nt_##profile##_bytes, .limit = ARRAY_SIZE(nt_##profile##_routines),	\
}

static const struct ke_profile nt_profiles[] = {
	[NTDBG_PROFILE_WIN10_1511] = NT_PROFILE("win10-1511-x64", 10586, false, win10_1511),
	[NTDBG_PROFILE_WIN10_1507] = NT_PROFILE("win10-1507-x64", 10240, false, win10_1507),
	[NTDBG_PROFILE_WINXP_X86] = NT_PROFILE("winxp-x86", 2600, true, winxp_x86),
};

/**
 * nt_tables_init() - give the tables to the dispatcher, which makes them compact
 *
 * Context: module init, may sleep.
 * Return: 0 or a negative errno.
 */
int nt_tables_init(void)
{
	return ke_service_init(nt_profiles, ARRAY_SIZE(nt_profiles));
}
