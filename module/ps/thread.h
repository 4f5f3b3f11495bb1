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
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/task_work.h>
#include <linux/wait.h>

struct perf_event;
struct ps_process;

/* Bits of ps_thread.asked: what the work item shall do */
enum {
	PS_ASKED_EXEC,		/* report that execve is done */
	PS_ASKED_CREATE,	/* report that the thread (or its process) is new */
	PS_ASKED_IMAGES,	/* report images that were mapped or unmapped */
	PS_ASKED_BREAK,		/* report the initial breakpoint */
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
 * @linked: is in the list and in the hash; under @process->lock
 * @work: the work item
 * @asked: PS_ASKED_* bits, changed atomically
 * @suspend_count: NT's visible count; under @process->lock
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

int ps_thread_add(struct ps_process *process, struct task_struct *task, unsigned long asked,
		  unsigned int suspend_count, struct ps_thread **added);
struct ps_thread *ps_thread_find(struct task_struct *task);
bool ps_thread_tracked(struct task_struct *task);
bool ps_thread_unlink(struct ps_thread *thread);
void ps_thread_refresh_pid(struct ps_thread *thread);
void ps_thread_get(struct ps_thread *thread);
void ps_thread_put(struct ps_thread *thread);
unsigned long ps_thread_count(void);

int ps_thread_ask(struct ps_thread *thread, unsigned long asked);
void ps_thread_unask(struct ps_thread *thread);

#endif /* _NTDBG_PS_THREAD_H */
