// SPDX-License-Identifier: MIT
// The handles that create events bring. They are the library's: it closes them when the
// debugger continues the exit event of their process or thread.
#ifndef NTDBG_WIN32_EVENT_HANDLES_H
#define NTDBG_WIN32_EVENT_HANDLES_H

#include "array.h"
#include "win32.h"

namespace ntdbg::win32 {

struct EventHandle {
    DWORD pid;
    DWORD tid; // 0: of the process
    HANDLE handle;
};

struct EventExit {
    DWORD pid;
    DWORD tid;
    bool process;
};

// Look at an event that the debugger is about to get: keep its handles, note its exit.
void note_event(const DEBUG_EVENT &event);

// Around the call that continues an event. What an exit event ends is taken out before it,
// since after it an exec can bring new handles under the same ids.
class ContinuedHandles {
public:
    ContinuedHandles(DWORD pid, DWORD tid);
    // Close them; or put them back, because the event is still there.
    void finish(bool gone);
    // The event was the exit of a process.
    bool process() const { return exits_ && exit_.process; }

private:
    bool exits_ = false;
    EventExit exit_ = {};
    Array<EventHandle> taken_;
};

// All handles of a process that is not debugged any more.
void close_event_handles(DWORD pid);

// The debugger closes it itself.
void forget_event_handle(HANDLE handle);

} // namespace ntdbg::win32

#endif
