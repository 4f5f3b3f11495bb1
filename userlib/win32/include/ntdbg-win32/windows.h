/* SPDX-License-Identifier: MIT */
/*
 * Win32's debugging functions on Linux, for programs that were written for Windows: they compile
 * unmodified and debug Linux processes through the NT debug port (/dev/dbgport).
 *
 *     cc debugger.c $(pkg-config --cflags --libs ntdbg-win32)
 *
 * This header is in no directory that a compiler looks into by itself, so it cannot stand in for
 * Wine's or mingw's. It works in C11 and in C++20. __NTDBG_WIN32__ tells it from the others.
 *
 * What differs from Windows is in userlib/win32/README.md; what Linux adds (poll, cancelling a
 * wait) is in <ntdbg-win32/linux.h>.
 */
#ifndef NTDBG_WIN32_WINDOWS_H
#define NTDBG_WIN32_WINDOWS_H

#ifdef __cplusplus
#if __cplusplus < 202002L
#error "ntdbg's windows.h needs C++20: give the compiler -std=c++20."
#endif
#elif !defined(__STDC_VERSION__) || __STDC_VERSION__ < 201112L
#error "ntdbg's windows.h needs C11: give the compiler -std=c11 or later."
#endif

#include "winbase.h"

#endif /* NTDBG_WIN32_WINDOWS_H */
