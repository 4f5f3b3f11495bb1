/* SPDX-License-Identifier: MIT */
/* Processes and threads. */
#ifndef NTDBG_WIN32_PROCESSTHREADSAPI_H
#define NTDBG_WIN32_PROCESSTHREADSAPI_H

#include "minwinbase.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- CreateProcess -------------------------------------------------------------- */

#define DEBUG_PROCESS 0x00000001
#define DEBUG_ONLY_THIS_PROCESS 0x00000002
#define CREATE_SUSPENDED 0x00000004
#define DETACHED_PROCESS 0x00000008 /* a session of its own, without a terminal */
#define CREATE_NEW_CONSOLE 0x00000010
#define NORMAL_PRIORITY_CLASS 0x00000020
#define IDLE_PRIORITY_CLASS 0x00000040
#define HIGH_PRIORITY_CLASS 0x00000080
#define REALTIME_PRIORITY_CLASS 0x00000100
#define CREATE_NEW_PROCESS_GROUP 0x00000200 /* Linux's process groups */
#define CREATE_UNICODE_ENVIRONMENT 0x00000400
#define CREATE_SEPARATE_WOW_VDM 0x00000800
#define CREATE_SHARED_WOW_VDM 0x00001000
#define BELOW_NORMAL_PRIORITY_CLASS 0x00004000
#define ABOVE_NORMAL_PRIORITY_CLASS 0x00008000
#define INHERIT_PARENT_AFFINITY 0x00010000
#define CREATE_PROTECTED_PROCESS 0x00040000
#define EXTENDED_STARTUPINFO_PRESENT 0x00080000
#define CREATE_BREAKAWAY_FROM_JOB 0x01000000
#define CREATE_PRESERVE_CODE_AUTHZ_LEVEL 0x02000000
#define CREATE_DEFAULT_ERROR_MODE 0x04000000
#define CREATE_NO_WINDOW 0x08000000

#define STARTF_USESHOWWINDOW 0x00000001
#define STARTF_USESIZE 0x00000002
#define STARTF_USEPOSITION 0x00000004
#define STARTF_FORCEONFEEDBACK 0x00000040
#define STARTF_FORCEOFFFEEDBACK 0x00000080
#define STARTF_USESTDHANDLES 0x00000100

/* Of dwFlags only STARTF_USESTDHANDLES means something; the windows are Windows' own. */
typedef struct _STARTUPINFOA {
    DWORD cb;
    LPSTR lpReserved;
    LPSTR lpDesktop;
    LPSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;

typedef struct _STARTUPINFOW {
    DWORD cb;
    LPWSTR lpReserved;
    LPWSTR lpDesktop;
    LPWSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;

typedef struct _PROCESS_INFORMATION {
    HANDLE hProcess;
    HANDLE hThread;
    DWORD dwProcessId;
    DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;

/*
 * The program: @application as it is, or the first word of @command_line, looked for in PATH if
 * it has no slash. The arguments: @command_line, split by the rules of Microsoft's C runtime;
 * without one, @application alone.
 *
 * A descriptor reaches the new process if @inherit_handles is TRUE and the descriptor is not
 * close-on-exec; 0, 1 and 2 always do.
 *
 * The process is a child in Linux's sense, too. The library waits for it by itself (README.md
 * says when), and never for any other child.
 */
WINBASEAPI BOOL WINAPI CreateProcessA(LPCSTR application, LPSTR command_line,
                                      LPSECURITY_ATTRIBUTES process_attributes,
                                      LPSECURITY_ATTRIBUTES thread_attributes, BOOL inherit_handles,
                                      DWORD flags, LPVOID environment, LPCSTR current_directory,
                                      LPSTARTUPINFOA startup_info,
                                      LPPROCESS_INFORMATION information);
WINBASEAPI BOOL WINAPI CreateProcessW(LPCWSTR application, LPWSTR command_line,
                                      LPSECURITY_ATTRIBUTES process_attributes,
                                      LPSECURITY_ATTRIBUTES thread_attributes, BOOL inherit_handles,
                                      DWORD flags, LPVOID environment, LPCWSTR current_directory,
                                      LPSTARTUPINFOW startup_info,
                                      LPPROCESS_INFORMATION information);

/* ---- processes ------------------------------------------------------------------- */

WINBASEAPI HANDLE WINAPI OpenProcess(DWORD access, BOOL inherit_handle, DWORD process_id);
WINBASEAPI BOOL WINAPI TerminateProcess(HANDLE process, UINT exit_code);
WINBASEAPI BOOL WINAPI GetExitCodeProcess(HANDLE process, LPDWORD exit_code);
WINBASEAPI DWORD WINAPI GetProcessId(HANDLE process);
WINBASEAPI HANDLE WINAPI GetCurrentProcess(void);
WINBASEAPI DWORD WINAPI GetCurrentProcessId(void);
/* Linux keeps the low 8 bits of the code. */
DECLSPEC_NORETURN WINBASEAPI void WINAPI ExitProcess(UINT exit_code);
/* It does nothing on x86, whose instruction cache looks after itself. */
WINBASEAPI BOOL WINAPI FlushInstructionCache(HANDLE process, LPCVOID address, SIZE_T size);

/* ---- threads ------------------------------------------------------------------------ */

WINBASEAPI HANDLE WINAPI OpenThread(DWORD access, BOOL inherit_handle, DWORD thread_id);
WINBASEAPI BOOL WINAPI TerminateThread(HANDLE thread, DWORD exit_code);
WINBASEAPI BOOL WINAPI GetExitCodeThread(HANDLE thread, LPDWORD exit_code);
/* The count before; (DWORD)-1 if it failed. */
WINBASEAPI DWORD WINAPI SuspendThread(HANDLE thread);
WINBASEAPI DWORD WINAPI ResumeThread(HANDLE thread);
WINBASEAPI DWORD WINAPI GetThreadId(HANDLE thread);
WINBASEAPI DWORD WINAPI GetProcessIdOfThread(HANDLE thread);
WINBASEAPI HANDLE WINAPI GetCurrentThread(void);
WINBASEAPI DWORD WINAPI GetCurrentThreadId(void);
WINBASEAPI BOOL WINAPI GetThreadContext(HANDLE thread, LPCONTEXT context);
WINBASEAPI BOOL WINAPI SetThreadContext(HANDLE thread, const CONTEXT *context);

#ifdef UNICODE
typedef STARTUPINFOW STARTUPINFO;
typedef LPSTARTUPINFOW LPSTARTUPINFO;
#define CreateProcess CreateProcessW
#else
typedef STARTUPINFOA STARTUPINFO;
typedef LPSTARTUPINFOA LPSTARTUPINFO;
#define CreateProcess CreateProcessA
#endif

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_PROCESSTHREADSAPI_H */
