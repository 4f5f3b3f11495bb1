// SPDX-License-Identifier: GPL-2.0
/* Breaking into a process: an event at once, and nobody is woken for it. */
#include "fixture.h"

static const uint32_t answers[] = {
	NTDBG_DBG_CONTINUE, NTDBG_DBG_EXCEPTION_HANDLED, NTDBG_DBG_TERMINATE_THREAD,
	NTDBG_DBG_TERMINATE_PROCESS, NTDBG_DBG_EXCEPTION_NOT_HANDLED,
};

/* Under the debug object, with no event left. */
static int attached(struct __test_metadata *_metadata, struct port_data *self)
{
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	return whole_process();
}

static void expect_break_in(struct __test_metadata *_metadata, struct port_data *self)
{
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_BREAK_IN,
		  self->r->exception.chance);
}

TEST_F(port, all_threads_asleep)
{
	int process;

	start(4, "park", "3", "0");
	process = attached(_metadata, self);
	for (int i = 0; i <= 3; i++)
		ASSERT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, self->board->tid[i])));
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		struct ntdbg_context context;

		ASSERT_EQ(0, nt_process_break(process));
		/* It is listed when the call returns. */
		ASSERT_EQ(POLLIN, dbg_poll(self->fd, 0));
		EXPECT_EQ(-EALREADY, nt_process_break(process));
		expect_break_in(_metadata, self);
		EXPECT_EQ(-EALREADY, nt_process_break(process));
		ASSERT_EQ(0, nt_get_context(whole_thread(self->pid), NTDBG_CONTEXT_CONTROL,
					    &context));
		EXPECT_EQ(context.regs.rip, self->r->exception.fault.ip);
		EXPECT_EQ(context.regs.rsp, self->r->exception.fault.regs.rsp);
		for (int j = 0; j <= 3; j++)
			EXPECT_TRUE(asleep(self->pid, self->board->tid[j]));
		cont(answers[i]);
		EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	}
	for (int i = 0; i <= 3; i++)
		EXPECT_TRUE(asleep(self->pid, self->board->tid[i]));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
	board_go(self->board);
	drain(0);
}

TEST_F(port, threads_that_run)
{
	int process;

	start(3, "spin", "2");
	process = attached(_metadata, self);
	for (int round = 0; round < 10; round++) {
		ASSERT_TRUE(moves(self->board, 1));
		ASSERT_EQ(0, nt_process_break(process));
		expect_break_in(_metadata, self);
		EXPECT_TRUE(stands_still(self->board, 1));
		EXPECT_TRUE(stands_still(self->board, 2));
		/* Not by suspending them. */
		EXPECT_EQ(0, nt_suspend_count(whole_thread(self->board->tid[1])));
		close(self->kept[--self->nr_kept]);
		cont(NOT_HANDLED);
		EXPECT_TRUE(moves(self->board, 2));
	}
	board_go(self->board);
	drain(0);
}

TEST_F(port, a_detach_lets_them_go)
{
	int process;

	start(3, "spin", "2");
	process = attached(_metadata, self);
	ASSERT_EQ(0, nt_process_break(process));
	expect_break_in(_metadata, self);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_TRUE(moves(self->board, 1));
	/* Not taken. */
	attached(_metadata, self);
	ASSERT_EQ(0, nt_process_break(process));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_TRUE(moves(self->board, 1));
	EXPECT_EQ(-ENOTCONN, nt_process_break(process));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
	board_go(self->board);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, a_close_lets_them_go)
{
	int process;

	start(3, "spin", "2");
	process = attached(_metadata, self);
	ASSERT_EQ(0, nt_process_break(process));
	close(self->fd);
	self->fd = -1;
	EXPECT_TRUE(moves(self->board, 1));
	EXPECT_TRUE(moves(self->board, 2));
}

TEST_F(port, without_a_port)
{
	start(2, "park", "1", "0");
	EXPECT_EQ(-ENOTCONN, nt_process_break(whole_process()));
}

TEST_F(port, a_replay)
{
	int process;

	start(3, "spin", "2");
	process = attached(_metadata, self);
	ASSERT_EQ(0, nt_process_break(process));
	expect_break_in(_metadata, self);
	for (int i = 0; i < 3; i++) {
		cont(REPLY_LATER);
		EXPECT_EQ(-EALREADY, nt_process_break(process));
		expect_break_in(_metadata, self);
		EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags & NTDBG_EVENT_F_REPLAY);
	}
	cont(CONTINUE);
	EXPECT_TRUE(moves(self->board, 1));
}

/* Behind the event that is handed out. */
TEST_F(port, while_another_event_is_held)
{
	int process;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "handler");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	process = whole_process();
	ASSERT_EQ(0, nt_process_break(process));
	EXPECT_EQ(0, dbg_poll(self->fd, 0));
	cont(NOT_HANDLED);
	expect_break_in(_metadata, self);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
	finish(0);
}

TEST_F(port, kill_is_kill)
{
	for (int taken = 0; taken < 2; taken++) {
		int process, status;

		memset(self->board, 0, sizeof(*self->board));
		start(3, "spin", "2");
		process = attached(_metadata, self);
		ASSERT_EQ(0, nt_process_break(process));
		if (taken)
			expect_break_in(_metadata, self);
		ASSERT_EQ(0, kill(self->pid, SIGKILL));
		ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
		EXPECT_EQ(SIGKILL, status);
		while (!dbg_wait(self->fd, self->r, WAIT_MS)) {
			int ret = dbg_continue(self->fd, self->r, CONTINUE);

			log_event(self);
			EXPECT_TRUE(!ret || ret == -ENOENT);
		}
	}
}

TEST_F(port, a_process_that_is_ending)
{
	int process;

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	process = whole_process();
	cont(CONTINUE);
	run_to(NTDBG_EVENT_EXIT_PROCESS);
	EXPECT_EQ(-EOWNERDEAD, nt_process_break(process));
	finish(0);
	EXPECT_EQ(-EOWNERDEAD, nt_process_break(process));
}

/* When the first thread is gone it is another one's. */
TEST_F(port, without_a_first_thread)
{
	int process;

	start(1, "leader", "5");
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_state(self->pid, self->pid) == 'Z'));
	process = attached(_metadata, self);
	ASSERT_EQ(0, nt_process_break(process));
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
	EXPECT_EQ(NTDBG_EXCEPTION_BREAK_IN,
		  self->r->exception.chance & NTDBG_EXCEPTION_BREAK_IN);
	EXPECT_NE(self->pid, self->r->hdr.tid);
	cont(CONTINUE);
	board_go(self->board);
	drain(exited(5));
}

TEST_HARNESS_MAIN
