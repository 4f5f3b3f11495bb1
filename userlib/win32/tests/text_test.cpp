// SPDX-License-Identifier: MIT
#include "text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace ntdbg::win32;

std::u16string wide(std::string_view bytes) {
    Array<char16_t> out;
    EXPECT_TRUE(append_utf16(bytes.data(), bytes.size(), &out));
    return {out.data(), out.size()};
}

std::string narrow(std::u16string_view text) {
    Array<char> out;
    EXPECT_TRUE(append_bytes(text.data(), text.size(), &out));
    return {out.data(), out.size()};
}

TEST(Text, BothWays) {
    for (const char *text : {"", "plain", "gr\u00fc\u00df", "\u6f22\u5b57", "\U0001f41b"}) {
        std::u16string utf16 = wide(text);
        EXPECT_EQ(narrow(utf16), text);
    }
    EXPECT_EQ(wide("\U0001f41b"), u"\U0001f41b");
}

TEST(Text, EveryByteSurvives) {
    for (int byte = 1; byte < 256; byte++) {
        std::string name = "a" + std::string(1, static_cast<char>(byte)) + "b";
        EXPECT_EQ(narrow(wide(name)), name) << byte;
    }
}

TEST(Text, AppendsToWhatIsThere) {
    Array<char> out;
    ASSERT_TRUE(out.append("ab", 2));
    ASSERT_TRUE(append_bytes(u"cd", 2, &out));
    EXPECT_EQ(std::string_view(out.data(), out.size()), "abcd");
}

TEST(Text, NullStaysNull) {
    Bytes bytes;
    ASSERT_TRUE(bytes.set(nullptr));
    EXPECT_EQ(bytes.get(), nullptr);
    ASSERT_TRUE(bytes.set(u""));
    EXPECT_STREQ(bytes.get(), "");
    Bytes other;
    ASSERT_TRUE(other.set(u"/tmp/\u00fc"));
    EXPECT_STREQ(other.get(), "/tmp/\u00fc");
}

} // namespace
