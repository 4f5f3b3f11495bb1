// SPDX-License-Identifier: MIT
// Addresses and numbers as they are typed at the prompt, by WinDbg's rules:
//   4010, 0x4010, 00007fff`f7dc0000   hexadecimal; 0n16 decimal, 0y101 binary
//   main, libc!puts+10                symbols; digits win over letters: add "!" or "@"
//   @rip, @eax, $ip, .                registers (the @ may be left out), "." is rip
//   poi(x) qwo dwo wo by              what lies in memory at x
//   + - * / % & | ^ << >> ~ ( )       64-bit and unsigned
#ifndef NTDBG_TOOL_DEBUGGER_EXPRESSION_H
#define NTDBG_TOOL_DEBUGGER_EXPRESSION_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

struct ExpressionContext {
    // "rip" -> its value
    std::function<std::optional<uint64_t>(std::string_view)> reg;
    // module ("" any), name -> its address
    std::function<std::optional<uint64_t>(std::string_view, std::string_view)> symbol;
    // whether that is a module's name
    std::function<bool(std::string_view)> is_module;
    // address, how many bytes
    std::function<std::optional<uint64_t>(uint64_t, size_t)> memory;
};

struct Expression {
    uint64_t value = 0;
    bool symbolic = false; // a symbol was in it
};

// An error whose code is ENOENT is about a symbol that is not there (yet).
result<Expression> evaluate(std::string_view text, const ExpressionContext &context);

// The expression at the start of text, up to a blank, comma or quote outside
// parentheses; text is left behind it.
result<Expression> evaluate_first(std::string_view &text, const ExpressionContext &context);

} // namespace ntdbg::tool

#endif
