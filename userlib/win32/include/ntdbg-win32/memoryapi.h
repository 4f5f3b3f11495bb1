/* SPDX-License-Identifier: MIT */
/* The memory of another process. */
#ifndef NTDBG_WIN32_MEMORYAPI_H
#define NTDBG_WIN32_MEMORYAPI_H

#include "minwinbase.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What could be copied is copied, and told in @done, also when the rest makes the call fail
 * with ERROR_PARTIAL_COPY.
 */
WINBASEAPI BOOL WINAPI ReadProcessMemory(HANDLE process, LPCVOID address, LPVOID buffer,
                                         SIZE_T size, SIZE_T *done);
/* Also into code and other read-only memory; the file behind it stays as it is. */
WINBASEAPI BOOL WINAPI WriteProcessMemory(HANDLE process, LPVOID address, LPCVOID buffer,
                                          SIZE_T size, SIZE_T *done);
WINBASEAPI SIZE_T WINAPI VirtualQueryEx(HANDLE process, LPCVOID address,
                                        PMEMORY_BASIC_INFORMATION information, SIZE_T size);
WINBASEAPI BOOL WINAPI VirtualProtectEx(HANDLE process, LPVOID address, SIZE_T size,
                                        DWORD protection, PDWORD old_protection);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_MEMORYAPI_H */
