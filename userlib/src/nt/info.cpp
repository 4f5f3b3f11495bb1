// SPDX-License-Identifier: MIT
#include "info.h"

#include <cstdlib>

#include <ntdbg/nt/convert.h>

namespace ntdbg::nt {

NTSTATUS give_with_name(PVOID user, size_t length, void *info, size_t info_size,
                        std::string_view name, size_t *needed) {
    size_t units = ntdbg_nt_utf16_from_bytes(nullptr, 0, name.data(), name.size());
    size_t text_size = (units + 1) * sizeof(WCHAR);
    *needed = info_size + text_size;
    if (text_size > UINT16_MAX)
        return STATUS_UNSUCCESSFUL; // no UNICODE_STRING can say it
    if (length < *needed)
        return STATUS_INFO_LENGTH_MISMATCH;
    auto *text = static_cast<WCHAR *>(calloc(units + 1, sizeof(WCHAR)));
    if (!text)
        return STATUS_NO_MEMORY;
    ntdbg_nt_utf16_from_bytes(text, units, name.data(), name.size());
    auto *behind = static_cast<unsigned char *>(user) + info_size;
    auto *string = static_cast<UNICODE_STRING *>(info);
    string->Length = static_cast<USHORT>(units * sizeof(WCHAR));
    string->MaximumLength = static_cast<USHORT>(text_size);
    string->Buffer = reinterpret_cast<PWSTR>(behind);
    bool ok = copy_out(user, info, info_size) && copy_out(behind, text, text_size);
    free(text);
    return ok ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

NTSTATUS give_name(PVOID user, size_t length, std::string_view name, size_t *needed) {
    UNICODE_STRING string{};
    return give_with_name(user, length, &string, sizeof(string), name, needed);
}

} // namespace ntdbg::nt
