/* SPDX-License-Identifier: MIT */
/* Programs of the native API that do without Win32 begin with this: here it is the same. */
#ifndef NTDBG_NTDLL_NTDEF_H
#define NTDBG_NTDLL_NTDEF_H

#include "windows.h"

#endif /* NTDBG_NTDLL_NTDEF_H */
