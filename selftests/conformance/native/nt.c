// SPDX-License-Identifier: GPL-2.0
/* See nt.h. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <ntdbg/ntdbg.h>
#include "nt.h"

/* 100 ns from 1601 to 1970. */
#define EPOCH 116444736000000000ll

HANDLE object, process, thread;
struct board *board;
DBGUI_WAIT_STATE_CHANGE event;
pid_t pid;

void world_begin(void)
{
	int fd;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	board = board_new(&fd);
	/* Where a debuggee looks for it; it stays open over execve. */
	expect(board && dup2(fd, BOARD_FD) == BOARD_FD);
	close(fd);
	expect(dup2(file_new(), FILE_FD) == FILE_FD);
	object = new_object(DEBUG_ALL_ACCESS, 0);
}

void world_end(void)
{
	reap_children(WAIT_MS);
}

HANDLE new_object(ACCESS_MASK access, ULONG flags)
{
	HANDLE handle = NULL;

	needs(NtCreateDebugObject(&handle, access, NULL, flags));
	return handle;
}

HANDLE open_process(pid_t of, ACCESS_MASK access)
{
	OBJECT_ATTRIBUTES none = { .Length = sizeof(none) };
	CLIENT_ID id = { .UniqueProcess = (HANDLE)(ULONG_PTR)of };
	HANDLE handle = NULL;

	needs(NtOpenProcess(&handle, access, &none, &id));
	return handle;
}

HANDLE open_thread(pid_t tid, ACCESS_MASK access)
{
	OBJECT_ATTRIBUTES none = { .Length = sizeof(none) };
	CLIENT_ID id = { .UniqueThread = (HANDLE)(ULONG_PTR)tid };
	HANDLE handle = NULL;

	needs(NtOpenThread(&handle, access, &none, &id));
	return handle;
}

HANDLE closed_handle(void)
{
	int fd = dup(FILE_FD);

	close(fd);
	return ntdbg_handle_from_fd(fd);
}

HANDLE file_handle(void)
{
	return ntdbg_handle_from_fd(FILE_FD);
}

static void open_subject(void)
{
	process = open_process(pid, PROCESS_ALL_ACCESS);
	thread = open_thread(pid, THREAD_ALL_ACCESS);
}

void start_program(uint32_t ready, const char *const *argv)
{
	pid = spawn(-1, 0, BOARD_FD, FILE_FD, argv);
	expect(pid > 0);
	expect(UNTIL(WAIT_MS, board_get(board->ready) >= ready));
	open_subject();
}

void start_function(int (*function)(void))
{
	pid = fork();
	if (!pid) {
		/* It holds no handle of ours, or closing them would mean nothing. */
		close_range(3, BOARD_FD - 1, 0);
		close_range(FILE_FD + 1, ~0u, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(function());
	}
	expect(pid > 0);
	open_subject();
}

void await_debugger(void)
{
	HANDLE port = NULL;

	while (NtQueryInformationProcess(NtCurrentProcess(), ProcessDebugPort, &port, sizeof(port),
					 NULL) || !port)
		breathe();
}

void launch_program(ULONG flags, const char *const *argv)
{
	NTDBG_CREATE_PROCESS create = {
		.Size = sizeof(create), .Flags = flags, .Argv = (char *const *)argv,
		.DebugObject = object,
	};

	needs(ntdbg_nt_create_process(&create));
	process = create.Process;
	thread = create.Thread;
	pid = (ULONG_PTR)create.ClientId.UniqueProcess;
}

LARGE_INTEGER in_ms(int ms)
{
	return (LARGE_INTEGER){ .QuadPart = -10000ll * ms };
}

LARGE_INTEGER system_time(int ms)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (LARGE_INTEGER){
		.QuadPart = EPOCH + now.tv_sec * 10000000ll + now.tv_nsec / 100 + ms * 10000ll,
	};
}

NTSTATUS take(int ms)
{
	LARGE_INTEGER timeout = in_ms(ms);

	memset(&event, POISON, sizeof(event));
	return NtWaitForDebugEvent(object, FALSE, &timeout, &event);
}

static const char *state_name(DBG_STATE state)
{
	static const char *const names[] = {
		"Idle", "ReplyPending", "CreateThread", "CreateProcess", "ExitThread",
		"ExitProcess", "Exception", "Breakpoint", "SingleStep", "LoadDll", "UnloadDll",
	};

	return (unsigned int)state < ARRAY_SIZE(names) ? names[state] : "no state";
}

void take_one(void)
{
	needs(take(WAIT_MS));
}

void take_state(DBG_STATE state)
{
	char text[128];

	take_one();
	snprintf(text, sizeof(text), "the next event is %s, it was %s", state_name(state),
		 state_name(event.NewState));
	if (event.NewState != state)
		row_fails(__FILE__, __LINE__, text);
}

void answer(NTSTATUS status)
{
	needs(NtDebugContinue(object, &event.AppClientId, status));
}

void run_to(DBG_STATE state)
{
	char text[64];

	for (;;) {
		take_one();
		if (event.NewState == state)
			return;
		snprintf(text, sizeof(text), "%s comes before the end", state_name(state));
		if (event.NewState == DbgExitProcessStateChange)
			row_fails(__FILE__, __LINE__, text);
		answer(DBG_CONTINUE);
	}
}

void run_to_end(NTSTATUS status)
{
	char text[96];

	for (;;) {
		take_one();
		if (event.NewState == DbgExitProcessStateChange)
			break;
		answer(DBG_EXCEPTION_NOT_HANDLED);
	}
	snprintf(text, sizeof(text), "it ends with %s, it was %s", status_name(status),
		 status_name(event.StateInfo.ExitProcess.ExitStatus));
	if (event.StateInfo.ExitProcess.ExitStatus != status)
		row_fails(__FILE__, __LINE__, text);
	answer(DBG_CONTINUE);
}

void drain_attach(void)
{
	/* They are all listed when the attach comes back. */
	while (take(0) == STATUS_SUCCESS)
		answer(DBG_CONTINUE);
}

pid_t event_tid(void)
{
	return (ULONG_PTR)event.AppClientId.UniqueThread;
}

void kill_subject(void)
{
	kill(pid, SIGKILL);
	wait_gone();
}

void wait_gone(void)
{
	siginfo_t info;

	info.si_pid = 0;
	expect(UNTIL(WAIT_MS, !waitid(P_PID, pid, &info, WEXITED | WNOWAIT | WNOHANG) &&
		     info.si_pid == pid));
}

const char *status_name(NTSTATUS status)
{
	static char texts[4][32];
	static unsigned int turn;
	const char *name = ntdbg_status_name(status);
	char *text = texts[turn++ % ARRAY_SIZE(texts)];

	if (name)
		return name;
	snprintf(text, sizeof(texts[0]), "%#010x", (unsigned int)status);
	return text;
}
