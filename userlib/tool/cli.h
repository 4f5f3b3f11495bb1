// SPDX-License-Identifier: MIT
#ifndef NTDBG_TOOL_CLI_H
#define NTDBG_TOOL_CLI_H

#include <string>
#include <vector>

#include "options.h"

namespace ntdbg::tool {

// @args: without the program's own name.
Command parse_command_line(const std::vector<std::string> &args);

} // namespace ntdbg::tool

#endif
