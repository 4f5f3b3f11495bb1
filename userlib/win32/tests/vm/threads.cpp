// SPDX-License-Identifier: MIT
// Handles of processes and threads.
#include <thread>
#include <unistd.h>

#include "session.h"

namespace {

TEST(threads_suspend_and_resume) {
    Holder holder;
    REQUIRE(holder.start());
    HANDLE thread = OpenThread(THREAD_SUSPEND_RESUME, FALSE, holder.info().dwThreadId);
    REQUIRE(thread);
    CHECK_EQ(SuspendThread(thread), 0u);
    CHECK_EQ(SuspendThread(thread), 1u);
    CHECK_EQ(ResumeThread(thread), 2u);
    CHECK_EQ(ResumeThread(thread), 1u);
    CHECK_EQ(ResumeThread(thread), 0u);
    for (DWORD count = 0; count < MAXIMUM_SUSPEND_COUNT; count++)
        REQUIRE(SuspendThread(thread) == count);
    SetLastError(0);
    CHECK_EQ(SuspendThread(thread), static_cast<DWORD>(-1));
    CHECK_EQ(GetLastError(), static_cast<DWORD>(ERROR_SIGNAL_REFUSED));
    for (DWORD count = MAXIMUM_SUSPEND_COUNT; count > 0; count--)
        REQUIRE(ResumeThread(thread) == count);
    CONTEXT context{};
    context.ContextFlags = CONTEXT_CONTROL;
    CHECK_ERROR(GetThreadContext(thread, &context), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(thread));
    CHECK_EQ(holder.finish(), 9u);
}

TEST(threads_opened_by_id) {
    Holder holder;
    REQUIRE(holder.start());
    DWORD pid = holder.info().dwProcessId;
    HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, TRUE, pid);
    REQUIRE(process);
    DWORD flags = 0;
    CHECK(GetHandleInformation(process, &flags));
    CHECK_EQ(flags, static_cast<DWORD>(HANDLE_FLAG_INHERIT));
    CHECK_EQ(GetProcessId(process), pid);
    HANDLE copy = nullptr;
    CHECK(DuplicateHandle(GetCurrentProcess(), process, GetCurrentProcess(), &copy,
                          PROCESS_QUERY_LIMITED_INFORMATION, FALSE, 0));
    CHECK_EQ(GetProcessId(copy), pid);
    CHECK_ERROR(TerminateProcess(copy, 1), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(copy));
    CHECK(CloseHandle(process));
    CHECK_ERROR(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0x7ffffff0), ERROR_INVALID_PARAMETER);
    CHECK_ERROR(OpenThread(THREAD_ALL_ACCESS, FALSE, 0x7ffffff0), ERROR_INVALID_PARAMETER);
    CHECK_ERROR(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0), ERROR_INVALID_PARAMETER);
    CHECK_EQ(holder.finish(), 9u);
}

TEST(threads_of_the_caller) {
    CHECK_EQ(GetCurrentProcessId(), static_cast<DWORD>(getpid()));
    CHECK_EQ(GetProcessId(GetCurrentProcess()), GetCurrentProcessId());
    CHECK_EQ(GetThreadId(GetCurrentThread()), GetCurrentThreadId());
    CHECK_EQ(GetProcessIdOfThread(GetCurrentThread()), GetCurrentProcessId());
    CHECK(CloseHandle(GetCurrentProcess()));
    CHECK(CloseHandle(GetCurrentThread()));
}

TEST(threads_terminated_process) {
    Holder holder;
    REQUIRE(holder.start());
    HANDLE process = holder.info().hProcess;
    CHECK(TerminateProcess(process, 77));
    CHECK_EQ(holder.finish(), 77u);
    CHECK_ERROR(TerminateProcess(nullptr, 1), ERROR_INVALID_HANDLE);
    CHECK_ERROR(TerminateProcess(holder.info().hThread, 1), ERROR_INVALID_HANDLE);

    Session session;
    REQUIRE(session.start("exit 0"));
    REQUIRE(session.next());
    CHECK(TerminateProcess(session.hProcess, 78));
    REQUIRE(session.next());
    CHECK_EQ(session.event.dwDebugEventCode, static_cast<DWORD>(EXIT_PROCESS_DEBUG_EVENT));
    CHECK_EQ(session.finish(), 78u);
    CHECK_EQ(session.process.exit_code(), 78u);
}

TEST(threads_terminated_thread) {
    Input input;
    Session session;
    REQUIRE(session.start("two", DEBUG_ONLY_THIS_PROCESS, input.startup()));
    REQUIRE(session.until(CREATE_THREAD_DEBUG_EVENT));
    HANDLE thread = session.event.u.CreateThread.hThread;
    DWORD tid = session.event.dwThreadId;
    CHECK(session.answer());
    DWORD code = 0;
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, STILL_ACTIVE);
    CHECK(TerminateThread(thread, 55));
    REQUIRE(session.until(EXIT_THREAD_DEBUG_EVENT));
    CHECK_EQ(session.event.dwThreadId, tid);
    CHECK_EQ(session.event.u.ExitThread.dwExitCode, 55u);
    CHECK_ERROR(TerminateThread(nullptr, 1), ERROR_INVALID_HANDLE);
    input.end();
    CHECK_EQ(session.finish(), 9u);
}

TEST(threads_waited_for) {
    Holder holder;
    REQUIRE(holder.start());
    HANDLE process = holder.info().hProcess;
    HANDLE thread = holder.info().hThread;
    CHECK_EQ(WaitForSingleObject(process, 0), static_cast<DWORD>(WAIT_TIMEOUT));
    CHECK_EQ(WaitForSingleObject(process, 30), static_cast<DWORD>(WAIT_TIMEOUT));
    CHECK_EQ(WaitForSingleObject(thread, 0), static_cast<DWORD>(WAIT_TIMEOUT));
    std::thread finisher([&] { holder.release(); });
    CHECK_EQ(WaitForSingleObject(thread, patience_ms), WAIT_OBJECT_0);
    finisher.join();
    CHECK_EQ(WaitForSingleObject(process, patience_ms), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(process, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(thread, 0), WAIT_OBJECT_0);
    CHECK_EQ(holder.finish(), 9u);
}

} // namespace
