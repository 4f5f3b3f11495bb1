// SPDX-License-Identifier: GPL-2.0
/* The debug services: a debugger that makes NT calls alone. */
#include <stddef.h>
#include "nt_ps.h"
#include "nt_context.h"

#define DEBUG_ALL NTDBG_DEBUG_ALL_ACCESS

enum {
	IDLE, REPLY_PENDING, CREATE_THREAD, CREATE_PROCESS, EXIT_THREAD, EXIT_PROCESS, EXCEPTION,
	BREAKPOINT, SINGLE_STEP, LOAD_DLL, UNLOAD_DLL,
};

/* DBGUI_WAIT_STATE_CHANGE, written by hand from its description */
struct change {
	uint32_t state;
	uint32_t padding;
	struct nt_client_id client;
	union {
		struct {
			uint64_t thread;
			uint64_t subsystem_key;
			uint64_t start;
		} create_thread;
		struct {
			uint64_t process;
			uint64_t thread;
			uint64_t subsystem_key;
			uint64_t file;
			uint64_t base;
			uint64_t debug_info;
			uint64_t thread_key;
			uint64_t start;
		} create_process;
		uint32_t exit_status;
		struct {
			struct nt_exception_record record;
			uint32_t first_chance;
		} exception;
		struct {
			uint64_t file;
			uint64_t base;
			uint64_t debug_info;
			uint64_t name;
		} load;
		uint64_t bytes[20];
	};
};

_Static_assert(sizeof(struct change) == 0xb8, "DBGUI_WAIT_STATE_CHANGE");
_Static_assert(offsetof(struct change, exception.first_chance) == 0xb0, "FirstChance");

FIXTURE(debug)
{
	struct counter *counter;
	pid_t pid;
	uint64_t process;
	uint64_t debug;
	struct change change;
};

FIXTURE_VARIANT(debug)
{
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(debug, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(debug, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(debug, int_2e) { .entry = NT_BY_INT_2E };

static uint32_t create_debug_object(uint64_t *handle, uint32_t access, uint32_t flags)
{
	struct nt_name none;

	*handle = 77;
	return NT(NtCreateDebugObject, A(handle), access, A(nt_name(&none, NULL, 0)), flags);
}

FIXTURE_SETUP(debug)
{
	struct ntdbg_nt_start start;

	nt_default_start(&start);
	start.apc_dispatcher = A(nt_apc_dispatcher);
	nt_entry = variant->entry;
	self->pid = 0;
	self->counter = counter_new();
	ASSERT_NE(NULL, self->counter);
	ASSERT_EQ(0, nt_begin_as(&start));
	ASSERT_EQ(STATUS_SUCCESS, create_debug_object(&self->debug, DEBUG_ALL, 1));
}

FIXTURE_TEARDOWN(debug)
{
	if (self->pid > 0)
		kill_child(self->pid);
}

#define SECONDS (-10000000ll)

static uint32_t wait_event(uint64_t debug, int64_t timeout, struct change *change)
{
	memset(change, 0x5a, sizeof(*change));
	return NT(NtWaitForDebugEvent, debug, 0, A(&timeout), A(change));
}

static uint32_t answer(uint64_t debug, const struct change *change, uint32_t status)
{
	return NT(NtDebugContinue, debug, A(&change->client), status);
}

#define next(what) do {								\
	ASSERT_EQ(STATUS_SUCCESS, wait_event(self->debug, 20 * SECONDS, &self->change)); \
	ASSERT_EQ(what, self->change.state);					\
	ASSERT_EQ(self->pid, self->change.client.process);			\
} while (0)

#define go_on(status) ASSERT_EQ(STATUS_SUCCESS, answer(self->debug, &self->change, status))

#define attach(does) do {							\
	self->pid = child_that(does, self->counter);				\
	ASSERT_LT(0, self->pid);						\
	self->process = open_process(self->pid, PROCESS_ALL);			\
	ASSERT_NE(0, self->process);						\
	ASSERT_EQ(STATUS_SUCCESS, NT(NtDebugActiveProcess, self->process, self->debug)); \
} while (0)

/* Answers what attach tells: the process, its images. */
#define drain_attach() do {							\
	next(CREATE_PROCESS);							\
	for (;;) {								\
		go_on(DBG_CONTINUE);						\
		if (wait_event(self->debug, 0, &self->change))			\
			break;							\
		ASSERT_EQ(LOAD_DLL, self->change.state);			\
		close_handle(self->change.load.file);				\
	}									\
} while (0)

/* ---- NtCreateDebugObject ---------------------------------------------------------- */

TEST_F(debug, create_with_bad_arguments)
{
	struct nt_object_attributes *attributes;
	struct nt_name none;
	uint64_t handle;

	EXPECT_EQ(STATUS_INVALID_PARAMETER, create_debug_object(&handle, DEBUG_ALL, 2));
	EXPECT_EQ(0, handle);
	EXPECT_EQ(STATUS_INVALID_PARAMETER, create_debug_object(&handle, DEBUG_ALL, 0x80000001));
	attributes = nt_name(&none, NULL, 0);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateDebugObject, 0, DEBUG_ALL, A(attributes), 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtCreateDebugObject, A(&none) + 1, DEBUG_ALL, A(attributes), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtCreateDebugObject, A(&handle), DEBUG_ALL, BAD_POINTER, 0));
	attributes->length = 8;
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtCreateDebugObject, A(&handle), DEBUG_ALL, A(attributes), 0));
	/* None are as good. */
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateDebugObject, A(&handle), DEBUG_ALL, 0, 0));
	close_handle(handle);
}

TEST_F(debug, names)
{
	uint64_t first = 0, second = 0, object = 0;
	struct nt_name name;

	nt_name(&name, u"\\BaseNamedObjects\\a debug object", 0);
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtCreateDebugObject, A(&first), DEBUG_ALL, A(&name.attributes), 1));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION,
		  NT(NtCreateDebugObject, A(&second), DEBUG_ALL, A(&name.attributes), 1));
	EXPECT_EQ(0, second);
	name.attributes.attributes = 0x80;
	ASSERT_EQ(STATUS_OBJECT_NAME_EXISTS,
		  NT(NtCreateDebugObject, A(&second), DEBUG_ALL, A(&name.attributes), 1));
	/* Both are the same object, which lives until both are closed. */
	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	self->process = open_process(self->pid, PROCESS_ALL);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtDebugActiveProcess, self->process, first));
	close_handle(first);
	EXPECT_TRUE(STAYS(50, !is_zombie(self->pid)));
	EXPECT_EQ(STATUS_SUCCESS, wait_event(second, 0, &self->change));
	EXPECT_EQ(CREATE_PROCESS, self->change.state);
	close_handle(second);
	EXPECT_TRUE(UNTIL(WAIT_MS, is_zombie(self->pid)));
	/* And the name with it. */
	name.attributes.attributes = 0;
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtCreateDebugObject, A(&object), DEBUG_ALL, A(&name.attributes), 0));
	close_handle(object);
	nt_name(&name, u"\\no such directory\\x", 0);
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND,
		  NT(NtCreateDebugObject, A(&object), DEBUG_ALL, A(&name.attributes), 0));
	nt_name(&name, u"relative", 0);
	EXPECT_EQ(STATUS_OBJECT_PATH_SYNTAX_BAD,
		  NT(NtCreateDebugObject, A(&object), DEBUG_ALL, A(&name.attributes), 0));
}

TEST_F(debug, killed_by_the_last_close)
{
	struct {
		uint32_t exit_status;
		uint32_t rest[11];
	} basic;

	attach(sleep_on);
	close_handle(self->debug);
	ASSERT_TRUE(UNTIL(WAIT_MS, is_zombie(self->pid)));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryInformationProcess, self->process, 0, A(&basic),
				     sizeof(basic), 0));
	EXPECT_EQ(STATUS_DEBUGGER_INACTIVE, basic.exit_status);
}

/* ---- NtSetInformationDebugObject --------------------------------------------------- */

TEST_F(debug, set_information)
{
	uint32_t value = 0, returned = 77;
	uint64_t weak;

#define SET(handle, class, value, length, returned)				\
	NT(NtSetInformationDebugObject, handle, class, value, length, returned)
	EXPECT_EQ(STATUS_INVALID_PARAMETER, SET(self->debug, 0, A(&value), 4, A(&returned)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, SET(self->debug, 2, A(&value), 4, A(&returned)));
	EXPECT_EQ(77, returned);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, SET(self->debug, 1, A(&value), 8, A(&returned)));
	EXPECT_EQ(4, returned);
	EXPECT_EQ(STATUS_INVALID_HANDLE, SET(0, 1, A(&value), 4, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, SET(nt_handle_of(0), 1, A(&value), 4, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, SET(self->debug, 1, 0, 4, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, SET(self->debug, 1, A(&value), 4, BAD_POINTER));
	ASSERT_EQ(STATUS_SUCCESS, create_debug_object(&weak, NTDBG_DEBUG_READ_EVENT, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, SET(weak, 1, A(&value), 4, 0));
	close_handle(weak);
	value = 2;
	EXPECT_EQ(STATUS_INVALID_PARAMETER, SET(self->debug, 1, A(&value), 4, 0));
	value = 0;
	EXPECT_EQ(STATUS_SUCCESS, SET(self->debug, 1, A(&value), 4, A(&returned)));
	EXPECT_EQ(0, returned);
	/* It lets what is under it live now. */
	attach(count_on);
	close_handle(self->debug);
	EXPECT_TRUE(counts(self->counter));
	EXPECT_FALSE(is_zombie(self->pid));
}

/* ---- NtDebugActiveProcess, NtRemoveProcessDebug ------------------------------------- */

TEST_F(debug, attach_with_bad_handles)
{
	uint64_t weak_process, weak_debug, other;

	self->pid = child_that(sleep_on, self->counter);
	ASSERT_LT(0, self->pid);
	self->process = open_process(self->pid, PROCESS_ALL);
	weak_process = open_process(self->pid, PROCESS_ALL & ~NTDBG_PROCESS_SUSPEND_RESUME);
	ASSERT_EQ(STATUS_SUCCESS, create_debug_object(&weak_debug, NTDBG_DEBUG_READ_EVENT, 0));
	ASSERT_EQ(STATUS_SUCCESS, create_debug_object(&other, DEBUG_ALL, 0));
#define BOTH(wanted, process, debug) do {					\
	const uint32_t _wanted = (wanted);					\
										\
	EXPECT_EQ(_wanted, NT(NtDebugActiveProcess, process, debug));		\
	EXPECT_EQ(_wanted, NT(NtRemoveProcessDebug, process, debug));		\
} while (0)
	BOTH(STATUS_INVALID_HANDLE, 0, self->debug);
	BOTH(STATUS_INVALID_HANDLE, self->process, 0);
	BOTH(STATUS_OBJECT_TYPE_MISMATCH, self->debug, self->debug);
	BOTH(STATUS_OBJECT_TYPE_MISMATCH, self->process, self->process);
	BOTH(STATUS_OBJECT_TYPE_MISMATCH, nt_handle_of(0), self->debug);
	BOTH(STATUS_ACCESS_DENIED, weak_process, self->debug);
	BOTH(STATUS_ACCESS_DENIED, self->process, weak_debug);
#undef BOTH
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtDebugActiveProcess, NT_CURRENT_PROCESS, self->debug));
	EXPECT_EQ(STATUS_PORT_NOT_SET, NT(NtRemoveProcessDebug, self->process, self->debug));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtDebugActiveProcess, self->process, self->debug));
	EXPECT_EQ(STATUS_PORT_ALREADY_SET, NT(NtDebugActiveProcess, self->process, self->debug));
	EXPECT_EQ(STATUS_PORT_ALREADY_SET, NT(NtDebugActiveProcess, self->process, other));
	EXPECT_EQ(STATUS_PORT_NOT_SET, NT(NtRemoveProcessDebug, self->process, other));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtRemoveProcessDebug, self->process, self->debug));
	EXPECT_EQ(STATUS_PORT_NOT_SET, NT(NtRemoveProcessDebug, self->process, self->debug));
	kill_child(self->pid);
	self->pid = 0;
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING,
		  NT(NtDebugActiveProcess, self->process, self->debug));
	EXPECT_EQ(STATUS_PORT_NOT_SET, NT(NtRemoveProcessDebug, self->process, self->debug));
	close_handle(weak_process);
	close_handle(weak_debug);
	close_handle(other);
}

TEST_F(debug, detached_it_runs_on)
{
	attach(count_on);
	EXPECT_TRUE(comes_to_rest(self->counter));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtRemoveProcessDebug, self->process, self->debug));
	EXPECT_TRUE(counts(self->counter));
	EXPECT_EQ(STATUS_TIMEOUT, wait_event(self->debug, 0, &self->change));
}

/* ---- NtWaitForDebugEvent ------------------------------------------------------------ */

TEST_F(debug, what_attach_tells)
{
	uint32_t previous = 0;
	uint64_t thread;
	int loads = 0;

	attach(count_on);
	next(CREATE_PROCESS);
	EXPECT_EQ(self->pid, self->change.client.thread);
	EXPECT_NE(0, self->change.create_process.process);
	EXPECT_NE(0, self->change.create_process.thread);
	EXPECT_NE(0, self->change.create_process.file);
	EXPECT_NE(0, self->change.create_process.base);
	EXPECT_NE(0, self->change.create_process.start);
	EXPECT_EQ(0, self->change.create_process.subsystem_key);
	EXPECT_EQ(0, self->change.create_process.debug_info);
	EXPECT_EQ(0, self->change.create_process.thread_key);
	/* The handles are good for all. */
	thread = self->change.create_process.thread;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSuspendThread, thread, A(&previous)));
	EXPECT_EQ(1, previous);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtResumeThread, thread, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSuspendProcess, self->change.create_process.process));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResumeProcess, self->change.create_process.process));
	go_on(DBG_CONTINUE);
	while (!wait_event(self->debug, 0, &self->change)) {
		ASSERT_EQ(LOAD_DLL, self->change.state);
		EXPECT_NE(0, self->change.load.base);
		EXPECT_NE(0, self->change.load.file);
		EXPECT_EQ(0, self->change.load.name);
		loads++;
		go_on(DBG_CONTINUE);
	}
	EXPECT_LT(0, loads);
	EXPECT_TRUE(counts(self->counter));
}

static void *fault(void *argument)
{
	struct counter *counter = argument;

	signal(SIGTRAP, SIG_IGN);
	counter->ready = true;
	UNTIL(WAIT_MS, counter->word);
	asm volatile("int3");
	counter->count = 1;
	*(volatile int *)0x30 = 1;
	_exit(88);
}

TEST_F(debug, exceptions)
{
	struct nt_context context = { .flags = 0x100001 };
	uint64_t thread, at;

	attach(fault);
	drain_attach();
	self->counter->word = 1;
	next(BREAKPOINT);
	EXPECT_EQ(STATUS_BREAKPOINT, self->change.exception.record.code);
	EXPECT_EQ(1, self->change.exception.first_chance);
	EXPECT_EQ(1, self->change.exception.record.nr_parameters);
	EXPECT_EQ(0, self->change.exception.record.information[0]);
	at = self->change.exception.record.address;
	thread = open_thread(self->pid, THREAD_ALL);
	ASSERT_NE(0, thread);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtGetContextThread, thread, A(&context)));
	EXPECT_EQ(at + 1, context.rip);
	EXPECT_EQ(0, self->counter->count);
	go_on(DBG_CONTINUE);
	next(EXCEPTION);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, self->change.exception.record.code);
	EXPECT_EQ(2, self->change.exception.record.nr_parameters);
	EXPECT_EQ(1, self->change.exception.record.information[0]);
	EXPECT_EQ(0x30, self->change.exception.record.information[1]);
	EXPECT_EQ(1, self->change.exception.first_chance);
	EXPECT_EQ(1, self->counter->count);
	go_on(DBG_EXCEPTION_NOT_HANDLED);
	next(EXCEPTION);
	EXPECT_EQ(0, self->change.exception.first_chance);
	go_on(DBG_EXCEPTION_NOT_HANDLED);
	next(EXIT_PROCESS);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, self->change.exit_status);
	go_on(DBG_CONTINUE);
	close_handle(thread);
}

static void *divide(void *argument)
{
	struct counter *counter = argument;

	counter->ready = true;
	UNTIL(WAIT_MS, counter->word);
	/* By what is in memory: only there can it be seen what it was. */
	asm volatile("cltd\n\tidivl %0" : : "m"(counter->count), "a"(0x80000000) : "edx");
	_exit(88);
}

TEST_F(debug, a_division_is_looked_at)
{
	self->counter->count = (uint32_t)-1;
	attach(divide);
	drain_attach();
	self->counter->word = 1;
	next(EXCEPTION);
	EXPECT_EQ(STATUS_INTEGER_OVERFLOW, self->change.exception.record.code);
}

static void *make_thread(void *argument)
{
	struct counter *counter = argument;
	pthread_t thread;

	counter->ready = true;
	UNTIL(WAIT_MS, counter->word);
	counter[1].word = NT_CURRENT_THREAD;
	pthread_create(&thread, NULL, count_on, &counter[1]);
	UNTIL(WAIT_MS, counter[1].ready);
	NT(NtTerminateThread, open_thread(counter[1].tid, THREAD_ALL), 0xc0de0007);
	UNTIL(WAIT_MS, thread_is_gone(getpid(), counter[1].tid));
	NT(NtTerminateProcess, NT_CURRENT_PROCESS, 0xc0de0008);
	return NULL;
}

TEST_F(debug, threads_and_statuses)
{
	uint64_t tid;

	attach(make_thread);
	drain_attach();
	self->counter->word = 1;
	/* The library that threads need may come now. */
	do {
		ASSERT_EQ(STATUS_SUCCESS, wait_event(self->debug, 20 * SECONDS, &self->change));
		if (self->change.state == LOAD_DLL || self->change.state == UNLOAD_DLL)
			go_on(DBG_CONTINUE);
	} while (self->change.state == LOAD_DLL || self->change.state == UNLOAD_DLL);
	ASSERT_EQ(CREATE_THREAD, self->change.state);
	EXPECT_NE(0, self->change.create_thread.thread);
	EXPECT_NE(0, self->change.create_thread.start);
	tid = self->change.client.thread;
	EXPECT_NE(self->pid, tid);
	go_on(DBG_CONTINUE);
	next(EXIT_THREAD);
	EXPECT_EQ(tid, self->change.client.thread);
	EXPECT_EQ(0xc0de0007, self->change.exit_status);
	go_on(DBG_CONTINUE);
	next(EXIT_PROCESS);
	EXPECT_EQ(0xc0de0008, self->change.exit_status);
	go_on(DBG_CONTINUE);
	EXPECT_EQ(8 << 8, wait_status_of(self->pid));
	self->pid = 0;
}

TEST_F(debug, terminated_by_a_debugger)
{
	attach(sleep_on);
	drain_attach();
	ASSERT_EQ(STATUS_SUCCESS, NT(NtTerminateProcess, self->process, 0xc0de0009));
	next(EXIT_PROCESS);
	EXPECT_EQ(0xc0de0009, self->change.exit_status);
	go_on(DBG_CONTINUE);
}

TEST_F(debug, terminated_and_taken_away)
{
	attach(sleep_on);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtTerminateProcess, self->process, DBG_TERMINATE_PROCESS));
	ASSERT_TRUE(UNTIL(WAIT_MS, is_zombie(self->pid)));
	EXPECT_EQ(STATUS_TIMEOUT, wait_event(self->debug, 0, &self->change));
	EXPECT_EQ(STATUS_PORT_NOT_SET, NT(NtRemoveProcessDebug, self->process, self->debug));
}

TEST_F(debug, wait_with_bad_arguments)
{
	int64_t timeouts[2] = { 0, 0 };
	uint64_t weak;

	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtWaitForDebugEvent, self->debug, 0, A(timeouts), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtWaitForDebugEvent, self->debug, 0, A(timeouts), BAD_POINTER));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtWaitForDebugEvent, self->debug, 0, A(timeouts), A(&self->change) + 4));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtWaitForDebugEvent, self->debug, 0, BAD_POINTER, A(&self->change)));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtWaitForDebugEvent, self->debug, 0, A(timeouts) + 4, A(&self->change)));
	EXPECT_EQ(STATUS_INVALID_HANDLE, wait_event(0, 0, &self->change));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, wait_event(nt_handle_of(0), 0, &self->change));
	ASSERT_EQ(STATUS_SUCCESS, create_debug_object(&weak, NTDBG_DEBUG_PROCESS_ASSIGN, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, wait_event(weak, 0, &self->change));
	close_handle(weak);
}

static int64_t ms_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

TEST_F(debug, time_outs)
{
	int64_t begin, absolute;
	struct timespec now;

	EXPECT_EQ(STATUS_TIMEOUT, wait_event(self->debug, 0, &self->change));
	/* Idle, not what was there. */
	EXPECT_EQ(IDLE, self->change.state);
	EXPECT_EQ(0, self->change.client.process);
	begin = ms_now();
	EXPECT_EQ(STATUS_TIMEOUT, wait_event(self->debug, -2000000, &self->change));
	EXPECT_LE(200, ms_now() - begin);
	clock_gettime(CLOCK_REALTIME, &now);
	absolute = now.tv_sec * 10000000ll + now.tv_nsec / 100 + 116444736000000000ll;
	begin = ms_now();
	EXPECT_EQ(STATUS_TIMEOUT, wait_event(self->debug, absolute + 2000000, &self->change));
	EXPECT_LE(190, ms_now() - begin);
	EXPECT_EQ(STATUS_TIMEOUT, wait_event(self->debug, absolute, &self->change));
	EXPECT_EQ(STATUS_TIMEOUT, wait_event(self->debug, 1, &self->change));
}

static volatile int signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

/* A wait that signals interrupt goes on, and ends when it would have ended. */
TEST_F(debug, signals_do_not_end_a_wait)
{
	struct sigaction action = { .sa_handler = count_signal, .sa_flags = SA_RESTART };
	pid_t parent = getpid(), child;
	int64_t begin = ms_now();

	sigaction(SIGUSR1, &action, NULL);
	child = fork();
	if (!child) {
		for (int i = 0; i < 20; i++) {
			usleep(20000);
			kill(parent, SIGUSR1);
		}
		_exit(0);
	}
	EXPECT_EQ(STATUS_TIMEOUT, wait_event(self->debug, -6000000, &self->change));
	EXPECT_LE(600, ms_now() - begin);
	EXPECT_LT(0, signals);
	EXPECT_EQ(0, wait_status_of(child));
}

struct waiter {
	uint64_t debug;
	volatile uint32_t status;
	volatile pid_t tid;
	uint8_t alertable;
	struct change change;
};

static void *wait_without_end(void *argument)
{
	struct waiter *waiter = argument;

	waiter->tid = thread_id();
	waiter->status = NT(NtWaitForDebugEvent, waiter->debug, waiter->alertable, 0,
			    A(&waiter->change));
	return NULL;
}

#define begin_waiter(waiter) do {						\
	(waiter)->status = 0x77777777;						\
	(waiter)->tid = 0;							\
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_without_end, waiter));	\
	ASSERT_TRUE(UNTIL(WAIT_MS, (waiter)->tid &&				\
				   thread_state(getpid(), (waiter)->tid) == 'S')); \
} while (0)

TEST_F(debug, the_last_close_ends_a_wait)
{
	struct waiter waiter = { .debug = self->debug };
	pthread_t thread;

	begin_waiter(&waiter);
	close_handle(self->debug);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(STATUS_DEBUGGER_INACTIVE, waiter.status);
}

TEST_F(debug, an_alert_ends_a_wait_that_is_alertable)
{
	struct waiter waiter = { .debug = self->debug, .alertable = 1 };
	pthread_t thread;
	uint64_t handle;

	begin_waiter(&waiter);
	handle = open_thread(waiter.tid, THREAD_ALL);
	ASSERT_NE(0, handle);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtAlertThread, handle));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(STATUS_ALERTED, waiter.status);
	close_handle(handle);

	/* And no other. */
	waiter.alertable = 0;
	begin_waiter(&waiter);
	handle = open_thread(waiter.tid, THREAD_ALL);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtAlertThread, handle));
	EXPECT_TRUE(STAYS(50, waiter.status == 0x77777777));
	attach(sleep_on);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(STATUS_SUCCESS, waiter.status);
	EXPECT_EQ(CREATE_PROCESS, waiter.change.state);
	close_handle(handle);
}

static volatile int apcs;

void nt_on_apc(struct nt_context *context)
{
	apcs++;
	NT(NtContinue, A(context), 1);
}

void nt_on_exception(struct nt_context *context, struct nt_exception_record *record)
{
	(void)context;
	(void)record;
	_exit(77);
}

TEST_F(debug, a_user_apc_ends_a_wait)
{
	struct waiter waiter = { .debug = self->debug, .alertable = 1 };
	pthread_t thread;
	uint64_t handle;

	begin_waiter(&waiter);
	handle = open_thread(waiter.tid, THREAD_ALL);
	ASSERT_NE(0, handle);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueueApcThread, handle, 0x1234, 1, 2, 3));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(STATUS_USER_APC, waiter.status);
	EXPECT_EQ(1, apcs);
	close_handle(handle);
}

/* ---- NtDebugContinue ----------------------------------------------------------------- */

TEST_F(debug, continue_with_bad_arguments)
{
	struct nt_client_id client;
	uint64_t weak;

	attach(sleep_on);
	next(CREATE_PROCESS);
	client = self->change.client;
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtDebugContinue, self->debug, 0, DBG_CONTINUE));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtDebugContinue, self->debug, A(&client) + 4, DBG_CONTINUE));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtDebugContinue, self->debug, A(&client), 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtDebugContinue, self->debug, A(&client), STATUS_ACCESS_VIOLATION));
	/* The status is looked at before the handle is. */
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtDebugContinue, 0, A(&client), 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtDebugContinue, 0, A(&client), DBG_CONTINUE));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtDebugContinue, self->process, A(&client), DBG_CONTINUE));
	ASSERT_EQ(STATUS_SUCCESS, create_debug_object(&weak, NTDBG_DEBUG_PROCESS_ASSIGN, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtDebugContinue, weak, A(&client), DBG_CONTINUE));
	close_handle(weak);
	client.thread++;
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtDebugContinue, self->debug, A(&client), DBG_CONTINUE));
	client = self->change.client;
	client.process += 0x100000000ull;
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtDebugContinue, self->debug, A(&client), DBG_CONTINUE));
	go_on(DBG_CONTINUE);
	EXPECT_EQ(STATUS_INVALID_PARAMETER, answer(self->debug, &self->change, DBG_CONTINUE));
}

TEST_F(debug, every_answer)
{
	const uint32_t answers[] = { DBG_CONTINUE, DBG_EXCEPTION_HANDLED, DBG_EXCEPTION_NOT_HANDLED,
				     DBG_TERMINATE_THREAD, DBG_TERMINATE_PROCESS };

	attach(sleep_on);
	next(CREATE_PROCESS);
	/* No answer: the same once more. */
	go_on(DBG_REPLY_LATER);
	next(CREATE_PROCESS);
	for (int i = 0; i < 5; i++) {
		go_on(answers[i]);
		if (wait_event(self->debug, 0, &self->change))
			break;
	}
	EXPECT_TRUE(STAYS(50, !is_zombie(self->pid)));
}

/* ---- what has nothing behind it --------------------------------------------------------- */

static int as_nobody(int (*does)(void))
{
	pid_t pid = fork();

	if (!pid)
		_exit(setresuid(NOBODY, NOBODY, NOBODY) ? 99 : does());
	return wait_status_of(pid);
}

static int set_filter(void)
{
	return NT(NtSetDebugFilterState, 5, 3, 1) == STATUS_ACCESS_DENIED ? 0 : 1;
}

static int control_system(void)
{
	return NT(NtSystemDebugControl, 0, 0, 0, 0, 0, 0) == STATUS_ACCESS_DENIED ? 0 : 1;
}

static int start_session(void)
{
	uint8_t block[0xb0] = { 0 };
	uint32_t returned;

	return NT(NtTraceControl, 1, A(block), sizeof(block), A(block), sizeof(block),
		  A(&returned)) == STATUS_ACCESS_DENIED ? 0 : 1;
}

TEST_F(debug, filter_states)
{
	EXPECT_EQ(0, NT(NtQueryDebugFilterState, 5, 3));
	EXPECT_EQ(1, NT(NtQueryDebugFilterState, 5, 0));
	EXPECT_EQ(1, NT(NtQueryDebugFilterState, -1u, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_1, NT(NtQueryDebugFilterState, 5000, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_1, NT(NtSetDebugFilterState, 5000, 0, 1));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetDebugFilterState, 5, 3, 1));
	EXPECT_EQ(1, NT(NtQueryDebugFilterState, 5, 3));
	EXPECT_EQ(0, NT(NtQueryDebugFilterState, 6, 3));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetDebugFilterState, 5, 3, 0));
	EXPECT_EQ(0, NT(NtQueryDebugFilterState, 5, 3));
	EXPECT_EQ(0, as_nobody(set_filter));
}

TEST_F(debug, system_debug_control)
{
	uint64_t buffer[8] = { 0 };
	uint32_t returned;

	EXPECT_EQ(STATUS_DEBUGGER_INACTIVE,
		  NT(NtSystemDebugControl, 0, 0, 0, A(buffer), 8, A(&returned)));
	EXPECT_EQ(STATUS_DEBUGGER_INACTIVE,
		  NT(NtSystemDebugControl, 16, A(buffer), 0x10, 0, 0, 0));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtSystemDebugControl, 16, A(buffer), 0x11, 0, 0, 0));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtSystemDebugControl, 1000, A(buffer), 0x11, 0, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtSystemDebugControl, 0, 0, 0, BAD_POINTER, 8, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtSystemDebugControl, 0, 0, 0, 0, 0, BAD_POINTER));
	EXPECT_EQ(0, as_nobody(control_system));
}

TEST_F(debug, trace_events)
{
	uint64_t fields[8] = { 0 };

	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtTraceEvent, 0, 0x300, sizeof(fields), A(fields)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtTraceEvent, self->debug, 0x300, sizeof(fields), A(fields)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtTraceEvent, 0, 0, sizeof(fields), A(fields)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtTraceEvent, 0, 0x800, sizeof(fields), A(fields)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtTraceEvent, 0, 0x100, sizeof(fields), 0));
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW, NT(NtTraceEvent, 0, 0x100, 0x20000, A(fields)));
}

TEST_F(debug, trace_control)
{
	uint8_t block[0xb0] = { 0 }, id[2][16] = { { 0 } };
	uint32_t returned = 0;

#define CONTROL(function, in, in_length, out, out_length)			\
	NT(NtTraceControl, function, A(in), in_length, A(out), out_length, A(&returned))
	for (int function = 2; function <= 5; function++) {
		EXPECT_EQ(0xc0000296, CONTROL(function, block, 0xb0, block, 0xb0));
		EXPECT_EQ(STATUS_INVALID_PARAMETER, CONTROL(function, block, 0xaf, block, 0xb0));
		EXPECT_EQ(STATUS_ACCESS_VIOLATION, CONTROL(function, NULL, 0xb0, block, 0xb0));
		EXPECT_EQ(STATUS_ACCESS_VIOLATION, CONTROL(function, block, 0xb0, NULL, 0xb0));
	}
	EXPECT_EQ(STATUS_NOT_SUPPORTED, CONTROL(1, block, 0xb0, block, 0xb0));
	EXPECT_EQ(0, as_nobody(start_session));
	EXPECT_EQ(0xc0000296, CONTROL(11, block, 0xb0, block, 0xb0));
	ASSERT_EQ(STATUS_SUCCESS, CONTROL(12, NULL, 0, id[0], 16));
	EXPECT_EQ(16, returned);
	ASSERT_EQ(STATUS_SUCCESS, CONTROL(12, NULL, 0, id[1], 16));
	EXPECT_NE(0, memcmp(id[0], id[1], 16));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, CONTROL(12, NULL, 0, id[1], 15));
	EXPECT_EQ(STATUS_NOT_SUPPORTED, CONTROL(15, block, 0xb0, block, 0xb0));
	EXPECT_EQ(0xc0000295, CONTROL(30, block, 0xb0, block, 0xb0));
	EXPECT_EQ(STATUS_INVALID_DEVICE_REQUEST, CONTROL(99, block, 0xb0, block, 0xb0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtTraceControl, 12, 0, 0, A(id), 16, 0));
}

TEST_HARNESS_MAIN
