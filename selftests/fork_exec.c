// SPDX-License-Identifier: GPL-2.0
/* Children inherit the debug object if the launch says so; exec is an exit and a creation. */
#include "fixture.h"
#include <limits.h>

/* What was seen of one process, in order, without the parent's and the child's interleaving. */
struct story {
	pid_t pid;
	char text[1024];
};

static char letter(const struct ntdbg_event *hdr)
{
	switch (hdr->type) {
	case NTDBG_EVENT_EXCEPTION:
		return 'E';
	case NTDBG_EVENT_CREATE_THREAD:
		return 't';
	case NTDBG_EVENT_CREATE_PROCESS:
		return hdr->flags & NTDBG_EVENT_F_FORK ? 'F' :
		       hdr->flags & NTDBG_EVENT_F_EXEC ? 'X' : 'C';
	case NTDBG_EVENT_EXIT_THREAD:
		return 'z';
	case NTDBG_EVENT_EXIT_PROCESS:
		return hdr->flags & NTDBG_EVENT_F_EXEC ? 'Y' : 'Z';
	case NTDBG_EVENT_LOAD_IMAGE:
		return 'L';
	case NTDBG_EVENT_UNLOAD_IMAGE:
		return 'U';
	}
	return '?';
}

/*
 * Answers everything to the end, and notes one letter for each event: C
 * creation, F by fork, X by exec, L load, t and z thread, Y exit by exec, Z
 * exit, E exception. Returns how many processes there were.
 */
static unsigned int tell(struct __test_metadata *_metadata, struct port_data *self,
			 struct story *stories, unsigned int max)
{
	unsigned int nr = 0, i;
	int ret;

	memset(stories, 0, max * sizeof(*stories));
	while (!(ret = dbg_wait(self->fd, self->r, WAIT_MS))) {
		log_event(self);
		for (i = 0; i < nr && stories[i].pid != (pid_t)self->r->hdr.pid; i++)
			;
		if (i == nr) {
			ASSERT_GT(max, nr);
			stories[nr++].pid = self->r->hdr.pid;
		}
		ASSERT_GT(sizeof(stories[i].text) - 1, strlen(stories[i].text));
		stories[i].text[strlen(stories[i].text)] = letter(&self->r->hdr);
		cont(NOT_HANDLED);
	}
	EXPECT_EQ(-ECHILD, ret);
	return nr;
}

TEST_F(port, fork_with_inherit)
{
	struct story stories[2];

	launch(NTDBG_LAUNCH_INHERIT, "fork", "3");
	ASSERT_EQ(2, tell(_metadata, self, stories, 2));
	EXPECT_EQ(self->pid, stories[0].pid);
	EXPECT_STREQ("CLLZ", stories[0].text);
	EXPECT_EQ(board_get(self->board->fact[FACT_CHILD]), stories[1].pid);
	/* The interpreter and the C library are there already. */
	EXPECT_STREQ("FLLZ", stories[1].text);
	EXPECT_EQ(exited(3), board_get(self->board->fact[FACT_CHILD_STATUS]));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
}

TEST_F(port, fork_without_inherit)
{
	struct story stories[2];

	launch(0, "fork", "3");
	ASSERT_EQ(1, tell(_metadata, self, stories, 2));
	EXPECT_STREQ("CLLZ", stories[0].text);
	EXPECT_EQ(exited(3), board_get(self->board->fact[FACT_CHILD_STATUS]));
}

TEST_F(port, grandchildren_too)
{
	struct story stories[4];

	launch(NTDBG_LAUNCH_INHERIT, "fork", "5", "3");
	ASSERT_EQ(4, tell(_metadata, self, stories, 4));
	EXPECT_STREQ("CLLZ", stories[0].text);
	for (int i = 1; i < 4; i++)
		EXPECT_STREQ("FLLZ", stories[i].text);
}

TEST_F(port, what_the_childs_events_say)
{
	const struct ntdbg_event_create_process *create = &self->r->create_process;
	char exe[PATH_MAX], interpreter[PATH_MAX];
	struct mapping ld;

	ASSERT_NE(NULL, realpath(program("debuggee"), exe));
	ASSERT_NE(NULL, realpath("/lib64/ld-linux-x86-64.so.2", interpreter));
	launch(NTDBG_LAUNCH_INHERIT | NTDBG_LAUNCH_LOADER_BREAK, "fork", "0");
	run_to_program();
	next(NTDBG_EVENT_CREATE_PROCESS, 0, 0);
	EXPECT_NE(self->pid, self->r->hdr.pid);
	EXPECT_EQ(self->r->hdr.pid, self->r->hdr.tid);
	EXPECT_EQ(NTDBG_EVENT_F_FORK, self->r->hdr.flags);
	EXPECT_EQ(self->pid, create->ppid);
	EXPECT_STREQ(exe, record_path(self->r, &create->image));
	EXPECT_EQ(find_mapping(self->pid, self->pid, exe).start, create->image.base);
	/* The child has not run a single instruction yet. */
	EXPECT_TRUE(STAYS(50, !board_get(self->board->count[1])));
	cont(CONTINUE);
	do
		get();
	while (self->r->hdr.pid == (uint32_t)self->pid);
	EXPECT_EQ(NTDBG_EVENT_LOAD_IMAGE, self->r->hdr.type);
	EXPECT_STREQ(interpreter, record_path(self->r, &self->r->image.image));
	ld = find_mapping(self->r->hdr.pid, self->r->hdr.pid, interpreter);
	EXPECT_EQ(ld.start, self->r->image.image.base);
	EXPECT_EQ(0, board_get(self->board->count[1]));
}

TEST_F(port, vfork_and_exec_with_inherit)
{
	struct story stories[2];

	launch(NTDBG_LAUNCH_INHERIT, "vfork", "4");
	ASSERT_EQ(2, tell(_metadata, self, stories, 2));
	EXPECT_STREQ("CLLZ", stories[0].text);
	EXPECT_STREQ("FLLYXLLZ", stories[1].text);
	EXPECT_EQ(exited(4), board_get(self->board->fact[FACT_CHILD_STATUS]));
}

TEST_F(port, vfork_and_exec_without_inherit)
{
	struct story stories[2];

	launch(0, "vfork", "4");
	ASSERT_EQ(1, tell(_metadata, self, stories, 2));
	EXPECT_STREQ("CLLZ", stories[0].text);
	EXPECT_EQ(exited(4), board_get(self->board->fact[FACT_CHILD_STATUS]));
}

TEST_F(port, detached_child_runs_on)
{
	pid_t child;

	launch(NTDBG_LAUNCH_INHERIT | NTDBG_LAUNCH_LOADER_BREAK, "fork", "6");
	run_to_program();
	next(NTDBG_EVENT_CREATE_PROCESS, 0, 0);
	child = self->r->hdr.pid;
	EXPECT_NE(self->pid, child);
	ASSERT_EQ(0, dbg_detach(self->fd, child));
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(exited(6), board_get(self->board->fact[FACT_CHILD_STATUS]));
	finish(0);
}

TEST_F(port, exec_of_a_single_thread)
{
	struct story stories[1];

	board_go(self->board);
	launch(0, "exec", "self", "exit", "5");
	ASSERT_EQ(1, tell(_metadata, self, stories, 1));
	EXPECT_STREQ("CLLYXLLZ", stories[0].text);
}

TEST_F(port, exec_of_a_static_program)
{
	struct story stories[1];

	board_go(self->board);
	launch(0, "exec", program("static"), "exit");
	ASSERT_EQ(1, tell(_metadata, self, stories, 1));
	EXPECT_STREQ("CLLYXZ", stories[0].text);
}

TEST_F(port, exec_has_a_loader_breakpoint_too)
{
	struct story stories[1];

	board_go(self->board);
	launch(NTDBG_LAUNCH_LOADER_BREAK, "exec", "self", "exit", "5");
	ASSERT_EQ(1, tell(_metadata, self, stories, 1));
	EXPECT_STREQ("CLLEYXLLEZ", stories[0].text);
}

TEST_F(port, exec_that_fails_is_not_noticed)
{
	struct story stories[1];

	board_go(self->board);
	launch(0, "exec", "/nonexistent/program");
	ASSERT_EQ(1, tell(_metadata, self, stories, 1));
	EXPECT_STREQ("CLLZ", stories[0].text);
	EXPECT_EQ(ENOENT, board_get(self->board->fact[FACT_ERRNO]));
}

TEST_F(port, exec_while_other_threads_live)
{
	struct story stories[1];

	board_go(self->board);
	launch(0, "execlead", "3", "self", "exit", "5");
	ASSERT_EQ(1, tell(_metadata, self, stories, 1));
	EXPECT_STREQ("CLLtttzzzYXLLZ", stories[0].text);
}

TEST_F(port, exec_from_another_thread)
{
	struct story stories[1];

	board_go(self->board);
	launch(0, "execthread", "2", "self", "exit", "5");
	ASSERT_EQ(1, tell(_metadata, self, stories, 1));
	EXPECT_STREQ("CLLtttzzzYXLLZ", stories[0].text);
}

/* Every thread that was created exits once, also the one that takes the first thread's id. */
TEST_F(port, ids_around_an_exec_from_another_thread)
{
	uint32_t created[8], ended[8];
	unsigned int nr_created = 0, nr_ended = 0;

	board_go(self->board);
	launch(0, "execthread", "2", "self", "exit", "5");
	for (;;) {
		uint32_t type;

		get();
		type = self->r->hdr.type;
		EXPECT_EQ(self->pid, self->r->hdr.pid);
		if (type == NTDBG_EVENT_CREATE_PROCESS || type == NTDBG_EVENT_CREATE_THREAD) {
			ASSERT_GT(8, nr_created);
			created[nr_created++] = self->r->hdr.tid;
		}
		if (type == NTDBG_EVENT_EXIT_PROCESS || type == NTDBG_EVENT_EXIT_THREAD) {
			ASSERT_GT(8, nr_ended);
			ended[nr_ended++] = self->r->hdr.tid;
		}
		if (type == NTDBG_EVENT_EXIT_PROCESS && self->r->hdr.flags & NTDBG_EVENT_F_EXEC)
			break;
		cont(CONTINUE);
	}
	ASSERT_EQ(4, nr_created);
	ASSERT_EQ(4, nr_ended);
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int times = 0;

		for (unsigned int j = 0; j < 4; j++)
			times += created[i] == ended[j];
		EXPECT_EQ(1, times) TH_LOG("thread %u exits %u times", created[i], times);
	}
	cont(CONTINUE);
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_EXEC, self->r->hdr.flags);
	cont(CONTINUE);
	drain(exited(5));
}

TEST_F(port, what_the_events_of_exec_say)
{
	const struct ntdbg_event_create_process *create = &self->r->create_process;
	char path[PATH_MAX];

	ASSERT_NE(NULL, realpath(program("static"), path));
	launch(NTDBG_LAUNCH_LOADER_BREAK, "exec", path, "spin");
	run_to_program();
	board_go(self->board);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_EXEC, self->r->hdr.flags);
	EXPECT_EQ(0, self->r->exit.how);
	board_put(self->board->go, 0);
	cont(CONTINUE);
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_EXEC, self->r->hdr.flags);
	EXPECT_STREQ(path, record_path(self->r, &create->image));
	EXPECT_EQ(create->image.entry, create->start_address);
	EXPECT_TRUE(STAYS(50, !board_get(self->board->count[0])));
	cont(CONTINUE);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	cont(CONTINUE);
	EXPECT_TRUE(UNTIL(WAIT_MS, board_get(self->board->count[0])));
	board_go(self->board);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(exited(43));
}

TEST_HARNESS_MAIN
