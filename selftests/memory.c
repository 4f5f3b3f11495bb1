// SPDX-License-Identifier: GPL-2.0
/* Reading, writing and protecting another process's memory. */
#include "fixture.h"
#include "programs/memory.h"

#define PAGE 4096
#define AT(place) (self->board->count[place])
#define FORCE NTDBG_VM_FORCE

static unsigned char *big;	/* as big as the program's, and a page more */

#define start_memory(...) do {						\
	ASSERT_EQ(0, ftruncate(self->file_fd, PAGE));			\
	ASSERT_EQ(4, pwrite(self->file_fd, "file", 4, 0));		\
	start_program(1, program("memory"), "memory", ##__VA_ARGS__);	\
} while (0)

static bool is_pattern(const unsigned char *bytes, size_t offset, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != memory_byte(offset + i))
			return false;
	return true;
}

TEST_F(port, read)
{
	unsigned char bytes[3 * PAGE];
	uint64_t done;
	int process;

	start_memory();
	process = process_handle(NTDBG_PROCESS_VM_READ);
	for (size_t length = 0; length <= 2 * PAGE; length += 511) {
		memset(bytes, POISON, sizeof(bytes));
		ASSERT_EQ(0, nt_read(process, AT(MEMORY_EDGE), bytes, length, 0, &done));
		EXPECT_EQ(length, done);
		EXPECT_TRUE(is_pattern(bytes, 0, length));
		EXPECT_EQ(POISON, bytes[length]);
	}
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_EDGE) + PAGE - 3, bytes, 6, 0, &done));
	EXPECT_TRUE(is_pattern(bytes, PAGE - 3, 6));
}

TEST_F(port, write)
{
	unsigned char bytes[PAGE], back[PAGE];
	uint64_t done;
	int process;

	start_memory();
	process = whole_process();
	for (size_t i = 0; i < PAGE; i++)
		bytes[i] = ~i;
	ASSERT_EQ(0, nt_write(process, AT(MEMORY_EDGE) + 100, bytes, PAGE, 0, &done));
	EXPECT_EQ(PAGE, done);
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_EDGE) + 100, back, PAGE, 0, NULL));
	EXPECT_EQ(0, memcmp(bytes, back, PAGE));
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_EDGE), back, 100, 0, NULL));
	EXPECT_TRUE(is_pattern(back, 0, 100));
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_EDGE) + PAGE + 100, back, 100, 0, NULL));
	EXPECT_TRUE(is_pattern(back, PAGE + 100, 100));
}

/* Up to the first byte that cannot be had. */
TEST_F(port, at_the_edge)
{
	unsigned char bytes[3 * PAGE];
	uint64_t edge, done;
	int process;

	start_memory();
	process = whole_process();
	edge = AT(MEMORY_EDGE) + 2 * PAGE;
	memset(bytes, POISON, sizeof(bytes));
	EXPECT_EQ(-EIO, nt_read(process, edge - 100, bytes, 200, 0, &done));
	EXPECT_EQ(100, done);
	EXPECT_TRUE(is_pattern(bytes, 2 * PAGE - 100, 100));
	EXPECT_EQ(POISON, bytes[100]);
	EXPECT_EQ(-EIO, nt_read(process, edge - PAGE - 1, bytes, 3 * PAGE, 0, &done));
	EXPECT_EQ(PAGE + 1, done);
	EXPECT_EQ(-EIO, nt_read(process, edge, bytes, 1, 0, &done));
	EXPECT_EQ(0, done);
	EXPECT_EQ(-EIO, nt_write(process, edge - 100, bytes, 200, 0, &done));
	EXPECT_EQ(100, done);
	EXPECT_EQ(-EIO, nt_write(process, edge, bytes, 1, 0, &done));
	EXPECT_EQ(0, done);
	/* Forcing does not make pages. */
	EXPECT_EQ(-EIO, nt_read(process, edge - 1, bytes, 2, FORCE, &done));
	EXPECT_EQ(1, done);
	EXPECT_EQ(-EIO, nt_write(process, edge - 1, bytes, 2, FORCE, &done));
	EXPECT_EQ(1, done);
}

TEST_F(port, addresses_that_are_none)
{
	static const uint64_t bad[] = {
		0, 1, 4095, 0x00007ffffffff000ull, 0x0000800000000000ull, 0x8000000000000000ull,
		0xffff888000000000ull, 0xffffffff81000000ull, ~0ull, ~7ull,
	};
	unsigned char bytes[16];
	uint64_t done;
	int process;

	start_memory();
	process = whole_process();
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		for (uint32_t flags = 0; flags <= FORCE; flags++) {
			EXPECT_EQ(-EIO, nt_read(process, bad[i], bytes, 8, flags, &done))
				TH_LOG("%#llx", (long long)bad[i]);
			EXPECT_EQ(0, done);
			EXPECT_EQ(-EIO, nt_write(process, bad[i], bytes, 8, flags, &done))
				TH_LOG("%#llx", (long long)bad[i]);
			EXPECT_EQ(0, done);
		}
	}
	/* Lengths that lead around the end of the address space. */
	EXPECT_GT(0, nt_read(process, AT(MEMORY_EDGE) + 2 * PAGE, bytes, ~0ull, 0, &done));
	EXPECT_EQ(0, done);
}

TEST_F(port, buffers_that_are_none)
{
	unsigned char *edge = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t done;
	int process;

	ASSERT_NE(MAP_FAILED, edge);
	ASSERT_EQ(0, munmap(edge + PAGE, PAGE));
	start_memory();
	process = whole_process();
	EXPECT_EQ(-EFAULT, nt_read(process, AT(MEMORY_EDGE), NULL, 8, 0, &done));
	EXPECT_EQ(0, done);
	EXPECT_EQ(-EFAULT, nt_write(process, AT(MEMORY_EDGE), NULL, 8, 0, &done));
	EXPECT_EQ(0, done);
	EXPECT_EQ(-EFAULT, nt_read(process, AT(MEMORY_EDGE), (void *)0xffffffff81000000ull, 8, 0,
				   &done));
	EXPECT_EQ(-EFAULT, nt_read(process, AT(MEMORY_EDGE), edge + PAGE, 8, 0, &done));
	EXPECT_EQ(0, done);
}

TEST_F(port, what_the_process_itself_may_not)
{
	unsigned char bytes[16];
	uint64_t done;
	int process;

	start_memory();
	process = whole_process();
	memset(bytes, 0x5a, sizeof(bytes));
	/* It may read this one, and not write it. */
	EXPECT_EQ(0, nt_read(process, AT(MEMORY_READ_ONLY), bytes, 8, 0, NULL));
	EXPECT_TRUE(is_pattern(bytes, 0, 8));
	EXPECT_EQ(-EIO, nt_write(process, AT(MEMORY_READ_ONLY), bytes, 8, 0, &done));
	EXPECT_EQ(0, done);
	EXPECT_EQ(-EIO, nt_write(process, AT(MEMORY_EXECUTABLE), bytes, 8, 0, &done));
	EXPECT_EQ(-EIO, nt_read(process, AT(MEMORY_NONE), bytes, 8, 0, &done));
	EXPECT_EQ(-EIO, nt_write(process, AT(MEMORY_NONE), bytes, 8, 0, &done));
	EXPECT_EQ(0, done);
	/* From one page that it may into one that it may not. */
	EXPECT_EQ(-EIO, nt_read(process, AT(MEMORY_NONE) - 8, bytes, 16, 0, &done));
	EXPECT_EQ(8, done);
	EXPECT_TRUE(is_pattern(bytes, PAGE - 8, 8));
}

TEST_F(port, with_force)
{
	const int places[] = { MEMORY_READ_ONLY, MEMORY_NONE, MEMORY_EXECUTABLE, MEMORY_TEXT };
	unsigned char bytes[8], back[8], was[8];
	uint64_t done;
	int process;

	start_memory();
	process = whole_process();
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		uint64_t at = AT(places[i]);

		memset(bytes, 0x90 + i, sizeof(bytes));
		ASSERT_EQ(0, nt_read(process, at, was, 8, FORCE, &done)) TH_LOG("place %zu", i);
		EXPECT_EQ(8, done);
		ASSERT_EQ(0, nt_write(process, at, bytes, 8, FORCE, &done)) TH_LOG("place %zu", i);
		EXPECT_EQ(8, done);
		ASSERT_EQ(0, nt_read(process, at, back, 8, FORCE, NULL));
		EXPECT_EQ(0, memcmp(bytes, back, 8));
		ASSERT_EQ(0, nt_write(process, at, was, 8, FORCE, NULL));
		/* Its protection is as it was. */
		EXPECT_EQ(-EIO, nt_write(process, at, was, 8, 0, NULL));
	}
	/* All three pages at once. */
	big = malloc(3 * PAGE);
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_READ_ONLY), big, 3 * PAGE, FORCE, &done));
	EXPECT_EQ(3 * PAGE, done);
	EXPECT_TRUE(is_pattern(big, 0, 3 * PAGE));
}

/* A shared mapping that may not be written cannot be forced: others would see it. */
TEST_F(port, files)
{
	char text[5] = "";
	int process;

	start_memory();
	process = whole_process();
	ASSERT_EQ(0, nt_write(process, AT(MEMORY_PRIVATE_FILE), "mine", 4, 0, NULL));
	ASSERT_EQ(4, pread(self->file_fd, text, 4, 0));
	EXPECT_STREQ("file", text);
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_PRIVATE_FILE), text, 4, 0, NULL));
	EXPECT_STREQ("mine", text);
	EXPECT_EQ(-EIO, nt_write(process, AT(MEMORY_SHARED_READ_ONLY), "bad!", 4, 0, NULL));
	EXPECT_EQ(-EIO, nt_write(process, AT(MEMORY_SHARED_READ_ONLY), "bad!", 4, FORCE, NULL));
	ASSERT_EQ(4, pread(self->file_fd, text, 4, 0));
	EXPECT_STREQ("file", text);
	ASSERT_EQ(0, nt_write(process, AT(MEMORY_SHARED_FILE), "ours", 4, 0, NULL));
	ASSERT_EQ(4, pread(self->file_fd, text, 4, 0));
	EXPECT_STREQ("ours", text);
}

/* The program's file and other processes that run it stay as they are. */
TEST_F(port, text_is_copied)
{
	unsigned char nop, other;
	struct mapping mapping;
	char path[64];
	int process, exe;

	start_memory();
	process = whole_process();
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_TEXT), &nop, 1, 0, NULL));
	EXPECT_EQ(0x90, nop);
	ASSERT_EQ(0, nt_write(process, AT(MEMORY_TEXT), "\xcc", 1, FORCE, NULL));
	snprintf(path, sizeof(path), "/proc/%d/exe", self->pid);
	exe = keep(open(path, O_RDONLY | O_CLOEXEC));
	mapping = find_mapping(self->pid, self->pid, "/memory");
	ASSERT_TRUE(mapping.found);
	/* The file is mapped as it lies on the disk, in page-aligned pieces. */
	ASSERT_EQ(1, pread(exe, &other, 1, AT(MEMORY_TEXT) - mapping.start));
	EXPECT_EQ(0x90, other);
	ASSERT_TRUE(read_memory(self->pid, AT(MEMORY_TEXT), &other, 1));
	EXPECT_EQ(0xcc, other);
}

/* An int3 that is written into running code stops every thread that comes by. */
TEST_F(port, a_breakpoint_in_running_code)
{
	struct ntdbg_context context;
	uint64_t at;
	int process;

	ASSERT_EQ(0, ftruncate(self->file_fd, PAGE));
	start_program(3, program("memory"), "memory", "2");
	at = AT(MEMORY_TEXT);
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	while (!dbg_wait(self->fd, self->r, 0))
		cont(CONTINUE);
	process = whole_process();
	for (int round = 0; round < 10; round++) {
		uint32_t seen[2] = {};

		ASSERT_TRUE(moves(self->board, MEMORY_RUNS));
		ASSERT_EQ(0, nt_write(process, at, "\xcc", 1, FORCE, NULL));
		for (int hits = 0; hits < 2; hits++) {
			next(NTDBG_EVENT_EXCEPTION, self->pid, 0);
			EXPECT_EQ(at + 1, self->r->exception.fault.ip);
			EXPECT_EQ(0xcc, self->r->exception.fault.insn[0]);
			seen[hits] = self->r->hdr.tid;
			/* Held at it, so that the other one comes, too. */
			if (!hits) {
				ASSERT_EQ(0, nt_suspend(whole_thread(seen[0])));
				cont(REPLY_LATER);
			}
		}
		EXPECT_NE(seen[0], seen[1]);
		ASSERT_EQ(0, nt_write(process, at, "\x90", 1, FORCE, NULL));
		/* Each once more at the instruction that is there again. */
		for (int hits = 1; hits >= 0; hits--) {
			int thread = whole_thread(seen[hits]);

			if (!hits) {
				ASSERT_EQ(1, nt_resume(thread));
				next(NTDBG_EVENT_EXCEPTION, self->pid, seen[0]);
			}
			ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
			EXPECT_EQ(at + 1, context.regs.rip);
			context.regs.rip = at;
			ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
			cont(HANDLED);
		}
		EXPECT_EQ(-EAGAIN, dbg_wait(self->fd, self->r, 0));
	}
}

TEST_F(port, sixteen_megabytes)
{
	unsigned int wrong = 0;
	uint64_t done;
	int process;

	big = malloc(MEMORY_BIG_SIZE + PAGE);
	ASSERT_NE(NULL, big);
	start_memory();
	process = whole_process();
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_BIG), big, MEMORY_BIG_SIZE, 0, &done));
	EXPECT_EQ(MEMORY_BIG_SIZE, done);
	EXPECT_TRUE(is_pattern(big, 0, MEMORY_BIG_SIZE));
	for (size_t i = 0; i < MEMORY_BIG_SIZE; i++)
		big[i] = ~memory_byte(i);
	/* On no page boundary. */
	ASSERT_EQ(0, nt_write(process, AT(MEMORY_BIG) + 1, big + 1, MEMORY_BIG_SIZE - 2, 0,
			      &done));
	EXPECT_EQ(MEMORY_BIG_SIZE - 2, done);
	memset(big, 0, MEMORY_BIG_SIZE);
	ASSERT_EQ(0, nt_read(process, AT(MEMORY_BIG), big, MEMORY_BIG_SIZE, 0, &done));
	EXPECT_EQ(memory_byte(0), big[0]);
	EXPECT_EQ(memory_byte(MEMORY_BIG_SIZE - 1), big[MEMORY_BIG_SIZE - 1]);
	for (size_t i = 1; i < MEMORY_BIG_SIZE - 1; i++) {
		if ((unsigned char)~memory_byte(i) != big[i])
			wrong++;
	}
	EXPECT_EQ(0, wrong);
}

static bool access_is(pid_t pid, uint64_t address, const char *access)
{
	char path[64], line[4400], is[8];
	unsigned long start, end;
	bool same = false;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %4s", &start, &end, is) == 3 && address >= start &&
		    address < end)
			same = !strncmp(is, access, 3);
	if (maps)
		fclose(maps);
	return same;
}

TEST_F(port, protect)
{
	char byte = 1;
	uint64_t at;
	int process;

	start_memory();
	process = whole_process();
	at = AT(MEMORY_EDGE);
	EXPECT_EQ(PROT_READ | PROT_WRITE, nt_protect(process, at + 5, 1, PROT_READ));
	EXPECT_TRUE(access_is(self->pid, at, "r--"));
	EXPECT_TRUE(access_is(self->pid, at + PAGE, "rw-"));
	EXPECT_EQ(-EIO, nt_write(process, at, &byte, 1, 0, NULL));
	/* One byte of the second page is enough for all of it. */
	EXPECT_EQ(PROT_READ, nt_protect(process, at + PAGE - 1, 2, PROT_READ | PROT_EXEC));
	EXPECT_TRUE(access_is(self->pid, at, "r-x"));
	EXPECT_TRUE(access_is(self->pid, at + PAGE, "r-x"));
	EXPECT_EQ(PROT_READ | PROT_EXEC, nt_protect(process, at, 2 * PAGE, PROT_NONE));
	EXPECT_EQ(PROT_NONE, nt_protect(process, at, 2 * PAGE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(0, nt_write(process, at, &byte, 1, 0, NULL));
	/* Text, and back. */
	EXPECT_EQ(PROT_READ | PROT_EXEC,
		  nt_protect(process, AT(MEMORY_TEXT), 1, PROT_READ | PROT_WRITE | PROT_EXEC));
	EXPECT_EQ(0, nt_write(process, AT(MEMORY_TEXT), "\x90", 1, 0, NULL));
	EXPECT_EQ(PROT_READ | PROT_WRITE | PROT_EXEC,
		  nt_protect(process, AT(MEMORY_TEXT), 1, PROT_READ | PROT_EXEC));
	EXPECT_EQ(PROT_NONE, nt_protect(process, AT(MEMORY_NONE), PAGE, PROT_READ));
	EXPECT_EQ(0, nt_read(process, AT(MEMORY_NONE), &byte, 1, 0, NULL));
}

TEST_F(port, a_range_that_is_not_all_there)
{
	uint64_t at;
	int process;

	start_memory();
	process = whole_process();
	at = AT(MEMORY_EDGE);
	EXPECT_EQ(-ENOMEM, nt_protect(process, at, 3 * PAGE, PROT_READ));
	/* Nothing was changed. */
	EXPECT_TRUE(access_is(self->pid, at, "rw-"));
	EXPECT_TRUE(access_is(self->pid, at + PAGE, "rw-"));
	EXPECT_EQ(-ENOMEM, nt_protect(process, at + 2 * PAGE, PAGE, PROT_READ));
	EXPECT_EQ(-ENOMEM, nt_protect(process, 0, PAGE, PROT_READ));
	EXPECT_EQ(-ENOMEM, nt_protect(process, 0xffffffff81000000ull, PAGE, PROT_READ));
	EXPECT_EQ(-ENOMEM, nt_protect(process, at, ~0ull, PROT_READ));
	EXPECT_EQ(-ENOMEM, nt_protect(process, at, 0x7fffffffffff0000ull, PROT_READ));
	EXPECT_EQ(-EINVAL, nt_protect(process, at, PAGE, PROT_READ | 8));
	EXPECT_EQ(-EINVAL, nt_protect(process, at, PAGE, PROT_READ | PROT_GROWSDOWN));
	EXPECT_TRUE(access_is(self->pid, at, "rw-"));
}

TEST_F(port, of_a_process_that_is_gone)
{
	uint64_t at, done;
	char byte = 0;
	int process;

	start_memory();
	process = whole_process();
	at = AT(MEMORY_EDGE);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	EXPECT_EQ(-EOWNERDEAD, nt_read(process, at, &byte, 1, 0, &done));
	EXPECT_EQ(0, done);
	EXPECT_EQ(-EOWNERDEAD, nt_write(process, at, &byte, 1, 0, &done));
	EXPECT_EQ(0, done);
	EXPECT_EQ(-EOWNERDEAD, nt_protect(process, at, 1, PROT_READ));
}

/* At EXIT_PROCESS the memory is still there. */
TEST_F(port, of_a_process_at_its_end)
{
	uint64_t entry;
	char byte;
	int process;

	launch(0, "exit", "0");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	entry = self->r->create_process.image.entry;
	process = whole_process();
	EXPECT_EQ(0, nt_read(process, entry, &byte, 1, 0, NULL));
	cont(CONTINUE);
	run_to(NTDBG_EVENT_EXIT_PROCESS);
	EXPECT_EQ(0, nt_read(process, entry, &byte, 1, 0, NULL));
	finish(0);
	EXPECT_EQ(-EOWNERDEAD, nt_read(process, entry, &byte, 1, 0, NULL));
}

/* The handle is of the process, whichever program it runs. */
TEST_F(port, across_execve)
{
	struct ntdbg_process_info info, after;
	int process;
	char byte;

	start(1, "execlead", "0", "self", "permit", "0");
	process = whole_process();
	ASSERT_EQ(0, nt_process_query(process, &info));
	board_go(self->board);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 2));
	ASSERT_EQ(0, nt_process_query(process, &after));
	EXPECT_EQ(0, nt_read(process, after.entry, &byte, 1, 0, NULL));
	EXPECT_EQ(info.start_time_ns, after.start_time_ns);
	board_put(self->board->permit, 1);
	EXPECT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

TEST_HARNESS_MAIN
