// SPDX-License-Identifier: MIT
// The registers of a thread by name, and as WinDbg shows them.
#ifndef NTDBG_TOOL_DEBUGGER_REGISTERS_H
#define NTDBG_TOOL_DEBUGGER_REGISTERS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ntdbg/object.h>

namespace ntdbg::tool {

constexpr uint64_t kTrapFlag = 0x100; // of eflags: one instruction, then an exception

// "rax", "eax", "ax", "al", "ah", "r8d", "efl", "cs", "fs_base", "dr7", "ip" (of rip) ...
std::optional<uint64_t> get_register(const ntdbg_context &context, std::string_view name);

// False if there is none of that name, or it cannot be set. A 32-bit register
// clears the upper half of its 64 bits, as an instruction would.
bool set_register(ntdbg_context &context, std::string_view name, uint64_t value);

bool is_register(std::string_view name);

// The block that "r" prints: whole lines.
std::string format_registers(const ntdbg_regs &regs);

// "xmm0" ... "xmm15" of fxsave: 32 digits; "" if there is no such register.
std::string format_xmm(const ntdbg_context &context, std::string_view name);

} // namespace ntdbg::tool

#endif
