// SPDX-License-Identifier: MIT
// Symbols by elfutils: ELF symbol tables, DWARF lines, call frame information;
// also from separate debug files, where libdwfl looks for them.
#ifndef NTDBG_TOOL_DEBUGGER_ELF_SYMBOLS_H
#define NTDBG_TOOL_DEBUGGER_ELF_SYMBOLS_H

#include <functional>
#include <map>
#include <memory>

#include <ntdbg/ntdbg.hpp>

#include "modules.h"
#include "symbols.h"

namespace ntdbg::tool {

class ElfSymbols : public Symbols {
public:
    // pid, address, buffer, length -> 0 or -errno
    using ReadMemory = std::function<int(uint32_t, uint64_t, void *, size_t)>;

    explicit ElfSymbols(ReadMemory read);
    ~ElfSymbols() override;

    void learn(const record &rec) override;

    std::vector<ModuleInfo> modules(uint32_t pid) override;
    std::optional<Place> at(uint32_t pid, uint64_t address) override;
    std::vector<Symbol> find(uint32_t pid, std::string_view module, std::string_view name) override;
    std::optional<uint64_t> resolve(uint32_t pid, std::string_view module,
                                    std::string_view name) override;
    std::optional<Symbol> next(uint32_t pid, uint64_t address) override;
    std::vector<Frame> unwind(uint32_t pid, uint32_t tid, const ntdbg_regs &regs,
                              size_t most) override;

private:
    struct Session; // what libdwfl has of one process

    Session &session(uint32_t pid);

    ReadMemory read_;
    Modules modules_;
    std::map<uint32_t, std::unique_ptr<Session>> sessions_;
};

} // namespace ntdbg::tool

#endif
