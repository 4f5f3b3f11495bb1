// SPDX-License-Identifier: GPL-2.0
/* Alerts by thread id: see alert_id.h. */
#include "ke/alert_id.h"
#include "ke/wait.h"
#include "ntstatus.h"

/**
 * ke_alert_by_id() - end a thread's wait for it, or its next one
 * @thread: the thread
 *
 * Context: any but interrupts.
 */
void ke_alert_by_id(struct ke_thread *thread)
{
	struct ke_waiter *waiter;
	bool wake = false;

	spin_lock(&thread->apc_lock);
	waiter = thread->alert_waiter;
	if (waiter && ke_waiter_claim(waiter)) {
		thread->alert_waiter = NULL;
		ke_waiter_finish(waiter, STATUS_ALERTED);
		wake = true;
	} else {
		thread->alert_by_id = true;
	}
	spin_unlock(&thread->apc_lock);
	if (wake)
		wake_up_process(thread->task);
}

/**
 * ke_wait_for_alert_by_id() - wait until somebody alerts the current thread by its id
 * @interval: how long
 *
 * Context: may sleep.
 * Return: STATUS_ALERTED, STATUS_TIMEOUT, NT_STATUS_RESTART.
 */
u32 ke_wait_for_alert_by_id(const struct nt_interval *interval)
{
	struct ke_waiter waiter;
	struct ke_thread *thread;
	bool alerted;
	u32 status;

	ke_waiter_init(&waiter);
	thread = waiter.thread;
	if (!thread)
		return STATUS_NOT_SUPPORTED;
	spin_lock(&thread->apc_lock);
	alerted = thread->alert_by_id;
	thread->alert_by_id = false;
	if (!alerted)
		thread->alert_waiter = &waiter;
	spin_unlock(&thread->apc_lock);
	if (alerted)
		return STATUS_ALERTED;

	status = ke_sleep(&waiter, false, interval);
	if (status != STATUS_ALERTED) {
		spin_lock(&thread->apc_lock);
		thread->alert_waiter = NULL;
		/* Whoever came behind the end of the wait. */
		if (status == STATUS_TIMEOUT && thread->alert_by_id) {
			thread->alert_by_id = false;
			status = STATUS_ALERTED;
		}
		spin_unlock(&thread->apc_lock);
	}
	return status;
}
