// SPDX-License-Identifier: GPL-2.0
/*
 * Very many events that hold a thread: none is lost, no wake-up is, and nothing
 * is left of them. NTDBG_ITER=N sets how many.
 */
#include "fixture.h"
#include "meminfo.h"
#include <pthread.h>

#define DEFAULT_EVENTS 4000

static void launch_breakpoints(struct __test_metadata *_metadata, struct port_data *self,
			       long events)
{
	char rounds[24];

	snprintf(rounds, sizeof(rounds), "%ld", events);
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none", "0", rounds);
	run_to_program();
}

/* One call an event, as debuggers' loops have it. */
TEST_F_TIMEOUT(port, continued_and_waited_for, 3000)
{
	const long events = env_number("NTDBG_ITER", DEFAULT_EVENTS);
	struct meminfo then = {}, now;
	uint64_t seq, begin;
	uint32_t done;

	launch_breakpoints(_metadata, self, events);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	seq = self->r->hdr.seq;
	begin = now_ns();
	for (long i = 1; i < events; i++) {
		if (i == events / 10)
			then = meminfo_now();
		ASSERT_EQ(0, dbg_continue_wait(self->fd, self->r, HANDLED, WAIT_MS, &done));
		ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		ASSERT_EQ(++seq, self->r->hdr.seq);
		ASSERT_EQ(i, board_get(self->board->fact[FACT_STEP]));
	}
	now = meminfo_now();
	TH_LOG("%ld events in %llu ms", events,
	       (unsigned long long)(now_ns() - begin) / 1000000);
	cont(HANDLED);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(events, board_get(self->board->fact[FACT_STEP]));
	finish(0);
	EXPECT_TRUE(memory_is_flat(events, &then, &now))
		TH_LOG("slab +%ld kB, available -%ld kB", now.slab - then.slab,
		       then.available - now.available);
}

struct relay {
	int fd;
	int result;
	uint32_t waiting;		/* an event is there to be answered */
	uint32_t pid, tid;
	uint32_t stop;
};

/* One thread waits, another one answers: each wake-up crosses the CPUs. */
static void *answer(void *arg)
{
	struct relay *relay = arg;

	while (!relay->result) {
		while (!board_get(relay->waiting))
			if (board_get(relay->stop))
				return NULL;
		board_put(relay->waiting, 0);
		relay->result = dbg_continue_id(relay->fd, relay->pid, relay->tid, HANDLED);
	}
	return NULL;
}

TEST_F_TIMEOUT(port, answered_by_another_thread, 3000)
{
	const long events = env_number("NTDBG_ITER", DEFAULT_EVENTS) / 4;
	struct relay relay = { .fd = self->fd };
	pthread_t thread;

	launch_breakpoints(_metadata, self, events);
	ASSERT_EQ(0, pthread_create(&thread, NULL, answer, &relay));
	for (;;) {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		relay.pid = self->r->hdr.pid;
		relay.tid = self->r->hdr.tid;
		board_put(relay.waiting, 1);
	}
	board_put(relay.stop, 1);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, relay.result);
	EXPECT_EQ(events, board_get(self->board->fact[FACT_STEP]));
	finish(0);
}

/* Steering at each event: what it takes is given back. */
TEST_F_TIMEOUT(port, steered_at_each, 3000)
{
	const long events = env_number("NTDBG_ITER", DEFAULT_EVENTS) / 4;
	struct ntdbg_context context;
	struct meminfo then = {}, now;
	int thread, process;
	unsigned char byte;

	launch_breakpoints(_metadata, self, events);
	thread = whole_thread(self->pid);
	process = whole_process();
	for (long i = 0; i < events; i++) {
		if (i == events / 10)
			then = meminfo_now();
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_ALL, &context));
		ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_ALL, &context));
		ASSERT_EQ(0, nt_read(process, context.regs.rip - 1, &byte, 1, 0, NULL));
		ASSERT_EQ(0xcc, byte);
		ASSERT_EQ(0, nt_write(process, context.regs.rip - 1, &byte, 1, NTDBG_VM_FORCE,
				      NULL));
		ASSERT_EQ(0, nt_suspend(thread));
		ASSERT_EQ(1, nt_resume(thread));
		cont(HANDLED);
	}
	now = meminfo_now();
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(0);
	EXPECT_TRUE(memory_is_flat(events, &then, &now))
		TH_LOG("slab +%ld kB, available -%ld kB", now.slab - then.slab,
		       then.available - now.available);
}

TEST_HARNESS_MAIN
