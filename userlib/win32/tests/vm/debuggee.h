// SPDX-License-Identifier: MIT
// What is debugged: this program again, with a mode.
#ifndef NTDBG_WIN32_TESTS_DEBUGGEE_H
#define NTDBG_WIN32_TESTS_DEBUGGEE_H

inline constexpr char debuggee_flag[] = "--debuggee";

int debuggee(const char *mode, int argc, char **argv);

#endif
