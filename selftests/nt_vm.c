// SPDX-License-Identifier: GPL-2.0
/* NtAllocate-, NtFree-, NtProtect- and NtQueryVirtualMemory of the process itself. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "nt_memory.h"

FIXTURE(vm)
{
	uint64_t base;
	uint64_t size;
	struct nt_memory_basic about;
};

FIXTURE_SETUP(vm)
{
	self->base = 0;
	self->size = 0;
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(vm)
{
}

/* Ten granules, reserved; the middle ones committed if @commit. */
static uint64_t reserve(struct __test_metadata *_metadata, uint64_t size)
{
	uint64_t base = 0;

	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&base, &size, MEM_RESERVE, PAGE_READWRITE));
	return base;
}

static uint64_t commit(struct __test_metadata *_metadata, uint64_t size, uint32_t protect)
{
	uint64_t base = 0;

	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&base, &size, MEM_RESERVE | MEM_COMMIT, protect));
	return base;
}

/* ---- NtAllocateVirtualMemory ------------------------------------------------- */

TEST_F(vm, reserve_and_commit)
{
	self->size = 5000;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE | MEM_COMMIT,
					      PAGE_READWRITE));
	EXPECT_NE(0, self->base);
	EXPECT_EQ(0, self->base % GRANULE);
	EXPECT_EQ(2 * PAGE, self->size);
	memset((void *)self->base, 0x5a, self->size);
	EXPECT_EQ(STATUS_SUCCESS, nt_free(self->base, 0, MEM_RELEASE));
	EXPECT_TRUE(faults(self->base, false));
}

TEST_F(vm, commit_alone_without_a_base_reserves_too)
{
	self->size = 1;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READWRITE));
	EXPECT_EQ(PAGE, self->size);
	EXPECT_EQ(0, self->base % GRANULE);
	*(char *)self->base = 1;
}

TEST_F(vm, each_allocation_begins_on_a_granule)
{
	for (int i = 0; i < 20; i++) {
		self->base = 0;
		self->size = PAGE * (1 + i % 5);
		ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE,
						      PAGE_READWRITE));
		EXPECT_EQ(0, self->base % GRANULE);
	}
}

TEST_F(vm, reserved_memory_has_no_access)
{
	self->base = reserve(_metadata, GRANULE);
	EXPECT_TRUE(faults(self->base, false));
}

TEST_F(vm, base_is_rounded_down_to_a_granule_and_the_end_up_to_a_page)
{
	uint64_t place = reserve(_metadata, 4 * GRANULE);

	ASSERT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_RELEASE));
	self->base = place + GRANULE + PAGE + 7;
	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE,
					      PAGE_READWRITE));
	EXPECT_EQ(place + GRANULE, self->base);
	EXPECT_EQ(3 * PAGE, self->size);
}

TEST_F(vm, commit_rounds_to_pages)
{
	uint64_t place = reserve(_metadata, GRANULE);

	self->base = place + PAGE + 1;
	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READWRITE));
	EXPECT_EQ(place + PAGE, self->base);
	EXPECT_EQ(2 * PAGE, self->size);
	EXPECT_TRUE(faults(place, false));
	EXPECT_FALSE(faults(place + PAGE, true));
	EXPECT_FALSE(faults(place + 2 * PAGE, true));
	EXPECT_TRUE(faults(place + 3 * PAGE, false));
}

TEST_F(vm, commit_again_keeps_the_contents_and_sets_the_protection)
{
	uint64_t place = commit(_metadata, 2 * PAGE, PAGE_READWRITE);

	*(char *)place = 42;
	self->base = place;
	self->size = 2 * PAGE;
	EXPECT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READONLY));
	EXPECT_EQ(42, *(char *)place);
	EXPECT_TRUE(faults(place, true));
}

TEST_F(vm, zero_bits)
{
	self->size = PAGE;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3,
		  NT(NtAllocateVirtualMemory, NT_CURRENT_PROCESS, A(&self->base), 22,
		     A(&self->size), MEM_RESERVE, PAGE_READWRITE));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3,
		  NT(NtAllocateVirtualMemory, NT_CURRENT_PROCESS, A(&self->base), 31,
		     A(&self->size), 0, 0));
	for (uint64_t bits = 1; bits < 8; bits++) {
		self->base = 0;
		ASSERT_EQ(STATUS_SUCCESS,
			  NT(NtAllocateVirtualMemory, NT_CURRENT_PROCESS, A(&self->base), bits,
			     A(&self->size), MEM_RESERVE, PAGE_READWRITE));
		EXPECT_GE(1ull << (32 - bits), self->base + self->size);
		EXPECT_EQ(0, self->base % GRANULE);
	}
	/* A mask of what may be set. */
	self->base = 0;
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtAllocateVirtualMemory, NT_CURRENT_PROCESS, A(&self->base), 0xfffffffffull,
		     A(&self->size), MEM_RESERVE, PAGE_READWRITE));
	EXPECT_EQ(0, self->base >> 36);
	/* Below 64 KiB there is nothing. */
	self->base = 0;
	EXPECT_EQ(STATUS_NO_MEMORY,
		  NT(NtAllocateVirtualMemory, NT_CURRENT_PROCESS, A(&self->base), 16,
		     A(&self->size), MEM_RESERVE, PAGE_READWRITE));
}

TEST_F(vm, allocation_types)
{
	static const uint32_t wrong[] = {
		0, 1, MEM_TOP_DOWN, MEM_LARGE_PAGES, MEM_RESERVE | 2,
		MEM_DECOMMIT, MEM_RELEASE, MEM_COMMIT | MEM_RELEASE,
		MEM_RESET | MEM_COMMIT, MEM_RESET | MEM_TOP_DOWN,
		MEM_RESERVE | MEM_LARGE_PAGES, MEM_COMMIT | MEM_WRITE_WATCH,
		MEM_PHYSICAL, MEM_PHYSICAL | MEM_COMMIT,
		MEM_PHYSICAL | MEM_RESERVE | MEM_COMMIT,
	};

	self->size = PAGE;
	for (int i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(STATUS_INVALID_PARAMETER_5,
			  nt_allocate(&self->base, &self->size, wrong[i], PAGE_READWRITE))
			TH_LOG("type %x", wrong[i]);
	}
	EXPECT_EQ(STATUS_INVALID_PARAMETER_6,
		  nt_allocate(&self->base, &self->size, MEM_PHYSICAL | MEM_RESERVE,
			      PAGE_READONLY));
	EXPECT_EQ(STATUS_PRIVILEGE_NOT_HELD,
		  nt_allocate(&self->base, &self->size,
			      MEM_RESERVE | MEM_COMMIT | MEM_LARGE_PAGES, PAGE_READWRITE));
	EXPECT_EQ(STATUS_NOT_SUPPORTED,
		  nt_allocate(&self->base, &self->size, MEM_RESERVE | MEM_WRITE_WATCH,
			      PAGE_READWRITE));
	EXPECT_EQ(STATUS_SUCCESS,
		  nt_allocate(&self->base, &self->size, MEM_RESERVE | MEM_TOP_DOWN,
			      PAGE_READWRITE));
}

TEST_F(vm, protections)
{
	static const uint32_t wrong[] = {
		0, 3, 6, PAGE_GUARD, 0x800 | PAGE_READWRITE, PAGE_NOACCESS | PAGE_GUARD,
		PAGE_NOACCESS | PAGE_NOCACHE, PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE,
		PAGE_READWRITE | PAGE_GUARD | PAGE_NOCACHE, PAGE_WRITECOPY,
		PAGE_EXECUTE_WRITECOPY,
	};
	static const struct {
		uint32_t protect;
		bool read, write;
	} right[] = {
		{ PAGE_NOACCESS, false, false }, { PAGE_READONLY, true, false },
		{ PAGE_READWRITE, true, true }, { PAGE_EXECUTE, true, false },
		{ PAGE_EXECUTE_READ, true, false }, { PAGE_EXECUTE_READWRITE, true, true },
		{ PAGE_READWRITE | PAGE_NOCACHE, true, true },
		{ PAGE_READWRITE | PAGE_WRITECOMBINE, true, true },
	};
	uint32_t old;

	self->size = PAGE;
	for (int i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(STATUS_INVALID_PAGE_PROTECTION,
			  nt_allocate(&self->base, &self->size, MEM_RESERVE | MEM_COMMIT,
				      wrong[i])) TH_LOG("protection %x", wrong[i]);
	}
	for (int i = 0; i < ARRAY_SIZE(right); i++) {
		self->base = 0;
		ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size,
						      MEM_RESERVE | MEM_COMMIT, right[i].protect));
		EXPECT_EQ(right[i].read, !faults(self->base, false)) TH_LOG("%x", right[i].protect);
		EXPECT_EQ(right[i].write, !faults(self->base, true)) TH_LOG("%x", right[i].protect);
		ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(self->base, &self->about));
		EXPECT_EQ(right[i].protect, self->about.protect);
		EXPECT_EQ(right[i].protect, self->about.allocation_protect);
		EXPECT_EQ(STATUS_SUCCESS, nt_protect_memory(self->base, PAGE, PAGE_READWRITE,
							    &old));
		EXPECT_EQ(right[i].protect, old);
	}
}

TEST_F(vm, addresses_and_sizes)
{
	uint64_t place = reserve(_metadata, GRANULE);

	self->base = HIGHEST_VAD + 1;
	self->size = PAGE;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_2, nt_allocate(&self->base, &self->size, MEM_RESERVE,
							  PAGE_READWRITE));
	self->base = ~0ull;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_2, nt_allocate(&self->base, &self->size, MEM_RESERVE,
							  PAGE_READWRITE));
	self->base = 0;
	self->size = 0;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, nt_allocate(&self->base, &self->size, MEM_RESERVE,
							  PAGE_READWRITE));
	self->size = ~0ull;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, nt_allocate(&self->base, &self->size, MEM_RESERVE,
							  PAGE_READWRITE));
	self->base = HIGHEST_VAD - PAGE + 1;
	self->size = 2 * PAGE;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, nt_allocate(&self->base, &self->size, MEM_RESERVE,
							  PAGE_READWRITE));
	/* The first 64 KiB are nobody's, not even root's. */
	self->base = PAGE;
	self->size = PAGE;
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES, nt_allocate(&self->base, &self->size, MEM_RESERVE,
							    PAGE_READWRITE));
	self->base = place;
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES, nt_allocate(&self->base, &self->size, MEM_RESERVE,
							    PAGE_READWRITE));
	EXPECT_EQ(place, self->base);
	EXPECT_EQ(PAGE, self->size);
	self->base = place - GRANULE;
	self->size = GRANULE + PAGE;
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES, nt_allocate(&self->base, &self->size, MEM_RESERVE,
							    PAGE_READWRITE));
}

/* The order in which they are looked at. */
TEST_F(vm, the_first_thing_that_is_wrong_counts)
{
	uint64_t wrong = ~0ull;

	EXPECT_EQ(STATUS_INVALID_PARAMETER_3,
		  NT(NtAllocateVirtualMemory, 0, NO_POINTER, 25, NO_POINTER, 0, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_5,
		  NT(NtAllocateVirtualMemory, 0, NO_POINTER, 0, NO_POINTER, 0, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_6,
		  NT(NtAllocateVirtualMemory, 0, NO_POINTER, 0, NO_POINTER,
		     MEM_PHYSICAL | MEM_RESERVE, 0));
	EXPECT_EQ(STATUS_INVALID_PAGE_PROTECTION,
		  NT(NtAllocateVirtualMemory, 0, NO_POINTER, 0, NO_POINTER, MEM_COMMIT, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtAllocateVirtualMemory, 0, NO_POINTER, 0, A(&wrong), MEM_COMMIT,
		     PAGE_READWRITE));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtAllocateVirtualMemory, 0, A(&wrong), 0, NO_POINTER, MEM_COMMIT,
		     PAGE_READWRITE));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtAllocateVirtualMemory, 0, A(&wrong) + 1, 0, A(&wrong), MEM_COMMIT,
		     PAGE_READWRITE));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_2,
		  NT(NtAllocateVirtualMemory, 0, A(&wrong), 0, A(&wrong), MEM_COMMIT,
		     PAGE_READWRITE));
	self->size = 0;
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4,
		  NT(NtAllocateVirtualMemory, 0, A(&self->base), 0, A(&self->size), MEM_COMMIT,
		     PAGE_READWRITE));
	self->size = 1;
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtAllocateVirtualMemory, 0, A(&self->base), 0, A(&self->size), MEM_COMMIT,
		     PAGE_READWRITE));
}

TEST_F(vm, commit_of_what_is_not_one_allocation)
{
	uint64_t place = reserve(_metadata, GRANULE);

	self->base = place + GRANULE - PAGE;
	self->size = 2 * PAGE;
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES, nt_allocate(&self->base, &self->size, MEM_COMMIT,
							    PAGE_READWRITE));
	EXPECT_TRUE(faults(place + GRANULE - PAGE, false));
	self->base = A(&place) & ~(PAGE - 1);
	self->size = PAGE;
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES, nt_allocate(&self->base, &self->size, MEM_COMMIT,
							    PAGE_READWRITE));
}

TEST_F(vm, two_allocations_side_by_side_stay_two)
{
	uint64_t place = reserve(_metadata, 2 * GRANULE);

	ASSERT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_RELEASE));
	for (int i = 0; i < 2; i++) {
		self->base = place + i * GRANULE;
		self->size = GRANULE;
		ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE,
						      PAGE_READWRITE));
	}
	self->base = place;
	self->size = 2 * GRANULE;
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES, nt_allocate(&self->base, &self->size, MEM_COMMIT,
							    PAGE_READWRITE));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + PAGE, &self->about));
	EXPECT_EQ(place, self->about.allocation_base);
	EXPECT_EQ(GRANULE - PAGE, self->about.size);
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + GRANULE, &self->about));
	EXPECT_EQ(place + GRANULE, self->about.allocation_base);
}

TEST_F(vm, more_than_can_be_committed)
{
	self->size = 1ull << 46;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE,
					      PAGE_READWRITE));
	EXPECT_EQ(STATUS_COMMITMENT_LIMIT, nt_allocate(&self->base, &self->size, MEM_COMMIT,
						       PAGE_READWRITE));
	EXPECT_TRUE(faults(self->base, false));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(self->base, &self->about));
	EXPECT_EQ(MEM_RESERVE, self->about.state);
	EXPECT_EQ(self->size, self->about.size);
	ASSERT_EQ(STATUS_SUCCESS, nt_free(self->base, 0, MEM_RELEASE));
	self->base = 0;
	EXPECT_EQ(STATUS_COMMITMENT_LIMIT, nt_allocate(&self->base, &self->size,
						       MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
	self->size = HIGHEST_VAD & ~0xffffull;
	EXPECT_EQ(STATUS_NO_MEMORY, nt_allocate(&self->base, &self->size, MEM_RESERVE,
						PAGE_READWRITE));
}

TEST_F(vm, the_limit_of_address_space_holds)
{
	struct rlimit limit = { 1ull << 32, 1ull << 32 };

	ASSERT_EQ(0, setrlimit(RLIMIT_AS, &limit));
	self->size = 1ull << 33;
	EXPECT_EQ(STATUS_NO_MEMORY, nt_allocate(&self->base, &self->size, MEM_RESERVE,
						PAGE_READWRITE));
}

TEST_F(vm, reset)
{
	uint64_t place = commit(_metadata, PAGE, PAGE_READWRITE);

	self->base = place;
	self->size = PAGE;
	EXPECT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESET, PAGE_NOACCESS));
	EXPECT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESET_UNDO,
					      PAGE_NOACCESS));
	self->base = place + GRANULE;
	ASSERT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_RELEASE));
	self->base = place;
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES, nt_allocate(&self->base, &self->size, MEM_RESET,
							    PAGE_NOACCESS));
}

/* A result that cannot be written: nothing is left behind. */
TEST_F(vm, a_size_that_cannot_be_written)
{
	uint64_t *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			      0);

	page[0] = 0;
	page[1] = PAGE;
	ASSERT_EQ(0, mprotect(page, PAGE, PROT_READ));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, nt_allocate(&page[0], &page[1], MEM_RESERVE,
						       PAGE_READWRITE));
	EXPECT_EQ(0, page[0]);
}

/* ---- NtFreeVirtualMemory ------------------------------------------------------ */

TEST_F(vm, free_gives_back_what_it_freed)
{
	uint64_t place = commit(_metadata, 4 * PAGE, PAGE_READWRITE);

	self->base = place + PAGE + 5;
	self->size = 10;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtFreeVirtualMemory, NT_CURRENT_PROCESS, A(&self->base),
				     A(&self->size), MEM_DECOMMIT));
	EXPECT_EQ(place + PAGE, self->base);
	EXPECT_EQ(PAGE, self->size);
	self->base = place;
	self->size = 0;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtFreeVirtualMemory, NT_CURRENT_PROCESS, A(&self->base),
				     A(&self->size), MEM_RELEASE));
	EXPECT_EQ(place, self->base);
	EXPECT_EQ(4 * PAGE, self->size);
}

TEST_F(vm, decommitted_contents_are_gone)
{
	uint64_t place = commit(_metadata, 3 * PAGE, PAGE_READWRITE);
	char *bytes = (char *)place;

	memset(bytes, 7, 3 * PAGE);
	ASSERT_EQ(STATUS_SUCCESS, nt_free(place + PAGE, PAGE, MEM_DECOMMIT));
	EXPECT_TRUE(faults(place + PAGE, false));
	EXPECT_EQ(7, bytes[0]);
	EXPECT_EQ(7, bytes[2 * PAGE]);
	self->base = place;
	self->size = 3 * PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READWRITE));
	EXPECT_EQ(7, bytes[0]);
	EXPECT_EQ(0, bytes[PAGE]);
	EXPECT_EQ(7, bytes[2 * PAGE]);
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_DECOMMIT));
	EXPECT_TRUE(faults(place, false));
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_DECOMMIT));
}

/* What is decommitted becomes one mapping of Linux with what was only reserved. */
TEST_F(vm, decommit_in_front_of_what_is_reserved)
{
	uint64_t place = reserve(_metadata, 8 * PAGE);

	self->base = place;
	self->size = 2 * PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READWRITE));
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place, 2 * PAGE, MEM_DECOMMIT));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place, &self->about));
	EXPECT_EQ(8 * PAGE, self->about.size);
	EXPECT_EQ(MEM_RESERVE, self->about.state);
}

TEST_F(vm, a_part_can_be_released)
{
	uint64_t place = commit(_metadata, 5 * PAGE, PAGE_READWRITE);

	ASSERT_EQ(STATUS_SUCCESS, nt_free(place + 2 * PAGE, PAGE, MEM_RELEASE));
	EXPECT_TRUE(faults(place + 2 * PAGE, false));
	EXPECT_FALSE(faults(place + PAGE, true));
	EXPECT_FALSE(faults(place + 3 * PAGE, true));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + 3 * PAGE, &self->about));
	EXPECT_EQ(place + 3 * PAGE, self->about.allocation_base);
	EXPECT_EQ(2 * PAGE, self->about.size);
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + 2 * PAGE, &self->about));
	EXPECT_EQ(MEM_FREE, self->about.state);
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place, PAGE, MEM_RELEASE));
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place + PAGE, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place + 4 * PAGE, PAGE, MEM_RELEASE));
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place + 3 * PAGE, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_MEMORY_NOT_ALLOCATED, nt_free(place, 0, MEM_RELEASE));
}

TEST_F(vm, free_types)
{
	uint64_t place = commit(_metadata, PAGE, PAGE_READWRITE);

	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, nt_free(place, 0, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, nt_free(place, 0, MEM_DECOMMIT | MEM_RELEASE));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, nt_free(place, 0, MEM_RELEASE | 1));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4, nt_free(place, 0, MEM_COMMIT));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_4,
		  NT(NtFreeVirtualMemory, 0, NO_POINTER, NO_POINTER, 0));
}

TEST_F(vm, free_statuses)
{
	uint64_t place = commit(_metadata, 4 * PAGE, PAGE_READWRITE);

	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtFreeVirtualMemory, 0, NO_POINTER, A(&self->size), MEM_RELEASE));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtFreeVirtualMemory, 0, A(&self->base), NO_POINTER, MEM_RELEASE));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_2, nt_free(HIGHEST_ADDRESS + 1, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3, nt_free(place, HIGHEST_ADDRESS, MEM_RELEASE));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3, nt_free(place, ~0ull, MEM_RELEASE));
	self->base = place;
	self->size = 0;
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtFreeVirtualMemory, 0, A(&self->base), A(&self->size), MEM_RELEASE));
	EXPECT_EQ(STATUS_UNABLE_TO_FREE_VM, nt_free(place, 5 * PAGE, MEM_RELEASE));
	EXPECT_EQ(STATUS_UNABLE_TO_FREE_VM, nt_free(place, 5 * PAGE, MEM_DECOMMIT));
	EXPECT_EQ(STATUS_FREE_VM_NOT_AT_BASE, nt_free(place + PAGE, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_FREE_VM_NOT_AT_BASE, nt_free(place + PAGE, 0, MEM_DECOMMIT));
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place + 1, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_MEMORY_NOT_ALLOCATED, nt_free(place, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_MEMORY_NOT_ALLOCATED, nt_free(place, PAGE, MEM_DECOMMIT));
}

/* What Linux calls have mapped is not NT's to free. */
TEST_F(vm, memory_of_linux_is_not_freed)
{
	char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*own = 1;
	EXPECT_EQ(STATUS_MEMORY_NOT_ALLOCATED, nt_free(A(own), 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_MEMORY_NOT_ALLOCATED, nt_free(A(own), PAGE, MEM_DECOMMIT));
	EXPECT_EQ(1, *own);
}

/* ---- behind the back ------------------------------------------------------------ */

TEST_F(vm, linux_unmaps_what_nt_allocated)
{
	uint64_t place = commit(_metadata, 4 * GRANULE, PAGE_READWRITE);
	char *own;

	ASSERT_EQ(0, munmap((void *)(place + GRANULE), GRANULE));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + GRANULE, &self->about));
	EXPECT_EQ(MEM_FREE, self->about.state);
	EXPECT_EQ(GRANULE, self->about.size);
	/* Another allocation there. */
	self->base = place + GRANULE;
	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE | MEM_COMMIT,
					      PAGE_READWRITE));
	*(char *)self->base = 1;
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + 2 * GRANULE, &self->about));
	EXPECT_EQ(place + GRANULE + PAGE, self->about.allocation_base);
	/* Something of the program in the other one, which stays when that is released. */
	own = mmap((void *)place, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
	ASSERT_EQ(place, A(own));
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_RELEASE));
	EXPECT_FALSE(faults(place, false));
	EXPECT_TRUE(faults(place + PAGE, false));
	EXPECT_EQ(1, *(char *)self->base);
	EXPECT_EQ(STATUS_MEMORY_NOT_ALLOCATED, nt_free(place, 0, MEM_RELEASE));
}

TEST_F(vm, all_of_it_was_unmapped)
{
	uint64_t place = commit(_metadata, GRANULE, PAGE_READWRITE);
	uint32_t old;

	ASSERT_EQ(0, munmap((void *)place, GRANULE));
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES,
		  nt_protect_memory(place, PAGE, PAGE_READONLY, &old));
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_MEMORY_NOT_ALLOCATED, nt_free(place, 0, MEM_RELEASE));
}

TEST_F(vm, linux_protects_what_nt_allocated)
{
	uint64_t place = commit(_metadata, 3 * PAGE, PAGE_READWRITE);
	uint32_t old;

	ASSERT_EQ(0, mprotect((void *)(place + PAGE), PAGE, PROT_READ));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place, &self->about));
	EXPECT_EQ(PAGE, self->about.size);
	EXPECT_EQ(PAGE_READWRITE, self->about.protect);
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + PAGE, &self->about));
	EXPECT_EQ(PAGE_READONLY, self->about.protect);
	EXPECT_EQ(place, self->about.allocation_base);
	EXPECT_EQ(STATUS_SUCCESS, nt_protect_memory(place + PAGE, PAGE, PAGE_READWRITE, &old));
	EXPECT_EQ(PAGE_READONLY, old);
}

/* ---- NtProtectVirtualMemory ----------------------------------------------------- */

TEST_F(vm, protect)
{
	uint64_t place = commit(_metadata, 4 * PAGE, PAGE_READWRITE);
	uint32_t old = 0;

	*(char *)place = 9;
	self->base = place + PAGE + 3;
	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtProtectVirtualMemory, NT_CURRENT_PROCESS, A(&self->base),
				     A(&self->size), PAGE_READONLY, A(&old)));
	EXPECT_EQ(place + PAGE, self->base);
	EXPECT_EQ(2 * PAGE, self->size);
	EXPECT_EQ(PAGE_READWRITE, old);
	EXPECT_FALSE(faults(place, true));
	EXPECT_TRUE(faults(place + PAGE, true));
	EXPECT_TRUE(faults(place + 2 * PAGE, true));
	EXPECT_FALSE(faults(place + 3 * PAGE, true));
	/* The old one is that of the first page. */
	EXPECT_EQ(STATUS_SUCCESS, nt_protect_memory(place, 4 * PAGE, PAGE_EXECUTE_READ, &old));
	EXPECT_EQ(PAGE_READWRITE, old);
	EXPECT_EQ(STATUS_SUCCESS, nt_protect_memory(place + PAGE, PAGE, PAGE_NOACCESS, &old));
	EXPECT_EQ(PAGE_EXECUTE_READ, old);
	EXPECT_EQ(9, *(char *)place);
}

TEST_F(vm, protect_statuses)
{
	uint64_t place = reserve(_metadata, 4 * PAGE), other = reserve(_metadata, PAGE);
	uint32_t old = 0x1234;

	EXPECT_EQ(STATUS_INVALID_PAGE_PROTECTION,
		  NT(NtProtectVirtualMemory, 0, NO_POINTER, NO_POINTER, 0, NO_POINTER));
	EXPECT_EQ(STATUS_INVALID_PAGE_PROTECTION, nt_protect_memory(place, PAGE, 3, &old));
	EXPECT_EQ(STATUS_INVALID_PAGE_PROTECTION,
		  nt_protect_memory(place, PAGE, PAGE_NOACCESS | PAGE_GUARD, &old));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtProtectVirtualMemory, 0, NO_POINTER, A(&self->size), PAGE_READONLY,
		     A(&old)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtProtectVirtualMemory, 0, A(&self->base), NO_POINTER, PAGE_READONLY,
		     A(&old)));
	self->base = place;
	self->size = PAGE;
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtProtectVirtualMemory, NT_CURRENT_PROCESS, A(&self->base), A(&self->size),
		     PAGE_READONLY, NO_POINTER));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_2,
		  nt_protect_memory(HIGHEST_ADDRESS + 1, PAGE, PAGE_READONLY, &old));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3, nt_protect_memory(place, 0, PAGE_READONLY, &old));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3, nt_protect_memory(place, ~0ull, PAGE_READONLY, &old));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtProtectVirtualMemory, 0, A(&self->base), A(&self->size), PAGE_READONLY,
		     A(&old)));
	EXPECT_EQ(STATUS_NOT_COMMITTED, nt_protect_memory(place, PAGE, PAGE_READONLY, &old));
	self->base = place;
	self->size = 2 * PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READWRITE));
	EXPECT_EQ(STATUS_NOT_COMMITTED, nt_protect_memory(place, 3 * PAGE, PAGE_READONLY, &old));
	EXPECT_FALSE(faults(place, true));
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES,
		  nt_protect_memory(place, 5 * PAGE, PAGE_READONLY, &old));
	EXPECT_EQ(STATUS_INVALID_PAGE_PROTECTION,
		  nt_protect_memory(place, PAGE, PAGE_WRITECOPY, &old));
	EXPECT_EQ(0x1234, old);
	ASSERT_EQ(STATUS_SUCCESS, nt_free(other, 0, MEM_RELEASE));
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES,
		  nt_protect_memory(other, PAGE, PAGE_READONLY, &old));
}

TEST_F(vm, memory_of_linux_can_be_protected)
{
	char *own = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);
	uint32_t old;

	*own = 1;
	EXPECT_EQ(STATUS_SUCCESS, nt_protect_memory(A(own), PAGE, PAGE_READONLY, &old));
	EXPECT_EQ(PAGE_READWRITE, old);
	EXPECT_TRUE(faults(A(own), true));
	EXPECT_FALSE(faults(A(own) + PAGE, true));
}

/* A file that was opened for reading does not become writable. */
TEST_F(vm, a_read_only_file_of_linux_stays_read_only)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	char *own = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	uint32_t old;

	ASSERT_NE(MAP_FAILED, own);
	EXPECT_EQ(STATUS_SECTION_PROTECTION, nt_protect_memory(A(own), PAGE, PAGE_READWRITE, &old));
	close(fd);
}

/* ---- NtQueryVirtualMemory -------------------------------------------------------- */

TEST_F(vm, query_an_allocation)
{
	uint64_t place = reserve(_metadata, 8 * PAGE), length = 0;
	uint32_t old;

	self->base = place + 2 * PAGE;
	self->size = 3 * PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READONLY));
	memset(&self->about, 0xff, sizeof(self->about));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, place + 5, 0,
				     A(&self->about), sizeof(self->about), A(&length)));
	EXPECT_EQ(0x30, length);
	EXPECT_EQ(place, self->about.base);
	EXPECT_EQ(place, self->about.allocation_base);
	EXPECT_EQ(PAGE_READWRITE, self->about.allocation_protect);
	EXPECT_EQ(2 * PAGE, self->about.size);
	EXPECT_EQ(MEM_RESERVE, self->about.state);
	EXPECT_EQ(0, self->about.protect);
	EXPECT_EQ(MEM_PRIVATE, self->about.type);
	EXPECT_EQ(0, self->about.padding);
	EXPECT_EQ(0, self->about.padding2);

	/* From the page of the address on. */
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + 3 * PAGE + 17, &self->about));
	EXPECT_EQ(place + 3 * PAGE, self->about.base);
	EXPECT_EQ(2 * PAGE, self->about.size);
	EXPECT_EQ(MEM_COMMIT, self->about.state);
	EXPECT_EQ(PAGE_READONLY, self->about.protect);
	EXPECT_EQ(place, self->about.allocation_base);

	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + 5 * PAGE, &self->about));
	EXPECT_EQ(MEM_RESERVE, self->about.state);
	EXPECT_EQ(3 * PAGE, self->about.size);

	/* What is alike is one, however it came about. */
	ASSERT_EQ(STATUS_SUCCESS, nt_protect_memory(place + 3 * PAGE, PAGE, PAGE_READWRITE, &old));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + 2 * PAGE, &self->about));
	EXPECT_EQ(PAGE, self->about.size);
	ASSERT_EQ(STATUS_SUCCESS, nt_protect_memory(place + 3 * PAGE, PAGE, PAGE_READONLY, &old));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + 2 * PAGE, &self->about));
	EXPECT_EQ(3 * PAGE, self->about.size);
}

TEST_F(vm, query_free_memory)
{
	uint64_t place = reserve(_metadata, 4 * GRANULE), end = place + 3 * GRANULE;

	self->base = end;
	ASSERT_EQ(STATUS_SUCCESS, nt_free(place, 3 * GRANULE, MEM_RELEASE));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(place + GRANULE + 1, &self->about));
	EXPECT_EQ(place + GRANULE, self->about.base);
	EXPECT_EQ(2 * GRANULE, self->about.size);
	EXPECT_EQ(0, self->about.allocation_base);
	EXPECT_EQ(0, self->about.allocation_protect);
	EXPECT_EQ(MEM_FREE, self->about.state);
	EXPECT_EQ(PAGE_NOACCESS, self->about.protect);
	EXPECT_EQ(0, self->about.type);
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(0, &self->about));
	EXPECT_EQ(0, self->about.base);
	EXPECT_EQ(MEM_FREE, self->about.state);
}

TEST_F(vm, query_statuses)
{
	EXPECT_EQ(STATUS_INVALID_PARAMETER, nt_query_memory(HIGHEST_ADDRESS + 1, &self->about));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, nt_query_memory(~0ull, &self->about));
	EXPECT_EQ(STATUS_SUCCESS, nt_query_memory(HIGHEST_ADDRESS, &self->about));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, 0, 0, A(&self->about),
		     sizeof(self->about) - 1, 0));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, 0, 100, A(&self->about),
		     sizeof(self->about), 0));
	EXPECT_EQ(STATUS_NOT_IMPLEMENTED,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, 0, 1, A(&self->about),
		     sizeof(self->about), 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, nt_query_in(0, 0, &self->about));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, nt_query_in(nt_handle_of(1), 0, &self->about));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, 0, 0, NO_POINTER,
		     sizeof(self->about), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, 0, 0, A(&self->about),
		     sizeof(self->about), NO_POINTER));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, 0, 0, A(&self->about) + 1,
		     sizeof(self->about), 0));
}

/* Every mapping of Linux is found, and nothing else: against /proc/self/maps. */
TEST_F(vm, query_finds_what_linux_has_mapped)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	uint64_t start, end;
	char line[512], access[8];
	unsigned int lines = 0;

	ASSERT_NE(NULL, maps);
	/* Only what does not change while it is read. */
	while (fgets(line, sizeof(line), maps)) {
		uint32_t type = strchr(line, '/') ? MEM_IMAGE : MEM_PRIVATE;
		bool writable;

		ASSERT_EQ(3, sscanf(line, "%lx-%lx %7s", &start, &end, access));
		if (strstr(line, "[stack]") || strstr(line, "[heap]") || start > HIGHEST_ADDRESS)
			continue;
		lines++;
		writable = access[1] == 'w';
		/* The harness has some. */
		if (access[3] == 's')
			type = MEM_MAPPED;
		ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(start, &self->about));
		EXPECT_EQ(start, self->about.base) TH_LOG("%s", line);
		EXPECT_EQ(end - start, self->about.size) TH_LOG("%s", line);
		EXPECT_EQ(MEM_COMMIT, self->about.state) TH_LOG("%s", line);
		EXPECT_LE(self->about.allocation_base, start);
		EXPECT_EQ(type, self->about.type) TH_LOG("%s", line);
		EXPECT_EQ(writable, !!(self->about.protect & 0xcc)) TH_LOG("%s", line);
		EXPECT_EQ(access[2] == 'x', !!(self->about.protect & 0xf0)) TH_LOG("%s", line);
	}
	EXPECT_LT(10, lines);
	fclose(maps);
}

TEST_F(vm, query_the_name_of_a_file)
{
	struct {
		struct nt_unicode_string string;
		uint16_t text[1024];
	} name;
	char expected[600], path[512] = "", got[600];
	uint64_t length = 0, need = 0;
	unsigned int i;

	ASSERT_LT(0, readlink("/proc/self/exe", path, sizeof(path) - 1));
	snprintf(expected, sizeof(expected), "\\??\\unix%s", path);
	for (i = 0; expected[i]; i++)
		if (expected[i] == '/')
			expected[i] = '\\';
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, A(nt_begin), 2,
				     A(&name), sizeof(name), A(&length)));
	EXPECT_EQ(16 + 2 * strlen(expected) + 2, length);
	EXPECT_EQ(2 * strlen(expected), name.string.length);
	EXPECT_EQ(2 * strlen(expected) + 2, name.string.maximum);
	EXPECT_EQ(A(name.text), name.string.buffer);
	for (i = 0; name.text[i] && i < sizeof(got) - 1; i++)
		got[i] = name.text[i];
	got[i] = 0;
	EXPECT_STREQ(expected, got);
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW, NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, A(nt_begin),
					     2, A(&name), length - 1, A(&need)));
	EXPECT_EQ(length, need);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, A(nt_begin), 2, A(&name), 15, 0));
	EXPECT_EQ(STATUS_INVALID_ADDRESS,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, 0, 2, A(&name), sizeof(name), 0));
	self->base = reserve(_metadata, PAGE);
	EXPECT_EQ(STATUS_FILE_INVALID,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, self->base, 2, A(&name),
		     sizeof(name), 0));
}

TEST_F(vm, query_the_region)
{
	struct {
		uint64_t allocation_base;
		uint32_t allocation_protect;
		uint32_t type;
		uint64_t size;
	} region;
	uint64_t length = 0;

	self->base = reserve(_metadata, 3 * PAGE);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, self->base + PAGE, 3,
				     A(&region), sizeof(region), A(&length)));
	EXPECT_EQ(0x18, length);
	EXPECT_EQ(self->base, region.allocation_base);
	EXPECT_EQ(PAGE_READWRITE, region.allocation_protect);
	EXPECT_EQ(1, region.type);
	EXPECT_EQ(3 * PAGE, region.size);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, self->base, 3, A(&region), 0x17, 0));
	EXPECT_EQ(STATUS_INVALID_ADDRESS,
		  NT(NtQueryVirtualMemory, NT_CURRENT_PROCESS, 0, 3, A(&region), sizeof(region),
		     0));
}

TEST_F(vm, are_mapped_files_the_same)
{
	char *own;
	int fd = open("/proc/self/exe", O_RDONLY);

	own = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	ASSERT_NE(MAP_FAILED, own);
	close(fd);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAreMappedFilesTheSame, A(nt_begin), A(own)));
	EXPECT_EQ(STATUS_NOT_SAME_DEVICE, NT(NtAreMappedFilesTheSame, A(nt_begin), A(printf)));
	EXPECT_EQ(STATUS_INVALID_ADDRESS, NT(NtAreMappedFilesTheSame, A(nt_begin), 0));
	EXPECT_EQ(STATUS_INVALID_ADDRESS, NT(NtAreMappedFilesTheSame, ~0ull, A(nt_begin)));
	self->base = reserve(_metadata, PAGE);
	EXPECT_EQ(STATUS_CONFLICTING_ADDRESSES,
		  NT(NtAreMappedFilesTheSame, A(nt_begin), self->base));
}

/* ---- fork and exec ---------------------------------------------------------------- */

TEST_F(vm, fork_copies_what_is_known)
{
	uint64_t place = reserve(_metadata, 4 * PAGE);
	pid_t child;
	int status;

	self->base = place + PAGE;
	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READWRITE));
	*(char *)self->base = 3;
	child = fork();
	if (!child) {
		if (nt_query_memory(place + PAGE, &self->about) ||
		    self->about.allocation_base != place || self->about.state != MEM_COMMIT)
			_exit(1);
		if (*(char *)self->base != 3)
			_exit(2);
		if (nt_free(place, 0, MEM_RELEASE))
			_exit(3);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(3, *(char *)self->base);
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_RELEASE));
}

/* With vfork there is one memory, and one knowledge of it. */
TEST_F(vm, vfork_shares_what_is_known)
{
	volatile uint64_t place = 0;
	uint64_t size = PAGE;
	pid_t child;
	int status;

	child = vfork();
	if (!child) {
		uint64_t base = 0;

		if (nt_allocate(&base, &size, MEM_RESERVE, PAGE_READWRITE))
			_exit(1);
		place = base;
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_EQ(0, status);
	EXPECT_EQ(STATUS_SUCCESS, nt_free(place, 0, MEM_RELEASE));
}

TEST_HARNESS_MAIN
