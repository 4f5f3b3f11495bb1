/* SPDX-License-Identifier: MIT */
/* The rest. */
#ifndef NTDBG_WIN32_WINBASE_H
#define NTDBG_WIN32_WINBASE_H

#include "debugapi.h"
#include "errhandlingapi.h"
#include "fileapi.h"
#include "handleapi.h"
#include "memoryapi.h"
#include "processthreadsapi.h"
#include "synchapi.h"

#include <stdarg.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

WINBASEAPI BOOL WINAPI DebugSetProcessKillOnExit(BOOL kill_on_exit);
WINBASEAPI BOOL WINAPI DebugBreakProcess(HANDLE process);

#define STD_INPUT_HANDLE ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE ((DWORD)-12)
WINBASEAPI HANDLE WINAPI GetStdHandle(DWORD which);

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200
#define FORMAT_MESSAGE_FROM_STRING 0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FF

#define LANG_NEUTRAL 0x00
#define SUBLANG_DEFAULT 0x01
#define MAKELANGID(primary, sub) ((WORD)((((WORD)(sub)) << 10) | (WORD)(primary)))

/*
 * A sentence for an error code that these functions give (FORMAT_MESSAGE_FROM_SYSTEM), in
 * English. Messages from elsewhere: ERROR_NOT_SUPPORTED.
 */
WINBASEAPI DWORD WINAPI FormatMessageA(DWORD flags, LPCVOID source, DWORD message, DWORD language,
                                       LPSTR buffer, DWORD size, va_list *arguments);
WINBASEAPI DWORD WINAPI FormatMessageW(DWORD flags, LPCVOID source, DWORD message, DWORD language,
                                       LPWSTR buffer, DWORD size, va_list *arguments);
/* For what FormatMessage() allocated. */
WINBASEAPI HLOCAL WINAPI LocalFree(HLOCAL memory);

#ifdef UNICODE
#define FormatMessage FormatMessageW
#else
#define FormatMessage FormatMessageA
#endif

#define CopyMemory(target, source, size) memcpy((target), (source), (size))
#define MoveMemory(target, source, size) memmove((target), (source), (size))
#define FillMemory(target, size, byte) memset((target), (byte), (size))
#define ZeroMemory(target, size) memset((target), 0, (size))
#define RtlCopyMemory CopyMemory
#define RtlMoveMemory MoveMemory
#define RtlFillMemory FillMemory
#define RtlZeroMemory ZeroMemory
#define SecureZeroMemory(target, size) explicit_bzero((target), (size))

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_WINBASE_H */
