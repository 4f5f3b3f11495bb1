/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uint32_t nt_enter(number, arguments, nr, entry): an NT call as a stub in ntdll
 * makes it, with up to 17 arguments where they belong.
 */
	.text
	.globl nt_enter
	.type nt_enter, @function
nt_enter:
	push	%rbp
	mov	%rsp, %rbp
	push	%rbx
	push	%r12
	sub	$0xa0, %rsp	/* four home slots and 13 arguments, aligned to 16 */
	mov	%edi, %eax
	mov	%rsi, %r12
	mov	%ecx, %ebx
	mov	$4, %ecx
1:	cmp	%edx, %ecx
	jae	2f
	mov	(%r12,%rcx,8), %r10
	mov	%r10, (%rsp,%rcx,8)	/* the fifth at rsp+20h, 28h behind the call */
	inc	%ecx
	jmp	1b
2:	mov	%edx, %r11d
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	cmp	$1, %r11d
	jb	3f
	mov	(%r12), %rcx
	je	3f
	mov	8(%r12), %rdx
	cmp	$3, %r11d
	jb	3f
	mov	16(%r12), %r8
	je	3f
	mov	24(%r12), %r9
3:	cmp	$1, %ebx
	je	4f
	ja	5f
	call	nt_stub_syscall
	jmp	6f
4:	call	nt_gate_syscall
	jmp	6f
5:	call	nt_int_2e
6:	add	$0xa0, %rsp
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
	.size nt_enter, .-nt_enter

nt_gate_syscall:
	mov	%rcx, %r10
	shl	$32, %rax
	or	$136, %rax
	syscall
	ret

nt_int_2e:
	mov	%rcx, %r10
	int	$0x2e
	ret

	.balign	64
	.globl nt_stubs_begin
nt_stubs_begin:
nt_stub_syscall:
	mov	%rcx, %r10
	syscall
	ret
	.globl nt_stubs_end
nt_stubs_end:

	.section .note.GNU-stack, "", @progbits
