/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the debuggee for Windows and the one for Linux have in common: the
 * faults, which are the processor's, and the list of what a debuggee can do.
 */
#ifndef NTDBG_CONFORMANCE_DEBUGGEE_H
#define NTDBG_CONFORMANCE_DEBUGGEE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Exit codes: how far it came. */
#define CODE_EXIT	7
#define CODE_THREADS	3
#define CODE_THREAD	11	/* and 12 of the second one */
#define CODE_AFTER	5	/* the program ran on after a fault */
#define CODE_CAUGHT	6	/* its own handler had the fault */
#define CODE_BROKEN	99	/* a call failed */

/* Each system's own part. */
int do_threads(void);
int do_thread_fault(void);
int do_library(void);
int do_output(void);
int do_caught(void);
int do_children(const char *self);
int do_attach(const char *meet);

static inline int fault(const char *name)
{
	if (!strcmp(name, "null-write"))
		asm volatile("movl $1, (%0)" : : "r"(0ull) : "memory");
	else if (!strcmp(name, "null-read"))
		asm volatile("movl (%0), %%eax" : : "r"(0ull) : "eax");
	else if (!strcmp(name, "null-execute"))
		asm volatile("call *%0" : : "r"(0ull) : "memory");
	else if (!strcmp(name, "noncanonical"))
		asm volatile("movl (%0), %%eax" : : "r"(0x8000000000000000ull) : "eax");
	else if (!strcmp(name, "illegal"))
		asm volatile("ud2");
	else if (!strcmp(name, "privileged"))
		asm volatile("hlt");
	else if (!strcmp(name, "divide"))
		asm volatile("divl %0" : : "r"(0), "a"(1), "d"(0) : "cc");
	else if (!strcmp(name, "breakpoint"))
		asm volatile("int3; nop; nop");
	else if (!strcmp(name, "trap-flag"))
		asm volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; nop" : : : "memory", "cc");
	else if (!strcmp(name, "icebp"))
		asm volatile(".byte 0xf1; nop");
	else if (!strcmp(name, "assertion"))
		asm volatile("int $0x2c");
	else
		return CODE_BROKEN;
	return CODE_AFTER;
}

static inline int run(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "exit"))
		return CODE_EXIT;
	if (!strcmp(what, "threads"))
		return do_threads();
	if (!strcmp(what, "thread-fault"))
		return do_thread_fault();
	if (!strcmp(what, "library"))
		return do_library();
	if (!strcmp(what, "output"))
		return do_output();
	if (!strcmp(what, "caught"))
		return do_caught();
	if (!strcmp(what, "children"))
		return do_children(argv[0]);
	if (!strcmp(what, "attach") && argc > 2)
		return do_attach(argv[2]);
	return fault(what);
}

static inline bool meet_at(const char *name, const char *end, const char *mode)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s.%s", name, end);
	file = fopen(path, mode);
	if (file)
		fclose(file);
	return file;
}

#endif /* NTDBG_CONFORMANCE_DEBUGGEE_H */
