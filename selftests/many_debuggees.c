// SPDX-License-Identifier: GPL-2.0
/* Many at once: debuggees on one epoll loop, and debuggers that are debugged. */
#include "fixture.h"
#include <sys/epoll.h>

#define NR_DEBUGGEES 100

/* Each under a debug object of its own, all of them on one epoll descriptor. */
TEST_F_TIMEOUT(port, a_hundred_on_one_epoll_loop, 300)
{
	static int fds[NR_DEBUGGEES], exits, events, hangups;
	static pid_t pids[NR_DEBUGGEES];
	int epoll = keep(epoll_create1(EPOLL_CLOEXEC));

	for (int i = 0; i < NR_DEBUGGEES; i++) {
		struct epoll_event ev = { .events = EPOLLIN, .data.u32 = i };

		fds[i] = dbg_open();
		ASSERT_LE(0, fds[i]);
		ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &ev));
		pids[i] = spawn(fds[i], 0, -1, -1,
				argv_of(program("debuggee"), "threads", "3", "9"));
		ASSERT_LT(0, pids[i]);
	}
	while (hangups < NR_DEBUGGEES) {
		struct epoll_event ready[16];
		int n = epoll_wait(epoll, ready, ARRAY_SIZE(ready), WAIT_MS);

		ASSERT_LT(0, n) TH_LOG("%d events, %d exits", events, exits);
		for (int i = 0; i < n; i++) {
			int fd = fds[ready[i].data.u32];

			if (!(ready[i].events & EPOLLIN)) {
				EXPECT_EQ(EPOLLHUP, ready[i].events & EPOLLHUP);
				EXPECT_EQ(-ECHILD, dbg_wait(fd, self->r, 0));
				ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL));
				hangups++;
				continue;
			}
			ASSERT_EQ(0, dbg_wait(fd, self->r, 0));
			EXPECT_EQ(pids[ready[i].data.u32], self->r->hdr.pid);
			events++;
			if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS) {
				EXPECT_EQ(exited(9), self->r->exit.wait_status);
				exits++;
			}
			ASSERT_EQ(0, dbg_continue(fd, self->r, CONTINUE));
		}
	}
	EXPECT_EQ(NR_DEBUGGEES, exits);
	/* A process, three threads that come and go, two libraries at least. */
	EXPECT_LE(NR_DEBUGGEES * 10, events);
	for (int i = 0; i < NR_DEBUGGEES; i++) {
		close(fds[i]);
		EXPECT_TRUE(wait_exit(pids[i], WAIT_MS, NULL));
	}
}

/* All under one debug object: no event of one waits for those of another. */
TEST_F_TIMEOUT(port, a_hundred_under_one_debug_object, 300)
{
	int exits = 0, ret;

	for (int i = 0; i < NR_DEBUGGEES; i++)
		ASSERT_LT(0, spawn(self->fd, 0, -1, -1,
				   argv_of(program("debuggee"), "threads", "3", "9")));
	while (!(ret = dbg_wait(self->fd, self->r, WAIT_MS))) {
		exits += self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS;
		cont(CONTINUE);
	}
	EXPECT_EQ(-ECHILD, ret);
	EXPECT_EQ(NR_DEBUGGEES, exits);
}

/* A debugger that debugs a program, and is debugged itself: a child of the test. */
static int debug_one(struct port_data *self)
{
	int fd = dbg_open(), ret, status;
	pid_t pid = spawn(fd, 0, -1, -1, argv_of(program("debuggee"), "threads", "20", "6"));

	if (pid <= 0)
		return 1;
	board_put(self->board->fact[FACT_CHILD], pid);
	while (!(ret = dbg_wait(fd, self->r, WAIT_MS))) {
		if (dbg_continue(fd, self->r, CONTINUE))
			return 2;
		board_add(self->board->count[0]);
	}
	close(fd);
	return ret == -ECHILD && wait_exit(pid, WAIT_MS, &status) && status == exited(6) ? 0 : 3;
}

TEST_F(port, a_debugger_under_a_debugger)
{
	struct board *board = self->board;
	int process, exited_with = -1;
	uint64_t count;
	pid_t debugger = fork();

	if (!debugger) {
		while (!board_get(board->go))
			breathe();
		_exit(debug_one(self));
	}
	self->pid = debugger;
	ASSERT_EQ(0, dbg_attach(self->fd, debugger));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	process = whole_process();
	board_go(board);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(board->count[0]) > 3));
	/* While it is held, its debuggee waits for it, and ends afterwards as always. */
	ASSERT_EQ(0, nt_process_break(process));
	for (;;) {
		get();
		EXPECT_EQ(debugger, self->r->hdr.pid);
		if (self->r->hdr.type == NTDBG_EVENT_EXCEPTION)
			break;
		cont(CONTINUE);
	}
	count = board_get(board->count[0]);
	EXPECT_TRUE(STAYS(100, count == board_get(board->count[0])));
	cont(CONTINUE);
	for (;;) {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	}
	EXPECT_EQ(0, self->r->exit.wait_status);
	cont(CONTINUE);
	ASSERT_TRUE(wait_exit(debugger, WAIT_MS, &exited_with));
	EXPECT_EQ(0, exited_with);
}

/* Killed while it holds its debuggee, the debuggee runs on. */
TEST_F(port, a_debugged_debugger_is_killed)
{
	struct board *board = self->board;
	pid_t debugger = fork();
	int status;

	if (!debugger) {
		int fd = dbg_open();

		while (!board_get(board->fact[FACT_BASE]))
			breathe();
		if (dbg_attach(fd, board_get(board->fact[FACT_BASE])))
			_exit(1);
		dbg_wait(fd, self->r, WAIT_MS);
		board_put(board->fact[FACT_STEP], 1);
		for (;;)
			pause();
	}
	ASSERT_EQ(0, dbg_attach(self->fd, debugger));
	start(3, "spin", "2");
	board_put(board->fact[FACT_BASE], self->pid);
	while (!board_get(board->fact[FACT_STEP])) {
		if (!dbg_wait(self->fd, self->r, 10))
			cont(CONTINUE);
	}
	EXPECT_TRUE(stands_still(board, 1));
	ASSERT_EQ(0, kill(debugger, SIGKILL));
	EXPECT_TRUE(moves(board, 1));
	EXPECT_TRUE(moves(board, 2));
	while (!dbg_wait(self->fd, self->r, WAIT_MS))
		cont(CONTINUE);
	EXPECT_TRUE(wait_exit(debugger, WAIT_MS, &status));
}

TEST_HARNESS_MAIN
