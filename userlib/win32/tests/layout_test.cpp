// SPDX-License-Identifier: MIT
// The header in C++, with UNICODE, and beside NT's own headers.
#define UNICODE
#define _UNICODE
#include <Windows.h>
#include <ntdbg-win32/linux.h>
#include <ntdbg/nt/ntdll.h>
#include <tchar.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>

extern "C" int ntdbg_win32_labels_in_c(DWORD code);

namespace {

static_assert(std::is_same_v<TCHAR, char16_t>);
static_assert(std::is_same_v<LPCTSTR, const char16_t *>);
static_assert(std::is_same_v<decltype(&CreateProcess), decltype(&CreateProcessW)>);
static_assert(std::is_same_v<STARTUPINFO, STARTUPINFOW>);
static_assert(std::is_same_v<decltype(DBG_CONTINUE), DWORD>);
static_assert(std::is_same_v<decltype(STATUS_PORT_NOT_SET), NTSTATUS>);
static_assert(std::is_pointer_v<HANDLE>);
#ifndef __NTDBG_WIN32__
#error "it does not say what it is"
#endif

// A label that is out of the range of the switch's type would not compile.
int label(DWORD code) {
    switch (code) {
    case STATUS_BREAKPOINT:
        return 1;
    case EXCEPTION_SINGLE_STEP:
        return 2;
    case DBG_CONTROL_C:
        return 3;
    case DBG_EXCEPTION_NOT_HANDLED:
        return 4;
    default:
        return 0;
    }
}

TEST(Header, StatusesAreLabelsInBothLanguages) {
    for (DWORD code :
         {DWORD{0x80000003}, DWORD{0x80000004}, DWORD{0x40010005}, DWORD{0x80010001}, DWORD{0}})
        EXPECT_EQ(label(code), ntdbg_win32_labels_in_c(code)) << code;
    EXPECT_EQ(label(0x80000003), 1);
}

TEST(Header, TextIsUtf16UnderUnicode) {
    TCHAR text[32];
    _tcscpy(text, TEXT("\u00fc"));
    _tcscat(text, _T("b"));
    EXPECT_EQ(_tcslen(text), 2u);
    EXPECT_EQ(text[0], u'\u00fc');
    EXPECT_EQ(_tcscmp(text, u"\u00fcb"), 0);
    EXPECT_LT(_tcscmp(text, u"\u00fcc"), 0);
    EXPECT_GT(_tcscmp(text, u"\u00fc"), 0);
}

} // namespace
