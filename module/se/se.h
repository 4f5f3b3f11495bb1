/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference monitor: what NT services may do is what Linux lets the same
 * process do. Credentials, namespaces and LSMs are asked by the kernel functions
 * that services use; this is for what would be passed by: seccomp.
 */
#ifndef _NTDBG_SE_SE_H
#define _NTDBG_SE_SE_H

#include <linux/sched.h>
#include <linux/types.h>

u32 se_ask_seccomp(int number, u64 a0, u64 a1, u64 a2, u64 a3, u64 a4, u64 a5);

/**
 * se_allow() - would this Linux system call be let through?
 * @number: of x86-64 (__NR_*)
 * @a0: its arguments, as far as they are known
 * @a1: likewise
 * @a2: likewise
 * @a3: likewise
 * @a4: likewise
 * @a5: likewise
 *
 * To be asked by a service just before it does the work of that call. If the
 * filter kills, the caller is killed when the service returns.
 *
 * Context: may sleep, no locks held.
 * Return: STATUS_SUCCESS or STATUS_ACCESS_DENIED.
 */
static inline u32 se_allow(int number, u64 a0, u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
#ifdef CONFIG_SECCOMP
	if (unlikely(current->seccomp.mode))
		return se_ask_seccomp(number, a0, a1, a2, a3, a4, a5);
#endif
	return 0;
}

#endif /* _NTDBG_SE_SE_H */
