/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Synchronous faults of user code, before Linux makes a signal of them: NT's
 * KiDispatchException. There is one listener, the debug port; it is set once,
 * before anything is hooked.
 */
#ifndef _NTDBG_KE_EXCEPTION_H
#define _NTDBG_KE_EXCEPTION_H

#include <linux/types.h>
#include <ntdbg/dbgport.h>

/**
 * typedef ke_forward_exception_t - ask the debugger (DbgkForwardException)
 * @fault: the facts
 * @chance: NTDBG_EXCEPTION_*
 *
 * On the faulting thread; may sleep.
 * Return: true if it was handled: the thread goes on, no signal is made.
 */
typedef bool (*ke_forward_exception_t)(const struct ntdbg_fault *fault, u32 chance);

void ke_set_forward_exception(ke_forward_exception_t forward);
void ke_hooks_add(void);

struct kernel_siginfo;
void ke_read_fault(struct ntdbg_fault *fault, const struct kernel_siginfo *info);

#endif /* _NTDBG_KE_EXCEPTION_H */
