/* SPDX-License-Identifier: GPL-2.0 */
/* What registers.h says. The offsets are those of struct board_registers. */
	.text

	.macro	each_general_but_rsp what
	\what	0, %r15
	\what	8, %r14
	\what	16, %r13
	\what	24, %r12
	\what	32, %rbp
	\what	40, %rbx
	\what	48, %r11
	\what	56, %r10
	\what	64, %r9
	\what	72, %r8
	\what	80, %rax
	\what	88, %rcx
	\what	96, %rdx
	\what	104, %rsi
	\what	112, %rdi
	.endm

	.macro	load_one offset, name
	movq	values_in+\offset(%rip), \name
	.endm

	.macro	store_one offset, name
	movq	\name, values_out+\offset(%rip)
	.endm

	.globl	run_registers, at_int3, at_spin, at_call, at_store
	.type	run_registers, @function
run_registers:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, saved_rsp(%rip)
	fxrstor	values_in+224(%rip)
	movq	values_in+152(%rip), %rsp
	pushq	values_in+144(%rip)
	popfq
	each_general_but_rsp load_one
	jmp	*jump_to(%rip)
at_int3:
	int3
	jmp	at_store
at_spin:
	jmp	at_spin
at_call:
	syscall
at_store:
	/* None of these changes a flag. */
	each_general_but_rsp store_one
	movq	%rsp, values_out+152(%rip)
	movq	saved_rsp(%rip), %rsp
	pushfq
	popq	values_out+144(%rip)
	fxsave	values_out+224(%rip)
	cld
	fninit
	ldmxcsr	usual_mxcsr(%rip)
	movw	%ss, values_out+160(%rip)
	movw	%ds, values_out+184(%rip)
	movw	%es, values_out+192(%rip)
	movw	%fs, values_out+200(%rip)
	movw	%gs, values_out+208(%rip)
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

	.globl	step_through
	.type	step_through, @function
step_through:
	int3
10:	nop
11:	movl	$110, %eax		/* getppid */
12:	syscall
13:	nop
14:	call	20f
15:	movl	(%rdi), %eax		/* a page that is not there yet */
16:	nop
17:	jmp	19f
18:	ud2
19:	ret
20:	nop
21:	ret

	.globl	executed
	.type	executed, @function
executed:
	nop
	ret

	.data
	.balign	8
	.globl	step_addresses, step_addresses_end
step_addresses:
	.quad	10b, 11b, 12b, 13b, 14b, 20b, 21b, 15b, 16b, 17b, 19b
step_addresses_end:

saved_rsp:
	.quad	0
usual_mxcsr:
	.long	0x1f80

	.section .note.GNU-stack, "", @progbits
