// SPDX-License-Identifier: GPL-2.0
/* While an event of a process is held, its other threads do not run. */
#include "fixture.h"

#define NR_SPINNING 2

static bool both_stand_still(struct board *board)
{
	uint64_t one = board_get(board->count[1]);
	uint64_t two = board_get(board->count[2]);

	return STAYS(60, one == board_get(board->count[1]) && two == board_get(board->count[2]));
}

/* They come to rest soon, and then rest as long as the event is held. */
static void check_frozen(struct __test_metadata *_metadata, struct port_data *self)
{
	EXPECT_TRUE(UNTIL(1000, both_stand_still(self->board)))
		TH_LOG("threads run during %s", event_name(self->r->hdr.type));
	EXPECT_TRUE(both_stand_still(self->board))
		TH_LOG("threads run again during %s", event_name(self->r->hdr.type));
}

static void check_running(struct __test_metadata *_metadata, struct port_data *self)
{
	uint64_t one = board_get(self->board->count[1]);
	uint64_t two = board_get(self->board->count[2]);

	EXPECT_TRUE(UNTIL(WAIT_MS, one != board_get(self->board->count[1]) &&
			  two != board_get(self->board->count[2])))
		TH_LOG("threads stay frozen after %s", event_name(self->r->hdr.type));
}

TEST_F(port, during_every_event)
{
	static const struct {
		uint32_t type;
		uint32_t permit;
	} steps[] = {
		{ NTDBG_EVENT_CREATE_THREAD, 1 }, { NTDBG_EVENT_EXIT_THREAD, 1 },
		{ NTDBG_EVENT_LOAD_IMAGE, 2 }, { NTDBG_EVENT_UNLOAD_IMAGE, 3 },
		{ NTDBG_EVENT_EXCEPTION, 4 },
	};

	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	for (int i = 1; i <= NR_SPINNING; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		board_put(self->board->permit, steps[i].permit);
		next(steps[i].type, self->pid, 0);
		check_frozen(_metadata, self);
		cont(CONTINUE);
		/* The new thread's exit follows at once. */
		if (steps[i].type != NTDBG_EVENT_CREATE_THREAD)
			check_running(_metadata, self);
	}
	board_go(self->board);
	drain(0);
}

TEST_F(port, from_the_queueing_on)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	for (int i = 1; i <= NR_SPINNING; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	board_put(self->board->permit, 4);
	/* Not taken yet, and held all the same. */
	EXPECT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	self->r->hdr.type = NTDBG_EVENT_CREATE_THREAD;
	check_frozen(_metadata, self);
	board_go(self->board);
	drain(SIGTRAP);
}

TEST_F(port, other_processes_run)
{
	int other_fd;
	struct board *other = board_new(&other_fd);
	const char *const argv[] = { program("debuggee"), "spin", "1", NULL };
	uint64_t count;
	pid_t pid;

	ASSERT_NE(NULL, other);
	pid = spawn(self->fd, 0, other_fd, -1, argv);
	ASSERT_LT(0, pid);
	ASSERT_TRUE(UNTIL(WAIT_MS, ({
		if (!dbg_wait(self->fd, self->r, 0))
			cont(CONTINUE);
		board_get(other->count[1]);
	})));
	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	count = board_get(other->count[1]);
	EXPECT_TRUE(UNTIL(WAIT_MS, count != board_get(other->count[1])));
}

TEST_F(port, reply_later_leaves_the_thread_stopped)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	for (int i = 1; i <= NR_SPINNING; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	board_put(self->board->permit, 4);
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	for (int i = 0; i < 3; i++) {
		uint32_t tid = self->r->hdr.tid;

		cont(REPLY_LATER);
		EXPECT_TRUE(STAYS(50, !board_get(self->board->tid[3])));
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, tid);
		EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
	}
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	EXPECT_EQ(self->r->hdr.tid, board_get(self->board->tid[3]));
	board_go(self->board);
	cont(CONTINUE);
	drain(SIGTRAP);
}

TEST_F(port, a_thread_asleep_in_a_system_call_stays_asleep)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "sleepers");
	run_to_program();
	for (int i = 1; i <= 6; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 7));
	for (int i = 1; i <= 6; i++)
		EXPECT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, self->board->tid[i])));
	/* A second debugger's attempt, and a detach, do not wake them either. */
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	for (int i = 1; i <= 6; i++)
		EXPECT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, self->board->tid[i])));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_WOKEN]));
}

TEST_HARNESS_MAIN
