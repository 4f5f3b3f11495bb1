// SPDX-License-Identifier: GPL-2.0
/* Timers: two of Linux's, because an absolute time follows the clock when that is set. */
#include <linux/slab.h>

#include "hook.h"
#include "kcompat.h"
#include "ke/apc.h"
#include "ke/event.h"
#include "ke/timer.h"
#include "nt/user.h"

static void ke_timer_free(void *object);

const struct ob_type ke_timer_type = {
	.id = NTDBG_OBJECT_TIMER,
	.name = "[nt-timer]",
	.generic_read = KE_STANDARD_READ | KE_TIMER_QUERY_STATE,
	.generic_write = KE_STANDARD_READ | KE_TIMER_MODIFY_STATE,
	.generic_execute = KE_STANDARD_EXECUTE,
	.all_access = KE_TIMER_ALL_ACCESS,
	.fops = &ke_object_fops,
	.dispatcher = ke_object_dispatcher,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = ke_timer_free,
};

/* Also in interrupts. An APC is first in the queue, and then the timer is signalled. */
static void ke_timer_expire(struct ke_timer *timer)
{
	if (!timer->thread) {
		ke_signal(&timer->object.dispatcher);
		return;
	}
	WRITE_ONCE(timer->due, true);
	/* One that is being freed needs nothing any more. */
	if (!refcount_inc_not_zero(&timer->object.header.refs))
		return;
	hook_hold();
	if (schedule_work(&timer->work))
		return;
	/* It is queued, and has its own reference, so this is not the last one. */
	refcount_dec(&timer->object.header.refs);
	hook_leave();
}

static void ke_timer_work(struct work_struct *work)
{
	struct ke_timer *timer = container_of(work, struct ke_timer, work);
	u64 now = nt_absolute_time(ktime_get_real_ns());

	mutex_lock(&timer->mutex);
	if (READ_ONCE(timer->due) && timer->thread) {
		WRITE_ONCE(timer->due, false);
		ke_queue_apc(timer->thread, timer->routine, timer->context, (u32)now, now >> 32);
		ke_signal(&timer->object.dispatcher);
	}
	mutex_unlock(&timer->mutex);
	ob_put(&timer->object.header);
	hook_leave();
}

static enum hrtimer_restart ke_timer_monotonic(struct hrtimer *hrtimer)
{
	struct ke_timer *timer = container_of(hrtimer, struct ke_timer, monotonic);

	ke_timer_expire(timer);
	if (!timer->period_ns)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(hrtimer, ns_to_ktime(timer->period_ns));
	return HRTIMER_RESTART;
}

static void ke_timer_next_period(struct ke_timer *timer)
{
	if (timer->period_ns)
		hrtimer_start(&timer->monotonic, ns_to_ktime(timer->period_ns), HRTIMER_MODE_REL);
}

static enum hrtimer_restart ke_timer_real(struct hrtimer *hrtimer)
{
	struct ke_timer *timer = container_of(hrtimer, struct ke_timer, real);

	ke_timer_expire(timer);
	ke_timer_next_period(timer);
	return HRTIMER_NORESTART;
}

/**
 * ke_timer_create() - a new timer
 * @synchronization: one wait takes the signal
 *
 * Context: may sleep.
 * Return: the timer, or NULL.
 */
struct ke_timer *ke_timer_create(bool synchronization)
{
	struct ke_timer *timer = kzalloc(sizeof(*timer), GFP_KERNEL_ACCOUNT);

	if (!timer)
		return NULL;
	ob_header_init(&timer->object.header, &ke_timer_type);
	ke_dispatcher_init(&timer->object.dispatcher,
			   synchronization ? KE_SYNCHRONIZATION : KE_NOTIFICATION, 0);
	mutex_init(&timer->mutex);
	kcompat_hrtimer_setup(&timer->monotonic, ke_timer_monotonic, CLOCK_MONOTONIC);
	kcompat_hrtimer_setup(&timer->real, ke_timer_real, CLOCK_REALTIME);
	INIT_WORK(&timer->work, ke_timer_work);
	return timer;
}

/* The one for absolute times starts the other one. */
static void ke_timer_stop(struct ke_timer *timer)
{
	hrtimer_cancel(&timer->real);
	hrtimer_cancel(&timer->monotonic);
	WRITE_ONCE(timer->due, false);
	if (timer->thread)
		ke_thread_put(timer->thread);
	timer->thread = NULL;
}

static void ke_timer_free(void *object)
{
	struct ke_timer *timer = object;

	ke_timer_stop(timer);
	mutex_destroy(&timer->mutex);
	kfree(timer);
}

static void ke_timer_start(struct ke_timer *timer, const struct nt_timeout *due)
{
	ktime_t now = due->absolute ? ktime_get_real() : ktime_get();

	if (!due->ns || due->ns <= now) {
		ke_timer_expire(timer);
		ke_timer_next_period(timer);
	} else {
		hrtimer_start(due->absolute ? &timer->real : &timer->monotonic, due->ns,
			      HRTIMER_MODE_ABS);
	}
}

/**
 * ke_timer_set() - set a timer, also one that is running (KeSetTimerEx)
 * @timer: the timer
 * @setting: to what
 *
 * It is not signalled then until it expires. A user APC is one of the current thread.
 *
 * Context: may sleep.
 * Return: whether it was signalled before.
 */
bool ke_timer_set(struct ke_timer *timer, const struct ke_timer_setting *setting)
{
	struct ke_thread *thread = setting->routine ? ke_thread_find(current) : NULL;
	bool before;

	mutex_lock(&timer->mutex);
	ke_timer_stop(timer);
	before = ke_unsignal(&timer->object.dispatcher);
	timer->period_ns = setting->period_ns;
	timer->thread = thread;
	timer->routine = setting->routine;
	timer->context = setting->context;
	ke_timer_start(timer, setting->due);
	mutex_unlock(&timer->mutex);
	return before;
}

/**
 * ke_timer_cancel() - it will not expire (KeCancelTimer)
 * @timer: the timer
 *
 * Context: may sleep.
 * Return: whether it is signalled, which does not change.
 */
bool ke_timer_cancel(struct ke_timer *timer)
{
	mutex_lock(&timer->mutex);
	ke_timer_stop(timer);
	mutex_unlock(&timer->mutex);
	return READ_ONCE(timer->object.dispatcher.state) > 0;
}

/**
 * ke_timer_remaining() - how long until it expires
 * @timer: the timer
 *
 * Context: may sleep.
 * Return: in 100 ns; 0 if it is not running.
 */
s64 ke_timer_remaining(struct ke_timer *timer)
{
	s64 remaining = 0;

	mutex_lock(&timer->mutex);
	if (hrtimer_active(&timer->real))
		remaining = hrtimer_get_remaining(&timer->real);
	else if (hrtimer_active(&timer->monotonic))
		remaining = hrtimer_get_remaining(&timer->monotonic);
	mutex_unlock(&timer->mutex);
	return max(remaining, 0LL) / 100;
}
