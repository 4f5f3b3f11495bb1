// SPDX-License-Identifier: GPL-2.0
/* The debuggee for Windows. */
#include <stdlib.h>
#include <windows.h>
#include "debuggee.h"

static DWORD WINAPI thread_of(void *code)
{
	return (DWORD)(ULONG_PTR)code;
}

static HANDLE runs, go;

static DWORD WINAPI thread_of_attach(void *unused)
{
	(void)unused;
	SetEvent(runs);
	WaitForSingleObject(go, INFINITE);
	return 0;
}

static DWORD WINAPI thread_that_faults(void *unused)
{
	(void)unused;
	return fault("null-write");
}

static int run_thread(LPTHREAD_START_ROUTINE start, void *argument)
{
	HANDLE thread = CreateThread(NULL, 0, start, argument, 0, NULL);

	if (!thread)
		return CODE_BROKEN;
	WaitForSingleObject(thread, INFINITE);
	CloseHandle(thread);
	return 0;
}

/* One after the other, so that there is but one order. */
int do_threads(void)
{
	for (int i = 0; i < 2; i++)
		if (run_thread(thread_of, (void *)(ULONG_PTR)(CODE_THREAD + i)))
			return CODE_BROKEN;
	return CODE_THREADS;
}

int do_thread_fault(void)
{
	return run_thread(thread_that_faults, NULL);
}

int do_library(void)
{
	HMODULE library = LoadLibraryA("plugin.dll");

	if (!library || !FreeLibrary(library))
		return CODE_BROKEN;
	/* Again, to see that the first one was unloaded indeed. */
	library = LoadLibraryA("plugin.dll");
	return library ? 0 : CODE_BROKEN;
}

int do_output(void)
{
	OutputDebugStringA("said by the debuggee");
	return 0;
}

static LONG CALLBACK catch(struct _EXCEPTION_POINTERS *pointers)
{
	if (pointers->ExceptionRecord->ExceptionCode == EXCEPTION_ACCESS_VIOLATION)
		ExitProcess(CODE_CAUGHT);
	return EXCEPTION_CONTINUE_SEARCH;
}

int do_caught(void)
{
	AddVectoredExceptionHandler(1, catch);
	return fault("null-write");
}

int do_children(const char *self)
{
	STARTUPINFOA startup = { .cb = sizeof(startup) };
	PROCESS_INFORMATION info;
	char command[1024];
	DWORD code;

	snprintf(command, sizeof(command), "\"%s\" exit", self);
	if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info))
		return CODE_BROKEN;
	WaitForSingleObject(info.hProcess, INFINITE);
	GetExitCodeProcess(info.hProcess, &code);
	return code + 1;
}

int do_attach(const char *meet)
{
	HANDLE thread;

	runs = CreateEventA(NULL, TRUE, FALSE, NULL);
	go = CreateEventA(NULL, TRUE, FALSE, NULL);
	thread = CreateThread(NULL, 0, thread_of_attach, NULL, 0, NULL);
	/* A thread that is only just being made would be told of twice, or not. */
	WaitForSingleObject(runs, INFINITE);
	if (!meet_at(meet, "ready", "wb"))
		return CODE_BROKEN;
	while (!meet_at(meet, "go", "rb"))
		Sleep(1);
	SetEvent(go);
	WaitForSingleObject(thread, INFINITE);
	return CODE_EXIT;
}

int main(int argc, char **argv)
{
	return run(argc, argv);
}
