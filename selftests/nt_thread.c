// SPDX-License-Identifier: GPL-2.0
/* Thread services: open, terminate, suspend, alert, APCs, registers. */
#include "nt_ps.h"
#include "nt_context.h"

#define NR_THREADS 4

#define CONTEXT_CONTROL		0x100001u
#define CONTEXT_INTEGER		0x100002u
#define CONTEXT_SEGMENTS	0x100004u
#define CONTEXT_FLOATING_POINT	0x100008u
#define CONTEXT_DEBUG_REGISTERS	0x100010u
#define CONTEXT_REQUEST		0x40000000u
#define CONTEXT_REPORTING	0x80000000u
#define CONTEXT_SERVICE_ACTIVE	0x10000000u

FIXTURE(thread)
{
	struct counter *counter;
	pthread_t threads[NR_THREADS];
	pid_t pid;
};

FIXTURE_VARIANT(thread)
{
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(thread, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(thread, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(thread, int_2e) { .entry = NT_BY_INT_2E };

FIXTURE_SETUP(thread)
{
	nt_entry = variant->entry;
	self->pid = 0;
	self->counter = counter_new();
	ASSERT_NE(NULL, self->counter);
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(thread)
{
	if (self->pid > 0)
		kill_child(self->pid);
}

#define begin(nr, does) do {							\
	ASSERT_EQ(0, pthread_create(&self->threads[nr], NULL, does, &self->counter[nr])); \
	ASSERT_TRUE(UNTIL(WAIT_MS, self->counter[nr].ready));			\
} while (0)

#define handle_of(nr, access) ({						\
	uint64_t _handle = open_thread(self->counter[nr].tid, access);		\
										\
	ASSERT_NE(0, _handle);							\
	_handle;								\
})

/* ---- NtOpenThread ------------------------------------------------------------- */

TEST_F(thread, open_by_id)
{
	uint64_t handle;

	begin(0, sleep_on);
	EXPECT_EQ(STATUS_SUCCESS,
		  open_thread_as(0, self->counter->tid, THREAD_ALL, &handle));
	close_handle(handle);
	EXPECT_EQ(STATUS_SUCCESS,
		  open_thread_as(getpid(), self->counter->tid, THREAD_ALL, &handle));
	close_handle(handle);
	EXPECT_EQ(STATUS_INVALID_CID, open_thread_as(1, thread_id(), THREAD_ALL, &handle));
	EXPECT_EQ(STATUS_INVALID_CID, open_thread_as(0, 0, THREAD_ALL, &handle));
	EXPECT_EQ(STATUS_INVALID_CID, open_thread_as(0, UNUSED_ID, THREAD_ALL, &handle));
	EXPECT_EQ(STATUS_INVALID_CID, open_thread_as(0, -1ull, THREAD_ALL, &handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_thread_as(0, 2, THREAD_ALL, &handle));
}

TEST_F(thread, open_with_bad_arguments)
{
	struct nt_client_id id = { 0, thread_id() };
	uint64_t handle = 0;
	struct nt_name name;

	EXPECT_EQ(STATUS_INVALID_PARAMETER_MIX,
		  NT(NtOpenThread, A(&handle), THREAD_ALL, A(nt_name(&name, u"\\x", 0)), A(&id)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_MIX,
		  NT(NtOpenThread, A(&handle), THREAD_ALL, A(nt_name(&name, NULL, 0)), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenThread, 0, THREAD_ALL, A(nt_name(&name, NULL, 0)), A(&id)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtOpenThread, A(&handle), THREAD_ALL, 0, A(&id)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenThread, A(&handle), THREAD_ALL, A(nt_name(&name, NULL, 0)),
		     BAD_POINTER));
	EXPECT_EQ(0, handle);
}

/* ---- NtTerminateThread -------------------------------------------------------- */

static void *end_myself(void *argument)
{
	struct counter *counter = argument;

	counter->tid = thread_id();
	counter->ready = true;
	counter->word = NT(NtTerminateThread, counter->word, 5);
	counter->count = 1;
	return NULL;
}

TEST_F(thread, the_last_one_does_not_end_itself_by_no_handle)
{
	EXPECT_EQ(STATUS_CANT_TERMINATE_SELF, NT(NtTerminateThread, 0, 1));
}

TEST_F(thread, ends_itself)
{
	begin(0, end_myself);
	EXPECT_TRUE(UNTIL(WAIT_MS, thread_is_gone(getpid(), self->counter->tid)));
	self->counter[1].word = NT_CURRENT_THREAD;
	begin(1, end_myself);
	EXPECT_TRUE(UNTIL(WAIT_MS, thread_is_gone(getpid(), self->counter[1].tid)));
	EXPECT_EQ(0, self->counter[0].count);
	EXPECT_EQ(0, self->counter[1].count);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
}

TEST_F(thread, the_last_one_ends_its_process)
{
	pid_t pid = fork();

	if (!pid) {
		NT(NtTerminateThread, NT_CURRENT_THREAD, 9);
		_exit(99);
	}
	EXPECT_EQ(9 << 8, wait_status_of(pid));
}

TEST_F(thread, is_ended_by_another)
{
	uint64_t handle;

	begin(0, count_on);
	begin(1, sleep_on);
	for (int i = 0; i < 2; i++) {
		handle = handle_of(i, THREAD_ALL);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtTerminateThread, handle, 0xc0de0001));
		EXPECT_TRUE(UNTIL(WAIT_MS, thread_is_gone(getpid(), self->counter[i].tid)));
		EXPECT_EQ(STATUS_THREAD_IS_TERMINATING, NT(NtTerminateThread, handle, 1));
		EXPECT_EQ(STATUS_THREAD_IS_TERMINATING, NT(NtSuspendThread, handle, 0));
		EXPECT_EQ(STATUS_THREAD_IS_TERMINATING, NT(NtResumeThread, handle, 0));
		EXPECT_EQ(STATUS_THREAD_IS_TERMINATING, NT(NtAlertThread, handle));
		EXPECT_EQ(STATUS_UNSUCCESSFUL, NT(NtQueueApcThread, handle, 1, 0, 0, 0));
		close_handle(handle);
	}
}

/* The handle is closed before the thread is gone. */
TEST_F(thread, is_ended_though_the_handle_is_closed_at_once)
{
	uint64_t handle;

	for (int i = 0; i < NR_THREADS; i++) {
		begin(i, i & 1 ? sleep_on : count_on);
		handle = handle_of(i, THREAD_ALL);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtTerminateThread, handle, 1));
		close_handle(handle);
		EXPECT_TRUE(UNTIL(WAIT_MS, thread_is_gone(getpid(), self->counter[i].tid)));
	}
}

TEST_F(thread, is_ended_while_it_is_suspended)
{
	uint64_t handle;

	begin(0, count_on);
	handle = handle_of(0, THREAD_ALL);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, handle, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtTerminateThread, handle, 1));
	EXPECT_TRUE(UNTIL(WAIT_MS, thread_is_gone(getpid(), self->counter->tid)));
	close_handle(handle);
}

TEST_F(thread, handles_and_rights)
{
	uint64_t file = nt_handle_of(0), handle, process, context[0x4d0 / 8];

	begin(0, sleep_on);
	process = open_process(getpid(), PROCESS_ALL);
	ASSERT_NE(0, process);
	/* Of no use but to look. */
	handle = handle_of(0, NTDBG_THREAD_QUERY_LIMITED);
	(void)context;
#define EACH(service, ...) do {							\
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(service, 0x77770, ##__VA_ARGS__));	\
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(service, file, ##__VA_ARGS__)); \
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(service, process, ##__VA_ARGS__)); \
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,					\
		  NT(service, NT_CURRENT_PROCESS, ##__VA_ARGS__));		\
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(service, handle, ##__VA_ARGS__));	\
} while (0)
	EACH(NtSuspendThread, 0);
	EACH(NtResumeThread, 0);
	EACH(NtAlertThread);
	EACH(NtAlertResumeThread, 0);
	EACH(NtQueueApcThread, 1, 0, 0, 0);
	EACH(NtQueueApcThreadEx, 0, 1, 0, 0, 0);
	EACH(NtTerminateThread, 1);
#undef EACH
	close_handle(handle);
	close_handle(process);
}

/* ---- NtSuspendThread, NtResumeThread ------------------------------------------- */

TEST_F(thread, suspend_counts)
{
	uint32_t previous = 99;
	uint64_t handle;

	begin(0, count_on);
	handle = handle_of(0, THREAD_ALL);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResumeThread, handle, A(&previous)));
	EXPECT_EQ(0, previous);
	for (uint32_t i = 0; i < NTDBG_MAXIMUM_SUSPEND_COUNT; i++) {
		ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, handle, A(&previous)));
		ASSERT_EQ(i, previous);
	}
	EXPECT_EQ(STATUS_SUSPEND_COUNT_EXCEEDED, NT(NtSuspendThread, handle, A(&previous)));
	EXPECT_TRUE(rests(self->counter));
	for (uint32_t i = NTDBG_MAXIMUM_SUSPEND_COUNT; i; i--) {
		ASSERT_EQ(STATUS_SUCCESS, NT(NtResumeThread, handle, A(&previous)));
		ASSERT_EQ(i, previous);
	}
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResumeThread, handle, A(&previous)));
	EXPECT_EQ(0, previous);
	EXPECT_TRUE(counts(self->counter));
	close_handle(handle);
}

TEST_F(thread, suspend_with_bad_pointers)
{
	uint32_t previous[2] = { 99, 99 };
	uint64_t handle;

	begin(0, count_on);
	handle = handle_of(0, THREAD_ALL);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtSuspendThread, handle, BAD_POINTER));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtSuspendThread, handle, A(previous) + 1));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtResumeThread, handle, BAD_POINTER));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtResumeThread, handle, A(previous) + 2));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtAlertResumeThread, handle, BAD_POINTER));
	/* Nothing was done. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, handle, A(previous)));
	EXPECT_EQ(0, previous[0]);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResumeThread, handle, 0));
	close_handle(handle);
}

/* Not disturbed where it sleeps. */
TEST_F(thread, suspended_in_a_linux_call)
{
	uint32_t previous;
	uint64_t handle;

	begin(0, sleep_on);
	handle = handle_of(0, THREAD_ALL);
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_state(getpid(), self->counter->tid) == 'S'));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, handle, 0));
	EXPECT_EQ('S', thread_state(getpid(), self->counter->tid));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResumeThread, handle, A(&previous)));
	EXPECT_EQ(1, previous);
	close_handle(handle);
}

static void *suspend_myself(void *argument)
{
	struct counter *counter = argument;
	uint32_t previous = 99;

	counter->tid = thread_id();
	counter->ready = true;
	counter->word = NT(NtSuspendThread, NT_CURRENT_THREAD, A(&previous));
	counter->count = 1 + previous;
	return NULL;
}

TEST_F(thread, suspends_itself)
{
	uint32_t previous = 0;
	uint64_t handle;

	self->counter->word = 99;
	begin(0, suspend_myself);
	handle = handle_of(0, THREAD_ALL);
	ASSERT_TRUE(UNTIL(WAIT_MS, STATUS_SUCCESS == NT(NtResumeThread, handle, A(&previous)) &&
			  previous == 1));
	EXPECT_TRUE(UNTIL(WAIT_MS, self->counter->count == 1));
	EXPECT_EQ(STATUS_SUCCESS, self->counter->word);
	close_handle(handle);
}

/* ---- NtAlertThread, NtQueueApcThread -------------------------------------------- */

TEST_F(thread, alert)
{
	uint32_t previous = 99;

	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAlertThread, NT_CURRENT_THREAD));
	EXPECT_EQ(STATUS_ALERTED, NT(NtTestAlert));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAlertResumeThread, NT_CURRENT_THREAD, A(&previous)));
	EXPECT_EQ(0, previous);
	EXPECT_EQ(STATUS_ALERTED, NT(NtTestAlert));
}

TEST_F(thread, alert_and_resume)
{
	uint32_t previous = 99;
	uint64_t handle;

	begin(0, count_on);
	handle = handle_of(0, THREAD_ALL);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, handle, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAlertResumeThread, handle, A(&previous)));
	EXPECT_EQ(1, previous);
	EXPECT_TRUE(counts(self->counter));
	close_handle(handle);
}

TEST_F(thread, one_that_makes_no_nt_calls)
{
	uint64_t handle;

	self->pid = linux_child();
	ASSERT_LT(0, self->pid);
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_state(self->pid, self->pid) == 'S'));
	handle = open_thread(self->pid, THREAD_ALL);
	ASSERT_NE(0, handle);
	ASSERT_TRUE(UNTIL(WAIT_MS, STATUS_UNSUCCESSFUL == NT(NtAlertThread, handle)));
	EXPECT_EQ(STATUS_UNSUCCESSFUL, NT(NtQueueApcThread, handle, 1, 0, 0, 0));
	/* Those that steer do not mind. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, handle, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAlertResumeThread, handle, 0));
	close_handle(handle);
}

TEST_F(thread, apc_with_a_reserve_object)
{
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtQueueApcThreadEx, NT_CURRENT_THREAD, 0x77770, 1, 0, 0, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtQueueApcThreadEx, NT_CURRENT_THREAD, nt_handle_of(0), 1, 0, 0, 0));
}

/* ---- NtGetContextThread, NtSetContextThread ------------------------------------- */

/* Counts in rbx, and shows where it is. */
static void *count_in_a_register(void *argument)
{
	struct counter *counter = argument;

	counter->tid = thread_id();
	counter->ready = true;
	asm volatile("mov %0, %%rsi\n\t"
		     "xor %%rbx, %%rbx\n\t"
		     "1: mov %%rbx, (%%rsi)\n\t"
		     "cmp $-1, %%rbx\n\t"
		     "jne 1b\n\t"
		     : : "r"(&counter->count) : "rbx", "rsi", "memory", "cc");
	counter->stop = true;
	return NULL;
}

TEST_F(thread, registers_of_another)
{
	struct nt_context context = { .flags = CONTEXT_CONTROL | CONTEXT_INTEGER };
	uint64_t handle;

	begin(0, count_in_a_register);
	handle = handle_of(0, THREAD_ALL);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, handle, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, handle, A(&context)));
	EXPECT_EQ(A(&self->counter->count), context.rsi);
	EXPECT_EQ(0, context.rbx);
	EXPECT_NE(0, context.rip);
	EXPECT_NE(0, context.rsp);
	EXPECT_EQ(0x33, context.cs);
	EXPECT_EQ(0x2b, context.ss);
	EXPECT_EQ(CONTEXT_CONTROL | CONTEXT_INTEGER, context.flags);
	context.rbx = 4711;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetContextThread, handle, A(&context)));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtResumeThread, handle, 0));
	EXPECT_TRUE(UNTIL(WAIT_MS, self->counter->count == 4711));
	/* Running is no hindrance. */
	context.flags = CONTEXT_INTEGER;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, handle, A(&context)));
	EXPECT_EQ(4711, context.rbx);
	context.rbx = -1;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetContextThread, handle, A(&context)));
	EXPECT_TRUE(UNTIL(WAIT_MS, self->counter->stop));
	close_handle(handle);
}

TEST_F(thread, only_the_parts_that_are_named)
{
	struct nt_context context;
	uint64_t handle;

	begin(0, count_in_a_register);
	handle = handle_of(0, THREAD_ALL);
	memset(&context, 0x5a, sizeof(context));
	context.flags = CONTEXT_CONTROL;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, handle, A(&context)));
	EXPECT_NE(0x5a5a5a5a5a5a5a5aull, context.rip);
	EXPECT_EQ(0x5a5a5a5a5a5a5a5aull, context.rbx);
	EXPECT_EQ(0x5a5a5a5a5a5a5a5aull, context.dr[0]);
	EXPECT_EQ(0x5a5a, context.ds);
	EXPECT_EQ(0x5a, context.fxsave[0]);
	context.flags = CONTEXT_DEBUG_REGISTERS | CONTEXT_FLOATING_POINT | CONTEXT_SEGMENTS;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, handle, A(&context)));
	EXPECT_EQ(0, context.dr[0]);
	EXPECT_EQ(0x7f, context.fxsave[0]);
	EXPECT_EQ(0x1f80, context.mxcsr);
	EXPECT_NE(0x5a5a, context.ds);
	EXPECT_EQ(0x5a5a5a5a5a5a5a5aull, context.rbx);
	/* Those of another processor, and none at all. */
	context.flags = 0x10007;
	context.rip = 1;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, handle, A(&context)));
	EXPECT_EQ(1, context.rip);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetContextThread, handle, A(&context)));
	EXPECT_TRUE(STAYS(50, !self->counter->stop));
	close_handle(handle);
}

TEST_F(thread, where_it_was)
{
	struct nt_context context = { .flags = CONTEXT_CONTROL | CONTEXT_REQUEST };
	uint64_t handle;

	begin(0, sleep_on);
	handle = handle_of(0, THREAD_ALL);
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_state(getpid(), self->counter->tid) == 'S'));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, handle, A(&context)));
	EXPECT_EQ(CONTEXT_CONTROL | CONTEXT_REQUEST | CONTEXT_REPORTING | CONTEXT_SERVICE_ACTIVE,
		  context.flags);
	close_handle(handle);
}

TEST_F(thread, registers_of_oneself)
{
	struct nt_context context = { .flags = NT_CONTEXT_FULL | CONTEXT_DEBUG_REGISTERS };

	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, NT_CURRENT_THREAD, A(&context)));
	EXPECT_NE(0, context.rip);
	EXPECT_GT(4096, A(&context) - context.rsp);
	EXPECT_EQ(0x33, context.cs);
	EXPECT_EQ(0, context.dr[0]);
	/* What would have to be set on the way back is. */
	context.flags = CONTEXT_DEBUG_REGISTERS;
	memset(context.dr, 0, sizeof(context.dr));
	context.dr[0] = A(&self->counter[3].word);
	context.dr[5] = 0x401;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetContextThread, NT_CURRENT_THREAD, A(&context)));
	memset(context.dr, 0, sizeof(context.dr));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, NT_CURRENT_THREAD, A(&context)));
	EXPECT_EQ(A(&self->counter[3].word), context.dr[0]);
	memset(context.dr, 0, sizeof(context.dr));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetContextThread, NT_CURRENT_THREAD, A(&context)));
}

TEST_F(thread, registers_with_bad_arguments)
{
	struct nt_context contexts[2] = { { .flags = CONTEXT_CONTROL } };
	uint64_t handle, file = nt_handle_of(0);

	begin(0, count_in_a_register);
	handle = handle_of(0, NTDBG_THREAD_QUERY_LIMITED);
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtGetContextThread, NT_CURRENT_THREAD, A(contexts) + 8));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtSetContextThread, NT_CURRENT_THREAD, A(contexts) + 8));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtGetContextThread, NT_CURRENT_THREAD, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtSetContextThread, NT_CURRENT_THREAD, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtGetContextThread, NT_CURRENT_THREAD, BAD_POINTER));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtGetContextThread, 0x77770, A(contexts)));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSetContextThread, 0x77770, A(contexts)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtGetContextThread, file, A(contexts)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtSetContextThread, file, A(contexts)));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtGetContextThread, handle, A(contexts)));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtSetContextThread, handle, A(contexts)));
	close_handle(handle);
	/* With no part named the handle is looked at all the same. */
	contexts[0].flags = 0;
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSetContextThread, 0x77770, A(contexts)));
}

TEST_F(thread, registers_of_one_that_has_ended)
{
	struct nt_context context = { .flags = CONTEXT_CONTROL };
	uint64_t handle;

	begin(0, count_on);
	handle = handle_of(0, THREAD_ALL);
	self->counter->stop = true;
	ASSERT_EQ(0, pthread_join(self->threads[0], NULL));
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_is_gone(getpid(), self->counter->tid)));
	EXPECT_EQ(STATUS_UNSUCCESSFUL, NT(NtGetContextThread, handle, A(&context)));
	EXPECT_EQ(STATUS_UNSUCCESSFUL, NT(NtSetContextThread, handle, A(&context)));
	close_handle(handle);
}

TEST_HARNESS_MAIN
