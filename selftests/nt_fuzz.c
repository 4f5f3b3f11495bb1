// SPDX-License-Identifier: GPL-2.0
/*
 * Every NT service with random arguments, through each entry. A batch of calls
 * is made by a child, nobody, in a pid namespace of its own, so that whatever a
 * call ends is the child or its companion; another child goes on where it ended.
 * The same seed makes the same calls.
 *
 * NTDBG_ITER=N calls through each entry, NTDBG_SEED=N, NTDBG_ONLY=NtClose for
 * one service alone.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "fixture.h"
#include "meminfo.h"
#include "nobody.h"
#include "nt.h"

#define fuzz_data _test_data_fuzz

#define BATCH 2000		/* calls of one child */
#define TICK_MS 20		/* a call that lasts two ticks is abandoned */
#define STUCK_MS 4000		/* a child that makes no call for so long is killed */
#define SUSPENDED_MS 200	/* or so long, if it has suspended itself: then it never will */
#define SLAB_SLACK_KB 4096

struct row {
	const char *name;
	uint32_t number;
	unsigned int arguments;
	const char *hints;
};

#define NT_ROW(name, number, arguments, hints) { #name, number, arguments, hints },
static const struct row rows[] = {
#include "nt_services.h"
};

/* What the watcher sees of the child, and the test of both. */
struct shared {
	uint64_t calls;			/* begun */
	uint32_t row;			/* of the call under way */
	uint32_t inside;		/* there is one */
	uint64_t arguments[NT_MAX_ARGUMENTS];
	uint64_t seed;			/* of the batch */
	uint64_t batch_calls;		/* of the batch */
	uint64_t children;
	uint64_t killed;		/* children that ended by a signal of their own */
	uint64_t abandoned[512];	/* calls that lasted too long */
	uint64_t stuck[512];		/* and could not be interrupted, but killed */
	uint64_t successes[512];
	uint32_t failed;		/* a child that could not be killed */
	uint32_t unprepared;		/* a child that could not begin */
};

/* ---- in the child ------------------------------------------------------------ */

#define SLOT 256
#define SLOTS 48
#define HANDLES 64

static struct shared *shared;
static struct random dice;
static unsigned char *pool;		/* SLOTS slots, behind the last one there is nothing */
static unsigned char *read_only;	/* a page, likewise */
static unsigned char *spare;		/* memory that services may take and give */
static uint64_t handles[HANDLES];
static unsigned int nr_handles;
static pid_t companion;
static sigjmp_buf abandon;
static uint64_t tick_calls;

#define POOL_SIZE (SLOT * SLOTS)
#define SPARE_SIZE 0x40000

static uint32_t roll(uint32_t limit)
{
	return random_below(&dice, limit);
}

static uint64_t roll64(void)
{
	return (uint64_t)roll(UINT32_MAX) << 32 | roll(UINT32_MAX);
}

static const uint16_t *const names[] = {
	u"\\BaseNamedObjects\\fuzz0", u"\\BaseNamedObjects\\fuzz1", u"fuzz2", u"\\", u"",
	u"\\??\\unix\\tmp\\fuzz", u"\\??\\unix\\dev\\null", u"\\??\\unix\\dev\\zero",
	u"\\??\\C:\\tmp\\fuzz", u"\\??\\unix\\proc\\self\\maps", u"\\KernelObjects",
	u"\\??\\", u"\\??\\C:", u"\\nowhere\\x", u"fuzz\\..\\x", u"\\BaseNamedObjects\\\xd800",
	u"\\??\\unix\\tmp", u"\\Device\\Null",
};

static uint64_t some_number(void)
{
	static const uint64_t lengths[] = {
		4, 8, 0x10, 0x18, 0x20, 0x28, 0x30, 0x38, 0x40, 0x48, 0x50, 0x58, 0x60, 0x68, 0x98,
		0x100, 0x158, 0x1000, 0x4d0, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
		0x1f0003, 0x100000, 0x1fffff, 0x80000000, 0x02000000, 0x3000, 0x8000, 0x4000,
		0x08000000, 0x04000000, 0x01000000,
	};

	switch (roll(8)) {
	case 0:
		return 0;
	case 1:
	case 2:
		return roll(8);
	case 3:
		return roll(80);
	case 4:
	case 5:
		return lengths[roll(ARRAY_SIZE(lengths))];
	case 6:
		return 1ull << roll(64);
	default:
		return roll(2) ? roll64() : -(uint64_t)roll(16);
	}
}

static uint64_t some_handle(void)
{
	switch (roll(16)) {
	case 0:
		return NT_CURRENT_PROCESS;
	case 1:
		return NT_CURRENT_THREAD;
	case 2:
		return 0;
	case 3:
		return roll(2) ? roll64() : (uint64_t)roll(0x400) * 4;
	case 4:
		return handles[roll(nr_handles)] | roll(4);
	case 5:
		return handles[roll(nr_handles)] | roll64() << 32;
	default:
		return handles[roll(nr_handles)];
	}
}

static unsigned char *slot(void)
{
	return pool + roll(SLOTS) * SLOT;
}

static uint64_t some_address(void)
{
	switch (roll(8)) {
	case 0:
		return A(pool) + roll(POOL_SIZE);
	case 1:
		return roll(0x20000);
	case 2:
		return roll64();
	default:
		return A(spare) + roll(SPARE_SIZE / 0x1000) * 0x1000;
	}
}

/* Something that services look for behind pointers. */
static void fill(unsigned char *at)
{
	uint64_t *words = (uint64_t *)at;
	struct nt_name *name = (struct nt_name *)at;

	switch (roll(9)) {
	case 0:
	case 1:
	case 2:
		nt_name(name, names[roll(ARRAY_SIZE(names))],
			roll(2) ? 0x40 : roll(2) ? 0xc2 : some_number());
		if (!roll(4))
			name->attributes.root = some_handle();
		if (!roll(8))
			name->attributes.length = some_number();
		if (!roll(8))
			name->string.length = some_number();
		if (!roll(16))
			name->string.buffer = some_address();
		/* The attributes are what is pointed to. */
		memmove(at + 64, &name->string, sizeof(name->string));
		name->attributes.name = name->attributes.name ? A(at + 64) : 0;
		memmove(at, &name->attributes, sizeof(name->attributes));
		break;
	case 3:
		words[0] = -(uint64_t)roll(10000);
		words[1] = some_number();
		break;
	case 4:
		words[0] = roll(3) ? companion : roll(8);
		words[1] = roll(3) ? companion : roll(8);
		break;
	case 5:
		for (int i = 0; i < SLOT / 8; i++)
			words[i] = some_handle();
		break;
	case 6:
		words[0] = some_address();
		words[1] = roll(SPARE_SIZE);
		break;
	case 7:
		for (int i = 0; i < SLOT / 8; i++)
			words[i] = some_number();
		break;
	default:
		memset(at, roll(256), SLOT);
		break;
	}
}

static uint64_t some_pointer(void)
{
	switch (roll(24)) {
	case 0:
	case 1:
	case 2:
		return 0;
	case 3:
		return A(slot()) + roll(16);
	case 4:
		return A(pool) + POOL_SIZE - roll(64);
	case 5:
		return A(read_only) + roll(4096);
	case 6:
		return A(read_only) + 4096 - roll(64);
	case 7:
		return 0xffff800000000000ull | roll64() >> 20;
	case 8:
		return 0x7fffffff0000ull - 0x8000 + roll(0x20000);
	case 9:
		return 0x7ffe0000 + roll(0x1000);
	case 10:
		return roll64();
	case 11:
		return roll(0x10000);
	default:
		return A(slot());
	}
}

static uint64_t some_argument(char hint)
{
	unsigned char *at;

	/* Now and then something else altogether. */
	if (!roll(8))
		hint = "hpi"[roll(3)];
	switch (hint) {
	case 'h':
		return some_handle();
	case 'i':
		return some_number();
	case 't':
	case 'a':
		if (!roll(4))
			return some_pointer();
		at = slot();
		if (hint == 't')
			*(uint64_t *)at = -(uint64_t)roll(10000);
		return A(at);
	default:
		return some_pointer();
	}
}

static void remember(uint64_t handle)
{
	if (handle >= 4 && handle < 0x4000 && !(handle & 3))
		handles[nr_handles < HANDLES ? nr_handles++ : roll(HANDLES)] = handle;
}

static void on_tick(int signo)
{
	(void)signo;
	if (!shared->inside || shared->calls != tick_calls) {
		tick_calls = shared->calls;
		return;
	}
	shared->abandoned[shared->row]++;
	siglongjmp(abandon, 1);
}

/* One thing of each kind that there is. */
static void make_handles(void)
{
	static uint64_t made;
	struct nt_object_attributes *plain;
	struct nt_name name;
	static const char *const files[] = { "/dev/null", "/dev/zero", "/tmp", "/proc/self/stat" };
	uint64_t size = 0x10000, client[2] = { companion, companion };
	int pipes[2];

	plain = nt_name(&name, NULL, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(files); i++)
		remember(nt_handle_of(open(files[i], O_RDONLY | O_CLOEXEC)));
	remember(nt_handle_of(open("/dev/dbgport", O_RDWR | O_CLOEXEC)));
	remember(nt_handle_of(memfd_create("fuzz", MFD_CLOEXEC)));
	remember(nt_handle_of(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)));
	if (!pipe2(pipes, O_CLOEXEC | O_NONBLOCK)) {
		remember(nt_handle_of(pipes[0]));
		remember(nt_handle_of(pipes[1]));
	}
#define MAKE(service, ...) do {						\
	made = 0;							\
	if (!(NT(service, A(&made), __VA_ARGS__) & 0x80000000))		\
		remember(made);						\
} while (0)
	MAKE(NtCreateEvent, 0x1f0003, A(plain), 0, 0);
	MAKE(NtCreateEvent, 0x1f0003, A(plain), 1, 1);
	MAKE(NtCreateSemaphore, 0x1f0003, A(plain), 1, 100);
	MAKE(NtCreateMutant, 0x1f0001, A(plain), 0);
	MAKE(NtCreateTimer, 0x1f0003, A(plain), 0);
	MAKE(NtCreateKeyedEvent, 0x1f0003, A(plain), 0);
	MAKE(NtCreateIoCompletion, 0x1f0003, A(plain), 0);
	MAKE(NtCreateSection, 0xf001f, A(plain), A(&size), 4, 0x08000000, 0);
	MAKE(NtCreateDirectoryObject, 0xf000f, A(plain));
	MAKE(NtCreateDebugObject, 0x1f000f, A(plain), 0);
	MAKE(NtOpenProcess, 0x1fffff, A(plain), A(client));
	client[0] = 0;
	MAKE(NtOpenThread, 0x1fffff, A(plain), A(client));
	if (!nr_handles)
		remember(4);
}

static bool prepare(int entry)
{
	struct itimerval timer = { { 0, TICK_MS * 1000 }, { 0, TICK_MS * 1000 } };
	struct sigaction action = { .sa_handler = on_tick };
	struct rlimit memory = { 512 << 20, 512 << 20 }, file = { 1 << 20, 1 << 20 };
	struct rlimit none = { 0, 0 };
	int null = open("/dev/null", O_RDWR);

	/* Handles 4, 8 and 12 are not the terminal of the test. */
	if (null < 0 || dup2(null, 0) || dup2(null, 1) != 1 || dup2(null, 2) != 2)
		return false;
	close_range(3, ~0u, 0);
	if (chdir("/tmp") || !become_nobody())
		return false;
	nt_entry = entry;
	if (nt_begin())
		return false;
	pool = mmap(NULL, POOL_SIZE + 0x1000, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	read_only = mmap(NULL, 0x2000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	spare = mmap(NULL, SPARE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pool == MAP_FAILED || read_only == MAP_FAILED || spare == MAP_FAILED ||
	    mprotect(pool + POOL_SIZE, 0x1000, PROT_NONE) ||
	    mprotect(read_only + 0x1000, 0x1000, PROT_NONE))
		return false;
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_FSIZE, &file);
	setrlimit(RLIMIT_CORE, &none);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	make_handles();
	sigaction(SIGALRM, &action, NULL);
	return !setitimer(ITIMER_REAL, &timer, NULL);
}

static unsigned int some_row(int only)
{
	unsigned int row;

	if (only >= 0)
		return only;
	do
		row = roll(ARRAY_SIZE(rows));
	while (!rows[row].hints[0] && roll(64));
	return row;
}

static void child_main(int entry, uint64_t seed, uint64_t calls, int only)
{
	dice = (struct random){ seed };
	if (!prepare(entry)) {
		shared->unprepared++;
		_exit(1);
	}
	for (int i = 0; i < SLOTS; i++)
		fill(pool + i * SLOT);
	for (volatile uint64_t n = 0; n < calls; n++) {
		unsigned int row = some_row(only);
		const char *hints = rows[row].hints[0] ? rows[row].hints + 1 : "";
		uint32_t status;

		for (int i = roll(4); i > 0; i--)
			fill(slot());
		for (unsigned int i = 0; i < rows[row].arguments; i++)
			shared->arguments[i] = some_argument(*hints ? *hints++ : 'p');
		shared->row = row;
		shared->calls++;
		if (sigsetjmp(abandon, 1))
			continue;
		shared->inside = 1;
		status = nt_service(rows[row].number, shared->arguments, rows[row].arguments);
		shared->inside = 0;
		if (status & 0x80000000)
			continue;
		shared->successes[row]++;
		/* A new handle, perhaps. */
		for (unsigned int i = 0; i < rows[row].arguments; i++)
			if (shared->arguments[i] - A(pool) < POOL_SIZE &&
			    !(shared->arguments[i] & 7))
				remember(*(uint64_t *)shared->arguments[i]);
	}
	_exit(0);
}

/* ---- the watcher: process 1 of the namespace --------------------------------- */

static pid_t start_companion(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	close_range(3, ~0u, 0);
	if (!become_nobody())
		_exit(1);
	for (;;)
		pause();
}

/* Is it dead within some time? */
static bool dies(pid_t pid)
{
	kill(pid, SIGKILL);
	return wait_exit(pid, WAIT_MS, NULL);
}

static uint64_t patience_ns(void)
{
	bool suspends = shared->inside && !strncmp(rows[shared->row].name, "NtSuspend", 9);

	return (suspends ? SUSPENDED_MS : STUCK_MS) * 1000000ull;
}

/* Waits for a child, and kills it when it is stuck. */
static bool watch(pid_t pid)
{
	uint64_t calls = shared->calls, since = now_ns();
	int status;

	for (;;) {
		pid_t ended = waitpid(pid, &status, WNOHANG);

		if (ended == pid) {
			if (WIFSIGNALED(status))
				shared->killed++;
			return true;
		}
		if (shared->calls != calls) {
			calls = shared->calls;
			since = now_ns();
		} else if (now_ns() - since > patience_ns()) {
			shared->stuck[shared->row]++;
			return dies(pid);
		}
		breathe();
	}
}

static void watcher_main(int entry, uint64_t seed, uint64_t calls, int only)
{
	while (shared->calls < calls && !shared->failed && shared->unprepared < 3) {
		pid_t pid;

		companion = start_companion();
		shared->seed = seed + shared->children;
		shared->batch_calls = calls - shared->calls < BATCH ? calls - shared->calls : BATCH;
		shared->inside = 0;
		pid = fork();
		if (!pid)
			child_main(entry, shared->seed, shared->batch_calls, only);
		shared->children++;
		if (!watch(pid) || !dies(companion))
			shared->failed = 1;
	}
	_exit(0);
}

/* ---- the test ------------------------------------------------------------------ */

FIXTURE(fuzz) {
	int stats_fd;
	char exception_trace[16];
};

FIXTURE_VARIANT(fuzz) {
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(fuzz, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(fuzz, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(fuzz, int_2e) { .entry = NT_BY_INT_2E };

FIXTURE_SETUP(fuzz)
{
	ASSERT_TRUE(read_line(EXCEPTION_TRACE, self->exception_trace,
			      sizeof(self->exception_trace)));
	write_text(EXCEPTION_TRACE, "0");
	self->stats_fd = dbg_open();
	ASSERT_LE(0, self->stats_fd);
}

FIXTURE_TEARDOWN(fuzz)
{
	close(self->stats_fd);
	write_text(EXCEPTION_TRACE, self->exception_trace);
}

static void tell_call(struct __test_metadata *_metadata)
{
	const struct row *row = &rows[shared->row];
	char text[512];
	int n = 0;

	for (unsigned int i = 0; i < row->arguments; i++)
		n += snprintf(text + n, sizeof(text) - n, "%s%#llx", i ? ", " : "",
			      (unsigned long long)shared->arguments[i]);
	text[n] = '\0';
	TH_LOG("last call: %s(%s), seed %llu", row->name, text, (unsigned long long)shared->seed);
}

static void run_calls(struct __test_metadata *_metadata, int entry, uint64_t calls, uint64_t seed,
		      int only)
{
	pid_t pid;

	shared->calls = 0;
	shared->children = 0;
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		/* One namespace is all that a process can make. */
		if (unshare(CLONE_NEWPID))
			_exit(1);
		pid = fork();
		if (!pid)
			watcher_main(entry, seed, calls, only);
		waitpid(pid, NULL, 0);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	EXPECT_EQ(0, shared->unprepared);
	EXPECT_EQ(0, shared->failed) {
		TH_LOG("a child cannot be killed");
		tell_call(_metadata);
	}
	EXPECT_LE(calls, shared->calls);
}

static long open_files(void)
{
	char line[128] = "";

	return read_line("/proc/sys/fs/file-nr", line, sizeof(line)) ? atol(line) : -1;
}

TEST_F_TIMEOUT(fuzz, any_call, 36000)
{
	long calls = env_number("NTDBG_ITER", 3000), seed = env_number("NTDBG_SEED", 1);
	const char *name = getenv("NTDBG_ONLY");
	struct ntdbg_stats before, now;
	struct meminfo memory, memory_now;
	int only = -1;
	long files;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (name && !strcmp(name, rows[i].name))
			only = i;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, shared);
	/* The first tenth fills the caches. */
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	run_calls(_metadata, variant->entry, calls / 10 + 1, seed + 1000000, only);
	memory = meminfo_now();
	files = open_files();
	run_calls(_metadata, variant->entry, calls, seed, only);
	EXPECT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &before, &now))) {
		log_stats(_metadata, "before", &before);
		log_stats(_metadata, "after", &now);
	}
	EXPECT_TRUE(UNTIL(WAIT_MS, open_files() <= files + 64))
		TH_LOG("open files: %ld before, %ld after", files, open_files());
	memory_now = meminfo_now();
	/* A debug kernel keeps what was freed, and looks for leaks by itself. */
	if (access("/sys/kernel/debug/kmemleak", F_OK))
		EXPECT_TRUE(UNTIL(WAIT_MS, (memory_now = meminfo_now()).slab <=
					   memory.slab + SLAB_SLACK_KB))
			TH_LOG("slab: %ld kB before, %ld kB after", memory.slab, memory_now.slab);
	TH_LOG("%llu calls, %llu children, %llu of which died of a signal",
	       (unsigned long long)shared->calls, (unsigned long long)shared->children,
	       (unsigned long long)shared->killed);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		/* No success in a long run says that the fuzzer does not get far there. */
		if (calls > 100000 && rows[i].hints[0] && !shared->successes[i] && only < 0)
			TH_LOG("%s: never succeeded", rows[i].name);
		if (shared->stuck[i])
			TH_LOG("%s: %llu times not to be interrupted, but killed", rows[i].name,
			       (unsigned long long)shared->stuck[i]);
	}
}

TEST_HARNESS_MAIN
