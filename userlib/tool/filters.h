// SPDX-License-Identifier: MIT
// The table of events and exceptions that WinDbg's sx commands show and change:
// at which ones to break, which ones to log, and how to answer them.
#ifndef NTDBG_TOOL_FILTERS_H
#define NTDBG_TOOL_FILTERS_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

// sxe, sxd, sxn, sxi
enum class Handling { Break, SecondChance, Output, Ignore };

enum class FilterKind {
    Exception,
    AnyException, // "*"
    InitialBreak,
    CreateThread,
    ExitThread,
    CreateProcess,
    ExitProcess,
    LoadModule,
    UnloadModule,
    DebugOutput,
};

// One event, as far as the table cares.
struct FilterSubject {
    FilterKind kind = FilterKind::Exception;
    uint32_t code = 0; // of an exception
    bool first_chance = true;
    std::string module; // where it happened, or which one is loaded; "" unknown
    uint32_t pid = 0;
    uint64_t address = 0; // of an exception
};

struct FilterDecision {
    bool log = true;
    bool stop = false;
    bool handled = false;
    bool limit_reached = false; // --sx-limit: it came that often, now
    bool repeats = false;       // and this is one more
};

struct Filter {
    std::string name; // "av"; the code of one that a user added
    std::string text;
    FilterKind kind = FilterKind::Exception;
    uint32_t code = 0;
    std::string module; // "": any; * and ? as in file names
    Handling handling = Handling::Output;
    bool handled = false;
};

class Filters {
public:
    // The log alone: nothing breaks. With a prompt: as WinDbg starts.
    static Filters for_log();
    static Filters for_prompt();

    // @where: "av", "c0000005", "av@libfoo*", "ld:libc*", "*". The error is a sentence.
    result<done> set(std::string_view where, Handling handling);
    result<done> set_handled(std::string_view where, bool handled);
    void set_log(bool yes) { log_ = yes; }
    void set_limit(uint64_t limit) { limit_ = limit; }

    // Counts the event, too: --sx-limit goes by how often it came.
    FilterDecision decide(const FilterSubject &subject);

    std::string table() const;

private:
    Filters() = default;
    result<Filter *> find_or_add(std::string_view where);
    const Filter *match(const FilterSubject &subject) const;
    void apply_limit(const FilterSubject &subject, FilterDecision &decision);

    std::vector<Filter> rows_;
    bool log_ = true;
    uint64_t limit_ = 0;
    std::map<std::tuple<uint32_t, uint32_t, uint64_t>, uint64_t> seen_;
};

// What the record is to the table; the module is left empty.
FilterSubject filter_subject(const record &rec, const DBGKM_MSG &msg);

// "*" any text, "?" any one character.
bool matches(std::string_view pattern, std::string_view text);

} // namespace ntdbg::tool

#endif
