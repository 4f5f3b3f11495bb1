/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much x86 decoding as NT's table of exceptions needs: prefixes, the opcodes
 * that only the kernel may use, int n, and what a division divided by.
 */
#ifndef _NTDBG_KE_INSN_H
#define _NTDBG_KE_INSN_H

#include <linux/types.h>

struct ntdbg_fault;

/**
 * typedef ke_read_memory_t - read the memory of the process that faulted
 * @argument: of the caller
 * @address: there
 * @to: where it goes
 * @size: how much
 *
 * Return: true if all of it was read.
 */
typedef bool (*ke_read_memory_t)(void *argument, u64 address, void *to, size_t size);

/**
 * struct ke_insn - the instruction of a fault
 * @fault: whose
 * @length: how many bytes of it are known
 * @at: where the opcode is
 * @long_mode: 64-bit code
 * @lock: there was a LOCK prefix
 * @operand16: likewise 66h
 * @address_small: likewise 67h
 * @rex: likewise, or 0
 * @segment: the last segment override, or 0
 */
struct ke_insn {
	const struct ntdbg_fault *fault;
	unsigned int length;
	unsigned int at;
	bool long_mode;
	bool lock;
	bool operand16;
	bool address_small;
	u8 rex;
	u8 segment;
};

enum ke_divisor {
	KE_DIVISOR_ZERO,
	KE_DIVISOR_NOT_ZERO,
	KE_DIVISOR_UNKNOWN,
};

void ke_insn_decode(struct ke_insn *insn, const struct ntdbg_fault *fault);
bool ke_insn_known(const struct ke_insn *insn);
bool ke_insn_privileged(const struct ke_insn *insn);
int ke_insn_interrupt(const struct ke_insn *insn);
enum ke_divisor ke_insn_divisor(const struct ke_insn *insn, ke_read_memory_t read, void *argument);

#endif /* _NTDBG_KE_INSN_H */
