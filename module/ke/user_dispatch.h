/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the kernel to a dispatcher in user mode and back: KiUserApcDispatcher,
 * KiUserExceptionDispatcher, NtContinue and NtRaiseException.
 *
 * Both dispatchers find a CONTEXT where RSP points, below the 128 bytes that the
 * interrupted code may use under its stack pointer. For an APC P1Home to P3Home
 * are the arguments and P4Home is the routine; for an exception its
 * EXCEPTION_RECORD is KE_RECORD_OFFSET above.
 *
 * An exception goes to the debugger, to the dispatcher, and when that asks for
 * the second chance (NtRaiseException with FirstChance FALSE) to Linux's own
 * handler; only if there is none to the debugger again.
 */
#ifndef _NTDBG_KE_USER_DISPATCH_H
#define _NTDBG_KE_USER_DISPATCH_H

#include <linux/types.h>

struct ke_exception_record;
struct ke_nt_context;
struct ke_thread;
struct kernel_siginfo;
struct ntdbg_fault;
struct pt_regs;

#define KE_RECORD_OFFSET 0x4f0

void ke_deliver_user_apc(struct ke_thread *thread, struct pt_regs *regs);
bool ke_deliver_exception(struct ke_thread *thread, const struct ke_exception_record *record);

u32 ke_continue(struct ke_thread *thread, const struct ke_nt_context *context, bool test_alert);
u32 ke_raise_exception(struct ke_thread *thread, const struct ke_exception_record *record,
		       const struct ke_nt_context *context, bool first_chance);

void ke_keep_fault(struct ke_thread *thread, const struct kernel_siginfo *info,
		   const struct ke_exception_record *record);
void ke_forget_fault(struct ke_thread *thread);
u32 ke_raise_status(struct ke_thread *thread, u32 status);

#endif /* _NTDBG_KE_USER_DISPATCH_H */
