// SPDX-License-Identifier: GPL-2.0
/*
 * Debug registers of a thread, as NT's CONTEXT has them: four breakpoints, a
 * status, a control word. Each enabled breakpoint is a perf event of the
 * thread's own, beside those that ptrace or perf may have; the CPU has four for
 * all of them.
 */
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <asm/debugreg.h>

#include "ke/debugreg.h"
#include "ps/thread.h"

#define KE_NR_BREAKPOINTS 4

#define KE_DR6_LEGAL 0xe00full
#define KE_DR7_LEGAL 0xffff0155ull	/* local enable bits, kinds and lengths */

/**
 * struct ke_debug_registers - what a thread has
 * @event: the enabled ones
 * @address: Dr0 to Dr3 as they were set
 * @dr7: the control word, sanitized
 */
struct ke_debug_registers {
	struct perf_event *event[KE_NR_BREAKPOINTS];
	u64 address[KE_NR_BREAKPOINTS];
	u64 dr7;
};

/*
 * On the thread, in the debug trap. A bit in virtual_dr6 makes Linux go on as
 * if ptrace had set the breakpoint: it forces a SIGTRAP, which is our exception.
 */
static void ke_debug_hit(struct perf_event *event, struct perf_sample_data *data,
			 struct pt_regs *regs)
{
	struct ps_thread *thread = event->overflow_handler_context;
	struct ke_debug_registers *registers = READ_ONCE(thread->debug_registers);
	unsigned int i;

	for (i = 0; registers && i < KE_NR_BREAKPOINTS; i++)
		if (READ_ONCE(registers->event[i]) == event)
			current->thread.virtual_dr6 |= DR_TRAP0 << i;
}

static bool ke_enabled(u64 dr7, unsigned int i)
{
	return dr7 & (1ull << (2 * i));
}

static unsigned int ke_length(u64 dr7, unsigned int i)
{
	static const unsigned int lengths[] = { 1, 2, 8, 4 };

	return lengths[(dr7 >> (18 + 4 * i)) & 3];
}

static unsigned int ke_kind(u64 dr7, unsigned int i)
{
	static const unsigned int kinds[] = {
		HW_BREAKPOINT_X, HW_BREAKPOINT_W, HW_BREAKPOINT_EMPTY, HW_BREAKPOINT_RW,
	};

	return kinds[(dr7 >> (16 + 4 * i)) & 3];
}

static void ke_fill_attr(struct perf_event_attr *attr, u64 address, u64 dr7, unsigned int i)
{
	hw_breakpoint_init(attr);
	attr->bp_type = ke_kind(dr7, i);
	/* As the CPU does: the low bits of an unaligned address do not count. */
	attr->bp_len = attr->bp_type == HW_BREAKPOINT_X ? sizeof(long) : ke_length(dr7, i);
	attr->bp_addr = attr->bp_type == HW_BREAKPOINT_X ? address :
			address & ~(u64)(attr->bp_len - 1);
}

/* What of it the thread may have; the rest is off. */
static void ke_sanitize(struct ke_debug_registers *wanted, const u64 *dr)
{
	unsigned int i;

	wanted->dr7 = dr[KE_DR7] & KE_DR7_LEGAL;
	for (i = 0; i < KE_NR_BREAKPOINTS; i++) {
		wanted->address[i] = dr[i] < TASK_SIZE_MAX - sizeof(u64) ? dr[i] : 0;
		if (wanted->address[i] != dr[i] || ke_kind(wanted->dr7, i) == HW_BREAKPOINT_EMPTY)
			wanted->dr7 &= ~(1ull << (2 * i));
	}
}

static bool ke_same(const struct ke_debug_registers *a, const struct ke_debug_registers *b,
		    unsigned int i)
{
	return a->address[i] == b->address[i] &&
	       ((a->dr7 ^ b->dr7) >> (16 + 4 * i) & 0xf) == 0;
}

/*
 * Give every enabled slot of @wanted an event: the one it has; one of a slot
 * that is disabled now; or a new one. Only the last can fail, and comes first.
 */
static int ke_assign(struct ps_thread *thread, struct ke_debug_registers *have,
		     struct ke_debug_registers *wanted)
{
	struct perf_event *spare[KE_NR_BREAKPOINTS];
	unsigned int nr_spare = 0, nr_made = 0, i;
	struct perf_event_attr attr;
	struct perf_event *event;
	bool made[KE_NR_BREAKPOINTS] = {};

	for (i = 0; i < KE_NR_BREAKPOINTS; i++)
		if (have->event[i] && !ke_enabled(wanted->dr7, i))
			spare[nr_spare++] = have->event[i];
	for (i = 0; i < KE_NR_BREAKPOINTS; i++) {
		if (!ke_enabled(wanted->dr7, i))
			continue;
		wanted->event[i] = have->event[i];
		if (wanted->event[i])
			continue;
		if (nr_made < nr_spare) {
			wanted->event[i] = spare[nr_made++];
			continue;
		}
		ke_fill_attr(&attr, wanted->address[i], wanted->dr7, i);
		event = register_user_hw_breakpoint(&attr, ke_debug_hit, thread, thread->task);
		if (IS_ERR(event))
			goto undo;
		wanted->event[i] = event;
		made[i] = true;
	}
	for (i = 0; i < KE_NR_BREAKPOINTS; i++) {
		if (!wanted->event[i] || made[i] ||
		    (wanted->event[i] == have->event[i] && ke_same(wanted, have, i)))
			continue;
		ke_fill_attr(&attr, wanted->address[i], wanted->dr7, i);
		WARN_ON_ONCE(modify_user_hw_breakpoint(wanted->event[i], &attr));
	}
	while (nr_made < nr_spare)
		unregister_hw_breakpoint(spare[nr_made++]);
	return 0;

undo:
	for (i = 0; i < KE_NR_BREAKPOINTS; i++)
		if (made[i])
			unregister_hw_breakpoint(wanted->event[i]);
	return PTR_ERR(event);
}

/**
 * ke_get_debug_registers() - read them
 * @thread: a thread that does not run
 * @dr: Dr0 to 3, 6 and 7
 *
 * Context: may sleep.
 */
void ke_get_debug_registers(struct ps_thread *thread, u64 *dr)
{
	struct ke_debug_registers *registers;

	memset(dr, 0, (KE_DR7 + 1) * sizeof(*dr));
	mutex_lock(&thread->debug_mutex);
	registers = thread->debug_registers;
	if (registers) {
		memcpy(dr, registers->address, sizeof(registers->address));
		dr[KE_DR7] = registers->dr7;
	}
	mutex_unlock(&thread->debug_mutex);
	dr[KE_DR6] = READ_ONCE(thread->task->thread.virtual_dr6) & KE_DR6_LEGAL;
}

/**
 * ke_set_debug_registers() - write them
 * @thread: a thread that does not run, held
 * @dr: Dr0 to 3, 6 and 7
 *
 * Context: may sleep.
 * Return: 0; -ENOSPC if others use the CPU's; -ENOMEM. Nothing is changed then.
 */
int ke_set_debug_registers(struct ps_thread *thread, const u64 *dr)
{
	struct ke_debug_registers wanted = {}, *registers;
	int err;

	ke_sanitize(&wanted, dr);
	mutex_lock(&thread->debug_mutex);
	registers = thread->debug_registers;
	if (!registers) {
		registers = kzalloc(sizeof(*registers), GFP_KERNEL_ACCOUNT);
		if (!registers) {
			mutex_unlock(&thread->debug_mutex);
			return -ENOMEM;
		}
		WRITE_ONCE(thread->debug_registers, registers);
	}
	err = ke_assign(thread, registers, &wanted);
	if (!err) {
		*registers = wanted;
		WRITE_ONCE(thread->task->thread.virtual_dr6, dr[KE_DR6] & KE_DR6_LEGAL);
	}
	mutex_unlock(&thread->debug_mutex);
	return err;
}

/**
 * ke_clear_debug_registers() - the thread has none any more
 * @thread: the thread
 *
 * Context: may sleep.
 */
void ke_clear_debug_registers(struct ps_thread *thread)
{
	struct ke_debug_registers *registers;
	unsigned int i;

	if (!READ_ONCE(thread->debug_registers))
		return;
	mutex_lock(&thread->debug_mutex);
	registers = thread->debug_registers;
	for (i = 0; i < KE_NR_BREAKPOINTS; i++)
		if (registers && registers->event[i])
			unregister_hw_breakpoint(registers->event[i]);
	/* Nobody is in ke_debug_hit() any more: the events are gone. */
	WRITE_ONCE(thread->debug_registers, NULL);
	kfree(registers);
	mutex_unlock(&thread->debug_mutex);
}
