// SPDX-License-Identifier: MIT
// The processes and threads that the events told of, with the small numbers that
// the prompt calls them by.
#ifndef NTDBG_TOOL_DEBUGGER_MODEL_H
#define NTDBG_TOOL_DEBUGGER_MODEL_H

#include <cstdint>
#include <map>
#include <string>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

struct DebuggedThread {
    uint32_t tid = 0;
    unsigned index = 0;
    unsigned frozen = 0; // by ~f and ~n: how often we have suspended it
    bool held = false;   // by us, while another one steps over a breakpoint
};

struct DebuggedProcess {
    uint32_t pid = 0;
    unsigned index = 0;
    std::string name; // path of its program, printable
    // Whose memory it has: its own, or after vfork its parent's.
    uint32_t memory = 0;
    // Not to be debugged: only there until it has a memory of its own.
    bool hidden = false;
    std::map<uint32_t, DebuggedThread> threads; // by tid

    DebuggedThread *by_index(unsigned index);

    unsigned next_index = 0; // of a thread
};

class Model {
public:
    // Creations, before the event is looked at.
    void begin(const record &rec);
    // Exits, once it has been answered.
    void end(const record &rec);
    void forget(uint32_t pid) { processes_.erase(pid); }

    DebuggedProcess *find(uint32_t pid);
    DebuggedThread *find(uint32_t pid, uint32_t tid);
    DebuggedProcess *by_index(unsigned index);
    std::map<uint32_t, DebuggedProcess> &processes() { return processes_; }

private:
    std::map<uint32_t, DebuggedProcess> processes_; // by pid
    unsigned next_index_ = 0;
};

} // namespace ntdbg::tool

#endif
