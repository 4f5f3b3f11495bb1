// SPDX-License-Identifier: GPL-2.0
/* Bad arguments of every ioctl: the documented errno, and nothing written. */
#include "fixture.h"
#include "bad_calls.h"

#define abi_data _test_data_abi

FIXTURE(abi) {
	struct port_data port;
	unsigned char *page;		/* one page, and none after it */
	union argument arg, before;
	int fds[NR_OBJECT_TYPES];	/* by the bits of ON_* */
	int fd;				/* one that the command works on */
};

FIXTURE_VARIANT(abi) {
	unsigned int index;		/* of the command */
};

FIXTURE_VARIANT_ADD(abi, info) { .index = 0 };
FIXTURE_VARIANT_ADD(abi, feature) { .index = 1 };
FIXTURE_VARIANT_ADD(abi, stats) { .index = 2 };
FIXTURE_VARIANT_ADD(abi, set) { .index = 3 };
FIXTURE_VARIANT_ADD(abi, launch) { .index = 4 };
FIXTURE_VARIANT_ADD(abi, attach) { .index = 5 };
FIXTURE_VARIANT_ADD(abi, detach) { .index = 6 };
FIXTURE_VARIANT_ADD(abi, wait) { .index = 7 };
FIXTURE_VARIANT_ADD(abi, continue) { .index = 8 };
FIXTURE_VARIANT_ADD(abi, continue_wait) { .index = 9 };
FIXTURE_VARIANT_ADD(abi, handle) { .index = 10 };
FIXTURE_VARIANT_ADD(abi, duplicate) { .index = 11 };
FIXTURE_VARIANT_ADD(abi, open_process) { .index = 12 };
FIXTURE_VARIANT_ADD(abi, open_thread) { .index = 13 };
FIXTURE_VARIANT_ADD(abi, raise) { .index = 14 };
FIXTURE_VARIANT_ADD(abi, process_query) { .index = 15 };
FIXTURE_VARIANT_ADD(abi, process_attach) { .index = 16 };
FIXTURE_VARIANT_ADD(abi, process_detach) { .index = 17 };
FIXTURE_VARIANT_ADD(abi, debug_object) { .index = 18 };
FIXTURE_VARIANT_ADD(abi, inherit) { .index = 19 };
FIXTURE_VARIANT_ADD(abi, process_terminate) { .index = 20 };
FIXTURE_VARIANT_ADD(abi, read) { .index = 21 };
FIXTURE_VARIANT_ADD(abi, write) { .index = 22 };
FIXTURE_VARIANT_ADD(abi, protect) { .index = 23 };
FIXTURE_VARIANT_ADD(abi, region) { .index = 24 };
FIXTURE_VARIANT_ADD(abi, thread_query) { .index = 25 };
FIXTURE_VARIANT_ADD(abi, suspend) { .index = 26 };
FIXTURE_VARIANT_ADD(abi, resume) { .index = 27 };
FIXTURE_VARIANT_ADD(abi, thread_terminate) { .index = 28 };
FIXTURE_VARIANT_ADD(abi, get_context) { .index = 29 };
FIXTURE_VARIANT_ADD(abi, set_context) { .index = 30 };

/* A process that nobody debugs, and handles of it that cannot end it. */
static void open_targets(struct __test_metadata *_metadata, struct port_data *self, int *fds)
{
	start(2, "park", "1", "0");
	fds[0] = self->fd;
	fds[1] = process_handle(NTDBG_PROCESS_ALL_ACCESS & ~NTDBG_PROCESS_TERMINATE);
	fds[2] = thread_handle(self->board->tid[1],
			       NTDBG_THREAD_ALL_ACCESS & ~NTDBG_THREAD_TERMINATE);
}

FIXTURE_SETUP(abi)
{
	const struct command *c = &commands[variant->index];

	port_setup(_metadata, &self->port, NULL);
	open_targets(_metadata, &self->port, self->fds);
	self->fd = self->fds[__builtin_ctz(works_on(c))];
	self->page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	ASSERT_EQ(0, munmap(self->page + 4096, 4096));
	/* So that LAUNCH has a result that changes nothing. */
	if (c->cmd == NTDBG_IOC_LAUNCH)
		ASSERT_EQ(0, dbg_launch_self(self->port.stats_fd, 0));
}

FIXTURE_TEARDOWN(abi)
{
	if (commands[variant->index].cmd == NTDBG_IOC_LAUNCH)
		EXPECT_EQ(0, dbg_detach(self->port.stats_fd, getpid()));
	port_teardown(_metadata, &self->port, NULL);
}

/* The descriptor that a good call may give is closed again. */
static int call_at(struct abi_data *self, const struct command *c, void *arg)
{
	int ret = nt_call(self->fd, c->cmd, arg);

	if (!c->opens || ret < 0)
		return ret;
	return ret && !close(ret) ? 0 : -EBADF;
}

static int call(struct abi_data *self, const struct command *c)
{
	self->before = self->arg;
	return call_at(self, c, &self->arg);
}

TEST_F(abi, good_arguments)
{
	const struct command *c = &commands[variant->index];

	fill(c, &self->arg, self->page);
	EXPECT_EQ(c->good, call(self, c));
	EXPECT_EQ(c->size, self->arg.size);
	for (size_t i = c->size; i < sizeof(self->arg); i++)
		EXPECT_EQ(0, self->arg.bytes[i]);
	if (c->good)
		EXPECT_TRUE(untouched(c, &self->before, &self->arg));
	if (c->cmd == NTDBG_IOC_CONTINUE_WAIT)
		EXPECT_EQ(0, self->arg.continue_wait.done);
}

TEST_F(abi, bad_pointers)
{
	const struct command *c = &commands[variant->index];
	void *const bad[] = {
		NULL, (void *)1, (void *)4096, self->page + 4096, self->page + 4094,
		(void *)0x00007ffffffff000ull, (void *)0x8000000000000000ull,
		(void *)0xffff888000000000ull, (void *)0xffffffff81000000ull, (void *)-1,
		(void *)-8,
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, c->cmd, bad[i]))
			TH_LOG("pointer %p", bad[i]);
	}
}

TEST_F(abi, a_struct_that_ends_in_nothing)
{
	const struct command *c = &commands[variant->index];
	unsigned char *at;

	/* One byte too few is mapped. */
	fill(c, &self->arg, self->page);
	at = self->page + 4096 - (c->size - 1);
	memcpy(at, &self->arg, c->size - 1);
	EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, c->cmd, at));
	EXPECT_EQ(0, memcmp(at, &self->arg, c->size - 1));
	/* The tail that the size promises is not mapped. */
	self->arg.size = c->size + 8;
	at = self->page + 4096 - c->size;
	memcpy(at, &self->arg, c->size);
	EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, c->cmd, at));
	EXPECT_EQ(0, memcmp(at, &self->arg, c->size));
	/* It fits exactly. */
	self->arg.size = c->size;
	memcpy(at, &self->arg, c->size);
	EXPECT_EQ(c->good, call_at(self, c, at));
}

TEST_F(abi, a_struct_that_cannot_be_written)
{
	const struct command *c = &commands[variant->index];

	fill(c, &self->arg, self->page);
	memcpy(self->page, &self->arg, c->size);
	ASSERT_EQ(0, mprotect(self->page, 4096, PROT_READ));
	/* WAIT finds out before it takes an event, SUSPEND before it counts. */
	EXPECT_EQ(c->writes ? -EFAULT : c->good, call_at(self, c, self->page));
	EXPECT_EQ(0, memcmp(self->page, &self->arg, c->size));
}

TEST_F(abi, shorter_than_the_first_version)
{
	const struct command *c = &commands[variant->index];

	for (uint32_t size = 0; size < c->size; size++) {
		fill(c, &self->arg, self->page);
		self->arg.size = size;
		ASSERT_EQ(-EINVAL, call(self, c)) TH_LOG("size %u", size);
		ASSERT_TRUE(untouched(c, &self->before, &self->arg)) TH_LOG("size %u", size);
	}
}

TEST_F(abi, longer_with_a_tail_of_zeroes)
{
	const struct command *c = &commands[variant->index];
	const uint32_t more[] = { 1, 4, 8, 64, 1024, 4096 };

	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		uint32_t size = more[i] == 4096 ? 4096 : c->size + more[i];

		fill(c, &self->arg, self->page);
		self->arg.size = size;
		EXPECT_EQ(c->good, call(self, c)) TH_LOG("size %u", size);
		for (size_t j = c->size; j < sizeof(self->arg); j++)
			ASSERT_EQ(0, self->arg.bytes[j]);
	}
}

TEST_F(abi, longer_with_something_in_the_tail)
{
	const struct command *c = &commands[variant->index];
	const uint32_t more[] = { 1, 4, 8, 64, 1024 };

	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		/* In the tail's first byte, and in its last. */
		for (int last = 0; last < 2; last++) {
			fill(c, &self->arg, self->page);
			self->arg.size = c->size + more[i];
			self->arg.bytes[last ? c->size + more[i] - 1 : c->size] = 1;
			EXPECT_EQ(-E2BIG, call(self, c)) TH_LOG("size %u", self->arg.size);
			EXPECT_TRUE(untouched(c, &self->before, &self->arg));
		}
		/* What lies behind the size does not count. */
		fill(c, &self->arg, self->page);
		self->arg.size = c->size + more[i];
		self->arg.bytes[c->size + more[i]] = 1;
		EXPECT_EQ(c->good, call(self, c));
	}
}

TEST_F(abi, sizes_beyond_reason)
{
	const struct command *c = &commands[variant->index];
	const uint32_t sizes[] = { 1 << 16, 1 << 20, 0x7fffffff, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		fill(c, &self->arg, self->page);
		self->arg.size = sizes[i];
		EXPECT_EQ(-E2BIG, call(self, c)) TH_LOG("size %#x", sizes[i]);
		EXPECT_TRUE(untouched(c, &self->before, &self->arg));
	}
}

TEST_F(abi, unknown_flags)
{
	const struct command *c = &commands[variant->index];

	for (int bit = 0; c->flags_at && bit < 32; bit++) {
		if (c->flags & 1u << bit)
			continue;
		fill(c, &self->arg, self->page);
		*word_at(&self->arg, c->flags_at) = 1u << bit;
		ASSERT_EQ(-EINVAL, call(self, c)) TH_LOG("flag %#x", 1u << bit);
		ASSERT_TRUE(untouched(c, &self->before, &self->arg));
		fill(c, &self->arg, self->page);
		*word_at(&self->arg, c->flags_at) = c->flags | 1u << bit;
		EXPECT_EQ(-EINVAL, call(self, c)) TH_LOG("flags %#x", c->flags | 1u << bit);
	}
	fill(c, &self->arg, self->page);
	if (c->flags_at)
		*word_at(&self->arg, c->flags_at) = c->flags;
	EXPECT_EQ(c->good, call(self, c));
	/* The flags of SET are set now. */
	EXPECT_EQ(0, dbg_set(self->port.fd, 0));
}

TEST_F(abi, padding)
{
	const struct command *c = &commands[variant->index];

	for (int bit = 0; c->reserved_at && bit < 32; bit++) {
		fill(c, &self->arg, self->page);
		*word_at(&self->arg, c->reserved_at) = 1u << bit;
		ASSERT_EQ(-EINVAL, call(self, c)) TH_LOG("bit %d", bit);
		ASSERT_TRUE(untouched(c, &self->before, &self->arg));
	}
}

/* On a descriptor of another kind the number means nothing. */
TEST_F(abi, other_descriptors)
{
	const struct command *c = &commands[variant->index];
	int ends[2], fds[6];

	ASSERT_EQ(0, pipe(ends));
	fds[0] = ends[0];
	fds[1] = ends[1];
	fds[2] = open("/dev/null", O_RDWR);
	fds[3] = open("/proc/self/exe", O_RDONLY);
	fds[4] = self->port.board_fd;
	fds[5] = open("/", O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		fill(c, &self->arg, self->page);
		self->before = self->arg;
		EXPECT_EQ(-ENOTTY, dbg_ioctl(fds[i], c->cmd, &self->arg));
		EXPECT_EQ(0, memcmp(&self->arg, &self->before, sizeof(self->arg)));
	}
	EXPECT_EQ(-EBADF, dbg_ioctl(-1, c->cmd, &self->arg));
	/* And on a handle of another type neither. */
	for (size_t i = 0; i < NR_OBJECT_TYPES; i++) {
		if (works_on(c) & 1u << i)
			continue;
		fill(c, &self->arg, self->page);
		self->before = self->arg;
		EXPECT_EQ(-ENOTTY, dbg_ioctl(self->fds[i], c->cmd, &self->arg));
		EXPECT_EQ(0, memcmp(&self->arg, &self->before, sizeof(self->arg)));
		EXPECT_EQ(-ENOTTY, dbg_ioctl(self->fds[i], c->cmd, NULL));
	}
}

static bool is_known(unsigned long cmd, unsigned int on)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].cmd == cmd && works_on(&commands[i]) & on)
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(bare_commands); i++)
		if (bare_commands[i].cmd == cmd && bare_commands[i].on & on)
			return true;
	return false;
}

static void check_unknown_commands(struct __test_metadata *_metadata, int fd, unsigned int on)
{
	unsigned char arg[256];

	for (unsigned int nr = 0; nr < 256; nr++) {
		unsigned long cmd = _IO(NTDBG_IOC_MAGIC, nr);

		if (is_known(cmd, on))
			continue;
		memset(arg, POISON, sizeof(arg));
		EXPECT_EQ(-ENOTTY, dbg_ioctl(fd, cmd, arg)) TH_LOG("number %#x", nr);
		for (size_t i = 0; i < sizeof(arg); i++)
			ASSERT_EQ(POISON, arg[i]);
	}
	/* Other letters, and our numbers with a size and a direction. */
	EXPECT_EQ(-ENOTTY, dbg_ioctl(fd, _IO('N', 0), arg));
	EXPECT_EQ(-ENOTTY, dbg_ioctl(fd, TIOCGWINSZ, arg));
	EXPECT_EQ(-ENOTTY, dbg_ioctl(fd, _IOWR(NTDBG_IOC_MAGIC, 0, int), arg));
	EXPECT_EQ(-ENOTTY, dbg_ioctl(fd, _IOWR(NTDBG_IOC_MAGIC, 0x30, int), arg));
	EXPECT_EQ(-ENOTTY, dbg_ioctl(fd, 0, arg));
	EXPECT_EQ(-ENOTTY, dbg_ioctl(fd, ~0ul, arg));
}

TEST_F(port, unknown_commands)
{
	int fds[NR_OBJECT_TYPES];

	open_targets(_metadata, self, fds);
	for (unsigned int i = 0; i < NR_OBJECT_TYPES; i++)
		check_unknown_commands(_metadata, fds[i], 1u << i);
}

/* A call that fails for its struct has not taken half of its effect. */
TEST_F(port, nothing_is_suspended_by_a_bad_struct)
{
	struct ntdbg_suspend *read_only = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds[NR_OBJECT_TYPES];

	ASSERT_NE(MAP_FAILED, read_only);
	read_only->size = sizeof(*read_only);
	ASSERT_EQ(0, mprotect(read_only, 4096, PROT_READ));
	open_targets(_metadata, self, fds);
	EXPECT_EQ(-EFAULT, dbg_ioctl(fds[2], NTDBG_IOC_THREAD_SUSPEND, read_only));
	EXPECT_EQ(0, nt_suspend_count(fds[2]));
	EXPECT_EQ(0, nt_suspend(fds[2]));
	EXPECT_EQ(-EFAULT, dbg_ioctl(fds[2], NTDBG_IOC_THREAD_RESUME, read_only));
	EXPECT_EQ(1, nt_resume(fds[2]));
}

TEST_HARNESS_MAIN
