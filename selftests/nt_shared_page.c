// SPDX-License-Identifier: GPL-2.0
/* KUSER_SHARED_DATA: what is where, that the times are true, and that it is read-only. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nt.h"

#define PAGE NTDBG_SHARED_USER_DATA
#define U8(offset) (*(volatile uint8_t *)(uintptr_t)(PAGE + (offset)))
#define U16(offset) (*(volatile uint16_t *)(uintptr_t)(PAGE + (offset)))
#define U32(offset) (*(volatile uint32_t *)(uintptr_t)(PAGE + (offset)))
#define U64(offset) (*(volatile uint64_t *)(uintptr_t)(PAGE + (offset)))

#define INTERRUPT_TIME	0x008
#define SYSTEM_TIME	0x014
#define TIME_ZONE_BIAS	0x020
#define TICK_COUNT	0x320

#define UNIX_EPOCH	116444736000000000ull
#define TICK		156250

/* The reader's side of the protocol. */
static uint64_t read_time(unsigned int offset)
{
	uint32_t high, low;

	do {
		high = U32(offset + 4);
		low = U32(offset);
	} while (high != U32(offset + 8));
	return (uint64_t)high << 32 | low;
}

static uint64_t clock_100ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 10000000ull + ts.tv_nsec / 100;
}

static sigjmp_buf back;

static void jump(int signo)
{
	siglongjmp(back, signo);
}

static int fault_of(void (*fn)(void))
{
	struct sigaction action = { .sa_handler = jump };
	int signo;

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	signo = sigsetjmp(back, 1);
	if (!signo)
		fn();
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	return signo;
}

static void write_page(void)
{
	U32(0x308) = 1;
}

static void read_page(void)
{
	(void)U32(0);
}

FIXTURE(page)
{
};

FIXTURE_SETUP(page)
{
	ASSERT_EQ(SIGSEGV, fault_of(read_page));
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(page)
{
}

TEST_F(page, read_only)
{
	EXPECT_EQ(0, fault_of(read_page));
	EXPECT_EQ(SIGSEGV, fault_of(write_page));
	EXPECT_EQ(-1, mprotect((void *)(uintptr_t)PAGE, 4096, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(MAP_FAILED, mremap((void *)(uintptr_t)PAGE, 0, 8192, MREMAP_MAYMOVE | 0x4));
}

TEST_F(page, one_page_and_no_more)
{
	void *more = mremap((void *)(uintptr_t)PAGE, 4096, 8192, MREMAP_MAYMOVE);
	struct sigaction action = { .sa_handler = jump };

	/* A process may move what is its own, but behind the page there is nothing. */
	if (more == MAP_FAILED)
		return;
	sigaction(SIGBUS, &action, NULL);
	if (!sigsetjmp(back, 1)) {
		EXPECT_EQ(0, *((volatile char *)more + 4096));
		EXPECT_TRUE(false);
	}
	signal(SIGBUS, SIG_DFL);
}

TEST_F(page, fields)
{
	static const uint16_t root[] = u"C:\\Windows";

	EXPECT_EQ(0x0fa00000, U32(0x004));
	EXPECT_EQ(0x8664, U16(0x02c));
	EXPECT_EQ(0x8664, U16(0x02e));
	EXPECT_EQ(0, memcmp((void *)(uintptr_t)(PAGE + 0x30), root, sizeof(root)));
	EXPECT_EQ(0, U32(0x23c));
	EXPECT_EQ(0x200000, U32(0x244));
	EXPECT_EQ(10586, U32(0x260));
	EXPECT_EQ(1, U32(0x264));
	EXPECT_EQ(1, U8(0x268));
	EXPECT_EQ(9, U16(0x26a));
	EXPECT_EQ(10, U32(0x26c));
	EXPECT_EQ(0, U32(0x270));
	/* What every x86-64 has */
	EXPECT_EQ(1, U8(0x274 + 2));
	EXPECT_EQ(1, U8(0x274 + 3));
	EXPECT_EQ(1, U8(0x274 + 6));
	EXPECT_EQ(1, U8(0x274 + 8));
	EXPECT_EQ(1, U8(0x274 + 10));
	EXPECT_EQ(0, U8(0x274 + 0));
	EXPECT_EQ(0, U8(0x2d4));
	EXPECT_EQ(0, U32(0x2d8));
	EXPECT_EQ(sysconf(_SC_PHYS_PAGES), U32(0x2e8));
	EXPECT_EQ(10000000, U64(0x300));
	EXPECT_EQ(0, U32(0x308));
	EXPECT_NE(0, U32(0x330));
	EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), U32(0x3c0));
	EXPECT_EQ(1, U8(0x3c4));
	EXPECT_EQ(0, U8(0x3c6));
}

TEST(profiles_and_flags)
{
	struct ntdbg_nt_start start;
	unsigned int i;
	int status;
	pid_t pid;

	for (i = 0; i < 4; i++) {
		pid = fork();
		if (!pid) {
			nt_default_start(&start);
			start.profile = i & 1;
			if (i & 2)
				start.flags |= NTDBG_NT_SYSTEM_CALL;
			if (nt_begin_as(&start))
				_exit(1);
			if (U32(0x260) != (i & 1 ? 10240 : 10586))
				_exit(2);
			/* 1507 has no such field. */
			_exit(U32(0x308) == (i == 2) ? 0 : 3);
		}
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_EQ(0, status);
	}
}

TEST(something_is_there)
{
	void *page = mmap((void *)(uintptr_t)PAGE, 4096, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	ASSERT_EQ((void *)(uintptr_t)PAGE, page);
	EXPECT_EQ(-EEXIST, nt_begin());
	ASSERT_EQ(0, munmap(page, 4096));
	EXPECT_EQ(0, nt_begin());
	EXPECT_EQ(10586, U32(0x260));
}

TEST_F(page, survives_fork)
{
	uint64_t before = read_time(INTERRUPT_TIME);
	int status;
	pid_t pid = fork();

	if (!pid) {
		while (read_time(INTERRUPT_TIME) == before)
			sched_yield();
		_exit(fault_of(write_page) == SIGSEGV ? 0 : 1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

/* It comes back by a fault: a real page, not the zero page. */
TEST_F(page, taken_out_of_memory)
{
	uint32_t cookie = U32(0x330);

	ASSERT_EQ(0, madvise((void *)(uintptr_t)PAGE, 4096, MADV_DONTNEED));
	EXPECT_EQ(cookie, U32(0x330));
	EXPECT_EQ(10586, U32(0x260));
}

TEST_F(page, bias)
{
	struct timeval tv;
	struct timezone zone;

	ASSERT_EQ(0, syscall(SYS_gettimeofday, &tv, &zone));
	EXPECT_EQ(zone.tz_minuteswest * 600000000ll, (int64_t)read_time(TIME_ZONE_BIAS));
	EXPECT_GE(TICK + clock_100ns(CLOCK_BOOTTIME) - clock_100ns(CLOCK_MONOTONIC), U64(0x3b0));
}

struct torture {
	pthread_t thread;
	volatile int *stop;
	uint64_t reads;
	uint64_t changes;
	const char *defect;
};

/*
 * Bracketed by the true time: never before what was last seen, never ahead of the
 * clock. All three times come from the same moment.
 */
static void *torture(void *argument)
{
	uint64_t interrupt_time, last_interrupt = 0, last_system = 0, last_tick = 0, now, was;
	struct torture *t = argument;

	while (!*t->stop && !t->defect) {
		was = read_time(SYSTEM_TIME);
		now = clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH;
		if (was > now)
			t->defect = "SystemTime is ahead";
		if (was < last_system)
			t->defect = "SystemTime went back";
		last_system = was;
		interrupt_time = read_time(INTERRUPT_TIME);
		if (interrupt_time > clock_100ns(CLOCK_BOOTTIME))
			t->defect = "InterruptTime is ahead";
		if (interrupt_time < last_interrupt)
			t->defect = "InterruptTime went back";
		t->changes += interrupt_time != last_interrupt;
		last_interrupt = interrupt_time;
		was = read_time(TICK_COUNT);
		if (was < last_tick || was < interrupt_time / TICK)
			t->defect = "TickCount went back, or lags";
		last_tick = was;
		/* As 64-bit code may read it. */
		if (U64(INTERRUPT_TIME) < interrupt_time)
			t->defect = "InterruptTime read at once went back";
		t->reads++;
	}
	return NULL;
}

TEST_F(page, torture)
{
	struct torture threads[3] = { };
	uint64_t begin = clock_100ns(CLOCK_MONOTONIC);
	volatile int stop = 0;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		threads[i].stop = &stop;
		ASSERT_EQ(0, pthread_create(&threads[i].thread, NULL, torture, &threads[i]));
	}
	while (clock_100ns(CLOCK_MONOTONIC) < begin + 3 * 10000000ull)
		usleep(10000);
	stop = 1;
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, pthread_join(threads[i].thread, NULL));
		EXPECT_EQ(NULL, threads[i].defect) {
			TH_LOG("%s", threads[i].defect);
		}
		EXPECT_LT(1000, threads[i].reads);
		EXPECT_LT(3, threads[i].changes);
	}
}

/* Over some ticks the page goes as fast as the clock does. */
TEST_F(page, as_fast_as_the_clock)
{
	uint64_t page = read_time(INTERRUPT_TIME), clock, page_ran, clock_ran;

	while (read_time(INTERRUPT_TIME) == page)
		sched_yield();
	clock = clock_100ns(CLOCK_BOOTTIME);
	page = read_time(INTERRUPT_TIME);
	while (clock_100ns(CLOCK_BOOTTIME) < clock + 20000000)
		usleep(1000);
	page_ran = read_time(INTERRUPT_TIME) - page;
	clock_ran = clock_100ns(CLOCK_BOOTTIME) - clock;
	/* An emulated machine may be kept from its work for a while. */
	EXPECT_LT(clock_ran - clock_ran / 4, page_ran);
	EXPECT_GT(clock_ran + clock_ran / 4, page_ran);
}

/* What ntdll's RtlGetSystemTimePrecise() would make of it. */
TEST_F(page, precise_time)
{
	uint64_t lock, system_time, baseline, counter, precise, before, after;

	before = clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH;
	do {
		lock = U64(0x340);
		system_time = read_time(SYSTEM_TIME);
		baseline = U64(0x348);
		NT(NtQueryPerformanceCounter, A(&counter), 0);
	} while ((lock & 1) || lock != U64(0x340));
	after = clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH;
	precise = system_time + (uint64_t)(((unsigned __int128)((counter - baseline) << U8(0x368)) *
					    U64(0x358)) >> 64);
	/* The two clocks were read one after the other. */
	EXPECT_LE(before, precise + 100000);
	EXPECT_LE(precise, after + 100000);
}

TEST_HARNESS_MAIN
