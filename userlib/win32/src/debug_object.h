// SPDX-License-Identifier: MIT
// Which debug object a thread's debug loop is on.
//
// NT keeps one in each thread that debugs something. Here a thread without one may join the
// newest of the process: it gets a handle of its own, in the same place, so that the object
// lives until the last of its threads is gone and no thread ever uses another's descriptor.
#ifndef NTDBG_WIN32_DEBUG_OBJECT_H
#define NTDBG_WIN32_DEBUG_OBJECT_H

#include "win32.h"

namespace ntdbg::win32 {

// The calling thread's, made if need be.
NTSTATUS connect_debug_object(HANDLE *object);

// The calling thread's, or the newest, joined. NULL if there is none.
HANDLE find_debug_object();

// CloseHandle() is about to close it.
void forget_debug_object(HANDLE object);

} // namespace ntdbg::win32

#endif
