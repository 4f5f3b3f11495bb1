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
        processes_[event.pid][rec.image()->base] = Image{rec.image()->end, std::move(name)};
    };
    switch (event.type) {
    case NTDBG_EVENT_CREATE_PROCESS:
        // A forked child has its parent's images.
        processes_[event.pid].clear();
        if (event.flags & NTDBG_EVENT_F_FORK) {
            auto parent = processes_.find(rec.create_process()->ppid);
            if (parent != processes_.end())
                processes_[event.pid] = parent->second;
        }
        add();
        break;
    case NTDBG_EVENT_LOAD_IMAGE:
        add();
        break;
    case NTDBG_EVENT_UNLOAD_IMAGE:
        processes_[event.pid].erase(rec.image()->base);
        break;
    case NTDBG_EVENT_EXIT_PROCESS:
        processes_.erase(event.pid);
        break;
    default:
        break;
    }
}

std::string Modules::where(uint32_t pid, uint64_t address) const {
    auto process = processes_.find(pid);
    if (process == processes_.end())
        return "";
    auto above = process->second.upper_bound(address);
    if (above == process->second.begin())
        return "";
    const auto &[base, image] = *std::prev(above);
    if (address >= image.end)
        return "";
    return fmt::format("{}+0x{:x}", image.name, address - base);
}

} // namespace ntdbg::tool
