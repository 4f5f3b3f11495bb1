// SPDX-License-Identifier: GPL-2.0
/* Suspending whole processes, and how long that lasts: as long as somebody could resume them. */
#include "fixture.h"

#define MOST NTDBG_MAXIMUM_SUSPEND_COUNT

TEST_F(port, every_thread_has_one_more)
{
	int process, threads[3];

	start(3, "spin", "2");
	process = whole_process();
	for (int i = 0; i < 3; i++)
		threads[i] = whole_thread(self->board->tid[i]);
	ASSERT_EQ(0, nt_suspend(threads[1]));
	ASSERT_EQ(0, nt_process_suspend(process));
	EXPECT_EQ(1, nt_suspend_count(threads[0]));
	EXPECT_EQ(2, nt_suspend_count(threads[1]));
	EXPECT_EQ(1, nt_suspend_count(threads[2]));
	EXPECT_TRUE(stands_still(self->board, 1));
	EXPECT_TRUE(stands_still(self->board, 2));
	ASSERT_EQ(0, nt_process_suspend(process));
	ASSERT_EQ(0, nt_process_resume(process));
	EXPECT_TRUE(stands_still(self->board, 2));
	EXPECT_EQ(1, nt_suspend_count(threads[2]));
	ASSERT_EQ(0, nt_process_resume(process));
	EXPECT_TRUE(moves(self->board, 2));
	EXPECT_TRUE(stands_still(self->board, 1));
	/* A thread that is not suspended stays so. */
	ASSERT_EQ(0, nt_process_resume(process));
	EXPECT_EQ(0, nt_suspend_count(threads[0]));
	EXPECT_EQ(0, nt_suspend_count(threads[1]));
	EXPECT_TRUE(moves(self->board, 1));
	ASSERT_EQ(0, nt_process_resume(process));
}

TEST_F(port, a_thread_at_its_limit_is_skipped)
{
	int process, one, other;

	start(3, "park", "2", "0");
	process = whole_process();
	one = whole_thread(self->board->tid[1]);
	other = whole_thread(self->board->tid[2]);
	for (int i = 0; i < MOST; i++)
		ASSERT_EQ(i, nt_suspend(one));
	EXPECT_EQ(0, nt_process_suspend(process));
	EXPECT_EQ(MOST, nt_suspend_count(one));
	EXPECT_EQ(1, nt_suspend_count(other));
}

/* Threads that come and go all the while do not escape. */
TEST_F(port, a_churn_comes_to_rest)
{
	struct board *board = self->board;
	int process;

	start(1, "churn");
	process = whole_process();
	for (int round = 0; round < 20; round++) {
		ASSERT_EQ(0, nt_process_suspend(process));
		EXPECT_TRUE(stands_still(board, 0));
		ASSERT_EQ(0, nt_process_resume(process));
		ASSERT_TRUE(moves(board, 0));
	}
	board_go(board);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, the_last_handle_lets_go)
{
	struct board *board = self->board;
	int process, thread, copy;

	start(3, "spin", "2");
	process = nt_open_process(self->fd, self->pid, NTDBG_PROCESS_SUSPEND_RESUME);
	ASSERT_LE(0, process);
	ASSERT_EQ(0, nt_process_suspend(process));
	EXPECT_TRUE(stands_still(board, 1));
	close(process);
	EXPECT_TRUE(moves(board, 1));
	EXPECT_TRUE(moves(board, 2));

	thread = nt_open_thread(self->fd, 0, board->tid[1], NTDBG_THREAD_SUSPEND_RESUME);
	ASSERT_LE(0, thread);
	ASSERT_EQ(0, nt_suspend(thread));
	ASSERT_EQ(1, nt_suspend(thread));
	copy = dup(thread);
	close(thread);
	EXPECT_TRUE(stands_still(board, 1));
	close(copy);
	EXPECT_TRUE(moves(board, 1));
	EXPECT_EQ(0, nt_suspend_count(whole_thread(board->tid[1])));
}

/* A handle by which nothing was suspended does not keep it so. */
TEST_F(port, another_handle_does_not_count)
{
	struct board *board = self->board;
	int thread, idle;

	start(3, "spin", "2");
	idle = whole_thread(board->tid[1]);
	whole_process();
	thread = nt_open_thread(self->fd, 0, board->tid[1], NTDBG_THREAD_SUSPEND_RESUME);
	ASSERT_LE(0, thread);
	ASSERT_EQ(0, nt_suspend(thread));
	EXPECT_TRUE(stands_still(board, 1));
	close(thread);
	EXPECT_TRUE(moves(board, 1));
	EXPECT_EQ(0, nt_suspend_count(idle));
}

/* A debug port is somebody who could resume it. */
TEST_F(port, a_debugged_process_stays_suspended)
{
	struct board *board = self->board;
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spin", "2");
	run_to_program();
	for (int i = 1; i <= 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(moves(board, 1));
	thread = nt_open_thread(self->fd, 0, board->tid[1], NTDBG_THREAD_SUSPEND_RESUME);
	ASSERT_LE(0, thread);
	ASSERT_EQ(0, nt_suspend(thread));
	close(thread);
	EXPECT_TRUE(stands_still(board, 1));
	EXPECT_EQ(1, nt_suspend_count(whole_thread(board->tid[1])));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_TRUE(moves(board, 1));
}

TEST_F(port, the_end_of_the_debug_object_lets_go)
{
	struct board *board = self->board;
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spin", "2");
	run_to_program();
	for (int i = 1; i <= 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(moves(board, 1));
	thread = nt_open_thread(self->stats_fd, 0, board->tid[1], NTDBG_THREAD_SUSPEND_RESUME);
	ASSERT_LE(0, thread);
	ASSERT_EQ(0, nt_suspend(thread));
	close(self->fd);
	self->fd = -1;
	/* The handle is still there. */
	EXPECT_TRUE(stands_still(board, 1));
	close(thread);
	EXPECT_TRUE(moves(board, 1));
}

static void suspend_and_wait(struct port_data *self)
{
	int fd = dbg_open(), process = nt_open_process(fd, self->pid, NTDBG_PROCESS_ALL_ACCESS);

	if (process < 0 || nt_process_suspend(process) || nt_process_suspend(process))
		_exit(1);
	board_put(self->board->fact[FACT_STEP], 1);
	for (;;)
		pause();
}

/* Whoever suspended it dies: his descriptors are closed. */
TEST_F(port, the_death_of_the_suspender_lets_go)
{
	pid_t suspender;

	start(3, "spin", "2");
	suspender = fork();
	if (!suspender)
		suspend_and_wait(self);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->fact[FACT_STEP])));
	EXPECT_TRUE(stands_still(self->board, 1));
	EXPECT_TRUE(stands_still(self->board, 2));
	ASSERT_EQ(0, kill(suspender, SIGKILL));
	EXPECT_TRUE(moves(self->board, 1));
	EXPECT_TRUE(moves(self->board, 2));
}

TEST_F(port, at_its_exit_event)
{
	int process;

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	process = whole_process();
	cont(CONTINUE);
	run_to(NTDBG_EVENT_EXIT_PROCESS);
	EXPECT_EQ(-EOWNERDEAD, nt_process_suspend(process));
	EXPECT_EQ(-EOWNERDEAD, nt_process_resume(process));
	finish(0);
}

TEST_HARNESS_MAIN
