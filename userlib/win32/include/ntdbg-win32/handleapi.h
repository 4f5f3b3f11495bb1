/* SPDX-License-Identifier: MIT */
/*
 * Handles. Each is a file descriptor in Windows' clothes; <ntdbg-win32/linux.h> takes them off.
 */
#ifndef NTDBG_WIN32_HANDLEAPI_H
#define NTDBG_WIN32_HANDLEAPI_H

#include "minwinbase.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HANDLE_FLAG_INHERIT 0x00000001
#define HANDLE_FLAG_PROTECT_FROM_CLOSE 0x00000002 /* ERROR_NOT_SUPPORTED */

WINBASEAPI BOOL WINAPI CloseHandle(HANDLE object);
/* Both processes must be the calling one; else ERROR_NOT_SUPPORTED. */
WINBASEAPI BOOL WINAPI DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process,
                                       LPHANDLE target, DWORD access, BOOL inherit, DWORD options);
WINBASEAPI BOOL WINAPI GetHandleInformation(HANDLE object, LPDWORD flags);
WINBASEAPI BOOL WINAPI SetHandleInformation(HANDLE object, DWORD mask, DWORD flags);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_HANDLEAPI_H */
