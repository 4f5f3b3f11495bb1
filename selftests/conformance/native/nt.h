/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world of one row: a debug object, a subject to debug, and NT's calls with
 * which a row gets into the situation that it is about. What does not work on
 * the way there ends the row as failed.
 */
#ifndef NTDBG_CONFORMANCE_NT_H
#define NTDBG_CONFORMANCE_NT_H

#include <ntdbg/nt/ntdll.h>
#include "../../dbgport.h"
#include "rows.h"

/* No program has anything there. */
#define BAD_POINTER ((void *)0x10)

extern HANDLE object;			/* all rights, no kill on close */
extern struct board *board;
extern DBGUI_WAIT_STATE_CHANGE event;	/* the last one taken */

/* The subject: its handles have all rights. */
extern HANDLE process;
extern HANDLE thread;
extern pid_t pid;

void world_begin(void);
void world_end(void);

HANDLE new_object(ACCESS_MASK access, ULONG flags);
HANDLE open_process(pid_t of, ACCESS_MASK access);
HANDLE open_thread(pid_t tid, ACCESS_MASK access);
HANDLE closed_handle(void);
HANDLE file_handle(void);

/* A program that is not debugged; waits until READY of its threads are in place. */
void start_program(uint32_t ready, const char *const *argv);
#define start(ready, ...) \
	start_program(ready, (const char *const []){ program("debuggee"), __VA_ARGS__, NULL })

/* A copy of this process that runs a function; it is not debugged. */
void start_function(int (*function)(void));

/* For start_function(): returns when somebody debugs us. */
void await_debugger(void);

/* A program that is debugged from its birth. */
void launch_program(ULONG flags, const char *const *argv);
#define launch(flags, ...) \
	launch_program(flags, (const char *const []){ program("debuggee"), __VA_ARGS__, NULL })

/* Start, and put under the debug object; its attach events are still to come. */
#define attach(ready, ...) do {					\
	start(ready, __VA_ARGS__);				\
	needs(NtDebugActiveProcess(process, object));		\
} while (0)

NTSTATUS take(int ms);			/* 0: does not wait */
void take_one(void);			/* some event has to come */
void take_state(DBG_STATE state);	/* and it has to be this one */
void answer(NTSTATUS status);
void run_to(DBG_STATE state);		/* answers all before it */
void run_to_end(NTSTATUS status);	/* the last one is continued too */
void drain_attach(void);		/* to the last event of an attach */
pid_t event_tid(void);

/* The subject has ended and nobody has reaped it. */
void kill_subject(void);
void wait_gone(void);

const char *status_name(NTSTATUS status);

/* Milliseconds from now, and 100 ns since 1601, as the calls take them. */
LARGE_INTEGER in_ms(int ms);
LARGE_INTEGER system_time(int ms);

#endif /* NTDBG_CONFORMANCE_NT_H */
