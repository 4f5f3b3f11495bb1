// SPDX-License-Identifier: MIT
#include "report.h"

#include <cstdio>
#include <fmt/format.h>

namespace ntdbg::tool {

std::string format_error(std::string_view code, std::string_view text, std::string_view remedy) {
    std::string out = fmt::format("ntdbg: error[{}]: {}\n", code, text);
    const char *label = "  try:  ";
    while (!remedy.empty()) {
        size_t end = std::min(remedy.find('\n'), remedy.size());
        out += label;
        out += remedy.substr(0, end);
        out += '\n';
        remedy.remove_prefix(std::min(end + 1, remedy.size()));
        label = "        ";
    }
    return out;
}

std::string format_error(const error &error) {
    return format_error(error.name(), error.text(), error.remedy());
}

void say(std::string_view text) {
    std::string line(text);
    line += '\n';
    fwrite(line.data(), 1, line.size(), stderr);
}

int exit_status_of(int cause) {
    switch (cause) {
    case NTDBG_CAUSE_MODULE_NOT_LOADED:
    case NTDBG_CAUSE_MODULE_REJECTED:
    case NTDBG_CAUSE_NO_DEVICE:
        return 3;
    case NTDBG_CAUSE_NO_PERMISSION:
    case NTDBG_CAUSE_LOCKDOWN:
        return 4;
    case NTDBG_CAUSE_UNSUPPORTED:
        return 5;
    case NTDBG_CAUSE_ABI_MISMATCH:
        return 6;
    default:
        return kExitFailed;
    }
}

} // namespace ntdbg::tool
