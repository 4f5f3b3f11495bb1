// SPDX-License-Identifier: GPL-2.0
/* Suspending threads: the counts, and that they run no user code and are not disturbed. */
#include "fixture.h"

#define MOST NTDBG_MAXIMUM_SUSPEND_COUNT

TEST_F(port, the_count_and_its_limit)
{
	int thread;

	start(2, "park", "1", "0");
	thread = whole_thread(self->board->tid[1]);
	EXPECT_EQ(0, nt_resume(thread));
	for (int i = 0; i < MOST; i++) {
		EXPECT_EQ(i, nt_suspend_count(thread));
		ASSERT_EQ(i, nt_suspend(thread));
	}
	EXPECT_EQ(MOST, nt_suspend_count(thread));
	EXPECT_EQ(-EOVERFLOW, nt_suspend(thread));
	EXPECT_EQ(MOST, nt_suspend_count(thread));
	for (int i = MOST; i; i--)
		ASSERT_EQ(i, nt_resume(thread));
	EXPECT_EQ(0, nt_resume(thread));
	EXPECT_EQ(0, nt_resume(thread));
	EXPECT_EQ(0, nt_suspend_count(thread));
	/* Of that thread alone. */
	EXPECT_EQ(0, nt_suspend_count(whole_thread(self->pid)));
}

TEST_F(port, a_running_thread_has_stopped_when_the_call_returns)
{
	struct board *board = self->board;
	uint64_t count;
	int thread;

	start(3, "spin", "2");
	thread = whole_thread(board->tid[1]);
	for (int round = 0; round < 10; round++) {
		ASSERT_EQ(0, nt_suspend(thread));
		count = board_get(board->count[1]);
		EXPECT_TRUE(STAYS(60, count == board_get(board->count[1])));
		EXPECT_TRUE(moves(board, 2));
		ASSERT_EQ(1, nt_suspend(thread));
		ASSERT_EQ(2, nt_resume(thread));
		EXPECT_EQ(count, board_get(board->count[1]));
		ASSERT_EQ(1, nt_resume(thread));
		ASSERT_TRUE(moves(board, 1));
	}
}

TEST_F_TIMEOUT(port, a_system_call_is_not_disturbed, 120)
{
	struct board *board = self->board;
	int threads[7], process;

	start(7, "sleepers");
	process = whole_process();
	for (int i = 1; i <= 6; i++) {
		threads[i] = whole_thread(board->tid[i]);
		ASSERT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, board->tid[i])));
	}
	for (int round = 0; round < 20; round++) {
		for (int i = 1; i <= 6; i++)
			EXPECT_EQ(0, nt_suspend(threads[i]));
		EXPECT_EQ(0, nt_process_suspend(process));
		for (int i = 1; i <= 6; i++)
			EXPECT_TRUE(asleep(self->pid, board->tid[i]));
		EXPECT_TRUE(stands_still(board, 0));
		EXPECT_EQ(0, nt_process_resume(process));
		for (int i = 1; i <= 6; i++) {
			EXPECT_EQ(1, nt_resume(threads[i]));
			EXPECT_TRUE(asleep(self->pid, board->tid[i]));
		}
		ASSERT_TRUE(moves(board, 0));
	}
	EXPECT_EQ(0, board_get(board->fact[FACT_EINTR]));
	EXPECT_EQ(0, board_get(board->fact[FACT_WOKEN]));
}

/* The call ends meanwhile: the thread stops behind it, and has its result when it is resumed. */
TEST_F(port, a_system_call_that_ends_meanwhile)
{
	struct board *board = self->board;
	int thread;

	start(2, "park", "1", "3");
	thread = whole_thread(self->pid);
	ASSERT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, self->pid)));
	ASSERT_EQ(0, nt_suspend(thread));
	board_go(board);
	EXPECT_TRUE(STAYS(100, waitpid(self->pid, NULL, WNOHANG) == 0));
	EXPECT_EQ(1, nt_resume(thread));
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	EXPECT_EQ(0, board_get(board->fact[FACT_EINTR]));
}

/* What an event does to the siblings of its thread is not counted. */
TEST_F(port, a_freeze_is_invisible)
{
	int thread, held;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	for (int i = 1; i <= 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(moves(self->board, 1));
	board_put(self->board->permit, 4);
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	thread = whole_thread(self->board->tid[1]);
	held = whole_thread(self->r->hdr.tid);
	EXPECT_EQ(0, nt_suspend_count(thread));
	EXPECT_EQ(0, nt_suspend_count(held));
	EXPECT_EQ(0, nt_suspend(thread));
	cont(CONTINUE);
	/* Thawed, and still suspended. */
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	EXPECT_TRUE(stands_still(self->board, 1));
	EXPECT_EQ(1, nt_resume(thread));
	EXPECT_EQ(0, nt_resume(thread));
	/* Resumed, and still frozen. */
	EXPECT_TRUE(stands_still(self->board, 1));
	cont(CONTINUE);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
}

/* Attaching suspends each thread once, in a way that can be seen. */
TEST_F(port, an_attach_counts)
{
	struct board *board = self->board;
	int one, two;

	start(3, "spin", "2");
	one = whole_thread(board->tid[1]);
	two = whole_thread(board->tid[2]);
	ASSERT_EQ(0, nt_suspend(one));
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	EXPECT_EQ(2, nt_suspend_count(one));
	EXPECT_EQ(1, nt_suspend_count(two));
	EXPECT_EQ(2, nt_resume(one));
	EXPECT_EQ(1, nt_suspend_count(one));
	while (self->r->hdr.type != NTDBG_EVENT_CREATE_THREAD ||
	       self->r->hdr.tid != board->tid[1]) {
		get();
		EXPECT_TRUE(stands_still(board, 1));
		EXPECT_EQ(1, nt_suspend_count(one));
		cont(CONTINUE);
	}
	EXPECT_EQ(0, nt_suspend_count(one));
	EXPECT_TRUE(moves(board, 1));
	EXPECT_EQ(1, nt_suspend_count(two));
	/* Whoever resumes it by hand need not wait for its event. */
	EXPECT_EQ(1, nt_resume(two));
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, board->tid[2]);
	cont(CONTINUE);
	EXPECT_EQ(0, nt_suspend_count(two));
	EXPECT_TRUE(moves(board, 2));
}

TEST_F(port, a_detach_takes_the_attach_back)
{
	int thread;

	start(3, "spin", "2");
	thread = whole_thread(self->board->tid[1]);
	ASSERT_EQ(0, nt_suspend(thread));
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	EXPECT_EQ(2, nt_suspend_count(thread));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_EQ(1, nt_suspend_count(thread));
	EXPECT_TRUE(moves(self->board, 2));
	EXPECT_TRUE(stands_still(self->board, 1));
	EXPECT_EQ(1, nt_resume(thread));
	EXPECT_TRUE(moves(self->board, 1));
}

/* Suspended while it is held at an event, it goes no further than to its next instruction. */
TEST_F(port, at_an_event)
{
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = whole_thread(self->pid);
	EXPECT_EQ(0, nt_suspend(thread));
	cont(CONTINUE);
	EXPECT_TRUE(STAYS(100, !board_get(self->board->fact[FACT_STEP])));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	EXPECT_EQ(1, nt_resume(thread));
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
	finish(0);
}

/* Of an answer "not handled" the handler runs after the resume. */
TEST_F(port, before_a_handler)
{
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "handler");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = whole_thread(self->pid);
	EXPECT_EQ(0, nt_suspend(thread));
	cont(NOT_HANDLED);
	EXPECT_TRUE(STAYS(100, !board_get(self->board->fact[FACT_HANDLER])));
	EXPECT_EQ(1, nt_resume(thread));
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
	finish(0);
}

TEST_F(port, at_its_exit_event)
{
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "1", "0");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	thread = whole_thread(self->r->hdr.tid);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	EXPECT_EQ(-EOWNERDEAD, nt_suspend(thread));
	EXPECT_EQ(-EOWNERDEAD, nt_resume(thread));
	cont(CONTINUE);
	drain(0);
}

TEST_F(port, kill_is_kill)
{
	int thread, process, status = -1;

	start(3, "spin", "2");
	process = whole_process();
	thread = whole_thread(self->board->tid[1]);
	ASSERT_EQ(0, nt_suspend(thread));
	ASSERT_EQ(0, nt_process_suspend(process));
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(SIGKILL, status);
	EXPECT_EQ(-EOWNERDEAD, nt_resume(thread));
}

/* An execve by another thread ends the suspended ones, and does not wait for them. */
TEST_F(port, an_execve_of_another_thread)
{
	int status = -1;

	start(3, "execlead", "2", "self", "exit", "7");
	for (int i = 1; i <= 2; i++)
		ASSERT_EQ(0, nt_suspend(whole_thread(self->board->tid[i])));
	board_go(self->board);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(exited(7), status);
}

/* The one that executes takes over the first thread's id, not its count. */
TEST_F(port, an_execve_while_the_first_thread_is_suspended)
{
	int status = -1;

	start(3, "execthread", "2", "self", "exit", "7");
	ASSERT_EQ(0, nt_suspend(whole_thread(self->pid)));
	ASSERT_EQ(0, nt_suspend(whole_thread(self->board->tid[1])));
	board_go(self->board);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(exited(7), status);
}

/* The thread is the same one before and after its own execve. */
TEST_F(port, suspended_when_it_executes)
{
	int thread, status = -1;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "exec", "self", "exit", "7");
	run_to_program();
	board_go(self->board);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_EXEC, self->r->hdr.flags & NTDBG_EVENT_F_EXEC);
	cont(CONTINUE);
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	thread = whole_thread(self->pid);
	EXPECT_EQ(0, nt_suspend(thread));
	cont(CONTINUE);
	while (!dbg_wait(self->fd, self->r, 200)) {
		log_event(self);
		ASSERT_EQ(NTDBG_EVENT_LOAD_IMAGE, self->r->hdr.type);
		cont(CONTINUE);
	}
	EXPECT_EQ(1, nt_resume(thread));
	for (;;) {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	}
	cont(CONTINUE);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(exited(7), status);
}

TEST_F(port, by_itself)
{
	int thread;

	start_program(1, program("nt_program"), "suspend");
	thread = whole_thread(self->pid);
	board_put(self->board->permit, 1);
	ASSERT_TRUE(UNTIL(WAIT_MS, nt_suspend_count(thread) == 1));
	EXPECT_TRUE(STAYS(100, !board_get(self->board->fact[FACT_STEP])));
	EXPECT_EQ(1, nt_suspend(thread));
	EXPECT_EQ(2, nt_resume(thread));
	EXPECT_TRUE(STAYS(60, !board_get(self->board->fact[FACT_STEP])));
	EXPECT_EQ(1, nt_resume(thread));
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->fact[FACT_STEP]) == 1));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_RESULT]));
	board_put(self->board->permit, 2);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_HARNESS_MAIN
