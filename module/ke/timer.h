/* SPDX-License-Identifier: GPL-2.0 */
/* Timers. */
#ifndef _NTDBG_KE_TIMER_H
#define _NTDBG_KE_TIMER_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "ke/wait.h"

struct nt_timeout;

/**
 * struct ke_timer_setting - what a timer is set to
 * @due: when it expires for the first time
 * @period_ns: and then again and again, or 0
 * @routine: of a user APC when it expires, or 0
 * @context: its first argument
 */
struct ke_timer_setting {
	const struct nt_timeout *due;
	u64 period_ns;
	u64 routine;
	u64 context;
};

/**
 * struct ke_timer - ETIMER
 * @object: header and dispatcher
 * @mutex: held by who sets it, cancels it, or queues its APC
 * @monotonic: runs to a relative time, and through the periods
 * @real: runs to an absolute time
 * @period_ns: or 0; while one of the two runs it does not change
 * @thread: who gets an APC, referenced; or NULL
 * @routine: of that APC
 * @context: its first argument
 * @work: queues the APC
 * @due: there is one to be queued
 */
struct ke_timer {
	struct ke_object object;
	struct mutex mutex;	/* all of the below */
	struct hrtimer monotonic;
	struct hrtimer real;
	u64 period_ns;
	struct ke_thread *thread;
	u64 routine;
	u64 context;
	struct work_struct work;
	bool due;
};

extern const struct ob_type ke_timer_type;

#define KE_TIMER_QUERY_STATE	0x0001u
#define KE_TIMER_MODIFY_STATE	0x0002u
#define KE_TIMER_ALL_ACCESS	0x1f0003u

struct ke_timer *ke_timer_create(bool synchronization);
bool ke_timer_set(struct ke_timer *timer, const struct ke_timer_setting *setting);
bool ke_timer_cancel(struct ke_timer *timer);
s64 ke_timer_remaining(struct ke_timer *timer);

#endif /* _NTDBG_KE_TIMER_H */
