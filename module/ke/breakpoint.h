/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_KE_BREAKPOINT_H
#define _NTDBG_KE_BREAKPOINT_H

#include <linux/types.h>

struct ps_thread;

int ke_break_at(struct ps_thread *thread, u64 address);
void ke_break_clear(struct ps_thread *thread);

#endif /* _NTDBG_KE_BREAKPOINT_H */
