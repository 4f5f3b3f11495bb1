/* SPDX-License-Identifier: GPL-2.0 */
/* User APCs and alerts. */
#ifndef _NTDBG_KE_APC_H
#define _NTDBG_KE_APC_H

#include "ke/thread.h"

/**
 * struct ke_apc - a user APC in a thread's queue; made by kmalloc(), freed by delivery
 * @link: in ke_thread.apc_queue
 * @routine: of the thread's process
 * @arguments: what it gets
 */
struct ke_apc {
	struct list_head link;
	u64 routine;
	u64 arguments[3];
};

u32 ke_queue_apc(struct ke_thread *thread, u64 routine, u64 a0, u64 a1, u64 a2);
bool ke_alert_thread(struct ke_thread *thread);
u32 ke_test_alert(struct ke_thread *thread);

/*
 * An alertable wait:
 *
 *	ke_begin_alertable(thread);
 *	for (;;) {
 *		set_current_state(TASK_INTERRUPTIBLE);
 *		status = ke_check_alert(thread);	STATUS_USER_APC, STATUS_ALERTED or 0
 *		if (status || the condition || signal_pending(current))
 *			break;
 *		schedule...();
 *	}
 *	__set_current_state(TASK_RUNNING);
 *	ke_end_alertable(thread);
 *
 * Whoever queues or alerts wakes the task. A thread without an object (a kernel
 * caller) is never alerted: NULL is allowed in all three.
 */
void ke_begin_alertable(struct ke_thread *thread);
u32 ke_check_alert(struct ke_thread *thread);
void ke_end_alertable(struct ke_thread *thread);

struct ke_apc *ke_take_apc(struct ke_thread *thread);
void ke_rundown_apcs(struct ke_thread *thread);
void ke_flush_apcs(struct ke_thread *thread);

#endif /* _NTDBG_KE_APC_H */
