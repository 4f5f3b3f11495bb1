// SPDX-License-Identifier: GPL-2.0
/*
 * Every thread of a process is reported exactly once by an attach: of a process
 * with very many, and of one that makes new ones all the while.
 *
 * NTDBG_ITER=N sets the number of rounds.
 */
#include "fixture.h"
#include <dirent.h>

#define MAX_PID 0x400000	/* the most that Linux has */

static unsigned char *seen;	/* how often, by thread id */

static void new_census(struct __test_metadata *_metadata)
{
	free(seen);
	seen = calloc(1, MAX_PID);
	ASSERT_NE(NULL, seen);
}

/* How many of the threads in /proc were not counted exactly once. */
static int miscounted(pid_t pid, int *threads)
{
	char path[64];
	struct dirent *entry;
	int wrong = 0;
	DIR *dir;

	*threads = 0;
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		int tid = atoi(entry->d_name);

		if (tid <= 0)
			continue;
		++*threads;
		wrong += seen[tid] != 1;
	}
	if (dir)
		closedir(dir);
	return wrong;
}

static bool is_creation(const union record *r)
{
	return r->hdr.type == NTDBG_EVENT_CREATE_PROCESS ||
	       r->hdr.type == NTDBG_EVENT_CREATE_THREAD;
}

TEST_F_TIMEOUT(port, a_thousand_threads, 900)
{
	const long rounds = env_number("NTDBG_ITER", 3);
	int threads, events;

	start(1001, "crowd", "1000");
	for (long round = 0; round < rounds; round++) {
		new_census(_metadata);
		ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
		for (events = 0; !dbg_wait(self->fd, self->r, 0);) {
			if (is_creation(self->r)) {
				events++;
				seen[self->r->hdr.tid]++;
			}
			ASSERT_EQ(0, dbg_continue(self->fd, self->r, CONTINUE));
		}
		EXPECT_EQ(0, miscounted(self->pid, &threads)) TH_LOG("round %ld", round);
		EXPECT_EQ(1001, threads);
		EXPECT_EQ(1001, events);
		ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	}
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
	TH_LOG("%ld rounds", rounds);
}

/* Whatever is created after an attach has begun: once, and its end not before it. */
TEST_F_TIMEOUT(port, threads_that_are_made_meanwhile, 900)
{
	const long rounds = 10 * env_number("NTDBG_ITER", 3);

	start(1, "churn");
	for (long round = 0; round < rounds; round++) {
		int alive = 0, twice = 0, unknown = 0;

		new_census(_metadata);
		ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
		for (int events = 0; events < 40; events++) {
			get();
			if (is_creation(self->r)) {
				twice += !!seen[self->r->hdr.tid]++;
				alive++;
			}
			if (self->r->hdr.type == NTDBG_EVENT_EXIT_THREAD) {
				unknown += !seen[self->r->hdr.tid];
				seen[self->r->hdr.tid] = 0;
				alive--;
			}
			ASSERT_LE(0, alive);
			ASSERT_GE(3, alive);
			cont(CONTINUE);
		}
		EXPECT_EQ(0, twice) TH_LOG("round %ld: threads that were reported twice", round);
		EXPECT_EQ(0, unknown) TH_LOG("round %ld: ends of threads never reported", round);
		ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
		ASSERT_TRUE(moves(self->board, 0));
	}
	TH_LOG("%ld rounds", rounds);
}

TEST_HARNESS_MAIN
