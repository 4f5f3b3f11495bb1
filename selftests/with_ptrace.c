// SPDX-License-Identifier: GPL-2.0
/* Under this debug port and under ptrace at once: neither is in the other's way. */
#include "fixture.h"
#include <sys/ptrace.h>
#include <sys/user.h>

/* A tracer of its own, since the test waits for children in its own way. */
struct orders {
	uint32_t attached;
	uint32_t stops;			/* signal-delivery stops that it saw */
	uint32_t last_signal;
	uint32_t go;			/* how many of them may go on */
	uint32_t pass;			/* pass the signal on, or suppress it */
	uint64_t rip;
};

static struct orders *orders_new(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void trace(struct orders *orders, pid_t pid)
{
	struct user_regs_struct regs;
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)PTRACE_O_TRACECLONE))
		_exit(1);
	board_put(orders->attached, 1);
	for (;;) {
		pid_t tid = waitpid(-1, &status, __WALL);
		int sig;

		if (tid < 0)
			_exit(0);
		if (!WIFSTOPPED(status))
			continue;
		sig = status >> 16 ? 0 : WSTOPSIG(status);
		if (sig && sig != SIGSTOP) {
			uint32_t stop;

			ptrace(PTRACE_GETREGS, tid, NULL, &regs);
			orders->rip = regs.rip;
			board_put(orders->last_signal, sig);
			stop = board_add(orders->stops);
			while (board_get(orders->go) < stop)
				breathe();
			sig = board_get(orders->pass) ? sig : 0;
		}
		ptrace(PTRACE_CONT, tid, NULL, (void *)(long)sig);
	}
}

static pid_t start_tracer(struct __test_metadata *_metadata, struct orders *orders, pid_t pid)
{
	pid_t tracer = fork();

	if (!tracer) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		trace(orders, pid);
	}
	EXPECT_TRUE(UNTIL(WAIT_MS, board_get(orders->attached)));
	return tracer;
}

static void answer_all(struct __test_metadata *_metadata, struct port_data *self)
{
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
}

/* What the debug port's debugger handles never becomes a signal, so ptrace does not see it. */
TEST_F(port, a_breakpoint_that_is_handled)
{
	struct orders *orders = orders_new();

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none", "0", "5");
	run_to(NTDBG_EVENT_EXCEPTION);
	start_tracer(_metadata, orders, self->pid);
	cont(CONTINUE);
	for (int i = 0; i < 5; i++) {
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		cont(HANDLED);
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, board_get(orders->stops));
	finish(0);
}

/* What it does not handle does, and the tracer stops there as ever. */
TEST_F(port, a_breakpoint_that_is_not_handled)
{
	struct orders *orders = orders_new();

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "handler");
	run_to(NTDBG_EVENT_EXCEPTION);
	start_tracer(_metadata, orders, self->pid);
	board_put(orders->pass, 1);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(0, board_get(orders->stops));
	cont(NOT_HANDLED);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(orders->stops) == 1));
	EXPECT_EQ(SIGTRAP, board_get(orders->last_signal));
	EXPECT_EQ(self->board->fact[FACT_IP] + 1, orders->rip);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
	board_put(orders->go, 1);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
	finish(0);
}

/* Attached to while it stands in a ptrace stop, and steered there. */
TEST_F(port, in_a_ptrace_stop)
{
	struct orders *orders = orders_new();
	struct ntdbg_context context;
	int thread;

	start(3, "spin", "2");
	start_tracer(_metadata, orders, self->pid);
	ASSERT_EQ(0, kill(self->pid, SIGUSR1));
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(orders->stops) == 1));
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	answer_all(_metadata, self);
	thread = whole_thread(self->pid);
	ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
	EXPECT_EQ(orders->rip, context.regs.rip);
	ASSERT_EQ(0, nt_suspend(thread));
	/* Released by ptrace it stays suspended, and runs when that is over, too. */
	board_put(orders->go, 1);
	EXPECT_TRUE(moves(self->board, 1));
	ASSERT_EQ(1, nt_resume(thread));
	board_go(self->board);
	drain(0);
}

/* Held by the debug port, the tracer may come and go. */
TEST_F(port, while_an_event_is_held)
{
	struct orders *orders = orders_new();
	int status;
	pid_t tracer;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "handler");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	for (int i = 0; i < 3; i++) {
		board_put(orders->attached, 0);
		tracer = start_tracer(_metadata, orders, self->pid);
		ASSERT_EQ(0, kill(tracer, SIGKILL));
		ASSERT_TRUE(wait_exit(tracer, WAIT_MS, &status));
	}
	EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
	cont(HANDLED);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
	finish(0);
}

TEST_F(port, kill_is_kill)
{
	struct orders *orders = orders_new();
	int status;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none", "2");
	run_to_program();
	for (int i = 0; i < 2; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	start_tracer(_metadata, orders, self->pid);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	while (!dbg_wait(self->fd, self->r, WAIT_MS)) {
		log_event(self);
		EXPECT_NE(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		cont(CONTINUE);
	}
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(SIGKILL, status);
}

/* A real one: attached, and let go again. */
static void with_program(struct __test_metadata *_metadata, struct port_data *self,
			 const char *const *argv)
{
	int status = -1;
	pid_t pid;

	start(3, "spin", "2");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	answer_all(_metadata, self);
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		for (int fd = 0; fd < 3; fd++)
			dup2(null, fd);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	/* Neither holds the other up, and the program goes on all the while. */
	ASSERT_TRUE(UNTIL(2 * WAIT_MS, ({
		if (!dbg_wait(self->fd, self->r, 0))
			cont(NOT_HANDLED);
		waitpid(pid, &status, WNOHANG) == pid;
	}))) TH_LOG("%s does not end", argv[0]);
	EXPECT_EQ(0, status) TH_LOG("%s", argv[0]);
	EXPECT_TRUE(moves(self->board, 1));
	EXPECT_TRUE(moves(self->board, 2));
	board_go(self->board);
	drain(0);
}

TEST_F_TIMEOUT(port, strace, 120)
{
	if (access("/usr/bin/strace", X_OK))
		SKIP(return, "there is no strace");
	/* It ends when it is interrupted, and lets go then. */
	with_program(_metadata, self,
		     argv_of("/bin/sh", "-c",
			     "timeout -s INT 2 strace -f -o /dev/null -p $(pidof debuggee); true"));
}

TEST_F_TIMEOUT(port, gdb, 120)
{
	if (access("/usr/bin/gdb", X_OK))
		SKIP(return, "there is no gdb");
	with_program(_metadata, self,
		     argv_of("/bin/sh", "-c",
			     "gdb -nx -batch -p $(pidof debuggee) -ex 'thread apply all bt'"));
}

TEST_HARNESS_MAIN
