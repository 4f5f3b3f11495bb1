// SPDX-License-Identifier: GPL-2.0
/* The order of events at launch, and what CREATE_PROCESS and LOAD_IMAGE say. */
#include "fixture.h"
#include <limits.h>
#include <pthread.h>
#include <sched.h>

/* Where the header of a 64-bit ELF file has the entry point. */
#define E_ENTRY 24

#define MAGIC "\177ELF"
#define MAGIC_SIZE 4

static void check_image(struct __test_metadata *_metadata, pid_t pid,
			const union record *r, const struct ntdbg_image *image)
{
	const char *path = record_path(r, image);
	struct mapping mapping = find_mapping(pid, r->hdr.tid, path);
	unsigned char magic[MAGIC_SIZE] = {};
	uint64_t ino, dev;

	EXPECT_EQ('/', path[0]);
	dev = file_dev(path, &ino);
	EXPECT_EQ(dev, image->dev) TH_LOG("%s", path);
	EXPECT_EQ(ino, image->ino) TH_LOG("%s", path);
	EXPECT_EQ(-1, image->file_fd);
	ASSERT_TRUE(mapping.found) TH_LOG("%s is not mapped", path);
	EXPECT_EQ(mapping.start, image->base);
	EXPECT_LE(mapping.end, image->end);
	EXPECT_TRUE(read_memory(pid, image->base, magic, sizeof(magic)));
	EXPECT_EQ(0, memcmp(magic, MAGIC, MAGIC_SIZE));
}

TEST_F(port, dynamic_program)
{
	const struct ntdbg_event_create_process *create = &self->r->create_process;
	const struct ntdbg_event_exception *exception = &self->r->exception;
	char exe[PATH_MAX], interpreter[PATH_MAX];
	uint64_t e_entry, entry, base, ld_base, ld_end, ticks;
	int libraries = 0;

	ASSERT_NE(NULL, realpath(program("debuggee"), exe));
	ASSERT_NE(NULL, realpath("/lib64/ld-linux-x86-64.so.2", interpreter));
	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "1", "7");

	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, self->r->hdr.flags);
	EXPECT_EQ(1, self->r->hdr.seq);
	EXPECT_STREQ(exe, record_path(self->r, &create->image));
	check_image(_metadata, self->pid, self->r, &create->image);
	EXPECT_EQ(getpid(), create->ppid);
	EXPECT_EQ(0, create->reserved);
	base = create->image.base;
	entry = create->image.entry;
	ASSERT_TRUE(read_memory(self->pid, base + E_ENTRY, &e_entry, sizeof(e_entry)));
	EXPECT_EQ(base + e_entry, entry);
	EXPECT_TRUE(read_memory(self->pid, create->stack, &ticks, sizeof(ticks)));
	/* On the stack of a new program, argc comes first. */
	EXPECT_EQ(4, ticks);
	/* It is the interpreter that runs first. */
	EXPECT_TRUE(create->start_address < base || create->start_address >= create->image.end);
	ticks = create->start_address;
	cont(CONTINUE);

	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	EXPECT_EQ(0, self->r->hdr.flags);
	EXPECT_EQ(2, self->r->hdr.seq);
	EXPECT_STREQ(interpreter, record_path(self->r, &self->r->image.image));
	check_image(_metadata, self->pid, self->r, &self->r->image.image);
	ld_base = self->r->image.image.base;
	ld_end = self->r->image.image.end;
	EXPECT_TRUE(ticks >= ld_base && ticks < ld_end);
	EXPECT_EQ(0, board_get(self->board->tid[1]));
	cont(CONTINUE);

	for (;;) {
		get();
		EXPECT_EQ(self->nr_logged, self->r->hdr.seq);
		if (self->r->hdr.type != NTDBG_EVENT_LOAD_IMAGE)
			break;
		EXPECT_EQ(0, self->r->hdr.flags);
		EXPECT_EQ(self->pid, self->r->hdr.tid);
		EXPECT_NE(base, self->r->image.image.base);
		EXPECT_NE(ld_base, self->r->image.image.base);
		check_image(_metadata, self->pid, self->r, &self->r->image.image);
		libraries++;
		cont(CONTINUE);
	}
	/* The C library, and no other. */
	EXPECT_EQ(1, libraries);

	ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
	EXPECT_EQ(self->pid, self->r->hdr.tid);
	EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_LOADER_BREAK, exception->chance);
	EXPECT_EQ(entry, exception->fault.ip);
	EXPECT_EQ(entry, exception->fault.regs.rip);
	EXPECT_EQ(SIGTRAP, exception->fault.signo);
	EXPECT_EQ(0, board_get(self->board->tid[1]));
	cont(CONTINUE);

	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, self->r->exit.how);
	finish(exited(7));
}

TEST_F(port, the_clock_of_the_events_runs_forward)
{
	uint64_t last = now_ns(), seq = 0;

	launch(0, "threads", "3", "0");
	do {
		get();
		EXPECT_LE(last, self->r->hdr.time_ns);
		EXPECT_EQ(++seq, self->r->hdr.seq);
		last = self->r->hdr.time_ns;
		EXPECT_GE(now_ns(), last);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	} while (1);
	finish(0);
}

TEST_F(port, without_the_flag_there_is_no_loader_breakpoint)
{
	launch(0, "exit", "5");
	do {
		get();
		EXPECT_NE(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	} while (1);
	finish(exited(5));
}

/* The initial breakpoint is no int3: whatever the answer, the program goes on. */
static const uint32_t answers[] = {
	NTDBG_DBG_CONTINUE, NTDBG_DBG_EXCEPTION_HANDLED, NTDBG_DBG_EXCEPTION_NOT_HANDLED,
	NTDBG_DBG_TERMINATE_THREAD, NTDBG_DBG_TERMINATE_PROCESS,
};

TEST_F(port, loader_breakpoint_with_every_answer)
{
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		launch(NTDBG_LAUNCH_LOADER_BREAK, "exit", "6");
		run_to(NTDBG_EVENT_EXCEPTION);
		EXPECT_TRUE(self->r->exception.chance & NTDBG_EXCEPTION_LOADER_BREAK);
		cont(answers[i]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(0, self->r->exit.how);
		finish(exited(6));
	}
}

TEST_F(port, nothing_runs_while_create_process_is_held)
{
	launch_program(0, program("static"), "spin");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_TRUE(STAYS(200, !board_get(self->board->count[0])));
	cont(CONTINUE);
	EXPECT_TRUE(UNTIL(WAIT_MS, board_get(self->board->count[0])));
	board_go(self->board);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(exited(43));
}

/* Whoever waits for a close-on-exec pipe, as many launchers do, must not wait for the debugger. */
TEST_F(port, exec_has_closed_its_descriptors_when_the_process_is_reported)
{
	struct pollfd pfd = { .events = POLLIN };
	int ends[2];

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	launch(0, "exit", "0");
	close(ends[1]);
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	pfd.fd = ends[0];
	EXPECT_EQ(1, poll(&pfd, 1, 5000)) TH_LOG("the write end is still open");
	EXPECT_EQ(POLLHUP, pfd.revents);
	close(ends[0]);
	cont(CONTINUE);
	drain(exited(0));
}

TEST_F(port, events_begin_with_a_successful_exec)
{
	const char *const argv[] = { "/nonexistent/program", NULL };
	int status;

	self->pid = spawn(self->fd, 0, -1, -1, argv);
	ASSERT_LT(0, self->pid);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_EQ(exited(127), status);
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, WAIT_MS));
	EXPECT_TRUE(dbg_poll(self->fd, 0) & POLLHUP);
}

TEST_F(port, a_second_launch_of_the_same_process)
{
	int other = dbg_open();
	pid_t pid;
	int status;

	ASSERT_LE(0, other);
	pid = fork();
	if (!pid) {
		if (dbg_launch_self(self->fd, 0))
			_exit(1);
		if (dbg_launch_self(self->fd, 0) != -EBUSY)
			_exit(2);
		if (dbg_launch_self(other, 0) != -EBUSY)
			_exit(3);
		_exit(0);
	}
	ASSERT_LT(0, pid);
	ASSERT_TRUE(wait_exit(pid, WAIT_MS, &status));
	EXPECT_EQ(0, status);
	close(other);
}

static void *second_thread(void *arg)
{
	struct port_data *self = arg;

	return (void *)(long)dbg_launch_self(self->fd, 0);
}

/* Only a process that is about to exec can be launched, and that has one thread. */
TEST_F(port, a_process_with_several_threads)
{
	pthread_t thread;
	void *ret;

	ASSERT_EQ(0, pthread_create(&thread, NULL, second_thread, self));
	ASSERT_EQ(0, pthread_join(thread, &ret));
	EXPECT_EQ(-EINVAL, (long)ret);
	EXPECT_EQ(-ENOTCONN, dbg_detach(self->fd, getpid()));
}

/* The debuggee is the first process of a namespace; we are not in it. */
TEST_F(port, ids_are_those_of_the_reader)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	int told[2], status = -1;
	pid_t pid, maker;

	if (getuid())
		SKIP(return, "needs to be root");
	ASSERT_EQ(0, pipe2(told, O_CLOEXEC));
	maker = fork();
	if (!maker) {
		if (unshare(CLONE_NEWPID))
			_exit(1);
		pid = spawn(self->fd, 0, -1, -1, argv);
		if (pid <= 0 || write(told[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(2);
		_exit(wait_exit(pid, WAIT_MS, &status) && status == exited(42) ? 0 : 3);
	}
	ASSERT_EQ(sizeof(pid), read(told[0], &pid, sizeof(pid)));
	next(NTDBG_EVENT_CREATE_PROCESS, pid, pid);
	EXPECT_EQ(maker, self->r->create_process.ppid);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, pid, pid);
	cont(CONTINUE);
	ASSERT_TRUE(wait_exit(maker, WAIT_MS, &status));
	EXPECT_EQ(0, status);
}

/* Now the debugger is in it, too, as process 1, and its debuggee is process 2. */
static int debug_in_namespace(struct port_data *self)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	int status = -1;

	if (getpid() != 1 || spawn(self->fd, 0, -1, -1, argv) != 2)
		return 1;
	if (dbg_wait(self->fd, self->r, WAIT_MS))
		return 2;
	if (self->r->hdr.pid != 2 || self->r->hdr.tid != 2 || self->r->create_process.ppid != 1)
		return 3;
	if (dbg_attach(self->fd, 2) != -EBUSY || dbg_attach(self->fd, 1) != -EDEADLK)
		return 4;
	if (dbg_continue_id(self->fd, 2, 2, CONTINUE) || dbg_wait(self->fd, self->r, WAIT_MS))
		return 5;
	if (self->r->hdr.type != NTDBG_EVENT_EXIT_PROCESS || self->r->hdr.pid != 2)
		return 6;
	if (dbg_continue_id(self->fd, 2, 2, CONTINUE) || !wait_exit(2, WAIT_MS, &status))
		return 7;
	return status == exited(42) ? 0 : 8;
}

TEST_F(port, ids_inside_a_namespace)
{
	int status = -1;
	pid_t maker;

	if (getuid())
		SKIP(return, "needs to be root");
	maker = fork();
	if (!maker) {
		pid_t first;

		if (unshare(CLONE_NEWPID))
			_exit(20);
		first = fork();
		if (!first)
			_exit(debug_in_namespace(self));
		if (waitpid(first, &status, 0) != first || !WIFEXITED(status))
			_exit(21);
		_exit(WEXITSTATUS(status));
	}
	ASSERT_TRUE(wait_exit(maker, WAIT_MS, &status));
	EXPECT_EQ(0, status) TH_LOG("step %d failed", WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
