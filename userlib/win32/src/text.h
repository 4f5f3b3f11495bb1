// SPDX-License-Identifier: MIT
// The text of W functions: UTF-16 outside, Linux's bytes inside.
#ifndef NTDBG_WIN32_TEXT_H
#define NTDBG_WIN32_TEXT_H

#include "array.h"

namespace ntdbg::win32 {

size_t length(const char16_t *text);

// Append, without a NUL. False: no memory.
[[nodiscard]] bool append_bytes(const char16_t *text, size_t size, Array<char> *out);
[[nodiscard]] bool append_utf16(const char *text, size_t size, Array<char16_t> *out);

// An argument of a W function as bytes with a NUL; NULL stays NULL.
class Bytes {
public:
    [[nodiscard]] bool set(const char16_t *text);
    char *get() { return null_ ? nullptr : bytes_.data(); }

private:
    Array<char> bytes_;
    bool null_ = true;
};

} // namespace ntdbg::win32

#endif
