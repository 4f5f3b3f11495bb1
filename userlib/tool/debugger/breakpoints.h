// SPDX-License-Identifier: MIT
// The list of breakpoints: what the user asked for, and where that is by now.
#ifndef NTDBG_TOOL_DEBUGGER_BREAKPOINTS_H
#define NTDBG_TOOL_DEBUGGER_BREAKPOINTS_H

#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ntdbg::tool {

struct Breakpoint {
    enum class Kind { Code, Execute, Write, Access }; // int3; the others are debug registers

    unsigned id = 0;
    uint32_t pid = 0;
    Kind kind = Kind::Code;
    unsigned length = 1;             // of what a debug register watches
    std::string text;                // as it was typed
    bool symbolic = false;           // can be found again where the program lies elsewhere
    std::optional<uint64_t> address; // nullopt: its module is not loaded yet
    bool enabled = true;
    bool one_shot = false; // bp /1
    bool internal = false; // of a step: gone when the prompt comes
    uint32_t tid = 0;      // only this thread; 0: any
    uint64_t min_sp = 0;   // only in this frame or a caller of it
    uint64_t passes = 1;   // break at this hit
    uint64_t left = 1;
    uint64_t hits = 0;
    std::string commands;

    bool hardware() const { return kind != Kind::Code; }
    bool active() const { return enabled && address.has_value(); }
};

// The four debug registers and what enables them.
struct DebugRegisters {
    uint64_t dr[6] = {}; // 0 to 3, 6, 7, as ntdbg_context has them
    bool operator==(const DebugRegisters &) const = default;
};

class Breakpoints {
public:
    static constexpr size_t kHardware = 4;

    Breakpoint &add(Breakpoint breakpoint);
    bool remove(unsigned id);
    void remove_internal(uint32_t pid);
    void forget(uint32_t pid);
    Breakpoint *find(unsigned id);

    std::list<Breakpoint> &all() { return list_; }
    std::vector<Breakpoint *> at(uint32_t pid, uint64_t address);
    // A thread that stands there would run into one at once.
    bool covers(uint32_t pid, uint64_t address) const;
    std::set<uint64_t> code_addresses(uint32_t pid) const;

    // What the registers of every thread of the process should be. @except: the
    // address that a thread is about to step over.
    DebugRegisters registers(uint32_t pid, std::optional<uint64_t> except = std::nullopt) const;
    // The breakpoint in a register, by its number; nullptr if it is none of ours.
    Breakpoint *in_register(uint32_t pid, unsigned n);
    size_t hardware_count(uint32_t pid) const;

private:
    std::vector<const Breakpoint *> hardware(uint32_t pid) const;

    std::list<Breakpoint> list_;
};

} // namespace ntdbg::tool

#endif
