// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching to a process whose threads come and go: each thread is reported
 * once, as a fake or by itself, and none is seen to exit that was not created.
 *
 * NTDBG_ITER=N sets the number of rounds, NTDBG_SEED=N repeats a run.
 */
#include "fixture.h"

struct threads {
	uint32_t tid[BOARD_SLOTS];
};

static uint32_t *find(struct threads *threads, uint32_t tid)
{
	for (int i = 0; i < BOARD_SLOTS; i++)
		if (threads->tid[i] == tid)
			return &threads->tid[i];
	return NULL;
}

static void check_event(struct __test_metadata *_metadata, struct port_data *self,
			struct threads *threads)
{
	uint32_t tid = self->r->hdr.tid;

	switch (self->r->hdr.type) {
	case NTDBG_EVENT_CREATE_PROCESS:
	case NTDBG_EVENT_CREATE_THREAD:
		ASSERT_EQ(NULL, find(threads, tid)) TH_LOG("thread %u was created twice", tid);
		ASSERT_NE(NULL, find(threads, 0));
		*find(threads, 0) = tid;
		break;
	case NTDBG_EVENT_EXIT_THREAD:
		ASSERT_NE(NULL, find(threads, tid)) TH_LOG("thread %u was not created", tid);
		*find(threads, tid) = 0;
		break;
	default:
		ASSERT_EQ(NTDBG_EVENT_LOAD_IMAGE, self->r->hdr.type);
		ASSERT_NE(NULL, find(threads, tid));
	}
}

TEST_F_TIMEOUT(port, each_thread_once, 1200)
{
	const long rounds = env_number("NTDBG_ITER", 100);
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };
	unsigned long fakes = 0, own = 0;
	uint64_t count;

	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	start(1, "churn");
	for (long i = 0; i < rounds; i++) {
		uint32_t events = 6 + random_below(&random, 40);
		struct threads threads = {};

		self->nr_logged = 0;
		snprintf(self->note, sizeof(self->note), "round %ld, %u events", i, events);
		ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
		while (events--) {
			get();
			check_event(_metadata, self, &threads);
			if (self->r->hdr.type == NTDBG_EVENT_CREATE_THREAD) {
				if (self->r->hdr.flags & NTDBG_EVENT_F_FAKE)
					fakes++;
				else
					own++;
			}
			if (events || random_below(&random, 2))
				cont(CONTINUE);
		}
		ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
		count = board_get(self->board->count[0]);
		ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->count[0]) > count + 1))
			TH_LOG("round %ld: the program does not run on", i);
	}
	TH_LOG("%lu threads were found by attach, %lu came by themselves", fakes, own);
	EXPECT_LT(0, own);
	EXPECT_LT(0, fakes);
	board_go(self->board);
}

TEST_HARNESS_MAIN
