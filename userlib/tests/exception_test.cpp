// SPDX-License-Identifier: MIT
// The table of faults: what Linux and the CPU say -> the exception of NT.
#include <csignal>
#include <gtest/gtest.h>
#include <map>

#include "samples.h"

namespace {

using samples::fault;
using samples::with_insn;

constexpr uint64_t kIp = 0x555555555139;
constexpr uint64_t kAllOnes = ~uint64_t{0};
constexpr int kFromKernel = 0x80;
constexpr uint32_t kFpuKnown = 1u << 31;

EXCEPTION_RECORD64 translate(const ntdbg_fault &f, uint32_t chance = NTDBG_EXCEPTION_FIRST_CHANCE,
                             const ntdbg_translate_opts *opts = nullptr) {
    EXCEPTION_RECORD64 record;
    ntdbg_translate_fault(&f, samples::kPid, chance, opts, &record);
    return record;
}

ntdbg_fault gp(std::initializer_list<uint8_t> insn, uint64_t error_code = 0) {
    return with_insn(fault(SIGSEGV, kFromKernel, 13, error_code), insn);
}

ntdbg_fault fpe(int code, uint32_t trap, uint32_t mxcsr = 0, uint32_t fsw = 0) {
    auto f = fault(SIGFPE, code, trap);
    f.mxcsr = mxcsr;
    f.fsw = fsw | kFpuKnown;
    return f;
}

ntdbg_fault guard_gap(ntdbg_fault f) {
    f.in_guard_gap = 1;
    return f;
}

struct Row {
    const char *name;
    ntdbg_fault fault;
    NTSTATUS code;
    std::vector<uint64_t> parameters;
    uint64_t address = kIp;
    uint32_t flags = 0;
};

std::ostream &operator<<(std::ostream &out, const Row &row) {
    return out << row.name;
}

class FaultTable : public testing::TestWithParam<Row> {};

TEST_P(FaultTable, Row) {
    const Row &row = GetParam();
    EXCEPTION_RECORD64 r = translate(row.fault);
    EXPECT_EQ(static_cast<uint32_t>(r.ExceptionCode), static_cast<uint32_t>(row.code));
    EXPECT_EQ(r.ExceptionFlags, row.flags);
    EXPECT_EQ(r.ExceptionAddress, row.address);
    ASSERT_EQ(r.NumberParameters, row.parameters.size());
    for (size_t i = 0; i < row.parameters.size(); i++)
        EXPECT_EQ(r.ExceptionInformation[i], row.parameters[i]) << i;
    EXPECT_EQ(r.ExceptionRecord, 0u);
}

// clang-format off
const Row kRows[] = {
    // Access
    {"ReadUnmapped", fault(SIGSEGV, 1, 14, 4, 0x10), STATUS_ACCESS_VIOLATION, {0, 0x10}},
    {"WriteUnmapped", fault(SIGSEGV, 1, 14, 6, 0), STATUS_ACCESS_VIOLATION, {1, 0}},
    {"ExecuteUnmapped", fault(SIGSEGV, 1, 14, 0x14, 0x99), STATUS_ACCESS_VIOLATION, {8, 0x99}},
    {"WriteReadOnly", fault(SIGSEGV, 2, 14, 7, 0x2000), STATUS_ACCESS_VIOLATION, {1, 0x2000}},
    {"ReadNoAccess", fault(SIGSEGV, 2, 14, 5, 0x2000), STATUS_ACCESS_VIOLATION, {0, 0x2000}},
    {"ExecuteNoExec", fault(SIGSEGV, 2, 14, 0x15, 0x2000), STATUS_ACCESS_VIOLATION, {8, 0x2000}},
    {"ProtectionKey", [] { auto f = fault(SIGSEGV, 4, 14, 0x27, 0x3000); f.error = 5; return f; }(), STATUS_ACCESS_VIOLATION, {1, 0x3000, 5}},
    {"GuardGap", guard_gap(fault(SIGSEGV, 1, 14, 6, 0x7ffffff0)), STATUS_STACK_OVERFLOW, {1, 0x7ffffff0}},
    {"MemoryTag", fault(SIGSEGV, 8, 0, 0, 0x40), STATUS_ACCESS_VIOLATION, {0, 0x40}},
    {"NonCanonical", gp({0x48, 0x8b, 0x00}), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    {"ForcedSegvWithStaleTrap", fault(SIGSEGV, kFromKernel, 14, 6, 0x77), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    {"StackSegment", fault(SIGBUS, kFromKernel, 12), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    {"SegmentNotPresent", fault(SIGBUS, kFromKernel, 11, 8), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    {"ShadowStack", fault(SIGSEGV, 10, 21, 1), STATUS_STACK_BUFFER_OVERRUN, {57}, kIp, EXCEPTION_NONCONTINUABLE},
    // Files and memory
    {"BehindEndOfFile", fault(SIGBUS, 2, 14, 4, 0x5000), STATUS_IN_PAGE_ERROR, {0, 0x5000, 0xC0000011}},
    {"BehindEndOfFileWrite", fault(SIGBUS, 2, 14, 6, 0x5000), STATUS_IN_PAGE_ERROR, {1, 0x5000, 0xC0000011}},
    {"ObjectError", fault(SIGBUS, 3, 14, 4, 0x5000), STATUS_IN_PAGE_ERROR, {0, 0x5000, 0xC0000185}},
    {"MachineCheckNeeded", fault(SIGBUS, 4, 18, 4, 0x6000), STATUS_IN_PAGE_ERROR, {0, 0x6000, 0xC0000709}},
    {"MachineCheckOptional", fault(SIGBUS, 5, 18, 4, 0x6000), STATUS_IN_PAGE_ERROR, {0, 0x6000, 0xC0000709}},
    {"Misaligned", fault(SIGBUS, 1, 17), STATUS_DATATYPE_MISALIGNMENT, {}},
    // Traps
    {"Int3", with_insn(fault(SIGTRAP, kFromKernel, 3), {0xCC}), STATUS_BREAKPOINT, {0}, kIp - 1},
    {"OtherTrap", fault(SIGTRAP, 77, 3), STATUS_BREAKPOINT, {0}, kIp - 1},
    {"SingleStep", fault(SIGTRAP, 2, 1), STATUS_SINGLE_STEP, {}},
    {"HardwareBreakpoint", fault(SIGTRAP, 4, 1), STATUS_SINGLE_STEP, {}},
    {"Icebp", with_insn(fault(SIGTRAP, 1, 1), {0xF1}), STATUS_SINGLE_STEP, {}},
    {"TrapBrkptOfInt3", fault(SIGTRAP, 1, 3), STATUS_BREAKPOINT, {0}, kIp - 1},
    {"PerfTrap", fault(SIGTRAP, 6, 1), NTDBG_STATUS_SIGNAL(SIGTRAP), {6}},
    // Instructions
    {"Undefined", with_insn(fault(SIGILL, 2, 6), {0x0F, 0x0B}), STATUS_ILLEGAL_INSTRUCTION, {}},
    {"LockMisused", with_insn(fault(SIGILL, 2, 6), {0xF0, 0x89, 0xC0}), STATUS_INVALID_LOCK_SEQUENCE, {}},
    {"LockBehindPrefix", with_insn(fault(SIGILL, 2, 6), {0x66, 0xF0, 0x89, 0xC0}), STATUS_INVALID_LOCK_SEQUENCE, {}},
    {"Overflow32", fault(SIGSEGV, kFromKernel, 4), STATUS_INTEGER_OVERFLOW, {}},
    {"Bounds", fault(SIGSEGV, kFromKernel, 5), STATUS_ARRAY_BOUNDS_EXCEEDED, {}},
    {"BoundsMpx", fault(SIGSEGV, 3, 5), STATUS_ARRAY_BOUNDS_EXCEEDED, {}},
    {"NoDevice", fault(SIGSEGV, kFromKernel, 7), STATUS_ILLEGAL_INSTRUCTION, {}},
    {"DoubleFault", fault(SIGSEGV, kFromKernel, 8), STATUS_ILLEGAL_INSTRUCTION, {}},
    {"InvalidTss", fault(SIGSEGV, kFromKernel, 10), STATUS_ILLEGAL_INSTRUCTION, {}},
    {"MachineCheckSegv", fault(SIGSEGV, kFromKernel, 18), STATUS_ILLEGAL_INSTRUCTION, {}},
    // Privileged
    {"Hlt", gp({0xF4}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Cli", gp({0xFA}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Sti", gp({0xFB}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"InAlImm", gp({0xE4, 0x60}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"InEaxImm", gp({0xE5, 0x60}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"OutImmAl", gp({0xE6, 0x60}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"OutImmEax", gp({0xE7, 0x60}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"InAlDx", gp({0xEC}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"InAxDx", gp({0x66, 0xED}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"OutDxAl", gp({0xEE}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"OutDxEax", gp({0xEF}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Insb", gp({0x6C}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"RepInsd", gp({0xF3, 0x6D}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Outsb", gp({0x6E}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Outsd", gp({0x6F}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"IntN", gp({0xCD, 0x50}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Clts", gp({0x0F, 0x06}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Invd", gp({0x0F, 0x08}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Wbinvd", gp({0x0F, 0x09}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"MovFromCr0", gp({0x0F, 0x20, 0xC0}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"MovFromDr7", gp({0x0F, 0x21, 0xF8}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"MovToCr8", gp({0x44, 0x0F, 0x22, 0xC0}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"MovToDr0", gp({0x0F, 0x23, 0xC0}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Rdmsr", gp({0x0F, 0x32}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Wrmsr", gp({0x0F, 0x30}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Lgdt", gp({0x0F, 0x01, 0x10}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Lidt", gp({0x0F, 0x01, 0x18}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"Ltr", gp({0x0F, 0x00, 0xD8}), STATUS_PRIVILEGED_INSTRUCTION, {}},
    {"SgdtIsNot", gp({0x0F, 0x01, 0x00}), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    {"PrivilegedCutOff", gp({0x0F}), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    {"OnlyPrefixes", gp({0x66, 0x66}), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    {"NoBytes", gp({}), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    {"HltWithSelectorError", gp({0xF4}, 0x50), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    // Software interrupts
    {"FastFail", [] { auto f = gp({0xCD, 0x29}, (0x29 << 3) | 2); f.regs.rcx = 7; return f; }(), STATUS_STACK_BUFFER_OVERRUN, {7}, kIp, EXCEPTION_NONCONTINUABLE},
    {"Assertion", gp({0xCD, 0x2C}, (0x2C << 3) | 2), STATUS_ASSERTION_FAILURE, {}},
    {"DebugService", [] { auto f = gp({0xCD, 0x2D}, (0x2D << 3) | 2); f.regs.rax = 2; return f; }(), STATUS_BREAKPOINT, {2}, kIp},
    {"FastFailOddErrorCode", [] { auto f = gp({0xCD, 0x29}, 0x292); f.regs.rcx = 2; return f; }(), STATUS_STACK_BUFFER_OVERRUN, {2}, kIp, EXCEPTION_NONCONTINUABLE},
    {"AssertionByErrorCodeAlone", gp({}, (0x2C << 3) | 2), STATUS_ASSERTION_FAILURE, {}},
    {"OtherVector", gp({0xCD, 0x50}, (0x50 << 3) | 2), STATUS_ACCESS_VIOLATION, {0, kAllOnes}},
    // Floating point
    {"X87Divide", fpe(3, 16), STATUS_FLOAT_DIVIDE_BY_ZERO, {0}},
    {"X87Overflow", fpe(4, 16), STATUS_FLOAT_OVERFLOW, {0}},
    {"X87Underflow", fpe(5, 16, 0, 0x10), STATUS_FLOAT_UNDERFLOW, {0}},
    {"X87Denormal", fpe(5, 16, 0, 0x02), STATUS_FLOAT_DENORMAL_OPERAND, {0}},
    {"X87Inexact", fpe(6, 16), STATUS_FLOAT_INEXACT_RESULT, {0}},
    {"X87Invalid", fpe(7, 16, 0, 0x01), STATUS_FLOAT_INVALID_OPERATION, {0}},
    {"X87Stack", fpe(7, 16, 0, 0x41), STATUS_FLOAT_STACK_CHECK, {0}},
    {"X87UnknownStack", fpe(0, 16, 0, 0x40), STATUS_FLOAT_STACK_CHECK, {0}},
    {"X87Unknown", fpe(14, 16), STATUS_FLOAT_INVALID_OPERATION, {0}},
    {"SubscriptRange", fpe(8, 16), STATUS_ARRAY_BOUNDS_EXCEEDED, {}},
    {"IntegerOverflow", fault(SIGFPE, 2, 4), STATUS_INTEGER_OVERFLOW, {}},
    {"SseDivide", fpe(3, 19, 0x1D84), STATUS_FLOAT_DIVIDE_BY_ZERO, {0, 0x1D84}},
    {"SseOverflow", fpe(4, 19, 0x1B88), STATUS_FLOAT_OVERFLOW, {0, 0x1B88}},
    {"SseUnderflow", fpe(5, 19, 0x1790), STATUS_FLOAT_UNDERFLOW, {0, 0x1790}},
    {"SseDenormal", fpe(5, 19, 0x1E82), STATUS_FLOAT_INVALID_OPERATION, {0, 0x1E82}},
    {"SseInexact", fpe(6, 19, 0x0FA0), STATUS_FLOAT_INEXACT_RESULT, {0, 0x0FA0}},
    {"SseInvalid", fpe(7, 19, 0x1F01), STATUS_FLOAT_INVALID_OPERATION, {0, 0x1F01}},
    {"Sse32Bit", [] { auto f = fpe(3, 19, 0x1D84); f.regs.cs = 0x23; return f; }(), STATUS_FLOAT_MULTIPLE_TRAPS, {0, 0x1D84}},
    {"SseMxcsrUnknown", fault(SIGFPE, 3, 19), STATUS_FLOAT_DIVIDE_BY_ZERO, {0, 0}},
    // System calls
    {"Seccomp", [] { auto f = fault(SIGSYS, 1, 14); f.regs.orig_rax = 59; f.error = 13; return f; }(), NTDBG_STATUS_SECCOMP, {59, 0xC000003E, 13}},
    {"Seccomp32", [] { auto f = fault(SIGSYS, 1, 14); f.regs.orig_rax = 11; f.regs.cs = 0x23; return f; }(), NTDBG_STATUS_SECCOMP, {11, 0x40000003, 0}},
    {"UserDispatch", fault(SIGSYS, 2, 14), NTDBG_STATUS_SIGNAL(SIGSYS), {2}},
    {"OtherSignal", fault(SIGABRT, -6, 0), NTDBG_STATUS_SIGNAL(SIGABRT), {static_cast<uint64_t>(-6)}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Exception, FaultTable, testing::ValuesIn(kRows),
                         [](const auto &row) { return std::string(row.param.name); });

TEST(Exception, LoaderBreakIsAtItsAddress) {
    auto r = translate(fault(SIGTRAP, 1, 3),
                       NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_LOADER_BREAK);
    EXPECT_EQ(r.ExceptionCode, STATUS_BREAKPOINT);
    EXPECT_EQ(r.ExceptionAddress, kIp);
    EXPECT_EQ(r.NumberParameters, 1u);
}

// Nobody executed anything: whatever the fault fields say is left over.
TEST(Exception, BreakInIsAtTheThreadsAddress) {
    auto r = translate(fault(SIGSEGV, 1, 14, 6),
                       NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_BREAK_IN);
    EXPECT_EQ(r.ExceptionCode, STATUS_BREAKPOINT);
    EXPECT_EQ(r.ExceptionAddress, kIp);
    EXPECT_EQ(r.NumberParameters, 1u);
    EXPECT_EQ(r.ExceptionInformation[0], 0u);
}

TEST(Exception, TooLongInstructionIsNotRead) {
    auto f = gp({0xF4});
    f.insn_len = 200;
    EXPECT_EQ(translate(f).ExceptionCode, STATUS_ACCESS_VIOLATION);
}

// ---- division ----------------------------------------------------------------

struct Division {
    const char *name;
    std::initializer_list<uint8_t> insn;
    void (*set)(ntdbg_regs &);
    NTSTATUS code;
};

class DivisionTable : public testing::TestWithParam<Division> {};

TEST_P(DivisionTable, Row) {
    auto f = with_insn(fault(SIGFPE, 1, 0), GetParam().insn);
    GetParam().set(f.regs);
    EXPECT_EQ(static_cast<uint32_t>(translate(f).ExceptionCode),
              static_cast<uint32_t>(GetParam().code));
    EXPECT_EQ(translate(f).NumberParameters, 0u);
}

constexpr NTSTATUS kZero = STATUS_INTEGER_DIVIDE_BY_ZERO;
constexpr NTSTATUS kTooLarge = STATUS_INTEGER_OVERFLOW;

// clang-format off
const Division kDivisions[] = {
    {"IdivEcxZero", {0xF7, 0xF9}, [](ntdbg_regs &) {}, kZero},
    {"IdivEcxMinusOne", {0xF7, 0xF9}, [](ntdbg_regs &r) { r.rcx = 0xFFFFFFFF; r.rax = 0x80000000; r.rdx = 0xFFFFFFFF; }, kTooLarge},
    {"IdivEcxUpperHalfIgnored", {0xF7, 0xF9}, [](ntdbg_regs &r) { r.rcx = 0x100000000; }, kZero},
    {"IdivRcx", {0x48, 0xF7, 0xF9}, [](ntdbg_regs &r) { r.rcx = 0x100000000; r.rdx = 5; }, kTooLarge},
    {"IdivCx", {0x66, 0xF7, 0xF9}, [](ntdbg_regs &r) { r.rcx = 0x10000; }, kZero},
    {"DivR8d", {0x41, 0xF7, 0xF0}, [](ntdbg_regs &r) { r.r8 = 3; r.rax = 7; r.rdx = 9; }, kTooLarge},
    {"DivR15", {0x49, 0xF7, 0xF7}, [](ntdbg_regs &) {}, kZero},
    {"DivCl", {0xF6, 0xF1}, [](ntdbg_regs &r) { r.rcx = 0xFF00; }, kZero},
    {"DivCh", {0xF6, 0xF5}, [](ntdbg_regs &r) { r.rcx = 0x0100; r.rax = 0xFFFF; }, kTooLarge},
    {"DivBplWithRex", {0x40, 0xF6, 0xF5}, [](ntdbg_regs &r) { r.rcx = 0x0100; r.rbp = 0x1200; }, kZero},
    {"DivSilWithRex", {0x40, 0xF6, 0xF6}, [](ntdbg_regs &r) { r.rsi = 2; r.rax = 0xFFFF; }, kTooLarge},
    {"Aam0", {0xD4, 0x00}, [](ntdbg_regs &r) { r.cs = 0x23; }, kZero},
    {"MemoryUnsignedNoUpperHalf", {0xF7, 0x37}, [](ntdbg_regs &r) { r.rax = 100; }, kZero},
    {"MemorySignedAfterCdq", {0xF7, 0x3F}, [](ntdbg_regs &r) { r.rax = 0xFFFFFFF0; r.rdx = 0xFFFFFFFF; }, kZero},
    {"MemoryUnknown", {0xF7, 0x37}, [](ntdbg_regs &r) { r.rdx = 7; }, kZero},
    {"NoBytes", {}, [](ntdbg_regs &) {}, kZero},
    {"NotADivision", {0xF7, 0xC1}, [](ntdbg_regs &r) { r.rcx = 1; }, kZero},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Exception, DivisionTable, testing::ValuesIn(kDivisions),
                         [](const auto &row) { return std::string(row.param.name); });

// A memory that has one number at one place.
struct Memory {
    uint64_t address;
    uint64_t value;
    int asked = 0;

    ntdbg_translate_opts opts() {
        auto out = NTDBG_OPTS(ntdbg_translate_opts);
        out.read_memory = [](void *ctx, uint32_t pid, uint64_t addr, void *buf, size_t len) {
            auto *self = static_cast<Memory *>(ctx);
            self->asked++;
            if (pid != samples::kPid || addr != self->address)
                return -EFAULT;
            memcpy(buf, &self->value, len);
            return 0;
        };
        out.ctx = this;
        return out;
    }
};

NTSTATUS divide_memory(std::initializer_list<uint8_t> insn, Memory &memory,
                       void (*set)(ntdbg_regs &)) {
    auto f = with_insn(fault(SIGFPE, 1, 0), insn);
    f.regs.rdx = 7; // too large for a small divisor: memory has to decide
    set(f.regs);
    auto opts = memory.opts();
    return translate(f, NTDBG_EXCEPTION_FIRST_CHANCE, &opts).ExceptionCode;
}

TEST(Exception, DivisorInMemory) {
    auto rdi = [](ntdbg_regs &r) { r.rdi = 0x1000; };
    Memory zero{0x1000, 0};
    EXPECT_EQ(divide_memory({0xF7, 0x37}, zero, rdi), kZero);
    Memory three{0x1000, 3};
    EXPECT_EQ(divide_memory({0xF7, 0x37}, three, rdi), kTooLarge);
    EXPECT_EQ(three.asked, 1);
    Memory elsewhere{0x9999, 3};
    EXPECT_EQ(divide_memory({0xF7, 0x37}, elsewhere, rdi), kZero);
    // 32 bits are read, no more.
    Memory upper{0x1000, 0x100000000};
    EXPECT_EQ(divide_memory({0xF7, 0x37}, upper, rdi), kZero);
}

TEST(Exception, DivisorAddresses) {
    struct {
        const char *name;
        std::initializer_list<uint8_t> insn;
        uint64_t address;
    } rows[] = {
        {"disp8", {0xF7, 0x77, 0xF8}, 0x1000 - 8},
        {"disp32", {0xF7, 0xB7, 0x00, 0x01, 0x00, 0x00}, 0x1100},
        {"sib", {0xF7, 0x34, 0x8F}, 0x1000 + 4 * 0x20},
        {"sib no index", {0xF7, 0x34, 0x24}, 0x7000},
        {"sib no base", {0xF7, 0x34, 0x8D, 0x10, 0, 0, 0}, 0x10 + 4 * 0x20},
        {"sib r12 base", {0x41, 0xF7, 0x34, 0x24}, 0x5000},
        {"rip", {0xF7, 0x35, 0x10, 0, 0, 0}, kIp + 6 + 0x10},
        {"r13 disp8", {0x41, 0xF7, 0x75, 0x00}, 0x6000},
        {"fs", {0x64, 0xF7, 0x37}, 0x1000 + 0xABC000},
        {"addr32", {0x67, 0xF7, 0x31}, 0x20},
    };
    for (const auto &row : rows) {
        Memory memory{row.address, 3};
        EXPECT_EQ(divide_memory(row.insn, memory,
                                [](ntdbg_regs &r) {
                                    r.rdi = 0x1000;
                                    r.rcx = 0x20;
                                    r.rsp = 0x7000;
                                    r.r12 = 0x5000;
                                    r.r13 = 0x6000;
                                    r.fs_base = 0xABC000;
                                }),
                  kTooLarge)
            << row.name;
    }
}

} // namespace
