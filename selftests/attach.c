// SPDX-License-Identifier: GPL-2.0
/* Attaching: the order of the fake events, every errno, and that the program does not notice. */
#include "fixture.h"
#include <limits.h>
#include "nobody.h"

TEST_F(port, order_and_wake_up)
{
	char exe[PATH_MAX], interpreter[PATH_MAX];
	uint64_t before = now_ns();
	int libraries = 0;
	uint32_t tids[4];

	ASSERT_NE(NULL, realpath(program("debuggee"), exe));
	ASSERT_NE(NULL, realpath("/lib64/ld-linux-x86-64.so.2", interpreter));
	start(4, "park", "3", "7");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));

	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_FAKE, self->r->hdr.flags);
	EXPECT_EQ(1, self->r->hdr.seq);
	EXPECT_LE(before, self->r->hdr.time_ns);
	EXPECT_STREQ(exe, record_path(self->r, &self->r->create_process.image));
	EXPECT_EQ(find_mapping(self->pid, self->pid, exe).start,
		  self->r->create_process.image.base);
	EXPECT_EQ(getpid(), self->r->create_process.ppid);
	EXPECT_EQ(-1, self->r->create_process.image.file_fd);
	cont(CONTINUE);

	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_FAKE, self->r->hdr.flags);
	EXPECT_STREQ(interpreter, record_path(self->r, &self->r->image.image));
	EXPECT_EQ(find_mapping(self->pid, self->pid, interpreter).start,
		  self->r->image.image.base);
	cont(CONTINUE);

	for (int i = 1; i <= 3; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		EXPECT_EQ(NTDBG_EVENT_F_FAKE, self->r->hdr.flags);
		EXPECT_EQ(0, self->r->create_thread.start_address);
		EXPECT_EQ(0, self->r->create_thread.stack);
		tids[i] = self->r->hdr.tid;
		/* In the order in which they were made. */
		EXPECT_EQ(self->board->tid[i], tids[i]);
		cont(CONTINUE);
	}
	while (!dbg_wait(self->fd, self->r, 0)) {
		log_event(self);
		EXPECT_EQ(NTDBG_EVENT_LOAD_IMAGE, self->r->hdr.type);
		EXPECT_EQ(NTDBG_EVENT_F_FAKE, self->r->hdr.flags);
		EXPECT_EQ(self->pid, self->r->hdr.tid);
		EXPECT_STRNE(exe, record_path(self->r, &self->r->image.image));
		EXPECT_STRNE(interpreter, record_path(self->r, &self->r->image.image));
		libraries++;
		cont(CONTINUE);
	}
	EXPECT_EQ(1, libraries);

	board_go(self->board);
	for (int i = 1; i <= 3; i++) {
		next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
		EXPECT_EQ(0, self->r->hdr.flags);
		cont(CONTINUE);
	}
	/* On whichever thread was the last. */
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, 0);
	finish(exited(7));
}

/* Threads come alive one at a time, each with its own creation event. */
TEST_F(port, each_thread_waits_for_its_own_event)
{
	struct board *board = self->board;
	uint64_t one, two;

	start(3, "spin", "2");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_TRUE(UNTIL(WAIT_MS, ({
		one = board_get(board->count[1]);
		two = board_get(board->count[2]);
		STAYS(50, one == board_get(board->count[1]) && two == board_get(board->count[2]));
	}))) TH_LOG("attach does not stop the threads");
	cont(CONTINUE);
	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	cont(CONTINUE);
	EXPECT_TRUE(STAYS(50, one == board_get(board->count[1]) &&
			  two == board_get(board->count[2])));
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, board->tid[1]);
	EXPECT_TRUE(STAYS(50, one == board_get(board->count[1]) &&
			  two == board_get(board->count[2])));
	cont(CONTINUE);
	EXPECT_TRUE(UNTIL(WAIT_MS, one != board_get(board->count[1])))
		TH_LOG("the first spinning thread does not run after its event");
	EXPECT_TRUE(STAYS(50, two == board_get(board->count[2])))
		TH_LOG("the second one runs before its event");
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, board->tid[2]);
	EXPECT_TRUE(STAYS(50, two == board_get(board->count[2])));
	cont(CONTINUE);
	EXPECT_TRUE(UNTIL(WAIT_MS, two != board_get(board->count[2])));
	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	cont(CONTINUE);
	board_go(board);
	drain(0);
}

TEST_F_TIMEOUT(port, system_calls_are_not_interrupted, 120)
{
	struct board *board = self->board;
	uint64_t count;

	start(7, "sleepers");
	for (int i = 1; i <= 6; i++)
		ASSERT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, board->tid[i])));
	for (int round = 0; round < 10; round++) {
		ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
		for (int events = 0; events < 10 - round; events++) {
			if (dbg_wait(self->fd, self->r, 0))
				break;
			log_event(self);
			cont(CONTINUE);
		}
		ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
		/* Its first thread goes on, and has slept many times meanwhile. */
		count = board_get(board->count[0]);
		ASSERT_TRUE(UNTIL(WAIT_MS, board_get(board->count[0]) > count + 2));
		EXPECT_EQ(0, board_get(board->fact[FACT_EINTR]));
		EXPECT_EQ(0, board_get(board->fact[FACT_WOKEN]));
		for (int i = 1; i <= 6; i++)
			EXPECT_TRUE(asleep(self->pid, board->tid[i]));
	}
}

TEST_F(port, myself)
{
	pid_t other = fork();

	if (!other)
		for (;;)
			pause();
	EXPECT_EQ(-EDEADLK, dbg_attach(self->fd, getpid()));
	/* Nothing of it has begun. */
	EXPECT_EQ(0, dbg_poll(self->fd, 0));
	EXPECT_EQ(-ENOTCONN, dbg_detach(self->fd, getpid()));
	EXPECT_EQ(0, dbg_attach(self->fd, other));
}

TEST_F(port, no_such_process)
{
	const pid_t pids[] = { 0, -1, INT_MAX, INT_MIN, 1 << 22 };
	pid_t gone;

	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		EXPECT_EQ(-ESRCH, dbg_attach(self->fd, pids[i]))
			TH_LOG("pid %d", pids[i]);
	}
	gone = fork();
	if (!gone)
		_exit(0);
	ASSERT_EQ(gone, waitpid(gone, NULL, 0));
	EXPECT_EQ(-ESRCH, dbg_attach(self->fd, gone));
}

TEST_F(port, a_thread_is_no_process)
{
	start(2, "park", "1", "0");
	EXPECT_EQ(-ESRCH, dbg_attach(self->fd, self->board->tid[1]));
	EXPECT_EQ(0, dbg_attach(self->fd, self->pid));
}

TEST_F(port, a_kernel_thread)
{
	char comm[32] = "";

	if (!read_line("/proc/2/comm", comm, sizeof(comm)) || strcmp(comm, "kthreadd"))
		SKIP(return, "no kernel thread is visible in this pid namespace");
	EXPECT_EQ(-EACCES, dbg_attach(self->fd, 2));
}

TEST_F(port, debugged_already)
{
	int other = dbg_open();

	ASSERT_LE(0, other);
	start(2, "park", "1", "0");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	EXPECT_EQ(-EBUSY, dbg_attach(self->fd, self->pid));
	EXPECT_EQ(-EBUSY, dbg_attach(other, self->pid));
	/* The failed attempts have posted nothing. */
	EXPECT_EQ(-EAGAIN, dbg_wait(other, self->r, 0));
	for (int i = 0; i < 4; i++) {
		get();
		EXPECT_EQ(i + 1, self->r->hdr.seq);
		cont(CONTINUE);
	}
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	close(other);
	board_go(self->board);
	drain(0);
}

TEST_F(port, launched_already)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "park", "1", "0");
	EXPECT_EQ(-EBUSY, dbg_attach(self->fd, self->pid));
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(-EBUSY, dbg_attach(self->fd, self->pid));
}

TEST_F(port, a_zombie)
{
	pid_t zombie = fork();

	if (!zombie)
		_exit(0);
	ASSERT_LT(0, zombie);
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_state(zombie, zombie) == 'Z'));
	EXPECT_EQ(-EOWNERDEAD, dbg_attach(self->fd, zombie));
	EXPECT_EQ(0, dbg_poll(self->fd, 0));
}

static int attach_as_nobody(struct port_data *self)
{
	if (dbg_attach(self->fd, self->pid) != -EPERM)
		return 1;
	if (dbg_attach(self->fd, 1) != -EPERM)
		return 2;
	if (dbg_attach(self->fd, 2) != -EACCES && dbg_attach(self->fd, 2) != -EPERM)
		return 3;
	return dbg_wait(self->fd, self->r, 0) == -EAGAIN ? 0 : 4;
}

static int open_as_nobody(struct port_data *self)
{
	(void)self;
	return dbg_open() == -EACCES ? 0 : 1;
}

TEST_F(port, not_permitted)
{
	if (getuid())
		SKIP(return, "needs to be root");
	start(2, "park", "1", "0");
	EXPECT_EQ(0, as_nobody(attach_as_nobody, self));
	EXPECT_EQ(0, as_nobody(open_as_nobody, self));
	EXPECT_EQ(0, dbg_attach(self->fd, self->pid));
}

TEST_F(port, one_after_the_other)
{
	start(2, "park", "1", "3");
	for (int round = 0; round < 20; round++) {
		int fd = dbg_open();

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, dbg_attach(fd, self->pid));
		ASSERT_EQ(0, dbg_wait(fd, self->r, WAIT_MS));
		EXPECT_EQ(NTDBG_EVENT_CREATE_PROCESS, self->r->hdr.type);
		EXPECT_EQ(1, self->r->hdr.seq);
		if (round & 1)
			ASSERT_EQ(0, dbg_detach(fd, self->pid));
		close(fd);
	}
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	board_go(self->board);
	drain(exited(3));
}

TEST_F(port, children_of_an_attached_process_are_its_own)
{
	start(1, "traffic");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	for (int threads = 0; threads < 4;) {
		get();
		ASSERT_EQ(self->pid, self->r->hdr.pid);
		if (self->r->hdr.type == NTDBG_EVENT_CREATE_THREAD)
			threads++;
		cont(NOT_HANDLED);
	}
	board_go(self->board);
	drain(0);
}

TEST_HARNESS_MAIN
