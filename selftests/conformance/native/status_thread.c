// SPDX-License-Identifier: GPL-2.0
/*
 * The statuses of suspending, of contexts, of ending and of raising, and of
 * opening by id: section 3.8, and what section 3.5 says of ids.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <ntdbg/ntdbg.h>
#include "nt.h"

#define MAXIMUM_SUSPEND_COUNT 127

/* ---- NtOpenProcess, NtOpenThread ---------- */

static OBJECT_ATTRIBUTES no_attributes = { .Length = sizeof(no_attributes) };

/* A number that is no process: of a child that is gone and reaped. */
static pid_t no_pid(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	expect(waitpid(child, NULL, 0) == child);
	return child;
}

static NTSTATUS open_no_process(void)
{
	CLIENT_ID id = { .UniqueProcess = (HANDLE)(ULONG_PTR)no_pid() };
	HANDLE handle;

	return NtOpenProcess(&handle, PROCESS_ALL_ACCESS, &no_attributes, &id);
}

static NTSTATUS open_no_thread(void)
{
	CLIENT_ID id = { .UniqueThread = (HANDLE)(ULONG_PTR)no_pid() };
	HANDLE handle;

	return NtOpenThread(&handle, THREAD_ALL_ACCESS, &no_attributes, &id);
}

static NTSTATUS open_bad_out(void)
{
	CLIENT_ID id = { .UniqueProcess = (HANDLE)(ULONG_PTR)getpid() };

	return NtOpenProcess(BAD_POINTER, PROCESS_ALL_ACCESS, &no_attributes, &id);
}

static NTSTATUS open_bad_id(void)
{
	HANDLE handle;

	return NtOpenProcess(&handle, PROCESS_ALL_ACCESS, &no_attributes, BAD_POINTER);
}

static NTSTATUS open_without_attributes(void)
{
	CLIENT_ID id = { .UniqueProcess = (HANDLE)(ULONG_PTR)getpid() };
	HANDLE handle;

	return NtOpenProcess(&handle, PROCESS_ALL_ACCESS, NULL, &id);
}

/* ---- suspend and resume ---------- */

static NTSTATUS suspend_handle(HANDLE handle)
{
	return NtSuspendThread(handle, NULL);
}

static NTSTATUS resume_handle(HANDLE handle)
{
	return NtResumeThread(handle, NULL);
}

static NTSTATUS suspend_process_handle(HANDLE handle)
{
	return NtSuspendProcess(handle);
}

static NTSTATUS resume_process_handle(HANDLE handle)
{
	return NtResumeProcess(handle);
}

static NTSTATUS suspend_bad_out(void)
{
	start(1, "park", "1");
	return NtSuspendThread(thread, BAD_POINTER);
}

static NTSTATUS resume_bad_out(void)
{
	start(1, "park", "1");
	return NtResumeThread(thread, BAD_POINTER);
}

static NTSTATUS suspend_counts(void)
{
	ULONG previous = 99;
	NTSTATUS status;

	start(1, "park", "1");
	for (ULONG i = 0; i < MAXIMUM_SUSPEND_COUNT; i++) {
		needs(NtSuspendThread(thread, &previous));
		expect(previous == i);
	}
	status = NtSuspendThread(thread, &previous);
	for (ULONG i = MAXIMUM_SUSPEND_COUNT; i > 0; i--) {
		needs(NtResumeThread(thread, &previous));
		expect(previous == i);
	}
	return status;
}

static NTSTATUS resume_at_0(void)
{
	ULONG previous = 99;
	NTSTATUS status;

	start(1, "park", "1");
	status = NtResumeThread(thread, &previous);
	expect(previous == 0);
	return status;
}

static NTSTATUS suspend_exiting(void)
{
	start(1, "park", "1");
	kill_subject();
	return NtSuspendThread(thread, NULL);
}

static NTSTATUS resume_exiting(void)
{
	start(1, "park", "1");
	kill_subject();
	return NtResumeThread(thread, NULL);
}

static NTSTATUS suspend_process_exiting(void)
{
	start(1, "park", "1");
	kill_subject();
	return NtSuspendProcess(process);
}

static NTSTATUS resume_process_exiting(void)
{
	start(1, "park", "1");
	kill_subject();
	return NtResumeProcess(process);
}

static ULONG count_of(HANDLE of)
{
	ULONG previous = 99;

	needs(NtSuspendThread(of, &previous));
	needs(NtResumeThread(of, NULL));
	return previous;
}

static NTSTATUS suspend_process_counts(void)
{
	NTSTATUS status;
	HANDLE second;

	start(2, "park", "1");
	second = open_thread(board_get(board->tid[1]), THREAD_ALL_ACCESS);
	needs(NtSuspendThread(second, NULL));
	status = NtSuspendProcess(process);
	expect(count_of(thread) == 1 && count_of(second) == 2);
	needs(NtResumeProcess(process));
	expect(count_of(thread) == 0 && count_of(second) == 1);
	needs(NtResumeThread(second, NULL));
	return status;
}

/* Of attach: one more for each thread, until its own creation is continued. */
static NTSTATUS attach_counts(void)
{
	HANDLE second;

	start(2, "park", "1");
	second = open_thread(board_get(board->tid[1]), THREAD_ALL_ACCESS);
	needs(NtSuspendThread(second, NULL));
	needs(NtDebugActiveProcess(process, object));
	expect(count_of(thread) == 1 && count_of(second) == 2);
	take_state(DbgCreateProcessStateChange);
	expect(event_tid() == pid);
	answer(DBG_CONTINUE);
	expect(count_of(thread) == 0 && count_of(second) == 2);
	run_to(DbgCreateThreadStateChange);
	expect(event_tid() == (pid_t)board_get(board->tid[1]));
	expect(count_of(second) == 2);
	answer(DBG_CONTINUE);
	expect(count_of(second) == 1);
	needs(NtResumeThread(second, NULL));
	return STATUS_SUCCESS;
}

/* The freeze of an event is not to be seen in the counts of its siblings. */
static NTSTATUS freeze_does_not_count(void)
{
	HANDLE first;

	launch(0, "threads", "1", "0");
	run_to(DbgCreateThreadStateChange);
	first = open_thread(pid, THREAD_ALL_ACCESS);
	expect(count_of(first) == 0);
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return STATUS_SUCCESS;
}

/* ---- contexts ---------- */

static CONTEXT context;

static NTSTATUS get_parts(HANDLE of, ULONG flags)
{
	memset(&context, POISON, sizeof(context));
	context.ContextFlags = flags;
	return NtGetContextThread(of, &context);
}

static NTSTATUS get_handle(HANDLE handle)
{
	return get_parts(handle, CONTEXT_ALL);
}

static NTSTATUS set_handle(HANDLE handle)
{
	memset(&context, 0, sizeof(context));
	/* No part: nothing of the thread would be changed. */
	context.ContextFlags = CONTEXT_AMD64;
	return NtSetContextThread(handle, &context);
}

static NTSTATUS get_bad_pointer(void)
{
	start(1, "park", "1");
	return NtGetContextThread(thread, BAD_POINTER);
}

static NTSTATUS set_bad_pointer(void)
{
	start(1, "park", "1");
	return NtSetContextThread(thread, BAD_POINTER);
}

static NTSTATUS get_suspended(void)
{
	NTSTATUS status;

	start(2, "park", "1");
	needs(NtSuspendThread(thread, NULL));
	status = get_parts(thread, CONTEXT_CONTROL);
	expect(context.SegCs == 0x33 && context.Rip && context.Rsp);
	return status;
}

static NTSTATUS get_running(void)
{
	NTSTATUS status;

	start(3, "spin", "2");
	status = get_parts(open_thread(board_get(board->tid[1]), THREAD_ALL_ACCESS),
			   CONTEXT_CONTROL);
	expect(context.SegCs == 0x33 && context.Rip && context.Rsp);
	return status;
}

static NTSTATUS get_at_event(void)
{
	NTSTATUS status;

	launch(0, "fault", "int3", "none");
	run_to(DbgBreakpointStateChange);
	status = get_parts(thread, CONTEXT_CONTROL);
	expect(context.Rip ==
	       event.StateInfo.Exception.ExceptionRecord.ExceptionAddress + 1);
	return status;
}

static NTSTATUS get_exiting(void)
{
	start(1, "park", "1");
	kill_subject();
	return get_parts(thread, CONTEXT_ALL);
}

static NTSTATUS set_exiting(void)
{
	start(1, "park", "1");
	kill_subject();
	memset(&context, 0, sizeof(context));
	context.ContextFlags = CONTEXT_DEBUG_REGISTERS;
	return NtSetContextThread(thread, &context);
}

static NTSTATUS system_thread(void)
{
	CLIENT_ID id = { .UniqueThread = (HANDLE)(ULONG_PTR)2 };
	HANDLE handle;

	return NtOpenThread(&handle, THREAD_GET_CONTEXT, &no_attributes, &id);
}

/* Only the parts that are asked for are written. */
static NTSTATUS get_one_part(ULONG part)
{
	const uint64_t poison = 0x0101010101010101ull * POISON;
	NTSTATUS status;

	launch(0, "fault", "int3", "none");
	run_to(DbgBreakpointStateChange);
	status = get_parts(thread, part);
	expect((context.Rip != poison) == (part == CONTEXT_CONTROL));
	expect((context.SegSs != (WORD)poison) == (part == CONTEXT_CONTROL));
	expect((context.Rbp != poison) == (part == CONTEXT_INTEGER));
	expect((context.R12 != poison) == (part == CONTEXT_INTEGER));
	expect((context.SegDs != (WORD)poison) == (part == CONTEXT_SEGMENTS));
	expect((context.FltSave.MxCsr != (DWORD)poison) == (part == CONTEXT_FLOATING_POINT));
	expect((context.Dr7 != poison) == (part == CONTEXT_DEBUG_REGISTERS));
	expect(context.P1Home == poison && context.LastBranchToRip == poison);
	return status;
}

static NTSTATUS get_control(void)
{
	return get_one_part(CONTEXT_CONTROL);
}

static NTSTATUS get_integer(void)
{
	return get_one_part(CONTEXT_INTEGER);
}

static NTSTATUS get_segments(void)
{
	return get_one_part(CONTEXT_SEGMENTS);
}

static NTSTATUS get_floating_point(void)
{
	return get_one_part(CONTEXT_FLOATING_POINT);
}

static NTSTATUS get_debug_registers(void)
{
	return get_one_part(CONTEXT_DEBUG_REGISTERS);
}

/* What user mode may not have is taken out: IOPL, no IF, the kernel's segments, Dr7's high bits. */
static NTSTATUS set_sanitizes(void)
{
	NTSTATUS status;

	launch(0, "fault", "int3", "none");
	run_to(DbgBreakpointStateChange);
	expect(!get_parts(thread, CONTEXT_CONTROL));
	context.EFlags = 0x3000 | 0x40;
	context.SegCs = 0x10;
	context.SegSs = 0x18;
	status = NtSetContextThread(thread, &context);
	expect(!get_parts(thread, CONTEXT_CONTROL));
	expect((context.EFlags & 0x3240) == 0x240);
	expect(context.SegCs == 0x33 && context.SegSs == 0x2b);
	expect(!get_parts(thread, CONTEXT_DEBUG_REGISTERS));
	context.Dr0 = 0xffffffff81000000;
	context.Dr7 = 0x2003;
	needs(NtSetContextThread(thread, &context));
	expect(!get_parts(thread, CONTEXT_DEBUG_REGISTERS));
	expect(!(context.Dr7 & 0x2000) && !(context.Dr7 & 0x3));
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return status;
}

static NTSTATUS set_rip(void)
{
	NTSTATUS status;

	launch(0, "fault", "ud2", "none");
	run_to(DbgExceptionStateChange);
	expect(!get_parts(thread, CONTEXT_CONTROL));
	context.Rip += 2;
	status = NtSetContextThread(thread, &context);
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return status;
}

/* ---- ends ---------- */

static NTSTATUS terminate_handle(HANDLE handle)
{
	return NtTerminateProcess(handle, 1);
}

static NTSTATUS terminate_and_detach(void)
{
	launch(0, "exit", "0");
	run_to(DbgLoadDllStateChange);
	needs(NtTerminateProcess(process, DBG_TERMINATE_PROCESS));
	wait_gone();
	/* Nobody reports it, because it was taken away first. */
	return take(WAIT_MS);
}

static NTSTATUS terminate_reported(void)
{
	NTSTATUS status;

	attach(2, "park", "1");
	drain_attach();
	status = NtTerminateProcess(process, (NTSTATUS)0xc0001234);
	run_to(DbgExitProcessStateChange);
	expect(event.StateInfo.ExitProcess.ExitStatus == (NTSTATUS)0xc0001234);
	answer(DBG_CONTINUE);
	return status;
}

static void *sleeps(void *unused)
{
	pause();
	return unused;
}

static int nr_threads(void)
{
	char line[256], *at;

	expect(read_line("/proc/self/stat", line, sizeof(line)));
	at = strrchr(line, ')');
	/* num_threads is the 20th field, and the second one ends here. */
	for (int i = 2; i < 20; i++)
		at = strchr(at + 1, ' ');
	return atoi(at + 1);
}

static NTSTATUS terminate_others(void)
{
	pthread_t other;
	NTSTATUS status;

	expect(!pthread_create(&other, NULL, sleeps, NULL));
	expect(nr_threads() == 2);
	status = NtTerminateProcess(NULL, 1);
	expect(UNTIL(WAIT_MS, nr_threads() == 1));
	return status;
}

/* ---- raising ---------- */

static EXCEPTION_RECORD record;
static BOOLEAN first_chance;

/* In the subject: what the call returned is its exit code. */
static int raises(void)
{
	NTSTATUS status;

	await_debugger();
	status = NtRaiseException(&record, &context, first_chance);
	return status == STATUS_SUCCESS ? 0 : status == DBG_EXCEPTION_NOT_HANDLED ? 1 : 2;
}

static void raise_in_subject(BOOLEAN first)
{
	record.ExceptionCode = 0xe0421234;
	record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
	record.ExceptionAddress = (void *)0x1234;
	record.NumberParameters = 2;
	record.ExceptionInformation[0] = 11;
	record.ExceptionInformation[1] = 12;
	first_chance = first;
	start_function(raises);
	needs(NtDebugActiveProcess(process, object));
	run_to(DbgExceptionStateChange);
}

static NTSTATUS raise_first(void)
{
	EXCEPTION_RECORD64 got;

	raise_in_subject(TRUE);
	got = event.StateInfo.Exception.ExceptionRecord;
	expect(event.StateInfo.Exception.FirstChance);
	expect(got.ExceptionCode == (NTSTATUS)0xe0421234);
	expect(got.ExceptionFlags == EXCEPTION_NONCONTINUABLE && got.ExceptionAddress == 0x1234);
	expect(got.NumberParameters == 2 && got.ExceptionInformation[0] == 11 &&
	       got.ExceptionInformation[1] == 12);
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return STATUS_SUCCESS;
}

static NTSTATUS raise_second(void)
{
	raise_in_subject(FALSE);
	expect(!event.StateInfo.Exception.FirstChance);
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return STATUS_SUCCESS;
}

static int raises_internal(void)
{
	record.ExceptionCode |= 0x10000000;
	return raises();
}

static NTSTATUS raise_internal_bit(void)
{
	record.ExceptionCode = 0xe0421234;
	first_chance = TRUE;
	start_function(raises_internal);
	needs(NtDebugActiveProcess(process, object));
	run_to(DbgExceptionStateChange);
	expect(event.StateInfo.Exception.ExceptionRecord.ExceptionCode == (NTSTATUS)0xe0421234);
	answer(DBG_CONTINUE);
	run_to_end(STATUS_SUCCESS);
	return STATUS_SUCCESS;
}

/* What is a software convention arrives as it is. */
static NTSTATUS raise_code(void)
{
	EXCEPTION_RECORD64 got;

	record.ExceptionCode = current_row->status;
	first_chance = TRUE;
	start_function(raises);
	needs(NtDebugActiveProcess(process, object));
	do {
		take_one();
		answer(event.NewState == DbgExceptionStateChange ? DBG_EXCEPTION_NOT_HANDLED :
		       DBG_CONTINUE);
	} while (event.NewState != DbgExceptionStateChange);
	got = event.StateInfo.Exception.ExceptionRecord;
	/* The call came back with that answer. */
	run_to_end(1);
	return got.ExceptionCode;
}

static NTSTATUS raise_too_many(void)
{
	record.NumberParameters = EXCEPTION_MAXIMUM_PARAMETERS + 1;
	return NtRaiseException(&record, &context, TRUE);
}

static NTSTATUS raise_bad_record(void)
{
	return NtRaiseException(BAD_POINTER, &context, TRUE);
}

static const struct handle_row handles[] = {
	{ "3.8", "NtSuspendThread", suspend_handle, THREAD, THREAD_SUSPEND_RESUME },
	{ "3.8", "NtResumeThread", resume_handle, THREAD, THREAD_SUSPEND_RESUME },
	{ "3.8", "NtSuspendProcess", suspend_process_handle, PROCESS, PROCESS_SUSPEND_RESUME },
	{ "3.8", "NtResumeProcess", resume_process_handle, PROCESS, PROCESS_SUSPEND_RESUME },
	{ "3.8", "NtGetContextThread", get_handle, THREAD, THREAD_GET_CONTEXT },
	{ "3.8", "NtSetContextThread", set_handle, THREAD, THREAD_SET_CONTEXT },
	{ "3.8", "NtTerminateProcess", terminate_handle, PROCESS, PROCESS_TERMINATE,
	  .null_has_a_meaning = true },
};

static const struct row rows[] = {
	{ "3.5", "NtOpenProcess, no such process", STATUS_INVALID_CID, open_no_process },
	{ "3.5", "NtOpenThread, no such thread", STATUS_INVALID_CID, open_no_thread },
	{ "3", "NtOpenProcess, bad out pointer", STATUS_ACCESS_VIOLATION, open_bad_out },
	{ "3", "NtOpenProcess, bad pointer to the ids", STATUS_ACCESS_VIOLATION, open_bad_id },
	{ "3", "NtOpenProcess, no attributes", STATUS_ACCESS_VIOLATION, open_without_attributes },
	{ "3.8", "NtSuspendThread, bad pointer", STATUS_ACCESS_VIOLATION, suspend_bad_out },
	{ "3.8", "NtResumeThread, bad pointer", STATUS_ACCESS_VIOLATION, resume_bad_out },
	{ "3.8", "NtSuspendThread, the 128th time", STATUS_SUSPEND_COUNT_EXCEEDED, suspend_counts },
	{ "3.8", "NtResumeThread at 0", STATUS_SUCCESS, resume_at_0 },
	{ "3.8", "NtSuspendThread, exiting", STATUS_THREAD_IS_TERMINATING, suspend_exiting },
	{ "3.8", "NtResumeThread, exiting", STATUS_THREAD_IS_TERMINATING, resume_exiting },
	{ "3.8", "NtSuspendProcess: one more for each thread", STATUS_SUCCESS,
	  suspend_process_counts },
	{ "3.8", "NtSuspendProcess, exiting", STATUS_PROCESS_IS_TERMINATING,
	  suspend_process_exiting },
	{ "3.8", "NtResumeProcess, exiting", STATUS_PROCESS_IS_TERMINATING,
	  resume_process_exiting },
	{ "3.8", "attach: one more until the creation is continued", STATUS_SUCCESS,
	  attach_counts },
	{ "3.8", "a freeze does not count", STATUS_SUCCESS, freeze_does_not_count },
	{ "3.8", "NtGetContextThread, bad pointer", STATUS_ACCESS_VIOLATION, get_bad_pointer },
	{ "3.8", "NtSetContextThread, bad pointer", STATUS_ACCESS_VIOLATION, set_bad_pointer },
	{ "3.8", "NtGetContextThread, suspended", STATUS_SUCCESS, get_suspended },
	{ "3.8", "NtGetContextThread, running", STATUS_SUCCESS, get_running },
	{ "3.8", "NtGetContextThread, stopped at an event", STATUS_SUCCESS, get_at_event },
	{ "3.8", "NtGetContextThread, a thread of the system", STATUS_INVALID_HANDLE,
	  system_thread, DIFFERS, STATUS_ACCESS_DENIED, "nobody has a handle of one" },
	{ "3.8", "NtGetContextThread, exiting", STATUS_UNSUCCESSFUL, get_exiting },
	{ "3.8", "NtSetContextThread, exiting", STATUS_UNSUCCESSFUL, set_exiting },
	{ "3.8", "NtGetContextThread, CONTEXT_CONTROL alone", STATUS_SUCCESS, get_control },
	{ "3.8", "NtGetContextThread, CONTEXT_INTEGER alone", STATUS_SUCCESS, get_integer },
	{ "3.8", "NtGetContextThread, CONTEXT_SEGMENTS alone", STATUS_SUCCESS, get_segments },
	{ "3.8", "NtGetContextThread, CONTEXT_FLOATING_POINT alone", STATUS_SUCCESS,
	  get_floating_point },
	{ "3.8", "NtGetContextThread, CONTEXT_DEBUG_REGISTERS alone", STATUS_SUCCESS,
	  get_debug_registers },
	{ "3.8", "NtSetContextThread sanitizes", STATUS_SUCCESS, set_sanitizes },
	{ "3.8", "NtSetContextThread, then handled: it goes on there", STATUS_SUCCESS, set_rip },
	{ "3.8", "NtContinue, bad pointer", STATUS_ACCESS_VIOLATION, .kind = NOT_HERE,
	  .why = "programs of Linux have sigreturn for it; the call is not offered" },
	{ "3.8", "NtTerminateProcess(DBG_TERMINATE_PROCESS): no exit event", DBG_NO_STATE_CHANGE,
	  terminate_and_detach },
	{ "3.8", "NtTerminateProcess with another status is reported", STATUS_SUCCESS,
	  terminate_reported },
	{ "3.8", "NtTerminateProcess(NULL): all other threads", STATUS_SUCCESS, terminate_others },
	{ "3.8", "NtRaiseException, first chance", STATUS_SUCCESS, raise_first },
	{ "3.8", "NtRaiseException, second chance at once", STATUS_SUCCESS, raise_second },
	{ "3.8", "NtRaiseException clears bit 28 of the code", STATUS_SUCCESS,
	  raise_internal_bit },
	{ "4.2", "raised: noncontinuable exception", STATUS_NONCONTINUABLE_EXCEPTION, raise_code },
	{ "4.2", "raised: invalid disposition", STATUS_INVALID_DISPOSITION, raise_code },
	{ "4.2", "raised: heap corruption", STATUS_HEAP_CORRUPTION, raise_code },
	{ "4.2", "raised: control-C", DBG_CONTROL_C, raise_code },
	{ "4.2", "raised: control-break", DBG_CONTROL_BREAK, raise_code },
	{ "4.2", "raised: debug print", DBG_PRINTEXCEPTION_C, raise_code },
	{ "4.2", "raised: debug print, wide", DBG_PRINTEXCEPTION_WIDE_C, raise_code },
	{ "4.2", "raised: RIP", DBG_RIPEXCEPTION, raise_code },
	{ "4.2", "raised: name of a thread", 0x406d1388, raise_code },
	{ "4.2", "raised: throw of C++", (NTSTATUS)0xe06d7363, raise_code },
	{ "3.8", "NtRaiseException, 16 parameters", STATUS_INVALID_PARAMETER, raise_too_many },
	{ "3.8", "NtRaiseException, bad record", STATUS_ACCESS_VIOLATION, raise_bad_record },
};

int main(void)
{
	return run_rows(rows, ARRAY_SIZE(rows), sizeof(rows[0]), handles, ARRAY_SIZE(handles));
}
