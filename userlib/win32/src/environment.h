// SPDX-License-Identifier: MIT
// The environment block of CreateProcess: NAME=VALUE, NUL, and so on, and a NUL at the end.
#ifndef NTDBG_WIN32_ENVIRONMENT_H
#define NTDBG_WIN32_ENVIRONMENT_H

#include "string_list.h"

namespace ntdbg::win32 {

// False: no memory.
[[nodiscard]] bool split_environment(const char *block, Strings *envp);
[[nodiscard]] bool split_environment(const char16_t *block, Strings *envp);

} // namespace ntdbg::win32

#endif
