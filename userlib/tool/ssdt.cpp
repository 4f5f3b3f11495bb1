// SPDX-License-Identifier: MIT
// ntdbg ssdt: the service tables of the module that is loaded.
#include <cstdio>

#include "commands.h"
#include "report.h"
#include "services.h"

namespace ntdbg::tool {

namespace {

result<ServiceTables> gather(const std::string &profile, const std::string &glob) {
    auto tables = gather_services(profile);
    if (tables)
        tables->services = matching(std::move(tables->services), glob);
    return tables;
}

int fail(const error &error) {
    fputs(format_error(error).c_str(), stderr);
    return exit_status_of(error.cause());
}

} // namespace

int ssdt_command(const SsdtOptions &options) {
    auto tables = gather(options.profile, options.glob);
    if (!tables)
        return fail(tables.error());
    std::string out;
    bool found = !tables->services.empty();
    if (options.diff.empty()) {
        out = options.json ? format_services_json(*tables) : format_services(*tables, options.raw);
    } else {
        auto other = gather(options.diff, options.glob);
        if (!other)
            return fail(other.error());
        found = found || !other->services.empty();
        auto changes = differences(tables->services, other->services);
        out = options.json ? format_changes_json(*tables, *other, changes)
                           : format_changes(*tables, *other, changes);
    }
    if (!found) {
        fputs(
            format_error("no-service", "no service matches " + options.glob, "ntdbg ssdt '*File*'")
                .c_str(),
            stderr);
        return kExitFailed;
    }
    fwrite(out.data(), 1, out.size(), stdout);
    return 0;
}

} // namespace ntdbg::tool
