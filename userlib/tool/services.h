// SPDX-License-Identifier: MIT
// The NT system services: what the module has (by netlink), and what can be known without it.
#ifndef NTDBG_TOOL_SERVICES_H
#define NTDBG_TOOL_SERVICES_H

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

// One of the module's, as its netlink family tells it.
struct Service {
    uint32_t number = 0; // table << 12 | index
    std::string name;
    uint32_t arguments = 0;
    uint32_t stack = 0;
    int32_t entry = 0;
    std::string routine;
    std::optional<uint64_t> address;
    bool implemented = false;
    std::optional<uint64_t> calls;
};

struct ServiceTables {
    std::string profile;
    uint32_t build = 0;
    std::vector<Service> services; // of table 0, then of table 1
};

// @profile "": what new NT processes have.
result<ServiceTables> gather_services(const std::string &profile);

// Those whose names match: * and ?, upper or lower case.
std::vector<Service> matching(std::vector<Service> services, const std::string &glob);

enum class ChangeKind { Moved, Added, Removed };

struct Change {
    ChangeKind kind = ChangeKind::Moved;
    std::string name;
    std::optional<Service> before, after;
};

// What is different in the second, by name, in the order of the numbers.
std::vector<Change> differences(const std::vector<Service> &before,
                                const std::vector<Service> &after);

std::string format_services(const ServiceTables &tables, bool raw);
std::string format_services_json(const ServiceTables &tables);
std::string format_changes(const ServiceTables &before, const ServiceTables &after,
                           const std::vector<Change> &changes);
std::string format_changes_json(const ServiceTables &before, const ServiceTables &after,
                                const std::vector<Change> &changes);

// ---- without the module ----------------------------------------------------------

struct KnownProfile {
    std::string_view name;
    uint32_t build;
    bool x86;
};

constexpr std::array<KnownProfile, 3> kKnownProfiles = {{
    {"win10-1511-x64", 10586, false},
    {"win10-1507-x64", 10240, false},
    {"winxp-x86", 2600, true},
}};

struct KnownService {
    std::string_view name;
    struct {
        int number, arguments; // -1: that system has no such service
    } in[kKnownProfiles.size()];
};

std::span<const KnownService> known_services();

// What ntdbg decode says of one word: a status, services, or nothing.
struct Meaning {
    std::string word;
    std::optional<uint32_t> status; // with or without a name
    struct Number {
        const KnownService *service;
        size_t profile;
    };
    std::vector<Number> services;
};

Meaning decode_word(const std::string &word);
bool understood(const Meaning &meaning);
std::string format_meaning(const Meaning &meaning);
std::string format_meaning_json(const Meaning &meaning);

} // namespace ntdbg::tool

#endif
