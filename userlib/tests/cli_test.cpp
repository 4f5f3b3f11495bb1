// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "cli.h"

namespace {

using namespace ntdbg::tool;
using namespace std::chrono_literals;
using Words = std::vector<std::string>;

template <typename T>
T parsed(const Words &args) {
    Command command = parse_command_line(args);
    if (auto *refusal = std::get_if<Refusal>(&command))
        ADD_FAILURE() << refusal->text;
    T *wanted = std::get_if<T>(&command);
    return wanted ? *wanted : T{};
}

Refusal refused(const Words &args) {
    Command command = parse_command_line(args);
    auto *refusal = std::get_if<Refusal>(&command);
    if (!refusal)
        ADD_FAILURE() << "was accepted";
    return refusal ? *refusal : Refusal{};
}

TEST(Cli, Run) {
    auto run = parsed<RunOptions>({"run", "--json", "-o", "log", "--ids=both", "-t", "-f",
                                   "--no-loader-break", "--", "ls", "-l", "--", "/"});
    EXPECT_TRUE(run.log.json);
    EXPECT_EQ(run.log.file, "log");
    EXPECT_EQ(run.log.ids, Ids::Both);
    EXPECT_TRUE(run.log.times);
    EXPECT_TRUE(run.follow);
    EXPECT_FALSE(run.loader_break);
    EXPECT_EQ(run.program, (Words{"ls", "-l", "--", "/"}));
}

TEST(Cli, RunDefaults) {
    auto run = parsed<RunOptions>({"run", "--", "true"});
    EXPECT_FALSE(run.log.json);
    EXPECT_EQ(run.log.file, "");
    EXPECT_EQ(run.log.ids, Ids::Hex);
    EXPECT_FALSE(run.follow);
    EXPECT_TRUE(run.loader_break);
}

TEST(Cli, TheProgramsOptionsAreItsOwn) {
    EXPECT_EQ(parsed<RunOptions>({"run", "--", "ls", "--json"}).program, (Words{"ls", "--json"}));
    EXPECT_FALSE(parsed<RunOptions>({"run", "--", "ls", "--json"}).log.json);
    EXPECT_EQ(parsed<RunOptions>({"run", "ls", "-l", "--json"}).program,
              (Words{"ls", "-l", "--json"}));
    EXPECT_EQ(parsed<RunOptions>({"run", "--", "-odd"}).program, Words{"-odd"});
}

TEST(Cli, Attach) {
    auto attach = parsed<AttachOptions>({"attach", "4260", "--detach-after=500ms", "--json"});
    EXPECT_EQ(attach.pid, 4260);
    EXPECT_EQ(attach.detach_after, 500ms);
    EXPECT_TRUE(attach.log.json);
    EXPECT_EQ(parsed<AttachOptions>({"attach", "--until-exit", "1"}).detach_after, std::nullopt);
}

TEST(Cli, Interactive) {
    auto run = parsed<RunOptions>({"run", "-i", "--stdin", "in.txt", "--", "ls"});
    EXPECT_TRUE(run.interactive);
    EXPECT_EQ(run.stdin_file, "in.txt");
    EXPECT_TRUE(parsed<AttachOptions>({"attach", "-i", "1"}).interactive);
}

TEST(Cli, FilterOptions) {
    auto run = parsed<RunOptions>({"run", "--sxe", "av", "--sxi", "c0000094@libfoo",
                                   "--sxe=ld:libc*", "--handled", "av", "--sxd=*", "--sx-log=no",
                                   "--sx-limit=5", "--", "ls"});
    std::string order;
    for (const FilterOption &change : run.filters.changes)
        order += std::string(1, change.mode) + " " + change.where + ";";
    EXPECT_EQ(order, "e av;i c0000094@libfoo;e ld:libc*;h av;d *;");
    EXPECT_FALSE(run.filters.log);
    EXPECT_EQ(run.filters.limit, 5u);
    EXPECT_EQ(run.program, Words{"ls"});
    EXPECT_TRUE(parsed<RunOptions>({"run", "--sx"}).filters.show);
    EXPECT_TRUE(parsed<RunOptions>({"run", "--sx", "--sxe", "av"}).filters.show);
    EXPECT_EQ(parsed<AttachOptions>({"attach", "--sxn", "av", "7"}).filters.changes.size(), 1u);
}

TEST(Cli, Others) {
    EXPECT_TRUE(parsed<DoctorOptions>({"doctor", "--json"}).json);
    parsed<VersionOptions>({"--version"});
}

TEST(Cli, Help) {
    Refusal help = refused({"--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_NE(help.text.find("Usage: ntdbg COMMAND"), std::string::npos);
    EXPECT_NE(refused({"run", "--help"}).text.find("run [OPTIONS] -- PROGRAM"), std::string::npos);
    EXPECT_NE(refused({"attach", "-h"}).text.find("--detach-after"), std::string::npos);
}

TEST(Cli, Errors) {
    struct {
        Words args;
        int status;
        const char *text;
    } rows[] = {
        {{}, 2, "no command given"},
        {{"frob"}, 2, "there is no command or option frob"},
        {{"--frob"}, 2, "there is no command or option --frob"},
        {{"run"}, 125, "run: there is no program to run"},
        {{"run", "--"}, 125, "run: there is no program to run"},
        {{"run", "--frob", "ls"}, 125, "run: there is no option --frob"},
        {{"run", "--frob", "--", "ls"}, 125, "run: there is no option --frob"},
        {{"run", "--ids=oct", "--", "ls"}, 125, "--ids: \"oct\" is none of hex, dec, both"},
        {{"run", "-o"}, 125, "-o"},
        {{"attach"}, 2, "attach: no process given"},
        {{"attach", "x"}, 2, "attach: \"x\" is no process id"},
        {{"attach", "12x"}, 2, "attach: \"12x\" is no process id"},
        {{"attach", "0"}, 2, "attach: \"0\" is no process id"},
        {{"attach", "99999999999"}, 2, "is no process id"},
        {{"attach", "1", "2"}, 2, "there is no command or option 2"},
        {{"attach", "1", "--detach-after=soon"}, 2, "--detach-after: \"soon\" is no duration"},
        {{"attach", "1", "--detach-after=1s", "--until-exit"}, 2, "excludes"},
        {{"attach", "--", "1"}, 2, "\"--\" belongs to run only"},
        {{"run", "--sxe", "xyz", "--", "ls"}, 125, "\"xyz\" is no event's short name"},
        {{"run", "--sx-log=maybe", "--", "ls"}, 125, "--sx-log: \"maybe\" is neither yes nor no"},
        {{"run", "--sx-limit=0", "--", "ls"}, 125, "--sx-limit: \"0\" is no number of times"},
        {{"run", "--sx-limit=1x", "--", "ls"}, 125, "--sx-limit: \"1x\" is no number of times"},
        {{"run", "-i", "--json", "--", "ls"}, 125, "it takes no --json and no -o"},
        {{"run", "-i", "-o", "x", "--", "ls"}, 125, "it takes no --json and no -o"},
        {{"run", "--stdin", "x", "--", "ls"}, 125, "--stdin is for -i"},
        {{"attach", "-i", "--detach-after=1s", "1"}, 2, "--detach-after is not for -i"},
        {{"attach", "--sxe", "ct@libc", "1"}, 2, "\"ct\" is about no module"},
        {{"doctor", "now"}, 2, "there is no command or option now"},
    };
    for (const auto &row : rows) {
        Refusal refusal = refused(row.args);
        EXPECT_EQ(refusal.status, row.status) << row.text;
        EXPECT_TRUE(refusal.text.starts_with("ntdbg: error[usage]: ")) << refusal.text;
        EXPECT_NE(refusal.text.find(row.text), std::string::npos) << refusal.text;
        EXPECT_NE(refusal.text.find("\n  try:  "), std::string::npos) << refusal.text;
    }
}

TEST(Cli, Durations) {
    EXPECT_EQ(parse_duration("5"), 5s);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_duration("20us"), 20us);
    EXPECT_EQ(parse_duration("2m"), 2min);
    EXPECT_EQ(parse_duration("1h"), 1h);
    for (const char *bad : {"", "s", "-1s", "5 s", "5d", "1e400s", "9999999999999h"})
        EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
}

} // namespace
