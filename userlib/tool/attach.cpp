// SPDX-License-Identifier: MIT
// ntdbg attach: log a running process, and let it go unharmed.
#include <chrono>
#include <csignal>
#include <fmt/format.h>

#include "commands.h"
#include "debugger/elf_symbols.h"
#include "debugger/interactive.h"
#include "port_source.h"
#include "report.h"
#include "session.h"

namespace ntdbg::tool {

namespace {

volatile sig_atomic_t stop_asked = 0;

void ask_stop(int) {
    stop_asked = 1;
}

// No SA_RESTART: the wait for an event has to come back. A signal that falls
// between the question and the wait is seen one tick later.
void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = ask_stop;
    for (int signo : {SIGINT, SIGTERM, SIGHUP})
        sigaction(signo, &action, nullptr);
    signal(SIGPIPE, SIG_IGN);
}

} // namespace

int attach_command(const AttachOptions &options) {
    if (options.filters.show)
        return print_filters(options.filters, options.interactive);
    auto filters = make_filters(options.filters, options.interactive);
    auto output = Output::open(options.log.file);
    if (!output) {
        fputs(format_error("output", output.error().text(), "ntdbg attach -o FILE ...").c_str(),
              stderr);
        return kExitFailed;
    }
    auto opened = port::open();
    if (!opened) {
        fputs(format_error(opened.error()).c_str(), stderr);
        return exit_status_of(opened.error().cause());
    }
    if (!options.interactive)
        stop_on_signals();
    if (auto attached = opened->attach(options.pid); !attached) {
        fputs(format_error(attached.error()).c_str(), stderr);
        return exit_status_of(attached.error().cause());
    }
    say(banner(*opened));
    if (options.interactive)
        return debug_attached(*opened, options, std::move(*filters));
    say(fmt::format("ntdbg: attached to process {}; Ctrl-C detaches, and it runs on", options.pid));

    using clock = std::chrono::steady_clock;
    auto began = clock::now();
    PortSource source(*opened);
    ElfSymbols symbols(memory_of(source));
    auto renderer = make_renderer(options.log, symbols);
    Session session(source, *renderer, *output);
    session.filter_by(std::move(*filters));
    session.name_by(symbols);
    session.stop_when([&] {
        return stop_asked ||
               (options.detach_after && clock::now() - began >= *options.detach_after);
    });
    auto end = session.run();
    if (!end) {
        fputs(format_error(end.error()).c_str(), stderr);
        return kExitFailed; // the close of the port lets the process run on
    }
    Ending ending;
    ending.pid = static_cast<uint32_t>(options.pid);
    ending.detached = *end == Session::End::Stopped;
    finish(session, *renderer, ending);
    if (ending.detached)
        say(fmt::format("ntdbg: detached from process {}; it runs on", options.pid));
    return 0;
}

} // namespace ntdbg::tool
