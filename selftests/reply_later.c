// SPDX-License-Identifier: GPL-2.0
/* DBG_REPLY_LATER: the event comes again, and a suspended thread's not before it is resumed. */
#include "fixture.h"

#define NR_TRAPS 20

/* Up to that many threads that stand before an int3. */
static void launch_traps(struct __test_metadata *_metadata, struct port_data *self, int threads)
{
	char count[8];

	snprintf(count, sizeof(count), "%d", threads);
	launch(NTDBG_LAUNCH_LOADER_BREAK, "trapall", count);
	run_to_program();
	for (int i = 0; i < threads; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == (uint32_t)threads));
}

static int slot_of(const struct board *board, uint32_t tid)
{
	for (int i = 1; i < BOARD_SLOTS; i++)
		if (board->tid[i] == tid)
			return i;
	return 0;
}

/* It is listed behind the others: whoever waits already comes first. */
TEST_F(port, at_the_tail)
{
	uint32_t first, second, turns[2] = {};
	uint64_t seq;

	launch_traps(_metadata, self, 2);
	board_go(self->board);
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
	first = self->r->hdr.tid;
	seq = self->r->hdr.seq;
	cont(REPLY_LATER);
	/* The other one runs into it as soon as it may, if it has not yet. */
	do {
		next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
		EXPECT_LT(seq, self->r->hdr.seq);
		seq = self->r->hdr.seq;
		second = self->r->hdr.tid;
		EXPECT_EQ(second == first ? NTDBG_EVENT_F_REPLAY : 0, self->r->hdr.flags);
		cont(REPLY_LATER);
	} while (second == first);
	/* From now on it is the one and the other: neither keeps the other from its turn. */
	for (int i = 0; i < 1000 && (turns[0] < 10 || turns[1] < 10); i++) {
		next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
		EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
		turns[self->r->hdr.tid == first]++;
		cont(REPLY_LATER);
	}
	EXPECT_LE(10, turns[0]);
	EXPECT_LE(10, turns[1]);
	for (int traps = 0, exits = 0; traps < 2 || exits < 2;) {
		get();
		traps += self->r->hdr.type == NTDBG_EVENT_EXCEPTION;
		exits += self->r->hdr.type == NTDBG_EVENT_EXIT_THREAD;
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(0);
}

/* How a debugger steps one thread while another one stands: that is what it is for. */
TEST_F(port, a_suspended_thread_waits_and_the_others_run)
{
	struct board *board = self->board;
	uint32_t held;
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	for (int i = 1; i <= 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	board_put(board->permit, 1);
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	held = self->r->hdr.tid;
	EXPECT_TRUE(stands_still(board, 1));
	thread = whole_thread(held);
	ASSERT_EQ(0, nt_suspend(thread));
	cont(REPLY_LATER);
	EXPECT_TRUE(moves(board, 1));
	EXPECT_TRUE(moves(board, 2));
	EXPECT_EQ(0, dbg_poll(self->fd, 0));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 100));
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, held, CONTINUE));
	EXPECT_EQ(0, board_get(board->tid[3]));
	ASSERT_EQ(1, nt_suspend(thread));
	ASSERT_EQ(2, nt_resume(thread));
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 100));
	ASSERT_EQ(1, nt_resume(thread));
	EXPECT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, held);
	EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
	EXPECT_TRUE(stands_still(board, 1));
	EXPECT_EQ(0, board_get(board->tid[3]));
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, held);
	EXPECT_EQ(held, board_get(board->tid[3]));
	cont(CONTINUE);
	EXPECT_TRUE(moves(board, 1));
}

/* Of all twenty one after the other, while the earlier ones stand at theirs. */
TEST_F(port, twenty_threads_at_one_breakpoint)
{
	int threads[NR_TRAPS], exits = 0;
	uint32_t tids[NR_TRAPS];

	launch_traps(_metadata, self, NR_TRAPS);
	board_go(self->board);
	for (int i = 0; i < NR_TRAPS; i++) {
		next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
		EXPECT_EQ(0, self->r->hdr.flags);
		tids[i] = self->r->hdr.tid;
		for (int j = 0; j < i; j++)
			ASSERT_NE(tids[i], tids[j]);
		threads[i] = whole_thread(tids[i]);
		ASSERT_EQ(0, nt_suspend(threads[i]));
		cont(REPLY_LATER);
	}
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 200));
	/* The last one first: each resume brings one event, and that one. */
	for (int i = NR_TRAPS - 1; i >= 0; i--) {
		ASSERT_EQ(1, nt_resume(threads[i]));
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_THREAD) {
			exits++;
			cont(CONTINUE);
			get();
		}
		ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		EXPECT_EQ(tids[i], self->r->hdr.tid);
		EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
		EXPECT_EQ(0, board_get(self->board->count[slot_of(self->board, tids[i])]));
		cont(CONTINUE);
		EXPECT_TRUE(UNTIL(WAIT_MS, ({
			/* Its way to the end is the next thing. */
			if (!dbg_wait(self->fd, self->r, 0)) {
				EXPECT_EQ(NTDBG_EVENT_EXIT_THREAD, self->r->hdr.type);
				exits++;
				cont(CONTINUE);
			}
			exits == NR_TRAPS - i;
		})));
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(0);
}

/* The whole process suspended: nothing comes, and a resume brings that thread's event alone. */
TEST_F(port, a_suspended_process)
{
	struct board *board = self->board;
	int process, held;
	uint32_t tid;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	process = whole_process();
	for (int i = 1; i <= 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	board_put(board->permit, 1);
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	tid = self->r->hdr.tid;
	held = whole_thread(tid);
	ASSERT_EQ(0, nt_process_suspend(process));
	cont(REPLY_LATER);
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 200));
	EXPECT_TRUE(stands_still(board, 1));
	ASSERT_EQ(1, nt_resume(held));
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, tid);
	EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
	cont(CONTINUE);
	/* It runs to its end, and nobody else does. */
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, tid);
	cont(CONTINUE);
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 100));
	EXPECT_TRUE(stands_still(board, 2));
	ASSERT_EQ(0, nt_process_resume(process));
	EXPECT_TRUE(moves(board, 1));
	EXPECT_TRUE(moves(board, 2));
}

TEST_F(port, a_detach_meanwhile)
{
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "handler");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_suspend(thread));
	cont(REPLY_LATER);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_TRUE(STAYS(100, !board_get(self->board->fact[FACT_HANDLER])));
	ASSERT_EQ(1, nt_resume(thread));
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	/* Not handled, as for any event that is never answered. */
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
}

TEST_F(port, a_close_meanwhile)
{
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "handler");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = nt_open_thread(self->stats_fd, 0, self->pid, NTDBG_THREAD_SUSPEND_RESUME);
	ASSERT_LE(0, thread);
	ASSERT_EQ(0, nt_suspend(thread));
	cont(REPLY_LATER);
	close(self->fd);
	self->fd = -1;
	EXPECT_TRUE(STAYS(60, !board_get(self->board->fact[FACT_HANDLER])));
	/* With the last handle nobody is left who could resume it. */
	close(thread);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
}

TEST_F(port, kill_is_kill)
{
	struct board *board = self->board;
	int thread, status;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none", "2");
	run_to_program();
	for (int i = 0; i < 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_suspend(thread));
	cont(REPLY_LATER);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	while (!dbg_wait(self->fd, self->r, WAIT_MS)) {
		log_event(self);
		ASSERT_NE(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		cont(CONTINUE);
	}
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(SIGKILL, status);
	EXPECT_EQ(0, board_get(board->fact[FACT_STEP]));
}

/* An answer for later with the next wait in one call. */
TEST_F(port, and_wait)
{
	struct board *board = self->board;
	uint32_t done;
	int thread;

	launch_traps(_metadata, self, 2);
	board_go(board);
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
	thread = whole_thread(self->r->hdr.tid);
	ASSERT_EQ(0, nt_suspend(thread));
	ASSERT_EQ(0, dbg_continue_wait(self->fd, self->r, REPLY_LATER, WAIT_MS, &done));
	EXPECT_EQ(NTDBG_DONE_CONTINUE | NTDBG_DONE_WAIT, done);
	EXPECT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
	EXPECT_EQ(0, self->r->hdr.flags);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	EXPECT_EQ(-ETIMEDOUT, dbg_continue_wait(self->fd, self->r, CONTINUE, 100, &done));
	ASSERT_EQ(1, nt_resume(thread));
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
	EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
	cont(CONTINUE);
	drain(0);
}

TEST_HARNESS_MAIN
