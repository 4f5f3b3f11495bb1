// SPDX-License-Identifier: GPL-2.0
/* Reading and writing the registers of a thread: held, suspended, running and asleep. */
#include "fixture.h"
#include "registers.h"

#define ALL NTDBG_CONTEXT_ALL
#define RSP_AT(self) ((self)->board->fact[FACT_BASE])

/* A context with new values for everything, that goes on at @rip. */
static void new_context(struct port_data *self, struct ntdbg_context *context,
			struct board_registers *registers, unsigned int seed, uint64_t rip)
{
	fill_registers(registers, seed);
	to_context(context, registers);
	context->regs.rip = rip;
	context->regs.rsp = RSP_AT(self) + 256;
	context->regs.cs = 0x33;
	context->regs.ss = 0x2b;
	context->regs.fs_base = 0x0000333344445000ull;
}

static void check_result(struct __test_metadata *_metadata, struct port_data *self,
			 const struct board_registers *expected)
{
	struct ntdbg_context result;
	const char *name;

	await_result(&result);
	name = difference(&result, expected);
	EXPECT_EQ(NULL, name) TH_LOG("the program finds another %s", name);
	EXPECT_EQ(RSP_AT(self) + 256, result.regs.rsp);
	EXPECT_EQ(0x0000333344445000ull, result.regs.fs_base);
	EXPECT_EQ(regs_of((struct board_registers *)expected)->gs_base, result.regs.gs_base);
	EXPECT_EQ(0x2b, result.regs.ss & 0xffff);
}

static void check_place(struct __test_metadata *_metadata, struct port_data *self, int thread,
			uint64_t rip)
{
	struct ntdbg_thread_info info;
	struct ntdbg_context context;
	const char *name;

	memset(&context, POISON, sizeof(context));
	ASSERT_EQ(0, nt_get_context(thread, ALL, &context));
	EXPECT_EQ(ALL, context.flags);
	EXPECT_EQ(rip, context.regs.rip);
	EXPECT_EQ(RSP_AT(self), context.regs.rsp);
	name = difference(&context, &self->board->in);
	EXPECT_EQ(NULL, name) TH_LOG("another %s", name);
	EXPECT_EQ(0x33, context.regs.cs);
	EXPECT_EQ(0x2b, context.regs.ss);
	EXPECT_EQ(0x202, context.regs.eflags & 0x202);
	ASSERT_EQ(0, nt_thread_query(thread, &info));
	EXPECT_EQ(info.tls, context.regs.fs_base);
	EXPECT_EQ(regs_of(&self->board->in)->gs_base, context.regs.gs_base);
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(0, context.dr[i]);
}

TEST_F(port, read_of_a_thread_at_an_event)
{
	launch_to_int3(1);
	check_place(_metadata, self, whole_thread(self->pid), RSP_AT(self) ?
		    board_get(self->board->fact[FACT_IP]) + 1 : 0);
	cont(CONTINUE);
	board_put(self->board->permit, 2);
	drain(0);
}

TEST_F(port, write_to_a_thread_at_an_event)
{
	struct board_registers registers;
	struct ntdbg_context context;

	launch_to_int3(1);
	new_context(self, &context, &registers, 2, self->board->fact[FACT_NEXT]);
	ASSERT_EQ(0, nt_set_context(whole_thread(self->pid), ALL, &context));
	cont(CONTINUE);
	check_result(_metadata, self, &registers);
	board_put(self->board->permit, 2);
	drain(0);
}

/* What was written can be read back before the thread has run. */
TEST_F(port, read_back_of_a_thread_at_an_event)
{
	struct board_registers registers;
	struct ntdbg_context context, back;
	const char *name;
	int thread;

	launch_to_int3(1);
	thread = whole_thread(self->pid);
	new_context(self, &context, &registers, 2, self->board->fact[FACT_NEXT]);
	ASSERT_EQ(0, nt_set_context(thread, ALL, &context));
	ASSERT_EQ(0, nt_get_context(thread, ALL, &back));
	name = difference(&back, &registers);
	EXPECT_EQ(NULL, name) TH_LOG("another %s", name);
	EXPECT_EQ(context.regs.rip, back.regs.rip);
	EXPECT_EQ(context.regs.rsp, back.regs.rsp);
	EXPECT_EQ(context.regs.fs_base, back.regs.fs_base);
	EXPECT_EQ(context.regs.gs_base, back.regs.gs_base);
}

TEST_F(port, of_a_suspended_thread)
{
	struct board_registers registers;
	struct ntdbg_context context;
	int thread;

	start_registers("spin");
	thread = whole_thread(self->pid);
	go_to_place(1);
	ASSERT_TRUE(UNTIL(WAIT_MS, !nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context) &&
			  context.regs.rip == self->board->fact[FACT_IP]));
	ASSERT_EQ(0, nt_suspend(thread));
	check_place(_metadata, self, thread, self->board->fact[FACT_IP]);
	new_context(self, &context, &registers, 2, self->board->fact[FACT_NEXT]);
	ASSERT_EQ(0, nt_set_context(thread, ALL, &context));
	EXPECT_TRUE(STAYS(60, !board_get(self->board->fact[FACT_STEP])));
	ASSERT_EQ(1, nt_resume(thread));
	check_result(_metadata, self, &registers);
}

TEST_F(port, of_a_running_thread)
{
	struct board_registers registers;
	struct ntdbg_context context;
	int thread;

	start_registers("spin");
	thread = whole_thread(self->pid);
	go_to_place(3);
	ASSERT_TRUE(UNTIL(WAIT_MS, !nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context) &&
			  context.regs.rip == self->board->fact[FACT_IP]));
	for (int i = 0; i < 200; i++)
		check_place(_metadata, self, thread, self->board->fact[FACT_IP]);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
	new_context(self, &context, &registers, 2, self->board->fact[FACT_NEXT]);
	ASSERT_EQ(0, nt_set_context(thread, ALL, &context));
	check_result(_metadata, self, &registers);
}

/* Asleep in read(): the descriptor is one whose event the test can make. */
static int start_call(struct __test_metadata *_metadata, struct port_data *self)
{
	struct ntdbg_regs *regs = regs_of(&self->board->in);
	int thread;

	close(self->file_fd);
	self->file_fd = eventfd(0, EFD_CLOEXEC);
	ASSERT_LE(0, self->file_fd);
	start_registers("call");
	thread = whole_thread(self->pid);
	fill_registers(&self->board->in, 1);
	regs->rax = SYS_read;
	regs->rdi = FILE_FD;
	regs->rsi = RSP_AT(self) + 512;
	regs->rdx = 8;
	board_put(self->board->permit, 1);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 2));
	ASSERT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, self->pid)));
	return thread;
}

TEST_F(port, read_in_a_system_call)
{
	struct ntdbg_context context;
	const char *name;
	int thread = start_call(_metadata, self);

	for (int i = 0; i < 50; i++) {
		ASSERT_EQ(0, nt_get_context(thread, ALL, &context));
		EXPECT_EQ(self->board->fact[FACT_IP] + 2, context.regs.rip);
		EXPECT_EQ(-38, (int64_t)context.regs.rax); /* ENOSYS */
		EXPECT_EQ(SYS_read, context.regs.orig_rax);
		name = integer_difference(&context.regs, regs_of(&self->board->in), true);
		EXPECT_EQ(NULL, name) TH_LOG("another %s", name);
		name = fxsave_difference(context.fxsave, self->board->in.fxsave);
		EXPECT_EQ(NULL, name) TH_LOG("another %s", name);
		EXPECT_TRUE(asleep(self->pid, self->pid));
	}
	EXPECT_TRUE(STAYS(50, asleep(self->pid, self->pid)));
	ASSERT_EQ(0, eventfd_write(self->file_fd, 1));
	await_result(&context);
	EXPECT_EQ(8, context.regs.rax);
}

TEST_F(port, write_in_a_system_call)
{
	struct board_registers registers;
	struct ntdbg_context context;
	int thread = start_call(_metadata, self);

	new_context(self, &context, &registers, 2, self->board->fact[FACT_NEXT]);
	ASSERT_EQ(0, nt_set_context(thread, ALL, &context));
	EXPECT_TRUE(STAYS(100, asleep(self->pid, self->pid)));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
	ASSERT_EQ(0, eventfd_write(self->file_fd, 1));
	/* What was written holds, rax too, and not what the call gave. */
	check_result(_metadata, self, &registers);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
}

/* The parts that were not written are those that the call leaves behind. */
TEST_F(port, write_of_one_part_in_a_system_call)
{
	struct ntdbg_context context = {}, result;
	int thread = start_call(_metadata, self);

	memset(context.fxsave, 0, sizeof(context.fxsave));
	memcpy(context.fxsave, self->board->in.fxsave, sizeof(context.fxsave));
	context.fxsave[FX_XMM] ^= 0xff;
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_FLOATING_POINT, &context));
	ASSERT_EQ(0, eventfd_write(self->file_fd, 1));
	await_result(&result);
	EXPECT_EQ(8, result.regs.rax);
	EXPECT_EQ(NULL, integer_difference(&result.regs, regs_of(&self->board->in), true));
	EXPECT_EQ(context.fxsave[FX_XMM], result.fxsave[FX_XMM]);
}

/* poll() goes on after a stop signal; after somebody has written the registers it does not. */
TEST_F(port, a_call_that_would_be_restarted)
{
	struct ntdbg_regs *regs = regs_of(&self->board->in);
	struct board_registers registers;
	struct ntdbg_context context;
	int thread;

	start_registers("call");
	thread = whole_thread(self->pid);
	fill_registers(&self->board->in, 1);
	regs->rax = SYS_poll;
	regs->rdi = 0;
	regs->rsi = 0;
	regs->rdx = -1;
	board_put(self->board->permit, 1);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 2));
	ASSERT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, self->pid)));
	ASSERT_EQ(0, nt_suspend(thread));
	ASSERT_EQ(0, kill(self->pid, SIGSTOP));
	ASSERT_EQ(0, kill(self->pid, SIGCONT));
	new_context(self, &context, &registers, 2, self->board->fact[FACT_NEXT]);
	ASSERT_EQ(0, nt_set_context(thread, ALL, &context));
	ASSERT_EQ(1, nt_resume(thread));
	/* Should it still be in the call, then a further signal that is ignored ends it. */
	ASSERT_TRUE(UNTIL(WAIT_MS, ({
		kill(self->pid, SIGCONT);
		board_get(self->board->fact[FACT_STEP]) == 1;
	})));
	check_result(_metadata, self, &registers);
}

/* The bytes from one field up to another. */
#define PART(part, first, next)						\
	{ NTDBG_CONTEXT_##part, offsetof(struct ntdbg_context, first),	\
	  offsetof(struct ntdbg_context, next) }

/* Which bytes of the struct belong to which part. */
static const struct part {
	uint32_t flag;
	size_t from, to;
} parts[] = {
	PART(CONTROL, regs.rip, regs.fs_base),
	PART(INTEGER, regs.r15, regs.rip),
	PART(SEGMENTS, regs.ds, dr),
	PART(TLS, regs.fs_base, regs.ds),
	PART(DEBUG_REGISTERS, dr, fxsave),
	{ NTDBG_CONTEXT_FLOATING_POINT, offsetof(struct ntdbg_context, fxsave),
	  sizeof(struct ntdbg_context) },
};

TEST_F(port, a_part_is_read_alone)
{
	struct ntdbg_context context, all;
	int thread;

	launch_to_int3(1);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_get_context(thread, ALL, &all));
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const unsigned char *got = (unsigned char *)&context;

		memset(&context, POISON, sizeof(context));
		ASSERT_EQ(0, nt_get_context(thread, parts[i].flag, &context));
		for (size_t at = 8; at < sizeof(context); at++) {
			if (at >= parts[i].from && at < parts[i].to)
				continue;
			ASSERT_EQ(POISON, got[at])
				TH_LOG("part %#x, offset %zu", parts[i].flag, at);
		}
		EXPECT_EQ(0, memcmp(got + parts[i].from, (unsigned char *)&all + parts[i].from,
				    parts[i].to - parts[i].from))
			TH_LOG("part %#x differs when read alone", parts[i].flag);
	}
	memset(&context, POISON, sizeof(context));
	ASSERT_EQ(0, nt_get_context(thread, 0, &context));
	EXPECT_EQ(0, context.flags);
	EXPECT_EQ(POISON, context.fxsave[0]);
}

TEST_F(port, a_part_is_written_alone)
{
	struct ntdbg_context before, after, context;
	struct board_registers registers;
	int thread;

	launch_to_int3(1);
	thread = whole_thread(self->pid);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		ASSERT_EQ(0, nt_get_context(thread, ALL, &before));
		new_context(self, &context, &registers, 4 + 2 * i, self->board->fact[FACT_NEXT]);
		ASSERT_EQ(0, nt_set_context(thread, parts[i].flag, &context));
		ASSERT_EQ(0, nt_get_context(thread, ALL, &after));
		for (size_t at = 8; at < sizeof(after); at++) {
			if (at >= parts[i].from && at < parts[i].to)
				continue;
			ASSERT_EQ(((unsigned char *)&before)[at], ((unsigned char *)&after)[at])
				TH_LOG("part %#x changed offset %zu", parts[i].flag, at);
		}
	}
	/* And each part was taken. */
	fill_registers(&registers, 6);
	EXPECT_EQ(NULL, integer_difference(&after.regs, regs_of(&registers), false));
	fill_registers(&registers, 14);
	EXPECT_EQ(NULL, fxsave_difference(after.fxsave, registers.fxsave));
	fill_registers(&registers, 10);
	EXPECT_EQ(regs_of(&registers)->gs_base, after.regs.gs_base);
	EXPECT_EQ(self->board->fact[FACT_NEXT], after.regs.rip);
	/* Nothing asked for is nothing done. */
	before = after;
	memset(&context, 0xff, sizeof(context));
	ASSERT_EQ(0, nt_set_context(thread, 0, &context));
	ASSERT_EQ(0, nt_get_context(thread, ALL, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
}

TEST_F(port, flags_and_segments_are_sanitized)
{
	static const uint16_t selectors[] = { 0, 0x10, 0x18, 0x08, 0xfff8, 0x33 };
	struct ntdbg_context context, after;
	int thread;

	launch_to_int3(1);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	context.regs.eflags = ~0ull;
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &after));
	/* IOPL, VM, VIF and VIP are the kernel's. */
	EXPECT_EQ(0, after.regs.eflags & 0x1a3000);
	EXPECT_EQ(0, after.regs.eflags >> 22);
	EXPECT_EQ(0x202 | EFLAGS_USER, after.regs.eflags & (0x202 | EFLAGS_USER));
	context.regs.eflags = 0;
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &after));
	EXPECT_EQ(0x202, after.regs.eflags);
	for (size_t i = 0; i < ARRAY_SIZE(selectors); i++) {
		context.regs.cs = selectors[i];
		context.regs.ss = selectors[i];
		ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
		ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &after));
		EXPECT_EQ(0x33, after.regs.cs) TH_LOG("cs %#x", selectors[i]);
		if (selectors[i] != 0x33)
			EXPECT_EQ(0x2b, after.regs.ss) TH_LOG("ss %#x", selectors[i]);
	}
	context.regs.cs = 0x33;
	context.regs.ss = 0x2b;
	context.regs.rip = self->board->fact[FACT_NEXT];
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	cont(CONTINUE);
	await_result(&after);
	board_put(self->board->permit, 2);
	drain(0);
}

TEST_F(port, what_the_cpu_does_not_take)
{
	static const uint64_t bases[] = {
		0x0000800000000000ull, 0x8000000000000000ull, 0xfffe000000000000ull,
	};
	struct ntdbg_context before, context, after;
	int thread;

	launch_to_int3(1);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_get_context(thread, ALL, &before));
	for (int bit = 16; bit < 32; bit++) {
		context = before;
		context.regs.rbx = 1;
		memcpy(context.fxsave + FX_MXCSR, &(uint32_t){ 0x1f80u | 1u << bit }, 4);
		EXPECT_EQ(-EINVAL, nt_set_context(thread, ALL, &context)) TH_LOG("bit %d", bit);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
		context = before;
		context.regs.rbx = 1;
		context.regs.fs_base = bases[i];
		EXPECT_EQ(-EINVAL, nt_set_context(thread, ALL, &context));
		context = before;
		context.regs.rbx = 1;
		context.regs.gs_base = bases[i];
		EXPECT_EQ(-EINVAL, nt_set_context(thread, ALL, &context));
	}
	/* Refused as a whole: nothing of it was done. */
	ASSERT_EQ(0, nt_get_context(thread, ALL, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
	/* Of a part that is not asked for nothing is looked at. */
	context.regs = before.regs;
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_INTEGER, &context));
}

/* An address that is none: it is the program that dies of it, in user mode. */
TEST_F(port, an_instruction_pointer_that_is_not_canonical)
{
	static const uint64_t addresses[] = {
		0x0000800000000000ull, 0x8000000000000000ull, 0xffffffff81000000ull, 0,
	};
	int status;

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		struct ntdbg_context context;
		int thread;

		memset(self->board, 0, sizeof(*self->board));
		thread = start_call(_metadata, self);
		ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
		context.regs.rip = addresses[i];
		ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
		ASSERT_EQ(0, eventfd_write(self->file_fd, 1));
		ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
		EXPECT_EQ(SIGSEGV, status & 0x7f);
	}
}

TEST_F(port, of_a_thread_that_is_ending)
{
	struct ntdbg_context context = {};
	int thread;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "1", "0");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	thread = whole_thread(self->r->hdr.tid);
	/* Before its first instruction. */
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL | NTDBG_CONTEXT_TLS, &context));
	EXPECT_EQ(self->r->create_thread.start_address, context.regs.rip);
	EXPECT_EQ(self->r->create_thread.stack, context.regs.rsp);
	EXPECT_EQ(self->r->create_thread.tls, context.regs.fs_base);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	EXPECT_EQ(-EOWNERDEAD, nt_get_context(thread, ALL, &context));
	EXPECT_EQ(-EOWNERDEAD, nt_set_context(thread, ALL, &context));
	cont(CONTINUE);
	drain(0);
	EXPECT_EQ(-EOWNERDEAD, nt_get_context(thread, ALL, &context));
}

TEST_HARNESS_MAIN
