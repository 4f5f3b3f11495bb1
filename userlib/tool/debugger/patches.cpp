// SPDX-License-Identifier: MIT
#include "patches.h"

#include <cerrno>

namespace ntdbg::tool {

namespace {

constexpr uint8_t kInt3 = 0xCC;

int status(ssize_t n) {
    return n == 1 ? 0 : n < 0 ? static_cast<int>(n) : -EIO;
}

} // namespace

std::vector<Patches::Failure> Patches::sync(uint32_t pid, const std::set<uint64_t> &wanted) {
    std::vector<Failure> failures;
    Process &process = processes_[pid];
    for (auto it = process.inserted.begin(); it != process.inserted.end();) {
        auto [address, original] = *it;
        if (wanted.contains(address)) {
            ++it;
            continue;
        }
        // Somebody may have unmapped or rewritten it meanwhile.
        uint8_t now = 0;
        if (target_.read(pid, address, &now, 1) == 1 && now == kInt3)
            target_.write(pid, address, &original, 1);
        it = process.inserted.erase(it);
    }
    for (uint64_t address : wanted) {
        if (process.inserted.contains(address))
            continue;
        uint8_t original = 0;
        int problem = status(target_.read(pid, address, &original, 1));
        if (problem == 0)
            problem = status(target_.write(pid, address, &kInt3, 1));
        if (problem != 0) {
            failures.push_back({address, problem});
            continue;
        }
        process.inserted[address] = original;
        process.ever[address] = original;
    }
    return failures;
}

bool Patches::ours(uint32_t pid, uint64_t address) const {
    auto process = processes_.find(pid);
    if (process == processes_.end())
        return false;
    auto patch = process->second.ever.find(address);
    return patch != process->second.ever.end() && patch->second != kInt3;
}

void Patches::hide(uint32_t pid, uint64_t address, void *buf, size_t len) const {
    auto process = processes_.find(pid);
    if (process == processes_.end())
        return;
    const auto &inserted = process->second.inserted;
    for (auto it = inserted.lower_bound(address); it != inserted.end() && it->first - address < len;
         ++it)
        static_cast<uint8_t *>(buf)[it->first - address] = it->second;
}

void Patches::clean_copy(uint32_t parent, uint32_t child) {
    auto process = processes_.find(parent);
    if (process == processes_.end())
        return;
    for (auto [address, original] : process->second.ever) {
        uint8_t now = 0;
        if (target_.read(child, address, &now, 1) == 1 && now == kInt3 && original != kInt3)
            target_.write(child, address, &original, 1);
    }
}

} // namespace ntdbg::tool
