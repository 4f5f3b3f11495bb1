// SPDX-License-Identifier: GPL-2.0
/* Debug registers: each kind of breakpoint, for one thread alone, and when they end. */
#include "fixture.h"
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

/* Where they are in ntdbg_context.dr. */
enum { DR6 = 4, DR7 = 5 };

enum kind { EXECUTE = 0, WRITE = 1, ACCESS = 3 };

/* The fields of DR7 that belong to one address register. */
static uint64_t dr7_of(int nr, enum kind kind, int bytes)
{
	static const uint64_t lengths[] = { [1] = 0, [2] = 1, [4] = 3, [8] = 2 };

	return 1ull << 2 * nr | (uint64_t)kind << (16 + 4 * nr) |
	       lengths[bytes] << (18 + 4 * nr);
}

static int get_dr(int thread, struct ntdbg_context *context)
{
	memset(context, 0, sizeof(*context));
	return nt_get_context(thread, NTDBG_CONTEXT_DEBUG_REGISTERS, context);
}

static int set_dr(int thread, struct ntdbg_context *context)
{
	return nt_set_context(thread, NTDBG_CONTEXT_DEBUG_REGISTERS, context);
}

static int watch(int thread, int nr, uint64_t address, enum kind kind, int bytes)
{
	struct ntdbg_context context;
	int ret = get_dr(thread, &context);

	if (ret)
		return ret;
	context.dr[nr] = address;
	context.dr[DR7] |= dr7_of(nr, kind, bytes);
	context.dr[DR6] = 0;
	return set_dr(thread, &context);
}

static int watch_nothing(int thread)
{
	struct ntdbg_context context = {};

	return set_dr(thread, &context);
}

/* The program's threads wait at the board; each permit is one step of each. */
static void launch_watched(struct __test_metadata *_metadata, struct port_data *self)
{
	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("registers"), "watch", "2");
	run_to_program();
	for (int i = 1; i <= 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 3));
}

static bool both_did(struct board *board, uint64_t steps)
{
	return UNTIL(WAIT_MS, board_get(board->count[1]) == steps &&
		     board_get(board->count[2]) == steps);
}

static void expect_hit(struct __test_metadata *_metadata, struct port_data *self, uint32_t tid,
		       int nr)
{
	const struct ntdbg_fault *fault = &self->r->exception.fault;

	next(NTDBG_EVENT_EXCEPTION, self->pid, tid);
	EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	EXPECT_EQ(SIGTRAP, fault->signo);
	EXPECT_EQ(TRAP_HWBKPT, fault->code);
	EXPECT_EQ(1, fault->trap);
	EXPECT_EQ(1ull << nr, fault->dr6 & 0x400f);
}

TEST_F(port, execution)
{
	struct board *board = self->board;
	struct ntdbg_context context;
	int thread;

	launch_watched(_metadata, self);
	thread = whole_thread(board->tid[1]);
	ASSERT_EQ(0, watch(thread, 0, board->fact[FACT_IP], EXECUTE, 1));
	board_put(board->permit, 1);
	expect_hit(_metadata, self, board->tid[1], 0);
	/* Before the instruction. */
	EXPECT_EQ(board->fact[FACT_IP], self->r->exception.fault.ip);
	EXPECT_EQ(board->fact[FACT_IP], self->r->exception.fault.regs.rip);
	ASSERT_EQ(0, get_dr(thread, &context));
	EXPECT_EQ(1, context.dr[DR6] & 0xf);
	EXPECT_EQ(board->fact[FACT_IP], context.dr[0]);
	EXPECT_EQ(dr7_of(0, EXECUTE, 1), context.dr[DR7] & ~0x700ull);
	cont(CONTINUE);
	/* It goes on over it, and the other thread has never stopped. */
	EXPECT_TRUE(both_did(board, 1));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	/* Three steps later the same again. */
	board_put(board->permit, 4);
	expect_hit(_metadata, self, board->tid[1], 0);
	cont(CONTINUE);
	EXPECT_TRUE(both_did(board, 4));
}

TEST_F(port, writing)
{
	struct board *board = self->board;
	int thread;

	launch_watched(_metadata, self);
	thread = whole_thread(board->tid[2]);
	ASSERT_EQ(0, watch(thread, 1, board->fact[FACT_ADDRESS], WRITE, 8));
	/* Executing, then reading what is watched for writing, then writing it. */
	board_put(board->permit, 2);
	expect_hit(_metadata, self, board->tid[2], 1);
	/* After the instruction. */
	cont(CONTINUE);
	EXPECT_TRUE(both_did(board, 2));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	board_put(board->permit, 4);
	EXPECT_TRUE(both_did(board, 4));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
}

TEST_F(port, reading_and_writing)
{
	struct board *board = self->board;
	int thread;

	launch_watched(_metadata, self);
	thread = whole_thread(board->tid[1]);
	ASSERT_EQ(0, watch(thread, 3, board->fact[FACT_BASE], ACCESS, 8));
	board_put(board->permit, 3);
	expect_hit(_metadata, self, board->tid[1], 3);
	cont(CONTINUE);
	EXPECT_TRUE(both_did(board, 3));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
}

/* All four at once; one is taken out and the others stay. */
TEST_F(port, all_four)
{
	struct board *board = self->board;
	struct ntdbg_context context;
	int thread;

	launch_watched(_metadata, self);
	thread = whole_thread(board->tid[1]);
	ASSERT_EQ(0, watch(thread, 0, board->fact[FACT_IP], EXECUTE, 1));
	ASSERT_EQ(0, watch(thread, 1, board->fact[FACT_ADDRESS], WRITE, 8));
	ASSERT_EQ(0, watch(thread, 2, board->fact[FACT_BASE], ACCESS, 4));
	ASSERT_EQ(0, watch(thread, 3, 0x1000, EXECUTE, 1));
	for (uint32_t step = 1; step <= 3; step++) {
		board_put(board->permit, step);
		expect_hit(_metadata, self, board->tid[1], step - 1);
		if (step == 2) {
			/* A read counts, and then the write. */
			ASSERT_EQ(0, get_dr(thread, &context));
			EXPECT_EQ(2, context.dr[DR6] & 0xf);
		}
		cont(CONTINUE);
		EXPECT_TRUE(both_did(board, step));
	}
	ASSERT_EQ(0, get_dr(thread, &context));
	context.dr[DR7] &= ~dr7_of(0, ACCESS, 8);
	context.dr[DR7] &= ~3ull;
	ASSERT_EQ(0, set_dr(thread, &context));
	board_put(board->permit, 5);
	expect_hit(_metadata, self, board->tid[1], 1);
	cont(CONTINUE);
	EXPECT_TRUE(both_did(board, 5));
}

TEST_F(port, gone_when_cleared)
{
	struct board *board = self->board;
	struct ntdbg_context context;
	int thread;

	launch_watched(_metadata, self);
	thread = whole_thread(board->tid[1]);
	ASSERT_EQ(0, watch(thread, 0, board->fact[FACT_IP], EXECUTE, 1));
	ASSERT_EQ(0, watch_nothing(thread));
	ASSERT_EQ(0, get_dr(thread, &context));
	EXPECT_EQ(0, context.dr[0]);
	EXPECT_EQ(0, context.dr[DR7] & 0xff);
	board_put(board->permit, 3);
	EXPECT_TRUE(both_did(board, 3));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
}

/* The program must not die of a breakpoint that nobody waits for any more. */
TEST_F(port, gone_after_detach)
{
	struct board *board = self->board;

	launch_watched(_metadata, self);
	ASSERT_EQ(0, watch(whole_thread(board->tid[1]), 0, board->fact[FACT_IP], EXECUTE, 1));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	board_put(board->permit, 3);
	EXPECT_TRUE(both_did(board, 3));
}

TEST_F(port, gone_after_close)
{
	struct board *board = self->board;

	launch_watched(_metadata, self);
	ASSERT_EQ(0, watch(whole_thread(board->tid[1]), 0, board->fact[FACT_IP], EXECUTE, 1));
	close(self->fd);
	self->fd = -1;
	board_put(board->permit, 3);
	EXPECT_TRUE(both_did(board, 3));
}

/* Held at it when the debugger lets go: "not handled", as always, but never twice. */
TEST_F(port, held_at_it_when_it_is_cleared)
{
	struct board *board = self->board;
	int thread;

	launch_watched(_metadata, self);
	thread = whole_thread(board->tid[1]);
	ASSERT_EQ(0, watch(thread, 0, board->fact[FACT_IP], EXECUTE, 1));
	board_put(board->permit, 1);
	expect_hit(_metadata, self, board->tid[1], 0);
	ASSERT_EQ(0, watch_nothing(thread));
	cont(CONTINUE);
	board_put(board->permit, 4);
	EXPECT_TRUE(both_did(board, 4));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
}

TEST_F(port, a_new_thread_has_none)
{
	struct board *board = self->board;

	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("registers"), "watch", "2");
	run_to(NTDBG_EVENT_EXCEPTION);
	ASSERT_EQ(0, watch(whole_thread(self->pid), 1, self->r->exception.fault.regs.rsp - 4096,
			   WRITE, 8));
	cont(CONTINUE);
	/* It may well come to that address itself. */
	for (int threads = 0; threads < 2;) {
		struct ntdbg_context context;

		get();
		if (self->r->hdr.type == NTDBG_EVENT_CREATE_THREAD) {
			threads++;
			ASSERT_EQ(0, get_dr(whole_thread(self->r->hdr.tid), &context));
			EXPECT_EQ(0, context.dr[1]);
			EXPECT_EQ(0, context.dr[DR7] & 0xff);
		} else {
			ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
			EXPECT_EQ(self->pid, self->r->hdr.tid);
		}
		cont(CONTINUE);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, ({
		if (!dbg_wait(self->fd, self->r, 0))
			cont(CONTINUE);
		board_get(board->ready) == 3;
	})));
}

TEST_F(port, gone_after_execve)
{
	struct ntdbg_context context;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "exec", "self", "exit", "7");
	run_to_program();
	ASSERT_EQ(0, watch(whole_thread(self->pid), 0, 0x5000, EXECUTE, 1));
	board_go(self->board);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	cont(CONTINUE);
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	ASSERT_EQ(0, get_dr(whole_thread(self->pid), &context));
	EXPECT_EQ(0, context.dr[DR7] & 0xff);
}

TEST_F(port, what_is_not_for_user_mode)
{
	static const uint64_t kernel[] = {
		0xffffffff81000000ull, 0xffff888000000000ull, 0x00007ffffffff000ull,
		0x8000000000000000ull, ~7ull,
	};
	struct board *board = self->board;
	struct ntdbg_context context;
	int thread;

	launch_watched(_metadata, self);
	thread = whole_thread(board->tid[1]);
	for (size_t i = 0; i < ARRAY_SIZE(kernel); i++) {
		memset(&context, 0, sizeof(context));
		context.dr[0] = kernel[i];
		context.dr[1] = board->fact[FACT_ADDRESS];
		context.dr[DR7] = dr7_of(0, ACCESS, 8) | dr7_of(1, WRITE, 8);
		ASSERT_EQ(0, set_dr(thread, &context)) TH_LOG("%#llx", (long long)kernel[i]);
		ASSERT_EQ(0, get_dr(thread, &context));
		EXPECT_EQ(0, context.dr[DR7] & 0x3) TH_LOG("%#llx", (long long)kernel[i]);
		EXPECT_EQ(0x4, context.dr[DR7] & 0xc);
	}
	/* General detect would make of our own accesses an exception. */
	memset(&context, 0, sizeof(context));
	context.dr[DR7] = 1 << 13;
	ASSERT_EQ(0, set_dr(thread, &context));
	ASSERT_EQ(0, get_dr(thread, &context));
	EXPECT_EQ(0, context.dr[DR7] & 1 << 13);
	board_put(board->permit, 3);
	EXPECT_TRUE(both_did(board, 3));
}

TEST_F(port, none_left)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr), .bp_type = HW_BREAKPOINT_W,
		.bp_len = HW_BREAKPOINT_LEN_8, .exclude_kernel = 1,
	};
	struct ntdbg_context before, after;
	int thread;

	start_program(3, program("registers"), "watch", "2");
	attr.bp_addr = self->board->fact[FACT_ADDRESS];
	thread = whole_thread(self->board->tid[1]);
	ASSERT_EQ(0, get_dr(thread, &before));
	for (int i = 0; i < 4; i++)
		keep(syscall(SYS_perf_event_open, &attr, self->board->tid[1], -1, -1,
			     PERF_FLAG_FD_CLOEXEC));
	EXPECT_EQ(-ENOSPC, watch(thread, 0, self->board->fact[FACT_BASE], ACCESS, 8));
	ASSERT_EQ(0, get_dr(thread, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
	/* When they are free again it works. */
	while (self->nr_kept > 1)
		close(self->kept[--self->nr_kept]);
	EXPECT_TRUE(UNTIL(WAIT_MS,
			  !watch(thread, 0, self->board->fact[FACT_BASE], ACCESS, 8)));
}

TEST_HARNESS_MAIN
