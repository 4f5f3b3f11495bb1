/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of processes and threads that are not ours (any more): two
 * of NT's flags that outlive debugging. A mark hooks nothing and costs nobody
 * anything; it goes when its process or thread is gone.
 */
#ifndef _NTDBG_PS_MARK_H
#define _NTDBG_PS_MARK_H

#include <linux/bits.h>
#include <linux/types.h>

struct pid;

#define PS_MARK_NO_DEBUG_INHERIT	BIT(0) /* of a process's pid */
#define PS_MARK_HIDDEN			BIT(1) /* of a thread's pid */

int ps_mark(struct pid *pid, unsigned int mark, bool set);
bool ps_marked(struct pid *pid, unsigned int mark);
void ps_mark_exit(void);

#endif /* _NTDBG_PS_MARK_H */
