// SPDX-License-Identifier: GPL-2.0
/*
 * No memory: the first, the second, the third ... allocation of a call fails,
 * until there is none left to fail. The call says ENOMEM or does without, and
 * leaves nothing behind. Copies from and to the program fail in their turn,
 * too, and give EFAULT. Only a kernel with fault injection can do this.
 */
#include "fixture.h"

#define FAIL_NTH "/proc/thread-self/fail-nth"
#define FAILSLAB "/sys/kernel/debug/failslab/"
#define FAIL_PAGE_ALLOC "/sys/kernel/debug/fail_page_alloc/"
#define FAIL_USERCOPY "/sys/kernel/debug/fail_usercopy/"

/* More allocations than any of these calls makes. */
#define LIMIT 2000

static const char *const settings[][2] = {
	/* Allocations that may wait fail as well, and the kernel need not tell about each. */
	{ FAILSLAB "ignore-gfp-wait", "N" },
	{ FAILSLAB "verbose", "0" },
	{ FAIL_PAGE_ALLOC "ignore-gfp-wait", "N" },
	{ FAIL_PAGE_ALLOC "verbose", "0" },
	{ FAIL_USERCOPY "verbose", "0" },
};

static bool can_inject(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (write_text(settings[i][0], settings[i][1]))
			return false;
	return !access(FAIL_NTH, W_OK);
}

#define NO_INJECTION "this kernel has no fault injection, or debugfs is not mounted"

static void fail_nth(int fd, unsigned int nth)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%u", nth);

	/* This call is subject to the failure that the last one asked for. */
	while (pwrite(fd, text, n, 0) != n)
		;
}

/* Did the call do so much that something of it failed? If not, then this read may fail. */
static bool has_failed(int fd)
{
	char text[16] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	fail_nth(fd, 0);
	return n > 0 && atoi(text) == 0;
}

static bool injected(int ret)
{
	return ret == -ENOMEM || ret == -EFAULT;
}

TEST_F_TIMEOUT(port, open, 300)
{
	unsigned int nth, failed = 0;
	int inject, fd;

	if (!can_inject())
		SKIP(return, NO_INJECTION);
	inject = open(FAIL_NTH, O_RDWR);
	ASSERT_LE(0, inject);
	for (nth = 1; nth < LIMIT; nth++) {
		bool hit;

		fail_nth(inject, nth);
		fd = open(NTDBG_DEVICE, O_RDWR | O_CLOEXEC);
		hit = has_failed(inject);
		if (fd < 0) {
			int err = errno;

			/* ENFILE is what open(2) makes of it before it comes to us. */
			EXPECT_TRUE(injected(-err) || err == ENFILE) TH_LOG("errno %d", err);
			failed++;
		} else {
			close(fd);
		}
		if (!hit)
			break;
	}
	EXPECT_LE(1, failed);
	EXPECT_GT(LIMIT, nth);
	close(inject);
}

TEST_F_TIMEOUT(port, attach, 300)
{
	unsigned int nth, failed = 0;
	struct ntdbg_stats before, now;
	int inject, fd;

	if (!can_inject())
		SKIP(return, NO_INJECTION);
	inject = open(FAIL_NTH, O_RDWR);
	ASSERT_LE(0, inject);
	start(4, "park", "3", "5");
	for (nth = 1; nth < LIMIT; nth++) {
		bool hit;
		int ret;

		ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
		fd = dbg_open();
		ASSERT_LE(0, fd);
		fail_nth(inject, nth);
		ret = dbg_attach(fd, self->pid);
		hit = has_failed(inject);
		EXPECT_TRUE(!ret || injected(ret) || ret == -EOPNOTSUPP)
			TH_LOG("allocation %u: %s", nth, strerror(-ret));
		if (ret) {
			/* Nothing half-done: no event, and it can be attached. */
			failed++;
			EXPECT_EQ(-EAGAIN, dbg_wait(fd, self->r, 0));
			EXPECT_EQ(-ENOTCONN, dbg_detach(fd, self->pid));
			ASSERT_EQ(0, dbg_attach(fd, self->pid));
		}
		ASSERT_EQ(0, dbg_wait(fd, self->r, WAIT_MS));
		EXPECT_EQ(NTDBG_EVENT_CREATE_PROCESS, self->r->hdr.type);
		close(fd);
		ASSERT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &before, &now)))
			TH_LOG("allocation %u leaves something behind", nth);
		if (!hit)
			break;
	}
	EXPECT_LE(3, failed);
	EXPECT_GT(LIMIT, nth);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
	/* An image that could not be noted is an event that is missed, and counted. */
	self->before.missed = now.missed;
	close(inject);
}

TEST_F_TIMEOUT(port, wait_with_files, 300)
{
	unsigned int nth, without = 0;
	int inject;

	if (!can_inject())
		SKIP(return, NO_INJECTION);
	inject = open(FAIL_NTH, O_RDWR);
	ASSERT_LE(0, inject);
	launch(0, "exit", "0");
	for (nth = 1; nth < LIMIT; nth++) {
		bool hit;
		int ret, fd;

		ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
		fail_nth(inject, nth);
		ret = dbg_wait_flags(self->fd, self->r, WAIT_MS, NTDBG_WAIT_FILES);
		hit = has_failed(inject);
		ASSERT_TRUE(!ret || injected(ret)) TH_LOG("%s", strerror(-ret));
		if (!ret) {
			/* Without a descriptor, if there is no memory for one. */
			fd = self->r->create_process.image.file_fd;
			without += fd == -1;
			if (fd >= 0)
				close(fd);
			cont(REPLY_LATER);
		}
		if (!hit)
			break;
	}
	EXPECT_LE(1, without);
	EXPECT_GT(LIMIT, nth);
	close(inject);
	drain(0);
}

/* From LAUNCH over execve to the end. */
static void one_debuggee(struct __test_metadata *_metadata, struct port_data *self,
			 const struct ntdbg_stats *before, unsigned int nth)
{
	uint64_t end = now_ns() + WAIT_MS * 1000000ull;
	struct ntdbg_stats now;
	int ret, status = -1;

	self->pid = fork();
	if (!self->pid) {
		const char *path = program("static");
		int inject = open(FAIL_NTH, O_RDWR | O_CLOEXEC);

		fail_nth(inject, nth);
		ret = dbg_launch_self(self->fd, 0);
		if (!ret)
			execl(path, path, "exit", NULL);
		fail_nth(inject, 0);
		_exit(ret && !injected(ret) && ret != -EOPNOTSUPP ? 91 : 92);
	}
	while (!UNTIL(5, waitpid(self->pid, &status, WNOHANG) == self->pid)) {
		ret = dbg_wait(self->fd, self->r, 0);
		ASSERT_TRUE(!ret || ret == -EAGAIN || ret == -ECHILD)
			TH_LOG("allocation %u: %s", nth, strerror(-ret));
		if (!ret) {
			log_event(self);
			/* An execve beyond the point of no return ends in a SIGSEGV. */
			cont(NOT_HANDLED);
		}
		ASSERT_GT(end, now_ns()) {
			TH_LOG("allocation %u: the debuggee hangs, state %c", nth,
			       thread_state(self->pid, self->pid));
			dbg_stats(self->stats_fd, &now);
			log_stats(_metadata, "then", &now);
		}
	}
	/* It ran to its end, or execve failed before or after the point of no return. */
	EXPECT_TRUE(status == exited(42) || status == exited(92) || status == SIGKILL ||
		    status == SIGSEGV)
		TH_LOG("allocation %u: status %#x", nth, status);
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	/* Objects go with a delay, so not after each. */
	if (nth % 20 == 0)
		ASSERT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, before, &now)))
			TH_LOG("allocation %u or one before it leaves something behind", nth);
}

TEST_F_TIMEOUT(port, launch_and_exec, 600)
{
	struct ntdbg_stats before;

	if (!can_inject())
		SKIP(return, NO_INJECTION);
	dbg_unknown_images = true;
	/* An execve that succeeds cannot tell what failed in it: more than it needs. */
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	for (unsigned int nth = 1; nth <= 160; nth++)
		one_debuggee(_metadata, self, &before, nth);
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	self->before.missed = before.missed;
}

TEST_HARNESS_MAIN
