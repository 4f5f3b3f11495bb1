/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Thread objects: what the module knows of a Linux thread that is its own.
 *
 * Life: made when the process becomes ours or by the parent in
 * wake_up_new_task(); found by its task in a hash read under RCU; referenced by
 * the hash, by its queued work item and by its listed exit event; leaves the
 * hash when the thread exits or the process is let go.
 *
 * Each thread has one work item. Whatever must happen on the thread itself and
 * may sleep (reports, parking) is asked for by a flag and done by that item
 * when the thread next goes to user mode. Asking twice is asking once.
 */
#ifndef _NTDBG_PS_THREAD_H
#define _NTDBG_PS_THREAD_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/task_work.h>
#include <linux/wait.h>

struct ke_debug_registers;
struct ke_fxsave;
struct ntdbg_context;
struct perf_event;
struct ps_process;

/* Bits of ps_thread.asked: what the work item shall do */
enum {
	PS_ASKED_EXEC,		/* report that execve is done */
	PS_ASKED_CREATE,	/* report that the thread (or its process) is new */
	PS_ASKED_IMAGES,	/* report images that were mapped or unmapped */
	PS_ASKED_BREAK,		/* report the initial breakpoint */
	PS_ASKED_CONTEXT,	/* set the registers that are pending */
	PS_ASKED_LOOK,		/* see whether it must park, or is past its end */
	PS_ASKED_RUN = 30,	/* the work item is queued */
};

/**
 * struct ps_thread - one thread
 * @node: in the hash
 * @rcu: for the grace period before it is freed
 * @refs: references
 * @process: its process, referenced
 * @task: its task, referenced
 * @pid: its id, referenced; execve by another thread than the leader changes it
 * @link: in @process->threads
 * @linked: is in the list; under @process->lock
 * @work: the work item
 * @asked: PS_ASKED_* bits, changed atomically
 * @suspend_count: NT's visible count; under @process->lock
 * @hold_count: the same, unseen: somebody looks at its registers; @process->lock
 * @attach_suspended: attach suspended it once; under @process->lock
 * @hidden: ThreadHideFromDebugger; never cleared
 * @regs_lock: see ps/rest.h
 * @at_rest: likewise
 * @terminate_work: queued by a terminating call
 * @terminated: 1 when that was done, with @nt_status
 * @nt_status: NTSTATUS of that call
 * @gone: it has reported its end
 * @pending: registers to be set when its system call is over, or NULL; @regs_lock
 * @steps_calls: the trap flag was set by a debugger, and the end of a call is a step
 * @in_call: it is at rest inside a system call; under @regs_lock or by the thread
 * @at_exception: it is held at a first chance: floating point registers that are
 *                set hold if that is handled, and are kept in @pending_fp
 * @pending_fp: those, or NULL; @regs_lock
 * @debug_registers: its Dr0 to Dr7, or NULL if it never had any (ke)
 * @debug_mutex: guards @debug_registers
 * @exec_privileged: the execve under way gained rights, or its file may not be read
 * @loader_break: breakpoint register event, or NULL
 * @wait: where the thread waits, parked or for the answer to an event
 */
struct ps_thread {
	struct hlist_node node;
	struct rcu_head rcu;
	refcount_t refs;
	struct ps_process *process;
	struct task_struct *task;
	struct pid *pid;
	struct list_head link;
	bool linked;

	struct callback_head work;
	unsigned long asked;
	unsigned int suspend_count;
	unsigned int hold_count;
	bool attach_suspended;
	bool hidden;

	spinlock_t regs_lock;	/* at_rest, pending, pending_fp */
	bool at_rest;
	bool at_exception;
	bool steps_calls;
	bool in_call;
	struct ntdbg_context *pending;
	struct ke_fxsave *pending_fp;
	struct mutex debug_mutex;	/* debug_registers */
	struct ke_debug_registers *debug_registers;

	struct callback_head terminate_work;
	unsigned long terminated;
	u32 nt_status;
	bool gone;

	bool exec_privileged;
	struct perf_event *loader_break;
	wait_queue_head_t wait;
};

int ps_thread_init(size_t extra);
void ps_thread_exit(void);

/* Room behind the object that belongs to dbgk, zeroed when the thread is made. */
static inline void *ps_thread_extra(struct ps_thread *thread)
{
	return thread + 1;
}

int ps_thread_add(struct ps_process *process, struct task_struct *task, unsigned long asked);
struct ps_thread *ps_thread_find(struct task_struct *task);
bool ps_thread_tracked(struct task_struct *task);
bool ps_thread_unlink(struct ps_thread *thread);
void ps_thread_unhash(struct ps_thread *thread);
void ps_thread_refresh_pid(struct ps_thread *thread);
void ps_thread_refresh_pid_locked(struct ps_thread *thread);
void ps_thread_get(struct ps_thread *thread);
void ps_thread_put(struct ps_thread *thread);
unsigned long ps_thread_count(void);

int ps_thread_ask(struct ps_thread *thread, unsigned long asked);
void ps_thread_unask(struct ps_thread *thread);

#endif /* _NTDBG_PS_THREAD_H */
