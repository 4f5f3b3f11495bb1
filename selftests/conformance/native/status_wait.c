// SPDX-License-Identifier: GPL-2.0
/* The statuses of waiting and continuing: sections 3.4, 3.5 and 2.6. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <ntdbg/ntdbg.h>
#include "nt.h"

/* ---- 3.4 NtWaitForDebugEvent ---------------------------------------------------------- */

static NTSTATUS wait_handle(HANDLE handle)
{
	LARGE_INTEGER timeout = in_ms(0);

	return NtWaitForDebugEvent(handle, FALSE, &timeout, &event);
}

static NTSTATUS wait_bad_timeout(void)
{
	launch(0, "exit", "0");
	return NtWaitForDebugEvent(object, FALSE, BAD_POINTER, &event);
}

static NTSTATUS wait_bad_out(void)
{
	LARGE_INTEGER timeout = in_ms(0);
	NTSTATUS status;

	launch(0, "exit", "0");
	status = NtWaitForDebugEvent(object, FALSE, &timeout, BAD_POINTER);
	/* Before any wait: the event is still to be had. */
	take_state(DbgCreateProcessStateChange);
	return status;
}

static NTSTATUS wait_null_out(void)
{
	LARGE_INTEGER timeout = in_ms(0);

	return NtWaitForDebugEvent(object, FALSE, &timeout, NULL);
}

static NTSTATUS wait_out_before_handle(void)
{
	LARGE_INTEGER timeout = in_ms(0);

	return NtWaitForDebugEvent(closed_handle(), FALSE, &timeout, BAD_POINTER);
}

static NTSTATUS wait_event(void)
{
	launch(0, "exit", "0");
	return take(WAIT_MS);
}

static NTSTATUS wait_without_end(void)
{
	launch(0, "exit", "0");
	return NtWaitForDebugEvent(object, FALSE, NULL, &event);
}

static NTSTATUS wait_poll(void)
{
	NTSTATUS status = take(0);

	expect(event.NewState == DbgIdle);
	return status;
}

static NTSTATUS wait_relative(void)
{
	uint64_t began = now_ns();
	NTSTATUS status = take(50);

	expect(now_ns() - began >= 50000000);
	expect(event.NewState == DbgIdle);
	return status;
}

static NTSTATUS wait_absolute(void)
{
	uint64_t began = now_ns();
	LARGE_INTEGER timeout = system_time(50), copy = timeout;
	NTSTATUS status = NtWaitForDebugEvent(object, FALSE, &timeout, &event);

	/* Less a millisecond, because the two clocks are not one. */
	expect(now_ns() - began >= 49000000);
	expect(timeout.QuadPart == copy.QuadPart);
	return status;
}

static NTSTATUS wait_past(void)
{
	LARGE_INTEGER timeout = system_time(-1000);

	return NtWaitForDebugEvent(object, FALSE, &timeout, &event);
}

static NTSTATUS poll_takes_event(void)
{
	launch(0, "exit", "0");
	expect(dbg_poll(ntdbg_handle_to_fd(object), WAIT_MS) == POLLIN);
	return take(0);
}

static void nothing(int signo)
{
	(void)signo;
}

/* A signal handler of the waiting thread runs, a second after the wait begins. */
static NTSTATUS interrupted(BOOLEAN alertable)
{
	struct sigaction action = { .sa_handler = nothing };
	LARGE_INTEGER timeout = in_ms(alertable ? WAIT_MS : 1500);
	struct sigevent to = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec in = { .it_value.tv_sec = 1 };
	uint64_t began = now_ns();
	NTSTATUS status;
	timer_t timer;

	expect(!sigaction(SIGUSR1, &action, NULL));
	expect(!timer_create(CLOCK_MONOTONIC, &to, &timer));
	expect(!timer_settime(timer, 0, &in, NULL));
	status = NtWaitForDebugEvent(object, alertable, &timeout, &event);
	/* It is the time from the call on that counts, not from the interruption. */
	if (!alertable)
		expect(now_ns() - began >= 1500000000 && now_ns() - began < 2400000000);
	return status;
}

static NTSTATUS wait_alertable(void)
{
	return interrupted(TRUE);
}

static NTSTATUS wait_not_alertable(void)
{
	return interrupted(FALSE);
}

struct waiter {
	pthread_t thread;
	NTSTATUS status;
	uint32_t waits;
	DBGUI_WAIT_STATE_CHANGE change;
	LARGE_INTEGER timeout;
	pid_t tid;
};

static void *wait_in_thread(void *argument)
{
	struct waiter *waiter = argument;

	board_put(waiter->tid, gettid());
	waiter->status = NtWaitForDebugEvent(object, FALSE, &waiter->timeout, &waiter->change);
	board_put(waiter->waits, 0);
	return NULL;
}

static void begin_wait(struct waiter *waiter, int ms)
{
	memset(waiter, 0, sizeof(*waiter));
	memset(&waiter->change, POISON, sizeof(waiter->change));
	waiter->timeout = in_ms(ms);
	waiter->waits = 1;
	expect(!pthread_create(&waiter->thread, NULL, wait_in_thread, waiter));
	expect(UNTIL(WAIT_MS, board_get(waiter->tid) &&
		     thread_state(getpid(), waiter->tid) == 'S'));
}

static NTSTATUS wait_torn_down(void)
{
	struct waiter waiter;

	begin_wait(&waiter, WAIT_MS);
	needs(NtClose(object));
	pthread_join(waiter.thread, NULL);
	expect(waiter.change.NewState == DbgIdle);
	return waiter.status;
}

/* One event, two waiters: exactly one gets it, and the other waits on. */
static NTSTATUS wait_two(void)
{
	struct waiter waiters[2];
	unsigned int got;

	begin_wait(&waiters[0], WAIT_MS);
	begin_wait(&waiters[1], WAIT_MS);
	launch(0, "exit", "0");
	expect(UNTIL(WAIT_MS, !board_get(waiters[0].waits) || !board_get(waiters[1].waits)));
	got = board_get(waiters[0].waits) ? 1 : 0;
	expect(waiters[got].status == STATUS_SUCCESS);
	expect(STAYS(100, board_get(waiters[!got].waits)));
	needs(NtClose(object));
	pthread_join(waiters[!got].thread, NULL);
	return waiters[!got].status;
}

static NTSTATUS wait_other_thread(void)
{
	struct waiter waiter;

	begin_wait(&waiter, WAIT_MS);
	launch(0, "exit", "0");
	pthread_join(waiter.thread, NULL);
	expect(waiter.change.NewState == DbgCreateProcessStateChange);
	return waiter.status;
}

static NTSTATUS wait_other_process(void)
{
	int status = 0;
	pid_t child;

	launch(0, "exit", "0");
	child = fork();
	if (!child)
		_exit(take(WAIT_MS) == STATUS_SUCCESS &&
		      event.NewState == DbgCreateProcessStateChange ? 0 : 1);
	expect(wait_exit(child, WAIT_MS, &status));
	return status ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}

static NTSTATUS wait_nobody_left(void)
{
	launch(0, "exit", "0");
	run_to_end(STATUS_SUCCESS);
	return take(WAIT_MS);
}

/* ---- 3.5 NtDebugContinue and 2.6 --------------------------------------------------------- */

static NTSTATUS continue_handle(HANDLE handle)
{
	CLIENT_ID id = {};

	return NtDebugContinue(handle, &id, DBG_CONTINUE);
}

static NTSTATUS continue_bad_pointer(void)
{
	return NtDebugContinue(object, BAD_POINTER, DBG_CONTINUE);
}

static NTSTATUS continue_null(void)
{
	return NtDebugContinue(object, NULL, DBG_CONTINUE);
}

/* The event stays handed out: it can be continued after that. */
static NTSTATUS continue_with(NTSTATUS wrong)
{
	NTSTATUS status;

	launch(0, "exit", "0");
	take_one();
	status = NtDebugContinue(object, &event.AppClientId, wrong);
	answer(DBG_CONTINUE);
	return status;
}

static NTSTATUS continue_0(void)
{
	return continue_with(0);
}

static NTSTATUS continue_control_c(void)
{
	return continue_with(DBG_CONTROL_C);
}

static NTSTATUS continue_unable(void)
{
	return continue_with(DBG_UNABLE_TO_PROVIDE_HANDLE);
}

static NTSTATUS continue_garbage(void)
{
	return continue_with((NTSTATUS)0xdeadbeef);
}

static NTSTATUS continue_status_before_handle(void)
{
	CLIENT_ID id = {};

	return NtDebugContinue(closed_handle(), &id, 0);
}

static NTSTATUS never_reported(void)
{
	CLIENT_ID id;

	launch(0, "exit", "0");
	id.UniqueProcess = (HANDLE)(ULONG_PTR)pid;
	id.UniqueThread = (HANDLE)(ULONG_PTR)pid;
	return NtDebugContinue(object, &id, DBG_CONTINUE);
}

static NTSTATUS already_continued(void)
{
	/* The program waits in it, so that no other event comes in between. */
	attach(2, "park", "1");
	drain_attach();
	return NtDebugContinue(object, &event.AppClientId, DBG_CONTINUE);
}

static NTSTATUS wrong_tid(void)
{
	CLIENT_ID id;

	launch(0, "exit", "0");
	take_one();
	id = event.AppClientId;
	id.UniqueThread = (HANDLE)(ULONG_PTR)getpid();
	return NtDebugContinue(object, &id, DBG_CONTINUE);
}

static NTSTATUS wrong_pid(void)
{
	CLIENT_ID id;

	launch(0, "exit", "0");
	take_one();
	id = event.AppClientId;
	id.UniqueProcess = (HANDLE)(ULONG_PTR)getpid();
	return NtDebugContinue(object, &id, DBG_CONTINUE);
}

static NTSTATUS wide_id(void)
{
	CLIENT_ID id;

	launch(0, "exit", "0");
	take_one();
	id = event.AppClientId;
	id.UniqueProcess = (HANDLE)((ULONG_PTR)id.UniqueProcess | 1ull << 32);
	return NtDebugContinue(object, &id, DBG_CONTINUE);
}

static NTSTATUS another_object(void)
{
	launch(0, "exit", "0");
	take_one();
	return NtDebugContinue(new_object(DEBUG_ALL_ACCESS, 0), &event.AppClientId, DBG_CONTINUE);
}

/* Each answer to an event that is no exception: the thread goes on. */
static NTSTATUS after_create(NTSTATUS status)
{
	NTSTATUS result;

	launch(0, "exit", "9");
	take_state(DbgCreateProcessStateChange);
	result = NtDebugContinue(object, &event.AppClientId, status);
	run_to_end(9);
	return result;
}

static NTSTATUS create_continue(void)
{
	return after_create(DBG_CONTINUE);
}

static NTSTATUS create_handled(void)
{
	return after_create(DBG_EXCEPTION_HANDLED);
}

static NTSTATUS create_not_handled(void)
{
	return after_create(DBG_EXCEPTION_NOT_HANDLED);
}

static NTSTATUS create_terminate_thread(void)
{
	return after_create(DBG_TERMINATE_THREAD);
}

static NTSTATUS create_terminate_process(void)
{
	return after_create(DBG_TERMINATE_PROCESS);
}

static NTSTATUS create_later(void)
{
	DBGUI_WAIT_STATE_CHANGE first;
	NTSTATUS status;

	launch(0, "exit", "9");
	take_state(DbgCreateProcessStateChange);
	first = event;
	status = NtDebugContinue(object, &event.AppClientId, DBG_REPLY_LATER);
	take_state(DbgCreateProcessStateChange);
	expect(!memcmp(&first.AppClientId, &event.AppClientId, sizeof(first.AppClientId)));
	expect(first.StateInfo.CreateProcessInfo.NewProcess.BaseOfImage ==
	       event.StateInfo.CreateProcessInfo.NewProcess.BaseOfImage);
	answer(DBG_CONTINUE);
	run_to_end(9);
	return status;
}

/* Each answer to an exception: the program runs on, or it comes a second time. */
static NTSTATUS after_int3(NTSTATUS status)
{
	NTSTATUS result;

	launch(0, "fault", "int3", "none");
	run_to(DbgBreakpointStateChange);
	expect(event.StateInfo.Exception.FirstChance);
	result = NtDebugContinue(object, &event.AppClientId, status);
	take_one();
	return result ? result : event.NewState == DbgExitProcessStateChange ? STATUS_SUCCESS :
	       event.NewState == DbgBreakpointStateChange ? STATUS_BREAKPOINT : STATUS_UNSUCCESSFUL;
}

static NTSTATUS int3_continue(void)
{
	return after_int3(DBG_CONTINUE);
}

static NTSTATUS int3_handled(void)
{
	return after_int3(DBG_EXCEPTION_HANDLED);
}

static NTSTATUS int3_terminate_thread(void)
{
	return after_int3(DBG_TERMINATE_THREAD);
}

static NTSTATUS int3_terminate_process(void)
{
	return after_int3(DBG_TERMINATE_PROCESS);
}

static NTSTATUS int3_not_handled(void)
{
	NTSTATUS status = after_int3(DBG_EXCEPTION_NOT_HANDLED);

	expect(!event.StateInfo.Exception.FirstChance);
	answer(DBG_EXCEPTION_NOT_HANDLED);
	run_to_end(STATUS_BREAKPOINT);
	return status;
}

static NTSTATUS int3_later(void)
{
	DBGUI_WAIT_STATE_CHANGE first;
	NTSTATUS status;

	launch(0, "fault", "int3", "none");
	run_to(DbgBreakpointStateChange);
	first = event;
	status = NtDebugContinue(object, &event.AppClientId, DBG_REPLY_LATER);
	take_state(DbgBreakpointStateChange);
	/* Identical, up to the last field: behind it is padding. */
	expect(!memcmp(&first, &event,
		       offsetof(DBGUI_WAIT_STATE_CHANGE, StateInfo.Exception.FirstChance) + 4));
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return status;
}

/* The thread is suspended: its event comes again when it is resumed, not before. */
static NTSTATUS later_of_suspended(void)
{
	NTSTATUS status;
	HANDLE at;

	launch(0, "fault", "int3", "none");
	run_to(DbgBreakpointStateChange);
	at = open_thread(event_tid(), THREAD_SUSPEND_RESUME);
	needs(NtSuspendThread(at, NULL));
	answer(DBG_REPLY_LATER);
	status = take(100);
	needs(NtResumeThread(at, NULL));
	take_state(DbgBreakpointStateChange);
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return status;
}

/* Meanwhile its siblings run and report events of their own. */
static NTSTATUS siblings_of_later(void)
{
	HANDLE at;
	pid_t tid;

	launch(0, "trapall", "2");
	for (int threads = 0; threads < 2; threads++) {
		run_to(DbgCreateThreadStateChange);
		answer(DBG_CONTINUE);
	}
	expect(UNTIL(WAIT_MS, board_get(board->ready) == 2));
	board_go(board);
	run_to(DbgBreakpointStateChange);
	tid = event_tid();
	at = open_thread(tid, THREAD_SUSPEND_RESUME);
	needs(NtSuspendThread(at, NULL));
	answer(DBG_REPLY_LATER);
	take_state(DbgBreakpointStateChange);
	expect(event_tid() != tid);
	answer(DBG_CONTINUE);
	take_state(DbgExitThreadStateChange);
	answer(DBG_CONTINUE);
	needs(NtResumeThread(at, NULL));
	take_state(DbgBreakpointStateChange);
	expect(event_tid() == tid);
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return STATUS_SUCCESS;
}

/* Of one process at most one event is handed out. */
static NTSTATUS one_at_a_time(void)
{
	DBGUI_WAIT_STATE_CHANGE first;
	NTSTATUS status;

	attach(2, "park", "1");
	take_one();
	first = event;
	status = take(50);
	event = first;
	answer(DBG_CONTINUE);
	take_one();
	return status;
}

static const struct handle_row handles[] = {
	{ "3.4", "NtWaitForDebugEvent", wait_handle, DEBUG_OBJECT, DEBUG_READ_EVENT },
	{ "3.5", "NtDebugContinue", continue_handle, DEBUG_OBJECT, DEBUG_READ_EVENT },
};

static const struct row rows[] = {
	{ "3.4", "bad timeout pointer", STATUS_ACCESS_VIOLATION, wait_bad_timeout },
	{ "3.4", "bad out pointer, before any wait", STATUS_ACCESS_VIOLATION, wait_bad_out },
	{ "3.4", "no out pointer", STATUS_ACCESS_VIOLATION, wait_null_out },
	{ "3.4", "the out pointer before the handle", STATUS_ACCESS_VIOLATION,
	  wait_out_before_handle },
	{ "3.4", "an event", STATUS_SUCCESS, wait_event },
	{ "3.4", "an event, without a timeout", STATUS_SUCCESS, wait_without_end },
	{ "3.4", "nothing, poll; state Idle", STATUS_TIMEOUT, wait_poll },
	{ "3.4", "nothing within a relative timeout", STATUS_TIMEOUT, wait_relative },
	{ "3.4", "nothing until an absolute timeout, which stays", STATUS_TIMEOUT, wait_absolute },
	{ "3.4", "an absolute timeout of the past", STATUS_TIMEOUT, wait_past },
	{ "3.4", "a poll takes an event", STATUS_SUCCESS, poll_takes_event },
	{ "3.4", "alerted", STATUS_ALERTED, .kind = NOT_HERE,
	  .why = "Linux has no NtAlertThread" },
	{ "3.4", "a user APC, alertable", STATUS_USER_APC, wait_alertable },
	{ "3.4", "a user APC, not alertable: the wait goes on", STATUS_TIMEOUT,
	  wait_not_alertable },
	{ "3.4", "the object is torn down", STATUS_DEBUGGER_INACTIVE, wait_torn_down },
	{ "3.4", "of two waiters one gets the event, the other waits on",
	  STATUS_DEBUGGER_INACTIVE, wait_two },
	{ "3.4", "any thread may wait", STATUS_SUCCESS, wait_other_thread },
	{ "3.4", "any process may wait", STATUS_SUCCESS, wait_other_process },
	{ "3.4", "the result cannot be written after all", STATUS_ACCESS_VIOLATION,
	  .kind = NOT_HERE, .why = "only a race could do it: the pointer is probed first" },
	{ "3.4", "no handle for the event", DBG_UNABLE_TO_PROVIDE_HANDLE, .kind = NOT_HERE,
	  .why = "a handle that cannot be made is NULL" },
	{ "3.4", "nobody is left to report", STATUS_TIMEOUT, wait_nobody_left, DIFFERS,
	  DBG_NO_STATE_CHANGE, "no wait for what cannot come" },
	{ "3.5", "bad pointer", STATUS_ACCESS_VIOLATION, continue_bad_pointer },
	{ "3.5", "no pointer", STATUS_ACCESS_VIOLATION, continue_null },
	{ "3.5", "status 0, the event stays", STATUS_INVALID_PARAMETER, continue_0 },
	{ "3.5", "status DBG_CONTROL_C, the event stays", STATUS_INVALID_PARAMETER,
	  continue_control_c },
	{ "3.5", "status DBG_UNABLE_TO_PROVIDE_HANDLE, the event stays",
	  STATUS_INVALID_PARAMETER, continue_unable },
	{ "3.5", "status deadbeef, the event stays", STATUS_INVALID_PARAMETER, continue_garbage },
	{ "3.5", "the status before the handle", STATUS_INVALID_PARAMETER,
	  continue_status_before_handle },
	{ "3.5", "never reported", STATUS_INVALID_PARAMETER, never_reported },
	{ "3.5", "already continued", STATUS_INVALID_PARAMETER, already_continued },
	{ "3.5", "wrong thread", STATUS_INVALID_PARAMETER, wrong_tid },
	{ "3.5", "wrong process", STATUS_INVALID_PARAMETER, wrong_pid },
	{ "3.5", "an id of more than 32 bits", STATUS_INVALID_PARAMETER, wide_id },
	{ "3.5", "another debug object", STATUS_INVALID_PARAMETER, another_object },
	{ "2.6", "creation, DBG_CONTINUE", STATUS_SUCCESS, create_continue },
	{ "2.6", "creation, DBG_EXCEPTION_HANDLED", STATUS_SUCCESS, create_handled },
	{ "2.6", "creation, DBG_EXCEPTION_NOT_HANDLED: ignored", STATUS_SUCCESS,
	  create_not_handled },
	{ "2.6", "creation, DBG_TERMINATE_THREAD: ignored", STATUS_SUCCESS,
	  create_terminate_thread },
	{ "2.6", "creation, DBG_TERMINATE_PROCESS: ignored", STATUS_SUCCESS,
	  create_terminate_process },
	{ "2.6", "creation, DBG_REPLY_LATER: again", STATUS_SUCCESS, create_later },
	{ "2.6", "exception, DBG_CONTINUE: handled", STATUS_SUCCESS, int3_continue },
	{ "2.6", "exception, DBG_EXCEPTION_HANDLED", STATUS_SUCCESS, int3_handled },
	{ "2.6", "exception, DBG_TERMINATE_THREAD: handled", STATUS_SUCCESS,
	  int3_terminate_thread },
	{ "2.6", "exception, DBG_TERMINATE_PROCESS: handled", STATUS_SUCCESS,
	  int3_terminate_process },
	{ "2.6", "exception, DBG_EXCEPTION_NOT_HANDLED: second chance", STATUS_BREAKPOINT,
	  int3_not_handled },
	{ "3.5", "DBG_REPLY_LATER: the same event again", STATUS_SUCCESS, int3_later },
	{ "3.5", "DBG_REPLY_LATER of a suspended thread: not yet", STATUS_TIMEOUT,
	  later_of_suspended },
	{ "3.5", "DBG_REPLY_LATER: its siblings run", STATUS_SUCCESS, siblings_of_later },
	{ "2.2", "one event of a process at a time", STATUS_TIMEOUT, one_at_a_time },
};

int main(void)
{
	return run_rows(rows, ARRAY_SIZE(rows), sizeof(rows[0]), handles, ARRAY_SIZE(handles));
}
