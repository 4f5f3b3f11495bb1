// SPDX-License-Identifier: MIT
// The debug loop.
#include <cerrno>
#include <ctime>
#include <poll.h>
#include <sys/ioctl.h>

#include <ntdbg-win32/linux.h>
#include <ntdbg/dbgport.h>
#include <ntdbg/object.h>

#include "child.h"
#include "debug_object.h"
#include "event_handles.h"
#include "last_error.h"

namespace ntdbg::win32 {
namespace {

using Convert = decltype(DbgUiConvertStateChangeStructure);

// 100 ns, as NT counts them; counted down over several waits.
class Timeout {
public:
    explicit Timeout(DWORD milliseconds) : forever_(milliseconds == INFINITE) {
        if (!forever_)
            deadline_ = now() + static_cast<int64_t>(milliseconds) * 10000;
    }
    LARGE_INTEGER *left() {
        if (forever_)
            return nullptr;
        int64_t left = deadline_ - now();
        value_.QuadPart = left > 0 ? -left : 0;
        return &value_;
    }

private:
    static int64_t now() {
        timespec time{};
        clock_gettime(CLOCK_MONOTONIC, &time);
        return static_cast<int64_t>(time.tv_sec) * 10000000 + time.tv_nsec / 100;
    }

    bool forever_;
    int64_t deadline_ = 0;
    LARGE_INTEGER value_{};
};

// Will no event ever come on this debug object?
bool deserted(HANDLE object) {
    pollfd port{ntdbg_handle_to_fd(object), POLLIN, 0};
    return poll(&port, 1, 0) == 1 && (port.revents & (POLLIN | POLLHUP)) == POLLHUP;
}

DWORD error_of_wait(HANDLE object, NTSTATUS status) {
    switch (status) {
    case STATUS_TIMEOUT:
        return deserted(object) ? ERROR_NO_MORE_ITEMS : ERROR_SEM_TIMEOUT;
    case DBG_NO_STATE_CHANGE:
        return ERROR_NO_MORE_ITEMS;
    default:
        return error_of(status);
    }
}

bool wide_string(const DEBUG_EVENT &event) {
    return event.dwDebugEventCode == EXCEPTION_DEBUG_EVENT &&
           event.u.Exception.ExceptionRecord.ExceptionCode ==
               static_cast<DWORD>(DBG_PRINTEXCEPTION_WIDE_C);
}

CLIENT_ID client(DWORD pid, DWORD tid) {
    return {reinterpret_cast<HANDLE>(static_cast<uintptr_t>(pid)),
            reinterpret_cast<HANDLE>(static_cast<uintptr_t>(tid))};
}

BOOL wait(LPDEBUG_EVENT event, DWORD milliseconds, Convert *convert, bool wide) {
    if (!event)
        return fail(ERROR_INVALID_PARAMETER);
    HANDLE object = find_debug_object();
    if (!object)
        return fail(ERROR_INVALID_HANDLE);
    Timeout timeout(milliseconds);
    for (;;) {
        DBGUI_WAIT_STATE_CHANGE change{};
        NTSTATUS status = NtWaitForDebugEvent(object, FALSE, timeout.left(), &change);
        if (status != STATUS_SUCCESS) {
            reap_children();
            return fail(error_of_wait(object, status));
        }
        status = convert(&change, event);
        if (!NT_SUCCESS(status))
            return succeeded(status);
        if (wide || !wide_string(*event))
            break;
        // Not for a debugger that has not asked for such: the thread says it in bytes next.
        CLIENT_ID id = client(event->dwProcessId, event->dwThreadId);
        status = NtDebugContinue(object, &id, DBG_EXCEPTION_NOT_HANDLED);
        if (!NT_SUCCESS(status) && status != STATUS_INVALID_PARAMETER)
            return succeeded(status);
    }
    note_event(*event);
    return TRUE;
}

// A process of the calling thread's debug object, for the time of a call.
template <typename Use>
BOOL with_process(DWORD pid, DWORD access, Use use) {
    Handle process;
    NTSTATUS status = open_process(pid, access, FALSE, process.fill());
    if (NT_SUCCESS(status))
        status = use(process.get());
    return succeeded(status);
}

} // namespace
} // namespace ntdbg::win32

using namespace ntdbg::win32;

BOOL WaitForDebugEvent(LPDEBUG_EVENT event, DWORD milliseconds) {
    return wait(event, milliseconds, DbgUiConvertStateChangeStructure, false);
}

BOOL WaitForDebugEventEx(LPDEBUG_EVENT event, DWORD milliseconds) {
    return wait(event, milliseconds, DbgUiConvertStateChangeStructureEx, true);
}

BOOL ContinueDebugEvent(DWORD process_id, DWORD thread_id, DWORD status) {
    HANDLE object = find_debug_object();
    if (!object)
        return fail(ERROR_INVALID_HANDLE);
    ContinuedHandles handles(process_id, thread_id);
    CLIENT_ID id = client(process_id, thread_id);
    NTSTATUS result = NtDebugContinue(object, &id, static_cast<NTSTATUS>(status));
    handles.finish(NT_SUCCESS(result) && status != static_cast<DWORD>(DBG_REPLY_LATER));
    if (handles.process())
        reap_children();
    return succeeded(result);
}

BOOL DebugActiveProcess(DWORD process_id) {
    HANDLE object = nullptr;
    NTSTATUS status = connect_debug_object(&object);
    if (!NT_SUCCESS(status))
        return succeeded(status);
    return with_process(process_id, PROCESS_ALL_ACCESS, DbgUiDebugActiveProcess);
}

BOOL DebugActiveProcessStop(DWORD process_id) {
    HANDLE object = find_debug_object();
    if (!object)
        return fail(ERROR_INVALID_HANDLE);
    BOOL stopped = with_process(process_id, PROCESS_SUSPEND_RESUME, [object](HANDLE process) {
        return NtRemoveProcessDebug(process, object);
    });
    if (stopped)
        close_event_handles(process_id);
    return stopped;
}

BOOL DebugSetProcessKillOnExit(BOOL kill_on_exit) {
    HANDLE object = find_debug_object();
    if (!object)
        return fail(ERROR_INVALID_HANDLE);
    ULONG flags = kill_on_exit ? DEBUG_KILL_ON_CLOSE : 0;
    return succeeded(NtSetInformationDebugObject(object, DebugObjectKillProcessOnExitInformation,
                                                 &flags, sizeof(flags), nullptr));
}

BOOL DebugBreakProcess(HANDLE process) {
    return succeeded(DbgUiIssueRemoteBreakin(process));
}

BOOL CheckRemoteDebuggerPresent(HANDLE process, PBOOL present) {
    if (!process || !present)
        return fail(ERROR_INVALID_PARAMETER);
    HANDLE port = nullptr;
    NTSTATUS status =
        NtQueryInformationProcess(process, ProcessDebugPort, &port, sizeof(port), nullptr);
    if (!succeeded(status))
        return FALSE;
    *present = port != nullptr;
    return TRUE;
}

BOOL IsDebuggerPresent(void) {
    HANDLE port = nullptr;
    NTSTATUS status = NtQueryInformationProcess(NtCurrentProcess(), ProcessDebugPort, &port,
                                                sizeof(port), nullptr);
    return NT_SUCCESS(status) && port;
}

BOOL ntdbg_win32_cancel_wait(void) {
    HANDLE object = find_debug_object();
    if (!object)
        return fail(ERROR_INVALID_HANDLE);
    if (ioctl(ntdbg_handle_to_fd(object), NTDBG_IOC_CANCEL) < 0)
        return fail_errno(errno);
    return TRUE;
}
