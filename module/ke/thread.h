/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NT threads and NT processes: what the kernel's part of the system-call model
 * knows of a Linux thread that makes NT calls (KTHREAD, KPROCESS). They have
 * nothing to do with being debugged (ps/ has the objects for that).
 *
 * Life: a process object is made by NTDBG_IOC_NT_START or by fork in an NT
 * process, and freed when its last thread object goes. A thread object is made
 * with it or in wake_up_new_task(), and goes in do_exit() or execve. It is
 * found by its task in a hash that is read under RCU; a thread's own object is
 * there as long as the thread runs NT calls, so ke_current() needs no reference.
 *
 * Locks: ke_hash_lock guards the hash; ke_thread.apc_lock
 * guards the queue and what delivery looks at, and is a leaf.
 */
#ifndef _NTDBG_KE_THREAD_H
#define _NTDBG_KE_THREAD_H

#include <linux/hashtable.h>
#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/task_work.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <ntdbg/ntcall.h>

struct ke_service_tables;
struct ke_trap_frame;
struct ke_waiter;
struct mm_vads;
struct ps_target;
struct pt_regs;

enum ke_mode {
	KE_KERNEL_MODE,
	KE_USER_MODE,
};

/* What a call that is made again after a Linux signal has to know of the first time */
#define KE_RESTART_DEADLINE	0x01u	/* when the time-out is over */
#define KE_RESTART_SIGNALLED	0x02u	/* the first half of the service is done */

/**
 * struct ke_process - an NT process
 * @refs: one for each thread object, and others
 * @tgid: of the Linux process; referenced
 * @start: what it asked for
 * @tables: of 64-bit callers
 * @vads: what NtAllocateVirtualMemory and NtMapViewOfSection know of its memory (mm/vad.h)
 * @protected_handles: descriptors that NtClose does not close (nt/object/flags.h)
 * @timer_resolution: what NtSetTimerResolution asked for, or 0; changed by xchg()
 * @cookie: what NtQueryInformationProcess(ProcessCookie) says
 * @target: by which its own threads steer it (suspend, set registers), or NULL
 * @free_work: frees it
 */
struct ke_process {
	refcount_t refs;
	struct pid *tgid;
	struct ntdbg_nt_start start;
	const struct ke_service_tables *tables;
	struct mm_vads *vads;
	struct xarray protected_handles;
	u32 timer_resolution;
	u32 cookie;
	struct ps_target *target;
	struct work_struct free_work;
};

/**
 * struct ke_thread - an NT thread (KTHREAD)
 * @node: in the hash
 * @rcu: for the grace period before it is freed
 * @refs: one for the hash, one for each who looked it up
 * @task: its task; referenced
 * @process: its process; referenced
 * @trap_frame: newest trap frame record, or NULL outside of NT calls
 * @previous_mode: PreviousMode
 * @gui: it was converted: the shadow tables count
 * @system_call_number: all of EAX of the last call
 * @first_argument: R10 of the last call
 * @enable: sets the stub range on the thread itself
 * @apc_lock: guards what follows
 * @apc_queue: user APCs, oldest first
 * @nr_apcs: how many
 * @ended: it takes no more
 * @user_apc_pending: one is to be delivered on the way to user mode
 * @alerted: NtAlertThread was called
 * @alertable: it waits and wants to know about both
 * @fault: an exception that user mode is looking at (ke/user_exception.c), or NULL
 * @restart: KE_RESTART_* of a call that a Linux signal interrupted, to be made again
 * @restart_ip: RIP of that call's caller; other calls are made in the signal's handler
 * @restart_sp: his RSP
 * @deadline_ns: KE_RESTART_DEADLINE: when its time-out is over, CLOCK_MONOTONIC
 * @mutants_lock: guards @mutants
 * @mutants: those that it owns (ke/mutant.h)
 * @alert_by_id: NtAlertThreadByThreadId was called; under @apc_lock
 * @alert_waiter: its wait for that, or NULL; under @apc_lock
 * @temporary: the kernel's own call is all it is for
 */
struct ke_thread {
	struct hlist_node node;
	struct rcu_head rcu;
	refcount_t refs;
	struct task_struct *task;
	struct ke_process *process;

	struct ke_trap_frame *trap_frame;
	u8 previous_mode;
	bool gui;
	u32 system_call_number;
	u64 first_argument;

	struct callback_head enable;

	spinlock_t apc_lock;	/* apc_queue to alertable */
	struct list_head apc_queue;
	unsigned int nr_apcs;
	bool ended;
	bool user_apc_pending;
	bool alerted;
	bool alertable;

	struct ke_user_fault *fault;
	u8 restart;
	unsigned long restart_ip;
	unsigned long restart_sp;
	s64 deadline_ns;
	spinlock_t mutants_lock;	/* mutants */
	struct list_head mutants;
	bool alert_by_id;
	struct ke_waiter *alert_waiter;
	bool temporary;
};

int ke_thread_init(void);
void ke_thread_cleanup(void);

#define KE_HASH_BITS 10

/* All thread objects, by their tasks; changed under ke_hash_lock. */
extern struct hlist_head ke_thread_hash[1 << KE_HASH_BITS];

/* Inside of an RCU read section, or with preemption off. */
static __always_inline struct ke_thread *ke_thread_hashed(struct task_struct *task)
{
	struct ke_thread *thread;

	hash_for_each_possible_rcu(ke_thread_hash, thread, node, (unsigned long)task)
		if (thread->task == task)
			return thread;
	return NULL;
}

/**
 * ke_thread_tracked() - is this task an NT thread?
 * @task: the task
 *
 * Context: any, also atomic; preemption off or inside an RCU read section.
 * Return: true if so.
 */
static __always_inline bool ke_thread_tracked(struct task_struct *task)
{
	return ke_thread_hashed(task);
}

/* ke_current(), where each instruction counts. */
static __always_inline struct ke_thread *ke_current_inline(void)
{
	struct ke_thread *thread;

	/* An RCU read section, too, and cheaper than one. */
	preempt_disable();
	thread = ke_thread_hashed(current);
	preempt_enable();
	return thread;
}

struct ke_thread *ke_current(void);
struct ke_thread *ke_thread_find(struct task_struct *task);
void ke_thread_put(struct ke_thread *thread);

int ke_start(const struct ntdbg_nt_start *start);
void ke_new_task(struct task_struct *child);
void ke_exec(void);
void ke_exit(void);
unsigned long ke_process_count(void);

struct ke_thread *ke_enter_kernel_mode(void);
void ke_leave_kernel_mode(struct ke_thread *thread);

DECLARE_STATIC_KEY_FALSE(ke_kernel_calls);
enum ke_mode ke_thread_mode(void);

/**
 * ke_previous_mode() - PreviousMode of the service that is being executed
 *
 * Context: any.
 * Return: KE_KERNEL_MODE only for who came by zw_call_service().
 */
static inline enum ke_mode ke_previous_mode(void)
{
	return static_branch_unlikely(&ke_kernel_calls) ? ke_thread_mode() : KE_USER_MODE;
}

#endif /* _NTDBG_KE_THREAD_H */
