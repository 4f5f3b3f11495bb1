// SPDX-License-Identifier: MIT
#include "options.h"

#include <charconv>

namespace ntdbg::tool {

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    using std::chrono::nanoseconds;
    double value = 0;
    auto [rest, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc() || value < 0)
        return std::nullopt;
    std::string_view unit(rest, static_cast<size_t>(text.data() + text.size() - rest));
    double scale = 0;
    if (unit.empty() || unit == "s")
        scale = 1e9;
    else if (unit == "ms")
        scale = 1e6;
    else if (unit == "us")
        scale = 1e3;
    else if (unit == "m" || unit == "min")
        scale = 60e9;
    else if (unit == "h")
        scale = 3600e9;
    else
        return std::nullopt;
    if (value * scale > 9e18)
        return std::nullopt;
    return nanoseconds(static_cast<nanoseconds::rep>(value * scale));
}

} // namespace ntdbg::tool
