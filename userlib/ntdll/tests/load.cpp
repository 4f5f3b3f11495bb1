// SPDX-License-Identifier: MIT
// In the place of start.cpp: nothing is started.
#include "internal.h"

extern "C" void ntdbg_ntdll_load() {}

uint32_t ntdbg_ntdll_xsave_mask = 0;
uint64_t ntdbg_ntdll_xsave_size = 0;
