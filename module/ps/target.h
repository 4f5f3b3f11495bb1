/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a handle of a process or thread stands for. It keeps the id, not the
 * task: a process can be dead and waited for while handles of it are open.
 *
 * Steering makes the process ours (ps/process.h) until the handle is closed.
 */
#ifndef _NTDBG_PS_TARGET_H
#define _NTDBG_PS_TARGET_H

#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/refcount.h>

struct ob_type;
struct ps_mark;
struct ps_process;
struct ps_thread;
struct task_struct;

extern struct ob_type ps_process_type;
extern struct ob_type ps_thread_type;

/**
 * struct ps_target - the object of process and thread handles
 * @refs: handles and calls under way
 * @pid: of the thread group or of the thread; referenced
 * @kind: PIDTYPE_TGID or PIDTYPE_PID
 * @debug_id: the handle came with an event of this debug object; 0 if not
 * @mutex: guards @process and @hooks_held
 * @process: the process object that it uses, or NULL; referenced
 * @hooks_held: it holds the hook group
 * @thread: the thread object, once one was known; referenced
 * @mark: keeps what is to be known of it when it is gone
 * @task: the leader or the thread when the handle was made; referenced, and asked
 *        only how it ended: when somebody has waited for it nobody else knows
 */
struct ps_target {
	refcount_t refs;
	struct pid *pid;
	enum pid_type kind;
	u64 debug_id;
	struct mutex mutex;	/* process, hooks_held */
	struct ps_process *process;
	bool hooks_held;
	struct ps_thread *thread;
	struct ps_mark *mark;
	struct task_struct *task;
};

struct ps_target *ps_target_create(struct pid *pid, enum pid_type kind, struct task_struct *task,
				   u64 debug_id);
struct ps_target *ps_target_open(const struct ob_type *type, struct pid *pid,
				 struct task_struct *task, u32 access);
void ps_target_get(struct ps_target *target);
void ps_target_put(struct ps_target *target);
struct task_struct *ps_target_task(struct ps_target *target);
int ps_target_allow(struct ps_target *target, struct task_struct *task, unsigned int mode);
int ps_target_steer(struct ps_target *target, struct task_struct *task,
		    struct ps_process **process);
void ps_target_remember(struct ps_target *target, struct ps_thread *thread);
int ps_target_thread(struct ps_target *target, struct ps_thread **thread);

#endif /* _NTDBG_PS_TARGET_H */
