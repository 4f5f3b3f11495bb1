// SPDX-License-Identifier: MIT
// What the command line asks for, after parsing.
#ifndef NTDBG_TOOL_OPTIONS_H
#define NTDBG_TOOL_OPTIONS_H

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <variant>
#include <vector>

namespace ntdbg::tool {

enum class Ids { Hex, Dec, Both };

struct LogOptions {
    bool json = false;
    bool times = false;
    Ids ids = Ids::Hex;
    std::string file; // "": stdout
};

// One --sxe, --sxd, --sxn, --sxi or --handled, in the order given.
struct FilterOption {
    char mode = 'e'; // e d n i; h: handled
    std::string where;
};

struct FilterOptions {
    std::vector<FilterOption> changes;
    bool log = true;
    uint64_t limit = 0; // 0: none
    bool show = false;  // --sx
};

struct RunOptions {
    LogOptions log;
    FilterOptions filters;
    bool interactive = false;
    std::string stdin_file; // of the program, with -i; "": /dev/null
    bool loader_break = true;
    bool follow = false;
    std::vector<std::string> program;
};

struct AttachOptions {
    LogOptions log;
    FilterOptions filters;
    bool interactive = false;
    pid_t pid = 0;
    std::optional<std::chrono::nanoseconds> detach_after;
};

struct DoctorOptions {
    bool json = false;
};

struct SsdtOptions {
    std::string glob;    // "": all
    std::string profile; // "": what new NT processes have
    std::string diff;    // another profile, or ""
    bool raw = false;
    bool json = false;
};

struct DecodeOptions {
    std::vector<std::string> words;
    bool json = false;
};

struct VersionOptions {};

// The command line is not to be obeyed: print text and leave with status.
struct Refusal {
    int status;
    std::string text; // help (status 0) goes to stdout, an error to stderr
};

using Command = std::variant<RunOptions, AttachOptions, DoctorOptions, SsdtOptions, DecodeOptions,
                             VersionOptions, Refusal>;

// "500ms", "5s", "2m", "1h", a bare number is seconds.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

} // namespace ntdbg::tool

#endif
