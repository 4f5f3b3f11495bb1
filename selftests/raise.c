// SPDX-License-Identifier: GPL-2.0
/* Exceptions made by software: NTDBG_IOC_RAISE, NT's NtRaiseException. */
#include "fixture.h"

#define CODE 0xe0424242u
#define FLAGS 0x81u
#define ADDRESS 0x0000123400005678ull
#define RECORD 0x0000123400009abcull

static void fill_board(struct port_data *self)
{
	memset(self->board, 0, sizeof(*self->board));
	self->board->in.regs[0] = CODE;
	self->board->in.regs[1] = FLAGS;
	self->board->in.regs[2] = ADDRESS;
	self->board->in.regs[3] = RECORD;
	for (int i = 0; i < NTDBG_RAISE_MAX_PARAMETERS; i++)
		self->board->in.regs[4 + i] = 0xf00d000000000000ull + i;
}

static void launch_raise(struct __test_metadata *_metadata, struct port_data *self,
			 const char *chance, const char *parameters)
{
	fill_board(self);
	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("nt_program"), "raise", chance,
		       parameters);
	run_to_program();
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 1));
	board_put(self->board->permit, 1);
}

static void check_record(struct __test_metadata *_metadata, struct port_data *self,
			 uint32_t chance, uint32_t parameters)
{
	const struct ntdbg_software *software = &self->r->exception.software;
	const struct ntdbg_fault *fault = &self->r->exception.fault;

	EXPECT_EQ(NTDBG_EXCEPTION_SOFTWARE | chance, self->r->exception.chance);
	EXPECT_EQ(sizeof(struct ntdbg_event_exception), self->r->hdr.size);
	EXPECT_EQ(CODE, software->code);
	EXPECT_EQ(FLAGS, software->flags);
	EXPECT_EQ(ADDRESS, software->address);
	EXPECT_EQ(RECORD, software->record);
	EXPECT_EQ(parameters, software->nr_parameters);
	EXPECT_EQ(0, software->reserved);
	for (uint32_t i = 0; i < NTDBG_EXCEPTION_MAX_PARAMETERS; i++)
		EXPECT_EQ(i < parameters ? 0xf00d000000000000ull + i : 0,
			  software->information[i]);
	/* It is no fault: only where the thread is. */
	EXPECT_EQ(0, fault->signo);
	EXPECT_EQ(0, fault->code);
	EXPECT_EQ(0, fault->trap);
	EXPECT_EQ(0, fault->insn_len);
	EXPECT_NE(0, fault->ip);
	EXPECT_EQ(fault->ip, fault->regs.rip);
	EXPECT_EQ(0x33, fault->regs.cs);
}

/* What the call gave, and that the program goes on behind it. */
static void check_return(struct __test_metadata *_metadata, struct port_data *self, int result,
			 uint32_t status)
{
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->fact[FACT_STEP]) == 1));
	EXPECT_EQ(result, (int)board_get(self->board->fact[FACT_RESULT]));
	if (!result)
		EXPECT_EQ(status, board_get(self->board->fact[FACT_STATUS]));
	board_put(self->board->permit, 2);
}

static const uint32_t answers[] = {
	NTDBG_DBG_CONTINUE, NTDBG_DBG_EXCEPTION_HANDLED, NTDBG_DBG_TERMINATE_THREAD,
	NTDBG_DBG_TERMINATE_PROCESS, NTDBG_DBG_EXCEPTION_NOT_HANDLED,
};

TEST_F(port, first_chance)
{
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		launch_raise(_metadata, self, "1", "2");
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		check_record(_metadata, self, NTDBG_EXCEPTION_FIRST_CHANCE, 2);
		cont(answers[i]);
		check_return(_metadata, self, 0, answers[i]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(0, self->r->exit.how);
		finish(0);
	}
}

TEST_F(port, second_chance)
{
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		launch_raise(_metadata, self, "0", "15");
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		check_record(_metadata, self, 0, 15);
		cont(answers[i]);
		/* Ending the process is the caller's, who may have handlers of his own. */
		check_return(_metadata, self, 0, answers[i]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		finish(0);
	}
}

TEST_F(port, number_of_parameters)
{
	static const char *const numbers[] = { "0", "1", "14", "15" };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		launch_raise(_metadata, self, "1", numbers[i]);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		check_record(_metadata, self, NTDBG_EXCEPTION_FIRST_CHANCE, atoi(numbers[i]));
		cont(CONTINUE);
		check_return(_metadata, self, 0, NTDBG_DBG_CONTINUE);
		drain(0);
	}
}

TEST_F(port, bad_arguments)
{
	static const char *const bad[][2] = { { "1", "16" }, { "1", "-1" }, { "2", "0" } };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		launch_raise(_metadata, self, bad[i][0], bad[i][1]);
		check_return(_metadata, self, -EINVAL, 0);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		finish(0);
	}
}

TEST_F(port, a_replay)
{
	launch_raise(_metadata, self, "1", "3");
	for (int i = 0; i < 3; i++) {
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		check_record(_metadata, self, NTDBG_EXCEPTION_FIRST_CHANCE, 3);
		EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
		if (i < 2)
			cont(REPLY_LATER);
	}
	cont(HANDLED);
	check_return(_metadata, self, 0, HANDLED);
	drain(0);
}

TEST_F(port, without_a_port)
{
	fill_board(self);
	start_program(1, program("nt_program"), "raise", "1", "0");
	board_put(self->board->permit, 1);
	check_return(_metadata, self, -ENOTCONN, 0);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, a_hidden_thread)
{
	fill_board(self);
	start_program(1, program("nt_program"), "raise", "1", "0");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	ASSERT_EQ(0, nt_thread_hide(whole_thread(self->pid)));
	board_put(self->board->permit, 1);
	check_return(_metadata, self, -ENOTCONN, 0);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, a_port_that_goes_away)
{
	launch_raise(_metadata, self, "1", "0");
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_return(_metadata, self, -ENOTCONN, 0);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));

	/* Not taken yet, and then closed. */
	launch_raise(_metadata, self, "1", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	close(self->fd);
	self->fd = -1;
	check_return(_metadata, self, -ENOTCONN, 0);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, kill_is_kill)
{
	launch_raise(_metadata, self, "1", "0");
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
	EXPECT_EQ(SIGKILL, self->r->exit.wait_status);
	cont(CONTINUE);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

/* What the debugger makes of the registers meanwhile holds when the call is over. */
TEST_F(port, registers)
{
	struct ntdbg_context context;
	int thread;

	launch_raise(_metadata, self, "1", "0");
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER,
				    &context));
	EXPECT_EQ(self->r->exception.fault.regs.rip, context.regs.rip);
	EXPECT_EQ(self->r->exception.fault.regs.rsp, context.regs.rsp);
	EXPECT_EQ(self->r->exception.fault.regs.rbx, context.regs.rbx);
	context.regs.rax = -ENOTRECOVERABLE;
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_INTEGER, &context));
	cont(HANDLED);
	check_return(_metadata, self, -ENOTRECOVERABLE, 0);
	drain(0);
}

TEST_HARNESS_MAIN
