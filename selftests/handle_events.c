// SPDX-License-Identifier: GPL-2.0
/* Handles that come with events: NTDBG_WAIT_HANDLES. */
#include "fixture.h"
#include "nobody.h"

static void check_handle(struct __test_metadata *_metadata, int fd, uint32_t type)
{
	uint32_t is, access;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, nt_handle(fd, &is, &access));
	EXPECT_EQ(type, is);
	EXPECT_EQ(type == NTDBG_OBJECT_PROCESS ? NTDBG_PROCESS_ALL_ACCESS :
		  NTDBG_THREAD_ALL_ACCESS, access);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
}

static void check_thread(struct __test_metadata *_metadata, struct port_data *self, int fd)
{
	struct ntdbg_thread_info info;

	check_handle(_metadata, fd, NTDBG_OBJECT_THREAD);
	ASSERT_EQ(0, nt_thread_query(fd, &info));
	EXPECT_EQ(self->r->hdr.pid, info.pid);
	EXPECT_EQ(self->r->hdr.tid, info.tid);
}

static void check_process(struct __test_metadata *_metadata, struct port_data *self, int fd)
{
	struct ntdbg_process_info info;

	check_handle(_metadata, fd, NTDBG_OBJECT_PROCESS);
	ASSERT_EQ(0, nt_process_query(fd, &info));
	EXPECT_EQ(self->r->hdr.pid, info.pid);
}

TEST_F(port, of_a_launch)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "2", "0");
	get_flags(NTDBG_WAIT_HANDLES);
	ASSERT_EQ(NTDBG_EVENT_CREATE_PROCESS, self->r->hdr.type);
	check_process(_metadata, self, keep(self->r->create_process.process_fd));
	check_thread(_metadata, self, keep(self->r->create_process.thread_fd));
	EXPECT_EQ(-1, self->r->create_process.image.file_fd);
	for (int threads = 0;;) {
		cont(CONTINUE);
		get_flags(NTDBG_WAIT_HANDLES);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS) {
			EXPECT_EQ(2, threads);
			break;
		}
		if (self->r->hdr.type != NTDBG_EVENT_CREATE_THREAD)
			continue;
		threads++;
		check_thread(_metadata, self, keep(self->r->create_thread.thread_fd));
	}
	finish(0);
}

TEST_F(port, of_an_attach)
{
	start(4, "park", "3", "0");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	get_flags(NTDBG_WAIT_HANDLES);
	ASSERT_EQ(NTDBG_EVENT_CREATE_PROCESS, self->r->hdr.type);
	check_process(_metadata, self, keep(self->r->create_process.process_fd));
	check_thread(_metadata, self, keep(self->r->create_process.thread_fd));
	for (int threads = 0; threads < 3;) {
		cont(CONTINUE);
		get_flags(NTDBG_WAIT_HANDLES | NTDBG_WAIT_FILES);
		if (self->r->hdr.type == NTDBG_EVENT_LOAD_IMAGE) {
			EXPECT_LE(0, self->r->image.image.file_fd);
			close(self->r->image.image.file_fd);
			continue;
		}
		ASSERT_EQ(NTDBG_EVENT_CREATE_THREAD, self->r->hdr.type);
		threads++;
		check_thread(_metadata, self, keep(self->r->create_thread.thread_fd));
	}
}

TEST_F(port, only_when_asked_for)
{
	int fds = count_fds();

	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "1", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(-1, self->r->create_process.process_fd);
	EXPECT_EQ(-1, self->r->create_process.thread_fd);
	cont(CONTINUE);
	run_to(NTDBG_EVENT_EXCEPTION);
	cont(CONTINUE);
	next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
	EXPECT_EQ(-1, self->r->create_thread.thread_fd);
	cont(CONTINUE);
	drain(0);
	EXPECT_EQ(fds, count_fds());
}

TEST_F(port, never_by_read)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "threads", "1", "0");
	for (;;) {
		ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
		ASSERT_LT(0, read(self->fd, self->r, sizeof(*self->r)));
		log_event(self);
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		if (self->r->hdr.type == NTDBG_EVENT_CREATE_PROCESS) {
			EXPECT_EQ(-1, self->r->create_process.process_fd);
			EXPECT_EQ(-1, self->r->create_process.thread_fd);
		}
		if (self->r->hdr.type == NTDBG_EVENT_CREATE_THREAD)
			EXPECT_EQ(-1, self->r->create_thread.thread_fd);
		cont(CONTINUE);
	}
	finish(0);
}

TEST_F(port, a_replay_gives_new_ones)
{
	int process, thread;

	launch(0, "exit", "0");
	get_flags(NTDBG_WAIT_HANDLES);
	process = keep(self->r->create_process.process_fd);
	thread = keep(self->r->create_process.thread_fd);
	cont(REPLY_LATER);
	get_flags(NTDBG_WAIT_HANDLES);
	EXPECT_NE(process, self->r->create_process.process_fd);
	EXPECT_NE(thread, self->r->create_process.thread_fd);
	check_process(_metadata, self, keep(self->r->create_process.process_fd));
	check_thread(_metadata, self, keep(self->r->create_process.thread_fd));
	cont(CONTINUE);
	drain(0);
}

/* A record that does not fit gives no descriptor either. */
TEST_F(port, nothing_is_left_of_a_wait_that_fails)
{
	struct ntdbg_wait wait = {
		.size = sizeof(wait), .flags = NTDBG_WAIT_HANDLES | NTDBG_WAIT_FILES,
		.buf = (uintptr_t)self->r, .buf_size = 16, .deadline_ns = NTDBG_WAIT_FOREVER,
	};
	int fds;

	launch(0, "exit", "0");
	fds = count_fds();
	EXPECT_EQ(-EMSGSIZE, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	wait.buf = 8;
	wait.buf_size = NTDBG_EVENT_MAX_SIZE;
	EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	EXPECT_EQ(fds, count_fds());
	drain(0);
	EXPECT_EQ(fds, count_fds());
}

static int steer_as_nobody(struct port_data *self)
{
	struct ntdbg_context context;
	int process = self->kept[0], thread = self->kept[1];
	uint32_t word;

	if (nt_read(process, self->r->create_process.start_address, &word, 4, 0, NULL))
		return 1;
	if (nt_suspend(thread) || nt_resume(thread) != 1)
		return 2;
	if (nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context))
		return 3;
	return context.regs.rip == self->r->create_process.start_address ? 0 : 4;
}

static int refused_as_nobody(struct port_data *self)
{
	struct ntdbg_context context;
	int process = self->kept[0], thread = self->kept[1];
	uint32_t word;

	if (nt_read(process, self->r->create_process.start_address, &word, 4, 0, NULL) != -EPERM)
		return 1;
	if (nt_suspend(thread) != -EPERM || nt_process_suspend(process) != -EPERM)
		return 2;
	if (nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context) != -EPERM)
		return 3;
	return nt_process_terminate(process, NT_STATUS) == -EPERM ? 0 : 4;
}

/* Whoever holds them may use them, as long as the process is debugged by that debug object. */
TEST_F(port, reach_as_far_as_the_debug_object)
{
	if (getuid())
		SKIP(return, "needs to be root");
	launch(0, "exit", "0");
	get_flags(NTDBG_WAIT_HANDLES);
	keep(self->r->create_process.process_fd);
	keep(self->r->create_process.thread_fd);
	EXPECT_EQ(0, as_nobody(steer_as_nobody, self));
	ASSERT_EQ(0, nt_suspend(self->kept[1]));
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	EXPECT_EQ(0, as_nobody(refused_as_nobody, self));
	EXPECT_EQ(1, nt_resume(self->kept[1]));
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_HARNESS_MAIN
