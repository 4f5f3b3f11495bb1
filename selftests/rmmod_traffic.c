// SPDX-License-Identifier: GPL-2.0
/*
 * Loading, debugging and unloading in a loop, while programs on every CPU work
 * the hooked kernel functions as fast as they can. NTDBG_KO names the module's
 * file, NTDBG_ITER=N sets the number of rounds, NTDBG_SEED=N repeats a run.
 */
#include "fixture.h"
#include "module.h"

#define NR_TRAFFIC 4

#define traffic_data _test_data_traffic

FIXTURE(traffic) {
	const char *ko;
	int board_fd;
	struct board *board;
	pid_t pid[NR_TRAFFIC];
	union record r;
};

FIXTURE_SETUP(traffic)
{
	static const char *const slots[] = { "0", "1", "2", "3" };

	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	self->ko = getenv("NTDBG_KO");
	if (!self->ko)
		SKIP(return, "NTDBG_KO does not name the module's file");
	self->board = board_new(&self->board_fd);
	ASSERT_NE(NULL, self->board);
	for (int i = 0; i < NR_TRAFFIC; i++) {
		const char *const argv[] = { program("debuggee"), "traffic", slots[i], NULL };

		self->pid[i] = spawn(-1, 0, self->board_fd, -1, argv);
		ASSERT_LT(0, self->pid[i]);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == NR_TRAFFIC));
}

FIXTURE_TEARDOWN(traffic)
{
	_metadata->trigger = 0;
	EXPECT_TRUE(reap_children(WAIT_MS));
	if (self->ko && !module_loaded())
		EXPECT_EQ(0, module_load(self->ko));
}

static void debug_a_little(struct __test_metadata *_metadata, struct traffic_data *self,
			   struct random *random)
{
	uint32_t events = random_below(random, 40);
	int fd = dbg_open();
	uint32_t i;

	ASSERT_LE(0, fd);
	for (i = 0; i < NR_TRAFFIC; i++) {
		if (!i || random_below(random, 2))
			ASSERT_EQ(0, dbg_attach(fd, self->pid[i]));
	}
	for (i = 0; i < events; i++) {
		ASSERT_EQ(0, dbg_wait(fd, &self->r, WAIT_MS));
		ASSERT_EQ(0, dbg_continue(fd, &self->r, NOT_HANDLED));
	}
	/* One event may be in hand, others are listed. */
	if (random_below(random, 2))
		ASSERT_EQ(0, dbg_wait(fd, &self->r, WAIT_MS));
	close(fd);
}

static void check_runs(struct __test_metadata *_metadata, struct traffic_data *self)
{
	for (int i = 0; i < NR_TRAFFIC; i++) {
		uint64_t count = board_get(self->board->count[i]);

		ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->count[i]) > count))
			TH_LOG("program %d stands still, state %c", i,
			       thread_state(self->pid[i], self->pid[i]));
		ASSERT_EQ(0, waitpid(self->pid[i], NULL, WNOHANG));
	}
}

TEST_F_TIMEOUT(traffic, load_debug_unload, 1200)
{
	const long rounds = env_number("NTDBG_ITER", 20);
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };
	int status = -1;

	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	for (long i = 0; i < rounds; i++) {
		if (!module_loaded())
			ASSERT_EQ(0, module_load(self->ko));
		/* Every fourth time nobody uses it. */
		if (i & 3)
			debug_a_little(_metadata, self, &random);
		ASSERT_TRUE(module_unloads()) TH_LOG("round %ld", i);
		check_runs(_metadata, self);
	}
	board_go(self->board);
	for (int i = 0; i < NR_TRAFFIC; i++) {
		ASSERT_TRUE(wait_exit(self->pid[i], WAIT_MS, &status));
		EXPECT_EQ(0, status);
	}
	ASSERT_EQ(0, module_load(self->ko));
}

TEST_HARNESS_MAIN
