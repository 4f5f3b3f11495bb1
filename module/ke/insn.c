// SPDX-License-Identifier: GPL-2.0
/* Instructions that faulted: see insn.h. */
#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <asm/segment.h>
#include <ntdbg/dbgport.h>

#include "ke/insn.h"

static u8 ke_insn_byte(const struct ke_insn *insn, unsigned int offset)
{
	return insn->fault->insn[insn->at + offset];
}

static bool ke_insn_has(const struct ke_insn *insn, unsigned int bytes)
{
	return insn->length - insn->at >= bytes;
}

/* Takes one prefix. Returns false if the byte is none. */
static bool ke_insn_prefix(struct ke_insn *insn, u8 byte)
{
	switch (byte) {
	case 0xf0:
		insn->lock = true;
		return true;
	case 0x66:
		insn->operand16 = true;
		return true;
	case 0x67:
		insn->address_small = true;
		return true;
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65:
		insn->segment = byte;
		return true;
	case 0xf2:
	case 0xf3:
		return true;
	default:
		return false;
	}
}

/**
 * ke_insn_decode() - read the prefixes
 * @insn: what is filled
 * @fault: its bytes and registers; has to stay as long as @insn
 *
 * Context: any.
 */
void ke_insn_decode(struct ke_insn *insn, const struct ntdbg_fault *fault)
{
	*insn = (struct ke_insn){
		.fault = fault,
		.length = fault->insn_len <= NTDBG_INSN_MAX ? fault->insn_len : 0,
		.long_mode = fault->regs.cs != __USER32_CS,
	};
	while (insn->at < insn->length && ke_insn_prefix(insn, fault->insn[insn->at]))
		insn->at++;
	/* REX counts only directly before the opcode. */
	if (insn->at < insn->length && insn->long_mode &&
	    (fault->insn[insn->at] & 0xf0) == 0x40)
		insn->rex = fault->insn[insn->at++];
}

/**
 * ke_insn_known() - is there an opcode behind the prefixes?
 * @insn: the instruction
 *
 * Context: any.
 * Return: true if so.
 */
bool ke_insn_known(const struct ke_insn *insn)
{
	return insn->at < insn->length;
}

static bool ke_insn_privileged_0f(const struct ke_insn *insn)
{
	unsigned int reg;

	if (!ke_insn_has(insn, 2))
		return false;
	reg = ke_insn_has(insn, 3) ? (ke_insn_byte(insn, 2) >> 3) & 7 : 0;
	switch (ke_insn_byte(insn, 1)) {
	case 0x00: /* LLDT, LTR */
		return reg == 2 || reg == 3;
	case 0x01: /* LGDT, LIDT, LMSW, INVLPG and what shares its opcode */
		return reg == 2 || reg == 3 || reg == 6 || reg == 7;
	case 0x06: /* CLTS */
	case 0x08: /* INVD */
	case 0x09: /* WBINVD */
	case 0x20: /* MOV of control and debug registers */
	case 0x21:
	case 0x22:
	case 0x23:
	case 0x30: /* WRMSR */
	case 0x32: /* RDMSR */
		return true;
	default:
		return false;
	}
}

/**
 * ke_insn_privileged() - is it one that is refused to user code?
 * @insn: the instruction
 *
 * Context: any.
 * Return: true if it traps with #GP and error code 0 for want of privilege.
 */
bool ke_insn_privileged(const struct ke_insn *insn)
{
	if (!ke_insn_known(insn))
		return false;
	switch (ke_insn_byte(insn, 0)) {
	case 0x6c: /* INS, OUTS */
	case 0x6d:
	case 0x6e:
	case 0x6f:
	case 0xcd: /* INT n */
	case 0xe4: /* IN, OUT with a port number */
	case 0xe5:
	case 0xe6:
	case 0xe7:
	case 0xec: /* IN, OUT with DX */
	case 0xed:
	case 0xee:
	case 0xef:
	case 0xf4: /* HLT */
	case 0xfa: /* CLI */
	case 0xfb: /* STI */
		return true;
	case 0x0f:
		return ke_insn_privileged_0f(insn);
	default:
		return false;
	}
}

/**
 * ke_insn_interrupt() - which software interrupt is it?
 * @insn: the instruction
 *
 * Context: any.
 * Return: n of INT n, or -1.
 */
int ke_insn_interrupt(const struct ke_insn *insn)
{
	if (!ke_insn_known(insn) || !ke_insn_has(insn, 2) || ke_insn_byte(insn, 0) != 0xcd)
		return -1;
	return ke_insn_byte(insn, 1);
}

static u64 ke_insn_register(const struct ke_insn *insn, unsigned int number)
{
	const struct ntdbg_regs *regs = &insn->fault->regs;
	const u64 values[] = {
		regs->rax, regs->rcx, regs->rdx, regs->rbx, regs->rsp, regs->rbp, regs->rsi,
		regs->rdi, regs->r8, regs->r9, regs->r10, regs->r11, regs->r12, regs->r13,
		regs->r14, regs->r15,
	};

	return values[number & 15];
}

static u64 ke_insn_byte_register(const struct ke_insn *insn, unsigned int number)
{
	/* Without REX, 4 to 7 are AH, CH, DH, BH. */
	if (!insn->rex && number >= 4 && number <= 7)
		return (ke_insn_register(insn, number - 4) >> 8) & 0xff;
	return ke_insn_register(insn, number) & 0xff;
}

static u64 ke_mask_of(unsigned int size)
{
	return GENMASK_ULL(size * 8 - 1, 0);
}

/* What a ModRM byte at @modrm (of the whole instruction) points at. */
static bool ke_insn_address(const struct ke_insn *insn, unsigned int modrm, u64 *address)
{
	const u8 *bytes = insn->fault->insn;
	unsigned int mod = bytes[modrm] >> 6, rm = bytes[modrm] & 7, at = modrm + 1;
	unsigned int rex_b = (insn->rex & 1) << 3, rex_x = (insn->rex & 2) << 2;
	bool disp32 = mod == 2, relative = false;
	s32 displacement;
	u64 sum = 0;

	/* 16-bit addressing exists in 32-bit code only; nobody divides through it. */
	if (!insn->long_mode && insn->address_small)
		return false;
	if (rm == 4) {
		u8 sib;

		if (at >= insn->length)
			return false;
		sib = bytes[at++];
		if ((((sib >> 3) & 7) | rex_x) != 4)
			sum += ke_insn_register(insn, ((sib >> 3) & 7) | rex_x) << (sib >> 6);
		if ((sib & 7) == 5 && !mod)
			disp32 = true;
		else
			sum += ke_insn_register(insn, (sib & 7) | rex_b);
	} else if (rm == 5 && !mod) {
		disp32 = true;
		relative = insn->long_mode;
	} else {
		sum += ke_insn_register(insn, rm | rex_b);
	}
	if (disp32) {
		if (at + sizeof(displacement) > insn->length)
			return false;
		memcpy(&displacement, bytes + at, sizeof(displacement));
		at += sizeof(displacement);
		sum += (s64)displacement;
	} else if (mod == 1) {
		if (at >= insn->length)
			return false;
		sum += (s64)(s8)bytes[at++];
	}
	/* Counted from the next instruction; a division has no immediate. */
	if (relative)
		sum += insn->fault->ip + at;
	if (!insn->long_mode || insn->address_small)
		sum = (u32)sum;
	if (insn->segment == 0x64)
		sum += insn->fault->regs.fs_base;
	if (insn->segment == 0x65)
		sum += insn->fault->regs.gs_base;
	*address = sum;
	return true;
}

/* No divisor but zero makes this dividend trap. */
static bool ke_insn_only_zero_traps(const struct ke_insn *insn, bool is_signed, unsigned int size)
{
	const struct ntdbg_regs *regs = &insn->fault->regs;
	u64 mask = ke_mask_of(size);
	u64 low = regs->rax & mask;
	u64 high = size == 1 ? (regs->rax >> 8) & mask : regs->rdx & mask;
	u64 sign = (mask >> 1) + 1;

	/* Unsigned with a zero upper half: the quotient is at most the lower half. */
	if (!is_signed)
		return !high;
	/* Sign-extended: only the least number divided by -1 is too large. */
	return high == (low & sign ? mask : 0) && low != sign;
}

/**
 * ke_insn_divisor() - what did a division that trapped divide by?
 * @insn: the instruction
 * @read: to read the process's memory
 * @argument: for @read
 *
 * Context: what @read needs.
 * Return: whether that was zero, as far as it can be known.
 */
enum ke_divisor ke_insn_divisor(const struct ke_insn *insn, ke_read_memory_t read, void *argument)
{
	unsigned int size, number;
	u64 address, value = 0;
	u8 opcode, modrm;

	if (!ke_insn_known(insn) || !ke_insn_has(insn, 2))
		return KE_DIVISOR_UNKNOWN;
	opcode = ke_insn_byte(insn, 0);
	modrm = ke_insn_byte(insn, 1);
	/* AAM divides by its immediate, and can trap by zero only. */
	if (opcode == 0xd4 && !insn->long_mode)
		return KE_DIVISOR_ZERO;
	if ((opcode != 0xf6 && opcode != 0xf7) || ((modrm >> 3) & 7) < 6)
		return KE_DIVISOR_UNKNOWN;
	size = opcode == 0xf6 ? 1 : insn->rex & 8 ? 8 : insn->operand16 ? 2 : 4;
	if (modrm >> 6 == 3) {
		number = (modrm & 7) | ((insn->rex & 1) << 3);
		value = size == 1 ? ke_insn_byte_register(insn, number) :
				    ke_insn_register(insn, number) & ke_mask_of(size);
		return value ? KE_DIVISOR_NOT_ZERO : KE_DIVISOR_ZERO;
	}
	if (ke_insn_only_zero_traps(insn, ((modrm >> 3) & 7) == 7, size))
		return KE_DIVISOR_ZERO;
	if (!ke_insn_address(insn, insn->at + 1, &address) ||
	    !read(argument, address, &value, size))
		return KE_DIVISOR_UNKNOWN;
	return value ? KE_DIVISOR_NOT_ZERO : KE_DIVISOR_ZERO;
}
