// SPDX-License-Identifier: MIT
#include "debugger.h"

namespace ntdbg::tool {

Debugger::Debugger(const Engine::Parts &parts, Renderer &log, Console &console,
                   const Options &options)
    : log_(log), console_(console), launched_(options.launched),
      engine_(parts, hooks(options), options.follow),
      prompt_(engine_, parts, [this](std::string_view text) { console_.write(text); }) {
    console_.complete_with([this](std::string_view typed) { return prompt_.complete(typed); });
}

Engine::Hooks Debugger::hooks(const Options &options) {
    Engine::Hooks out;
    out.say = [this](const std::string &text) { console_.write(text); };
    out.log = [this](const Event &event) { console_.write(log_.event(event, engine_.counter())); };
    out.interrupted = options.interrupted;
    out.show_step = [this] { console_.write(prompt_.state(true)); };
    out.locate = [this](const Breakpoint &breakpoint) { return prompt_.locate(breakpoint); };
    return out;
}

Prompt::Flow Debugger::obey_breakpoints() {
    auto flow = Prompt::Flow::Stay;
    for (const std::string &text : engine_.take_commands()) {
        if (flow == Prompt::Flow::Stay)
            flow = prompt_.line(text);
    }
    return flow;
}

Prompt::Flow Debugger::prompt() {
    auto flow = obey_breakpoints();
    while (flow == Prompt::Flow::Stay) {
        auto line = console_.read(prompt_.prompt());
        flow = line ? prompt_.line(*line) : Prompt::Flow::Quit;
    }
    return flow;
}

result<Debugger::End> Debugger::run() {
    for (;;) {
        auto stop = engine_.run();
        if (!stop)
            return stop.error();
        if (*stop == Engine::Stop::AllGone)
            return End::AllGone;
        // Registers where something went wrong or one looks at single instructions.
        bool registers = engine_.at_exception() || engine_.stepped();
        console_.write(prompt_.state(registers));
        auto flow = prompt();
        if (flow == Prompt::Flow::Go)
            continue;
        if (flow == Prompt::Flow::Quit && launched_)
            return End::Quit;
        engine_.detach_all();
        return End::Detached;
    }
}

} // namespace ntdbg::tool
