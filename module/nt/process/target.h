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
struct ps_thread;
struct task_struct;

/* CLIENT_ID */
struct nt_client {
	u64 process;
	u64 thread;
};

u32 nt_get_client(u64 from, struct nt_client *client);

/* Of a call that steers: what is at its end there is no process for, or no thread. */
u32 nt_thread_status(long err);

bool nt_is_pseudo_handle(u64 handle);
u32 nt_steer_self(void);
u32 nt_target_by_handle(u64 handle, const struct ob_type *type, u32 access,
			struct ps_target **target);
u32 nt_target_task(struct ps_target *target, unsigned int mode, struct task_struct **task);
u32 nt_thread_to_steer(u64 handle, u32 access, struct ps_target **target,
		       struct ps_thread **thread);
u32 nt_process_by_handle(u64 handle, u32 access, unsigned int mode, struct task_struct **leader);

#endif /* _NTDBG_NT_PROCESS_TARGET_H */
