// SPDX-License-Identifier: MIT
// How functions of Win32 fail: FALSE and the last error.
#ifndef NTDBG_WIN32_LAST_ERROR_H
#define NTDBG_WIN32_LAST_ERROR_H

#include "win32.h"

namespace ntdbg::win32 {

// Sets the last error; always FALSE.
BOOL fail(DWORD error);
BOOL fail_errno(int error);

DWORD error_of(NTSTATUS status);
DWORD error_of_errno(int error);

// The end of most functions: TRUE, or FALSE with the last error of @status.
BOOL succeeded(NTSTATUS status);

} // namespace ntdbg::win32

#endif
