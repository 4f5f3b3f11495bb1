// SPDX-License-Identifier: MIT
#include "memory_dump.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "text.h"

namespace ntdbg::tool {

namespace {

constexpr size_t kRow = 16;

char shown(uint8_t byte) {
    return byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.';
}

std::string value_text(const uint8_t *bytes, unsigned size) {
    uint64_t value = 0;
    std::memcpy(&value, bytes, size);
    if (size == 8)
        return address(value);
    return fmt::format("{:0{}x}", value, size * 2);
}

std::string unknown(unsigned size) {
    return size == 8 ? "????????`????????" : std::string(size_t{size} * 2, '?');
}

} // namespace

std::string dump_values(const MemoryReader &read, uint64_t start, unsigned size, uint64_t count) {
    std::string out;
    uint64_t total = count * size;
    for (uint64_t done = 0; done < total; done += kRow) {
        uint8_t bytes[kRow] = {};
        size_t want = static_cast<size_t>(std::min<uint64_t>(kRow, total - done));
        size_t have = std::min(read(start + done, bytes, want), want);
        out += address(start + done) + " ";
        std::string text;
        for (size_t i = 0; i < want; i += size) {
            bool known = i + size <= have;
            out += size == 1 && i == 8 ? '-' : ' ';
            out += known ? value_text(bytes + i, size) : unknown(size);
            text += known ? shown(bytes[i]) : '?';
        }
        if (size == 1)
            out += std::string((kRow - want) * 3 + 2, ' ') + text;
        out += '\n';
    }
    return out;
}

std::string dump_pointers(const MemoryReader &read, uint64_t start, uint64_t count,
                          const std::function<std::string(uint64_t)> &name) {
    std::string out;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value = 0;
        bool known = read(start + i * 8, &value, 8) == 8;
        out += fmt::format("{}  {}", address(start + i * 8), known ? address(value) : unknown(8));
        std::string what = known ? name(value) : "";
        out += what.empty() ? "\n" : " " + what + "\n";
    }
    return out;
}

std::string dump_string(const MemoryReader &read, uint64_t start, unsigned unit, uint64_t most) {
    std::string text;
    bool ended = false;
    uint64_t at = start;
    for (uint64_t i = 0; i < most && !ended; i++, at += unit) {
        uint16_t c = 0;
        if (read(at, &c, unit) != unit)
            break;
        ended = c == 0;
        if (!ended)
            text += c < 0x100 ? shown(static_cast<uint8_t>(c)) : '?';
    }
    if (text.empty() && !ended)
        return fmt::format("{}  \"????\"\n", address(start));
    return fmt::format("{}  \"{}\"\n", address(start), text);
}

} // namespace ntdbg::tool
