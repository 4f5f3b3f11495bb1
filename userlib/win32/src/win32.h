// SPDX-License-Identifier: MIT
// Both faces. WIN32_NO_STATUS, which the build defines, leaves the statuses what they are to NT.
#ifndef NTDBG_WIN32_WIN32_H
#define NTDBG_WIN32_WIN32_H

#include <windows.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/ntdbg.h>

#endif
