// SPDX-License-Identifier: MIT
#include "environment.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using ntdbg::win32::Strings;
using Words = std::vector<std::string>;

template <typename Char>
Words split(const Char *block) {
    Strings envp;
    EXPECT_TRUE(split_environment(block, &envp));
    Words words;
    for (char *const *at = envp.get(); *at; at++)
        words.emplace_back(*at);
    return words;
}

TEST(Environment, OfBytes) {
    EXPECT_EQ(split("A=1\0B=two words\0"), (Words{"A=1", "B=two words"}));
    EXPECT_EQ(split("\0"), Words{});
    EXPECT_EQ(split("A=\xff\0"), Words{"A=\xff"});
}

TEST(Environment, OfUtf16) {
    EXPECT_EQ(split(u"A=1\0B=gr\u00fc\u00df dich\0"), (Words{"A=1", "B=gr\u00fc\u00df dich"}));
    EXPECT_EQ(split(u"\0"), Words{});
}

TEST(Environment, ManyEntries) {
    std::string block;
    for (int at = 0; at < 1000; at++)
        block += "NAME" + std::to_string(at) + "=" + std::string(100, 'x') + '\0';
    block += '\0';
    Words words = split(block.data());
    ASSERT_EQ(words.size(), 1000u);
    EXPECT_EQ(words[0], "NAME0=" + std::string(100, 'x'));
    EXPECT_EQ(words[999], "NAME999=" + std::string(100, 'x'));
}

} // namespace
