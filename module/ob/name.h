/* SPDX-License-Identifier: GPL-2.0 */
/* Names in UTF-16: how they compare. */
#ifndef _NTDBG_OB_NAME_H
#define _NTDBG_OB_NAME_H

#include <linux/types.h>

u16 ob_upcase(u16 unit);
int ob_compare_names(const u16 *a, unsigned int a_units, const u16 *b, unsigned int b_units,
		     bool insensitive);

#endif /* _NTDBG_OB_NAME_H */
