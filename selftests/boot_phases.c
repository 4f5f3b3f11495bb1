// SPDX-License-Identifier: GPL-2.0
/*
 * The steps in which the module comes up: their order, and that each of them
 * may fail, before it has done anything and after, and leaves nothing behind.
 * NTDBG_KO names the file to load it from again.
 */
#include "fixture.h"
#include "module.h"

#define boot_data _test_data_boot

#define STEPS_FILE "/sys/module/ntdbg/parameters/boot"
#define HOOKED "/sys/kernel/tracing/enabled_functions"
#define PROBED "/sys/kernel/debug/kprobes/list"

/* In NT's order; what NT stops with. */
static const struct {
	const char *name;
	const char *bugcheck;
} steps[] = {
	{ "Ex0", "0x31 PHASE0_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Mm0", "0x31 PHASE0_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Ob0", "0x5E OBJECT_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Se0", "0x5F SECURITY_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Ps0", "0x60 PROCESS_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Pp0", "0x8F PP0_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Dbgk0", "0x31 PHASE0_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Ke1", "0x32 PHASE1_INITIALIZATION_FAILED (0x0, 0x0, 0x2, 0x0)" },
	{ "Kd1", "0x32 PHASE1_INITIALIZATION_FAILED (0x0, 0x0, 0x3, 0x0)" },
	{ "Se1", "0x63 SECURITY1_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Mm1", "0x65 MEMORY1_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Io1", "0x69 IO1_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
	{ "Ps1", "0x6B PROCESS1_INITIALIZATION_FAILED (0x0, 0x0, 0x0, 0x0)" },
};

FIXTURE(boot) {
	const char *ko;
	int kmsg;
};

FIXTURE_SETUP(boot)
{
	self->kmsg = -1;
	self->ko = getenv("NTDBG_KO");
	if (!self->ko)
		SKIP(return, "NTDBG_KO does not name the module's file");
	self->kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_LE(0, self->kmsg);
	ASSERT_TRUE(module_loaded());
	ASSERT_TRUE(module_unloads());
}

FIXTURE_TEARDOWN(boot)
{
	_metadata->trigger = 0;
	if (self->kmsg >= 0)
		close(self->kmsg);
	/* For whatever comes next. */
	if (self->ko && !module_loaded())
		EXPECT_EQ(0, module_load(self->ko));
}

/* From here on, only what is logged from here on. */
static void forget_log(int kmsg)
{
	lseek(kmsg, 0, SEEK_END);
}

/* How many lines of the log since then have this text; *last is where the last one goes. */
static unsigned int logged(int kmsg, const char *text, char *last, size_t size)
{
	unsigned int found = 0;
	char line[2048];
	ssize_t n;

	/* EPIPE: it was overwritten; the next one is there. */
	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		char *message;

		line[n > 0 ? n : 0] = '\0';
		message = strchr(line, ';');
		if (!message || !strstr(message, text))
			continue;
		snprintf(last, size, "%s", message + 1);
		found++;
	}
	return found;
}

/* Lines of a file of the kernel, that have this text. */
static long lines_with(const char *path, const char *text)
{
	FILE *file = fopen(path, "re");
	char line[512];
	long lines = 0;

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file))
		lines += !!strstr(line, text);
	fclose(file);
	return lines;
}

static void one_failure(struct __test_metadata *_metadata, struct boot_data *self,
			unsigned int step, const char *when)
{
	long hooked = lines_with(HOOKED, ""), probed = lines_with(PROBED, "");
	char parameter[64], wanted[256], line[2048] = "";

	ASSERT_LE(0, hooked);
	ASSERT_LE(0, probed);
	snprintf(parameter, sizeof(parameter), "boot_fail=%s%s", steps[step].name, when);
	snprintf(wanted, sizeof(wanted), "ntdbg: boot: step %s failed: bugcheck %s, error %d",
		 steps[step].name, steps[step].bugcheck, -ECANCELED);
	forget_log(self->kmsg);
	EXPECT_EQ(-ECANCELED, module_load_with(self->ko, parameter)) TH_LOG("%s", parameter);
	EXPECT_EQ(1, logged(self->kmsg, "bugcheck", line, sizeof(line))) TH_LOG("%s", parameter);
	EXPECT_EQ(0, strncmp(line, wanted, strlen(wanted)))
		TH_LOG("%s: logged is: %s", parameter, line);
	EXPECT_FALSE(module_loaded());
	EXPECT_EQ(-1, access(NTDBG_DEVICE, F_OK)) TH_LOG("%s", parameter);
	EXPECT_EQ(hooked, lines_with(HOOKED, "")) TH_LOG("%s", parameter);
	EXPECT_EQ(probed, lines_with(PROBED, "")) TH_LOG("%s", parameter);
}

static void each_step_fails(struct __test_metadata *_metadata, struct boot_data *self,
			    const char *when)
{
	char line[2048] = "";
	int fd;

	for (unsigned int step = 0; step < ARRAY_SIZE(steps); step++)
		one_failure(_metadata, self, step, when);
	/* A cache or a name that was left would be in the way, and would be told of. */
	forget_log(self->kmsg);
	ASSERT_EQ(0, module_load(self->ko));
	EXPECT_EQ(0, logged(self->kmsg, "ntdbg: ", line, sizeof(line))) TH_LOG("%s", line);
	fd = dbg_open();
	EXPECT_LE(0, fd);
	close(fd);
}

TEST_F_TIMEOUT(boot, each_step_fails_after_its_work, 300)
{
	each_step_fails(_metadata, self, "");
}

TEST_F_TIMEOUT(boot, each_step_fails_before_its_work, 300)
{
	each_step_fails(_metadata, self, ":before");
}

TEST_F(boot, no_step_of_that_name)
{
	static const char *const names[] = {
		"Ex1", "Ps", "ps0", "Ps0x", "Ps0:", "Ps0:after", ":", ":before", "Ps0 ",
	};
	char parameter[64], line[2048];

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(parameter, sizeof(parameter), "boot_fail=\"%s\"", names[i]);
		forget_log(self->kmsg);
		EXPECT_EQ(-EINVAL, module_load_with(self->ko, parameter)) TH_LOG("%s", parameter);
		EXPECT_EQ(1, logged(self->kmsg, "names no step", line, sizeof(line)))
			TH_LOG("%s", parameter);
		EXPECT_FALSE(module_loaded());
	}
}

TEST_F(boot, order_and_times)
{
	unsigned long long before, after, end, start, duration;
	unsigned int step = 0;
	char line[256], name[64];
	FILE *file;

	before = now_ns();
	ASSERT_EQ(0, module_load(self->ko));
	after = now_ns();
	file = fopen(STEPS_FILE, "re");
	ASSERT_NE(NULL, file);
	for (end = before; fgets(line, sizeof(line), file); step++) {
		ASSERT_GT(ARRAY_SIZE(steps), step) TH_LOG("a step too many: %s", line);
		ASSERT_EQ(3, sscanf(line, "%63s %llu %llu", name, &start, &duration))
			TH_LOG("%s", line);
		EXPECT_STREQ(steps[step].name, name);
		EXPECT_LE(end, start) TH_LOG("%s", line);
		EXPECT_LT(0, duration) TH_LOG("%s", line);
		end = start + duration;
	}
	EXPECT_EQ(ARRAY_SIZE(steps), step);
	EXPECT_LE(end, after);
	fclose(file);
	/* It is there to be read. */
	EXPECT_EQ(-1, open(STEPS_FILE, O_WRONLY));
}

/*
 * The device is there before the last step is done. Whoever opens it meanwhile
 * waits, and gets it or not.
 */
TEST_F_TIMEOUT(boot, opened_while_it_comes_up, 300)
{
	bool others = false;
	struct board *board;
	int board_fd, status;
	pid_t pid;

	board = board_new(&board_fd);
	ASSERT_NE(NULL, board);
	pid = fork();
	if (!pid) {
		while (!board_get(board->go)) {
			int fd = open(NTDBG_DEVICE, O_RDWR | O_CLOEXEC);

			if (fd >= 0)
				close(fd);
			else if (errno != ENODEV && errno != ENOENT && errno != ENXIO)
				others = true;
		}
		_exit(others ? 1 : 0);
	}
	for (int i = 0; i < 10; i++) {
		EXPECT_EQ(-ECANCELED, module_load_with(self->ko, "boot_fail=Ps1"));
		EXPECT_EQ(-ECANCELED, module_load_with(self->ko, "boot_fail=Io1"));
		EXPECT_EQ(0, module_load(self->ko));
		EXPECT_TRUE(module_unloads());
	}
	board_go(board);
	ASSERT_TRUE(wait_exit(pid, WAIT_MS, &status));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
