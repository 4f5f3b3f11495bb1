// SPDX-License-Identifier: MIT
#include "command_line.h"

namespace ntdbg::win32 {
namespace {

constexpr bool blank(char c) {
    return c == ' ' || c == '\t';
}

const char *skip_blanks(const char *at) {
    while (blank(*at))
        at++;
    return at;
}

// The program's name. Returns where it ends, NULL without memory.
const char *split_name(const char *at, Strings *argv) {
    bool quoted = false;
    for (; *at && (quoted || !blank(*at)); at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (!argv->put(*at))
            return nullptr;
    }
    return argv->end() ? at : nullptr;
}

// One argument, likewise.
const char *split_argument(const char *at, Strings *argv) {
    bool quoted = false;
    while (*at && (quoted || !blank(*at))) {
        size_t backslashes = 0;
        for (; *at == '\\'; at++)
            backslashes++;
        bool quote = *at == '"';
        for (size_t put = quote ? backslashes / 2 : backslashes; put > 0; put--) {
            if (!argv->put('\\'))
                return nullptr;
        }
        if (!quote) {
            // The end, or a blank, is for the loop's condition to see.
            if (backslashes > 0)
                continue;
        } else if (backslashes % 2 == 0) {
            // A quote that is none of the text, unless it stands for one.
            if (!quoted || at[1] != '"') {
                quoted = !quoted;
                at++;
                continue;
            }
            at++;
        }
        if (!argv->put(*at++))
            return nullptr;
    }
    return argv->end() ? at : nullptr;
}

} // namespace

bool split_command_line(const char *line, Strings *argv) {
    const char *at = split_name(skip_blanks(line), argv);
    while (at && *(at = skip_blanks(at)))
        at = split_argument(at, argv);
    return at && argv->finish();
}

ProgramNames::ProgramNames(const char *line)
    : begin_(skip_blanks(line)), at_(begin_), quoted_(*begin_ == '"') {
    if (quoted_)
        begin_++;
}

bool ProgramNames::next(const char **name, size_t *size) {
    if (done_ || !*begin_)
        return false;
    const char *end = begin_;
    if (quoted_) {
        while (*end && *end != '"')
            end++;
        done_ = true;
    } else {
        // From the blank where the last name ended to the next one.
        end = skip_blanks(at_);
        if (!*end)
            return false;
        while (*end && !blank(*end))
            end++;
        at_ = end;
        done_ = !*end;
    }
    *name = begin_;
    *size = static_cast<size_t>(end - begin_);
    return *size > 0;
}

} // namespace ntdbg::win32
