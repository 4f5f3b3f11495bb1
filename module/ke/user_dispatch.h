/* SPDX-License-Identifier: GPL-2.0 */
/* From the kernel to a dispatcher in user mode: KiUserApcDispatcher, KiUserExceptionDispatcher. */
#ifndef _NTDBG_KE_USER_DISPATCH_H
#define _NTDBG_KE_USER_DISPATCH_H

struct ke_thread;
struct pt_regs;

void ke_deliver_user_apc(struct ke_thread *thread, struct pt_regs *regs);

#endif /* _NTDBG_KE_USER_DISPATCH_H */
