// SPDX-License-Identifier: MIT
// A view of the events: text or JSON.
#ifndef NTDBG_TOOL_RENDERER_H
#define NTDBG_TOOL_RENDERER_H

#include <optional>
#include <string>
#include <vector>

#include <ntdbg/ntdbg.hpp>

#include "counter.h"

namespace ntdbg::tool {

// One frame of a stack, for the log.
struct StackLine {
    uint64_t ip = 0;
    uint64_t sp = 0;
    std::string place;  // "crash!worker+0x1c"; "" unknown
    std::string source; // "demo.c @ 41"; "" unknown
};

struct Event {
    record rec;
    std::optional<DBGKM_MSG> msg;    // nullopt: of a type that is newer than we are
    std::optional<std::string> text; // of OutputDebugString, or a thread's name
    std::vector<StackLine> stack;    // only where the log is to have the whole state
};

struct Ending {
    uint32_t pid = 0;          // the process that the command was about
    std::optional<int> status; // exit status of the command, if it is known
    bool detached = false;
};

class Renderer {
public:
    virtual ~Renderer() = default;
    // Whole lines. The counter has counted the event already.
    virtual std::string event(const Event &event, const Counter &counter) = 0;
    virtual std::string end(const Ending &ending, const Counter &counter) = 0;
};

} // namespace ntdbg::tool

#endif
