// SPDX-License-Identifier: GPL-2.0
/* The statuses of attaching and detaching: sections 3.2 and 3.3, 2.7 and 2.10. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>
#include <sys/wait.h>
#include <ntdbg/ntdbg.h>
#include "nt.h"

#define KTHREADD 2

/* ---- 3.2 NtDebugActiveProcess --------------------------------------------------- */

static NTSTATUS attach_process(HANDLE handle)
{
	return NtDebugActiveProcess(handle, object);
}

static NTSTATUS attach_object(HANDLE handle)
{
	/* A process that could be attached, so that it is the other handle that is wrong. */
	if (!process)
		start(1, "park", "1");
	return NtDebugActiveProcess(process, handle);
}

static NTSTATUS attach_self(void)
{
	return NtDebugActiveProcess(NtCurrentProcess(), object);
}

static NTSTATUS attach_self_by_handle(void)
{
	return NtDebugActiveProcess(open_process(getpid(), PROCESS_ALL_ACCESS), object);
}

static NTSTATUS self_before_object(void)
{
	return NtDebugActiveProcess(NtCurrentProcess(), closed_handle());
}

static NTSTATUS process_before_object(void)
{
	return NtDebugActiveProcess(object, closed_handle());
}

static NTSTATUS attach_system(void)
{
	CLIENT_ID id = { .UniqueProcess = (HANDLE)(ULONG_PTR)KTHREADD };
	OBJECT_ATTRIBUTES none = { .Length = sizeof(none) };
	HANDLE handle;

	return NtOpenProcess(&handle, PROCESS_SUSPEND_RESUME, &none, &id);
}

static NTSTATUS attach_exiting(void)
{
	start(1, "park", "1");
	kill_subject();
	return NtDebugActiveProcess(process, object);
}

static NTSTATUS object_before_exiting(void)
{
	start(1, "park", "1");
	kill_subject();
	return NtDebugActiveProcess(process, closed_handle());
}

static NTSTATUS attach_same_again(void)
{
	attach(1, "park", "1");
	return NtDebugActiveProcess(process, object);
}

static NTSTATUS attach_to_another(void)
{
	attach(1, "park", "1");
	return NtDebugActiveProcess(process, new_object(DEBUG_ALL_ACCESS, 0));
}

static NTSTATUS attach_launched(void)
{
	launch(0, "exit", "0");
	return NtDebugActiveProcess(process, new_object(DEBUG_ALL_ACCESS, 0));
}

static NTSTATUS attach_works(void)
{
	NTSTATUS status;

	start(3, "park", "2");
	status = NtDebugActiveProcess(process, object);
	take_state(DbgCreateProcessStateChange);
	expect((ULONG_PTR)event.AppClientId.UniqueProcess == (ULONG_PTR)pid);
	return status;
}

static NTSTATUS attach_with_least_rights(void)
{
	start(1, "park", "1");
	return NtDebugActiveProcess(open_process(pid, PROCESS_SUSPEND_RESUME),
				    new_object(DEBUG_PROCESS_ASSIGN, 0));
}

static NTSTATUS attach_after_detach(void)
{
	attach(1, "park", "1");
	needs(NtRemoveProcessDebug(process, object));
	return NtDebugActiveProcess(process, new_object(DEBUG_ALL_ACCESS, 0));
}

/* ---- 3.3 NtRemoveProcessDebug ------------------------------------------------------ */

static NTSTATUS detach_process(HANDLE handle)
{
	return NtRemoveProcessDebug(handle, object);
}

static NTSTATUS detach_object(HANDLE handle)
{
	if (!process)
		start(1, "park", "1");
	return NtRemoveProcessDebug(process, handle);
}

static NTSTATUS detach_no_port(void)
{
	start(1, "park", "1");
	return NtRemoveProcessDebug(process, object);
}

static NTSTATUS detach_from_another(void)
{
	attach(1, "park", "1");
	return NtRemoveProcessDebug(process, new_object(DEBUG_ALL_ACCESS, 0));
}

static NTSTATUS detach_self(void)
{
	return NtRemoveProcessDebug(NtCurrentProcess(), object);
}

static NTSTATUS detach_works(void)
{
	int wait_status;
	NTSTATUS status;

	attach(2, "park", "1", "4");
	status = NtRemoveProcessDebug(process, object);
	board_go(board);
	expect(wait_exit(pid, WAIT_MS, &wait_status));
	expect(WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 4);
	return status;
}

static NTSTATUS detach_twice(void)
{
	attach(1, "park", "1");
	needs(NtRemoveProcessDebug(process, object));
	return NtRemoveProcessDebug(process, object);
}

static NTSTATUS detach_exiting(void)
{
	launch(0, "exit", "0");
	run_to(DbgExitProcessStateChange);
	return NtRemoveProcessDebug(process, object);
}

static NTSTATUS detach_at_load(void)
{
	int wait_status;
	NTSTATUS status;

	launch(0, "exit", "5");
	run_to(DbgLoadDllStateChange);
	status = NtRemoveProcessDebug(process, object);
	expect(wait_exit(pid, WAIT_MS, &wait_status));
	expect(WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 5);
	return status;
}

/* The exception goes on as "not handled". */
static NTSTATUS detach_at_breakpoint(void)
{
	int wait_status;
	NTSTATUS status;

	launch(0, "fault", "int3", "none");
	run_to(DbgBreakpointStateChange);
	status = NtRemoveProcessDebug(process, object);
	expect(wait_exit(pid, WAIT_MS, &wait_status));
	expect(WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGTRAP);
	return status;
}

static NTSTATUS detach_drops_events(void)
{
	attach(1, "park", "1");
	needs(NtRemoveProcessDebug(process, object));
	return take(0);
}

static const struct handle_row handles[] = {
	{ "3.2", "NtDebugActiveProcess: the process", attach_process, PROCESS,
	  PROCESS_SUSPEND_RESUME },
	{ "3.2", "NtDebugActiveProcess: the debug object", attach_object, DEBUG_OBJECT,
	  DEBUG_PROCESS_ASSIGN },
	{ "3.3", "NtRemoveProcessDebug: the process", detach_process, PROCESS,
	  PROCESS_SUSPEND_RESUME },
	{ "3.3", "NtRemoveProcessDebug: the debug object", detach_object, DEBUG_OBJECT,
	  DEBUG_PROCESS_ASSIGN },
};

static const struct row rows[] = {
	{ "3.2", "the process before the debug object", STATUS_OBJECT_TYPE_MISMATCH,
	  process_before_object },
	{ "3.2", "the caller itself, pseudo-handle", STATUS_ACCESS_DENIED, attach_self },
	{ "3.2", "the caller itself, real handle", STATUS_ACCESS_DENIED, attach_self_by_handle },
	{ "3.2", "the caller before the debug object", STATUS_ACCESS_DENIED, self_before_object },
	{ "3.2", "a thread of the system", STATUS_ACCESS_DENIED, attach_system },
	{ "3.2", "32-bit caller, 64-bit target", STATUS_NOT_SUPPORTED, .kind = NOT_HERE,
	  .why = "the library is built for 64 bits only" },
	{ "3.2", "exiting process", STATUS_PROCESS_IS_TERMINATING, attach_exiting },
	{ "3.2", "the debug object before the exiting process", STATUS_INVALID_HANDLE,
	  object_before_exiting },
	{ "3.2", "no thread that can be used", STATUS_UNSUCCESSFUL, .kind = NOT_HERE,
	  .why = "a process of Linux without threads is an exiting one" },
	{ "3.2", "no memory for the fakes", STATUS_INSUFFICIENT_RESOURCES, .kind = NOT_HERE,
	  .why = "alloc_failure_test does it, by errno" },
	{ "3.2", "attached already, the same object", STATUS_PORT_ALREADY_SET, attach_same_again },
	{ "3.2", "attached already, another object", STATUS_PORT_ALREADY_SET, attach_to_another },
	{ "3.2", "launched under another object", STATUS_PORT_ALREADY_SET, attach_launched },
	{ "3.2", "the debug object is torn down", STATUS_DEBUGGER_INACTIVE, .kind = NOT_HERE,
	  .why = "a call holds its descriptor, so the object's last close waits for it" },
	{ "3.2", "it works", STATUS_SUCCESS, attach_works },
	{ "3.2", "it works with the least rights", STATUS_SUCCESS, attach_with_least_rights },
	{ "3.2", "it works after a detach", STATUS_SUCCESS, attach_after_detach },
	{ "3.3", "no port", STATUS_PORT_NOT_SET, detach_no_port },
	{ "3.3", "another object's process", STATUS_PORT_NOT_SET, detach_from_another },
	{ "3.3", "the caller itself", STATUS_PORT_NOT_SET, detach_self },
	{ "3.3", "it works, the process runs on", STATUS_SUCCESS, detach_works },
	{ "3.3", "a second time", STATUS_PORT_NOT_SET, detach_twice },
	{ "3.3", "exiting process", STATUS_SUCCESS, detach_exiting },
	{ "3.8", "at LOAD_DLL, the process runs on", STATUS_SUCCESS, detach_at_load },
	{ "2.10", "at a breakpoint: not handled", STATUS_SUCCESS, detach_at_breakpoint },
	{ "2.10", "its events are dropped", STATUS_TIMEOUT, detach_drops_events },
};

int main(void)
{
	return run_rows(rows, ARRAY_SIZE(rows), sizeof(rows[0]), handles, ARRAY_SIZE(handles));
}
