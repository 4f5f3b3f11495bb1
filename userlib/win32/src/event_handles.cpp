// SPDX-License-Identifier: MIT
#include "event_handles.h"

#include "exit_codes.h"
#include "lock.h"

namespace ntdbg::win32 {
namespace {

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
constinit List<EventHandle> handles;
constinit List<EventExit> exits;

// All of these under the lock. Without memory a handle is not kept: then it stays open.
void keep(DWORD pid, DWORD tid, HANDLE handle) {
    if (handle)
        (void)handles.push({pid, tid, handle});
}

template <typename T, typename Match>
void take(List<T> *from, List<T> *to, Match match) {
    for (size_t at = 0; at < from->size();) {
        if (match((*from)[at])) {
            (void)to->push((*from)[at]);
            from->remove(at);
        } else {
            at++;
        }
    }
}

void close_all(List<EventHandle> *taken) {
    for (const EventHandle &entry : *taken)
        NtClose(entry.handle);
    taken->truncate(0);
}

} // namespace

void note_event(const DEBUG_EVENT &event) {
    Lock lock(&mutex);
    DWORD pid = event.dwProcessId;
    DWORD tid = event.dwThreadId;
    // A new event of this thread: what was noted of an older one does not hold any more.
    Array<EventExit> stale;
    take(&exits, &stale,
         [=](const EventExit &entry) { return entry.pid == pid && entry.tid == tid; });
    switch (event.dwDebugEventCode) {
    case CREATE_PROCESS_DEBUG_EVENT:
        forget_exit_code(pid);
        keep(pid, 0, event.u.CreateProcessInfo.hProcess);
        keep(pid, tid, event.u.CreateProcessInfo.hThread);
        break;
    case CREATE_THREAD_DEBUG_EVENT:
        keep(pid, tid, event.u.CreateThread.hThread);
        break;
    case EXIT_PROCESS_DEBUG_EVENT:
        (void)exits.push({pid, tid, true});
        remember_exit_code(pid, event.u.ExitProcess.dwExitCode);
        break;
    case EXIT_THREAD_DEBUG_EVENT:
        (void)exits.push({pid, tid, false});
        break;
    default:
        break;
    }
}

ContinuedHandles::ContinuedHandles(DWORD pid, DWORD tid) {
    Lock lock(&mutex);
    for (size_t at = 0; at < exits.size() && !exits_; at++) {
        exit_ = exits[at];
        exits_ = exit_.pid == pid && exit_.tid == tid;
        if (exits_)
            exits.remove(at);
    }
    if (exits_) {
        take(&handles, &taken_, [this](const EventHandle &entry) {
            return entry.pid == exit_.pid && (exit_.process || entry.tid == exit_.tid);
        });
    }
}

void ContinuedHandles::finish(bool gone) {
    if (!exits_)
        return;
    if (gone) {
        close_all(&taken_);
        return;
    }
    Lock lock(&mutex);
    take(&taken_, &handles, [](const EventHandle &) { return true; });
    (void)exits.push(exit_);
}

void close_event_handles(DWORD pid) {
    Array<EventHandle> taken;
    {
        Lock lock(&mutex);
        Array<EventExit> dropped;
        take(&handles, &taken, [pid](const EventHandle &entry) { return entry.pid == pid; });
        take(&exits, &dropped, [pid](const EventExit &entry) { return entry.pid == pid; });
    }
    close_all(&taken);
}

void forget_event_handle(HANDLE handle) {
    Lock lock(&mutex);
    Array<EventHandle> dropped;
    take(&handles, &dropped, [handle](const EventHandle &entry) { return entry.handle == handle; });
}

} // namespace ntdbg::win32
