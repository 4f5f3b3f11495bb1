// SPDX-License-Identifier: GPL-2.0
/* Events, semaphores and mutants: every status, and what they do. */
#include <poll.h>
#include <fcntl.h>

#include "kselftest_harness.h"
#include "nt_sync.h"

FIXTURE(sync)
{
};

FIXTURE_SETUP(sync)
{
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(sync)
{
}

/* ---- events ------------------------------------------------------------------ */

TEST_F(sync, event_types)
{
	uint64_t handle;

	EXPECT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&handle), EVENT_ALL, 0, 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&handle), EVENT_ALL, 0, 1, 1));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtCreateEvent, A(&handle), EVENT_ALL, 0, 2, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtCreateEvent, A(&handle), EVENT_ALL, 0, 0xffffffff, 0));
}

TEST_F(sync, create_with_bad_pointers)
{
	uint64_t handle[2] = { 0 };

	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateEvent, 0, EVENT_ALL, 0, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateEvent, BAD_POINTER, EVENT_ALL, 0, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateEvent, -8ull, EVENT_ALL, 0, 0, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtCreateEvent, A(handle) + 1, EVENT_ALL, 0, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtCreateEvent, A(handle), EVENT_ALL, BAD_POINTER, 0, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtCreateEvent, A(handle), EVENT_ALL, A(handle) + 1, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateSemaphore, 0, SEMAPHORE_ALL, 0, 0, 1));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateMutant, 0, MUTANT_ALL, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtCreateTimer, 0, TIMER_ALL, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtOpenEvent, A(handle), EVENT_ALL, BAD_POINTER));
	EXPECT_EQ(0, handle[0]);
}

struct by_name {
	uint32_t create, open;
	uint64_t arguments[2];
	unsigned int nr;
	const uint16_t *name;
};

static const struct by_name kinds[] = {
	{ SVC_NtCreateEvent, SVC_NtOpenEvent, { 0, 0 }, 2, u"\\BaseNamedObjects\\sync_e" },
	{ SVC_NtCreateSemaphore, SVC_NtOpenSemaphore, { 0, 1 }, 2, u"\\BaseNamedObjects\\sync_s" },
	{ SVC_NtCreateMutant, SVC_NtOpenMutant, { 0 }, 1, u"\\BaseNamedObjects\\sync_m" },
	{ SVC_NtCreateTimer, SVC_NtOpenTimer, { 0 }, 1, u"\\BaseNamedObjects\\sync_t" },
	{ SVC_NtCreateKeyedEvent, SVC_NtOpenKeyedEvent, { 0 }, 1, u"\\BaseNamedObjects\\sync_k" },
	{ SVC_NtCreateEventPair, SVC_NtOpenEventPair, { 0 }, 0, u"\\BaseNamedObjects\\sync_p" },
	{ SVC_NtCreateIoCompletion, SVC_NtOpenIoCompletion, { 0 }, 1,
	  u"\\BaseNamedObjects\\sync_i" },
};

#define MAXIMUM_ALLOWED 0x02000000u

static uint32_t create_named(const struct by_name *kind, uint64_t *handle,
			     struct nt_object_attributes *attributes)
{
	const uint64_t arguments[] = { A(handle), MAXIMUM_ALLOWED, A(attributes),
				       kind->arguments[0], kind->arguments[1] };

	return nt_service(kind->create, arguments, 3 + kind->nr);
}

static uint32_t open_named(const struct by_name *kind, uint64_t *handle, uint32_t access,
			   struct nt_object_attributes *attributes)
{
	const uint64_t arguments[] = { A(handle), access, A(attributes) };

	return nt_service(kind->open, arguments, 3);
}

/* The statuses of names, for each kind of object. */
TEST_F(sync, names)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct by_name *kind = &kinds[i];
		const struct by_name *other = &kinds[i ? 0 : 1];
		uint64_t handle = 0, second = 0;
		struct nt_name name;

		EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
			  open_named(kind, &handle, MAXIMUM_ALLOWED,
				     nt_name(&name, kind->name, 0)));
		EXPECT_EQ(STATUS_SUCCESS, create_named(kind, &handle, nt_name(&name, kind->name,
									      0)));
		EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION,
			  create_named(kind, &second, nt_name(&name, kind->name, 0)));
		EXPECT_EQ(STATUS_OBJECT_NAME_EXISTS,
			  create_named(kind, &second, nt_name(&name, kind->name, OBJ_OPENIF)));
		EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, second));
		EXPECT_EQ(STATUS_SUCCESS,
			  open_named(kind, &second, MAXIMUM_ALLOWED,
				     nt_name(&name, kind->name, 0)));
		EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
			  open_named(other, &second, MAXIMUM_ALLOWED,
				     nt_name(&name, kind->name, 0)));
		EXPECT_EQ(STATUS_INVALID_PARAMETER,
			  open_named(kind, &second, MAXIMUM_ALLOWED, NULL));
		nt_name(&name, kind->name, 0);
		name.attributes.length--;
		EXPECT_EQ(STATUS_INVALID_PARAMETER,
			  create_named(kind, &second, &name.attributes));
		EXPECT_EQ(STATUS_INVALID_PARAMETER,
			  create_named(kind, &second, nt_name(&name, kind->name, 1)));
		NT(NtClose, handle);
		NT(NtClose, second);
		EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
			  open_named(kind, &handle, MAXIMUM_ALLOWED,
				     nt_name(&name, kind->name, 0)));
	}
}

TEST_F(sync, event_by_its_name_is_the_same)
{
	const uint16_t *text = u"\\BaseNamedObjects\\sync_same";
	uint64_t first = 0, second = 0;
	struct nt_name name;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&first), EVENT_ALL,
				     A(nt_name(&name, text, 0)), SYNCHRONIZATION, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtOpenEvent, A(&second), EVENT_ALL,
				     A(nt_name(&name, text, 0))));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, first, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(second, POLL));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(first, POLL));
}

TEST_F(sync, event_handle_statuses)
{
	uint64_t event = nt_event(NOTIFICATION, 0), semaphore = nt_semaphore(0, 1), weak;
	int32_t previous;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&weak), SYNCHRONIZE, 0, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSetEvent, BAD_HANDLE, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSetEvent, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtResetEvent, BAD_HANDLE, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtClearEvent, BAD_HANDLE));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtPulseEvent, BAD_HANDLE, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtSetEventBoostPriority, BAD_HANDLE));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtSetEvent, semaphore, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtResetEvent, nt_handle_of(0), 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtClearEvent, semaphore));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtPulseEvent, semaphore, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtSetEventBoostPriority, semaphore));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtSetEvent, weak, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtResetEvent, weak, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtClearEvent, weak));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtPulseEvent, weak, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtSetEventBoostPriority, weak));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtSetEvent, event, BAD_POINTER));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtResetEvent, event, BAD_POINTER));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtPulseEvent, event, BAD_POINTER));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtSetEvent, event, A(&previous) + 1));
	EXPECT_EQ(0, nt_event_state(event));
	/* The low two bits of a handle do not count. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event | 3, 0));
	EXPECT_EQ(1, nt_event_state(event));
}

TEST_F(sync, event_previous_state)
{
	uint64_t event = nt_event(NOTIFICATION, 0);
	int32_t previous = 7;

	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, A(&previous)));
	EXPECT_EQ(0, previous);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, A(&previous)));
	EXPECT_EQ(1, previous);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResetEvent, event, A(&previous)));
	EXPECT_EQ(1, previous);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResetEvent, event, A(&previous)));
	EXPECT_EQ(0, previous);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEventBoostPriority, event));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtPulseEvent, event, A(&previous)));
	EXPECT_EQ(1, previous);
	EXPECT_EQ(0, nt_event_state(event));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClearEvent, event));
	EXPECT_EQ(0, nt_event_state(event));
}

TEST_F(sync, notification_stays_synchronization_does_not)
{
	uint64_t stays = nt_event(NOTIFICATION, 1), goes = nt_event(SYNCHRONIZATION, 1);

	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(stays, POLL));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(stays, FOREVER));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(goes, FOREVER));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(goes, POLL));
}

/* All of those who wait for a notification, one of those for a synchronization event. */
TEST_F(sync, set_event_lets_go)
{
	uint64_t all = nt_event(NOTIFICATION, 0), one = nt_event(SYNCHRONIZATION, 0);
	struct nt_caller callers[3];

	for (int i = 0; i < 3; i++) {
		NT_IN_THREAD(&callers[i], NtWaitForSingleObject, all, 0, 0);
		nt_until_asleep(&callers[i]);
	}
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, all, 0));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&callers[i]));
	EXPECT_EQ(1, nt_event_state(all));

	for (int i = 0; i < 3; i++) {
		NT_IN_THREAD(&callers[i], NtWaitForSingleObject, one, 0, 0);
		nt_until_asleep(&callers[i]);
	}
	/* In the order in which they came. */
	for (int i = 0; i < 3; i++) {
		int32_t previous = 7;

		EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, one, A(&previous)));
		EXPECT_EQ(0, previous);
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&callers[i]));
		for (int j = i + 1; j < 3; j++)
			EXPECT_FALSE(callers[j].done);
		EXPECT_EQ(0, nt_event_state(one));
	}
}

TEST_F(sync, pulse_lets_go_who_waits_now)
{
	uint64_t event = nt_event(NOTIFICATION, 0);
	struct nt_caller callers[2];

	for (int i = 0; i < 2; i++) {
		NT_IN_THREAD(&callers[i], NtWaitForSingleObject, event, 0, 0);
		nt_until_asleep(&callers[i]);
	}
	EXPECT_EQ(STATUS_SUCCESS, NT(NtPulseEvent, event, 0));
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(STATUS_SUCCESS, nt_joined(&callers[i]));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(event, POLL));
}

TEST_F(sync, queries)
{
	uint64_t event = nt_event(SYNCHRONIZATION, 1), semaphore = nt_semaphore(2, 5), weak;
	uint64_t mutant = nt_mutant(0), timer = nt_timer(NOTIFICATION);
	struct { uint32_t service; uint64_t handle; uint32_t size; } rows[] = {
		{ SVC_NtQueryEvent, event, 8 },
		{ SVC_NtQuerySemaphore, semaphore, 8 },
		{ SVC_NtQueryMutant, mutant, 8 },
		{ SVC_NtQueryTimer, timer, 16 },
	};
	int32_t out[4];
	uint32_t returned;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&weak), SYNCHRONIZE, 0, 0, 0));
	for (int i = 0; i < 4; i++) {
		const uint64_t good[] = { rows[i].handle, 0, A(out), rows[i].size, A(&returned) };
		uint64_t bad[5];

#define WITH(index, value) (memcpy(bad, good, sizeof(bad)), bad[index] = (value), \
			    nt_service(rows[i].service, bad, 5))
		returned = 0;
		EXPECT_EQ(STATUS_SUCCESS, nt_service(rows[i].service, good, 5));
		EXPECT_EQ(rows[i].size, returned);
		EXPECT_EQ(STATUS_SUCCESS, WITH(4, 0));
		EXPECT_EQ(STATUS_INVALID_INFO_CLASS, WITH(1, 2));
		EXPECT_EQ(STATUS_INVALID_INFO_CLASS, WITH(1, 0xffffffff));
		EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, WITH(3, rows[i].size - 1));
		EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, WITH(3, rows[i].size + 1));
		EXPECT_EQ(STATUS_ACCESS_VIOLATION, WITH(2, BAD_POINTER));
		EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, WITH(2, A(out) + 1));
		EXPECT_EQ(STATUS_ACCESS_VIOLATION, WITH(4, BAD_POINTER));
		EXPECT_EQ(STATUS_INVALID_HANDLE, WITH(0, BAD_HANDLE));
		EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, WITH(0, rows[(i + 1) % 4].handle));
	}
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtQueryEvent, weak, 0, A(out), 8, 0));

	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryEvent, event, 0, A(out), 8, 0));
	EXPECT_EQ(SYNCHRONIZATION, out[0]);
	EXPECT_EQ(1, out[1]);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtQuerySemaphore, semaphore, 0, A(out), 8, 0));
	EXPECT_EQ(2, out[0]);
	EXPECT_EQ(5, out[1]);
}

/* Linux can wait for it, too. */
TEST_F(sync, poll_of_linux)
{
	uint64_t event = nt_event(NOTIFICATION, 0), weak;
	struct pollfd fd = { .fd = nt_fd_of(event), .events = POLLIN };
	struct nt_caller setter;

	EXPECT_EQ(0, poll(&fd, 1, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, event, 0));
	EXPECT_EQ(1, poll(&fd, 1, 0));
	EXPECT_EQ(POLLIN, fd.revents);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtResetEvent, event, 0));
	EXPECT_EQ(0, poll(&fd, 1, 0));

	NT_IN_THREAD(&setter, NtSetEvent, event, 0);
	EXPECT_EQ(1, poll(&fd, 1, -1));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&setter));

	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateEvent, A(&weak), 2, 0, 0, 1));
	fd.fd = nt_fd_of(weak);
	EXPECT_EQ(1, poll(&fd, 1, 0));
	EXPECT_EQ(POLLERR, fd.revents);
}

/* ---- semaphores -------------------------------------------------------------- */

TEST_F(sync, semaphore_statuses)
{
	uint64_t handle = 0, weak;
	int32_t previous = 7;

#define CREATE(count, limit) NT(NtCreateSemaphore, A(&handle), SEMAPHORE_ALL, 0, \
				(uint32_t)(count), (uint32_t)(limit))
	EXPECT_EQ(STATUS_INVALID_PARAMETER, CREATE(0, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, CREATE(0, -1));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, CREATE(-1, 1));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, CREATE(2, 1));
	EXPECT_EQ(0, handle);
	ASSERT_EQ(STATUS_SUCCESS, CREATE(1, 3));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtReleaseSemaphore, handle, 0, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtReleaseSemaphore, handle, (uint32_t)-1, 0));
	EXPECT_EQ(STATUS_SEMAPHORE_LIMIT_EXCEEDED,
		  NT(NtReleaseSemaphore, handle, 3, A(&previous)));
	EXPECT_EQ(7, previous);
	EXPECT_EQ(1, nt_semaphore_count(handle));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseSemaphore, handle, 2, A(&previous)));
	EXPECT_EQ(1, previous);
	EXPECT_EQ(3, nt_semaphore_count(handle));
	EXPECT_EQ(STATUS_SEMAPHORE_LIMIT_EXCEEDED,
		  NT(NtReleaseSemaphore, handle, 0x7fffffff, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtReleaseSemaphore, handle, 1, BAD_POINTER));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtReleaseSemaphore, BAD_HANDLE, 1, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtReleaseSemaphore, nt_event(NOTIFICATION, 0), 1, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateSemaphore, A(&weak), SYNCHRONIZE, 0, 0, 1));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtReleaseSemaphore, weak, 1, 0));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(handle, POLL));
	EXPECT_EQ(STATUS_TIMEOUT, nt_wait_for(handle, POLL));
}

TEST_F(sync, semaphore_lets_go_as_many_as_released)
{
	uint64_t semaphore = nt_semaphore(0, 10);
	struct nt_caller callers[3];
	int32_t previous = 7;

	for (int i = 0; i < 3; i++) {
		NT_IN_THREAD(&callers[i], NtWaitForSingleObject, semaphore, 0, 0);
		nt_until_asleep(&callers[i]);
	}
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseSemaphore, semaphore, 2, A(&previous)));
	EXPECT_EQ(0, previous);
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&callers[0]));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&callers[1]));
	EXPECT_FALSE(callers[2].done);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseSemaphore, semaphore, 2, A(&previous)));
	EXPECT_EQ(0, previous);
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&callers[2]));
	EXPECT_EQ(1, nt_semaphore_count(semaphore));
}

/* ---- mutants ----------------------------------------------------------------- */

struct mutant_basic {
	int32_t count;
	uint8_t owned;
	uint8_t abandoned;
};

static struct mutant_basic mutant_state(uint64_t handle)
{
	struct mutant_basic basic = { 0 };

	if (NT(NtQueryMutant, handle, 0, A(&basic), sizeof(basic), 0))
		basic.count = -100;
	return basic;
}

TEST_F(sync, mutant_is_acquired_and_released)
{
	uint64_t mutant = nt_mutant(0);
	int32_t previous = 7;

	EXPECT_EQ(1, mutant_state(mutant).count);
	EXPECT_EQ(0, mutant_state(mutant).owned);
	EXPECT_EQ(STATUS_MUTANT_NOT_OWNED, NT(NtReleaseMutant, mutant, A(&previous)));
	EXPECT_EQ(7, previous);
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(mutant, POLL));
		EXPECT_EQ(-i, mutant_state(mutant).count);
		EXPECT_EQ(1, mutant_state(mutant).owned);
	}
	for (int i = 2; i >= 0; i--) {
		EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutant, A(&previous)));
		EXPECT_EQ(-i, previous);
	}
	EXPECT_EQ(1, mutant_state(mutant).count);
	EXPECT_EQ(STATUS_MUTANT_NOT_OWNED, NT(NtReleaseMutant, mutant, 0));

	mutant = nt_mutant(1);
	EXPECT_EQ(0, mutant_state(mutant).count);
	EXPECT_EQ(1, mutant_state(mutant).owned);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutant, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtReleaseMutant, BAD_HANDLE, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtReleaseMutant, nt_event(0, 0), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtReleaseMutant, mutant, BAD_POINTER));
}

TEST_F(sync, mutant_owner)
{
	struct nt_client_id owner = { 1, 1 };
	uint64_t mutant = nt_mutant(0);

	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryMutant, mutant, 1, A(&owner), sizeof(owner), 0));
	EXPECT_EQ(0, owner.process);
	EXPECT_EQ(0, owner.thread);
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(mutant, POLL));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtQueryMutant, mutant, 1, A(&owner), sizeof(owner), 0));
	EXPECT_EQ(getpid(), owner.process);
	EXPECT_EQ(syscall(SYS_gettid), owner.thread);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, NT(NtQueryMutant, mutant, 1, A(&owner), 8, 0));
}

TEST_F(sync, mutant_of_another_thread)
{
	uint64_t mutant = nt_mutant(1);
	struct nt_caller caller;

	NT_IN_THREAD(&caller, NtReleaseMutant, mutant, 0);
	EXPECT_EQ(STATUS_MUTANT_NOT_OWNED, nt_joined(&caller));
	NT_IN_THREAD(&caller, NtWaitForSingleObject, mutant, 0, 0);
	nt_until_asleep(&caller);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutant, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&caller));
	/* It ended as the owner. */
	EXPECT_EQ(1, mutant_state(mutant).abandoned);
	EXPECT_EQ(STATUS_ABANDONED_WAIT_0, nt_wait_for(mutant, FOREVER));
	EXPECT_EQ(0, mutant_state(mutant).abandoned);
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(mutant, FOREVER));
}

static uint64_t abandoned_mutant(void)
{
	uint64_t mutant = nt_mutant(0);
	struct nt_caller caller;

	NT_IN_THREAD(&caller, NtWaitForSingleObject, mutant, 0, 0);
	return nt_joined(&caller) == STATUS_SUCCESS ? mutant : 0;
}

TEST_F(sync, abandoned_with_an_index)
{
	uint64_t handles[3] = { nt_event(NOTIFICATION, 0), nt_semaphore(0, 1),
				abandoned_mutant() };

	EXPECT_EQ(STATUS_ABANDONED_WAIT_0 + 2, nt_wait_multiple(handles, 3, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(2, nt_wait_multiple(handles, 3, WAIT_FOR_ANY, POLL));

	handles[0] = nt_event(NOTIFICATION, 1);
	handles[1] = abandoned_mutant();
	handles[2] = abandoned_mutant();
	EXPECT_EQ(STATUS_ABANDONED_WAIT_0, nt_wait_multiple(handles, 3, WAIT_FOR_ALL, POLL));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_multiple(handles, 3, WAIT_FOR_ALL, POLL));
}

/* Who waits when the owner ends gets it so. */
TEST_F(sync, abandoned_while_waited_for)
{
	uint64_t mutant = nt_mutant(0), go = nt_event(NOTIFICATION, 0);
	uint64_t both[2] = { mutant, go };
	struct nt_caller owner, waiter;

	NT_IN_THREAD(&owner, NtWaitForMultipleObjects, 2, A(both), WAIT_FOR_ALL, 0, 0);
	nt_until_asleep(&owner);
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(mutant, POLL));
	NT_IN_THREAD(&waiter, NtWaitForSingleObject, mutant, 0, 0);
	nt_until_asleep(&waiter);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtSetEvent, go, 0));
	/* The owner-to-be came first. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutant, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_joined(&owner));
	EXPECT_EQ(STATUS_ABANDONED_WAIT_0, nt_joined(&waiter));
}

/* NT's limit would take days; a parameter of the module lowers it. */
TEST_F(sync, mutant_limit)
{
	static const char *const path = "/sys/module/ntdbg/parameters/mutant_limit";
	uint64_t mutant = nt_mutant(0), pair[2];
	int fd = open(path, O_WRONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(1, write(fd, "3", 1));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(STATUS_SUCCESS, nt_wait_for(mutant, POLL));
	EXPECT_EQ(STATUS_MUTANT_LIMIT_EXCEEDED, nt_wait_for(mutant, POLL));
	pair[0] = mutant;
	pair[1] = nt_event(NOTIFICATION, 1);
	EXPECT_EQ(STATUS_MUTANT_LIMIT_EXCEEDED, nt_wait_multiple(pair, 2, WAIT_FOR_ANY, POLL));
	EXPECT_EQ(STATUS_MUTANT_LIMIT_EXCEEDED, nt_wait_multiple(pair, 2, WAIT_FOR_ALL, POLL));
	EXPECT_EQ(-2, mutant_state(mutant).count);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutant, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_wait_multiple(pair, 2, WAIT_FOR_ALL, POLL));
	ASSERT_EQ(10, pwrite(fd, "2147483648", 10, 0));
	close(fd);
}

/* An owner that is killed, and one that executes another program. */
TEST_F(sync, abandoned_by_a_process)
{
	for (int how = 0; how < 2; how++) {
		uint64_t mutant = nt_mutant(0), ready = nt_event(NOTIFICATION, 0);
		int status;
		pid_t child = fork();

		if (!child) {
			if (nt_wait_for(mutant, POLL) || NT(NtSetEvent, ready, 0))
				_exit(1);
			if (how)
				execl("/bin/sleep", "sleep", "1000", NULL);
			for (;;)
				pause();
		}
		ASSERT_EQ(STATUS_SUCCESS, nt_wait_for(ready, FOREVER));
		if (!how)
			kill(child, SIGKILL);
		EXPECT_EQ(STATUS_ABANDONED_WAIT_0, nt_wait_for(mutant, FOREVER));
		EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutant, 0));
		kill(child, SIGKILL);
		ASSERT_EQ(child, waitpid(child, &status, 0));
		EXPECT_EQ(SIGKILL, status);
	}
}

/* Its handles are closed while it is owned: it goes, and the owner's end does not mind. */
TEST_F(sync, owned_mutant_is_closed)
{
	uint64_t mutants[3];

	for (int i = 0; i < 3; i++)
		mutants[i] = nt_mutant(1);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, mutants[1]));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutants[0], 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, mutants[0]));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtReleaseMutant, mutants[2], 0));
}

TEST_HARNESS_MAIN
