// SPDX-License-Identifier: MIT
// Memory as WinDbg's d commands show it.
#ifndef NTDBG_TOOL_DEBUGGER_MEMORY_DUMP_H
#define NTDBG_TOOL_DEBUGGER_MEMORY_DUMP_H

#include <cstdint>
#include <functional>
#include <string>

namespace ntdbg::tool {

// address, buffer, length: how many bytes could be read
using MemoryReader = std::function<size_t(uint64_t, void *, size_t)>;

// @size 1 (with characters beside it), 2, 4 or 8; @count values.
std::string dump_values(const MemoryReader &read, uint64_t address, unsigned size, uint64_t count);

// One value a line, with what is found at it.
std::string dump_pointers(const MemoryReader &read, uint64_t address, uint64_t count,
                          const std::function<std::string(uint64_t)> &name);

// Up to a NUL, and at most this many characters; @unit 1 or 2 bytes each.
std::string dump_string(const MemoryReader &read, uint64_t address, unsigned unit, uint64_t most);

} // namespace ntdbg::tool

#endif
