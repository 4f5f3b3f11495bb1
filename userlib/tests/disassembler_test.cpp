// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "debugger/disassembler.h"

namespace {

using namespace ntdbg::tool;

std::optional<Instruction> decode(std::vector<uint8_t> bytes, uint64_t address = 0x555555555100) {
    return disassemble(address, bytes, [](uint64_t target) {
        return target == 0x555555555200 ? std::string("demo!inner") : std::string();
    });
}

TEST(Disassembler, Text) {
    EXPECT_EQ(decode({0x55})->text, "push    rbp");
    EXPECT_EQ(decode({0xc3})->text, "ret");
    EXPECT_EQ(decode({0xc7, 0x00, 0x2a, 0, 0, 0})->text, "mov     dword ptr [rax], 2ah");
    EXPECT_EQ(decode({0xe8, 0xfb, 0, 0, 0})->text, "call    demo!inner (00005555`55555200)");
    EXPECT_EQ(decode({0xeb, 0x00})->text, "jmp     00005555`55555102");
    EXPECT_EQ(decode({0x48, 0x8b, 0x05, 0xf9, 0, 0, 0})->text,
              "mov     rax, qword ptr [demo!inner (00005555`55555200)]");
}

TEST(Disassembler, WhatSteppingAsks) {
    EXPECT_TRUE(decode({0xe8, 0, 0, 0, 0})->call);
    EXPECT_TRUE(decode({0xff, 0xd0})->call);
    EXPECT_FALSE(decode({0xeb, 0x00})->call);
    EXPECT_TRUE(decode({0xf3, 0xa4})->repeats);
    EXPECT_TRUE(decode({0x0f, 0x05})->system_call);
    EXPECT_TRUE(decode({0xcd, 0x80})->system_call);
    EXPECT_FALSE(decode({0xcd, 0x29})->system_call);
    EXPECT_TRUE(decode({0x9c})->pushes_flags);
    EXPECT_EQ(decode({0x48, 0x89, 0xe5})->length, 3u);
    EXPECT_FALSE(decode({0x06}));       // not in 64-bit mode
    EXPECT_FALSE(decode({0xe8, 0, 0})); // cut off
    EXPECT_FALSE(decode({}));
}

} // namespace
