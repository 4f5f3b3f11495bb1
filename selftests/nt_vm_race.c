// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that allocate, free and protect the same ranges, another process that
 * does it, too, forks under way, and SIGKILL in the middle. Each status that
 * may be is expected, and afterwards what NT says of the memory is what Linux says.
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "nt_memory.h"

#define PLACES 4
#define THREADS 3
#define ROUNDS 20

static uint64_t place[PLACES];
static volatile bool stop;
static volatile uint32_t unexpected;

struct worker {
	pthread_t thread;
	unsigned int seed;
	uint64_t process;	/* whose memory */
	uint64_t section;
};

static bool may_be(uint32_t status)
{
	switch (status) {
	case STATUS_SUCCESS:
	case STATUS_CONFLICTING_ADDRESSES:
	case STATUS_MEMORY_NOT_ALLOCATED:
	case STATUS_UNABLE_TO_FREE_VM:
	case STATUS_UNABLE_TO_DELETE_SECTION:
	case STATUS_FREE_VM_NOT_AT_BASE:
	case STATUS_NOT_COMMITTED:
	case STATUS_ALREADY_COMMITTED:
	case STATUS_NOT_MAPPED_VIEW:
	case STATUS_PROCESS_IS_TERMINATING:
		return true;
	default:
		return false;
	}
}

static uint32_t one_step(struct worker *worker)
{
	unsigned int dice = rand_r(&worker->seed);
	uint64_t base = place[dice % PLACES] + (dice >> 8) % 4 * PAGE;
	uint64_t size = ((dice >> 12) % 4 + 1) * PAGE, offset = 0;
	uint32_t old;

	switch ((dice >> 16) % 8) {
	case 0:
		return nt_allocate_in(worker->process, &base, &size, MEM_RESERVE | MEM_COMMIT,
				      PAGE_READWRITE);
	case 1:
		return nt_allocate_in(worker->process, &base, &size, MEM_RESERVE, PAGE_READWRITE);
	case 2:
		return nt_allocate_in(worker->process, &base, &size, MEM_COMMIT, PAGE_READWRITE);
	case 3:
		return NT(NtFreeVirtualMemory, worker->process, A(&base), A(&size), MEM_DECOMMIT);
	case 4:
		return NT(NtFreeVirtualMemory, worker->process, A(&base), A(&size), MEM_RELEASE);
	case 5:
		return NT(NtProtectVirtualMemory, worker->process, A(&base), A(&size),
			  dice & 0x1000000 ? PAGE_READONLY : PAGE_READWRITE, A(&old));
	case 6:
		base &= ~(GRANULE - 1);
		size = 0;
		return NT(NtMapViewOfSection, worker->section, worker->process, A(&base), 0, 0,
			  A(&offset), A(&size), 1, 0, PAGE_READWRITE);
	default:
		return NT(NtUnmapViewOfSection, worker->process, base);
	}
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	uint32_t status;

	while (!stop) {
		status = one_step(worker);
		if (!may_be(status))
			unexpected = status;
	}
	return NULL;
}

/* Free, and low: Linux puts stacks and all that elsewhere. */
static void find_places(struct __test_metadata *_metadata)
{
	uint64_t base = 0, size = 2 * PLACES * GRANULE;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtAllocateVirtualMemory, NT_CURRENT_PROCESS, A(&base), 1,
				     A(&size), MEM_RESERVE, PAGE_READWRITE));
	ASSERT_EQ(STATUS_SUCCESS, nt_free(base, 0, MEM_RELEASE));
	for (int i = 0; i < PLACES; i++)
		place[i] = base + 2 * i * GRANULE;
}

static uint64_t make_section(void)
{
	uint64_t handle = 0, size = 2 * PAGE;

	NT(NtCreateSection, A(&handle), 0xf001f, 0, A(&size), PAGE_READWRITE, 0x8000000, 0);
	return handle;
}

static void start(struct worker *workers, uint64_t process, uint64_t section)
{
	stop = false;
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .seed = i + 1, .process = process,
					      .section = section };
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	}
}

static void finish(struct worker *workers)
{
	stop = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
}

/*
 * Everything is where NT says, and can be freed. In the child of a fork that met a
 * change halfway, a mapping may be the program's own. Returns what was wrong, or 0.
 */
static int clean_up(bool forked)
{
	struct nt_memory_basic about;
	uint32_t status;

	for (int i = 0; i < PLACES; i++) {
		for (uint64_t at = place[i]; at < place[i] + GRANULE; at += PAGE) {
			if (nt_query_memory(at, &about))
				return 1;
			if (about.state == MEM_FREE)
				continue;
			if (about.allocation_base > at || about.base != at)
				return 2;
			if (about.type == MEM_MAPPED)
				status = NT(NtUnmapViewOfSection, NT_CURRENT_PROCESS, at);
			else
				status = nt_free(about.allocation_base, 0, MEM_RELEASE);
			if (forked && status)
				status = munmap((void *)at, about.size);
			if (status)
				return 3;
			if (nt_query_memory(at, &about) || about.state != MEM_FREE)
				return 5;
		}
	}
	return 0;
}

static int iterations(int usual)
{
	const char *wanted = getenv("NTDBG_ITER");

	return wanted ? atoi(wanted) : usual;
}

FIXTURE(race)
{
	int none;
};

FIXTURE_SETUP(race)
{
	self->none = 0;
	ASSERT_EQ(0, nt_begin());
	find_places(_metadata);
}

FIXTURE_TEARDOWN(race)
{
}

TEST_F_TIMEOUT(race, threads_and_forks, 600)
{
	struct worker workers[THREADS];
	uint64_t section;
	int status;
	pid_t child;

	section = make_section();
	start(workers, NT_CURRENT_PROCESS, section);
	for (int i = 0; i < iterations(ROUNDS); i++) {
		child = fork();
		if (!child)
			_exit(clean_up(true));
		ASSERT_EQ(child, waitpid(child, &status, 0));
		ASSERT_EQ(0, status);
	}
	finish(workers);
	EXPECT_EQ(0, unexpected);
	EXPECT_EQ(0, clean_up(false));
	EXPECT_EQ(0, clean_up(false));
}

TEST_F_TIMEOUT(race, killed_in_the_middle, 600)
{
	struct worker workers[THREADS];
	int status, ready[2];
	pid_t child;
	char c;

	for (int i = 0; i < iterations(ROUNDS); i++) {
		ASSERT_EQ(0, pipe(ready));
		child = fork();
		if (!child) {
			start(workers, NT_CURRENT_PROCESS, make_section());
			if (write(ready[1], "", 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		ASSERT_EQ(1, read(ready[0], &c, 1));
		close(ready[0]);
		close(ready[1]);
		ASSERT_EQ(0, kill(child, SIGKILL));
		ASSERT_EQ(child, waitpid(child, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
	}
}

/* Both sides at once: the process itself, and this one with a handle of it; then it dies. */
TEST_F_TIMEOUT(race, another_process_that_dies, 600)
{
	struct worker workers[THREADS];
	uint64_t section, process;
	int status, ready[2];
	pid_t child;
	char c;

	section = make_section();
	for (int i = 0; i < iterations(ROUNDS) / 2; i++) {
		ASSERT_EQ(0, pipe(ready));
		child = fork();
		if (!child) {
			start(workers, NT_CURRENT_PROCESS, section);
			if (write(ready[1], "", 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		process = nt_process_handle(child, NTDBG_PROCESS_ALL_ACCESS);
		ASSERT_NE(0, process);
		ASSERT_EQ(1, read(ready[0], &c, 1));
		start(workers, process, section);
		ASSERT_EQ(0, kill(child, SIGKILL));
		ASSERT_EQ(child, waitpid(child, &status, 0));
		finish(workers);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, process));
		close(ready[0]);
		close(ready[1]);
	}
	EXPECT_EQ(0, unexpected);
	EXPECT_EQ(0, clean_up(false));
}

TEST_HARNESS_MAIN
