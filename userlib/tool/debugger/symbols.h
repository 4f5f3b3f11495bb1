// SPDX-License-Identifier: MIT
// Names of addresses and addresses of names, and the frames of a stack: from ELF
// and DWARF, or a test's list.
#ifndef NTDBG_TOOL_DEBUGGER_SYMBOLS_H
#define NTDBG_TOOL_DEBUGGER_SYMBOLS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

struct ModuleInfo {
    std::string name; // as symbols have it before their "!"
    std::string path;
    uint64_t base = 0;
    uint64_t end = 0;
    std::string state; // of its symbols: "deferred", "dwarf", "elf", "none"
};

struct Symbol {
    std::string module;
    std::string name;
    uint64_t address = 0;
    uint64_t size = 0;
};

struct Place {
    std::string module;
    std::string symbol;  // "": none covers it
    uint64_t offset = 0; // from the symbol, or from the module's base
    std::string file;    // "": no source line is known
    unsigned line = 0;
};

struct Frame {
    uint64_t ip = 0;
    uint64_t sp = 0; // 0: unknown
    // Where to look the code up: for a caller, the call and not what follows it.
    uint64_t lookup() const { return caller ? ip - 1 : ip; }
    bool caller = false;
};

class Symbols {
public:
    virtual ~Symbols() = default;
    virtual void learn(const record &rec) = 0; // from each event, before it is asked about
    virtual std::vector<ModuleInfo> modules(uint32_t pid) = 0; // by address
    virtual std::optional<Place> at(uint32_t pid, uint64_t address) = 0;
    // Patterns as in file names; "" for the module stands for any. By address.
    virtual std::vector<Symbol> find(uint32_t pid, std::string_view module,
                                     std::string_view name) = 0;
    // Exactly so named; the program itself goes before libraries.
    virtual std::optional<uint64_t> resolve(uint32_t pid, std::string_view module,
                                            std::string_view name) = 0;
    // The nearest symbol above an address in the same module.
    virtual std::optional<Symbol> next(uint32_t pid, uint64_t address) = 0;
    virtual std::vector<Frame> unwind(uint32_t pid, uint32_t tid, const ntdbg_regs &regs,
                                      size_t most) = 0;
};

// "libc.so.6" and "libc-2.36.so" -> "libc", "libc-2.36": what stands before ".so".
std::string module_name(std::string_view path);

// Without its directories.
std::string_view file_name(std::string_view path);

// "crash!worker+0x1c", "crash+0x1137"
std::string describe(const Place &place);
// The same and " [demo.c @ 41]"
std::string describe_with_line(const Place &place);

} // namespace ntdbg::tool

#endif
