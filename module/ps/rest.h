/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads at rest: where a thread waits for us (parked, or held at an event) its
 * registers are in memory and can be read and written by others.
 *
 * A thread says that it comes to rest before it sleeps, and that it leaves its
 * rest after it wakes, the latter under regs_lock. Whoever has regs_lock and
 * sees at_rest and that the thread is on no CPU thus has its registers to
 * himself: user mode is behind that lock, and the kernel does not touch user
 * registers on the way there.
 *
 * regs_lock is taken inside ps_process.lock and is a leaf.
 */
#ifndef _NTDBG_PS_REST_H
#define _NTDBG_PS_REST_H

#include "ps/thread.h"

static inline void ps_rest_begin(struct ps_thread *thread)
{
	WRITE_ONCE(thread->at_rest, true);
}

static inline void ps_rest_end(struct ps_thread *thread)
{
	spin_lock(&thread->regs_lock);
	thread->at_rest = false;
	spin_unlock(&thread->regs_lock);
}

/**
 * typedef ps_look_t - do something with the registers of a thread
 * @thread: a thread whose registers are in memory
 * @asleep: it sleeps in the kernel: it may wake up at any time, but does not get
 *          to user mode; else it is at rest
 * @argument: of the caller
 *
 * Under regs_lock.
 */
typedef int (*ps_look_t)(struct ps_thread *thread, bool asleep, void *argument);

int ps_hold(struct ps_thread *thread);
void ps_unhold(struct ps_thread *thread);
int ps_look(struct ps_thread *thread, ps_look_t look, void *argument);
bool ps_look_at_rest(struct ps_thread *thread, ps_look_t look, void *argument, int *ret);

#endif /* _NTDBG_PS_REST_H */
