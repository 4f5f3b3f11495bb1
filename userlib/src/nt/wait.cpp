// SPDX-License-Identifier: MIT
// NtWaitForDebugEvent and NtDebugContinue.
#include <cerrno>
#include <sys/uio.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "../port.h"
#include "handle.h"
#include "status.h"
#include "time.h"
#include "user.h"

namespace {

using namespace ntdbg::nt;

// For the divisor of a division that trapped; the debugger may read its debuggee.
int read_debuggee(void *, uint32_t pid, uint64_t address, void *buf, size_t len) {
    int saved = errno;
    iovec local{buf, len};
    iovec remote{reinterpret_cast<void *>(static_cast<uintptr_t>(address)), len};
    ssize_t n = process_vm_readv(static_cast<pid_t>(pid), &local, 1, &remote, 1, 0);
    int ret = n < 0 ? -errno : n == static_cast<ssize_t>(len) ? 0 : -EFAULT;
    errno = saved;
    return ret;
}

ssize_t wait_until(int fd, void *buf, size_t size, uint64_t deadline_ns, bool alertable) {
    ntdbg_port port{fd};
    for (;;) {
        ssize_t ret = ntdbg::detail::port_wait_until(&port, buf, size, deadline_ns,
                                                     NTDBG_WAIT_FILES | NTDBG_WAIT_HANDLES);
        // NT has no signals: one that came is no reason to stop waiting.
        if (ret != -EINTR || alertable)
            return ret;
    }
}

void close_handle(HANDLE handle) {
    int fd = ntdbg_handle_to_fd(handle);
    if (fd >= 0)
        close_fd(fd);
}

// The caller's memory went away meanwhile: nobody else knows of the handles.
void close_handles(const DBGUI_WAIT_STATE_CHANGE &change) {
    const auto &info = change.StateInfo;
    switch (change.NewState) {
    case DbgCreateProcessStateChange:
        close_handle(info.CreateProcessInfo.NewProcess.FileHandle);
        close_handle(info.CreateProcessInfo.HandleToThread);
        return close_handle(info.CreateProcessInfo.HandleToProcess);
    case DbgCreateThreadStateChange:
        return close_handle(info.CreateThread.HandleToThread);
    case DbgLoadDllStateChange:
        return close_handle(info.LoadDll.FileHandle);
    default:
        return;
    }
}

NTSTATUS give(const void *record, size_t size, PDBGUI_WAIT_STATE_CHANGE user) {
    auto opts = NTDBG_OPTS(ntdbg_translate_opts);
    opts.read_memory = read_debuggee;
    DBGUI_WAIT_STATE_CHANGE change;
    NTSTATUS status = status_of(ntdbg_nt_state_change(record, size, &opts, &change),
                                {{EBADMSG, STATUS_UNSUCCESSFUL}});
    if (!NT_SUCCESS(status))
        return status;
    if (put(user, change))
        return STATUS_SUCCESS;
    close_handles(change);
    return STATUS_ACCESS_VIOLATION;
}

bool may_answer(NTSTATUS status) {
    switch (status) {
    case DBG_CONTINUE:
    case DBG_EXCEPTION_HANDLED:
    case DBG_EXCEPTION_NOT_HANDLED:
    case DBG_REPLY_LATER:
    case DBG_TERMINATE_THREAD:
    case DBG_TERMINATE_PROCESS:
        return true;
    default:
        return false;
    }
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtWaitForDebugEvent(HANDLE DebugObject, BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                   PDBGUI_WAIT_STATE_CHANGE StateChange) {
    uint64_t deadline_ns = NTDBG_WAIT_FOREVER;
    if (Timeout) {
        LARGE_INTEGER timeout;
        if (!get(&timeout, Timeout))
            return STATUS_ACCESS_VIOLATION;
        deadline_ns = deadline(timeout.QuadPart, Clocks::now());
    }
    if (!put(StateChange, DBGUI_WAIT_STATE_CHANGE{})) // Idle, until there is something
        return STATUS_ACCESS_VIOLATION;
    Reference object(DebugObject, Kind::DebugObject);
    if (!NT_SUCCESS(object.status()))
        return object.status();

    alignas(8) unsigned char record[NTDBG_EVENT_MAX_SIZE];
    ssize_t size = wait_until(object.fd(), record, sizeof(record), deadline_ns, Alertable != 0);
    if (size >= 0)
        return give(record, static_cast<size_t>(size), StateChange);
    if (size == -ECHILD && deadline_ns == 0)
        return STATUS_TIMEOUT;
    // Closing the last handle ends the waits, and so may anybody who holds one.
    if (size == -ECANCELED && NT_SUCCESS(object.check(Kind::DebugObject, 0)))
        return STATUS_CANCELLED;
    return status_of(size);
}

NTSTATUS NTAPI NtDebugContinue(HANDLE DebugObject, PCLIENT_ID ClientId, NTSTATUS ContinueStatus) {
    CLIENT_ID client;
    if (!get(&client, ClientId))
        return STATUS_ACCESS_VIOLATION;
    if (!may_answer(ContinueStatus))
        return STATUS_INVALID_PARAMETER;
    Reference object(DebugObject, Kind::DebugObject);
    if (!NT_SUCCESS(object.status()))
        return object.status();
    auto pid = static_cast<pid_t>(id_of(client.UniqueProcess));
    auto tid = static_cast<pid_t>(id_of(client.UniqueThread));
    // An id of more than 32 bits is nobody's.
    if (handle_of_id(static_cast<uint32_t>(pid)) != client.UniqueProcess ||
        handle_of_id(static_cast<uint32_t>(tid)) != client.UniqueThread)
        pid = tid = 0;
    ntdbg_port port{object.fd()};
    return status_of(ntdbg_port_continue(&port, pid, tid, static_cast<uint32_t>(ContinueStatus)),
                     {{ENOENT, STATUS_INVALID_PARAMETER}});
}

} // extern "C"
