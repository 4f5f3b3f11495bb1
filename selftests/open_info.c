// SPDX-License-Identifier: GPL-2.0
/* Opening the port, and the ioctls that only tell or set something. */
#include "fixture.h"
#include <sys/ioctl.h>
#include <sys/mman.h>

TEST_F(port, each_open_is_a_debug_object_of_its_own)
{
	struct ntdbg_stats one, two, three;
	int other;

	ASSERT_EQ(0, dbg_stats(self->stats_fd, &one));
	other = dbg_open();
	ASSERT_LE(0, other);
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &two));
	EXPECT_EQ(one.debug_objects + 1, two.debug_objects);
	close(other);
	EXPECT_TRUE(UNTIL(WAIT_MS, !dbg_stats(self->stats_fd, &three) &&
			  three.debug_objects == one.debug_objects));
}

TEST_F(port, a_duplicate_keeps_the_object)
{
	struct ntdbg_stats one, two;
	int other = dup(self->fd);

	ASSERT_EQ(0, dbg_stats(self->stats_fd, &one));
	close(self->fd);
	self->fd = other;
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &two));
	EXPECT_EQ(one.debug_objects, two.debug_objects);
	launch(0, "exit", "0");
	run_to(NTDBG_EVENT_EXIT_PROCESS);
	finish(0);
}

TEST_F(port, info)
{
	struct ntdbg_info info;

	memset(&info, POISON, sizeof(info));
	info.size = sizeof(info);
	info.reserved = 0;
	ASSERT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_INFO, &info));
	EXPECT_EQ(sizeof(info), info.size);
	EXPECT_EQ(NTDBG_ABI_VERSION, info.abi_version);
	EXPECT_LT(0, strnlen(info.version, sizeof(info.version)));
	EXPECT_GT(sizeof(info.version), strnlen(info.version, sizeof(info.version)));
	EXPECT_LT(0, info.nr_features);
	EXPECT_EQ(0, info.reserved);
}

TEST_F(port, features)
{
	struct ntdbg_info info = { .size = sizeof(info) };
	struct ntdbg_feature feature, other;

	ASSERT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_INFO, &info));
	for (uint32_t i = 0; i < info.nr_features; i++) {
		feature = (struct ntdbg_feature){ .size = sizeof(feature), .index = i };
		ASSERT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_FEATURE, &feature));
		EXPECT_EQ(i, feature.index);
		ASSERT_LT(0, strnlen(feature.name, sizeof(feature.name)));
		ASSERT_GT(sizeof(feature.name), strnlen(feature.name, sizeof(feature.name)));
		ASSERT_GT(sizeof(feature.reason), strnlen(feature.reason, sizeof(feature.reason)));
		/* The three supported kernels have all of it. */
		EXPECT_EQ(NTDBG_FEATURE_PRESENT, feature.state)
			TH_LOG("%s: %s", feature.name, feature.reason);
		EXPECT_STREQ("", feature.reason);
		for (uint32_t j = 0; j < i; j++) {
			other = (struct ntdbg_feature){ .size = sizeof(other), .index = j };
			ASSERT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_FEATURE, &other));
			EXPECT_STRNE(feature.name, other.name);
		}
	}
}

TEST_F(port, a_feature_that_is_not_there)
{
	struct ntdbg_info info = { .size = sizeof(info) };
	struct ntdbg_feature feature, before;
	const uint32_t indexes[] = { 0, 1, 1000, 0x7fffffff, 0xffffffff };

	ASSERT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_INFO, &info));
	for (size_t i = 0; i < ARRAY_SIZE(indexes); i++) {
		memset(&feature, POISON, sizeof(feature));
		feature.size = sizeof(feature);
		feature.reserved = 0;
		/* The first two are counted from the end of the list. */
		feature.index = i < 2 ? info.nr_features + indexes[i] : indexes[i];
		before = feature;
		EXPECT_EQ(-ENOENT, dbg_ioctl(self->fd, NTDBG_IOC_FEATURE, &feature));
		EXPECT_EQ(0, memcmp(&before, &feature, sizeof(feature)));
	}
}

TEST_F(port, stats_count_a_held_process)
{
	struct ntdbg_stats before, held, after;

	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	launch(0, "exit", "3");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &held));
	EXPECT_EQ(before.processes + 1, held.processes);
	EXPECT_EQ(before.threads + 1, held.threads);
	EXPECT_EQ(before.events_listed + 1, held.events_listed);
	EXPECT_EQ(before.events_sent + 1, held.events_sent);
	EXPECT_LT(0, held.hooks_armed);
	EXPECT_LT(0, held.active);
	EXPECT_EQ(0, held.reserved);
	cont(CONTINUE);
	drain(exited(3));
	EXPECT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &before, &after)))
		log_stats(_metadata, "after", &after);
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &after));
	/* At least the interpreter, the C library and the exit. */
	EXPECT_LE(before.events_sent + 4, after.events_sent);
}

TEST_F(port, hooks_are_disarmed_when_nobody_needs_them)
{
	struct ntdbg_stats stats;

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, 0, 0);
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &stats));
	EXPECT_LT(0, stats.hooks_armed);
	cont(CONTINUE);
	drain(exited(0));
	close(self->fd);
	self->fd = -1;
	/* Another object, which never debugged anything, is still open. */
	EXPECT_TRUE(UNTIL(WAIT_MS, !dbg_stats(self->stats_fd, &stats) && !stats.hooks_armed))
		TH_LOG("%llu hooks are armed", stats.hooks_armed);
}

TEST_F(port, set)
{
	struct ntdbg_set set = { .size = sizeof(set) };

	EXPECT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_SET, &set));
	set.flags = NTDBG_KILL_ON_CLOSE;
	EXPECT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_SET, &set));
	for (int bit = 1; bit < 32; bit++) {
		set.flags = 1u << bit;
		EXPECT_EQ(-EINVAL, dbg_ioctl(self->fd, NTDBG_IOC_SET, &set))
			TH_LOG("flag %#x", set.flags);
		set.flags |= NTDBG_KILL_ON_CLOSE;
		EXPECT_EQ(-EINVAL, dbg_ioctl(self->fd, NTDBG_IOC_SET, &set))
			TH_LOG("flag %#x", set.flags);
	}
}

TEST_F(port, a_set_that_fails_sets_nothing)
{
	struct ntdbg_set set = { .size = sizeof(set), .flags = 0 };
	int status;

	ASSERT_EQ(0, dbg_set(self->fd, NTDBG_KILL_ON_CLOSE));
	set.flags = 2;
	ASSERT_EQ(-EINVAL, dbg_ioctl(self->fd, NTDBG_IOC_SET, &set));
	launch(NTDBG_LAUNCH_LOADER_BREAK, "park", "1", "0");
	run_to_program();
	close(self->fd);
	self->fd = -1;
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGKILL, WTERMSIG(status));
}

TEST_F(port, other_file_operations)
{
	char c = 0;

	EXPECT_EQ(-1, write(self->fd, &c, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, lseek(self->fd, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(-1, pread(self->fd, &c, 1, 0));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, self->fd, 0));
	EXPECT_EQ(ENODEV, errno);
}

TEST_HARNESS_MAIN
