// SPDX-License-Identifier: GPL-2.0
/*
 * Dispatcher objects under load: what is signalled is taken as often as it was
 * signalled, whoever waits in which way, gives up, is killed or ends.
 * NTDBG_ITER=N changes the number of rounds.
 */
#include <stdatomic.h>

#include "kselftest_harness.h"
#include "nt_sync.h"

#define THREADS 4

static int rounds;

FIXTURE(race)
{
};

FIXTURE_SETUP(race)
{
	const char *text = getenv("NTDBG_ITER");

	rounds = text ? atoi(text) : 1000;
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(race)
{
}

/* ---- tokens are conserved ------------------------------------------------------------ */

#define OBJECTS 4

static uint64_t objects[OBJECTS], done_event;
static atomic_long taken[OBJECTS], timeouts, others;
static atomic_bool stop;

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Takes single tokens, any of several, or all of several; with and without time. */
static void *take_tokens(void *data)
{
	uint32_t seed = (uint32_t)(uintptr_t)data * 77777 + 1, status;

	while (!atomic_load(&stop)) {
		uint32_t how = next_random(&seed), first = how % OBJECTS;
		int64_t timeout = how & 0x100 ? -(int64_t)(how & 0xfff) : 0;
		uint64_t handles[OBJECTS];
		unsigned int nr = 1 + (how >> 12) % OBJECTS, type = how >> 20 & 1;

		for (unsigned int i = 0; i < nr; i++)
			handles[i] = objects[(first + i) % OBJECTS];
		status = nr == 1 && type ? nt_wait_for(handles[0], timeout) :
			 nt_wait_multiple(handles, nr, type, timeout);
		if (status == STATUS_TIMEOUT) {
			atomic_fetch_add(&timeouts, 1);
		} else if (type == WAIT_FOR_ALL && status == STATUS_SUCCESS) {
			for (unsigned int i = 0; i < nr; i++)
				atomic_fetch_add(&taken[(first + i) % OBJECTS], 1);
		} else if (type == WAIT_FOR_ANY && status < nr) {
			atomic_fetch_add(&taken[(first + status) % OBJECTS], 1);
		} else {
			atomic_fetch_add(&others, 1);
		}
	}
	return NULL;
}

static void start_takers(pthread_t *threads)
{
	atomic_store(&stop, false);
	atomic_store(&timeouts, 0);
	atomic_store(&others, 0);
	for (int i = 0; i < OBJECTS; i++)
		atomic_store(&taken[i], 0);
	for (uintptr_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, take_tokens, (void *)i))
			abort();
}

static void join_takers(pthread_t *threads)
{
	atomic_store(&stop, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

TEST_F_TIMEOUT(race, semaphores_conserve, 600)
{
	long released[OBJECTS] = { 0 };
	pthread_t threads[THREADS];
	uint32_t seed = 4711;

	for (int i = 0; i < OBJECTS; i++)
		objects[i] = nt_semaphore(0, 0x7fffffff);
	start_takers(threads);
	for (int i = 0; i < rounds * 10; i++) {
		uint32_t which = next_random(&seed) % OBJECTS, count = 1 + next_random(&seed) % 2;

		ASSERT_EQ(STATUS_SUCCESS, NT(NtReleaseSemaphore, objects[which], count, 0));
		released[which] += count;
	}
	join_takers(threads);
	EXPECT_EQ(0, atomic_load(&others));
	for (int i = 0; i < OBJECTS; i++)
		EXPECT_EQ(released[i], atomic_load(&taken[i]) + nt_semaphore_count(objects[i]));
}

/* A set event that was set already is one token, not two: the previous state says which. */
TEST_F_TIMEOUT(race, events_conserve, 600)
{
	long set[OBJECTS] = { 0 };
	pthread_t threads[THREADS];
	uint32_t seed = 815;
	int32_t previous;

	for (int i = 0; i < OBJECTS; i++)
		objects[i] = nt_event(SYNCHRONIZATION, 0);
	start_takers(threads);
	for (int i = 0; i < rounds * 10; i++) {
		uint32_t which = next_random(&seed) % OBJECTS;

		ASSERT_EQ(STATUS_SUCCESS, NT(NtSetEvent, objects[which], A(&previous)));
		set[which] += !previous;
	}
	join_takers(threads);
	EXPECT_EQ(0, atomic_load(&others));
	for (int i = 0; i < OBJECTS; i++)
		EXPECT_EQ(set[i], atomic_load(&taken[i]) + nt_event_state(objects[i]));
}

/* ---- mutants exclude ------------------------------------------------------------------ */

static uint64_t mutants[3];
static volatile long inside[3], entered[3];
static atomic_long broken, abandoned;

static void *lock_and_unlock(void *data)
{
	uint32_t seed = (uint32_t)(uintptr_t)data * 999 + 7;

	for (int i = 0; i < rounds; i++) {
		uint32_t how = next_random(&seed), first = how % 3, nr = 1 + (how >> 8) % 3;
		uint64_t handles[3];
		uint32_t status;

		for (uint32_t j = 0; j < nr; j++)
			handles[j] = mutants[(first + j) % 3];
		status = nt_wait_multiple(handles, nr, WAIT_FOR_ALL, FOREVER);
		if (status)
			atomic_fetch_add(&broken, 1);
		for (uint32_t j = 0; j < nr; j++) {
			if (inside[(first + j) % 3]++)
				atomic_fetch_add(&broken, 1);
			entered[(first + j) % 3]++;
		}
		for (uint32_t j = 0; j < nr; j++)
			inside[(first + j) % 3]--;
		for (uint32_t j = 0; j < nr; j++)
			if (NT(NtReleaseMutant, handles[j], 0))
				atomic_fetch_add(&broken, 1);
	}
	return NULL;
}

TEST_F_TIMEOUT(race, mutants_exclude, 600)
{
	pthread_t threads[THREADS];

	atomic_store(&broken, 0);
	for (int i = 0; i < 3; i++) {
		mutants[i] = nt_mutant(0);
		inside[i] = 0;
		entered[i] = 0;
	}
	for (uintptr_t i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, lock_and_unlock, (void *)i));
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(0, atomic_load(&broken));
	EXPECT_LT(0, entered[0] + entered[1] + entered[2]);
}

/* Each thread ends as the owner: every acquisition but the first finds it abandoned. */
static void *lock_and_end(void *data)
{
	uint32_t status = nt_wait_for(mutants[0], FOREVER);

	(void)data;
	if (status == STATUS_ABANDONED_WAIT_0)
		atomic_fetch_add(&abandoned, 1);
	else if (status)
		atomic_fetch_add(&broken, 1);
	return NULL;
}

TEST_F_TIMEOUT(race, owners_end, 600)
{
	int threads_nr = rounds / 10;

	atomic_store(&broken, 0);
	atomic_store(&abandoned, 0);
	mutants[0] = nt_mutant(0);
	for (int i = 0; i < threads_nr; i += THREADS) {
		pthread_t threads[THREADS];

		for (int j = 0; j < THREADS; j++)
			ASSERT_EQ(0, pthread_create(&threads[j], NULL, lock_and_end, NULL));
		for (int j = 0; j < THREADS; j++)
			pthread_join(threads[j], NULL);
	}
	EXPECT_EQ(0, atomic_load(&broken));
	EXPECT_EQ((threads_nr + THREADS - 1) / THREADS * THREADS - 1, atomic_load(&abandoned));
}

/* ---- processes are killed --------------------------------------------------------------- */

/* Waits for all and any of everything, holds mutants, until it is killed. */
static void victim(uint32_t seed)
{
	uint64_t handles[5] = { objects[0], objects[1], mutants[0], mutants[1], objects[2] };
	uint32_t status;

	for (;;) {
		uint32_t how = next_random(&seed), first = how % 4;
		uint32_t nr = 1 + (how >> 8) % (5 - first);
		unsigned int type = how >> 16 & 1;

		status = nt_wait_multiple(handles + first, nr, type, -(int64_t)(how & 0x3ff));
		if (status == STATUS_TIMEOUT)
			continue;
		NT(NtReleaseMutant, mutants[0], 0);
		if (how & 0x20000)
			NT(NtReleaseMutant, mutants[1], 0);
	}
}

TEST_F_TIMEOUT(race, killed_while_they_wait_and_own, 600)
{
	int32_t previous;

	objects[0] = nt_semaphore(0, 0x7fffffff);
	objects[1] = nt_event(SYNCHRONIZATION, 0);
	objects[2] = nt_event(NOTIFICATION, 0);
	for (int i = 0; i < 2; i++)
		mutants[i] = nt_mutant(0);
	for (int i = 0; i < rounds / 20; i++) {
		pid_t children[3];

		for (int j = 0; j < 3; j++) {
			children[j] = fork();
			if (!children[j])
				victim(i * 3 + j);
		}
		for (int j = 0; j < 40; j++) {
			ASSERT_EQ(STATUS_SUCCESS, NT(NtReleaseSemaphore, objects[0], 1, 0));
			ASSERT_EQ(STATUS_SUCCESS, NT(NtSetEvent, objects[1], 0));
			ASSERT_EQ(STATUS_SUCCESS, NT(NtPulseEvent, objects[2], 0));
		}
		for (int j = 0; j < 3; j++)
			kill(children[j], SIGKILL);
		for (int j = 0; j < 3; j++)
			waitpid(children[j], NULL, 0);
		/* Nobody is left who could own them. */
		for (int j = 0; j < 2; j++) {
			uint32_t status = nt_wait_for(mutants[j], POLL);

			ASSERT_TRUE(status == STATUS_SUCCESS || status == STATUS_ABANDONED_WAIT_0);
			ASSERT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutants[j], A(&previous)));
			ASSERT_EQ(0, previous);
		}
	}
}

/* ---- handles are closed ------------------------------------------------------------------ */

static uint64_t shared_handle;
static const uint16_t shared_name[] = u"\\BaseNamedObjects\\race_close";

static void *wait_for_shared(void *data)
{
	uint64_t both[2];

	(void)data;
	while (!atomic_load(&stop)) {
		int64_t soon = -500;

		both[0] = done_event;
		both[1] = *(volatile uint64_t *)&shared_handle;
		NT(NtWaitForMultipleObjects, 2, A(both), WAIT_FOR_ALL, 0, A(&soon));
		NT(NtWaitForMultipleObjects, 2, A(both), WAIT_FOR_ANY, 1, A(&soon));
		NT(NtWaitForSingleObject, both[1], 0, A(&soon));
	}
	return NULL;
}

static void *set_shared(void *data)
{
	(void)data;
	while (!atomic_load(&stop)) {
		uint64_t handle = *(volatile uint64_t *)&shared_handle;

		NT(NtSetEvent, handle, 0);
		NT(NtResetEvent, handle, 0);
		NT(NtPulseEvent, handle, 0);
		NT(NtClose, handle);
	}
	return NULL;
}

TEST_F_TIMEOUT(race, closed_while_waited_for, 600)
{
	pthread_t threads[4];
	struct nt_name name;

	done_event = nt_event(SYNCHRONIZATION, 0);
	atomic_store(&stop, false);
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, i < 2 ? wait_for_shared : set_shared,
					    NULL));
	for (int i = 0; i < rounds; i++) {
		uint64_t handle = 0;

		if (i & 1) {
			handle = nt_event(i >> 1 & 1, 0);
		} else {
			NT(NtCreateEvent, A(&handle), EVENT_ALL,
			   A(nt_name(&name, shared_name, OBJ_OPENIF)), 1, 0);
		}
		shared_handle = handle;
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

/* ---- timers ------------------------------------------------------------------------------ */

static uint64_t timers[4];

static void *storm(void *data)
{
	uint32_t seed = (uint32_t)(uintptr_t)data + 5;

	for (int i = 0; i < rounds; i++) {
		uint32_t how = next_random(&seed);
		int64_t due = -(int64_t)(how & 0xfff);
		uint64_t timer = timers[how >> 12 & 3];

		NT(NtSetTimer, timer, A(&due), how & 0x40000 ? 0x1000 : 0, 0, 0, how >> 20 & 1, 0);
		if (how & 0x80000)
			NT(NtCancelTimer, timer, 0);
		due = -300;
		NT(NtWaitForMultipleObjects, 4, A(timers), how >> 21 & 1, 1, A(&due));
	}
	return NULL;
}

TEST_F_TIMEOUT(race, timers, 600)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < 4; i++)
		timers[i] = nt_timer(i & 1);
	for (uintptr_t i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, storm, (void *)i));
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, timers[i]));
}

/* ---- keyed events, ports, alerts ----------------------------------------------------------- */

static atomic_long waits, releases;

static void *meet(void *data)
{
	bool release = (uintptr_t)data & 1;
	uint32_t seed = (uintptr_t)data + 3, status;

	while (!atomic_load(&stop)) {
		uint64_t key = 2 * (next_random(&seed) % 3);
		int64_t timeout = -(int64_t)(next_random(&seed) & 0x7ff);

		status = release ? NT(NtReleaseKeyedEvent, 0, key, 0, A(&timeout)) :
			 NT(NtWaitForKeyedEvent, 0, key, 0, A(&timeout));
		if (!status)
			atomic_fetch_add(release ? &releases : &waits, 1);
		else if (status != STATUS_TIMEOUT)
			atomic_fetch_add(&broken, 1);
	}
	return NULL;
}

/* As many were released as have waited. */
TEST_F_TIMEOUT(race, keyed_events_pair, 600)
{
	pthread_t threads[THREADS];

	atomic_store(&stop, false);
	atomic_store(&broken, 0);
	atomic_store(&waits, 0);
	atomic_store(&releases, 0);
	for (uintptr_t i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, meet, (void *)i));
	while (atomic_load(&waits) < rounds)
		sched_yield();
	atomic_store(&stop, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(0, atomic_load(&broken));
	EXPECT_EQ(atomic_load(&waits), atomic_load(&releases));
}

static uint64_t queue;
static atomic_long sum;

static void *take_packets(void *data)
{
	uint64_t key, context;
	struct nt_io_status io;

	(void)data;
	while (!NT(NtRemoveIoCompletion, queue, A(&key), A(&context), A(&io), 0) && key)
		atomic_fetch_add(&sum, key);
	return NULL;
}

TEST_F_TIMEOUT(race, ports_conserve, 600)
{
	pthread_t threads[THREADS];
	long expected = 0;

	atomic_store(&sum, 0);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateIoCompletion, A(&queue), PORT_ALL, 0, 0));
	for (int i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, take_packets, NULL));
	for (int i = 1; i <= rounds * 5; i++) {
		ASSERT_EQ(STATUS_SUCCESS, NT(NtSetIoCompletion, queue, i, 0, 0, 0));
		expected += i;
	}
	for (int i = 0; i < THREADS; i++)
		ASSERT_EQ(STATUS_SUCCESS, NT(NtSetIoCompletion, queue, 0, 0, 0, 0));
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(expected, atomic_load(&sum));
}

/* No alert is lost: each side waits for the other's. */
static volatile pid_t sides[2];

static void *alert_back(void *data)
{
	(void)data;
	sides[1] = syscall(SYS_gettid);
	for (int i = 0; i < rounds; i++) {
		NT(NtWaitForAlertByThreadId, 0, 0);
		NT(NtAlertThreadByThreadId, sides[0]);
	}
	return NULL;
}

TEST_F_TIMEOUT(race, alerts_by_id_are_not_lost, 600)
{
	pthread_t thread;

	sides[0] = syscall(SYS_gettid);
	sides[1] = 0;
	ASSERT_EQ(0, pthread_create(&thread, NULL, alert_back, NULL));
	while (!sides[1])
		sched_yield();
	for (int i = 0; i < rounds; i++) {
		ASSERT_EQ(STATUS_SUCCESS, NT(NtAlertThreadByThreadId, sides[1]));
		ASSERT_EQ(STATUS_ALERTED, NT(NtWaitForAlertByThreadId, 0, 0));
	}
	pthread_join(thread, NULL);
}

TEST_HARNESS_MAIN
