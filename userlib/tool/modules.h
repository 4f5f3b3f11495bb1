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

    struct Image {
        uint64_t end;
        std::string name; // without its directory; printable
        std::string path; // "" if it has none
    };
    using Images = std::map<uint64_t, Image>; // by base

    const Images &images(uint32_t pid) const;
    // The base of the image that the process was created with; 0 if unknown.
    uint64_t program(uint32_t pid) const;
    // Another number after each change; 0 for an unknown process.
    uint64_t generation(uint32_t pid) const;

private:
    struct Process {
        Images images;
        uint64_t program = 0;
        uint64_t generation = 0;
    };

    std::map<uint32_t, Process> processes_;
    uint64_t changes_ = 0;
};

} // namespace ntdbg::tool

#endif
