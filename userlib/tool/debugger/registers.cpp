// SPDX-License-Identifier: MIT
#include "registers.h"

#include <charconv>
#include <cstddef>
#include <cstring>
#include <fmt/format.h>

namespace ntdbg::tool {

namespace {

struct Register {
    std::string_view name;
    size_t offset; // in ntdbg_context
    unsigned bits;
    unsigned shift;
};

#define IN_REGS(field) (offsetof(ntdbg_context, regs) + offsetof(ntdbg_regs, field))
#define LEGACY(letter)                                                                             \
    {"r" #letter "x", IN_REGS(r##letter##x), 64, 0},                                               \
        {"e" #letter "x", IN_REGS(r##letter##x), 32, 0},                                           \
        {#letter "x", IN_REGS(r##letter##x), 16, 0}, {#letter "l", IN_REGS(r##letter##x), 8, 0}, { \
#letter "h", IN_REGS(r##letter##x), 8, 8                                                   \
    }
#define POINTER(name)                                                                              \
    {"r" #name, IN_REGS(r##name), 64, 0}, {"e" #name, IN_REGS(r##name), 32, 0},                    \
        {#name, IN_REGS(r##name), 16, 0}, {                                                        \
#name "l", IN_REGS(r##name), 8, 0                                                          \
    }
#define NUMBERED(n)                                                                                \
    {"r" #n, IN_REGS(r##n), 64, 0}, {"r" #n "d", IN_REGS(r##n), 32, 0},                            \
        {"r" #n "w", IN_REGS(r##n), 16, 0}, {                                                      \
        "r" #n "b", IN_REGS(r##n), 8, 0                                                            \
    }
#define DEBUG(n, slot)                                                                             \
    { "dr" #n, offsetof(ntdbg_context, dr) + 8 * (slot), 64, 0 }

constexpr Register kRegisters[] = {
    LEGACY(a),
    LEGACY(b),
    LEGACY(c),
    LEGACY(d),
    POINTER(si),
    POINTER(di),
    POINTER(bp),
    POINTER(sp),
    NUMBERED(8),
    NUMBERED(9),
    NUMBERED(10),
    NUMBERED(11),
    NUMBERED(12),
    NUMBERED(13),
    NUMBERED(14),
    NUMBERED(15),
    {"rip", IN_REGS(rip), 64, 0},
    {"eip", IN_REGS(rip), 32, 0},
    {"ip", IN_REGS(rip), 64, 0},
    {"$ip", IN_REGS(rip), 64, 0},
    {"$csp", IN_REGS(rsp), 64, 0},
    {"efl", IN_REGS(eflags), 32, 0},
    {"eflags", IN_REGS(eflags), 32, 0},
    {"cs", IN_REGS(cs), 16, 0},
    {"ss", IN_REGS(ss), 16, 0},
    {"ds", IN_REGS(ds), 16, 0},
    {"es", IN_REGS(es), 16, 0},
    {"fs", IN_REGS(fs), 16, 0},
    {"gs", IN_REGS(gs), 16, 0},
    {"fs_base", IN_REGS(fs_base), 64, 0},
    {"gs_base", IN_REGS(gs_base), 64, 0},
    {"orig_rax", IN_REGS(orig_rax), 64, 0},
    DEBUG(0, 0),
    DEBUG(1, 1),
    DEBUG(2, 2),
    DEBUG(3, 3),
    DEBUG(6, 4),
    DEBUG(7, 5),
};

#undef IN_REGS
#undef LEGACY
#undef POINTER
#undef NUMBERED
#undef DEBUG

const Register *find(std::string_view name) {
    for (const Register &row : kRegisters) {
        if (row.name == name)
            return &row;
    }
    return nullptr;
}

uint64_t mask(unsigned bits) {
    return bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
}

struct Flag {
    unsigned bit;
    const char *set;
    const char *clear;
};

constexpr Flag kFlags[] = {
    {11, "ov", "nv"}, {10, "dn", "up"}, {9, "ei", "di"}, {7, "ng", "pl"},
    {6, "zr", "nz"},  {4, "ac", "na"},  {2, "pe", "po"}, {0, "cy", "nc"},
};

} // namespace

bool is_register(std::string_view name) {
    return find(name) != nullptr;
}

std::optional<uint64_t> get_register(const ntdbg_context &context, std::string_view name) {
    const Register *row = find(name);
    if (!row)
        return std::nullopt;
    uint64_t value = 0;
    std::memcpy(&value, reinterpret_cast<const char *>(&context) + row->offset, sizeof(value));
    return (value >> row->shift) & mask(row->bits);
}

bool set_register(ntdbg_context &context, std::string_view name, uint64_t value) {
    const Register *row = find(name);
    if (!row || row->name == "orig_rax")
        return false;
    char *place = reinterpret_cast<char *>(&context) + row->offset;
    uint64_t whole = 0;
    std::memcpy(&whole, place, sizeof(whole));
    uint64_t kept = row->bits == 32 ? 0 : ~(mask(row->bits) << row->shift);
    whole = (whole & kept) | ((value & mask(row->bits)) << row->shift);
    std::memcpy(place, &whole, sizeof(whole));
    return true;
}

std::string format_registers(const ntdbg_regs &r) {
    std::string out = fmt::format("rax={:016x} rbx={:016x} rcx={:016x}\n", r.rax, r.rbx, r.rcx);
    out += fmt::format("rdx={:016x} rsi={:016x} rdi={:016x}\n", r.rdx, r.rsi, r.rdi);
    out += fmt::format("rip={:016x} rsp={:016x} rbp={:016x}\n", r.rip, r.rsp, r.rbp);
    out += fmt::format(" r8={:016x}  r9={:016x} r10={:016x}\n", r.r8, r.r9, r.r10);
    out += fmt::format("r11={:016x} r12={:016x} r13={:016x}\n", r.r11, r.r12, r.r13);
    out += fmt::format("r14={:016x} r15={:016x}\n", r.r14, r.r15);
    out += fmt::format("iopl={}        ", (r.eflags >> 12) & 3);
    for (const Flag &flag : kFlags)
        out += fmt::format(" {}", r.eflags & (uint64_t{1} << flag.bit) ? flag.set : flag.clear);
    out += fmt::format("\ncs={:04x}  ss={:04x}  ds={:04x}  es={:04x}  fs={:04x}  gs={:04x}"
                       "             efl={:08x}\n",
                       r.cs, r.ss, r.ds, r.es, r.fs, r.gs, r.eflags);
    return out;
}

std::string format_xmm(const ntdbg_context &context, std::string_view name) {
    constexpr size_t kXmm = 160; // in what FXSAVE writes
    if (!name.starts_with("xmm"))
        return "";
    name.remove_prefix(3);
    unsigned n = 16;
    auto [rest, problem] = std::from_chars(name.data(), name.data() + name.size(), n);
    if (problem != std::errc() || rest != name.data() + name.size() || n > 15)
        return "";
    uint64_t half[2];
    std::memcpy(half, context.fxsave + kXmm + size_t{16} * n, sizeof(half));
    return fmt::format("{:016x}{:016x}", half[1], half[0]);
}

} // namespace ntdbg::tool
