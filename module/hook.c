// SPDX-License-Identifier: GPL-2.0
/* The hook engine: see hook.h for the kinds of hook and the rules of unloading. */
#include <linux/atomic.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <ntdbg/dbgport.h>

#include "hook.h"
#include "hook_selftest.h"
#include "kcompat.h"
#include "symbols.h"

/* What one return hook needs from the core kernel. */
struct hook_return {
	struct kretprobe probe;
	struct hook *row;
};

/*
 * A group. Its rows and the two filters are complete once the module is
 * loaded; @holders, @armed and @returns change under hook_mutex.
 */
struct hook_group {
	struct hook *rows[HOOK_GROUP_MAX];
	unsigned int nr;
	unsigned int holders;
	bool armed;
	struct ftrace_ops redirect;
	struct ftrace_ops observe;
	unsigned int nr_redirect;
	unsigned int nr_observe;
	struct hook_return returns[HOOK_GROUP_MAX];
	struct delayed_work disarm;
};

static struct hook_group hook_groups[HOOK_GROUP_COUNT];
static DEFINE_MUTEX(hook_mutex);
static bool hook_proven;
static char hook_unproven_reason[112];

static atomic_long_t hook_active = ATOMIC_LONG_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(hook_idle);

/**
 * hook_hold() - count something that will run in this module later
 *
 * To be called before the thing is published (queued, redirected to).
 *
 * Context: any.
 */
void notrace hook_hold(void)
{
	atomic_long_inc(&hook_active);
}

/**
 * hook_leave() - the last act of a wrapper or a queued callback
 *
 * Context: any in which a wake-up is allowed.
 */
void hook_leave(void)
{
	if (atomic_long_dec_and_test(&hook_active) && wq_has_sleeper(&hook_idle))
		wake_up_all(&hook_idle);
}

/**
 * hook_active_count() - how many wrappers and queued callbacks there are
 *
 * Return: the number at some moment during the call.
 */
unsigned long hook_active_count(void)
{
	return atomic_long_read(&hook_active);
}

/* ftrace gives the address of the patched call, which an ENDBR may precede. */
static notrace struct hook *hook_find(struct hook_group *group, enum hook_kind kind,
				      unsigned long ip)
{
	unsigned int i;

	for (i = 0; i < group->nr; i++) {
		struct hook *row = group->rows[i];

		if (row->kind == kind && ip - row->address <= 4)
			return row;
	}
	return NULL;
}

static void notrace hook_redirect_call(unsigned long ip, unsigned long parent_ip,
				       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct hook *row = hook_find(ops->private, HOOK_REDIRECT, ip);

	/* A wrapper that calls the original is the only caller in our own text. */
	if (unlikely(!row || within_module(parent_ip, THIS_MODULE)))
		return;
	/*
	 * Filters read what is freed after a grace period. There is no recursion to
	 * be guarded against: nothing that is hooked is called from here.
	 */
	preempt_disable_notrace();
	if (row->filter(fregs)) {
		hook_hold();
		ftrace_regs_set_instruction_pointer(fregs, (unsigned long)row->wrapper);
	}
	preempt_enable_notrace();
}

static void notrace hook_observe_call(unsigned long ip, unsigned long parent_ip,
				      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct hook *row = hook_find(ops->private, HOOK_OBSERVE, ip);

	if (row)
		row->observe(fregs);
}

static int hook_return_call(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct kretprobe *probe = get_kretprobe(instance);
	struct hook_return *hook = container_of(probe, struct hook_return, probe);

	if (probe)
		hook->row->on_return(regs_return_value(regs));
	return 0;
}

/**
 * hook_add() - add rows to a group
 * @id: the group
 * @rows: the rows; they stay where they are until hook_exit()
 * @nr: how many
 *
 * Looks up each row's function. A function that the kernel does not have is
 * noted in the row and is no error here: arming decides.
 *
 * Context: module init, may sleep.
 */
void hook_add(enum hook_group_id id, struct hook *rows, unsigned int nr)
{
	struct hook_group *group = &hook_groups[id];
	unsigned int i;

	if (WARN_ON(group->nr + nr > HOOK_GROUP_MAX))
		return;
	for (i = 0; i < nr; i++) {
		struct hook *row = &rows[i];
		struct ftrace_ops *ops = row->kind == HOOK_REDIRECT ? &group->redirect :
								      &group->observe;
		int err = 0;

		group->rows[group->nr++] = row;
		row->address = symbols_lookup(row->symbol);
		if (!row->address) {
			snprintf(row->reason, sizeof(row->reason),
				 "this kernel has no function %s", row->symbol);
			continue;
		}
		if (row->kind == HOOK_RETURN)
			continue;
		err = ftrace_set_filter_ip(ops, row->address, 0, 0);
		if (err) {
			snprintf(row->reason, sizeof(row->reason),
				 "ftrace cannot hook the function %s (error %d)", row->symbol, err);
			row->address = 0;
			continue;
		}
		if (row->kind == HOOK_REDIRECT)
			group->nr_redirect++;
		else
			group->nr_observe++;
	}
}

/*
 * Two owners of one function's instruction pointer cannot be; ftrace says
 * EBUSY for the whole set. Find out which function it is by trying each alone.
 */
static void hook_blame(struct hook_group *group)
{
	unsigned int i;

	for (i = 0; i < group->nr; i++) {
		struct hook *row = group->rows[i];
		struct ftrace_ops alone = {
			.func = hook_redirect_call,
			.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_RECURSION |
				 FTRACE_OPS_FL_PERMANENT,
			.private = group,
		};
		int err;

		if (row->kind != HOOK_REDIRECT || !row->address)
			continue;
		err = ftrace_set_filter_ip(&alone, row->address, 0, 0);
		if (!err)
			err = register_ftrace_function(&alone);
		if (!err)
			unregister_ftrace_function(&alone);
		ftrace_free_filter(&alone);
		if (!err)
			continue;
		snprintf(row->reason, sizeof(row->reason),
			 "the function %s is redirected by somebody else (error %d): a livepatch? see /sys/kernel/livepatch",
			 row->symbol, err);
		pr_warn("%s\n", row->reason);
	}
}

static void hook_disarm_returns(struct hook_group *group, unsigned int nr)
{
	while (nr--)
		if (group->returns[nr].row)
			unregister_kretprobe(&group->returns[nr].probe);
}

static int hook_arm_returns(struct hook_group *group)
{
	unsigned int i;
	int err;

	memset(group->returns, 0, sizeof(group->returns));
	for (i = 0; i < group->nr; i++) {
		struct hook *row = group->rows[i];
		struct hook_return *hook = &group->returns[i];

		if (row->kind != HOOK_RETURN || !row->address)
			continue;
		hook->row = row;
		hook->probe.kp.symbol_name = row->symbol;
		hook->probe.handler = hook_return_call;
		err = register_kretprobe(&hook->probe);
		if (!err)
			continue;
		snprintf(row->reason, sizeof(row->reason),
			 "no return probe on the function %s (error %d)", row->symbol, err);
		hook->row = NULL;
		hook_disarm_returns(group, i);
		return err;
	}
	return 0;
}

static int hook_arm(struct hook_group *group)
{
	unsigned int i;
	int err;

	for (i = 0; i < group->nr; i++)
		if (group->rows[i]->required && !group->rows[i]->address)
			return -EOPNOTSUPP;
	if (group->nr_redirect) {
		err = register_ftrace_function(&group->redirect);
		if (err) {
			hook_blame(group);
			return -EOPNOTSUPP;
		}
	}
	if (group->nr_observe) {
		err = register_ftrace_function(&group->observe);
		if (err)
			goto undo_redirect;
	}
	err = hook_arm_returns(group);
	if (err)
		goto undo_observe;
	for (i = 0; i < group->nr; i++)
		if (group->rows[i]->address)
			group->rows[i]->reason[0] = '\0';
	return 0;

undo_observe:
	if (group->nr_observe)
		unregister_ftrace_function(&group->observe);
undo_redirect:
	if (group->nr_redirect)
		unregister_ftrace_function(&group->redirect);
	return -EOPNOTSUPP;
}

static void hook_disarm(struct hook_group *group)
{
	hook_disarm_returns(group, group->nr);
	if (group->nr_observe)
		unregister_ftrace_function(&group->observe);
	if (group->nr_redirect)
		unregister_ftrace_function(&group->redirect);
	group->armed = false;
}

static void hook_disarm_work(struct work_struct *work)
{
	struct hook_group *group = container_of(to_delayed_work(work), struct hook_group, disarm);

	mutex_lock(&hook_mutex);
	if (group->armed && !group->holders)
		hook_disarm(group);
	mutex_unlock(&hook_mutex);
}

static int hook_get_locked(struct hook_group *group)
{
	int err = 0;

	lockdep_assert_held(&hook_mutex);
	if (!group->armed) {
		if (!hook_proven)
			hook_proven = hook_selftest(hook_unproven_reason,
						    sizeof(hook_unproven_reason));
		err = hook_proven ? hook_arm(group) : -EOPNOTSUPP;
		group->armed = !err;
	}
	if (!err)
		group->holders++;
	return err;
}

static void hook_put_locked(struct hook_group *group)
{
	lockdep_assert_held(&hook_mutex);
	if (!--group->holders)
		mod_delayed_work(system_long_wq, &group->disarm, HOOK_LINGER);
}

/**
 * hook_group_get() - arm a group, or go on holding an armed one
 * @id: HOOK_GROUP_DEBUG or HOOK_GROUP_NT; HOOK_GROUP_TASK is held with it
 *
 * Context: may sleep.
 * Return: 0; -EOPNOTSUPP when a required function cannot be hooked, or when a
 * hooked function does not reach us (kernel.ftrace_enabled is 0): the rows
 * then say which and why.
 */
int hook_group_get(enum hook_group_id id)
{
	int err;

	mutex_lock(&hook_mutex);
	err = hook_get_locked(&hook_groups[HOOK_GROUP_TASK]);
	if (!err) {
		err = hook_get_locked(&hook_groups[id]);
		if (err)
			hook_put_locked(&hook_groups[HOOK_GROUP_TASK]);
	}
	mutex_unlock(&hook_mutex);
	return err;
}

/**
 * hook_group_put() - let go of a group
 * @id: the group
 *
 * Context: may sleep.
 */
void hook_group_put(enum hook_group_id id)
{
	mutex_lock(&hook_mutex);
	hook_put_locked(&hook_groups[id]);
	hook_put_locked(&hook_groups[HOOK_GROUP_TASK]);
	mutex_unlock(&hook_mutex);
}

/**
 * hook_armed_count() - how many kernel functions are hooked now
 *
 * Context: may sleep.
 * Return: the number.
 */
unsigned long hook_armed_count(void)
{
	unsigned long armed = 0;
	unsigned int i, j;

	mutex_lock(&hook_mutex);
	for (i = 0; i < HOOK_GROUP_COUNT; i++)
		for (j = 0; hook_groups[i].armed && j < hook_groups[i].nr; j++)
			armed += !!hook_groups[i].rows[j]->address;
	mutex_unlock(&hook_mutex);
	return armed;
}

/**
 * hook_feature_count() - how many features hook_feature() knows
 *
 * Return: one for the engine itself and one for each row.
 */
unsigned int hook_feature_count(void)
{
	unsigned int i, nr = 1;

	for (i = 0; i < HOOK_GROUP_COUNT; i++)
		nr += hook_groups[i].nr;
	return nr;
}

/**
 * hook_feature() - is one feature there, and if not, why?
 * @index: 0 for the engine itself, then the rows
 * @name: where its name goes
 * @state: where the answer goes, enum ntdbg_feature_state
 * @reason: a buffer for the reason, left empty when the feature is there
 * @size: its size
 *
 * Context: may sleep. If no hook has worked yet, tries again whether one does.
 * Return: false if there is no such feature.
 */
bool hook_feature(unsigned int index, const char **name, u32 *state, char *reason, size_t size)
{
	unsigned int i;
	bool found = true;

	mutex_lock(&hook_mutex);
	if (!index) {
		if (!hook_proven)
			hook_proven = hook_selftest(hook_unproven_reason,
						    sizeof(hook_unproven_reason));
		*name = "hooks";
		*state = hook_proven ? NTDBG_FEATURE_PRESENT : NTDBG_FEATURE_NEEDED;
		strscpy(reason, hook_proven ? "" : hook_unproven_reason, size);
		goto out;
	}
	index--;
	for (i = 0; i < HOOK_GROUP_COUNT && index >= hook_groups[i].nr; i++)
		index -= hook_groups[i].nr;
	found = i < HOOK_GROUP_COUNT;
	if (found) {
		struct hook *row = hook_groups[i].rows[index];

		*name = row->feature;
		if (!row->reason[0])
			*state = NTDBG_FEATURE_PRESENT;
		else
			*state = row->required ? NTDBG_FEATURE_NEEDED : NTDBG_FEATURE_ABSENT;
		strscpy(reason, row->reason, size);
	}
out:
	mutex_unlock(&hook_mutex);
	return found;
}

/**
 * hook_init() - make the empty groups and prove that hooks reach us
 *
 * Does not fail when they do not: the module then loads and says so.
 *
 * Context: module init, may sleep.
 * Return: 0.
 */
int hook_init(void)
{
	unsigned int i;

	for (i = 0; i < HOOK_GROUP_COUNT; i++) {
		struct hook_group *group = &hook_groups[i];

		/*
		 * PERMANENT: with kernel.ftrace_enabled=0 registering fails
		 * instead of succeeding without effect, and while we are
		 * registered the setting cannot be changed.
		 */
		group->redirect.func = hook_redirect_call;
		group->redirect.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT;
		group->redirect.private = group;
		group->observe.func = hook_observe_call;
		group->observe.flags = FTRACE_OPS_FL_RECURSION | FTRACE_OPS_FL_PERMANENT;
		group->observe.private = group;
		INIT_DELAYED_WORK(&group->disarm, hook_disarm_work);
	}
	hook_proven = hook_selftest(hook_unproven_reason, sizeof(hook_unproven_reason));
	if (!hook_proven)
		pr_warn("%s\n", hook_unproven_reason);
	return 0;
}

/**
 * hook_exit() - disarm everything and wait until nobody runs in this module
 *
 * Context: module exit (or a failed init), may sleep. No group has a holder.
 */
void hook_exit(void)
{
	unsigned int i;

	for (i = 0; i < HOOK_GROUP_COUNT; i++) {
		struct hook_group *group = &hook_groups[i];

		cancel_delayed_work_sync(&group->disarm);
		mutex_lock(&hook_mutex);
		WARN_ON(group->holders);
		if (group->armed)
			hook_disarm(group);
		mutex_unlock(&hook_mutex);
		ftrace_free_filter(&group->redirect);
		ftrace_free_filter(&group->observe);
	}
	wait_event(hook_idle, !atomic_long_read(&hook_active));
	synchronize_rcu_tasks();
}
