// SPDX-License-Identifier: GPL-2.0
/* NTDBG_WAIT_FILES: descriptors of the images, for the process that waited. */
#include "fixture.h"
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static void check_fd(struct __test_metadata *_metadata, const union record *r,
		     const struct ntdbg_image *image)
{
	char magic[4] = "";
	struct stat st;

	ASSERT_LE(0, image->file_fd) TH_LOG("%s", record_path(r, image));
	EXPECT_EQ(O_RDONLY, fcntl(image->file_fd, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(FD_CLOEXEC, fcntl(image->file_fd, F_GETFD));
	ASSERT_EQ(0, fstat(image->file_fd, &st));
	EXPECT_EQ(image->dev, (uint64_t)major(st.st_dev) << 32 | minor(st.st_dev));
	EXPECT_EQ(image->ino, st.st_ino);
	/* It is a file of its own, read from the beginning. */
	EXPECT_EQ(4, read(image->file_fd, magic, 4));
	EXPECT_EQ(0, memcmp(magic, "\177ELF", 4));
	EXPECT_EQ(-1, write(image->file_fd, magic, 1));
	EXPECT_EQ(EBADF, errno);
	close(image->file_fd);
}

TEST_F(port, each_image_has_one)
{
	const struct ntdbg_image *image;
	int fds = count_fds(), images = 0;

	launch(0, "dl", "1");
	for (;;) {
		get_flags(NTDBG_WAIT_FILES);
		if (self->r->hdr.type == NTDBG_EVENT_CREATE_PROCESS ||
		    self->r->hdr.type == NTDBG_EVENT_LOAD_IMAGE) {
			ASSERT_TRUE(record_has_image(self->r, &image));
			check_fd(_metadata, self->r, image);
			images++;
		} else if (record_has_image(self->r, &image) && image->file_fd >= 0) {
			close(image->file_fd);
		}
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	}
	EXPECT_EQ(4, images);
	EXPECT_EQ(fds, count_fds());
	finish(0);
}

TEST_F(port, attach_has_them_too)
{
	const struct ntdbg_image *image;
	int fds = count_fds(), images = 0;

	start(2, "park", "1", "0");
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	for (int i = 0; i < 4; i++) {
		get_flags(NTDBG_WAIT_FILES);
		if (record_has_image(self->r, &image)) {
			check_fd(_metadata, self->r, image);
			images++;
		}
		cont(CONTINUE);
	}
	EXPECT_EQ(3, images);
	EXPECT_EQ(fds, count_fds());
}

TEST_F(port, without_the_flag_there_are_none)
{
	const struct ntdbg_image *image;
	int fds = count_fds();

	launch(0, "dl", "1");
	for (;;) {
		get();
		if (record_has_image(self->r, &image))
			EXPECT_EQ(-1, image->file_fd);
		EXPECT_EQ(fds, count_fds());
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	}
	finish(0);
}

TEST_F(port, read_gives_none)
{
	const struct ntdbg_image *image;
	int fds = count_fds();

	launch(0, "dl", "1");
	for (;;) {
		ASSERT_LT(0, read(self->fd, self->r, sizeof(*self->r)));
		if (record_has_image(self->r, &image))
			EXPECT_EQ(-1, image->file_fd);
		EXPECT_EQ(fds, count_fds());
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		cont(CONTINUE);
	}
	finish(0);
}

TEST_F(port, a_wait_that_fails_leaks_none)
{
	struct ntdbg_wait wait = {
		.size = sizeof(wait), .flags = NTDBG_WAIT_FILES, .buf_size = sizeof(*self->r),
	};
	struct ntdbg_wait *readonly = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds;

	ASSERT_NE(MAP_FAILED, readonly);
	launch(0, "exit", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	fds = count_fds();
	wait.buf = 8;
	EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	wait.buf = (uintptr_t)self->r;
	wait.buf_size = 64;
	EXPECT_EQ(-EMSGSIZE, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, &wait));
	wait.buf_size = sizeof(*self->r);
	*readonly = wait;
	ASSERT_EQ(0, mprotect(readonly, 4096, PROT_READ));
	EXPECT_EQ(-EFAULT, dbg_ioctl(self->fd, NTDBG_IOC_WAIT, readonly));
	EXPECT_EQ(fds, count_fds());
	get_flags(NTDBG_WAIT_FILES);
	check_fd(_metadata, self->r, &self->r->create_process.image);
	EXPECT_EQ(fds, count_fds());
	cont(CONTINUE);
	drain(0);
}

TEST_F(port, no_descriptor_is_left)
{
	struct rlimit limit, none;

	launch(0, "exit", "0");
	ASSERT_EQ(POLLIN, dbg_poll(self->fd, WAIT_MS));
	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &limit));
	none = limit;
	none.rlim_cur = 3;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &none));
	/* The event comes all the same. */
	get_flags(NTDBG_WAIT_FILES);
	EXPECT_EQ(-1, self->r->create_process.image.file_fd);
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	cont(CONTINUE);
	drain(0);
}

TEST_F(port, continue_and_wait_gives_them_as_well)
{
	struct ntdbg_continue_wait cw = {
		.size = sizeof(cw), .status = CONTINUE, .flags = NTDBG_WAIT_FILES,
		.deadline_ns = NTDBG_WAIT_FOREVER, .buf = (uintptr_t)self->r,
		.buf_size = sizeof(*self->r),
	};

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	cw.pid = self->pid;
	cw.tid = self->pid;
	ASSERT_EQ(0, dbg_ioctl(self->fd, NTDBG_IOC_CONTINUE_WAIT, &cw));
	ASSERT_EQ(NTDBG_EVENT_LOAD_IMAGE, self->r->hdr.type);
	check_fd(_metadata, self->r, &self->r->image.image);
	cont(CONTINUE);
	drain(0);
}

TEST_F(port, a_replay_gives_a_new_one)
{
	int fd;

	launch(0, "exit", "0");
	get_flags(NTDBG_WAIT_FILES);
	fd = self->r->create_process.image.file_fd;
	ASSERT_LE(0, fd);
	cont(REPLY_LATER);
	get_flags(NTDBG_WAIT_FILES);
	EXPECT_NE(fd, self->r->create_process.image.file_fd);
	check_fd(_metadata, self->r, &self->r->create_process.image);
	close(fd);
	cont(CONTINUE);
	drain(0);
}

TEST_HARNESS_MAIN
