// SPDX-License-Identifier: MIT
// Talk: what goes to stderr, and the exit statuses.
#ifndef NTDBG_TOOL_REPORT_H
#define NTDBG_TOOL_REPORT_H

#include <string>
#include <string_view>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr int kExitRunFailed = 125;
constexpr int kExitNotExecutable = 126;
constexpr int kExitNotFound = 127;

// "ntdbg: error[CODE]: TEXT" and one "  try:  ..." line per line of remedy.
std::string format_error(std::string_view code, std::string_view text, std::string_view remedy);
std::string format_error(const error &error);

void say(std::string_view text); // a whole line, without its newline

// The exit status of a command that failed for this cause (but not of run).
int exit_status_of(int cause);

} // namespace ntdbg::tool

#endif
