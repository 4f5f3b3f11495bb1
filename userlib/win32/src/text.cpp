// SPDX-License-Identifier: MIT
#include "text.h"

#include <ntdbg/nt/convert.h>

namespace ntdbg::win32 {

size_t length(const char16_t *text) {
    size_t size = 0;
    while (text[size])
        size++;
    return size;
}

bool append_bytes(const char16_t *text, size_t size, Array<char> *out) {
    size_t count = ntdbg_nt_bytes_from_utf16(nullptr, 0, text, size);
    char *place = out->grow(count);
    if (!place)
        return count == 0;
    ntdbg_nt_bytes_from_utf16(place, count, text, size);
    return true;
}

bool append_utf16(const char *text, size_t size, Array<char16_t> *out) {
    size_t count = ntdbg_nt_utf16_from_bytes(nullptr, 0, text, size);
    char16_t *place = out->grow(count);
    if (!place)
        return count == 0;
    ntdbg_nt_utf16_from_bytes(place, count, text, size);
    return true;
}

bool Bytes::set(const char16_t *text) {
    null_ = !text;
    return null_ || (append_bytes(text, length(text), &bytes_) && bytes_.push('\0'));
}

} // namespace ntdbg::win32
