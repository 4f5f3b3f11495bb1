// SPDX-License-Identifier: GPL-2.0
/* What this kernel has of what the module needs, for users to read. */
#include <linux/kernel.h>
#include <linux/string.h>

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
 * @present: where the answer goes
 * @reason: a buffer for the reason, left empty when the feature is there
 * @size: its size
 *
 * Context: may sleep.
 * Return: false if there is no such feature.
 */
bool features_get(unsigned int index, const char **name, bool *present, char *reason, size_t size)
{
	if (index < hook_feature_count())
		return hook_feature(index, name, present, reason, size);
	index -= hook_feature_count();
	if (index >= ARRAY_SIZE(features_symbols))
		return false;
	*name = features_symbols[index].name;
	*present = features_symbols[index].present();
	strscpy(reason, *present ? "" : features_symbols[index].reason, size);
	return true;
}
