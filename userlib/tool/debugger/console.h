// SPDX-License-Identifier: MIT
// Where commands come from and the debugger's words go: a terminal with line
// editing, a script on stdin, or a test.
#ifndef NTDBG_TOOL_DEBUGGER_CONSOLE_H
#define NTDBG_TOOL_DEBUGGER_CONSOLE_H

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ntdbg::tool {

class Console {
public:
    // Every way to go on with what has been typed so far.
    using Completer = std::function<std::vector<std::string>(std::string_view)>;

    virtual ~Console() = default;
    // nullopt: nothing will come any more.
    virtual std::optional<std::string> read(const std::string &prompt) = 0;
    virtual void write(std::string_view text) = 0;
    virtual void complete_with(Completer completer) = 0;
};

// Lines of stdin; the log shows them behind the prompt, as if they had been typed.
class ScriptConsole : public Console {
public:
    std::optional<std::string> read(const std::string &prompt) override;
    void write(std::string_view text) override;
    void complete_with(Completer) override {}

private:
    std::string rest_;
    bool ended_ = false;
};

// A terminal, with history and completion (libedit).
class TerminalConsole : public Console {
public:
    TerminalConsole();
    ~TerminalConsole() override;
    std::optional<std::string> read(const std::string &prompt) override;
    void write(std::string_view text) override;
    void complete_with(Completer completer) override;

private:
    struct Editor;
    std::unique_ptr<Editor> editor_;
};

} // namespace ntdbg::tool

#endif
