// SPDX-License-Identifier: MIT
// RtlCaptureContext: what it stores, and that it changes nothing.
#include <cstring>

#include <gtest/gtest.h>

#include "internal.h"

namespace {

TEST(CaptureContext, StoresTheCallersRegisters) {
    alignas(16) CONTEXT context;
    memset(&context, 0xEE, sizeof(context));
    uint64_t rsp = 0;
    uint64_t rip = 0;
    uint64_t flags_before = 0;
    uint64_t flags_behind = 0;
    uint64_t rcx = reinterpret_cast<uint64_t>(&context);
    auto routine = reinterpret_cast<uint64_t>(RtlCaptureContext);
    uint64_t rax = routine;
    register uint64_t r10 __asm__("r10") = 0x1010101010101010;
    register uint64_t r12 __asm__("r12") = 0x1212121212121212;
    register uint64_t r15 __asm__("r15") = 0x1515151515151515;
    __asm__ volatile("subq $256, %%rsp\n\t" // the red zone, and a home for the callee
                     "movq %%rsp, %%rsi\n\t"
                     "andq $-16, %%rsp\n\t"
                     "stc\n\t"
                     "pushfq\n\t"
                     "popq %%rdi\n\t"
                     "movq %%rsp, %%rdx\n\t"
                     "call *%%rax\n\t"
                     "1:\n\t"
                     "pushfq\n\t"
                     "popq %%rbx\n\t"
                     "movq %%rsi, %%rsp\n\t"
                     "addq $256, %%rsp\n\t"
                     "leaq 1b(%%rip), %%r8\n\t"
                     "movq %%r8, %[rip]\n\t"
                     : "=&d"(rsp), [rip] "=m"(rip), "+a"(rax), "=&D"(flags_before),
                       "=&b"(flags_behind), "+r"(r10), "+r"(r12), "+r"(r15)
                     : "c"(rcx)
                     : "rsi", "r8", "cc", "memory");
    EXPECT_EQ(context.ContextFlags,
              CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_SEGMENTS | CONTEXT_FLOATING_POINT);
    EXPECT_EQ(context.Rip, rip);
    EXPECT_EQ(context.Rsp, rsp);
    EXPECT_EQ(context.Rax, routine);
    EXPECT_EQ(rax, routine);
    EXPECT_EQ(context.Rcx, rcx);
    EXPECT_EQ(context.Rdx, rsp);
    EXPECT_EQ(context.R10, 0x1010101010101010u);
    EXPECT_EQ(context.R12, 0x1212121212121212u);
    EXPECT_EQ(context.R15, 0x1515151515151515u);
    EXPECT_EQ(context.EFlags, static_cast<uint32_t>(flags_before));
    EXPECT_EQ(flags_behind, flags_before);
    EXPECT_EQ(context.SegCs, 0x33);
    EXPECT_EQ(context.SegSs, 0x2B);
    EXPECT_EQ(context.MxCsr, context.FltSave.MxCsr);
    EXPECT_EQ(context.MxCsr & 0x1F80u, 0x1F80u); // all exceptions masked
    EXPECT_EQ(context.Dr0, 0xEEEEEEEEEEEEEEEEu); // not asked for, not touched
}

} // namespace
