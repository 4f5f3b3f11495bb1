// SPDX-License-Identifier: MIT
#include "filters.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>

namespace ntdbg::tool {

namespace {

struct Row {
    const char *name;
    const char *text;
    FilterKind kind;
    NTSTATUS code;
    Handling prompt; // at the prompt; in the log everything starts as Output
    bool handled;    // at the prompt; in the log only what is no fault
};

constexpr auto kEvent = NTSTATUS{0};

constexpr Row kRows[] = {
    {"ct", "Create thread", FilterKind::CreateThread, kEvent, Handling::Output, false},
    {"et", "Exit thread", FilterKind::ExitThread, kEvent, Handling::Output, false},
    {"cpr", "Create process", FilterKind::CreateProcess, kEvent, Handling::Output, false},
    {"epr", "Exit process", FilterKind::ExitProcess, kEvent, Handling::Break, false},
    {"ld", "Load module", FilterKind::LoadModule, kEvent, Handling::Output, false},
    {"ud", "Unload module", FilterKind::UnloadModule, kEvent, Handling::Output, false},
    {"ibp", "Initial breakpoint", FilterKind::InitialBreak, kEvent, Handling::Break, true},
    {"out", "Debuggee output", FilterKind::DebugOutput, kEvent, Handling::Output, true},
    {"av", "Access violation", FilterKind::Exception, STATUS_ACCESS_VIOLATION, Handling::Break,
     false},
    {"asrt", "Assertion failure", FilterKind::Exception, STATUS_ASSERTION_FAILURE, Handling::Break,
     false},
    {"bpe", "Break instruction exception", FilterKind::Exception, STATUS_BREAKPOINT,
     Handling::Break, true},
    {"sse", "Single step exception", FilterKind::Exception, STATUS_SINGLE_STEP, Handling::Break,
     true},
    {"dm", "Data misaligned", FilterKind::Exception, STATUS_DATATYPE_MISALIGNMENT, Handling::Break,
     false},
    {"dz", "Integer divide-by-zero", FilterKind::Exception, STATUS_INTEGER_DIVIDE_BY_ZERO,
     Handling::Break, false},
    {"iov", "Integer overflow", FilterKind::Exception, STATUS_INTEGER_OVERFLOW, Handling::Break,
     false},
    {"ii", "Illegal instruction", FilterKind::Exception, STATUS_ILLEGAL_INSTRUCTION,
     Handling::Break, false},
    {"lsq", "Invalid lock sequence", FilterKind::Exception, STATUS_INVALID_LOCK_SEQUENCE,
     Handling::Break, false},
    {"gp", "Guard page violation", FilterKind::Exception, STATUS_GUARD_PAGE_VIOLATION,
     Handling::Break, false},
    {"ip", "In-page I/O error", FilterKind::Exception, STATUS_IN_PAGE_ERROR, Handling::Break,
     false},
    {"sov", "Stack overflow", FilterKind::Exception, STATUS_STACK_OVERFLOW, Handling::Break, false},
    {"sbo", "Stack buffer overflow", FilterKind::Exception, STATUS_STACK_BUFFER_OVERRUN,
     Handling::Break, false},
    {"ch", "Invalid handle", FilterKind::Exception, STATUS_INVALID_HANDLE, Handling::Break, false},
    {"eh", "C++ EH exception", FilterKind::Exception, static_cast<NTSTATUS>(0xE06D7363),
     Handling::SecondChance, false},
    {"vcpp", "Thread name", FilterKind::Exception, static_cast<NTSTATUS>(0x406D1388),
     Handling::Output, true},
    {"*", "Other exception", FilterKind::AnyException, kEvent, Handling::SecondChance, false},
};

// What nobody raises because something is wrong.
bool is_message(const Row &row) {
    return row.kind == FilterKind::InitialBreak || row.kind == FilterKind::DebugOutput ||
           row.code == static_cast<NTSTATUS>(0x406D1388);
}

bool is_exception(FilterKind kind) {
    return kind == FilterKind::Exception || kind == FilterKind::AnyException;
}

const char *word(Handling handling) {
    switch (handling) {
    case Handling::Break:
        return "break";
    case Handling::SecondChance:
        return "second-chance break";
    case Handling::Output:
        return "output";
    default:
        return "ignore";
    }
}

std::optional<uint32_t> parse_code(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X"))
        text.remove_prefix(2);
    uint32_t value = 0;
    auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (problem != std::errc() || rest != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

} // namespace

bool matches(std::string_view pattern, std::string_view text) {
    size_t p = 0;
    size_t t = 0;
    size_t star = std::string_view::npos;
    size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            p++;
            t++;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        p++;
    return p == pattern.size();
}

Filters Filters::for_log() {
    Filters filters = for_prompt();
    for (size_t i = 0; i < filters.rows_.size(); i++) {
        filters.rows_[i].handling = Handling::Output;
        filters.rows_[i].handled = is_message(kRows[i]);
    }
    return filters;
}

Filters Filters::for_prompt() {
    Filters filters;
    for (const Row &row : kRows)
        filters.rows_.push_back({row.name, row.text, row.kind, static_cast<uint32_t>(row.code), "",
                                 row.prompt, row.handled});
    return filters;
}

result<Filter *> Filters::find_or_add(std::string_view where) {
    size_t mark = where.find_first_of("@:");
    std::string_view name = where.substr(0, mark);
    std::string_view module = mark == std::string_view::npos ? "" : where.substr(mark + 1);
    if (mark != std::string_view::npos && module.empty())
        return error(EINVAL, fmt::format("\"{}\" names no module behind the {}", where,
                                         where.substr(mark, 1)));

    const Filter *model = nullptr;
    auto code = parse_code(name);
    for (const Filter &row : rows_) {
        bool by_code =
            code && row.kind == FilterKind::Exception && row.code == *code && row.module.empty();
        if (row.name == name || by_code) {
            model = &row;
            break;
        }
    }
    if (!model && !code)
        return error(EINVAL, fmt::format("\"{}\" is no event's short name and no exception code "
                                         "(sx or \"ntdbg run --sx\" lists them)",
                                         name));
    Filter row = model ? *model : Filter{};
    if (!model) {
        // From here on it goes its own way, starting from what "*" says.
        auto other = std::find_if(rows_.begin(), rows_.end(), [](const Filter &filter) {
            return filter.kind == FilterKind::AnyException;
        });
        row.name = fmt::format("{:08x}", *code);
        const char *text = ntdbg_exception_text(static_cast<NTSTATUS>(*code));
        row.text = text;
        row.code = *code;
        row.handling = other->handling;
        row.handled = other->handled;
    }
    bool has_module = is_exception(row.kind) || row.kind == FilterKind::LoadModule ||
                      row.kind == FilterKind::UnloadModule;
    if (!module.empty() && !has_module)
        return error(EINVAL, fmt::format("\"{}\" is about no module: only exceptions, ld and ud "
                                         "take one",
                                         name));
    row.module = module;
    for (Filter &same : rows_) {
        if (same.name == row.name && same.module == row.module)
            return &same;
    }
    rows_.push_back(row);
    return &rows_.back();
}

result<done> Filters::set(std::string_view where, Handling handling) {
    auto row = find_or_add(where);
    if (!row)
        return row.error();
    (*row)->handling = handling;
    return done{};
}

result<done> Filters::set_handled(std::string_view where, bool handled) {
    auto row = find_or_add(where);
    if (!row)
        return row.error();
    (*row)->handled = handled;
    return done{};
}

const Filter *Filters::match(const FilterSubject &subject) const {
    const Filter *any = nullptr;
    const Filter *general = nullptr;
    const Filter *special = nullptr; // the one that names the module wins
    for (const Filter &row : rows_) {
        bool in_module = row.module.empty() || matches(row.module, subject.module);
        bool fits = row.kind == subject.kind &&
                    (row.kind != FilterKind::Exception || row.code == subject.code);
        if (fits && in_module)
            (row.module.empty() ? general : special) = &row;
        if (row.kind == FilterKind::AnyException && in_module && (!any || !row.module.empty()))
            any = &row;
    }
    if (special)
        return special;
    // "*@MODULE" does not go before a row of the exception's own.
    return general ? general : any;
}

FilterDecision Filters::decide(const FilterSubject &subject) {
    const Filter *row = match(subject);
    FilterDecision out;
    if (!row)
        return out;
    out.handled = row->handled;
    out.stop =
        row->handling == Handling::Break || (row->handling == Handling::SecondChance &&
                                             is_exception(row->kind) && !subject.first_chance);
    // sxd of an event that has but one chance is sxn.
    out.log = out.stop || (row->handling != Handling::Ignore && log_);
    if (!is_exception(row->kind))
        out.log = out.stop || row->handling != Handling::Ignore;
    else if (limit_ != 0)
        apply_limit(subject, out);
    return out;
}

// What repeats itself without anybody having stopped there is not handled any
// more, at either chance.
void Filters::apply_limit(const FilterSubject &subject, FilterDecision &decision) {
    uint64_t &n = seen_[{subject.pid, subject.code, subject.address}];
    if (subject.first_chance && (decision.handled || !decision.stop))
        n++;
    if (n < limit_)
        return;
    decision.limit_reached = subject.first_chance && n == limit_;
    decision.repeats = n > limit_;
    decision.handled = false;
    decision.stop = true;
    decision.log = true;
}

std::string Filters::table() const {
    std::string out;
    auto line = [&](const Filter &row) {
        std::string name = row.module.empty() ? row.name : row.name + "@" + row.module;
        out += fmt::format("{:>6} - {} - {}", name, row.text, word(row.handling));
        if (is_exception(row.kind))
            out += row.handled ? " - handled" : " - not handled";
        out += '\n';
    };
    for (const Filter &row : rows_) {
        if (!is_exception(row.kind))
            line(row);
    }
    out += '\n';
    for (const Filter &row : rows_) {
        if (is_exception(row.kind))
            line(row);
    }
    out += fmt::format("\n  log of exceptions that do not break: {}\n", log_ ? "yes" : "no");
    if (limit_ != 0)
        out += fmt::format("  limit: {} times the same exception at one address\n", limit_);
    return out;
}

FilterSubject filter_subject(const record &rec, const DBGKM_MSG &msg) {
    FilterSubject subject;
    subject.pid = rec.header().pid;
    switch (msg.ApiNumber) {
    case DbgKmCreateThreadApi:
        subject.kind = FilterKind::CreateThread;
        return subject;
    case DbgKmExitThreadApi:
        subject.kind = FilterKind::ExitThread;
        return subject;
    case DbgKmCreateProcessApi:
        subject.kind = FilterKind::CreateProcess;
        return subject;
    case DbgKmExitProcessApi:
        subject.kind = FilterKind::ExitProcess;
        return subject;
    case DbgKmLoadDllApi:
        subject.kind = FilterKind::LoadModule;
        return subject;
    case DbgKmUnloadDllApi:
        subject.kind = FilterKind::UnloadModule;
        return subject;
    default:
        break;
    }
    const EXCEPTION_RECORD64 &exception = msg.u.Exception.ExceptionRecord;
    subject.code = static_cast<uint32_t>(exception.ExceptionCode);
    subject.address = exception.ExceptionAddress;
    subject.first_chance = msg.u.Exception.FirstChance != 0;
    if (rec.exception()->chance & (NTDBG_EXCEPTION_LOADER_BREAK | NTDBG_EXCEPTION_BREAK_IN))
        subject.kind = FilterKind::InitialBreak;
    else if (exception.ExceptionCode == DBG_PRINTEXCEPTION_C ||
             exception.ExceptionCode == DBG_PRINTEXCEPTION_WIDE_C)
        subject.kind = FilterKind::DebugOutput;
    return subject;
}

} // namespace ntdbg::tool
