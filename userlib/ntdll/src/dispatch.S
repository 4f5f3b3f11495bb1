/* SPDX-License-Identifier: MIT */
/*
 * Where the kernel enters user mode by itself: with a CONTEXT of what it interrupted at RSP, whose
 * home space is that of whatever is called from here. And what makes such a CONTEXT.
 */
#define P1HOME		0x00
#define P2HOME		0x08
#define P3HOME		0x10
#define P4HOME		0x18
#define CONTEXT_FLAGS	0x30
#define MXCSR		0x34
#define SEG_CS		0x38
#define SEG_DS		0x3a
#define SEG_ES		0x3c
#define SEG_FS		0x3e
#define SEG_GS		0x40
#define SEG_SS		0x42
#define EFLAGS		0x44
#define RAX		0x78
#define RCX		0x80
#define RDX		0x88
#define RBX		0x90
#define RSP		0x98
#define RBP		0xa0
#define RSI		0xa8
#define RDI		0xb0
#define R8		0xb8
#define R9		0xc0
#define R10		0xc8
#define R11		0xd0
#define R12		0xd8
#define R13		0xe0
#define R14		0xe8
#define R15		0xf0
#define RIP		0xf8
#define FLT_SAVE	0x100
#define SIZEOF_CONTEXT	0x4d0
/* EXCEPTION_RECORD, from the CONTEXT that KiUserExceptionDispatcher gets */
#define RECORD		0x4f0
#define EXCEPTION_ADDRESS	0x10

/* Control, integer, segments, floating point */
#define CAPTURED	0x10000f

#define XSAVE_HEADER	512

/*
 * For who unwinds: the caller's registers are in a CONTEXT, whose address is in register \base
 * (7 RSP, 3 RBX).
 */
	.macro SAVED register, offset, base
	.cfi_escape 0x10, \register, 3, 0x70 + \base, (\offset & 0x7f) | 0x80, \offset >> 7
	.endm
	.macro CALLER_IN_CONTEXT base
	.cfi_escape 0x0f, 4, 0x70 + \base, (RSP & 0x7f) | 0x80, RSP >> 7, 0x06
	SAVED	0, RAX, \base
	SAVED	1, RDX, \base
	SAVED	2, RCX, \base
	SAVED	3, RBX, \base
	SAVED	4, RSI, \base
	SAVED	5, RDI, \base
	SAVED	6, RBP, \base
	SAVED	7, RSP, \base
	SAVED	8, R8, \base
	SAVED	9, R9, \base
	SAVED	10, R10, \base
	SAVED	11, R11, \base
	SAVED	12, R12, \base
	SAVED	13, R13, \base
	SAVED	14, R14, \base
	SAVED	15, R15, \base
	SAVED	16, RIP, \base
	.endm

	.text

/*
 * A user APC: its routine is in P4Home, the arguments in front of that, the CONTEXT itself is the
 * fourth. NtContinue may bring the next one right away.
 */
	.globl KiUserApcDispatcher
	.type KiUserApcDispatcher, @function
	.balign 16
KiUserApcDispatcher:
	.cfi_startproc
	.cfi_signal_frame
	CALLER_IN_CONTEXT 7
	movq	P1HOME(%rsp), %rcx
	movq	P2HOME(%rsp), %rdx
	movq	P3HOME(%rsp), %r8
	movq	%rsp, %r9
	call	*P4HOME(%rsp)
	movq	%rsp, %rcx
	movl	$1, %edx
	call	NtContinue
	movl	%eax, %edi
	call	ntdbg_ntdll_give_up
	ud2
	.cfi_endproc
	.size KiUserApcDispatcher, . - KiUserApcDispatcher

/*
 * An exception: its EXCEPTION_RECORD lies behind the CONTEXT. The handlers are compiled for Linux
 * or for Windows, and both use vector registers beyond what a CONTEXT has; the code that faulted
 * has a right to them.
 */
	.globl KiUserExceptionDispatcher
	.type KiUserExceptionDispatcher, @function
	.balign 16
KiUserExceptionDispatcher:
	.cfi_startproc
	.cfi_signal_frame
	CALLER_IN_CONTEXT 7
	cld
	movq	%rsp, %rbx
	CALLER_IN_CONTEXT 3
	subq	ntdbg_ntdll_xsave_size(%rip), %rsp
	andq	$-64, %rsp
	movq	%rsp, %r12
	movl	ntdbg_ntdll_xsave_mask(%rip), %r13d
	testl	%r13d, %r13d
	jz	1f
	xorl	%eax, %eax
	leaq	XSAVE_HEADER(%r12), %rdi
	movl	$8, %ecx
	rep stosq
	movl	%r13d, %eax
	xorl	%edx, %edx
	xsave64	(%r12)
1:	leaq	RECORD(%rbx), %rdi
	movq	%rbx, %rsi
	call	ntdbg_ntdll_dispatch_exception
	movzbl	%al, %r14d
	testl	%r13d, %r13d
	jz	2f
	movl	%r13d, %eax
	xorl	%edx, %edx
	xrstor64 (%r12)
2:	movq	%rbx, %rsp
	testl	%r14d, %r14d
	jz	3f
	movq	%rbx, %rcx
	xorl	%edx, %edx
	call	NtContinue
	jmp	4f
	/* Nobody: the kernel asks Linux's handler, and then it is the second chance. */
3:	leaq	RECORD(%rbx), %rcx
	movq	%rbx, %rdx
	xorl	%r8d, %r8d
	call	NtRaiseException
4:	movl	%eax, %edi
	call	ntdbg_ntdll_give_up
	ud2
	.cfi_endproc
	.size KiUserExceptionDispatcher, . - KiUserExceptionDispatcher

/* Into the CONTEXT at RCX, all but RAX, RCX, RSP, RIP and the flags. */
	.macro STORE_REGISTERS
	movl	$CAPTURED, CONTEXT_FLAGS(%rcx)
	movw	%cs, SEG_CS(%rcx)
	movw	%ds, SEG_DS(%rcx)
	movw	%es, SEG_ES(%rcx)
	movw	%fs, SEG_FS(%rcx)
	movw	%gs, SEG_GS(%rcx)
	movw	%ss, SEG_SS(%rcx)
	movq	%rdx, RDX(%rcx)
	movq	%rbx, RBX(%rcx)
	movq	%rbp, RBP(%rcx)
	movq	%rsi, RSI(%rcx)
	movq	%rdi, RDI(%rcx)
	movq	%r8, R8(%rcx)
	movq	%r9, R9(%rcx)
	movq	%r10, R10(%rcx)
	movq	%r11, R11(%rcx)
	movq	%r12, R12(%rcx)
	movq	%r13, R13(%rcx)
	movq	%r14, R14(%rcx)
	movq	%r15, R15(%rcx)
	fxsave64 FLT_SAVE(%rcx)
	stmxcsr	MXCSR(%rcx)
	.endm

/* void RtlCaptureContext(CONTEXT *): of the caller, behind the call. */
	.globl RtlCaptureContext
	.type RtlCaptureContext, @function
	.balign 16
RtlCaptureContext:
	.cfi_startproc
	pushfq
	.cfi_adjust_cfa_offset 8
	movq	%rax, RAX(%rcx)
	movq	%rcx, RCX(%rcx)
	STORE_REGISTERS
	movl	(%rsp), %eax
	movl	%eax, EFLAGS(%rcx)
	movq	8(%rsp), %rax
	movq	%rax, RIP(%rcx)
	leaq	16(%rsp), %rax
	movq	%rax, RSP(%rcx)
	movq	RAX(%rcx), %rax
	popfq
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
	.size RtlCaptureContext, . - RtlCaptureContext

/* void RtlRaiseException(EXCEPTION_RECORD *): comes back if a handler says so. */
	.globl RtlRaiseException
	.type RtlRaiseException, @function
	.balign 16
RtlRaiseException:
	.cfi_startproc
	pushfq
	.cfi_adjust_cfa_offset 8
	subq	$0x20 + SIZEOF_CONTEXT, %rsp
	.cfi_adjust_cfa_offset 0x20 + SIZEOF_CONTEXT
	movq	%rcx, 0x20 + RCX(%rsp)
	leaq	0x20(%rsp), %rcx
	movq	%rax, RAX(%rcx)
	STORE_REGISTERS
	movl	SIZEOF_CONTEXT(%rcx), %eax
	movl	%eax, EFLAGS(%rcx)
	leaq	SIZEOF_CONTEXT + 16(%rcx), %rax
	movq	%rax, RSP(%rcx)
	movq	SIZEOF_CONTEXT + 8(%rcx), %rax
	movq	%rax, RIP(%rcx)
	movq	%rcx, %rdx
	movq	RCX(%rcx), %rcx
	movq	%rax, EXCEPTION_ADDRESS(%rcx)
	movl	$1, %r8d
	call	NtRaiseException
	movl	%eax, %edi
	call	ntdbg_ntdll_give_up
	ud2
	.cfi_endproc
	.size RtlRaiseException, . - RtlRaiseException

/* void DbgBreakPoint(void) */
	.globl DbgBreakPoint
	.type DbgBreakPoint, @function
	.balign 16
DbgBreakPoint:
	.cfi_startproc
	int3
	ret
	.cfi_endproc
	.size DbgBreakPoint, . - DbgBreakPoint

	.section .note.GNU-stack, "", @progbits
