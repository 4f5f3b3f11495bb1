// SPDX-License-Identifier: GPL-2.0
/* Threads that are hidden from debuggers: NT's ThreadHideFromDebugger. */
#include "fixture.h"

static bool is_hidden(int thread)
{
	struct ntdbg_thread_info info;

	return !nt_thread_query(thread, &info) && info.flags & NTDBG_THREAD_HIDDEN;
}

/* Its exceptions go past the debugger, and so does the end of the process by them. */
TEST_F(port, a_breakpoint_in_it_kills)
{
	int thread, status;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none");
	run_to(NTDBG_EVENT_EXCEPTION);
	thread = whole_thread(self->pid);
	EXPECT_FALSE(is_hidden(thread));
	ASSERT_EQ(0, nt_thread_hide(thread));
	EXPECT_TRUE(is_hidden(thread));
	ASSERT_EQ(0, nt_thread_hide(thread));
	EXPECT_TRUE(is_hidden(thread));
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, WAIT_MS));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(SIGTRAP, status & 0x7f);
}

TEST_F(port, a_handler_runs)
{
	int status;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "null-read", "handler", "0", "5");
	run_to(NTDBG_EVENT_EXCEPTION);
	ASSERT_EQ(0, nt_thread_hide(whole_thread(self->pid)));
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, WAIT_MS));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(0, status);
	EXPECT_EQ(5, board_get(self->board->fact[FACT_HANDLER]));
}

/* Images, threads that it makes: it makes no events, what they do themselves does. */
TEST_F(port, what_it_does_is_not_told)
{
	int threads = 0, exits = 0;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "1");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	cont(CONTINUE);
	ASSERT_TRUE(moves(self->board, 1));
	ASSERT_EQ(0, nt_thread_hide(whole_thread(self->pid)));
	board_put(self->board->permit, 3);
	/* The short thread comes and goes; the plugin is mapped and unmapped without a word. */
	while (!exits) {
		get();
		EXPECT_NE(self->pid, self->r->hdr.tid);
		threads += self->r->hdr.type == NTDBG_EVENT_CREATE_THREAD;
		exits += self->r->hdr.type == NTDBG_EVENT_EXIT_THREAD;
		cont(CONTINUE);
	}
	EXPECT_EQ(1, threads);
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 300));
}

/* It is still one of the threads that an event of another one stops. */
TEST_F(port, it_is_frozen_and_suspended_like_others)
{
	struct board *board = self->board;
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	for (int i = 1; i <= 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(moves(board, 1));
	thread = whole_thread(board->tid[1]);
	ASSERT_EQ(0, nt_thread_hide(thread));
	board_put(board->permit, 1);
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	EXPECT_TRUE(stands_still(board, 1));
	EXPECT_TRUE(stands_still(board, 2));
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	cont(CONTINUE);
	EXPECT_TRUE(moves(board, 1));
	ASSERT_EQ(0, nt_suspend(thread));
	EXPECT_TRUE(stands_still(board, 1));
	ASSERT_EQ(1, nt_resume(thread));
	EXPECT_TRUE(moves(board, 1));
	/* Its end is not told. */
	board_go(board);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, board->tid[2]);
	cont(CONTINUE);
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 100));
}

/* For good: no detach and no other debugger undoes it. */
TEST_F(port, it_stays_hidden)
{
	int thread, status;

	start(1, "permit", "0");
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_thread_hide(thread));
	EXPECT_TRUE(is_hidden(thread));
	for (int round = 0; round < 3; round++) {
		ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
		EXPECT_TRUE(is_hidden(thread));
		while (!dbg_wait(self->fd, self->r, 100))
			cont(CONTINUE);
		if (round < 2)
			ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
		EXPECT_TRUE(is_hidden(thread));
		EXPECT_TRUE(is_hidden(whole_thread(self->pid)));
	}
	board_put(self->board->permit, 1);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, WAIT_MS));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
