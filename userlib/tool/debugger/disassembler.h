// SPDX-License-Identifier: MIT
// One x86-64 instruction: its text, and what a stepping debugger must know of it.
#ifndef NTDBG_TOOL_DEBUGGER_DISASSEMBLER_H
#define NTDBG_TOOL_DEBUGGER_DISASSEMBLER_H

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace ntdbg::tool {

constexpr size_t kMaxInstruction = 15;

struct Instruction {
    unsigned length = 0;
    bool call = false;
    bool repeats = false; // rep movs and the like
    bool system_call = false;
    bool pushes_flags = false;
    std::string text;
};

// "libc!puts" for an address, "" if it has no name.
using AddressNamer = std::function<std::string(uint64_t)>;

// nullopt: no instruction of x86-64.
std::optional<Instruction> disassemble(uint64_t address, std::span<const uint8_t> bytes,
                                       const AddressNamer &namer = {});

} // namespace ntdbg::tool

#endif
