// SPDX-License-Identifier: MIT
// Which file CreateProcess runs.
#ifndef NTDBG_WIN32_PROGRAM_H
#define NTDBG_WIN32_PROGRAM_H

#include "array.h"

namespace ntdbg::win32 {

/*
 * The path of the program, with a NUL. @application is taken as it is; without it, the name that
 * @command_line begins with is looked for: in PATH (the caller's) if it has no slash. If the
 * program is to start in another directory, the path is made absolute: it is the caller's.
 * Returns 0 or errno.
 */
int find_program(const char *application, const char *command_line, bool other_directory,
                 Array<char> *path);

} // namespace ntdbg::win32

#endif
