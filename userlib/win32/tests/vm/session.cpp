// SPDX-License-Identifier: MIT
#include "session.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

#include "debuggee.h"

std::string self() {
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
    return {path, size > 0 ? static_cast<size_t>(size) : 0};
}

std::string command_line(const std::string &mode) {
    return "\"" + self() + "\" " + debuggee_flag + " " + mode;
}

BOOL create(const std::string &mode, DWORD flags, PROCESS_INFORMATION *process,
            STARTUPINFOA *startup, BOOL inherit) {
    STARTUPINFOA plain{};
    plain.cb = sizeof(plain);
    std::string line = command_line(mode);
    return CreateProcessA(nullptr, line.data(), nullptr, nullptr, inherit, flags, nullptr, nullptr,
                          startup ? startup : &plain, process);
}

Pipe::Pipe() {
    if (pipe2(ends_, O_CLOEXEC) < 0)
        ends_[0] = ends_[1] = -1;
}

Pipe::~Pipe() {
    close_read();
    close_write();
}

void Pipe::close_read() {
    if (ends_[0] >= 0)
        close(ends_[0]);
    ends_[0] = -1;
}

void Pipe::close_write() {
    if (ends_[1] >= 0)
        close(ends_[1]);
    ends_[1] = -1;
}

std::string Pipe::read_all() {
    close_write();
    std::string text;
    char part[512];
    ssize_t size = 0;
    while ((size = read(ends_[0], part, sizeof(part))) > 0)
        text.append(part, static_cast<size_t>(size));
    return text;
}

Process::~Process() {
    if (information.hThread)
        CloseHandle(information.hThread);
    if (information.hProcess)
        CloseHandle(information.hProcess);
}

DWORD Process::exit_code() {
    DWORD code = 0;
    CHECK_EQ(WaitForSingleObject(information.hProcess, patience_ms), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(information.hProcess, &code));
    return code;
}

Input::Input() {
    startup_.cb = sizeof(startup_);
    startup_.dwFlags = STARTF_USESTDHANDLES;
    startup_.hStdInput = pipe_.read_handle();
    startup_.hStdOutput = ready_.write_handle();
    startup_.hStdError = GetStdHandle(STD_ERROR_HANDLE);
}

bool Input::await_reader() {
    char ready = 0;
    return WaitForSingleObject(ready_.read_handle(), patience_ms) == WAIT_OBJECT_0 &&
           read(ready_.read_fd(), &ready, 1) == 1;
}

bool Holder::start(const std::string &mode) {
    return create(mode, 0, process_.fill(), input_.startup(), TRUE) && input_.await_reader();
}

DWORD Holder::finish() {
    input_.end();
    return process_.exit_code();
}

bool Session::start(const std::string &mode, DWORD flags, STARTUPINFOA *startup) {
    if (create(mode, flags, process.fill(), startup, startup != nullptr))
        return true;
    tap::failed(__FILE__, __LINE__, mode + " not started: " + std::to_string(GetLastError()));
    return false;
}

void Session::note() {
    HANDLE file = nullptr;
    seen.push_back(event.dwDebugEventCode);
    if (event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT) {
        hProcess = event.u.CreateProcessInfo.hProcess;
        hThread = event.u.CreateProcessInfo.hThread;
        file = event.u.CreateProcessInfo.hFile;
    } else if (event.dwDebugEventCode == LOAD_DLL_DEBUG_EVENT) {
        file = event.u.LoadDll.hFile;
    }
    if (file)
        CHECK(CloseHandle(file));
}

bool Session::next_within(DWORD milliseconds) {
    held_ = WaitForDebugEvent(&event, milliseconds);
    if (held_)
        note();
    return held_;
}

bool Session::next() {
    bool came = next_within(patience_ms);
    if (!came)
        tap::failed(__FILE__, __LINE__, "no event: error " + std::to_string(GetLastError()));
    return came;
}

BOOL Session::answer(DWORD status) {
    held_ = false;
    return ContinueDebugEvent(event.dwProcessId, event.dwThreadId, status);
}

BOOL Session::answer() {
    bool refuse = event.dwDebugEventCode == EXCEPTION_DEBUG_EVENT &&
                  exception().ExceptionCode != EXCEPTION_BREAKPOINT;
    return answer(refuse ? DBG_EXCEPTION_NOT_HANDLED : DBG_CONTINUE);
}

bool Session::until(DWORD code) {
    do {
        if (held_)
            CHECK(answer());
        if (!next())
            return false;
        if (event.dwDebugEventCode == EXIT_PROCESS_DEBUG_EVENT &&
            code != EXIT_PROCESS_DEBUG_EVENT) {
            tap::failed(__FILE__, __LINE__, "it ended before event " + std::to_string(code));
            answer();
            return false;
        }
    } while (event.dwDebugEventCode != code);
    return true;
}

bool Session::until_exception(DWORD code) {
    while (until(EXCEPTION_DEBUG_EVENT)) {
        if (exception().ExceptionCode == code)
            return true;
    }
    return false;
}

DWORD Session::finish() {
    DWORD code = 0;
    for (;;) {
        if (held_ && event.dwDebugEventCode == EXIT_PROCESS_DEBUG_EVENT)
            code = event.u.ExitProcess.dwExitCode;
        if (held_)
            CHECK(answer());
        if (!next_within(patience_ms))
            break;
    }
    CHECK_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_ITEMS));
    return code;
}

unsigned Session::count(DWORD code) const {
    return static_cast<unsigned>(std::count(seen.begin(), seen.end(), code));
}
