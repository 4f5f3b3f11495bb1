// SPDX-License-Identifier: GPL-2.0
/* The facts of one fault, gathered on the faulting thread. */
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/fsgsbase.h>
#include <asm/msr.h>
#include <asm/segment.h>
#include <asm/trapnr.h>

#include "ke/exception.h"
#include "ke/fpu.h"
#include "words.h"

/* In the kernel the user's GS base is the one that swapgs put away. */
static u64 ke_user_gs_base(void)
{
	u32 low, high;

	rdmsr(MSR_KERNEL_GS_BASE, low, high);
	return (u64)high << 32 | low;
}

/**
 * ke_read_regs() - all registers of the current thread but floating point and debug ones
 * @out: where they go
 * @regs: of the current thread
 *
 * Context: any in which the current task is a user thread.
 */
void ke_read_regs(struct ntdbg_regs *out, const struct pt_regs *regs)
{
	u16 ds, es, fs, gs;

	savesegment(ds, ds);
	savesegment(es, es);
	savesegment(fs, fs);
	savesegment(gs, gs);
	*out = (struct ntdbg_regs){
		.r15 = regs->r15, .r14 = regs->r14, .r13 = regs->r13, .r12 = regs->r12,
		.rbp = regs->bp, .rbx = regs->bx, .r11 = regs->r11, .r10 = regs->r10,
		.r9 = regs->r9, .r8 = regs->r8, .rax = regs->ax, .rcx = regs->cx,
		.rdx = regs->dx, .rsi = regs->si, .rdi = regs->di, .orig_rax = regs->orig_ax,
		.rip = regs->ip, .cs = regs->cs, .eflags = regs->flags, .rsp = regs->sp,
		.ss = regs->ss,
		.fs_base = x86_fsbase_read_cpu(), .gs_base = ke_user_gs_base(),
		.ds = ds, .es = es, .fs = fs, .gs = gs,
	};
}

/* As much of the instruction as can be read without disturbing anything. */
static void ke_read_instruction(struct ntdbg_fault *fault)
{
	unsigned long at = fault->ip - (fault->trap == X86_TRAP_BP);

	fault->insn_len = sizeof(fault->insn);
	if (words_from_user(fault->insn, (void __user *)at, sizeof(fault->insn)))
		return;
	fault->insn_len = sizeof(fault->insn) -
			  copy_from_user(fault->insn, (void __user *)at, sizeof(fault->insn));
}

/*
 * Below the main stack there is a gap that the stack may not grow into; below
 * a thread's stack its library keeps pages without any access.
 */
static bool ke_in_guard_gap(u64 address, u64 stack)
{
	struct vm_area_struct *vma, *above;
	bool in_gap = false;

	mmap_read_lock(current->mm);
	vma = find_vma(current->mm, address);
	if (vma && address < vma->vm_start) {
		in_gap = (vma->vm_flags & VM_GROWSDOWN) &&
			 vma->vm_start - address <= SZ_1M;
	} else if (vma && !(vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC))) {
		above = find_vma(current->mm, vma->vm_end);
		in_gap = above && above->vm_start == vma->vm_end &&
			 stack >= vma->vm_start && stack < above->vm_end;
	}
	mmap_read_unlock(current->mm);
	return in_gap;
}

/* The words that say which floating point exception it was. */
static void ke_read_fpu(struct ntdbg_fault *fault)
{
	struct ke_fxsave fxsave;

	if (ke_get_fxsave(current, &fxsave))
		return;
	fault->mxcsr = fxsave.mxcsr;
	fault->fsw = fxsave.swd | BIT(31);
}

/**
 * ke_read_place() - where the current thread is, for an exception that is no fault
 * @fault: gets the registers and nothing else
 *
 * Context: any in which the current task is a user thread.
 */
void ke_read_place(struct ntdbg_fault *fault)
{
	const struct pt_regs *regs = task_pt_regs(current);

	memset(fault, 0, sizeof(*fault));
	fault->ip = regs->ip;
	ke_read_regs(&fault->regs, regs);
}

/**
 * ke_read_fault() - gather the facts
 * @fault: where they go
 * @info: what Linux would tell the signal's handler
 *
 * Context: the faulting thread, may sleep.
 */
void ke_read_fault(struct ntdbg_fault *fault, const struct kernel_siginfo *info)
{
	const struct pt_regs *regs = task_pt_regs(current);

	memset(fault, 0, sizeof(*fault));
	fault->signo = info->si_signo;
	fault->code = info->si_code;
	fault->error = info->si_code == SEGV_PKUERR && info->si_signo == SIGSEGV ?
		       (int)info->si_pkey : info->si_errno;
	fault->trap = current->thread.trap_nr;
	fault->error_code = current->thread.error_code;
	fault->address = (__force u64)info->si_addr;
	fault->ip = regs->ip;
	ke_read_instruction(fault);
	ke_read_regs(&fault->regs, regs);
	if (info->si_signo == SIGSEGV && info->si_addr)
		fault->in_guard_gap = ke_in_guard_gap(fault->address, regs->sp);
	if (info->si_signo == SIGFPE)
		ke_read_fpu(fault);
	if (fault->trap == X86_TRAP_DB)
		fault->dr6 = current->thread.virtual_dr6;
}
