// SPDX-License-Identifier: MIT
#include "console.h"

#include <algorithm>
#include <cerrno>
#include <histedit.h>
#include <unistd.h>

namespace ntdbg::tool {

namespace {

// At once, and in order with what the program itself writes.
void write_all(std::string_view text) {
    while (!text.empty()) {
        ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
        if (n >= 0)
            text.remove_prefix(static_cast<size_t>(n));
        else if (errno != EINTR)
            return; // nobody reads us any more: go on for the program's sake
    }
}

} // namespace

std::optional<std::string> ScriptConsole::read(const std::string &prompt) {
    size_t end = 0;
    while ((end = rest_.find('\n')) == std::string::npos && !ended_) {
        char piece[4096];
        ssize_t n = ::read(STDIN_FILENO, piece, sizeof(piece));
        if (n > 0)
            rest_.append(piece, static_cast<size_t>(n));
        else if (n == 0 || errno != EINTR)
            ended_ = true;
    }
    if (end == std::string::npos && rest_.empty())
        return std::nullopt;
    std::string line = rest_.substr(0, end);
    rest_.erase(0, end == std::string::npos ? end : end + 1);
    write_all(prompt + line + "\n");
    return line;
}

void ScriptConsole::write(std::string_view text) {
    write_all(text);
}

struct TerminalConsole::Editor {
    EditLine *line = nullptr;
    History *history = nullptr;
    std::string prompt;
    Completer completer;
    bool thrown_away = false; // by Ctrl-C

    static Editor *of(EditLine *line) {
        void *self = nullptr;
        el_get(line, EL_CLIENTDATA, &self);
        return static_cast<Editor *>(self);
    }
    static char *show_prompt(EditLine *line) { return of(line)->prompt.data(); }
    static unsigned char throw_away(EditLine *line, int) {
        of(line)->thrown_away = true;
        return CC_NEWLINE;
    }
    static unsigned char complete(EditLine *line, int) { return of(line)->complete_here(); }

    unsigned char complete_here() const {
        const LineInfo *info = el_line(line);
        std::string_view typed(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
        auto ways = completer ? completer(typed) : std::vector<std::string>{};
        if (ways.empty())
            return CC_REFRESH_BEEP;
        // As far as all of them agree.
        std::string common = ways[0];
        for (const std::string &way : ways) {
            auto differs = std::mismatch(common.begin(), common.end(), way.begin(), way.end());
            common.erase(differs.first, common.end());
        }
        if (common.size() > typed.size()) {
            el_insertstr(line, common.c_str() + typed.size());
            return CC_REFRESH;
        }
        if (ways.size() == 1)
            return CC_REFRESH;
        constexpr size_t kShown = 60;
        std::string list = "\n";
        for (size_t i = 0; i < ways.size() && i < kShown; i++)
            list += ways[i].substr(ways[i].find_last_of(" ;") + 1) + "  ";
        list += ways.size() > kShown ? "...\n" : "\n";
        write_all(list);
        return CC_REDISPLAY;
    }
};

TerminalConsole::TerminalConsole() : editor_(std::make_unique<Editor>()) {
    editor_->line = el_init("ntdbg", stdin, stdout, stderr);
    editor_->history = history_init();
    HistEvent event;
    history(editor_->history, &event, H_SETSIZE, 1000);
    history(editor_->history, &event, H_SETUNIQUE, 1);
    EditLine *line = editor_->line;
    el_set(line, EL_CLIENTDATA, editor_.get());
    el_set(line, EL_PROMPT, &Editor::show_prompt);
    el_set(line, EL_EDITOR, "emacs");
    el_set(line, EL_HIST, history, editor_->history);
    el_set(line, EL_ADDFN, "ntdbg-complete", "Complete a command or symbol", &Editor::complete);
    el_set(line, EL_BIND, "^I", "ntdbg-complete", nullptr);
    el_source(line, nullptr); // the user's ~/.editrc
    // At the prompt Ctrl-C is a key. While the program runs it is a signal again.
    el_set(line, EL_SETTY, "-d", "-isig", nullptr);
    el_set(line, EL_ADDFN, "ntdbg-throw-away", "Throw the line away", &Editor::throw_away);
    el_set(line, EL_BIND, "^C", "ntdbg-throw-away", nullptr);
}

TerminalConsole::~TerminalConsole() {
    history_end(editor_->history);
    el_end(editor_->line);
}

void TerminalConsole::complete_with(Completer completer) {
    editor_->completer = std::move(completer);
}

std::optional<std::string> TerminalConsole::read(const std::string &prompt) {
    editor_->prompt = prompt;
    for (;;) {
        int n = 0;
        errno = 0;
        editor_->thrown_away = false;
        const char *text = el_gets(editor_->line, &n);
        if (editor_->thrown_away) {
            write_all("^C\n");
            continue;
        }
        if (!text || n <= 0) {
            if (n < 0 && errno == EINTR)
                continue;
            return std::nullopt;
        }
        std::string line(text, static_cast<size_t>(n));
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
            line.pop_back();
        if (!line.empty()) {
            HistEvent event;
            history(editor_->history, &event, H_ENTER, line.c_str());
        }
        return line;
    }
}

void TerminalConsole::write(std::string_view text) {
    write_all(text);
}

} // namespace ntdbg::tool
