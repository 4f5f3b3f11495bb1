// SPDX-License-Identifier: MIT
// ntdbg run -i and ntdbg attach -i, on a real port.
#ifndef NTDBG_TOOL_DEBUGGER_INTERACTIVE_H
#define NTDBG_TOOL_DEBUGGER_INTERACTIVE_H

#include <ntdbg/ntdbg.hpp>

#include "filters.h"
#include "options.h"

namespace ntdbg::tool {

// Start it so that the terminal stays the debugger's: its stdin is @stdin_file,
// and Ctrl-C reaches the debugger alone.
result<pid_t> launch_aside(port &port, const RunOptions &options, uint32_t flags);

// The exit status. @pid is under the port already.
int debug_launched(port &port, const RunOptions &options, pid_t pid, Filters filters);
int debug_attached(port &port, const AttachOptions &options, Filters filters);

} // namespace ntdbg::tool

#endif
