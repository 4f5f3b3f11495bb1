// SPDX-License-Identifier: GPL-2.0
/* Whom a handle lets reach what: other users, and programs that gain rights. */
#include "fixture.h"
#include "nobody.h"

#define BORROWED(self) ((self)->kept[0])
#define BORROWED_THREAD(self) ((self)->kept[1])

static int open_as_nobody(struct port_data *self)
{
	static const uint32_t rights[] = {
		NTDBG_PROCESS_ALL_ACCESS, NTDBG_PROCESS_VM_READ, NTDBG_PROCESS_SUSPEND_RESUME,
		NTDBG_PROCESS_TERMINATE, NTDBG_PROCESS_QUERY_LIMITED,
	};

	for (size_t i = 0; i < ARRAY_SIZE(rights); i++)
		if (nt_open_process(self->fd, self->pid, rights[i]) != -EPERM)
			return 1 + i;
	if (nt_open_thread(self->fd, 0, self->pid, NTDBG_THREAD_GET_CONTEXT) != -EPERM)
		return 10;
	return 0;
}

TEST_F(port, opening_is_refused)
{
	if (getuid())
		SKIP(return, "needs to be root");
	start(2, "park", "1", "0");
	EXPECT_EQ(0, as_nobody(open_as_nobody, self));
}

/* A handle that somebody else opened and passed on. */
static int use_as_nobody(struct port_data *self)
{
	int process = BORROWED(self), thread = BORROWED_THREAD(self);
	struct ntdbg_context context = {};
	struct ntdbg_process_info info;
	struct ntdbg_region region;
	uint32_t type, access;
	char byte;

	if (nt_read(process, 4096, &byte, 1, 0, NULL) != -EPERM)
		return 1;
	if (nt_write(process, 4096, &byte, 1, NTDBG_VM_FORCE, NULL) != -EPERM)
		return 2;
	if (nt_protect(process, 4096, 1, PROT_READ) != -EPERM)
		return 3;
	if (nt_region(process, 4096, &region, NULL, 0) != -EPERM)
		return 4;
	if (nt_process_suspend(process) != -EPERM || nt_process_resume(process) != -EPERM)
		return 5;
	if (nt_process_attach(process, self->fd) != -EPERM)
		return 6;
	if (nt_process_terminate(process, NT_STATUS) != -EPERM)
		return 7;
	if (nt_process_inherit(process, 1) != -EPERM)
		return 8;
	if (nt_process_break(process) != -EPERM)
		return 9;
	if (nt_suspend(thread) != -EPERM || nt_resume(thread) != -EPERM)
		return 10;
	if (nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context) != -EPERM)
		return 11;
	if (nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context) != -EPERM)
		return 12;
	if (nt_thread_hide(thread) != -EPERM)
		return 13;
	if (nt_thread_terminate(thread, NT_STATUS) != -EPERM)
		return 14;
	if (nt_process_query(process, &info) != -EPERM)
		return 15;
	/* What it is bears no secret. */
	return nt_handle(process, &type, &access) ? 16 : 0;
}

TEST_F(port, a_borrowed_handle_is_refused)
{
	if (getuid())
		SKIP(return, "needs to be root");
	start(2, "park", "1", "0");
	whole_process();
	whole_thread(self->board->tid[1]);
	EXPECT_EQ(0, as_nobody(use_as_nobody, self));
	EXPECT_EQ(0, nt_process_suspend(BORROWED(self)));
	EXPECT_EQ(0, nt_process_resume(BORROWED(self)));
}

/* Nobody's handle of nobody's own process, which then executes a set-user-id program. */
static int outlived_by_exec(struct port_data *self)
{
	const char *const argv[] = {
		program("debuggee"), "exec", setuid_copy, "permit", "7", NULL
	};
	struct ntdbg_process_info info;
	int process, thread, suspender, status = -1;
	char byte;
	pid_t pid;

	/* The change of ids makes us untraceable, and our children with us. */
	if (!become_nobody() || prctl(PR_SET_DUMPABLE, 1))
		return 1;
	pid = spawn(-1, 0, self->board_fd, -1, argv);
	self->fd = dbg_open();
	if (pid <= 0 || self->fd < 0)
		return 2;
	if (!UNTIL(WAIT_MS, asleep(pid, pid)))
		return 3;
	process = nt_open_process(self->fd, pid, NTDBG_PROCESS_ALL_ACCESS);
	thread = nt_open_thread(self->fd, pid, pid, NTDBG_THREAD_ALL_ACCESS);
	suspender = nt_open_thread(self->fd, pid, pid, NTDBG_THREAD_SUSPEND_RESUME);
	if (process < 0 || thread < 0 || suspender < 0)
		return 4;
	if (nt_process_query(process, &info) || nt_read(process, info.entry, &byte, 1, 0, NULL))
		return 5;
	board_go(self->board);
	if (!UNTIL(WAIT_MS, board_get(self->board->ready)))
		return 6;
	if (nt_read(process, info.entry, &byte, 1, 0, NULL) != -EPERM)
		return 7;
	if (nt_write(process, info.entry, &byte, 1, NTDBG_VM_FORCE, NULL) != -EPERM)
		return 8;
	if (nt_suspend(thread) != -EPERM || nt_suspend(suspender) != -EPERM)
		return 9;
	if (nt_process_suspend(process) != -EPERM || nt_process_attach(process, self->fd) != -EPERM)
		return 10;
	if (nt_process_terminate(process, NT_STATUS) != -EPERM)
		return 11;
	if (nt_open_process(self->fd, pid, NTDBG_PROCESS_VM_READ) != -EPERM)
		return 12;
	board_put(self->board->permit, 1);
	if (!wait_exit(pid, WAIT_MS, &status) || status != exited(7))
		return 13;
	return 0;
}

TEST_F(port, a_set_id_exec_is_out_of_reach)
{
	int status = -1;
	pid_t pid;

	if (getuid())
		SKIP(return, "needs to be root");
	ASSERT_TRUE(make_setuid_copy());
	pid = fork();
	if (!pid)
		_exit(outlived_by_exec(self));
	ASSERT_TRUE(wait_exit(pid, 2 * WAIT_MS, &status));
	unlink(setuid_copy);
	EXPECT_EQ(0, status) TH_LOG("step %d failed", WEXITSTATUS(status));
}

/* Suspended before, it does not come to the call; whoever suspended it can still resume it. */
static int suspended_in_exec(struct port_data *self)
{
	const char *const argv[] = {
		program("debuggee"), "exec", setuid_copy, "permit", "7", NULL
	};
	int status = -1, thread;
	pid_t pid;

	if (!become_nobody() || prctl(PR_SET_DUMPABLE, 1))
		return 1;
	board_put(self->board->permit, 1);
	pid = spawn(-1, 0, self->board_fd, -1, argv);
	self->fd = dbg_open();
	if (pid <= 0 || self->fd < 0)
		return 2;
	if (!UNTIL(WAIT_MS, asleep(pid, pid)))
		return 3;
	thread = nt_open_thread(self->fd, pid, pid, NTDBG_THREAD_SUSPEND_RESUME);
	if (thread < 0 || nt_suspend(thread))
		return 4;
	board_go(self->board);
	/* It parks before it can call execve. */
	if (!STAYS(200, waitpid(pid, &status, WNOHANG) == 0))
		return 5;
	if (nt_resume(thread) != 1)
		return 6;
	return wait_exit(pid, WAIT_MS, &status) && status == exited(7) ? 0 : 7;
}

TEST_F(port, suspended_before_a_set_id_exec)
{
	int status = -1;
	pid_t pid;

	if (getuid())
		SKIP(return, "needs to be root");
	ASSERT_TRUE(make_setuid_copy());
	pid = fork();
	if (!pid)
		_exit(suspended_in_exec(self));
	ASSERT_TRUE(wait_exit(pid, 2 * WAIT_MS, &status));
	unlink(setuid_copy);
	EXPECT_EQ(0, status) TH_LOG("step %d failed", WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
