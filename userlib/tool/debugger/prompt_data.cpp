// SPDX-License-Identifier: MIT
// r, d and e: registers and memory.
#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "debugger/memory_dump.h"
#include "debugger/registers.h"
#include "prompt.h"
#include "text.h"

namespace ntdbg::tool {

Prompt::Outcome Prompt::registers(std::string_view, std::string_view arguments) {
    if (arguments.empty()) {
        if (auto thread = live_thread(); !thread)
            return thread.error();
        auto now = context(NTDBG_CONTEXT_CONTROL);
        if (!now)
            return now.error();
        print(state(true));
        return Flow::Stay;
    }
    while (!arguments.empty()) {
        size_t end = std::min(arguments.find_first_of(" =,"), arguments.size());
        std::string_view name = arguments.substr(0, end);
        arguments.remove_prefix(end);
        arguments.remove_prefix(std::min(arguments.find_first_not_of(" ,"), arguments.size()));
        if (name.starts_with('@'))
            name.remove_prefix(1);
        auto now = context(NTDBG_CONTEXT_ALL);
        if (!now)
            return now.error();
        if (std::string xmm = format_xmm(*now, name); !xmm.empty()) {
            print(fmt::format("{}={}\n", name, xmm));
            continue;
        }
        auto value = get_register(*now, name);
        if (!value)
            return fail(fmt::format("there is no register \"{}\"", name));
        if (!arguments.starts_with('=')) {
            print(fmt::format("{}={:016x}\n", name, *value));
            continue;
        }
        arguments.remove_prefix(1);
        auto wanted = address_argument(arguments);
        if (!wanted)
            return wanted.error();
        bool debug = name.starts_with("dr");
        bool segment = name.ends_with("_base");
        now->flags = debug ? NTDBG_CONTEXT_DEBUG_REGISTERS
                     : segment
                         ? NTDBG_CONTEXT_TLS
                         : NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER | NTDBG_CONTEXT_SEGMENTS;
        if (!set_register(*now, name, *wanted))
            return fail(fmt::format("register {} cannot be set", name));
        int ret = parts_.target.set_context(current().pid, current().tid, *now);
        if (ret < 0)
            return fail(fmt::format("register {} cannot be set: {}", name, strerror(-ret)));
    }
    return Flow::Stay;
}

Prompt::Outcome Prompt::dump(std::string_view name, std::string_view arguments) {
    // A bare "d" goes on as the last one did.
    if (name == "d")
        name = data_kind_;
    else
        data_kind_ = std::string(name);
    uint64_t start = next_data_;
    if (!arguments.empty()) {
        auto where = address_argument(arguments);
        if (!where)
            return where.error();
        start = *where;
    }
    bool pointers = data_kind_ == "dps" || data_kind_ == "dqs";
    bool text = data_kind_ == "da" || data_kind_ == "du";
    unsigned unit = data_kind_ == "dw" || data_kind_ == "du" ? 2
                    : data_kind_ == "dd"                     ? 4
                    : data_kind_ == "dq" || pointers         ? 8
                                                             : 1;
    constexpr uint64_t kScreen = 128; // bytes
    auto count = count_argument(arguments, start, unit, text ? 256 : kScreen / unit);
    if (!count)
        return count.error();
    uint32_t pid = current().pid;
    MemoryReader read = [&](uint64_t where, void *buf, size_t len) {
        return static_cast<size_t>(std::max<ssize_t>(engine_.read(pid, where, buf, len), 0));
    };
    if (text)
        print(dump_string(read, start, unit, *count));
    else if (pointers)
        print(dump_pointers(read, start, *count,
                            [&](uint64_t value) { return name_of(pid, value); }));
    else
        print(dump_values(read, start, unit, *count));
    next_data_ = start + *count * unit;
    repeat_.assign(1, 'd'); // what is said with "=" GCC 12 warns of in error
    return Flow::Stay;
}

Prompt::Outcome Prompt::enter(std::string_view name, std::string_view arguments) {
    if (arguments.empty())
        return fail(fmt::format("{} needs an address and values", name));
    auto where = address_argument(arguments);
    if (!where)
        return where.error();
    if (arguments.empty())
        return fail(fmt::format("{} needs values behind the address", name));
    unsigned unit = name == "eb" ? 1 : name == "ew" ? 2 : name == "ed" ? 4 : 8;
    std::vector<uint8_t> bytes;
    while (!arguments.empty()) {
        auto value = address_argument(arguments);
        if (!value)
            return value.error();
        if (unit < 8 && *value >> (unit * 8) != 0)
            return fail(fmt::format("{:x} does not fit into {}", *value, counted(unit, "byte")));
        for (unsigned i = 0; i < unit; i++)
            bytes.push_back(static_cast<uint8_t>(*value >> (8 * i)));
    }
    ssize_t n = parts_.target.write(current().pid, *where, bytes.data(), bytes.size());
    if (n == static_cast<ssize_t>(bytes.size()))
        return Flow::Stay;
    return fail(fmt::format("{} of {} could be written to {}", n < 0 ? 0 : n,
                            counted(bytes.size(), "byte"), address(*where)));
}

} // namespace ntdbg::tool
