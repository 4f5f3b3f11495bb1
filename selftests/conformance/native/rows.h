/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table of statuses as a test: each row names the section of the
 * specification that it is of, provokes the status for real, and is a TAP line.
 *
 * A row runs in a process of its own, so that whatever it leaves behind goes
 * with it, and a row that hangs is a row that failed.
 */
#ifndef NTDBG_CONFORMANCE_ROWS_H
#define NTDBG_CONFORMANCE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <ntdbg/nt/ntdll.h>

enum row_kind {
	AS_ON_NT = 0,
	DIFFERS,	/* Linux gives @here instead, because of @why */
	NOT_HERE,	/* cannot be provoked here, because of @why */
};

struct row {
	const char *section;
	const char *name;
	NTSTATUS status;	/* as the specification has it */
	NTSTATUS (*call)(void);
	enum row_kind kind;
	NTSTATUS here;
	const char *why;	/* docs/differences.md says it at length */
};

/* A call that takes a handle, and what it wants of it: up to five rows. */
enum handle_type {
	DEBUG_OBJECT,
	PROCESS,
	THREAD,
};

struct handle_row {
	const char *section;
	const char *name;
	NTSTATUS (*call)(HANDLE handle);
	enum handle_type type;
	ACCESS_MASK right;
	bool null_has_a_meaning;
};

/* Prints TAP; what main() returns. @size: from one row to the next, as rows may be part of more. */
int run_rows(const struct row *rows, size_t nr, size_t size, const struct handle_row *handles,
	     size_t nr_handles);

/* In a row: what else must hold. A false one ends the row as failed. */
void row_fails(const char *file, int line, const char *what);

/* A call that has to succeed, with STATUS_SUCCESS itself. */
void row_needs(NTSTATUS status, const char *file, int line, const char *what);

#define needs(call) row_needs(call, __FILE__, __LINE__, #call)

/* In a row: this machine cannot do it; the row is a skipped one, by name. */
void row_is_not_here(const char *why);

/* The row that runs. */
extern const struct row *current_row;

#define expect(condition) \
	((condition) ? (void)0 : row_fails(__FILE__, __LINE__, #condition))

#endif /* NTDBG_CONFORMANCE_ROWS_H */
