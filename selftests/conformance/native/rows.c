// SPDX-License-Identifier: GPL-2.0
/* See rows.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <kselftest.h>
#include "nt.h"

#define EXCEPTION_TRACE "/proc/sys/debug/exception-trace"

/* Several waits fit into it. */
#define ROW_MS (3 * WAIT_MS)

/* What a row's process tells: on a page that it shares with us. */
struct outcome {
	bool done;
	bool skipped;
	NTSTATUS status;
	char text[512];
};

static struct outcome *outcome;
static unsigned int as_on_nt, differing, not_here, failed;

void row_fails(const char *file, int line, const char *what)
{
	snprintf(outcome->text, sizeof(outcome->text), "%s:%d: this does not hold: %s",
		 strrchr(file, '/') ? strrchr(file, '/') + 1 : file, line, what);
	world_end();
	_exit(1);
}

void row_needs(NTSTATUS status, const char *file, int line, const char *what)
{
	char text[256];

	if (!status)
		return;
	snprintf(text, sizeof(text), "%s is STATUS_SUCCESS (it was %s)", what, status_name(status));
	row_fails(file, line, text);
}

void row_is_not_here(const char *why)
{
	snprintf(outcome->text, sizeof(outcome->text), "%s", why);
	outcome->skipped = true;
	world_end();
	_exit(0);
}

const struct row *current_row;
static const struct handle_row *handle_call;

static HANDLE right_handle(ACCESS_MASK access)
{
	switch (handle_call->type) {
	case DEBUG_OBJECT:
		return new_object(access, 0);
	case PROCESS:
		return open_process(pid, access);
	case THREAD:
		return open_thread(pid, access);
	}
	return NULL;
}

static NTSTATUS of_closed_handle(void)
{
	return handle_call->call(closed_handle());
}

static NTSTATUS of_null_handle(void)
{
	return handle_call->call(NULL);
}

static NTSTATUS of_file(void)
{
	return handle_call->call(file_handle());
}

static NTSTATUS of_wrong_object(void)
{
	if (handle_call->type != DEBUG_OBJECT)
		return handle_call->call(object);
	start(1, "park", "1");
	return handle_call->call(process);
}

static NTSTATUS of_lesser_handle(void)
{
	ACCESS_MASK all = handle_call->type == DEBUG_OBJECT ? DEBUG_ALL_ACCESS :
			  PROCESS_ALL_ACCESS;

	if (handle_call->type != DEBUG_OBJECT)
		start(1, "park", "1");
	return handle_call->call(right_handle(all & ~handle_call->right));
}

/* In a process of its own. */
static bool in_child(NTSTATUS (*call)(void))
{
	int status = 0;
	pid_t child;
	bool ended;

	memset(outcome, 0, sizeof(*outcome));
	fflush(stdout);
	child = fork();
	if (!child) {
		world_begin();
		outcome->status = call();
		outcome->done = true;
		world_end();
		_exit(0);
	}
	ended = child > 0 && wait_exit(child, ROW_MS, &status);
	if (!ended)
		snprintf(outcome->text, sizeof(outcome->text), "it did not end");
	else if (!outcome->done && !outcome->skipped && !outcome->text[0])
		snprintf(outcome->text, sizeof(outcome->text), "it died, wait status %#x", status);
	/* Whatever is left: the row itself, or what it started. */
	if (!reap_children(WAIT_MS))
		ksft_print_msg("something does not die of SIGKILL\n");
	return outcome->done && ended;
}

static void run_row(const char *section, const char *name, NTSTATUS (*call)(void),
		    NTSTATUS expected, NTSTATUS on_nt, const char *why)
{
	bool right = in_child(call) && outcome->status == expected;

	if (outcome->skipped) {
		not_here++;
		ksft_test_result_skip("%s %s: %s is not provoked: %s\n", section, name,
				      status_name(expected), outcome->text);
		return;
	}
	if (!right) {
		failed++;
		if (outcome->done)
			ksft_print_msg("%s instead of %s\n", status_name(outcome->status),
				       status_name(expected));
		if (outcome->text[0])
			ksft_print_msg("%s\n", outcome->text);
	}
	if (why) {
		differing++;
		ksft_test_result(right, "%s %s: %s; NT: %s (%s)\n", section, name,
				 status_name(expected), status_name(on_nt), why);
	} else {
		as_on_nt++;
		ksft_test_result(right, "%s %s: %s\n", section, name, status_name(expected));
	}
}

static void run_handle_row(const struct handle_row *row)
{
	char name[256];

	handle_call = row;
	if (!row->null_has_a_meaning) {
		snprintf(name, sizeof(name), "%s, NULL for a handle", row->name);
		run_row(row->section, name, of_null_handle, STATUS_INVALID_HANDLE, 0, NULL);
	}
	snprintf(name, sizeof(name), "%s, a closed handle", row->name);
	run_row(row->section, name, of_closed_handle, STATUS_INVALID_HANDLE, 0, NULL);
	snprintf(name, sizeof(name), "%s, a handle of another type", row->name);
	run_row(row->section, name, of_wrong_object, STATUS_OBJECT_TYPE_MISMATCH, 0, NULL);
	snprintf(name, sizeof(name), "%s, a file's handle", row->name);
	run_row(row->section, name, of_file, STATUS_OBJECT_TYPE_MISMATCH, 0, NULL);
	if (!row->right)
		return;
	snprintf(name, sizeof(name), "%s, a handle without the right %#x", row->name, row->right);
	run_row(row->section, name, of_lesser_handle, STATUS_ACCESS_DENIED, 0, NULL);
}

static size_t nr_of_handle_rows(const struct handle_row *rows, size_t nr)
{
	size_t sum = 0;

	for (size_t i = 0; i < nr; i++)
		sum += 3 + !rows[i].null_has_a_meaning + !!rows[i].right;
	return sum;
}

static bool all_gone(int fd, const struct ntdbg_stats *before, struct ntdbg_stats *now)
{
	return !dbg_stats(fd, now) && now->debug_objects <= before->debug_objects &&
	       now->processes <= before->processes && now->threads <= before->threads &&
	       now->images <= before->images && now->events_listed <= before->events_listed &&
	       now->active <= before->active;
}

int run_rows(const struct row *rows, size_t nr, size_t size, const struct handle_row *handles,
	     size_t nr_handles)
{
	struct ntdbg_stats before = {}, now = {};
	char exception_trace[16] = "";
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_print_header();
	ksft_set_plan(nr + nr_of_handle_rows(handles, nr_handles) + 1);
	fd = dbg_open();
	if (fd < 0 || dbg_stats(fd, &before))
		ksft_exit_fail_msg("cannot open " NTDBG_DEVICE ": %s\n", strerror(-fd));
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (read_line(EXCEPTION_TRACE, exception_trace, sizeof(exception_trace)))
		write_text(EXCEPTION_TRACE, "0");
	for (size_t i = 0; i < nr_handles; i++)
		run_handle_row(&handles[i]);
	for (size_t i = 0; i < nr; i++) {
		const struct row *row = (const void *)((const char *)rows + i * size);

		if (row->kind == NOT_HERE) {
			not_here++;
			ksft_test_result_skip("%s %s: %s is not provoked: %s\n", row->section,
					      row->name, status_name(row->status), row->why);
			continue;
		}
		current_row = row;
		run_row(row->section, row->name, row->call,
			row->kind == DIFFERS ? row->here : row->status, row->status,
			row->kind == DIFFERS ? row->why : NULL);
	}
	if (!UNTIL(WAIT_MS, all_gone(fd, &before, &now)))
		ksft_print_msg("objects %llu processes %llu threads %llu images %llu events %llu\n",
			       now.debug_objects, now.processes, now.threads, now.images,
			       now.events_listed);
	ksft_test_result(all_gone(fd, &before, &now), "the rows leave nothing behind\n");
	if (exception_trace[0])
		write_text(EXCEPTION_TRACE, exception_trace);
	printf("# rows: %u as on NT, %u that differ, %u not to be provoked; %u failed\n", as_on_nt,
	       differing, not_here, failed);
	ksft_finished();
}
