// SPDX-License-Identifier: MIT
// A record with everything that the logs and the debugger want to know of it.
#ifndef NTDBG_TOOL_DECODE_H
#define NTDBG_TOOL_DECODE_H

#include "renderer.h"
#include "source.h"

namespace ntdbg::tool {

// MSVC's way to tell a debugger a thread's name.
constexpr uint32_t kThreadNameException = 0x406D1388;

Event decode_event(Source &source, const record &rec);

} // namespace ntdbg::tool

#endif
