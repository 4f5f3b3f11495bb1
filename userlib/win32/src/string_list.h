// SPDX-License-Identifier: MIT
// A list of strings as exec() takes it: argv, envp.
#ifndef NTDBG_WIN32_STRING_LIST_H
#define NTDBG_WIN32_STRING_LIST_H

#include "array.h"

namespace ntdbg::win32 {

class Strings {
public:
    [[nodiscard]] bool put(char c) { return text_.push(c); }
    // Ends the string that put() has begun.
    [[nodiscard]] bool end() {
        return text_.push('\0') && starts_.push(std::exchange(begin_, text_.size()));
    }
    [[nodiscard]] bool add(const char *text, size_t size) {
        return text_.append(text, size) && end();
    }
    // Ends the list; the pointers hold until the next string is added.
    [[nodiscard]] bool finish() {
        pointers_.truncate(0);
        for (size_t start : starts_) {
            if (!pointers_.push(text_.data() + start))
                return false;
        }
        return pointers_.push(nullptr);
    }
    char *const *get() { return pointers_.data(); }
    size_t count() const { return starts_.size(); }

private:
    Array<char> text_;
    Array<size_t> starts_;
    Array<char *> pointers_;
    size_t begin_ = 0;
};

} // namespace ntdbg::win32

#endif
