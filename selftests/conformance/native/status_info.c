// SPDX-License-Identifier: GPL-2.0
/* The statuses of the information classes that are about debugging: section 3.7. */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>
#include <ntdbg/ntdbg.h>
#include "nt.h"

#define UNTOUCHED 0x5a5a5a5a

/* ---- NtQueryInformationProcess --------------------------------------------------------- */

static NTSTATUS query(HANDLE of, PROCESSINFOCLASS class, ULONG length, ULONG *returned)
{
	uint64_t buffer[4];

	return NtQueryInformationProcess(of, class, buffer, length, returned);
}

/* The rows that are alike for the three classes say which one, and the length of a call. */
struct info_row {
	struct row row;
	PROCESSINFOCLASS class;
	ULONG length;
};

static const struct info_row *current_info(void)
{
	return (const struct info_row *)current_row;
}

/* The length is looked at before the handle, and nothing is returned. */
static NTSTATUS wrong_length(void)
{
	ULONG returned = UNTOUCHED;
	NTSTATUS status = query(NULL, current_info()->class, current_info()->length, &returned);

	expect(returned == UNTOUCHED);
	return status;
}

static NTSTATUS query_into(void *buffer)
{
	return NtQueryInformationProcess(NtCurrentProcess(), current_info()->class, buffer,
					 current_info()->length, NULL);
}

static NTSTATUS no_buffer(void)
{
	return query_into(NULL);
}

static NTSTATUS bad_buffer(void)
{
	return query_into(BAD_POINTER);
}

static NTSTATUS query_port(HANDLE handle)
{
	return query(handle, ProcessDebugPort, 8, NULL);
}

static NTSTATUS query_object_handle(HANDLE handle)
{
	return query(handle, ProcessDebugObjectHandle, 8, NULL);
}

static NTSTATUS query_flags(HANDLE handle)
{
	return query(handle, ProcessDebugFlags, 4, NULL);
}

static NTSTATUS debug_port(ULONG_PTR expected)
{
	ULONG_PTR port = UNTOUCHED;
	ULONG returned = 0;
	NTSTATUS status = NtQueryInformationProcess(process, ProcessDebugPort, &port, sizeof(port),
						    &returned);

	expect(port == expected);
	expect(returned == sizeof(port));
	return status;
}

static NTSTATUS port_none(void)
{
	start(1, "park", "1");
	return debug_port(0);
}

static NTSTATUS port_set(void)
{
	attach(1, "park", "1");
	return debug_port(~(ULONG_PTR)0);
}

static NTSTATUS port_gone(void)
{
	attach(1, "park", "1");
	needs(NtRemoveProcessDebug(process, object));
	return debug_port(0);
}

static NTSTATUS handle_none(void)
{
	HANDLE handle = file_handle();
	ULONG returned = 0;
	NTSTATUS status;

	start(1, "park", "1");
	status = NtQueryInformationProcess(process, ProcessDebugObjectHandle, &handle,
					   sizeof(handle), &returned);
	expect(!handle);
	expect(returned == 8);
	return status;
}

/* The length is written last: it is what an aliased query reads back. */
static NTSTATUS handle_aliased(void)
{
	union {
		HANDLE handle;
		ULONG returned;
	} both = { .handle = NULL };
	NTSTATUS status;

	start(1, "park", "1");
	status = NtQueryInformationProcess(process, ProcessDebugObjectHandle, &both,
					   sizeof(both), &both.returned);
	expect(both.returned == 8);
	return status;
}

/* It is a handle of the same object, and the caller's own. */
static NTSTATUS handle_set(void)
{
	LARGE_INTEGER timeout = in_ms(0);
	HANDLE handle = NULL;
	NTSTATUS status;

	attach(1, "park", "1");
	status = NtQueryInformationProcess(process, ProcessDebugObjectHandle, &handle,
					   sizeof(handle), NULL);
	expect(handle && handle != object);
	expect(NtWaitForDebugEvent(handle, FALSE, &timeout, &event) == STATUS_SUCCESS);
	expect(event.NewState == DbgCreateProcessStateChange);
	needs(NtDebugContinue(object, &event.AppClientId, DBG_CONTINUE));
	return status;
}

static NTSTATUS debug_flags(ULONG expected)
{
	ULONG flags = UNTOUCHED, returned = 0;
	NTSTATUS status = NtQueryInformationProcess(process, ProcessDebugFlags, &flags,
						    sizeof(flags), &returned);

	expect(flags == expected);
	expect(returned == sizeof(flags));
	return status;
}

static NTSTATUS flags_plain(void)
{
	start(1, "park", "1");
	return debug_flags(1);
}

static NTSTATUS flags_debug_process(void)
{
	launch(NTDBG_CREATE_INHERIT, "exit", "0");
	return debug_flags(1);
}

static NTSTATUS flags_only_this(void)
{
	launch(0, "exit", "0");
	return debug_flags(0);
}

static NTSTATUS flags_attached(void)
{
	attach(1, "park", "1");
	return debug_flags(0);
}

static NTSTATUS flags_detached(void)
{
	attach(1, "park", "1");
	needs(NtRemoveProcessDebug(process, object));
	return debug_flags(0);
}

/* ---- NtSetInformationProcess -------------------------------------------------------------- */

static NTSTATUS set(HANDLE of, PROCESSINFOCLASS class, ULONG value, ULONG length)
{
	ULONG buffer[4] = { value };

	return NtSetInformationProcess(of, class, buffer, length);
}

static NTSTATUS set_flags_handle(HANDLE handle)
{
	return set(handle, ProcessDebugFlags, 0, 4);
}

static NTSTATUS set_flags(ULONG value, ULONG length)
{
	start(1, "park", "1");
	return set(process, ProcessDebugFlags, value, length);
}

static NTSTATUS set_flags_length_0(void)
{
	return set_flags(0, 0);
}

static NTSTATUS set_flags_length_8(void)
{
	return set_flags(0, 8);
}

static NTSTATUS set_flags_2(void)
{
	return set_flags(2, 4);
}

static NTSTATUS set_flags_all(void)
{
	return set_flags(~0u, 4);
}

static NTSTATUS set_flags_0(void)
{
	NTSTATUS status = set_flags(0, 4);

	debug_flags(0);
	return status;
}

static NTSTATUS set_flags_1(void)
{
	NTSTATUS status;

	attach(1, "park", "1");
	debug_flags(0);
	status = set(process, ProcessDebugFlags, 1, 4);
	debug_flags(1);
	return status;
}

static NTSTATUS set_flags_bad_buffer(void)
{
	start(1, "park", "1");
	return NtSetInformationProcess(process, ProcessDebugFlags, BAD_POINTER, 4);
}

/* The flag is what decides whether children are debugged. */
static NTSTATUS children(ULONG launched, ULONG value)
{
	bool child = false;
	NTSTATUS status;

	launch(launched, "fork", "0", "1");
	status = set(process, ProcessDebugFlags, value, 4);
	for (;;) {
		NTSTATUS got = take(WAIT_MS);

		if (got == DBG_NO_STATE_CHANGE)
			break;
		expect(got == STATUS_SUCCESS);
		if (event.NewState == DbgCreateProcessStateChange &&
		    (ULONG_PTR)event.AppClientId.UniqueProcess != (ULONG_PTR)pid)
			child = true;
		answer(DBG_CONTINUE);
	}
	expect(child == value);
	return status;
}

static NTSTATUS children_after_1(void)
{
	return children(0, 1);
}

static NTSTATUS children_after_0(void)
{
	return children(NTDBG_CREATE_INHERIT, 0);
}

static NTSTATUS set_class(PROCESSINFOCLASS class)
{
	return set(NtCurrentProcess(), class, 0, 8);
}

static NTSTATUS set_port(void)
{
	return set_class(ProcessDebugPort);
}

static NTSTATUS set_object_handle(void)
{
	return set_class(ProcessDebugObjectHandle);
}

/* ---- thread class 17 ------------------------------------------------------------------------ */

static NTSTATUS hide_handle(HANDLE handle)
{
	return NtSetInformationThread(handle, ThreadHideFromDebugger, NULL, 0);
}

static NTSTATUS hidden_handle(HANDLE handle)
{
	BOOLEAN hidden;

	return NtQueryInformationThread(handle, ThreadHideFromDebugger, &hidden, 1, NULL);
}

static NTSTATUS hide_length_1(void)
{
	BOOLEAN yes = TRUE;

	start(1, "park", "1");
	return NtSetInformationThread(thread, ThreadHideFromDebugger, &yes, 1);
}

static NTSTATUS hide_length_4(void)
{
	ULONG yes = TRUE;

	start(1, "park", "1");
	return NtSetInformationThread(thread, ThreadHideFromDebugger, &yes, 4);
}

static NTSTATUS is_hidden(BOOLEAN expected)
{
	BOOLEAN hidden = 2;
	NTSTATUS status = NtQueryInformationThread(thread, ThreadHideFromDebugger, &hidden, 1,
						   NULL);

	expect(hidden == expected);
	return status;
}

static NTSTATUS not_hidden(void)
{
	attach(1, "park", "1");
	return is_hidden(FALSE);
}

static NTSTATUS hide_works(void)
{
	NTSTATUS status;

	attach(1, "park", "1");
	status = NtSetInformationThread(thread, ThreadHideFromDebugger, NULL, 0);
	expect(!is_hidden(TRUE));
	return status;
}

static NTSTATUS hide_twice(void)
{
	hide_works();
	return NtSetInformationThread(thread, ThreadHideFromDebugger, NULL, 0);
}

static NTSTATUS hidden_length(ULONG length)
{
	uint64_t buffer;

	return NtQueryInformationThread(NULL, ThreadHideFromDebugger, &buffer, length, NULL);
}

static NTSTATUS hidden_length_0(void)
{
	return hidden_length(0);
}

static NTSTATUS hidden_length_4(void)
{
	return hidden_length(4);
}

/* Its exceptions go past the debugger: a breakpoint kills the process. */
static NTSTATUS hidden_breakpoint(void)
{
	launch(NTDBG_CREATE_BREAK, "fault", "int3", "none");
	run_to(DbgBreakpointStateChange);
	needs(NtSetInformationThread(thread, ThreadHideFromDebugger, NULL, 0));
	answer(DBG_CONTINUE);
	while (take(WAIT_MS) == STATUS_SUCCESS) {
		expect(event.NewState != DbgBreakpointStateChange);
		answer(DBG_CONTINUE);
	}
	wait_gone();
	return STATUS_SUCCESS;
}

static const struct handle_row handles[] = {
	{ "3.7", "query ProcessDebugPort", query_port, PROCESS, PROCESS_QUERY_INFORMATION },
	{ "3.7", "query ProcessDebugObjectHandle", query_object_handle, PROCESS,
	  PROCESS_QUERY_INFORMATION },
	{ "3.7", "query ProcessDebugFlags", query_flags, PROCESS, PROCESS_QUERY_INFORMATION },
	{ "3.7", "set ProcessDebugFlags", set_flags_handle, PROCESS, PROCESS_SET_INFORMATION },
	{ "3.7", "set ThreadHideFromDebugger", hide_handle, THREAD, THREAD_SET_INFORMATION },
	{ "3.7", "query ThreadHideFromDebugger", hidden_handle, THREAD, THREAD_QUERY_INFORMATION },
};

#define OF_CLASS(name, status, call, class, length)			\
	{ { "3.7", name, status, call }, class, length }
#define ROW(...)							\
	{ { __VA_ARGS__ } }

static const struct info_row rows[] = {
	OF_CLASS("ProcessDebugPort, length 0, before the handle", STATUS_INFO_LENGTH_MISMATCH,
		 wrong_length, ProcessDebugPort, 0),
	OF_CLASS("ProcessDebugPort, a byte less", STATUS_INFO_LENGTH_MISMATCH, wrong_length,
		 ProcessDebugPort, 7),
	OF_CLASS("ProcessDebugPort, a byte more", STATUS_INFO_LENGTH_MISMATCH, wrong_length,
		 ProcessDebugPort, 9),
	OF_CLASS("ProcessDebugPort, no buffer", STATUS_ACCESS_VIOLATION, no_buffer,
		 ProcessDebugPort, 8),
	OF_CLASS("ProcessDebugPort, bad buffer", STATUS_ACCESS_VIOLATION, bad_buffer,
		 ProcessDebugPort, 8),
	OF_CLASS("ProcessDebugObjectHandle, length 0, before the handle",
		 STATUS_INFO_LENGTH_MISMATCH, wrong_length, ProcessDebugObjectHandle, 0),
	OF_CLASS("ProcessDebugObjectHandle, a byte less", STATUS_INFO_LENGTH_MISMATCH,
		 wrong_length, ProcessDebugObjectHandle, 7),
	OF_CLASS("ProcessDebugObjectHandle, a byte more", STATUS_INFO_LENGTH_MISMATCH,
		 wrong_length, ProcessDebugObjectHandle, 9),
	OF_CLASS("ProcessDebugObjectHandle, no buffer", STATUS_ACCESS_VIOLATION, no_buffer,
		 ProcessDebugObjectHandle, 8),
	OF_CLASS("ProcessDebugObjectHandle, bad buffer", STATUS_ACCESS_VIOLATION, bad_buffer,
		 ProcessDebugObjectHandle, 8),
	OF_CLASS("ProcessDebugFlags, length 0, before the handle", STATUS_INFO_LENGTH_MISMATCH,
		 wrong_length, ProcessDebugFlags, 0),
	OF_CLASS("ProcessDebugFlags, a byte less", STATUS_INFO_LENGTH_MISMATCH, wrong_length,
		 ProcessDebugFlags, 3),
	OF_CLASS("ProcessDebugFlags, a byte more", STATUS_INFO_LENGTH_MISMATCH, wrong_length,
		 ProcessDebugFlags, 5),
	OF_CLASS("ProcessDebugFlags, no buffer", STATUS_ACCESS_VIOLATION, no_buffer,
		 ProcessDebugFlags, 4),
	OF_CLASS("ProcessDebugFlags, bad buffer", STATUS_ACCESS_VIOLATION, bad_buffer,
		 ProcessDebugFlags, 4),
	ROW("3.7", "ProcessDebugPort, none: 0", STATUS_SUCCESS, port_none),
	ROW("3.7", "ProcessDebugPort, one: -1", STATUS_SUCCESS, port_set),
	ROW("3.7", "ProcessDebugPort, none any more: 0", STATUS_SUCCESS, port_gone),
	ROW("3.7", "ProcessDebugObjectHandle, none: NULL, length 8", STATUS_PORT_NOT_SET,
	    handle_none),
	ROW("3.7", "ProcessDebugObjectHandle, the length over the buffer", STATUS_PORT_NOT_SET,
	    handle_aliased),
	ROW("3.7", "ProcessDebugObjectHandle, one: a new handle", STATUS_SUCCESS, handle_set),
	ROW("3.7", "ProcessDebugObjectHandle, the object's DACL forbids", STATUS_ACCESS_DENIED,
	    .kind = NOT_HERE, .why = "descriptors have no access lists"),
	ROW("3.7", "ProcessDebugFlags, plain: 1", STATUS_SUCCESS, flags_plain),
	ROW("3.7", "ProcessDebugFlags, DEBUG_PROCESS: 1", STATUS_SUCCESS, flags_debug_process),
	ROW("3.7", "ProcessDebugFlags, DEBUG_ONLY_THIS_PROCESS: 0", STATUS_SUCCESS,
	    flags_only_this),
	ROW("3.7", "ProcessDebugFlags, attached: 0", STATUS_SUCCESS, flags_attached),
	ROW("3.7", "ProcessDebugFlags, detached: as before", STATUS_SUCCESS, flags_detached),
	ROW("3.7", "set ProcessDebugFlags, length 0", STATUS_INVALID_PARAMETER,
	    set_flags_length_0),
	ROW("3.7", "set ProcessDebugFlags, length 8", STATUS_INVALID_PARAMETER,
	    set_flags_length_8),
	ROW("3.7", "set ProcessDebugFlags to 2", STATUS_INVALID_PARAMETER, set_flags_2),
	ROW("3.7", "set ProcessDebugFlags to ffffffff", STATUS_INVALID_PARAMETER, set_flags_all),
	ROW("3.7", "set ProcessDebugFlags to 0", STATUS_SUCCESS, set_flags_0),
	ROW("3.7", "set ProcessDebugFlags to 1", STATUS_SUCCESS, set_flags_1),
	ROW("3.7", "set ProcessDebugFlags, bad buffer", STATUS_ACCESS_VIOLATION,
	    set_flags_bad_buffer),
	ROW("2.9", "children are debugged after a 1", STATUS_SUCCESS, children_after_1),
	ROW("2.9", "children are not after a 0", STATUS_SUCCESS, children_after_0),
	ROW("3.7", "set ProcessDebugPort", STATUS_INVALID_INFO_CLASS, set_port),
	ROW("3.7", "set ProcessDebugObjectHandle", STATUS_INVALID_INFO_CLASS, set_object_handle),
	ROW("3.7", "set ProcessExceptionPort", STATUS_PRIVILEGE_NOT_HELD, .kind = NOT_HERE,
	    .why = "Linux has no exception ports"),
	ROW("3.7", "set ThreadHideFromDebugger, length 1", STATUS_INFO_LENGTH_MISMATCH,
	    hide_length_1),
	ROW("3.7", "set ThreadHideFromDebugger, length 4", STATUS_INFO_LENGTH_MISMATCH,
	    hide_length_4),
	ROW("3.7", "set ThreadHideFromDebugger", STATUS_SUCCESS, hide_works),
	ROW("3.7", "set ThreadHideFromDebugger again", STATUS_SUCCESS, hide_twice),
	ROW("3.7", "query ThreadHideFromDebugger: not", STATUS_SUCCESS, not_hidden),
	ROW("3.7", "query ThreadHideFromDebugger, length 0, before the handle",
	    STATUS_INFO_LENGTH_MISMATCH, hidden_length_0),
	ROW("3.7", "query ThreadHideFromDebugger, length 4, before the handle",
	    STATUS_INFO_LENGTH_MISMATCH, hidden_length_4),
	ROW("3.7", "a breakpoint of a hidden thread kills", STATUS_SUCCESS, hidden_breakpoint),
};

int main(void)
{
	return run_rows(&rows[0].row, ARRAY_SIZE(rows), sizeof(rows[0]), handles,
			ARRAY_SIZE(handles));
}
