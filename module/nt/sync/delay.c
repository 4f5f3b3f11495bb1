// SPDX-License-Identifier: GPL-2.0
/* Waiting for nothing but time, and not at all. */
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/threads.h>
#include <asm/unistd.h>

#include "ke/alert_id.h"
#include "ke/wait.h"
#include "nt/sync/sync.h"
#include "se/se.h"

/* What to wait for: nothing that ever comes */
static const struct ke_wait_object nt_nothing;

static u32 nt_yield(void)
{
	unsigned long before = current->nvcsw + current->nivcsw;

	yield();
	/* Only the scheduler knows whether there is another one; here is whether there was. */
	return current->nvcsw + current->nivcsw == before ? STATUS_NO_YIELD_PERFORMED :
	       STATUS_SUCCESS;
}

/*
 * NtDelayExecution: sleep. With an interval of 0 others may run.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS when the time is over, STATUS_USER_APC or
 * STATUS_ALERTED; what is wrong with the pointer.
 */
NT_SERVICE2(nt_delay_execution, u8, alertable, u64, from)
{
	struct nt_interval interval = { };
	u32 status;

	status = nt_get_u64(from, (u64 *)&interval.value);
	if (!status)
		status = se_allow(__NR_clock_nanosleep, CLOCK_MONOTONIC, 0, 0, 0, 0, 0);
	if (status)
		return status;
	status = ke_wait(&nt_nothing, 1, false, alertable, &interval);
	if (status != STATUS_TIMEOUT)
		return status;
	if (!interval.value)
		nt_yield();
	return STATUS_SUCCESS;
}

/*
 * NtYieldExecution: let another thread run.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_NO_YIELD_PERFORMED if there was none.
 */
NT_SERVICE0(nt_yield_execution)
{
	u32 status = se_allow(__NR_sched_yield, 0, 0, 0, 0, 0, 0);

	return status ? status : nt_yield();
}

/*
 * NtAlertThreadByThreadId: end the NtWaitForAlertByThreadId of a thread of the
 * caller's process, or its next one.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_CID: there is no such NT thread;
 * STATUS_ACCESS_DENIED: it is one of another process.
 */
NT_SERVICE1(nt_alert_thread_by_thread_id, u64, thread_id)
{
	u32 status = STATUS_INVALID_CID;
	struct ke_thread *thread = NULL;
	struct task_struct *task;
	bool mine = false;

	rcu_read_lock();
	task = thread_id <= PID_MAX_LIMIT ? pid_task(find_vpid(thread_id), PIDTYPE_PID) : NULL;
	if (task) {
		mine = same_thread_group(task, current);
		thread = ke_thread_find(task);
	}
	rcu_read_unlock();
	if (thread && mine)
		ke_alert_by_id(thread);
	if (thread)
		status = mine ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
	if (thread)
		ke_thread_put(thread);
	return status;
}

/*
 * NtWaitForAlertByThreadId: until another thread alerts the caller by its id.
 * @address tells debuggers what it is about.
 *
 * Context: may sleep.
 * Return: STATUS_ALERTED; STATUS_TIMEOUT; what is wrong with the pointer.
 */
NT_SERVICE2(nt_wait_for_alert_by_thread_id, u64, address, u64, timeout)
{
	struct nt_interval interval;
	u32 status;

	status = nt_get_interval(timeout, &interval);
	return status ? status : ke_wait_for_alert_by_id(&interval);
}
