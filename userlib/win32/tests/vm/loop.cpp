// SPDX-License-Identifier: MIT
// The debug loop: waiting, continuing, and who may.
#include <atomic>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#include "session.h"

namespace {

TEST(loop_without_a_debug_object_fails_at_once) {
    DEBUG_EVENT event;
    CHECK_ERROR(WaitForDebugEvent(&event, INFINITE), ERROR_INVALID_HANDLE);
    CHECK_ERROR(WaitForDebugEventEx(&event, INFINITE), ERROR_INVALID_HANDLE);
    CHECK_ERROR(ContinueDebugEvent(1, 1, DBG_CONTINUE), ERROR_INVALID_HANDLE);
    CHECK_ERROR(DebugSetProcessKillOnExit(FALSE), ERROR_INVALID_HANDLE);
    CHECK_ERROR(ntdbg_win32_cancel_wait(), ERROR_INVALID_HANDLE);
}

TEST(loop_of_a_launch_has_the_textbook_order) {
    Session session;
    REQUIRE(session.start("exit 7"));
    REQUIRE(session.next());
    CHECK_EQ(session.event.dwDebugEventCode, static_cast<DWORD>(CREATE_PROCESS_DEBUG_EVENT));
    const CREATE_PROCESS_DEBUG_INFO created = session.event.u.CreateProcessInfo;
    CHECK_EQ(session.event.dwProcessId, session.process.information.dwProcessId);
    CHECK_EQ(session.event.dwThreadId, session.process.information.dwThreadId);
    CHECK(created.lpBaseOfImage != nullptr);
    CHECK(created.lpStartAddress != nullptr);
    CHECK(created.lpImageName == nullptr);
    CHECK_EQ(created.fUnicode, TRUE);
    CHECK_EQ(GetProcessId(created.hProcess), session.event.dwProcessId);
    CHECK_EQ(GetThreadId(created.hThread), session.event.dwThreadId);
    CHECK_EQ(WaitForSingleObject(created.hProcess, 0), static_cast<DWORD>(WAIT_TIMEOUT));

    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK(session.count(LOAD_DLL_DEBUG_EVENT) >= 2);
    CHECK_EQ(session.event.u.Exception.dwFirstChance, 1u);
    REQUIRE(session.until(EXIT_PROCESS_DEBUG_EVENT));
    CHECK_EQ(session.event.u.ExitProcess.dwExitCode, 7u);
    CHECK_EQ(session.count(CREATE_PROCESS_DEBUG_EVENT), 1u);
    CHECK_EQ(session.count(EXIT_THREAD_DEBUG_EVENT), 0u);
    // Until this is continued its handles are there; after it they are not.
    CHECK_EQ(GetProcessId(created.hProcess), session.event.dwProcessId);
    CHECK(session.answer());
    CHECK_EQ(ntdbg_win32_handle_to_fd(created.hProcess), -1);
    CHECK_EQ(ntdbg_win32_handle_to_fd(created.hThread), -1);
    CHECK_EQ(session.process.exit_code(), 7u);
}

TEST(loop_after_the_last_exit_event_fails_at_once) {
    Session session;
    REQUIRE(session.start("exit 0"));
    CHECK_EQ(session.finish(), 0u);
    DEBUG_EVENT event;
    CHECK_ERROR(WaitForDebugEvent(&event, INFINITE), ERROR_NO_MORE_ITEMS);
    CHECK_ERROR(WaitForDebugEvent(&event, 0), ERROR_NO_MORE_ITEMS);
    CHECK_ERROR(WaitForDebugEventEx(&event, 1000), ERROR_NO_MORE_ITEMS);
    // The debug object serves again.
    Session again;
    REQUIRE(again.start("exit 2"));
    CHECK_EQ(again.finish(), 2u);
}

TEST(loop_closes_no_handle_that_the_debugger_has_closed) {
    Session session;
    REQUIRE(session.start("exit 0"));
    REQUIRE(session.next());
    int fd = ntdbg_win32_handle_to_fd(session.hProcess);
    REQUIRE(CloseHandle(session.hProcess));
    // Whoever gets the number next keeps it.
    int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK_EQ(dup3(other, fd, O_CLOEXEC), fd);
    CHECK_EQ(session.finish(), 0u);
    CHECK(fcntl(fd, F_GETFD) >= 0);
    close(fd);
    close(other);
}

TEST(loop_times_out) {
    Session session;
    REQUIRE(session.start("exit 0"));
    REQUIRE(session.next());
    // Nothing more comes while this one is not continued.
    DEBUG_EVENT event;
    CHECK_ERROR(WaitForDebugEvent(&event, 0), ERROR_SEM_TIMEOUT);
    CHECK_ERROR(WaitForDebugEvent(&event, 30), ERROR_SEM_TIMEOUT);
    CHECK_EQ(session.finish(), 0u);
}

TEST(loop_continues_only_what_was_handed_out) {
    Session session;
    REQUIRE(session.start("exit 0"));
    DWORD pid = session.process.information.dwProcessId;
    CHECK_ERROR(ContinueDebugEvent(pid, pid, DBG_CONTINUE), ERROR_INVALID_PARAMETER);
    REQUIRE(session.next());
    CHECK_ERROR(ContinueDebugEvent(pid, pid + 1, DBG_CONTINUE), ERROR_INVALID_PARAMETER);
    CHECK_ERROR(ContinueDebugEvent(pid, pid, 0x12345678), ERROR_INVALID_PARAMETER);
    CHECK(session.answer(DBG_EXCEPTION_HANDLED));
    CHECK_ERROR(ContinueDebugEvent(pid, pid, DBG_CONTINUE), ERROR_INVALID_PARAMETER);
    CHECK_EQ(session.finish(), 0u);
}

TEST(loop_reply_later_brings_the_event_again) {
    Session session;
    REQUIRE(session.start("stop"));
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK(session.answer());
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    DEBUG_EVENT before = session.event;
    CHECK(session.answer(DBG_REPLY_LATER));
    REQUIRE(session.next());
    CHECK_EQ(session.event.dwThreadId, before.dwThreadId);
    CHECK_EQ(session.exception().ExceptionAddress,
             before.u.Exception.ExceptionRecord.ExceptionAddress);
    CHECK_EQ(session.finish(), 21u);
}

TEST(loop_reply_later_of_an_exit_keeps_the_handles) {
    Session session;
    REQUIRE(session.start("exit 0"));
    REQUIRE(session.until(EXIT_PROCESS_DEBUG_EVENT));
    CHECK(session.answer(DBG_REPLY_LATER));
    CHECK_EQ(GetProcessId(session.hProcess), session.event.dwProcessId);
    REQUIRE(session.next());
    CHECK_EQ(session.event.dwDebugEventCode, static_cast<DWORD>(EXIT_PROCESS_DEBUG_EVENT));
    CHECK_EQ(session.finish(), 0u);
    CHECK_EQ(ntdbg_win32_handle_to_fd(session.hProcess), -1);
}

TEST(loop_follows_children_only_if_asked) {
    Session with;
    REQUIRE(with.start("spawn", DEBUG_PROCESS));
    with.finish();
    CHECK_EQ(with.count(CREATE_PROCESS_DEBUG_EVENT), 2u);
    CHECK_EQ(with.count(EXIT_PROCESS_DEBUG_EVENT), 2u);
    CHECK_EQ(with.process.exit_code(), 5u);
    Session without;
    REQUIRE(without.start("spawn", DEBUG_ONLY_THIS_PROCESS | DEBUG_PROCESS));
    CHECK_EQ(without.finish(), 5u);
    CHECK_EQ(without.count(CREATE_PROCESS_DEBUG_EVENT), 1u);
}

TEST(loop_serves_any_thread) {
    Session session;
    REQUIRE(session.start("exit 6"));
    DWORD code = 0;
    std::thread([&] { code = session.finish(); }).join();
    CHECK_EQ(code, 6u);
    // That thread's end did not close what this one has.
    DEBUG_EVENT event;
    CHECK_ERROR(WaitForDebugEvent(&event, INFINITE), ERROR_NO_MORE_ITEMS);
}

TEST(loop_outlives_the_thread_that_started_it) {
    Session session;
    std::atomic<bool> joined = false;
    std::thread waiter;
    std::thread([&] {
        if (!session.start("exit 4"))
            return;
        waiter = std::thread([&] {
            bool held = session.next();
            joined = true;
            joined.notify_all();
            if (held)
                session.finish();
        });
        joined.wait(false);
    }).join();
    REQUIRE(waiter.joinable());
    waiter.join();
    CHECK_EQ(session.process.exit_code(), 4u);
}

TEST(loop_can_be_kept_to_its_thread) {
    Session session;
    CHECK_EQ(ntdbg_win32_set_thread_affinity(TRUE), FALSE);
    REQUIRE(session.start("exit 0"));
    std::thread([] {
        DEBUG_EVENT event;
        CHECK_ERROR(WaitForDebugEvent(&event, INFINITE), ERROR_INVALID_HANDLE);
        CHECK_EQ(ntdbg_win32_debug_fd(), -1);
    }).join();
    CHECK_EQ(ntdbg_win32_set_thread_affinity(FALSE), TRUE);
    CHECK_EQ(session.finish(), 0u);
}

TEST(loop_by_poll) {
    Session session;
    REQUIRE(session.start("exit 0"));
    pollfd port{ntdbg_win32_debug_fd(), POLLIN, 0};
    REQUIRE(port.fd >= 0);
    for (;;) {
        REQUIRE(poll(&port, 1, static_cast<int>(patience_ms)) == 1);
        if (!(port.revents & POLLIN))
            break;
        // What poll has promised is there without waiting.
        DEBUG_EVENT event;
        REQUIRE(WaitForDebugEvent(&event, 0));
        if (event.dwDebugEventCode == LOAD_DLL_DEBUG_EVENT)
            CloseHandle(event.u.LoadDll.hFile);
        CHECK(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE));
    }
    CHECK_EQ(port.revents & POLLHUP, POLLHUP);
    CHECK_EQ(session.process.exit_code(), 0u);
}

TEST(loop_by_epoll) {
    Session session;
    REQUIRE(session.start("exit 0"));
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    REQUIRE(epoll_ctl(epoll, EPOLL_CTL_ADD, ntdbg_win32_debug_fd(), &wanted) == 0);
    unsigned events = 0;
    for (;;) {
        epoll_event got{};
        REQUIRE(epoll_wait(epoll, &got, 1, static_cast<int>(patience_ms)) == 1);
        if (!(got.events & EPOLLIN))
            break;
        REQUIRE(session.next());
        CHECK(session.answer());
        events++;
    }
    CHECK(events >= 4);
    close(epoll);
}

// Until that thread is in a system call of this number.
bool in_system_call(pid_t thread, long number) {
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", thread);
    for (unsigned tries = 0; tries < patience_ms / 10; tries++) {
        long now = -1;
        FILE *file = fopen(path, "re");
        if (!file || fscanf(file, "%ld", &now) != 1)
            now = -1;
        if (file)
            fclose(file);
        if (now == number)
            return true;
        Sleep(10);
    }
    return false;
}

TEST(loop_wait_can_be_cancelled) {
    Session session;
    REQUIRE(session.start("exit 0"));
    REQUIRE(session.next());
    // A cancel without a wait does nothing to the next one.
    CHECK(ntdbg_win32_cancel_wait());
    DEBUG_EVENT none;
    CHECK_ERROR(WaitForDebugEvent(&none, 0), ERROR_SEM_TIMEOUT);
    std::atomic<pid_t> thread = 0;
    DWORD error = 0;
    std::thread waiter([&] {
        DEBUG_EVENT event;
        thread = static_cast<pid_t>(GetCurrentThreadId());
        thread.notify_all();
        if (!WaitForDebugEvent(&event, INFINITE))
            error = GetLastError();
    });
    thread.wait(0);
    CHECK(in_system_call(thread, SYS_ioctl));
    CHECK(ntdbg_win32_cancel_wait());
    waiter.join();
    CHECK_EQ(error, static_cast<DWORD>(ERROR_OPERATION_ABORTED));
    CHECK_EQ(session.finish(), 0u);
}

TEST(loop_thread_end_kills_what_it_debugs) {
    Process process;
    std::thread([&] { CHECK(create("hold", DEBUG_ONLY_THIS_PROCESS, process.fill())); }).join();
    CHECK_EQ(process.exit_code(), 0xC0000354u);
}

TEST(loop_thread_end_lets_it_go_if_asked) {
    Process process;
    std::thread([&] {
        CHECK(create("exit 7", DEBUG_ONLY_THIS_PROCESS, process.fill()));
        CHECK(DebugSetProcessKillOnExit(FALSE));
    }).join();
    CHECK_EQ(process.exit_code(), 7u);
}

} // namespace
