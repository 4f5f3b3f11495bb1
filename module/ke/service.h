/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System service tables, and what a second module can do with them: add table 1
 * (win32k's), call services as the kernel does, filter them.
 *
 * Each profile has a KeServiceDescriptorTable and its shadow. A service table
 * entry is a signed 32-bit word: (routine - base) << 4 | arguments on the stack.
 */
#ifndef _NTDBG_KE_SERVICE_H
#define _NTDBG_KE_SERVICE_H

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <ntdbg/ntcall.h>

struct ke_thread;
struct module;

#define KE_MAXIMUM_ARGUMENTS	17
#define KE_TABLES		4	/* x86; x64 looks at the first two */

/**
 * typedef ke_routine_t - a service as the dispatcher calls it
 * @arguments: KE_MAXIMUM_ARGUMENTS of them; upper parts of narrow ones are undefined
 *
 * Return: NTSTATUS.
 */
typedef u32 (*ke_routine_t)(const u64 *arguments);

/**
 * struct ke_service_table - KSERVICE_TABLE_DESCRIPTOR
 * @base: the compact entries
 * @count: calls per service and CPU (module parameter count_services), or NULL
 * @limit: number of services
 * @number: argument table: 4 * stack arguments (x86: 4 * all arguments)
 * @names: of the services
 * @failures: what a failed GUI conversion returns, one byte per service, or NULL
 * @arguments: how many arguments each has
 * @owner: of table 1, or NULL
 */
struct ke_service_table {
	const s32 *base;
	u64 __percpu *count;
	u32 limit;
	const u8 *number;
	const char *const *names;
	const s8 *failures;
	const u8 *arguments;
	struct module *owner;
};

/**
 * struct ke_service_tables - one profile
 * @name: win10-1511-x64 and so on
 * @build: NtBuildNumber
 * @x86: entries carry no nibble, all arguments are on the stack
 * @plain: KeServiceDescriptorTable
 * @shadow: KeServiceDescriptorTableShadow
 */
struct ke_service_tables {
	const char *name;
	u32 build;
	bool x86;
	struct ke_service_table plain[KE_TABLES];
	struct ke_service_table shadow[KE_TABLES];
};

/* Decode an entry (KiSystemServiceRepeat). */
static inline ke_routine_t ke_service_routine(const struct ke_service_table *table, u32 index)
{
	return (ke_routine_t)((unsigned long)table->base + (table->base[index] >> 4));
}

/**
 * struct ke_profile - where a profile's table 0 is made from
 * @name: of the profile
 * @build: NtBuildNumber
 * @x86: of 32-bit callers
 * @routines: one per service
 * @names: of the services
 * @arguments: how many each has
 * @entries: room for the compact table, in reach of the routines
 * @bytes: room for the argument table
 * @limit: how many services
 */
struct ke_profile {
	const char *name;
	u32 build;
	bool x86;
	const ke_routine_t *routines;
	const char *const *names;
	const u8 *arguments;
	s32 *entries;
	u8 *bytes;
	u32 limit;
};

u32 ke_not_implemented(const u64 *arguments);
int ke_compact_table(const struct ke_profile *profile, struct ke_service_table *table);
struct ke_service_table *ke_service_win32(unsigned int profile);
int ke_service_init(const struct ke_profile *profiles, unsigned int nr);
void ke_service_exit(void);
const struct ke_service_tables *ke_service_profile(unsigned int profile);
u64 ke_service_calls(const struct ke_service_table *table, u32 index);
bool ke_service_implemented(const struct ke_service_table *table, u32 index);

/* ---- for other modules ----------------------------------------------------- */

/**
 * struct ke_win32 - a table 1 and its callouts (KeAddSystemServiceTable, PsEstablishWin32Callouts)
 * @owner: THIS_MODULE
 * @profile: enum ntdbg_nt_profile
 * @routines: one per service
 * @arguments: how many arguments each has
 * @names: of the services
 * @failures: failure bytes; 0 or -1 is returned as it is, else STATUS_INVALID_SYSTEM_SERVICE
 * @limit: how many services
 * @process_callout: an NT process makes its first call; NTSTATUS; or NULL
 * @thread_callout: likewise for a thread; a failure undoes the conversion; or NULL
 */
struct ke_win32 {
	struct module *owner;
	unsigned int profile;
	const ke_routine_t *routines;
	const u8 *arguments;
	const char *const *names;
	const s8 *failures;
	u32 limit;
	u32 (*process_callout)(void);
	u32 (*thread_callout)(void);
};

int ke_add_system_service_table(const struct ke_win32 *win32);
void ke_remove_system_service_table(const struct ke_win32 *win32);

/**
 * struct ke_service_call - what a filter sees
 * @tables: the caller's profile
 * @number: service number, all of EAX
 * @name: of the service, or NULL
 * @previous_mode: enum ke_mode
 * @nr_arguments: how many
 * @arguments: their values; a filter may change them
 * @status: after: what the service said; before: what to answer with KE_FILTER_ANSWER
 */
struct ke_service_call {
	const struct ke_service_tables *tables;
	u32 number;
	const char *name;
	u8 previous_mode;
	u8 nr_arguments;
	u64 *arguments;
	u32 status;
};

enum ke_filter_verdict {
	KE_FILTER_PASS,		/* go on */
	KE_FILTER_ANSWER,	/* do not call the service: @status is the answer */
};

/**
 * struct ke_service_filter - looks at, refuses or replaces services
 * @link: of the core
 * @owner: THIS_MODULE
 * @before: before the service is called, arguments copied; or NULL
 * @after: behind it; may change @status; or NULL
 *
 * Both may sleep, but not long: removing the filter waits for them.
 */
struct ke_service_filter {
	struct list_head link;
	struct module *owner;
	enum ke_filter_verdict (*before)(struct ke_service_call *call);
	void (*after)(struct ke_service_call *call);
};

int ke_add_service_filter(struct ke_service_filter *filter);
void ke_remove_service_filter(struct ke_service_filter *filter);

u32 zw_call_service(u32 number, const u64 *arguments, unsigned int nr_arguments);

#endif /* _NTDBG_KE_SERVICE_H */
