// SPDX-License-Identifier: MIT
// Pointers that the caller of an Nt* routine gave: looked at through the kernel, so that a bad
// one is a status and no fault. The one place that does so.
#ifndef NTDBG_SRC_NT_USER_H
#define NTDBG_SRC_NT_USER_H

#include <cstddef>

namespace ntdbg::nt {

// Both copy all or say false.
bool copy_in(void *to, const void *user, size_t size);
bool copy_out(void *user, const void *from, size_t size);

template <typename T>
bool get(T *to, const T *user) {
    return copy_in(to, user, sizeof(T));
}

template <typename T>
bool put(T *user, const T &value) {
    return copy_out(user, &value, sizeof(T));
}

// Where a value will be written later. As NT probes: what is there is written back.
template <typename T>
bool probe(T *user) {
    T now;
    return get(&now, user) && put(user, now);
}

// The same for a pointer that may be NULL.
template <typename T>
bool probe_optional(T *user) {
    return !user || probe(user);
}

template <typename T>
bool put_optional(T *user, const T &value) {
    return !user || put(user, value);
}

} // namespace ntdbg::nt

#endif
