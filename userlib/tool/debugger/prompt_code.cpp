// SPDX-License-Identifier: MIT
// u, k, ln, x, lm: code, stacks and symbols.
#include <algorithm>
#include <fmt/format.h>

#include "prompt.h"
#include "text.h"

namespace ntdbg::tool {

Prompt::Outcome Prompt::unassemble(std::string_view, std::string_view arguments) {
    uint32_t pid = current().pid;
    uint64_t where = next_code_;
    if (!arguments.empty()) {
        auto start = address_argument(arguments);
        if (!start)
            return start.error();
        where = *start;
    }
    constexpr uint64_t kScreen = 8;
    uint64_t end = ~uint64_t{0};
    uint64_t count = kScreen;
    if (!arguments.empty()) {
        bool counted = arguments[0] == 'L' || arguments[0] == 'l';
        auto given = count_argument(arguments, where, 1, kScreen);
        if (!given)
            return given.error();
        count = *given;
        if (!counted)
            end = where + *given - 1;
    }
    std::string symbol;
    for (uint64_t i = 0; i < count && where <= end; i++) {
        auto place = parts_.symbols.at(pid, where);
        if (place && (i == 0 || place->symbol != symbol))
            print(describe_with_line(*place) + ":\n");
        symbol = place ? place->symbol : "";
        unsigned length = 0;
        print(instruction_line(pid, where, &length));
        if (length == 0)
            break;
        where += length;
    }
    next_code_ = where;
    return Flow::Stay;
}

Prompt::Outcome Prompt::stack(std::string_view name, std::string_view arguments) {
    constexpr uint64_t kFrames = 64;
    uint64_t most = kFrames;
    if (!arguments.empty()) {
        auto count = address_argument(arguments);
        if (!count)
            return count.error();
        most = *count;
    }
    if (most == 0 || !arguments.empty())
        return fail(fmt::format("{} takes a number of frames", name));
    auto now = context(NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER);
    if (!now)
        return now.error();
    // One more than is shown: a frame's return address is its caller's.
    auto frames = parts_.symbols.unwind(current().pid, current().tid, now->regs, most + 1);
    print(" # Child-SP          RetAddr               Call Site\n");
    for (size_t i = 0; i < frames.size() && i < most; i++) {
        const Frame &frame = frames[i];
        uint64_t ret = i + 1 < frames.size() ? frames[i + 1].ip : 0;
        std::string call = address(frame.ip);
        if (auto place = parts_.symbols.at(current().pid, frame.lookup())) {
            // The offset is that of the return address, as WinDbg has it.
            place->offset += frame.ip - frame.lookup();
            call = describe_with_line(*place);
        }
        print(fmt::format("{:02x} {} {}     {}\n", i, address(frame.sp), address(ret), call));
    }
    return Flow::Stay;
}

Prompt::Outcome Prompt::nearest(std::string_view, std::string_view arguments) {
    uint64_t where = 0;
    if (arguments.empty()) {
        auto now = context(NTDBG_CONTEXT_CONTROL);
        if (!now)
            return now.error();
        where = now->regs.rip;
    } else {
        auto given = address_argument(arguments);
        if (!given)
            return given.error();
        where = *given;
    }
    uint32_t pid = current().pid;
    auto place = parts_.symbols.at(pid, where);
    if (!place)
        return fail(fmt::format("no module is at {}", address(where)));
    std::string out =
        fmt::format("({})   {}", address(where - place->offset), describe_with_line(*place));
    if (auto above = parts_.symbols.next(pid, where))
        out +=
            fmt::format("   |  ({})   {}!{}", address(above->address), above->module, above->name);
    print(out + "\n");
    if (place->offset == 0 && !place->symbol.empty())
        print(fmt::format("Exact matches:\n    {}!{}\n", place->module, place->symbol));
    return Flow::Stay;
}

Prompt::Outcome Prompt::examine(std::string_view, std::string_view arguments) {
    if (arguments.empty())
        return fail("x needs a pattern: x MODULE!NAME*");
    size_t mark = arguments.find('!');
    std::string_view module = mark == std::string_view::npos ? "" : arguments.substr(0, mark);
    std::string_view name = mark == std::string_view::npos ? arguments : arguments.substr(mark + 1);
    auto found = parts_.symbols.find(current().pid, module, name.empty() ? "*" : name);
    if (found.empty())
        return fail(fmt::format("no symbol is called {}", arguments));
    std::string out;
    for (const Symbol &symbol : found)
        out += fmt::format("{} {}!{}\n", address(symbol.address), symbol.module, symbol.name);
    print(out);
    return Flow::Stay;
}

Prompt::Outcome Prompt::modules(std::string_view, std::string_view arguments) {
    std::string_view pattern = "*";
    if (arguments.starts_with("m ")) {
        pattern = arguments.substr(arguments.find_first_not_of(' ', 1));
    } else if (!arguments.empty() && arguments != "v" && arguments != "f") {
        return fail("lm takes m and a pattern: lm m libc*");
    }
    print("start             end                 module name\n");
    for (const ModuleInfo &module : parts_.symbols.modules(current().pid)) {
        if (!matches(pattern, module.name))
            continue;
        print(fmt::format("{} {}   {:<24} ({})   {}\n", address(module.base), address(module.end),
                          module.name, module.state, printable(module.path)));
    }
    return Flow::Stay;
}

} // namespace ntdbg::tool
