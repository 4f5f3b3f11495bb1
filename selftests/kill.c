// SPDX-License-Identifier: GPL-2.0
/* SIGKILL ends a debuggee at once, whatever it is held at, and the debugger hears of it. */
#include "fixture.h"
#include <pthread.h>

/* A kill is at once; an emulated machine with other work may need a moment. */
#define AT_ONCE_MS 2000

/*
 * After the kill: the process is gone before any event is answered, what was
 * listed of it is withdrawn, and its exit events come, marked as not held.
 * Returns how many of them were EXIT_THREAD.
 */
static unsigned int check_killed(struct __test_metadata *_metadata, struct port_data *self,
				 const union record *held, int wait_status)
{
	unsigned int threads = 0;
	int status = -1;

	ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status));
	EXPECT_EQ(wait_status, status);
	if (held)
		EXPECT_EQ(-ENOENT, dbg_continue(self->fd, held, CONTINUE));
	for (;;) {
		get();
		EXPECT_EQ(NTDBG_EVENT_F_NOT_HELD, self->r->hdr.flags & NTDBG_EVENT_F_NOT_HELD)
			TH_LOG("%s", event_name(self->r->hdr.type));
		EXPECT_EQ(wait_status, self->r->exit.wait_status);
		EXPECT_EQ(0, self->r->exit.how);
		EXPECT_EQ(self->pid, self->r->hdr.pid);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		ASSERT_EQ(NTDBG_EVENT_EXIT_THREAD, self->r->hdr.type);
		/* The next one waits for this one's answer. */
		EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, &(union record){}, 0));
		threads++;
		cont(CONTINUE);
	}
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
	return threads;
}

TEST_F(port, at_an_event_that_was_not_taken)
{
	launch(0, "exit", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	EXPECT_EQ(0, check_killed(_metadata, self, NULL, SIGKILL));
}

TEST_F(port, at_every_kind_of_event)
{
	static const uint32_t types[] = {
		NTDBG_EVENT_CREATE_PROCESS, NTDBG_EVENT_LOAD_IMAGE, NTDBG_EVENT_CREATE_THREAD,
		NTDBG_EVENT_EXCEPTION, NTDBG_EVENT_UNLOAD_IMAGE,
	};

	for (size_t i = 0; i < 2 * ARRAY_SIZE(types); i++) {
		union record held;
		uint32_t type = types[i / 2];

		memset(self->board, 0, sizeof(*self->board));
		launch(0, "busy");
		for (;;) {
			get();
			if (self->r->hdr.type == type)
				break;
			ASSERT_NE(NTDBG_EVENT_EXIT_PROCESS, self->r->hdr.type);
			cont(CONTINUE);
		}
		held = *self->r;
		/* Every other time after a replay was asked for: then it is listed again. */
		if (i & 1)
			cont(REPLY_LATER);
		ASSERT_EQ(0, kill(self->pid, SIGKILL));
		EXPECT_EQ(type == NTDBG_EVENT_CREATE_THREAD ? 1 : 0,
			  check_killed(_metadata, self, &held, SIGKILL))
			TH_LOG("at %s", event_name(type));
	}
}

TEST_F(port, at_the_loader_breakpoint)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "exit", "0");
	run_to(NTDBG_EVENT_EXCEPTION);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	check_killed(_metadata, self, &(union record){ .hdr = self->r->hdr }, SIGKILL);
}

TEST_F(port, at_a_second_chance)
{
	union record held;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "ud2", "none", "2");
	run_to_program();
	for (int i = 0; i < 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	held = *self->r;
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	EXPECT_EQ(2, check_killed(_metadata, self, &held, SIGKILL));
}

TEST_F(port, while_it_runs)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "spin", "2");
	run_to_program();
	for (int i = 0; i < 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 3));
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	EXPECT_EQ(2, check_killed(_metadata, self, NULL, SIGKILL));
}

TEST_F(port, while_its_threads_are_stopped_by_attach)
{
	union record held;

	start(3, "spin", "2");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	held = *self->r;
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	check_killed(_metadata, self, &held, SIGKILL);
}

TEST_F(port, while_its_threads_are_frozen)
{
	union record held;

	board_put(self->board->permit, 4);
	launch(NTDBG_LAUNCH_LOADER_BREAK, "spinmake", "2");
	run_to_program();
	for (int i = 0; i < 3; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		if (i < 2)
			cont(CONTINUE);
	}
	held = *self->r;
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	EXPECT_EQ(3, check_killed(_metadata, self, &held, SIGKILL));
}

/* It has begun to exit: its status stays what it was, and nothing waits any more. */
TEST_F(port, at_exit_process)
{
	int status;

	launch(0, "exit", "6");
	run_to(NTDBG_EVENT_EXIT_PROCESS);
	EXPECT_EQ(0, self->r->hdr.flags);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status));
	EXPECT_EQ(exited(6), status);
	/* It was handed out, so it is to be answered. */
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, &(union record){}, 0));
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
}

TEST_F(port, at_exit_process_that_was_not_taken)
{
	int status;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "exit", "6");
	run_to_program();
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status));
	EXPECT_EQ(exited(6), status);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EVENT_F_NOT_HELD, self->r->hdr.flags);
	EXPECT_EQ(exited(6), self->r->exit.wait_status);
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
}

/* All threads are held in their exit, one of them handed out. */
TEST_F(port, at_exit_thread_after_exit_group)
{
	unsigned int threads = 1;
	int status;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "exitall", "3", "1", "6");
	run_to_program();
	for (int i = 0; i < 4; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status));
	EXPECT_EQ(exited(6), status);
	cont(CONTINUE);
	for (;;) {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		ASSERT_EQ(NTDBG_EVENT_EXIT_THREAD, self->r->hdr.type);
		threads++;
		cont(CONTINUE);
	}
	EXPECT_EQ(4, threads);
	EXPECT_EQ(exited(6), self->r->exit.wait_status);
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
}

TEST_F(port, at_exit_of_a_single_thread)
{
	unsigned int threads = 0;
	int status;

	launch(0, "threads", "1", "0");
	run_to(NTDBG_EVENT_EXIT_THREAD);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status));
	EXPECT_EQ(SIGKILL, status);
	cont(CONTINUE);
	for (;;) {
		get();
		EXPECT_EQ(NTDBG_EVENT_F_NOT_HELD, self->r->hdr.flags);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		threads++;
		cont(CONTINUE);
	}
	EXPECT_EQ(0, threads);
	EXPECT_EQ(SIGKILL, self->r->exit.wait_status);
	cont(CONTINUE);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
}

TEST_F(port, at_the_exit_that_exec_makes)
{
	int status;

	board_go(self->board);
	launch(0, "exec", "self", "exit", "0");
	run_to(NTDBG_EVENT_EXIT_PROCESS);
	EXPECT_EQ(NTDBG_EVENT_F_EXEC, self->r->hdr.flags);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, AT_ONCE_MS, &status));
	EXPECT_EQ(SIGKILL, status);
	for (int i = 0; i < 4; i++) {
		int ret = dbg_continue(self->fd, self->r, CONTINUE);

		EXPECT_TRUE(!ret || ret == -ENOENT);
		ret = dbg_wait(self->fd, self->r, WAIT_MS);
		if (ret == -ECHILD)
			return;
		ASSERT_EQ(0, ret);
		log_event(self);
		EXPECT_EQ(NTDBG_EVENT_F_NOT_HELD, self->r->hdr.flags & NTDBG_EVENT_F_NOT_HELD);
	}
	EXPECT_TRUE(false) TH_LOG("there is no end to the events of a dead process");
}

static void *wait_forever(void *arg)
{
	struct port_data *self = arg;

	return (void *)(long)dbg_wait(self->fd, self->r, -1);
}

TEST_F(port, wakes_a_debugger_that_waits)
{
	pthread_t thread;
	void *ret;

	for (int round = 0; round < 10; round++) {
		memset(self->board, 0, sizeof(*self->board));
		launch_program(0, program("static"), "spin");
		next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
		cont(CONTINUE);
		ASSERT_EQ(0, pthread_create(&thread, NULL, wait_forever, self));
		ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->count[0]) > 0));
		/* Every other time when the waiting has surely begun. */
		if (round & 1)
			EXPECT_TRUE(STAYS(50, pthread_tryjoin_np(thread, &ret)));
		ASSERT_EQ(0, kill(self->pid, SIGKILL));
		ASSERT_EQ(0, pthread_join(thread, &ret));
		ASSERT_EQ(0, (long)ret);
		EXPECT_EQ(NTDBG_EVENT_EXIT_PROCESS, self->r->hdr.type);
		EXPECT_EQ(SIGKILL, self->r->exit.wait_status);
		cont(CONTINUE);
		EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
		ASSERT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
	}
}

TEST_HARNESS_MAIN
