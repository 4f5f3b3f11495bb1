// SPDX-License-Identifier: GPL-2.0
/*
 * Process and thread services against what happens to those they are done to at
 * the same time: exit, execve, SIGKILL, and the handle being closed.
 */
#include <sys/prctl.h>
#include "nt_ps.h"
#include "nt_context.h"

#define DEFAULT_ROUNDS 60
#define NR_VICTIMS 3

static unsigned int rounds(void)
{
	const char *text = getenv("NTDBG_ITER");

	return text ? atoi(text) : DEFAULT_ROUNDS;
}

void nt_on_apc(struct nt_context *context)
{
	NT(NtContinue, A(context), 1);
}

void nt_on_exception(struct nt_context *context, struct nt_exception_record *record)
{
	(void)context;
	(void)record;
	_exit(77);
}

FIXTURE(race)
{
	struct counter *counter;
};

FIXTURE_SETUP(race)
{
	struct ntdbg_nt_start start;

	nt_default_start(&start);
	start.apc_dispatcher = A(nt_apc_dispatcher);
	self->counter = counter_new();
	ASSERT_NE(NULL, self->counter);
	ASSERT_EQ(0, nt_begin_as(&start));
}

FIXTURE_TEARDOWN(race)
{
}

/* Ends by itself at about the time at which something is done to it. */
static void *victim(void *argument)
{
	struct counter *counter = argument;

	counter->tid = thread_id();
	counter->ready = true;
	while (!counter->stop) {
		NT(NtTestAlert);
		counter->count++;
	}
	return NULL;
}

static bool one_of(uint32_t status, const uint32_t *allowed)
{
	for (; *allowed != ~0u; allowed++)
		if (status == *allowed)
			return true;
	return false;
}

#define allowed(...) ((const uint32_t []){ STATUS_SUCCESS, __VA_ARGS__, ~0u })

/* What can be done to a thread, and what it may say of one that ends meanwhile. */
static bool do_to_thread(uint64_t handle, unsigned int what, uint32_t *status)
{
	struct nt_context context = { .flags = NT_CONTEXT_FULL };

	switch (what % 6) {
	case 0:
		*status = NT(NtTerminateThread, handle, what);
		return one_of(*status, allowed(STATUS_THREAD_IS_TERMINATING));
	case 1:
		*status = NT(NtSuspendThread, handle, 0);
		if (*status == STATUS_SUCCESS)
			NT(NtResumeThread, handle, 0);
		return one_of(*status, allowed(STATUS_THREAD_IS_TERMINATING));
	case 2:
		*status = NT(NtQueueApcThread, handle, 0x1234, 1, 2, 3);
		return one_of(*status, allowed(STATUS_UNSUCCESSFUL));
	case 3:
		*status = NT(NtAlertResumeThread, handle, 0);
		return one_of(*status, allowed(STATUS_THREAD_IS_TERMINATING));
	case 4:
		*status = NT(NtGetContextThread, handle, A(&context));
		return one_of(*status, allowed(STATUS_UNSUCCESSFUL));
	default:
		*status = NT(NtAlertThread, handle);
		return one_of(*status, allowed(STATUS_THREAD_IS_TERMINATING, STATUS_UNSUCCESSFUL));
	}
}

TEST_F_TIMEOUT(race, threads_that_end, 300)
{
	pthread_t threads[NR_VICTIMS];
	uint64_t handles[NR_VICTIMS];
	uint32_t status;

	for (unsigned int round = 0; round < rounds(); round++) {
		for (int i = 0; i < NR_VICTIMS; i++) {
			memset(&self->counter[i], 0, sizeof(self->counter[i]));
			ASSERT_EQ(0, pthread_create(&threads[i], NULL, victim,
						    &self->counter[i]));
		}
		for (int i = 0; i < NR_VICTIMS; i++) {
			ASSERT_TRUE(UNTIL(WAIT_MS, self->counter[i].ready));
			handles[i] = open_thread(self->counter[i].tid, THREAD_ALL);
			ASSERT_NE(0, handles[i]);
		}
		for (int i = 0; i < NR_VICTIMS; i++)
			self->counter[i].stop = true;
		for (int i = 0; i < NR_VICTIMS; i++)
			ASSERT_TRUE(do_to_thread(handles[i], round + i, &status))
				TH_LOG("round %u: %#x", round, status);
		for (int i = 0; i < NR_VICTIMS; i++) {
			ASSERT_TRUE(UNTIL(WAIT_MS, thread_is_gone(getpid(),
								  self->counter[i].tid)));
			close_handle(handles[i]);
		}
	}
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
}

static void *become_another(void *argument)
{
	struct counter *counter = argument;

	counter->tid = thread_id();
	counter->ready = true;
	UNTIL(WAIT_MS, counter->stop);
	execl("/proc/self/exe", "nt_ps_race_test", "--sleep", NULL);
	_exit(99);
}

static void *die(void *argument)
{
	struct counter *counter = argument;

	counter->tid = thread_id();
	counter->ready = true;
	UNTIL(WAIT_MS, counter->stop);
	kill(getpid(), SIGKILL);
	return NULL;
}

static void do_to_process(uint64_t process, uint64_t thread, unsigned int what)
{
	struct nt_context context = { .flags = NT_CONTEXT_FULL };

	switch (what % 5) {
	case 0:
		NT(NtSuspendProcess, process);
		NT(NtResumeProcess, process);
		break;
	case 1:
		NT(NtSuspendThread, thread, 0);
		NT(NtGetContextThread, thread, A(&context));
		NT(NtSetContextThread, thread, A(&context));
		NT(NtResumeThread, thread, 0);
		break;
	case 2:
		NT(NtQueueApcThread, thread, 0x1234, 1, 2, 3);
		break;
	case 3:
		NT(NtTerminateProcess, process, what);
		break;
	default:
		NT(NtTerminateThread, thread, what);
		break;
	}
}

static void *(*const ways_to_go[])(void *argument) = { become_another, die };

/* Whatever becomes of it: it can be ended afterwards, and nobody is held. */
TEST_F_TIMEOUT(race, processes_that_go, 300)
{
	for (unsigned int round = 0; round < rounds(); round++) {
		pid_t pid = child_that(ways_to_go[round & 1], self->counter);
		uint64_t process, thread;

		ASSERT_LT(0, pid);
		process = open_process(pid, PROCESS_ALL);
		thread = open_thread(pid, THREAD_ALL);
		ASSERT_NE(0, process);
		ASSERT_NE(0, thread);
		self->counter->stop = true;
		do_to_process(process, thread, round / 2);
		/* Sometimes the handle is closed while things are under way. */
		if (round & 4)
			close_handle(thread);
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
		if (!(round & 4))
			close_handle(thread);
		close_handle(process);
	}
}

struct closer {
	volatile uint64_t handle;
	volatile bool stop;
};

static void *close_and_open(void *argument)
{
	struct closer *closer = argument;
	pid_t self = thread_id();

	while (!closer->stop) {
		uint64_t handle = closer->handle;

		if (handle)
			close_handle(handle);
		closer->handle = open_thread(self, THREAD_ALL);
	}
	return NULL;
}

/* A handle that is closed, and is something else at once, while it is used. */
TEST_F_TIMEOUT(race, handles_that_are_closed, 300)
{
	struct closer closer = { 0 };
	uint32_t status, basic[12];
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, close_and_open, &closer));
	ASSERT_TRUE(UNTIL(WAIT_MS, closer.handle));
	for (unsigned int round = 0; round < rounds() * 50; round++) {
		uint64_t handle = closer.handle;

		status = round & 1 ? NT(NtQueryInformationThread, handle, 0, A(basic),
					sizeof(basic), 0) :
				     NT(NtResumeThread, handle, 0);
		ASSERT_TRUE(one_of(status, allowed(STATUS_INVALID_HANDLE,
						   STATUS_OBJECT_TYPE_MISMATCH)))
			TH_LOG("round %u: %#x", round, status);
	}
	closer.stop = true;
	pthread_join(thread, NULL);
}

static void *terminate_others(void *argument)
{
	struct counter *counter = argument;

	counter->ready = true;
	UNTIL(WAIT_MS, counter->stop);
	NT(NtTerminateProcess, 0, 3);
	counter->count++;
	for (;;)
		pause();
	return NULL;
}

/* All threads end all others at once: each of them, and in the end the process. */
TEST_F_TIMEOUT(race, all_end_all_others, 300)
{
	for (unsigned int round = 0; round < rounds() / 4; round++) {
		struct counter *counters = self->counter;
		pthread_t thread;
		pid_t pid;

		memset(counters, 0, 4 * sizeof(*counters));
		pid = fork();
		ASSERT_LE(0, pid);
		if (!pid) {
			for (int i = 1; i < 4; i++)
				pthread_create(&thread, NULL, terminate_others, &counters[i]);
			for (int i = 1; i < 4; i++)
				UNTIL(WAIT_MS, counters[i].ready);
			counters[0].ready = true;
			for (int i = 1; i < 4; i++)
				counters[i].stop = true;
			NT(NtTerminateProcess, 0, 3);
			counters[0].count++;
			for (;;)
				pause();
		}
		ASSERT_TRUE(UNTIL(WAIT_MS, counters[0].ready));
		/* At most one is left, or none. */
		ASSERT_TRUE(UNTIL(WAIT_MS, is_zombie(pid) || counters[0].count +
					   counters[1].count + counters[2].count +
					   counters[3].count));
		kill_child(pid);
	}
}

/* The program that is executed is this one. */
int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--sleep")) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return test_harness_run(argc, argv);
}
