// SPDX-License-Identifier: GPL-2.0
/*
 * SIGKILL in every state that a steered process can be in: it dies at once, its
 * exit events come, and nothing is left of it. NTDBG_ITER=N sets the rounds.
 */
#include "fixture.h"
#include <pthread.h>
#include "programs/memory.h"

#define DEFAULT_ROUNDS 8

/* Answers what is left, as a debugger would; an event may be gone when its answer comes. */
static void check_end(struct __test_metadata *_metadata, struct port_data *self, const char *state)
{
	int status, ret;

	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status))
		TH_LOG("%s: it does not die", state);
	EXPECT_EQ(SIGKILL, status) TH_LOG("%s", state);
	while (!(ret = dbg_wait(self->fd, self->r, WAIT_MS))) {
		log_event(self);
		ret = dbg_continue(self->fd, self->r, CONTINUE);
		ASSERT_TRUE(!ret || ret == -ENOENT) TH_LOG("%s: %s", state, strerror(-ret));
	}
	ASSERT_EQ(-ECHILD, ret) TH_LOG("%s: %s", state, strerror(-ret));
	while (self->nr_kept)
		close(self->kept[--self->nr_kept]);
}

static void attached_spinners(struct __test_metadata *_metadata, struct port_data *self)
{
	memset(self->board, 0, sizeof(*self->board));
	start(3, "spin", "2");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
}

/* Two threads at one breakpoint: one event is handed out, the other one waits behind it. */
static void two_traps(struct __test_metadata *_metadata, struct port_data *self)
{
	memset(self->board, 0, sizeof(*self->board));
	launch(NTDBG_LAUNCH_LOADER_BREAK, "trapall", "2");
	run_to_program();
	for (int i = 0; i < 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 2));
	board_go(self->board);
}

static void state_held(struct __test_metadata *_metadata, struct port_data *self)
{
	two_traps(_metadata, self);
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
}

static void state_listed(struct __test_metadata *_metadata, struct port_data *self)
{
	two_traps(_metadata, self);
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
}

static void state_suspended(struct __test_metadata *_metadata, struct port_data *self)
{
	int process;

	attached_spinners(_metadata, self);
	process = whole_process();
	ASSERT_EQ(0, nt_process_suspend(process));
	ASSERT_EQ(0, nt_process_suspend(process));
	ASSERT_EQ(2, nt_suspend(whole_thread(self->board->tid[1])));
}

static void state_delayed(struct __test_metadata *_metadata, struct port_data *self)
{
	two_traps(_metadata, self);
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
	ASSERT_EQ(0, nt_suspend(whole_thread(self->r->hdr.tid)));
	cont(REPLY_LATER);
}

static void state_delayed_and_held(struct __test_metadata *_metadata, struct port_data *self)
{
	state_delayed(_metadata, self);
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
}

static void state_replayed(struct __test_metadata *_metadata, struct port_data *self)
{
	state_delayed(_metadata, self);
	ASSERT_EQ(1, nt_resume(self->kept[0]));
}

static void state_attached(struct __test_metadata *_metadata, struct port_data *self)
{
	memset(self->board, 0, sizeof(*self->board));
	start(3, "spin", "2");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
}

static void state_attached_half(struct __test_metadata *_metadata, struct port_data *self)
{
	state_attached(_metadata, self);
	for (int i = 0; i < 3; i++) {
		get();
		if (i < 2)
			cont(CONTINUE);
	}
}

static void state_broken_in(struct __test_metadata *_metadata, struct port_data *self)
{
	attached_spinners(_metadata, self);
	ASSERT_EQ(0, nt_process_break(whole_process()));
}

static void state_broken_in_held(struct __test_metadata *_metadata, struct port_data *self)
{
	state_broken_in(_metadata, self);
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
}

static void state_single_step(struct __test_metadata *_metadata, struct port_data *self)
{
	struct ntdbg_context context;
	int thread;

	two_traps(_metadata, self);
	next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
	thread = whole_thread(self->r->hdr.tid);
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	context.regs.eflags |= 0x100;
	ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	cont(CONTINUE);
}

static const struct state {
	const char *name;
	void (*enter)(struct __test_metadata *_metadata, struct port_data *self);
} states[] = {
	{ "held", state_held },
	{ "listed", state_listed },
	{ "suspended", state_suspended },
	{ "delayed", state_delayed },
	{ "delayed, another one held", state_delayed_and_held },
	{ "replayed", state_replayed },
	{ "attached", state_attached },
	{ "attached and half answered", state_attached_half },
	{ "broken in", state_broken_in },
	{ "held at a break-in", state_broken_in_held },
	{ "single step", state_single_step },
};

TEST_F_TIMEOUT(port, in_every_state, 900)
{
	const long rounds = env_number("NTDBG_ITER", DEFAULT_ROUNDS) / 4 + 1;

	for (long round = 0; round < rounds; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
			states[i].enter(_metadata, self);
			ASSERT_EQ(0, kill(self->pid, SIGKILL));
			check_end(_metadata, self, states[i].name);
		}
	}
}

/* A call that is repeated by a thread of the test while the debuggee dies. */
struct hammer {
	struct port_data *port;
	int process;
	int thread;
	uint64_t address;
	void *buffer;
	int (*call)(struct hammer *hammer);
	uint32_t calls;
	int result;
	pthread_t pthread;
};

static int hammer_context(struct hammer *hammer)
{
	struct ntdbg_context context;
	int ret = nt_get_context(hammer->thread, NTDBG_CONTEXT_ALL, &context);

	return ret ? ret : nt_set_context(hammer->thread, NTDBG_CONTEXT_ALL, &context);
}

static int hammer_suspend(struct hammer *hammer)
{
	int ret = nt_suspend(hammer->thread);

	if (ret < 0)
		return ret;
	ret = nt_resume(hammer->thread);
	return ret < 0 ? ret : 0;
}

static int hammer_process_suspend(struct hammer *hammer)
{
	int ret = nt_process_suspend(hammer->process);

	return ret ? ret : nt_process_resume(hammer->process);
}

static int hammer_read(struct hammer *hammer)
{
	return nt_read(hammer->process, hammer->address, hammer->buffer, MEMORY_BIG_SIZE, 0, NULL);
}

static int hammer_write(struct hammer *hammer)
{
	return nt_write(hammer->process, hammer->address, hammer->buffer, MEMORY_BIG_SIZE, 0,
			NULL);
}

static int hammer_protect(struct hammer *hammer)
{
	int ret = nt_protect(hammer->process, hammer->address, MEMORY_BIG_SIZE, PROT_READ);

	if (ret < 0)
		return ret;
	ret = nt_protect(hammer->process, hammer->address, MEMORY_BIG_SIZE,
			 PROT_READ | PROT_WRITE);
	return ret < 0 ? ret : 0;
}

static int hammer_region(struct hammer *hammer)
{
	struct ntdbg_region region;

	return nt_region(hammer->process, hammer->address, &region, NULL, 0);
}

static int hammer_attach(struct hammer *hammer)
{
	int ret = nt_process_attach(hammer->process, hammer->port->fd);

	if (ret)
		return ret;
	ret = nt_process_detach(hammer->process, hammer->port->fd);
	/* Its death may have taken it away already. */
	return ret == -ENOTCONN ? 0 : ret;
}

static int hammer_break(struct hammer *hammer)
{
	int ret = nt_process_break(hammer->process);

	return ret == -ENOTCONN ? 0 : ret;
}

static const struct {
	const char *name;
	int (*call)(struct hammer *hammer);
} calls[] = {
	{ "registers", hammer_context },
	{ "suspending a thread", hammer_suspend },
	{ "suspending the process", hammer_process_suspend },
	{ "reading", hammer_read },
	{ "writing", hammer_write },
	{ "protecting", hammer_protect },
	{ "a region", hammer_region },
	{ "attaching", hammer_attach },
	{ "breaking in", hammer_break },
};

static void *hammer_on(void *arg)
{
	struct hammer *hammer = arg;
	int ret;

	do {
		ret = hammer->call(hammer);
		board_add(hammer->calls);
	} while (!ret);
	hammer->result = ret;
	return NULL;
}

static void hammer_once(struct __test_metadata *_metadata, struct port_data *self, size_t index,
			struct random *random)
{
	struct hammer hammer = {
		.port = self, .call = calls[index].call, .buffer = calloc(1, MEMORY_BIG_SIZE),
	};
	uint32_t some;
	int status;

	ASSERT_NE(NULL, hammer.buffer);
	memset(self->board, 0, sizeof(*self->board));
	start_program(3, program("memory"), "memory", "2");
	hammer.process = whole_process();
	hammer.thread = whole_thread(self->board->tid[1]);
	hammer.address = self->board->count[MEMORY_BIG];
	some = 1 + random_below(random, 6);
	ASSERT_EQ(0, pthread_create(&hammer.pthread, NULL, hammer_on, &hammer));
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(hammer.calls) >= some))
		TH_LOG("%s: %u calls", calls[index].name, hammer.calls);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status))
		TH_LOG("%s: it does not die", calls[index].name);
	ASSERT_EQ(0, pthread_join(hammer.pthread, NULL));
	/* A copy that was under way ends in its midst; the next one is refused. */
	if (hammer.result == -EIO)
		hammer.result = hammer.call(&hammer);
	EXPECT_EQ(-EOWNERDEAD, hammer.result)
		TH_LOG("%s: %s", calls[index].name, strerror(-hammer.result));
	while (!dbg_wait(self->fd, self->r, 0))
		dbg_continue(self->fd, self->r, CONTINUE);
	while (self->nr_kept)
		close(self->kept[--self->nr_kept]);
	free(hammer.buffer);
}

TEST_F_TIMEOUT(port, during_every_call, 900)
{
	const long rounds = env_number("NTDBG_ITER", DEFAULT_ROUNDS) / 4 + 1;
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };

	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	ASSERT_EQ(0, ftruncate(self->file_fd, 4096));
	for (long round = 0; round < rounds; round++)
		for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
			hammer_once(_metadata, self, i, &random);
}

TEST_HARNESS_MAIN
