// SPDX-License-Identifier: GPL-2.0
/*
 * Unloading: refused while somebody uses the module, clean when nobody does.
 * NTDBG_KO names the file to load it from again.
 */
#include "fixture.h"
#include "module.h"

#define module_data _test_data_module

FIXTURE(module) {
	const char *ko;
	int board_fd;
	struct board *board;
	union record r;
};

FIXTURE_SETUP(module)
{
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	self->ko = getenv("NTDBG_KO");
	if (!self->ko)
		SKIP(return, "NTDBG_KO does not name the module's file");
	self->board = board_new(&self->board_fd);
	ASSERT_NE(NULL, self->board);
	ASSERT_TRUE(module_loaded());
}

FIXTURE_TEARDOWN(module)
{
	_metadata->trigger = 0;
	EXPECT_TRUE(reap_children(WAIT_MS));
	write_text(FTRACE_ENABLED, "1");
	/* For whatever comes next. */
	if (self->ko && !module_loaded())
		EXPECT_EQ(0, module_load(self->ko));
}

TEST_F(module, clean_when_idle)
{
	for (int i = 0; i < 3; i++) {
		ASSERT_TRUE(module_unloads());
		EXPECT_FALSE(module_loaded());
		EXPECT_EQ(-1, access(NTDBG_DEVICE, F_OK));
		ASSERT_EQ(0, module_load(self->ko));
		/* The device's node is made by devtmpfs, at once. */
		EXPECT_EQ(0, access(NTDBG_DEVICE, F_OK));
	}
}

TEST_F(module, busy_while_open)
{
	int fd = dbg_open();

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EWOULDBLOCK, module_unload());
	EXPECT_TRUE(module_loaded());
	close(fd);
	EXPECT_TRUE(module_unloads());
}

/* Unloads right after the close, when the hooks are armed still. */
static void debug_and_unload(struct __test_metadata *_metadata, struct module_data *self,
			     bool to_the_end)
{
	const char *const argv[] = {
		program("debuggee"), "threads", "2", "3", NULL
	};
	int fd = dbg_open(), status = -1;
	pid_t pid;

	ASSERT_LE(0, fd);
	pid = spawn(fd, 0, self->board_fd, -1, argv);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, dbg_wait(fd, &self->r, WAIT_MS));
	EXPECT_EQ(-EWOULDBLOCK, module_unload());
	while (to_the_end) {
		ASSERT_EQ(0, dbg_continue(fd, &self->r, CONTINUE));
		if (dbg_wait(fd, &self->r, WAIT_MS))
			break;
	}
	close(fd);
	ASSERT_TRUE(module_unloads());
	ASSERT_TRUE(wait_exit(pid, WAIT_MS, &status));
	EXPECT_EQ(exited(3), status);
	ASSERT_EQ(0, module_load(self->ko));
}

TEST_F(module, after_a_debuggee_has_ended)
{
	for (int i = 0; i < 5; i++)
		debug_and_unload(_metadata, self, true);
}

TEST_F(module, after_a_held_debuggee_was_let_go)
{
	for (int i = 0; i < 5; i++)
		debug_and_unload(_metadata, self, false);
}

TEST_F(module, with_a_thread_asleep_in_a_system_call)
{
	const char *const argv[] = { program("debuggee"), "sleepers", NULL };
	int fd = dbg_open(), status = -1;
	pid_t pid;

	ASSERT_LE(0, fd);
	pid = spawn(-1, 0, self->board_fd, -1, argv);
	ASSERT_LT(0, pid);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 7));
	ASSERT_EQ(0, dbg_attach(fd, pid));
	ASSERT_EQ(0, dbg_wait(fd, &self->r, WAIT_MS));
	EXPECT_EQ(-EWOULDBLOCK, module_unload());
	close(fd);
	ASSERT_TRUE(module_unloads());
	/* They sleep on, and nothing of us is under them when they wake up. */
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_WOKEN]));
	board_go(self->board);
	ASSERT_TRUE(wait_exit(pid, WAIT_MS, &status));
	EXPECT_EQ(0, status);
	ASSERT_EQ(0, module_load(self->ko));
}

/* Whoever sits in poll() has the file open. */
TEST_F(module, busy_while_somebody_polls)
{
	int fd = dbg_open();
	pid_t pid = fork();

	ASSERT_LE(0, fd);
	if (!pid) {
		dbg_poll(fd, -1);
		_exit(0);
	}
	close(fd);
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_state(pid, pid) == 'S'));
	EXPECT_EQ(-EWOULDBLOCK, module_unload());
	ASSERT_EQ(0, kill(pid, SIGKILL));
	EXPECT_TRUE(wait_exit(pid, WAIT_MS, NULL));
	EXPECT_TRUE(module_unloads());
}

/* With the sysctl off, ftrace accepts hooks and does not hook: that has to be told. */
TEST_F(module, ftrace_is_switched_off)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	struct ntdbg_info info = { .size = sizeof(info) };
	bool told = false;
	int fd;

	if (access(FTRACE_ENABLED, W_OK))
		SKIP(return, "there is no writable %s", FTRACE_ENABLED);
	ASSERT_TRUE(module_unloads());
	ASSERT_EQ(0, write_text(FTRACE_ENABLED, "0"));
	ASSERT_EQ(0, module_load(self->ko));
	fd = dbg_open();
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, dbg_ioctl(fd, NTDBG_IOC_INFO, &info));
	for (uint32_t i = 0; i < info.nr_features; i++) {
		struct ntdbg_feature feature = { .size = sizeof(feature), .index = i };

		ASSERT_EQ(0, dbg_ioctl(fd, NTDBG_IOC_FEATURE, &feature));
		if (feature.state == NTDBG_FEATURE_PRESENT)
			continue;
		EXPECT_NE(NULL, strstr(feature.reason, "ftrace_enabled"))
			TH_LOG("%s: %s", feature.name, feature.reason);
		told = true;
	}
	EXPECT_TRUE(told);
	EXPECT_EQ(-EOPNOTSUPP, spawn(fd, 0, -1, -1, argv));
	EXPECT_EQ(-EOPNOTSUPP, dbg_attach(fd, getppid()));
	close(fd);
	ASSERT_TRUE(module_unloads());
	ASSERT_EQ(0, write_text(FTRACE_ENABLED, "1"));
	ASSERT_EQ(0, module_load(self->ko));
}

/* And while a debuggee depends on the hooks, the sysctl cannot be switched off. */
TEST_F(module, ftrace_cannot_be_switched_off_under_a_debuggee)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	int fd = dbg_open();
	pid_t pid;

	if (access(FTRACE_ENABLED, W_OK))
		SKIP(return, "there is no writable %s", FTRACE_ENABLED);
	ASSERT_LE(0, fd);
	pid = spawn(fd, 0, -1, -1, argv);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, dbg_wait(fd, &self->r, WAIT_MS));
	EXPECT_EQ(-EBUSY, write_text(FTRACE_ENABLED, "0"));
	close(fd);
}

TEST_HARNESS_MAIN
