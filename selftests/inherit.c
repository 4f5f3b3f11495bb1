// SPDX-License-Identifier: GPL-2.0
/* Whether children come under the debug object: NT's ProcessDebugFlags. */
#include "fixture.h"

/* 1, 0, or a negative errno */
static int inherits(int process)
{
	struct ntdbg_process_info info;
	int ret = nt_process_query(process, &info);

	return ret ? ret : !!(info.flags & NTDBG_PROCESS_INHERIT);
}

TEST_F(port, how_it_is_set)
{
	int process;

	start(2, "park", "1", "0");
	process = whole_process();
	/* Of a process without a port: if it had one, they would. */
	EXPECT_EQ(1, inherits(process));
	ASSERT_EQ(0, nt_process_inherit(process, 0));
	EXPECT_EQ(0, inherits(process));
	ASSERT_EQ(0, nt_process_inherit(process, 1));
	EXPECT_EQ(1, inherits(process));
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	EXPECT_EQ(0, inherits(process));
	ASSERT_EQ(0, nt_process_inherit(process, 1));
	EXPECT_EQ(1, inherits(process));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_EQ(1, inherits(process));
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	EXPECT_EQ(0, inherits(process));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_EQ(0, inherits(process));
	EXPECT_EQ(-EINVAL, nt_process_inherit(process, 2));
	EXPECT_EQ(-EINVAL, nt_process_inherit(process, ~0u));
	EXPECT_EQ(0, inherits(process));
}

/* Another handle, opened later, says the same. */
TEST_F(port, it_is_the_process_that_has_it)
{
	int process;

	start(2, "park", "1", "0");
	process = nt_open_process(self->fd, self->pid, NTDBG_PROCESS_ALL_ACCESS);
	ASSERT_LE(0, process);
	ASSERT_EQ(0, nt_process_inherit(process, 0));
	EXPECT_EQ(0, inherits(whole_process()));
	close(process);
	EXPECT_EQ(0, inherits(whole_process()));
}

TEST_F(port, of_a_launch)
{
	int process;

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	process = whole_process();
	EXPECT_EQ(0, inherits(process));
	cont(CONTINUE);
	drain(0);
	launch(NTDBG_LAUNCH_INHERIT, "park", "1", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	process = whole_process();
	EXPECT_EQ(1, inherits(process));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_EQ(1, inherits(process));
}

TEST_F(port, switched_on_live)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fork", "7", "1");
	run_to(NTDBG_EVENT_EXCEPTION);
	ASSERT_EQ(0, nt_process_inherit(whole_process(), 1));
	cont(CONTINUE);
	get();
	EXPECT_EQ(NTDBG_EVENT_CREATE_PROCESS, self->r->hdr.type);
	EXPECT_EQ(NTDBG_EVENT_F_FORK, self->r->hdr.flags & NTDBG_EVENT_F_FORK);
	EXPECT_NE(self->pid, self->r->hdr.pid);
	/* And the child's own would be, too. */
	EXPECT_EQ(1, inherits(keep(nt_open_process(self->fd, self->r->hdr.pid,
						   NTDBG_PROCESS_ALL_ACCESS))));
	cont(CONTINUE);
	for (int exits = 0; exits < 2;) {
		get();
		exits += self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS;
		cont(CONTINUE);
	}
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, switched_off_live)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK | NTDBG_LAUNCH_INHERIT, "fork", "7", "1");
	run_to(NTDBG_EVENT_EXCEPTION);
	ASSERT_EQ(0, nt_process_inherit(whole_process(), 0));
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(exited(7), board_get(self->board->fact[FACT_CHILD_STATUS]));
	finish(0);
}

TEST_F(port, of_an_attached_process)
{
	bool child_seen = false;

	start(1, "traffic");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	ASSERT_EQ(0, nt_process_inherit(whole_process(), 1));
	while (!child_seen) {
		get();
		if (self->r->hdr.pid != self->pid) {
			EXPECT_EQ(NTDBG_EVENT_CREATE_PROCESS, self->r->hdr.type);
			child_seen = true;
		}
		cont(NOT_HANDLED);
	}
	board_go(self->board);
	while (!dbg_wait(self->fd, self->r, WAIT_MS)) {
		log_event(self);
		cont(NOT_HANDLED);
	}
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_HARNESS_MAIN
