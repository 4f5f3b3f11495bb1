// SPDX-License-Identifier: GPL-2.0
/* Keyed events, event pairs, I/O completion ports, alerts by thread id. */
#include <poll.h>

#include "kselftest_harness.h"
#include "nt_sync.h"

FIXTURE(meet)
{
};

FIXTURE_SETUP(meet)
{
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(meet)
{
}

/* ---- keyed events ---------------------------------------------------------------- */

static uint64_t keyed_event(uint32_t access)
{
	uint64_t handle = 0;

	return NT(NtCreateKeyedEvent, A(&handle), access, 0, 0) ? 0 : handle;
}

TEST_F(meet, keyed_statuses)
{
	uint64_t event = keyed_event(KEYED_ALL), handle;
	int64_t poll = 0;

#define WAIT(...) NT(NtWaitForKeyedEvent, __VA_ARGS__)
#define RELEASE(...) NT(NtReleaseKeyedEvent, __VA_ARGS__)
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, NT(NtCreateKeyedEvent, A(&handle), KEYED_ALL, 0, 1));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateKeyedEvent, 0, KEYED_ALL, 0, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_1, WAIT(event, 1, 0, A(&poll)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_1, RELEASE(event, 1, 0, A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, WAIT(event, 2, 0, BAD_POINTER));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, RELEASE(event, 2, 0, BAD_POINTER));
	EXPECT_EQ(STATUS_TIMEOUT, WAIT(event, 2, 0, A(&poll)));
	EXPECT_EQ(STATUS_TIMEOUT, RELEASE(event, 2, 0, A(&poll)));
	EXPECT_EQ(STATUS_INVALID_HANDLE, WAIT(BAD_HANDLE, 2, 0, A(&poll)));
	EXPECT_EQ(STATUS_INVALID_HANDLE, RELEASE(BAD_HANDLE, 2, 0, A(&poll)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, WAIT(nt_event(0, 0), 2, 0, A(&poll)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, RELEASE(nt_event(0, 0), 2, 0, A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_DENIED, WAIT(keyed_event(2), 2, 0, A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_DENIED, RELEASE(keyed_event(1), 2, 0, A(&poll)));
}

TEST_F(meet, by_key_whoever_is_first)
{
	uint64_t event = keyed_event(KEYED_ALL);
	struct nt_caller first;
	int64_t poll = 0;

	NT_IN_THREAD(&first, NtWaitForKeyedEvent, event, 0x100, 0, 0);
	nt_until_asleep(&first);
	EXPECT_EQ(STATUS_TIMEOUT, RELEASE(event, 0x102, 0, A(&poll)));
	EXPECT_EQ(STATUS_TIMEOUT, RELEASE(0, 0x100, 0, A(&poll)));
	EXPECT_FALSE(first.done);
	EXPECT_EQ(STATUS_SUCCESS, RELEASE(event, 0x100, 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&first));
	EXPECT_EQ(STATUS_TIMEOUT, RELEASE(event, 0x100, 0, A(&poll)));

	NT_IN_THREAD(&first, NtReleaseKeyedEvent, 0, 0x100, 0, 0);
	nt_until_asleep(&first);
	EXPECT_EQ(STATUS_TIMEOUT, WAIT(event, 0x100, 0, A(&poll)));
	EXPECT_EQ(STATUS_SUCCESS, WAIT(0, 0x100, 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&first));
}

/* Another process has other keys. */
TEST_F(meet, not_across_processes)
{
	uint64_t event = keyed_event(KEYED_ALL), ready = nt_event(NOTIFICATION, 0);
	int64_t poll = 0;
	pid_t child;
	int status;

	child = fork();
	if (!child) {
		int64_t soon = 100 * MS;

		NT(NtSetEvent, ready, 0);
		_exit(WAIT(event, 2, 0, A(&soon)) == STATUS_TIMEOUT ? 0 : 1);
	}
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(ready, FOREVER));
	do {
		EXPECT_EQ(STATUS_TIMEOUT, RELEASE(event, 2, 0, A(&poll)));
	} while (!waitpid(child, &status, WNOHANG));
	EXPECT_EQ(0, status);
}

/* ---- event pairs ------------------------------------------------------------------ */

TEST_F(meet, event_pair)
{
	static const uint32_t services[] = {
		SVC_NtSetLowEventPair, SVC_NtSetHighEventPair, SVC_NtWaitLowEventPair,
		SVC_NtWaitHighEventPair, SVC_NtSetLowWaitHighEventPair,
		SVC_NtSetHighWaitLowEventPair,
	};
	uint64_t pair = 0, weak = 0, bad[] = { BAD_HANDLE }, other[] = { nt_event(0, 0) };
	struct nt_caller server;

	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateEventPair, 0, PAIR_ALL, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEventPair, A(&pair), PAIR_ALL, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEventPair, A(&weak), 0x20000, 0));
	for (int i = 0; i < 6; i++) {
		EXPECT_EQ(STATUS_INVALID_HANDLE, nt_service(services[i], bad, 1));
		EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, nt_service(services[i], other, 1));
		EXPECT_EQ(STATUS_ACCESS_DENIED, nt_service(services[i], &weak, 1));
	}
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetLowEventPair, pair));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtWaitLowEventPair, pair));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetHighEventPair, pair));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtWaitHighEventPair, pair));
	for (int i = 0; i < 10; i++) {
		NT_IN_THREAD(&server, NtSetHighWaitLowEventPair, pair);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtWaitHighEventPair, pair));
		nt_until_asleep(&server);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtSetLowEventPair, pair));
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&server));
		NT_IN_THREAD(&server, NtWaitLowEventPair, pair);
		nt_until_asleep(&server);
		EXPECT_EQ(STATUS_SUCCESS, NT(NtSetHighEventPair, pair));
		EXPECT_EQ(STATUS_SUCCESS, NT(NtSetLowWaitHighEventPair, pair));
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&server));
	}
}

/* ---- I/O completion ports ------------------------------------------------------------ */

struct completion {
	uint64_t key, context;
	struct nt_io_status io;
};

static uint64_t port(uint32_t access)
{
	uint64_t handle = 0;

	return NT(NtCreateIoCompletion, A(&handle), access, 0, 0) ? 0 : handle;
}

TEST_F(meet, port_statuses)
{
	uint64_t queue = port(PORT_ALL), weak = port(SYNCHRONIZE), event = nt_event(0, 0);
	struct completion one;
	int64_t poll = 0;
	uint32_t depth = 7, returned = 0;

#define REMOVE(...) NT(NtRemoveIoCompletion, __VA_ARGS__)
#define ONE A(&one.key), A(&one.context), A(&one.io)
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateIoCompletion, 0, PORT_ALL, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSetIoCompletion, BAD_HANDLE, 1, 2, 3, 4));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtSetIoCompletion, event, 1, 2, 3, 4));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtSetIoCompletion, weak, 1, 2, 3, 4));
	EXPECT_EQ(STATUS_INVALID_HANDLE, REMOVE(BAD_HANDLE, ONE, A(&poll)));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, REMOVE(event, ONE, A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_DENIED, REMOVE(weak, ONE, A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, REMOVE(queue, 0, A(&one.context), A(&one.io), A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, REMOVE(queue, A(&one.key), 0, A(&one.io), A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  REMOVE(queue, A(&one.key), A(&one.context), 0, A(&poll)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, REMOVE(queue, ONE, BAD_POINTER));
	EXPECT_EQ(STATUS_TIMEOUT, REMOVE(queue, ONE, A(&poll)));

	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryIoCompletion, queue, 0, A(&depth), 4, A(&returned)));
	EXPECT_EQ(0, depth);
	EXPECT_EQ(4, returned);
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, NT(NtQueryIoCompletion, queue, 1, A(&depth), 4, 0));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, NT(NtQueryIoCompletion, queue, 0, A(&depth), 8, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryIoCompletion, queue, 0, BAD_POINTER, 4, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtQueryIoCompletion, BAD_HANDLE, 0, A(&depth), 4, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtQueryIoCompletion, weak, 0, A(&depth), 4, 0));
}

TEST_F(meet, port_keeps_the_order)
{
	struct pollfd fd = { .events = POLLIN };
	uint64_t queue = port(PORT_ALL);
	struct completion one, many[8];
	uint32_t depth = 0, removed = 7;
	int64_t poll_now = 0;

	fd.fd = nt_fd_of(queue);
	EXPECT_EQ(0, poll(&fd, 1, 0));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(queue, POLL));
	for (uint64_t i = 0; i < 10; i++)
		EXPECT_EQ(STATUS_SUCCESS, NT(NtSetIoCompletion, queue, i, 100 + i, 200 + i,
					     300 + i));
	EXPECT_EQ(1, poll(&fd, 1, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(queue, POLL));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryIoCompletion, queue, 0, A(&depth), 4, 0));
	EXPECT_EQ(10, depth);
	EXPECT_EQ(STATUS_SUCCESS, REMOVE(queue, ONE, 0));
	EXPECT_EQ(0, one.key);
	EXPECT_EQ(100, one.context);
	EXPECT_EQ(200, one.io.status);
	EXPECT_EQ(300, one.io.information);
#define REMOVE_EX(...) NT(NtRemoveIoCompletionEx, __VA_ARGS__)
	EXPECT_EQ(STATUS_INVALID_PARAMETER, REMOVE_EX(queue, A(many), 0, A(&removed), 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, REMOVE_EX(queue, 0, 8, A(&removed), 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, REMOVE_EX(queue, A(many), 8, 0, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, REMOVE_EX(BAD_HANDLE, A(many), 8, A(&removed), 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, REMOVE_EX(queue, A(many), 8, A(&removed), 0, 0));
	EXPECT_EQ(8, removed);
	for (int i = 0; i < 8; i++) {
		EXPECT_EQ(i + 1, many[i].key);
		EXPECT_EQ(i + 301, many[i].io.information);
	}
	EXPECT_EQ(STATUS_SUCCESS, REMOVE_EX(queue, A(many), 8, A(&removed), 0, 0));
	EXPECT_EQ(1, removed);
	EXPECT_EQ(9, many[0].key);
	EXPECT_EQ(STATUS_TIMEOUT, REMOVE_EX(queue, A(many), 8, A(&removed), A(&poll_now), 0));
	/* What nobody took goes with the port. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetIoCompletion, queue, 1, 2, 3, 4));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, queue));
}

/* Who came last gets the first packet. */
TEST_F(meet, port_lets_the_last_one_go_first)
{
	struct completion results[3];
	struct nt_caller callers[3];
	uint64_t queue = port(PORT_ALL);

	for (int i = 0; i < 3; i++) {
		NT_IN_THREAD(&callers[i], NtRemoveIoCompletion, queue, A(&results[i].key),
			     A(&results[i].context), A(&results[i].io), 0);
		nt_until_asleep(&callers[i]);
	}
	for (int i = 2; i >= 0; i--) {
		EXPECT_EQ(STATUS_SUCCESS, NT(NtSetIoCompletion, queue, i, 0, 0, 0));
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&callers[i]));
		EXPECT_EQ(i, results[i].key);
	}
}

/* ---- alerts by thread id ------------------------------------------------------------- */

TEST_F(meet, alert_by_thread_id)
{
	struct nt_caller waiter;
	int64_t poll = 0, soon = 10 * MS;
	pid_t child, me = syscall(SYS_gettid);
	uint64_t event = nt_event(NOTIFICATION, 0);
	int status;

#define ALERTED(...) NT(NtWaitForAlertByThreadId, __VA_ARGS__)
	EXPECT_EQ(STATUS_TIMEOUT, ALERTED(0, A(&poll)));
	EXPECT_EQ(STATUS_TIMEOUT, ALERTED(0, A(&soon)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, ALERTED(0, BAD_POINTER));
	EXPECT_EQ(STATUS_INVALID_CID, NT(NtAlertThreadByThreadId, 0));
	EXPECT_EQ(STATUS_INVALID_CID, NT(NtAlertThreadByThreadId, 0x7ffffff0));
	EXPECT_EQ(STATUS_INVALID_CID, NT(NtAlertThreadByThreadId, -1ull));
	EXPECT_EQ(STATUS_INVALID_CID, NT(NtAlertThreadByThreadId, (uint64_t)me | 1ull << 32));
	/* However often, it counts once. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAlertThreadByThreadId, me));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAlertThreadByThreadId, me));
	EXPECT_EQ(STATUS_ALERTED, ALERTED(0, 0));
	EXPECT_EQ(STATUS_TIMEOUT, ALERTED(0, A(&poll)));

	NT_IN_THREAD(&waiter, NtWaitForAlertByThreadId, 0x1234, 0);
	nt_until_asleep(&waiter);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAlertThreadByThreadId, waiter.tid));
	EXPECT_EQ(STATUS_ALERTED, nt_joined(&waiter));

	child = fork();
	if (!child)
		_exit(nt_wait_for(event, FOREVER));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtAlertThreadByThreadId, child));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
