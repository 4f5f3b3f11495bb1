/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be known of processes and threads, without making them ours. */
#ifndef _NTDBG_PS_QUERY_H
#define _NTDBG_PS_QUERY_H

#include <ntdbg/object.h>

struct ps_target;
struct task_struct;

bool ps_is_zombie(struct task_struct *leader);
bool ps_is_last_thread(struct task_struct *task);
void ps_query_process(struct ps_target *target, struct task_struct *leader,
		      struct ntdbg_process_info *info);
void ps_query_thread(struct ps_target *target, struct task_struct *task,
		     struct ntdbg_thread_info *info);
int ps_set_debug_inherit(struct task_struct *leader, bool inherit);
int ps_hide_thread(struct ps_target *target);

#endif /* _NTDBG_PS_QUERY_H */
