/* SPDX-License-Identifier: MIT */
/* Waiting. */
#ifndef NTDBG_WIN32_SYNCHAPI_H
#define NTDBG_WIN32_SYNCHAPI_H

#include "minwinbase.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Handles of processes and threads are signalled when those are gone, of debug objects when
 * an event can be had, any other descriptor when it can be read.
 */
WINBASEAPI DWORD WINAPI WaitForSingleObject(HANDLE object, DWORD milliseconds);
WINBASEAPI void WINAPI Sleep(DWORD milliseconds);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_SYNCHAPI_H */
