/* SPDX-License-Identifier: MIT */
/*
 * What Linux adds to the debug loop. A program that uses this does not compile for Windows;
 * __NTDBG_WIN32__ guards it.
 */
#ifndef NTDBG_WIN32_LINUX_H
#define NTDBG_WIN32_LINUX_H

#include "windows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The descriptor of the debug object that WaitForDebugEvent() of this thread waits on, for poll
 * and epoll: POLLIN when an event can be had without waiting, POLLHUP when none will come again.
 * -1 with ERROR_INVALID_HANDLE if nobody debugs anything. It is the library's: do not close it;
 * it holds until this thread ends.
 */
WINBASEAPI int ntdbg_win32_debug_fd(void);

/*
 * End every wait for a debug event that is under way now on that debug object, in whichever
 * thread: it returns FALSE with ERROR_OPERATION_ABORTED. Later waits are as before. For any thread.
 */
WINBASEAPI BOOL ntdbg_win32_cancel_wait(void);

/* The descriptor in a handle, which stays the handle's; -1 if it is none. And the way back. */
WINBASEAPI int ntdbg_win32_handle_to_fd(HANDLE object);
WINBASEAPI HANDLE ntdbg_win32_handle_from_fd(int fd);

/*
 * TRUE: as on Windows, only a thread that debugs something may wait and continue. FALSE, as it is
 * at first: any thread may. Returns what it was.
 */
WINBASEAPI BOOL ntdbg_win32_set_thread_affinity(BOOL strict);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_WIN32_LINUX_H */
