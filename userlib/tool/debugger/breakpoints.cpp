// SPDX-License-Identifier: MIT
#include "breakpoints.h"

namespace ntdbg::tool {

Breakpoint &Breakpoints::add(Breakpoint breakpoint) {
    breakpoint.id = 0;
    if (!breakpoint.internal) {
        while (find(breakpoint.id)) // the lowest number that is free
            breakpoint.id++;
    }
    breakpoint.left = breakpoint.passes;
    list_.push_back(std::move(breakpoint));
    return list_.back();
}

bool Breakpoints::remove(unsigned id) {
    return list_.remove_if([&](const Breakpoint &b) { return !b.internal && b.id == id; }) > 0;
}

void Breakpoints::remove_internal(uint32_t pid) {
    list_.remove_if([&](const Breakpoint &b) { return b.internal && b.pid == pid; });
}

void Breakpoints::forget(uint32_t pid) {
    list_.remove_if([&](const Breakpoint &b) { return b.pid == pid; });
}

Breakpoint *Breakpoints::find(unsigned id) {
    for (Breakpoint &b : list_) {
        if (!b.internal && b.id == id)
            return &b;
    }
    return nullptr;
}

std::vector<Breakpoint *> Breakpoints::at(uint32_t pid, uint64_t address) {
    std::vector<Breakpoint *> out;
    for (Breakpoint &b : list_) {
        if (b.pid == pid && b.active() && b.kind == Breakpoint::Kind::Code && *b.address == address)
            out.push_back(&b);
    }
    return out;
}

bool Breakpoints::covers(uint32_t pid, uint64_t address) const {
    for (const Breakpoint &b : list_) {
        bool code = b.kind == Breakpoint::Kind::Code || b.kind == Breakpoint::Kind::Execute;
        if (b.pid == pid && b.active() && code && *b.address == address)
            return true;
    }
    return false;
}

std::set<uint64_t> Breakpoints::code_addresses(uint32_t pid) const {
    std::set<uint64_t> out;
    for (const Breakpoint &b : list_) {
        if (b.pid == pid && b.active() && b.kind == Breakpoint::Kind::Code)
            out.insert(*b.address);
    }
    return out;
}

std::vector<const Breakpoint *> Breakpoints::hardware(uint32_t pid) const {
    std::vector<const Breakpoint *> out;
    for (const Breakpoint &b : list_) {
        if (b.pid == pid && b.active() && b.hardware() && out.size() < kHardware)
            out.push_back(&b);
    }
    return out;
}

DebugRegisters Breakpoints::registers(uint32_t pid, std::optional<uint64_t> except) const {
    constexpr size_t kDr7 = 5;
    DebugRegisters out;
    auto watched = hardware(pid);
    for (size_t n = 0; n < watched.size(); n++) {
        const Breakpoint &b = *watched[n];
        if (b.kind == Breakpoint::Kind::Execute && b.address == except)
            continue;
        uint64_t type = b.kind == Breakpoint::Kind::Execute ? 0
                        : b.kind == Breakpoint::Kind::Write ? 1
                                                            : 3;
        uint64_t length = b.length == 8 ? 2 : b.length - 1;
        out.dr[n] = *b.address;
        out.dr[kDr7] |= uint64_t{1} << (2 * n);
        out.dr[kDr7] |= (type | length << 2) << (16 + 4 * n);
    }
    return out;
}

Breakpoint *Breakpoints::in_register(uint32_t pid, unsigned n) {
    auto watched = hardware(pid);
    return n < watched.size() ? const_cast<Breakpoint *>(watched[n]) : nullptr;
}

size_t Breakpoints::hardware_count(uint32_t pid) const {
    size_t n = 0;
    for (const Breakpoint &b : list_)
        n += b.pid == pid && b.hardware() ? 1 : 0;
    return n;
}

} // namespace ntdbg::tool
