// SPDX-License-Identifier: MIT
#include "modules.h"

#include <fmt/format.h>

#include "text.h"

namespace ntdbg::tool {

void Modules::learn(const record &rec) {
    const ntdbg_event &event = rec.header();
    auto add = [&] {
        std::string name = image_name(rec);
        size_t slash = name.rfind('/');
        if (slash != std::string::npos)
            name.erase(0, slash + 1);
        processes_[event.pid].images[rec.image()->base] =
            Image{rec.image()->end, std::move(name), std::string(rec.path().value_or(""))};
    };
    switch (event.type) {
    case NTDBG_EVENT_CREATE_PROCESS:
        // A forked child has its parent's images.
        processes_[event.pid] = {};
        if (event.flags & NTDBG_EVENT_F_FORK) {
            auto parent = processes_.find(rec.create_process()->ppid);
            if (parent != processes_.end())
                processes_[event.pid] = parent->second;
        }
        processes_[event.pid].program = rec.image()->base;
        add();
        break;
    case NTDBG_EVENT_LOAD_IMAGE:
        add();
        break;
    case NTDBG_EVENT_UNLOAD_IMAGE:
        processes_[event.pid].images.erase(rec.image()->base);
        break;
    case NTDBG_EVENT_EXIT_PROCESS:
        processes_.erase(event.pid);
        return;
    default:
        return;
    }
    processes_[event.pid].generation = ++changes_;
}

const Modules::Images &Modules::images(uint32_t pid) const {
    static const Images none;
    auto process = processes_.find(pid);
    return process == processes_.end() ? none : process->second.images;
}

uint64_t Modules::program(uint32_t pid) const {
    auto process = processes_.find(pid);
    return process == processes_.end() ? 0 : process->second.program;
}

uint64_t Modules::generation(uint32_t pid) const {
    auto process = processes_.find(pid);
    return process == processes_.end() ? 0 : process->second.generation;
}

std::string Modules::where(uint32_t pid, uint64_t address) const {
    const Images &known = images(pid);
    auto above = known.upper_bound(address);
    if (above == known.begin())
        return "";
    const auto &[base, image] = *std::prev(above);
    if (address >= image.end)
        return "";
    return fmt::format("{}+0x{:x}", image.name, address - base);
}

} // namespace ntdbg::tool
