/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hook engine: the one place that touches ftrace and kprobes.
 *
 * Three kinds of hook, each a row of a table:
 *
 *  redirect  the call goes to our wrapper instead, if the row's filter says
 *            that the caller is ours; the wrapper calls the original through
 *            hook_enter(). It may sleep, and it is counted from the moment of
 *            the decision until it calls hook_leave() as its last act.
 *  observe   a function of ours runs before the function, in atomic context.
 *  return    a function of ours sees the function's return value, in atomic
 *            context; the core kernel owns the return path.
 *
 * Rows are added to a group while the module loads. A group is armed while
 * somebody holds it; what is not armed costs nobody one instruction. When the
 * last holder lets go the group stays armed for HOOK_LINGER, so that sessions
 * in quick succession do not patch the kernel each time.
 *
 * Unloading: hook_exit() disarms, waits until no wrapper and no queued
 * callback is left (each is counted before it can run), and then for the few
 * instructions behind the last hook_leave() with synchronize_rcu_tasks().
 */
#ifndef _NTDBG_HOOK_H
#define _NTDBG_HOOK_H

#include <linux/jiffies.h>
#include <linux/types.h>

struct ftrace_regs;

enum hook_kind {
	HOOK_REDIRECT,
	HOOK_OBSERVE,
	HOOK_RETURN,
};

enum hook_group_id {
	HOOK_GROUP_TASK,	/* what both others need: exceptions, new tasks, exec, exit */
	HOOK_GROUP_DEBUG,	/* what the debug port needs besides */
	HOOK_GROUP_NT,		/* what NT processes need besides */
	HOOK_GROUP_COUNT,
};

#define HOOK_LINGER (1 * HZ)
#define HOOK_GROUP_MAX 16	/* rows in a group */

/**
 * struct hook - one row
 * @feature: what is missing without it, for users
 * @symbol: the kernel function
 * @kind: which of the three
 * @required: the group cannot be armed without it
 * @wrapper: HOOK_REDIRECT: what is called instead, with the same arguments
 * @filter: HOOK_REDIRECT: is this call ours? Runs in atomic context.
 * @observe: HOOK_OBSERVE: runs before the function
 * @on_return: HOOK_RETURN: runs after the function, with its value
 * @address: of the function, 0 if the kernel has none of that name
 * @reason: why it does not work, or empty
 */
struct hook {
	const char *feature;
	const char *symbol;
	enum hook_kind kind;
	bool required;
	void *wrapper;
	bool (*filter)(struct ftrace_regs *fregs);
	void (*observe)(struct ftrace_regs *fregs);
	void (*on_return)(unsigned long value);
	unsigned long address;
	char reason[112];
};

int hook_init(void);
void hook_exit(void);
void hook_add(enum hook_group_id group, struct hook *rows, unsigned int nr);

int hook_group_get(enum hook_group_id group);
void hook_group_put(enum hook_group_id group);

unsigned int hook_feature_count(void);
bool hook_feature(unsigned int index, const char **name, u32 *state, char *reason, size_t size);
unsigned long hook_armed_count(void);

/* The thunk: see thunk.S. Every original and every looked-up function is called by it. */
asmlinkage unsigned long hook_enter(unsigned long target, unsigned long a0, unsigned long a1,
				    unsigned long a2, unsigned long a3, unsigned long a4,
				    unsigned long a5);

void hook_hold(void);
void hook_leave(void);
unsigned long hook_active_count(void);

#endif /* _NTDBG_HOOK_H */
