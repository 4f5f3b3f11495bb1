/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Process and thread handles as services get them: pseudo handles or open files,
 * both stand for a struct ps_target.
 */
#ifndef _NTDBG_NT_PROCESS_TARGET_H
#define _NTDBG_NT_PROCESS_TARGET_H

#include <linux/types.h>

struct ob_type;
struct ps_target;
struct task_struct;

u32 nt_target_by_handle(u64 handle, const struct ob_type *type, u32 access,
			struct ps_target **target);
u32 nt_target_task(struct ps_target *target, unsigned int mode, struct task_struct **task);
u32 nt_process_by_handle(u64 handle, u32 access, unsigned int mode, struct task_struct **leader);

#endif /* _NTDBG_NT_PROCESS_TARGET_H */
