// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "debugger/expression.h"
#include "debugger/registers.h"

namespace {

using namespace ntdbg::tool;

ExpressionContext context() {
    ExpressionContext out;
    out.reg = [](std::string_view name) -> std::optional<uint64_t> {
        if (name == "rip")
            return 0x1000;
        if (name == "rsp")
            return 0x2000;
        return std::nullopt;
    };
    out.symbol = [](std::string_view module, std::string_view name) -> std::optional<uint64_t> {
        if (name == "main" && (module.empty() || module == "demo"))
            return 0x5000;
        if (name == "_dl_start" && module == "ld-linux-x86-64")
            return 0x7000;
        if (name == "ns::fn" && module.empty())
            return 0x8000;
        return std::nullopt;
    };
    out.is_module = [](std::string_view name) {
        return name == "demo" || name == "ld-linux-x86-64";
    };
    out.memory = [](uint64_t address, size_t size) -> std::optional<uint64_t> {
        if (address != 0x2000)
            return std::nullopt;
        return size == 8 ? 0x1122334455667788 : size == 4 ? 0x55667788 : size == 2 ? 0x7788 : 0x88;
    };
    return out;
}

TEST(Expression, Values) {
    struct {
        const char *text;
        uint64_t value;
    } rows[] = {
        {"10", 0x10},
        {"0x10", 0x10},
        {"0n10", 10},
        {"0y101", 5},
        {"0t17", 15},
        {"00007fff`f7dc0000", 0x7ffff7dc0000},
        {"main", 0x5000},
        {"main+4", 0x5004},
        {"demo!main - 1", 0x4fff},
        {"ld-linux-x86-64!_dl_start+10", 0x7010},
        {"ns::fn", 0x8000},
        {"@rip", 0x1000},
        {"rsp", 0x2000},
        {".", 0x1000},
        {"poi(@rsp)", 0x1122334455667788},
        {"dwo(rsp)+1", 0x55667789},
        {"wo(2000)", 0x7788},
        {"by(1000+1000)", 0x88},
        {"2+3*4", 0xe},
        {"(2+3)*4", 0x14},
        {"-1", ~uint64_t{0}},
        {"~0", ~uint64_t{0}},
        {"1<<4|1", 0x11},
        {"100>>4", 0x10},
        {"1<<50", 0},
        {"f0&3c", 0x30},
        {"f^1", 0xe},
        {"7%4", 3},
        {"8/2", 4},
        {"  1  ", 1},
    };
    for (const auto &row : rows) {
        auto value = evaluate(row.text, context());
        ASSERT_TRUE(value) << row.text << ": " << value.error().text();
        EXPECT_EQ(value->value, row.value) << row.text;
    }
}

TEST(Expression, Problems) {
    struct {
        const char *text;
        int code;
        const char *says;
    } rows[] = {
        {"", EINVAL, "an address is missing"},
        {"nowhere", ENOENT, "there is no symbol \"nowhere\""},
        {"demo!nowhere", ENOENT, "module demo has no symbol \"nowhere\""},
        {"other!main", ENOENT, "no module \"other\" is loaded"},
        {"@xyz", EINVAL, "there is no register \"xyz\""},
        {"@rax", EINVAL, "register rax cannot be read now"},
        {"(1", EINVAL, "a \")\" is missing"},
        {"1 2", EINVAL, "cannot follow"},
        {"1/0", EINVAL, "divides by zero"},
        {"poi(0)", EFAULT, "the memory at 0 cannot be read"},
        {"11112222333344445", ENOENT, "there is no symbol"},
        {"$", ENOENT, "there is no symbol"},
    };
    for (const auto &row : rows) {
        auto value = evaluate(row.text, context());
        ASSERT_FALSE(value) << row.text;
        EXPECT_EQ(value.error().code(), row.code) << row.text;
        EXPECT_NE(value.error().text().find(row.says), std::string::npos) << value.error().text();
    }
}

TEST(Expression, OneOfAList) {
    std::string_view text = "main+10 (1 + 2) \"k\"";
    EXPECT_EQ(evaluate_first(text, context())->value, 0x5010u);
    EXPECT_EQ(evaluate_first(text, context())->value, 3u);
    EXPECT_EQ(text, " \"k\"");
    EXPECT_TRUE(evaluate(" demo!main", context())->symbolic);
    EXPECT_FALSE(evaluate("5000", context())->symbolic);
}

TEST(Registers, NamesAndWidths) {
    ntdbg_context now{};
    now.regs.rax = 0x1122334455667788;
    now.regs.eflags = 0x246;
    EXPECT_EQ(get_register(now, "rax"), 0x1122334455667788u);
    EXPECT_EQ(get_register(now, "eax"), 0x55667788u);
    EXPECT_EQ(get_register(now, "ax"), 0x7788u);
    EXPECT_EQ(get_register(now, "ah"), 0x77u);
    EXPECT_EQ(get_register(now, "al"), 0x88u);
    EXPECT_EQ(get_register(now, "nix"), std::nullopt);
    EXPECT_TRUE(set_register(now, "ah", 0xAA));
    EXPECT_EQ(now.regs.rax, 0x112233445566AA88u);
    EXPECT_TRUE(set_register(now, "eax", 1));
    EXPECT_EQ(now.regs.rax, 1u);
    EXPECT_TRUE(set_register(now, "r15d", 0x100000002));
    EXPECT_EQ(now.regs.r15, 2u);
    EXPECT_TRUE(set_register(now, "dr7", 5));
    EXPECT_EQ(now.dr[5], 5u);
    EXPECT_FALSE(set_register(now, "orig_rax", 1));
    EXPECT_FALSE(set_register(now, "nix", 1));
    now.fxsave[160 + 16] = 0x42;
    EXPECT_EQ(format_xmm(now, "xmm1"), "00000000000000000000000000000042");
    EXPECT_EQ(format_xmm(now, "xmm16"), "");
    EXPECT_EQ(format_xmm(now, "rax"), "");
}

TEST(Registers, Block) {
    ntdbg_regs regs{};
    regs.rip = 0x555555555139;
    regs.eflags = 0x246;
    regs.cs = 0x33;
    std::string text = format_registers(regs);
    EXPECT_NE(text.find("rip=0000555555555139 rsp=0000000000000000 rbp=0000000000000000\n"),
              std::string::npos);
    EXPECT_NE(text.find("iopl=0         nv up ei pl zr na pe nc\n"), std::string::npos) << text;
    EXPECT_NE(text.find("cs=0033  ss=0000"), std::string::npos);
    EXPECT_NE(text.find("efl=00000246\n"), std::string::npos);
}

} // namespace
