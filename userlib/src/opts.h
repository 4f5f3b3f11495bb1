// SPDX-License-Identifier: MIT
// Option structs that begin with their size: take in what the caller compiled.
#ifndef NTDBG_SRC_OPTS_H
#define NTDBG_SRC_OPTS_H

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace ntdbg::detail {

// Copies *user into *ours, whatever the size that user was compiled with.
// A NULL user leaves the defaults. Returns 0, -EINVAL (a size
// that does not hold itself) or -E2BIG (set bits that we do not know).
template <typename T>
int take_opts(T *ours, const T *user) {
    *ours = T{};
    ours->size = sizeof(T);
    if (!user)
        return 0;
    if (user->size < sizeof(user->size))
        return -EINVAL;
    const auto *bytes = reinterpret_cast<const unsigned char *>(user);
    for (size_t i = sizeof(T); i < user->size; i++) {
        if (bytes[i] != 0)
            return -E2BIG;
    }
    size_t n = user->size < sizeof(T) ? user->size : sizeof(T);
    std::memcpy(ours, user, n);
    ours->size = sizeof(T);
    return 0;
}

} // namespace ntdbg::detail

#endif
