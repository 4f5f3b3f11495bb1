/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The harness and the fixture that almost every test uses: a debug object, a
 * board, and after each test the proof that nothing was left behind.
 *
 * The helpers are functions with a macro in front, so that a message can name
 * the line of the test.
 */
#ifndef NTDBG_SELFTEST_FIXTURE_H
#define NTDBG_SELFTEST_FIXTURE_H

#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <kselftest_harness.h>
#include "dbgport.h"
#include "handle.h"

/* An emulated machine is ten to twenty times slower than a real one. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 60

/* Whether the kernel logs the faults of programs: ours are no news, and look like trouble there. */
#define EXCEPTION_TRACE "/proc/sys/debug/exception-trace"

#define NR_LOGGED 24
#define NR_KEPT 64

#define CONTINUE	NTDBG_DBG_CONTINUE
#define HANDLED		NTDBG_DBG_EXCEPTION_HANDLED
#define NOT_HANDLED	NTDBG_DBG_EXCEPTION_NOT_HANDLED
#define REPLY_LATER	NTDBG_DBG_REPLY_LATER

/* How the harness calls a fixture's data; a pointer to it can be written like this. */
#define port_data _test_data_port

FIXTURE(port) {
	int fd;				/* the debug object */
	int stats_fd;			/* another one, for the counters */
	int board_fd;
	int file_fd;
	struct board *board;
	pid_t pid;			/* the debuggee */
	union record *r;		/* the last event */
	uint64_t seq;
	struct ntdbg_stats before;
	struct ntdbg_event logged[NR_LOGGED];
	unsigned int nr_logged;
	int kept[NR_KEPT];		/* handles, closed by the teardown */
	unsigned int nr_kept;
	char note[128];			/* for the log of a test that failed */
	char exception_trace[16];	/* as it was */
};

static inline bool same_counts(int fd, const struct ntdbg_stats *before, struct ntdbg_stats *now)
{
	return !dbg_stats(fd, now) && now->debug_objects <= before->debug_objects &&
	       now->processes <= before->processes && now->threads <= before->threads &&
	       now->images <= before->images && now->events_listed <= before->events_listed &&
	       now->active <= before->active;
}

static inline void log_stats(struct __test_metadata *_metadata, const char *when,
			     const struct ntdbg_stats *s)
{
	TH_LOG("%s: debug_objects %llu processes %llu threads %llu images %llu", when,
	       s->debug_objects, s->processes, s->threads, s->images);
	TH_LOG("%s: events_listed %llu active %llu missed %llu hooks_armed %llu", when,
	       s->events_listed, s->active, s->missed, s->hooks_armed);
}

FIXTURE_SETUP(port)
{
	self->fd = -1;
	self->r = malloc(sizeof(*self->r));
	ASSERT_NE(NULL, self->r);
	/* Whatever a debuggee leaves behind becomes our child, for the teardown. */
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	if (read_line(EXCEPTION_TRACE, self->exception_trace, sizeof(self->exception_trace)))
		write_text(EXCEPTION_TRACE, "0");
	self->board = board_new(&self->board_fd);
	ASSERT_NE(NULL, self->board);
	self->file_fd = file_new();
	ASSERT_LE(0, self->file_fd);
	self->stats_fd = dbg_open();
	ASSERT_LE(0, self->stats_fd)
		TH_LOG("cannot open %s: %s", NTDBG_DEVICE, strerror(-self->stats_fd));
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &self->before));
	self->fd = dbg_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(port)
{
	struct ntdbg_stats now;

	/* A failed ASSERT leaves it set, and the next message would come without a reason. */
	_metadata->trigger = 0;
	if (_metadata->exit_code == KSFT_FAIL) {
		unsigned int i = self->nr_logged > NR_LOGGED ? self->nr_logged - NR_LOGGED : 0;

		if (self->note[0])
			TH_LOG("%s", self->note);
		for (; i < self->nr_logged; i++) {
			const struct ntdbg_event *hdr = &self->logged[i % NR_LOGGED];

			TH_LOG("event %llu: %s pid %u tid %u flags %#x", hdr->seq,
			       event_name(hdr->type), hdr->pid, hdr->tid, hdr->flags);
		}
	}
	if (self->fd >= 0)
		close(self->fd);
	while (self->nr_kept)
		close(self->kept[--self->nr_kept]);
	EXPECT_TRUE(reap_children(WAIT_MS))
		TH_LOG("a debuggee does not die of SIGKILL");
	EXPECT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &self->before, &now))) {
		TH_LOG("the test left something behind");
		log_stats(_metadata, "before", &self->before);
		log_stats(_metadata, "after", &now);
	}
	EXPECT_EQ(self->before.missed, now.missed);
	if (self->exception_trace[0])
		write_text(EXCEPTION_TRACE, self->exception_trace);
}

static inline void log_event(struct port_data *self)
{
	self->logged[self->nr_logged++ % NR_LOGGED] = self->r->hdr;
}

static inline void __launch(struct __test_metadata *_metadata, struct port_data *self, int line,
			    uint32_t flags, const char *const *argv)
{
	self->pid = spawn(self->fd, flags, self->board_fd, self->file_fd, argv);
	ASSERT_LT(0, self->pid)
		TH_LOG("line %d: launch of %s: %s", line, argv[0], strerror(-self->pid));
}

#define argv_of(...) ((const char *const []){ __VA_ARGS__, NULL })

/* Starts a debuggee. */
#define launch_program(flags, ...) \
	__launch(_metadata, self, __LINE__, flags, argv_of(__VA_ARGS__))
#define launch(flags, ...) \
	launch_program(flags, program("debuggee"), __VA_ARGS__)

/* Starts a program that is not debugged, and waits until READY of its threads are in place. */
static inline void __start(struct __test_metadata *_metadata, struct port_data *self, int line,
			   uint32_t ready, const char *const *argv)
{
	self->pid = spawn(-1, 0, self->board_fd, self->file_fd, argv);
	ASSERT_LT(0, self->pid)
		TH_LOG("line %d: start: %s", line, strerror(-self->pid));
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) >= ready))
		TH_LOG("line %d: the program is not ready", line);
}

#define start_program(ready, ...) \
	__start(_metadata, self, __LINE__, ready, argv_of(__VA_ARGS__))
#define start(ready, ...) \
	start_program(ready, program("debuggee"), __VA_ARGS__)

static inline int __keep(struct __test_metadata *_metadata, struct port_data *self, int line,
			 int fd)
{
	ASSERT_LE(0, fd)
		TH_LOG("line %d: no handle: %s", line, strerror(-fd));
	ASSERT_GT(NR_KEPT, self->nr_kept);
	self->kept[self->nr_kept++] = fd;
	return fd;
}

/* A descriptor that has to be one, and that the teardown closes. */
#define keep(fd) __keep(_metadata, self, __LINE__, fd)

/* Handles of the debuggee, or of one of its threads. */
#define process_handle(access) keep(nt_open_process(self->stats_fd, self->pid, access))
#define thread_handle(tid, access) keep(nt_open_thread(self->stats_fd, self->pid, tid, access))
#define whole_process() process_handle(NTDBG_PROCESS_ALL_ACCESS)
#define whole_thread(tid) thread_handle(tid, NTDBG_THREAD_ALL_ACCESS)

static inline void __get(struct __test_metadata *_metadata, struct port_data *self, int line,
			 uint32_t flags)
{
	int ret = dbg_wait_flags(self->fd, self->r, WAIT_MS, flags);

	ASSERT_EQ(0, ret)
		TH_LOG("line %d: wait: %s", line, strerror(-ret));
	log_event(self);
}

/* Takes the next event, whichever it is. */
#define get() __get(_metadata, self, __LINE__, 0)
#define get_flags(flags) __get(_metadata, self, __LINE__, flags)

static inline void __expect(struct __test_metadata *_metadata, struct port_data *self, int line,
			    uint32_t type, uint32_t pid, uint32_t tid)
{
	ASSERT_EQ(type, self->r->hdr.type)
		TH_LOG("line %d: %s instead of %s", line, event_name(self->r->hdr.type),
		       event_name(type));
	if (pid)
		ASSERT_EQ(pid, self->r->hdr.pid) TH_LOG("line %d: wrong pid", line);
	if (tid)
		ASSERT_EQ(tid, self->r->hdr.tid) TH_LOG("line %d: wrong tid", line);
}

/* Takes the next event, which has to be this one; 0 stands for any pid or tid. */
#define next(type, pid, tid) do {					\
	__get(_metadata, self, __LINE__, 0);				\
	__expect(_metadata, self, __LINE__, type, pid, tid);		\
} while (0)

static inline void __cont(struct __test_metadata *_metadata, struct port_data *self, int line,
			  uint32_t status)
{
	int ret = dbg_continue(self->fd, self->r, status);

	ASSERT_EQ(0, ret)
		TH_LOG("line %d: continue of %s: %s", line, event_name(self->r->hdr.type),
		       strerror(-ret));
}

/* Answers the last event. */
#define cont(status) __cont(_metadata, self, __LINE__, status)

static inline void __run_to(struct __test_metadata *_metadata, struct port_data *self, int line,
			    uint32_t type)
{
	for (;;) {
		__get(_metadata, self, line, 0);
		if (self->r->hdr.type == type)
			return;
		ASSERT_NE(NTDBG_EVENT_EXIT_PROCESS, self->r->hdr.type)
			TH_LOG("line %d: the program ended without %s", line, event_name(type));
		ASSERT_NE(NTDBG_EVENT_EXCEPTION, self->r->hdr.type)
			TH_LOG("line %d: an exception instead of %s", line, event_name(type));
		__cont(_metadata, self, line, CONTINUE);
	}
}

/* Answers events until one of this type is taken. */
#define run_to(type) __run_to(_metadata, self, __LINE__, type)

/* The same up to the program's own first instruction: all libraries are there. */
#define run_to_program() do {						\
	__run_to(_metadata, self, __LINE__, NTDBG_EVENT_EXCEPTION);	\
	ASSERT_TRUE(self->r->exception.chance & NTDBG_EXCEPTION_LOADER_BREAK); \
	__cont(_metadata, self, __LINE__, CONTINUE);			\
} while (0)

static inline void __finish(struct __test_metadata *_metadata, struct port_data *self, int line,
			    int wait_status)
{
	int status = -1;

	ASSERT_EQ(NTDBG_EVENT_EXIT_PROCESS, self->r->hdr.type)
		TH_LOG("line %d: %s instead of EXIT_PROCESS", line,
		       event_name(self->r->hdr.type));
	ASSERT_EQ((uint32_t)wait_status, self->r->exit.wait_status)
		TH_LOG("line %d: wrong exit status", line);
	__cont(_metadata, self, line, CONTINUE);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status))
		TH_LOG("line %d: the process does not end", line);
	ASSERT_EQ(wait_status, status)
		TH_LOG("line %d: its parent sees another status", line);
	ASSERT_EQ(-ECHILD, dbg_wait(self->fd, self->r, WAIT_MS))
		TH_LOG("line %d: an event after EXIT_PROCESS", line);
}

/* The last event taken is the EXIT_PROCESS of the only debuggee. */
#define finish(wait_status) __finish(_metadata, self, __LINE__, wait_status)

static inline void __drain(struct __test_metadata *_metadata, struct port_data *self, int line,
			   int wait_status)
{
	for (;;) {
		__get(_metadata, self, line, 0);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		__cont(_metadata, self, line, NOT_HANDLED);
	}
	__finish(_metadata, self, line, wait_status);
}

/* Answers everything, exceptions with "not handled", to the end of the only debuggee. */
#define drain(wait_status) __drain(_metadata, self, __LINE__, wait_status)

#define exited(status) ((status) << 8)

/* Does a thread's slot of the board stay as it is? It soon comes to rest, and then rests. */
static inline bool stands_still(struct board *board, int slot)
{
	uint64_t count;

	return UNTIL(WAIT_MS, ({
		count = board_get(board->count[slot]);
		STAYS(30, count == board_get(board->count[slot]));
	})) && STAYS(60, count == board_get(board->count[slot]));
}

static inline bool moves(struct board *board, int slot)
{
	uint64_t count = board_get(board->count[slot]);

	return UNTIL(WAIT_MS, count != board_get(board->count[slot]));
}

static inline bool asleep(pid_t pid, pid_t tid)
{
	return thread_state(pid, tid) == 'S';
}

#endif /* NTDBG_SELFTEST_FIXTURE_H */
