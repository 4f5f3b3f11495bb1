// SPDX-License-Identifier: GPL-2.0
/* The user-mode side of debugging, section 3.9: DbgUi*, and what becomes of a state change. */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <ntdbg/ntdbg.h>
#include "nt.h"

/* ---- DbgUiConvertStateChangeStructure ------------------------------------------------- */

static DEBUG_EVENT converted;

static NTSTATUS convert(DBG_STATE state, bool extended)
{
	event.NewState = state;
	event.AppClientId.UniqueProcess = (HANDLE)0x123;
	event.AppClientId.UniqueThread = (HANDLE)0x456;
	memset(&converted, POISON, sizeof(converted));
	return extended ? DbgUiConvertStateChangeStructureEx(&event, &converted) :
	       DbgUiConvertStateChangeStructure(&event, &converted);
}

/* The ids are written whatever the state is. */
static NTSTATUS code_of(DBG_STATE state, DWORD code)
{
	NTSTATUS status = convert(state, false);

	expect(converted.dwProcessId == 0x123 && converted.dwThreadId == 0x456);
	if (!status)
		expect(converted.dwDebugEventCode == code);
	return status;
}

static NTSTATUS of_idle(void)
{
	return code_of(DbgIdle, 0);
}

static NTSTATUS of_reply_pending(void)
{
	return code_of(DbgReplyPending, 0);
}

static NTSTATUS of_11(void)
{
	return code_of(11, 0);
}

static NTSTATUS of_garbage(void)
{
	return code_of(0xdeadbeef, 0);
}

static NTSTATUS of_exit_thread(void)
{
	NTSTATUS status;

	event.StateInfo.ExitThread.ExitStatus = 0x11223344;
	status = code_of(DbgExitThreadStateChange, EXIT_THREAD_DEBUG_EVENT);
	expect(converted.u.ExitThread.dwExitCode == 0x11223344);
	return status;
}

static NTSTATUS of_exit_process(void)
{
	NTSTATUS status;

	event.StateInfo.ExitProcess.ExitStatus = 0x55667788;
	status = code_of(DbgExitProcessStateChange, EXIT_PROCESS_DEBUG_EVENT);
	expect(converted.u.ExitProcess.dwExitCode == 0x55667788);
	return status;
}

static NTSTATUS of_unload(void)
{
	NTSTATUS status;

	event.StateInfo.UnloadDll.BaseAddress = (void *)0x10000;
	status = code_of(DbgUnloadDllStateChange, UNLOAD_DLL_DEBUG_EVENT);
	expect(converted.u.UnloadDll.lpBaseOfDll == (void *)0x10000);
	return status;
}

static NTSTATUS of_load(void)
{
	const DBGKM_LOAD_DLL load = {
		.FileHandle = (HANDLE)0x44, .BaseOfDll = (void *)0x20000,
		.DebugInfoFileOffset = 1, .DebugInfoSize = 2, .NamePointer = (void *)0x30000,
	};
	NTSTATUS status;

	event.StateInfo.LoadDll = load;
	status = code_of(DbgLoadDllStateChange, LOAD_DLL_DEBUG_EVENT);
	expect(converted.u.LoadDll.hFile == (HANDLE)0x44);
	expect(converted.u.LoadDll.lpBaseOfDll == (void *)0x20000);
	expect(converted.u.LoadDll.dwDebugInfoFileOffset == 1);
	expect(converted.u.LoadDll.nDebugInfoSize == 2);
	expect(converted.u.LoadDll.lpImageName == (void *)0x30000);
	expect(converted.u.LoadDll.fUnicode == 1);
	return status;
}

/* Of the thread's own handle, so that its local base can be asked for. */
static NTSTATUS of_create_thread(void)
{
	DEBUG_EVENT got;

	launch(0, "threads", "1", "0");
	run_to(DbgCreateThreadStateChange);
	needs(DbgUiConvertStateChangeStructure(&event, &got));
	expect(got.dwDebugEventCode == CREATE_THREAD_DEBUG_EVENT);
	expect(got.dwProcessId == (DWORD)pid && got.dwThreadId == (DWORD)event_tid());
	expect(got.u.CreateThread.hThread == event.StateInfo.CreateThread.HandleToThread);
	expect(got.u.CreateThread.lpThreadLocalBase);
	expect((void *)got.u.CreateThread.lpStartAddress ==
	       event.StateInfo.CreateThread.NewThread.StartAddress);
	return STATUS_SUCCESS;
}

static NTSTATUS of_create_process(void)
{
	DEBUG_EVENT got;

	launch(0, "exit", "0");
	take_state(DbgCreateProcessStateChange);
	needs(DbgUiConvertStateChangeStructure(&event, &got));
	expect(got.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT);
	expect(got.u.CreateProcessInfo.hProcess &&
	       got.u.CreateProcessInfo.hProcess ==
	       event.StateInfo.CreateProcessInfo.HandleToProcess);
	expect(got.u.CreateProcessInfo.hThread &&
	       got.u.CreateProcessInfo.hThread ==
	       event.StateInfo.CreateProcessInfo.HandleToThread);
	expect(got.u.CreateProcessInfo.hFile ==
	       event.StateInfo.CreateProcessInfo.NewProcess.FileHandle);
	expect(got.u.CreateProcessInfo.lpBaseOfImage ==
	       event.StateInfo.CreateProcessInfo.NewProcess.BaseOfImage);
	expect(!got.u.CreateProcessInfo.lpImageName);
	expect(got.u.CreateProcessInfo.fUnicode == 1);
	return STATUS_SUCCESS;
}

static NTSTATUS raised(DBG_STATE state, NTSTATUS code, ULONG nr, bool extended, DWORD expected)
{
	EXCEPTION_RECORD64 *record = &event.StateInfo.Exception.ExceptionRecord;
	NTSTATUS status;

	memset(record, 0, sizeof(*record));
	record->ExceptionCode = code;
	record->NumberParameters = nr;
	for (unsigned int i = 0; i < nr; i++)
		record->ExceptionInformation[i] = 21 + i;
	event.StateInfo.Exception.FirstChance = 1;
	status = convert(state, extended);
	expect(converted.dwDebugEventCode == expected);
	return status;
}

static NTSTATUS of_exception(void)
{
	NTSTATUS status = raised(DbgExceptionStateChange, STATUS_ACCESS_VIOLATION, 2, false,
				 EXCEPTION_DEBUG_EVENT);

	expect(converted.u.Exception.ExceptionRecord.ExceptionCode ==
	       (DWORD)STATUS_ACCESS_VIOLATION);
	expect(converted.u.Exception.ExceptionRecord.ExceptionInformation[1] == 22);
	expect(converted.u.Exception.dwFirstChance == 1);
	return status;
}

static NTSTATUS of_breakpoint(void)
{
	return raised(DbgBreakpointStateChange, STATUS_BREAKPOINT, 1, false,
		      EXCEPTION_DEBUG_EVENT);
}

static NTSTATUS of_single_step(void)
{
	return raised(DbgSingleStepStateChange, STATUS_SINGLE_STEP, 0, false,
		      EXCEPTION_DEBUG_EVENT);
}

static NTSTATUS of_print(void)
{
	NTSTATUS status = raised(DbgExceptionStateChange, DBG_PRINTEXCEPTION_C, 2, false,
				 OUTPUT_DEBUG_STRING_EVENT);

	expect(converted.u.DebugString.nDebugStringLength == 21);
	expect(converted.u.DebugString.lpDebugStringData == (void *)22);
	expect(!converted.u.DebugString.fUnicode);
	return status;
}

static NTSTATUS of_print_with_1(void)
{
	return raised(DbgExceptionStateChange, DBG_PRINTEXCEPTION_C, 1, false,
		      EXCEPTION_DEBUG_EVENT);
}

static NTSTATUS of_rip(void)
{
	NTSTATUS status = raised(DbgExceptionStateChange, DBG_RIPEXCEPTION, 2, false, RIP_EVENT);

	expect(converted.u.RipInfo.dwError == 21 && converted.u.RipInfo.dwType == 22);
	return status;
}

static NTSTATUS of_rip_with_1(void)
{
	return raised(DbgExceptionStateChange, DBG_RIPEXCEPTION, 1, false, EXCEPTION_DEBUG_EVENT);
}

static NTSTATUS of_wide_print(void)
{
	return raised(DbgExceptionStateChange, DBG_PRINTEXCEPTION_WIDE_C, 4, false,
		      EXCEPTION_DEBUG_EVENT);
}

static NTSTATUS of_wide_print_ex(void)
{
	NTSTATUS status = raised(DbgExceptionStateChange, DBG_PRINTEXCEPTION_WIDE_C, 4, true,
				 OUTPUT_DEBUG_STRING_EVENT);

	expect(converted.u.DebugString.nDebugStringLength == 21);
	expect(converted.u.DebugString.lpDebugStringData == (void *)22);
	expect(converted.u.DebugString.fUnicode == 1);
	return status;
}

/* ---- the thread's debug object ----------------------------------------------------------- */

static NTSTATUS wait_unconnected(void)
{
	LARGE_INTEGER timeout = in_ms(0);

	expect(!DbgUiGetThreadDebugObject());
	return DbgUiWaitStateChange(&event, &timeout);
}

static NTSTATUS continue_unconnected(void)
{
	CLIENT_ID id = {};

	return DbgUiContinue(&id, DBG_CONTINUE);
}

static NTSTATUS stop_unconnected(void)
{
	start(1, "park", "1");
	return DbgUiStopDebugging(process);
}

static NTSTATUS attach_unconnected(void)
{
	start(1, "park", "1");
	return DbgUiDebugActiveProcess(process);
}

static NTSTATUS connect_once(void)
{
	OBJECT_BASIC_INFORMATION info = {};
	HANDLE first;

	needs(DbgUiConnectToDbg());
	first = DbgUiGetThreadDebugObject();
	expect(first);
	needs(DbgUiConnectToDbg());
	expect(DbgUiGetThreadDebugObject() == first);
	needs(NtQueryObject(first, ObjectBasicInformation, &info, sizeof(info), NULL));
	expect(info.GrantedAccess == DEBUG_ALL_ACCESS);
	return STATUS_SUCCESS;
}

static NTSTATUS wait_connected(void)
{
	LARGE_INTEGER timeout = in_ms(0);

	needs(DbgUiConnectToDbg());
	return DbgUiWaitStateChange(&event, &timeout);
}

/* The thread's end closes its object, which kills what it debugs. */
static void *connect_and_attach(void *status)
{
	*(NTSTATUS *)status = DbgUiConnectToDbg();
	if (!*(NTSTATUS *)status)
		*(NTSTATUS *)status = NtDebugActiveProcess(process, DbgUiGetThreadDebugObject());
	return NULL;
}

static NTSTATUS thread_end_kills(void)
{
	NTSTATUS status = STATUS_UNSUCCESSFUL;
	pthread_t debugger;
	int wait_status = 0;

	start(2, "park", "1");
	expect(!pthread_create(&debugger, NULL, connect_and_attach, &status));
	pthread_join(debugger, NULL);
	expect(wait_exit(pid, WAIT_MS, &wait_status));
	expect(WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL);
	return status;
}

static NTSTATUS break_in_without_port(void)
{
	start(1, "park", "1");
	return DbgUiIssueRemoteBreakin(process);
}

static NTSTATUS break_in(void)
{
	NTSTATUS status;

	attach(2, "park", "1");
	drain_attach();
	expect(take(0) == STATUS_TIMEOUT);
	status = DbgUiIssueRemoteBreakin(process);
	take_state(DbgBreakpointStateChange);
	expect(event.StateInfo.Exception.FirstChance);
	answer(DBG_EXCEPTION_NOT_HANDLED);
	/* Whatever the answer, it goes on. */
	board_go(board);
	run_to_end(STATUS_SUCCESS);
	return status;
}

static NTSTATUS stop_debugging(void)
{
	NTSTATUS status;
	int wait_status = 0;

	start(2, "park", "1", "4");
	DbgUiSetThreadDebugObject(object);
	needs(DbgUiDebugActiveProcess(process));
	status = DbgUiStopDebugging(process);
	board_go(board);
	expect(wait_exit(pid, WAIT_MS, &wait_status));
	expect(WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 4);
	return status;
}

static NTSTATUS attach_self(void)
{
	needs(DbgUiConnectToDbg());
	return DbgUiDebugActiveProcess(NtCurrentProcess());
}

static const struct row rows[] = {
	{ "3.9", "convert Idle, ids are written", STATUS_UNSUCCESSFUL, of_idle },
	{ "3.9", "convert ReplyPending, ids are written", STATUS_UNSUCCESSFUL, of_reply_pending },
	{ "3.9", "convert state 11, ids are written", STATUS_UNSUCCESSFUL, of_11 },
	{ "3.9", "convert state deadbeef, ids are written", STATUS_UNSUCCESSFUL, of_garbage },
	{ "3.9", "convert CREATE_THREAD", STATUS_SUCCESS, of_create_thread },
	{ "3.9", "convert CREATE_PROCESS: no name, Unicode", STATUS_SUCCESS, of_create_process },
	{ "3.9", "convert EXIT_THREAD", STATUS_SUCCESS, of_exit_thread },
	{ "3.9", "convert EXIT_PROCESS", STATUS_SUCCESS, of_exit_process },
	{ "3.9", "convert EXCEPTION", STATUS_SUCCESS, of_exception },
	{ "3.9", "convert a breakpoint: EXCEPTION", STATUS_SUCCESS, of_breakpoint },
	{ "3.9", "convert a single step: EXCEPTION", STATUS_SUCCESS, of_single_step },
	{ "3.9", "convert LOAD_DLL: the name pointer, Unicode", STATUS_SUCCESS, of_load },
	{ "3.9", "convert UNLOAD_DLL", STATUS_SUCCESS, of_unload },
	{ "3.9", "convert DBG_PRINTEXCEPTION_C: OUTPUT_DEBUG_STRING", STATUS_SUCCESS, of_print },
	{ "3.9", "convert it with one parameter: EXCEPTION", STATUS_SUCCESS, of_print_with_1 },
	{ "3.9", "convert DBG_RIPEXCEPTION: RIP", STATUS_SUCCESS, of_rip },
	{ "3.9", "convert it with one parameter: EXCEPTION", STATUS_SUCCESS, of_rip_with_1 },
	{ "3.9", "convert the wide print: EXCEPTION", STATUS_SUCCESS, of_wide_print },
	{ "3.9", "convert the wide print, Ex: OUTPUT_DEBUG_STRING", STATUS_SUCCESS,
	  of_wide_print_ex },
	{ "3.4", "wait without a debug object of the thread", STATUS_INVALID_HANDLE,
	  wait_unconnected },
	{ "3.9", "continue without one", STATUS_INVALID_HANDLE, continue_unconnected },
	{ "3.9", "stop debugging without one", STATUS_INVALID_HANDLE, stop_unconnected },
	{ "3.9", "attach without one", STATUS_INVALID_HANDLE, attach_unconnected },
	{ "3.9", "DbgUiConnectToDbg makes one, with all rights", STATUS_SUCCESS, connect_once },
	{ "3.4", "wait with one: nothing", STATUS_TIMEOUT, wait_connected },
	{ "2.10", "the thread's end closes it, which kills", STATUS_SUCCESS, thread_end_kills },
	{ "3.9", "break in without a port", STATUS_PORT_NOT_SET, break_in_without_port, DIFFERS,
	  STATUS_PORT_NOT_SET, "NT makes a thread that sees that nobody debugs it, and ends" },
	{ "3.9", "break in: a breakpoint", STATUS_SUCCESS, break_in },
	{ "3.9", "DbgUiStopDebugging", STATUS_SUCCESS, stop_debugging },
	{ "3.9", "DbgUiDebugActiveProcess of the caller", STATUS_ACCESS_DENIED, attach_self },
};

int main(void)
{
	return run_rows(rows, ARRAY_SIZE(rows), sizeof(rows[0]), NULL, 0);
}
