/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The debug port (NT: Dbgk): debug objects, the events listed at them, who
 * makes events, and attach.
 *
 * An event is listed at its process, oldest first. Only the first one can be
 * handed out, so of each process at most one event is out at a time. The
 * processes whose first event can be handed out are in a tree of the debug
 * object, ordered by that event's number: the oldest deliverable event is
 * always the leftmost, whatever the number of processes.
 *
 * An event that holds its thread lives on that thread's stack. The sender
 * takes it off the list itself when it is killed; everybody else who takes it
 * off sets its state to DBGK_EVENT_DONE under the lock and wakes the sender.
 * Events that hold nobody (the fakes of an attach, exits of killed threads)
 * have storage of their own and a release function.
 *
 * DBG_REPLY_LATER takes an event off the list, too: its sender waits until it
 * is not suspended (any more) and lists it again, behind what came meanwhile.
 *
 * Lock order, outermost first:
 *
 *   signal_struct.cred_guard_mutex	of a process that is being attached
 *     dbgk_mutex			attach, detach, launch, close: one at a time
 *       ps_release_mutex (ps/process.c)
 *       ps_process.image_mutex
 *         ps_process.lock		debug_port, flags, threads
 *           debug_object.lock	lists, tree and states of all its events
 *             ps_thread_hash_lock, regs_lock, wait queues
 *
 *   ps_target.mutex, then ps_release_mutex, or ps_process.lock
 *
 *   debug_object.record_mutex	taken before debug_object.lock by readers;
 *				nothing else is taken under it but that and
 *				what opening a file takes
 *
 * ps_process.debug_port is set and cleared under ps_process.lock. A debug
 * object lives as long as its file is open or somebody has a reference: each
 * process under it, each sender between listing its event and going on.
 */
#ifndef _NTDBG_DBGK_DBGK_H
#define _NTDBG_DBGK_DBGK_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <ntdbg/dbgport.h>

#include "ob/object.h"
#include "ps/thread.h"

struct ke_thread;
struct mm_image;
struct ob_type;
struct ps_process;

extern struct mutex dbgk_mutex;
extern struct ob_type dbgk_object_type;

/* The status of what the last close kills. */
#define DBGK_STATUS_DEBUGGER_INACTIVE	0xc0000354u

/* debug_object.flags; under its lock */
#define DEBUG_OBJECT_KILL_ON_CLOSE	BIT(0)
#define DEBUG_OBJECT_INACTIVE		BIT(1) /* being closed */
#define DEBUG_OBJECT_USED		BIT(2) /* a process was under it */

/**
 * struct debug_object - NT's DEBUG_OBJECT
 * @header: of all objects: references, handles, perhaps a name
 * @id: its number, never 0 and never used again
 * @privileged: it was opened with CAP_SYS_PTRACE
 * @cancels: how often the waits of the moment were cancelled
 * @hooks_held: it holds the hook group (dbgk_mutex)
 * @lock: see above
 * @flags: DEBUG_OBJECT_*
 * @next_seq: number of the next event
 * @processes: all ps_processes under it
 * @ready: those with a deliverable event, by that event's number
 * @read: those with an event handed out
 * @wait: readers and pollers
 * @record_mutex: one reader at a time uses @record
 * @record: where a record is put together, NTDBG_EVENT_MAX_SIZE bytes
 */
struct debug_object {
	struct ob_header header;
	u64 id;
	bool privileged;
	unsigned int cancels;
	bool hooks_held;

	spinlock_t lock;	/* events and processes listed here; order: above */
	unsigned int flags;
	u64 next_seq;
	struct list_head processes;
	struct rb_root_cached ready;
	struct list_head read;
	wait_queue_head_t wait;

	struct mutex record_mutex;	/* @record, while it is filled and copied out */
	void *record;
};

enum dbgk_event_state {
	DBGK_EVENT_QUEUED,	/* listed; deliverable when it is the first */
	DBGK_EVENT_READ,	/* handed out */
	/* From here on only the sender has it. */
	DBGK_EVENT_DELAYED,	/* will be listed again */
	DBGK_EVENT_DONE,	/* no longer listed */
};

/**
 * struct dbgk_event - NT's DEBUG_EVENT
 * @link: in ps_process.debug_events
 * @thread: the thread it is about; referenced by whoever made the event
 * @object: where it is listed, referenced
 * @generation: of the debug port it is meant for, if that matters
 * @seq: its number
 * @time_ns: when it was made
 * @type: enum ntdbg_event_type
 * @flags: NTDBG_EVENT_F_*
 * @cpu: where it was made
 * @state: enum dbgk_event_state
 * @held: a thread waits for the answer
 * @seen: it was handed out at least once
 * @answered: a debugger continued it; else it was withdrawn
 * @resumes: a fake: when it is done, its thread is resumed once
 * @status: the answer
 * @release: for an event that nobody waits for: called when it is done, no
 *           locks held; may free it
 * @image: LOAD_IMAGE, UNLOAD_IMAGE and CREATE_PROCESS, or NULL
 * @fault: EXCEPTION; EXIT_* by exception
 * @software: EXCEPTION made by software, else NULL
 * @terminated: EXIT_*: by a terminating call, with @nt_status
 * @nt_status: that call's status
 * @entry: CREATE_PROCESS: where the program begins
 * @start: CREATE_*: first user instruction
 * @stack: CREATE_*: stack pointer there
 * @tls: CREATE_THREAD: FS base there
 * @value: EXCEPTION: the chance; EXIT_*: the wait status
 */
struct dbgk_event {
	struct list_head link;
	struct ps_thread *thread;
	struct debug_object *object;
	u64 generation;
	u64 seq;
	u64 time_ns;
	u32 type;
	u32 flags;
	u32 cpu;
	enum dbgk_event_state state;
	bool held;
	bool seen;
	bool answered;
	bool resumes;
	u32 status;
	void (*release)(struct dbgk_event *event);

	struct mm_image *image;
	const struct ntdbg_fault *fault;
	const struct ntdbg_software *software;
	bool terminated;
	u32 nt_status;
	u64 entry;
	u64 start;
	u64 stack;
	u64 tls;
	u32 value;
};

/**
 * struct dbgk_thread - dbgk's part of a thread object
 * @exit: its exit event, which may outlive the thread
 * @reported: the debugger was told of its creation, or will be; ps_process.lock
 */
struct dbgk_thread {
	struct dbgk_event exit;
	bool reported;
};

static inline struct dbgk_thread *dbgk_thread(struct ps_thread *thread)
{
	return ps_thread_extra(thread);
}

enum dbgk_outcome {
	DBGK_OUTCOME_DONE,	/* answered or withdrawn */
	DBGK_OUTCOME_UNSEEN,	/* the thread was killed before anybody saw the event */
	DBGK_OUTCOME_LATER,	/* DBG_REPLY_LATER */
};

/* What an answer leaves to do: @sender is to be woken, or @event to be released. */
struct dbgk_answered {
	struct ps_thread *sender;
	struct dbgk_event *event;
	struct ps_process *gone;
	bool wake_readers;
};

/* object.c */
struct debug_object *dbgk_object_create(void);
void dbgk_object_put(struct debug_object *object);
void dbgk_object_kill_on_close(struct debug_object *object, bool kill);
unsigned int dbgk_object_handles(struct debug_object *object);
struct debug_object *dbgk_object_of(struct pid *pid);
int dbgk_object_hold_hooks(struct debug_object *object);
bool dbgk_object_deserted(struct debug_object *object);
int dbgk_object_add_process(struct debug_object *object, struct ps_process *process);
unsigned long dbgk_object_count(void);

/* queue.c */
void dbgk_event_init(struct dbgk_event *event, struct ps_thread *thread, u32 type, u32 flags);
int dbgk_list_event(struct dbgk_event *event);
void dbgk_list_event_locked(struct debug_object *object, struct dbgk_event *event);
void dbgk_wake_readers(struct debug_object *object);
enum dbgk_outcome dbgk_await_answer(struct dbgk_event *event);
enum dbgk_outcome dbgk_await_exit_answer(struct dbgk_event *event);
void dbgk_let_exit_go(struct dbgk_event *event);
struct dbgk_event *dbgk_first_ready(struct debug_object *object);
void dbgk_hand_out(struct debug_object *object, struct dbgk_event *event);
void dbgk_replay(struct debug_object *object, struct dbgk_event *event, u32 flags);
void dbgk_delay(struct debug_object *object, struct dbgk_event *event,
		struct dbgk_answered *after);
void dbgk_answer(struct debug_object *object, struct dbgk_event *event, u32 status,
		 struct dbgk_answered *after);
void dbgk_after_answer(struct debug_object *object, struct dbgk_answered *after);
void dbgk_withdraw_all(struct debug_object *object, struct ps_process *process,
		       struct list_head *withdrawn);
void dbgk_withdraw_fakes(struct debug_object *object, struct ps_process *process,
			 struct list_head *withdrawn);
void dbgk_finish_withdrawn(struct list_head *withdrawn);
unsigned long dbgk_listed_count(void);
unsigned long dbgk_sent_count(void);

/* wait.c */

/**
 * struct dbgk_reader - who waits for an event
 * @deadline_ns: CLOCK_MONOTONIC time to give up at; 0 to not wait at all,
 *               NTDBG_WAIT_FOREVER
 * @flags: NTDBG_WAIT_*
 * @size: the longest record that it can take
 * @record_size: set to the record's size, also with -EMSGSIZE
 * @give: hand the record over; 0 or -EFAULT. May sleep
 * @argument: for @give
 * @patient: waits also when no process is left that an event could come from
 * @alertable: what may end the wait, too, or NULL
 * @alert: set to STATUS_ALERTED or STATUS_USER_APC, with -EINTR
 */
struct dbgk_reader {
	u64 deadline_ns;
	u32 flags;
	u32 size;
	u32 record_size;
	int (*give)(const struct ntdbg_event *record, struct ps_process *process, void *argument);
	void *argument;
	bool patient;
	struct ke_thread *alertable;
	u32 alert;
};

int dbgk_wait_for(struct debug_object *object, struct dbgk_reader *reader);
int dbgk_wait(struct debug_object *object, u64 deadline_ns, void __user *buffer, u32 size,
	      u32 flags, u32 *record_size);
void dbgk_cancel(struct debug_object *object);
bool dbgk_status_valid(u32 status);
int dbgk_continue(struct debug_object *object, u32 pid, u32 tid, u32 status);

/* record.c */
u32 dbgk_record(const struct dbgk_event *event, void *record);

/* producer.c */
void dbgk_producer_init(void);
int dbgk_raise(const struct ntdbg_software *software, u32 chance, u32 *status);

/* breakin.c */
int dbgk_break_in(struct pid *pid);

/* attach.c */
int dbgk_launch(struct debug_object *object, u32 flags);
int dbgk_attach(struct debug_object *object, u32 pid);
int dbgk_attach_leader(struct debug_object *object, struct task_struct *leader);

/* detach.c */
int dbgk_detach(struct debug_object *object, u32 pid);
int dbgk_kill(struct pid *pid);
void dbgk_mark_termination(struct pid *pid, u32 nt_status);
int dbgk_terminate(struct task_struct *leader, u32 nt_status);
int dbgk_detach_pid(struct debug_object *object, struct pid *pid);
void dbgk_forget_images(struct ps_process *process);
void dbgk_clear_debug_object(struct ps_process *process);

#endif /* _NTDBG_DBGK_DBGK_H */
