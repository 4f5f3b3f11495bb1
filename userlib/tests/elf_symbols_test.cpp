// SPDX-License-Identifier: MIT
// The test looks at itself: its own file, code and stack.
#include <cstring>
#include <gtest/gtest.h>
#include <link.h>
#include <sys/auxv.h>
#include <ucontext.h>
#include <unistd.h>

#include "debugger/elf_symbols.h"
#include "samples.h"

extern "C" const char __executable_start;

namespace {

using namespace ntdbg::tool;

uint64_t number(const void *pointer) {
    return reinterpret_cast<uintptr_t>(pointer);
}

struct LibraryOf {
    std::string path;
    uint64_t base = 0;
};

LibraryOf libc() {
    LibraryOf found;
    dl_iterate_phdr(
        [](dl_phdr_info *info, size_t, void *arg) {
            std::string path = info->dlpi_name;
            if (path.find("/libc.so.6") != std::string::npos)
                *static_cast<LibraryOf *>(arg) = {path, info->dlpi_addr};
            return 0;
        },
        &found);
    return found;
}

} // namespace

// Where the test can be found again by name.
__attribute__((noinline)) std::vector<Frame> elf_symbols_test_bottom(Symbols &symbols) {
    ucontext_t here;
    getcontext(&here);
    ntdbg_regs regs{};
    const greg_t *g = here.uc_mcontext.gregs;
    auto reg = [&](int n) { return static_cast<uint64_t>(g[n]); };
    regs.rip = reg(REG_RIP);
    regs.rsp = reg(REG_RSP);
    regs.rbp = reg(REG_RBP);
    regs.rbx = reg(REG_RBX);
    regs.r12 = reg(REG_R12);
    regs.r13 = reg(REG_R13);
    regs.r14 = reg(REG_R14);
    regs.r15 = reg(REG_R15);
    return symbols.unwind(samples::kPid, samples::kPid, regs, 100);
}

__attribute__((noinline)) std::vector<Frame> elf_symbols_test_caller(Symbols &symbols) {
    auto frames = elf_symbols_test_bottom(symbols);
    asm volatile("" ::: "memory"); // no tail call
    return frames;
}

namespace {

class ElfSymbolsTest : public testing::Test {
protected:
    ElfSymbolsTest() {
        char self[4096] = {};
        EXPECT_GT(readlink("/proc/self/exe", self, sizeof(self) - 1), 0);
        auto program = samples::create_process();
        program = samples::Sample::of<ntdbg_event_create_process>(NTDBG_EVENT_CREATE_PROCESS);
        base_ = number(&__executable_start);
        program.as<ntdbg_event_create_process>().image = samples::image(base_, base_ + 0x4000000);
        program.path(self);
        symbols_.learn(program.record());
        LibraryOf library = libc();
        auto load = samples::Sample::of<ntdbg_event_image>(NTDBG_EVENT_LOAD_IMAGE);
        load.as<ntdbg_event_image>().image = samples::image(library.base, library.base + 0x200000);
        load.path(library.path);
        symbols_.learn(load.record());
        module_ = module_name(self);
    }

    uint64_t base_ = 0;
    std::string module_;
    ElfSymbols symbols_{[](uint32_t, uint64_t address, void *buf, size_t len) {
        // Our own stack; nothing else is asked for.
        memcpy(buf, reinterpret_cast<const void *>(static_cast<uintptr_t>(address)), len);
        return 0;
    }};
};

TEST_F(ElfSymbolsTest, NamesOfAddresses) {
    uint64_t address = number(reinterpret_cast<const void *>(&elf_symbols_test_caller));
    auto place = symbols_.at(samples::kPid, address + 1);
    ASSERT_TRUE(place);
    EXPECT_EQ(place->module, module_);
    EXPECT_EQ(place->symbol, "elf_symbols_test_caller");
    EXPECT_EQ(place->offset, 1u);
    EXPECT_TRUE(place->file.ends_with("elf_symbols_test.cpp")) << place->file;
    EXPECT_GT(place->line, 0u);
    EXPECT_EQ(describe(*place), module_ + "!elf_symbols_test_caller+0x1");
    EXPECT_FALSE(symbols_.at(samples::kPid, 0x1000));
    EXPECT_FALSE(symbols_.at(1, address));
}

TEST_F(ElfSymbolsTest, AddressesOfNames) {
    uint64_t address = number(reinterpret_cast<const void *>(&elf_symbols_test_caller));
    EXPECT_EQ(symbols_.resolve(samples::kPid, "", "elf_symbols_test_caller"), address);
    EXPECT_EQ(symbols_.resolve(samples::kPid, module_, "elf_symbols_test_caller"), address);
    EXPECT_EQ(symbols_.resolve(samples::kPid, "libc", "elf_symbols_test_caller"), std::nullopt);
    auto in_libc = symbols_.resolve(samples::kPid, "libc", "puts");
    ASSERT_TRUE(in_libc);
    EXPECT_EQ(symbols_.resolve(samples::kPid, "libc.so.6", "puts"), in_libc);
    EXPECT_EQ(symbols_.at(samples::kPid, *in_libc)->module, "libc");
    auto found = symbols_.find(samples::kPid, "", "elf_symbols_test_*");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_LT(found[0].address, found[1].address);
    auto next = symbols_.next(samples::kPid, found[0].address);
    ASSERT_TRUE(next);
    EXPECT_GT(next->address, found[0].address);
}

TEST_F(ElfSymbolsTest, UnwindsByCallFrames) {
    auto frames = elf_symbols_test_caller(symbols_);
    ASSERT_GT(frames.size(), 3u);
    EXPECT_EQ(symbols_.at(samples::kPid, frames[0].lookup())->symbol, "elf_symbols_test_bottom");
    EXPECT_EQ(symbols_.at(samples::kPid, frames[1].lookup())->symbol, "elf_symbols_test_caller");
    EXPECT_GT(frames[1].sp, frames[0].sp);
    EXPECT_FALSE(frames[0].caller);
    EXPECT_TRUE(frames[1].caller);
}

TEST_F(ElfSymbolsTest, ModulesComeAndGo) {
    auto modules = symbols_.modules(samples::kPid);
    ASSERT_EQ(modules.size(), 2u);
    auto unload = samples::Sample::of<ntdbg_event_image>(NTDBG_EVENT_UNLOAD_IMAGE);
    LibraryOf library = libc();
    unload.as<ntdbg_event_image>().image = samples::image(library.base, library.base + 0x200000);
    symbols_.learn(unload.path(library.path).record());
    EXPECT_EQ(symbols_.modules(samples::kPid).size(), 1u);
    EXPECT_EQ(symbols_.resolve(samples::kPid, "libc", "puts"), std::nullopt);
}

TEST(Symbols, ModuleNames) {
    EXPECT_EQ(module_name("/usr/lib/libc.so.6"), "libc");
    EXPECT_EQ(module_name("/lib64/ld-linux-x86-64.so.2"), "ld-linux-x86-64");
    EXPECT_EQ(module_name("libstdc++.so.6.0.30"), "libstdc++");
    EXPECT_EQ(module_name("/usr/bin/python3.11"), "python3.11");
    EXPECT_EQ(module_name("/x/a.sock"), "a.sock");
    EXPECT_EQ(module_name("/x/.so"), ".so");
}

} // namespace
