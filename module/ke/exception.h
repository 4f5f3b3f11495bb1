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

struct ps_thread;

/**
 * typedef ke_forward_exception_t - ask the debugger (DbgkForwardException)
 * @thread: the current thread
 * @fault: the facts
 * @software: what software makes of them, or NULL
 * @chance: NTDBG_EXCEPTION_*
 *
 * May sleep.
 * Return: true if it was handled: the thread goes on, no signal is made.
 */
typedef bool (*ke_forward_exception_t)(struct ps_thread *thread, const struct ntdbg_fault *fault,
				       const struct ntdbg_software *software, u32 chance);

void ke_set_forward_exception(ke_forward_exception_t forward);
void ke_hooks_add(void);

struct kernel_siginfo;
bool ke_first_chance_of_software(const struct ntdbg_software *software);
void ke_last_chance(struct kernel_siginfo *info, const struct ntdbg_software *software);
struct pt_regs;
void ke_read_regs(struct ntdbg_regs *out, const struct pt_regs *regs);
void ke_read_place(struct ntdbg_fault *fault);
void ke_read_fault(struct ntdbg_fault *fault, const struct kernel_siginfo *info);

#endif /* _NTDBG_KE_EXCEPTION_H */
