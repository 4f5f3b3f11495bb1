// SPDX-License-Identifier: GPL-2.0
/* The steps of the boot: their order, their times, and what NT says of a failure. */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/wait.h>

#include "boot.h"

/**
 * struct boot_bugcheck - how NT stops when a step fails
 * @name: of the step
 * @code: bugcheck code
 * @text: its name
 * @parameters: of the bugcheck
 */
struct boot_bugcheck {
	const char *name;
	u32 code;
	const char *text;
	u32 parameters[4];
};

/* NT has no code for Dbgk, whose result it does not look at: phase 0's general one. */
static const struct boot_bugcheck boot_bugchecks[BOOT_STEPS] = {
	[BOOT_EX0] = { "Ex0", 0x31, "PHASE0_INITIALIZATION_FAILED" },
	[BOOT_MM0] = { "Mm0", 0x31, "PHASE0_INITIALIZATION_FAILED" },
	[BOOT_OB0] = { "Ob0", 0x5e, "OBJECT_INITIALIZATION_FAILED" },
	[BOOT_SE0] = { "Se0", 0x5f, "SECURITY_INITIALIZATION_FAILED" },
	[BOOT_PS0] = { "Ps0", 0x60, "PROCESS_INITIALIZATION_FAILED" },
	[BOOT_PP0] = { "Pp0", 0x8f, "PP0_INITIALIZATION_FAILED" },
	[BOOT_DBGK0] = { "Dbgk0", 0x31, "PHASE0_INITIALIZATION_FAILED" },
	[BOOT_KE1] = { "Ke1", 0x32, "PHASE1_INITIALIZATION_FAILED", { 0, 0, 2, 0 } },
	[BOOT_KD1] = { "Kd1", 0x32, "PHASE1_INITIALIZATION_FAILED", { 0, 0, 3, 0 } },
	[BOOT_SE1] = { "Se1", 0x63, "SECURITY1_INITIALIZATION_FAILED" },
	[BOOT_MM1] = { "Mm1", 0x65, "MEMORY1_INITIALIZATION_FAILED" },
	[BOOT_IO1] = { "Io1", 0x69, "IO1_INITIALIZATION_FAILED" },
	[BOOT_PS1] = { "Ps1", 0x6b, "PROCESS1_INITIALIZATION_FAILED" },
};

/* When each step began and how long it took, for those below boot_done. */
static struct {
	u64 start_ns;
	u64 duration_ns;
} boot_times[BOOT_STEPS];
static unsigned int boot_done;

enum boot_state {
	BOOT_UNDER_WAY,
	BOOT_COMPLETE,
	BOOT_FAILED,
};

static enum boot_state boot_state;
static DECLARE_WAIT_QUEUE_HEAD(boot_waiters);

static char boot_fail[16];
module_param_string(boot_fail, boot_fail, sizeof(boot_fail), 0444);
MODULE_PARM_DESC(boot_fail,
		 "for tests: the step that fails after its work (Ps0), or before it (Ps0:before)");

/* One line per step: its name, when it began (CLOCK_MONOTONIC), how long it took, in ns. */
static int boot_get(char *buffer, const struct kernel_param *param)
{
	/* Pairs with boot_up(): the times of these are written. */
	unsigned int step, done = smp_load_acquire(&boot_done);
	int length = 0;

	for (step = 0; step < done; step++)
		length += sysfs_emit_at(buffer, length, "%s %llu %llu\n", boot_bugchecks[step].name,
					boot_times[step].start_ns, boot_times[step].duration_ns);
	return length;
}

static const struct kernel_param_ops boot_ops = {
	.get = boot_get,
};
module_param_cb(boot, &boot_ops, NULL, 0444);
MODULE_PARM_DESC(boot, "the steps of the boot in their order: name, begin and duration (ns)");

/* The step that is to fail; BOOT_STEPS if none is. */
static int boot_find_failure(enum boot_step *which, bool *before)
{
	char name[sizeof(boot_fail)];
	unsigned int step;
	char *colon;

	strscpy(name, boot_fail, sizeof(name));
	colon = strchr(name, ':');
	if (colon)
		*colon++ = '\0';
	*before = colon;
	*which = BOOT_STEPS;
	if (!name[0] && !colon)
		return 0;
	for (step = 0; step < BOOT_STEPS; step++)
		if (!strcmp(boot_bugchecks[step].name, name))
			*which = step;
	if (*which < BOOT_STEPS && (!colon || !strcmp(colon, "before")))
		return 0;
	pr_err("boot_fail=%s names no step: Ex0 ... Ps1, or Ex0:before ... Ps1:before\n",
	       boot_fail);
	return -EINVAL;
}

/* Undoes the rows of a step that stand before @end in the table. */
static void boot_undo(const struct boot_row *rows, unsigned int end, enum boot_step step)
{
	while (end--)
		if (rows[end].step == step && rows[end].exit)
			rows[end].exit();
}

/* *end is where it ended in the table: what stands before it is to be undone. */
static int boot_do(const struct boot_row *rows, unsigned int nr, enum boot_step step,
		   unsigned int *end)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr; i++) {
		if (rows[i].step != step)
			continue;
		if (rows[i].init)
			err = rows[i].init();
		if (err)
			break;
		if (rows[i].setup)
			rows[i].setup();
	}
	*end = i;
	return err;
}

static void boot_set_state(enum boot_state state)
{
	WRITE_ONCE(boot_state, state);
	wake_up_all(&boot_waiters);
}

/* KeBugCheckEx(), as far as a module may. */
static void boot_bugcheck(enum boot_step step, int err)
{
	const struct boot_bugcheck *bugcheck = &boot_bugchecks[step];

	pr_err("boot: step %s failed: bugcheck 0x%X %s (%#x, %#x, %#x, %#x), error %d\n",
	       bugcheck->name, bugcheck->code, bugcheck->text, bugcheck->parameters[0],
	       bugcheck->parameters[1], bugcheck->parameters[2], bugcheck->parameters[3], err);
}

/**
 * boot_up() - go through the steps
 * @rows: what is to be done
 * @nr: how many rows
 *
 * Context: module init, may sleep.
 * Return: 0; the error of the row that failed, when everything is undone;
 * -ECANCELED if boot_fail made a step fail; -EINVAL if boot_fail names none.
 */
int boot_up(const struct boot_row *rows, unsigned int nr)
{
	enum boot_step step, failing;
	unsigned int end;
	bool before;
	int err;

	err = boot_find_failure(&failing, &before);
	if (err)
		return err;
	for (step = 0; step < BOOT_STEPS; step++) {
		boot_times[step].start_ns = ktime_get_ns();
		end = 0;
		if (step == failing && before)
			err = -ECANCELED;
		else
			err = boot_do(rows, nr, step, &end);
		if (!err && step == failing)
			err = -ECANCELED;
		if (err)
			goto failed;
		boot_times[step].duration_ns = ktime_get_ns() - boot_times[step].start_ns;
		/* Pairs with boot_get(). */
		smp_store_release(&boot_done, step + 1);
	}
	boot_set_state(BOOT_COMPLETE);
	return 0;

failed:
	boot_bugcheck(step, err);
	/* First of all: an open() that waits holds the lock that misc_deregister() takes. */
	boot_set_state(BOOT_FAILED);
	boot_undo(rows, end, step);
	while (step--)
		boot_undo(rows, nr, step);
#ifdef CONFIG_MODULE_UNLOAD
	/*
	 * Who opened something of ours meanwhile was refused by boot_wait(), and
	 * perhaps has not let go of the module yet; the loader does not wait.
	 */
	while (module_refcount(THIS_MODULE) > 1)
		schedule_timeout_uninterruptible(1);
#endif
	return err;
}

/**
 * boot_down() - undo all steps, in reverse
 * @rows: what was done
 * @nr: how many rows
 *
 * Context: module exit, may sleep.
 */
void boot_down(const struct boot_row *rows, unsigned int nr)
{
	enum boot_step step = BOOT_STEPS;

	while (step--)
		boot_undo(rows, nr, step);
}

/**
 * boot_wait() - for who came in before the last step: wait until it is done
 *
 * To be asked first by whatever a user can open or call from a step on.
 *
 * Context: may sleep.
 * Return: 0; -ENODEV if the boot failed; -ERESTARTSYS if a signal came.
 */
int boot_wait(void)
{
	int err;

	if (likely(READ_ONCE(boot_state) == BOOT_COMPLETE))
		return 0;
	err = wait_event_interruptible(boot_waiters, READ_ONCE(boot_state) != BOOT_UNDER_WAY);
	if (err)
		return err;
	return READ_ONCE(boot_state) == BOOT_COMPLETE ? 0 : -ENODEV;
}
