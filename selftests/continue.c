// SPDX-License-Identifier: GPL-2.0
/* Answering events: NTDBG_IOC_CONTINUE and NTDBG_IOC_CONTINUE_WAIT. */
#include "fixture.h"
#include <sys/ioctl.h>

TEST_F(port, nothing_is_handed_out)
{
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, getpid(), getpid(), CONTINUE));
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, 0, 0, CONTINUE));
	launch(0, "exit", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	/* Listed, but never reported. */
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, self->pid + 1, CONTINUE));
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid + 1, self->pid, CONTINUE));
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, 0, CONTINUE));
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->stats_fd, self->pid, self->pid, CONTINUE));
	cont(CONTINUE);
	/* Answered already; the next event may be listed, but is not handed out. */
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
	drain(0);
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
}

static const uint32_t bad_statuses[] = {
	0, 1, 0x102, 0x10000, 0x10003, 0x40010000, 0x40010002, 0x40010005, 0x80010002, 0xc0000005,
	0xffffffff,
};

TEST_F(port, bad_statuses)
{
	/* Refused before anything else is looked at. */
	for (size_t i = 0; i < ARRAY_SIZE(bad_statuses); i++)
		EXPECT_EQ(-EINVAL, dbg_continue_id(self->fd, 1, 1, bad_statuses[i]));
	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	for (size_t i = 0; i < ARRAY_SIZE(bad_statuses); i++) {
		union record copy = *self->r;
		uint32_t done;

		EXPECT_EQ(-EINVAL, dbg_continue(self->fd, self->r, bad_statuses[i]));
		EXPECT_EQ(-EINVAL,
			  dbg_continue_wait(self->fd, &copy, bad_statuses[i], WAIT_MS, &done));
		ASSERT_EQ(0, done);
	}
	/* The event is still handed out. */
	EXPECT_EQ(0, dbg_poll(self->fd, 0));
	cont(CONTINUE);
	drain(0);
}

TEST_F(port, every_good_status_goes_on)
{
	static const uint32_t good[] = {
		NTDBG_DBG_EXCEPTION_HANDLED, NTDBG_DBG_CONTINUE, NTDBG_DBG_TERMINATE_THREAD,
		NTDBG_DBG_TERMINATE_PROCESS, NTDBG_DBG_EXCEPTION_NOT_HANDLED,
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		launch(0, "threads", "1", "3");
		do {
			get();
			if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
				break;
			cont(good[i]);
		} while (1);
		finish(exited(3));
	}
}

TEST_F(port, reply_later_gives_the_same_event_again)
{
	union record first;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "int3", "none");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	first = *self->r;
	EXPECT_EQ(0, first.hdr.flags);
	for (int i = 0; i < 3; i++) {
		cont(REPLY_LATER);
		/* Not handed out any more. */
		EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, self->pid, self->pid, CONTINUE));
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
		/* Listed anew, at the end: another number. All else is as it was. */
		EXPECT_EQ(first.hdr.seq + 1 + i, self->r->hdr.seq);
		EXPECT_EQ(first.hdr.time_ns, self->r->hdr.time_ns);
		EXPECT_EQ(first.hdr.cpu, self->r->hdr.cpu);
		self->r->hdr = first.hdr;
		EXPECT_EQ(0, memcmp(&first, self->r, sizeof(first)));
	}
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, self->r->hdr.flags);
	EXPECT_EQ(first.hdr.seq + 4, self->r->hdr.seq);
	finish(0);
}

TEST_F(port, every_event_can_be_replayed)
{
	uint64_t seq = 0;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "2", "0");
	for (;;) {
		get();
		EXPECT_EQ(++seq, self->r->hdr.seq);
		EXPECT_EQ(0, self->r->hdr.flags);
		cont(REPLY_LATER);
		get();
		EXPECT_EQ(++seq, self->r->hdr.seq);
		EXPECT_EQ(NTDBG_EVENT_F_REPLAY, self->r->hdr.flags);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	}
	finish(0);
}

TEST_F(port, continue_and_wait_in_one_call)
{
	uint64_t seq = 1;
	uint32_t done;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "2", "4");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	while (self->r->hdr.type != NTDBG_EVENT_EXIT_PROCESS) {
		ASSERT_EQ(0, dbg_continue_wait(self->fd, self->r, CONTINUE, WAIT_MS, &done));
		log_event(self);
		EXPECT_EQ(NTDBG_DONE_CONTINUE | NTDBG_DONE_WAIT, done);
		EXPECT_EQ(++seq, self->r->hdr.seq);
	}
	EXPECT_EQ(exited(4), self->r->exit.wait_status);
	/* The last answer leaves nothing to wait for. */
	EXPECT_EQ(-ECHILD, dbg_continue_wait(self->fd, self->r, CONTINUE, WAIT_MS, &done));
	EXPECT_EQ(NTDBG_DONE_CONTINUE, done);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_F(port, continue_and_wait_half_done)
{
	union record copy;
	uint32_t done;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "park", "1", "0");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	copy = *self->r;
	/* Answered, but there is no further event. */
	EXPECT_EQ(-ETIMEDOUT, dbg_continue_wait(self->fd, self->r, CONTINUE, 100, &done));
	EXPECT_EQ(NTDBG_DONE_CONTINUE, done);
	/* Not answered, so there was no waiting. */
	*self->r = copy;
	EXPECT_EQ(-ENOENT, dbg_continue_wait(self->fd, self->r, CONTINUE, WAIT_MS, &done));
	EXPECT_EQ(0, done);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 2));
	board_go(self->board);
	next(NTDBG_EVENT_EXIT_THREAD, self->pid, 0);
	EXPECT_EQ(0, dbg_continue_wait(self->fd, self->r, CONTINUE, WAIT_MS, &done));
	EXPECT_EQ(NTDBG_DONE_CONTINUE | NTDBG_DONE_WAIT, done);
	finish(0);
}

TEST_F(port, continue_and_wait_without_waiting)
{
	uint32_t done;

	launch(NTDBG_LAUNCH_LOADER_BREAK, "park", "1", "0");
	run_to_program();
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	EXPECT_EQ(-EAGAIN, dbg_continue_wait(self->fd, self->r, CONTINUE, 0, &done));
	EXPECT_EQ(NTDBG_DONE_CONTINUE, done);
	EXPECT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 2));
}

TEST_F(port, continue_and_wait_with_a_small_buffer)
{
	struct ntdbg_continue_wait cw = { .size = sizeof(cw), .status = CONTINUE };
	unsigned char buf[sizeof(struct ntdbg_event)];

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	cw.pid = self->pid;
	cw.tid = self->pid;
	cw.deadline_ns = NTDBG_WAIT_FOREVER;
	cw.buf = (uintptr_t)buf;
	cw.buf_size = sizeof(buf);
	cw.done = ~0u;
	EXPECT_EQ(-EMSGSIZE, dbg_ioctl(self->fd, NTDBG_IOC_CONTINUE_WAIT, &cw));
	EXPECT_EQ(NTDBG_DONE_CONTINUE, cw.done);
	EXPECT_LT(sizeof(struct ntdbg_event_image), cw.event_size);
	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	EXPECT_EQ(cw.event_size, self->r->hdr.size);
	cont(CONTINUE);
	drain(0);
}

TEST_F(port, continue_and_wait_with_a_bad_buffer)
{
	struct ntdbg_continue_wait cw = { .size = sizeof(cw), .status = CONTINUE };

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	cw.pid = self->pid;
	cw.tid = self->pid;
	cw.deadline_ns = NTDBG_WAIT_FOREVER;
	cw.buf = 8;
	cw.buf_size = NTDBG_EVENT_MAX_SIZE;
	cw.done = ~0u;
	EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, NTDBG_IOC_CONTINUE_WAIT, &cw));
	/* Whichever half was done, no event is lost. */
	if (!(cw.done & NTDBG_DONE_CONTINUE))
		cont(CONTINUE);
	EXPECT_EQ(0, cw.done & NTDBG_DONE_WAIT);
	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	EXPECT_EQ(2, self->r->hdr.seq);
	cont(CONTINUE);
	drain(0);
}

/* Of one process one event is handed out at a time, of two processes two. */
TEST_F(port, one_event_per_process)
{
	union record one, two;

	launch(0, "exit", "1");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	one = *self->r;
	launch(0, "exit", "2");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	two = *self->r;
	EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	/* Ids of one event do not answer the other. */
	EXPECT_EQ(-ENOENT, dbg_continue_id(self->fd, one.hdr.pid, two.hdr.tid, CONTINUE));
	EXPECT_EQ(0, dbg_continue(self->fd, &two, CONTINUE));
	next(NTDBG_EVENT_LOAD_IMAGE, two.hdr.pid, two.hdr.tid);
	EXPECT_EQ(0, dbg_continue(self->fd, &one, CONTINUE));
	next(NTDBG_EVENT_LOAD_IMAGE, one.hdr.pid, one.hdr.tid);
}

TEST_HARNESS_MAIN
