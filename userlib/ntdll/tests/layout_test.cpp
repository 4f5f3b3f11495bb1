// SPDX-License-Identifier: MIT
// The headers in C++, with the same layouts as in C.
#define _Alignof alignof
#define ntdbg_test_close ntdbg_test_close_cpp
// The same file in both languages is the point.
#include "layout_test.c" // NOLINT(bugprone-suspicious-include)
