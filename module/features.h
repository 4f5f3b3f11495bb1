/* SPDX-License-Identifier: GPL-2.0 */
/* What this kernel has of what the module needs, for users to read. */
#ifndef _NTDBG_FEATURES_H
#define _NTDBG_FEATURES_H

#include <linux/types.h>

unsigned int features_count(void);
bool features_get(unsigned int index, const char **name, u32 *state, char *reason, size_t size);

#endif /* _NTDBG_FEATURES_H */
