// SPDX-License-Identifier: GPL-2.0
/*
 * Several debuggers at once want the same processes: they attach, take some
 * events, and detach, close or die, while the processes make threads, load
 * images, fault, are killed and are started again. Nothing hangs, nothing is
 * left behind, and every refusal is one of those that are documented.
 *
 * NTDBG_ITER=N sets the number of rounds of each, NTDBG_SEED=N repeats the
 * choices (not the race).
 */
#include "fixture.h"
#include <pthread.h>

#define NR_TARGETS 2
#define NR_DEBUGGERS 3

struct target {
	struct board *board;
	int board_fd;
	uint32_t pid;		/* changes when it is started anew */
};

struct race {
	struct target targets[NR_TARGETS];
	uint32_t stop;
	uint32_t attached;	/* how often somebody had what he wanted */
	uint32_t refused;
};

static void start_target(struct target *target)
{
	const char *const argv[] = { program("debuggee"), "busy", NULL };

	memset(target->board, 0, sizeof(*target->board));
	board_put(target->pid, spawn(-1, 0, target->board_fd, -1, argv));
}

static int debug_a_little(struct race *race, struct random *random, union record *r)
{
	uint32_t pid = board_get(race->targets[random_below(random, NR_TARGETS)].pid);
	int fd = dbg_open(), ret;

	if (fd < 0)
		return 1;
	if (random_below(random, 8) == 0 && dbg_set(fd, NTDBG_KILL_ON_CLOSE))
		return 2;
	ret = dbg_attach(fd, pid);
	if (ret) {
		board_add(race->refused);
		close(fd);
		return ret == -EBUSY || ret == -ESRCH || ret == -EOWNERDEAD ? 0 : 3;
	}
	board_add(race->attached);
	for (uint32_t left = random_below(random, 30); left; left--) {
		ret = dbg_wait(fd, r, WAIT_MS);
		if (ret == -ECHILD)
			break;
		if (ret)
			return 4;
		ret = dbg_continue(fd, r, random_below(random, 9) ? NOT_HANDLED : REPLY_LATER);
		if (ret && ret != -ENOENT)
			return 5;
	}
	if (random_below(random, 2)) {
		ret = dbg_detach(fd, pid);
		if (ret && ret != -ESRCH && ret != -ENOTCONN)
			return 6;
	}
	close(fd);
	return 0;
}

static int debugger(struct race *race, uint64_t seed)
{
	struct random random = { .state = seed };
	static union record r;
	int ret = 0;

	while (!ret && !board_get(race->stop))
		ret = debug_a_little(race, &random, &r);
	return ret;
}

TEST_F_TIMEOUT(port, many_debuggers_few_processes, 600)
{
	const long rounds = env_number("NTDBG_ITER", 300);
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };
	struct race *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t debuggers[NR_DEBUGGERS];
	int status = -1;

	ASSERT_NE(MAP_FAILED, race);
	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	for (int i = 0; i < NR_TARGETS; i++) {
		race->targets[i].board = board_new(&race->targets[i].board_fd);
		ASSERT_NE(NULL, race->targets[i].board);
		start_target(&race->targets[i]);
	}
	for (int i = 0; i < NR_DEBUGGERS; i++) {
		debuggers[i] = fork();
		if (!debuggers[i])
			_exit(debugger(race, random.state + i));
	}
	for (long i = 0; i < rounds; i++) {
		struct target *target = &race->targets[random_below(&random, NR_TARGETS)];
		int one = random_below(&random, NR_DEBUGGERS);
		uint32_t pid = board_get(target->pid);

		ASSERT_LT(0, (int)pid);
		switch (random_below(&random, 3)) {
		case 0:
			/* Let it run: so long as it takes to come round twice, or to be killed. */
			ASSERT_TRUE(UNTIL(WAIT_MS, board_get(target->board->count[0]) > 2 ||
					  waitpid(pid, &status, WNOHANG) == (pid_t)pid))
				TH_LOG("round %ld: process %u stands still, state %c", i, pid,
				       thread_state(pid, pid));
			if (kill(pid, 0))
				start_target(target);
			else
				board_put(target->board->count[0], 0);
			break;
		case 1:
			kill(pid, SIGKILL);
			ASSERT_TRUE(wait_exit(pid, WAIT_MS, &status))
				TH_LOG("round %ld: process %u does not die", i, pid);
			start_target(target);
			break;
		default:
			kill(debuggers[one], SIGKILL);
			ASSERT_TRUE(wait_exit(debuggers[one], WAIT_MS, &status));
			ASSERT_EQ(SIGKILL, status)
				TH_LOG("round %ld: a debugger failed at %d", i,
				       WEXITSTATUS(status));
			debuggers[one] = fork();
			if (!debuggers[one])
				_exit(debugger(race, random.state + i));
		}
	}
	board_put(race->stop, 1);
	for (int i = 0; i < NR_DEBUGGERS; i++) {
		ASSERT_TRUE(wait_exit(debuggers[i], WAIT_MS, &status));
		EXPECT_EQ(0, status) TH_LOG("a debugger failed at %d", WEXITSTATUS(status));
	}
	TH_LOG("attached %u times, refused %u times", race->attached, race->refused);
	EXPECT_LT(0, race->attached);
	EXPECT_LT(0, race->refused);
}

TEST_HARNESS_MAIN
