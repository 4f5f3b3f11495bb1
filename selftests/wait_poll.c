// SPDX-License-Identifier: GPL-2.0
/* Taking events: NTDBG_IOC_WAIT, read(2) and poll(2), and what they say when there is none. */
#include "fixture.h"
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

static struct ntdbg_wait wait_for(void *buf, uint32_t size)
{
	return (struct ntdbg_wait){
		.size = sizeof(struct ntdbg_wait), .buf = (uintptr_t)buf, .buf_size = size,
		.event_size = 0xdead,
	};
}

TEST_F(port, a_fresh_object_waits)
{
	struct ntdbg_wait wait = wait_for(self->r, sizeof(*self->r));
	uint64_t begin;

	EXPECT_EQ(0, dbg_poll(self->fd, 0));
	EXPECT_EQ(-EAGAIN, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	EXPECT_EQ(0xdead, wait.event_size);
	begin = now_ns();
	wait.deadline_ns = begin + 50000000;
	EXPECT_EQ(-ETIMEDOUT, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	EXPECT_LE(begin + 50000000, now_ns());
	EXPECT_EQ(0xdead, wait.event_size);
	/* A time that is over does not wait. */
	wait.deadline_ns = 1;
	EXPECT_EQ(-ETIMEDOUT, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
}

TEST_F(port, an_event_that_is_there_beats_the_deadline)
{
	struct ntdbg_wait wait = wait_for(self->r, sizeof(*self->r));

	launch(0, "exit", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	wait.deadline_ns = 1;
	EXPECT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	EXPECT_EQ(wait.event_size, self->r->hdr.size);
	cont(CONTINUE);
	drain(0);
}

TEST_F(port, poll_follows_the_events)
{
	EXPECT_EQ(0, dbg_poll(self->fd, 0));
	launch(NTDBG_LAUNCH_LOADER_BREAK, "exit", "0");
	EXPECT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	EXPECT_EQ(POLLIN, dbg_poll(self->fd, 0));
	get();
	EXPECT_EQ(0, dbg_poll(self->fd, 0));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	ASSERT_EQ(0, dbg_continue_id(self->fd, self->pid, self->pid, REPLY_LATER));
	EXPECT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	get();
	cont(CONTINUE);
	run_to(NTDBG_EVENT_EXCEPTION);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, 0, 0);
	/* It is handed out, so nothing can be had; but it is not answered, so not the end. */
	EXPECT_EQ(0, dbg_poll(self->fd, 0));
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	ASSERT_EQ(0, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
	EXPECT_EQ(POLLHUP, dbg_poll(self->fd, 0) & (POLLHUP | POLLIN));
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, 0));
	EXPECT_EQ(-ECHILD, dbg_wait(self->fd, self->r, -1));
	ASSERT_EQ(self->pid, waitpid(self->pid, NULL, 0));

	/* A further process begins a further life. */
	start(2, "park", "1", "0");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	EXPECT_EQ(POLLIN, dbg_poll(self->fd, 0));
	board_go(self->board);
	drain(0);
	EXPECT_EQ(POLLHUP, dbg_poll(self->fd, 0) & (POLLHUP | POLLIN));
}

TEST_F(port, epoll_edges)
{
	int ep = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	unsigned int events = 0;

	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &ev));
	launch(0, "threads", "3", "0");
	for (;;) {
		/* Each new event gives a new edge. */
		ASSERT_EQ(1, epoll_wait(ep, &ev, 1, WAIT_MS)) TH_LOG("after %u events", events);
		if (ev.events & EPOLLHUP)
			break;
		while (!dbg_wait(self->fd, self->r, 0)) {
			log_event(self);
			events++;
			cont(CONTINUE);
		}
	}
	EXPECT_EQ(self->nr_logged, events);
	EXPECT_LE(10, events);
	close(ep);
}

TEST_F(port, a_buffer_that_is_too_small)
{
	union record small;
	struct ntdbg_wait wait;
	uint32_t sizes[] = { 0, 1, sizeof(struct ntdbg_event), 64 };
	uint32_t need;

	launch(0, "exit", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		memset(&small, POISON, sizeof(small));
		wait = wait_for(&small, sizes[i]);
		ASSERT_EQ(-EMSGSIZE, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
		need = wait.event_size;
		EXPECT_LT(sizeof(struct ntdbg_event_create_process), need);
		for (size_t j = 0; j < sizeof(small); j++)
			ASSERT_EQ(POISON, small.bytes[j]);
		/* It stays, and can be had still. */
		EXPECT_EQ(POLLIN, dbg_poll(self->fd, 0));
	}
	wait = wait_for(&small, need - 1);
	EXPECT_EQ(-EMSGSIZE, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	EXPECT_EQ(need, wait.event_size);
	EXPECT_EQ(-1, read(self->fd, &small, need - 1));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
	wait = wait_for(&small, need);
	EXPECT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	EXPECT_EQ(need, wait.event_size);
	EXPECT_EQ(need, small.hdr.size);
	EXPECT_EQ(POISON, small.bytes[need]);
	EXPECT_EQ(0, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
	drain(0);
}

TEST_F(port, a_buffer_that_is_not_there)
{
	void *const bad[] = { NULL, (void *)8, (void *)0xffff888000000000ull, (void *)-8 };
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ntdbg_wait wait;

	ASSERT_NE(MAP_FAILED, pages);
	ASSERT_EQ(0, munmap(pages + 4096, 4096));
	launch(0, "exit", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	for (size_t i = 0; i <= ARRAY_SIZE(bad); i++) {
		/* The last one begins well and ends badly. */
		void *buf = i < ARRAY_SIZE(bad) ? bad[i] : pages + 4096 - 64;

		wait = wait_for(buf, sizeof(union record));
		EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
		EXPECT_EQ(POLLIN, dbg_poll(self->fd, 0));
		EXPECT_EQ(-1, read(self->fd, buf, sizeof(union record)));
		EXPECT_EQ(EFAULT, errno);
		EXPECT_EQ(POLLIN, dbg_poll(self->fd, 0));
		EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
	}
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, self->r->hdr.seq);
	EXPECT_EQ(0, self->r->hdr.flags);
	cont(CONTINUE);
	drain(0);
}

/* The event's size is written back into the struct: if that fails, the event stays, too. */
TEST_F(port, a_struct_that_cannot_be_written)
{
	struct ntdbg_wait *wait = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, wait);
	launch(0, "exit", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	*wait = wait_for(self->r, sizeof(*self->r));
	ASSERT_EQ(0, mprotect(wait, 4096, PROT_READ));
	EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, wait));
	EXPECT_EQ(POLLIN, dbg_poll(self->fd, 0));
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
	drain(0);
}

TEST_F(port, read_gives_whole_records_of_several_processes)
{
	const unsigned int nr = 5;
	static union record buf[8];
	const char *const argv[] = { program("static"), "exit", NULL };
	unsigned int created = 0, exited = 0;
	bool several = false;

	for (unsigned int i = 0; i < nr; i++)
		ASSERT_LT(0, spawn(self->fd, 0, -1, -1, argv));
	/* All of them have come to their first event. */
	ASSERT_TRUE(UNTIL(WAIT_MS, ({
		struct ntdbg_stats stats;

		dbg_stats(self->stats_fd, &stats);
		stats.events_listed == self->before.events_listed + nr;
	})));
	while (exited < nr) {
		ssize_t n = read(self->fd, buf, sizeof(buf));
		unsigned int records = 0;

		ASSERT_LT(0, n);
		for (ssize_t at = 0; at < n; records++) {
			union record *r = (void *)((char *)buf + at);

			ASSERT_LE(at + sizeof(r->hdr), n);
			ASSERT_LE(at + r->hdr.size, n);
			ASSERT_EQ(NULL, record_defect(r, r->hdr.size));
			if (r->hdr.type == NTDBG_EVENT_CREATE_PROCESS)
				created++;
			if (r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
				exited++;
			at += r->hdr.size;
			/* Marked as handed out, so they can be answered. */
			ASSERT_EQ(0, dbg_continue(self->fd, r, CONTINUE));
		}
		if (records == nr)
			several = true;
	}
	EXPECT_EQ(nr, created);
	EXPECT_TRUE(several) TH_LOG("no read gave more than one record");
}

TEST_F(port, read_takes_what_fits)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	union record buf[2], *r = buf;
	pid_t first, second;
	ssize_t n;

	first = spawn(self->fd, 0, -1, -1, argv);
	ASSERT_LT(0, first);
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	second = spawn(self->fd, 0, -1, -1, argv);
	ASSERT_TRUE(UNTIL(WAIT_MS, ({
		struct ntdbg_stats stats;

		dbg_stats(self->stats_fd, &stats);
		stats.events_listed == self->before.events_listed + 2;
	})));
	/* The first record needs more than its fixed part and less than twice that. */
	n = read(self->fd, buf, 2 * sizeof(struct ntdbg_event_create_process));
	ASSERT_LT(0, n);
	EXPECT_EQ(r->hdr.size, n);
	EXPECT_EQ(first, r->hdr.pid);
	EXPECT_EQ(POLLIN, dbg_poll(self->fd, 0));
	n = read(self->fd, buf, sizeof(buf));
	ASSERT_LT(0, n);
	EXPECT_EQ(r->hdr.size, n);
	EXPECT_EQ(second, r->hdr.pid);
}

TEST_F(port, read_when_there_is_nothing)
{
	unsigned char buf[NTDBG_EVENT_MAX_SIZE];

	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-1, read(self->fd, buf, sizeof(buf)));
	EXPECT_EQ(EAGAIN, errno);
	/* O_NONBLOCK does not matter to the ioctl. */
	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(-1, read(self->fd, buf, sizeof(buf)));
	EXPECT_EQ(EAGAIN, errno);
	cont(CONTINUE);
	drain(0);
	/* The end of the file. */
	EXPECT_EQ(0, read(self->fd, buf, sizeof(buf)));
}

struct waiter {
	int fd;
	union record r;
	int ret;
};

static void *wait_forever(void *arg)
{
	struct waiter *w = arg;

	w->ret = dbg_wait(w->fd, &w->r, -1);
	return NULL;
}

TEST_F(port, two_waiting_threads_get_one_event_each)
{
	const char *const argv[] = { program("static"), "exit", NULL };
	struct waiter w[2] = { { .fd = self->fd }, { .fd = self->fd } };
	pthread_t thread[2];

	/* One that is held all the time, so that there is always something to wait for. */
	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	for (int round = 0; round < 10; round++) {
		pid_t one, two;

		/* The debuggees are made by this thread, which lives on. */
		for (int i = 0; i < 2; i++)
			ASSERT_EQ(0, pthread_create(&thread[i], NULL, wait_forever, &w[i]));
		one = spawn(self->fd, 0, -1, -1, argv);
		two = spawn(self->fd, 0, -1, -1, argv);
		ASSERT_LT(0, one);
		ASSERT_LT(0, two);
		for (int i = 0; i < 2; i++) {
			ASSERT_EQ(0, pthread_join(thread[i], NULL));
			ASSERT_EQ(0, w[i].ret);
			EXPECT_EQ(NTDBG_EVENT_CREATE_PROCESS, w[i].r.hdr.type);
		}
		EXPECT_NE(w[0].r.hdr.seq, w[1].r.hdr.seq);
		EXPECT_TRUE((w[0].r.hdr.pid == one && w[1].r.hdr.pid == two) ||
			    (w[0].r.hdr.pid == two && w[1].r.hdr.pid == one));
		for (int i = 0; i < 2; i++)
			ASSERT_EQ(0, dbg_continue(self->fd, &w[i].r, CONTINUE));
		for (int i = 0; i < 2; i++) {
			get();
			EXPECT_EQ(NTDBG_EVENT_EXIT_PROCESS, self->r->hdr.type);
			cont(CONTINUE);
		}
	}
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void *interrupt(void *arg)
{
	pthread_t *main_thread = arg;

	/* Again and again: the first one may come before the wait begins. */
	for (int i = 0; i < 100; i++) {
		pthread_kill(*main_thread, SIGUSR1);
		breathe();
	}
	return NULL;
}

TEST_F(port, a_wait_can_be_interrupted)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct ntdbg_wait wait = wait_for(self->r, sizeof(*self->r));
	pthread_t me = pthread_self(), thread;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, pthread_create(&thread, NULL, interrupt, &me));
	wait.deadline_ns = NTDBG_WAIT_FOREVER;
	EXPECT_EQ(-EINTR, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	EXPECT_EQ(0xdead, wait.event_size);
	pthread_join(thread, NULL);
}

TEST_F(port, any_thread_and_any_process_may_wait)
{
	int status = -1;
	pid_t pid;

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	pid = fork();
	if (!pid) {
		if (dbg_continue(self->fd, self->r, CONTINUE))
			_exit(1);
		while (!dbg_wait(self->fd, self->r, WAIT_MS)) {
			if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
				_exit(0);
			if (dbg_continue(self->fd, self->r, CONTINUE))
				_exit(2);
		}
		_exit(3);
	}
	ASSERT_TRUE(wait_exit(pid, WAIT_MS, &status));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
}

TEST_HARNESS_MAIN
