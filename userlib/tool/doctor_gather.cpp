// SPDX-License-Identifier: MIT
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor.h"

namespace ntdbg::tool {

namespace {

std::string first_line(const char *path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::string group_name(gid_t gid) {
    const group *entry = getgrgid(gid);
    return entry ? entry->gr_name : fmt::format("{}", gid);
}

std::vector<std::string> own_groups() {
    std::vector<gid_t> gids(static_cast<size_t>(std::max(0, getgroups(0, nullptr))));
    int n = getgroups(static_cast<int>(gids.size()), gids.data());
    gids.resize(static_cast<size_t>(std::max(0, n)));
    if (std::find(gids.begin(), gids.end(), getegid()) == gids.end())
        gids.insert(gids.begin(), getegid());
    std::vector<std::string> names;
    names.reserve(gids.size());
    for (gid_t gid : gids)
        names.push_back(group_name(gid));
    return names;
}

} // namespace

Facts gather_facts() {
    Facts facts;
    utsname system{};
    uname(&system);
    facts.kernel = system.release;
    facts.module_loaded = access("/sys/module/ntdbg", F_OK) == 0;
    facts.lockdown = first_line("/sys/kernel/security/lockdown");
    facts.ptrace_scope = first_line("/proc/sys/kernel/yama/ptrace_scope");
    facts.ftrace_enabled = first_line("/proc/sys/kernel/ftrace_enabled");
    facts.uid = geteuid();
    facts.groups = own_groups();

    struct stat device {};
    facts.device_exists = stat(NTDBG_DEVICE, &device) == 0;
    if (facts.device_exists) {
        const passwd *owner = getpwuid(device.st_uid);
        facts.device_owner = fmt::format("mode {:04o} {}:{}", device.st_mode & 07777,
                                         owner ? owner->pw_name : "?", group_name(device.st_gid));
    }
    auto opened = port::open();
    if (!opened) {
        facts.open_problem = opened.error();
        return facts;
    }
    if (auto info = opened->info())
        facts.info = *info;
    if (auto features = opened->features())
        facts.features = *features;
    return facts;
}

} // namespace ntdbg::tool
