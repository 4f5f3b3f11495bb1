// SPDX-License-Identifier: MIT
#include "interactive.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "debugger/console.h"
#include "debugger/debugger.h"
#include "debugger/elf_symbols.h"
#include "debugger/port_target.h"
#include "port_source.h"
#include "report.h"
#include "text_log.h"

namespace ntdbg::tool {

namespace {

volatile sig_atomic_t interrupts = 0;

void note_interrupt(int) {
    interrupts = 1;
}

// No SA_RESTART: the wait for an event has to come back. A signal that falls
// between the question and the wait is seen one tick later.
void take_interrupts() {
    struct sigaction action {};
    action.sa_handler = note_interrupt;
    sigaction(SIGINT, &action, nullptr);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupted() {
    if (!interrupts)
        return false;
    interrupts = 0;
    return true;
}

// Back to our own stdin when the program has been started with its.
class BorrowedStdin {
public:
    explicit BorrowedStdin(int fd) : saved_(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)) {
        dup2(fd, STDIN_FILENO);
    }
    BorrowedStdin(const BorrowedStdin &) = delete;
    BorrowedStdin &operator=(const BorrowedStdin &) = delete;
    ~BorrowedStdin() {
        if (saved_ >= 0) {
            dup2(saved_, STDIN_FILENO);
            close(saved_);
        } else {
            close(STDIN_FILENO);
        }
    }

private:
    int saved_;
};

// A child inherits the process group that we are in. A session's leader cannot
// leave its own; then Ctrl-C is ignored by the program from its start.
class OwnGroup {
public:
    OwnGroup() : before_(getpgrp()), moved_(setpgid(0, 0) == 0 && getpgrp() != before_) {
        if (!moved_)
            signal(SIGINT, SIG_IGN);
    }
    OwnGroup(const OwnGroup &) = delete;
    OwnGroup &operator=(const OwnGroup &) = delete;
    ~OwnGroup() {
        if (moved_)
            setpgid(0, before_);
    }

private:
    pid_t before_;
    bool moved_;
};

struct Parts {
    Parts(port &port, Filters table, const LogOptions &format, const Debugger::Options &options)
        : source(port), target(port),
          symbols([this](uint32_t pid, uint64_t address, void *buf, size_t len) {
              ssize_t n = target.read(pid, address, buf, len);
              return n == static_cast<ssize_t>(len) ? 0 : -EFAULT;
          }),
          filters(std::move(table)), log(format, &symbols) {
        if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
            console = std::make_unique<TerminalConsole>();
        else
            console = std::make_unique<ScriptConsole>();
        debugger = std::make_unique<Debugger>(Engine::Parts{source, target, symbols, filters}, log,
                                              *console, options);
    }

    PortSource source;
    PortTarget target;
    ElfSymbols symbols;
    Filters filters;
    TextLog log;
    std::unique_ptr<Console> console;
    std::unique_ptr<Debugger> debugger;
};

Debugger::Options debugger_options(bool follow, bool launched) {
    Debugger::Options out;
    out.follow = follow;
    out.launched = launched;
    out.interrupted = interrupted;
    return out;
}

} // namespace

result<pid_t> launch_aside(port &port, const RunOptions &options, uint32_t flags) {
    const std::string &file = options.stdin_file;
    int fd = open(file.empty() ? "/dev/null" : file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return error(errno, fmt::format("the program's stdin {} cannot be opened: {}", file,
                                        strerror(errno)));
    auto launched = [&]() -> result<pid_t> {
        BorrowedStdin stdin_of_program(fd);
        OwnGroup group;
        return port.launch(options.program, flags);
    }();
    close(fd);
    return launched;
}

int debug_launched(port &port, const RunOptions &options, pid_t pid, Filters filters) {
    take_interrupts();
    Parts session(port, std::move(filters), options.log, debugger_options(options.follow, true));
    auto end = session.debugger->run();
    if (!end) {
        fputs(format_error(end.error()).c_str(), stderr);
        return kExitRunFailed;
    }
    say("ntdbg: " + session.debugger->counter().summary());
    if (*end != Debugger::End::AllGone)
        return 0; // with q the port, when it closes, ends what is left
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return kExitRunFailed;
    }
    return shell_status(status);
}

int debug_attached(port &port, const AttachOptions &options, Filters filters) {
    take_interrupts();
    Parts session(port, std::move(filters), options.log, debugger_options(false, false));
    auto pid = static_cast<uint32_t>(options.pid);
    // Children would run into copies of our breakpoints.
    session.target.set_inherit(pid, true);
    int ret = session.target.break_in(pid);
    if (ret < 0)
        say(fmt::format("ntdbg: process {} cannot be stopped: {}; Ctrl-C tries again", options.pid,
                        strerror(-ret)));
    auto end = session.debugger->run();
    if (!end) {
        fputs(format_error(end.error()).c_str(), stderr);
        return kExitFailed;
    }
    say("ntdbg: " + session.debugger->counter().summary());
    if (*end == Debugger::End::Detached)
        say(fmt::format("ntdbg: detached from process {}; it runs on", options.pid));
    return 0;
}

} // namespace ntdbg::tool
