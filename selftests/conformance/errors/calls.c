// SPDX-License-Identifier: GPL-2.0
/*
 * What Win32's debugging functions answer when they are called wrongly, and the
 * error that they leave: one source for Windows and for Linux.
 *
 *	calls DEBUGGEE FILE
 *
 * DEBUGGEE is that of the debugger loop; FILE is where the two meet, see loop.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <windows.h>

#define MOST_SUSPENDS		127
#define NO_SUCH_ID		0x7ffffff0
#define BAD_HANDLE		((HANDLE)(ULONG_PTR)0x7ffffff0)
#define BAD_ADDRESS		((void *)(ULONG_PTR)0x10)
#define WAIT_MS			30000

static DEBUG_EVENT event;
static DWORD pid;
static HANDLE process, thread;

/* The error counts only if the call failed. */
static void say(const char *what, BOOL result)
{
	DWORD error = GetLastError();

	if (result)
		printf("%s: %d\n", what, result);
	else
		printf("%s: 0 error %lu\n", what, (unsigned long)error);
	fflush(stdout);
}

#define TELL(call) do {			\
	SetLastError(0);		\
	say(#call, call);		\
} while (0)

#define TELL_NUMBER(call) do {						\
	DWORD number_;							\
									\
	SetLastError(0);						\
	number_ = call;							\
	if (number_ == (DWORD)-1)					\
		printf("%s: -1 error %lu\n", #call, (unsigned long)GetLastError()); \
	else								\
		printf("%s: %lu\n", #call, (unsigned long)number_);	\
	fflush(stdout);							\
} while (0)

/* A handle is told by whether there is one. */
#define TELL_HANDLE(call) do {		\
	SetLastError(0);		\
	say(#call, (call) ? 1 : 0);	\
} while (0)

static void without_an_object(void)
{
	TELL(WaitForDebugEvent(&event, 0));
	TELL(ContinueDebugEvent(1, 1, DBG_CONTINUE));
	TELL(DebugSetProcessKillOnExit(FALSE));
	TELL(DebugActiveProcess(NO_SUCH_ID));
}

static void of_oneself(void)
{
	TELL(DebugActiveProcess(GetCurrentProcessId()));
	TELL(WaitForDebugEvent(&event, 0));
	TELL(DebugSetProcessKillOnExit(FALSE));
	TELL(DebugActiveProcessStop(NO_SUCH_ID));
	TELL(DebugActiveProcessStop(GetCurrentProcessId()));
}

static void by_id(void)
{
	TELL_HANDLE(OpenProcess(PROCESS_ALL_ACCESS, FALSE, NO_SUCH_ID));
	TELL_HANDLE(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0));
	TELL_HANDLE(OpenThread(THREAD_ALL_ACCESS, FALSE, NO_SUCH_ID));
}

static void by_handle(void)
{
	CONTEXT *context = calloc(1, sizeof(*context));
	SIZE_T done = 99;
	BOOL present = 99;
	DWORD code, old;
	char buffer[16];

	context->ContextFlags = CONTEXT_CONTROL;
	TELL(CloseHandle(BAD_HANDLE));
	TELL(CheckRemoteDebuggerPresent(process, &present));
	printf("present: %d\n", present);
	TELL(CheckRemoteDebuggerPresent(process, NULL));
	TELL(CheckRemoteDebuggerPresent(NULL, &present));
	TELL(GetExitCodeProcess(process, &code));
	printf("exit code: %lu\n", (unsigned long)code);
	TELL(GetExitCodeProcess(BAD_HANDLE, &code));
	TELL(TerminateProcess(BAD_HANDLE, 1));
	TELL_NUMBER(SuspendThread(BAD_HANDLE));
	TELL_NUMBER(ResumeThread(BAD_HANDLE));
	TELL_NUMBER(SuspendThread(process));
	TELL(GetThreadContext(BAD_HANDLE, context));
	TELL(SetThreadContext(BAD_HANDLE, context));
	TELL(GetThreadContext(process, context));
	TELL(ReadProcessMemory(process, BAD_ADDRESS, buffer, sizeof(buffer), &done));
	printf("read: %lu\n", (unsigned long)done);
	TELL(ReadProcessMemory(BAD_HANDLE, BAD_ADDRESS, buffer, sizeof(buffer), &done));
	TELL(WriteProcessMemory(BAD_HANDLE, BAD_ADDRESS, buffer, sizeof(buffer), &done));
	TELL(VirtualProtectEx(BAD_HANDLE, BAD_ADDRESS, 1, PAGE_READONLY, &old));
	TELL_NUMBER(WaitForSingleObject(BAD_HANDLE, 0));
	TELL_NUMBER(WaitForSingleObject(process, 0));
	free(context);
}

static void without_the_right(void)
{
	HANDLE lesser = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
	HANDLE lesser_thread = OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE,
					  GetThreadId(thread));
	CONTEXT *context = calloc(1, sizeof(*context));
	char buffer[16];

	context->ContextFlags = CONTEXT_CONTROL;
	TELL(TerminateProcess(lesser, 1));
	TELL(ReadProcessMemory(lesser, BAD_ADDRESS, buffer, sizeof(buffer), NULL));
	TELL(WriteProcessMemory(lesser, BAD_ADDRESS, buffer, sizeof(buffer), NULL));
	TELL(DebugBreakProcess(lesser));
	TELL_NUMBER(SuspendThread(lesser_thread));
	TELL_NUMBER(ResumeThread(lesser_thread));
	TELL(GetThreadContext(lesser_thread, context));
	TELL(SetThreadContext(lesser_thread, context));
	TELL(TerminateThread(lesser_thread, 1));
	CloseHandle(lesser);
	CloseHandle(lesser_thread);
	free(context);
}

static void counts(void)
{
	TELL_NUMBER(ResumeThread(thread));
	for (int i = 0; i < MOST_SUSPENDS - 1; i++)
		SuspendThread(thread);
	TELL_NUMBER(SuspendThread(thread));
	TELL_NUMBER(SuspendThread(thread));
	for (int i = 0; i < MOST_SUSPENDS - 1; i++)
		ResumeThread(thread);
	TELL_NUMBER(ResumeThread(thread));
}

static void drain(void)
{
	while (WaitForDebugEvent(&event, WAIT_MS)) {
		ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE);
		if (event.dwDebugEventCode == EXCEPTION_DEBUG_EVENT)
			return;
	}
	printf("error: no breakpoint\n");
	exit(1);
}

static void attached(void)
{
	BOOL present = 99;

	TELL(DebugActiveProcess(pid));
	TELL(DebugActiveProcess(pid));
	TELL(WaitForDebugEvent(&event, WAIT_MS));
	TELL(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, 0));
	TELL(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, 0xdeadbeef));
	TELL(ContinueDebugEvent(event.dwProcessId, event.dwThreadId + 0x100000, DBG_CONTINUE));
	TELL(ContinueDebugEvent(event.dwProcessId + 0x100000, event.dwThreadId, DBG_CONTINUE));
	TELL(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE));
	TELL(ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE));
	drain();
	TELL(CheckRemoteDebuggerPresent(process, &present));
	printf("present: %d\n", present);
	TELL(DebugActiveProcessStop(pid));
	TELL(DebugActiveProcessStop(pid));
	TELL(CheckRemoteDebuggerPresent(process, &present));
	printf("present: %d\n", present);
}

static void ended(void)
{
	CONTEXT *context = calloc(1, sizeof(*context));
	DWORD code = 0;

	context->ContextFlags = CONTEXT_CONTROL;
	TELL(TerminateProcess(process, 0x1234));
	TELL_NUMBER(WaitForSingleObject(process, WAIT_MS));
	TELL(GetExitCodeProcess(process, &code));
	printf("exit code: %lx\n", (unsigned long)code);
	TELL(TerminateProcess(process, 1));
	TELL_NUMBER(SuspendThread(thread));
	TELL_NUMBER(ResumeThread(thread));
	TELL(DebugActiveProcess(pid));
	free(context);
}

static int exists(const char *name)
{
	FILE *file = fopen(name, "rb");

	if (file)
		fclose(file);
	return !!file;
}

int main(int argc, char **argv)
{
	STARTUPINFOA startup = { .cb = sizeof(startup) };
	PROCESS_INFORMATION info;
	char command[2048], ready[1024];

	if (argc < 3)
		return 2;
	snprintf(command, sizeof(command), "\"%s\" attach %s", argv[1], argv[2]);
	snprintf(ready, sizeof(ready), "%s.ready", argv[2]);
	without_an_object();
	of_oneself();
	by_id();
	if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info))
		return 3;
	while (!exists(ready))
		usleep(1000);
	pid = info.dwProcessId;
	process = info.hProcess;
	thread = info.hThread;
	by_handle();
	without_the_right();
	counts();
	attached();
	ended();
	return 0;
}
