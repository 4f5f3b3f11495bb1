// SPDX-License-Identifier: MIT
// A pretended process for the debugger's tests: memory, registers and symbols,
// and a list of events to come.
#ifndef NTDBG_TESTS_FAKE_MACHINE_H
#define NTDBG_TESTS_FAKE_MACHINE_H

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <deque>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "debugger/console.h"
#include "debugger/debugger.h"
#include "debugger/symbols.h"
#include "debugger/target.h"
#include "samples.h"
#include "source.h"

namespace fake {

using namespace ntdbg::tool;
using samples::Sample;

constexpr uint64_t kBase = 0x555555554000; // of the samples' program
constexpr uint64_t kMain = kBase + 0x1000; // push rbp ...
constexpr uint64_t kInner = kBase + 0x1100;
constexpr uint64_t kData = kBase + 0x4000;
constexpr uint64_t kStack = 0x7fffffffe000;
constexpr uint64_t kTrap = 0x100;

// Both faces of the module. What happens is written into `calls`.
class Machine : public Source, public Target {
public:
    Machine() {
        memory.resize(0x5000);
        // main: push rbp; mov rbp,rsp; call inner; nop; syscall; pushfq; ret
        poke(kMain,
             {0x55, 0x48, 0x89, 0xe5, 0xe8, 0xf7, 0x00, 0x00, 0x00, 0x90, 0x0f, 0x05, 0x9c, 0xc3});
        poke(kInner, {0x90, 0xc3}); // nop; ret
        const char text[] = "hello";
        poke(kData, {0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11});
        for (size_t i = 0; i < sizeof(text); i++)
            memory[kData - kBase + 0x10 + i] = static_cast<uint8_t>(text[i]);
        for (uint32_t tid : {samples::kPid, samples::kTid})
            thread(tid).regs.rsp = kStack;
    }

    // ---- what the test arranges ----
    void poke(uint64_t address, std::vector<uint8_t> bytes) {
        std::copy(bytes.begin(), bytes.end(), memory.begin() + static_cast<long>(address - kBase));
    }
    uint8_t peek(uint64_t address) const { return memory[address - kBase]; }
    ntdbg_context &thread(uint32_t tid) { return threads[tid]; }

    void event(Sample sample, std::function<void()> before = {}) {
        sample.seq(++seq_);
        events.push_back({std::move(sample), std::move(before)});
    }
    void create_process() { event(samples::create_process()); }
    void loader_break() {
        auto f = samples::fault(SIGTRAP, 1, 3);
        f.ip = kMain;
        at(samples::kPid, kMain);
        event(samples::exception(f, NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_LOADER_BREAK)
                  .thread(samples::kPid));
    }
    // The thread runs into the int3 that has to be there.
    void int3(uint32_t tid, uint64_t address, uint64_t sp = kStack) {
        auto f = samples::fault(SIGTRAP, 0x80, 3);
        f.ip = address + 1;
        event(samples::exception(f).thread(tid), [this, tid, address, sp] {
            calls.push_back(fmt::format("int3 {}", peek(address) == 0xCC ? "executed" : "missing"));
            thread(tid).regs.rip = address + 1;
            thread(tid).regs.rsp = sp;
        });
    }
    // The thread has done one instruction with the trap flag.
    void trap(uint32_t tid, uint64_t address, uint64_t dr6 = 0x4000) {
        auto f = samples::fault(SIGTRAP, 2, 1);
        f.ip = address;
        f.dr6 = dr6;
        event(samples::exception(f).thread(tid), [this, tid, address] {
            bool flag = thread(tid).regs.eflags & kTrap;
            calls.push_back(fmt::format("trap {}", flag ? "with flag" : "without flag"));
            thread(tid).regs.rip = address;
        });
    }
    void at(uint32_t tid, uint64_t rip) { thread(tid).regs.rip = rip; }
    void exit() { event(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0)); }

    // ---- Source ----
    ssize_t wait(ntdbg::event_buffer &buffer, int64_t) override {
        if (events.empty())
            return -ECHILD;
        auto [sample, before] = events.front();
        events.pop_front();
        if (before)
            before();
        auto bytes = sample.bytes();
        std::copy(bytes.begin(), bytes.end(), buffer.bytes);
        return static_cast<ssize_t>(bytes.size());
    }
    ssize_t continue_wait(pid_t, pid_t, uint32_t, ntdbg::event_buffer &, int64_t,
                          uint32_t *) override {
        return -ENOTSUP;
    }
    int continue_event(pid_t pid, pid_t tid, uint32_t status) override {
        calls.push_back(fmt::format("continue {:x}.{:x} {:08x}", pid, tid, status));
        return 0;
    }
    int detach(pid_t pid) override {
        calls.push_back(fmt::format("detach {:x}", pid));
        return 0;
    }
    int read_memory(uint32_t pid, uint64_t address, void *buf, size_t len) override {
        return read(pid, address, buf, len) == static_cast<ssize_t>(len) ? 0 : -EFAULT;
    }

    // ---- Target ----
    ssize_t read(uint32_t, uint64_t address, void *buf, size_t len) override {
        if (address < kBase || address >= kBase + memory.size())
            return -EFAULT;
        len = std::min<size_t>(len, kBase + memory.size() - address);
        memcpy(buf, &memory[address - kBase], len);
        return static_cast<ssize_t>(len);
    }
    ssize_t write(uint32_t pid, uint64_t address, const void *buf, size_t len) override {
        if (address < kBase || address + len > kBase + memory.size())
            return -EFAULT;
        memcpy(&memory[address - kBase], buf, len);
        if (pid != samples::kPid)
            calls.push_back(fmt::format("write {:x}", pid));
        return static_cast<ssize_t>(len);
    }
    int get_context(uint32_t, uint32_t tid, ntdbg_context &context) override {
        if (!threads.contains(tid))
            return -ESRCH;
        uint32_t flags = context.flags;
        context = threads[tid];
        context.flags = flags;
        return 0;
    }
    int set_context(uint32_t, uint32_t tid, const ntdbg_context &context) override {
        if (context.flags & NTDBG_CONTEXT_DEBUG_REGISTERS) {
            memcpy(threads[tid].dr, context.dr, sizeof(context.dr));
            calls.push_back(
                fmt::format("dr7 {:x} {:x} dr0 {:x}", tid, context.dr[5], context.dr[0]));
        } else {
            threads[tid].regs = context.regs;
        }
        return 0;
    }
    int suspend(uint32_t, uint32_t tid) override {
        calls.push_back(fmt::format("suspend {:x}", tid));
        return suspended[tid]++;
    }
    int resume(uint32_t, uint32_t tid) override {
        calls.push_back(fmt::format("resume {:x}", tid));
        return suspended[tid]--;
    }
    int thread_info(uint32_t, uint32_t tid, ntdbg_thread_info &info) override {
        info.suspend_count = static_cast<uint32_t>(suspended[tid]);
        strcpy(info.name, "worker");
        return 0;
    }
    int break_in(uint32_t pid) override {
        calls.push_back(fmt::format("break {:x}", pid));
        return 0;
    }
    int terminate(uint32_t pid, uint32_t) override {
        calls.push_back(fmt::format("terminate {:x}", pid));
        return 0;
    }
    int set_inherit(uint32_t, bool) override { return 0; }
    bool same_memory(uint32_t, uint32_t) override { return shared_memory; }
    void forget(uint32_t) override {}
    void forget_thread(uint32_t, uint32_t) override {}

    struct Coming {
        Sample sample;
        std::function<void()> before;
    };
    std::vector<uint8_t> memory;
    std::map<uint32_t, ntdbg_context> threads;
    std::map<uint32_t, int> suspended;
    std::deque<Coming> events;
    std::vector<std::string> calls;
    bool shared_memory = false;

private:
    uint64_t seq_ = 0;
};

// main, inner and data of the program; the library has "late" once it is loaded.
class Names : public Symbols {
public:
    void learn(const ntdbg::record &rec) override {
        if (rec.header().type == NTDBG_EVENT_LOAD_IMAGE)
            library_loaded = true;
    }
    std::vector<ModuleInfo> modules(uint32_t) override {
        std::vector<ModuleInfo> out{{"crash-av", "/bin/crash-av", kBase, kBase + 0x5000, "elf"}};
        if (library_loaded)
            out.push_back({"libc", "/usr/lib/libc.so.6", 0x7ffff7dc0000, 0x7ffff7fa5000, "none"});
        return out;
    }
    std::optional<Place> at(uint32_t, uint64_t address) override {
        if (address < kBase || address >= kBase + 0x5000)
            return std::nullopt;
        for (auto it = all().rbegin(); it != all().rend(); ++it) {
            if (address >= it->address)
                return Place{"crash-av", it->name, address - it->address, "/src/demo.c",
                             static_cast<unsigned>(address - kBase)};
        }
        return Place{"crash-av", "", address - kBase, "", 0};
    }
    std::vector<Symbol> find(uint32_t, std::string_view module, std::string_view name) override {
        std::vector<Symbol> out;
        for (const Symbol &symbol : all()) {
            if ((module.empty() || matches(module, symbol.module)) && matches(name, symbol.name))
                out.push_back(symbol);
        }
        return out;
    }
    std::optional<uint64_t> resolve(uint32_t, std::string_view module,
                                    std::string_view name) override {
        for (const Symbol &symbol : all()) {
            if ((module.empty() || module == symbol.module) && symbol.name == name)
                return symbol.address;
        }
        if (library_loaded && (module.empty() || module == "libc") && name == "late")
            return kInner; // anywhere that can be written
        return std::nullopt;
    }
    std::optional<Symbol> next(uint32_t, uint64_t address) override {
        for (const Symbol &symbol : all()) {
            if (symbol.address > address)
                return symbol;
        }
        return std::nullopt;
    }
    std::vector<Frame> unwind(uint32_t, uint32_t, const ntdbg_regs &regs, size_t) override {
        return {{regs.rip, regs.rsp, false}, {kMain + 9, regs.rsp + 8, true}};
    }

    bool library_loaded = false;

private:
    static const std::vector<Symbol> &all() {
        static const std::vector<Symbol> symbols{{"crash-av", "main", kMain, 14},
                                                 {"crash-av", "inner", kInner, 2},
                                                 {"crash-av", "data", kData, 8}};
        return symbols;
    }
};

// Commands of the test; what was said is collected.
class Typist : public Console {
public:
    std::optional<std::string> read(const std::string &prompt) override {
        said += prompt;
        if (commands.empty())
            return std::nullopt;
        std::string line = commands.front();
        commands.pop_front();
        said += line + "\n";
        if (before_line)
            before_line(line);
        return line;
    }
    void write(std::string_view text) override { said += text; }
    void complete_with(Completer function) override { completer = std::move(function); }

    std::deque<std::string> commands;
    std::string said;
    std::function<void(const std::string &)> before_line;
    Completer completer;
};

} // namespace fake

#endif
