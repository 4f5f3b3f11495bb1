/* SPDX-License-Identifier: MIT */
/* The files behind the handles of debug events. */
#ifndef NTDBG_WIN32_FILEAPI_H
#define NTDBG_WIN32_FILEAPI_H

#include "minwinbase.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FILE_NAME_NORMALIZED 0x0
#define FILE_NAME_OPENED 0x8
#define VOLUME_NAME_DOS 0x0
#define VOLUME_NAME_GUID 0x1
#define VOLUME_NAME_NT 0x2
#define VOLUME_NAME_NONE 0x4

/*
 * Linux's path, whichever form is asked for. Returns its length without the NUL; if @size is not
 * enough for it with the NUL, the size that is; 0 if it failed.
 */
WINBASEAPI DWORD WINAPI GetFinalPathNameByHandleA(HANDLE file, LPSTR path, DWORD size, DWORD flags);
WINBASEAPI DWORD WINAPI GetFinalPathNameByHandleW(HANDLE file, LPWSTR path, DWORD size,
                                                  DWORD flags);

#ifdef UNICODE
#define GetFinalPathNameByHandle GetFinalPathNameByHandleW
#else
#define GetFinalPathNameByHandle GetFinalPathNameByHandleA
#endif

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_FILEAPI_H */
