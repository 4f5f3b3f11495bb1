/* SPDX-License-Identifier: GPL-2.0 */
/* Code that can be patched while it runs. */
	.text
	.globl	patched, run_patched
	.type	run_patched, @function
run_patched:
	movl	$1, %eax
patched:
	nop
	ret

	.section .note.GNU-stack, "", @progbits
