// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>

#include "cli.h"
#include "commands.h"
#include "report.h"

namespace {

using namespace ntdbg::tool;

int version_command() {
    printf("ntdbg %s (abi %d)\n", ntdbg_version(), NTDBG_ABI_VERSION);
    return 0;
}

int refuse(const Refusal &refusal) {
    fputs(refusal.text.c_str(), refusal.status == 0 ? stdout : stderr);
    return refusal.status;
}

struct Obey {
    int operator()(const RunOptions &options) const { return run_command(options); }
    int operator()(const AttachOptions &options) const { return attach_command(options); }
    int operator()(const DoctorOptions &options) const { return doctor_command(options); }
    int operator()(const SsdtOptions &options) const { return ssdt_command(options); }
    int operator()(const DecodeOptions &options) const { return decode_command(options); }
    int operator()(const VersionOptions &) const { return version_command(); }
    int operator()(const Refusal &refusal) const { return refuse(refusal); }
};

} // namespace

int main(int argc, char **argv) {
    try {
        return std::visit(Obey{}, parse_command_line({argv + 1, argv + argc}));
    } catch (const std::exception &problem) {
        fputs(format_error("internal", problem.what(), "").c_str(), stderr);
        return kExitRunFailed;
    }
}
