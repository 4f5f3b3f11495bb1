// SPDX-License-Identifier: GPL-2.0
/* What this kernel has of what the module needs, for users to read. */
#include <linux/kernel.h>
#include <linux/string.h>
#include <ntdbg/dbgport.h>

#include "features.h"
#include "hook.h"
#include "symbols.h"

/* The looked-up functions that are called but not hooked. */
static const struct {
	const char *name;
	bool (*present)(void);
	const char *reason;
} features_symbols[] = {
	{
		"ptrace-access", symbols_have_ptrace_may_access,
		"this kernel has no function ptrace_may_access: attach wants CAP_SYS_PTRACE",
	},
	{
		"task-work-cancel", symbols_have_task_work_cancel,
		"this kernel has no function task_work_cancel: rmmod may have to wait for sleeping threads",
	},
	{
		"memory-protect", symbols_have_mprotect,
		"this kernel has no function __x64_sys_mprotect: the protection of memory stays as it is",
	},
	{
		"thread-terminate", symbols_have_do_exit,
		"this kernel has no function do_exit: single threads cannot be terminated",
	},
	{
		"handle-duplicate", symbols_have_put_files_struct,
		"this kernel has no function put_files_struct: handles are not duplicated between processes",
	},
};

/**
 * features_count() - how many features there are
 *
 * Return: the number.
 */
unsigned int features_count(void)
{
	return hook_feature_count() + ARRAY_SIZE(features_symbols);
}

/**
 * features_get() - is one feature there, and if not, why?
 * @index: 0 ... features_count() - 1
 * @name: where its name goes
 * @state: where the answer goes, enum ntdbg_feature_state
 * @reason: a buffer for the reason, left empty when the feature is there
 * @size: its size
 *
 * Context: may sleep.
 * Return: false if there is no such feature.
 */
bool features_get(unsigned int index, const char **name, u32 *state, char *reason, size_t size)
{
	if (index < hook_feature_count())
		return hook_feature(index, name, state, reason, size);
	index -= hook_feature_count();
	if (index >= ARRAY_SIZE(features_symbols))
		return false;
	*name = features_symbols[index].name;
	*state = features_symbols[index].present() ? NTDBG_FEATURE_PRESENT : NTDBG_FEATURE_ABSENT;
	if (*state == NTDBG_FEATURE_PRESENT)
		reason[0] = '\0';
	else
		strscpy(reason, features_symbols[index].reason, size);
	return true;
}
