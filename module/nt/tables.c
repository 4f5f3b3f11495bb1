// SPDX-License-Identifier: GPL-2.0
/* The service tables as data. services.inc is made from services.tbl and the sources. */
#include <linux/kernel.h>

#include "ke/service.h"
#include "nt/tables.h"

#define NT_DECLARE
#include "services.inc"
#undef NT_DECLARE

#define NT_PROFILE_TABLES(profile)						\
	static s32 nt_##profile##_entries[ARRAY_SIZE(nt_##profile##_routines)];	\
	static u8 nt_##profile##_bytes[ARRAY_SIZE(nt_##profile##_routines)]

/* ---- win10-1511-x64 ---- */
#define NT_WIN10_1511
#define NT_ROW(name, routine, arguments) routine,
static const ke_routine_t nt_win10_1511_routines[] = {
#include "services.inc"
};
#undef NT_ROW
#define NT_ROW(name, routine, arguments) name,
static const char *const nt_win10_1511_names[] = {
#include "services.inc"
};
#undef NT_ROW
#define NT_ROW(name, routine, arguments) arguments,
static const u8 nt_win10_1511_arguments[] = {
#include "services.inc"
};
#undef NT_ROW
#undef NT_WIN10_1511
NT_PROFILE_TABLES(win10_1511);

/* ---- win10-1507-x64 ---- */
#define NT_WIN10_1507
#define NT_ROW(name, routine, arguments) routine,
static const ke_routine_t nt_win10_1507_routines[] = {
#include "services.inc"
};
#undef NT_ROW
#define NT_ROW(name, routine, arguments) name,
static const char *const nt_win10_1507_names[] = {
#include "services.inc"
};
#undef NT_ROW
#define NT_ROW(name, routine, arguments) arguments,
static const u8 nt_win10_1507_arguments[] = {
#include "services.inc"
};
#undef NT_ROW
#undef NT_WIN10_1507
NT_PROFILE_TABLES(win10_1507);

/* ---- winxp-x86 ---- */
#define NT_WINXP_X86
#define NT_ROW(name, routine, arguments) routine,
static const ke_routine_t nt_winxp_x86_routines[] = {
#include "services.inc"
};
#undef NT_ROW
#define NT_ROW(name, routine, arguments) name,
static const char *const nt_winxp_x86_names[] = {
#include "services.inc"
};
#undef NT_ROW
#define NT_ROW(name, routine, arguments) arguments,
static const u8 nt_winxp_x86_arguments[] = {
#include "services.inc"
};
#undef NT_ROW
#undef NT_WINXP_X86
NT_PROFILE_TABLES(winxp_x86);

/* What the facts in services.tbl come to; each limit is the one of that system. */
static_assert(ARRAY_SIZE(nt_win10_1511_routines) == 0x1bc);
static_assert(ARRAY_SIZE(nt_win10_1507_routines) == 0x1b9);
static_assert(ARRAY_SIZE(nt_winxp_x86_routines) == 0x11c);

#define NT_PROFILE(id, called, number, is_x86, profile) [id] = {			\
	.name = called, .build = number, .x86 = is_x86,				\
	.routines = nt_##profile##_routines, .names = nt_##profile##_names,	\
	.arguments = nt_##profile##_arguments, .entries = nt_##profile##_entries,	\
	.bytes = nt_##profile##_bytes, .limit = ARRAY_SIZE(nt_##profile##_routines),	\
}

static const struct ke_profile nt_profiles[] = {
	NT_PROFILE(NTDBG_PROFILE_WIN10_1511, "win10-1511-x64", 10586, false, win10_1511),
	NT_PROFILE(NTDBG_PROFILE_WIN10_1507, "win10-1507-x64", 10240, false, win10_1507),
	NT_PROFILE(NTDBG_PROFILE_WINXP_X86, "winxp-x86", 2600, true, winxp_x86),
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
