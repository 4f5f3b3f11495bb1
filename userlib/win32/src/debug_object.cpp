// SPDX-License-Identifier: MIT
#include "debug_object.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ntdbg-win32/linux.h>
#include <ntdbg/process.h>

#include "array.h"
#include "last_error.h"
#include "lock.h"

namespace ntdbg::win32 {
namespace {

struct Entry {
    pid_t thread;
    HANDLE object;
};

// The debug objects of all threads, the newest last. The handles are the threads': each
// closes its own, and takes its entry away before that can happen.
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
constinit List<Entry> entries;
bool strict;

// Made before libntdbg makes its own, whose destructor closes the handle: this one comes first.
pthread_once_t once = PTHREAD_ONCE_INIT;
pthread_key_t key;

pid_t self() {
    return static_cast<pid_t>(syscall(SYS_gettid));
}

template <typename Match>
void forget(Match match) {
    Lock lock(&mutex);
    size_t kept = 0;
    for (const Entry &entry : entries) {
        if (!match(entry))
            entries[kept++] = entry;
    }
    entries.truncate(kept);
}

void thread_ends(void *) {
    pid_t thread = self();
    forget([thread](const Entry &entry) { return entry.thread == thread; });
}

void make_key() {
    pthread_key_create(&key, thread_ends);
}

bool is_debug_object(HANDLE object) {
    struct ntdbg_handle handle {};
    return ntdbg_handle_query(ntdbg_handle_to_fd(object), &handle) == 0 &&
           handle.type == NTDBG_OBJECT_DEBUG;
}

// Under the lock.
bool enter(HANDLE object) {
    // Any value but NULL has the destructor called.
    return pthread_setspecific(key, &key) == 0 && entries.push({self(), object});
}

HANDLE join_newest() {
    Lock lock(&mutex);
    for (size_t at = entries.size(); at-- > 0;) {
        HANDLE own = nullptr;
        HANDLE theirs = entries[at].object;
        // Closed behind our back, its number may be anything's by now.
        if (!is_debug_object(theirs) ||
            !NT_SUCCESS(NtDuplicateObject(NtCurrentProcess(), theirs, NtCurrentProcess(), &own, 0,
                                          0, DUPLICATE_SAME_ACCESS)))
            continue;
        if (!enter(own)) {
            NtClose(own);
            return nullptr;
        }
        DbgUiSetThreadDebugObject(own);
        return own;
    }
    return nullptr;
}

} // namespace

NTSTATUS connect_debug_object(HANDLE *object) {
    pthread_once(&once, make_key);
    bool had = DbgUiGetThreadDebugObject() != nullptr;
    NTSTATUS status = DbgUiConnectToDbg();
    if (!NT_SUCCESS(status))
        return status;
    *object = DbgUiGetThreadDebugObject();
    if (!had) {
        Lock lock(&mutex);
        // Without memory other threads do not find it; this one does.
        (void)enter(*object);
    }
    return status;
}

HANDLE find_debug_object() {
    pthread_once(&once, make_key);
    HANDLE object = DbgUiGetThreadDebugObject();
    if (object || __atomic_load_n(&strict, __ATOMIC_RELAXED))
        return object;
    return join_newest();
}

void forget_debug_object(HANDLE object) {
    forget([object](const Entry &entry) { return entry.object == object; });
}

} // namespace ntdbg::win32

using namespace ntdbg::win32;

int ntdbg_win32_debug_fd(void) {
    HANDLE object = find_debug_object();
    if (!object)
        fail(ERROR_INVALID_HANDLE);
    return ntdbg_handle_to_fd(object);
}

BOOL ntdbg_win32_set_thread_affinity(BOOL value) {
    return __atomic_exchange_n(&strict, value != FALSE, __ATOMIC_RELAXED) ? TRUE : FALSE;
}
