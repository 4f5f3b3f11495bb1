// SPDX-License-Identifier: MIT
#include "symbols.h"

#include <fmt/format.h>

namespace ntdbg::tool {

std::string_view file_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

std::string module_name(std::string_view path) {
    path = file_name(path);
    size_t so = path.find(".so");
    bool ends =
        so != std::string_view::npos && so > 0 && (so + 3 == path.size() || path[so + 3] == '.');
    return std::string(ends ? path.substr(0, so) : path);
}

std::string describe(const Place &place) {
    std::string out = place.module;
    if (!place.symbol.empty())
        out += "!" + place.symbol;
    if (place.offset != 0 || place.symbol.empty())
        out += fmt::format("+0x{:x}", place.offset);
    return out;
}

std::string describe_with_line(const Place &place) {
    std::string out = describe(place);
    if (place.file.empty())
        return out;
    return out + fmt::format(" [{} @ {}]", file_name(place.file), place.line);
}

} // namespace ntdbg::tool
