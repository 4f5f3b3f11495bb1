// SPDX-License-Identifier: MIT
// How debugged processes have ended. Linux keeps the signal of a process that an exception ended;
// which exception it was only its exit event tells, and GetExitCodeProcess() is to say it later.
#ifndef NTDBG_WIN32_EXIT_CODES_H
#define NTDBG_WIN32_EXIT_CODES_H

#include "win32.h"

namespace ntdbg::win32 {

// An exit event of this process has come.
void remember_exit_code(DWORD pid, DWORD code);

// A process of this id is started or opened: what is known of the id is of another.
void forget_exit_code(DWORD pid);

// What GetExitCodeProcess() says where the kernel says @code.
DWORD better_exit_code(DWORD pid, DWORD code);

} // namespace ntdbg::win32

#endif
