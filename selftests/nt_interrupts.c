// SPDX-License-Identifier: GPL-2.0
/* NT's interrupts: 29h (fast fail), 2Ch (assertion) and 2Dh (debug service). */
#include "fixture.h"

enum { RAX = 10, RCX, RDX };

#define DBG_PRINTEXCEPTION_C 0x40010006u

static void launch_interrupt(struct __test_metadata *_metadata, struct port_data *self,
			     const char *vector, const char *handler)
{
	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("nt_program"), "interrupt", vector,
		       handler);
	run_to_program();
}

static void begin(struct port_data *self, uint64_t rax, uint64_t rcx, uint64_t rdx)
{
	memset(self->board, 0, sizeof(*self->board));
	self->board->in.regs[RAX] = rax;
	self->board->in.regs[RCX] = rcx;
	self->board->in.regs[RDX] = rdx;
}

static void check_insn(struct __test_metadata *_metadata, struct port_data *self,
		       unsigned char vector)
{
	const struct ntdbg_fault *fault = &self->r->exception.fault;

	EXPECT_EQ(SIGSEGV, fault->signo);
	EXPECT_EQ(SI_KERNEL, fault->code);
	EXPECT_EQ(13, fault->trap);
	EXPECT_LE(2, fault->insn_len);
	EXPECT_EQ(0xcd, fault->insn[0]);
	EXPECT_EQ(vector, fault->insn[1]);
}

static const uint32_t answers[] = {
	NTDBG_DBG_CONTINUE, NTDBG_DBG_EXCEPTION_HANDLED, NTDBG_DBG_TERMINATE_THREAD,
	NTDBG_DBG_TERMINATE_PROCESS, NTDBG_DBG_EXCEPTION_NOT_HANDLED,
};

/* No first chance, no handler, and whatever the debugger says the process ends. */
TEST_F(port, fast_fail)
{
	for (size_t i = 0; i < 2 * ARRAY_SIZE(answers); i++) {
		begin(self, 0, 0x2a, 0);
		launch_interrupt(_metadata, self, "29", i & 1 ? "handler" : NULL);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(0, self->r->exception.chance);
		check_insn(_metadata, self, 0x29);
		EXPECT_EQ(0x2a, self->r->exception.fault.regs.rcx);
		EXPECT_EQ(self->board->fact[FACT_IP], self->r->exception.fault.ip);
		cont(answers[i / 2]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXIT_BY_EXCEPTION, self->r->exit.how);
		EXPECT_EQ(0x29, self->r->exit.fault.insn[1]);
		EXPECT_EQ(0x2a, self->r->exit.fault.regs.rcx);
		EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
		EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
		finish(SIGSEGV);
	}
}

/* Moving rip does not help either. */
TEST_F(port, fast_fail_is_not_continuable)
{
	struct ntdbg_context context;
	int thread;

	begin(self, 0, 1, 0);
	launch_interrupt(_metadata, self, "29", NULL);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	context.regs.rip += 2;
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	cont(HANDLED);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
	finish(SIGSEGV);
}

/* An ordinary exception with two chances, and a handler's if there is one. */
TEST_F(port, assertion)
{
	begin(self, 0, 0, 0);
	launch_interrupt(_metadata, self, "2c", "handler");
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	check_insn(_metadata, self, 0x2c);
	EXPECT_EQ(self->board->fact[FACT_IP], self->r->exception.fault.ip);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
	finish(0);

	begin(self, 0, 0, 0);
	launch_interrupt(_metadata, self, "2c", NULL);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(0, self->r->exception.chance);
	check_insn(_metadata, self, 0x2c);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXIT_BY_EXCEPTION, self->r->exit.how);
	finish(SIGSEGV);
}

/* What a kernel debugger would answer does nothing, and skips the third byte. */
TEST_F(port, services_that_do_nothing)
{
	static const uint64_t services[] = { 3, 4, 5 };

	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		begin(self, services[i], 0x1000, 0x10);
		launch_interrupt(_metadata, self, "2d", NULL);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
		EXPECT_EQ(0, board_get(self->board->fact[FACT_RESULT]));
		finish(0);
	}
}

/* Printing is told to the debugger as an exception; whatever he says it is over. */
TEST_F(port, the_service_that_prints)
{
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		const struct ntdbg_software *software = &self->r->exception.software;

		begin(self, 1, 0x123456789abc, 12);
		launch_interrupt(_metadata, self, "2d", NULL);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_SOFTWARE,
			  self->r->exception.chance);
		EXPECT_EQ(DBG_PRINTEXCEPTION_C, software->code);
		EXPECT_EQ(0, software->flags);
		EXPECT_EQ(0, software->record);
		EXPECT_EQ(2, software->nr_parameters);
		EXPECT_EQ(13, software->information[0]);
		EXPECT_EQ(0x123456789abc, software->information[1]);
		EXPECT_EQ(self->board->fact[FACT_NEXT], self->r->exception.fault.regs.rip);
		cont(answers[i]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
		EXPECT_EQ(0, board_get(self->board->fact[FACT_RESULT]));
		finish(0);
	}
}

/* Any other is a breakpoint with rip behind the third byte. */
TEST_F(port, other_services)
{
	static const uint64_t services[] = { 0, 2, 6, 0x1234 };

	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		begin(self, services[i], 0, 0);
		launch_interrupt(_metadata, self, "2d", NULL);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
		check_insn(_metadata, self, 0x2d);
		EXPECT_EQ(services[i], self->r->exception.fault.regs.rax);
		EXPECT_EQ(self->board->fact[FACT_NEXT], self->r->exception.fault.regs.rip);
		cont(HANDLED);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
		/* The third byte was not executed. */
		EXPECT_EQ(0, board_get(self->board->fact[FACT_RESULT]));
		finish(0);
	}
}

TEST_F(port, another_service_that_is_not_handled)
{
	begin(self, 0, 0, 0);
	launch_interrupt(_metadata, self, "2d", "handler");
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
	finish(0);

	begin(self, 0, 0, 0);
	launch_interrupt(_metadata, self, "2d", NULL);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(0, self->r->exception.chance);
	check_insn(_metadata, self, 0x2d);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(SIGSEGV);
}

/* Without a debugger nothing of this is there. */
TEST_F(port, undebugged)
{
	static const char *const vectors[] = { "29", "2c", "2d" };
	int status;

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		begin(self, 1, 0, 0);
		start_program(0, program("nt_program"), "interrupt", vectors[i]);
		ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
		EXPECT_EQ(SIGSEGV, status & 0x7f);
	}
}

TEST_HARNESS_MAIN
