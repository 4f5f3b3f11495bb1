// SPDX-License-Identifier: MIT
// The engine and its prompt: ntdbg run -i, ntdbg attach -i.
#ifndef NTDBG_TOOL_DEBUGGER_DEBUGGER_H
#define NTDBG_TOOL_DEBUGGER_DEBUGGER_H

#include "console.h"
#include "engine.h"
#include "prompt.h"
#include "renderer.h"

namespace ntdbg::tool {

class Debugger {
public:
    struct Options {
        bool follow = false;
        bool launched = true; // q ends it; what was attached is let go
        std::function<bool()> interrupted = [] { return false; };
    };
    enum class End {
        AllGone,  // no process is left
        Quit,     // the user is done: whatever is still there is to be ended
        Detached, // nothing is under the port any more, and it runs on
    };

    Debugger(const Engine::Parts &parts, Renderer &log, Console &console, const Options &options);

    result<End> run();
    const Counter &counter() const { return engine_.counter(); }
    Engine &engine() { return engine_; }

private:
    Engine::Hooks hooks(const Options &options);
    // Until a command lets the program run, or ends it all.
    Prompt::Flow prompt();
    Prompt::Flow obey_breakpoints();

    Renderer &log_;
    Console &console_;
    bool launched_;
    Engine engine_;
    Prompt prompt_;
};

} // namespace ntdbg::tool

#endif
