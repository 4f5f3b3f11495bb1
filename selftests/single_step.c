// SPDX-License-Identifier: GPL-2.0
/* Single steps, made by the trap flag and NTDBG_IOC_CONTINUE, as debuggers make them. */
#include "fixture.h"

#define EFLAGS_TF 0x100ull

static int step(int thread)
{
	struct ntdbg_context context;
	int ret = nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context);

	if (ret)
		return ret;
	/* The CPU's own is off when a debugger looks. */
	if (context.regs.eflags & EFLAGS_TF)
		return -EALREADY;
	context.regs.eflags |= EFLAGS_TF;
	return nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context);
}

static void expect_step(struct __test_metadata *_metadata, struct port_data *self, uint64_t ip,
			size_t nr)
{
	const struct ntdbg_fault *fault = &self->r->exception.fault;

	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	ASSERT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	EXPECT_EQ(SIGTRAP, fault->signo);
	EXPECT_EQ(1, fault->trap) TH_LOG("step %zu", nr);
	/* Over a system call it is the kernel that reports it, not the CPU. */
	if (fault->code != TRAP_BRKPT)
		EXPECT_EQ(TRAP_TRACE, fault->code) TH_LOG("step %zu", nr);
	EXPECT_EQ(0x4000, fault->dr6 & 0x400f) TH_LOG("step %zu", nr);
	ASSERT_EQ(ip, fault->ip) TH_LOG("step %zu", nr);
	EXPECT_EQ(ip, fault->regs.rip);
}

/* Over a system call, into a function and back, over a page fault and a jump. */
TEST_F(port, each_instruction_is_seen)
{
	struct board *board = self->board;
	int thread;

	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("registers"), "steps");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	ASSERT_EQ(board->count[1], self->r->exception.fault.ip);
	thread = whole_thread(self->pid);
	for (size_t i = 2; i <= board->count[0]; i++) {
		ASSERT_EQ(0, step(thread));
		cont(CONTINUE);
		expect_step(_metadata, self, board->count[i], i - 1);
	}
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, board_get(board->fact[FACT_STEP]));
	finish(0);
}

/* The trap flag is not one that a thread keeps. */
TEST_F(port, one_step_is_one)
{
	int thread;

	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("registers"), "steps");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, step(thread));
	cont(CONTINUE);
	expect_step(_metadata, self, self->board->count[2], 1);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(0);
}

TEST_F(port, through_a_whole_program)
{
	uint64_t last = 0;
	size_t steps;
	int thread;

	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("static"), "exit");
	run_to(NTDBG_EVENT_EXCEPTION);
	thread = whole_thread(self->pid);
	for (steps = 0; steps < 100000; steps++) {
		ASSERT_EQ(0, step(thread));
		cont(CONTINUE);
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		ASSERT_EQ(0x4000, self->r->exception.fault.dr6 & 0x4000);
		/* No instruction of that program is a jump to itself. */
		ASSERT_NE(last, self->r->exception.fault.ip);
		last = self->r->exception.fault.ip;
	}
	EXPECT_LT(10, steps);
	finish(exited(42));
}

/* A suspended thread does not step; resumed, it steps once. */
TEST_F(port, of_a_suspended_thread)
{
	int thread;

	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("registers"), "steps");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_suspend(thread));
	ASSERT_EQ(0, step(thread));
	cont(CONTINUE);
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 100));
	ASSERT_EQ(1, nt_resume(thread));
	expect_step(_metadata, self, self->board->count[2], 1);
	cont(CONTINUE);
	drain(0);
}

TEST_HARNESS_MAIN
