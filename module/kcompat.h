/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernels, all of them. The rest of the module reads as if
 * there were only the newest one.
 *
 * Stable releases backport, so nothing here asks for a version number: what is
 * a macro is tested as a macro.
 */
#ifndef _NTDBG_KCOMPAT_H
#define _NTDBG_KCOMPAT_H

#include <linux/ftrace.h>
#include <linux/sched.h>

#ifndef CONFIG_X86_64
#error "ntdbg knows x86-64 only"
#endif
#ifndef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#error "ntdbg needs a kernel with CONFIG_DYNAMIC_FTRACE_WITH_ARGS"
#endif
#ifndef CONFIG_KPROBES
#error "ntdbg needs a kernel with CONFIG_KPROBES"
#endif

/* Until 6.11 struct ftrace_regs could be looked into. */
#ifndef arch_ftrace_regs
#define arch_ftrace_regs(fregs) (fregs)
#endif

#ifndef ftrace_regs_set_instruction_pointer
#define ftrace_regs_set_instruction_pointer(fregs, ip) \
	ftrace_instruction_pointer_set(fregs, ip)
#endif

#ifndef ftrace_regs_get_argument
#define ftrace_regs_get_argument(fregs, n) \
	regs_get_kernel_argument(&arch_ftrace_regs(fregs)->regs, n)
#endif

/* Shadow stacks came later. */
#ifndef SEGV_CPERR
#define SEGV_CPERR 10
#endif

/* Threads of a process that never go to user mode. */
#ifndef PF_USER_WORKER
#define PF_USER_WORKER 0
#endif

#ifndef CONFIG_PREEMPT_COUNT
#error "ntdbg needs a kernel with CONFIG_PREEMPT_COUNT (or PREEMPT_DYNAMIC)"
#endif

/* preemptible() is 0 where preemption is compiled out; this asks the counter itself. */
static inline bool kcompat_may_sleep(void)
{
	return !preempt_count() && !irqs_disabled();
}

/*
 * A variable that is written before it is read, and too large to be zeroed for
 * nothing on each call.
 */
#if __has_attribute(uninitialized)
#define kcompat_uninitialized __attribute__((uninitialized))
#else
#define kcompat_uninitialized
#endif

#define NTDBG_PF_NO_USER_MODE (PF_KTHREAD | PF_IO_WORKER | PF_USER_WORKER)

#endif /* _NTDBG_KCOMPAT_H */
