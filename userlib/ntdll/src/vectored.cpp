// SPDX-License-Identifier: MIT
// Vectored handlers. An exception may come anywhere, also in malloc() or in a handler, so those who
// look through a list take no lock and no memory; those who change one take a lock with the
// signals of the thread blocked, and memory of their own.
//
// A handler that was removed stays where it is until nobody looks through its list. Whoever never
// comes back from a handler (longjmp) looks for ever, and its memory is not used again.
#include <atomic>
#include <csignal>

#include <pthread.h>
#include <sys/mman.h>

#include "internal.h"

namespace {

struct Handler {
    std::atomic<Handler *> next;
    Handler *next_removed;
    PVECTORED_EXCEPTION_HANDLER routine;
    std::atomic<bool> removed;
};

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

class Locked {
public:
    Locked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &signals_);
        pthread_mutex_lock(&lock);
    }
    ~Locked() {
        pthread_mutex_unlock(&lock);
        pthread_sigmask(SIG_SETMASK, &signals_, nullptr);
    }
    Locked(const Locked &) = delete;
    Locked &operator=(const Locked &) = delete;

private:
    sigset_t signals_;
};

// A fork while another thread has the lock must not leave it locked in the child.
void lock_for_fork() {
    pthread_mutex_lock(&lock);
}
void unlock_after_fork() {
    pthread_mutex_unlock(&lock);
}

// Under the lock: memory that has never been handed out.
Handler *fresh() {
    constexpr size_t kChunk = 4096;
    static Handler *chunk = nullptr;
    static size_t left = 0;
    static bool prepared = false;
    if (!prepared) {
        if (pthread_atfork(lock_for_fork, unlock_after_fork, unlock_after_fork) != 0)
            return nullptr;
        prepared = true;
    }
    if (left == 0) {
        void *memory =
            mmap(nullptr, kChunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            return nullptr;
        chunk = static_cast<Handler *>(memory);
        left = kChunk / sizeof(Handler);
    }
    left--;
    return new (chunk++) Handler{};
}

class List {
public:
    Handler *add(bool first, PVECTORED_EXCEPTION_HANDLER routine) {
        Locked locked;
        Handler *handler = used();
        if (!handler)
            handler = fresh();
        if (!handler)
            return nullptr;
        handler->routine = routine;
        handler->removed = false;
        std::atomic<Handler *> *place = &head_;
        while (!first && place->load() != nullptr)
            place = &place->load()->next;
        handler->next = place->load();
        *place = handler;
        return handler;
    }

    bool remove(const void *handle) {
        Locked locked;
        for (std::atomic<Handler *> *place = &head_; place->load() != nullptr;
             place = &place->load()->next) {
            Handler *handler = place->load();
            if (handler != handle)
                continue;
            handler->removed = true;
            *place = handler->next.load();
            handler->next_removed = removed_;
            removed_ = handler;
            return true;
        }
        return false;
    }

    // Until one of them wants to go on, if @until.
    bool call(EXCEPTION_POINTERS *pointers, bool until) {
        bool handled = false;
        visitors_++;
        for (Handler *handler = head_; handler && !handled; handler = handler->next) {
            if (!handler->removed)
                handled = handler->routine(pointers) == EXCEPTION_CONTINUE_EXECUTION && until;
        }
        visitors_--;
        return handled;
    }

private:
    // Whoever comes later cannot find them any more, and of those who could nobody is left.
    Handler *used() {
        if (!removed_ || visitors_ != 0)
            return nullptr;
        Handler *handler = removed_;
        removed_ = handler->next_removed;
        return handler;
    }

    std::atomic<Handler *> head_ = nullptr;
    std::atomic<unsigned> visitors_ = 0;
    Handler *removed_ = nullptr;
};

constinit List exception_handlers;
constinit List continue_handlers;

} // namespace

namespace ntdbg::ntdll {

bool call_exception_handlers(EXCEPTION_POINTERS *pointers) {
    return exception_handlers.call(pointers, true);
}

void call_continue_handlers(EXCEPTION_POINTERS *pointers) {
    continue_handlers.call(pointers, false);
}

} // namespace ntdbg::ntdll

extern "C" {

PVOID NTAPI RtlAddVectoredExceptionHandler(ULONG FirstHandler,
                                           PVECTORED_EXCEPTION_HANDLER VectoredHandler) {
    return exception_handlers.add(FirstHandler != 0, VectoredHandler);
}

ULONG NTAPI RtlRemoveVectoredExceptionHandler(PVOID VectoredHandlerHandle) {
    return exception_handlers.remove(VectoredHandlerHandle) ? 1 : 0;
}

PVOID NTAPI RtlAddVectoredContinueHandler(ULONG FirstHandler,
                                          PVECTORED_EXCEPTION_HANDLER VectoredHandler) {
    return continue_handlers.add(FirstHandler != 0, VectoredHandler);
}

ULONG NTAPI RtlRemoveVectoredContinueHandler(PVOID VectoredHandlerHandle) {
    return continue_handlers.remove(VectoredHandlerHandle) ? 1 : 0;
}

} // extern "C"
