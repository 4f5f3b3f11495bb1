/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_NT_OBJECT_CLOSE_H
#define _NTDBG_NT_OBJECT_CLOSE_H

#include <linux/types.h>

u32 nt_close_quietly(u64 handle);

#endif /* _NTDBG_NT_OBJECT_CLOSE_H */
