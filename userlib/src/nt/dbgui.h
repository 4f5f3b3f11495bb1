// SPDX-License-Identifier: MIT
#ifndef NTDBG_SRC_NT_DBGUI_H
#define NTDBG_SRC_NT_DBGUI_H

#include <sys/types.h>

namespace ntdbg::nt {

// Closes what DbgUiConnectToDbg() has made for a thread of this process, as the end of a thread
// does on NT: of one that is ended from outside nobody runs the destructors.
void close_thread_debug_object(pid_t tid);

} // namespace ntdbg::nt

#endif
