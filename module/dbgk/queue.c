// SPDX-License-Identifier: GPL-2.0
/* Listing events, waiting for their answers, taking them off the list. */
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "dbgk/dbgk.h"
#include "ps/process.h"
#include "ps/rest.h"
#include "ps/suspend.h"

static atomic_long_t dbgk_listed_nr = ATOMIC_LONG_INIT(0);
static atomic_long_t dbgk_sent_nr = ATOMIC_LONG_INIT(0);

/**
 * dbgk_event_init() - fill what is the same for all types
 * @event: the event; the rest of it becomes zero
 * @thread: the thread it is about
 * @type: enum ntdbg_event_type
 * @flags: NTDBG_EVENT_F_*
 *
 * Context: any.
 */
void dbgk_event_init(struct dbgk_event *event, struct ps_thread *thread, u32 type, u32 flags)
{
	memset(event, 0, sizeof(*event));
	INIT_LIST_HEAD(&event->link);
	event->thread = thread;
	event->type = type;
	event->flags = flags;
}

static bool dbgk_ready_before(struct rb_node *a, const struct rb_node *b)
{
	struct ps_process *first = rb_entry(a, struct ps_process, debug_ready);
	struct ps_process *second = rb_entry(b, struct ps_process, debug_ready);

	return list_first_entry(&first->debug_events, struct dbgk_event, link)->seq <
	       list_first_entry(&second->debug_events, struct dbgk_event, link)->seq;
}

/* The first event of the process can be handed out. */
static void dbgk_make_ready(struct debug_object *object, struct ps_process *process)
{
	lockdep_assert_held(&object->lock);
	rb_add_cached(&process->debug_ready, &object->ready, dbgk_ready_before);
}

static void dbgk_make_unready(struct debug_object *object, struct ps_process *process)
{
	lockdep_assert_held(&object->lock);
	if (RB_EMPTY_NODE(&process->debug_ready))
		return;
	rb_erase_cached(&process->debug_ready, &object->ready);
	RB_CLEAR_NODE(&process->debug_ready);
}

/**
 * dbgk_list_event_locked() - put an event behind all others
 * @object: the debug port of its process
 * @event: the event
 *
 * Context: process->lock and object->lock are held.
 */
void dbgk_list_event_locked(struct debug_object *object, struct dbgk_event *event)
{
	struct ps_process *process = event->thread->process;

	lockdep_assert_held(&process->lock);
	lockdep_assert_held(&object->lock);
	ob_get(&object->header);
	event->object = object;
	event->seq = object->next_seq++;
	if (!(event->flags & NTDBG_EVENT_F_REPLAY)) {
		event->time_ns = ktime_get_ns();
		event->cpu = raw_smp_processor_id();
	}
	event->state = DBGK_EVENT_QUEUED;
	list_add_tail(&event->link, &process->debug_events);
	if (list_is_singular(&process->debug_events))
		dbgk_make_ready(object, process);
	atomic_long_inc(&dbgk_listed_nr);
	atomic_long_inc(&dbgk_sent_nr);
}

/**
 * dbgk_wake_readers() - something can be had, or never will be
 * @object: the object
 *
 * The hint keeps the reader on this CPU: the waker is about to sleep.
 *
 * Context: any.
 */
void dbgk_wake_readers(struct debug_object *object)
{
	__wake_up_sync_key(&object->wait, TASK_NORMAL, poll_to_key(EPOLLIN | EPOLLRDNORM));
}

/**
 * dbgk_list_event() - list an event at the debug port of its process
 * @event: the event
 *
 * NT: DbgkpQueueMessage up to the wait.
 *
 * Context: any but with a lock of ours held.
 * Return: 0, or -ENOTCONN if the process has no debug port.
 */
int dbgk_list_event(struct dbgk_event *event)
{
	struct ps_process *process = event->thread->process;
	struct debug_object *object;

	spin_lock(&process->lock);
	object = process->debug_port;
	/* What an attach reports itself is not for the debugger that came with it. */
	if (!object || (process->flags & PS_PROCESS_MUTED) ||
	    (event->generation && event->generation != process->debug_generation)) {
		spin_unlock(&process->lock);
		return -ENOTCONN;
	}
	spin_lock_nested(&object->lock, SINGLE_DEPTH_NESTING);
	dbgk_list_event_locked(object, event);
	spin_unlock(&object->lock);
	spin_unlock(&process->lock);
	dbgk_wake_readers(object);
	return 0;
}

/*
 * Take an event off the list; the next one of its process becomes deliverable.
 * Returns true if readers are to be told about that one.
 */
static bool dbgk_unlist(struct debug_object *object, struct dbgk_event *event)
{
	struct ps_process *process = event->thread->process;

	lockdep_assert_held(&object->lock);
	/* The tree is ordered by first events: leave it before that changes. */
	if (list_is_first(&event->link, &process->debug_events))
		dbgk_make_unready(object, process);
	if (event->state == DBGK_EVENT_READ)
		list_del_init(&process->debug_read);
	list_del_init(&event->link);
	atomic_long_dec(&dbgk_listed_nr);

	if (list_empty(&process->debug_events) || !list_empty(&process->debug_read) ||
	    !RB_EMPTY_NODE(&process->debug_ready))
		return false;
	dbgk_make_ready(object, process);
	return true;
}

/*
 * Say that an unlisted event is done. If a thread waits for that, the event is
 * gone once the state says so, and the thread is returned, referenced, to be
 * woken. Else it is the caller's to release.
 */
static struct ps_thread *dbgk_settle(struct dbgk_event *event)
{
	struct ps_thread *thread = NULL;

	if (event->held) {
		thread = event->thread;
		ps_thread_get(thread);
	}
	/* Pairs with dbgk_is_done(): what the answer is goes before that there is one. */
	smp_store_release(&event->state, DBGK_EVENT_DONE);
	return thread;
}

static void dbgk_wake_sender(struct ps_thread *thread)
{
	__wake_up_sync_key(&thread->wait, TASK_NORMAL, NULL);
	ps_thread_put(thread);
}

static void dbgk_release_event(struct dbgk_event *event)
{
	struct debug_object *object = event->object;

	event->release(event);
	dbgk_object_put(object);
}

/* Its last event is answered: the process is not under the object any more. */
static void dbgk_forget_process(struct debug_object *object, struct ps_process *process)
{
	bool ours;

	spin_lock(&process->lock);
	ours = process->debug_port == object;
	if (ours) {
		process->debug_port = NULL;
		process->debug_id = 0;
	}
	spin_unlock(&process->lock);
	if (ours) {
		ps_process_release(process);
		dbgk_object_put(object);
	}
	ps_process_put(process);
	if (dbgk_object_deserted(object))
		wake_up_all(&object->wait);
}

/**
 * dbgk_answer() - take an event that was handed out off the list
 * @object: the object
 * @event: the event
 * @status: the answer
 *
 * @after: what is left to do when the lock is dropped
 *
 * NT: the end of NtDebugContinue.
 *
 * Context: object->lock is held.
 */
void dbgk_answer(struct debug_object *object, struct dbgk_event *event, u32 status,
		 struct dbgk_answered *after)
{
	lockdep_assert_held(&object->lock);
	*after = (struct dbgk_answered){ .wake_readers = dbgk_unlist(object, event) };
	event->answered = true;
	event->status = status;
	if (event->type == NTDBG_EVENT_EXIT_PROCESS && !(event->flags & NTDBG_EVENT_F_EXEC)) {
		after->gone = event->thread->process;
		list_del_init(&after->gone->debug_link);
	}
	after->sender = dbgk_settle(event);
	if (!after->sender)
		after->event = event;
}

/**
 * dbgk_after_answer() - wake whoever waited for that answer
 * @object: the object
 * @after: from dbgk_answer()
 *
 * NT: DbgkpWakeTarget.
 *
 * Context: no lock of ours held; the caller has a reference to the object.
 */
void dbgk_after_answer(struct debug_object *object, struct dbgk_answered *after)
{
	if (after->sender)
		dbgk_wake_sender(after->sender);
	else
		dbgk_release_event(after->event);
	if (after->wake_readers)
		dbgk_wake_readers(object);
	if (after->gone)
		dbgk_forget_process(object, after->gone);
}

/**
 * dbgk_replay() - list an event that was handed out as if it had not been
 * @object: the object
 * @event: the event
 * @flags: added to the event's flags
 *
 * Context: object->lock is held.
 */
void dbgk_replay(struct debug_object *object, struct dbgk_event *event, u32 flags)
{
	struct ps_process *process = event->thread->process;

	lockdep_assert_held(&object->lock);
	event->state = DBGK_EVENT_QUEUED;
	event->flags |= flags;
	list_del_init(&process->debug_read);
	dbgk_make_ready(object, process);
}

/**
 * dbgk_delay() - the sender of an event shall list it again later
 * @object: the object
 * @event: an event that was handed out and has a sender
 * @after: what is left to do when the lock is dropped
 *
 * Context: object->lock is held.
 */
void dbgk_delay(struct debug_object *object, struct dbgk_event *event,
		struct dbgk_answered *after)
{
	lockdep_assert_held(&object->lock);
	*after = (struct dbgk_answered){ .wake_readers = dbgk_unlist(object, event) };
	event->flags |= NTDBG_EVENT_F_REPLAY;
	after->sender = event->thread;
	ps_thread_get(after->sender);
	/* Pairs with dbgk_is_out(). */
	smp_store_release(&event->state, DBGK_EVENT_DELAYED);
}

/**
 * dbgk_hand_out() - the oldest deliverable event goes to a reader
 * @object: the object
 * @event: that event
 *
 * Context: object->lock is held.
 */
void dbgk_hand_out(struct debug_object *object, struct dbgk_event *event)
{
	struct ps_process *process = event->thread->process;

	dbgk_make_unready(object, process);
	event->seen = true;
	event->state = DBGK_EVENT_READ;
	list_add_tail(&process->debug_read, &object->read);
}

/**
 * dbgk_first_ready() - the oldest deliverable event
 * @object: the object
 *
 * Context: object->lock is held.
 * Return: the event or NULL.
 */
struct dbgk_event *dbgk_first_ready(struct debug_object *object)
{
	struct rb_node *node = rb_first_cached(&object->ready);

	lockdep_assert_held(&object->lock);
	if (!node)
		return NULL;
	return list_first_entry(&rb_entry(node, struct ps_process, debug_ready)->debug_events,
				struct dbgk_event, link);
}

/**
 * dbgk_withdraw_all() - take all events of a process off the list
 * @object: its debug port so far
 * @process: the process
 * @withdrawn: where those go that nobody waits for
 *
 * Context: object->lock is held.
 */
void dbgk_withdraw_all(struct debug_object *object, struct ps_process *process,
		       struct list_head *withdrawn)
{
	struct dbgk_event *event, *next;
	struct ps_thread *sender;

	lockdep_assert_held(&object->lock);
	dbgk_make_unready(object, process);
	list_del_init(&process->debug_read);
	list_for_each_entry_safe(event, next, &process->debug_events, link) {
		list_del_init(&event->link);
		atomic_long_dec(&dbgk_listed_nr);
		if (!event->held)
			list_add_tail(&event->link, withdrawn);
		sender = dbgk_settle(event);
		if (sender)
			dbgk_wake_sender(sender);
	}
}

/* Made by a debugger's call, not by its thread. */
static bool dbgk_has_no_sender(const struct dbgk_event *event)
{
	return (event->flags & NTDBG_EVENT_F_FAKE) ||
	       (event->type == NTDBG_EVENT_EXCEPTION &&
		(event->value & NTDBG_EXCEPTION_BREAK_IN));
}

/**
 * dbgk_withdraw_fakes() - the process was killed before attach or a break-in was told of
 * @object: its debug port
 * @process: the process
 * @withdrawn: where the events go
 *
 * A thread whose creation the debugger has not seen is not seen to end either.
 *
 * Context: process->lock and object->lock are held.
 */
void dbgk_withdraw_fakes(struct debug_object *object, struct ps_process *process,
			 struct list_head *withdrawn)
{
	struct dbgk_event *event, *next;

	lockdep_assert_held(&object->lock);
	list_for_each_entry_safe(event, next, &process->debug_events, link) {
		if (!dbgk_has_no_sender(event))
			continue;
		if (event->type == NTDBG_EVENT_CREATE_THREAD && !event->seen)
			dbgk_thread(event->thread)->reported = false;
		dbgk_unlist(object, event);
		dbgk_settle(event);
		list_add_tail(&event->link, withdrawn);
	}
}

/**
 * dbgk_finish_withdrawn() - release what dbgk_withdraw_all() put aside
 * @withdrawn: the list
 *
 * Context: no lock of ours held.
 */
void dbgk_finish_withdrawn(struct list_head *withdrawn)
{
	struct dbgk_event *event, *next;

	list_for_each_entry_safe(event, next, withdrawn, link) {
		list_del_init(&event->link);
		dbgk_release_event(event);
	}
}

/* Nobody has the event any more but its sender. */
static bool dbgk_is_out(const struct dbgk_event *event)
{
	/* Pairs with dbgk_settle() and dbgk_delay(). */
	return smp_load_acquire(&event->state) >= DBGK_EVENT_DELAYED;
}

/**
 * dbgk_await_answer() - hold the current thread until its event is done
 * @event: an event of the current thread, listed
 *
 * SIGKILL ends the wait; the event is then withdrawn, also if it was handed
 * out. NT: the wait in DbgkpQueueMessage, which cannot be broken there.
 *
 * Context: may sleep, no locks held.
 * Return: what became of it.
 */
enum dbgk_outcome dbgk_await_answer(struct dbgk_event *event)
{
	enum dbgk_outcome outcome = DBGK_OUTCOME_DONE;
	struct debug_object *object = event->object;
	struct ps_thread *thread = event->thread;
	bool wake = false;
	DEFINE_WAIT(wait);

	ps_rest_begin(thread);
	for (;;) {
		prepare_to_wait(&thread->wait, &wait, PS_HELD_STATE);
		if (dbgk_is_out(event) || ps_dying(thread))
			break;
		schedule();
	}
	finish_wait(&thread->wait, &wait);
	ps_rest_end(thread);

	if (!dbgk_is_out(event)) {
		spin_lock(&object->lock);
		if (!dbgk_is_out(event)) {
			if (!event->seen)
				outcome = DBGK_OUTCOME_UNSEEN;
			wake = dbgk_unlist(object, event);
			event->state = DBGK_EVENT_DONE;
		}
		spin_unlock(&object->lock);
	}
	if (event->state == DBGK_EVENT_DELAYED)
		outcome = DBGK_OUTCOME_LATER;
	if (wake)
		dbgk_wake_readers(object);
	dbgk_object_put(object);
	return outcome;
}

static void dbgk_exit_release(struct dbgk_event *event)
{
	ps_thread_put(event->thread);
}

/**
 * dbgk_let_exit_go() - an exit event shall not hold its thread (any longer)
 * @event: the exit event in a thread object
 *
 * It stays listed, or is listed next, and keeps the thread object.
 *
 * Context: if the event is listed, object->lock is held.
 */
void dbgk_let_exit_go(struct dbgk_event *event)
{
	ps_thread_get(event->thread);
	event->held = false;
	event->release = dbgk_exit_release;
	event->flags |= NTDBG_EVENT_F_NOT_HELD;
}

/**
 * dbgk_await_exit_answer() - hold the current, exiting thread
 * @event: its exit event, listed as held
 *
 * SIGKILL ends the wait, also one that the kernel drops because the process is
 * exiting anyway. The event then stays listed without its thread.
 *
 * Context: may sleep, no locks held.
 * Return: DBGK_OUTCOME_DONE, also if it stays listed; DBGK_OUTCOME_LATER.
 */
enum dbgk_outcome dbgk_await_exit_answer(struct dbgk_event *event)
{
	struct ps_process *process = event->thread->process;
	struct debug_object *object = event->object;
	struct ps_thread *thread = event->thread;
	DEFINE_WAIT(answer);
	DEFINE_WAIT(kill);
	bool out;

	ps_rest_begin(thread);
	for (;;) {
		prepare_to_wait(&process->exit_wait, &kill, PS_HELD_STATE);
		prepare_to_wait(&thread->wait, &answer, PS_HELD_STATE);
		if (dbgk_is_out(event) || READ_ONCE(process->killed) ||
		    fatal_signal_pending(current))
			break;
		schedule();
	}
	finish_wait(&thread->wait, &answer);
	finish_wait(&process->exit_wait, &kill);
	ps_rest_end(thread);

	out = dbgk_is_out(event);
	if (!out) {
		spin_lock(&object->lock);
		out = dbgk_is_out(event);
		if (!out) {
			dbgk_let_exit_go(event);
			/* That is how it ended, unless somebody read otherwise. */
			if (event->type == NTDBG_EVENT_EXIT_PROCESS && !event->seen &&
			    (current->signal->flags & SIGNAL_GROUP_EXIT))
				event->value = current->signal->group_exit_code & 0xffff;
		}
		spin_unlock(&object->lock);
	}
	/* Else both the reference and the event are no longer ours. */
	if (!out)
		return DBGK_OUTCOME_DONE;
	dbgk_object_put(object);
	return event->state == DBGK_EVENT_DELAYED ? DBGK_OUTCOME_LATER : DBGK_OUTCOME_DONE;
}

/**
 * dbgk_listed_count() - how many events are listed
 *
 * Return: the number, of all debug objects.
 */
unsigned long dbgk_listed_count(void)
{
	return atomic_long_read(&dbgk_listed_nr);
}

/**
 * dbgk_sent_count() - how many events were ever listed
 *
 * Return: the number since the module was loaded.
 */
unsigned long dbgk_sent_count(void)
{
	return atomic_long_read(&dbgk_sent_nr);
}
