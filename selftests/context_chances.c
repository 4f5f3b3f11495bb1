// SPDX-License-Identifier: GPL-2.0
/*
 * Whose registers a program goes on with after an exception: the debugger's, if
 * it handled it, else those of the fault. And where rip is at a breakpoint.
 */
#include "fixture.h"
#include "registers.h"

#define PARTS (NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_INTEGER | NTDBG_CONTEXT_FLOATING_POINT)

/* Other values for everything but rip and rsp. */
static void edit(struct __test_metadata *_metadata, int thread, struct board_registers *edited)
{
	struct ntdbg_context context, now;

	fill_registers(edited, 2);
	to_context(&context, edited);
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &now));
	context.regs.rip = now.regs.rip;
	context.regs.rsp = now.regs.rsp;
	context.regs.cs = now.regs.cs;
	context.regs.ss = now.regs.ss;
	ASSERT_EQ(0, nt_set_context(thread, PARTS, &context));
}

static void check_rip(struct __test_metadata *_metadata, int thread, uint64_t rip)
{
	struct ntdbg_context context;

	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	EXPECT_EQ(rip, context.regs.rip);
}

static void check_found(struct __test_metadata *_metadata, struct port_data *self,
			const struct board_registers *expected)
{
	struct ntdbg_context found;
	const char *name;

	await_result(&found);
	name = difference(&found, expected);
	EXPECT_EQ(NULL, name) TH_LOG("the program finds another %s", name);
}

TEST_F(port, first_chance_handled_keeps_the_edits)
{
	struct board_registers edited;
	int thread;

	launch_to_int3(1, "handler");
	thread = whole_thread(self->pid);
	check_rip(_metadata, thread, self->board->fact[FACT_IP] + 1);
	edit(_metadata, thread, &edited);
	cont(HANDLED);
	check_found(_metadata, self, &edited);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
	board_put(self->board->permit, 2);
	drain(0);
}

TEST_F(port, first_chance_not_handled_drops_the_edits)
{
	struct board_registers edited;
	int thread;

	launch_to_int3(1, "handler");
	thread = whole_thread(self->pid);
	edit(_metadata, thread, &edited);
	cont(NOT_HANDLED);
	check_found(_metadata, self, &self->board->in);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
	EXPECT_EQ(self->board->fact[FACT_IP] + 1, board_get(self->board->fact[FACT_HANDLER_IP]));
	board_put(self->board->permit, 2);
	drain(0);
}

TEST_F(port, a_replay_keeps_the_edits)
{
	struct board_registers edited;
	int thread;

	launch_to_int3(1);
	thread = whole_thread(self->pid);
	edit(_metadata, thread, &edited);
	cont(REPLY_LATER);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
	cont(HANDLED);
	check_found(_metadata, self, &edited);
	board_put(self->board->permit, 2);
	drain(0);
}

/* At the second chance rip is that of the int3, and the registers are those of the fault. */
TEST_F(port, second_chance)
{
	struct board_registers edited;
	struct ntdbg_context context;
	const char *name;
	int thread;

	launch_to_int3(1);
	thread = whole_thread(self->pid);
	edit(_metadata, thread, &edited);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	ASSERT_EQ(0, self->r->exception.chance);
	check_rip(_metadata, thread, self->board->fact[FACT_IP]);
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_ALL, &context));
	name = difference(&context, &self->board->in);
	EXPECT_EQ(NULL, name) TH_LOG("another %s", name);
	/* Handled as it is, it runs into the same breakpoint. */
	cont(HANDLED);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	check_rip(_metadata, thread, self->board->fact[FACT_IP] + 1);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	ASSERT_EQ(0, self->r->exception.chance);
	/* With rip behind it and other registers it goes on with them. */
	edit(_metadata, thread, &edited);
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	context.regs.rip++;
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	cont(HANDLED);
	check_found(_metadata, self, &edited);
	board_put(self->board->permit, 2);
	drain(0);
}

/* rip set at a first chance is where a handled program goes on. */
TEST_F(port, going_on_somewhere_else)
{
	struct ntdbg_context context;
	int thread;

	launch_to_int3(1);
	thread = whole_thread(self->pid);
	/* To the breakpoint again. */
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
		context.regs.rip = self->board->fact[FACT_IP];
		ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
		cont(CONTINUE);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	}
	cont(CONTINUE);
	check_found(_metadata, self, &self->board->in);
	board_put(self->board->permit, 2);
	drain(0);
}

/* A detach while it is held means "not handled": the edits are gone. */
TEST_F(port, a_detach_drops_the_edits)
{
	struct board_registers edited;

	launch_to_int3(1, "handler");
	edit(_metadata, whole_thread(self->pid), &edited);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	check_found(_metadata, self, &self->board->in);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
	board_put(self->board->permit, 2);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_HARNESS_MAIN
