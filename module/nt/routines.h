/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Services as functions, for other modules: the Nt way. All are exported under
 * their names; NT_SERVICEn() declares them, and here stand those that a sample uses.
 */
#ifndef _NTDBG_NT_ROUTINES_H
#define _NTDBG_NT_ROUTINES_H

#include <linux/types.h>

u32 nt_query_system_time(u64 time);

#endif /* _NTDBG_NT_ROUTINES_H */
