// SPDX-License-Identifier: MIT
// One function for each sub-command; each returns the exit status.
#ifndef NTDBG_TOOL_COMMANDS_H
#define NTDBG_TOOL_COMMANDS_H

#include <memory>
#include <optional>
#include <string>

#include "filters.h"
#include "options.h"
#include "renderer.h"

namespace ntdbg::tool {

class Session;
class Symbols;

int run_command(const RunOptions &options);
int attach_command(const AttachOptions &options);
int doctor_command(const DoctorOptions &options);
int ssdt_command(const SsdtOptions &options);
int decode_command(const DecodeOptions &options);

// Shared by run and attach.
std::unique_ptr<Renderer> make_renderer(const LogOptions &options, Symbols &symbols);
// The table of filters as the options change it; an error is a sentence.
result<Filters> make_filters(const FilterOptions &options, bool interactive);
int print_filters(const FilterOptions &options, bool interactive);
// The line that says which module answers.
std::string banner(const port &port);
// The end of the log, the summary, and what has to be said about either.
void finish(Session &session, Renderer &renderer, const Ending &ending);
// The exit status that stands for a wait status, as a shell has it.
int shell_status(int wait_status);

} // namespace ntdbg::tool

#endif
