/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernels, all of them. The rest of the module reads as if
 * there were only the newest one.
 *
 * Stable releases backport, so nothing here asks for a version number: what is
 * a macro is tested as a macro, and for what is a function Kbuild looks into the
 * kernel's headers (KCOMPAT_*).
 */
#ifndef _NTDBG_KCOMPAT_H
#define _NTDBG_KCOMPAT_H

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/hrtimer.h>
#include <linux/mount.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/shmem_fs.h>

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

/*
 * The id mapping of a mount, under the type that it has in this kernel: since
 * 6.3, when file locks got a header of their own, it is a struct mnt_idmap.
 */
static inline void *kcompat_idmap(const struct vfsmount *mnt)
{
#ifdef KCOMPAT_FILELOCK_H
	return mnt_idmap(mnt);
#else
	return mnt_user_ns(mnt);
#endif
}

/* Since 6.12 a struct fd is one word. */
#ifndef fd_file
#define fd_file(f) ((f).file)
#endif

/* Does closing this file make an fsnotify event? */
#ifndef FMODE_FSNOTIFY_NONE
#define FMODE_FSNOTIFY_NONE(mode) ((mode) & FMODE_NONOTIFY)
#endif

/* Since 6.9 locks and leases share a struct file_lock_core. */
#ifdef KCOMPAT_FILELOCK_H
#include <linux/filelock.h>
#endif
#ifdef for_each_file_lock
#define kcompat_lock_part(lock, part) ((lock)->c.flc_##part)
#else
#define kcompat_lock_part(lock, part) ((lock)->fl_##part)
#endif

/* Since 7.0 flags of mappings are a type of their own. */
#ifdef EMPTY_VMA_FLAGS
#define kcompat_shmem_file(name, size, no_reserve) \
	shmem_file_setup(name, size, (no_reserve) ? mk_vma_flags(VMA_NORESERVE_BIT) : \
						    EMPTY_VMA_FLAGS)
#else
#define kcompat_shmem_file(name, size, no_reserve) \
	shmem_file_setup(name, size, (no_reserve) ? VM_NORESERVE : 0)
#endif

/* A timer that is started with absolute times. */
static inline void kcompat_hrtimer_setup(struct hrtimer *timer,
					 enum hrtimer_restart (*function)(struct hrtimer *),
					 clockid_t clock)
{
#ifdef KCOMPAT_HRTIMER_SETUP
	hrtimer_setup(timer, function, clock, HRTIMER_MODE_ABS);
#else
	hrtimer_init(timer, clock, HRTIMER_MODE_ABS);
	timer->function = function;
#endif
}

/* Since 6.8 receive_fd() can also tell user space. */
static inline int kcompat_receive_fd(struct file *file, unsigned int flags)
{
#ifdef KCOMPAT_RECEIVE_FD_UFD
	return receive_fd(file, NULL, flags);
#else
	return receive_fd(file, flags);
#endif
}

#define NTDBG_PF_NO_USER_MODE (PF_KTHREAD | PF_IO_WORKER | PF_USER_WORKER)

#endif /* _NTDBG_KCOMPAT_H */
