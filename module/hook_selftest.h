/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_HOOK_SELFTEST_H
#define _NTDBG_HOOK_SELFTEST_H

#include <linux/types.h>

bool hook_selftest(char *reason, size_t size);

#endif /* _NTDBG_HOOK_SELFTEST_H */
