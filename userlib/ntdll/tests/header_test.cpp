// SPDX-License-Identifier: MIT
// The headers against the tables of the module.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "text.h"

namespace {

// How many arguments each declared service takes.
std::map<std::string, unsigned> declared() {
    std::map<std::string, unsigned> found;
    const std::regex prototype(R"(NTSYSCALLAPI\s+\w+\s+NTAPI\s+(\w+)\(([^)]*)\);)");
    for (const char *name : {"/winternl.h", "/ntdll.h"}) {
        std::string text = read_file(std::string(NTDBG_TEST_HEADERS) + name);
        for (std::sregex_iterator match(text.begin(), text.end(), prototype), end; match != end;
             ++match) {
            std::string arguments = (*match)[2];
            unsigned count = arguments == "VOID"
                                 ? 0
                                 : 1 + static_cast<unsigned>(
                                           std::count(arguments.begin(), arguments.end(), ','));
            EXPECT_EQ(found.count((*match)[1]), 0u) << (*match)[1] << " is declared twice";
            found[(*match)[1]] = count;
        }
    }
    return found;
}

// nt_query_information_file is NtQueryInformationFile without its capitals.
std::string plain(std::string name) {
    name.erase(std::remove(name.begin(), name.end(), '_'), name.end());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

TEST(Headers, HaveTheArgumentsOfTheServiceTable) {
    auto table = services();
    auto prototypes = declared();
    EXPECT_GE(prototypes.size(), 100u);
    for (const auto &[name, arguments] : prototypes) {
        ASSERT_EQ(table.count(name), 1u) << name << " is no service";
        EXPECT_EQ(table[name].arguments, arguments) << name;
    }
}

TEST(Headers, DeclareWhatTheModuleImplements) {
    std::set<std::string> names;
    for (const auto &[name, arguments] : declared())
        names.insert(plain(name));
    const std::regex service(R"((?:^|\n)NT_SERVICE\d+\((\w+))");
    size_t implemented = 0;
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(NTDBG_TEST_MODULE "/nt")) {
        if (entry.path().extension() != ".c")
            continue;
        std::string text = read_file(entry.path().string());
        for (std::sregex_iterator match(text.begin(), text.end(), service), end; match != end;
             ++match) {
            implemented++;
            EXPECT_EQ(names.count(plain((*match)[1])), 1u)
                << (*match)[1] << " of " << entry.path() << " has no prototype";
        }
    }
    EXPECT_GE(implemented, 1u);
}

// The values of all statuses: NAME -> hexadecimal digits.
std::map<std::string, std::string> statuses(const std::string &path) {
    std::map<std::string, std::string> found;
    std::string text = read_file(path);
    const std::regex definition(R"(#define\s+((?:STATUS|DBG)_\w+)\s+[^\n]*0x([0-9A-Fa-f]{8})u)");
    for (std::sregex_iterator match(text.begin(), text.end(), definition), end; match != end;
         ++match) {
        std::string digits = (*match)[2];
        std::transform(digits.begin(), digits.end(), digits.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        found[(*match)[1]] = digits;
    }
    return found;
}

TEST(Headers, HaveTheStatusesOfTheModule) {
    auto ours = statuses(NTDBG_TEST_HEADERS "/ntstatus.h");
    ours.merge(statuses(NTDBG_TEST_HEADERS "/../../../include/ntdbg/nt/status.h"));
    auto modules = statuses(NTDBG_TEST_MODULE "/ntstatus_values.h");
    EXPECT_GE(modules.size(), 100u);
    size_t compared = 0;
    for (const auto &[name, value] : modules) {
        auto same = ours.find(name);
        if (same == ours.end())
            continue;
        EXPECT_EQ(same->second, value) << name;
        compared++;
    }
    EXPECT_GE(compared, 150u);
}

} // namespace
