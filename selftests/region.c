// SPDX-License-Identifier: GPL-2.0
/* What lies at an address: NTDBG_IOC_PROCESS_REGION against /proc/PID/maps. */
#include "fixture.h"
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "programs/memory.h"

#define PAGE 4096
#define AT(place) (self->board->count[place])
#define END_OF_USER 0x00007ffffffff000ull

static int start_memory_program(struct __test_metadata *_metadata, struct port_data *self)
{
	ASSERT_EQ(0, ftruncate(self->file_fd, PAGE));
	start_program(1, program("memory"), "memory");
	return process_handle(NTDBG_PROCESS_QUERY_LIMITED);
}

static uint32_t prot_of(const char *access)
{
	return (access[0] == 'r' ? PROT_READ : 0) | (access[1] == 'w' ? PROT_WRITE : 0) |
	       (access[2] == 'x' ? PROT_EXEC : 0);
}

/* One line of maps is found whichever address of it is asked for. */
static void check_line(struct __test_metadata *_metadata, int process, const char *line)
{
	uint64_t asked[3], start, end, offset, ino;
	struct ntdbg_region region;
	unsigned int major, minor;
	char access[8], path[PATH_MAX], *name;

	if (sscanf(line, "%lx-%lx %4s %lx %x:%x %lu", &start, &end, access, &offset, &major,
		   &minor, &ino) != 7)
		ASSERT_STREQ("", line);
	if (start >= END_OF_USER)
		return;
	name = strchr(line, '/');
	asked[0] = start;
	asked[1] = (start + end) / 2;
	asked[2] = end - 1;
	for (int i = 0; i < 3; i++) {
		memset(path, POISON, sizeof(path));
		ASSERT_EQ(0, nt_region(process, asked[i], &region, path, sizeof(path)))
			TH_LOG("%s", line);
		EXPECT_EQ(start, region.base) TH_LOG("%s", line);
		EXPECT_EQ(end, region.end) TH_LOG("%s", line);
		EXPECT_EQ(asked[i], region.address);
		EXPECT_EQ(prot_of(access), region.protection) TH_LOG("%s", line);
		EXPECT_EQ(region.protection, region.protection & region.allocation_protection);
		EXPECT_EQ(0, region.flags & NTDBG_REGION_FREE);
		EXPECT_EQ(access[3] == 's', !!(region.flags & NTDBG_REGION_SHARED));
		EXPECT_EQ(name && ino, !!(region.flags & NTDBG_REGION_FILE)) TH_LOG("%s", line);
		EXPECT_EQ(!!strstr(line, "[stack]"), !!(region.flags & NTDBG_REGION_STACK));
		EXPECT_EQ(!!strstr(line, "[heap]"), !!(region.flags & NTDBG_REGION_HEAP));
		EXPECT_LE(region.allocation_base, region.base);
		EXPECT_LT(0, region.allocation_base);
		if (!(region.flags & NTDBG_REGION_FILE)) {
			EXPECT_EQ(region.base, region.allocation_base);
			EXPECT_EQ(0, region.path_size);
			continue;
		}
		EXPECT_EQ(offset, region.offset);
		EXPECT_EQ(ino, region.ino);
		EXPECT_EQ((uint64_t)major << 32 | minor, region.dev);
		EXPECT_EQ(strlen(path) + 1, region.path_size);
		EXPECT_STREQ(name, path);
	}
}

TEST_F(port, every_line_of_maps)
{
	char name[64], line[4400];
	int process = start_memory_program(_metadata, self);
	FILE *maps;

	snprintf(name, sizeof(name), "/proc/%d/maps", self->pid);
	maps = fopen(name, "re");
	ASSERT_NE(NULL, maps);
	while (fgets(line, sizeof(line), maps)) {
		line[strcspn(line, "\n")] = 0;
		check_line(_metadata, process, line);
	}
	fclose(maps);
}

/* From one end to the other, as debuggers walk: no gap, and the same ranges as in maps. */
TEST_F(port, a_walk)
{
	int process = start_memory_program(_metadata, self), used = 0, lines = 0;
	struct ntdbg_region region;
	uint64_t at = 0;
	char name[64], line[4400];
	FILE *maps;

	while (at < END_OF_USER) {
		ASSERT_EQ(0, nt_region(process, at, &region, NULL, 0))
			TH_LOG("%#llx", (long long)at);
		ASSERT_EQ(at, region.base);
		ASSERT_LT(at, region.end);
		if (region.flags & NTDBG_REGION_FREE) {
			EXPECT_EQ(NTDBG_REGION_FREE, region.flags);
			EXPECT_EQ(0, region.allocation_base);
			EXPECT_EQ(0, region.protection);
		} else {
			used++;
		}
		at = region.end;
	}
	snprintf(name, sizeof(name), "/proc/%d/maps", self->pid);
	maps = fopen(name, "re");
	ASSERT_NE(NULL, maps);
	while (fgets(line, sizeof(line), maps))
		lines += strtoull(line, NULL, 16) < END_OF_USER;
	fclose(maps);
	EXPECT_EQ(lines, used);
	EXPECT_EQ(END_OF_USER, at);
}

TEST_F(port, addresses_that_are_none)
{
	static const uint64_t bad[] = {
		END_OF_USER, END_OF_USER + PAGE, 0x8000000000000000ull, 0xffff888000000000ull,
		0xffffffffff600000ull, ~0ull,
	};
	int process = start_memory_program(_metadata, self);
	struct ntdbg_region region;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, nt_region(process, bad[i], &region, NULL, 0))
			TH_LOG("%#llx", (long long)bad[i]);
	}
	ASSERT_EQ(0, nt_region(process, END_OF_USER - 1, &region, NULL, 0));
	EXPECT_EQ(END_OF_USER, region.end);
	ASSERT_EQ(0, nt_region(process, 0, &region, NULL, 0));
	EXPECT_EQ(NTDBG_REGION_FREE, region.flags);
	EXPECT_EQ(0, region.base);
	EXPECT_LT(PAGE, region.end);
}

TEST_F(port, places)
{
	int process = start_memory_program(_metadata, self);
	struct ntdbg_region region, image;
	char path[PATH_MAX], real[PATH_MAX];
	struct mapping mapping;

	ASSERT_EQ(0, nt_region(process, AT(MEMORY_TEXT), &image, path, sizeof(path)));
	EXPECT_EQ(NTDBG_REGION_FILE | NTDBG_REGION_IMAGE, image.flags);
	EXPECT_EQ(PROT_READ | PROT_EXEC, image.protection);
	ASSERT_NE(NULL, realpath(program("memory"), real));
	EXPECT_STREQ(real, path);
	mapping = find_mapping(self->pid, self->pid, path);
	EXPECT_EQ(mapping.start, image.allocation_base);
	EXPECT_EQ(mapping.dev, image.dev);
	EXPECT_EQ(mapping.ino, image.ino);
	ASSERT_EQ(0, nt_region(process, AT(MEMORY_READ_ONLY), &region, NULL, 0));
	EXPECT_EQ(0, region.flags);
	EXPECT_EQ(PROT_READ, region.protection);
	EXPECT_EQ(AT(MEMORY_READ_ONLY) + PAGE, region.end);
	ASSERT_EQ(0, nt_region(process, AT(MEMORY_NONE), &region, NULL, 0));
	EXPECT_EQ(PROT_NONE, region.protection);
	ASSERT_EQ(0, nt_region(process, AT(MEMORY_EDGE) + 2 * PAGE, &region, NULL, 0));
	EXPECT_EQ(NTDBG_REGION_FREE, region.flags);
	EXPECT_EQ(AT(MEMORY_EDGE) + 2 * PAGE, region.base);
	ASSERT_EQ(0, nt_region(process, AT(MEMORY_SHARED_FILE), &region, NULL, 0));
	EXPECT_EQ(NTDBG_REGION_FILE | NTDBG_REGION_SHARED, region.flags);
	ASSERT_EQ(0, nt_region(process, AT(MEMORY_PRIVATE_FILE), &region, NULL, 0));
	EXPECT_EQ(NTDBG_REGION_FILE, region.flags);
	ASSERT_EQ(0, nt_region(process, AT(MEMORY_HEAP), &region, NULL, 0));
	EXPECT_EQ(NTDBG_REGION_HEAP, region.flags);
}

TEST_F(port, the_path)
{
	int process = start_memory_program(_metadata, self);
	char path[PATH_MAX], whole[PATH_MAX];
	struct ntdbg_region region;
	uint32_t needed;

	/* Not asked for, its length is told. */
	ASSERT_EQ(0, nt_region(process, AT(MEMORY_TEXT), &region, NULL, 0));
	needed = region.path_size;
	EXPECT_LT(1, needed);
	ASSERT_EQ(0, nt_region(process, AT(MEMORY_TEXT), &region, whole, needed));
	EXPECT_EQ(needed, strlen(whole) + 1);
	memset(path, POISON, sizeof(path));
	EXPECT_EQ(-ENAMETOOLONG, nt_region(process, AT(MEMORY_TEXT), &region, path, needed - 1));
	EXPECT_EQ(needed, region.path_size);
	EXPECT_EQ(NTDBG_REGION_FILE | NTDBG_REGION_IMAGE, region.flags);
	EXPECT_NE(0, region.base);
	EXPECT_EQ(POISON, (unsigned char)path[needed - 1]);
	EXPECT_EQ(-EFAULT, nt_region(process, AT(MEMORY_TEXT), &region, (char *)8, PATH_MAX));
	EXPECT_EQ(-EFAULT, nt_region(process, AT(MEMORY_TEXT), &region,
				     (char *)0xffffffff81000000ull, PATH_MAX));
}

TEST_F(port, of_a_process_that_is_gone)
{
	int process = start_memory_program(_metadata, self);
	struct ntdbg_region region;

	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	EXPECT_EQ(-EOWNERDEAD, nt_region(process, 4096, &region, NULL, 0));
}

TEST_HARNESS_MAIN
