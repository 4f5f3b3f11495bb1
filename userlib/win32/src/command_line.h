// SPDX-License-Identifier: MIT
// The command line of CreateProcess: which program it names, and its arguments.
#ifndef NTDBG_WIN32_COMMAND_LINE_H
#define NTDBG_WIN32_COMMAND_LINE_H

#include "string_list.h"

namespace ntdbg::win32 {

/*
 * Split by the rules that Microsoft's C runtime documents:
 *  - the program's name ends at the first blank outside quotes; backslashes in it are letters;
 *  - an argument ends at the first blank outside quotes;
 *  - 2n backslashes and a quote are n backslashes, and the quote begins or ends a quoted part;
 *  - 2n + 1 backslashes and a quote are n backslashes and a quote;
 *  - two quotes in a quoted part are one quote of it;
 *  - other backslashes are backslashes.
 * Blanks before the program's name are skipped. False: no memory.
 */
[[nodiscard]] bool split_command_line(const char *line, Strings *argv);

/*
 * The names that the program can have if the command line alone is given, in the order in which
 * CreateProcess tries them. A quoted name is one. An unquoted one may have blanks in it: up to
 * the first blank, up to the second, and so on. Call until it returns false.
 */
class ProgramNames {
public:
    explicit ProgramNames(const char *line);
    bool next(const char **name, size_t *size);

private:
    const char *begin_;
    const char *at_;
    bool quoted_;
    bool done_ = false;
};

} // namespace ntdbg::win32

#endif
