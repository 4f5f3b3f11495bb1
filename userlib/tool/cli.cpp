// SPDX-License-Identifier: MIT
// The command line: git-style sub-commands.
#include "cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "commands.h"
#include "report.h"

namespace ntdbg::tool {

namespace {

// The usage line with the words that stand before and behind the options.
class Formatter : public CLI::Formatter {
public:
    std::string make_usage(const CLI::App *app, std::string name) const override {
        (void)name;
        std::string line = "Usage: ntdbg ";
        if (app->get_name() == "run")
            return line + "run [OPTIONS] -- PROGRAM [ARGS...]\n";
        if (app->get_name() == "attach")
            return line + "attach [OPTIONS] PID\n";
        if (app->get_name() == "doctor")
            return line + "doctor [OPTIONS]\n";
        if (app->get_name() == "ssdt")
            return line + "ssdt [OPTIONS] [GLOB]\n";
        if (app->get_name() == "decode")
            return line + "decode [OPTIONS] STATUS|NUMBER|NAME...\n";
        return line + "COMMAND ...\n";
    }
};

// As typed; checked after parsing, so that the errors are our sentences.
struct Words {
    std::string ids = "hex";
    std::string pid;
    std::string duration;
    std::string sx_log = "yes";
    std::string sx_limit;
    bool no_loader_break = false;
    bool until_exit = false;
};

void add_filter_options(CLI::App *app, FilterOptions *filters, bool *interactive, Words *words) {
    app->add_flag("-i,--interactive", *interactive, "A debugger prompt (docs/debugger.md)");
    static constexpr struct {
        const char *name;
        char mode;
        const char *help;
    } kModes[] = {
        {"--sxe", 'e', "Break at this event or exception; without -i: log registers and stack"},
        {"--sxd", 'd', "The same at the second chance only"},
        {"--sxn", 'n', "Log it and no more"},
        {"--sxi", 'i', "Do not even log it"},
        {"--handled", 'h', "Answer this exception: handled"},
    };
    for (const auto &row : kModes) {
        char mode = row.mode;
        app->add_option_function<std::vector<std::string>>(
               row.name,
               [filters, mode](const std::vector<std::string> &given) {
                   for (const std::string &where : given)
                       filters->changes.push_back({mode, where});
               },
               row.help)
            ->option_text("CODE[@MODULE] ...")
            ->expected(1)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
            ->allow_extra_args(false)
            ->trigger_on_parse();
    }
    app->add_option("--sx-log", words->sx_log, "Log exceptions that do not break: yes, no")
        ->option_text("yes|no");
    app->add_option("--sx-limit", words->sx_limit,
                    "Stop handling or ignoring an exception that came N times at one address")
        ->option_text("N");
    app->add_flag("--sx", filters->show, "Print the table of events and exceptions, and leave");
}

void add_log_options(CLI::App *app, LogOptions *log, Words *words) {
    app->add_flag("--json", log->json, "One JSON object a line (docs/json.md)");
    app->add_option("-o,--output", log->file, "Write the log to FILE instead of stdout")
        ->option_text("FILE");
    app->add_option("--ids", words->ids,
                    "Process and thread ids in the text log: hex (as WinDbg), dec, both")
        ->option_text("KIND");
    app->add_flag("-t,--times", log->times,
                  "Begin each line of the text log with the seconds since the first event");
}

CLI::App *add_run(CLI::App *app, RunOptions *run, Words *words) {
    CLI::App *sub = app->add_subcommand("run", "Start a program under the debug port and log it");
    add_log_options(sub, &run->log, words);
    sub->add_flag("--no-loader-break", words->no_loader_break,
                  "Do not report the breakpoint at the end of loading");
    sub->add_flag("-f,--follow", run->follow, "Debug the program's child processes too");
    sub->add_option("--stdin", run->stdin_file,
                    "With -i: the program reads FILE (a terminal, too) instead of /dev/null")
        ->option_text("FILE");
    add_filter_options(sub, &run->filters, &run->interactive, words);
    sub->prefix_command();
    sub->footer(
        "The exit status is the program's own, 128 + N when signal N killed it; 127 if the\n"
        "program was not found, 126 if it cannot be run, 125 if ntdbg itself failed.\n\n"
        "Examples:\n"
        "  ntdbg run -- ls -l /\n"
        "  ntdbg run --json -o log.jsonl -- python3 -c 'import ssl'\n"
        "  ntdbg run -f -t -- make\n"
        "  ntdbg run --sxd av -- ./crash      # registers and stack of the crash\n"
        "  ntdbg run -i -- ./crash            # the prompt; ? lists its commands");
    return sub;
}

CLI::App *add_attach(CLI::App *app, AttachOptions *attach, Words *words) {
    CLI::App *sub = app->add_subcommand("attach", "Log a running process, then let it go");
    add_log_options(sub, &attach->log, words);
    sub->add_option("pid", words->pid, "The process")->option_text("PID");
    auto *until = sub->add_flag("--until-exit", words->until_exit,
                                "Stay until the process ends (the default)");
    sub->add_option("--detach-after", words->duration, "Let go after so long: 500ms, 5s, 2m")
        ->option_text("DURATION")
        ->excludes(until);
    add_filter_options(sub, &attach->filters, &attach->interactive, words);
    sub->footer("Ctrl-C (or SIGTERM) detaches; the process runs on.\n\n"
                "Examples:\n"
                "  sudo ntdbg attach 4260\n"
                "  ntdbg attach --json -o log.jsonl --detach-after=10s $(pidof httpd)");
    return sub;
}

CLI::App *add_ssdt(CLI::App *app, SsdtOptions *ssdt) {
    CLI::App *sub = app->add_subcommand("ssdt", "List the NT system services of the module");
    sub->add_option("glob", ssdt->glob, "Only services whose names match")->option_text("GLOB");
    sub->add_option("--profile", ssdt->profile, "Whose numbers (win10-1511-x64)")
        ->option_text("PROFILE");
    sub->add_option("--diff", ssdt->diff, "What is different in another profile")
        ->option_text("PROFILE");
    sub->add_flag("--raw", ssdt->raw, "The compact entries and, for root, the addresses, too");
    sub->add_flag("--json", ssdt->json, "One JSON object a line (docs/json.md)");
    sub->footer("Profiles: win10-1511-x64, win10-1507-x64, winxp-x86. Calls are counted if the\n"
                "module was loaded with count_services=1.\n\n"
                "Examples:\n"
                "  ntdbg ssdt '*File*'\n"
                "  ntdbg ssdt --profile win10-1507-x64 --diff win10-1511-x64");
    return sub;
}

CLI::App *add_decode(CLI::App *app, DecodeOptions *decode) {
    CLI::App *sub =
        app->add_subcommand("decode", "Say what a status or a service number means (offline)");
    sub->add_option("words", decode->words, "Numbers (hexadecimal; 0n5 is decimal) or names")
        ->option_text("STATUS|NUMBER|NAME ...");
    sub->add_flag("--json", decode->json, "One JSON object a line (docs/json.md)");
    sub->footer("Examples:\n"
                "  ntdbg decode c0000005\n"
                "  ntdbg decode 55 NtClose STATUS_PENDING");
    return sub;
}

Refusal refuse(int status, const std::string &text, const std::string &remedy) {
    return {status, format_error("usage", text, remedy)};
}

// CLI11's complaint as the middle of a sentence of ours.
std::string complaint(const CLI::ParseError &error) {
    std::string text = error.what();
    text.resize(std::min(text.find('\n'), text.size()));
    static constexpr std::string_view kUnexpected[] = {
        "The following argument was not expected: ", "The following arguments were not expected: "};
    for (std::string_view start : kUnexpected) {
        if (text.starts_with(start))
            return "there is no command or option " + text.substr(start.size());
    }
    return text;
}

std::optional<Ids> parse_ids(const std::string &word) {
    if (word == "hex")
        return Ids::Hex;
    if (word == "dec")
        return Ids::Dec;
    if (word == "both")
        return Ids::Both;
    return std::nullopt;
}

// What the words about filters say; an error to refuse the line with.
std::optional<Refusal> finish_filters(FilterOptions *filters, bool interactive,
                                      const LogOptions &log, const Words &words, int status) {
    if (words.sx_log != "yes" && words.sx_log != "no")
        return refuse(status, "--sx-log: \"" + words.sx_log + "\" is neither yes nor no",
                      "ntdbg run --sx-log=no -- PROGRAM");
    filters->log = words.sx_log == "yes";
    const std::string &limit = words.sx_limit;
    auto [rest, problem] =
        std::from_chars(limit.data(), limit.data() + limit.size(), filters->limit);
    bool whole = problem == std::errc() && rest == limit.data() + limit.size();
    if (!limit.empty() && (!whole || filters->limit == 0))
        return refuse(status, "--sx-limit: \"" + limit + "\" is no number of times",
                      "ntdbg run --sx-limit=100 -- PROGRAM");
    if (interactive && (log.json || !log.file.empty()))
        return refuse(status, "-i shows the events at the prompt: it takes no --json and no -o",
                      "ntdbg run -i -- PROGRAM");
    if (auto table = make_filters(*filters, interactive); !table)
        return refuse(status, table.error().text(), "ntdbg run --sx   (lists the short names)");
    return std::nullopt;
}

Command finish_attach(AttachOptions attach, const Words &words) {
    if (auto problem =
            finish_filters(&attach.filters, attach.interactive, attach.log, words, kExitUsage))
        return *problem;
    if (attach.filters.show)
        return attach;
    if (attach.interactive && !words.duration.empty())
        return refuse(kExitUsage, "--detach-after is not for -i: .detach at the prompt lets go",
                      "ntdbg attach -i PID");
    if (words.pid.empty())
        return refuse(kExitUsage, "attach: no process given", "ntdbg attach PID");
    auto [rest, problem] =
        std::from_chars(words.pid.data(), words.pid.data() + words.pid.size(), attach.pid);
    if (problem != std::errc() || rest != words.pid.data() + words.pid.size() || attach.pid <= 0)
        return refuse(kExitUsage, "attach: \"" + words.pid + "\" is no process id",
                      "ps -e -o pid,comm   (shows them)");
    if (!words.duration.empty()) {
        attach.detach_after = parse_duration(words.duration);
        if (!attach.detach_after)
            return refuse(kExitUsage, "--detach-after: \"" + words.duration + "\" is no duration",
                          "ntdbg attach --detach-after=5s PID   (or 500ms, 2m, 1h)");
    }
    return attach;
}

Command finish_run(RunOptions run, const Words &words, bool dashes) {
    if (auto problem =
            finish_filters(&run.filters, run.interactive, run.log, words, kExitRunFailed))
        return *problem;
    if (run.filters.show)
        return run;
    if (!run.interactive && !run.stdin_file.empty())
        return refuse(kExitRunFailed, "--stdin is for -i: without it the program has ours",
                      "ntdbg run -- PROGRAM <FILE");
    if (run.program.empty())
        return refuse(kExitRunFailed, "run: there is no program to run",
                      "ntdbg run -- PROGRAM [ARGS...]");
    if (!dashes && run.program[0].starts_with("-"))
        return refuse(kExitRunFailed, "run: there is no option " + run.program[0],
                      "ntdbg run --help");
    return run;
}

} // namespace

Command parse_command_line(const std::vector<std::string> &args) {
    CLI::App app("The NT debug port on Linux", "ntdbg");
    app.formatter(std::make_shared<Formatter>());
    app.require_subcommand(0, 1);
    app.footer("Examples:\n"
               "  ntdbg doctor               does this machine have what is needed?\n"
               "  ntdbg run -- ls -l /       log a program from start to end\n"
               "  sudo ntdbg attach 4260     log a running one\n"
               "  ntdbg ssdt '*File*'        NT services about files\n"
               "  ntdbg decode c0000005      what is this status?");
    bool version = false;
    app.add_flag("--version", version, "Print the version");

    Words words;
    RunOptions run;
    AttachOptions attach;
    DoctorOptions doctor;
    SsdtOptions ssdt;
    DecodeOptions decode;
    CLI::App *run_app = add_run(&app, &run, &words);
    CLI::App *attach_app = add_attach(&app, &attach, &words);
    CLI::App *doctor_app =
        app.add_subcommand("doctor", "Check this machine and say how to repair what is missing");
    doctor_app->add_flag("--json", doctor.json, "One JSON object a line");
    CLI::App *ssdt_app = add_ssdt(&app, &ssdt);
    CLI::App *decode_app = add_decode(&app, &decode);

    // What follows "--" is the program's and is not looked at.
    auto dashes = std::find(args.begin(), args.end(), "--");
    std::vector<std::string> ours(args.begin(), dashes);
    bool is_run = !ours.empty() && ours[0] == "run";
    int usage_status = is_run ? kExitRunFailed : kExitUsage;
    if (dashes != args.end() && !is_run)
        return refuse(usage_status, "\"--\" belongs to run only", "ntdbg --help");

    try {
        app.parse(std::vector<std::string>(ours.rbegin(), ours.rend()));
    } catch (const CLI::CallForHelp &) {
        const CLI::App *topic = &app;
        for (const CLI::App *sub : app.get_subcommands())
            topic = sub;
        return Refusal{0, topic->help()};
    } catch (const CLI::ParseError &error) {
        return refuse(usage_status, complaint(error), is_run ? "ntdbg run --help" : "ntdbg --help");
    }

    if (version)
        return VersionOptions{};
    if (doctor_app->parsed())
        return doctor;
    if (ssdt_app->parsed())
        return ssdt;
    if (decode_app->parsed()) {
        if (decode.words.empty())
            return refuse(kExitUsage, "decode: nothing given to decode",
                          "ntdbg decode c0000005 NtClose");
        return decode;
    }
    auto kind = parse_ids(words.ids);
    if (!kind)
        return refuse(usage_status, "--ids: \"" + words.ids + "\" is none of hex, dec, both",
                      "ntdbg " + args[0] + " --ids=both ...");
    if (attach_app->parsed()) {
        attach.log.ids = *kind;
        return finish_attach(attach, words);
    }
    if (run_app->parsed()) {
        run.log.ids = *kind;
        run.loader_break = !words.no_loader_break;
        run.program = run_app->remaining();
        if (dashes != args.end())
            run.program.insert(run.program.end(), dashes + 1, args.end());
        return finish_run(run, words, dashes != args.end() && run_app->remaining().empty());
    }
    return refuse(kExitUsage, "no command given", "ntdbg --help");
}

} // namespace ntdbg::tool
