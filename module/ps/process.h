/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Process objects: what the module knows of a Linux process that is its own.
 *
 * Life: made by launch, attach, an inheriting fork or the first steering through
 * a handle; found by its struct pid in a hash that is read under RCU; referenced
 * by the hash, by each of its thread objects, by the debug object that lists it
 * and by handles; freed after a grace period when the last reference goes.
 *
 * Beside the references there are users: a debug port is one, and each handle
 * that steers. When the last user goes, the threads are let go and nothing holds
 * them any more.
 *
 * Locks: ps_process.lock guards @threads, @nr_threads, @flags, @users,
 * @freeze_count, @debug_port and the counts of the threads. It is a leaf but for
 * a debug object's lock and ps_thread.regs_lock (dbgk/dbgk.h has the whole
 * order). @image_mutex guards @images and may be held while sleeping.
 */
#ifndef _NTDBG_PS_PROCESS_H
#define _NTDBG_PS_PROCESS_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <ntdbg/dbgport.h>

struct debug_object;
struct task_struct;

/* ps_process.flags; the first four bear NT's meaning (spec 1.11) */
#define PS_PROCESS_CREATE_REPORTED	BIT(0)
#define PS_PROCESS_NO_DEBUG_INHERIT	BIT(1)
#define PS_PROCESS_LAUNCHING		BIT(2) /* its first debugged execve is still to come */
#define PS_PROCESS_ATTACHING		BIT(3) /* its threads are being collected */
#define PS_PROCESS_EXEC_PENDING		BIT(4) /* in execve, behind the point of no return */
#define PS_PROCESS_LOADER_BREAK		BIT(5) /* wants the initial breakpoint */
#define PS_PROCESS_GONE			BIT(6) /* no longer ours: takes no new threads */
#define PS_PROCESS_MUTED		BIT(7) /* makes no more events: it is killed and detached */

/**
 * struct ps_process - one process
 * @node: in the hash
 * @rcu: for the grace period before it is freed
 * @refs: references
 * @pid: of the thread group; never changes
 * @lock: see above
 * @flags: PS_PROCESS_*
 * @users: see above; under @lock
 * @threads: its live ps_threads; changed under @lock, read under RCU too
 * @nr_threads: how many
 * @freeze_count: how many held events freeze it; its threads park while not 0
 * @killed: somebody sent SIGKILL; set without a lock
 * @exit_wait: where exiting threads wait for the answer to their exit event, and
 *             others for their end
 * @image_mutex: see above
 * @images: the mm_images mapped now
 * @fault: of the exception that ends the process
 * @fault_valid: @fault is filled
 * @terminated: a terminating call ended it, with @nt_status; under @lock
 * @nt_status: NTSTATUS of that call
 * @debug_port: its debug object or NULL: NT's EPROCESS.DebugPort
 * @debug_id: number of @debug_port, 0 without one
 * @debug_generation: how often it got one
 * @break_in: a break-in event is listed; under @lock
 * @debug_link: in the debug object's list of processes (its lock)
 * @debug_events: the listed events, oldest first (the debug object's lock)
 * @debug_ready: in the debug object's tree of processes with a deliverable event
 * @debug_read: in the debug object's list of processes with an event handed out
 */
struct ps_process {
	struct hlist_node node;
	struct rcu_head rcu;
	refcount_t refs;
	struct pid *pid;

	spinlock_t lock;	/* threads, flags, freeze_count, debug_port */
	unsigned int flags;
	unsigned int users;
	struct list_head threads;
	unsigned int nr_threads;
	unsigned int freeze_count;

	bool killed;
	wait_queue_head_t exit_wait;

	struct mutex image_mutex;	/* images and their states */
	struct list_head images;

	struct ntdbg_fault fault;
	bool fault_valid;
	bool terminated;
	u32 nt_status;

	struct debug_object *debug_port;
	u64 debug_id;
	u64 debug_generation;
	bool break_in;
	struct list_head debug_link;
	struct list_head debug_events;
	struct rb_node debug_ready;
	struct list_head debug_read;
};

int ps_process_init(void);
void ps_process_exit(void);

struct ps_process *ps_process_create(struct task_struct *leader, unsigned int flags);
int ps_process_acquire(struct task_struct *leader, struct ps_process **process);
void ps_process_release(struct ps_process *process);
int ps_process_collect(struct ps_process *process, struct task_struct *leader);
struct ps_process *ps_process_find(struct pid *pid);
bool ps_process_tracked(struct task_struct *task);
bool ps_process_wants_images(struct task_struct *task);
void ps_process_note_kill(struct task_struct *task);
void ps_process_note_termination(struct ps_process *process, u32 nt_status);
void ps_process_unhash(struct ps_process *process);
void ps_process_get(struct ps_process *process);
void ps_process_put(struct ps_process *process);
unsigned long ps_process_count(void);

void ps_note_missed(void);
unsigned long ps_missed_count(void);

#endif /* _NTDBG_PS_PROCESS_H */
