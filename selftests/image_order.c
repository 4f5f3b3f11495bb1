// SPDX-License-Identifier: GPL-2.0
/* LOAD_IMAGE comes before a shared object runs, UNLOAD_IMAGE when it is gone. */
#include "fixture.h"
#include <limits.h>

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

TEST_HARNESS_MAIN
