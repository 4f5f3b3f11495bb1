// SPDX-License-Identifier: MIT
// Where the log goes.
#ifndef NTDBG_TOOL_OUTPUT_H
#define NTDBG_TOOL_OUTPUT_H

#include <string>
#include <string_view>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

// Whole lines at once, and at once: a log that lags behind the program, or that
// loses its end with us, is of little use. After a failure (disk full, nobody
// reads the pipe) it takes no more, remembers why, and the session goes on.
class Output {
public:
    static result<Output> open(const std::string &file); // "": stdout

    Output(Output &&other) noexcept;
    Output &operator=(Output &&) = delete;
    ~Output();

    void write(std::string_view text);
    int failure() const { return failure_; } // a positive errno, or 0

private:
    explicit Output(int fd, bool own) : fd_(fd), own_(own) {}

    int fd_;
    bool own_;
    int failure_ = 0;
};

} // namespace ntdbg::tool

#endif
