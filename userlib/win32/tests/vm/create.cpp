// SPDX-License-Identifier: MIT
// CreateProcess, most of it without a debugger.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session.h"

namespace {

// 0, 1 and 2 of a child: nothing, and both outputs in a pipe.
class Output {
public:
    Output() {
        startup.cb = sizeof(startup);
        startup.dwFlags = STARTF_USESTDHANDLES;
        startup.hStdOutput = startup.hStdError = pipe.write_handle();
    }
    Pipe pipe;
    STARTUPINFOA startup{};
};

bool in(const std::string &text, const char *part) {
    return text.find(part) != std::string::npos;
}

TEST(create_runs_a_program_and_tells_its_exit_code) {
    Process process;
    REQUIRE(create("exit 7", 0, process.fill()));
    const PROCESS_INFORMATION &info = process.information;
    CHECK_EQ(GetProcessId(info.hProcess), info.dwProcessId);
    CHECK_EQ(GetThreadId(info.hThread), info.dwThreadId);
    CHECK_EQ(GetProcessIdOfThread(info.hThread), info.dwProcessId);
    CHECK_EQ(process.exit_code(), 7u);
}

TEST(create_waits_for_its_children_and_for_no_others) {
    pid_t other = fork();
    if (other == 0)
        _exit(3);
    siginfo_t ended{};
    CHECK_EQ(waitid(P_PID, static_cast<id_t>(other), &ended, WEXITED | WNOWAIT), 0);
    Process process;
    REQUIRE(create("exit 0", 0, process.fill()));
    CHECK_EQ(process.exit_code(), 0u);
    // Waited for: no zombie is left, and the other is still one.
    CHECK_EQ(waitpid(static_cast<pid_t>(process.information.dwProcessId), nullptr, WNOHANG), -1);
    CHECK_EQ(errno, ECHILD);
    int status = 0;
    CHECK_EQ(waitpid(other, &status, 0), other);
    CHECK_EQ(WEXITSTATUS(status), 3);
}

TEST(create_leaves_a_child_to_a_program_that_waits_itself) {
    Process process;
    REQUIRE(create("exit 5", 0, process.fill()));
    int status = 0;
    auto pid = static_cast<pid_t>(process.information.dwProcessId);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(WEXITSTATUS(status), 5);
    CHECK_EQ(process.exit_code(), 5u);
}

TEST(create_hands_over_arguments_and_standard_handles) {
    Output output;
    Process process;
    REQUIRE(create(R"(print a "b c" d\"e "" \\)", 0, process.fill(), &output.startup, TRUE));
    std::string text = output.pipe.read_all();
    CHECK(in(text, R"([a][b c][d"e][][\\])"));
    CHECK(in(text, "complaint\n"));
    CHECK(in(text, "variable -\n"));
    CHECK_EQ(process.exit_code(), 0u);
}

TEST(create_starts_in_a_directory_with_an_environment) {
    Output output;
    Process process;
    std::string line = command_line("print");
    char environment[] = "OTHER=1\0WIN32_TEST=gr\u00fc\u00df\0";
    REQUIRE(CreateProcessA(nullptr, line.data(), nullptr, nullptr, TRUE, 0, environment, "/usr",
                           &output.startup, process.fill()));
    std::string text = output.pipe.read_all();
    CHECK(in(text, "variable gr\u00fc\u00df\n"));
    CHECK(in(text, "directory /usr\n"));
    CHECK_EQ(process.exit_code(), 0u);
}

TEST(create_w_takes_utf16) {
    Output output;
    STARTUPINFOW startup{};
    startup.cb = sizeof(startup);
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdOutput = startup.hStdError = output.pipe.write_handle();
    std::string line = command_line("print");
    std::u16string wide(line.begin(), line.end());
    wide += u" \u6f22\u5b57";
    char16_t environment[] = u"WIN32_TEST=\u00fc\0";
    Process process;
    REQUIRE(CreateProcessW(nullptr, wide.data(), nullptr, nullptr, TRUE, CREATE_UNICODE_ENVIRONMENT,
                           environment, u"/", &startup, process.fill()));
    std::string text = output.pipe.read_all();
    CHECK(in(text, "[\u6f22\u5b57]"));
    CHECK(in(text, "variable \u00fc\n"));
    CHECK(in(text, "directory /\n"));
    CHECK_EQ(process.exit_code(), 0u);
}

TEST(create_passes_on_only_what_is_to_be_inherited) {
    int kept = open("/dev/null", O_RDONLY);
    int closed = open("/dev/null", O_RDONLY | O_CLOEXEC);
    std::string mode = "descriptors 0 1 2 " + std::to_string(kept) + " " + std::to_string(closed);
    Process without;
    REQUIRE(create(mode, 0, without.fill(), nullptr, FALSE));
    CHECK_EQ(without.exit_code(), 7u);
    Process with;
    REQUIRE(create(mode, 0, with.fill(), nullptr, TRUE));
    CHECK_EQ(with.exit_code(), 15u);
    close(kept);
    close(closed);
}

TEST(create_makes_inheritable_handles_when_asked) {
    SECURITY_ATTRIBUTES attributes{};
    attributes.nLength = sizeof(attributes);
    attributes.bInheritHandle = TRUE;
    STARTUPINFOA startup{};
    startup.cb = sizeof(startup);
    Process process;
    std::string line = command_line("exit 0");
    REQUIRE(CreateProcessA(self().c_str(), line.data(), &attributes, nullptr, FALSE, 0, nullptr,
                           nullptr, &startup, process.fill()));
    DWORD flags = 0;
    CHECK(GetHandleInformation(process.information.hProcess, &flags));
    CHECK_EQ(flags, static_cast<DWORD>(HANDLE_FLAG_INHERIT));
    CHECK(GetHandleInformation(process.information.hThread, &flags));
    CHECK_EQ(flags, 0u);
    CHECK_EQ(process.exit_code(), 0u);
}

TEST(create_suspended_waits_for_resume) {
    Output output;
    Process process;
    REQUIRE(create("print here", CREATE_SUSPENDED, process.fill(), &output.startup, TRUE));
    HANDLE thread = process.information.hThread;
    CHECK_EQ(SuspendThread(thread), 1u);
    CHECK_EQ(ResumeThread(thread), 2u);
    // It stands before its first instruction: nothing is written, nobody debugs it.
    CONTEXT context{};
    context.ContextFlags = CONTEXT_CONTROL;
    CHECK(GetThreadContext(thread, &context));
    CHECK(context.Rip != 0);
    BOOL present = TRUE;
    CHECK(CheckRemoteDebuggerPresent(process.information.hProcess, &present));
    CHECK_EQ(present, FALSE);
    CHECK_EQ(WaitForSingleObject(process.information.hProcess, 0),
             static_cast<DWORD>(WAIT_TIMEOUT));
    DWORD code = 0;
    CHECK(GetExitCodeProcess(process.information.hProcess, &code));
    CHECK_EQ(code, STILL_ACTIVE);
    CHECK_EQ(ResumeThread(thread), 1u);
    CHECK(in(output.pipe.read_all(), "[here]"));
    CHECK_EQ(process.exit_code(), 0u);
}

TEST(create_suspended_and_debugged) {
    Session session;
    REQUIRE(session.start("exit 3", DEBUG_ONLY_THIS_PROCESS | CREATE_SUSPENDED));
    REQUIRE(session.next());
    CHECK_EQ(session.event.dwDebugEventCode, static_cast<DWORD>(CREATE_PROCESS_DEBUG_EVENT));
    CHECK(session.answer());
    // Exec has mapped the dynamic loader, which may be told now or later; but that does not run.
    while (session.next_within(100)) {
        REQUIRE(session.event.dwDebugEventCode == LOAD_DLL_DEBUG_EVENT);
        CHECK(session.answer());
    }
    CHECK_EQ(GetLastError(), static_cast<DWORD>(ERROR_SEM_TIMEOUT));
    CHECK(session.count(LOAD_DLL_DEBUG_EVENT) <= 1);
    CHECK_EQ(ResumeThread(session.process.information.hThread), 1u);
    CHECK_EQ(session.finish(), 3u);
    CHECK(session.count(LOAD_DLL_DEBUG_EVENT) >= 2);
}

TEST(create_says_why_it_failed) {
    STARTUPINFOA startup{};
    startup.cb = sizeof(startup);
    PROCESS_INFORMATION none{};
    char directory[] = "/tmp/win32-test-XXXXXX";
    REQUIRE(mkdtemp(directory));
    std::string text = std::string(directory) + "/text";
    int fd = open(text.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    REQUIRE(fd >= 0);
    CHECK_EQ(write(fd, "neither ELF nor #!\n", 19), 19);
    auto start = [&](const char *application, const char *where, DWORD flags) {
        return CreateProcessA(application, nullptr, nullptr, nullptr, FALSE, flags, nullptr, where,
                              &startup, &none);
    };
    // Open for writing.
    CHECK_ERROR(start(text.c_str(), nullptr, 0), ERROR_SHARING_VIOLATION);
    close(fd);
    for (DWORD flags : {0, DEBUG_ONLY_THIS_PROCESS, CREATE_SUSPENDED}) {
        CHECK_ERROR(start(text.c_str(), nullptr, flags), ERROR_BAD_EXE_FORMAT);
        CHECK_ERROR(start("/no/such/program", nullptr, flags), ERROR_FILE_NOT_FOUND);
        CHECK_ERROR(start("/bin/true", "/no/such/directory", flags), ERROR_DIRECTORY);
        CHECK_ERROR(start("/etc/passwd", nullptr, flags), ERROR_ACCESS_DENIED);
    }
    // None of them has left a child behind.
    CHECK_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    CHECK_EQ(errno, ECHILD);
    unlink(text.c_str());
    rmdir(directory);
}

TEST(create_groups_and_sessions) {
    Input input;
    Process group;
    Process session;
    REQUIRE(create("hold", CREATE_NEW_PROCESS_GROUP | NORMAL_PRIORITY_CLASS | CREATE_NO_WINDOW,
                   group.fill(), input.startup(), TRUE));
    REQUIRE(create("hold", DETACHED_PROCESS, session.fill(), input.startup(), TRUE));
    auto group_pid = static_cast<pid_t>(group.information.dwProcessId);
    auto session_pid = static_cast<pid_t>(session.information.dwProcessId);
    CHECK_EQ(getpgid(group_pid), group_pid);
    CHECK_EQ(getsid(group_pid), getsid(0));
    CHECK_EQ(getsid(session_pid), session_pid);
    input.end();
    CHECK_EQ(group.exit_code(), 9u);
    CHECK_EQ(session.exit_code(), 9u);
}

} // namespace
