// SPDX-License-Identifier: MIT
// The log as one JSON object a line; docs/json.md describes every field.
#ifndef NTDBG_TOOL_JSON_LOG_H
#define NTDBG_TOOL_JSON_LOG_H

#include "renderer.h"

namespace ntdbg::tool {

class JsonLog : public Renderer {
public:
    std::string event(const Event &event, const Counter &counter) override;
    std::string end(const Ending &ending, const Counter &counter) override;
};

} // namespace ntdbg::tool

#endif
