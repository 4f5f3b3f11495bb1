/* SPDX-License-Identifier: GPL-2.0 */
/* CONTEXT and EXCEPTION_RECORD of x64, as the tests need them. */
#ifndef _NTDBG_SELFTESTS_NT_CONTEXT_H
#define _NTDBG_SELFTESTS_NT_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#define NT_CONTEXT_FULL 0x10000bu

struct nt_context {
	uint64_t home[6];
	uint32_t flags;
	uint32_t mxcsr;
	uint16_t cs, ds, es, fs, gs, ss;
	uint32_t eflags;
	uint64_t dr[6];
	uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rip;
	uint8_t fxsave[512];
	uint8_t rest[0x4d0 - 0x300];
} __attribute__((aligned(16)));

_Static_assert(sizeof(struct nt_context) == 0x4d0, "CONTEXT");
_Static_assert(offsetof(struct nt_context, rip) == 0xf8, "CONTEXT.Rip");

struct nt_exception_record {
	uint32_t code;
	uint32_t flags;
	uint64_t record;
	uint64_t address;
	uint32_t nr_parameters;
	uint32_t padding;
	uint64_t information[15];
};

_Static_assert(sizeof(struct nt_exception_record) == 0x98, "EXCEPTION_RECORD");

/* nt_dispatchers.S; a test that uses them defines the two functions they call. */
extern char nt_apc_dispatcher[], nt_exception_dispatcher[];
void nt_on_apc(struct nt_context *context);
void nt_on_exception(struct nt_context *context, struct nt_exception_record *record);

#endif /* _NTDBG_SELFTESTS_NT_CONTEXT_H */
