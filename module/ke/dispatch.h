/* SPDX-License-Identifier: GPL-2.0 */
/* KiSystemCall64, KiSystemService and KiServiceExit for NT threads. */
#ifndef _NTDBG_KE_DISPATCH_H
#define _NTDBG_KE_DISPATCH_H

#include <linux/jump_label.h>
#include <linux/ptrace.h>
#include <linux/types.h>

#include "ke/thread.h"

struct ke_service_table;
struct ke_service_tables;

/**
 * struct ke_trap_frame - the record of an NT call under way (KTRAP_FRAME)
 * @previous: of the call in which this one is made, or NULL
 * @previous_mode: PreviousMode before this call
 * @regs: the caller's registers, NULL for a call by the kernel
 */
struct ke_trap_frame {
	struct ke_trap_frame *previous;
	u8 previous_mode;
	struct pt_regs *regs;
};

/* Of a service that has set the registers itself (NtContinue): they stay as they are. */
#define KE_STATUS_CONTEXT_SET	0x2fff0002u

/* Which descriptor a number selects: x64 looks at bit 12 alone, x86 at 12 and 13. */
static inline u32 ke_table_of(bool x86, u32 number)
{
	return x86 ? (number >> 12) & 3 : (number >> 12) & 1;
}

/* syscall and int n both have two bytes: where to begin again. */
#define KE_ENTRY_LENGTH	2

/* Is the call that was interrupted this one? */
static inline bool ke_restart_of(const struct ke_thread *thread, const struct pt_regs *regs)
{
	return thread->restart_ip == regs->ip && thread->restart_sp == regs->sp;
}

#define KE_INDEX_MASK	0xfffu
#define KE_WIN32_TABLE	1u
#define KE_WIN32_NUMBER	0x1000u /* the bit that says so */

void ki_system_call64(struct ke_thread *thread, struct pt_regs *regs, u32 number);
void ki_system_service32(struct ke_thread *thread, struct pt_regs *regs, u32 number);
u64 ke_system_calls(void);
u32 ke_convert_to_gui_thread(struct ke_thread *thread, enum ke_mode mode);
int ke_enter_win32(void);
void ke_leave_win32(int key);
u32 ke_filtered_call(struct ke_thread *thread, const struct ke_service_tables *tables, u32 number,
		     const struct ke_service_table *table, u64 *arguments);
void ke_entry_hooks_add(void);
bool ke_entry_from_stub(void);
bool ke_entry_from_interrupt(void);

DECLARE_STATIC_KEY_FALSE(ke_filters_on);

#endif /* _NTDBG_KE_DISPATCH_H */
