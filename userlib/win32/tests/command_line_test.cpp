// SPDX-License-Identifier: MIT
#include "command_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using ntdbg::win32::ProgramNames;
using ntdbg::win32::Strings;
using Words = std::vector<std::string>;

Words split(const char *line) {
    Strings argv;
    EXPECT_TRUE(split_command_line(line, &argv));
    Words words;
    for (char *const *at = argv.get(); *at; at++)
        words.emplace_back(*at);
    EXPECT_EQ(words.size(), argv.count());
    return words;
}

Words names(const char *line) {
    ProgramNames all(line);
    const char *name = nullptr;
    size_t size = 0;
    Words words;
    while (all.next(&name, &size))
        words.emplace_back(name, size);
    return words;
}

TEST(CommandLine, BlanksSeparate) {
    EXPECT_EQ(split("prog a  b\tc "), (Words{"prog", "a", "b", "c"}));
    EXPECT_EQ(split("  prog"), (Words{"prog"}));
    EXPECT_EQ(split("prog"), (Words{"prog"}));
    EXPECT_EQ(split(""), (Words{""}));
}

TEST(CommandLine, QuotesHoldTogether) {
    EXPECT_EQ(split("prog \"a b\" c"), (Words{"prog", "a b", "c"}));
    EXPECT_EQ(split("prog a\" b\"c"), (Words{"prog", "a bc"}));
    EXPECT_EQ(split("prog \"\""), (Words{"prog", ""}));
    EXPECT_EQ(split("prog \"open end"), (Words{"prog", "open end"}));
}

TEST(CommandLine, BackslashesCountBeforeAQuote) {
    // The four lines that the documentation of the C runtime works through.
    EXPECT_EQ(split(R"(p "abc" d e)"), (Words{"p", "abc", "d", "e"}));
    EXPECT_EQ(split(R"(p a\\b d"e f"g h)"), (Words{"p", R"(a\\b)", "de fg", "h"}));
    EXPECT_EQ(split(R"(p a\\\"b c d)"), (Words{"p", R"(a\"b)", "c", "d"}));
    EXPECT_EQ(split(R"(p a\\\\"b c" d e)"), (Words{"p", R"(a\\b c)", "d", "e"}));
    EXPECT_EQ(split(R"(p \ \\)"), (Words{"p", R"(\)", R"(\\)"}));
    EXPECT_EQ(split(R"(p "a\\" b)"), (Words{"p", R"(a\)", "b"}));
}

TEST(CommandLine, TwoQuotesInQuotesAreOne) {
    EXPECT_EQ(split(R"(p "a""b" c)"), (Words{"p", R"(a"b)", "c"}));
    EXPECT_EQ(split(R"(p a"b"" c d)"), (Words{"p", R"(ab" c d)"}));
}

TEST(CommandLine, BackslashesInTheNameAreLetters) {
    EXPECT_EQ(split(R"(a\\"b c"\d e)"), (Words{R"(a\\b c\d)", "e"}));
}

TEST(CommandLine, AQuotedNameIsOne) {
    EXPECT_EQ(names("\"/bin/my prog\" arg"), (Words{"/bin/my prog"}));
    EXPECT_EQ(names("\"/bin/prog"), (Words{"/bin/prog"}));
    EXPECT_EQ(names("\"\" a"), Words{});
}

TEST(CommandLine, AnUnquotedNameMayHaveBlanks) {
    EXPECT_EQ(names("/opt/my prog  one\ttwo"),
              (Words{"/opt/my", "/opt/my prog", "/opt/my prog  one", "/opt/my prog  one\ttwo"}));
    EXPECT_EQ(names("  prog "), Words{"prog"});
    EXPECT_EQ(names(""), Words{});
    EXPECT_EQ(names("  "), Words{});
}

} // namespace
