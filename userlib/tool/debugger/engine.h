// SPDX-License-Identifier: MIT
// The debugger without its commands: takes events, keeps breakpoints, steps, and
// says when it is time for the prompt.
#ifndef NTDBG_TOOL_DEBUGGER_ENGINE_H
#define NTDBG_TOOL_DEBUGGER_ENGINE_H

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "breakpoints.h"
#include "counter.h"
#include "disassembler.h"
#include "filters.h"
#include "model.h"
#include "patches.h"
#include "renderer.h"
#include "source.h"
#include "symbols.h"
#include "target.h"

namespace ntdbg::tool {

struct ThreadId {
    uint32_t pid = 0;
    uint32_t tid = 0;
    bool operator==(const ThreadId &) const = default;
    bool operator<(const ThreadId &other) const {
        return std::tie(pid, tid) < std::tie(other.pid, other.tid);
    }
};

class Engine {
public:
    struct Parts {
        Source &source;
        Target &target;
        Symbols &symbols;
        Filters &filters;
    };
    // What the engine says, and what it asks, while the program runs.
    struct Hooks {
        std::function<void(const std::string &)> say; // whole lines
        std::function<void(const Event &)> log;
        std::function<bool()> interrupted; // Ctrl-C, since it was asked last
        std::function<void()> show_step;   // where one step of several has come to
        // Where a breakpoint is that was not there yet; nullopt: still nowhere.
        std::function<std::optional<uint64_t>(const Breakpoint &)> locate;
    };

    Engine(const Parts &parts, Hooks hooks, bool follow);

    enum class Stop { Prompt, AllGone };
    // Answers the event in hand and goes on until there is something to show.
    result<Stop> run();

    // ---- at the prompt ----
    enum class Step { Into, Over };
    void step(Step kind, uint64_t count);
    // Stop there once: in this thread (0: any), in this frame or a caller of it.
    void run_to(uint64_t address, uint32_t tid = 0, uint64_t min_sp = 0);
    // The answer to the exception in hand, if it is to be another than the filters say.
    void answer(bool handled);
    bool at_exception() const { return held_ && held_->exception; }

    // The last stop was the end of a step.
    bool stepped() const { return stepped_; }

    ThreadId current() const { return current_; }
    void select(ThreadId thread) { current_ = thread; }
    ThreadId event_thread() const { return held_ ? held_->id : ThreadId{}; }
    const std::string &last_event() const { return last_event_; }
    // What the breakpoints that were hit want done.
    std::vector<std::string> take_commands();

    int freeze(ThreadId thread);
    int thaw(ThreadId thread);
    // Takes everything out that the debugger has put in, and lets it go.
    int detach(uint32_t pid);
    void detach_all();
    int terminate(uint32_t pid);
    int break_in(uint32_t pid);

    // Without our breakpoints in it.
    ssize_t read(uint32_t pid, uint64_t address, void *buf, size_t len);
    std::optional<Instruction> instruction(uint32_t pid, uint64_t address,
                                           const AddressNamer &namer = {});
    // Of whom the breakpoints of a process are: after vfork, its parent.
    uint32_t memory_of(uint32_t pid);

    Model &model() { return model_; }
    Breakpoints &breakpoints() { return breakpoints_; }
    const Counter &counter() const { return counter_; }
    // Looks again for breakpoints whose place is unknown.
    void locate_breakpoints(uint32_t pid);

private:
    struct Held {
        ThreadId id;
        uint32_t answer = NTDBG_DBG_CONTINUE;
        bool exception = false; // a real one, which may be answered either way
        // The breakpoint at which the thread stands has been told already.
        bool seen_breakpoint = false;
        size_t size = 0; // of the record in buffer_
    };
    // A thread that is to execute one instruction.
    struct Stepping {
        std::optional<uint64_t> over;  // a breakpoint that is out for it
        std::optional<uint64_t> after; // a system call: ends at this int3
        bool trap_flag = false;
        bool pushes_flags = false;
    };
    struct Goal {
        bool active = false;
        bool armed = false; // under way
        bool waits = false; // for a breakpoint behind a call, not for a trap
        Step kind = Step::Into;
        ThreadId id;
        uint64_t count = 0;
    };

    // events: true is a stop
    result<bool> take(size_t size);
    bool on_create_process(const Event &event);
    bool on_exception(const Event &event);
    bool on_patch(ThreadId id, uint64_t address);
    std::optional<bool> on_debug_trap(ThreadId id, const ntdbg_fault &fault);
    bool on_hidden(const Event &event);
    bool by_filter(const Event &event);
    bool hit(Breakpoint &breakpoint);
    void after_answer();
    void stopped();
    std::optional<error> release();
    void interrupt();
    void let_go(uint32_t pid);
    void new_program(uint32_t pid);
    std::string describe_event(const Event &event) const;

    // running on
    void arm(ThreadId id);
    void begin_step(ThreadId id, std::optional<uint64_t> over);
    void begin_goal();
    bool step_done();
    void end_step(ThreadId id, bool trapped);
    void hold_others(uint32_t pid);
    void release_others(uint32_t pid);
    std::set<uint64_t> wanted_patches(uint32_t memory);
    void sync_patches(uint32_t memory, const std::set<uint64_t> &wanted);
    void sync_registers(uint32_t pid);
    void clear_trap_flag(ThreadId id);

    std::optional<ntdbg_context> context(ThreadId id, uint32_t parts) const;
    void forget(uint32_t pid);

    Source &source_;
    Target &target_;
    Symbols &symbols_;
    Filters &filters_;
    Hooks hooks_;
    bool follow_;
    Model model_;
    Breakpoints breakpoints_;
    Patches patches_;
    Counter counter_;
    event_buffer buffer_;
    std::optional<Held> held_;
    ThreadId current_;
    Goal goal_;
    std::map<ThreadId, Stepping> steps_;
    std::map<ThreadId, DebugRegisters> registers_; // as we have set them
    std::set<ThreadId> leftover_flags_;            // may meet a trap of a step that is over
    std::vector<std::string> commands_;
    std::string last_event_;
    bool stepped_ = false;
};

} // namespace ntdbg::tool

#endif
