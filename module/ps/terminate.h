/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_PS_TERMINATE_H
#define _NTDBG_PS_TERMINATE_H

#include <linux/types.h>

struct ps_process;
struct ps_thread;

long ps_exit_code(u32 nt_status);
int ps_terminate_thread(struct ps_thread *thread, u32 nt_status);
int ps_terminate_others(struct ps_process *process, u32 nt_status);
int ps_end_current(bool process, u32 nt_status);

#endif /* _NTDBG_PS_TERMINATE_H */
