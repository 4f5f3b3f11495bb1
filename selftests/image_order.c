// SPDX-License-Identifier: GPL-2.0
/* LOAD_IMAGE comes before a shared object runs, UNLOAD_IMAGE when it is gone. */
#include "fixture.h"
#include <limits.h>
#include <sys/stat.h>

TEST_F(port, dlopen_and_dlclose)
{
	const struct ntdbg_image *image = &self->r->image.image;
	char path[PATH_MAX];
	uint64_t base, ino, dev;

	ASSERT_NE(NULL, realpath(program("libplugin.so"), path));
	dev = file_dev(path, &ino);
	launch(NTDBG_LAUNCH_LOADER_BREAK, "dl", "3");
	run_to_program();
	for (int i = 1; i <= 3; i++) {
		next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
		EXPECT_STREQ(path, record_path(self->r, image));
		EXPECT_EQ(dev, image->dev);
		EXPECT_EQ(ino, image->ino);
		base = image->base;
		EXPECT_EQ(base, find_mapping(self->pid, self->pid, "libplugin.so").start);
		EXPECT_TRUE(STAYS(50, board_get(self->board->fact[FACT_CONSTRUCTOR]) == i - 1));
		cont(CONTINUE);

		next(NTDBG_EVENT_UNLOAD_IMAGE, self->pid, self->pid);
		EXPECT_EQ(base, image->base);
		EXPECT_EQ(dev, image->dev);
		EXPECT_EQ(ino, image->ino);
		EXPECT_EQ(i, board_get(self->board->fact[FACT_CONSTRUCTOR]));
		EXPECT_EQ(i, board_get(self->board->fact[FACT_DESTRUCTOR]));
		EXPECT_FALSE(find_mapping(self->pid, self->pid, "libplugin.so").found);
		EXPECT_TRUE(STAYS(50, board_get(self->board->fact[FACT_STEP]) == i - 1));
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(3, board_get(self->board->fact[FACT_STEP]));
	finish(0);
}

TEST_F(port, what_is_an_image)
{
	const struct ntdbg_image *image = &self->r->image.image;

	/* Long enough to be mapped, but no ELF file. */
	ASSERT_EQ(0, ftruncate(self->file_fd, 8192));
	launch(NTDBG_LAUNCH_LOADER_BREAK, "mapelf");
	run_to_program();
	next(NTDBG_EVENT_LOAD_IMAGE, self->pid, self->pid);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
	EXPECT_EQ(0, board_get(self->board->fact[FACT_BASE]));
	EXPECT_EQ(image->base + 8192, image->end);
	cont(CONTINUE);
	next(NTDBG_EVENT_UNLOAD_IMAGE, self->pid, self->pid);
	/* It is the last piece that counts. */
	EXPECT_EQ(3, board_get(self->board->fact[FACT_STEP]));
	EXPECT_EQ(board_get(self->board->fact[FACT_BASE]), image->base);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(4, board_get(self->board->fact[FACT_STEP]));
	finish(0);
}

TEST_F(port, a_real_program_with_shared_objects)
{
	unsigned int loads = 0;

	/* python3's math module is built in; _ctypes is not and brings libffi along. */
	if (access("/usr/bin/python3", X_OK))
		SKIP(return, "there is no /usr/bin/python3");
	launch_program(0, "/usr/bin/python3", "-c", "import _ctypes");
	for (;;) {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		if (self->r->hdr.type == NTDBG_EVENT_LOAD_IMAGE) {
			const struct ntdbg_image *image = &self->r->image.image;

			EXPECT_TRUE(find_mapping(self->pid, self->pid,
						 record_path(self->r, image)).found);
			loads++;
		}
		EXPECT_NE(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		cont(CONTINUE);
	}
	EXPECT_LE(4, loads);
	finish(0);
}

static int copy_program(const char *name, int out)
{
	int in = open(program(name), O_RDONLY);
	char buf[4096];
	ssize_t n;

	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n)
			return -1;
	close(in);
	return n;
}

/* Deeper than a record can tell; the program can still be executed, from where it is. */
#define DEPTH 45

/* The name of each directory on the way down. */
static const char *part(void)
{
	static char name[201];

	memset(name, 'd', sizeof(name) - 1);
	return name;
}

static void remove_tree(const char *top)
{
	if (chdir(top))
		return;
	for (int i = 0; i < DEPTH && !chdir(part()); i++)
		;
	unlink("program");
	while (!chdir("..") && !rmdir(part()))
		;
	if (!chdir("/"))
		rmdir(top);
}

TEST_F(port, a_path_that_is_too_long)
{
	const char *const argv[] = { "./program", "exit", NULL };
	char top[] = "/tmp/ntdbg-deep-XXXXXX";
	const struct ntdbg_image *image = &self->r->create_process.image;
	struct stat st;
	int fd;

	ASSERT_NE(NULL, mkdtemp(top));
	ASSERT_EQ(0, chdir(top));
	for (int i = 0; i < DEPTH; i++) {
		ASSERT_EQ(0, mkdir(part(), 0700));
		ASSERT_EQ(0, chdir(part()));
	}
	fd = open("program", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, copy_program("static", fd));
	ASSERT_EQ(0, fstat(fd, &st));
	close(fd);
	self->pid = spawn(self->fd, 0, -1, -1, argv);
	ASSERT_LT(0, self->pid);
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	remove_tree(top);
	EXPECT_EQ(NTDBG_EVENT_F_NO_PATH, self->r->hdr.flags);
	EXPECT_EQ(0, image->path_offset);
	EXPECT_EQ(0, image->path_len);
	EXPECT_EQ(st.st_ino, image->ino);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(exited(42));
}

/* The longest path that there can be. */
TEST_F(port, a_path_that_is_long)
{
	char top[] = "/tmp/ntdbg-long-XXXXXX", path[PATH_MAX];
	const char *const argv[] = { path, "exit", NULL };
	const struct ntdbg_image *image = &self->r->create_process.image;
	size_t len;
	int fd;

	ASSERT_NE(NULL, mkdtemp(top));
	len = snprintf(path, sizeof(path), "%s", top);
	while (len + 1 + strlen(part()) + sizeof("/program") < sizeof(path)) {
		len += snprintf(path + len, sizeof(path) - len, "/%s", part());
		ASSERT_EQ(0, mkdir(path, 0700));
	}
	len += snprintf(path + len, sizeof(path) - len, "/program");
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, copy_program("static", fd));
	close(fd);
	self->pid = spawn(self->fd, 0, -1, -1, argv);
	ASSERT_LT(0, self->pid);
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, self->r->hdr.flags);
	EXPECT_EQ(len, image->path_len);
	EXPECT_STREQ(path, record_path(self->r, image));
	remove_tree(top);
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(exited(42));
}

/* A program without a name anywhere. */
TEST_F(port, a_program_in_memory)
{
	const struct ntdbg_image *image = &self->r->create_process.image;
	int fd = memfd_create("nameless", 0);
	char path[64] = "";
	const char *const argv[] = { path, "exit", NULL };
	struct stat st;

	ASSERT_EQ(0, copy_program("static", fd));
	ASSERT_EQ(0, fstat(fd, &st));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	self->pid = spawn(self->fd, 0, -1, -1, argv);
	ASSERT_LT(0, self->pid);
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(st.st_ino, image->ino);
	EXPECT_NE(NULL, strstr(record_path(self->r, image), "nameless"));
	cont(CONTINUE);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(exited(42));
	close(fd);
}

TEST_HARNESS_MAIN
