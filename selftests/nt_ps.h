/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of process, thread and debug services have in common. */
#ifndef _NTDBG_SELFTESTS_NT_PS_H
#define _NTDBG_SELFTESTS_NT_PS_H

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <ntdbg/object.h>

#include "kselftest_harness.h"
#include "dbgport.h"
#include "nt.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 60

#define NOBODY 65534
#define BAD_POINTER 0x7ffffffff000ull	/* above all that is mapped, and aligned */
#define UNUSED_ID 0x3ffff0ull

#define PROCESS_ALL NTDBG_PROCESS_ALL_ACCESS
#define THREAD_ALL NTDBG_THREAD_ALL_ACCESS

static inline pid_t thread_id(void)
{
	return syscall(SYS_gettid);
}

static inline uint32_t open_process_as(uint64_t process, uint64_t thread, uint32_t access,
				       uint64_t *handle)
{
	struct nt_client_id id = { process, thread };
	struct nt_name none;

	*handle = 0;
	return NT(NtOpenProcess, A(handle), access, A(nt_name(&none, NULL, 0)), A(&id));
}

static inline uint32_t open_thread_as(uint64_t process, uint64_t thread, uint32_t access,
				      uint64_t *handle)
{
	struct nt_client_id id = { process, thread };
	struct nt_name none;

	*handle = 0;
	return NT(NtOpenThread, A(handle), access, A(nt_name(&none, NULL, 0)), A(&id));
}

/* 0 if there is none to be had */
static inline uint64_t open_process(pid_t pid, uint32_t access)
{
	uint64_t handle;

	return open_process_as(pid, 0, access, &handle) ? 0 : handle;
}

static inline uint64_t open_thread(pid_t tid, uint32_t access)
{
	uint64_t handle;

	return open_thread_as(0, tid, access, &handle) ? 0 : handle;
}

static inline void close_handle(uint64_t handle)
{
	close(nt_fd_of(handle));
}

/* ---- who things are done to: a process with one thread that counts ------------- */

struct counter {
	volatile uint64_t count;
	volatile uint64_t word;
	volatile pid_t tid;
	volatile bool stop;
	volatile bool ready;
};

static inline struct counter *counter_new(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? NULL : page;
}

static inline void *count_on(void *argument)
{
	struct counter *counter = argument;

	counter->tid = thread_id();
	counter->ready = true;
	while (!counter->stop)
		counter->count++;
	return NULL;
}

static inline void *sleep_on(void *argument)
{
	struct counter *counter = argument;

	counter->tid = thread_id();
	counter->ready = true;
	while (!counter->stop)
		pause();
	return NULL;
}

/*
 * A child that is an NT process as its parent is, and does this. It has none of its
 * parent's handles: fork() would make them those of two processes.
 */
static inline pid_t child_that(void *(*does)(void *argument), struct counter *counter)
{
	pid_t pid;

	counter->ready = false;
	counter->stop = false;
	pid = fork();
	if (!pid) {
		syscall(SYS_close_range, 3, ~0u, 0);
		does(counter);
		_exit(7);
	}
	return pid > 0 && UNTIL(WAIT_MS, counter->ready) ? pid : -1;
}

/* One that is none: it has begun another program. */
static inline pid_t linux_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		execl("/bin/sleep", "sleep", "1000", NULL);
		execl("/bin/busybox", "sleep", "1000", NULL);
		_exit(127);
	}
	return pid;
}

static inline bool counts(struct counter *counter)
{
	uint64_t count = counter->count;

	return UNTIL(WAIT_MS, counter->count != count);
}

static inline bool rests(struct counter *counter)
{
	uint64_t count = counter->count;

	return STAYS(60, counter->count == count);
}

/* It may still be on its way to where it rests. */
static inline bool comes_to_rest(struct counter *counter)
{
	return UNTIL(WAIT_MS, rests(counter));
}

static inline int wait_status_of(pid_t pid)
{
	int status = -1;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static inline void kill_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Gone but for its parent's waitpid() */
static inline bool is_zombie(pid_t pid)
{
	siginfo_t info = { 0 };

	return !waitid(P_PID, pid, &info, WEXITED | WNOWAIT | WNOHANG) && info.si_pid == pid;
}

#define thread_is_gone(pid, tid) (syscall(SYS_tgkill, pid, tid, 0) && errno == ESRCH)

#endif /* _NTDBG_SELFTESTS_NT_PS_H */
