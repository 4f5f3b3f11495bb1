// SPDX-License-Identifier: MIT
// CONTEXT and struct ntdbg_context: every register in its place, both ways, part by part.
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <string_view>

#include <ntdbg/nt/convert.h>

namespace {

// Each field with a value of its own, told by name.
struct Field {
    const char *name;
    uint32_t part;
    size_t nt_offset;
    size_t nt_size;
    size_t offset; // in struct ntdbg_context; 8 bytes
};

#define REG(nt, reg, part)                                                                         \
    {                                                                                              \
#nt, NTDBG_CONTEXT_##part, offsetof(CONTEXT, nt), sizeof(CONTEXT::nt),                     \
            offsetof(ntdbg_context, regs.reg)                                                      \
    }
#define DR(nt, index)                                                                              \
    {                                                                                              \
#nt, NTDBG_CONTEXT_DEBUG_REGISTERS, offsetof(CONTEXT, nt), sizeof(CONTEXT::nt),            \
            offsetof(ntdbg_context, dr) + (index)*8                                                \
    }

const Field kFields[] = {
    REG(Rip, rip, CONTROL),
    REG(Rsp, rsp, CONTROL),
    REG(EFlags, eflags, CONTROL),
    REG(SegCs, cs, CONTROL),
    REG(SegSs, ss, CONTROL),
    REG(Rax, rax, INTEGER),
    REG(Rcx, rcx, INTEGER),
    REG(Rdx, rdx, INTEGER),
    REG(Rbx, rbx, INTEGER),
    REG(Rbp, rbp, INTEGER),
    REG(Rsi, rsi, INTEGER),
    REG(Rdi, rdi, INTEGER),
    REG(R8, r8, INTEGER),
    REG(R9, r9, INTEGER),
    REG(R10, r10, INTEGER),
    REG(R11, r11, INTEGER),
    REG(R12, r12, INTEGER),
    REG(R13, r13, INTEGER),
    REG(R14, r14, INTEGER),
    REG(R15, r15, INTEGER),
    REG(SegDs, ds, SEGMENTS),
    REG(SegEs, es, SEGMENTS),
    REG(SegFs, fs, SEGMENTS),
    REG(SegGs, gs, SEGMENTS),
    DR(Dr0, 0),
    DR(Dr1, 1),
    DR(Dr2, 2),
    DR(Dr3, 3),
    DR(Dr6, 4),
    DR(Dr7, 5),
};

uint64_t value_of(size_t index, size_t size) {
    uint64_t value = 0x0101010101010101u * (index + 0x11);
    return size == 8 ? value : value & ((uint64_t{1} << (size * 8)) - 1);
}

void write_field(void *base, size_t offset, size_t size, uint64_t value) {
    memcpy(static_cast<char *>(base) + offset, &value, size);
}

template <typename T>
T filled(unsigned char byte) {
    T out;
    memset(static_cast<void *>(&out), byte, sizeof(out));
    return out;
}

// Padding too: nothing outside the asked-for part may change.
template <typename T>
std::string_view bytes(const T &value) {
    return {reinterpret_cast<const char *>(&value), sizeof(value)};
}

constexpr uint32_t kParts[] = {NTDBG_CONTEXT_CONTROL, NTDBG_CONTEXT_INTEGER, NTDBG_CONTEXT_SEGMENTS,
                               NTDBG_CONTEXT_FLOATING_POINT, NTDBG_CONTEXT_DEBUG_REGISTERS};

TEST(NtContext, TableNamesEveryRegister) {
    std::map<uint32_t, int> counts;
    for (const Field &field : kFields)
        counts[field.part]++;
    EXPECT_EQ(counts[NTDBG_CONTEXT_CONTROL], 5);
    EXPECT_EQ(counts[NTDBG_CONTEXT_INTEGER], 15);
    EXPECT_EQ(counts[NTDBG_CONTEXT_SEGMENTS], 4);
    EXPECT_EQ(counts[NTDBG_CONTEXT_DEBUG_REGISTERS], 6);
}

// For each part alone: what is its own arrives, all else stays as it was.
TEST(NtContext, FromLinuxPartByPart) {
    ntdbg_context from = filled<ntdbg_context>(0);
    size_t index = 0;
    for (const Field &field : kFields)
        write_field(&from, field.offset, 8, value_of(index++, field.nt_size));
    for (size_t i = 0; i < sizeof(from.fxsave); i++)
        from.fxsave[i] = static_cast<uint8_t>(i * 7 + 3);

    for (uint32_t part : kParts) {
        auto to = filled<CONTEXT>(0xA5);
        ntdbg_nt_context_from(&to, CONTEXT_AMD64 | part, &from);
        auto expected = filled<CONTEXT>(0xA5);
        index = 0;
        for (const Field &field : kFields) {
            if (field.part == part)
                write_field(&expected, field.nt_offset, field.nt_size,
                            value_of(index, field.nt_size));
            index++;
        }
        if (part == NTDBG_CONTEXT_FLOATING_POINT) {
            memcpy(&expected.FltSave, from.fxsave, 512);
            memcpy(&expected.MxCsr, from.fxsave + 24, 4);
        }
        EXPECT_TRUE(bytes(to) == bytes(expected)) << "part " << part;
    }
}

TEST(NtContext, ToLinuxPartByPart) {
    CONTEXT from = filled<CONTEXT>(0);
    size_t index = 0;
    for (const Field &field : kFields)
        write_field(&from, field.nt_offset, field.nt_size, value_of(index++, field.nt_size));
    for (size_t i = 0; i < 512; i++)
        reinterpret_cast<uint8_t *>(&from.FltSave)[i] = static_cast<uint8_t>(i * 5 + 1);
    from.FltSave.MxCsr = 0x1F80;

    for (uint32_t part : kParts) {
        from.ContextFlags = CONTEXT_AMD64 | part;
        auto to = filled<ntdbg_context>(0x5A);
        ntdbg_nt_context_to(&to, &from);
        auto expected = filled<ntdbg_context>(0x5A);
        expected.flags = part;
        index = 0;
        for (const Field &field : kFields) {
            if (field.part == part)
                write_field(&expected, field.offset, 8, value_of(index, field.nt_size));
            index++;
        }
        if (part == NTDBG_CONTEXT_FLOATING_POINT)
            memcpy(expected.fxsave, &from.FltSave, 512);
        EXPECT_TRUE(bytes(to) == bytes(expected)) << "part " << part;
    }
}

TEST(NtContext, EveryRegisterSurvivesTheRoundTrip) {
    CONTEXT start = filled<CONTEXT>(0);
    size_t index = 0;
    for (const Field &field : kFields)
        write_field(&start, field.nt_offset, field.nt_size, value_of(index++, field.nt_size));
    for (size_t i = 0; i < 512; i++)
        reinterpret_cast<uint8_t *>(&start.FltSave)[i] = static_cast<uint8_t>(i);
    start.FltSave.MxCsr = start.MxCsr = 0x1FA0;
    start.ContextFlags = CONTEXT_ALL;
    ntdbg_context middle{};
    ntdbg_nt_context_to(&middle, &start);
    EXPECT_EQ(middle.flags, CONTEXT_ALL & 0xFFu);
    CONTEXT end{};
    ntdbg_nt_context_from(&end, CONTEXT_ALL, &middle);
    end.ContextFlags = start.ContextFlags;
    EXPECT_TRUE(bytes(start) == bytes(end));
}

// NT reads no part from flags that are another machine's, and knows no others here.
TEST(NtContext, Flags) {
    EXPECT_EQ(ntdbg_nt_context_flags(0), 0u);
    EXPECT_EQ(ntdbg_nt_context_flags(0x1F), 0u);
    EXPECT_EQ(ntdbg_nt_context_flags(0x0001001F), 0u); // i386's
    EXPECT_EQ(ntdbg_nt_context_flags(CONTEXT_AMD64), 0u);
    EXPECT_EQ(ntdbg_nt_context_flags(CONTEXT_FULL), 0x0Bu);
    EXPECT_EQ(ntdbg_nt_context_flags(CONTEXT_ALL | CONTEXT_XSTATE), 0x1Fu);
    EXPECT_EQ(ntdbg_nt_context_flags(CONTEXT_CONTROL | CONTEXT_EXCEPTION_REQUEST), 0x1u);

    auto to = filled<CONTEXT>(0xA5);
    ntdbg_context from{};
    ntdbg_nt_context_from(&to, 0x1F, &from);
    auto untouched = filled<CONTEXT>(0xA5);
    EXPECT_TRUE(bytes(to) == bytes(untouched));
}

TEST(NtContext, Report) {
    ntdbg_context from{};
    from.regs.orig_rax = ~uint64_t{0};
    EXPECT_EQ(ntdbg_nt_context_report(&from), CONTEXT_EXCEPTION_REPORTING);
    for (uint64_t number : {0, 35, 435}) {
        from.regs.orig_rax = number;
        EXPECT_EQ(ntdbg_nt_context_report(&from),
                  CONTEXT_EXCEPTION_REPORTING | CONTEXT_SERVICE_ACTIVE);
    }
}

// A set bit that the CPU does not have would be a fault when it is loaded.
TEST(NtContext, MxcsrIsSanitized) {
    CONTEXT from{};
    from.ContextFlags = CONTEXT_FLOATING_POINT;
    from.FltSave.MxCsr = 0xFFFF1F80;
    from.MxCsr = 0x1234; // not the one that counts
    ntdbg_context to{};
    ntdbg_nt_context_to(&to, &from);
    uint32_t mxcsr;
    memcpy(&mxcsr, to.fxsave + 24, 4);
    EXPECT_EQ(mxcsr, 0x1F80u);
}

// The numbers of a thread's FXSAVE image mean the same in both.
TEST(NtContext, FxsavePlaces) {
    ntdbg_context from{};
    for (size_t i = 0; i < 16; i++) {
        from.fxsave[160 + i * 16] = static_cast<uint8_t>(0xC0 + i);
        if (i < 8)
            from.fxsave[32 + i * 16] = static_cast<uint8_t>(0xB0 + i);
    }
    CONTEXT to{};
    ntdbg_nt_context_from(&to, CONTEXT_FLOATING_POINT, &from);
    EXPECT_EQ(to.Xmm0.Low & 0xFF, 0xC0u);
    EXPECT_EQ(to.Xmm15.Low & 0xFF, 0xCFu);
    EXPECT_EQ(to.Legacy[7].Low & 0xFF, 0xB7u);
    EXPECT_EQ(to.FltSave.XmmRegisters[9].Low & 0xFF, 0xC9u);
}

} // namespace
