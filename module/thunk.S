/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unsigned long hook_enter(unsigned long target, a0, a1, a2, a3, a4, a5)
 *
 * Calls target(a0 ... a5). The target is entered by a return, not by an
 * indirect call: the kernel takes the ENDBR from functions that nobody calls
 * by pointer, and with IBT an indirect call to one of those is fatal. The
 * target's return address is our caller's, which is how the hook engine knows
 * that the call is ours.
 */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

	.text
SYM_FUNC_START(hook_enter)
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	movq	%r8, %rcx
	movq	%r9, %r8
	movq	8(%rsp), %r9
	pushq	%rax
	UNWIND_HINT_FUNC
	RET
SYM_FUNC_END(hook_enter)
