// SPDX-License-Identifier: MIT
// A debuggee and the loop on it, for the tests.
#ifndef NTDBG_WIN32_TESTS_SESSION_H
#define NTDBG_WIN32_TESTS_SESSION_H

#include <ntdbg-win32/linux.h>

#include <string>
#include <vector>

#include "tap.h"

// No event takes longer, on the slowest VM.
inline constexpr DWORD patience_ms = 20000;

// The path of this program, and its command line in a mode.
std::string self();
std::string command_line(const std::string &mode);

// CreateProcess of a mode; everything that is not here has its default.
BOOL create(const std::string &mode, DWORD flags, PROCESS_INFORMATION *process,
            STARTUPINFOA *startup = nullptr, BOOL inherit = FALSE);

// A pipe whose ends close themselves.
class Pipe {
public:
    Pipe();
    ~Pipe();
    void close_read();
    void close_write();
    HANDLE read_handle() const { return ntdbg_win32_handle_from_fd(ends_[0]); }
    HANDLE write_handle() const { return ntdbg_win32_handle_from_fd(ends_[1]); }
    int read_fd() const { return ends_[0]; }
    // All there is until the writers are gone.
    std::string read_all();

private:
    int ends_[2];
};

// A process and its handles; the handles are closed in the end.
class Process {
public:
    ~Process();
    PROCESS_INFORMATION *fill() { return &information; }
    // Waits for its end.
    DWORD exit_code();
    PROCESS_INFORMATION information{};
};

// Standard input that does not end until it is told to, and an output on which the modes that
// read it say that they have come so far.
class Input {
public:
    Input();
    STARTUPINFOA *startup() { return &startup_; }
    bool await_reader();
    void end() { pipe_.close_write(); }

private:
    Pipe pipe_;
    Pipe ready_;
    STARTUPINFOA startup_{};
};

// A process that nobody debugs and that ends when its input does.
class Holder {
public:
    // Returns when it has loaded all that it will load, and waits for its input to end.
    bool start(const std::string &mode = "hold");
    // Let it end.
    void release() { input_.end(); }
    DWORD finish();
    const PROCESS_INFORMATION &info() const { return process_.information; }

private:
    Input input_;
    Process process_;
};

// A debugged process, one event at a time.
class Session {
public:
    // Starts a mode under the debugger.
    bool start(const std::string &mode, DWORD flags = DEBUG_ONLY_THIS_PROCESS,
               STARTUPINFOA *startup = nullptr);
    // The next event; false is a failure, told.
    bool next();
    // The same, if it comes in time.
    bool next_within(DWORD milliseconds);
    // Answer it; by itself a breakpoint is handled, and no other exception is.
    BOOL answer(DWORD status);
    BOOL answer();
    // Answer and go on until an event of this kind; it is not answered.
    bool until(DWORD code);
    bool until_exception(DWORD code);
    // Answer until the last exit event is answered: the exit code in that.
    DWORD finish();

    const EXCEPTION_RECORD &exception() const { return event.u.Exception.ExceptionRecord; }

    DEBUG_EVENT event{};
    Process process;
    // The handles of the newest CREATE_PROCESS event.
    HANDLE hProcess = nullptr;
    HANDLE hThread = nullptr;
    // The kinds of all events so far.
    std::vector<DWORD> seen;
    unsigned count(DWORD code) const;

private:
    void note();
    bool held_ = false;
};

#endif
