// SPDX-License-Identifier: MIT
// The debug object of each thread, and the calls on it.
#include "dbgui.h"

#include <pthread.h>

#include <ntdbg/nt/ntdll.h>

#include "handle.h"

namespace {

using namespace ntdbg::nt;

void close_slot(void *handle) {
    int fd = ntdbg_handle_to_fd(handle);
    if (fd >= 0)
        close_object(fd);
}

// NT: TEB.DbgSsReserved[1]. A key and no thread_local, for the end of the thread.
class Slot {
public:
    static HANDLE get() { return usable() ? pthread_getspecific(key_) : nullptr; }
    static bool set(HANDLE handle) { return usable() && pthread_setspecific(key_, handle) == 0; }

private:
    static bool usable() {
        pthread_once(&once_, [] { made_ = pthread_key_create(&key_, close_slot) == 0; });
        return made_;
    }
    static inline pthread_once_t once_ = PTHREAD_ONCE_INIT;
    static inline pthread_key_t key_;
    static inline bool made_;
};

} // namespace

namespace ntdbg::nt {

void close_thread_debug_object() {
    HANDLE handle = Slot::get();
    if (!handle)
        return;
    Slot::set(nullptr);
    close_slot(handle);
}

} // namespace ntdbg::nt

extern "C" {

NTSTATUS NTAPI DbgUiConnectToDbg(VOID) {
    if (Slot::get())
        return STATUS_SUCCESS;
    HANDLE object;
    NTSTATUS status = NtCreateDebugObject(&object, DEBUG_ALL_ACCESS, nullptr, DEBUG_KILL_ON_CLOSE);
    if (!NT_SUCCESS(status))
        return status;
    if (Slot::set(object))
        return STATUS_SUCCESS;
    close_slot(object);
    return STATUS_NO_MEMORY;
}

HANDLE NTAPI DbgUiGetThreadDebugObject(VOID) {
    return Slot::get();
}

VOID NTAPI DbgUiSetThreadDebugObject(HANDLE DebugObject) {
    Slot::set(DebugObject);
}

NTSTATUS NTAPI DbgUiWaitStateChange(PDBGUI_WAIT_STATE_CHANGE StateChange, PLARGE_INTEGER Timeout) {
    return NtWaitForDebugEvent(Slot::get(), FALSE, Timeout, StateChange);
}

NTSTATUS NTAPI DbgUiContinue(PCLIENT_ID ClientId, NTSTATUS ContinueStatus) {
    return NtDebugContinue(Slot::get(), ClientId, ContinueStatus);
}

NTSTATUS NTAPI DbgUiStopDebugging(HANDLE Process) {
    return NtRemoveProcessDebug(Process, Slot::get());
}

NTSTATUS NTAPI DbgUiDebugActiveProcess(HANDLE Process) {
    NTSTATUS status = NtDebugActiveProcess(Process, Slot::get());
    if (!NT_SUCCESS(status))
        return status;
    status = DbgUiIssueRemoteBreakin(Process);
    if (!NT_SUCCESS(status))
        DbgUiStopDebugging(Process);
    return status;
}

} // extern "C"
