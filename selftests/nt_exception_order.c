// SPDX-License-Identifier: GPL-2.0
/*
 * An exception of an NT process under a debugger: debugger, the dispatcher in
 * user mode, Linux's own handler, and the debugger's second chance if there is
 * none. What happened is written down by everybody in one shared list.
 */
#include "fixture.h"

#include <sys/mman.h>
#include "nt.h"
#include "nt_context.h"

enum step {
	FIRST_CHANCE = 1,
	DISPATCHER,
	LINUX_HANDLER,
	SECOND_CHANCE,
	GOES_ON,
};

static struct {
	int steps[16];
	int nr;
	int go;
	int dispatcher_fixes;
	int linux_handler;
	int software;
	uint32_t code;
} *shared;

static void note(enum step step)
{
	shared->steps[__sync_fetch_and_add(&shared->nr, 1)] = step;
}

static int target;

void nt_on_exception(struct nt_context *context, struct nt_exception_record *record)
{
	note(DISPATCHER);
	shared->code = record->code;
	if (shared->dispatcher_fixes) {
		context->rax = A(&target);
		NT(NtContinue, A(context), 0);
	}
	NT(NtRaiseException, A(record), A(context), 0);
	_exit(98);
}

static void on_signal(int signo)
{
	(void)signo;
	note(LINUX_HANDLER);
	_exit(7);
}

static void debuggee(void)
{
	struct nt_exception_record record = { .code = 0xe0001234 };
	struct nt_context context = { .flags = NT_CONTEXT_FULL & ~8u, .cs = 0x33, .ss = 0x2b,
				      .eflags = 0x202 };
	struct ntdbg_nt_start start;
	uint64_t address = 0x10;

	nt_default_start(&start);
	start.exception_dispatcher = A(nt_exception_dispatcher);
	if (nt_begin_as(&start))
		_exit(99);
	if (shared->linux_handler) {
		signal(SIGSEGV, on_signal);
		signal(SIGABRT, on_signal);
	}
	while (!__atomic_load_n(&shared->go, __ATOMIC_ACQUIRE))
		;
	if (shared->software) {
		context.rsp = A(&context) & ~15ull;
		context.rip = A(&record);	/* nobody gets there */
		NT(NtRaiseException, A(&record), A(&context), 1);
		_exit(97);
	}
	asm volatile("movl $5, (%0)" : "+a"(address) : : "memory");
	note(GOES_ON);
	_exit(target == 5 ? 0 : 96);
}

/* Runs the debuggee; every chance is noted and not handled. Returns its wait status. */
static int run(struct __test_metadata *_metadata, struct port_data *self)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		debuggee();
	self->pid = pid;
	if (dbg_attach(self->fd, pid))
		return -1;
	__atomic_store_n(&shared->go, 1, __ATOMIC_RELEASE);
	for (;;) {
		uint32_t answer = CONTINUE;

		if (dbg_wait(self->fd, self->r, WAIT_MS))
			return -1;
		if (self->r->hdr.type == NTDBG_EVENT_EXCEPTION) {
			note(self->r->exception.chance & NTDBG_EXCEPTION_FIRST_CHANCE ?
				     FIRST_CHANCE : SECOND_CHANCE);
			answer = NOT_HANDLED;
		}
		status = self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS;
		if (dbg_continue(self->fd, self->r, answer))
			return -1;
		if (status)
			break;
	}
	if (!wait_exit(pid, WAIT_MS, &status))
		return -1;
	TH_LOG("steps %d %d %d %d, code %08x", shared->steps[0], shared->steps[1],
	       shared->steps[2], shared->steps[3], shared->code);
	return status;
}

static void steps_are(struct __test_metadata *_metadata, const int *wanted, int nr)
{
	int i;

	EXPECT_EQ(nr, shared->nr);
	for (i = 0; i < nr; i++)
		EXPECT_EQ(wanted[i], shared->steps[i]);
}

#define STEPS(...) do {								\
	const int _wanted[] = { __VA_ARGS__ };					\
										\
	steps_are(_metadata, _wanted, sizeof(_wanted) / sizeof(_wanted[0]));	\
} while (0)

static void prepare(void)
{
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

TEST_F(port, dispatcher_mends_it)
{
	prepare();
	shared->dispatcher_fixes = 1;
	EXPECT_EQ(0, run(_metadata, self));
	STEPS(FIRST_CHANCE, DISPATCHER, GOES_ON);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, shared->code);
}

TEST_F(port, linux_handler_takes_it)
{
	prepare();
	shared->linux_handler = 1;
	EXPECT_EQ(7 << 8, run(_metadata, self));
	STEPS(FIRST_CHANCE, DISPATCHER, LINUX_HANDLER);
}

TEST_F(port, nobody_takes_it)
{
	int status;

	prepare();
	status = run(_metadata, self);
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	STEPS(FIRST_CHANCE, DISPATCHER, SECOND_CHANCE);
}

TEST_F(port, software_exception_that_nobody_takes)
{
	int status;

	prepare();
	shared->software = 1;
	status = run(_metadata, self);
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	STEPS(FIRST_CHANCE, DISPATCHER, SECOND_CHANCE);
	EXPECT_EQ(0xe0001234, shared->code);
}

TEST_F(port, software_exception_that_linux_takes)
{
	prepare();
	shared->software = 1;
	shared->linux_handler = 1;
	EXPECT_EQ(7 << 8, run(_metadata, self));
	STEPS(FIRST_CHANCE, DISPATCHER, LINUX_HANDLER);
}

TEST_HARNESS_MAIN
