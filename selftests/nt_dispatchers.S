/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two dispatchers of user mode, for the tests: each calls a C function with
 * what it finds on the stack. Those do not return here: they end with NtContinue
 * or NtRaiseException.
 */
	.weak nt_on_apc
	.weak nt_on_exception
	.text
	.globl nt_apc_dispatcher
nt_apc_dispatcher:
	mov	%rsp, %rdi		/* CONTEXT */
	and	$-16, %rsp
	call	nt_on_apc@PLT
	ud2

	.globl nt_exception_dispatcher
nt_exception_dispatcher:
	mov	%rsp, %rdi		/* CONTEXT */
	lea	0x4f0(%rsp), %rsi	/* EXCEPTION_RECORD */
	and	$-16, %rsp
	call	nt_on_exception@PLT
	ud2

	.section .note.GNU-stack, "", @progbits
