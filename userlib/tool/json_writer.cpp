// SPDX-License-Identifier: MIT
#include "json_writer.h"

#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "text.h"

namespace ntdbg::tool {

void JsonWriter::comma() {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[')
        out_ += ',';
}

void JsonWriter::key(std::string_view name) {
    comma();
    if (name.empty())
        return;
    quoted(name);
    out_ += ':';
}

void JsonWriter::quoted(std::string_view value) {
    out_ += '"';
    while (!value.empty()) {
        size_t length = utf8_length(value);
        if (length == 0) {
            out_ += "\xEF\xBF\xBD"; // U+FFFD
            length = 1;
        } else if (value[0] == '"' || value[0] == '\\') {
            out_ += '\\';
            out_ += value[0];
        } else if (static_cast<unsigned char>(value[0]) < 0x20 || value[0] == 0x7F) {
            fmt::format_to(std::back_inserter(out_), "\\u{:04x}", value[0]);
        } else {
            out_ += value.substr(0, length);
        }
        value.remove_prefix(length);
    }
    out_ += '"';
}

JsonWriter &JsonWriter::begin_object(std::string_view name) {
    key(name);
    out_ += '{';
    return *this;
}

JsonWriter &JsonWriter::end_object() {
    out_ += '}';
    return *this;
}

JsonWriter &JsonWriter::begin_array(std::string_view name) {
    key(name);
    out_ += '[';
    return *this;
}

JsonWriter &JsonWriter::end_array() {
    out_ += ']';
    return *this;
}

JsonWriter &JsonWriter::text(std::string_view name, std::string_view value) {
    key(name);
    quoted(value);
    return *this;
}

JsonWriter &JsonWriter::number(std::string_view name, int64_t value) {
    key(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
}

JsonWriter &JsonWriter::count(std::string_view name, uint64_t value) {
    key(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
}

JsonWriter &JsonWriter::hex(std::string_view name, uint64_t value) {
    key(name);
    fmt::format_to(std::back_inserter(out_), "\"0x{:x}\"", value);
    return *this;
}

JsonWriter &JsonWriter::status(std::string_view name, uint32_t value) {
    key(name);
    fmt::format_to(std::back_inserter(out_), "\"0x{:08x}\"", value);
    return *this;
}

JsonWriter &JsonWriter::boolean(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
    return *this;
}

JsonWriter &JsonWriter::null(std::string_view name) {
    key(name);
    out_ += "null";
    return *this;
}

JsonWriter &JsonWriter::text_element(std::string_view value) {
    comma();
    quoted(value);
    return *this;
}

JsonWriter &JsonWriter::hex_element(uint64_t value) {
    return hex({}, value);
}

std::string JsonWriter::take() {
    return std::exchange(out_, {});
}

} // namespace ntdbg::tool
