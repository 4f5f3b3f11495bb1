// SPDX-License-Identifier: GPL-2.0
/* System service tables: made compact, checked, counted. */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "ke/service.h"
#include "ntstatus.h"

static bool count_services;
module_param(count_services, bool, 0444);
MODULE_PARM_DESC(count_services, "count the calls of each service, as a checked build of NT does");

#define KE_PROFILES 3

static struct ke_service_tables ke_profiles[KE_PROFILES];

/* Arguments on the stack fit in the low four bits of an entry. */
#define KE_MAXIMUM_NIBBLE 14

/**
 * ke_not_implemented() - what a service without an implementation does
 * @arguments: not looked at
 *
 * Context: any.
 * Return: STATUS_NOT_IMPLEMENTED.
 */
u32 ke_not_implemented(const u64 *arguments)
{
	return STATUS_NOT_IMPLEMENTED;
}

/* One entry and its byte in the argument table; checks that it decodes to its routine. */
static int ke_compact_entry(const struct ke_profile *profile, u32 index)
{
	unsigned int arguments = profile->arguments[index];
	unsigned int stack = arguments > 4 ? arguments - 4 : 0;
	long offset = (long)profile->routines[index] - (long)profile->entries;
	s32 entry;

	if (profile->x86)
		stack = 0;
	if (stack > KE_MAXIMUM_NIBBLE || arguments > KE_MAXIMUM_ARGUMENTS)
		return -EINVAL;
	entry = (s32)((u32)offset << 4 | stack);
	profile->entries[index] = entry;
	profile->bytes[index] = 4 * (profile->x86 ? arguments : stack);
	if ((entry >> 4) != offset || (entry & 0xf) != stack) {
		pr_err("service %s is %ld bytes away from its table, too far for a compact entry\n",
		       profile->names[index], offset);
		return -ERANGE;
	}
	return 0;
}

/**
 * ke_compact_table() - make a table compact (KeCompactServiceTable)
 * @profile: from what
 * @table: filled in
 *
 * Context: may sleep.
 * Return: 0; -ERANGE if a routine is out of reach; -EINVAL for too many arguments.
 */
int ke_compact_table(const struct ke_profile *profile, struct ke_service_table *table)
{
	u32 index;
	int err;

	for (index = 0; index < profile->limit; index++) {
		err = ke_compact_entry(profile, index);
		if (err)
			return err;
	}
	*table = (struct ke_service_table){
		.base = profile->entries, .limit = profile->limit, .number = profile->bytes,
		.names = profile->names, .arguments = profile->arguments,
	};
	/* As on NT: without memory for it there is no counting, and no error. */
	if (count_services)
		table->count = __alloc_percpu_gfp(profile->limit * sizeof(u64), sizeof(u64),
						  GFP_KERNEL | __GFP_NOWARN);
	return 0;
}

/**
 * ke_service_init() - KeServiceDescriptorTable and its shadow, of each profile
 * @profiles: from what; index is enum ntdbg_nt_profile
 * @nr: how many
 *
 * Context: module init, may sleep.
 * Return: 0 or a negative errno.
 */
int ke_service_init(const struct ke_profile *profiles, unsigned int nr)
{
	unsigned int i;
	int err;

	for (i = 0; i < nr && i < KE_PROFILES; i++) {
		struct ke_service_tables *tables = &ke_profiles[i];

		tables->name = profiles[i].name;
		tables->build = profiles[i].build;
		tables->x86 = profiles[i].x86;
		err = ke_compact_table(&profiles[i], &tables->plain[0]);
		if (err) {
			ke_service_exit();
			return err;
		}
		/* Table 0 of the shadow is the same one, with the same counts. */
		tables->shadow[0] = tables->plain[0];
	}
	return 0;
}

/**
 * ke_service_exit() - free the counts
 *
 * Context: module exit, may sleep.
 */
void ke_service_exit(void)
{
	unsigned int i;

	for (i = 0; i < KE_PROFILES; i++) {
		free_percpu(ke_profiles[i].plain[0].count);
		ke_profiles[i].plain[0].count = NULL;
	}
}

/**
 * ke_service_profile() - the tables of a profile
 * @profile: enum ntdbg_nt_profile
 *
 * Context: any.
 * Return: they, or NULL if there is no such profile.
 */
const struct ke_service_tables *ke_service_profile(unsigned int profile)
{
	return profile < KE_PROFILES ? &ke_profiles[profile] : NULL;
}

/**
 * ke_service_calls() - how often a service was called
 * @table: the table
 * @index: below its limit
 *
 * Context: any.
 * Return: the number, 0 if nobody counts.
 */
u64 ke_service_calls(const struct ke_service_table *table, u32 index)
{
	u64 calls = 0;
	int cpu;

	if (!table->count)
		return 0;
	for_each_possible_cpu(cpu)
		calls += per_cpu_ptr(table->count, cpu)[index];
	return calls;
}

/**
 * ke_service_implemented() - does the service do anything?
 * @table: the table
 * @index: below its limit
 *
 * Context: any.
 * Return: true if so.
 */
bool ke_service_implemented(const struct ke_service_table *table, u32 index)
{
	return ke_service_routine(table, index) != ke_not_implemented;
}

/**
 * ke_service_win32() - the shadow's table 1 of a profile
 * @profile: enum ntdbg_nt_profile
 *
 * Context: any; ke/gui.c alone writes to it.
 * Return: the table; its limit is 0 while nobody has added one.
 */
struct ke_service_table *ke_service_win32(unsigned int profile)
{
	return &ke_profiles[profile].shadow[1];
}
