// SPDX-License-Identifier: MIT
// CONTEXT <-> struct ntdbg_context.
#include <cstring>
#include <type_traits>

#include <ntdbg/nt/convert.h>

namespace {

constexpr uint32_t kParts = NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER | NTDBG_CONTEXT_SEGMENTS |
                            NTDBG_CONTEXT_FLOATING_POINT | NTDBG_CONTEXT_DEBUG_REGISTERS;
constexpr uint32_t kMxcsrBits = 0xFFFF; // a set bit above would be a fault when it is loaded

// The two structs name every register once, here. Move is told (theirs, ours).
template <typename C, typename N, typename Move>
void control(C &nt, N &linux_regs, Move move) {
    move(nt.Rip, linux_regs.rip);
    move(nt.Rsp, linux_regs.rsp);
    move(nt.EFlags, linux_regs.eflags);
    move(nt.SegCs, linux_regs.cs);
    move(nt.SegSs, linux_regs.ss);
}

template <typename C, typename N, typename Move>
void integer(C &nt, N &linux_regs, Move move) {
    move(nt.Rax, linux_regs.rax);
    move(nt.Rcx, linux_regs.rcx);
    move(nt.Rdx, linux_regs.rdx);
    move(nt.Rbx, linux_regs.rbx);
    move(nt.Rbp, linux_regs.rbp);
    move(nt.Rsi, linux_regs.rsi);
    move(nt.Rdi, linux_regs.rdi);
    move(nt.R8, linux_regs.r8);
    move(nt.R9, linux_regs.r9);
    move(nt.R10, linux_regs.r10);
    move(nt.R11, linux_regs.r11);
    move(nt.R12, linux_regs.r12);
    move(nt.R13, linux_regs.r13);
    move(nt.R14, linux_regs.r14);
    move(nt.R15, linux_regs.r15);
}

template <typename C, typename N, typename Move>
void segments(C &nt, N &linux_regs, Move move) {
    move(nt.SegDs, linux_regs.ds);
    move(nt.SegEs, linux_regs.es);
    move(nt.SegFs, linux_regs.fs);
    move(nt.SegGs, linux_regs.gs);
}

template <typename C, typename D, typename Move>
void debug(C &nt, D &dr, Move move) {
    move(nt.Dr0, dr[0]);
    move(nt.Dr1, dr[1]);
    move(nt.Dr2, dr[2]);
    move(nt.Dr3, dr[3]);
    move(nt.Dr6, dr[4]);
    move(nt.Dr7, dr[5]);
}

} // namespace

extern "C" {

uint32_t ntdbg_nt_context_flags(uint32_t context_flags) {
    return context_flags & CONTEXT_AMD64 ? context_flags & kParts : 0;
}

void ntdbg_nt_context_from(CONTEXT *to, uint32_t context_flags, const struct ntdbg_context *from) {
    uint32_t parts = ntdbg_nt_context_flags(context_flags);
    auto move = [](auto &theirs, const auto &ours) {
        theirs = static_cast<std::remove_reference_t<decltype(theirs)>>(ours);
    };
    if (parts & NTDBG_CONTEXT_CONTROL)
        control(*to, from->regs, move);
    if (parts & NTDBG_CONTEXT_INTEGER)
        integer(*to, from->regs, move);
    if (parts & NTDBG_CONTEXT_SEGMENTS)
        segments(*to, from->regs, move);
    if (parts & NTDBG_CONTEXT_DEBUG_REGISTERS)
        debug(*to, from->dr, move);
    if (parts & NTDBG_CONTEXT_FLOATING_POINT) {
        static_assert(sizeof(to->FltSave) == sizeof(from->fxsave));
        memcpy(&to->FltSave, from->fxsave, sizeof(from->fxsave));
        to->MxCsr = to->FltSave.MxCsr;
    }
}

uint32_t ntdbg_nt_context_report(const struct ntdbg_context *from) {
    // What was interrupted otherwise than by a system call has -1 there.
    bool in_call = static_cast<int64_t>(from->regs.orig_rax) >= 0;
    return CONTEXT_EXCEPTION_REPORTING | (in_call ? CONTEXT_SERVICE_ACTIVE : 0);
}

void ntdbg_nt_context_to(struct ntdbg_context *to, const CONTEXT *from) {
    uint32_t parts = ntdbg_nt_context_flags(from->ContextFlags);
    auto move = [](const auto &theirs, auto &ours) { ours = theirs; };
    to->flags = parts;
    if (parts & NTDBG_CONTEXT_CONTROL)
        control(*from, to->regs, move);
    if (parts & NTDBG_CONTEXT_INTEGER)
        integer(*from, to->regs, move);
    if (parts & NTDBG_CONTEXT_SEGMENTS)
        segments(*from, to->regs, move);
    if (parts & NTDBG_CONTEXT_DEBUG_REGISTERS)
        debug(*from, to->dr, move);
    if (parts & NTDBG_CONTEXT_FLOATING_POINT) {
        XMM_SAVE_AREA32 area = from->FltSave;
        area.MxCsr &= kMxcsrBits;
        memcpy(to->fxsave, &area, sizeof(to->fxsave));
    }
}

} // extern "C"
