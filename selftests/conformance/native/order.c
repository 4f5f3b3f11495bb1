// SPDX-License-Identifier: GPL-2.0
/*
 * The orders of section 3.10, as the native face shows them.
 *
 * A sequence is written as text: CP1 is the creation of the process on its
 * first thread, CT2 that of the second one, LD1 and UD1 a library that thread 1
 * loads and unloads ("LD1+": one or several), BP1 EX1 SS1 exceptions (with f for
 * the first and s for the second chance), ET2 and EP1 the ends.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <ntdbg/ntdbg.h>
#include "nt.h"

#define MAX_THREADS 16

static char sequence[512];
static char last[16];
static pid_t threads[MAX_THREADS];
static unsigned int nr_threads;
static NTSTATUS answer_to_exceptions = DBG_EXCEPTION_NOT_HANDLED;

static unsigned int ordinal(pid_t tid)
{
	for (unsigned int i = 0; i < nr_threads; i++)
		if (threads[i] == tid)
			return i + 1;
	expect(nr_threads < MAX_THREADS);
	threads[nr_threads] = tid;
	return ++nr_threads;
}

static const char *short_name(DBG_STATE state)
{
	switch (state) {
	case DbgCreateThreadStateChange: return "CT";
	case DbgCreateProcessStateChange: return "CP";
	case DbgExitThreadStateChange: return "ET";
	case DbgExitProcessStateChange: return "EP";
	case DbgExceptionStateChange: return "EX";
	case DbgBreakpointStateChange: return "BP";
	case DbgSingleStepStateChange: return "SS";
	case DbgLoadDllStateChange: return "LD";
	case DbgUnloadDllStateChange: return "UD";
	default: return "??";
	}
}

static bool is_exception(void)
{
	return event.NewState == DbgExceptionStateChange ||
	       event.NewState == DbgBreakpointStateChange ||
	       event.NewState == DbgSingleStepStateChange;
}

/* Writes the event that was taken behind the others. */
static void note(void)
{
	char text[16];

	snprintf(text, sizeof(text), "%s%u%s", short_name(event.NewState), ordinal(event_tid()),
		 !is_exception() ? "" : event.StateInfo.Exception.FirstChance ? "f" : "s");
	if (event.NewState == DbgLoadDllStateChange && !strcmp(text, last)) {
		if (sequence[strlen(sequence) - 1] != '+')
			strcat(sequence, "+");
		return;
	}
	expect(strlen(sequence) + strlen(text) + 3 < sizeof(sequence));
	if (sequence[0])
		strcat(sequence, " ");
	strcat(sequence, text);
	memcpy(last, text, sizeof(last));
}

static void step(void)
{
	note();
	answer(is_exception() ? answer_to_exceptions : DBG_CONTINUE);
}

/* All that comes, until the state has come: that event is not answered yet. */
static void go_to(DBG_STATE state)
{
	for (;;) {
		take_one();
		if (event.NewState == state)
			break;
		step();
	}
	note();
}

static void go_to_end(void)
{
	go_to(DbgExitProcessStateChange);
	answer(DBG_CONTINUE);
	expect(take(WAIT_MS) == DBG_NO_STATE_CHANGE);
}

static NTSTATUS is(const char *expected)
{
	char text[600];

	snprintf(text, sizeof(text), "the order was: %s", sequence);
	if (strcmp(sequence, expected))
		row_fails(__FILE__, __LINE__, text);
	return STATUS_SUCCESS;
}

static NTSTATUS launch_order(void)
{
	launch(NTDBG_CREATE_BREAK, "exit", "0");
	go_to_end();
	return is("CP1 LD1+ BP1f EP1");
}

static NTSTATUS launch_without_break(void)
{
	launch(0, "exit", "0");
	go_to_end();
	return is("CP1 LD1+ EP1");
}

/* Answered "not handled", the initial breakpoint does not kill, nor does it come again. */
static NTSTATUS initial_break_not_handled(void)
{
	launch(NTDBG_CREATE_BREAK, "exit", "3");
	go_to(DbgBreakpointStateChange);
	answer(DBG_EXCEPTION_NOT_HANDLED);
	run_to_end(3);
	return is("CP1 LD1+ BP1f");
}

/* It comes before the program runs, when its libraries are there. */
static NTSTATUS initial_break_is_early(void)
{
	launch(NTDBG_CREATE_BREAK, "park", "1");
	go_to(DbgBreakpointStateChange);
	expect(find_mapping(pid, pid, "libc.so").found);
	expect(!board_get(board->ready) && !board_get(board->tid[0]));
	answer(DBG_CONTINUE);
	return is("CP1 LD1+ BP1f");
}

static NTSTATUS attach_order(void)
{
	attach(3, "park", "2");
	while (take(0) == STATUS_SUCCESS)
		step();
	return is("CP1 LD1 CT2 CT3 LD1");
}

static NTSTATUS attach_ends(void)
{
	attach(2, "park", "1");
	while (take(0) == STATUS_SUCCESS)
		step();
	/* The program runs on, and nothing more comes before it does something. */
	expect(take(50) == STATUS_TIMEOUT);
	board_go(board);
	go_to_end();
	return STATUS_SUCCESS;
}

/* With the break-in: it is an exception of the first thread, no thread is made for it. */
static NTSTATUS attach_by_dbgui(void)
{
	start(3, "park", "2");
	DbgUiSetThreadDebugObject(object);
	needs(DbgUiDebugActiveProcess(process));
	go_to(DbgBreakpointStateChange);
	answer(DBG_CONTINUE);
	expect(take(50) == STATUS_TIMEOUT);
	return is("CP1 LD1 CT2 CT3 LD1 BP1f");
}

static NTSTATUS new_thread(void)
{
	launch(0, "threads", "2", "0");
	go_to_end();
	return is("CP1 LD1+ CT2 ET2 CT3 ET3 EP1");
}

/* The others stand still while it is handed out: two threads that spin in user mode. */
static bool stand_still(uint64_t *counts, int ms)
{
	counts[0] = board_get(board->count[1]);
	counts[1] = board_get(board->count[2]);
	return STAYS(ms, board_get(board->count[1]) == counts[0] &&
		     board_get(board->count[2]) == counts[1]);
}

static NTSTATUS siblings_are_frozen(void)
{
	uint64_t counts[2];

	launch(0, "spinmake", "2");
	for (int i = 0; i < 2; i++) {
		go_to(DbgCreateThreadStateChange);
		answer(DBG_CONTINUE);
	}
	expect(UNTIL(WAIT_MS, board_get(board->count[1]) && board_get(board->count[2])));
	board_put(board->permit, 1);
	go_to(DbgCreateThreadStateChange);
	/* A spinning thread has stopped when it has next been in the kernel. */
	expect(UNTIL(WAIT_MS, stand_still(counts, 20)));
	expect(stand_still(counts, 100));
	answer(DBG_CONTINUE);
	/* The new thread's end freezes them once more. */
	go_to(DbgExitThreadStateChange);
	answer(DBG_CONTINUE);
	expect(UNTIL(WAIT_MS, board_get(board->count[1]) != counts[0]));
	return STATUS_SUCCESS;
}

/* The thread's handle is good until its end is continued. */
static NTSTATUS thread_exit(void)
{
	THREAD_BASIC_INFORMATION info;
	NTSTATUS status;
	HANDLE ending;

	launch(0, "threads", "1", "0");
	go_to(DbgCreateThreadStateChange);
	ending = event.StateInfo.CreateThread.HandleToThread;
	answer(DBG_CONTINUE);
	go_to(DbgExitThreadStateChange);
	status = NtQueryInformationThread(ending, ThreadBasicInformation, &info, sizeof(info),
					  NULL);
	expect((pid_t)(ULONG_PTR)info.ClientId.UniqueThread == event_tid());
	expect(info.ExitStatus == STATUS_PENDING || info.ExitStatus == STATUS_SUCCESS);
	answer(DBG_CONTINUE);
	go_to_end();
	is("CP1 LD1+ CT2 ET2 EP1");
	return status;
}

/* LOAD_DLL comes before the library runs, UNLOAD_DLL when it is gone. */
static NTSTATUS load_and_unload(void)
{
	launch(NTDBG_CREATE_BREAK, "dl", "1");
	go_to(DbgBreakpointStateChange);
	answer(DBG_CONTINUE);
	go_to(DbgLoadDllStateChange);
	expect(!board_get(board->fact[FACT_CONSTRUCTOR]));
	expect(find_mapping(pid, pid, "libplugin").found);
	answer(DBG_CONTINUE);
	go_to(DbgUnloadDllStateChange);
	expect(board_get(board->fact[FACT_CONSTRUCTOR]) == 1);
	expect(!find_mapping(pid, pid, "libplugin").found);
	answer(DBG_CONTINUE);
	go_to_end();
	return is("CP1 LD1+ BP1f LD1 UD1 EP1");
}

static NTSTATUS exception_handled(void)
{
	answer_to_exceptions = DBG_CONTINUE;
	launch(0, "fault", "int3", "none");
	go_to_end();
	expect(event.NewState == DbgIdle);
	return is("CP1 LD1+ BP1f EP1");
}

static NTSTATUS exception_with_handler(void)
{
	launch(0, "fault", "null-read", "handler");
	go_to_end();
	expect(board_get(board->fact[FACT_HANDLER]) == 1);
	return is("CP1 LD1+ EX1f EP1");
}

static NTSTATUS exception_unhandled(void)
{
	launch(0, "fault", "null-read", "none");
	go_to(DbgExitProcessStateChange);
	expect(event.StateInfo.ExitProcess.ExitStatus == STATUS_ACCESS_VIOLATION);
	answer(DBG_CONTINUE);
	return is("CP1 LD1+ EX1f EX1s EP1");
}

/* With siblings: each tells its end before the process's. */
static NTSTATUS exception_with_siblings(void)
{
	unsigned int ends = 0;

	launch(0, "spinmake", "2");
	for (int i = 0; i < 2; i++) {
		go_to(DbgCreateThreadStateChange);
		answer(DBG_CONTINUE);
	}
	board_put(board->permit, 4);
	for (;;) {
		take_one();
		if (event.NewState == DbgExitProcessStateChange)
			break;
		if (event.NewState == DbgBreakpointStateChange &&
		    !event.StateInfo.Exception.FirstChance)
			ends = 0;
		ends += event.NewState == DbgExitThreadStateChange;
		answer(DBG_EXCEPTION_NOT_HANDLED);
	}
	expect(ends == 2);
	expect(event.StateInfo.ExitProcess.ExitStatus == STATUS_BREAKPOINT);
	answer(DBG_CONTINUE);
	return take(WAIT_MS) == DBG_NO_STATE_CHANGE ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

/* The ends of the siblings with their status, then the process's; its memory is still there. */
static NTSTATUS process_exit(void)
{
	PVOID base = NULL;
	char magic[4] = "";
	unsigned int ends = 0;

	launch(0, "exitall", "2", "1", "7");
	for (;;) {
		take_one();
		expect(event.NewState != DbgUnloadDllStateChange);
		if (event.NewState == DbgCreateProcessStateChange)
			base = event.StateInfo.CreateProcessInfo.NewProcess.BaseOfImage;
		if (event.NewState == DbgExitProcessStateChange)
			break;
		if (event.NewState == DbgExitThreadStateChange) {
			ends++;
			expect(event.StateInfo.ExitThread.ExitStatus == 7);
		}
		answer(DBG_CONTINUE);
	}
	expect(ends == 3);
	expect(event.StateInfo.ExitProcess.ExitStatus == 7);
	needs(NtReadVirtualMemory(process, base, magic, sizeof(magic), NULL));
	expect(!memcmp(magic, "\177ELF", 4));
	answer(DBG_CONTINUE);
	return take(WAIT_MS) == DBG_NO_STATE_CHANGE ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

/* Killed: the same, with the killer's status. */
static NTSTATUS killed(bool by_signal)
{
	NTSTATUS status = by_signal ? NTDBG_STATUS_SIGNAL(SIGKILL) : (NTSTATUS)0xc0abcdef;
	unsigned int ends = 0;

	attach(3, "park", "2");
	drain_attach();
	if (by_signal)
		kill(pid, SIGKILL);
	else
		needs(NtTerminateProcess(process, status));
	for (;;) {
		take_one();
		if (event.NewState == DbgExitProcessStateChange)
			break;
		expect(event.NewState == DbgExitThreadStateChange);
		expect(event.StateInfo.ExitThread.ExitStatus == status);
		ends++;
		answer(DBG_CONTINUE);
	}
	expect(ends == 2);
	expect(event.StateInfo.ExitProcess.ExitStatus == status);
	answer(DBG_CONTINUE);
	return take(WAIT_MS) == DBG_NO_STATE_CHANGE ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static NTSTATUS killed_by_terminate(void)
{
	return killed(false);
}

static NTSTATUS killed_by_signal(void)
{
	return killed(true);
}

#define ORDER(name, call)	{ "3.10", name, STATUS_SUCCESS, call }

static const struct row rows[] = {
	ORDER("launch: CREATE_PROCESS, LOAD_DLL ..., breakpoint", launch_order),
	ORDER("launch without the initial breakpoint", launch_without_break),
	ORDER("the initial breakpoint, not handled, kills nobody", initial_break_not_handled),
	ORDER("the initial breakpoint is before the program", initial_break_is_early),
	ORDER("attach: CREATE_PROCESS, loader, CREATE_THREAD ..., LOAD_DLL ...", attach_order),
	ORDER("attach by NtDebugActiveProcess: nothing more", attach_ends),
	{ "3.10", "attach by DbgUiDebugActiveProcess: and the break-in", STATUS_SUCCESS,
	  attach_by_dbgui, DIFFERS, STATUS_SUCCESS, "no thread is made for it" },
	ORDER("new threads, on their own ids", new_thread),
	ORDER("siblings are frozen at CREATE_THREAD", siblings_are_frozen),
	ORDER("thread exit: its handle is good until it is continued", thread_exit),
	ORDER("library: LOAD_DLL before it runs, UNLOAD_DLL when it is gone", load_and_unload),
	ORDER("a handled exception: nothing more", exception_handled),
	ORDER("an exception with a handler: first chance alone", exception_with_handler),
	ORDER("an unhandled exception: both chances, exit code", exception_unhandled),
	ORDER("an unhandled exception with siblings: their ends before", exception_with_siblings),
	ORDER("process exit: siblings, then the process, with its memory", process_exit),
	ORDER("killed by NtTerminateProcess: the same, with its status", killed_by_terminate),
	ORDER("killed by SIGKILL: the same", killed_by_signal),
};

int main(void)
{
	return run_rows(rows, ARRAY_SIZE(rows), sizeof(rows[0]), NULL, 0);
}
