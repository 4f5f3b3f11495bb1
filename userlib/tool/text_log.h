// SPDX-License-Identifier: MIT
// The log in the shapes of WinDbg.
#ifndef NTDBG_TOOL_TEXT_LOG_H
#define NTDBG_TOOL_TEXT_LOG_H

#include <map>

#include "debugger/symbols.h"
#include "modules.h"
#include "options.h"
#include "renderer.h"

namespace ntdbg::tool {

class TextLog : public Renderer {
public:
    // With symbols, addresses are shown by name and source line.
    explicit TextLog(const LogOptions &options, Symbols *symbols = nullptr)
        : options_(options), symbols_(symbols) {}

    std::string event(const Event &event, const Counter &counter) override;
    std::string end(const Ending &ending, const Counter &counter) override;

private:
    std::string lines(const Event &event, const Counter &counter);
    std::string create_process(const Event &event);
    std::string create_thread(const Event &event) const;
    std::string exit_process(const Event &event, const Counter &counter);
    std::string exception(const Event &event) const;
    std::string state(const Event &event) const;
    std::string image(const char *label, const record &rec) const;
    std::string id(const ntdbg_event &event) const;
    std::string place(const ntdbg_event &event, uint64_t address) const;

    LogOptions options_;
    Symbols *symbols_;
    Modules modules_;
    std::map<uint32_t, uint64_t> started_ns_; // by process
};

} // namespace ntdbg::tool

#endif
