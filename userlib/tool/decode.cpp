// SPDX-License-Identifier: MIT
#include "decode.h"

#include <algorithm>
#include <fmt/format.h>

namespace ntdbg::tool {

namespace {

// More than NT's own limit for a string of OutputDebugString.
constexpr size_t kLongest = 65536;

int read_through_source(void *ctx, uint32_t pid, uint64_t addr, void *buf, size_t len) {
    return static_cast<Source *>(ctx)->read_memory(pid, addr, buf, len);
}

// As many bytes as can be had, page by page: the length may be a lie.
std::string read_bytes(Source &source, uint32_t pid, uint64_t address, size_t length) {
    constexpr uint64_t kPage = 4096;
    std::string out;
    length = std::min(length, kLongest);
    while (out.size() < length) {
        uint64_t at = address + out.size();
        size_t n = std::min<size_t>(length - out.size(), kPage - at % kPage);
        std::string piece(n, '\0');
        if (source.read_memory(pid, at, piece.data(), n) < 0)
            break;
        out += piece;
    }
    return out;
}

void append_utf8(std::string &out, uint32_t c) {
    auto byte = [&](uint32_t value) { out += static_cast<char>(value); };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xC0 | c >> 6);
        byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        byte(0xE0 | c >> 12);
        byte(0x80 | (c >> 6 & 0x3F));
        byte(0x80 | (c & 0x3F));
    } else {
        byte(0xF0 | c >> 18);
        byte(0x80 | (c >> 12 & 0x3F));
        byte(0x80 | (c >> 6 & 0x3F));
        byte(0x80 | (c & 0x3F));
    }
}

std::string from_utf16(std::string_view bytes) {
    std::string out;
    auto unit = [&](size_t i) {
        return static_cast<uint32_t>(static_cast<unsigned char>(bytes[2 * i]) |
                                     static_cast<unsigned char>(bytes[2 * i + 1]) << 8);
    };
    size_t count = bytes.size() / 2;
    for (size_t i = 0; i < count && unit(i) != 0; i++) {
        uint32_t c = unit(i);
        bool pair = c >= 0xD800 && c < 0xDC00 && i + 1 < count && unit(i + 1) >= 0xDC00 &&
                    unit(i + 1) < 0xE000;
        if (pair)
            c = 0x10000 + ((c - 0xD800) << 10) + (unit(++i) - 0xDC00);
        else if (c >= 0xD800 && c < 0xE000)
            c = 0xFFFD;
        append_utf8(out, c);
    }
    return out;
}

std::string up_to_nul(std::string text) {
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
}

// The string that an exception hands over; nullopt if it is none that does.
std::optional<std::string> string_of(Source &source, uint32_t pid, const EXCEPTION_RECORD64 &r) {
    uint32_t n = r.NumberParameters;
    const ULONG64 *info = r.ExceptionInformation;
    auto code = static_cast<uint32_t>(r.ExceptionCode);
    if (r.ExceptionCode == DBG_PRINTEXCEPTION_C && n >= 2)
        return up_to_nul(read_bytes(source, pid, info[1], info[0]));
    if (r.ExceptionCode == DBG_PRINTEXCEPTION_WIDE_C && n >= 2) {
        std::string wide = read_bytes(source, pid, info[1], std::min(info[0], kLongest / 2) * 2);
        return from_utf16(wide);
    }
    constexpr uint64_t kSetName = 0x1000;
    constexpr size_t kNameMost = 256;
    if (code == kThreadNameException && n >= 2 && info[0] == kSetName)
        return up_to_nul(read_bytes(source, pid, info[1], kNameMost));
    return std::nullopt;
}

} // namespace

Event decode_event(Source &source, const record &rec) {
    auto opts = NTDBG_OPTS(ntdbg_translate_opts);
    opts.read_memory = read_through_source;
    opts.ctx = &source;
    Event event{rec, rec.message(&opts), std::nullopt, {}};
    if (event.msg && event.msg->ApiNumber == DbgKmExceptionApi)
        event.text = string_of(source, rec.header().pid, event.msg->u.Exception.ExceptionRecord);
    return event;
}

} // namespace ntdbg::tool
