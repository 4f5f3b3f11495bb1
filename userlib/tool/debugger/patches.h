// SPDX-License-Identifier: MIT
// The int3 bytes in a process's code. They are there only while it runs: whenever
// the prompt is shown, the memory is the program's own.
#ifndef NTDBG_TOOL_DEBUGGER_PATCHES_H
#define NTDBG_TOOL_DEBUGGER_PATCHES_H

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "target.h"

namespace ntdbg::tool {

class Patches {
public:
    explicit Patches(Target &target) : target_(target) {}

    struct Failure {
        uint64_t address;
        int error; // -errno
    };
    // Makes the process's patches be exactly these.
    std::vector<Failure> sync(uint32_t pid, const std::set<uint64_t> &wanted);

    // One of ours was or is at this address, so an int3 reported there is no
    // instruction of the program.
    bool ours(uint32_t pid, uint64_t address) const;

    // Puts the program's own bytes back into what was read of its memory.
    void hide(uint32_t pid, uint64_t address, void *buf, size_t len) const;

    // A forked child has copies of its parent's patches; some may be of a moment ago.
    void clean_copy(uint32_t parent, uint32_t child);

    void forget(uint32_t pid) { processes_.erase(pid); }

private:
    struct Process {
        std::map<uint64_t, uint8_t> inserted; // the bytes that belong there
        std::map<uint64_t, uint8_t> ever;
    };

    Target &target_;
    std::map<uint32_t, Process> processes_;
};

} // namespace ntdbg::tool

#endif
