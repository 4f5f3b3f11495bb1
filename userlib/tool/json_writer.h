// SPDX-License-Identifier: MIT
// Writes JSON into a string. Commas come by themselves; what is written is valid
// UTF-8 whatever bytes the strings have.
#ifndef NTDBG_TOOL_JSON_WRITER_H
#define NTDBG_TOOL_JSON_WRITER_H

#include <cstdint>
#include <string>
#include <string_view>

namespace ntdbg::tool {

class JsonWriter {
public:
    JsonWriter &begin_object(std::string_view key = {});
    JsonWriter &end_object();
    JsonWriter &begin_array(std::string_view key);
    JsonWriter &end_array();

    JsonWriter &text(std::string_view key, std::string_view value);
    JsonWriter &number(std::string_view key, int64_t value);
    JsonWriter &count(std::string_view key, uint64_t value);
    JsonWriter &hex(std::string_view key, uint64_t value);    // "0x1f"
    JsonWriter &status(std::string_view key, uint32_t value); // "0xc0000005"
    JsonWriter &boolean(std::string_view key, bool value);
    JsonWriter &null(std::string_view key);

    // Elements of an array.
    JsonWriter &text_element(std::string_view value);
    JsonWriter &hex_element(uint64_t value);

    std::string take();

private:
    void key(std::string_view name);
    void comma();
    void quoted(std::string_view value);

    std::string out_;
};

} // namespace ntdbg::tool

#endif
