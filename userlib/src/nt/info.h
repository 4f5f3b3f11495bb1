// SPDX-License-Identifier: MIT
// Writing the answer of a query to the caller's buffer.
#ifndef NTDBG_SRC_NT_INFO_H
#define NTDBG_SRC_NT_INFO_H

#include <string_view>

#include <ntdbg/nt/status.h>
#include <ntdbg/nt/types.h>

#include "user.h"

namespace ntdbg::nt {

// A fixed struct; its length was checked before.
template <typename T>
NTSTATUS give_info(PVOID user, PULONG return_length, const T &value) {
    if (!put(static_cast<T *>(user), value))
        return STATUS_ACCESS_VIOLATION;
    return put_optional(return_length, ULONG{sizeof(T)}) ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

// A struct that begins with a UNICODE_STRING, whose text (with a NUL) stands behind it.
// STATUS_INFO_LENGTH_MISMATCH if they do not fit; *needed is what they need.
NTSTATUS give_with_name(PVOID user, size_t length, void *info, size_t info_size,
                        std::string_view name, size_t *needed);

// The same with the UNICODE_STRING alone.
NTSTATUS give_name(PVOID user, size_t length, std::string_view name, size_t *needed);

} // namespace ntdbg::nt

#endif
