// SPDX-License-Identifier: MIT
// The debug object of each thread, and the calls on it.
#include "dbgui.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <pthread.h>
#include <unistd.h>

#include <ntdbg/nt/ntdll.h>

#include "handle.h"

namespace {

using namespace ntdbg::nt;

// NT: TEB.DbgSsReserved[1]. A thread finds its own by a key, which has a destructor;
// others find it in the list, by the thread's id. A slot is never freed, but used
// again when its thread has ended.
struct Slot {
    std::atomic<HANDLE> handle;
    std::atomic<pid_t> tid;
    Slot *next;

    void close() {
        int fd = ntdbg_handle_to_fd(handle.exchange(nullptr));
        if (fd >= 0)
            close_object(fd);
    }
};

std::atomic<Slot *> slots;
pthread_once_t key_once = PTHREAD_ONCE_INIT;
pthread_key_t key;
bool key_made;

void end_of_thread(void *value) {
    auto *slot = static_cast<Slot *>(value);
    slot->close();
    slot->tid = 0;
}

bool has_key() {
    pthread_once(&key_once, [] { key_made = pthread_key_create(&key, end_of_thread) == 0; });
    return key_made;
}

Slot *find_slot() {
    return has_key() ? static_cast<Slot *>(pthread_getspecific(key)) : nullptr;
}

Slot *take_free_slot() {
    for (Slot *slot = slots; slot; slot = slot->next) {
        pid_t none = 0;
        if (slot->tid.compare_exchange_strong(none, gettid()))
            return slot;
    }
    void *memory = calloc(1, sizeof(Slot));
    if (!memory)
        return nullptr;
    auto *slot = new (memory) Slot{};
    slot->tid = gettid();
    slot->next = slots;
    while (!slots.compare_exchange_weak(slot->next, slot)) {
    }
    return slot;
}

HANDLE get_slot() {
    Slot *slot = find_slot();
    return slot ? slot->handle.load() : nullptr;
}

bool set_slot(HANDLE handle) {
    Slot *slot = find_slot();
    if (!slot) {
        slot = has_key() ? take_free_slot() : nullptr;
        if (!slot)
            return false;
        if (pthread_setspecific(key, slot) != 0) {
            slot->tid = 0;
            return false;
        }
    }
    slot->handle = handle;
    return true;
}

} // namespace

namespace ntdbg::nt {

void close_thread_debug_object(pid_t tid) {
    for (Slot *slot = slots; slot; slot = slot->next) {
        if (slot->tid == tid)
            slot->close();
    }
}

} // namespace ntdbg::nt

extern "C" {

NTSTATUS NTAPI DbgUiConnectToDbg(VOID) {
    if (get_slot())
        return STATUS_SUCCESS;
    HANDLE object;
    NTSTATUS status = NtCreateDebugObject(&object, DEBUG_ALL_ACCESS, nullptr, DEBUG_KILL_ON_CLOSE);
    if (!NT_SUCCESS(status))
        return status;
    if (set_slot(object))
        return STATUS_SUCCESS;
    NtClose(object);
    return STATUS_NO_MEMORY;
}

HANDLE NTAPI DbgUiGetThreadDebugObject(VOID) {
    return get_slot();
}

VOID NTAPI DbgUiSetThreadDebugObject(HANDLE DebugObject) {
    set_slot(DebugObject);
}

NTSTATUS NTAPI DbgUiWaitStateChange(PDBGUI_WAIT_STATE_CHANGE StateChange, PLARGE_INTEGER Timeout) {
    return NtWaitForDebugEvent(get_slot(), FALSE, Timeout, StateChange);
}

NTSTATUS NTAPI DbgUiContinue(PCLIENT_ID ClientId, NTSTATUS ContinueStatus) {
    return NtDebugContinue(get_slot(), ClientId, ContinueStatus);
}

NTSTATUS NTAPI DbgUiStopDebugging(HANDLE Process) {
    return NtRemoveProcessDebug(Process, get_slot());
}

NTSTATUS NTAPI DbgUiDebugActiveProcess(HANDLE Process) {
    NTSTATUS status = NtDebugActiveProcess(Process, get_slot());
    if (!NT_SUCCESS(status))
        return status;
    status = DbgUiIssueRemoteBreakin(Process);
    if (!NT_SUCCESS(status))
        DbgUiStopDebugging(Process);
    return status;
}

} // extern "C"
