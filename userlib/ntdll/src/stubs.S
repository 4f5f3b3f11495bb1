/* SPDX-License-Identifier: MIT */
/*
 * Nt* and Zw*: a stub for each system service, as ntdll has them. 24 bytes in a slot of 32, every
 * slot in the stub range that is registered with NTDBG_IOC_NT_START. Arguments come in the calling
 * convention of Windows (RCX, RDX, R8, R9, and from RSP+28h on), which is where the kernel looks
 * for them, but for RCX, that the syscall instruction destroys.
 *
 * 7FFE0308h is SystemCall in KUSER_SHARED_DATA: bit 0 asks for int 2Eh.
 *
 * The range has whole pages of its own: see stubs.cpp.
 */
	.macro SERVICE name, number
	.balign 32, 0xcc
	.globl Nt\name, Zw\name
	.type Nt\name, @function
	.type Zw\name, @function
Nt\name:
Zw\name:
	.cfi_startproc
	.byte	0x4c, 0x8b, 0xd1	/* mov r10, rcx, in the encoding that ntdll has */
	movl	$\number, %eax
	testb	$1, 0x7ffe0308
	jne	1f
	syscall
	ret
1:	int	$0x2e
	ret
	.cfi_endproc
	.size Nt\name, . - Nt\name
	.size Zw\name, . - Zw\name
	.endm

	.section .text.ntdbg_stubs, "ax", @progbits
	.balign 4096, 0xcc
	.globl ntdbg_ntdll_stubs, ntdbg_ntdll_stubs_end
	.hidden ntdbg_ntdll_stubs, ntdbg_ntdll_stubs_end
ntdbg_ntdll_stubs:
#include "services.inc"
	.balign 32, 0xcc
ntdbg_ntdll_stubs_end:
	.balign 4096, 0xcc

/* Whoever has the stubs is an NT process before its own code runs. */
	.section .init_array.00101, "aw", @init_array
	.balign 8
	.hidden ntdbg_ntdll_load
	.quad	ntdbg_ntdll_load

	.section .note.GNU-stack, "", @progbits
