// SPDX-License-Identifier: GPL-2.0
/* Floating point registers, by the kernel's own register sets. */
#include <linux/elf.h>
#include <linux/irqflags.h>
#include <linux/regset.h>
#include <linux/sched.h>

#include "ke/fpu.h"

/* What every x86-64 CPU takes; another bit would be a fault. */
#define KE_MXCSR_VALID 0xffffu

/* NT_PRFPREG of 64-bit tasks, NT_PRXFPREG of 32-bit ones: what has FXSAVE's size. */
static const struct user_regset *ke_fxsave_regset(struct task_struct *task)
{
	const struct user_regset_view *view = task_user_regset_view(task);
	unsigned int i;

	for (i = 0; i < view->n; i++) {
		const struct user_regset *set = &view->regsets[i];

		if ((set->core_note_type == NT_PRFPREG || set->core_note_type == NT_PRXFPREG) &&
		    set->n * set->size == sizeof(struct ke_fxsave))
			return set;
	}
	return NULL;
}

/**
 * ke_get_fxsave() - read the floating point registers
 * @task: the current task, or one that does not run
 * @fxsave: 512 bytes
 *
 * Context: any in which preemption may be off.
 * Return: 0, or -EOPNOTSUPP.
 */
int ke_get_fxsave(struct task_struct *task, void *fxsave)
{
	const struct user_regset *set = ke_fxsave_regset(task);

	if (!set || regset_get(task, set, sizeof(struct ke_fxsave), fxsave) < 0)
		return -EOPNOTSUPP;
	return 0;
}

/**
 * ke_set_fxsave() - write the floating point registers
 * @task: one that does not run, and not the current one
 * @fxsave: 512 bytes
 *
 * Context: as ke_get_fxsave().
 * Return: 0, -EINVAL if MXCSR has a reserved bit, -EOPNOTSUPP.
 */
int ke_set_fxsave(struct task_struct *task, const void *fxsave)
{
	const struct user_regset *set = ke_fxsave_regset(task);

	if (!set)
		return -EOPNOTSUPP;
	return set->set(task, set, 0, sizeof(struct ke_fxsave), fxsave, NULL);
}

/**
 * ke_load_fxsave() - give the current task floating point registers
 * @fxsave: 512 bytes, aligned to 16; reserved bits of its MXCSR are cleared
 *
 * Context: on the way to user mode, preemptible.
 */
void ke_load_fxsave(struct ke_fxsave *fxsave)
{
	fxsave->mxcsr &= KE_MXCSR_VALID;
	local_irq_disable();
	if (ke_load_registers())
		asm volatile("fxrstor64 %0" : : "m" (*fxsave) : "memory");
	local_irq_enable();
}
