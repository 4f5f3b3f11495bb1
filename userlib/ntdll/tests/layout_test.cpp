// SPDX-License-Identifier: MIT
// The headers in C++, with the same layouts as in C.
#define _Alignof alignof
#define ntdbg_test_close ntdbg_test_close_cpp
#include "layout_test.c"
