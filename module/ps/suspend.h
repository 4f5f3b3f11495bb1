/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holding threads. Two counts: the suspend count of a thread, which NT shows,
 * and the freeze count of a process, which it does not. A thread parks where
 * it is about to go to user mode while either is not zero. No signal is sent,
 * so no system call is interrupted: a thread that sleeps in one stays asleep.
 */
#ifndef _NTDBG_PS_SUSPEND_H
#define _NTDBG_PS_SUSPEND_H

#include <linux/sched/signal.h>

#include "ps/thread.h"

struct ps_process;

/* How a thread is held: SIGKILL ends it, the freezer may have it, it is no load. */
#define PS_HELD_STATE (TASK_KILLABLE | TASK_NOLOAD | TASK_FREEZABLE)

void ps_freeze(struct ps_process *process, struct ps_thread *except);
void ps_thaw(struct ps_process *process);
/* The current thread is to end: nothing may hold it. */
static inline bool ps_dying(struct ps_thread *thread)
{
	return fatal_signal_pending(current) || test_bit(0, &thread->terminated);
}

int ps_suspend(struct ps_thread *thread, unsigned int *previous);
unsigned int ps_resume(struct ps_thread *thread);
void ps_suspend_all(struct ps_process *process);
void ps_resume_all(struct ps_process *process);
void ps_park(struct ps_thread *thread);
void ps_park_suspended(struct ps_thread *thread);

#endif /* _NTDBG_PS_SUSPEND_H */
