// SPDX-License-Identifier: MIT
// Small pieces of text that both logs and the doctor use.
#ifndef NTDBG_TOOL_TEXT_H
#define NTDBG_TOOL_TEXT_H

#include <cstdint>
#include <string>
#include <string_view>

#include <ntdbg/ntdbg.hpp>

#include "options.h"

namespace ntdbg::tool {

// 00005555`55554000
std::string address(uint64_t value);

// pid.tid: "10a4.10a7", "4260.4263", or "10a4.10a7/4260.4263"
std::string ids(Ids kind, uint32_t pid, uint32_t tid);

// How many bytes the well-formed UTF-8 character at the start has; 0 if none is.
size_t utf8_length(std::string_view text);

// For a line of text: control characters and broken UTF-8 as \xNN.
std::string printable(std::string_view bytes);

// The path of the record's image, printable; device and inode if it has none.
std::string image_name(const record &rec);

// "STATUS_ACCESS_VIOLATION", "SIGTERM" for a signal's status, "" if it has no
// name, and also for an exit code that is only by accident a status.
std::string status_label(NTSTATUS status);

// Seconds from one CLOCK_MONOTONIC time to another; negative when it is earlier.
double seconds_between(uint64_t from_ns, uint64_t to_ns);

// "1 event", "2 events"
std::string counted(uint64_t n, std::string_view noun);

} // namespace ntdbg::tool

#endif
