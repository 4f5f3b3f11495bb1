// SPDX-License-Identifier: GPL-2.0
/* CREATE_THREAD comes before a thread's first instruction, EXIT_THREAD after its last. */
#include "fixture.h"

#define NR_THREADS 4

TEST_F(port, create_run_exit)
{
	const struct ntdbg_event_create_thread *create = &self->r->create_thread;
	pid_t tid, seen[NR_THREADS + 1] = {};
	uint64_t libc_base = 0, libc_end = 0;
	uint64_t word;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "4", "0");
	do {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_LOAD_IMAGE) {
			/* The C library is the last one. */
			libc_base = self->r->image.image.base;
			libc_end = self->r->image.image.end;
		}
		if (self->r->hdr.type == NTDBG_EVENT_EXCEPTION)
			break;
		cont(CONTINUE);
	} while (1);
	cont(CONTINUE);

	for (int i = 1; i <= NR_THREADS; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		EXPECT_EQ(0, self->r->hdr.flags);
		tid = self->r->hdr.tid;
		EXPECT_NE(self->pid, tid);
		for (int j = 1; j < i; j++)
			EXPECT_NE(seen[j], tid);
		seen[i] = tid;
		EXPECT_NE(0, thread_state(self->pid, tid));
		/* clone() is called from within the C library, and returns there. */
		EXPECT_LE(libc_base, create->start_address);
		EXPECT_GT(libc_end, create->start_address);
		EXPECT_TRUE(read_memory(self->pid, create->stack, &word, sizeof(word)));
		/* The first word of a thread's descriptor is its own address. */
		ASSERT_TRUE(read_memory(self->pid, create->tls, &word, sizeof(word)));
		EXPECT_EQ(create->tls, word);
		/* It has not run yet, and does not while it is held. */
		EXPECT_TRUE(STAYS(50, !board_get(self->board->tid[i])));
		EXPECT_EQ(i - 1, board_get(self->board->fact[FACT_STEP]));
		cont(CONTINUE);

		next(NTDBG_EVENT_EXIT_THREAD, self->pid, tid);
		EXPECT_EQ(0, self->r->hdr.flags);
		EXPECT_EQ(0, self->r->exit.wait_status);
		EXPECT_EQ(0, self->r->exit.how);
		EXPECT_EQ(tid, board_get(self->board->tid[i]));
		EXPECT_EQ(1, board_get(self->board->count[i]));
		/* It is still there, and whoever joins it still waits. */
		EXPECT_NE(0, thread_state(self->pid, tid));
		EXPECT_TRUE(STAYS(50, board_get(self->board->fact[FACT_STEP]) == i - 1));
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(0);
}

TEST_F(port, the_answer_does_not_matter)
{
	static const uint32_t answers[] = {
		NTDBG_DBG_EXCEPTION_HANDLED, NTDBG_DBG_EXCEPTION_NOT_HANDLED,
		NTDBG_DBG_TERMINATE_THREAD, NTDBG_DBG_TERMINATE_PROCESS,
	};

	launch(0, "threads", "4", "5");
	for (int i = 0;; i++) {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(answers[i % ARRAY_SIZE(answers)]);
	}
	for (int i = 1; i <= NR_THREADS; i++)
		EXPECT_EQ(1, board_get(self->board->count[i]));
	finish(exited(5));
}

TEST_F(port, every_thread_that_was_created_exits)
{
	uint32_t live[BOARD_SLOTS] = {};
	unsigned int created = 0, ended = 0;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "churn");
	run_to_program();
	for (;;) {
		unsigned int i = 0;

		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		if (self->r->hdr.type == NTDBG_EVENT_CREATE_THREAD) {
			while (i < BOARD_SLOTS && live[i])
				i++;
			ASSERT_GT(BOARD_SLOTS, i);
			live[i] = self->r->hdr.tid;
			if (++created == 60)
				board_go(self->board);
		} else {
			ASSERT_EQ(NTDBG_EVENT_EXIT_THREAD, self->r->hdr.type);
			while (i < BOARD_SLOTS && live[i] != self->r->hdr.tid)
				i++;
			ASSERT_GT(BOARD_SLOTS, i) TH_LOG("exit of an unknown thread");
			live[i] = 0;
			ended++;
		}
		cont(CONTINUE);
	}
	EXPECT_LE(60, created);
	EXPECT_EQ(created, ended);
	finish(0);
}

TEST_HARNESS_MAIN
