// SPDX-License-Identifier: MIT
// The debugger's loop: take an event, log it, answer it and take the next.
#ifndef NTDBG_TOOL_SESSION_H
#define NTDBG_TOOL_SESSION_H

#include <atomic>
#include <functional>
#include <optional>

#include "counter.h"
#include "debugger/symbols.h"
#include "filters.h"
#include "output.h"
#include "renderer.h"
#include "source.h"

namespace ntdbg::tool {

// The answer that leaves the program alone unless a filter wants otherwise: an
// exception goes on to its handlers; the loader's breakpoint and a break-in, which
// nobody placed, are over.
uint32_t answer_to(const record &rec, const FilterDecision &decision);

class Session {
public:
    enum class End { AllGone, Stopped };

    Session(Source &source, Renderer &renderer, Output &output);

    // Asked between events and at least every kTick; true ends the session: the
    // event in hand is answered, and every process let go.
    void stop_when(std::function<bool()> stop) { stop_ = std::move(stop); }

    // What to log and how to answer. "Break" stands for the whole state in the log.
    void filter_by(Filters filters) { filters_ = std::move(filters); }
    // For names in the log, and stacks.
    void name_by(Symbols &symbols) { symbols_ = &symbols; }

    result<End> run();

    const Counter &counter() const { return counter_; }
    Output &output() { return output_; }
    // The last thing that happened to a process ended it by an exception.
    bool crashed() const { return crashed_; }
    bool saw_first_chance() const { return saw_first_chance_; }

    static constexpr int64_t kTickNs = 200'000'000;

private:
    struct Held {
        pid_t pid;
        pid_t tid;
        uint32_t answer;
    };

    // The size of the next record, or an error that is none of ours to repair.
    ssize_t next();
    std::optional<error> take(size_t size);
    FilterDecision decide(const Event &event);
    void add_stack(Event &event);
    void let_go();

    Source &source_;
    Renderer &renderer_;
    Output &output_;
    std::function<bool()> stop_;
    Filters filters_ = Filters::for_log();
    Symbols *symbols_ = nullptr;
    Counter counter_;
    event_buffer buffer_;
    std::optional<Held> held_;
    bool crashed_ = false;
    bool saw_first_chance_ = false;
};

} // namespace ntdbg::tool

#endif
