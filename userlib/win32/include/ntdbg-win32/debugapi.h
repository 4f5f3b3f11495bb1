/* SPDX-License-Identifier: MIT */
/*
 * The debug loop.
 *
 * As on Windows, a thread gets its debug object with the first process that it debugs, and
 * the end of that thread closes it. Unlike there, any thread may wait and continue: one
 * without a debug object of its own joins the newest one of the process (<ntdbg-win32/linux.h>
 * can turn that off). The debug object lives until the last thread that joined it is gone.
 */
#ifndef NTDBG_WIN32_DEBUGAPI_H
#define NTDBG_WIN32_DEBUGAPI_H

#include "minwinbase.h"

#ifdef __cplusplus
extern "C" {
#endif

WINBASEAPI BOOL WINAPI DebugActiveProcess(DWORD process_id);
WINBASEAPI BOOL WINAPI DebugActiveProcessStop(DWORD process_id);

/*
 * FALSE with
 *   ERROR_SEM_TIMEOUT        nothing came in time; also when @milliseconds is 0
 *   ERROR_INVALID_HANDLE     nobody debugs anything
 *   ERROR_NO_MORE_ITEMS      nothing will come: every debugged process is gone, and its exit event
 *                            is continued
 *   ERROR_OPERATION_ABORTED  the wait was cancelled: ntdbg_win32_cancel_wait()
 *
 * hFile of an event is the caller's to close, and NULL if the file cannot be opened. hProcess
 * and hThread belong to the library, which closes them when the exit event is continued.
 * lpImageName is always NULL; GetFinalPathNameByHandle() tells the name.
 */
WINBASEAPI BOOL WINAPI WaitForDebugEvent(LPDEBUG_EVENT event, DWORD milliseconds);
/* The same, with OutputDebugStringW()'s strings as they are (fUnicode). */
WINBASEAPI BOOL WINAPI WaitForDebugEventEx(LPDEBUG_EVENT event, DWORD milliseconds);
WINBASEAPI BOOL WINAPI ContinueDebugEvent(DWORD process_id, DWORD thread_id, DWORD status);

WINBASEAPI BOOL WINAPI CheckRemoteDebuggerPresent(HANDLE process, PBOOL present);
WINBASEAPI BOOL WINAPI IsDebuggerPresent(void);

/* A breakpoint of the caller; SIGTRAP where nobody debugs it. */
WINBASEAPI void WINAPI DebugBreak(void);
/* Without a debugger nobody hears of it, and nothing happens. The text is UTF-8. */
WINBASEAPI void WINAPI OutputDebugStringA(LPCSTR text);
WINBASEAPI void WINAPI OutputDebugStringW(LPCWSTR text);

#ifdef UNICODE
#define OutputDebugString OutputDebugStringW
#else
#define OutputDebugString OutputDebugStringA
#endif

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_DEBUGAPI_H */
