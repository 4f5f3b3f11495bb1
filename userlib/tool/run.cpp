// SPDX-License-Identifier: MIT
// ntdbg run: start a program under the port, log it to its end.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <sys/wait.h>

#include "commands.h"
#include "debugger/elf_symbols.h"
#include "debugger/interactive.h"
#include "json_log.h"
#include "port_source.h"
#include "report.h"
#include "session.h"
#include "text.h"
#include "text_log.h"

namespace ntdbg::tool {

std::unique_ptr<Renderer> make_renderer(const LogOptions &options, Symbols &symbols) {
    if (options.json)
        return std::make_unique<JsonLog>();
    return std::make_unique<TextLog>(options, &symbols);
}

result<Filters> make_filters(const FilterOptions &options, bool interactive) {
    Filters filters = interactive ? Filters::for_prompt() : Filters::for_log();
    filters.set_log(options.log);
    filters.set_limit(options.limit);
    for (const FilterOption &change : options.changes) {
        Handling handling = change.mode == 'e'   ? Handling::Break
                            : change.mode == 'd' ? Handling::SecondChance
                            : change.mode == 'n' ? Handling::Output
                                                 : Handling::Ignore;
        auto done = change.mode == 'h' ? filters.set_handled(change.where, true)
                                       : filters.set(change.where, handling);
        if (!done)
            return done.error();
    }
    return filters;
}

int print_filters(const FilterOptions &options, bool interactive) {
    auto filters = make_filters(options, interactive); // was checked with the command line
    if (filters)
        fputs(filters->table().c_str(), stdout);
    return 0;
}

std::string banner(const port &port) {
    auto info = port.info();
    std::string module =
        info ? fmt::format("module ntdbg {} (abi {})", info->version, info->abi_version)
             : "module unknown";
    return fmt::format("ntdbg {}  {}", ntdbg_version(), module);
}

int shell_status(int wait_status) {
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

void finish(Session &session, Renderer &renderer, const Ending &ending) {
    session.output().write(renderer.end(ending, session.counter()));
    say("ntdbg: " + session.counter().summary());
    if (int failure = session.output().failure())
        say(fmt::format("ntdbg: warning: the log is cut off: {}", strerror(failure)));
    if (session.crashed())
        say("ntdbg: hint: first-chance exceptions are normal; the second chance is the crash. For "
            "its "
            "registers and stack: ntdbg run --sxd '*' --sxd av -- PROGRAM; to stop there: -i");
}

namespace {

std::string command_line(const std::vector<std::string> &program) {
    std::string out;
    for (const std::string &word : program) {
        bool plain =
            !word.empty() && word.find_first_of(" \t\n'\"\\$`*?&|;<>()#~") == std::string::npos;
        out += out.empty() ? "" : " ";
        if (plain) {
            out += printable(word);
            continue;
        }
        out += '\'';
        for (char c : word)
            out += c == '\'' ? std::string("'\\''") : std::string(1, c);
        out += '\'';
    }
    return out;
}

// Once the program runs, Ctrl-C is for it; it is in our foreground group and has
// the signal too. And a reader of the log who leaves must not end the program.
void leave_signals_to_program() {
    for (int signo : {SIGINT, SIGQUIT, SIGPIPE})
        signal(signo, SIG_IGN);
}

int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return status;
}

int launch_failed(const error &error) {
    fputs(format_error(error).c_str(), stderr);
    switch (error.cause()) {
    case NTDBG_CAUSE_PROGRAM_NOT_FOUND:
        return kExitNotFound;
    case NTDBG_CAUSE_PROGRAM_NOT_EXECUTABLE:
        return kExitNotExecutable;
    default:
        return kExitRunFailed;
    }
}

} // namespace

int run_command(const RunOptions &options) {
    if (options.filters.show)
        return print_filters(options.filters, options.interactive);
    auto filters = make_filters(options.filters, options.interactive);
    auto output = Output::open(options.log.file);
    if (!output) {
        fputs(format_error("output", output.error().text(), "ntdbg run -o FILE ...").c_str(),
              stderr);
        return kExitRunFailed;
    }
    // Our death ends the program: nobody would answer its events.
    auto opened = port::open(nullptr, NTDBG_KILL_ON_CLOSE);
    if (!opened) {
        fputs(format_error(opened.error()).c_str(), stderr);
        return kExitRunFailed;
    }
    uint32_t flags = (options.loader_break ? NTDBG_LAUNCH_LOADER_BREAK : 0) |
                     (options.follow ? NTDBG_LAUNCH_INHERIT : 0);
    if (options.interactive) {
        // Children come under the port in any case: they have copies of our breakpoints.
        auto aside = launch_aside(*opened, options, flags | NTDBG_LAUNCH_INHERIT);
        if (!aside)
            return launch_failed(aside.error());
        say(banner(*opened));
        say("CommandLine: " + command_line(options.program));
        return debug_launched(*opened, options, *aside, std::move(*filters));
    }
    auto launched = opened->launch(options.program, flags);
    if (!launched)
        return launch_failed(launched.error());
    leave_signals_to_program();
    say(banner(*opened));
    say("CommandLine: " + command_line(options.program));

    PortSource source(*opened);
    ElfSymbols symbols(memory_of(source));
    auto renderer = make_renderer(options.log, symbols);
    Session session(source, *renderer, *output);
    session.filter_by(std::move(*filters));
    session.name_by(symbols);
    auto end = session.run();
    if (!end) {
        fputs(format_error(end.error()).c_str(), stderr);
        return kExitRunFailed; // and the close of the port ends the program
    }
    int status = wait_for(*launched);
    Ending ending;
    ending.pid = static_cast<uint32_t>(*launched);
    ending.status = status < 0 ? kExitRunFailed : shell_status(status);
    finish(session, *renderer, ending);
    return *ending.status;
}

} // namespace ntdbg::tool
