// SPDX-License-Identifier: MIT
// The command line: git-style sub-commands.
#include "cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "report.h"

namespace ntdbg::tool {

namespace {

void add_log_options(CLI::App *app, LogOptions *log) {
    static const std::map<std::string, Ids> kIds = {
        {"hex", Ids::Hex}, {"dec", Ids::Dec}, {"both", Ids::Both}};
    app->add_flag("--json", log->json, "One JSON object a line (docs/json.md)");
    app->add_option("-o,--output", log->file, "Write the log to FILE instead of stdout")
        ->type_name("FILE");
    app->add_option("--ids", log->ids, "Process and thread ids in the log: hex (default), dec, both")
        ->type_name("KIND")
        ->transform(CLI::CheckedTransformer(kIds))
        ->option_text("KIND");
    app->add_flag("-t,--times", log->times, "Begin each line with the seconds since the first event");
}

CLI::App *add_run(CLI::App *app, RunOptions *run) {
    CLI::App *sub = app->add_subcommand("run", "Start a program under the debug port and log it:\n"
                                                "ntdbg run [OPTIONS] -- PROGRAM [ARGS...]");
    add_log_options(sub, &run->log);
    sub->add_flag("!--no-loader-break", run->loader_break,
                  "Do not report the breakpoint at the end of loading");
    sub->add_flag("-f,--follow", run->follow, "Debug the program's child processes too");
    sub->prefix_command();
    sub->footer("The exit status is the program's own, 128 + N when signal N killed it; 127 if the\n"
                "program was not found, 126 if it cannot be run, 125 if ntdbg itself failed.\n\n"
                "Examples:\n"
                "  ntdbg run -- ls -l /\n"
                "  ntdbg run --json -o log.jsonl -- python3 -c 'import ssl'\n"
                "  ntdbg run -f -t -- make");
    return sub;
}

CLI::App *add_attach(CLI::App *app, AttachOptions *attach, std::string *duration,
                     bool *until_exit) {
    CLI::App *sub = app->add_subcommand("attach", "Log a running process, then let it go");
    add_log_options(sub, &attach->log);
    sub->add_option("pid", attach->pid, "The process")->required()->type_name("PID");
    auto *until = sub->add_flag("--until-exit", *until_exit, "Stay until the process ends (the default)");
    sub->add_option("--detach-after", *duration, "Let go after so long: 500ms, 5s, 2m")
        ->type_name("DURATION")
        ->excludes(until);
    sub->footer("Ctrl-C (or SIGTERM) detaches; the process runs on.\n\n"
                "Examples:\n"
                "  sudo ntdbg attach 4260\n"
                "  ntdbg attach --json -o log.jsonl --detach-after=10s $(pidof httpd)");
    return sub;
}

Refusal refuse(int status, const std::string &text, const std::string &remedy) {
    return {status, format_error("usage", text, remedy)};
}

std::string first_line(std::string text) {
    text.resize(std::min(text.find('\n'), text.size()));
    return text;
}

} // namespace

Command parse_command_line(const std::vector<std::string> &args) {
    CLI::App app("The NT debug port on Linux", "ntdbg");
    app.require_subcommand(0, 1);
    app.footer("Examples:\n"
               "  ntdbg doctor               does this machine have what is needed?\n"
               "  ntdbg run -- ls -l /       log a program from start to end\n"
               "  sudo ntdbg attach 4260     log a running one");
    bool version = false;
    app.add_flag("--version", version, "Print the version");

    RunOptions run;
    AttachOptions attach;
    DoctorOptions doctor;
    std::string duration;
    bool until_exit = false;
    CLI::App *run_app = add_run(&app, &run);
    CLI::App *attach_app = add_attach(&app, &attach, &duration, &until_exit);
    CLI::App *doctor_app =
        app.add_subcommand("doctor", "Check this machine and say how to repair what is missing");
    doctor_app->add_flag("--json", doctor.json, "One JSON object a line");

    // What follows "--" is the program's and is not looked at.
    auto dashes = std::find(args.begin(), args.end(), "--");
    std::vector<std::string> ours(args.begin(), dashes);
    std::vector<std::string> theirs(dashes == args.end() ? dashes : dashes + 1, args.end());
    bool is_run = std::find(ours.begin(), ours.end(), "run") != ours.end();
    int usage_status = is_run ? kExitRunFailed : kExitUsage;

    try {
        std::vector<std::string> reversed(ours.rbegin(), ours.rend());
        app.parse(reversed);
    } catch (const CLI::CallForHelp &) {
        const CLI::App *topic = &app;
        for (const CLI::App *sub : app.get_subcommands())
            topic = sub;
        return Refusal{0, topic->help()};
    } catch (const CLI::ParseError &error) {
        const char *help = is_run ? "ntdbg run --help" : "ntdbg --help";
        return refuse(usage_status, first_line(error.what()), help);
    }

    if (version)
        return VersionOptions{};
    if (doctor_app->parsed())
        return doctor;
    if (attach_app->parsed()) {
        if (attach.pid <= 0)
            return refuse(kExitUsage, "a process id is a number above 0", "ntdbg attach --help");
        if (!duration.empty()) {
            attach.detach_after = parse_duration(duration);
            if (!attach.detach_after)
                return refuse(kExitUsage, "--detach-after: \"" + duration + "\" is no duration",
                              "ntdbg attach --detach-after=5s PID   (or 500ms, 2m, 1h)");
        }
        return attach;
    }
    if (run_app->parsed()) {
        run.program = run_app->remaining();
        run.program.insert(run.program.end(), theirs.begin(), theirs.end());
        if (run.program.empty())
            return refuse(kExitRunFailed, "run: there is no program to run",
                          "ntdbg run -- PROGRAM [ARGS...]");
        if (run.program[0].size() > 1 && run.program[0][0] == '-' && dashes == args.end())
            return refuse(kExitRunFailed, "run: there is no option " + run.program[0],
                          "ntdbg run --help");
        return run;
    }
    return refuse(kExitUsage, "no command given", "ntdbg --help");
}

} // namespace ntdbg::tool
