// SPDX-License-Identifier: MIT
#include "prompt.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <fmt/format.h>

#include "debugger/registers.h"
#include "text.h"

namespace ntdbg::tool {

const Prompt::Command Prompt::kCommands[] = {
    {"g", &Prompt::go, false, "g [ADDRESS]", "go on (to ADDRESS)"},
    {"gh", &Prompt::go, false, "gh [ADDRESS]", "go on: the exception is handled"},
    {"gn", &Prompt::go, false, "gn [ADDRESS]", "go on: it is not, the program may handle it"},
    {"gu", &Prompt::go_up, false, "gu", "go on until this function returns"},
    {"t", &Prompt::step, true, "t [COUNT]", "one instruction, into calls"},
    {"p", &Prompt::step, true, "p [COUNT]", "one instruction, over calls"},
    {"bp", &Prompt::set_breakpoint, false, "bp [/1] ADDRESS [PASSES] [\"COMMANDS\"]",
     "breakpoint (/1: once); waits for its module if that is not loaded"},
    {"bu", &Prompt::set_breakpoint, false, "bu ADDRESS ...", "the same"},
    {"ba", &Prompt::set_watch, false, "ba e1|w1|w2|w4|w8|r1|r2|r4|r8 ADDRESS [\"COMMANDS\"]",
     "break on execution of, on writing to or on any access to ADDRESS"},
    {"bl", &Prompt::list_breakpoints, false, "bl", "list breakpoints"},
    {"bc", &Prompt::change_breakpoints, false, "bc NUMBER...|*", "clear breakpoints"},
    {"bd", &Prompt::change_breakpoints, false, "bd NUMBER...|*", "disable breakpoints"},
    {"be", &Prompt::change_breakpoints, false, "be NUMBER...|*", "enable breakpoints"},
    {"k", &Prompt::stack, false, "k [COUNT]", "stack"},
    {"kn", &Prompt::stack, false, "kn [COUNT]", "the same"},
    {"kb", &Prompt::stack, false, "kb [COUNT]", "the same"},
    {"r", &Prompt::registers, false, "r [REGISTER[=VALUE]]", "show or set registers"},
    {"lm", &Prompt::modules, false, "lm [m PATTERN]", "modules"},
    {"ln", &Prompt::nearest, false, "ln [ADDRESS]", "the nearest symbols"},
    {"x", &Prompt::examine, false, "x [MODULE!]PATTERN", "symbols by name"},
    {"u", &Prompt::unassemble, true, "u [ADDRESS] [LCOUNT|END]", "disassemble"},
    {"db", &Prompt::dump, true, "db [ADDRESS] [LCOUNT|END]", "memory: bytes and characters"},
    {"dw", &Prompt::dump, true, "dw ...", "16-bit words"},
    {"dd", &Prompt::dump, true, "dd ...", "32-bit words"},
    {"dq", &Prompt::dump, true, "dq ...", "64-bit words"},
    {"dps", &Prompt::dump, true, "dps ...", "64-bit words, and the symbols they point to"},
    {"dqs", &Prompt::dump, true, "dqs ...", "the same"},
    {"da", &Prompt::dump, true, "da ...", "a string of bytes"},
    {"du", &Prompt::dump, true, "du ...", "a string of UTF-16"},
    {"d", &Prompt::dump, true, "d ...", "as the last d command"},
    {"eb", &Prompt::enter, false, "eb ADDRESS VALUE...", "write bytes"},
    {"ew", &Prompt::enter, false, "ew ADDRESS VALUE...", "write 16-bit words"},
    {"ed", &Prompt::enter, false, "ed ADDRESS VALUE...", "write 32-bit words"},
    {"eq", &Prompt::enter, false, "eq ADDRESS VALUE...", "write 64-bit words"},
    {"~", &Prompt::threads, false, "~[N|*|.|#] [s|f|u|n|m|COMMAND]",
     "threads: list; select; freeze, unfreeze; suspend, resume; a command with each"},
    {"|", &Prompt::processes, false, "|[Ns]", "processes: list; select"},
    {"!process", &Prompt::process_info, false, "!process [0 0]", "the process (0 0: all)"},
    {".lastevent", &Prompt::last_event, false, ".lastevent", "why the program stands"},
    {"sx", &Prompt::filters, false, "sx", "events and exceptions: what happens at each"},
    {"sxe", &Prompt::filters, false, "sxe [-h] EVENT", "break at it (-h: answer handled)"},
    {"sxd", &Prompt::filters, false, "sxd [-h] EVENT",
     "break at its second chance (-h: answer not handled)"},
    {"sxn", &Prompt::filters, false, "sxn EVENT", "only say it"},
    {"sxi", &Prompt::filters, false, "sxi EVENT", "ignore it"},
    {"sxr", &Prompt::filters, false, "sxr", "all of them as they were at first"},
    {".echo", &Prompt::echo, false, ".echo TEXT", "print TEXT"},
    {".detach", &Prompt::detach, false, ".detach", "let the process go; it runs on"},
    {".kill", &Prompt::kill, false, ".kill", "end the process"},
    {"q", &Prompt::quit, false, "q",
     "quit: ends a program that was started, lets one go that was attached"},
    {"qd", &Prompt::quit, false, "qd", "quit, and let everything run on"},
    {"?", &Prompt::question, false, "? [EXPRESSION]", "this list; or a value"},
    {".help", &Prompt::question, false, ".help", "this list"},
};

Prompt::Prompt(Engine &engine, const Engine::Parts &parts,
               std::function<void(std::string_view)> write)
    : engine_(engine), parts_(parts), write_(std::move(write)) {}

const Prompt::Command *Prompt::find(std::string_view name) {
    for (const Command &command : kCommands) {
        if (command.name == name)
            return &command;
    }
    return nullptr;
}

// ---- lines ----------------------------------------------------------------------

// At each ";" that is not inside quotes.
std::vector<std::string_view> Prompt::split(std::string_view text) {
    std::vector<std::string_view> out;
    size_t begin = 0;
    bool quoted = false;
    for (size_t i = 0; i <= text.size(); i++) {
        if (i < text.size() && text[i] == '"')
            quoted = !quoted;
        if (i < text.size() && (quoted || text[i] != ';'))
            continue;
        out.push_back(text.substr(begin, i - begin));
        begin = i + 1;
    }
    return out;
}

namespace {

std::string_view trim(std::string_view text) {
    size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// How many letters have to be changed, added, left out or swapped.
size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<size_t>> row(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = 0; i <= a.size(); i++) {
        for (size_t j = 0; j <= b.size(); j++) {
            if (i == 0 || j == 0) {
                row[i][j] = i + j;
                continue;
            }
            row[i][j] = std::min({row[i - 1][j] + 1, row[i][j - 1] + 1,
                                  row[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[i][j] = std::min(row[i][j], row[i - 2][j - 2] + 1);
        }
    }
    return row[a.size()][b.size()];
}

// Where the command's own name ends: "~1s", "? 5", "r@rax", "bc*", "k5".
size_t name_length(std::string_view text) {
    if (text[0] == '~' || text[0] == '|' || text[0] == '?')
        return 1;
    size_t n = text[0] == '.' || text[0] == '!' ? 1 : 0;
    while (n < text.size() && std::isalpha(static_cast<unsigned char>(text[n])))
        n++;
    return n;
}

} // namespace

Prompt::Flow Prompt::line(std::string_view text) {
    text = trim(text);
    std::string again;
    if (text.empty()) {
        if (repeat_.empty())
            return Flow::Stay;
        again = repeat_;
        text = again;
    }
    for (std::string_view part : split(text)) {
        auto flow = one(trim(part));
        if (!flow) {
            print("^ " + flow.error().text() + "\n");
            return Flow::Stay;
        }
        if (*flow != Flow::Stay)
            return *flow; // what follows waits for nothing that could be known
    }
    return Flow::Stay;
}

Prompt::Outcome Prompt::one(std::string_view text) {
    if (text.empty() || text[0] == '*') // a comment
        return Flow::Stay;
    size_t n = name_length(text);
    std::string_view name = n > 0 ? text.substr(0, n) : text.substr(0, text.find(' '));
    const Command *command = n > 0 ? find(name) : nullptr;
    if (!command)
        return unknown(name);
    repeat_ = command->repeats ? std::string(name) : "";
    return (this->*command->handler)(name, trim(text.substr(n)));
}

Prompt::Outcome Prompt::unknown(std::string_view name) const {
    const Command *nearest = kCommands;
    for (const Command &command : kCommands) {
        if (distance(name, command.name) < distance(name, nearest->name))
            nearest = &command;
    }
    return fail(fmt::format("there is no command \"{}\"; the nearest is {}: {} (? lists all)",
                            printable(name), nearest->usage, nearest->help));
}

std::string Prompt::prompt() {
    DebuggedProcess *process = engine_.model().find(current().pid);
    DebuggedThread *thread = engine_.model().find(current().pid, current().tid);
    if (!process || !thread)
        return "no thread> ";
    return fmt::format("{}:{:03}> ", process->index, thread->index);
}

std::vector<std::string> Prompt::complete(std::string_view typed) {
    std::vector<std::string> out;
    size_t begin = typed.find_last_of(" ;\"~(") + 1; // npos + 1 is 0
    std::string_view before = typed.substr(0, begin);
    std::string_view word = typed.substr(begin);
    std::string_view command = trim(typed.substr(typed.find_last_of(";\"") + 1));
    bool first = command == word;
    if (first) {
        for (const Command &known : kCommands) {
            if (std::string_view(known.name).starts_with(word))
                out.push_back(std::string(before) + known.name);
        }
        return out;
    }
    if (word.empty())
        return out;
    size_t mark = word.find('!');
    if (mark != std::string_view::npos) {
        std::string module(word.substr(0, mark));
        for (const Symbol &symbol :
             parts_.symbols.find(current().pid, module, std::string(word.substr(mark + 1)) + "*"))
            out.push_back(std::string(before) + module + "!" + symbol.name);
    } else {
        for (const ModuleInfo &module : parts_.symbols.modules(current().pid)) {
            if (module.name.starts_with(word))
                out.push_back(std::string(before) + module.name + "!");
        }
        for (const Symbol &symbol : parts_.symbols.find(current().pid, "", std::string(word) + "*"))
            out.push_back(std::string(before) + symbol.name);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

// ---- tools ----------------------------------------------------------------------

result<ThreadId> Prompt::live_thread() {
    if (!engine_.model().find(current().pid, current().tid))
        return fail("there is no thread to look at: it has ended");
    return current();
}

result<ntdbg_context> Prompt::context(uint32_t parts) {
    auto thread = live_thread();
    if (!thread)
        return thread.error();
    ntdbg_context out{};
    out.size = sizeof(out);
    out.flags = parts;
    int ret = parts_.target.get_context(thread->pid, thread->tid, out);
    if (ret < 0)
        return fail(fmt::format("the registers of thread {:x} cannot be read: {}", thread->tid,
                                strerror(-ret)));
    return out;
}

ExpressionContext Prompt::expressions(uint32_t pid) {
    ExpressionContext out;
    out.reg = [this](std::string_view name) -> std::optional<uint64_t> {
        auto now = context(NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER | NTDBG_CONTEXT_SEGMENTS |
                           NTDBG_CONTEXT_TLS | NTDBG_CONTEXT_DEBUG_REGISTERS);
        return now ? get_register(*now, name) : std::nullopt;
    };
    out.symbol = [this, pid](std::string_view module, std::string_view name) {
        return parts_.symbols.resolve(pid, module, name);
    };
    out.is_module = [this, pid](std::string_view name) {
        auto all = parts_.symbols.modules(pid);
        return std::any_of(all.begin(), all.end(), [&](const ModuleInfo &module) {
            return module.name == name || module.path.ends_with("/" + std::string(name));
        });
    };
    out.memory = [this, pid](uint64_t where, size_t size) -> std::optional<uint64_t> {
        uint64_t value = 0;
        ssize_t n = engine_.read(pid, where, &value, size);
        return n == static_cast<ssize_t>(size) ? std::optional(value) : std::nullopt;
    };
    return out;
}

result<uint64_t> Prompt::address_argument(std::string_view &arguments) {
    auto value = evaluate_first(arguments, expressions(current().pid));
    if (!value)
        return value.error();
    arguments = trim(arguments);
    return value->value;
}

result<uint64_t> Prompt::count_argument(std::string_view &arguments, uint64_t start, unsigned unit,
                                        uint64_t otherwise) {
    constexpr uint64_t kMost = 0x100000;
    arguments = trim(arguments);
    if (arguments.empty())
        return otherwise;
    bool counted = arguments[0] == 'L' || arguments[0] == 'l';
    if (counted)
        arguments.remove_prefix(1);
    auto value = address_argument(arguments);
    if (!value)
        return value;
    uint64_t count = counted || *value < start ? *value : (*value - start) / unit + 1;
    if (!counted && *value < start)
        return fail("the end of the range lies before its start");
    if (!arguments.empty())
        return fail(fmt::format("\"{}\" is too much", arguments));
    if (count > kMost)
        return fail(fmt::format("the range has {:x} values, more than {:x}", count, kMost));
    return count;
}

std::string Prompt::name_of(uint32_t pid, uint64_t where) {
    auto place = parts_.symbols.at(pid, where);
    return place ? describe(*place) : "";
}

std::string Prompt::instruction_line(uint32_t pid, uint64_t where, unsigned *length) {
    uint8_t bytes[kMaxInstruction];
    ssize_t n = engine_.read(pid, where, bytes, sizeof(bytes));
    *length = 0;
    if (n <= 0)
        return address(where) + " ??              ???\n";
    auto insn =
        engine_.instruction(pid, where, [&](uint64_t target) { return name_of(pid, target); });
    *length = insn ? insn->length : 1;
    std::string digits;
    for (unsigned i = 0; i < *length; i++)
        digits += fmt::format("{:02x}", bytes[i]);
    return fmt::format("{} {:<15} {}\n", address(where), digits, insn ? insn->text : "???");
}

std::string Prompt::state(bool registers) {
    auto now = context(NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER | NTDBG_CONTEXT_SEGMENTS);
    if (!now)
        return "";
    std::string out = registers ? format_registers(now->regs) : "";
    if (auto place = parts_.symbols.at(current().pid, now->regs.rip))
        out += describe_with_line(*place) + ":\n";
    unsigned length = 0;
    next_code_ = now->regs.rip;
    return out + instruction_line(current().pid, now->regs.rip, &length);
}

// ---- about the session ------------------------------------------------------------

Prompt::Outcome Prompt::last_event(std::string_view, std::string_view) {
    print("Last event: " + engine_.last_event() + "\n");
    return Flow::Stay;
}

Prompt::Outcome Prompt::echo(std::string_view, std::string_view arguments) {
    print(std::string(arguments) + "\n");
    return Flow::Stay;
}

Prompt::Outcome Prompt::filters(std::string_view name, std::string_view arguments) {
    if (name == "sx") {
        print(parts_.filters.table());
        return Flow::Stay;
    }
    if (name == "sxr") {
        parts_.filters = Filters::for_prompt();
        return Flow::Stay;
    }
    bool answer = arguments.starts_with("-h");
    if (answer)
        arguments = trim(arguments.substr(2));
    if (arguments.empty())
        return fail(fmt::format("{} needs an event: a short name such as av, or a code", name));
    Handling handling = name == "sxe"   ? Handling::Break
                        : name == "sxd" ? Handling::SecondChance
                        : name == "sxn" ? Handling::Output
                                        : Handling::Ignore;
    auto done = answer ? parts_.filters.set_handled(arguments, handling == Handling::Break)
                       : parts_.filters.set(arguments, handling);
    if (!done)
        return done.error();
    return Flow::Stay;
}

Prompt::Outcome Prompt::detach(std::string_view, std::string_view) {
    uint32_t pid = current().pid;
    if (!engine_.model().find(pid))
        return fail("there is no process to detach from");
    int ret = engine_.detach(pid);
    if (ret < 0)
        return fail(fmt::format("process {:x} cannot be let go: {}", pid, strerror(-ret)));
    print(fmt::format("Detached from process {:x}; it runs on\n", pid));
    return engine_.model().processes().empty() ? Flow::QuitAndDetach : Flow::Stay;
}

Prompt::Outcome Prompt::kill(std::string_view, std::string_view) {
    uint32_t pid = current().pid;
    if (!engine_.model().find(pid))
        return fail("there is no process to end");
    int ret = engine_.terminate(pid);
    if (ret < 0)
        return fail(fmt::format("process {:x} cannot be ended: {}", pid, strerror(-ret)));
    return Flow::Go;
}

Prompt::Outcome Prompt::quit(std::string_view name, std::string_view) {
    return name == "qd" ? Flow::QuitAndDetach : Flow::Quit;
}

Prompt::Outcome Prompt::question(std::string_view, std::string_view arguments) {
    if (!arguments.empty()) {
        auto value = evaluate(arguments, expressions(current().pid));
        if (!value)
            return value.error();
        print(fmt::format("Evaluate expression: {} = {}\n", static_cast<int64_t>(value->value),
                          address(value->value)));
        return Flow::Stay;
    }
    for (const Command &command : kCommands)
        print(fmt::format("{:<36} {}\n", command.usage, command.help));
    print("Numbers are hexadecimal (0n16 is decimal). Several commands: \";\" between them. An\n"
          "empty line does t, p, u or d again. Ctrl-C stops the program and brings the prompt.\n");
    return Flow::Stay;
}

} // namespace ntdbg::tool
