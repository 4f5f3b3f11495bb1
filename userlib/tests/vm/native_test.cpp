// SPDX-License-Identifier: MIT
// What the native face does with threads of the calling process: TAP, in the VM. The statuses of
// single calls are rows of selftests/conformance/native.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <pthread.h>
#include <unistd.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

namespace {

bool passed;

void check(bool ok, const char *what, int line) {
    if (!ok) {
        printf("# line %d: %s\n", line, what);
        passed = false;
    }
}
#define CHECK(condition) check((condition), #condition, __LINE__)

// A thread that does one thing, and its handle from before it does it.
class Thread {
public:
    explicit Thread(std::function<void()> work) {
        auto start = std::make_unique<Start>(Start{this, std::move(work)});
        if (pthread_create(&thread_, nullptr, run, start.get()) == 0)
            (void)start.release(); // the thread's own now
        while (tid_ == 0)
            sched_yield();
        OBJECT_ATTRIBUTES attributes;
        InitializeObjectAttributes(&attributes, nullptr, 0, nullptr, nullptr);
        CLIENT_ID client{nullptr, reinterpret_cast<HANDLE>(static_cast<uintptr_t>(tid_))};
        CHECK(NtOpenThread(&handle_, THREAD_ALL_ACCESS, &attributes, &client) == STATUS_SUCCESS);
        go_ = true;
    }
    ~Thread() { NtClose(handle_); }
    Thread(const Thread &) = delete;
    Thread &operator=(const Thread &) = delete;

    HANDLE handle() const { return handle_; }
    pthread_t id() const { return thread_; }
    void join() { pthread_join(thread_, nullptr); }
    ntdbg_thread_info query() const {
        ntdbg_thread_info info{};
        ntdbg_thread_query(ntdbg_handle_to_fd(handle_), &info);
        return info;
    }
    void until(uint32_t flag) const {
        while (!(query().flags & flag))
            sched_yield();
    }

private:
    struct Start {
        Thread *self;
        std::function<void()> work;
    };
    static void *run(void *argument) {
        std::unique_ptr<Start> start(static_cast<Start *>(argument));
        start->self->tid_ = gettid();
        while (!start->self->go_)
            sched_yield(); // never asleep before its work
        start->work();
        return nullptr;
    }

    pthread_t thread_;
    HANDLE handle_ = nullptr;
    std::atomic<pid_t> tid_{0};
    std::atomic<bool> go_{false};
};

HANDLE new_object() {
    HANDLE object = nullptr;
    CHECK(NtCreateDebugObject(&object, DEBUG_ALL_ACCESS, nullptr, 0) == STATUS_SUCCESS);
    return object;
}

NTSTATUS poll_once(HANDLE object) {
    LARGE_INTEGER now{};
    DBGUI_WAIT_STATE_CHANGE change;
    return NtWaitForDebugEvent(object, FALSE, &now, &change);
}

void cancel(HANDLE object) {
    ntdbg_port *port = nullptr;
    CHECK(ntdbg_port_from_fd(&port, dup(ntdbg_handle_to_fd(object))) == 0);
    CHECK(ntdbg_port_cancel(port) == 0);
    ntdbg_port_close(port);
}

// The status that a wait without end got.
template <typename End>
NTSTATUS end_a_wait(HANDLE object, bool alertable, End end) {
    NTSTATUS status = STATUS_PENDING;
    Thread waiter([&status, object, alertable] {
        DBGUI_WAIT_STATE_CHANGE change;
        status = NtWaitForDebugEvent(object, alertable, nullptr, &change);
    });
    waiter.until(NTDBG_THREAD_ASLEEP);
    end(waiter);
    waiter.join();
    return status;
}

void close_ends_a_wait() {
    HANDLE object = new_object();
    CHECK(end_a_wait(object, false, [object](Thread &) { NtClose(object); }) ==
          STATUS_DEBUGGER_INACTIVE);
}

void close_of_another_handle_does_not() {
    HANDLE object = new_object();
    HANDLE other = nullptr;
    CHECK(NtDuplicateObject(NtCurrentProcess(), object, NtCurrentProcess(), &other, 0, 0,
                            DUPLICATE_SAME_ACCESS) == STATUS_SUCCESS);
    NTSTATUS status = end_a_wait(object, false, [=](Thread &) {
        NtClose(other);
        cancel(object); // what ends it instead says something else
    });
    CHECK(status == STATUS_CANCELLED);
    NtClose(object);
}

void signals_and_waits() {
    struct sigaction action {};
    static std::atomic<int> handled;
    action.sa_handler = [](int) { handled++; };
    sigaction(SIGUSR1, &action, nullptr);
    HANDLE object = new_object();
    CHECK(end_a_wait(object, true, [](Thread &waiter) { pthread_kill(waiter.id(), SIGUSR1); }) ==
          STATUS_USER_APC);
    NTSTATUS status = end_a_wait(object, false, [object](Thread &waiter) {
        pthread_kill(waiter.id(), SIGUSR1);
        while (handled != 2)
            sched_yield();
        waiter.until(NTDBG_THREAD_ASLEEP); // it waits on
        cancel(object);
    });
    CHECK(status == STATUS_CANCELLED);
    NtClose(object);
}

void thread_end_closes_its_debug_object() {
    HANDLE object = nullptr;
    Thread thread([&object] {
        CHECK(DbgUiConnectToDbg() == STATUS_SUCCESS);
        object = DbgUiGetThreadDebugObject();
    });
    thread.join();
    CHECK(object != nullptr);
    CHECK(poll_once(object) == STATUS_INVALID_HANDLE);
}

void terminate_thread_closes_its_debug_object() {
    std::atomic<HANDLE> object{nullptr};
    Thread thread([&object] {
        CHECK(DbgUiConnectToDbg() == STATUS_SUCCESS);
        object = DbgUiGetThreadDebugObject();
        for (;;)
            pause();
    });
    while (!object)
        sched_yield();
    CHECK(poll_once(object) == STATUS_TIMEOUT);
    CHECK(NtTerminateThread(thread.handle(), 5) == STATUS_SUCCESS);
    CHECK(poll_once(object) == STATUS_INVALID_HANDLE);
    thread.until(NTDBG_THREAD_EXITED);
}

// A debugger that reads all registers and sets them again must not change what a call says.
void context_of_a_thread_in_a_call() {
    for (bool change : {false, true}) {
        int ends[2];
        CHECK(pipe(ends) == 0);
        ssize_t got = -1;
        Thread reader([&got, &ends] {
            char byte;
            got = read(ends[0], &byte, 1);
        });
        reader.until(NTDBG_THREAD_ASLEEP);
        CONTEXT context{};
        context.ContextFlags = CONTEXT_ALL;
        CHECK(NtGetContextThread(reader.handle(), &context) == STATUS_SUCCESS);
        if (change)
            context.Rax = 77;
        CHECK(NtSetContextThread(reader.handle(), &context) == STATUS_SUCCESS);
        CHECK(write(ends[1], "x", 1) == 1);
        reader.join();
        CHECK(got == (change ? 77 : 1));
        close(ends[0]);
        close(ends[1]);
    }
}

// The last one: afterwards there is no other thread to test with.
void terminate_all_others() {
    Thread first([] {
        for (;;)
            pause();
    });
    std::atomic<unsigned> spins{0};
    Thread second([&spins] {
        for (;;)
            spins++;
    });
    ULONG last = 1;
    CHECK(NtQueryInformationThread(NtCurrentThread(), ThreadAmILastThread, &last, sizeof(last),
                                   nullptr) == STATUS_SUCCESS);
    CHECK(last == 0);
    CHECK(NtTerminateProcess(nullptr, 3) == STATUS_SUCCESS);
    first.until(NTDBG_THREAD_EXITED);
    second.until(NTDBG_THREAD_EXITED);
    CHECK(NtTerminateThread(nullptr, 3) == STATUS_CANT_TERMINATE_SELF);
}

struct Test {
    const char *name;
    void (*run)();
};
#define TEST(name)                                                                                 \
    Test {                                                                                         \
#name, name                                                                                \
    }

constexpr Test kTests[] = {
    TEST(close_ends_a_wait),
    TEST(close_of_another_handle_does_not),
    TEST(signals_and_waits),
    TEST(thread_end_closes_its_debug_object),
    TEST(terminate_thread_closes_its_debug_object),
    TEST(context_of_a_thread_in_a_call),
    TEST(terminate_all_others),
};

} // namespace

int main() {
    setvbuf(stdout, nullptr, _IOLBF, 0);
    printf("TAP version 13\n1..%zu\n", std::size(kTests));
    int number = 0;
    bool all = true;
    for (const Test &test : kTests) {
        passed = true;
        test.run();
        printf("%s %d %s\n", passed ? "ok" : "not ok", ++number, test.name);
        all = all && passed;
    }
    return all ? 0 : 1;
}
