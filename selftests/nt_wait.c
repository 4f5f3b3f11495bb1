// SPDX-License-Identifier: GPL-2.0
/* Waits: every status, any and all, time-outs, alerts, Linux signals, Linux's own files. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <poll.h>

#include "kselftest_harness.h"
#include "nt_sync.h"

FIXTURE(wait)
{
};

FIXTURE_SETUP(wait)
{
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(wait)
{
}

/* ---- arguments ----------------------------------------------------------------- */

TEST_F(wait, single_statuses)
{
	uint64_t event = nt_event(NOTIFICATION, 1), weak;
	int64_t timeout[2] = { 0 };

	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&weak), 3, 0, 0, 1));
	EXPECT_EQ(STATUS_INVALID_HANDLE, nt_wait_for(BAD_HANDLE, FOREVER));
	EXPECT_EQ(STATUS_INVALID_HANDLE, nt_wait_for(0, FOREVER));
	EXPECT_EQ(STATUS_ACCESS_DENIED, nt_wait_for(weak, FOREVER));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtWaitForSingleObject, event, 0, BAD_POINTER));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtWaitForSingleObject, event, 0, A(timeout) + 4));
	/* The pointer comes before the handle. */
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtWaitForSingleObject, BAD_HANDLE, 0, BAD_POINTER));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(event, FOREVER));
}

TEST_F(wait, multiple_statuses)
{
	uint64_t handles[65], event = nt_event(NOTIFICATION, 1), weak, second;
	struct nt_name name;

	for (int i = 0; i < 65; i++)
		handles[i] = nt_event(NOTIFICATION, 1);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&weak), 3, 0, 0, 1));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_1, nt_wait_multiple(handles, 0, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_1, nt_wait_multiple(handles, 65, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_1,
		  nt_wait_multiple(handles, 0xffffffff, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3, nt_wait_multiple(handles, 64, 2, POLL));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3, nt_wait_multiple(handles, 64, 0xffffffff, POLL));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_multiple(handles, 64, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_multiple(handles, 64, WAIT_FOR_ALL, POLL));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtWaitForMultipleObjects, 2, BAD_POINTER, WAIT_FOR_ANY, 0, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtWaitForMultipleObjects, 2, A(handles) + 1, WAIT_FOR_ANY, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtWaitForMultipleObjects, 2, A(handles), WAIT_FOR_ANY, 0, BAD_POINTER));
	handles[1] = BAD_HANDLE;
	EXPECT_EQ(STATUS_INVALID_HANDLE, nt_wait_multiple(handles, 2, WAIT_FOR_ANY, POLL));
	handles[1] = weak;
	EXPECT_EQ(STATUS_ACCESS_DENIED, nt_wait_multiple(handles, 2, WAIT_FOR_ANY, POLL));

	/* The same object, by the same handle and by another one. */
	handles[0] = event;
	handles[1] = event;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_MIX, nt_wait_multiple(handles, 2, WAIT_FOR_ALL, POLL));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_multiple(handles, 2, WAIT_FOR_ANY, POLL));
	nt_name(&name, u"\\BaseNamedObjects\\wait_twice", 0);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&handles[0]), EVENT_ALL,
				     A(&name.attributes), 0, 1));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtOpenEvent, A(&second), EVENT_ALL, A(&name.attributes)));
	handles[1] = second;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_MIX, nt_wait_multiple(handles, 2, WAIT_FOR_ALL, POLL));
}

TEST_F(wait, multiple_with_short_handles)
{
	uint32_t handles[64];
	int64_t poll = 0;

	for (int i = 0; i < 64; i++)
		handles[i] = nt_event(NOTIFICATION, i == 63);
	EXPECT_EQ(63, NT(NtWaitForMultipleObjects32, 64, A(handles), WAIT_FOR_ANY, 0, A(&poll)));
	EXPECT_EQ(STATUS_TIMEOUT,
		  NT(NtWaitForMultipleObjects32, 63, A(handles), WAIT_FOR_ANY, 0, A(&poll)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_1,
		  NT(NtWaitForMultipleObjects32, 0, A(handles), WAIT_FOR_ANY, 0, A(&poll)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3,
		  NT(NtWaitForMultipleObjects32, 1, A(handles), 2, 0, A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtWaitForMultipleObjects32, 1, BAD_POINTER, WAIT_FOR_ANY, 0, A(&poll)));
}

/* ---- any and all ---------------------------------------------------------------- */

TEST_F(wait, any_takes_the_first_and_no_other)
{
	uint64_t handles[20];

	for (int i = 0; i < 20; i++)
		handles[i] = nt_event(SYNCHRONIZATION, i >= 5);
	for (int i = 5; i < 20; i++)
		EXPECT_EQ(i, nt_wait_multiple(handles, 20, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 20, WAIT_FOR_ANY, POLL));
}

TEST_F(wait, any_is_woken_by_each)
{
	uint64_t handles[12];
	struct nt_caller waiter;

	for (int i = 0; i < 12; i++)
		handles[i] = i & 1 ? nt_semaphore(0, 1) : nt_event(SYNCHRONIZATION, 0);
	for (int i = 0; i < 12; i++) {
		NT_IN_THREAD(&waiter, NtWaitForMultipleObjects, 12, A(handles), WAIT_FOR_ANY, 0, 0);
		nt_until_asleep(&waiter);
		if (i & 1) {
			EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseSemaphore, handles[i], 1, 0));
		} else {
			EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, handles[i], 0));
		}
		EXPECT_EQ(i, nt_joined(&waiter));
	}
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 12, WAIT_FOR_ANY, POLL));
}

/* Nothing is taken until all can be. */
TEST_F(wait, all_takes_at_one_moment)
{
	uint64_t handles[10];
	struct nt_caller waiter;

	for (int i = 0; i < 10; i++)
		handles[i] = nt_event(SYNCHRONIZATION, i != 7);
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 10, WAIT_FOR_ALL, POLL));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 10, WAIT_FOR_ALL, 10 * MS));
	NT_IN_THREAD(&waiter, NtWaitForMultipleObjects, 10, A(handles), WAIT_FOR_ALL, 0, 0);
	nt_until_asleep(&waiter);
	for (int i = 0; i < 10; i++)
		EXPECT_EQ(i != 7, nt_event_state(handles[i]));
	/* Somebody takes one while the last one is set. */
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(handles[2], POLL));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, handles[7], 0));
	EXPECT_FALSE(waiter.done);
	EXPECT_EQ(1, nt_event_state(handles[7]));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, handles[2], 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
	for (int i = 0; i < 10; i++)
		EXPECT_EQ(0, nt_event_state(handles[i]));
}

/* One who waits for all does not stand in the way of one who waits for one. */
TEST_F(wait, all_and_any_on_one_object)
{
	uint64_t both[2] = { nt_event(SYNCHRONIZATION, 0), nt_semaphore(0, 9) };
	struct nt_caller all, any;

	NT_IN_THREAD(&all, NtWaitForMultipleObjects, 2, A(both), WAIT_FOR_ALL, 0, 0);
	nt_until_asleep(&all);
	NT_IN_THREAD(&any, NtWaitForSingleObject, both[0], 0, 0);
	nt_until_asleep(&any);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, both[0], 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&any));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseSemaphore, both[1], 2, 0));
	EXPECT_FALSE(all.done);
	EXPECT_EQ(2, nt_semaphore_count(both[1]));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, both[0], 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&all));
	EXPECT_EQ(1, nt_semaphore_count(both[1]));
	EXPECT_EQ(0, nt_event_state(both[0]));
}

TEST_F(wait, all_with_a_mutant)
{
	uint64_t both[2] = { nt_mutant(0), nt_event(NOTIFICATION, 0) };
	struct nt_caller all;

	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(both[0], POLL));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, both[1], 0));
	/* What it owns it can have. */
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_multiple(both, 2, WAIT_FOR_ALL, POLL));
	NT_IN_THREAD(&all, NtWaitForMultipleObjects, 2, A(both), WAIT_FOR_ALL, 0, 0);
	nt_until_asleep(&all);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, both[0], 0));
	EXPECT_FALSE(all.done);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, both[0], 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&all));
}

TEST_F(wait, pulse_and_all)
{
	uint64_t both[2] = { nt_event(NOTIFICATION, 0), nt_event(NOTIFICATION, 0) };
	struct nt_caller all;

	NT_IN_THREAD(&all, NtWaitForMultipleObjects, 2, A(both), WAIT_FOR_ALL, 0, 0);
	nt_until_asleep(&all);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtPulseEvent, both[0], 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, both[1], 0));
	EXPECT_FALSE(all.done);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtPulseEvent, both[0], 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&all));
}

/* ---- time ----------------------------------------------------------------------- */

static int64_t real_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return NT_EPOCH + now.tv_sec * 10000000LL + now.tv_nsec / 100;
}

TEST_F(wait, timeouts)
{
	uint64_t event = nt_event(NOTIFICATION, 0);
	int64_t before = nt_now_ns(), until;

	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(event, 30 * MS));
	EXPECT_LE(30 * 1000000, nt_now_ns() - before);
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(event, -1));
	until = real_time() + 300000;
	EXPECT_EQ(STATUS_TIMEOUT, NT(NtWaitForSingleObject, event, 0, A(&until)));
	EXPECT_LE(until, real_time());
	/* Past absolute times, also those before Unix's. */
	until = real_time() - 1;
	EXPECT_EQ(STATUS_TIMEOUT, NT(NtWaitForSingleObject, event, 0, A(&until)));
	until = 1;
	EXPECT_EQ(STATUS_TIMEOUT, NT(NtWaitForSingleObject, event, 0, A(&until)));
	until = NT_EPOCH;
	EXPECT_EQ(STATUS_TIMEOUT, NT(NtWaitForSingleObject, event, 0, A(&until)));
	before = nt_now_ns();
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(&event, 1, WAIT_FOR_ALL, 30 * MS));
	EXPECT_LE(30 * 1000000, nt_now_ns() - before);
}

/* The largest ones are as good as forever. */
TEST_F(wait, long_timeouts)
{
	uint64_t event = nt_event(SYNCHRONIZATION, 0);
	int64_t longest[2] = { INT64_MIN, INT64_MAX };
	struct nt_caller waiter;

	for (int i = 0; i < 2; i++) {
		NT_IN_THREAD(&waiter, NtWaitForSingleObject, event, 0, A(&longest[i]));
		nt_until_asleep(&waiter);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
	}
}

/* Absolute times are those of the clock that people set. */
TEST_F(wait, the_clock_is_set)
{
	uint64_t event = nt_event(NOTIFICATION, 0);
	int64_t until = real_time() + 10000LL * 10000000;
	struct timespec before, later;
	struct nt_caller absolute;

	NT_IN_THREAD(&absolute, NtWaitForSingleObject, event, 0, A(&until));
	nt_until_asleep(&absolute);
	clock_gettime(CLOCK_REALTIME, &before);
	later = before;
	later.tv_sec += 20000;
	ASSERT_EQ(0, clock_settime(CLOCK_REALTIME, &later));
	EXPECT_EQ(STATUS_TIMEOUT, nt_joined(&absolute));
	ASSERT_EQ(0, clock_settime(CLOCK_REALTIME, &before));
}

TEST_F(wait, delay)
{
	int64_t interval = 30 * MS, before = nt_now_ns();

	EXPECT_EQ(STATUS_SUCCESS, NT(NtDelayExecution, 0, A(&interval)));
	EXPECT_LE(30 * 1000000, nt_now_ns() - before);
	interval = real_time() + 300000;
	EXPECT_EQ(STATUS_SUCCESS, NT(NtDelayExecution, 0, A(&interval)));
	EXPECT_LE(interval, real_time());
	interval = 0;
	EXPECT_EQ(STATUS_SUCCESS, NT(NtDelayExecution, 0, A(&interval)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtDelayExecution, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtDelayExecution, 0, BAD_POINTER));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtDelayExecution, 0, A(&interval) + 1));
}

static volatile bool stop_spinning;

static void *spin(void *unused)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	while (!stop_spinning)
		;
	return unused;
}

TEST_F(wait, yield)
{
	bool yielded = false;
	pthread_t thread;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(one), &one));
	stop_spinning = false;
	ASSERT_EQ(0, pthread_create(&thread, NULL, spin, NULL));
	/* As soon as both are on that CPU. */
	while (!yielded)
		yielded = NT(NtYieldExecution) == STATUS_SUCCESS;
	stop_spinning = true;
	pthread_join(thread, NULL);
	/* And alone, as one is most of the time. */
	while (NT(NtYieldExecution) != STATUS_NO_YIELD_PERFORMED)
		;
}

/* ---- alerts ---------------------------------------------------------------------- */

static uint64_t handle_of_thread(pid_t tid)
{
	struct nt_object_attributes attributes = { .length = sizeof(attributes) };
	struct nt_client_id id = { .thread = tid };
	uint64_t handle = 0;

	return NT(NtOpenThread, A(&handle), 0x1fffff, A(&attributes), A(&id)) ? 0 : handle;
}

TEST_F(wait, alerted)
{
	uint64_t event = nt_event(NOTIFICATION, 0), both[2] = { event, nt_event(0, 0) };
	int64_t interval = -1000 * SECOND;
	struct nt_caller waiter;

	for (int i = 0; i < 6; i++) {
		switch (i) {
		case 0:
			NT_IN_THREAD(&waiter, NtWaitForSingleObject, event, 1, 0);
			break;
		case 1:
			NT_IN_THREAD(&waiter, NtWaitForMultipleObjects, 2, A(both), WAIT_FOR_ANY,
				     1, 0);
			break;
		case 2:
			NT_IN_THREAD(&waiter, NtWaitForMultipleObjects, 2, A(both), WAIT_FOR_ALL,
				     1, 0);
			break;
		case 3:
			interval = 1000 * SECOND;
			NT_IN_THREAD(&waiter, NtDelayExecution, 1, A(&interval));
			break;
		case 4:
			NT_IN_THREAD(&waiter, NtSignalAndWaitForSingleObject,
				     nt_event(NOTIFICATION, 0), event, 1, 0);
			break;
		case 5:
			NT_IN_THREAD(&waiter, NtWaitForKeyedEvent, 0, 16, 1, 0);
			break;
		}
		nt_until_asleep(&waiter);
		ASSERT_EQ(STATUS_SUCCESS, NT(NtAlertThread, handle_of_thread(waiter.tid)));
		EXPECT_EQ(STATUS_ALERTED, nt_joined(&waiter)) TH_LOG("case %d", i);
	}
}

/* An alert before the wait; what is signalled comes first, and a poll asks, too. */
TEST_F(wait, alerted_before)
{
	uint64_t event = nt_event(NOTIFICATION, 1), never = nt_event(NOTIFICATION, 0);
	uint64_t me = handle_of_thread(syscall(SYS_gettid));
	int64_t poll = 0;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtAlertThread, me));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtWaitForSingleObject, event, 1, 0));
	EXPECT_EQ(STATUS_TIMEOUT, NT(NtWaitForSingleObject, never, 0, A(&poll)));
	EXPECT_EQ(STATUS_ALERTED, NT(NtWaitForSingleObject, never, 1, A(&poll)));
	EXPECT_EQ(STATUS_TIMEOUT, NT(NtWaitForSingleObject, never, 1, A(&poll)));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtAlertThread, me));
	EXPECT_EQ(STATUS_ALERTED, NT(NtDelayExecution, 1, A(&poll)));
}

/* Who does not wait alertably is not disturbed. */
TEST_F(wait, not_alertable)
{
	uint64_t event = nt_event(NOTIFICATION, 0);
	struct nt_caller waiter;

	NT_IN_THREAD(&waiter, NtWaitForSingleObject, event, 0, 0);
	nt_until_asleep(&waiter);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtAlertThread, handle_of_thread(waiter.tid)));
	EXPECT_FALSE(waiter.done);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
}

/* A user APC ends an alertable wait; here nobody delivers it. */
TEST_F(wait, user_apc)
{
	uint64_t event = nt_event(NOTIFICATION, 0);
	struct nt_caller waiter;

	NT_IN_THREAD(&waiter, NtWaitForSingleObject, event, 1, 0);
	nt_until_asleep(&waiter);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueueApcThread, handle_of_thread(waiter.tid), 0x1000, 0, 0,
				     0));
	EXPECT_EQ(STATUS_USER_APC, nt_joined(&waiter));
}

/* ---- Linux signals ---------------------------------------------------------------- */

static volatile int handled;
static volatile uint64_t handler_event;

static void on_signal(int number)
{
	(void)number;
	handled++;
	/* A wait in the handler is another one. */
	if (handler_event)
		nt_wait_for(handler_event, 5 * MS);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	handled = 0;
	handler_event = 0;
	sigaction(SIGUSR1, &action, NULL);
}

static void interrupt(struct nt_caller *waiter, int times)
{
	for (int i = 1; i <= times; i++) {
		nt_until_asleep(waiter);
		pthread_kill(waiter->thread, SIGUSR1);
		while (handled < i)
			sched_yield();
	}
	nt_until_asleep(waiter);
}

TEST_F(wait, linux_signal_is_not_seen)
{
	uint64_t event = nt_event(SYNCHRONIZATION, 0), both[2] = { event, nt_event(0, 1) };
	struct nt_caller waiter;

	for (int i = 0; i < 3; i++) {
		catch_signals();
		if (i == 0)
			NT_IN_THREAD(&waiter, NtWaitForSingleObject, event, 0, 0);
		else
			NT_IN_THREAD(&waiter, NtWaitForMultipleObjects, i, A(both), WAIT_FOR_ALL,
				     1, 0);
		interrupt(&waiter, 5);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
		EXPECT_EQ(5, handled);
	}
}

/* However many signals come, it ends when it would have ended. */
TEST_F(wait, linux_signals_do_not_lengthen)
{
	uint64_t event = nt_event(NOTIFICATION, 0);
	int64_t timeout = 300 * MS, before = nt_now_ns();
	struct nt_caller waiter;
	int signals = 0;

	for (int with = 0; with < 2; with++) {
		catch_signals();
		if (with)
			handler_event = event;
		before = nt_now_ns();
		NT_IN_THREAD(&waiter, NtWaitForSingleObject, event, 0, A(&timeout));
		while (!waiter.tid)
			sched_yield();
		for (signals = 0; !waiter.done && nt_now_ns() - before < 2000000000; signals++) {
			pthread_kill(waiter.thread, SIGUSR1);
			usleep(20000);
		}
		EXPECT_EQ(STATUS_TIMEOUT, nt_joined(&waiter));
		EXPECT_LE(300000000, nt_now_ns() - before);
		EXPECT_GT(2000000000, nt_now_ns() - before);
		EXPECT_LT(3, signals);
	}
}

/* The first half is done once. */
TEST_F(wait, linux_signal_and_signal_and_wait)
{
	uint64_t semaphore = nt_semaphore(0, 10), event = nt_event(SYNCHRONIZATION, 0);
	struct nt_caller waiter;

	catch_signals();
	NT_IN_THREAD(&waiter, NtSignalAndWaitForSingleObject, semaphore, event, 0, 0);
	interrupt(&waiter, 3);
	EXPECT_EQ(1, nt_semaphore_count(semaphore));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
	EXPECT_EQ(1, nt_semaphore_count(semaphore));
}

/* ---- signal and wait --------------------------------------------------------------- */

TEST_F(wait, signal_and_wait_statuses)
{
	uint64_t event = nt_event(NOTIFICATION, 0), ready = nt_event(NOTIFICATION, 1), weak;
	uint64_t full = nt_semaphore(1, 1), mutant = nt_mutant(0);
	int64_t poll = 0;

#define SIGNAL(what, wait) NT(NtSignalAndWaitForSingleObject, what, wait, 0, A(&poll))
	EXPECT_EQ(STATUS_SUCCESS, SIGNAL(event, ready));
	EXPECT_EQ(1, nt_event_state(event));
	EXPECT_EQ(STATUS_SUCCESS, SIGNAL(event, event));
	EXPECT_EQ(STATUS_SEMAPHORE_LIMIT_EXCEEDED, SIGNAL(full, ready));
	EXPECT_EQ(STATUS_MUTANT_NOT_OWNED, SIGNAL(mutant, ready));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, SIGNAL(nt_timer(0), ready));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, SIGNAL(nt_handle_of(0), ready));
	EXPECT_EQ(STATUS_INVALID_HANDLE, SIGNAL(BAD_HANDLE, ready));
	NT(NtResetEvent, event, 0);
	EXPECT_EQ(STATUS_INVALID_HANDLE, SIGNAL(event, BAD_HANDLE));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtSignalAndWaitForSingleObject, event, ready, 0, BAD_POINTER));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&weak), 1, 0, 0, 1));
	EXPECT_EQ(STATUS_ACCESS_DENIED, SIGNAL(event, weak));
	EXPECT_EQ(STATUS_ACCESS_DENIED, SIGNAL(weak, ready));
	/* Nothing was signalled if it could not be waited for. */
	EXPECT_EQ(0, nt_event_state(event));
	EXPECT_EQ(STATUS_TIMEOUT, SIGNAL(event, nt_event(0, 0)));
	EXPECT_EQ(1, nt_event_state(event));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(mutant, POLL));
	EXPECT_EQ(STATUS_SUCCESS, SIGNAL(mutant, ready));
	EXPECT_EQ(STATUS_MUTANT_NOT_OWNED, NT(NtReleaseMutant, mutant, 0));
}

/* ---- what has no dispatcher --------------------------------------------------------- */

TEST_F(wait, pseudo_handles)
{
	uint64_t handles[3] = { NT_CURRENT_PROCESS, NT_CURRENT_THREAD, nt_event(0, 1) };

	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(NT_CURRENT_PROCESS, POLL));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(NT_CURRENT_THREAD, 10 * MS));
	EXPECT_EQ(2, nt_wait_multiple(handles, 3, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 3, WAIT_FOR_ALL, 10 * MS));
}

TEST_F(wait, process_and_thread_handles)
{
	struct nt_object_attributes attributes = { .length = sizeof(attributes) };
	uint64_t process = 0, thread, never = nt_event(NOTIFICATION, 0), go = nt_event(0, 0);
	struct nt_client_id id = { 0 };
	struct nt_caller caller, waiter;
	pid_t child = fork();

	if (!child)
		for (;;)
			pause();
	id.process = child;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtOpenProcess, A(&process), 0x1fffff, A(&attributes), A(&id)));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(process, POLL));
	NT_IN_THREAD(&waiter, NtWaitForSingleObject, process, 0, 0);
	nt_until_asleep(&waiter);
	kill(child, SIGKILL);
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(process, FOREVER));
	EXPECT_EQ(1, nt_wait_multiple((uint64_t[]){ never, process }, 2, WAIT_FOR_ANY, FOREVER));
	waitpid(child, NULL, 0);
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(process, FOREVER));

	NT_IN_THREAD(&caller, NtWaitForSingleObject, go, 0, 0);
	nt_until_asleep(&caller);
	thread = handle_of_thread(caller.tid);
	ASSERT_NE(0, thread);
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(thread, POLL));
	NT_IN_THREAD(&waiter, NtWaitForSingleObject, thread, 0, 0);
	nt_until_asleep(&waiter);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, go, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&caller));

	NT(NtClose, process);
	child = fork();
	if (!child)
		_exit(0);
	id.process = child;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtOpenProcess, A(&process), 0x1000, A(&attributes), A(&id)));
	EXPECT_EQ(STATUS_ACCESS_DENIED, nt_wait_for(process, POLL));
	waitpid(child, NULL, 0);
}

/* Linux's files are signalled when there is something to read. */
TEST_F(wait, files_of_linux)
{
	uint64_t handles[3], never = nt_event(NOTIFICATION, 0);
	struct nt_caller waiter;
	int pipes[2], sockets[2], counter;
	uint64_t one = 1;
	char byte;

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	counter = eventfd(0, 0);
	ASSERT_LE(0, counter);
	handles[0] = nt_handle_of(pipes[0]);
	handles[1] = nt_handle_of(sockets[0]);
	handles[2] = nt_handle_of(counter);
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 3, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 3, WAIT_FOR_ANY, 10 * MS));
	for (int i = 0; i < 3; i++) {
		NT_IN_THREAD(&waiter, NtWaitForMultipleObjects, 3, A(handles), WAIT_FOR_ANY, 0, 0);
		nt_until_asleep(&waiter);
		ASSERT_EQ(i == 2 ? 8 : 1, i == 0 ? write(pipes[1], "x", 1) :
			  i == 1 ? write(sockets[1], "x", 1) : write(counter, &one, 8));
		EXPECT_EQ(i, nt_joined(&waiter));
		EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(handles[i], FOREVER));
		if (i == 2) {
			ASSERT_EQ(8, read(counter, &one, 8));
		} else {
			ASSERT_EQ(1, read(i ? sockets[0] : pipes[0], &byte, 1));
		}
	}
	/* Both kinds at once. */
	handles[1] = never;
	NT_IN_THREAD(&waiter, NtWaitForMultipleObjects, 2, A(handles), WAIT_FOR_ANY, 0, 0);
	nt_until_asleep(&waiter);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, never, 0));
	EXPECT_EQ(1, nt_joined(&waiter));
	NT(NtResetEvent, never, 0);
	close(pipes[1]);
	EXPECT_EQ(0, nt_wait_multiple(handles, 2, WAIT_FOR_ANY, FOREVER));
}

TEST_F(wait, all_of_both_kinds)
{
	int counter = eventfd(0, 0);
	uint64_t one = 1, event = nt_event(SYNCHRONIZATION, 0);
	uint64_t handles[2] = { event, nt_handle_of(counter) };
	struct nt_caller waiter;

	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 2, WAIT_FOR_ALL, POLL));
		NT_IN_THREAD(&waiter, NtWaitForMultipleObjects, 2, A(handles), WAIT_FOR_ALL, 0, 0);
		nt_until_asleep(&waiter);
		if (i) {
			EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
		} else {
			ASSERT_EQ(8, write(counter, &one, 8));
		}
		EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(handles, 2, WAIT_FOR_ALL, 10 * MS));
		EXPECT_FALSE(waiter.done);
		EXPECT_EQ(i, nt_event_state(event));
		if (i) {
			ASSERT_EQ(8, write(counter, &one, 8));
		} else {
			EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
		}
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
		EXPECT_EQ(0, nt_event_state(event));
		ASSERT_EQ(8, read(counter, &one, 8));
	}
	handles[0] = handles[1];
	EXPECT_EQ(STATUS_INVALID_PARAMETER_MIX, nt_wait_multiple(handles, 2, WAIT_FOR_ALL, POLL));
}

/* A handle that is closed while it is waited for: the wait goes on. */
TEST_F(wait, close_while_waited_for)
{
	uint64_t first = 0, second = 0;
	struct nt_caller waiter;
	struct nt_name name;

	nt_name(&name, u"\\BaseNamedObjects\\wait_close", 0);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&first), EVENT_ALL, A(&name.attributes), 0,
				     0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtOpenEvent, A(&second), EVENT_ALL, A(&name.attributes)));
	NT_IN_THREAD(&waiter, NtWaitForSingleObject, first, 0, 0);
	nt_until_asleep(&waiter);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, first));
	EXPECT_FALSE(waiter.done);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, second, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&waiter));
}

TEST_HARNESS_MAIN
