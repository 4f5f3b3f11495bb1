/* SPDX-License-Identifier: GPL-2.0 */
/* What the debuggees have in common. Define _GNU_SOURCE, then include this once. */
#ifndef NTDBG_MODES_H
#define NTDBG_MODES_H

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "board.h"

struct board *board;	/* plugin.c looks it up */

/* One thing that a program can do: its first argument is the name. */
struct mode {
	const char *name;
	int (*fn)(char **argv);
};

static inline int number(char **argv, int index, int otherwise)
{
	for (int i = 0; i <= index; i++)
		if (!argv[i])
			return otherwise;
	return atoi(argv[index]);
}

static inline void wait_for_go(void)
{
	while (!board_get(board->go)) {
		if (syscall(SYS_futex, &board->go, FUTEX_WAIT, 0, NULL, NULL, 0) && errno == EINTR)
			board_add(board->fact[FACT_EINTR]);
	}
}

static inline void await_permit(uint32_t step)
{
	while (board_get(board->permit) < step)
		sched_yield();
}

static inline pthread_t make_thread(void *(*fn)(void *), long slot)
{
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	/* glibc gives small stacks back at once, so that a churn stays small. */
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 128 << 10);
	err = pthread_create(&thread, &attr, fn, (void *)slot);
	pthread_attr_destroy(&attr);
	if (err) {
		fprintf(stderr, "debuggee: pthread_create: %s\n", strerror(err));
		_exit(98);
	}
	return thread;
}

static inline void await_ready(uint32_t threads)
{
	while (board_get(board->ready) < threads)
		sched_yield();
}

static inline int run_mode(const struct mode *modes, size_t nr_modes, int argc, char **argv)
{
	board = mmap(NULL, BOARD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, BOARD_FD, 0);
	if (board == MAP_FAILED)
		board = mmap(NULL, BOARD_SIZE, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* Nothing of a test that crashed may live on. */
	if (!board_get(board->orphan))
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; argc > 1 && i < nr_modes; i++)
		if (!strcmp(modes[i].name, argv[1]))
			return modes[i].fn(argv + 2);
	fprintf(stderr, "usage: %s MODE ARGUMENT...\n", argv[0]);
	return 97;
}

#endif /* NTDBG_MODES_H */
