// SPDX-License-Identifier: MIT
// Strings, times and errors of the library.
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "internal.h"

namespace {

template <size_t N>
UNICODE_STRING string_of(const char16_t (&text)[N]) {
    return {static_cast<USHORT>((N - 1) * 2), static_cast<USHORT>(N * 2),
            const_cast<WCHAR *>(text)};
}

TEST(Rtl, InitUnicodeString) {
    UNICODE_STRING string;
    const char16_t text[] = u"\\??\\C:";
    RtlInitUnicodeString(&string, text);
    EXPECT_EQ(string.Length, 12);
    EXPECT_EQ(string.MaximumLength, 14);
    EXPECT_EQ(string.Buffer, text);
    RtlInitUnicodeString(&string, nullptr);
    EXPECT_EQ(string.Length, 0);
    EXPECT_EQ(string.MaximumLength, 0);
    EXPECT_EQ(string.Buffer, nullptr);
    std::u16string longest(40000, u'x');
    RtlInitUnicodeString(&string, longest.c_str());
    EXPECT_EQ(string.Length, 65532);
    EXPECT_EQ(string.MaximumLength, 65534);
}

TEST(Rtl, InitAnsiString) {
    ANSI_STRING string;
    RtlInitAnsiString(&string, "abc");
    EXPECT_EQ(string.Length, 3);
    EXPECT_EQ(string.MaximumLength, 4);
    RtlInitString(&string, nullptr);
    EXPECT_EQ(string.MaximumLength, 0);
}

TEST(Rtl, CopyAndAppend) {
    WCHAR buffer[6];
    UNICODE_STRING to = {0, sizeof(buffer), buffer};
    UNICODE_STRING abc = string_of(u"abc");
    RtlCopyUnicodeString(&to, &abc);
    EXPECT_EQ(to.Length, 6);
    EXPECT_EQ(buffer[3], 0);
    EXPECT_EQ(RtlAppendUnicodeToString(&to, u"d"), STATUS_SUCCESS);
    EXPECT_EQ(RtlAppendUnicodeStringToString(&to, &abc), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(to.Length, 8);
    UNICODE_STRING longer = string_of(u"0123456789");
    RtlCopyUnicodeString(&to, &longer);
    EXPECT_EQ(to.Length, 12);
    EXPECT_EQ(memcmp(buffer, u"012345", 12), 0);
    RtlCopyUnicodeString(&to, nullptr);
    EXPECT_EQ(to.Length, 0);
}

TEST(Rtl, Compare) {
    UNICODE_STRING lower = string_of(u"abc");
    UNICODE_STRING upper = string_of(u"ABC");
    UNICODE_STRING longer = string_of(u"abcd");
    EXPECT_FALSE(RtlEqualUnicodeString(&lower, &upper, FALSE));
    EXPECT_TRUE(RtlEqualUnicodeString(&lower, &upper, TRUE));
    EXPECT_GT(RtlCompareUnicodeString(&lower, &upper, FALSE), 0);
    EXPECT_EQ(RtlCompareUnicodeString(&lower, &upper, TRUE), 0);
    EXPECT_LT(RtlCompareUnicodeString(&lower, &longer, FALSE), 0);
}

TEST(Rtl, ConvertsBothWays) {
    ANSI_STRING bytes;
    RtlInitAnsiString(&bytes, "a\xC3\xA9\xF0\x9F\x98\x80");
    UNICODE_STRING wide;
    ASSERT_EQ(RtlAnsiStringToUnicodeString(&wide, &bytes, TRUE), STATUS_SUCCESS);
    EXPECT_EQ(wide.Length, 8);
    EXPECT_EQ(wide.MaximumLength, 10);
    EXPECT_EQ(memcmp(wide.Buffer, u"a\u00E9\U0001F600", 10), 0);
    ANSI_STRING back;
    ASSERT_EQ(RtlUnicodeStringToAnsiString(&back, &wide, TRUE), STATUS_SUCCESS);
    EXPECT_STREQ(back.Buffer, bytes.Buffer);
    char small[7];
    ANSI_STRING into = {0, sizeof(small), small};
    EXPECT_EQ(RtlUnicodeStringToAnsiString(&into, &wide, FALSE), STATUS_BUFFER_OVERFLOW);
    RtlFreeUnicodeString(&wide);
    RtlFreeAnsiString(&back);
    EXPECT_EQ(wide.Buffer, nullptr);
}

TEST(Rtl, Times) {
    LARGE_INTEGER time;
    ULONG seconds = 0;
    RtlSecondsSince1970ToTime(1, &time);
    EXPECT_EQ(time.QuadPart, 116444736010000000);
    EXPECT_TRUE(RtlTimeToSecondsSince1970(&time, &seconds));
    EXPECT_EQ(seconds, 1u);
    time.QuadPart = 0;
    EXPECT_FALSE(RtlTimeToSecondsSince1970(&time, &seconds));
}

// The whole table is compared with Windows' side in selftests/conformance/errors.
TEST(Rtl, DosErrors) {
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_SUCCESS), 0u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_ACCESS_DENIED), 5u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_SHARING_VIOLATION), 32u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_NO_MORE_FILES), 18u);
    EXPECT_EQ(RtlNtStatusToDosError(static_cast<NTSTATUS>(0xC0FFEE00)), 317u);
}

} // namespace
