/* SPDX-License-Identifier: MIT */
/* The last error, and exceptions of one's own. */
#ifndef NTDBG_WIN32_ERRHANDLINGAPI_H
#define NTDBG_WIN32_ERRHANDLINGAPI_H

#include "minwinbase.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each thread has its own. A call that succeeds leaves it alone. */
WINBASEAPI DWORD WINAPI GetLastError(void);
WINBASEAPI void WINAPI SetLastError(DWORD error);

/*
 * Only the debugger hears of it: Linux has no handlers for such exceptions. It gets the first
 * chance and then, if it does not handle that, the second; after that the process ends with @code
 * as its exit code. Without a debugger the caller gets SIGTRAP.
 */
WINBASEAPI void WINAPI RaiseException(DWORD code, DWORD flags, DWORD count,
                                      const ULONG_PTR *arguments);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_ERRHANDLINGAPI_H */
