// SPDX-License-Identifier: GPL-2.0
/*
 * The one-shot breakpoint where the program begins, when the dynamic loader is
 * done: NT's initial breakpoint. It uses a debug register of the thread, so the
 * program's text stays as it is.
 */
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>

#include "ke/breakpoint.h"
#include "ps/thread.h"

static void ke_break_hit(struct perf_event *event, struct perf_sample_data *data,
			 struct pt_regs *regs)
{
	ps_thread_ask(event->overflow_handler_context, BIT(PS_ASKED_BREAK));
}

/**
 * ke_break_at() - have PS_ASKED_BREAK asked when the thread gets to an address
 * @thread: the current thread
 * @address: of an instruction
 *
 * Context: may sleep.
 * Return: 0, or the error of register_user_hw_breakpoint().
 */
int ke_break_at(struct ps_thread *thread, u64 address)
{
	struct perf_event_attr attr;
	struct perf_event *event;

	hw_breakpoint_init(&attr);
	attr.bp_addr = address;
	attr.bp_len = sizeof(long);	/* what x86 wants for execution */
	attr.bp_type = HW_BREAKPOINT_X;
	event = register_user_hw_breakpoint(&attr, ke_break_hit, thread, current);
	if (IS_ERR(event))
		return PTR_ERR(event);
	ps_thread_get(thread);
	event = xchg(&thread->loader_break, event);
	if (WARN_ON(event))
		unregister_hw_breakpoint(event);
	return 0;
}

/**
 * ke_break_clear() - take the breakpoint away, if it is there
 * @thread: the thread
 *
 * Context: may sleep.
 */
void ke_break_clear(struct ps_thread *thread)
{
	struct perf_event *event = xchg(&thread->loader_break, NULL);

	if (!event)
		return;
	unregister_hw_breakpoint(event);
	ps_thread_put(thread);
}
