// SPDX-License-Identifier: MIT
// Which image lies where, of each process.
#ifndef NTDBG_TOOL_MODULES_H
#define NTDBG_TOOL_MODULES_H

#include <cstdint>
#include <map>
#include <string>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

class Modules {
public:
    // Learns from each event: loads, unloads, exits, forks.
    void learn(const record &rec);

    // "libc.so.6+0x8a0b0"; "" if no image is there.
    std::string where(uint32_t pid, uint64_t address) const;

private:
    struct Image {
        uint64_t end;
        std::string name;
    };
    using Images = std::map<uint64_t, Image>; // by base

    std::map<uint32_t, Images> processes_;
};

} // namespace ntdbg::tool

#endif
