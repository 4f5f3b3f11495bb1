/* SPDX-License-Identifier: GPL-2.0 */
/* Dispatcher objects and waits for the tests. */
#ifndef _NTDBG_SELFTESTS_NT_SYNC_H
#define _NTDBG_SELFTESTS_NT_SYNC_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nt.h"

#define SYNCHRONIZE		0x00100000u
#define EVENT_ALL		0x1f0003u
#define SEMAPHORE_ALL		0x1f0003u
#define MUTANT_ALL		0x1f0001u
#define TIMER_ALL		0x1f0003u
#define PORT_ALL		0x1f0003u
#define KEYED_ALL		0xf0003u
#define PAIR_ALL		0x1f0000u

#define OBJ_CASE_INSENSITIVE	0x40u
#define OBJ_OPENIF		0x80u

enum { NOTIFICATION, SYNCHRONIZATION };
enum { WAIT_FOR_ALL, WAIT_FOR_ANY };

#define MS		(-10000LL)	/* of a relative time-out */
#define SECOND		(1000 * MS)
#define NT_EPOCH	116444736000000000LL
#define BAD_POINTER	8ull
#define BAD_HANDLE	0xfffcull

static inline uint64_t nt_event(unsigned int type, int signalled)
{
	uint64_t handle = 0;

	return NT(NtCreateEvent, A(&handle), EVENT_ALL, 0, type, signalled) ? 0 : handle;
}

static inline uint64_t nt_semaphore(int32_t count, int32_t limit)
{
	uint64_t handle = 0;

	return NT(NtCreateSemaphore, A(&handle), SEMAPHORE_ALL, 0, (uint32_t)count,
		  (uint32_t)limit) ? 0 : handle;
}

static inline uint64_t nt_mutant(int owned)
{
	uint64_t handle = 0;

	return NT(NtCreateMutant, A(&handle), MUTANT_ALL, 0, owned) ? 0 : handle;
}

static inline uint64_t nt_timer(unsigned int type)
{
	uint64_t handle = 0;

	return NT(NtCreateTimer, A(&handle), TIMER_ALL, 0, type) ? 0 : handle;
}

/* Without a time-out: 1 as @timeout stands for NULL. */
static inline uint32_t nt_wait_for(uint64_t handle, int64_t timeout)
{
	return NT(NtWaitForSingleObject, handle, 0, timeout == 1 ? 0 : A(&timeout));
}

#define FOREVER 1
#define POLL 0

static inline uint32_t nt_wait_multiple(const uint64_t *handles, unsigned int nr, unsigned int type,
					int64_t timeout)
{
	return NT(NtWaitForMultipleObjects, nr, A(handles), type, 0,
		  timeout == 1 ? 0 : A(&timeout));
}

static inline int32_t nt_event_state(uint64_t handle)
{
	int32_t information[2];

	return NT(NtQueryEvent, handle, 0, A(information), sizeof(information), 0) ? -1 :
	       information[1];
}

static inline int32_t nt_semaphore_count(uint64_t handle)
{
	int32_t information[2];

	return NT(NtQuerySemaphore, handle, 0, A(information), sizeof(information), 0) ? -1 :
	       information[0];
}

static inline int64_t nt_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Is this thread of ours asleep in the kernel? */
static inline bool nt_asleep(pid_t tid)
{
	char path[64], line[256], *state;
	FILE *file;
	bool asleep = false;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (fgets(line, sizeof(line), file)) {
		state = strrchr(line, ')');
		asleep = state && state[2] == 'S';
	}
	fclose(file);
	return asleep;
}

/* A thread that makes one NT call, and what it said. */
struct nt_caller {
	pthread_t thread;
	volatile pid_t tid;
	uint32_t number;
	unsigned int nr;
	uint64_t arguments[NT_MAX_ARGUMENTS];
	uint64_t also;		/* first waits for this object, if it is not 0 */
	volatile uint32_t status;
	volatile bool done;
};

static inline void *nt_caller_main(void *data)
{
	struct nt_caller *caller = data;

	caller->tid = syscall(SYS_gettid);
	if (caller->also)
		nt_wait_for(caller->also, FOREVER);
	caller->status = nt_service(caller->number, caller->arguments, caller->nr);
	caller->done = true;
	return NULL;
}

#define NT_IN_THREAD(caller, name, ...) do {					\
	const uint64_t _arguments[] = { __VA_ARGS__ };				\
										\
	nt_in_thread((caller), SVC_##name, _arguments,				\
		     sizeof(_arguments) / sizeof(_arguments[0]));		\
} while (0)

static inline void nt_in_thread(struct nt_caller *caller, uint32_t number,
				const uint64_t *arguments, unsigned int nr)
{
	memset(caller, 0, sizeof(*caller));
	caller->number = number;
	caller->nr = nr;
	memcpy(caller->arguments, arguments, nr * sizeof(*arguments));
	if (pthread_create(&caller->thread, NULL, nt_caller_main, caller))
		abort();
}

/* Until it sleeps in its call. */
static inline void nt_until_asleep(struct nt_caller *caller)
{
	while (!caller->tid || !nt_asleep(caller->tid))
		sched_yield();
}

static inline uint32_t nt_joined(struct nt_caller *caller)
{
	pthread_join(caller->thread, NULL);
	return caller->status;
}

#endif /* _NTDBG_SELFTESTS_NT_SYNC_H */
