// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks that cannot be had: each is reported by name, and what does not need
 * it works. NTDBG_KO names the module's file; redirect_owner.ko is beside this.
 */
#include "fixture.h"
#include "module.h"

#define refusal_data _test_data_refusal

FIXTURE(refusal) {
	const char *ko;
	char owner[512];
	bool owned;
};

static bool unload_owner(void)
{
	return !syscall(SYS_delete_module, "redirect_owner", O_NONBLOCK);
}

FIXTURE_SETUP(refusal)
{
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	self->ko = getenv("NTDBG_KO");
	if (!self->ko)
		SKIP(return, "NTDBG_KO does not name the module's file");
	snprintf(self->owner, sizeof(self->owner), "%s", program("redirect_owner.ko"));
	if (access(self->owner, R_OK))
		SKIP(return, "redirect_owner.ko is not beside the test");
	ASSERT_TRUE(module_loaded());
}

FIXTURE_TEARDOWN(refusal)
{
	_metadata->trigger = 0;
	EXPECT_TRUE(reap_children(WAIT_MS));
	if (self->owned)
		unload_owner();
	/* For whatever comes next: the module without a parameter. */
	if (self->ko && module_loaded())
		EXPECT_TRUE(module_unloads());
	if (self->ko && !module_loaded())
		EXPECT_EQ(0, module_load(self->ko));
}

static bool find_feature(int fd, const char *name, struct ntdbg_feature *feature)
{
	for (uint32_t i = 0; ; i++) {
		*feature = (struct ntdbg_feature){ .size = sizeof(*feature), .index = i };
		if (dbg_ioctl(fd, NTDBG_IOC_FEATURE, feature))
			return false;
		if (!strcmp(feature->name, name))
			return true;
	}
}

/* What LAUNCH says in a child, which then ends. */
static int launch_in_child(int fd)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(-dbg_launch_self(fd, 0));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

TEST_F(refusal, another_owner_of_a_required_function)
{
	struct ntdbg_feature feature;
	int fd = dbg_open();

	ASSERT_LE(0, fd);
	/* Not while the hooks of an earlier test are armed still. */
	ASSERT_TRUE(UNTIL(WAIT_MS, !module_load_with(self->owner, "function=do_exit")));
	self->owned = true;

	EXPECT_EQ(-EOPNOTSUPP, launch_in_child(fd));
	ASSERT_TRUE(find_feature(fd, "thread-exit", &feature));
	EXPECT_EQ(NTDBG_FEATURE_NEEDED, feature.state);
	EXPECT_NE(NULL, strstr(feature.reason, "do_exit"));
	EXPECT_NE(NULL, strstr(feature.reason, "livepatch"));
	/* It is about this one function only. */
	ASSERT_TRUE(find_feature(fd, "exceptions", &feature));
	EXPECT_EQ(NTDBG_FEATURE_PRESENT, feature.state);

	ASSERT_TRUE(unload_owner());
	self->owned = false;
	EXPECT_EQ(0, launch_in_child(fd));
	ASSERT_TRUE(find_feature(fd, "thread-exit", &feature));
	EXPECT_EQ(NTDBG_FEATURE_PRESENT, feature.state);
	EXPECT_STREQ("", feature.reason);
	close(fd);
}

TEST_F(refusal, a_required_function_is_missing)
{
	struct ntdbg_feature feature;
	struct ntdbg_stats stats;
	int fd;

	ASSERT_TRUE(module_unloads());
	ASSERT_EQ(0, module_load_with(self->ko, "pretend_missing=do_exit"));
	fd = dbg_open();
	ASSERT_LE(0, fd);
	ASSERT_TRUE(find_feature(fd, "thread-exit", &feature));
	EXPECT_EQ(NTDBG_FEATURE_NEEDED, feature.state);
	EXPECT_NE(NULL, strstr(feature.reason, "do_exit"));
	EXPECT_EQ(-EOPNOTSUPP, launch_in_child(fd));
	EXPECT_EQ(-EOPNOTSUPP, dbg_attach(fd, getppid()));
	ASSERT_EQ(0, dbg_stats(fd, &stats));
	EXPECT_EQ(0, stats.hooks_armed);
	EXPECT_EQ(0, stats.processes);
	close(fd);
}

TEST_F(refusal, without_images_the_rest_works)
{
	const char *const argv[] = { program("debuggee"), "exit", "0", NULL };
	struct ntdbg_feature feature;
	bool loads = false, exits = false;
	union record r;
	int fd, ret;

	ASSERT_TRUE(module_unloads());
	ASSERT_EQ(0, module_load_with(self->ko, "pretend_missing=vm_mmap_pgoff"));
	fd = dbg_open();
	ASSERT_LE(0, fd);
	ASSERT_TRUE(find_feature(fd, "image-load", &feature));
	EXPECT_EQ(NTDBG_FEATURE_ABSENT, feature.state);
	EXPECT_NE(NULL, strstr(feature.reason, "vm_mmap_pgoff"));

	ASSERT_LT(0, spawn(fd, 0, -1, -1, argv));
	for (ret = dbg_wait(fd, &r, WAIT_MS); !ret;
	     ret = dbg_continue_wait(fd, &r, NTDBG_DBG_CONTINUE, WAIT_MS, NULL)) {
		/* The loader is there when execve is done; libc comes by mmap. */
		loads |= r.hdr.type == NTDBG_EVENT_LOAD_IMAGE &&
			 strstr(record_path(&r, &r.image.image), "libc.so");
		exits |= r.hdr.type == NTDBG_EVENT_EXIT_PROCESS;
	}
	EXPECT_EQ(-ECHILD, ret);
	EXPECT_FALSE(loads);
	EXPECT_TRUE(exits);
	close(fd);
}

TEST_HARNESS_MAIN
