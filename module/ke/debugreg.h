/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_KE_DEBUGREG_H
#define _NTDBG_KE_DEBUGREG_H

#include <linux/types.h>

struct ps_thread;

/* Indices into ntdbg_context.dr: 0 to 3 are those registers. */
#define KE_DR6 4
#define KE_DR7 5

void ke_get_debug_registers(struct ps_thread *thread, u64 *dr);
int ke_set_debug_registers(struct ps_thread *thread, const u64 *dr);
void ke_clear_debug_registers(struct ps_thread *thread);

#endif /* _NTDBG_KE_DEBUGREG_H */
