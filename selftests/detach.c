// SPDX-License-Identifier: GPL-2.0
/* Detaching, from every state that a debuggee can be in. */
#include "fixture.h"

static void check_runs_to(struct __test_metadata *_metadata, struct port_data *self,
			  int wait_status)
{
	int status = -1;

	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(wait_status, status);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
	EXPECT_EQ(POLLHUP, dbg_poll(self->fd, 0) & (POLLHUP | POLLIN));
}

TEST_F(port, errors)
{
	pid_t gone = fork();

	if (!gone)
		_exit(0);
	ASSERT_EQ(gone, waitpid(gone, NULL, 0));
	EXPECT_EQ(-ESRCH, dbg_detach(self->fd, gone));
	EXPECT_EQ(-ESRCH, dbg_detach(self->fd, 0));
	EXPECT_EQ(-ESRCH, dbg_detach(self->fd, -1));
	EXPECT_EQ(-ENOTCONN, dbg_detach(self->fd, getpid()));
	EXPECT_EQ(-ENOTCONN, dbg_detach(self->fd, getppid()));
	start(2, "park", "1", "0");
	EXPECT_EQ(-ENOTCONN, dbg_detach(self->fd, self->pid));
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	EXPECT_EQ(-ENOTCONN, dbg_detach(self->stats_fd, self->pid));
	/* A thread's id is none of a process. */
	EXPECT_EQ(-ESRCH, dbg_detach(self->fd, self->board->tid[1]));
	EXPECT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_EQ(-ENOTCONN, dbg_detach(self->fd, self->pid));
	board_go(self->board);
	check_runs_to(_metadata, self, 0);
}

TEST_F(port, before_exec)
{
	int go[2], launched[2], status = -1;
	char c;

	ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(launched, O_CLOEXEC));
	self->pid = fork();
	if (!self->pid) {
		const char *path = program("debuggee");

		close(go[1]);
		if (dbg_launch_self(self->fd, 0) || write(launched[1], "", 1) != 1)
			_exit(1);
		if (read(go[0], &c, 1))
			_exit(2);
		execl(path, path, "exit", "4", NULL);
		_exit(3);
	}
	ASSERT_EQ(1, read(launched[0], &c, 1));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	EXPECT_EQ(0, dbg_detach(self->fd, self->pid));
	close(go[1]);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(exited(4), status);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
}

TEST_F(port, at_an_event_that_was_not_taken)
{
	launch(0, "exit", "5");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_runs_to(_metadata, self, exited(5));
}

TEST_F(port, at_every_kind_of_event)
{
	const uint32_t types[] = {
		NTDBG_EVENT_CREATE_PROCESS, NTDBG_EVENT_LOAD_IMAGE, NTDBG_EVENT_CREATE_THREAD,
		NTDBG_EVENT_EXIT_THREAD, NTDBG_EVENT_EXIT_PROCESS,
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		launch(0, "threads", "2", "6");
		run_to(types[i]);
		ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
		/* What was handed out is gone with it. */
		EXPECT_EQ(-ENOENT, dbg_continue(self->fd, self->r, CONTINUE));
		check_runs_to(_metadata, self, exited(6));
	}
}

TEST_F(port, at_the_unloading_of_an_image)
{
	launch(0, "dl", "1");
	run_to(NTDBG_EVENT_UNLOAD_IMAGE);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_runs_to(_metadata, self, 0);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
}

TEST_F(port, at_the_loader_breakpoint)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "exit", "7");
	run_to(NTDBG_EVENT_EXCEPTION);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_runs_to(_metadata, self, exited(7));
}

/* A thread held at an exception goes on as "not handled". */
TEST_F(port, at_an_exception_without_a_handler)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_runs_to(_metadata, self, SIGTRAP);
}

TEST_F(port, at_an_exception_with_a_handler)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "null-read", "handler");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_runs_to(_metadata, self, 0);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
}

TEST_F(port, at_a_second_chance)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "ud2", "none");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(0, self->r->exception.chance);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_runs_to(_metadata, self, SIGILL);
}

TEST_F(port, while_other_events_are_parked)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "4", "0");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_runs_to(_metadata, self, 0);
	for (int i = 1; i <= 4; i++)
		EXPECT_EQ(1, board_get(self->board->count[i]));
}

TEST_F(port, after_attach_before_any_event_was_taken)
{
	uint64_t one, two;

	start(3, "spin", "2");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	one = board_get(self->board->count[1]);
	two = board_get(self->board->count[2]);
	EXPECT_TRUE(UNTIL(WAIT_MS, one != board_get(self->board->count[1]) &&
			  two != board_get(self->board->count[2])));
	board_go(self->board);
	check_runs_to(_metadata, self, 0);
}

TEST_F(port, frozen_threads_run_on)
{
	uint64_t one, two;

	board_put(self->board->permit, 4);
	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	for (int i = 0; i < 3; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		if (i < 2)
			cont(CONTINUE);
	}
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	one = board_get(self->board->count[1]);
	two = board_get(self->board->count[2]);
	/* Its int3, later on, finds no debugger. */
	ASSERT_TRUE(UNTIL(WAIT_MS, waitpid(self->pid, NULL, WNOHANG) == self->pid ||
			  (one != board_get(self->board->count[1]) &&
			   two != board_get(self->board->count[2]))));
	EXPECT_NE(0, board_get(self->board->tid[3]) || one || two);
}

TEST_F(port, attach_again)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "park", "1", "8");
	run_to_program();
	for (int round = 0; round < 10; round++) {
		ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
		EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
		if (!round)
			ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 2));
		ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
		next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EVENT_F_FAKE, self->r->hdr.flags);
	}
	cont(CONTINUE);
	board_go(self->board);
	drain(exited(8));
}

TEST_HARNESS_MAIN
