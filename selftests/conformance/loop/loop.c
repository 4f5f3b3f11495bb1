// SPDX-License-Identifier: GPL-2.0
/*
 * A debugger's main loop, with Win32 calls only: one source for Windows (built
 * by mingw-w64, run under Wine) and for Linux (built against our <windows.h>).
 *
 *	loop SCENARIO DEBUGGEE [FILE]
 *	loop list
 *
 * It starts DEBUGGEE with SCENARIO as its argument, debugs it, and prints a
 * line an event. What differs from run to run is told by ordinals: P1 is the
 * first process, T2 the second thread of its process, D3 the third library that
 * its process loads after the initial breakpoint. FILE is a name that debugger
 * and debuggee of "attach" meet by: FILE.ready says that the debuggee has all
 * its threads, FILE.go that it may end.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <windows.h>

#define WAIT_MS		30000
#define TRAP_FLAG	0x100
#define NR_SLOTS	64
#define MAX_EVENTS	200	/* of any scenario: a loop that goes round for ever is no result */

#ifndef DBG_REPLY_LATER	/* the Windows headers of Debian 12 are older than this */
#define DBG_REPLY_LATER	((DWORD)0x40010001)
#endif

/* What an exception is answered with, after the initial breakpoint. */
enum policy {
	ANSWER_NO,	/* not handled, at each chance */
	ANSWER_YES,		/* handled at the first chance */
	ANSWER_SECOND,	/* not handled, then handled at the second chance, past the int3 */
	ANSWER_LATER,	/* later, once; then handled */
	ANSWER_STEP,		/* handled, with the trap flag set after a breakpoint */
};

struct scenario {
	const char *name;
	const char *argument;	/* of the debuggee */
	enum policy policy;
	DWORD flags;
	bool attach;
};

static const struct scenario scenarios[] = {
	{ "launch", "exit", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "threads", "threads", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "library", "library", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "output", "output", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "violation", "null-write", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "violation-caught", "caught", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "violation-in-thread", "thread-fault", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "breakpoint", "breakpoint", ANSWER_YES, DEBUG_ONLY_THIS_PROCESS },
	{ "breakpoint-second", "breakpoint", ANSWER_SECOND, DEBUG_ONLY_THIS_PROCESS },
	{ "breakpoint-unhandled", "breakpoint", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "breakpoint-later", "breakpoint", ANSWER_LATER, DEBUG_ONLY_THIS_PROCESS },
	{ "step", "breakpoint", ANSWER_STEP, DEBUG_ONLY_THIS_PROCESS },
	{ "null-read", "null-read", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "null-execute", "null-execute", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "noncanonical", "noncanonical", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "illegal", "illegal", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "privileged", "privileged", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "divide", "divide", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "trap-flag", "trap-flag", ANSWER_YES, DEBUG_ONLY_THIS_PROCESS },
	{ "icebp", "icebp", ANSWER_YES, DEBUG_ONLY_THIS_PROCESS },
	{ "assertion", "assertion", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "children", "children", ANSWER_NO, DEBUG_PROCESS },
	{ "children-alone", "children", ANSWER_NO, DEBUG_ONLY_THIS_PROCESS },
	{ "attach", "attach", ANSWER_YES, 0, true },
};

/* Ids or addresses and their ordinals. */
struct slots {
	ULONG_PTR value[NR_SLOTS];
	unsigned int nr;
};

struct process {
	DWORD pid;		/* 0: it is gone */
	HANDLE handle;
	struct slots threads;
	HANDLE thread_handles[NR_SLOTS];
	struct slots modules;	/* that were loaded after the initial breakpoint */
	bool broken;		/* the initial breakpoint has been */
	bool postponed;
};

static const struct scenario *scenario;
static struct process processes[NR_SLOTS];
static unsigned int nr_processes;

static void fail(const char *what)
{
	printf("error: %s: %lu\n", what, (unsigned long)GetLastError());
	exit(1);
}

/* The newest first, because ids and addresses are reused. */
static unsigned int ordinal(const struct slots *slots, ULONG_PTR value)
{
	for (unsigned int i = slots->nr; i > 0; i--)
		if (slots->value[i - 1] == value)
			return i;
	return 0;
}

static unsigned int add(struct slots *slots, ULONG_PTR value)
{
	if (slots->nr == NR_SLOTS)
		fail("too many of them");
	slots->value[slots->nr++] = value;
	return slots->nr;
}

static struct process *process_of(DWORD pid)
{
	for (unsigned int i = nr_processes; i > 0; i--)
		if (processes[i - 1].pid == pid)
			return &processes[i - 1];
	fail("an event of an unknown process");
	return NULL;
}

static void say(const struct process *process, const DEBUG_EVENT *event, const char *name)
{
	printf("%s P%u T%u", name, (unsigned int)(process - processes) + 1,
	       ordinal(&process->threads, event->dwThreadId));
}

static DWORD created(const DEBUG_EVENT *event)
{
	const CREATE_PROCESS_DEBUG_INFO *info = &event->u.CreateProcessInfo;
	struct process *process = &processes[nr_processes++];

	if (nr_processes > NR_SLOTS)
		fail("too many processes");
	process->pid = event->dwProcessId;
	process->handle = info->hProcess;
	process->thread_handles[0] = info->hThread;
	add(&process->threads, event->dwThreadId);
	say(process, event, "CREATE_PROCESS");
	printf("%s%s\n", info->hProcess && info->hThread ? "" : " no-handle",
	       info->lpBaseOfImage ? "" : " no-base");
	if (info->hFile)
		CloseHandle(info->hFile);
	return DBG_CONTINUE;
}

static DWORD thread_created(struct process *process, const DEBUG_EVENT *event)
{
	unsigned int i = add(&process->threads, event->dwThreadId);

	process->thread_handles[i - 1] = event->u.CreateThread.hThread;
	say(process, event, "CREATE_THREAD");
	printf("%s\n", event->u.CreateThread.hThread ? "" : " no-handle");
	return DBG_CONTINUE;
}

static DWORD loaded(struct process *process, const DEBUG_EVENT *event)
{
	say(process, event, "LOAD_DLL");
	if (process->broken)
		printf(" D%u\n", add(&process->modules,
				     (ULONG_PTR)event->u.LoadDll.lpBaseOfDll));
	else
		printf(" initial\n");
	if (event->u.LoadDll.hFile)
		CloseHandle(event->u.LoadDll.hFile);
	return DBG_CONTINUE;
}

static DWORD unloaded(struct process *process, const DEBUG_EVENT *event)
{
	say(process, event, "UNLOAD_DLL");
	printf(" D%u\n", ordinal(&process->modules, (ULONG_PTR)event->u.UnloadDll.lpBaseOfDll));
	return DBG_CONTINUE;
}

static DWORD printed(struct process *process, const DEBUG_EVENT *event)
{
	const OUTPUT_DEBUG_STRING_INFO *info = &event->u.DebugString;
	char text[64] = "";
	SIZE_T done = 0;

	if (info->nDebugStringLength < sizeof(text))
		ReadProcessMemory(process->handle, info->lpDebugStringData, text,
				  info->nDebugStringLength, &done);
	say(process, event, "OUTPUT_DEBUG_STRING");
	printf(" %u \"%s\"%s\n", info->nDebugStringLength, text,
	       info->fUnicode ? " unicode" : "");
	return DBG_CONTINUE;
}

/* What identifies an address; which one it is differs from run to run. */
static const char *address_kind(ULONG_PTR address)
{
	if (address < 0x10000)
		return address ? "near-null" : "0";
	return address == ~(ULONG_PTR)0 ? "-1" : "address";
}

/* Where the thread stands, seen from the exception's address. */
static void print_distance(const struct process *process, const DEBUG_EVENT *event)
{
	unsigned int i = ordinal(&process->threads, event->dwThreadId);
	/* On the heap, because it must be aligned as a CONTEXT. */
	CONTEXT *context = malloc(sizeof(*context));

	memset(context, 0, sizeof(*context));
	context->ContextFlags = CONTEXT_CONTROL;
	if (!GetThreadContext(process->thread_handles[i - 1], context))
		fail("GetThreadContext");
	printf(" rip%+lld", (long long)(context->Rip -
	       (ULONG_PTR)event->u.Exception.ExceptionRecord.ExceptionAddress));
	free(context);
}

/* The next instruction traps; or the thread goes on behind the one byte that it stands at. */
static void change_context(const struct process *process, const DEBUG_EVENT *event, bool trap)
{
	unsigned int i = ordinal(&process->threads, event->dwThreadId);
	CONTEXT *context = malloc(sizeof(*context));

	memset(context, 0, sizeof(*context));
	context->ContextFlags = CONTEXT_CONTROL;
	if (!GetThreadContext(process->thread_handles[i - 1], context))
		fail("GetThreadContext");
	if (trap)
		context->EFlags |= TRAP_FLAG;
	else
		context->Rip++;
	if (!SetThreadContext(process->thread_handles[i - 1], context))
		fail("SetThreadContext");
	free(context);
}

static DWORD answer(struct process *process, const DEBUG_EVENT *event)
{
	const EXCEPTION_DEBUG_INFO *info = &event->u.Exception;

	switch (scenario->policy) {
	case ANSWER_YES:
		return DBG_CONTINUE;
	case ANSWER_SECOND:
		if (info->dwFirstChance)
			break;
		change_context(process, event, false);
		return DBG_CONTINUE;
	case ANSWER_LATER:
		process->postponed = !process->postponed;
		return process->postponed ? DBG_REPLY_LATER : DBG_CONTINUE;
	case ANSWER_STEP:
		if (info->ExceptionRecord.ExceptionCode == EXCEPTION_BREAKPOINT)
			change_context(process, event, true);
		return DBG_CONTINUE;
	case ANSWER_NO:
		break;
	}
	return DBG_EXCEPTION_NOT_HANDLED;
}

static DWORD raised(struct process *process, const DEBUG_EVENT *event)
{
	const EXCEPTION_DEBUG_INFO *info = &event->u.Exception;
	const EXCEPTION_RECORD *record = &info->ExceptionRecord;

	say(process, event, "EXCEPTION");
	printf(" %08lx %s flags %lx", (unsigned long)record->ExceptionCode,
	       info->dwFirstChance ? "first" : "second", (unsigned long)record->ExceptionFlags);
	if (!process->broken) {
		process->broken = true;
		printf(" initial\n");
		return DBG_CONTINUE;
	}
	print_distance(process, event);
	for (DWORD i = 0; i < record->NumberParameters; i++)
		printf(" %s", i ? address_kind(record->ExceptionInformation[i]) :
		       record->ExceptionInformation[0] == 8 ? "8" :
		       record->ExceptionInformation[0] == 1 ? "1" :
		       address_kind(record->ExceptionInformation[0]));
	printf("\n");
	return answer(process, event);
}

/* What to answer, and whether that was the process's end. */
static DWORD handle(const DEBUG_EVENT *event, bool *end)
{
	struct process *process;

	if (event->dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT)
		return created(event);
	process = process_of(event->dwProcessId);
	switch (event->dwDebugEventCode) {
	case EXCEPTION_DEBUG_EVENT:
		return raised(process, event);
	case CREATE_THREAD_DEBUG_EVENT:
		return thread_created(process, event);
	case LOAD_DLL_DEBUG_EVENT:
		return loaded(process, event);
	case UNLOAD_DLL_DEBUG_EVENT:
		return unloaded(process, event);
	case OUTPUT_DEBUG_STRING_EVENT:
		return printed(process, event);
	case EXIT_THREAD_DEBUG_EVENT:
		say(process, event, "EXIT_THREAD");
		printf(" %08lx\n", (unsigned long)event->u.ExitThread.dwExitCode);
		return DBG_CONTINUE;
	case EXIT_PROCESS_DEBUG_EVENT:
		say(process, event, "EXIT_PROCESS");
		printf(" %08lx\n", (unsigned long)event->u.ExitProcess.dwExitCode);
		process->pid = 0;
		*end = true;
		return DBG_CONTINUE;
	}
	say(process, event, "unknown event");
	printf(" %lu\n", (unsigned long)event->dwDebugEventCode);
	return DBG_CONTINUE;
}

static unsigned int nr_alive(void)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_processes; i++)
		nr += processes[i].pid != 0;
	return nr;
}

/* To the end of all processes, or to the end of the attach's own events. */
static void debug(void)
{
	for (int i = 0; i < MAX_EVENTS; i++) {
		DEBUG_EVENT event;
		bool end = false;
		DWORD status;

		if (!WaitForDebugEvent(&event, WAIT_MS))
			fail("WaitForDebugEvent");
		status = handle(&event, &end);
		fflush(stdout);
		if (!ContinueDebugEvent(event.dwProcessId, event.dwThreadId, status))
			fail("ContinueDebugEvent");
		if (end && !nr_alive())
			return;
		if (scenario->attach && processes[0].broken)
			return;
	}
	fail("too many events");
}

static bool exists(const char *name, const char *end)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s.%s", name, end);
	file = fopen(path, "rb");
	if (file)
		fclose(file);
	return file;
}

static void make(const char *name, const char *end)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s.%s", name, end);
	file = fopen(path, "wb");
	if (!file)
		fail(path);
	fclose(file);
}

static void attach_and_detach(DWORD pid, const char *meet)
{
	while (!exists(meet, "ready"))
		usleep(1000);
	if (!DebugActiveProcess(pid))
		fail("DebugActiveProcess");
	debug();
	if (!DebugActiveProcessStop(pid))
		fail("DebugActiveProcessStop");
	printf("detached\n");
	make(meet, "go");
}

int main(int argc, char **argv)
{
	STARTUPINFOA startup = { .cb = sizeof(startup) };
	PROCESS_INFORMATION info;
	char command[2048];
	DWORD code = 0;

	for (size_t i = 0; argc > 1 && i < sizeof(scenarios) / sizeof(*scenarios); i++) {
		if (!strcmp(argv[1], "list"))
			printf("%s\n", scenarios[i].name);
		if (!strcmp(argv[1], scenarios[i].name))
			scenario = &scenarios[i];
	}
	if (argc == 2 && !strcmp(argv[1], "list"))
		return 0;
	if (!scenario || argc < 3 || (scenario->attach && argc < 4)) {
		fprintf(stderr, "usage: loop SCENARIO DEBUGGEE [FILE], or: loop list\n");
		return 2;
	}
	snprintf(command, sizeof(command), "\"%s\" %s %s", argv[2], scenario->argument,
		 argc > 3 ? argv[3] : "");
	if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, scenario->flags, NULL, NULL,
			    &startup, &info))
		fail("CreateProcess");
	if (scenario->attach)
		attach_and_detach(info.dwProcessId, argv[3]);
	else
		debug();
	if (WaitForSingleObject(info.hProcess, WAIT_MS) != WAIT_OBJECT_0)
		fail("WaitForSingleObject");
	if (!GetExitCodeProcess(info.hProcess, &code))
		fail("GetExitCodeProcess");
	printf("exit code %08lx\n", (unsigned long)code);
	return 0;
}
