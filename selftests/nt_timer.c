// SPDX-License-Identifier: GPL-2.0
/* Timers: every status, periods, absolute times, user APCs. */
#include <errno.h>

#include "kselftest_harness.h"
#include "nt_sync.h"

FIXTURE(timer)
{
};

FIXTURE_SETUP(timer)
{
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(timer)
{
}

struct timer_basic {
	int64_t remaining;
	uint8_t signalled;
};

static struct timer_basic timer_state(uint64_t handle)
{
	struct timer_basic basic = { 0 };

	if (NT(NtQueryTimer, handle, 0, A(&basic), sizeof(basic), 0))
		basic.remaining = -100;
	return basic;
}

static uint32_t set_timer(uint64_t handle, int64_t due, int period)
{
	return NT(NtSetTimer, handle, A(&due), 0, 0, 0, (uint32_t)period, 0);
}

static int64_t real_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return NT_EPOCH + now.tv_sec * 10000000LL + now.tv_nsec / 100;
}

TEST_F(timer, statuses)
{
	uint64_t timer = nt_timer(NOTIFICATION), event = nt_event(NOTIFICATION, 0), weak, handle;
	int64_t due[2] = { 1000 * SECOND, 0 };
	uint8_t state = 7;

	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, NT(NtCreateTimer, A(&handle), TIMER_ALL, 0, 2));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateTimer, A(&weak), SYNCHRONIZE, 0, 0));
#define SET(...) NT(NtSetTimer, __VA_ARGS__)
	EXPECT_EQ(STATUS_INVALID_PARAMETER_6, SET(timer, A(due), 0, 0, 0, (uint32_t)-1, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, SET(timer, 0, 0, 0, 0, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, SET(timer, BAD_POINTER, 0, 0, 0, 0, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, SET(timer, A(due) + 1, 0, 0, 0, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, SET(timer, A(due), 0, 0, 0, 0, BAD_POINTER));
	EXPECT_EQ(0, timer_state(timer).remaining);
	EXPECT_EQ(STATUS_INVALID_HANDLE, SET(BAD_HANDLE, A(due), 0, 0, 0, 0, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, SET(event, A(due), 0, 0, 0, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, SET(weak, A(due), 0, 0, 0, 0, 0));
	EXPECT_EQ(STATUS_TIMER_RESUME_IGNORED, SET(timer, A(due), 0, 0, 1, 0, A(&state)));
	EXPECT_EQ(0, state);
	EXPECT_LT(990 * 10000000LL, timer_state(timer).remaining);

	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtCancelTimer, BAD_HANDLE, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtCancelTimer, event, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtCancelTimer, weak, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCancelTimer, timer, BAD_POINTER));
	EXPECT_LT(990 * 10000000LL, timer_state(timer).remaining);
	state = 7;
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCancelTimer, timer, A(&state)));
	EXPECT_EQ(0, state);
	EXPECT_EQ(0, timer_state(timer).remaining);
}

TEST_F(timer, expires_at_a_relative_time)
{
	uint64_t timer = nt_timer(NOTIFICATION);
	int64_t before = nt_now_ns();

	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(timer, POLL));
	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, 30 * MS, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, FOREVER));
	EXPECT_LE(30000000, nt_now_ns() - before);
	EXPECT_EQ(1, timer_state(timer).signalled);
	EXPECT_EQ(0, timer_state(timer).remaining);
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, POLL));
}

TEST_F(timer, expires_at_an_absolute_time)
{
	uint64_t timer = nt_timer(SYNCHRONIZATION);
	int64_t due = real_time() + 300000;

	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, due, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, FOREVER));
	EXPECT_LE(due, real_time());
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(timer, POLL));
	/* Now, and in the past. */
	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, POLL));
	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, 1, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, POLL));
	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, real_time() - 1, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, POLL));
}

TEST_F(timer, the_clock_is_set)
{
	uint64_t timer = nt_timer(NOTIFICATION);
	struct timespec before, later;

	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, real_time() + 10000LL * 10000000, 0));
	clock_gettime(CLOCK_REALTIME, &before);
	later = before;
	later.tv_sec += 20000;
	ASSERT_EQ(0, clock_settime(CLOCK_REALTIME, &later));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, FOREVER));
	ASSERT_EQ(0, clock_settime(CLOCK_REALTIME, &before));
}

/* Setting it takes the signal away, and what it was set to. */
TEST_F(timer, is_set_again)
{
	uint64_t timer = nt_timer(NOTIFICATION);
	int64_t due = 1000 * SECOND;
	uint8_t before = 7;

	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, 0, 0));
	EXPECT_EQ(1, timer_state(timer).signalled);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetTimer, timer, A(&due), 0, 0, 0, 0, A(&before)));
	EXPECT_EQ(1, before);
	EXPECT_EQ(0, timer_state(timer).signalled);
	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, 10 * MS, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, FOREVER));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCancelTimer, timer, A(&before)));
	EXPECT_EQ(1, before);
	EXPECT_EQ(1, timer_state(timer).signalled);
}

TEST_F(timer, cancelled_it_does_not_expire)
{
	uint64_t timer = nt_timer(NOTIFICATION);

	EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, 20 * MS, 20));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCancelTimer, timer, 0));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(timer, 60 * MS));
}

TEST_F(timer, periods)
{
	int64_t dues[3] = { 5 * MS, 0, real_time() + 50000 };

	for (int i = 0; i < 3; i++) {
		uint64_t timer = nt_timer(SYNCHRONIZATION);
		int64_t before = nt_now_ns();

		EXPECT_EQ(STATUS_SUCCESS, set_timer(timer, dues[i], 10));
		for (int j = 0; j < 6; j++)
			EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, FOREVER));
		EXPECT_LE(49000000, nt_now_ns() - before);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtCancelTimer, timer, 0));
		nt_wait_for(timer, POLL);
		EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(timer, 30 * MS));
	}
}

/* An APC is in the queue before the timer is signalled. Nobody delivers it here. */
TEST_F(timer, user_apc)
{
	uint64_t timer = nt_timer(NOTIFICATION), never = nt_event(NOTIFICATION, 0);
	int64_t due = 10 * MS;

	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetTimer, timer, A(&due), 0x1000, 0x1234, 0, 0, 0));
	EXPECT_EQ(STATUS_USER_APC, NT(NtWaitForSingleObject, never, 1, 0));
	/* It comes just behind. */
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(timer, FOREVER));

	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetTimer, timer, A(&due), 0x1000, 0x1234, 0, 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCancelTimer, timer, 0));
	due = 50 * MS;
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(timer, due));
}

/* Waits for several timers, one of them in a wait for all. */
TEST_F(timer, all_of_them)
{
	uint64_t timers[4];

	for (int i = 0; i < 4; i++) {
		timers[i] = nt_timer(SYNCHRONIZATION);
		EXPECT_EQ(STATUS_SUCCESS, set_timer(timers[i], 10 * (i + 1) * MS, 0));
	}
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_multiple(timers, 4, WAIT_FOR_ALL, FOREVER));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_multiple(timers, 4, WAIT_FOR_ANY, POLL));
}

/* Closed while it runs, with and without an APC. */
TEST_F(timer, closed_while_it_runs)
{
	int64_t due = 1 * MS;

	for (int i = 0; i < 300; i++) {
		uint64_t timer = nt_timer(NOTIFICATION);

		due = -1 - i * 100;
		EXPECT_EQ(STATUS_SUCCESS,
			  NT(NtSetTimer, timer, A(&due), i & 1 ? 0x1000 : 0, 0, 0, 1, 0));
		EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, timer));
	}
}

TEST_HARNESS_MAIN
