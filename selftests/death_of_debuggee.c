// SPDX-License-Identifier: GPL-2.0
/*
 * A debuggee that dies of SIGKILL at any point is gone within a second, and
 * wakes its debugger with its exit event.
 *
 * NTDBG_ITER=N sets the number of rounds, NTDBG_SEED=N repeats a run.
 */
#include "fixture.h"

#define AT_ONCE_MS 1000

enum when {
	BEFORE_WAIT,		/* the event was answered */
	EVENT_IN_HAND,		/* it was not */
	ANY_TIME,		/* somebody else does it meanwhile */
	NR_WHEN
};

/* Reads the events of the dead up to the last. */
static void read_to_the_end(struct __test_metadata *_metadata, struct port_data *self,
			    bool in_hand, bool any_seen)
{
	bool not_held = false, exit_seen = false;
	int ret;

	for (;;) {
		if (in_hand) {
			ret = dbg_continue(self->fd, self->r, NOT_HANDLED);
			/* It was withdrawn, unless it was an exit. */
			ASSERT_TRUE(!ret || ret == -ENOENT) TH_LOG("%s", strerror(-ret));
		}
		ret = dbg_wait(self->fd, self->r, WAIT_MS);
		if (ret == -ECHILD)
			break;
		ASSERT_EQ(0, ret) TH_LOG("no exit event: %s", strerror(-ret));
		log_event(self);
		ASSERT_FALSE(exit_seen);
		in_hand = true;
		any_seen = true;
		if (self->r->hdr.flags & NTDBG_EVENT_F_NOT_HELD)
			not_held = true;
		else
			ASSERT_FALSE(not_held) TH_LOG("a dead thread is held");
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS) {
			exit_seen = true;
			ASSERT_EQ(SIGKILL, self->r->exit.wait_status);
		}
	}
	/* Only a program that was killed before its exec has no exit event. */
	ASSERT_EQ(any_seen, exit_seen);
}

static void one_round(struct __test_metadata *_metadata, struct port_data *self,
		      enum when when, uint32_t events, uint32_t delay_us)
{
	const struct timespec delay = { .tv_nsec = delay_us * 1000L };
	bool in_hand = false, seen = false;
	int status = -1;
	pid_t killer = 0;

	memset(self->board, 0, sizeof(*self->board));
	launch(events & 1 ? NTDBG_LAUNCH_LOADER_BREAK : 0, "busy");
	if (when == ANY_TIME) {
		killer = fork();
		if (!killer) {
			nanosleep(&delay, NULL);
			_exit(kill(self->pid, SIGKILL));
		}
		events = ~0u;
	}
	for (uint32_t i = 0; i < events; i++) {
		int ret;

		ret = dbg_wait(self->fd, self->r, WAIT_MS);
		if (ret == -ECHILD && killer)
			break;
		ASSERT_EQ(0, ret) TH_LOG("the debugger was not woken: %s", strerror(-ret));
		log_event(self);
		seen = true;
		in_hand = true;
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		if (when == EVENT_IN_HAND && i + 1 == events)
			break;
		ret = dbg_continue(self->fd, self->r, NOT_HANDLED);
		ASSERT_TRUE(!ret || (ret == -ENOENT && killer)) TH_LOG("%s", strerror(-ret));
		in_hand = false;
	}
	if (killer) {
		ASSERT_TRUE(wait_exit(killer, WAIT_MS, &status));
		ASSERT_EQ(0, status);
	} else {
		ASSERT_EQ(0, kill(self->pid, SIGKILL));
	}
	if (seen && self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS && in_hand) {
		ASSERT_EQ(SIGKILL, self->r->exit.wait_status);
		ASSERT_EQ(0, dbg_continue(self->fd, self->r, CONTINUE));
		ASSERT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
		ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status));
	} else {
		/* It needs nothing from us to die. */
		ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status));
		read_to_the_end(_metadata, self, in_hand, seen);
	}
	ASSERT_EQ(SIGKILL, status);
}

TEST_F_TIMEOUT(port, a_thousand_times, 1800)
{
	const long rounds = env_number("NTDBG_ITER", 1000);
	struct ntdbg_stats before, now;
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };

	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	for (long i = 0; i < rounds; i++) {
		enum when when = random_below(&random, NR_WHEN);
		uint32_t events = random_below(&random, random_below(&random, 2) ? 6 : 40);

		uint32_t delay_us = random_below(&random, 40000);

		self->nr_logged = 0;
		if (when == ANY_TIME)
			snprintf(self->note, sizeof(self->note), "round %ld: after %u us", i,
				 delay_us);
		else
			snprintf(self->note, sizeof(self->note), "round %ld: after %u events, %s",
				 i, events, when == BEFORE_WAIT ? "answered" : "the last in hand");
		one_round(_metadata, self, when, events, delay_us);
		/* A leak shall be seen soon after the round that makes it. */
		if (i % 25 == 24)
			ASSERT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &before, &now)));
	}
}

TEST_HARNESS_MAIN
