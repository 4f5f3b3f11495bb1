// SPDX-License-Identifier: GPL-2.0
/*
 * Who is an NT process: asked for on /dev/dbgport, for all threads that there are
 * and that come, in children of fork, no longer after execve, and gone without a
 * trace however the process ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dbgport.h"
#include "kselftest_harness.h"
#include "nt.h"

static int wait_for(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child ? status : -1;
}

TEST(what_cannot_be_asked_for)
{
	struct ntdbg_nt_start start, good;

	nt_default_start(&good);
	start = good;
	start.flags = 0;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.flags |= 0x100;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.flags = NTDBG_NT_SYSTEM_CALL;
	start.stub_start = 0;
	start.stub_length = 0;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.profile = 3;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.profile = NTDBG_PROFILE_WINXP_X86;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.reserved = 1;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.stub_length = 0;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.stub_length = -4096ull;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.stub_start = 0xffffffff80000000;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	start = good;
	start.apc_dispatcher = 0xffffffff80000000;
	EXPECT_EQ(-EINVAL, nt_begin_as(&start));
	/* Nothing of it has made this an NT process. */
	EXPECT_EQ(0, nt_begin());
}

/* Without having asked, int 2Eh is what it always was, and so is ustat(). */
TEST(nothing_without_asking)
{
	pid_t child = fork();
	int status;

	if (!child) {
		nt_entry = NT_BY_INT_2E;
		NT(NtTestAlert);
		_exit(0);
	}
	status = wait_for(child);
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	nt_entry = NT_BY_GATE;
	/* Linux's own ustat(0, ...) */
	EXPECT_EQ((uint32_t)-EINVAL, NT(NtTestAlert));
}

/* A process that asked for one entry has not got the others. */
TEST(only_the_entries_that_were_asked_for)
{
	struct ntdbg_nt_start start;
	int status;
	pid_t child;

	nt_default_start(&start);
	start.flags = NTDBG_NT_GATE;
	start.stub_start = 0;
	start.stub_length = 0;
	ASSERT_EQ(0, nt_begin_as(&start));
	nt_entry = NT_BY_GATE;
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	child = fork();
	if (!child) {
		nt_entry = NT_BY_INT_2E;
		NT(NtTestAlert);
		_exit(0);
	}
	status = wait_for(child);
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	/* As a Linux call it is number 0x1a2, which there is none of. */
	nt_entry = NT_BY_STUB;
	EXPECT_EQ((uint32_t)-ENOSYS, nt_service(0x3f0, NULL, 0));
}

TEST(profile_of_1507)
{
	struct ntdbg_nt_start start;

	nt_default_start(&start);
	start.profile = NTDBG_PROFILE_WIN10_1507;
	ASSERT_EQ(0, nt_begin_as(&start));
	/* Its limit is 0x1b9; NtTestAlert is three lower than in 1511. */
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(0x1b9, NULL, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_service(SVC_NtTestAlert - 3, NULL, 0));
}

#define THREADS 8
static atomic_int turns[THREADS], answers[THREADS];
static atomic_bool begin, end;
static int pipes[2];

/* Even ones run user code, odd ones sleep in a system call when the process asks. */
static void *bystander(void *number)
{
	long i = (long)number;
	char byte;

	turns[i] = 1;
	if (i & 1) {
		while (read(pipes[0], &byte, 1) < 0)
			;
	} else {
		while (!begin)
			;
	}
	answers[i] = NT(NtTestAlert) == STATUS_SUCCESS ? 1 : -1;
	return NULL;
}

static void all_threads_have_it(struct __test_metadata *_metadata, enum nt_entry entry)
{
	pthread_t threads[THREADS], later;
	long i;

	nt_entry = entry;
	ASSERT_EQ(0, pipe(pipes));
	for (i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, bystander, (void *)i));
	for (i = 0; i < THREADS; i++)
		while (!turns[i])
			sched_yield();
	ASSERT_EQ(0, nt_begin());
	begin = true;
	ASSERT_EQ(THREADS / 2, write(pipes[1], "12345678", THREADS / 2));
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		EXPECT_EQ(1, answers[i]);
	}
	answers[0] = 0;
	ASSERT_EQ(0, pthread_create(&later, NULL, bystander, (void *)0));
	pthread_join(later, NULL);
	EXPECT_EQ(1, answers[0]);
}

TEST(all_threads_have_it_by_stub)
{
	all_threads_have_it(_metadata, NT_BY_STUB);
}

TEST(all_threads_have_it_by_gateway)
{
	all_threads_have_it(_metadata, NT_BY_GATE);
}

TEST(all_threads_have_it_by_int_2e)
{
	all_threads_have_it(_metadata, NT_BY_INT_2E);
}

/* execve drops it: the new image is run by /bin/sh, which can ask the test program. */
TEST(dropped_by_exec)
{
	pid_t child = fork();
	int status;

	if (!child) {
		if (nt_begin())
			_exit(100);
		execl(program("nt_life_test"), "nt_life_test", "--after-exec", NULL);
		_exit(101);
	}
	status = wait_for(child);
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

TEST(a_32_bit_program)
{
	pid_t child = fork();

	if (!child) {
		execl(program("nt32"), "nt32", NULL);
		_exit(101);
	}
	EXPECT_EQ(0, wait_for(child));
}

/* What NT defines of the registers when a call returns. */
TEST(registers_on_return)
{
	uint64_t ax = (uint64_t)SVC_NtTestAlert << 32 | NTDBG_NT_GATEWAY;
	uint64_t cx, dx = 1, r8 = 2, r9 = 3, r10 = 4, r11, sp, bp, bx = 5, si = 6, di = 7;
	uint64_t xmm0 = 8, xmm5 = 9, xmm6 = 10;

	ASSERT_EQ(0, nt_begin());
	asm volatile("mov %[r8], %%r8\n\tmov %[r9], %%r9\n\tmov %[r10], %%r10\n\t"
		     "movq %[xmm0], %%xmm0\n\tmovq %[xmm5], %%xmm5\n\tmovq %[xmm6], %%xmm6\n\t"
		     "syscall\n\t"
		     "mov %%r8, %[r8]\n\tmov %%r9, %[r9]\n\tmov %%r10, %[r10]\n\t"
		     "mov %%r11, %[r11]\n\tmov %%rsp, %[sp]\n\tmov %%rbp, %[bp]\n\t"
		     "movq %%xmm0, %[xmm0]\n\tmovq %%xmm5, %[xmm5]\n\tmovq %%xmm6, %[xmm6]"
		     : "+a"(ax), "=&c"(cx), "+d"(dx), "+b"(bx), "+S"(si), "+D"(di), [r8] "+m"(r8),
		       [r9] "+m"(r9), [r10] "+m"(r10), [r11] "=m"(r11), [sp] "=m"(sp),
		       [bp] "=m"(bp),
		       [xmm0] "+m"(xmm0), [xmm5] "+m"(xmm5), [xmm6] "+m"(xmm6)
		     :
		     : "r8", "r9", "r10", "r11", "xmm0", "xmm5", "xmm6", "memory");
	EXPECT_EQ(STATUS_SUCCESS, ax);
	EXPECT_EQ(0, dx);
	EXPECT_EQ(0, r10);
	EXPECT_EQ(sp, r8);
	EXPECT_EQ(bp, r9);
	EXPECT_EQ(0x0f, *(uint8_t *)(cx - 2));
	EXPECT_EQ(0x05, *(uint8_t *)(cx - 1));
	EXPECT_NE(0, r11 & 0x200);
	EXPECT_EQ(5, bx);
	EXPECT_EQ(6, si);
	EXPECT_EQ(7, di);
	EXPECT_EQ(0, xmm0);
	EXPECT_EQ(0, xmm5);
	EXPECT_EQ(10, xmm6);
}

/* The fifth argument on the stack is where nothing can be read. */
TEST(arguments_that_cannot_be_read)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const unsigned long stacks[] = {
		(unsigned long)page + 4096 - 0x28, 0x7fffffffffe0, 0xffffffff80000000, 0x10,
	};
	unsigned int i;

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, munmap(page + 4096, 4096));
	ASSERT_EQ(0, nt_begin());
	for (i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		/* NtAcceptConnectPort has six arguments and no implementation. */
		uint64_t ax = (uint64_t)SVC_NtAcceptConnectPort << 32 | NTDBG_NT_GATEWAY;

		asm volatile("mov %%rsp, %%r12\n\tmov %1, %%rsp\n\tsyscall\n\tmov %%r12, %%rsp"
			     : "+a"(ax)
			     : "r"(stacks[i])
			     : "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "memory", "xmm0",
			       "xmm1", "xmm2", "xmm3", "xmm4", "xmm5");
		EXPECT_EQ(STATUS_ACCESS_VIOLATION, ax);
	}
}

/* An argument page behind the end of its file is an in-page error. */
TEST(in_page_error)
{
	int fd = memfd_create("short", 0);
	uint64_t ax = (uint64_t)SVC_NtAcceptConnectPort << 32 | NTDBG_NT_GATEWAY;
	char *page;

	ASSERT_EQ(0, ftruncate(fd, 4096));
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, nt_begin());
	asm volatile("mov %%rsp, %%r12\n\tmov %1, %%rsp\n\tsyscall\n\tmov %%r12, %%rsp"
		     : "+a"(ax)
		     : "r"(page + 4096)
		     : "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "memory", "xmm0", "xmm1",
		       "xmm2", "xmm3", "xmm4", "xmm5");
	EXPECT_EQ(STATUS_IN_PAGE_ERROR, ax);
}

static void *caller(void *unused)
{
	while (!end)
		NT(NtTestAlert);
	return unused;
}

/* Processes that make calls on two threads, fork, and are killed. */
TEST(killed_anywhere)
{
	const char *rounds = getenv("NTDBG_ITER");
	int i, n = rounds ? atoi(rounds) : 60;

	for (i = 0; i < n; i++) {
		pid_t child = fork();

		if (!child) {
			pthread_t thread;

			nt_entry = i % NT_ENTRIES;
			if (nt_begin() || pthread_create(&thread, NULL, caller, NULL))
				_exit(1);
			for (;;) {
				pid_t grandchild = vfork();

				if (!grandchild)
					_exit(0);
				waitpid(grandchild, NULL, 0);
				NT(NtTestAlert);
			}
		}
		usleep(1000 * (i % 20));
		ASSERT_EQ(0, kill(child, SIGKILL));
		EXPECT_EQ(SIGKILL, wait_for(child));
	}
}

static volatile int signals;

static void on_alarm(int signo __attribute__((unused)))
{
	signals++;
}

/* Linux's signals come between and in NT calls, and change nothing. */
TEST(linux_signals)
{
	struct sigaction action = { .sa_handler = on_alarm };
	timer_t timer;
	struct itimerspec every = { { 0, 1000000 }, { 0, 1000000 } };
	int i;

	ASSERT_EQ(0, nt_begin());
	sigaction(SIGALRM, &action, NULL);
	ASSERT_EQ(0, timer_create(CLOCK_MONOTONIC, NULL, &timer));
	ASSERT_EQ(0, timer_settime(timer, 0, &every, NULL));
	for (i = 0; signals < 300; i++) {
		nt_entry = i % NT_ENTRIES;
		ASSERT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	}
	timer_delete(timer);
}

/* The program that is executed by dropped_by_exec is this one. */
int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--after-exec")) {
		nt_entry = NT_BY_INT_2E;
		NT(NtTestAlert);
		return 0;
	}
	return test_harness_run(argc, argv);
}
