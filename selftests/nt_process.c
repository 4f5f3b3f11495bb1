// SPDX-License-Identifier: GPL-2.0
/* Process services: open, enumerate, terminate, suspend. */
#include "nt_ps.h"

FIXTURE(process)
{
	struct counter *counter;
	pid_t pid;
};

FIXTURE_VARIANT(process)
{
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(process, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(process, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(process, int_2e) { .entry = NT_BY_INT_2E };

FIXTURE_SETUP(process)
{
	nt_entry = variant->entry;
	self->pid = 0;
	self->counter = counter_new();
	ASSERT_NE(NULL, self->counter);
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(process)
{
	if (self->pid > 0)
		kill_child(self->pid);
}

/* ---- NtOpenProcess ------------------------------------------------------------- */

TEST_F(process, open_by_id)
{
	uint64_t handle;

	ASSERT_EQ(STATUS_SUCCESS, open_process_as(getpid(), 0, PROCESS_ALL, &handle));
	EXPECT_NE(0, handle);
	EXPECT_EQ(0, handle & 3);
	close_handle(handle);
	/* With a thread of it as well. */
	ASSERT_EQ(STATUS_SUCCESS,
		  open_process_as(getpid(), thread_id(), PROCESS_ALL, &handle));
	close_handle(handle);
}

TEST_F(process, open_an_id_that_nobody_has)
{
	uint64_t handle;

	EXPECT_EQ(STATUS_INVALID_CID, open_process_as(0, 0, PROCESS_ALL, &handle));
	EXPECT_EQ(STATUS_INVALID_CID, open_process_as(UNUSED_ID, 0, PROCESS_ALL, &handle));
	EXPECT_EQ(STATUS_INVALID_CID,
		  open_process_as(0x100000000ull + getpid(), 0, PROCESS_ALL, &handle));
	EXPECT_EQ(STATUS_INVALID_CID, open_process_as(-1ull, 0, PROCESS_ALL, &handle));
	EXPECT_EQ(STATUS_INVALID_CID, open_process_as(getpid(), 1, PROCESS_ALL, &handle));
	EXPECT_EQ(STATUS_INVALID_CID, open_process_as(getpid(), UNUSED_ID, PROCESS_ALL, &handle));
	EXPECT_EQ(0, handle);
	/* A thread's id is no process's. */
	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	EXPECT_EQ(STATUS_INVALID_CID,
		  open_process_as(getpid(), self->pid, PROCESS_ALL, &handle));
}

TEST_F(process, open_with_both_or_neither_of_name_and_id)
{
	struct nt_client_id id = { getpid(), 0 };
	uint64_t handle = 0;
	struct nt_name name;

	EXPECT_EQ(STATUS_INVALID_PARAMETER_MIX,
		  NT(NtOpenProcess, A(&handle), PROCESS_ALL, A(nt_name(&name, u"\\x", 0)), A(&id)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_MIX,
		  NT(NtOpenProcess, A(&handle), PROCESS_ALL, A(nt_name(&name, NULL, 0)), 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  NT(NtOpenProcess, A(&handle), PROCESS_ALL, A(nt_name(&name, u"\\x", 0)), 0));
	EXPECT_EQ(0, handle);
}

TEST_F(process, open_with_bad_pointers)
{
	struct nt_client_id id = { getpid(), 0 };
	struct nt_object_attributes *attributes;
	uint64_t handle[2] = { 0, 0 };
	struct nt_name none;

	attributes = nt_name(&none, NULL, 0);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenProcess, 0, PROCESS_ALL, A(attributes), A(&id)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenProcess, BAD_POINTER, PROCESS_ALL, A(attributes), A(&id)));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtOpenProcess, A(handle) + 4, PROCESS_ALL, A(attributes), A(&id)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenProcess, A(handle), PROCESS_ALL, 0, A(&id)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenProcess, A(handle), PROCESS_ALL, BAD_POINTER, A(&id)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenProcess, A(handle), PROCESS_ALL, A(attributes), BAD_POINTER));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtOpenProcess, A(handle), PROCESS_ALL, A(attributes), A(&id) + 4));
	attributes->length--;
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtOpenProcess, A(handle), PROCESS_ALL, A(attributes), A(&id)));
	EXPECT_EQ(0, handle[0]);
}

TEST_F(process, open_what_one_may_not_trace)
{
	pid_t parent = getpid(), child;
	uint64_t handle;

	/* kthreadd */
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_process_as(2, 0, PROCESS_ALL, &handle));
	child = fork();
	if (!child) {
		if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
			_exit(1);
		if (open_process_as(parent, 0, PROCESS_ALL, &handle) != STATUS_ACCESS_DENIED)
			_exit(2);
		if (open_process_as(parent, 0, NTDBG_PROCESS_QUERY_LIMITED, &handle) !=
		    STATUS_ACCESS_DENIED)
			_exit(3);
		if (open_process_as(getpid(), 0, PROCESS_ALL, &handle))
			_exit(4);
		_exit(0);
	}
	EXPECT_EQ(0, wait_status_of(child));
}

TEST_F(process, handles_of_the_wrong_kind)
{
	uint64_t thread = open_thread(thread_id(), THREAD_ALL);
	uint64_t file = nt_handle_of(0);

	ASSERT_NE(0, thread);
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtSuspendProcess, thread));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtSuspendProcess, file));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtSuspendProcess, NT_CURRENT_THREAD));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSuspendProcess, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSuspendProcess, 0x77770));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtTerminateProcess, thread, 1));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtTerminateProcess, 0x77770, 1));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtResumeProcess, file));
	close_handle(thread);
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtResumeProcess, thread));
}

TEST_F(process, the_right_is_asked_for)
{
	uint64_t handle;

	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	handle = open_process(self->pid, NTDBG_PROCESS_TERMINATE);
	ASSERT_NE(0, handle);
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtSuspendProcess, handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtResumeProcess, handle));
	close_handle(handle);
	handle = open_process(self->pid, NTDBG_PROCESS_SUSPEND_RESUME);
	ASSERT_NE(0, handle);
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtTerminateProcess, handle, 1));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSuspendProcess, handle));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResumeProcess, handle));
	close_handle(handle);
}

/* ---- NtTerminateProcess -------------------------------------------------------- */

TEST_F(process, terminate_another)
{
	uint64_t handle;
	int status;

	self->pid = child_that(count_on, self->counter);
	ASSERT_LT(0, self->pid);
	handle = open_process(self->pid, PROCESS_ALL);
	ASSERT_NE(0, handle);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTerminateProcess, handle, 0xc0de1234));
	ASSERT_TRUE(UNTIL(WAIT_MS, is_zombie(self->pid)));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, NT(NtTerminateProcess, handle, 1));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, NT(NtSuspendProcess, handle));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, NT(NtResumeProcess, handle));
	status = wait_status_of(self->pid);
	self->pid = 0;
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	/* And when nobody knows of it any more. */
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, NT(NtTerminateProcess, handle, 1));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, NT(NtSuspendProcess, handle));
	close_handle(handle);
}

static int end_of_self(uint64_t handle, uint32_t status, bool open)
{
	pid_t pid = fork();

	if (!pid) {
		if (open)
			handle = open_process(getpid(), PROCESS_ALL);
		NT(NtTerminateProcess, handle, status);
		_exit(99);
	}
	return wait_status_of(pid);
}

TEST_F(process, terminate_itself)
{
	EXPECT_EQ(0, end_of_self(NT_CURRENT_PROCESS, 0, false));
	EXPECT_EQ(5 << 8, end_of_self(NT_CURRENT_PROCESS, 0xc0000005, false));
	EXPECT_EQ(3 << 8, end_of_self(0, 3, true));
	/* What is not success must not look like it. */
	EXPECT_EQ(1 << 8, end_of_self(NT_CURRENT_PROCESS, 0xc0000100, false));
}

static void *terminate_process(void *argument)
{
	NT(NtTerminateProcess, NT_CURRENT_PROCESS, (uintptr_t)argument);
	return NULL;
}

TEST_F(process, terminate_itself_with_threads)
{
	pthread_t thread;
	pid_t pid = fork();

	if (!pid) {
		for (int i = 0; i < 3; i++)
			pthread_create(&thread, NULL, count_on, self->counter);
		pthread_create(&thread, NULL, terminate_process, (void *)42);
		count_on(self->counter);
		_exit(99);
	}
	EXPECT_EQ(42 << 8, wait_status_of(pid));
}

TEST_F(process, terminate_the_other_threads)
{
	struct counter *counters = self->counter;
	pthread_t thread;
	pid_t pid = fork();
	int i;

	if (!pid) {
		for (i = 0; i < 4; i++) {
			pthread_create(&thread, NULL, i & 1 ? sleep_on : count_on, &counters[i]);
			if (!UNTIL(WAIT_MS, counters[i].ready))
				_exit(1);
		}
		if (NT(NtTerminateProcess, 0, 77))
			_exit(2);
		for (i = 0; i < 4; i++)
			if (!UNTIL(WAIT_MS, thread_is_gone(getpid(), counters[i].tid)))
				_exit(3);
		/* There is nobody left, and that is no fault. */
		if (NT(NtTerminateProcess, 0, 77))
			_exit(4);
		/* Still an NT process, which can make threads. */
		memset(counters, 0, sizeof(*counters));
		if (pthread_create(&thread, NULL, count_on, counters) || !counts(counters))
			_exit(5);
		_exit(NT(NtTestAlert) ? 6 : 0);
	}
	EXPECT_EQ(0, wait_status_of(pid));
}

/* ---- NtSuspendProcess, NtResumeProcess ---------------------------------------- */

TEST_F(process, suspend_and_resume)
{
	uint64_t handle;

	self->pid = child_that(count_on, self->counter);
	ASSERT_LT(0, self->pid);
	handle = open_process(self->pid, PROCESS_ALL);
	ASSERT_NE(0, handle);
	EXPECT_TRUE(counts(self->counter));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendProcess, handle));
	EXPECT_TRUE(rests(self->counter));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendProcess, handle));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtResumeProcess, handle));
	EXPECT_TRUE(rests(self->counter));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtResumeProcess, handle));
	EXPECT_TRUE(counts(self->counter));
	/* As often as one likes. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResumeProcess, handle));
	close_handle(handle);
}

/* A process that suspends itself is not resumed by the end of the call. */
TEST_F(process, suspend_itself)
{
	uint64_t handle;

	self->pid = fork();
	if (!self->pid) {
		self->counter->tid = thread_id();
		self->counter->ready = true;
		NT(NtSuspendProcess, NT_CURRENT_PROCESS);
		count_on(self->counter);
		_exit(0);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, self->counter->ready));
	handle = open_process(self->pid, PROCESS_ALL);
	ASSERT_NE(0, handle);
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_state(self->pid, self->pid) != 'R'));
	EXPECT_TRUE(STAYS(100, !self->counter->count));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResumeProcess, handle));
	EXPECT_TRUE(counts(self->counter));
	close_handle(handle);
}

TEST_F(process, killed_while_it_is_suspended)
{
	uint64_t handle;
	int status;

	self->pid = child_that(count_on, self->counter);
	ASSERT_LT(0, self->pid);
	handle = open_process(self->pid, PROCESS_ALL);
	ASSERT_NE(0, handle);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendProcess, handle));
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	status = wait_status_of(self->pid);
	self->pid = 0;
	EXPECT_TRUE(WIFSIGNALED(status));
	close_handle(handle);
}

/* ---- NtGetNextProcess, NtGetNextThread ----------------------------------------- */

TEST_F(process, enumerate_processes)
{
	uint64_t handle = 0, next, found = 0;
	uint32_t status;

	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	for (int i = 0; i < 10000; i++) {
		struct ntdbg_process_info info = { .size = sizeof(info) };

		next = 0;
		status = NT(NtGetNextProcess, handle, NTDBG_PROCESS_QUERY_LIMITED, 0, 0, A(&next));
		if (handle)
			close_handle(handle);
		handle = next;
		if (status)
			break;
		ASSERT_EQ(0, ioctl(nt_fd_of(handle), NTDBG_IOC_PROCESS_QUERY, &info));
		if (info.pid == self->pid || info.pid == getpid())
			found++;
	}
	EXPECT_EQ(STATUS_NO_MORE_ENTRIES, status);
	EXPECT_EQ(2, found);
}

TEST_F(process, enumerate_threads)
{
	struct counter *counters = self->counter;
	uint64_t handle = 0, next;
	unsigned int found = 0;
	pthread_t threads[3];
	uint32_t status;

	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, sleep_on, &counters[i]));
		ASSERT_TRUE(UNTIL(WAIT_MS, counters[i].ready));
	}
	for (int i = 0; i < 100; i++) {
		next = 0;
		status = NT(NtGetNextThread, NT_CURRENT_PROCESS, handle,
			    NTDBG_THREAD_QUERY_LIMITED, 0, 0, A(&next));
		if (handle)
			close_handle(handle);
		handle = next;
		if (status)
			break;
		found++;
	}
	EXPECT_EQ(STATUS_NO_MORE_ENTRIES, status);
	EXPECT_EQ(4, found);
}

TEST_F(process, enumerate_with_bad_arguments)
{
	uint64_t next = 0;

	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtGetNextProcess, 0, NTDBG_PROCESS_QUERY_LIMITED, 0, 2, A(&next)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtGetNextProcess, 0, NTDBG_PROCESS_QUERY_LIMITED, 1, 0, A(&next)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtGetNextProcess, 0, NTDBG_PROCESS_QUERY_LIMITED, 0, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtGetNextProcess, 0x77770, NTDBG_PROCESS_QUERY_LIMITED, 0, 0, A(&next)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtGetNextProcess, nt_handle_of(0), NTDBG_PROCESS_QUERY_LIMITED, 0, 0,
		     A(&next)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtGetNextThread, NT_CURRENT_PROCESS, 0, NTDBG_THREAD_QUERY_LIMITED, 0, 1,
		     A(&next)));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtGetNextThread, 0, 0, NTDBG_THREAD_QUERY_LIMITED, 0, 0, A(&next)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtGetNextThread, NT_CURRENT_PROCESS, NT_CURRENT_PROCESS,
		     NTDBG_THREAD_QUERY_LIMITED, 0, 0, A(&next)));
	EXPECT_EQ(0, next);
}

TEST_HARNESS_MAIN
