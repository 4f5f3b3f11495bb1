/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_KE_FPU_H
#define _NTDBG_KE_FPU_H

#include <linux/irqflags.h>
#include <linux/thread_info.h>
#include <linux/types.h>

#include "symbols.h"

struct task_struct;

/* What FXSAVE writes, as far as the module looks into it. */
struct ke_fxsave {
	u16 cwd, swd, twd, fop;
	u64 rip, rdp;
	u32 mxcsr, mxcsr_mask;
	u8 rest[480];
};

int ke_get_fxsave(struct task_struct *task, void *fxsave);
int ke_set_fxsave(struct task_struct *task, const void *fxsave);

/*
 * The current task's registers into the CPU, if a context switch or the kernel's
 * own use has put them into memory. Interrupts are off, so that they stay there.
 */
static __always_inline bool ke_load_registers(void)
{
	if (unlikely(test_thread_flag(TIF_NEED_FPU_LOAD)))
		symbols_switch_fpu_return();
	return likely(!test_thread_flag(TIF_NEED_FPU_LOAD));
}

/**
 * ke_clear_volatile_xmm() - XMM0 to XMM5 are zero when an NT call returns
 *
 * Context: on the way to user mode, preemptible.
 */
static __always_inline void ke_clear_volatile_xmm(void)
{
	local_irq_disable();
	if (ke_load_registers())
		asm volatile("xorps %%xmm0, %%xmm0\n\txorps %%xmm1, %%xmm1\n\t"
			     "xorps %%xmm2, %%xmm2\n\txorps %%xmm3, %%xmm3\n\t"
			     "xorps %%xmm4, %%xmm4\n\txorps %%xmm5, %%xmm5" : : : "memory");
	local_irq_enable();
}

void ke_load_fxsave(struct ke_fxsave *fxsave);

#endif /* _NTDBG_KE_FPU_H */
