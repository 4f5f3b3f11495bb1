/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_KE_FPU_H
#define _NTDBG_KE_FPU_H

#include <linux/types.h>

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

void ke_clear_volatile_xmm(void);
void ke_load_fxsave(struct ke_fxsave *fxsave);

#endif /* _NTDBG_KE_FPU_H */
