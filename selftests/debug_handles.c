// SPDX-License-Identifier: GPL-2.0
/* Several handles of one debug object, several waiters, and waits that are cancelled. */
#include "fixture.h"
#include <pthread.h>

TEST_F(port, a_duplicate_keeps_it_alive)
{
	int other;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "2", "5");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	other = nt_process_debug_object(whole_process(), NTDBG_DEBUG_ALL_ACCESS);
	ASSERT_LE(0, other);
	EXPECT_EQ(2, nt_handles(self->fd));
	close(self->fd);
	self->fd = other;
	EXPECT_EQ(1, nt_handles(self->fd));
	/* The event that was handed out by the other handle is answered by this one. */
	cont(CONTINUE);
	drain(exited(5));
}

TEST_F(port, rights_of_a_handle_from_the_process)
{
	uint32_t type, access;
	int process, other;

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	process = whole_process();
	other = keep(nt_process_debug_object(process, NTDBG_DEBUG_READ_EVENT));
	ASSERT_EQ(0, nt_handle(other, &type, &access));
	EXPECT_EQ(NTDBG_OBJECT_DEBUG, type);
	EXPECT_EQ(NTDBG_DEBUG_READ_EVENT, access);
	EXPECT_EQ(FD_CLOEXEC, fcntl(other, F_GETFD));
	EXPECT_EQ(-EACCES, dbg_set(other, 0));
	EXPECT_EQ(-EACCES, dbg_detach(other, self->pid));
	EXPECT_EQ(0, dbg_continue(other, self->r, CONTINUE));
	EXPECT_EQ(0, dbg_wait(other, self->r, WAIT_MS));
	EXPECT_EQ(NTDBG_EVENT_LOAD_IMAGE, self->r->hdr.type);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_EQ(-ENOTCONN, nt_process_debug_object(process, NTDBG_DEBUG_READ_EVENT));
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, kill_on_close_is_at_the_last_close)
{
	int other, status;

	ASSERT_EQ(0, dbg_set(self->fd, NTDBG_KILL_ON_CLOSE));
	launch(NTDBG_LAUNCH_LOADER_BREAK, "spin", "1");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	cont(CONTINUE);
	other = nt_process_debug_object(whole_process(), NTDBG_DEBUG_READ_EVENT);
	ASSERT_LE(0, other);
	close(self->fd);
	self->fd = -1;
	EXPECT_TRUE(moves(self->board, 1));
	EXPECT_TRUE(STAYS(100, waitpid(self->pid, NULL, WNOHANG) == 0));
	close(other);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(SIGKILL, status);
}

/* Handles that a debugger got by a query do not outlive it. */
TEST_F(port, a_dead_debugger_keeps_no_handle)
{
	struct board *board = self->board;
	pid_t debugger;

	start(3, "spin", "2");
	debugger = fork();
	if (!debugger) {
		int fd = dbg_open(), process = nt_open_process(fd, self->pid,
							       NTDBG_PROCESS_ALL_ACCESS);

		if (dbg_set(fd, NTDBG_KILL_ON_CLOSE) || nt_process_attach(process, fd) ||
		    nt_process_debug_object(process, NTDBG_DEBUG_ALL_ACCESS) < 0 ||
		    nt_duplicate(fd, NTDBG_DEBUG_READ_EVENT) < 0)
			_exit(1);
		board_put(board->fact[FACT_STEP], 1);
		for (;;)
			pause();
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(board->fact[FACT_STEP])));
	ASSERT_EQ(0, kill(debugger, SIGKILL));
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, attaching_through_handles)
{
	int process, assign;

	start(4, "park", "3", "7");
	process = process_handle(NTDBG_PROCESS_SUSPEND_RESUME);
	assign = keep(nt_duplicate(self->fd, NTDBG_DEBUG_PROCESS_ASSIGN));
	ASSERT_EQ(0, nt_process_attach(process, assign));
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_FAKE, self->r->hdr.flags);
	cont(CONTINUE);
	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	cont(CONTINUE);
	for (int i = 1; i <= 3; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, self->board->tid[i]);
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	cont(CONTINUE);
	EXPECT_EQ(-EBUSY, nt_process_attach(process, assign));
	EXPECT_EQ(-EBUSY, nt_process_attach(process, self->stats_fd));
	ASSERT_EQ(0, nt_process_detach(process, assign));
	ASSERT_EQ(0, nt_process_attach(process, self->fd));
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	cont(CONTINUE);
	board_go(self->board);
	drain(exited(7));
}

#define NR_WAITERS 4

struct waiter {
	pthread_t thread;
	int fd;
	int result;
	uint32_t started;
};

static void *wait_long(void *arg)
{
	struct waiter *waiter = arg;
	union record *r = malloc(sizeof(*r));

	board_put(waiter->started, gettid());
	waiter->result = r ? dbg_wait(waiter->fd, r, -1) : -ENOMEM;
	free(r);
	return NULL;
}

static void start_waiters(struct __test_metadata *_metadata, struct waiter *waiters, int fd)
{
	for (int i = 0; i < NR_WAITERS; i++) {
		waiters[i] = (struct waiter){ .fd = fd };
		ASSERT_EQ(0, pthread_create(&waiters[i].thread, NULL, wait_long, &waiters[i]));
	}
	for (int i = 0; i < NR_WAITERS; i++) {
		ASSERT_TRUE(UNTIL(WAIT_MS, board_get(waiters[i].started)));
		ASSERT_TRUE(UNTIL(WAIT_MS, asleep(getpid(), waiters[i].started)));
	}
}

TEST_F(port, cancel_ends_every_wait)
{
	struct waiter waiters[NR_WAITERS];

	start(2, "park", "1", "0");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	for (int round = 0; round < 10; round++) {
		start_waiters(_metadata, waiters, self->fd);
		ASSERT_EQ(0, nt_cancel(self->fd));
		for (int i = 0; i < NR_WAITERS; i++) {
			ASSERT_EQ(0, pthread_join(waiters[i].thread, NULL));
			EXPECT_EQ(-ECANCELED, waiters[i].result);
		}
	}
	/* Nobody waits, and whoever comes later is not meant. */
	ASSERT_EQ(0, nt_cancel(self->fd));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	EXPECT_EQ(-ETIMEDOUT, dbg_wait(self->fd, self->r, 50));
	board_go(self->board);
	drain(0);
}

/* Only those of this debug object, by whichever handle. */
TEST_F(port, cancel_through_another_handle)
{
	struct waiter waiters[NR_WAITERS];
	int other;

	start(2, "park", "1", "0");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	other = keep(nt_duplicate(self->fd, NTDBG_DEBUG_READ_EVENT));
	start_waiters(_metadata, waiters, self->fd);
	ASSERT_EQ(0, nt_cancel(self->stats_fd));
	for (int i = 0; i < NR_WAITERS; i++)
		EXPECT_TRUE(STAYS(20, asleep(getpid(), waiters[i].started)));
	ASSERT_EQ(0, nt_cancel(other));
	for (int i = 0; i < NR_WAITERS; i++) {
		ASSERT_EQ(0, pthread_join(waiters[i].thread, NULL));
		EXPECT_EQ(-ECANCELED, waiters[i].result);
	}
}

#define MAX_EVENTS 4096

struct shared {
	int fd;
	uint32_t seen[MAX_EVENTS];	/* by sequence number */
	uint32_t events;
	uint32_t failed;
};

static void *debug_together(void *arg)
{
	struct shared *shared = arg;
	union record *r = malloc(sizeof(*r));
	int ret;

	while (!(ret = dbg_wait(shared->fd, r, WAIT_MS))) {
		if (r->hdr.seq >= MAX_EVENTS || dbg_continue(shared->fd, r, NOT_HANDLED)) {
			board_add(shared->failed);
			break;
		}
		board_add(shared->seen[r->hdr.seq]);
		board_add(shared->events);
	}
	if (ret && ret != -ECHILD)
		board_add(shared->failed);
	free(r);
	return NULL;
}

TEST_F(port, each_event_goes_to_one_waiter)
{
	struct shared *shared = calloc(1, sizeof(*shared));
	pthread_t threads[NR_WAITERS];

	shared->fd = self->fd;
	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "100", "0");
	for (int i = 0; i < NR_WAITERS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, debug_together, shared));
	for (int i = 0; i < NR_WAITERS; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(0, shared->failed);
	EXPECT_LT(200, shared->events);
	EXPECT_EQ(0, shared->seen[0]);
	for (uint32_t i = 1; i <= shared->events; i++) {
		if (shared->seen[i] != 1)
			EXPECT_EQ(1, shared->seen[i]) TH_LOG("event %u", i);
	}
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

/* A wait that is under way when the last event is answered fails at once. */
TEST_F(port, the_end_of_the_last_process_ends_every_wait)
{
	struct waiter waiters[NR_WAITERS];

	launch(0, "exit", "0");
	run_to(NTDBG_EVENT_EXIT_PROCESS);
	start_waiters(_metadata, waiters, self->fd);
	cont(CONTINUE);
	for (int i = 0; i < NR_WAITERS; i++) {
		ASSERT_EQ(0, pthread_join(waiters[i].thread, NULL));
		EXPECT_EQ(-ECHILD, waiters[i].result);
	}
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, -1));
}

TEST_HARNESS_MAIN
