// SPDX-License-Identifier: GPL-2.0
/* Sections and their views. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "nt_memory.h"

#define SECTION_QUERY		1
#define SECTION_MAP_WRITE	2
#define SECTION_MAP_READ	4
#define SECTION_MAP_EXECUTE	8
#define SECTION_EXTEND_SIZE	0x10
#define SECTION_ALL_ACCESS	0xf001f

#define SEC_BASED	0x200000
#define SEC_FILE	0x800000
#define SEC_IMAGE	0x1000000
#define SEC_RESERVE	0x4000000
#define SEC_COMMIT	0x8000000
#define SEC_NOCACHE	0x10000000
#define SEC_LARGE_PAGES	0x80000000

#define VIEW_SHARE 1
#define VIEW_UNMAP 2

struct nt_section_basic {
	uint64_t base;
	uint32_t attributes;
	uint32_t padding;
	uint64_t size;
};

FIXTURE(section)
{
	uint64_t handle;
	uint64_t base;
	uint64_t size;
	int fd;
	char path[64];
	struct nt_memory_basic about;
};

FIXTURE_SETUP(section)
{
	self->handle = 0;
	self->base = 0;
	self->size = 0;
	strcpy(self->path, "/tmp/nt-section-XXXXXX");
	self->fd = mkstemp(self->path);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(section)
{
	unlink(self->path);
	close(self->fd);
}

static uint32_t create(uint64_t *handle, uint32_t access, uint64_t size, uint32_t protect,
		       uint32_t attributes, uint64_t file)
{
	return NT(NtCreateSection, A(handle), access, 0, size ? A(&size) : 0, protect, attributes,
		  file);
}

static uint32_t map_at(uint64_t handle, uint64_t *base, uint64_t offset, uint64_t *size,
		       uint32_t protect)
{
	return NT(NtMapViewOfSection, handle, NT_CURRENT_PROCESS, A(base), 0, 0, A(&offset),
		  A(size), VIEW_SHARE, 0, protect);
}

static uint32_t unmap(uint64_t base)
{
	return NT(NtUnmapViewOfSection, NT_CURRENT_PROCESS, base);
}

static char *map(struct __test_metadata *_metadata, uint64_t handle, uint32_t protect)
{
	uint64_t base = 0, size = 0;

	ASSERT_EQ(STATUS_SUCCESS, map_at(handle, &base, 0, &size, protect));
	return (char *)base;
}

/* ---- page file ---------------------------------------------------------------------- */

TEST_F(section, views_share_memory)
{
	char *first, *second;

	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 3 * PAGE + 5,
					 PAGE_READWRITE, SEC_COMMIT, 0));
	ASSERT_EQ(STATUS_SUCCESS, map_at(self->handle, &self->base, 0, &self->size,
					 PAGE_READWRITE));
	EXPECT_EQ(0, self->base % GRANULE);
	EXPECT_EQ(4 * PAGE, self->size);
	first = (char *)self->base;
	second = map(_metadata, self->handle, PAGE_READONLY);
	EXPECT_NE(first, second);
	EXPECT_EQ(0, first[0]);
	first[3 * PAGE] = 11;
	EXPECT_EQ(11, second[3 * PAGE]);
	EXPECT_TRUE(faults(A(second), true));
	EXPECT_EQ(STATUS_SUCCESS, unmap(A(first)));
	EXPECT_TRUE(faults(A(first), false));
	EXPECT_EQ(11, second[3 * PAGE]);
	/* The view keeps the section. */
	EXPECT_EQ(0, close(nt_fd_of(self->handle)));
	EXPECT_EQ(11, second[3 * PAGE]);
	EXPECT_EQ(STATUS_SUCCESS, unmap(A(second) + PAGE));
}

TEST_F(section, copy_on_write)
{
	char *shared, *copy;

	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, PAGE, PAGE_READWRITE,
					 SEC_COMMIT, 0));
	shared = map(_metadata, self->handle, PAGE_READWRITE);
	copy = map(_metadata, self->handle, PAGE_WRITECOPY);
	shared[0] = 1;
	EXPECT_EQ(1, copy[0]);
	copy[0] = 2;
	EXPECT_EQ(1, shared[0]);
	shared[0] = 3;
	EXPECT_EQ(2, copy[0]);
}

TEST_F(section, inherited_by_fork_or_not)
{
	uint64_t offset = 0;
	int status;
	pid_t child;
	char *share;

	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, PAGE, PAGE_READWRITE,
					 SEC_COMMIT, 0));
	share = map(_metadata, self->handle, PAGE_READWRITE);
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtMapViewOfSection, self->handle, NT_CURRENT_PROCESS, A(&self->base), 0, 0,
		     A(&offset), A(&self->size), VIEW_UNMAP, 0, PAGE_READWRITE));
	child = fork();
	if (!child) {
		if (nt_query_memory(self->base, &self->about) || self->about.state != MEM_FREE)
			_exit(1);
		if (unmap(self->base) != STATUS_NOT_MAPPED_VIEW)
			_exit(2);
		*share = 5;
		_exit(unmap(A(share)));
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(5, *share);
	EXPECT_EQ(5, *(char *)self->base);
}

TEST_F(section, offsets)
{
	char *all;

	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 3 * GRANULE,
					 PAGE_READWRITE, SEC_COMMIT, 0));
	all = map(_metadata, self->handle, PAGE_READWRITE);
	all[GRANULE] = 1;
	all[2 * GRANULE] = 2;
	self->size = PAGE + 1;
	ASSERT_EQ(STATUS_SUCCESS, map_at(self->handle, &self->base, GRANULE, &self->size,
					 PAGE_READONLY));
	EXPECT_EQ(2 * PAGE, self->size);
	EXPECT_EQ(1, *(char *)self->base);
	self->base = 0;
	self->size = 0;
	ASSERT_EQ(STATUS_SUCCESS, map_at(self->handle, &self->base, 2 * GRANULE, &self->size,
					 PAGE_READONLY));
	EXPECT_EQ(GRANULE, self->size);
	EXPECT_EQ(2, *(char *)self->base);
}

TEST_F(section, reserved_sections_are_committed_page_by_page)
{
	uint64_t offset = 0, page;

	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, GRANULE,
					 PAGE_READWRITE, SEC_RESERVE, 0));
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtMapViewOfSection, self->handle, NT_CURRENT_PROCESS, A(&self->base), 0,
		     PAGE + 1, A(&offset), A(&self->size), VIEW_SHARE, 0, PAGE_READWRITE));
	EXPECT_FALSE(faults(self->base + PAGE, true));
	EXPECT_TRUE(faults(self->base + 2 * PAGE, false));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(self->base + 2 * PAGE, &self->about));
	EXPECT_EQ(MEM_RESERVE, self->about.state);
	EXPECT_EQ(MEM_MAPPED, self->about.type);
	page = self->base + 4 * PAGE;
	self->size = PAGE;
	EXPECT_EQ(STATUS_SUCCESS, nt_allocate(&page, &self->size, MEM_COMMIT, PAGE_READWRITE));
	EXPECT_FALSE(faults(page, true));
	EXPECT_TRUE(faults(page + PAGE, true));
	EXPECT_EQ(STATUS_SECTION_PROTECTION,
		  nt_allocate(&page, &self->size, MEM_COMMIT, PAGE_EXECUTE_READ));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_5,
		  NT(NtMapViewOfSection, self->handle, NT_CURRENT_PROCESS, A(&offset), 0,
		     2 * GRANULE, 0, A(&offset), VIEW_SHARE, 0, PAGE_READWRITE));
}

TEST_F(section, views_are_not_private_memory)
{
	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 2 * PAGE,
					 PAGE_READWRITE, SEC_COMMIT, 0));
	self->base = A(map(_metadata, self->handle, PAGE_READWRITE));
	self->size = PAGE;
	EXPECT_EQ(STATUS_ALREADY_COMMITTED, nt_allocate(&self->base, &self->size, MEM_COMMIT,
							PAGE_READWRITE));
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES,
		  nt_allocate(&self->base, &self->size, MEM_RESERVE, PAGE_READWRITE));
	EXPECT_EQ(STATUS_UNABLE_TO_DELETE_SECTION, nt_free(self->base, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_UNABLE_TO_DELETE_SECTION, nt_free(self->base, PAGE, MEM_DECOMMIT));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(self->base + PAGE, &self->about));
	EXPECT_EQ(self->base, self->about.allocation_base);
	EXPECT_EQ(MEM_COMMIT, self->about.state);
	EXPECT_EQ(MEM_MAPPED, self->about.type);
	EXPECT_EQ(PAGE_READWRITE, self->about.protect);
	EXPECT_EQ(PAGE, self->about.size);
	EXPECT_EQ(STATUS_FILE_INVALID,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, self->base, 2, A(&self->about),
		     sizeof(self->about), 0));
}

TEST_F(section, create_statuses)
{
	static const uint32_t attributes[] = {
		0, SEC_NOCACHE, SEC_COMMIT | SEC_RESERVE, SEC_COMMIT | SEC_IMAGE, SEC_COMMIT | 1,
		SEC_RESERVE | SEC_LARGE_PAGES, SEC_IMAGE | SEC_LARGE_PAGES,
	};
	static const uint32_t protections[] = {
		0, PAGE_NOACCESS, PAGE_READWRITE | PAGE_GUARD, PAGE_READWRITE | PAGE_NOCACHE, 6,
	};
	uint64_t handle = 0x77;

	for (int i = 0; i < ARRAY_SIZE(attributes); i++) {
		EXPECT_EQ(STATUS_INVALID_PARAMETER_6, create(&handle, SECTION_ALL_ACCESS, 0, 0,
							     attributes[i], 0))
			TH_LOG("%x", attributes[i]);
	}
	for (int i = 0; i < ARRAY_SIZE(protections); i++) {
		EXPECT_EQ(STATUS_INVALID_PAGE_PROTECTION,
			  create(&handle, SECTION_ALL_ACCESS, 0, protections[i], SEC_COMMIT, 0))
			TH_LOG("%x", protections[i]);
	}
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4,
		  create(&handle, SECTION_ALL_ACCESS, 0, PAGE_READWRITE, SEC_COMMIT, 0));
	EXPECT_EQ(STATUS_SECTION_TOO_BIG,
		  create(&handle, SECTION_ALL_ACCESS, ~0ull, PAGE_READWRITE, SEC_COMMIT, 0));
	EXPECT_EQ(STATUS_COMMITMENT_LIMIT,
		  create(&handle, SECTION_ALL_ACCESS, 1ull << 46, PAGE_READWRITE, SEC_COMMIT, 0));
	EXPECT_EQ(STATUS_PRIVILEGE_NOT_HELD,
		  create(&handle, SECTION_ALL_ACCESS, PAGE, PAGE_READWRITE,
			 SEC_COMMIT | SEC_LARGE_PAGES, 0));
	EXPECT_EQ(STATUS_NOT_SUPPORTED,
		  create(&handle, SECTION_ALL_ACCESS, PAGE, PAGE_READWRITE, SEC_COMMIT | SEC_BASED,
			 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  create((uint64_t *)NO_POINTER, SECTION_ALL_ACCESS, PAGE, PAGE_READWRITE,
			 SEC_COMMIT, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtCreateSection, A(&handle), SECTION_ALL_ACCESS, 0, NO_POINTER,
		     PAGE_READWRITE, SEC_COMMIT, 0));
	EXPECT_EQ(0x77, handle);
	/* That is only a size. */
	EXPECT_EQ(STATUS_SUCCESS,
		  create(&handle, SECTION_ALL_ACCESS, 1ull << 46, PAGE_READWRITE, SEC_RESERVE, 0));
}

TEST_F(section, query)
{
	struct nt_section_basic basic;
	uint64_t length = 0, weak;

	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 5000, PAGE_READWRITE,
					 SEC_COMMIT, 0));
	memset(&basic, 0xff, sizeof(basic));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQuerySection, self->handle, 0, A(&basic), sizeof(basic),
				     A(&length)));
	EXPECT_EQ(0x18, length);
	EXPECT_EQ(0, basic.base);
	EXPECT_EQ(SEC_COMMIT, basic.attributes);
	EXPECT_EQ(2 * PAGE, basic.size);
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, NT(NtQuerySection, self->handle, 2, A(&basic),
						sizeof(basic), 0));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, NT(NtQuerySection, self->handle, 0, A(&basic),
						  sizeof(basic) - 1, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQuerySection, self->handle, 0, NO_POINTER,
					      sizeof(basic), 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtQuerySection, 0, 0, A(&basic), sizeof(basic), 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, NT(NtQuerySection, nt_handle_of(self->fd), 0,
						  A(&basic), sizeof(basic), 0));
	ASSERT_EQ(STATUS_SUCCESS, create(&weak, SECTION_MAP_READ, PAGE, PAGE_READWRITE, SEC_COMMIT,
					 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtQuerySection, weak, 0, A(&basic), sizeof(basic), 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, weak));
}

TEST_F(section, names)
{
	uint64_t opened, other, size = PAGE;
	struct nt_name name;
	char *mine, *theirs;

	nt_name(&name, u"\\BaseNamedObjects\\ntdbg section", 0x40);
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  NT(NtOpenSection, A(&opened), SECTION_ALL_ACCESS, A(&name.attributes)));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateSection, A(&self->handle), SECTION_ALL_ACCESS,
				     A(&name.attributes), A(&size), PAGE_READWRITE, SEC_COMMIT, 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION,
		  NT(NtCreateSection, A(&other), SECTION_ALL_ACCESS, A(&name.attributes), A(&size),
		     PAGE_READWRITE, SEC_COMMIT, 0));
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtOpenSection, A(&opened), SECTION_MAP_READ, A(&name.attributes)));
	mine = map(_metadata, self->handle, PAGE_READWRITE);
	theirs = map(_metadata, opened, PAGE_READONLY);
	*mine = 4;
	EXPECT_EQ(4, *theirs);
	nt_name(&name, u"\\BaseNamedObjects\\ntdbg section", 0x80 | 0x40);
	EXPECT_EQ(STATUS_OBJECT_NAME_EXISTS,
		  NT(NtCreateSection, A(&other), SECTION_ALL_ACCESS, A(&name.attributes), A(&size),
		     PAGE_READWRITE, SEC_COMMIT, 0));
	nt_name(&name, u"\\BaseNamedObjects\\ntdbg section", 0x40);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, other));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, opened));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  NT(NtOpenSection, A(&opened), SECTION_ALL_ACCESS, A(&name.attributes)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtOpenSection, A(&opened), SECTION_ALL_ACCESS, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenSection, NO_POINTER, SECTION_ALL_ACCESS, A(&name.attributes)));
}

/* ---- mapping --------------------------------------------------------------------------- */

TEST_F(section, map_statuses)
{
	uint64_t offset = 0, base, huge = ~0ull, strange;

	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 2 * GRANULE,
					 PAGE_READWRITE, SEC_COMMIT, 0));
#define MAP(handle, process, base, bits, offset, size, inherit, type, protect) \
	NT(NtMapViewOfSection, handle, process, A(base), bits, 0, A(offset), A(size), inherit, \
	   type, protect)
	EXPECT_EQ(STATUS_INVALID_PARAMETER_8, MAP(0, 0, NO_POINTER, 0, 0, NO_POINTER, 0, 1, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_8, MAP(0, 0, NO_POINTER, 0, 0, NO_POINTER, 3, 1, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_9, MAP(0, 0, NO_POINTER, 0, 0, NO_POINTER, 1, 1, 0));
	EXPECT_EQ(STATUS_INVALID_PAGE_PROTECTION,
		  MAP(0, 0, NO_POINTER, 0, 0, NO_POINTER, 1, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  MAP(0, 0, NO_POINTER, 0, 0, &self->size, 1, 0, PAGE_READONLY));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  MAP(0, 0, &self->base, 0, 0, NO_POINTER, 1, 0, PAGE_READONLY));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  MAP(0, 0, &self->base, 0, NO_POINTER, &self->size, 1, 0, PAGE_READONLY));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3,
		  MAP(0, 0, &huge, 22, 0, &self->size, 1, 0, PAGE_READONLY));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3,
		  MAP(0, 0, &self->base, 22, 0, &huge, 1, 0, PAGE_READONLY));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4,
		  MAP(0, 0, &self->base, 22, 0, &self->size, 1, 0, PAGE_READONLY));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  MAP(0, 0, &self->base, 0, 0, &self->size, 1, 0, PAGE_READONLY));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  MAP(nt_handle_of(self->fd), 0, &self->base, 0, 0, &self->size, 1, 0,
		      PAGE_READONLY));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  MAP(self->handle, 0, &self->base, 0, 0, &self->size, 1, 0, PAGE_READONLY));
	base = GRANULE * 16 + PAGE;
	EXPECT_EQ(STATUS_MAPPED_ALIGNMENT,
		  MAP(self->handle, NT_CURRENT_PROCESS, &base, 0, 0, &self->size, 1, 0,
		      PAGE_READONLY));
	offset = PAGE;
	EXPECT_EQ(STATUS_MAPPED_ALIGNMENT,
		  MAP(self->handle, NT_CURRENT_PROCESS, &self->base, 0, &offset, &self->size, 1, 0,
		      PAGE_READONLY));
	offset = 2 * GRANULE;
	EXPECT_EQ(STATUS_INVALID_VIEW_SIZE,
		  MAP(self->handle, NT_CURRENT_PROCESS, &self->base, 0, &offset, &self->size, 1, 0,
		      PAGE_READONLY));
	offset = GRANULE;
	strange = GRANULE + 1;
	EXPECT_EQ(STATUS_INVALID_VIEW_SIZE,
		  MAP(self->handle, NT_CURRENT_PROCESS, &self->base, 0, &offset, &strange, 1, 0,
		      PAGE_READONLY));
	EXPECT_EQ(STATUS_SECTION_PROTECTION,
		  MAP(self->handle, NT_CURRENT_PROCESS, &self->base, 0, 0, &self->size, 1, 0,
		      PAGE_EXECUTE_READ));
	base = A(map(_metadata, self->handle, PAGE_READONLY));
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES,
		  MAP(self->handle, NT_CURRENT_PROCESS, &base, 0, 0, &self->size, 1, 0,
		      PAGE_READONLY));
	EXPECT_EQ(0, self->base);
	EXPECT_EQ(STATUS_SUCCESS,
		  MAP(self->handle, NT_CURRENT_PROCESS, &self->base, 1, 0, &self->size, 1, 0x2000,
		      PAGE_READONLY));
	EXPECT_GT(0x80000000, self->base);
#undef MAP
}

/* Rows: the section's protection; columns: the view's. 1: it can be. */
TEST_F(section, which_protection_allows_which)
{
	static const struct {
		uint32_t section;
		uint32_t views;
	} rows[] = {
		{ PAGE_READONLY, 0x0b }, { PAGE_READWRITE, 0x0f }, { PAGE_WRITECOPY, 0x0b },
		{ PAGE_EXECUTE, 0x11 }, { PAGE_EXECUTE_READ, 0xbb },
		{ PAGE_EXECUTE_READWRITE, 0xff }, { PAGE_EXECUTE_WRITECOPY, 0xbb },
	};

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, PAGE,
						 rows[i].section, SEC_COMMIT, 0));
		for (uint32_t view = 1; view <= 0x80; view *= 2) {
			self->base = 0;
			self->size = 0;
			EXPECT_EQ(rows[i].views & view ? STATUS_SUCCESS : STATUS_SECTION_PROTECTION,
				  map_at(self->handle, &self->base, 0, &self->size, view))
				TH_LOG("section %x view %x", rows[i].section, view);
		}
		EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	}
}

TEST_F(section, what_the_handle_allows)
{
	static const struct {
		uint32_t access;
		uint32_t views;
	} rows[] = {
		{ SECTION_MAP_READ, 0x0b }, { SECTION_MAP_WRITE, 0x04 },
		{ SECTION_MAP_EXECUTE, 0xb0 }, { SECTION_MAP_EXECUTE | SECTION_MAP_WRITE, 0xf4 },
		{ SECTION_QUERY, 0 },
	};
	uint32_t old;

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, rows[i].access, PAGE,
						 PAGE_EXECUTE_READWRITE, SEC_COMMIT, 0));
		for (uint32_t view = 1; view <= 0x80; view *= 2) {
			self->base = 0;
			self->size = 0;
			EXPECT_EQ(rows[i].views & view ? STATUS_SUCCESS : STATUS_ACCESS_DENIED,
				  map_at(self->handle, &self->base, 0, &self->size, view))
				TH_LOG("access %x view %x", rows[i].access, view);
		}
		EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	}
	/* What was mapped by a handle that may not write cannot be made writable later. */
	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_MAP_READ, PAGE, PAGE_READWRITE,
					 SEC_COMMIT, 0));
	self->base = A(map(_metadata, self->handle, PAGE_READONLY));
	EXPECT_EQ(STATUS_SECTION_PROTECTION, nt_protect_memory(self->base, PAGE, PAGE_READWRITE,
							       &old));
	EXPECT_NE(0, mprotect((void *)self->base, PAGE, PROT_READ | PROT_WRITE));
}

TEST_F(section, protect_a_view)
{
	uint32_t old;

	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 2 * PAGE,
					 PAGE_READWRITE, SEC_COMMIT, 0));
	self->base = A(map(_metadata, self->handle, PAGE_READWRITE));
	EXPECT_EQ(STATUS_SECTION_PROTECTION,
		  nt_protect_memory(self->base, PAGE, PAGE_EXECUTE_READ, &old));
	EXPECT_EQ(STATUS_SUCCESS, nt_protect_memory(self->base, PAGE, PAGE_READONLY, &old));
	EXPECT_EQ(PAGE_READWRITE, old);
	EXPECT_TRUE(faults(self->base, true));
	EXPECT_FALSE(faults(self->base + PAGE, true));
	/* Linux mappings are shared or private once and for all. */
	EXPECT_EQ(STATUS_NOT_SUPPORTED, nt_protect_memory(self->base, PAGE, PAGE_WRITECOPY, &old));
	self->base = A(map(_metadata, self->handle, PAGE_WRITECOPY));
	EXPECT_EQ(STATUS_SECTION_PROTECTION,
		  nt_protect_memory(self->base, PAGE, PAGE_READWRITE, &old));
}

TEST_F(section, unmap_statuses)
{
	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, PAGE, PAGE_READWRITE,
					 SEC_COMMIT, 0));
	self->base = A(map(_metadata, self->handle, PAGE_READWRITE));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtUnmapViewOfSection, 0, self->base));
	EXPECT_EQ(STATUS_NOT_MAPPED_VIEW, unmap(0));
	EXPECT_EQ(STATUS_NOT_MAPPED_VIEW, unmap(~0ull));
	EXPECT_EQ(STATUS_NOT_MAPPED_VIEW, unmap(A(nt_begin)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtUnmapViewOfSectionEx, NT_CURRENT_PROCESS, self->base, 2));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtUnmapViewOfSectionEx, NT_CURRENT_PROCESS, self->base, 1));
	EXPECT_EQ(STATUS_NOT_MAPPED_VIEW, unmap(self->base));
	self->base = 0;
	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE,
					      PAGE_READWRITE));
	EXPECT_EQ(STATUS_NOT_MAPPED_VIEW, unmap(self->base));
}

/* ---- files ---------------------------------------------------------------------------------- */

TEST_F(section, a_file)
{
	struct nt_section_basic basic;
	char byte, *view;

	ASSERT_EQ(5000, pwrite(self->fd, memset(malloc(5000), 'x', 5000), 5000, 0));
	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 0, PAGE_READWRITE,
					 SEC_COMMIT, nt_handle_of(self->fd)));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQuerySection, self->handle, 0, A(&basic), sizeof(basic), 0));
	EXPECT_EQ(5000, basic.size);
	EXPECT_EQ(SEC_FILE, basic.attributes);
	view = map(_metadata, self->handle, PAGE_READWRITE);
	EXPECT_EQ('x', view[4999]);
	EXPECT_EQ(0, view[5000]);
	view[1] = 'y';
	self->base = A(view);
	self->size = 0;
	{
		struct nt_io_status io = { .status = 1, .information = 1 };

		EXPECT_EQ(STATUS_SUCCESS, NT(NtFlushVirtualMemory, NT_CURRENT_PROCESS,
					     A(&self->base), A(&self->size), A(&io)));
		EXPECT_EQ(STATUS_SUCCESS, io.status);
		EXPECT_EQ(0, io.information);
	}
	EXPECT_EQ(2 * PAGE, self->size);
	ASSERT_EQ(1, pread(self->fd, &byte, 1, 1));
	EXPECT_EQ('y', byte);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAreMappedFilesTheSame, A(view), A(view) + PAGE));
	view = map(_metadata, self->handle, PAGE_WRITECOPY);
	view[1] = 'z';
	ASSERT_EQ(1, pread(self->fd, &byte, 1, 1));
	EXPECT_EQ('y', byte);
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(A(view), &self->about));
	EXPECT_EQ(MEM_MAPPED, self->about.type);
	EXPECT_EQ(PAGE_WRITECOPY, self->about.protect);
}

TEST_F(section, sizes_of_files)
{
	struct nt_section_basic basic;
	uint64_t readers = nt_handle_of(open(self->path, O_RDONLY)), size;
	struct stat stat;

	EXPECT_EQ(STATUS_MAPPED_FILE_SIZE_ZERO, create(&self->handle, SECTION_ALL_ACCESS, 0,
						       PAGE_READONLY, SEC_COMMIT, readers));
	EXPECT_EQ(STATUS_SECTION_TOO_BIG, create(&self->handle, SECTION_ALL_ACCESS, PAGE,
						 PAGE_READONLY, SEC_COMMIT, readers));
	EXPECT_EQ(STATUS_SECTION_TOO_BIG, create(&self->handle, SECTION_ALL_ACCESS, ~0ull,
						 PAGE_READWRITE, SEC_COMMIT,
						 nt_handle_of(self->fd)));
	ASSERT_EQ(0, fstat(self->fd, &stat));
	EXPECT_EQ(0, stat.st_size);
	/* One that can be written to makes the file longer. */
	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 100, PAGE_READWRITE,
					 SEC_COMMIT, nt_handle_of(self->fd)));
	ASSERT_EQ(0, fstat(self->fd, &stat));
	EXPECT_EQ(100, stat.st_size);
	size = 10000;
	EXPECT_EQ(STATUS_SUCCESS, NT(NtExtendSection, self->handle, A(&size)));
	EXPECT_EQ(10000, size);
	ASSERT_EQ(0, fstat(self->fd, &stat));
	EXPECT_EQ(10000, stat.st_size);
	size = 50;
	EXPECT_EQ(STATUS_SUCCESS, NT(NtExtendSection, self->handle, A(&size)));
	EXPECT_EQ(10000, size);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQuerySection, self->handle, 0, A(&basic), sizeof(basic), 0));
	EXPECT_EQ(10000, basic.size);
	size = 1ull << 63;
	EXPECT_EQ(STATUS_SECTION_TOO_BIG, NT(NtExtendSection, self->handle, A(&size)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtExtendSection, self->handle, NO_POINTER));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtExtendSection, 0, A(&size)));
	/* A shorter one than the file. */
	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, 10, PAGE_READONLY,
					 SEC_COMMIT, readers));
	self->size = 0;
	ASSERT_EQ(STATUS_SUCCESS, map_at(self->handle, &self->base, 0, &self->size,
					 PAGE_READONLY));
	EXPECT_EQ(PAGE, self->size);
	size = 20000;
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtExtendSection, self->handle, A(&size)));
	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_ALL_ACCESS, PAGE, PAGE_READWRITE,
					 SEC_COMMIT, 0));
	EXPECT_EQ(STATUS_SECTION_NOT_EXTENDED, NT(NtExtendSection, self->handle, A(&size)));
	ASSERT_EQ(STATUS_SUCCESS, create(&self->handle, SECTION_QUERY, PAGE, PAGE_READWRITE,
					 SEC_COMMIT, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtExtendSection, self->handle, A(&size)));
}

TEST_F(section, files_that_cannot_be_mapped)
{
	uint64_t readers = nt_handle_of(open(self->path, O_RDONLY));
	uint64_t writers = nt_handle_of(open(self->path, O_WRONLY));
	uint64_t directory = nt_handle_of(open("/tmp", O_RDONLY | O_DIRECTORY));
	uint64_t handle;

	ASSERT_EQ(3, write(self->fd, "abc", 3));
#define CREATE(protect, file)							\
	create(&self->handle, SECTION_ALL_ACCESS, 0, protect, SEC_COMMIT, file)
	EXPECT_EQ(STATUS_ACCESS_DENIED, CREATE(PAGE_READWRITE, readers));
	EXPECT_EQ(STATUS_SUCCESS, CREATE(PAGE_WRITECOPY, readers));
	EXPECT_EQ(STATUS_SUCCESS, CREATE(PAGE_EXECUTE_READ, readers));
	EXPECT_EQ(STATUS_ACCESS_DENIED, CREATE(PAGE_READONLY, writers));
	EXPECT_EQ(STATUS_ACCESS_DENIED, CREATE(PAGE_READWRITE, writers));
	EXPECT_EQ(STATUS_INVALID_FILE_FOR_SECTION, CREATE(PAGE_READONLY, directory));
	EXPECT_EQ(STATUS_INVALID_HANDLE, CREATE(PAGE_READONLY, nt_handle_of(1000)));
	/* Three bytes are no image. */
	EXPECT_EQ(STATUS_INVALID_IMAGE_FORMAT,
		  create(&self->handle, SECTION_ALL_ACCESS, 0, PAGE_EXECUTE_READ, SEC_IMAGE,
			 readers));
	EXPECT_EQ(STATUS_INVALID_FILE_FOR_SECTION,
		  create(&self->handle, SECTION_ALL_ACCESS, 0, PAGE_EXECUTE_READ, SEC_IMAGE, 0));
	ASSERT_EQ(STATUS_SUCCESS, create(&handle, SECTION_ALL_ACCESS, PAGE, PAGE_READWRITE,
					 SEC_COMMIT, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, CREATE(PAGE_READONLY, handle));
#undef CREATE
}

TEST_F(section, flush_statuses)
{
	struct nt_io_status io;
	uint64_t base = 0, size = PAGE;

	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&base, &size, MEM_RESERVE | MEM_COMMIT,
					      PAGE_READWRITE));
	EXPECT_EQ(STATUS_NOT_MAPPED_DATA, NT(NtFlushVirtualMemory, NT_CURRENT_PROCESS, A(&base),
					     A(&size), A(&io)));
	base = 0;
	EXPECT_EQ(STATUS_NOT_MAPPED_VIEW, NT(NtFlushVirtualMemory, NT_CURRENT_PROCESS, A(&base),
					     A(&size), A(&io)));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtFlushVirtualMemory, 0, A(&base), A(&size), A(&io)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtFlushVirtualMemory, NT_CURRENT_PROCESS, A(&base),
					      A(&size), NO_POINTER));
	base = ~0ull;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_2, NT(NtFlushVirtualMemory, NT_CURRENT_PROCESS, A(&base),
						 A(&size), A(&io)));
	base = 0;
	size = ~0ull;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3, NT(NtFlushVirtualMemory, NT_CURRENT_PROCESS, A(&base),
						 A(&size), A(&io)));
}

TEST_HARNESS_MAIN
