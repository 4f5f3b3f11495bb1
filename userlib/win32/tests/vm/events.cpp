// SPDX-License-Identifier: MIT
// What the events tell.
#include <cstring>
#include <unistd.h>

#include "session.h"

namespace {

std::string path_of(HANDLE file) {
    char path[4096];
    DWORD size = GetFinalPathNameByHandleA(file, path, sizeof(path), FILE_NAME_NORMALIZED);
    return {path, size < sizeof(path) ? size : 0};
}

// The files of the events are the caller's, so this goes without Session.
TEST(events_tell_the_files_of_images) {
    Process process;
    REQUIRE(create("exit 0", DEBUG_ONLY_THIS_PROCESS, process.fill()));
    DEBUG_EVENT event;
    std::string program;
    std::string libraries;
    while (WaitForDebugEvent(&event, patience_ms)) {
        HANDLE file = nullptr;
        if (event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT) {
            file = event.u.CreateProcessInfo.hFile;
            program = path_of(file);
        } else if (event.dwDebugEventCode == LOAD_DLL_DEBUG_EVENT) {
            file = event.u.LoadDll.hFile;
            libraries += path_of(file) + " ";
            CHECK(event.u.LoadDll.lpImageName == nullptr);
            // The file's bytes are the image's.
            char magic[4];
            CHECK_EQ(pread(ntdbg_win32_handle_to_fd(file), magic, 4, 0), 4);
            char there[4];
            CHECK(ReadProcessMemory(process.information.hProcess, event.u.LoadDll.lpBaseOfDll,
                                    there, 4, nullptr));
            CHECK(memcmp(magic, there, 4) == 0);
        }
        if (file)
            CHECK(CloseHandle(file));
        CHECK(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE));
    }
    CHECK_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_ITEMS));
    CHECK_EQ(program, self());
    CHECK(libraries.find("ld-linux-x86-64.so.2") != std::string::npos);
    CHECK(libraries.find("libc.so.6") != std::string::npos);
}

TEST(events_of_libraries) {
    Session session;
    REQUIRE(session.start("libraries"));
    REQUIRE(session.until(UNLOAD_DLL_DEBUG_EVENT));
    CHECK(session.event.u.UnloadDll.lpBaseOfDll != nullptr);
    CHECK_EQ(session.finish(), 8u);
}

TEST(events_of_threads) {
    Session session;
    REQUIRE(session.start("threads"));
    REQUIRE(session.until(CREATE_THREAD_DEBUG_EVENT));
    const CREATE_THREAD_DEBUG_INFO created = session.event.u.CreateThread;
    DWORD tid = session.event.dwThreadId;
    CHECK(tid != session.process.information.dwThreadId);
    CHECK_EQ(GetThreadId(created.hThread), tid);
    CHECK_EQ(GetProcessIdOfThread(created.hThread), session.event.dwProcessId);
    CHECK(created.lpStartAddress != nullptr);
    CHECK(created.lpThreadLocalBase != nullptr);
    REQUIRE(session.until(EXIT_THREAD_DEBUG_EVENT));
    CHECK_EQ(session.event.dwThreadId, tid);
    CHECK_EQ(GetThreadId(created.hThread), tid);
    CHECK(session.answer());
    CHECK_EQ(ntdbg_win32_handle_to_fd(created.hThread), -1);
    CHECK_EQ(session.finish(), 5u);
}

TEST(events_of_a_crash) {
    Session session;
    REQUIRE(session.start("crash"));
    REQUIRE(session.until_exception(EXCEPTION_ACCESS_VIOLATION));
    CHECK_EQ(session.event.u.Exception.dwFirstChance, 1u);
    CHECK_EQ(session.exception().NumberParameters, 2u);
    CHECK_EQ(session.exception().ExceptionInformation[0], 1u);
    CHECK_EQ(session.exception().ExceptionInformation[1], 0x10u);
    CHECK(session.answer(DBG_EXCEPTION_NOT_HANDLED));
    REQUIRE(session.until_exception(EXCEPTION_ACCESS_VIOLATION));
    CHECK_EQ(session.event.u.Exception.dwFirstChance, 0u);
    CHECK(session.answer(DBG_EXCEPTION_NOT_HANDLED));
    CHECK_EQ(session.finish(), EXCEPTION_ACCESS_VIOLATION);
    CHECK_EQ(session.process.exit_code(), EXCEPTION_ACCESS_VIOLATION);
}

TEST(events_of_breakpoints) {
    Session session;
    REQUIRE(session.start("break"));
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK(session.answer());
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK_EQ(session.finish(), 2u);
}

TEST(events_of_raised_exceptions) {
    Session handled;
    REQUIRE(handled.start("raise"));
    REQUIRE(handled.until_exception(0xE0001234));
    CHECK_EQ(handled.event.u.Exception.dwFirstChance, 1u);
    CHECK_EQ(handled.exception().NumberParameters, 2u);
    CHECK_EQ(handled.exception().ExceptionInformation[0], 11u);
    CHECK_EQ(handled.exception().ExceptionInformation[1], 22u);
    CHECK(handled.exception().ExceptionAddress != nullptr);
    CHECK(handled.answer(DBG_CONTINUE));
    CHECK_EQ(handled.finish(), 6u);

    Session refused;
    REQUIRE(refused.start("raise"));
    REQUIRE(refused.until_exception(0xE0001234));
    CHECK(refused.answer(DBG_EXCEPTION_NOT_HANDLED));
    REQUIRE(refused.until_exception(0xE0001234));
    CHECK_EQ(refused.event.u.Exception.dwFirstChance, 0u);
    CHECK(refused.answer(DBG_EXCEPTION_NOT_HANDLED));
    CHECK_EQ(refused.finish(), 0xE0001234u);
}

TEST(events_of_strings) {
    Session session;
    REQUIRE(session.start("say"));
    REQUIRE(session.until(OUTPUT_DEBUG_STRING_EVENT));
    char text[64] = "";
    OUTPUT_DEBUG_STRING_INFO info = session.event.u.DebugString;
    CHECK_EQ(info.fUnicode, FALSE);
    CHECK_EQ(info.nDebugStringLength, 6u);
    CHECK(ReadProcessMemory(session.hProcess, info.lpDebugStringData, text, 6, nullptr));
    CHECK_EQ(std::string(text), "plain");
    // Of the wide one this debugger hears the bytes, and no exception.
    REQUIRE(session.until(OUTPUT_DEBUG_STRING_EVENT));
    info = session.event.u.DebugString;
    CHECK_EQ(info.fUnicode, FALSE);
    CHECK_EQ(info.nDebugStringLength, strlen("wide \u00fc") + 1);
    CHECK(ReadProcessMemory(session.hProcess, info.lpDebugStringData, text, info.nDebugStringLength,
                            nullptr));
    CHECK_EQ(std::string(text), "wide \u00fc");
    CHECK_EQ(session.finish(), 3u);
    CHECK_EQ(session.count(EXCEPTION_DEBUG_EVENT), 1u);
}

TEST(events_of_wide_strings) {
    Process process;
    REQUIRE(create("say", DEBUG_ONLY_THIS_PROCESS, process.fill()));
    DEBUG_EVENT event;
    unsigned strings = 0;
    while (WaitForDebugEventEx(&event, patience_ms)) {
        if (event.dwDebugEventCode == OUTPUT_DEBUG_STRING_EVENT && ++strings == 2) {
            char16_t text[16] = u"";
            CHECK_EQ(event.u.DebugString.fUnicode, TRUE);
            CHECK_EQ(event.u.DebugString.nDebugStringLength, 7u);
            CHECK(ReadProcessMemory(process.information.hProcess,
                                    event.u.DebugString.lpDebugStringData, text, 14, nullptr));
            CHECK(std::u16string(text) == u"wide \u00fc");
        }
        CHECK(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE));
    }
    // Handled as it was, it is not said again in bytes.
    CHECK_EQ(strings, 2u);
    CHECK_EQ(process.exit_code(), 3u);
}

TEST(events_a_debuggee_knows) {
    Process alone;
    REQUIRE(create("present", 0, alone.fill()));
    CHECK_EQ(alone.exit_code(), 0u);
    Session session;
    REQUIRE(session.start("present"));
    BOOL present = FALSE;
    CHECK(CheckRemoteDebuggerPresent(session.process.information.hProcess, &present));
    CHECK_EQ(present, TRUE);
    CHECK_EQ(session.finish(), 3u);
    CHECK_EQ(IsDebuggerPresent(), FALSE);
    CHECK_ERROR(CheckRemoteDebuggerPresent(nullptr, &present), ERROR_INVALID_PARAMETER);
    CHECK_ERROR(CheckRemoteDebuggerPresent(GetCurrentProcess(), nullptr), ERROR_INVALID_PARAMETER);
}

} // namespace
