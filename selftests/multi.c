// SPDX-License-Identifier: GPL-2.0
/* Many debuggees at once. */
#include "fixture.h"
#include <sys/epoll.h>

#define NR_DEBUGGEES 100

static bool all_reaped(const pid_t *pids, int nr, int wait_status)
{
	for (int i = 0; i < nr; i++) {
		int status = -1;

		if (!wait_exit(pids[i], WAIT_MS, &status) || status != wait_status)
			return false;
	}
	return true;
}

TEST_F_TIMEOUT(port, a_hundred_on_one_object, 120)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	int ep = epoll_create1(EPOLL_CLOEXEC), created = 0, ended = 0;
	struct epoll_event ev = { .events = EPOLLIN };
	pid_t pids[NR_DEBUGGEES];
	uint64_t seqs = 0;

	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &ev));
	for (int i = 0; i < NR_DEBUGGEES; i++) {
		pids[i] = spawn(self->fd, 0, -1, -1, argv);
		ASSERT_LT(0, pids[i]);
	}
	for (;;) {
		ASSERT_EQ(1, epoll_wait(ep, &ev, 1, WAIT_MS));
		if (ev.events & EPOLLHUP)
			break;
		ASSERT_EQ(EPOLLIN, ev.events);
		get();
		created += self->r->hdr.type == NTDBG_EVENT_CREATE_PROCESS;
		ended += self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS;
		seqs += self->r->hdr.seq;
		cont(CONTINUE);
	}
	EXPECT_EQ(NR_DEBUGGEES, created);
	EXPECT_EQ(NR_DEBUGGEES, ended);
	/* Each number from 1 to twice as many came once. */
	EXPECT_EQ((uint64_t)NR_DEBUGGEES * (2 * NR_DEBUGGEES + 1), seqs);
	EXPECT_TRUE(all_reaped(pids, NR_DEBUGGEES, exited(42)));
	close(ep);
}

TEST_F_TIMEOUT(port, a_hundred_objects_in_one_loop, 120)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	int ep = epoll_create1(EPOLL_CLOEXEC), left = NR_DEBUGGEES, events = 0;
	pid_t pids[NR_DEBUGGEES];
	struct epoll_event ev;

	for (int i = 0; i < NR_DEBUGGEES; i++) {
		int fd = dbg_open();

		ASSERT_LE(0, fd);
		ev = (struct epoll_event){ .events = EPOLLIN, .data.fd = fd };
		ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev));
		pids[i] = spawn(fd, NTDBG_LAUNCH_LOADER_BREAK, -1, -1, argv);
		ASSERT_LT(0, pids[i]);
	}
	while (left) {
		ASSERT_EQ(1, epoll_wait(ep, &ev, 1, WAIT_MS));
		if (ev.events & EPOLLHUP) {
			close(ev.data.fd);
			left--;
			continue;
		}
		ASSERT_EQ(0, dbg_wait(ev.data.fd, self->r, 0));
		ASSERT_EQ(0, dbg_continue(ev.data.fd, self->r, CONTINUE));
		events++;
	}
	EXPECT_EQ(3 * NR_DEBUGGEES, events);
	EXPECT_TRUE(all_reaped(pids, NR_DEBUGGEES, exited(42)));
	close(ep);
}

TEST_F_TIMEOUT(port, a_hundred_held_and_killed_by_the_close, 120)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	pid_t pids[NR_DEBUGGEES];

	ASSERT_EQ(0, dbg_set(self->fd, NTDBG_KILL_ON_CLOSE));
	for (int i = 0; i < NR_DEBUGGEES; i++) {
		pids[i] = spawn(self->fd, 0, -1, -1, argv);
		ASSERT_LT(0, pids[i]);
		/* Half of the events are handed out. */
		if (i & 1)
			get();
	}
	close(self->fd);
	self->fd = -1;
	EXPECT_TRUE(all_reaped(pids, NR_DEBUGGEES, SIGKILL));
}

TEST_HARNESS_MAIN
