/* SPDX-License-Identifier: GPL-2.0 */
/* NTSTATUS, and which of them an errno is. */
#ifndef _NTDBG_NTSTATUS_H
#define _NTDBG_NTSTATUS_H

#include <linux/types.h>

#include "ntstatus_values.h"

/*
 * Of this module: a Linux signal interrupts the service. It is made again when
 * the signal's handler has returned; the caller sees nothing of it. Only for who
 * has changed nothing yet.
 */
#define NT_STATUS_RESTART			0x2fff0001u

/* Success and information; else warning or error */
static inline bool nt_success(u32 status)
{
	return (s32)status >= 0;
}

u32 nt_status(long err);

#endif /* _NTDBG_NTSTATUS_H */
