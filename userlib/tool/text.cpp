// SPDX-License-Identifier: MIT
#include "text.h"

#include <fmt/format.h>

namespace ntdbg::tool {

std::string address(uint64_t value) {
    return fmt::format("{:08x}`{:08x}", value >> 32, value & 0xFFFFFFFF);
}

std::string ids(Ids kind, uint32_t pid, uint32_t tid) {
    switch (kind) {
    case Ids::Dec:
        return fmt::format("{}.{}", pid, tid);
    case Ids::Both:
        return fmt::format("{:x}.{:x}/{}.{}", pid, tid, pid, tid);
    case Ids::Hex:
        break;
    }
    return fmt::format("{:x}.{:x}", pid, tid);
}

size_t utf8_length(std::string_view text) {
    auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.empty())
        return 0;
    unsigned char first = byte(0);
    if (first < 0x80)
        return 1;
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    }
    // Overlong forms, surrogates, and what lies above U+10FFFF.
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
        (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F))
        return 0;
    return length;
}

std::string printable(std::string_view bytes) {
    std::string out;
    while (!bytes.empty()) {
        size_t length = utf8_length(bytes);
        auto first = static_cast<unsigned char>(bytes[0]);
        if (length == 0 || first < 0x20 || first == 0x7F) {
            out += fmt::format("\\x{:02x}", first);
            length = 1;
        } else {
            out += bytes.substr(0, length);
        }
        bytes.remove_prefix(length);
    }
    return out;
}

std::string image_name(const record &rec) {
    if (auto path = rec.path())
        return printable(*path);
    const ntdbg_image *image = rec.image();
    if (!image)
        return "";
    return fmt::format("<device {}:{} inode {}>", image->dev >> 32, image->dev & 0xFFFFFFFF,
                       image->ino);
}

std::string status_label(NTSTATUS status) {
    if (NTDBG_STATUS_IS_SIGNAL(status)) {
        const char *name = ntdbg_signal_name(status & 0x7F);
        return name ? name : fmt::format("signal {}", status & 0x7F);
    }
    // Exit codes 1 to 255 share their numbers with statuses that nobody meant.
    if (status > 0 && status <= 0xFF)
        return "";
    const char *name = ntdbg_status_name(status);
    return name ? name : "";
}

double seconds_between(uint64_t from_ns, uint64_t to_ns) {
    return static_cast<double>(static_cast<int64_t>(to_ns - from_ns)) / 1e9;
}

std::string counted(uint64_t n, std::string_view noun) {
    return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

} // namespace ntdbg::tool
