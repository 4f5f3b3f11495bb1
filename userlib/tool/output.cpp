// SPDX-License-Identifier: MIT
#include "output.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace ntdbg::tool {

result<Output> Output::open(const std::string &file) {
    if (file.empty())
        return Output(STDOUT_FILENO, false);
    int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return error(errno, "the log file " + file + " cannot be written: " + strerror(errno));
    return Output(fd, true);
}

Output::Output(Output &&other) noexcept
    : fd_(other.fd_), own_(std::exchange(other.own_, false)), failure_(other.failure_) {}

Output::~Output() {
    if (own_)
        close(fd_);
}

void Output::write(std::string_view text) {
    while (!text.empty() && failure_ == 0) {
        ssize_t n = ::write(fd_, text.data(), text.size());
        if (n >= 0)
            text.remove_prefix(static_cast<size_t>(n));
        else if (errno != EINTR)
            failure_ = errno;
    }
}

} // namespace ntdbg::tool
