// SPDX-License-Identifier: GPL-2.0
/*
 * Everybody steers at once: threads of the test make every call of object.h on
 * a process that forks, executes, makes threads, faults and ends, while one of
 * them debugs it. Every refusal is one that is documented, nobody hangs, and when
 * all have let go the process runs on.
 *
 * NTDBG_ITER=N sets the number of rounds, NTDBG_SEED=N repeats the choices.
 */
#include "fixture.h"
#include <pthread.h>
#include "module.h"

#define NR_STEERERS 2
#define NR_EXECS 20

struct race {
	struct port_data *port;
	uint64_t seed;
	uint32_t stop;
	uint32_t calls;
	int wrong_call;			/* and what it gave */
	int wrong_result;
};

struct steerer {
	struct race *race;
	int process;
	int thread;
};

static int call_query(struct steerer *s)
{
	struct ntdbg_process_info info;

	return nt_process_query(s->process, &info);
}

static int call_thread_query(struct steerer *s)
{
	struct ntdbg_thread_info info;

	return nt_thread_query(s->thread, &info);
}

static int call_suspend(struct steerer *s)
{
	int ret = nt_suspend(s->thread);

	return ret < 0 ? ret : 0;
}

static int call_resume(struct steerer *s)
{
	int ret = nt_resume(s->thread);

	return ret < 0 ? ret : 0;
}

static int call_suspend_and_resume(struct steerer *s)
{
	int ret = nt_process_suspend(s->process);

	return ret ? ret : nt_process_resume(s->process);
}

static int call_get_context(struct steerer *s)
{
	struct ntdbg_context context;

	return nt_get_context(s->thread, NTDBG_CONTEXT_ALL, &context);
}

/* Nothing that the program could notice. */
static int call_set_context(struct steerer *s)
{
	struct ntdbg_context context = {};

	return nt_set_context(s->thread, NTDBG_CONTEXT_DEBUG_REGISTERS, &context);
}

static int call_read(struct steerer *s)
{
	struct ntdbg_process_info info;
	char bytes[8192];
	int ret = nt_process_query(s->process, &info);

	if (ret)
		return ret;
	ret = nt_read(s->process, info.entry & ~4095ull, bytes, sizeof(bytes), 0, NULL);
	return ret == -EIO ? 0 : ret;
}

static int call_region(struct steerer *s)
{
	struct ntdbg_region region;
	uint64_t at = 0;
	int ret;

	do {
		ret = nt_region(s->process, at, &region, NULL, 0);
		at = region.end;
	} while (!ret && at < 0x700000000000ull);
	return ret;
}

static int call_break(struct steerer *s)
{
	int ret = nt_process_break(s->process);

	return ret == -ENOTCONN || ret == -EALREADY ? 0 : ret;
}

static int call_detach(struct steerer *s)
{
	int ret = nt_process_detach(s->process, s->race->port->fd);

	return ret == -ENOTCONN ? 0 : ret;
}

static int call_attach(struct steerer *s)
{
	int ret = nt_process_attach(s->process, s->race->port->fd);

	return ret == -EBUSY ? 0 : ret;
}

static int call_inherit(struct steerer *s)
{
	return nt_process_inherit(s->process, 0);
}

static int call_debug_object(struct steerer *s)
{
	int ret = nt_process_debug_object(s->process, NTDBG_DEBUG_QUERY_INFORMATION);

	if (ret < 0)
		return ret == -ENOTCONN ? 0 : ret;
	return close(ret);
}

static int call_unload(struct steerer *s)
{
	(void)s;
	/* Refused as long as a handle is open. */
	return module_unload() == -EWOULDBLOCK ? 0 : -ENOTRECOVERABLE;
}

#define CALL(name) { #name, call_##name }

static const struct {
	const char *name;
	int (*fn)(struct steerer *s);
} calls[] = {
	CALL(query), CALL(thread_query), CALL(suspend), CALL(resume), CALL(resume),
	CALL(suspend_and_resume), CALL(get_context), CALL(set_context), CALL(read), CALL(region),
	CALL(break), CALL(detach), CALL(attach), CALL(attach), CALL(inherit), CALL(debug_object),
	CALL(unload),
};

static void close_handles(struct steerer *s)
{
	if (s->process >= 0)
		close(s->process);
	if (s->thread >= 0)
		close(s->thread);
}

/* False if the process is gone. */
static bool open_handles(struct steerer *s, int fd, pid_t pid)
{
	s->process = nt_open_process(fd, pid, NTDBG_PROCESS_ALL_ACCESS);
	s->thread = nt_open_thread(fd, 0, pid, NTDBG_THREAD_ALL_ACCESS);
	if (s->process >= 0 && s->thread >= 0)
		return true;
	close_handles(s);
	return false;
}

static void *steer(void *arg)
{
	struct race *race = arg;
	struct random random = { .state = race->seed + gettid() };
	struct steerer s = { .race = race };
	int fd = dbg_open();

	while (!board_get(race->stop) && !race->wrong_result) {
		if (!open_handles(&s, fd, race->port->pid))
			break;
		for (uint32_t left = 1 + random_below(&random, 20); left; left--) {
			uint32_t i = random_below(&random, ARRAY_SIZE(calls));
			int ret = calls[i].fn(&s);

			board_add(race->calls);
			if (ret && ret != -EOWNERDEAD && ret != -EOVERFLOW) {
				race->wrong_call = i;
				race->wrong_result = ret;
			}
		}
		/* What it suspended and forgot runs on now, unless it is debugged. */
		close_handles(&s);
	}
	close(fd);
	return NULL;
}

static void *debug(void *arg)
{
	struct race *race = arg;
	union record *r = malloc(sizeof(*r));
	int ret;

	while (!board_get(race->stop) && !race->wrong_result) {
		ret = dbg_wait(race->port->fd, r, 20);
		if (!ret)
			ret = dbg_continue(race->port->fd, r, NOT_HANDLED);
		if (ret == -ECHILD)
			breathe();
		if (ret && ret != -ETIMEDOUT && ret != -ECHILD && ret != -ENOENT) {
			race->wrong_call = -1;
			race->wrong_result = ret;
		}
	}
	free(r);
	return NULL;
}

static void run_race(struct __test_metadata *_metadata, struct port_data *self,
		     struct random *random, int ms)
{
	struct race race = { .port = self, .seed = random->state };
	pthread_t threads[NR_STEERERS + 1];

	ASSERT_EQ(0, pthread_create(&threads[0], NULL, debug, &race));
	for (int i = 1; i <= NR_STEERERS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, steer, &race));
	UNTIL(ms, race.wrong_result);
	board_put(race.stop, 1);
	for (int i = 0; i <= NR_STEERERS; i++)
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
	EXPECT_EQ(0, race.wrong_result)
		TH_LOG("%s: %s", race.wrong_call < 0 ? "debugging" : calls[race.wrong_call].name,
		       strerror(-race.wrong_result));
	snprintf(self->note, sizeof(self->note), "%u calls", race.calls);
}

TEST_F_TIMEOUT(port, a_busy_process, 900)
{
	const long rounds = env_number("NTDBG_ITER", 10);
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };
	int status = -1;

	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	start(1, "traffic");
	for (long i = 0; i < rounds; i++) {
		run_race(_metadata, self, &random, 500 + random_below(&random, 500));
		/* When nobody debugs it and no handle is left it runs, whatever was done to it. */
		dbg_detach(self->fd, self->pid);
		ASSERT_TRUE(moves(self->board, 0)) TH_LOG("round %ld", i);
	}
	board_go(self->board);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(0, status);
}

/* One that executes itself again and again, and then ends. */
TEST_F_TIMEOUT(port, a_process_that_executes, 900)
{
	const long rounds = env_number("NTDBG_ITER", 10);
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };
	const char *argv[2 * NR_EXECS + 4] = { program("debuggee") };
	int status = -1;

	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	for (int i = 0; i < NR_EXECS; i++) {
		argv[2 * i + 1] = "exec";
		argv[2 * i + 2] = "self";
	}
	argv[2 * NR_EXECS + 1] = "exit";
	argv[2 * NR_EXECS + 2] = "7";
	for (long i = 0; i < rounds; i++) {
		memset(self->board, 0, sizeof(*self->board));
		board_put(self->board->go, 1);
		self->pid = spawn(-1, 0, self->board_fd, -1, argv);
		ASSERT_LT(0, self->pid);
		run_race(_metadata, self, &random, 100 + random_below(&random, 1500));
		dbg_detach(self->fd, self->pid);
		ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status)) TH_LOG("round %ld", i);
		EXPECT_EQ(exited(7), status);
	}
}

/* An execve by another thread than the first, while both are steered. */
TEST_F_TIMEOUT(port, an_execve_of_another_thread, 900)
{
	const long rounds = env_number("NTDBG_ITER", 10);
	struct random random = { .state = env_number("NTDBG_SEED", now_ns()) };
	int status = -1;

	TH_LOG("NTDBG_SEED=%llu", (unsigned long long)random.state);
	for (long i = 0; i < rounds; i++) {
		memset(self->board, 0, sizeof(*self->board));
		start(3, "execthread", "2", "self", "exit", "7");
		board_go(self->board);
		run_race(_metadata, self, &random, random_below(&random, 300));
		dbg_detach(self->fd, self->pid);
		ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status)) TH_LOG("round %ld", i);
		EXPECT_EQ(exited(7), status);
	}
}

TEST_HARNESS_MAIN
