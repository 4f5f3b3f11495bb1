// SPDX-License-Identifier: MIT
// The terminal's line editing, on a pseudo terminal.
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "debugger/console.h"

namespace {

using namespace ntdbg::tool;

// What is on the other side: a child that reads lines and says what it got.
class Other {
public:
    Other() {
        pid_ = forkpty(&fd_, nullptr, nullptr, nullptr);
        if (pid_ != 0)
            return;
        // What is typed while the editor does not have the terminal must wait for it
        // unchanged: no line discipline in between.
        termios raw{};
        tcgetattr(STDIN_FILENO, &raw);
        cfmakeraw(&raw);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        setenv("TERM", "dumb", 1);
        setenv("HOME", "/nonexistent", 1);
        {
            TerminalConsole console;
            console.complete_with([](std::string_view typed) {
                return typed == "bp ma"  ? std::vector<std::string>{"bp main"}
                       : typed == "u ma" ? std::vector<std::string>{"u main", "u malloc"}
                                         : std::vector<std::string>{};
            });
            while (auto line = console.read("> "))
                console.write("got [" + *line + "]\n");
            console.write("the end\n");
        }
        _exit(0);
    }
    Other(const Other &) = delete;
    Other &operator=(const Other &) = delete;
    ~Other() {
        close(fd_);
        waitpid(pid_, nullptr, 0);
    }

    void type(std::string_view text) const {
        EXPECT_EQ(write(fd_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    // Reads until it comes; the test's own limit ends what never does.
    bool expect(const std::string &text) {
        size_t at = 0;
        while ((at = said_.find(text)) == std::string::npos) {
            char piece[256];
            ssize_t n = read(fd_, piece, sizeof(piece));
            if (n <= 0)
                return false;
            said_.append(piece, static_cast<size_t>(n));
        }
        said_.erase(0, at + text.size());
        return true;
    }

private:
    int fd_ = -1;
    pid_t pid_ = 0;
    std::string said_;
};

TEST(TerminalConsole, LinesAndTheirEnd) {
    Other other;
    EXPECT_TRUE(other.expect("> "));
    other.type("k\n");
    EXPECT_TRUE(other.expect("got [k]"));
    EXPECT_TRUE(other.expect("> "));
    other.type("\x04");
    EXPECT_TRUE(other.expect("the end"));
}

TEST(TerminalConsole, CtrlCThrowsTheLineAway) {
    Other other;
    EXPECT_TRUE(other.expect("> "));
    other.type("junk\x03");
    EXPECT_TRUE(other.expect("^C"));
    EXPECT_TRUE(other.expect("> "));
    other.type("r\n");
    EXPECT_TRUE(other.expect("got [r]"));
    other.type("\x04");
}

TEST(TerminalConsole, CompletionAndHistory) {
    Other other;
    EXPECT_TRUE(other.expect("> "));
    other.type("bp ma\t\n");
    EXPECT_TRUE(other.expect("got [bp main]"));
    other.type("u ma\t");
    EXPECT_TRUE(other.expect("main  malloc")); // both
    other.type("in\n");
    EXPECT_TRUE(other.expect("got [u main]"));
    other.type("\x10\x10\n"); // twice up
    EXPECT_TRUE(other.expect("got [bp main]"));
    other.type("\x04");
}

} // namespace
