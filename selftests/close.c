// SPDX-License-Identifier: GPL-2.0
/* The last close: everything runs on, or is killed, as NTDBG_KILL_ON_CLOSE says. */
#include "fixture.h"

static void close_port(struct port_data *self)
{
	close(self->fd);
	self->fd = -1;
}

static void check_end(struct __test_metadata *_metadata, struct port_data *self,
		      int wait_status)
{
	int status = -1;

	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(wait_status, status);
}

static const uint32_t types[] = {
	NTDBG_EVENT_CREATE_PROCESS, NTDBG_EVENT_LOAD_IMAGE, NTDBG_EVENT_CREATE_THREAD,
	NTDBG_EVENT_EXIT_THREAD, NTDBG_EVENT_EXIT_PROCESS,
};

TEST_F(port, runs_on_from_every_kind_of_event)
{
	for (size_t i = 0; i < 2 * ARRAY_SIZE(types); i++) {
		launch(0, "threads", "2", "6");
		run_to(types[i / 2]);
		if (i & 1)
			cont(CONTINUE);
		close_port(self);
		check_end(_metadata, self, exited(6));
		self->fd = dbg_open();
		ASSERT_LE(0, self->fd);
	}
}

TEST_F(port, is_killed_at_every_kind_of_event)
{
	for (size_t i = 0; i + 1 < ARRAY_SIZE(types); i++) {
		ASSERT_EQ(0, dbg_set(self->fd, NTDBG_KILL_ON_CLOSE));
		launch(0, "threads", "2", "6");
		run_to(types[i]);
		close_port(self);
		check_end(_metadata, self, SIGKILL);
		self->fd = dbg_open();
		ASSERT_LE(0, self->fd);
	}
}

TEST_F(port, kills_what_is_attached_only)
{
	int one_fd, two_fd, status;
	struct board *one = board_new(&one_fd), *two = board_new(&two_fd);
	const char *const argv[] = { program("debuggee"), "park", "2", "3", NULL };
	pid_t pid_one = spawn(-1, 0, one_fd, -1, argv);
	pid_t pid_two = spawn(-1, 0, two_fd, -1, argv);

	ASSERT_LT(0, pid_one);
	ASSERT_LT(0, pid_two);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(one->ready) == 3 && board_get(two->ready) == 3));
	ASSERT_EQ(0, dbg_set(self->fd, NTDBG_KILL_ON_CLOSE));
	ASSERT_EQ(0, dbg_attach(self->fd, pid_one));
	ASSERT_EQ(0, dbg_attach(self->fd, pid_two));
	ASSERT_EQ(0, dbg_detach(self->fd, pid_two));
	close_port(self);
	ASSERT_TRUE(wait_exit(pid_one, WAIT_MS, &status));
	EXPECT_EQ(SIGKILL, status);
	board_go(two);
	ASSERT_TRUE(wait_exit(pid_two, WAIT_MS, &status));
	EXPECT_EQ(exited(3), status);
}

TEST_F(port, the_flag_can_be_taken_back)
{
	ASSERT_EQ(0, dbg_set(self->fd, NTDBG_KILL_ON_CLOSE));
	launch(0, "exit", "2");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	ASSERT_EQ(0, dbg_set(self->fd, 0));
	close_port(self);
	check_end(_metadata, self, exited(2));
}

TEST_F(port, an_exception_goes_on_as_not_handled)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "handler");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	close_port(self);
	check_end(_metadata, self, 0);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
}

TEST_F(port, an_exception_without_handler_ends_the_program)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "ud2", "none");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	close_port(self);
	check_end(_metadata, self, SIGILL);
}

TEST_F(port, attached_and_stopped_threads_run_on)
{
	uint64_t one, two;

	start(3, "spin", "2");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	close_port(self);
	one = board_get(self->board->count[1]);
	two = board_get(self->board->count[2]);
	EXPECT_TRUE(UNTIL(WAIT_MS, one != board_get(self->board->count[1]) &&
			  two != board_get(self->board->count[2])));
	board_go(self->board);
	check_end(_metadata, self, 0);
}

TEST_F(port, a_duplicate_keeps_the_debuggee_held)
{
	int other = dup(self->fd);

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	close(self->fd);
	self->fd = other;
	EXPECT_TRUE(STAYS(100, waitpid(self->pid, NULL, WNOHANG) == 0));
	cont(CONTINUE);
	drain(0);
}

/*
 * The debugger goes away between fork and exec: then the debuggee itself has
 * the last descriptor, which closes in its execve.
 */
static void last_descriptor(struct __test_metadata *_metadata, struct port_data *self,
			    uint32_t set, int wait_status)
{
	int go[2];
	char c;

	ASSERT_EQ(0, dbg_set(self->fd, set));
	ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
	self->pid = fork();
	if (!self->pid) {
		const char *path = program("debuggee");

		close(go[1]);
		if (read(go[0], &c, 1) || dbg_launch_self(self->fd, 0))
			_exit(90);
		execl(path, path, "exit", "4", NULL);
		_exit(91);
	}
	ASSERT_LT(0, self->pid);
	close_port(self);
	close(go[0]);
	close(go[1]);
	check_end(_metadata, self, wait_status);
}

TEST_F(port, exec_closes_the_last_descriptor)
{
	last_descriptor(_metadata, self, 0, exited(4));
}

TEST_F(port, exec_closes_the_last_descriptor_and_kills)
{
	last_descriptor(_metadata, self, NTDBG_KILL_ON_CLOSE, SIGKILL);
}

TEST_HARNESS_MAIN
