// SPDX-License-Identifier: MIT
#ifndef NTDBG_SRC_NT_DBGUI_H
#define NTDBG_SRC_NT_DBGUI_H

namespace ntdbg::nt {

// Closes what DbgUiConnectToDbg() has made for the calling thread.
void close_thread_debug_object();

} // namespace ntdbg::nt

#endif
