// SPDX-License-Identifier: GPL-2.0
/* Time, NtQuerySystemInformation, unique numbers, languages, and what needs privileges. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nt.h"

#define NOBODY		65534
#define UNIX_EPOCH	116444736000000000ull

static uint64_t clock_100ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 10000000ull + ts.tv_nsec / 100;
}

FIXTURE(system)
{
	uint8_t buffer[65536] __attribute__((aligned(8)));
	uint32_t length;
};

FIXTURE_SETUP(system)
{
	ASSERT_EQ(0, nt_begin());
	memset(self->buffer, 0xa5, sizeof(self->buffer));
	self->length = 0x5555;
}

FIXTURE_TEARDOWN(system)
{
}

#define QUERY(class, size) \
	NT(NtQuerySystemInformation, class, A(self->buffer), size, A(&self->length))
#define AT(type, offset) (*(type *)(self->buffer + (offset)))

/* What fn returns is the exit code of a child that is nobody. */
static int as_nobody(int (*fn)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
			_exit(99);
		_exit(fn());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

TEST_F(system, system_time)
{
	uint64_t before = clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH, now, after;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtQuerySystemTime, A(&now)));
	after = clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH;
	EXPECT_LE(before, now);
	EXPECT_LE(now, after);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQuerySystemTime, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQuerySystemTime, 0xffff800000000000));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtQuerySystemTime, A(&now) + 1));
}

static int set_time_of_nobody(void)
{
	uint64_t now, old = 0;

	NT(NtQuerySystemTime, A(&now));
	return NT(NtSetSystemTime, A(&now), A(&old)) == STATUS_PRIVILEGE_NOT_HELD ? 0 : 1;
}

TEST_F(system, set_system_time)
{
	uint64_t now, then, old = 0, page;

	EXPECT_EQ(0, as_nobody(set_time_of_nobody));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtSetSystemTime, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtSetSystemTime, 0x10, 0));
	now = 5;
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtSetSystemTime, A(&now), 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQuerySystemTime, A(&now)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtSetSystemTime, A(&now), 0x10));
	then = now + 36000000000;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetSystemTime, A(&then), A(&old)));
	EXPECT_LE(now, old);
	EXPECT_GT(then, old);
	EXPECT_LE(then, clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH);
	/* The page knows it at once. */
	page = *(volatile uint64_t *)(uintptr_t)(NTDBG_SHARED_USER_DATA + 0x14);
	EXPECT_LE(then, page);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetSystemTime, A(&now), 0));
	page = *(volatile uint64_t *)(uintptr_t)(NTDBG_SHARED_USER_DATA + 0x14);
	EXPECT_GT(then, page);
}

TEST_F(system, performance_counter)
{
	uint64_t before = clock_100ns(CLOCK_MONOTONIC), counter, frequency, after;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryPerformanceCounter, A(&counter), A(&frequency)));
	after = clock_100ns(CLOCK_MONOTONIC);
	EXPECT_LE(before, counter);
	EXPECT_LE(counter, after);
	EXPECT_EQ(10000000, frequency);
	EXPECT_EQ(frequency, *(volatile uint64_t *)(uintptr_t)(NTDBG_SHARED_USER_DATA + 0x300));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryPerformanceCounter, A(&counter), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryPerformanceCounter, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryPerformanceCounter, A(&counter), 0x10));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtQueryPerformanceCounter, A(&counter) + 4, 0));
}

TEST_F(system, timer_resolution)
{
	uint32_t maximum, minimum, current;

	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtQueryTimerResolution, A(&maximum), A(&minimum), A(&current)));
	EXPECT_EQ(156250, maximum);
	EXPECT_EQ(5000, minimum);
	EXPECT_EQ(156250, current);
	EXPECT_EQ(STATUS_TIMER_RESOLUTION_NOT_SET, NT(NtSetTimerResolution, 0, 0, A(&current)));
	EXPECT_EQ(156250, current);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetTimerResolution, 10000, 1, A(&current)));
	EXPECT_EQ(10000, current);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetTimerResolution, 1, 1, A(&current)));
	EXPECT_EQ(5000, current);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetTimerResolution, 20000, 1, A(&current)));
	EXPECT_EQ(20000, current);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetTimerResolution, 0, 0, A(&current)));
	EXPECT_EQ(156250, current);
	EXPECT_EQ(STATUS_TIMER_RESOLUTION_NOT_SET, NT(NtSetTimerResolution, 0, 0, A(&current)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtSetTimerResolution, 10000, 1, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryTimerResolution, A(&maximum), 0, A(&current)));
}

/* What a process asked for goes with it. */
TEST_F(system, timer_resolution_of_the_dead)
{
	uint32_t maximum, minimum, current;
	pid_t pid = fork();

	if (!pid) {
		NT(NtSetTimerResolution, 5000, 1, A(&current));
		_exit(current == 5000 ? 0 : 1);
	}
	ASSERT_EQ(pid, waitpid(pid, (int *)&current, 0));
	EXPECT_EQ(0, current);
	do {
		sched_yield();
		ASSERT_EQ(STATUS_SUCCESS,
			  NT(NtQueryTimerResolution, A(&maximum), A(&minimum), A(&current)));
	} while (current != 156250);
}

TEST_F(system, class_statuses)
{
	static const uint32_t unknown[] = { 4, 6, 7, 9, 199, 0x7fffffff, 0xffffffff };
	unsigned int i;

	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		EXPECT_EQ(STATUS_INVALID_INFO_CLASS, QUERY(unknown[i], 0x100));
	EXPECT_EQ(STATUS_NOT_IMPLEMENTED, QUERY(11, 0x100));
	EXPECT_EQ(STATUS_NOT_IMPLEMENTED, QUERY(16, 0x100));
	EXPECT_EQ(0x5555, self->length);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQuerySystemInformation, 0, 0x10, 0x40, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtQuerySystemInformation, 0, A(self->buffer), 0x40, 0x10));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtQuerySystemInformation, 0, A(self->buffer) + 1, 0x40, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtQuerySystemInformation, 0, A(self->buffer), 0x40, 0));
}

TEST_F(system, basic)
{
	ASSERT_EQ(STATUS_SUCCESS, QUERY(0, 0x40));
	EXPECT_EQ(0x40, self->length);
	EXPECT_EQ(156250, AT(uint32_t, 0x4));
	EXPECT_EQ(4096, AT(uint32_t, 0x8));
	EXPECT_EQ(sysconf(_SC_PHYS_PAGES), AT(uint32_t, 0xc));
	EXPECT_EQ(0x10000, AT(uint32_t, 0x18));
	EXPECT_EQ(0x10000, AT(uint64_t, 0x20));
	EXPECT_EQ(0x7ffffffeffff, AT(uint64_t, 0x28));
	EXPECT_EQ((1ull << sysconf(_SC_NPROCESSORS_ONLN)) - 1, AT(uint64_t, 0x30));
	EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), AT(uint8_t, 0x38));
	EXPECT_EQ(0xa5, AT(uint8_t, 0x40));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(0, 0x3f));
	EXPECT_EQ(0x40, self->length);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(0, 0x41));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(0, 0));
	EXPECT_EQ(STATUS_SUCCESS, QUERY(114, 0x40));
}

TEST_F(system, processor)
{
	ASSERT_EQ(STATUS_SUCCESS, QUERY(1, 0xc));
	EXPECT_EQ(0xc, self->length);
	EXPECT_EQ(9, AT(uint16_t, 0));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(1, 0xb));
	EXPECT_EQ(0xc, self->length);
}

TEST_F(system, performance)
{
	uint32_t calls;

	ASSERT_EQ(STATUS_SUCCESS, QUERY(2, 0x158));
	EXPECT_EQ(0x158, self->length);
	EXPECT_LT(0, AT(uint32_t, 0x2c));
	EXPECT_LT(0, AT(uint32_t, 0x30));
	calls = AT(uint32_t, 0x134);
	ASSERT_EQ(STATUS_SUCCESS, QUERY(2, 0x200));
	EXPECT_EQ(0x158, self->length);
	EXPECT_LT(calls, AT(uint32_t, 0x134));
	EXPECT_EQ(0xa5, AT(uint8_t, 0x158));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(2, 0x157));
	EXPECT_EQ(0x158, self->length);
}

TEST_F(system, time_of_day)
{
	uint64_t before = clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH, boot;

	ASSERT_EQ(STATUS_SUCCESS, QUERY(3, 0x30));
	EXPECT_EQ(0x30, self->length);
	EXPECT_LE(before, AT(uint64_t, 8));
	EXPECT_GE(clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH, AT(uint64_t, 8));
	boot = clock_100ns(CLOCK_REALTIME) + UNIX_EPOCH - clock_100ns(CLOCK_BOOTTIME);
	EXPECT_GT(boot + 10000000, AT(uint64_t, 0));
	EXPECT_LT(boot - 10000000, AT(uint64_t, 0));
	/* Longer fails, shorter is filled in part. */
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(3, 0x31));
	memset(self->buffer, 0xa5, 0x30);
	EXPECT_EQ(STATUS_SUCCESS, QUERY(3, 0xc));
	EXPECT_EQ(0xc, self->length);
	EXPECT_NE(0xa5a5a5a5, AT(uint32_t, 8));
	EXPECT_EQ(0xa5a5a5a5, AT(uint32_t, 0xc));
	EXPECT_EQ(STATUS_SUCCESS, QUERY(3, 0));
}

struct process {
	uint32_t next, threads;
	uint8_t padding[0x18];
	int64_t create_time, user_time, kernel_time;
	struct nt_unicode_string name;
	int32_t priority;
	uint32_t padding2;
	uint64_t id, parent;
	uint8_t rest[0xa0];
};

struct thread {
	int64_t kernel_time, user_time, create_time;
	uint64_t wait_time, start, process, thread;
	uint8_t rest[0x18];
};

static struct process *find_process(uint8_t *buffer, pid_t pid)
{
	struct process *process = (struct process *)buffer;

	for (;;) {
		if ((pid_t)process->id == pid)
			return process;
		if (!process->next)
			return NULL;
		process = (struct process *)((uint8_t *)process + process->next);
	}
}

static void *sleeper(void *stop)
{
	while (!*(volatile int *)stop)
		usleep(1000);
	return NULL;
}

TEST_F(system, processes)
{
	static const uint16_t name[] = u"by this name";
	struct process *process;
	struct thread *threads;
	volatile int stop = 0;
	pthread_t thread;
	uint32_t needed;

	ASSERT_EQ(0x100, sizeof(struct process));
	ASSERT_EQ(0x50, offsetof(struct process, id));
	ASSERT_EQ(0x50, sizeof(struct thread));
	ASSERT_EQ(0, prctl(PR_SET_NAME, "by this name"));
	ASSERT_EQ(0, pthread_create(&thread, NULL, sleeper, (void *)&stop));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(5, 0));
	needed = self->length;
	EXPECT_LT(0x100, needed);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(5, 0x100));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(5, sizeof(self->buffer)));
	EXPECT_LE(self->length, sizeof(self->buffer));
	process = find_process(self->buffer, getpid());
	ASSERT_NE(NULL, process);
	EXPECT_EQ(getppid(), process->parent);
	EXPECT_EQ(2, process->threads);
	EXPECT_EQ(sizeof(name) - 2, process->name.length);
	ASSERT_LE(A(self->buffer), process->name.buffer);
	ASSERT_GE(A(self->buffer) + self->length, process->name.buffer + sizeof(name));
	EXPECT_EQ(0, memcmp((void *)process->name.buffer, name, sizeof(name)));
	threads = (struct thread *)(process + 1);
	EXPECT_EQ(getpid(), threads[0].process);
	EXPECT_EQ(getpid(), threads[0].thread);
	EXPECT_EQ(getpid(), threads[1].process);
	EXPECT_NE(getpid(), threads[1].thread);
	EXPECT_LE(process->create_time, threads[1].create_time);
	EXPECT_NE(NULL, find_process(self->buffer, 1));
	EXPECT_NE(NULL, find_process(self->buffer, getppid()));
	stop = 1;
	ASSERT_EQ(0, pthread_join(thread, NULL));
}

static int init_of_nobody(void)
{
	static uint8_t buffer[65536] __attribute__((aligned(8)));
	struct process *process;

	if (NT(NtQuerySystemInformation, 5, A(buffer), sizeof(buffer), 0))
		return 1;
	process = find_process(buffer, 1);
	/* It is there; what it does is not for everybody. */
	if (!process || process->name.length || process->kernel_time || process->user_time)
		return 2;
	process = find_process(buffer, getpid());
	return process && process->name.length ? 0 : 3;
}

TEST_F(system, processes_of_others)
{
	EXPECT_EQ(0, as_nobody(init_of_nobody));
}

TEST_F(system, processor_performance)
{
	uint32_t nr = sysconf(_SC_NPROCESSORS_ONLN), i;

	ASSERT_EQ(STATUS_SUCCESS, QUERY(8, nr * 0x30));
	EXPECT_EQ(nr * 0x30, self->length);
	for (i = 0; i < nr; i++)
		/* Kernel time has the idle time in it. */
		EXPECT_LE(AT(int64_t, i * 0x30), AT(int64_t, i * 0x30 + 8));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(8, nr * 0x30 - 1));
	EXPECT_EQ(nr * 0x30, self->length);
}

TEST_F(system, information_ex)
{
	uint16_t group = 0;
	uint32_t nr = sysconf(_SC_NPROCESSORS_ONLN);

#define QUERY_EX(class, in, in_length) NT(NtQuerySystemInformationEx, class, in, in_length,	\
					   A(self->buffer), nr * 0x30, A(&self->length))
	EXPECT_EQ(STATUS_SUCCESS, QUERY_EX(8, A(&group), 2));
	EXPECT_EQ(nr * 0x30, self->length);
	EXPECT_EQ(STATUS_INVALID_PARAMETER, QUERY_EX(8, 0, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, QUERY_EX(8, A(&group), 1));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, QUERY_EX(8, 0x10, 2));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, QUERY_EX(0, A(&group), 2));
	group = 1;
	EXPECT_EQ(STATUS_INVALID_PARAMETER, QUERY_EX(8, A(&group), 2));
}

TEST_F(system, time_adjustment_and_debugger)
{
	ASSERT_EQ(STATUS_SUCCESS, QUERY(28, 0xc));
	EXPECT_EQ(156250, AT(uint32_t, 4));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(28, 0xb));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(35, 2));
	EXPECT_EQ(2, self->length);
	EXPECT_EQ(0, AT(uint8_t, 0));
	EXPECT_EQ(1, AT(uint8_t, 1));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(35, 1));
	EXPECT_EQ(2, self->length);
}

TEST_F(system, unique_numbers)
{
	uint64_t first, second, time, later;
	uint32_t range, sequence, sequence2;
	uint8_t seed[6], seed2[6];

	ASSERT_EQ(STATUS_SUCCESS, NT(NtAllocateLocallyUniqueId, A(&first)));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtAllocateLocallyUniqueId, A(&second)));
	EXPECT_LT(1000, first);
	EXPECT_LT(first, second);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtAllocateLocallyUniqueId, 0x10));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtAllocateLocallyUniqueId, A(&first) + 1));
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtAllocateUuids, A(&time), A(&range), A(&sequence), A(seed)));
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtAllocateUuids, A(&later), A(&range), A(&sequence2), A(seed2)));
	EXPECT_LT(0, range);
	EXPECT_LE(time + range, later);
	EXPECT_EQ(sequence, sequence2);
	EXPECT_EQ(0, memcmp(seed, seed2, 6));
	EXPECT_EQ(1, seed[0] & 1);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtAllocateUuids, A(&time), A(&range), 0x10, A(seed)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtAllocateUuids, A(&time), A(&range), A(&sequence), 0));
}

TEST_F(system, languages)
{
	uint32_t locale = 0;
	uint16_t language[2] = { 0, 0x5555 };

	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryDefaultLocale, 0, A(&locale)));
	EXPECT_EQ(0x409, locale);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryDefaultUILanguage, A(language)));
	EXPECT_EQ(0x409, language[0]);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryInstallUILanguage, A(language)));
	EXPECT_EQ(0x409, language[0]);
	EXPECT_EQ(0x5555, language[1]);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryDefaultLocale, 1, 0x10));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryDefaultUILanguage, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtQueryInstallUILanguage, A(language) + 1));
}

TEST_F(system, processor_number)
{
	struct {
		uint16_t group;
		uint8_t number;
		uint8_t reserved;
	} processor;
	cpu_set_t set;
	int cpu;

	for (cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++) {
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		ASSERT_EQ(0, sched_setaffinity(0, sizeof(set), &set));
		EXPECT_EQ(cpu, NT(NtGetCurrentProcessorNumber));
		EXPECT_EQ(STATUS_SUCCESS, NT(NtGetCurrentProcessorNumberEx, A(&processor)));
		EXPECT_EQ(cpu, processor.number);
		EXPECT_EQ(0, processor.group);
	}
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtGetCurrentProcessorNumberEx, 0));
}

/*
 * Dekker's entry without barriers in the fast side: never may both sides miss what
 * the other one wrote before.
 */
struct dekker {
	volatile int mine, yours, stop, round, seen, done;
};

static void *fast_side(void *argument)
{
	struct dekker *d = argument;
	int round = 0;

	while (!d->stop) {
		if (d->round == round)
			continue;
		round = d->round;
		d->mine = round;
		/* Only the compiler is kept from reordering. */
		__asm__ volatile("" ::: "memory");
		d->seen = d->yours;
		d->done = round;
	}
	return NULL;
}

TEST_F(system, flush_process_write_buffers)
{
	struct dekker d = { };
	pthread_t thread;
	int i, saw;

	ASSERT_EQ(0, pthread_create(&thread, NULL, fast_side, &d));
	for (i = 1; i <= 300; i++) {
		d.round = i;
		d.yours = i;
		ASSERT_EQ(STATUS_SUCCESS, NT(NtFlushProcessWriteBuffers));
		saw = d.mine;
		while (d.done != i)
			sched_yield();
		EXPECT_TRUE(saw == i || d.seen == i);
	}
	d.stop = 1;
	ASSERT_EQ(0, pthread_join(thread, NULL));
}

static int powerless(void)
{
	struct nt_name name;

	nt_name(&name, u"text", 0);
	if (NT(NtDisplayString, A(&name.string)) != STATUS_PRIVILEGE_NOT_HELD)
		return 1;
	if (NT(NtShutdownSystem, 0) != STATUS_PRIVILEGE_NOT_HELD)
		return 2;
	if (NT(NtLoadDriver, A(&name.string)) != STATUS_PRIVILEGE_NOT_HELD)
		return 3;
	return NT(NtUnloadDriver, A(&name.string)) == STATUS_PRIVILEGE_NOT_HELD ? 0 : 4;
}

TEST_F(system, privileges)
{
	struct nt_name name;

	EXPECT_EQ(0, as_nobody(powerless));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtShutdownSystem, 3));
	EXPECT_EQ(STATUS_NOT_SUPPORTED, NT(NtShutdownSystem, 0));
	EXPECT_EQ(STATUS_NOT_SUPPORTED, NT(NtLoadDriver, 0));
	EXPECT_EQ(STATUS_NOT_SUPPORTED, NT(NtUnloadDriver, 0));
	nt_name(&name, u"a line of the tests", 0);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtDisplayString, A(&name.string)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtDisplayString, 0x10));
}

TEST_HARNESS_MAIN
