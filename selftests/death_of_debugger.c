// SPDX-License-Identifier: GPL-2.0
/*
 * A debugger that dies of SIGKILL, at any point of its loop, leaves its
 * debuggee running or dead as NTDBG_KILL_ON_CLOSE says, within a second.
 *
 * NTDBG_ITER=N sets the number of rounds, NTDBG_SEED=N repeats a run.
 */
#include "fixture.h"

#define AT_ONCE_MS 1000

enum attach_state { NOT_YET, BEGUN, DONE };

struct plan {
	bool attach;		/* or launch */
	bool kill_on_close;
	uint32_t steps;		/* the debugger kills itself after so many steps */
	uint32_t delay_us;	/* or it is killed after so long */
	uint32_t attach_state;	/* written by the debugger */
};

static void step(struct plan *plan)
{
	if (!plan->delay_us && !plan->steps--)
		kill(getpid(), SIGKILL);
}

/* The process that is going to die. */
static void debugger(struct plan *plan, int fd, pid_t pid)
{
	static union record r;

	step(plan);
	if (plan->attach) {
		board_put(plan->attach_state, BEGUN);
		if (dbg_attach(fd, pid))
			_exit(1);
		board_put(plan->attach_state, DONE);
	}
	step(plan);
	while (!dbg_wait(fd, &r, -1)) {
		step(plan);
		/* One call or two for each event, by turns. */
		while (r.hdr.seq & 3) {
			if (dbg_continue_wait(fd, &r, NOT_HANDLED, -1, NULL))
				_exit(2);
			step(plan);
		}
		if (dbg_continue(fd, &r, NOT_HANDLED))
			_exit(3);
		step(plan);
	}
	_exit(4);
}

static void one_round(struct __test_metadata *_metadata, struct port_data *self,
		      struct plan *plan, uint32_t launch_flags)
{
	const struct timespec delay = { .tv_nsec = plan->delay_us * 1000L };
	int fd = dbg_open(), status = -1;
	bool dies = plan->kill_on_close;
	uint64_t count;
	pid_t pid;

	memset(self->board, 0, sizeof(*self->board));
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, dbg_set(fd, plan->kill_on_close ? NTDBG_KILL_ON_CLOSE : 0));
	if (plan->attach)
		start(1, "busy");
	pid = fork();
	if (!pid)
		debugger(plan, fd, self->pid);
	ASSERT_LT(0, pid);
	if (!plan->attach) {
		const char *const argv[] = { program("debuggee"), "busy", NULL };

		self->pid = spawn(fd, launch_flags, self->board_fd, -1, argv);
		ASSERT_LT(0, self->pid);
	}
	close(fd);
	if (plan->delay_us) {
		nanosleep(&delay, NULL);
		kill(pid, SIGKILL);
	}
	ASSERT_TRUE(wait_exit(pid, WAIT_MS, &status));
	ASSERT_EQ(SIGKILL, status) TH_LOG("the debugger ended before it was killed");

	count = board_get(self->board->count[0]);
	if (plan->attach && board_get(plan->attach_state) == NOT_YET)
		dies = false;
	if (plan->attach && board_get(plan->attach_state) == BEGUN && dies) {
		/* It died within the call: either will do, but one of the two. */
		ASSERT_TRUE(UNTIL(AT_ONCE_MS, board_get(self->board->count[0]) > count + 1 ||
				  thread_state(self->pid, self->pid) == 'Z'));
		dies = false;
	} else if (!dies) {
		ASSERT_TRUE(UNTIL(AT_ONCE_MS, board_get(self->board->count[0]) > count + 1))
			TH_LOG("the debuggee does not run on, state %c",
			       thread_state(self->pid, self->pid));
	}
	if (!dies)
		ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status))
		TH_LOG("the debuggee lives on, state %c", thread_state(self->pid, self->pid));
	ASSERT_EQ(SIGKILL, status);
}

TEST_F_TIMEOUT(port, a_thousand_times, 1800)
{
	const long rounds = env_number("NTDBG_ITER", 1000);
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };
	struct ntdbg_stats before, now;
	struct plan *plan = mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, plan);
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	for (long i = 0; i < rounds; i++) {
		memset(plan, 0, sizeof(*plan));
		plan->kill_on_close = random_below(&random, 2);
		plan->attach = random_below(&random, 2);
		/* Many points lie early, where the debuggee is held for the first time. */
		plan->steps = random_below(&random, random_below(&random, 2) ? 8 : 40);
		if (!random_below(&random, 4))
			plan->delay_us = 1 + random_below(&random, 20000);
		snprintf(self->note, sizeof(self->note), "round %ld: %s, %s, after %u %s", i,
			 plan->attach ? "attach" : "launch",
			 plan->kill_on_close ? "kill on close" : "run on",
			 plan->delay_us ? plan->delay_us : plan->steps,
			 plan->delay_us ? "us" : "steps");
		one_round(_metadata, self, plan,
			  random_below(&random, 2) ? NTDBG_LAUNCH_LOADER_BREAK : 0);
		/* A leak shall be seen soon after the round that makes it. */
		if (i % 25 == 24)
			ASSERT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &before, &now)));
	}
}

TEST_HARNESS_MAIN
