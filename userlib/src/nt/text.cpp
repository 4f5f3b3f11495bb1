// SPDX-License-Identifier: MIT
// Bytes of Linux <-> UTF-16.
#include <ntdbg/nt/convert.h>

namespace {

constexpr uint32_t kStray = 0xDC00; // + a byte that is no UTF-8: a lone low surrogate

// Counts all units and writes those that fit.
template <typename T>
class Sink {
public:
    Sink(T *to, size_t size) : to_(to), size_(size) {}
    void add(uint32_t unit) {
        if (count_ < size_)
            to_[count_] = static_cast<T>(unit);
        count_++;
    }
    size_t count() const { return count_; }

private:
    T *to_;
    size_t size_;
    size_t count_ = 0;
};

bool is_high(uint32_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}

bool is_low(uint32_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

// The character at the start of [from, from + len), whose length in bytes is returned; 0 if
// there is none in UTF-8 (also for the long forms and for surrogates).
size_t decode(const unsigned char *from, size_t len, uint32_t *code) {
    unsigned char first = from[0];
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || size > len)
        return 0;
    uint32_t value = first & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((from[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (from[i] & 0x3Fu);
    }
    bool too_long = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    if (too_long || value > 0x10FFFF || is_high(value) || is_low(value))
        return 0;
    *code = value;
    return size;
}

void encode(Sink<char> *out, uint32_t code) {
    if (code < 0x80)
        return out->add(code);
    if (code < 0x800) {
        out->add(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        out->add(0xE0 | code >> 12);
        out->add(0x80 | (code >> 6 & 0x3F));
    } else {
        out->add(0xF0 | code >> 18);
        out->add(0x80 | (code >> 12 & 0x3F));
        out->add(0x80 | (code >> 6 & 0x3F));
    }
    out->add(0x80 | (code & 0x3F));
}

} // namespace

extern "C" {

size_t ntdbg_nt_utf16_from_bytes(WCHAR *to, size_t size, const char *from, size_t len) {
    Sink<WCHAR> out(to, size);
    const auto *bytes = reinterpret_cast<const unsigned char *>(from);
    for (size_t pos = 0; pos < len;) {
        uint32_t code = 0;
        size_t used = decode(bytes + pos, len - pos, &code);
        if (used == 0) {
            out.add(kStray + bytes[pos++]);
            continue;
        }
        pos += used;
        if (code < 0x10000) {
            out.add(code);
        } else {
            out.add(0xD800 + ((code - 0x10000) >> 10));
            out.add(0xDC00 + ((code - 0x10000) & 0x3FF));
        }
    }
    return out.count();
}

size_t ntdbg_nt_bytes_from_utf16(char *to, size_t size, const WCHAR *from, size_t len) {
    Sink<char> out(to, size);
    for (size_t pos = 0; pos < len; pos++) {
        uint32_t unit = from[pos];
        if (is_high(unit) && pos + 1 < len && is_low(from[pos + 1])) {
            encode(&out, 0x10000 + ((unit - 0xD800) << 10) + (from[++pos] - 0xDC00u));
        } else if (unit >= kStray + 0x80 && unit <= kStray + 0xFF) {
            out.add(unit - kStray);
        } else {
            encode(&out, unit);
        }
    }
    return out.count();
}

} // extern "C"
