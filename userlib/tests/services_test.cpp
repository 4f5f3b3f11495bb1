// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli.h"
#include "services.h"

namespace {

using namespace ntdbg::tool;

Service service(uint32_t number, const char *name, uint32_t arguments, bool implemented = false) {
    Service out;
    out.number = number;
    out.name = name;
    out.arguments = arguments;
    out.stack = arguments > 4 ? arguments - 4 : 0;
    out.entry = static_cast<int32_t>(0xfff12340 | out.stack);
    out.implemented = implemented;
    out.routine = implemented ? "nt_x_service [ntdbg]" : "ke_not_implemented [ntdbg]";
    return out;
}

ServiceTables tables() {
    ServiceTables out;
    out.profile = "win10-1511-x64";
    out.build = 10586;
    out.services = {service(0xf, "NtClose", 1, true), service(0x55, "NtCreateFile", 11, true),
                    service(0x1001, "NtUserThing", 2)};
    return out;
}

std::vector<nlohmann::json> lines(const std::string &text) {
    std::vector<nlohmann::json> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        out.push_back(nlohmann::json::parse(line));
    return out;
}

TEST(Services, Matching) {
    EXPECT_EQ(matching(tables().services, "").size(), 3u);
    EXPECT_EQ(matching(tables().services, "*file*").size(), 1u);
    EXPECT_EQ(matching(tables().services, "NtC*").size(), 2u);
    EXPECT_EQ(matching(tables().services, "Close").size(), 0u);
}

TEST(Services, Text) {
    std::string text = format_services(tables(), false);
    EXPECT_NE(text.find("    55  NtCreateFile    11      7  yes          nt_x_service [ntdbg]\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("  1001  NtUserThing      2      0  no           ke_not_"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("win10-1511-x64 (build 10586): 3 services, 2 implemented.\n"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("calls"), std::string::npos);
    EXPECT_EQ(text.find("fff12347"), std::string::npos);
}

TEST(Services, RawTextAndCalls) {
    ServiceTables counted = tables();
    counted.services[0].calls = 42;
    counted.services[0].address = 0xffffffffc0123450;
    std::string text = format_services(counted, true);
    EXPECT_NE(text.find("fff12347"), std::string::npos) << text;
    EXPECT_NE(text.find("ffffffff`c0123450"), std::string::npos) << text;
    EXPECT_NE(text.find("        42  "), std::string::npos) << text;
    EXPECT_NE(text.find("calls"), std::string::npos) << text;
}

TEST(Services, Json) {
    ServiceTables counted = tables();
    counted.services[0].calls = 42;
    auto out = lines(format_services_json(counted));
    ASSERT_EQ(out.size(), 4u);
    EXPECT_EQ(out[0]["type"], "service");
    EXPECT_EQ(out[0]["number"], "0xf");
    EXPECT_EQ(out[0]["name"], "NtClose");
    EXPECT_EQ(out[0]["calls"], 42);
    EXPECT_EQ(out[0]["implemented"], true);
    EXPECT_FALSE(out[0].contains("address"));
    EXPECT_FALSE(out[1].contains("calls"));
    EXPECT_EQ(out[1]["stack"], 7);
    EXPECT_EQ(out[1]["entry"], "0xfff12347");
    EXPECT_EQ(out[3]["type"], "end");
    EXPECT_EQ(out[3]["services"], 3);
    EXPECT_EQ(out[3]["implemented"], 2);
}

TEST(Services, Differences) {
    ServiceTables before = tables(), after = tables();
    after.profile = "win10-1507-x64";
    after.services = {service(0xf, "NtClose", 1), service(0x54, "NtCreateFile", 11),
                      service(0x56, "NtNew", 3)};
    auto changes = differences(before.services, after.services);
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_EQ(changes[0].kind, ChangeKind::Moved);
    EXPECT_EQ(changes[0].name, "NtCreateFile");
    EXPECT_EQ(changes[1].kind, ChangeKind::Removed);
    EXPECT_EQ(changes[1].name, "NtUserThing");
    EXPECT_EQ(changes[2].kind, ChangeKind::Added);
    EXPECT_EQ(changes[2].name, "NtNew");
    std::string text = format_changes(before, after, changes);
    EXPECT_NE(text.find("moved    NtCreateFile  055/11            054/11\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find(": 1 moved, 1 added, 1 removed.\n"), std::string::npos) << text;
    auto out = lines(format_changes_json(before, after, changes));
    ASSERT_EQ(out.size(), 4u);
    EXPECT_EQ(out[0]["before"]["number"], "0x55");
    EXPECT_EQ(out[0]["after"]["number"], "0x54");
    EXPECT_FALSE(out[1].contains("after"));
    EXPECT_FALSE(out[2].contains("before"));
    EXPECT_EQ(out[3]["moved"], 1);
    // The number of arguments is a difference, too.
    after.services[0].arguments = 2;
    EXPECT_EQ(differences(before.services, after.services).size(), 4u);
}

TEST(Decode, Table) {
    size_t limits[3] = {};
    for (const KnownService &known : known_services())
        for (size_t i = 0; i < 3; i++)
            limits[i] += known.in[i].number >= 0;
    EXPECT_EQ(limits[0], 0x1bcu);
    EXPECT_EQ(limits[1], 0x1b9u);
    EXPECT_EQ(limits[2], 0x11cu);
}

TEST(Decode, Statuses) {
    for (const char *word : {"c0000005", "0xC0000005", "C0000005h", "STATUS_ACCESS_VIOLATION",
                             "status_access_violation", "0n3221225477", "0n-1073741819"}) {
        Meaning meaning = decode_word(word);
        ASSERT_TRUE(meaning.status) << word;
        EXPECT_EQ(*meaning.status, 0xc0000005) << word;
        EXPECT_TRUE(meaning.services.empty()) << word;
    }
    EXPECT_EQ(format_meaning(decode_word("c0000005")),
              "c0000005  STATUS_ACCESS_VIOLATION  (error, Access violation)\n");
    EXPECT_EQ(format_meaning(decode_word("e04c000f")), "e04c000f  SIGTERM  (error)\n");
    EXPECT_NE(format_meaning(decode_word("c0123456")).find("facility 0x12, code 0x3456"),
              std::string::npos);
}

TEST(Decode, Services) {
    Meaning meaning = decode_word("NtClose");
    ASSERT_EQ(meaning.services.size(), 3u);
    EXPECT_EQ(meaning.services[0].service->in[0].number, 0xf);
    EXPECT_EQ(decode_word("ZwClose").services.size(), 3u);
    EXPECT_EQ(decode_word("ntclose").services.size(), 3u);
    meaning = decode_word("55");
    EXPECT_FALSE(meaning.status);
    ASSERT_EQ(meaning.services.size(), 3u);
    EXPECT_EQ(meaning.services[0].service->name, "NtCreateFile");
    EXPECT_EQ(decode_word("0n85").services.size(), 3u);
    // Both a status and services.
    meaning = decode_word("103");
    ASSERT_TRUE(meaning.status);
    EXPECT_FALSE(meaning.services.empty());
}

TEST(Decode, Nothing) {
    for (const char *word : {"", "0x", "h", "zz", "Nt", "1ffff", "123456789abcdef"})
        EXPECT_FALSE(understood(decode_word(word))) << word;
    EXPECT_EQ(lines(format_meaning_json(decode_word("zz")))[0]["type"], "unknown");
}

TEST(Decode, CommandLine) {
    Command command = parse_command_line({"decode", "--json", "55", "NtClose"});
    auto *options = std::get_if<DecodeOptions>(&command);
    ASSERT_TRUE(options);
    EXPECT_TRUE(options->json);
    EXPECT_EQ(options->words, (std::vector<std::string>{"55", "NtClose"}));
    command = parse_command_line({"decode"});
    ASSERT_TRUE(std::get_if<Refusal>(&command));
    EXPECT_EQ(std::get<Refusal>(command).status, 2);
}

TEST(Ssdt, CommandLine) {
    Command command =
        parse_command_line({"ssdt", "--profile", "a", "--diff=b", "--raw", "--json", "*File*"});
    auto *options = std::get_if<SsdtOptions>(&command);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->glob, "*File*");
    EXPECT_EQ(options->profile, "a");
    EXPECT_EQ(options->diff, "b");
    EXPECT_TRUE(options->raw);
    EXPECT_TRUE(options->json);
}

} // namespace
