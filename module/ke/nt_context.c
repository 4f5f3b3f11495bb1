// SPDX-License-Identifier: GPL-2.0
/* NT's CONTEXT and struct ntdbg_context: nothing but copying. */
#include <linux/string.h>
#include <ntdbg/object.h>

#include "ke/nt_context.h"

#define KE_CONTEXT_PARTS (NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER | \
			  NTDBG_CONTEXT_SEGMENTS | NTDBG_CONTEXT_FLOATING_POINT | \
			  NTDBG_CONTEXT_DEBUG_REGISTERS)

/* In an FXSAVE image; what is above these bits would be a fault when it is loaded. */
#define KE_FXSAVE_MXCSR 24
#define KE_MXCSR_BITS 0xffffu

/*
 * The two structs name every register once, here: move(NT's, ours). The types
 * differ where NT has segment registers and EFLAGS narrower.
 */
#define KE_CONTROL(move, nt, regs) do {						\
	move((nt)->rip, (regs)->rip);						\
	move((nt)->rsp, (regs)->rsp);						\
	move((nt)->eflags, (regs)->eflags);					\
	move((nt)->cs, (regs)->cs);						\
	move((nt)->ss, (regs)->ss);						\
} while (0)

#define KE_INTEGER(move, nt, regs) do {						\
	move((nt)->rax, (regs)->rax);						\
	move((nt)->rcx, (regs)->rcx);						\
	move((nt)->rdx, (regs)->rdx);						\
	move((nt)->rbx, (regs)->rbx);						\
	move((nt)->rbp, (regs)->rbp);						\
	move((nt)->rsi, (regs)->rsi);						\
	move((nt)->rdi, (regs)->rdi);						\
	move((nt)->r8, (regs)->r8);						\
	move((nt)->r9, (regs)->r9);						\
	move((nt)->r10, (regs)->r10);						\
	move((nt)->r11, (regs)->r11);						\
	move((nt)->r12, (regs)->r12);						\
	move((nt)->r13, (regs)->r13);						\
	move((nt)->r14, (regs)->r14);						\
	move((nt)->r15, (regs)->r15);						\
} while (0)

#define KE_SEGMENTS(move, nt, regs) do {					\
	move((nt)->ds, (regs)->ds);						\
	move((nt)->es, (regs)->es);						\
	move((nt)->fs, (regs)->fs);						\
	move((nt)->gs, (regs)->gs);						\
} while (0)

#define KE_TO_NT(theirs, ours) ((theirs) = (ours))
#define KE_FROM_NT(theirs, ours) ((ours) = (theirs))

/**
 * ke_context_parts() - which parts do ContextFlags name?
 * @context_flags: ContextFlags
 *
 * Context: any.
 * Return: NTDBG_CONTEXT_*; 0 if they are those of another processor.
 */
u32 ke_context_parts(u32 context_flags)
{
	return context_flags & CONTEXT_AMD64 ? context_flags & KE_CONTEXT_PARTS : 0;
}

/**
 * ke_context_to_nt() - fill a CONTEXT
 * @out: the CONTEXT; only the named parts are touched, ContextFlags is not
 * @in: registers; has these parts
 * @flags: ContextFlags: which parts
 *
 * Context: any.
 */
void ke_context_to_nt(struct ke_nt_context *out, const struct ntdbg_context *in, u32 flags)
{
	u32 parts = ke_context_parts(flags);

	if (parts & NTDBG_CONTEXT_CONTROL)
		KE_CONTROL(KE_TO_NT, out, &in->regs);
	if (parts & NTDBG_CONTEXT_INTEGER)
		KE_INTEGER(KE_TO_NT, out, &in->regs);
	if (parts & NTDBG_CONTEXT_SEGMENTS)
		KE_SEGMENTS(KE_TO_NT, out, &in->regs);
	if (parts & NTDBG_CONTEXT_DEBUG_REGISTERS)
		memcpy(out->dr, in->dr, sizeof(out->dr));
	if (parts & NTDBG_CONTEXT_FLOATING_POINT) {
		memcpy(out->fxsave, in->fxsave, sizeof(out->fxsave));
		memcpy(&out->mxcsr, out->fxsave + KE_FXSAVE_MXCSR, sizeof(out->mxcsr));
	}
}

/**
 * ke_context_from_nt() - what a CONTEXT says
 * @out: registers; only those of the named parts are touched, and the flags
 * @in: the CONTEXT, captured
 *
 * Of MXCSR what counts is the one in FltSave.
 *
 * Context: any.
 * Return: which parts those are, NTDBG_CONTEXT_*; also in @out->flags.
 */
u32 ke_context_from_nt(struct ntdbg_context *out, const struct ke_nt_context *in)
{
	u32 parts = ke_context_parts(in->context_flags);
	u32 mxcsr;

	out->size = sizeof(*out);
	out->flags = parts;
	if (parts & NTDBG_CONTEXT_CONTROL)
		KE_CONTROL(KE_FROM_NT, in, &out->regs);
	if (parts & NTDBG_CONTEXT_INTEGER)
		KE_INTEGER(KE_FROM_NT, in, &out->regs);
	if (parts & NTDBG_CONTEXT_SEGMENTS)
		KE_SEGMENTS(KE_FROM_NT, in, &out->regs);
	if (parts & NTDBG_CONTEXT_DEBUG_REGISTERS)
		memcpy(out->dr, in->dr, sizeof(out->dr));
	if (parts & NTDBG_CONTEXT_FLOATING_POINT) {
		memcpy(out->fxsave, in->fxsave, sizeof(out->fxsave));
		memcpy(&mxcsr, out->fxsave + KE_FXSAVE_MXCSR, sizeof(mxcsr));
		mxcsr &= KE_MXCSR_BITS;
		memcpy(out->fxsave + KE_FXSAVE_MXCSR, &mxcsr, sizeof(mxcsr));
	}
	return parts;
}
