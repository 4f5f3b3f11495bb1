// SPDX-License-Identifier: MIT
// g t p gu, and breakpoints.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

#include "prompt.h"
#include "text.h"

namespace ntdbg::tool {

// Only the process whose event is in hand stands still.
result<done> Prompt::release_process() {
    auto thread = live_thread();
    if (!thread)
        return thread.error();
    if (thread->pid != engine_.event_thread().pid)
        return fail(fmt::format("process {:x} runs; only the one of the last event can be stepped",
                                thread->pid));
    return done{};
}

Prompt::Outcome Prompt::go(std::string_view name, std::string_view arguments) {
    if (name != "g" && !engine_.at_exception())
        return fail(
            fmt::format("{} answers an exception, and the last event is none (g goes on)", name));
    if (!arguments.empty()) {
        auto where = address_argument(arguments);
        if (!where)
            return where.error();
        if (!arguments.empty())
            return fail(fmt::format("\"{}\" is too much", arguments));
        engine_.run_to(*where);
    }
    if (name != "g")
        engine_.answer(name == "gh");
    return Flow::Go;
}

Prompt::Outcome Prompt::go_up(std::string_view, std::string_view arguments) {
    if (!arguments.empty())
        return fail("gu takes no arguments");
    if (auto ready = release_process(); !ready)
        return ready.error();
    auto now = context(NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER);
    if (!now)
        return now.error();
    auto frames = parts_.symbols.unwind(current().pid, current().tid, now->regs, 2);
    if (frames.size() < 2)
        return fail("the caller of this function cannot be found");
    // Above the return address: not in a deeper call of the same function.
    engine_.run_to(frames[1].ip, current().tid, now->regs.rsp + 1);
    return Flow::Go;
}

Prompt::Outcome Prompt::step(std::string_view name, std::string_view arguments) {
    if (auto ready = release_process(); !ready)
        return ready.error();
    uint64_t count = 1;
    if (!arguments.empty()) {
        auto value = address_argument(arguments);
        if (!value)
            return value.error();
        count = *value;
    }
    if (count == 0 || !arguments.empty())
        return fail(fmt::format("{} takes a number of steps", name));
    engine_.step(name == "t" ? Engine::Step::Into : Engine::Step::Over, count);
    return Flow::Go;
}

std::optional<uint64_t> Prompt::locate(const Breakpoint &breakpoint) {
    auto where = evaluate(breakpoint.text, expressions(breakpoint.pid));
    return where ? std::optional(where->value) : std::nullopt;
}

namespace {

// "COMMANDS" at the end, without its quotes.
result<std::string> quoted(std::string_view text) {
    if (text.empty())
        return std::string();
    if (text[0] != '"' || text.size() < 2 || text.back() != '"')
        return error(EINVAL, fmt::format("\"{}\" cannot follow; commands stand in quotes", text));
    return std::string(text.substr(1, text.size() - 2));
}

} // namespace

Prompt::Outcome Prompt::set_breakpoint(std::string_view name, std::string_view arguments) {
    Breakpoint b;
    b.pid = engine_.memory_of(current().pid);
    b.tid = only_thread_.value_or(0);
    if (arguments.starts_with("/1")) {
        b.one_shot = true;
        arguments.remove_prefix(2);
        arguments.remove_prefix(std::min(arguments.find_first_not_of(' '), arguments.size()));
    }
    if (arguments.empty())
        return fail(fmt::format("{} needs an address", name));
    std::string_view rest = arguments;
    auto where = evaluate_first(rest, expressions(current().pid));
    if (where) {
        b.text = std::string(arguments.substr(0, arguments.size() - rest.size()));
        b.address = where->value;
        b.symbolic = where->symbolic;
    } else if (where.error().code() == ENOENT) {
        // Perhaps its module comes later.
        size_t end = std::min(arguments.find_first_of(" \t\""), arguments.size());
        b.text = std::string(arguments.substr(0, end));
        b.symbolic = true;
        rest = arguments.substr(end);
    } else {
        return where.error();
    }
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (!rest.empty() && rest[0] != '"') {
        auto passes = address_argument(rest);
        if (!passes)
            return passes.error();
        b.passes = std::max<uint64_t>(*passes, 1);
    }
    auto commands = quoted(rest);
    if (!commands)
        return commands.error();
    b.commands = *commands;
    for (Breakpoint &old : engine_.breakpoints().all()) {
        bool same = !old.internal && !old.hardware() && old.pid == b.pid && old.tid == b.tid &&
                    (b.address ? old.address == b.address : old.text == b.text);
        if (!same)
            continue;
        unsigned id = old.id;
        print(fmt::format("breakpoint {} redefined\n", id));
        engine_.breakpoints().remove(id);
        break;
    }
    Breakpoint &added = engine_.breakpoints().add(std::move(b));
    if (!added.address)
        print(fmt::format("{} is not there yet: breakpoint {} waits for its module\n", added.text,
                          added.id));
    return Flow::Stay;
}

Prompt::Outcome Prompt::set_watch(std::string_view, std::string_view arguments) {
    Breakpoint b;
    b.pid = engine_.memory_of(current().pid);
    b.tid = only_thread_.value_or(0);
    bool known = arguments.size() >= 2 &&
                 std::string_view("ewr").find(arguments[0]) != std::string_view::npos &&
                 std::string_view("1248").find(arguments[1]) != std::string_view::npos &&
                 (arguments.size() == 2 || arguments[2] == ' ');
    if (!known)
        return fail("ba needs e1, or w or r and 1, 2, 4 or 8, and an address");
    b.length = static_cast<unsigned>(arguments[1] - '0');
    b.kind = arguments[0] == 'e'   ? Breakpoint::Kind::Execute
             : arguments[0] == 'w' ? Breakpoint::Kind::Write
                                   : Breakpoint::Kind::Access;
    if (b.kind == Breakpoint::Kind::Execute && b.length != 1)
        return fail("a breakpoint on execution has the length 1: ba e1 ADDRESS");
    std::string_view rest = arguments.substr(2);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    std::string_view text = rest;
    auto where = evaluate_first(rest, expressions(current().pid));
    if (!where)
        return where.error();
    b.text = std::string(text.substr(0, text.size() - rest.size()));
    b.address = where->value;
    b.symbolic = where->symbolic;
    if (*b.address % b.length != 0)
        return fail(fmt::format("{} is no multiple of {}, which a debug register needs",
                                address(*b.address), b.length));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    auto commands = quoted(rest);
    if (!commands)
        return commands.error();
    b.commands = *commands;
    if (engine_.breakpoints().hardware_count(b.pid) >= Breakpoints::kHardware)
        return fail("all four debug registers are taken (bl shows by what, bc clears)");
    engine_.breakpoints().add(std::move(b));
    return Flow::Stay;
}

Prompt::Outcome Prompt::list_breakpoints(std::string_view, std::string_view) {
    std::vector<const Breakpoint *> sorted;
    for (const Breakpoint &b : engine_.breakpoints().all()) {
        if (!b.internal)
            sorted.push_back(&b);
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const Breakpoint *a, const Breakpoint *b) { return a->id < b->id; });
    for (const Breakpoint *breakpoint : sorted) {
        const Breakpoint &b = *breakpoint;
        DebuggedProcess *process = engine_.model().find(b.pid);
        DebuggedThread *thread = engine_.model().find(b.pid, b.tid);
        std::string kind;
        if (b.hardware()) {
            char letter = b.kind == Breakpoint::Kind::Execute ? 'e'
                          : b.kind == Breakpoint::Kind::Write ? 'w'
                                                              : 'r';
            kind = fmt::format(" {} {}", letter, b.length);
        }
        std::string where = b.address ? address(*b.address) : std::string(17, ' ');
        std::string name = b.address ? name_of(b.pid, *b.address) : "(" + b.text + ")";
        print(fmt::format("{:>2} {}{} {}{}  {:04x} ({:04x})  {}:{} {}{}\n", b.id,
                          b.enabled ? 'e' : 'd', b.address ? ' ' : 'u', where, kind, b.left,
                          b.passes, process ? process->index : 0,
                          thread ? fmt::format("{:03}", thread->index) : "****", name,
                          b.commands.empty() ? "" : " \"" + b.commands + "\""));
    }
    return Flow::Stay;
}

Prompt::Outcome Prompt::change_breakpoints(std::string_view name, std::string_view arguments) {
    std::vector<unsigned> numbers;
    if (arguments == "*") {
        for (const Breakpoint &b : engine_.breakpoints().all()) {
            if (!b.internal)
                numbers.push_back(b.id);
        }
    }
    while (!arguments.empty() && arguments != "*") {
        size_t end = std::min(arguments.find_first_of(" ,"), arguments.size());
        std::string_view word = arguments.substr(0, end);
        arguments.remove_prefix(end);
        arguments.remove_prefix(std::min(arguments.find_first_not_of(" ,"), arguments.size()));
        unsigned n = 0;
        auto [rest, problem] = std::from_chars(word.data(), word.data() + word.size(), n);
        if (problem != std::errc() || rest != word.data() + word.size() ||
            !engine_.breakpoints().find(n))
            return fail(fmt::format("there is no breakpoint {} (bl lists them)", word));
        numbers.push_back(n);
    }
    if (numbers.empty() && arguments != "*")
        return fail(fmt::format("{} needs the numbers of breakpoints, or *", name));
    for (unsigned n : numbers) {
        if (name == "bc")
            engine_.breakpoints().remove(n);
        else
            engine_.breakpoints().find(n)->enabled = name == "be";
    }
    return Flow::Stay;
}

} // namespace ntdbg::tool
