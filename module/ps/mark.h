/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of processes and threads that are not ours (any more): two
 * of NT's flags that outlive debugging, and by which status a process was ended.
 * It hooks nothing and costs nobody anything; it goes when its process or thread
 * is gone and no handle of it is open.
 */
#ifndef _NTDBG_PS_MARK_H
#define _NTDBG_PS_MARK_H

#include <linux/bits.h>
#include <linux/types.h>

struct pid;
struct ps_mark;

#define PS_MARK_NO_DEBUG_INHERIT	BIT(0) /* of a process's pid */
#define PS_MARK_HIDDEN			BIT(1) /* of a thread's pid */
#define PS_MARK_TERMINATED		BIT(2) /* of a process's pid: there is a status */
#define PS_MARK_THREAD_TERMINATED	BIT(3) /* of a thread's pid, likewise */

struct ps_mark *ps_mark_get(struct pid *pid);
void ps_mark_put(struct ps_mark *mark);

int ps_mark(struct pid *pid, unsigned int mark, bool set);
bool ps_marked(struct pid *pid, unsigned int mark);
void ps_mark_terminated(struct pid *pid, u32 nt_status);
bool ps_mark_status(struct pid *pid, u32 *nt_status);
void ps_mark_thread_terminated(struct pid *pid, u32 nt_status);
bool ps_mark_thread_status(struct pid *pid, u32 *nt_status);
void ps_mark_exit(void);

#endif /* _NTDBG_PS_MARK_H */
