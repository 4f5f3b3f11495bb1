// SPDX-License-Identifier: MIT
// What can be typed at the prompt. One file each: prompt.cpp finds the command
// (and has those about the session), prompt_run.cpp goes and breaks,
// prompt_data.cpp shows and changes memory and registers, commands_code.cpp
// has symbols, code and stacks, prompt_threads.cpp threads and processes.
#ifndef NTDBG_TOOL_DEBUGGER_PROMPT_H
#define NTDBG_TOOL_DEBUGGER_PROMPT_H

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine.h"
#include "expression.h"

namespace ntdbg::tool {

class Prompt {
public:
    enum class Flow { Stay, Go, Quit, QuitAndDetach };

    Prompt(Engine &engine, const Engine::Parts &parts, std::function<void(std::string_view)> write);

    // One line as typed; several commands have ";" between them.
    Flow line(std::string_view text);

    std::string prompt();
    // Where the current thread stands: symbol, source line and instruction;
    // @registers: with those.
    std::string state(bool registers);
    // Every line that this one may become, for the Tab key.
    std::vector<std::string> complete(std::string_view typed);
    // Where a breakpoint's words lead now.
    std::optional<uint64_t> locate(const Breakpoint &breakpoint);

private:
    using Outcome = result<Flow>;
    using Handler = Outcome (Prompt::*)(std::string_view name, std::string_view arguments);
    struct Command {
        const char *name; // a "*" at the end: any letters may follow
        Handler handler;
        bool repeats; // an empty line does it again
        const char *usage;
        const char *help;
    };
    static const Command kCommands[];
    static const Command *find(std::string_view name);
    static std::vector<std::string_view> split(std::string_view text);

    Outcome one(std::string_view text);
    Outcome unknown(std::string_view name) const;

    // ---- commands, in the order of the table ----
    Outcome go(std::string_view name, std::string_view arguments);
    Outcome go_up(std::string_view name, std::string_view arguments);
    Outcome step(std::string_view name, std::string_view arguments);
    Outcome set_breakpoint(std::string_view name, std::string_view arguments);
    Outcome set_watch(std::string_view name, std::string_view arguments);
    Outcome list_breakpoints(std::string_view name, std::string_view arguments);
    Outcome change_breakpoints(std::string_view name, std::string_view arguments);
    Outcome stack(std::string_view name, std::string_view arguments);
    Outcome registers(std::string_view name, std::string_view arguments);
    Outcome modules(std::string_view name, std::string_view arguments);
    Outcome nearest(std::string_view name, std::string_view arguments);
    Outcome examine(std::string_view name, std::string_view arguments);
    Outcome unassemble(std::string_view name, std::string_view arguments);
    Outcome dump(std::string_view name, std::string_view arguments);
    Outcome enter(std::string_view name, std::string_view arguments);
    Outcome threads(std::string_view name, std::string_view arguments);
    Outcome processes(std::string_view name, std::string_view arguments);
    Outcome process_info(std::string_view name, std::string_view arguments);
    Outcome last_event(std::string_view name, std::string_view arguments);
    Outcome filters(std::string_view name, std::string_view arguments);
    Outcome echo(std::string_view name, std::string_view arguments);
    Outcome detach(std::string_view name, std::string_view arguments);
    Outcome kill(std::string_view name, std::string_view arguments);
    Outcome quit(std::string_view name, std::string_view arguments);
    Outcome question(std::string_view name, std::string_view arguments);

    // ---- tools of theirs ----
    static class error fail(std::string text) { return {EINVAL, std::move(text)}; }
    void print(std::string_view text) const { write_(text); }
    ThreadId current() const { return engine_.current(); }
    result<ThreadId> live_thread();
    result<ntdbg_context> context(uint32_t parts);
    ExpressionContext expressions(uint32_t pid);
    result<uint64_t> address_argument(std::string_view &arguments);
    // "L10", "l 10" or an address behind the last: how many; @otherwise without one.
    result<uint64_t> count_argument(std::string_view &arguments, uint64_t start, unsigned unit,
                                    uint64_t otherwise);
    std::string name_of(uint32_t pid, uint64_t address);
    std::string instruction_line(uint32_t pid, uint64_t address, unsigned *length);
    std::string thread_line(const DebuggedProcess &process, const DebuggedThread &thread);
    result<done> release_process();

    Engine &engine_;
    Engine::Parts parts_;
    std::function<void(std::string_view)> write_;
    std::string repeat_; // what an empty line does
    uint64_t next_code_ = 0;
    uint64_t next_data_ = 0;
    std::string data_kind_ = "db";
    std::optional<uint32_t> only_thread_; // "~1 bp": of the breakpoint
};

} // namespace ntdbg::tool

#endif
