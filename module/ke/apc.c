// SPDX-License-Identifier: GPL-2.0
/* User APCs and alerts: queueing, and when they are due. */
#include <linux/sched.h>
#include <linux/slab.h>

#include "ke/apc.h"
#include "ntstatus.h"

/* The most that can wait in one queue: a sender must not fill the kernel's memory. */
#define KE_MAXIMUM_APCS 4096

/**
 * ke_queue_apc() - queue a user APC (KeInsertQueueApc)
 * @thread: whose
 * @routine: of that thread's process
 * @a0: its arguments
 * @a1: likewise
 * @a2: likewise
 *
 * It is delivered when the thread waits alertably, or asks.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_NO_MEMORY; STATUS_UNSUCCESSFUL if the thread is ending.
 */
u32 ke_queue_apc(struct ke_thread *thread, u64 routine, u64 a0, u64 a1, u64 a2)
{
	struct ke_apc *apc = kmalloc(sizeof(*apc), GFP_KERNEL_ACCOUNT);
	u32 status = STATUS_SUCCESS;
	bool wake;

	if (!apc)
		return STATUS_NO_MEMORY;
	*apc = (struct ke_apc){ .routine = routine, .arguments = { a0, a1, a2 } };
	spin_lock(&thread->apc_lock);
	if (thread->ended)
		status = STATUS_UNSUCCESSFUL;
	else if (thread->nr_apcs == KE_MAXIMUM_APCS)
		status = STATUS_NO_MEMORY;
	if (!status) {
		list_add_tail(&apc->link, &thread->apc_queue);
		thread->nr_apcs++;
	}
	wake = !status && thread->alertable;
	spin_unlock(&thread->apc_lock);
	if (status)
		kfree(apc);
	if (wake)
		wake_up_process(thread->task);
	return status;
}

/**
 * ke_alert_thread() - wake a thread from an alertable wait (KeAlertThread)
 * @thread: the thread
 *
 * Context: any but interrupts.
 * Return: whether it had been alerted already.
 */
bool ke_alert_thread(struct ke_thread *thread)
{
	bool before, wake;

	spin_lock(&thread->apc_lock);
	before = thread->alerted;
	thread->alerted = true;
	wake = thread->alertable;
	spin_unlock(&thread->apc_lock);
	if (wake)
		wake_up_process(thread->task);
	return before;
}

/**
 * ke_test_alert() - NtTestAlert: what is due is due now (KeTestAlertThread)
 * @thread: the current thread
 *
 * Context: any but interrupts.
 * Return: STATUS_ALERTED or STATUS_SUCCESS; in either case queued APCs are
 * delivered on the way to user mode.
 */
u32 ke_test_alert(struct ke_thread *thread)
{
	u32 status = STATUS_SUCCESS;

	/* Others only add; what comes after this is after the test. */
	if (!READ_ONCE(thread->alerted) && list_empty(&thread->apc_queue))
		return status;
	spin_lock(&thread->apc_lock);
	if (thread->alerted) {
		thread->alerted = false;
		status = STATUS_ALERTED;
	}
	thread->user_apc_pending = !list_empty(&thread->apc_queue);
	spin_unlock(&thread->apc_lock);
	return status;
}

/**
 * ke_begin_alertable() - from here on who queues or alerts wakes the thread
 * @thread: the current thread, or NULL
 *
 * Context: any but interrupts.
 */
void ke_begin_alertable(struct ke_thread *thread)
{
	if (!thread)
		return;
	spin_lock(&thread->apc_lock);
	thread->alertable = true;
	spin_unlock(&thread->apc_lock);
}

/**
 * ke_check_alert() - is there a reason to end the wait?
 * @thread: the current thread, or NULL
 *
 * Context: any but interrupts; the task's state may be set.
 * Return: STATUS_ALERTED, STATUS_USER_APC (to be delivered on the way to user
 * mode), or 0.
 */
u32 ke_check_alert(struct ke_thread *thread)
{
	u32 status = 0;

	if (!thread)
		return 0;
	spin_lock(&thread->apc_lock);
	if (thread->alerted) {
		thread->alerted = false;
		status = STATUS_ALERTED;
	} else if (!list_empty(&thread->apc_queue)) {
		thread->user_apc_pending = true;
		status = STATUS_USER_APC;
	}
	spin_unlock(&thread->apc_lock);
	return status;
}

/**
 * ke_end_alertable() - the wait is over
 * @thread: the current thread, or NULL
 *
 * Context: any but interrupts.
 */
void ke_end_alertable(struct ke_thread *thread)
{
	if (!thread)
		return;
	spin_lock(&thread->apc_lock);
	thread->alertable = false;
	spin_unlock(&thread->apc_lock);
}

/**
 * ke_take_apc() - the APC that is to be delivered now
 * @thread: the current thread, which has one pending
 *
 * Context: any but interrupts.
 * Return: the oldest, to be freed with kfree(), or NULL.
 */
struct ke_apc *ke_take_apc(struct ke_thread *thread)
{
	struct ke_apc *apc;

	spin_lock(&thread->apc_lock);
	thread->user_apc_pending = false;
	apc = list_first_entry_or_null(&thread->apc_queue, struct ke_apc, link);
	if (apc) {
		list_del(&apc->link);
		thread->nr_apcs--;
	}
	spin_unlock(&thread->apc_lock);
	return apc;
}

/**
 * ke_rundown_apcs() - the thread ends: nothing is queued any more
 * @thread: the thread
 *
 * Context: any but interrupts.
 */
void ke_rundown_apcs(struct ke_thread *thread)
{
	spin_lock(&thread->apc_lock);
	thread->ended = true;
	spin_unlock(&thread->apc_lock);
}

/**
 * ke_flush_apcs() - free what is queued
 * @thread: a thread that nobody else has a reference to
 *
 * Context: any.
 */
void ke_flush_apcs(struct ke_thread *thread)
{
	struct ke_apc *apc, *next;

	list_for_each_entry_safe(apc, next, &thread->apc_queue, link)
		kfree(apc);
}
