// SPDX-License-Identifier: GPL-2.0
/*
 * A program asleep in every kind of system call is attached to, suspended,
 * read, written to, broken into and let go, again and again, and does not notice:
 * no call of it is interrupted, none comes back early.
 *
 * NTDBG_ITER=N sets the number of rounds, NTDBG_SEED=N repeats the choices.
 */
#include "fixture.h"

struct target {
	int process;
	int threads[BOARD_SLOTS];
	unsigned int nr_threads;
};

static bool all_asleep(struct port_data *self, const struct target *target)
{
	for (unsigned int i = 1; i <= target->nr_threads; i++)
		if (!asleep(self->pid, self->board->tid[i]))
			return false;
	return true;
}

static void start_sleepers(struct __test_metadata *_metadata, struct port_data *self,
			   struct target *target)
{
	start_program(1, program("sleepers"), "sleepers");
	target->nr_threads = board_get(self->board->fact[FACT_CHILD]);
	ASSERT_LT(20, target->nr_threads);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == target->nr_threads + 1));
	ASSERT_TRUE(UNTIL(WAIT_MS, all_asleep(self, target)));
	target->process = whole_process();
	for (unsigned int i = 1; i <= target->nr_threads; i++)
		target->threads[i] = whole_thread(self->board->tid[i]);
}

/* The program's own count says that its first thread has come round. */
static bool comes_round(struct board *board)
{
	uint64_t count = board_get(board->count[0]);

	return UNTIL(WAIT_MS, board_get(board->count[0]) > count);
}

static int attach_and_answer(struct port_data *self, struct random *random)
{
	uint32_t left = random_below(random, 60);
	int ret = dbg_attach(self->fd, self->pid);

	while (!ret && left-- && !dbg_wait(self->fd, self->r, 0))
		ret = dbg_continue(self->fd, self->r, CONTINUE);
	return ret;
}

static int break_in(struct port_data *self, const struct target *target)
{
	int ret = nt_process_break(target->process);

	while (!ret && !(ret = dbg_wait(self->fd, self->r, WAIT_MS))) {
		bool is_it = self->r->hdr.type == NTDBG_EVENT_EXCEPTION;

		ret = dbg_continue(self->fd, self->r, is_it ? NOT_HANDLED : CONTINUE);
		if (is_it)
			break;
	}
	return ret;
}

/* What belongs to the round that was handed in, and what undoes it. */
static int disturb(struct port_data *self, const struct target *target, struct random *random)
{
	int thread = target->threads[1 + random_below(random, target->nr_threads)];
	struct ntdbg_context context;
	int ret;

	if (nt_suspend(thread) != 0 || nt_process_suspend(target->process))
		return 1;
	ret = nt_get_context(thread, NTDBG_CONTEXT_ALL, &context);
	if (ret)
		return 2;
	if (nt_process_resume(target->process) || nt_resume(thread) != 1)
		return 3;
	ret = attach_and_answer(self, random);
	if (ret)
		return 4;
	if (random_below(random, 2) && break_in(self, target))
		return 5;
	ret = nt_suspend(thread);
	if (ret < 0 || nt_resume(thread) != ret + 1)
		return 6;
	return dbg_detach(self->fd, self->pid) ? 7 : 0;
}

TEST_F_TIMEOUT(port, nothing_is_interrupted, 3000)
{
	const long rounds = env_number("NTDBG_ITER", 150);
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };
	struct board *board = self->board;
	struct target target;
	uint64_t begin;

	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	start_sleepers(_metadata, self, &target);
	begin = now_ns();
	for (long i = 0; i < rounds; i++) {
		int failed = disturb(self, &target, &random);

		ASSERT_EQ(0, failed) TH_LOG("round %ld: step %d failed", i, failed);
		ASSERT_TRUE(comes_round(board)) TH_LOG("round %ld: it stands still", i);
		ASSERT_EQ(0, board_get(board->fact[FACT_EINTR]))
			TH_LOG("round %ld: call %llu", i,
			       (unsigned long long)board_get(board->fact[FACT_STEP]));
		ASSERT_EQ(0, board_get(board->fact[FACT_WOKEN]))
			TH_LOG("round %ld: call %llu", i,
			       (unsigned long long)board_get(board->fact[FACT_STEP]));
	}
	TH_LOG("%ld rounds with %u sleeping threads in %llu ms: no EINTR, no early wake-up", rounds,
	       target.nr_threads, (unsigned long long)(now_ns() - begin) / 1000000);
	EXPECT_TRUE(all_asleep(self, &target));
}

TEST_HARNESS_MAIN
