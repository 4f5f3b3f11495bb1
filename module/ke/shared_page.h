/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KUSER_SHARED_DATA: one page for each profile and for each value of
 * NTDBG_NT_SYSTEM_CALL, made when the first process asks for it, that all such
 * processes have at NTDBG_SHARED_USER_DATA. A timer keeps the times in them
 * current while there is an NT process.
 */
#ifndef _NTDBG_KE_SHARED_PAGE_H
#define _NTDBG_KE_SHARED_PAGE_H

#include <linux/types.h>

struct ntdbg_nt_start;

/* In 100 ns units: of one clock tick, and of the clock behind NtQueryPerformanceCounter */
#define KE_TICK		156250u
#define KE_TICK_MINIMUM	5000u
#define KE_QPC_FREQUENCY 10000000u

int ke_shared_page_map(const struct ntdbg_nt_start *start);
void ke_shared_page_unmap(void);
void ke_shared_page_exit(void);
void ke_shared_page_update(void);

u64 ke_system_time(void);
u64 ke_interrupt_time(void);
u64 ke_performance_counter(void);

u32 ke_change_timer_resolution(u32 old, u32 wanted);
u32 ke_timer_resolution(void);

#endif /* _NTDBG_KE_SHARED_PAGE_H */
