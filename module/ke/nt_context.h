/* SPDX-License-Identifier: GPL-2.0 */
/* NT's CONTEXT of x64, and how it is made from our own and back. */
#ifndef _NTDBG_KE_NT_CONTEXT_H
#define _NTDBG_KE_NT_CONTEXT_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct ntdbg_context;

#define CONTEXT_AMD64			0x00100000u
#define CONTEXT_CONTROL			(CONTEXT_AMD64 | 0x01u)
#define CONTEXT_INTEGER			(CONTEXT_AMD64 | 0x02u)
#define CONTEXT_SEGMENTS		(CONTEXT_AMD64 | 0x04u)
#define CONTEXT_FLOATING_POINT		(CONTEXT_AMD64 | 0x08u)
#define CONTEXT_DEBUG_REGISTERS		(CONTEXT_AMD64 | 0x10u)
#define CONTEXT_FULL			(CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_FLOATING_POINT)
#define CONTEXT_EXCEPTION_ACTIVE	0x08000000u
#define CONTEXT_SERVICE_ACTIVE		0x10000000u
#define CONTEXT_EXCEPTION_REQUEST	0x40000000u
#define CONTEXT_EXCEPTION_REPORTING	0x80000000u

/* In user space it has to be aligned to this. */
#define KE_NT_CONTEXT_ALIGNMENT		16u

/**
 * struct ke_nt_context - CONTEXT
 * @home: P1Home to P6Home; the first four are the home space of a called routine
 * @context_flags: ContextFlags: which parts there are
 * @mxcsr: the same as in @fxsave
 * @cs: CONTROL
 * @ds: SEGMENTS
 * @es: SEGMENTS
 * @fs: SEGMENTS
 * @gs: SEGMENTS
 * @ss: CONTROL
 * @eflags: CONTROL
 * @dr: DEBUG_REGISTERS: 0, 1, 2, 3, 6, 7
 * @rax: INTEGER
 * @rcx: INTEGER
 * @rdx: INTEGER
 * @rbx: INTEGER
 * @rsp: CONTROL
 * @rbp: INTEGER
 * @rsi: INTEGER
 * @rdi: INTEGER
 * @r8: INTEGER, and so on
 * @r9: likewise
 * @r10: likewise
 * @r11: likewise
 * @r12: likewise
 * @r13: likewise
 * @r14: likewise
 * @r15: likewise
 * @rip: CONTROL
 * @fxsave: FLOATING_POINT: FltSave, 512 bytes as FXSAVE writes them
 * @vector: VectorRegister, not used
 * @vector_control: not used
 * @debug_control: not used, as the last four
 * @last_branch_to: LastBranchToRip
 * @last_branch_from: LastBranchFromRip
 * @last_exception_to: LastExceptionToRip
 * @last_exception_from: LastExceptionFromRip
 */
struct ke_nt_context {
	u64 home[6];
	u32 context_flags;
	u32 mxcsr;
	u16 cs, ds, es, fs, gs, ss;
	u32 eflags;
	u64 dr[6];
	u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
	u64 rip;
	u8 fxsave[512];
	u8 vector[26][16];
	u64 vector_control;
	u64 debug_control;
	u64 last_branch_to;
	u64 last_branch_from;
	u64 last_exception_to;
	u64 last_exception_from;
};

static_assert(sizeof(struct ke_nt_context) == 0x4d0);
static_assert(offsetof(struct ke_nt_context, context_flags) == 0x30);
static_assert(offsetof(struct ke_nt_context, mxcsr) == 0x34);
static_assert(offsetof(struct ke_nt_context, cs) == 0x38);
static_assert(offsetof(struct ke_nt_context, ds) == 0x3a);
static_assert(offsetof(struct ke_nt_context, gs) == 0x40);
static_assert(offsetof(struct ke_nt_context, ss) == 0x42);
static_assert(offsetof(struct ke_nt_context, eflags) == 0x44);
static_assert(offsetof(struct ke_nt_context, dr) == 0x48);
static_assert(offsetof(struct ke_nt_context, rax) == 0x78);
static_assert(offsetof(struct ke_nt_context, rbx) == 0x90);
static_assert(offsetof(struct ke_nt_context, rsp) == 0x98);
static_assert(offsetof(struct ke_nt_context, rdi) == 0xb0);
static_assert(offsetof(struct ke_nt_context, r8) == 0xb8);
static_assert(offsetof(struct ke_nt_context, r15) == 0xf0);
static_assert(offsetof(struct ke_nt_context, rip) == 0xf8);
static_assert(offsetof(struct ke_nt_context, fxsave) == 0x100);
static_assert(offsetof(struct ke_nt_context, vector) == 0x300);
static_assert(offsetof(struct ke_nt_context, vector_control) == 0x4a0);
static_assert(offsetof(struct ke_nt_context, last_branch_to) == 0x4b0);
static_assert(offsetof(struct ke_nt_context, last_exception_from) == 0x4c8);

u32 ke_context_parts(u32 context_flags);
void ke_context_to_nt(struct ke_nt_context *out, const struct ntdbg_context *in, u32 flags);
u32 ke_context_from_nt(struct ntdbg_context *out, const struct ke_nt_context *in);

#endif /* _NTDBG_KE_NT_CONTEXT_H */
