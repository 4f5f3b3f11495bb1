// SPDX-License-Identifier: GPL-2.0
/* NtQueryInformationProcess, NtQueryInformationThread, and what can be set. */
#include "nt_ps.h"
#include <fcntl.h>

#define PROCESS_NOT_IN_JOB 0x123u

#define PROCESS_LIMITED NTDBG_PROCESS_QUERY_LIMITED
#define THREAD_LIMITED NTDBG_THREAD_QUERY_LIMITED

struct process_basic {
	uint32_t exit_status;
	uint32_t padding;
	uint64_t peb;
	uint64_t affinity;
	int32_t priority;
	uint32_t padding2;
	uint64_t pid;
	uint64_t ppid;
};

struct thread_basic {
	uint32_t exit_status;
	uint32_t padding;
	uint64_t teb;
	struct nt_client_id client;
	uint64_t affinity;
	int32_t priority;
	int32_t base_priority;
};

struct times {
	int64_t create;
	int64_t exit;
	int64_t kernel;
	int64_t user;
};

FIXTURE(query)
{
	struct counter *counter;
	pid_t pid;
	uint64_t process;
};

FIXTURE_SETUP(query)
{
	self->pid = 0;
	self->process = 0;
	self->counter = counter_new();
	ASSERT_NE(NULL, self->counter);
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(query)
{
	if (self->pid > 0)
		kill_child(self->pid);
}

#define ask(handle, class, answer, length)					\
	NT(NtQueryInformationProcess, handle, class, A(answer), length, A(&length))

static const struct {
	uint32_t class;
	uint32_t length;
	uint32_t access;
} process_classes[] = {
	{ 0, 0x30, PROCESS_LIMITED },
	{ 2, 0x30, PROCESS_LIMITED },
	{ 3, 0x58, PROCESS_LIMITED },
	{ 3, 0x60, PROCESS_LIMITED },
	{ 4, 0x20, PROCESS_LIMITED },
	{ 7, 8, NTDBG_PROCESS_QUERY_INFORMATION },
	{ 18, 2, PROCESS_LIMITED },
	{ 20, 4, PROCESS_LIMITED },
	{ 20, 8, PROCESS_LIMITED },
	{ 24, 4, PROCESS_LIMITED },
	{ 26, 8, PROCESS_LIMITED },
	{ 29, 4, NTDBG_PROCESS_QUERY_INFORMATION },
	{ 31, 4, NTDBG_PROCESS_QUERY_INFORMATION },
	{ 36, 4, NTDBG_PROCESS_QUERY_INFORMATION },
};

#define NR_PROCESS_CLASSES (sizeof(process_classes) / sizeof(process_classes[0]))

/* The length first, then the handle, then the buffer. */
TEST_F(query, every_class_of_a_process)
{
	uint64_t weak = open_process(getpid(), NTDBG_PROCESS_TERMINATE);
	uint64_t just = open_process(getpid(), PROCESS_LIMITED), buffer[16];
	uint32_t returned;

	for (int i = 0; i < NR_PROCESS_CLASSES; i++) {
		uint32_t class = process_classes[i].class, length = process_classes[i].length;
		bool limited = process_classes[i].access == PROCESS_LIMITED;

		returned = 0;
		ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, class,
					     A(buffer), length, A(&returned)))
			TH_LOG("class %u", class);
		ASSERT_EQ(length, returned);
		ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, class,
					     A(buffer), length, 0));
		returned = 77;
		ASSERT_EQ(STATUS_INFO_LENGTH_MISMATCH,
			  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, class, A(buffer),
			     length + 1, A(&returned)));
		ASSERT_EQ(STATUS_INFO_LENGTH_MISMATCH,
			  NT(NtQueryInformationProcess, 0, class, A(buffer), 0, A(&returned)));
		ASSERT_EQ(77, returned);
		ASSERT_EQ(STATUS_INVALID_HANDLE,
			  NT(NtQueryInformationProcess, 0, class, 0, length, 0));
		ASSERT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
			  NT(NtQueryInformationProcess, nt_handle_of(0), class, A(buffer), length,
			     0));
		ASSERT_EQ(STATUS_ACCESS_DENIED,
			  NT(NtQueryInformationProcess, weak, class, A(buffer), length, 0));
		ASSERT_EQ(limited ? STATUS_SUCCESS : STATUS_ACCESS_DENIED,
			  NT(NtQueryInformationProcess, just, class, A(buffer), length, 0));
		ASSERT_EQ(STATUS_ACCESS_VIOLATION,
			  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, class, 0, length, 0));
		ASSERT_EQ(STATUS_ACCESS_VIOLATION,
			  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, class, A(buffer),
			     length, BAD_POINTER));
		ASSERT_EQ(STATUS_DATATYPE_MISALIGNMENT,
			  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, class, A(buffer) + 1,
			     length, 0));
	}
	close_handle(weak);
	close_handle(just);
}

TEST_F(query, classes_that_there_are_not)
{
	uint64_t buffer[16];

	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, 8, A(buffer), 8, 0));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, 0x1000, A(buffer), 8, 0));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtQueryInformationThread, NT_CURRENT_THREAD, 0x1000, A(buffer), 8, 0));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 0x1000, A(buffer), 8));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtSetInformationThread, NT_CURRENT_THREAD, 0x1000, A(buffer), 8));
}

TEST_F(query, process_basic)
{
	struct process_basic basic;
	uint32_t length = sizeof(basic);
	int status;

	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 0, &basic, length));
	EXPECT_EQ(STATUS_PENDING, basic.exit_status);
	EXPECT_EQ(getpid(), basic.pid);
	EXPECT_EQ(getppid(), basic.ppid);
	EXPECT_NE(0, basic.affinity);
	EXPECT_EQ(8, basic.priority);

	/* The status of the call that ended it, before and after somebody has waited. */
	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	self->process = open_process(self->pid, PROCESS_ALL);
	ASSERT_NE(0, self->process);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtTerminateProcess, self->process, 0xc0de1234));
	ASSERT_TRUE(UNTIL(WAIT_MS, is_zombie(self->pid)));
	ASSERT_EQ(STATUS_SUCCESS, ask(self->process, 0, &basic, length));
	EXPECT_EQ(0xc0de1234, basic.exit_status);
	EXPECT_EQ(self->pid, basic.pid);
	status = wait_status_of(self->pid);
	EXPECT_TRUE(WIFSIGNALED(status));
	ASSERT_EQ(STATUS_SUCCESS, ask(self->process, 0, &basic, length));
	EXPECT_EQ(0xc0de1234, basic.exit_status);
	close_handle(self->process);
	self->pid = 0;
}

static uint32_t status_of_child(struct counter *counter, void (*end)(void), uint32_t *exit_status)
{
	struct process_basic basic = { 0 };
	uint32_t length = sizeof(basic), status;
	uint64_t process;
	pid_t pid;

	counter->word = 0;
	pid = fork();
	if (!pid) {
		UNTIL(WAIT_MS, counter->word);
		end();
		_exit(99);
	}
	/* It is ended while somebody has a handle of it: else nobody could ask. */
	process = open_process(pid, PROCESS_ALL);
	counter->word = 1;
	UNTIL(WAIT_MS, is_zombie(pid));
	status = ask(process, 0, &basic, length);
	waitpid(pid, NULL, 0);
	close_handle(process);
	*exit_status = basic.exit_status;
	return status;
}

static void end_by_exit(void)
{
	_exit(42);
}

static void end_by_interrupt(void)
{
	kill(getpid(), SIGINT);
}

static void end_by_abort(void)
{
	kill(getpid(), SIGABRT);
}

static void end_by_itself(void)
{
	NT(NtTerminateProcess, NT_CURRENT_PROCESS, 0xc0000142);
}

TEST_F(query, how_it_ended)
{
	const struct {
		void (*end)(void);
		uint32_t exit_status;
	} ends[] = {
		{ end_by_exit, 42 },
		{ end_by_interrupt, STATUS_CONTROL_C_EXIT },
		{ end_by_abort, 0xe04c0000u | SIGABRT },
		{ end_by_itself, 0xc0000142 },
	};
	uint32_t exit_status;

	for (int i = 0; i < 4; i++) {
		ASSERT_EQ(STATUS_SUCCESS,
			  status_of_child(self->counter, ends[i].end, &exit_status));
		EXPECT_EQ(ends[i].exit_status, exit_status);
	}
}

TEST_F(query, process_times)
{
	uint32_t length = sizeof(struct times);
	struct times times, of_thread;
	struct timespec now;
	int64_t real;

	for (volatile int i = 0; i < 50000000; i++)
		;
	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 4, &times, length));
	clock_gettime(CLOCK_REALTIME, &now);
	real = now.tv_sec * 10000000ll + now.tv_nsec / 100 + 116444736000000000ll;
	EXPECT_LE(times.create, real);
	EXPECT_GT(times.create, real - 3600ll * 10000000);
	EXPECT_EQ(0, times.exit);
	EXPECT_LT(0, times.user);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryInformationThread, NT_CURRENT_THREAD, 1,
				     A(&of_thread), sizeof(of_thread), 0));
	EXPECT_LT(0, of_thread.user);
	/* Both are counted back from now. */
	EXPECT_GT(10000000, llabs(of_thread.create - times.create));
}

TEST_F(query, process_counters)
{
	uint64_t before[6], after[6], vm[12], handles;
	uint32_t length = sizeof(before), vm_length = sizeof(vm), nr[2];
	char byte;
	int fd;

	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 2, before, length));
	fd = open("/dev/zero", O_RDONLY);
	ASSERT_LE(0, fd);
	for (int i = 0; i < 10; i++)
		ASSERT_EQ(1, read(fd, &byte, 1));
	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 2, after, length));
	EXPECT_LE(before[0] + 10, after[0]);
	EXPECT_LE(before[3] + 10, after[3]);

	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 3, vm, vm_length));
	EXPECT_LT(0, vm[1]);
	EXPECT_LE(vm[1], vm[0]);
	EXPECT_LT(0, vm[4]);
	EXPECT_LE(vm[4], vm[3]);
	EXPECT_LT(0, vm[2]);
	EXPECT_LT(0, vm[11]);

	length = 4;
	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 20, nr, length));
	close(fd);
	length = 8;
	handles = 0;
	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 20, &handles, length));
	EXPECT_EQ(nr[0] - 1, (uint32_t)handles);
}

TEST_F(query, counters_of_one_that_has_ended)
{
	uint32_t length;
	uint64_t buffer[12];

	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	self->process = open_process(self->pid, PROCESS_ALL);
	ASSERT_NE(0, self->process);
	kill_child(self->pid);
	self->pid = 0;
	length = 0x58;
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, ask(self->process, 3, buffer, length));
	length = 0x30;
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, ask(self->process, 2, buffer, length));
	length = 4;
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, ask(self->process, 20, buffer, length));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, ask(self->process, 24, buffer, length));
	length = 2;
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, ask(self->process, 18, buffer, length));
	close_handle(self->process);
}

TEST_F(query, process_priority_class)
{
	uint8_t class[2];
	uint32_t length = 2;

	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 18, class, length));
	EXPECT_EQ(2, class[1]);
	ASSERT_NE(-1, nice(19));
	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 18, class, length));
	EXPECT_EQ(1, class[1]);
}

TEST_F(query, process_debugging)
{
	uint64_t port, object;
	uint32_t flags, length = 8, returned = 0;
	struct nt_name none;
	uint64_t debug = 0;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateDebugObject, A(&debug), NTDBG_DEBUG_ALL_ACCESS,
				     A(nt_name(&none, NULL, 0)), 1));
	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	self->process = open_process(self->pid, PROCESS_ALL);
	ASSERT_NE(0, self->process);

	ASSERT_EQ(STATUS_SUCCESS, ask(self->process, 7, &port, length));
	EXPECT_EQ(0, port);
	object = 77;
	EXPECT_EQ(STATUS_PORT_NOT_SET, NT(NtQueryInformationProcess, self->process, 30,
					  A(&object), 8, A(&returned)));
	EXPECT_EQ(0, object);
	EXPECT_EQ(8, returned);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, NT(NtQueryInformationProcess, self->process, 30,
						  A(&object), 4, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryInformationProcess, self->process, 30, 0, 8,
					      0));
	/* The length wins where it lies over the handle. */
	EXPECT_EQ(STATUS_PORT_NOT_SET, NT(NtQueryInformationProcess, self->process, 30,
					  A(&object), 8, A(&object)));
	EXPECT_EQ(8, object);

	ASSERT_EQ(STATUS_SUCCESS, NT(NtDebugActiveProcess, self->process, debug));
	ASSERT_EQ(STATUS_SUCCESS, ask(self->process, 7, &port, length));
	EXPECT_EQ(-1ull, port);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryInformationProcess, self->process, 30, A(&object), 8,
				     A(&returned)));
	EXPECT_NE(debug, object);
	/* It is one of the same object. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtRemoveProcessDebug, self->process, object));
	close_handle(object);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryInformationProcess, self->process, 31, A(&flags), 4,
				     0));
	/* By the attach. */
	EXPECT_EQ(0, flags);
	close_handle(debug);
	close_handle(self->process);
}

TEST_F(query, process_image_file_name)
{
	char path[4096] = "/", name[4096];
	uint32_t returned = 0, needed;
	ssize_t length;
	struct {
		struct nt_unicode_string string;
		uint16_t text[4096];
	} *answer = calloc(1, sizeof(*answer));

	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	ASSERT_LT(0, length);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, 27, A(answer), 8,
		     A(&needed)));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, 27,
				     A(answer), needed, A(&returned)));
	EXPECT_EQ(needed, returned);
	EXPECT_EQ(A(answer->text), answer->string.buffer);
	EXPECT_EQ(needed - 16, answer->string.maximum);
	EXPECT_EQ(needed - 18, answer->string.length);
	ASSERT_EQ(8 + length, answer->string.length / 2);
	for (int i = 0; i <= answer->string.length / 2; i++)
		name[i] = answer->text[i] == '\\' ? '/' : answer->text[i];
	EXPECT_STREQ("/\?\?/unix", strndupa(name, 8));
	EXPECT_STREQ(path, name + 8);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, 27, A(answer), needed - 1,
		     0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtQueryInformationProcess, NT_CURRENT_PROCESS, 27, 0, needed, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtQueryInformationProcess, 0, 27, A(answer), needed, 0));
}

TEST_F(query, process_cookie)
{
	uint32_t cookie = 0, again = 0, length = 4;

	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 36, &cookie, length));
	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 36, &again, length));
	EXPECT_EQ(cookie, again);
	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	self->process = open_process(self->pid, PROCESS_ALL);
	EXPECT_EQ(STATUS_INVALID_PARAMETER, ask(self->process, 36, &cookie, length));
	close_handle(self->process);
}

/* ---- what can be set of a process ------------------------------------------------ */

TEST_F(query, set_debug_flags)
{
	uint32_t value, flags = 9, length = 4;
	uint64_t weak = open_process(getpid(), PROCESS_LIMITED);

	ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 31, &flags, length));
	EXPECT_EQ(1, flags);
	for (value = 0; value < 2; value++) {
		ASSERT_EQ(STATUS_SUCCESS,
			  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 31, A(&value), 4));
		ASSERT_EQ(STATUS_SUCCESS, ask(NT_CURRENT_PROCESS, 31, &flags, length));
		EXPECT_EQ(value, flags);
	}
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 31, A(&value), 4));
	value = 1;
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 31, A(&value), 8));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 31, 0, 4));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSetInformationProcess, 0, 31, A(&value), 4));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtSetInformationProcess, NT_CURRENT_THREAD, 31, A(&value), 4));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtSetInformationProcess, weak, 31, A(&value), 4));
	close_handle(weak);
}

TEST_F(query, set_what_can_only_be_refused)
{
	uint32_t value = 0;
	pid_t child;

	EXPECT_EQ(STATUS_PRIVILEGE_NOT_HELD,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 8, A(&value), 4));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 7, A(&value), 4));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 30, A(&value), 4));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 29, A(&value), 8));
	EXPECT_EQ(STATUS_SUCCESS,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 29, A(&value), 4));
	EXPECT_EQ(STATUS_SUCCESS,
		  NT(NtSetInformationThread, NT_CURRENT_THREAD, 18, A(&value), 4));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtSetInformationThread, NT_CURRENT_THREAD, 18, A(&value), 8));
	value = 1;
	EXPECT_EQ(STATUS_NOT_SUPPORTED,
		  NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 29, A(&value), 4));
	EXPECT_EQ(STATUS_NOT_SUPPORTED,
		  NT(NtSetInformationThread, NT_CURRENT_THREAD, 18, A(&value), 4));
	child = fork();
	if (!child) {
		if (setresuid(NOBODY, NOBODY, NOBODY))
			_exit(1);
		if (NT(NtSetInformationProcess, NT_CURRENT_PROCESS, 29, A(&value), 4) !=
		    STATUS_PRIVILEGE_NOT_HELD)
			_exit(2);
		if (NT(NtSetInformationThread, NT_CURRENT_THREAD, 18, A(&value), 4) !=
		    STATUS_PRIVILEGE_NOT_HELD)
			_exit(3);
		_exit(0);
	}
	EXPECT_EQ(0, wait_status_of(child));
}

TEST_F(query, no_process_is_in_a_job)
{
	uint64_t weak = open_process(getpid(), NTDBG_PROCESS_TERMINATE);

	EXPECT_EQ(PROCESS_NOT_IN_JOB, NT(NtIsProcessInJob, NT_CURRENT_PROCESS, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtIsProcessInJob, 0x77770, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtIsProcessInJob, NT_CURRENT_PROCESS, 0x77770));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtIsProcessInJob, NT_CURRENT_PROCESS, nt_handle_of(0)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtIsProcessInJob, NT_CURRENT_THREAD, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtIsProcessInJob, weak, 0));
	close_handle(weak);
}

/* ---- threads ---------------------------------------------------------------------- */

static const struct {
	uint32_t class;
	uint32_t length;
	uint32_t access;
} thread_classes[] = {
	{ 0, 0x30, THREAD_LIMITED },
	{ 1, 0x20, THREAD_LIMITED },
	{ 9, 8, THREAD_LIMITED },
	{ 11, 8, THREAD_LIMITED },
	{ 12, 4, THREAD_LIMITED },
	{ 16, 4, THREAD_LIMITED },
	{ 17, 1, NTDBG_THREAD_QUERY_INFORMATION },
	{ 18, 4, NTDBG_THREAD_QUERY_INFORMATION },
	{ 20, 4, THREAD_LIMITED },
	{ 21, 0x10, NTDBG_THREAD_GET_CONTEXT },
	{ 35, 4, THREAD_LIMITED },
};

#define NR_THREAD_CLASSES (sizeof(thread_classes) / sizeof(thread_classes[0]))

TEST_F(query, every_class_of_a_thread)
{
	uint64_t weak = open_thread(thread_id(), NTDBG_THREAD_TERMINATE);
	uint64_t just = open_thread(thread_id(), THREAD_LIMITED), buffer[16];
	uint32_t returned;

	for (int i = 0; i < NR_THREAD_CLASSES; i++) {
		uint32_t class = thread_classes[i].class, length = thread_classes[i].length;
		bool limited = thread_classes[i].access == THREAD_LIMITED;

		returned = 0;
		ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryInformationThread, NT_CURRENT_THREAD, class,
					     A(buffer), length, A(&returned)))
			TH_LOG("class %u", class);
		ASSERT_EQ(length, returned);
		returned = 77;
		ASSERT_EQ(STATUS_INFO_LENGTH_MISMATCH,
			  NT(NtQueryInformationThread, 0, class, A(buffer), length + 1,
			     A(&returned)));
		ASSERT_EQ(77, returned);
		ASSERT_EQ(STATUS_INVALID_HANDLE,
			  NT(NtQueryInformationThread, 0, class, 0, length, 0));
		ASSERT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
			  NT(NtQueryInformationThread, NT_CURRENT_PROCESS, class, A(buffer),
			     length, 0));
		ASSERT_EQ(STATUS_ACCESS_DENIED,
			  NT(NtQueryInformationThread, weak, class, A(buffer), length, 0));
		ASSERT_EQ(limited ? STATUS_SUCCESS : STATUS_ACCESS_DENIED,
			  NT(NtQueryInformationThread, just, class, A(buffer), length, 0));
		ASSERT_EQ(STATUS_ACCESS_VIOLATION,
			  NT(NtQueryInformationThread, NT_CURRENT_THREAD, class, 0, length, 0));
		ASSERT_EQ(STATUS_ACCESS_VIOLATION,
			  NT(NtQueryInformationThread, NT_CURRENT_THREAD, class, A(buffer),
			     length, BAD_POINTER));
	}
	close_handle(weak);
	close_handle(just);
}

static uint32_t ask_thread(uint64_t handle, uint32_t class, void *answer, uint32_t length)
{
	memset(answer, 0, length);
	return NT(NtQueryInformationThread, handle, class, A(answer), length, 0);
}

TEST_F(query, thread_basic)
{
	struct thread_basic basic;
	uint32_t last, terminated, suspended;
	uint64_t handle, start;
	pthread_t thread;

	ASSERT_EQ(STATUS_SUCCESS, ask_thread(NT_CURRENT_THREAD, 0, &basic, sizeof(basic)));
	EXPECT_EQ(STATUS_PENDING, basic.exit_status);
	EXPECT_EQ(getpid(), basic.client.process);
	EXPECT_EQ(thread_id(), basic.client.thread);
	EXPECT_NE(0, basic.affinity);
	EXPECT_NE(0, basic.teb);
	EXPECT_EQ(8, basic.base_priority);
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(NT_CURRENT_THREAD, 12, &last, 4));
	EXPECT_EQ(1, last);
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(NT_CURRENT_THREAD, 9, &start, 8));
	EXPECT_NE(0, start);

	ASSERT_EQ(0, pthread_create(&thread, NULL, sleep_on, self->counter));
	ASSERT_TRUE(UNTIL(WAIT_MS, self->counter->ready));
	handle = open_thread(self->counter->tid, THREAD_ALL);
	ASSERT_NE(0, handle);
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(NT_CURRENT_THREAD, 12, &last, 4));
	EXPECT_EQ(0, last);
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(handle, 0, &basic, sizeof(basic)));
	EXPECT_EQ(self->counter->tid, basic.client.thread);
	EXPECT_EQ(STATUS_NOT_SUPPORTED, ask_thread(handle, 9, &start, 8));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, handle, 0));
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(handle, 35, &suspended, 4));
	EXPECT_EQ(1, suspended);
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(handle, 20, &terminated, 4));
	EXPECT_EQ(0, terminated);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtTerminateThread, handle, 0xc0de4321));
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_is_gone(getpid(), self->counter->tid)));
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(handle, 20, &terminated, 4));
	EXPECT_EQ(1, terminated);
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(handle, 0, &basic, sizeof(basic)));
	EXPECT_EQ(0xc0de4321, basic.exit_status);
	close_handle(handle);
}

TEST_F(query, thread_last_system_call)
{
	struct {
		uint64_t argument;
		uint16_t number;
		uint16_t rest[3];
	} call;
	uint64_t handle;

	ASSERT_EQ(STATUS_SUCCESS, ask_thread(NT_CURRENT_THREAD, 21, &call, sizeof(call)));
	EXPECT_EQ(NT_CURRENT_THREAD, call.argument);
	EXPECT_EQ(SVC_NtQueryInformationThread, call.number);
	/* Of one that makes none. */
	self->pid = linux_child();
	ASSERT_LT(0, self->pid);
	handle = open_thread(self->pid, THREAD_ALL);
	ASSERT_NE(0, handle);
	EXPECT_TRUE(UNTIL(WAIT_MS, STATUS_UNSUCCESSFUL ==
					   ask_thread(handle, 21, &call, sizeof(call))));
	close_handle(handle);
}

TEST_F(query, hide_a_thread)
{
	uint64_t weak = open_thread(thread_id(), THREAD_LIMITED);
	uint8_t hidden = 9;
	uint32_t value = 0;

	ASSERT_EQ(STATUS_SUCCESS, ask_thread(NT_CURRENT_THREAD, 17, &hidden, 1));
	EXPECT_EQ(0, hidden);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtSetInformationThread, NT_CURRENT_THREAD, 17, A(&value), 4));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtSetInformationThread, weak, 17, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSetInformationThread, 0, 17, 0, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtSetInformationThread, NT_CURRENT_PROCESS, 17, 0, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetInformationThread, NT_CURRENT_THREAD, 17, 0, 0));
	ASSERT_EQ(STATUS_SUCCESS, ask_thread(NT_CURRENT_THREAD, 17, &hidden, 1));
	EXPECT_EQ(1, hidden);
	close_handle(weak);
}

TEST_HARNESS_MAIN
