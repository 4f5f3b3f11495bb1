// SPDX-License-Identifier: MIT
// Debugging what runs already.
#include <thread>
#include <unistd.h>

#include "session.h"

namespace {

TEST(attach_tells_what_is_there_and_breaks_in) {
    Holder holder;
    REQUIRE(holder.start("two"));
    DWORD pid = holder.info().dwProcessId;
    REQUIRE(DebugActiveProcess(pid));
    Session session;
    REQUIRE(session.next());
    CHECK_EQ(session.event.dwDebugEventCode, static_cast<DWORD>(CREATE_PROCESS_DEBUG_EVENT));
    CHECK_EQ(session.event.dwProcessId, pid);
    CHECK(session.event.u.CreateProcessInfo.lpImageName == nullptr);
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK_EQ(session.event.u.Exception.dwFirstChance, 1u);
    CHECK(session.count(LOAD_DLL_DEBUG_EVENT) >= 2);
    CHECK(session.answer());
    holder.release();
    CHECK_EQ(session.finish(), 9u);
}

TEST(attach_and_stop) {
    Holder holder;
    REQUIRE(holder.start("hold"));
    DWORD pid = holder.info().dwProcessId;
    REQUIRE(DebugActiveProcess(pid));
    Session session;
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    HANDLE process = session.hProcess;
    CHECK(session.answer());
    CHECK(DebugActiveProcessStop(pid));
    CHECK_EQ(ntdbg_win32_handle_to_fd(process), -1);
    BOOL present = TRUE;
    CHECK(CheckRemoteDebuggerPresent(holder.info().hProcess, &present));
    CHECK_EQ(present, FALSE);
    CHECK_ERROR(DebugActiveProcessStop(pid), ERROR_PORT_NOT_SET);
    // It runs on as if nothing had been, and can be debugged again.
    REQUIRE(DebugActiveProcess(pid));
    Session again;
    REQUIRE(again.until_exception(EXCEPTION_BREAKPOINT));
    CHECK(again.answer());
    CHECK(DebugActiveProcessStop(pid));
    holder.release();
    CHECK_EQ(holder.finish(), 9u);
}

TEST(attach_refused) {
    DEBUG_EVENT event;
    CHECK_ERROR(DebugActiveProcess(GetCurrentProcessId()), ERROR_ACCESS_DENIED);
    // The debug object is there from then on.
    CHECK_ERROR(WaitForDebugEvent(&event, 0), ERROR_SEM_TIMEOUT);
    CHECK_ERROR(DebugActiveProcess(0x7ffffff0), ERROR_INVALID_PARAMETER);
    CHECK_ERROR(DebugActiveProcessStop(0x7ffffff0), ERROR_INVALID_PARAMETER);
    Session session;
    REQUIRE(session.start("exit 0"));
    CHECK_ERROR(DebugActiveProcess(session.process.information.dwProcessId),
                ERROR_INVALID_PARAMETER);
    CHECK_EQ(session.finish(), 0u);
}

TEST(attach_break_process) {
    Holder holder;
    REQUIRE(holder.start("hold"));
    CHECK_ERROR(DebugBreakProcess(holder.info().hProcess), ERROR_PORT_NOT_SET);
    DWORD pid = holder.info().dwProcessId;
    REQUIRE(DebugActiveProcess(pid));
    Session session;
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK(session.answer());
    CHECK(DebugBreakProcess(session.hProcess));
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK(session.answer());
    holder.release();
    CHECK_EQ(session.finish(), 9u);
}

TEST(attach_thread_end_kills) {
    Holder holder;
    REQUIRE(holder.start("hold"));
    std::thread([&] { CHECK(DebugActiveProcess(holder.info().dwProcessId)); }).join();
    CHECK_EQ(holder.finish(), 0xC0000354u);
}

} // namespace
