// SPDX-License-Identifier: GPL-2.0
/* N - 1 EXIT_THREADs, and EXIT_PROCESS last, with the memory still there. */
#include "fixture.h"

struct exits {
	uint32_t tid[BOARD_SLOTS];
	unsigned int nr;
};

/* Takes all EXIT_THREADs up to EXIT_PROCESS, which stays unanswered. */
static void collect(struct __test_metadata *_metadata, struct port_data *self,
		    struct exits *exits, uint32_t wait_status)
{
	exits->nr = 0;
	for (;;) {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		ASSERT_EQ(NTDBG_EVENT_EXIT_THREAD, self->r->hdr.type)
			TH_LOG("%s", event_name(self->r->hdr.type));
		EXPECT_EQ(wait_status, self->r->exit.wait_status);
		for (unsigned int i = 0; i < exits->nr; i++)
			EXPECT_NE(exits->tid[i], self->r->hdr.tid);
		ASSERT_GT(BOARD_SLOTS, exits->nr);
		exits->tid[exits->nr++] = self->r->hdr.tid;
		cont(CONTINUE);
	}
	/* Its own thread, whichever was the last, has no EXIT_THREAD. */
	for (unsigned int i = 0; i < exits->nr; i++)
		EXPECT_NE(exits->tid[i], self->r->hdr.tid);
	ASSERT_GT(BOARD_SLOTS, exits->nr);
	exits->tid[exits->nr] = self->r->hdr.tid;
}

static bool has(const struct exits *exits, uint32_t tid)
{
	for (unsigned int i = 0; i <= exits->nr; i++)
		if (exits->tid[i] == tid)
			return true;
	return false;
}

static void check_still_there(struct __test_metadata *_metadata, struct port_data *self)
{
	struct mapping exe = find_mapping(self->pid, self->r->hdr.tid, "debuggee");
	char magic[4] = {};

	EXPECT_TRUE(exe.found) TH_LOG("no maps at EXIT_PROCESS");
	EXPECT_TRUE(read_memory(self->r->hdr.tid, exe.start, magic, sizeof(magic)));
	EXPECT_EQ(0, memcmp(magic, "\177ELF", 4));
	EXPECT_EQ(0, waitpid(self->pid, NULL, WNOHANG));
}

TEST_F(port, exit_while_others_sleep_and_spin)
{
	struct exits exits;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "exitall", "3", "2", "5");
	run_to_program();
	for (int i = 1; i <= 5; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	collect(_metadata, self, &exits, exited(5));
	EXPECT_EQ(5, exits.nr);
	for (int i = 0; i <= 5; i++)
		EXPECT_TRUE(has(&exits, self->board->tid[i]));
	EXPECT_EQ(0, self->r->hdr.flags);
	EXPECT_EQ(0, self->r->exit.how);
	check_still_there(_metadata, self);
	finish(exited(5));
}

TEST_F(port, one_thread_sends_exit_process_only)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "exit", "200");
	run_to_program();
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	check_still_there(_metadata, self);
	/* Its parent sees nothing before the debugger has answered. */
	EXPECT_TRUE(STAYS(100, waitpid(self->pid, NULL, WNOHANG) == 0));
	finish(exited(200));
}

TEST_F(port, the_first_thread_ends_before_the_process)
{
	pid_t worker;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "leader", "4");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	worker = self->r->hdr.tid;
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, self->pid);
	EXPECT_EQ(0, self->r->exit.wait_status);
	cont(CONTINUE);
	board_go(self->board);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, worker);
	check_still_there(_metadata, self);
	finish(exited(4));
}

TEST_F(port, killed_by_a_signal_that_is_no_exception)
{
	struct exits exits;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "park", "3", "0");
	run_to_program();
	for (int i = 1; i <= 3; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 4));
	ASSERT_EQ(0, kill(self->pid, SIGTERM));
	collect(_metadata, self, &exits, SIGTERM);
	EXPECT_EQ(3, exits.nr);
	EXPECT_EQ(0, self->r->exit.how);
	check_still_there(_metadata, self);
	finish(SIGTERM);
}

TEST_F(port, ended_by_an_exception)
{
	struct ntdbg_fault fault;
	struct exits exits;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "null-write", "none", "2");
	run_to_program();
	for (int i = 1; i <= 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	fault = self->r->exception.fault;
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(0, self->r->exception.chance);
	cont(NOT_HANDLED);
	collect(_metadata, self, &exits, SIGSEGV);
	EXPECT_EQ(2, exits.nr);
	EXPECT_EQ(NTDBG_EXIT_BY_EXCEPTION, self->r->exit.how);
	EXPECT_EQ(0, memcmp(&fault, &self->r->exit.fault, sizeof(fault)));
	check_still_there(_metadata, self);
	finish(SIGSEGV);
}

TEST_F(port, at_exit_no_image_is_unloaded)
{
	launch(0, "exit", "0");
	do {
		get();
		EXPECT_NE(NTDBG_EVENT_UNLOAD_IMAGE, self->r->hdr.type);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	} while (1);
	finish(0);
}

TEST_HARNESS_MAIN
