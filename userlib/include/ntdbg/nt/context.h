/* SPDX-License-Identifier: MIT */
/*
 * CONTEXT: all registers of a thread, in the layout of 64-bit NT.
 *
 * FltSave is byte for byte what FXSAVE writes. VectorRegister to
 * LastExceptionFromRip exist for the layout's sake: they are never read or
 * written.
 */
#ifndef NTDBG_NT_CONTEXT_H
#define NTDBG_NT_CONTEXT_H

#include <ntdbg/nt/types.h>

#define CONTEXT_AMD64 0x00100000u
#define CONTEXT_CONTROL (CONTEXT_AMD64 | 0x01u)         /* SegSs Rsp SegCs Rip EFlags */
#define CONTEXT_INTEGER (CONTEXT_AMD64 | 0x02u)         /* the other general registers */
#define CONTEXT_SEGMENTS (CONTEXT_AMD64 | 0x04u)        /* SegDs SegEs SegFs SegGs */
#define CONTEXT_FLOATING_POINT (CONTEXT_AMD64 | 0x08u)  /* MxCsr FltSave */
#define CONTEXT_DEBUG_REGISTERS (CONTEXT_AMD64 | 0x10u) /* Dr0-3 Dr6 Dr7 */
#define CONTEXT_XSTATE (CONTEXT_AMD64 | 0x40u)          /* not supported here: ignored */
#define CONTEXT_FULL (CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_FLOATING_POINT)
#define CONTEXT_ALL (CONTEXT_FULL | CONTEXT_SEGMENTS | CONTEXT_DEBUG_REGISTERS)

/*
 * With EXCEPTION_REQUEST, NtGetContextThread() answers in ContextFlags with
 * EXCEPTION_REPORTING and, where they hold, the other two.
 */
#define CONTEXT_EXCEPTION_ACTIVE 0x08000000u
#define CONTEXT_SERVICE_ACTIVE 0x10000000u
#define CONTEXT_EXCEPTION_REQUEST 0x40000000u
#define CONTEXT_EXCEPTION_REPORTING 0x80000000u

typedef struct __attribute__((aligned(16))) _M128A {
    ULONGLONG Low;
    LONGLONG High;
} M128A, *PM128A;

typedef struct __attribute__((aligned(16))) _XSAVE_FORMAT {
    WORD ControlWord;
    WORD StatusWord;
    BYTE TagWord;
    BYTE Reserved1;
    WORD ErrorOpcode;
    DWORD ErrorOffset;
    WORD ErrorSelector;
    WORD Reserved2;
    DWORD DataOffset;
    WORD DataSelector;
    WORD Reserved3;
    DWORD MxCsr;
    DWORD MxCsr_Mask;
    M128A FloatRegisters[8];
    M128A XmmRegisters[16];
    BYTE Reserved4[96];
} XSAVE_FORMAT, *PXSAVE_FORMAT;
typedef XSAVE_FORMAT XMM_SAVE_AREA32, *PXMM_SAVE_AREA32;

typedef struct __attribute__((aligned(16))) _CONTEXT {
    DWORD64 P1Home;
    DWORD64 P2Home;
    DWORD64 P3Home;
    DWORD64 P4Home;
    DWORD64 P5Home;
    DWORD64 P6Home;

    DWORD ContextFlags;
    DWORD MxCsr;

    WORD SegCs;
    WORD SegDs;
    WORD SegEs;
    WORD SegFs;
    WORD SegGs;
    WORD SegSs;
    DWORD EFlags;

    DWORD64 Dr0;
    DWORD64 Dr1;
    DWORD64 Dr2;
    DWORD64 Dr3;
    DWORD64 Dr6;
    DWORD64 Dr7;

    DWORD64 Rax;
    DWORD64 Rcx;
    DWORD64 Rdx;
    DWORD64 Rbx;
    DWORD64 Rsp;
    DWORD64 Rbp;
    DWORD64 Rsi;
    DWORD64 Rdi;
    DWORD64 R8;
    DWORD64 R9;
    DWORD64 R10;
    DWORD64 R11;
    DWORD64 R12;
    DWORD64 R13;
    DWORD64 R14;
    DWORD64 R15;
    DWORD64 Rip;

    __extension__ union {
        XMM_SAVE_AREA32 FltSave;
        __extension__ struct {
            M128A Header[2];
            M128A Legacy[8];
            M128A Xmm0;
            M128A Xmm1;
            M128A Xmm2;
            M128A Xmm3;
            M128A Xmm4;
            M128A Xmm5;
            M128A Xmm6;
            M128A Xmm7;
            M128A Xmm8;
            M128A Xmm9;
            M128A Xmm10;
            M128A Xmm11;
            M128A Xmm12;
            M128A Xmm13;
            M128A Xmm14;
            M128A Xmm15;
        };
    };

    M128A VectorRegister[26];
    DWORD64 VectorControl;

    DWORD64 DebugControl;
    DWORD64 LastBranchToRip;
    DWORD64 LastBranchFromRip;
    DWORD64 LastExceptionToRip;
    DWORD64 LastExceptionFromRip;
} CONTEXT, *PCONTEXT;

/* clang-format off */
static_assert(sizeof(M128A) == 16, "M128A");
static_assert(sizeof(XSAVE_FORMAT) == 512, "XSAVE_FORMAT");
static_assert(offsetof(XSAVE_FORMAT, MxCsr) == 0x18, "XSAVE_FORMAT");
static_assert(offsetof(XSAVE_FORMAT, FloatRegisters) == 0x20, "XSAVE_FORMAT");
static_assert(offsetof(XSAVE_FORMAT, XmmRegisters) == 0xA0, "XSAVE_FORMAT");
static_assert(sizeof(CONTEXT) == 0x4D0, "CONTEXT");
static_assert(offsetof(CONTEXT, ContextFlags) == 0x30, "CONTEXT");
static_assert(offsetof(CONTEXT, MxCsr) == 0x34, "CONTEXT");
static_assert(offsetof(CONTEXT, SegCs) == 0x38, "CONTEXT");
static_assert(offsetof(CONTEXT, SegDs) == 0x3A, "CONTEXT");
static_assert(offsetof(CONTEXT, SegEs) == 0x3C, "CONTEXT");
static_assert(offsetof(CONTEXT, SegFs) == 0x3E, "CONTEXT");
static_assert(offsetof(CONTEXT, SegGs) == 0x40, "CONTEXT");
static_assert(offsetof(CONTEXT, SegSs) == 0x42, "CONTEXT");
static_assert(offsetof(CONTEXT, EFlags) == 0x44, "CONTEXT");
static_assert(offsetof(CONTEXT, Dr0) == 0x48 && offsetof(CONTEXT, Dr3) == 0x60, "CONTEXT");
static_assert(offsetof(CONTEXT, Dr6) == 0x68 && offsetof(CONTEXT, Dr7) == 0x70, "CONTEXT");
static_assert(offsetof(CONTEXT, Rax) == 0x78 && offsetof(CONTEXT, Rcx) == 0x80, "CONTEXT");
static_assert(offsetof(CONTEXT, Rdx) == 0x88 && offsetof(CONTEXT, Rbx) == 0x90, "CONTEXT");
static_assert(offsetof(CONTEXT, Rsp) == 0x98 && offsetof(CONTEXT, Rbp) == 0xA0, "CONTEXT");
static_assert(offsetof(CONTEXT, Rsi) == 0xA8 && offsetof(CONTEXT, Rdi) == 0xB0, "CONTEXT");
static_assert(offsetof(CONTEXT, R8) == 0xB8 && offsetof(CONTEXT, R15) == 0xF0, "CONTEXT");
static_assert(offsetof(CONTEXT, Rip) == 0xF8, "CONTEXT");
static_assert(offsetof(CONTEXT, FltSave) == 0x100, "CONTEXT");
static_assert(offsetof(CONTEXT, FltSave.MxCsr) == 0x118, "CONTEXT");
static_assert(offsetof(CONTEXT, FltSave.FloatRegisters) == 0x120, "CONTEXT");
static_assert(offsetof(CONTEXT, Xmm0) == 0x1A0 && offsetof(CONTEXT, Xmm15) == 0x290, "CONTEXT");
static_assert(offsetof(CONTEXT, VectorRegister) == 0x300, "CONTEXT");
static_assert(offsetof(CONTEXT, VectorControl) == 0x4A0, "CONTEXT");
static_assert(offsetof(CONTEXT, DebugControl) == 0x4A8, "CONTEXT");
static_assert(offsetof(CONTEXT, LastBranchToRip) == 0x4B0, "CONTEXT");
static_assert(offsetof(CONTEXT, LastBranchFromRip) == 0x4B8, "CONTEXT");
static_assert(offsetof(CONTEXT, LastExceptionToRip) == 0x4C0, "CONTEXT");
static_assert(offsetof(CONTEXT, LastExceptionFromRip) == 0x4C8, "CONTEXT");
static_assert(CONTEXT_FULL == 0x0010000Bu && CONTEXT_ALL == 0x0010001Fu, "CONTEXT flags");
/* clang-format on */

#endif /* NTDBG_NT_CONTEXT_H */
