// SPDX-License-Identifier: GPL-2.0
/* A set-user-id program must not run under a debugger that may not trace it. */
#include "fixture.h"
#include "nobody.h"

struct outcome {
	bool new_image_seen;
	int last;		/* what the last wait said */
};

static void debug_to_the_end(struct port_data *self, struct outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	while (!(outcome->last = dbg_wait(self->fd, self->r, WAIT_MS))) {
		if (self->r->hdr.type == NTDBG_EVENT_CREATE_PROCESS &&
		    self->r->hdr.flags & NTDBG_EVENT_F_EXEC)
			outcome->new_image_seen = true;
		if (dbg_continue(self->fd, self->r, NOT_HANDLED))
			break;
	}
}

static int debug_as_nobody(struct port_data *self)
{
	const char *const argv[] = {
		program("debuggee"), "exec", setuid_copy, "ids", NULL
	};
	struct outcome outcome;
	int status = -1;
	pid_t pid;

	if (!become_nobody())
		return 1;
	/* An object of its own: it is whoever opened it that may trace or may not. */
	self->fd = dbg_open();
	if (self->fd < 0)
		return 6;
	pid = spawn(self->fd, NTDBG_LAUNCH_INHERIT, self->board_fd, -1, argv);
	if (pid <= 0)
		return 2;
	debug_to_the_end(self, &outcome);
	if (outcome.last != -ECHILD)
		return 3;
	if (outcome.new_image_seen)
		return 4;
	/* And it runs to its end without us. */
	if (!wait_exit(pid, WAIT_MS, &status) || status != exited(9))
		return 5;
	return 0;
}

TEST_F(port, an_unprivileged_debugger_is_detached)
{
	int status = -1;
	pid_t pid;

	if (getuid())
		SKIP(return, "needs to be root");
	ASSERT_TRUE(make_setuid_copy());
	board_go(self->board);
	pid = fork();
	if (!pid)
		_exit(debug_as_nobody(self));
	ASSERT_TRUE(wait_exit(pid, 2 * WAIT_MS, &status));
	unlink(setuid_copy);
	EXPECT_EQ(0, status) TH_LOG("step %d failed", WEXITSTATUS(status));
	EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
	/* The set-user-id bit worked. */
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EUID]));
}

/*
 * Attaching again and again to a process that is about to execute the set-id
 * program: whichever comes first, in the end nobody is attached to it.
 */
static int attach_while_it_executes(struct port_data *self, long rounds)
{
	const char *const argv[] = {
		program("debuggee"), "exec", setuid_copy, "permit", "7", NULL
	};
	int status = -1, attached = 0, answered, ret;
	pid_t pid;

	/* The change of ids makes us untraceable, and our children with us. */
	if (!become_nobody() || prctl(PR_SET_DUMPABLE, 1))
		return 1;
	while (rounds--) {
		memset(self->board, 0, sizeof(*self->board));
		board_put(self->board->go, 1);
		pid = spawn(-1, 0, self->board_fd, -1, argv);
		if (pid <= 0)
			return 2;
		self->fd = dbg_open();
		if (self->fd < 0)
			return 3;
		/* Until it works, or the new program is there and it can no longer work. */
		while ((ret = dbg_attach(self->fd, pid)) == -EPERM)
			if (board_get(self->board->ready))
				break;
		if (ret && ret != -EPERM)
			return 4;
		/* If it worked, then up to the detach that comes with the exec. */
		while (!ret && !(ret = dbg_wait(self->fd, self->r, WAIT_MS))) {
			if (self->r->hdr.type == NTDBG_EVENT_CREATE_PROCESS &&
			    !strcmp(record_path(self->r, &self->r->create_process.image),
				    setuid_copy))
				return 5;
			/* The exec may take back what attach has listed, also when it is out. */
			answered = dbg_continue(self->fd, self->r, NOT_HANDLED);
			if (answered && answered != -ENOENT)
				return 6;
		}
		if (ret != -EPERM && ret != -ECHILD)
			return 7;
		attached += ret == -ECHILD;
		if (dbg_detach(self->fd, pid) != -ENOTCONN)
			return 8;
		close(self->fd);
		/* It runs, as root, and is told to end. */
		board_put(self->board->permit, 1);
		if (!wait_exit(pid, WAIT_MS, &status) || status != exited(7))
			return 9;
	}
	return attached ? 0 : 10;
}

TEST_F_TIMEOUT(port, attach_and_exec_at_the_same_time, 300)
{
	const long rounds = env_number("NTDBG_ITER", 100);
	int status = -1;
	pid_t pid;

	if (getuid())
		SKIP(return, "needs to be root");
	ASSERT_TRUE(make_setuid_copy());
	pid = fork();
	if (!pid)
		_exit(attach_while_it_executes(self, rounds));
	ASSERT_TRUE(wait_exit(pid, 10 * WAIT_MS, &status));
	unlink(setuid_copy);
	EXPECT_EQ(0, status) TH_LOG("step %d failed", WEXITSTATUS(status));
}

TEST_F(port, a_privileged_debugger_stays)
{
	struct outcome outcome;
	int status = -1;

	if (getuid())
		SKIP(return, "needs to be root");
	ASSERT_TRUE(make_setuid_copy());
	board_go(self->board);
	self->pid = fork();
	if (!self->pid) {
		const char *path = program("debuggee");

		dup2(self->board_fd, BOARD_FD);
		if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY) ||
		    dbg_launch_self(self->fd, 0))
			_exit(1);
		execl(path, path, "exec", setuid_copy, "ids", NULL);
		_exit(2);
	}
	debug_to_the_end(self, &outcome);
	EXPECT_EQ(-ECHILD, outcome.last);
	EXPECT_TRUE(outcome.new_image_seen);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	unlink(setuid_copy);
	EXPECT_EQ(exited(9), status);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EUID]));
}

TEST_HARNESS_MAIN
