/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is told when processes and threads come, change and go: NT's
 * PsSetCreateProcessNotifyRoutine and its sisters. There is one listener, the
 * debug port; it is set once, before anything is hooked.
 */
#ifndef _NTDBG_PS_NOTIFY_H
#define _NTDBG_PS_NOTIFY_H

#include <linux/types.h>

struct callback_head;
struct ps_process;
struct ps_thread;
struct task_struct;

/**
 * struct ps_callouts - on the current thread, before it goes (back) to user mode
 * @create: a new thread, or the first one of a forked process
 * @exec: execve is done; the old image is gone and the new one is mapped
 * @exit: the thread ends; must unlink it. @code is what do_exit() was given
 * @images: images of the process were mapped or unmapped
 * @loader_break: the initial breakpoint was reached
 * @fork: the current process makes a child process, which does not run yet
 * @context: set the registers that are pending
 * @let_go: not on the thread: it is no longer ours
 * @forget: nobody has a reference to a process object any more
 */
struct ps_callouts {
	void (*create)(struct ps_thread *thread);
	void (*exec)(struct ps_thread *thread);
	void (*exit)(struct ps_thread *thread, long code);
	void (*images)(struct ps_thread *thread);
	void (*loader_break)(struct ps_thread *thread);
	void (*fork)(struct ps_process *parent, struct task_struct *child);
	void (*context)(struct ps_thread *thread);
	void (*let_go)(struct ps_thread *thread);
	void (*forget)(struct ps_process *process);
};

void ps_set_callouts(const struct ps_callouts *callouts);
void ps_hooks_add(void);
void ps_thread_work(struct callback_head *head);
void ps_notify_let_go(struct ps_thread *thread);
void ps_notify_forget(struct ps_process *process);
void ps_notify_exit(struct ps_thread *thread, long code);
void ps_notify_fork(struct ps_process *parent, struct task_struct *child);

#endif /* _NTDBG_PS_NOTIFY_H */
