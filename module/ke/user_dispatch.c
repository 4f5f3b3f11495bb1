// SPDX-License-Identifier: GPL-2.0
/* From the kernel to a dispatcher in user mode. */
#include <linux/slab.h>

#include "ke/apc.h"
#include "ke/user_dispatch.h"

/**
 * ke_deliver_user_apc() - KiDeliverApc on the way to user mode
 * @thread: the current thread
 * @regs: its registers, as they are to be when the APC is done
 *
 * Context: may sleep.
 */
void ke_deliver_user_apc(struct ke_thread *thread, struct pt_regs *regs)
{
	kfree(ke_take_apc(thread));
}
