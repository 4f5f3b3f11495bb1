// SPDX-License-Identifier: MIT
#include "user.h"

#include <cerrno>
#include <cstring>
#include <sys/uio.h>
#include <unistd.h>

namespace ntdbg::nt {

namespace {

using Transfer = ssize_t (*)(pid_t, const iovec *, unsigned long, const iovec *, unsigned long,
                             unsigned long);

enum class Outcome { Done, Fault, Refused };

Outcome transfer(Transfer call, void *ours, void *user, size_t size) {
    int saved = errno;
    iovec local{ours, size};
    iovec remote{user, size};
    ssize_t n = call(getpid(), &local, 1, &remote, 1, 0);
    // Fewer bytes end where a page is missing. A sandbox may refuse the call as such.
    Outcome outcome = n == static_cast<ssize_t>(size) ? Outcome::Done
                      : n >= 0 || errno == EFAULT     ? Outcome::Fault
                                                      : Outcome::Refused;
    errno = saved;
    return outcome;
}

} // namespace

bool copy_in(void *to, const void *user, size_t size) {
    if (!user)
        return size == 0;
    auto outcome = transfer(process_vm_readv, to, const_cast<void *>(user), size);
    if (outcome == Outcome::Refused)
        memcpy(to, user, size);
    return outcome != Outcome::Fault;
}

bool copy_out(void *user, const void *from, size_t size) {
    if (!user)
        return size == 0;
    auto outcome = transfer(process_vm_writev, const_cast<void *>(from), user, size);
    if (outcome == Outcome::Refused)
        memcpy(user, from, size);
    return outcome != Outcome::Fault;
}

} // namespace ntdbg::nt
