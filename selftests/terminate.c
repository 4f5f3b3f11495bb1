// SPDX-License-Identifier: GPL-2.0
/* Ending processes and threads with a status of NT's. */
#include "fixture.h"

#define DBG_TERMINATE_PROCESS 0x40010004u

static void check_status(struct __test_metadata *_metadata, int process, uint32_t status)
{
	struct ntdbg_process_info info;

	ASSERT_TRUE(UNTIL(WAIT_MS, !nt_process_query(process, &info) &&
			  info.flags & NTDBG_PROCESS_EXITED));
	EXPECT_EQ(NTDBG_PROCESS_NT_STATUS, info.flags & NTDBG_PROCESS_NT_STATUS);
	EXPECT_EQ(status, info.nt_status);
}

static void check_exit(struct __test_metadata *_metadata, struct port_data *self, uint32_t status)
{
	EXPECT_EQ(NTDBG_EXIT_TERMINATED, self->r->exit.how);
	EXPECT_EQ(status, self->r->exit.nt_status);
	EXPECT_EQ(SIGKILL, self->r->exit.wait_status);
}

TEST_F(port, an_undebugged_process)
{
	int process, status;

	start(3, "spin", "2");
	process = whole_process();
	ASSERT_EQ(0, nt_process_terminate(process, NT_STATUS));
	check_status(_metadata, process, NT_STATUS);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(SIGKILL, status);
	check_status(_metadata, process, NT_STATUS);
}

TEST_F(port, a_debugged_process)
{
	int process, exits = 0, status;

	start(4, "park", "3", "0");
	process = whole_process();
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	ASSERT_EQ(0, nt_process_terminate(process, NT_STATUS));
	for (;;) {
		get();
		check_exit(_metadata, self, NT_STATUS);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		EXPECT_EQ(NTDBG_EVENT_EXIT_THREAD, self->r->hdr.type);
		exits++;
		cont(CONTINUE);
	}
	EXPECT_EQ(3, exits);
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, WAIT_MS));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(SIGKILL, status);
	check_status(_metadata, process, NT_STATUS);
}

/* Held, suspended, frozen: it ends at once. */
TEST_F(port, a_process_that_stands)
{
	int process;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none", "2");
	run_to_program();
	for (int i = 0; i < 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	process = whole_process();
	ASSERT_EQ(0, nt_process_suspend(process));
	ASSERT_EQ(0, nt_process_terminate(process, NT_STATUS));
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	for (;;) {
		get();
		check_exit(_metadata, self, NT_STATUS);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	}
	cont(CONTINUE);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
}

/* Kill and detach in one: not an event more, and those that are listed are gone. */
TEST_F(port, with_the_status_that_detaches)
{
	struct ntdbg_process_info info;
	int process;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none", "2");
	run_to_program();
	for (int i = 0; i < 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	process = whole_process();
	ASSERT_EQ(0, nt_process_terminate(process, DBG_TERMINATE_PROCESS));
	EXPECT_EQ(-ENOENT, dbg_continue(self->fd, self->r, CONTINUE));
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, WAIT_MS));
	EXPECT_EQ(-ENOTCONN, nt_process_debug_object(process, NTDBG_DEBUG_READ_EVENT));
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	ASSERT_EQ(0, nt_process_query(process, &info));
	EXPECT_EQ(0, info.flags & NTDBG_PROCESS_DEBUGGED);
	check_status(_metadata, process, DBG_TERMINATE_PROCESS);
}

static void expect_thread_end(struct __test_metadata *_metadata, struct port_data *self,
			      uint32_t tid, uint32_t status)
{
	/* Another one may be made before this one has ended. */
	for (;;) {
		get();
		if (self->r->hdr.type != NTDBG_EVENT_CREATE_THREAD)
			break;
		ASSERT_NE(tid, self->r->hdr.tid);
		cont(CONTINUE);
	}
	__expect(_metadata, self, __LINE__, NTDBG_EVENT_EXIT_THREAD, self->pid, tid);
	EXPECT_EQ(NTDBG_EXIT_TERMINATED, self->r->exit.how);
	EXPECT_EQ(status, self->r->exit.nt_status);
	cont(CONTINUE);
}

/* One thread alone; the others go on. */
TEST_F(port, a_running_thread)
{
	struct ntdbg_thread_info info;
	struct board *board = self->board;
	int thread;

	start(3, "spin", "2");
	thread = whole_thread(board->tid[1]);
	ASSERT_EQ(0, nt_thread_terminate(thread, NT_STATUS));
	ASSERT_TRUE(UNTIL(WAIT_MS, !nt_thread_query(thread, &info) &&
			  info.flags & NTDBG_THREAD_EXITED));
	EXPECT_TRUE(moves(board, 2));
	EXPECT_EQ(-EOWNERDEAD, nt_thread_terminate(thread, NT_STATUS));
	board_go(board);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, a_sleeping_thread)
{
	struct board *board = self->board;
	int thread;

	start(4, "park", "3", "6");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	thread = whole_thread(board->tid[2]);
	ASSERT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, board->tid[2])));
	ASSERT_EQ(0, nt_thread_terminate(thread, NT_STATUS));
	expect_thread_end(_metadata, self, board->tid[2], NT_STATUS);
	EXPECT_TRUE(UNTIL(WAIT_MS, !thread_state(self->pid, board->tid[2])));
	/* The others have not heard of it. */
	EXPECT_TRUE(asleep(self->pid, board->tid[1]));
	EXPECT_TRUE(asleep(self->pid, board->tid[3]));
	EXPECT_EQ(0, board_get(board->fact[FACT_EINTR]));
	board_go(board);
	drain(exited(6));
}

/* Held at an event, and suspended. */
TEST_F(port, a_thread_that_stands)
{
	struct board *board = self->board;
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	thread = whole_thread(self->r->hdr.tid);
	ASSERT_EQ(0, nt_suspend(thread));
	ASSERT_EQ(0, nt_thread_terminate(thread, NT_STATUS));
	/* Its creation was handed out: it goes on, and then ends without a step. */
	EXPECT_TRUE(UNTIL(WAIT_MS, ({
		int ret = dbg_continue_id(self->fd, self->pid, self->r->hdr.tid, CONTINUE);

		!ret || ret == -ENOENT;
	})));
	expect_thread_end(_metadata, self, self->r->hdr.tid, NT_STATUS);
	EXPECT_EQ(0, board_get(board->tid[1]));
}

/* The last thread is the process. */
TEST_F(port, the_last_thread)
{
	int process, thread;

	start(1, "permit", "0");
	process = whole_process();
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	ASSERT_EQ(0, nt_thread_terminate(thread, NT_STATUS));
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXIT_TERMINATED, self->r->exit.how);
	EXPECT_EQ(NT_STATUS, self->r->exit.nt_status);
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, WAIT_MS));
	check_status(_metadata, process, NT_STATUS);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

/* The first thread may end before the others. */
TEST_F(port, the_first_thread)
{
	struct board *board = self->board;

	start(3, "spin", "2");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	ASSERT_EQ(0, nt_thread_terminate(whole_thread(self->pid), NT_STATUS));
	expect_thread_end(_metadata, self, self->pid, NT_STATUS);
	EXPECT_TRUE(moves(board, 1));
	EXPECT_TRUE(moves(board, 2));
	EXPECT_TRUE(STAYS(60, waitpid(self->pid, NULL, WNOHANG) == 0));
	board_go(board);
	while (!dbg_wait(self->fd, self->r, WAIT_MS)) {
		log_event(self);
		EXPECT_NE(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		cont(CONTINUE);
	}
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

/* A program that ends on its own has no such status, and one that dies of a signal neither. */
TEST_F(port, other_ends)
{
	struct ntdbg_process_info info;
	int process;

	start(2, "park", "1", "3");
	process = whole_process();
	board_go(self->board);
	ASSERT_TRUE(UNTIL(WAIT_MS, !nt_process_query(process, &info) &&
			  info.flags & NTDBG_PROCESS_EXITED));
	EXPECT_EQ(0, info.flags & NTDBG_PROCESS_NT_STATUS);
	EXPECT_EQ(0, info.nt_status);
	EXPECT_EQ(exited(3), info.wait_status);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	start(2, "park", "1", "3");
	process = whole_process();
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(UNTIL(WAIT_MS, !nt_process_query(process, &info) &&
			  info.flags & NTDBG_PROCESS_EXITED));
	EXPECT_EQ(0, info.flags & NTDBG_PROCESS_NT_STATUS);
	EXPECT_EQ(SIGKILL, info.wait_status);
}

TEST_HARNESS_MAIN
