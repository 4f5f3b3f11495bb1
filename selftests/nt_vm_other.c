// SPDX-License-Identifier: GPL-2.0
/* Memory of other processes; reading, writing, locking, flushing. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "nt_memory.h"

#define NOBODY 65534

#define ALL (NTDBG_PROCESS_VM_OPERATION | NTDBG_PROCESS_VM_READ | NTDBG_PROCESS_VM_WRITE | \
	     NTDBG_PROCESS_QUERY_INFORMATION)

FIXTURE(other)
{
	pid_t linux_child;	/* of before this process was one of NT's */
	pid_t nt_child;
	uint64_t linux_process;
	uint64_t nt_process;
	char *page;
	uint64_t base;
	uint64_t size;
	uint32_t old;
	struct nt_memory_basic about;
};

FIXTURE_SETUP(other)
{
	self->base = 0;
	self->size = 0;
	self->page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0);
	ASSERT_NE(MAP_FAILED, self->page);
	strcpy(self->page, "before the fork");
	self->linux_child = nt_waiting_child();
	ASSERT_EQ(0, nt_begin());
	self->nt_child = nt_waiting_child();
	self->linux_process = nt_process_handle(self->linux_child, ALL);
	self->nt_process = nt_process_handle(self->nt_child, ALL);
	ASSERT_NE(0, self->linux_process);
	ASSERT_NE(0, self->nt_process);
}

FIXTURE_TEARDOWN(other)
{
	nt_kill(self->linux_child);
	nt_kill(self->nt_child);
}

static uint32_t read_in(uint64_t process, uint64_t at, void *to, uint64_t size, uint64_t *done)
{
	return NT(NtReadVirtualMemory, process, at, A(to), size, A(done));
}

static uint32_t write_in(uint64_t process, uint64_t at, const void *from, uint64_t size,
			 uint64_t *done)
{
	return NT(NtWriteVirtualMemory, process, at, A(from), size, A(done));
}

TEST_F(other, read_and_write)
{
	char text[32] = "";
	uint64_t done = 7;

	ASSERT_EQ(STATUS_SUCCESS, read_in(self->nt_process, A(self->page), text, 16, &done));
	EXPECT_EQ(16, done);
	EXPECT_STREQ("before the fork", text);
	ASSERT_EQ(STATUS_SUCCESS, write_in(self->nt_process, A(self->page), "after", 6, &done));
	EXPECT_EQ(6, done);
	EXPECT_STREQ("before the fork", self->page);
	ASSERT_EQ(STATUS_SUCCESS, read_in(self->nt_process, A(self->page), text, 6, NULL));
	EXPECT_STREQ("after", text);
	ASSERT_EQ(STATUS_SUCCESS, write_in(self->linux_process, A(self->page), "linux", 6, &done));
	ASSERT_EQ(STATUS_SUCCESS, read_in(self->linux_process, A(self->page), text, 6, &done));
	EXPECT_STREQ("linux", text);
	ASSERT_EQ(STATUS_SUCCESS, write_in(NT_CURRENT_PROCESS, A(self->page), "own", 4, &done));
	EXPECT_STREQ("own", self->page);
}

TEST_F(other, partial_copies)
{
	char *bytes = malloc(3 * PAGE);
	uint64_t done = 7;

	/* Behind these two pages there is nothing to be had. */
	ASSERT_EQ(0, mprotect(self->page + PAGE, PAGE, PROT_NONE));
	EXPECT_EQ(STATUS_PARTIAL_COPY, read_in(NT_CURRENT_PROCESS, A(self->page) + PAGE - 10, bytes,
					       100, &done));
	EXPECT_EQ(10, done);
	EXPECT_EQ(STATUS_PARTIAL_COPY, write_in(NT_CURRENT_PROCESS, A(self->page) + PAGE - 10,
						bytes, 100, &done));
	EXPECT_EQ(10, done);
	EXPECT_EQ(STATUS_PARTIAL_COPY, read_in(NT_CURRENT_PROCESS, NO_POINTER, bytes, 1, &done));
	EXPECT_EQ(0, done);
	ASSERT_EQ(0, mprotect(self->page, PAGE, PROT_READ));
	EXPECT_EQ(STATUS_PARTIAL_COPY, write_in(NT_CURRENT_PROCESS, A(self->page), bytes, 1,
						&done));
	EXPECT_EQ(0, done);
}

TEST_F(other, copy_statuses)
{
	uint64_t done = 7, weak;
	char byte = 0;

	EXPECT_EQ(STATUS_ACCESS_VIOLATION, read_in(0, HIGHEST_ADDRESS, &byte, 2, &done));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, read_in(0, ~0ull, &byte, 2, &done));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, write_in(0, HIGHEST_ADDRESS, &byte, 2, &done));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, read_in(0, A(&byte), (void *)HIGHEST_ADDRESS, 2, &done));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, write_in(0, A(&byte), (void *)~0ull, 2, &done));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, read_in(0, A(&byte), &byte, 1, (uint64_t *)NO_POINTER));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  read_in(NT_CURRENT_PROCESS, A(&byte), (void *)NO_POINTER, 1, &done));
	EXPECT_EQ(STATUS_INVALID_HANDLE, read_in(0, A(&byte), &byte, 1, &done));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, read_in(nt_handle_of(1), A(&byte), &byte, 1, &done));
	/* Nothing is asked of the handle when there is nothing to be done. */
	done = 7;
	EXPECT_EQ(STATUS_SUCCESS, read_in(0, A(&byte), &byte, 0, &done));
	EXPECT_EQ(0, done);
	EXPECT_EQ(STATUS_SUCCESS, write_in(0, 0, &byte, 0, NULL));

	weak = nt_process_handle(self->nt_child, NTDBG_PROCESS_VM_WRITE);
	EXPECT_EQ(STATUS_ACCESS_DENIED, read_in(weak, A(self->page), &byte, 1, &done));
	EXPECT_EQ(STATUS_ACCESS_DENIED, write_in(weak, A(self->page), &byte, 1, &done));
	weak = nt_process_handle(self->nt_child, NTDBG_PROCESS_VM_READ);
	EXPECT_EQ(STATUS_SUCCESS, read_in(weak, A(self->page), &byte, 1, &done));
	EXPECT_EQ(STATUS_ACCESS_DENIED, write_in(weak, A(self->page), &byte, 1, &done));
	EXPECT_EQ(STATUS_ACCESS_DENIED, nt_query_in(weak, 0, &self->about));
	self->size = PAGE;
	EXPECT_EQ(STATUS_ACCESS_DENIED, nt_allocate_in(weak, &self->base, &self->size, MEM_RESERVE,
						       PAGE_READWRITE));
}

TEST_F(other, allocate_protect_and_free)
{
	uint64_t done;
	char byte = 5;

	self->size = 3 * PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate_in(self->nt_process, &self->base, &self->size,
						 MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
	EXPECT_EQ(0, self->base % GRANULE);
	ASSERT_EQ(STATUS_SUCCESS, nt_query_in(self->nt_process, self->base, &self->about));
	EXPECT_EQ(self->base, self->about.allocation_base);
	EXPECT_EQ(3 * PAGE, self->about.size);
	EXPECT_EQ(MEM_COMMIT, self->about.state);
	/* It is there and not here. */
	ASSERT_EQ(STATUS_SUCCESS, nt_query_memory(self->base, &self->about));
	EXPECT_NE(self->base, self->about.allocation_base);
	EXPECT_EQ(STATUS_SUCCESS, write_in(self->nt_process, self->base + PAGE, &byte, 1, &done));
	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtProtectVirtualMemory, self->nt_process, A(&self->base),
				     A(&self->size), PAGE_READONLY, A(&self->old)));
	EXPECT_EQ(PAGE_READWRITE, self->old);
	EXPECT_EQ(STATUS_PARTIAL_COPY, write_in(self->nt_process, self->base, &byte, 1, &done));
	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtFreeVirtualMemory, self->nt_process, A(&self->base),
				     A(&self->size), MEM_DECOMMIT));
	EXPECT_EQ(STATUS_PARTIAL_COPY, read_in(self->nt_process, self->base, &byte, 1, &done));
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate_in(self->nt_process, &self->base, &self->size,
						 MEM_COMMIT, PAGE_READWRITE));
	EXPECT_EQ(STATUS_SUCCESS, read_in(self->nt_process, self->base, &byte, 1, &done));
	self->size = 0;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtFreeVirtualMemory, self->nt_process, A(&self->base),
				     A(&self->size), MEM_RELEASE));
	EXPECT_EQ(3 * PAGE, self->size);
	ASSERT_EQ(STATUS_SUCCESS, nt_query_in(self->nt_process, self->base, &self->about));
	EXPECT_EQ(MEM_FREE, self->about.state);
}

/* In a process of Linux nothing is mapped or unmapped; looking and protecting can be done. */
TEST_F(other, a_process_of_linux)
{
	self->size = PAGE;
	EXPECT_EQ(STATUS_NOT_SUPPORTED, nt_allocate_in(self->linux_process, &self->base,
						       &self->size, MEM_RESERVE, PAGE_READWRITE));
	EXPECT_EQ(STATUS_NOT_SUPPORTED, NT(NtUnmapViewOfSection, self->linux_process, self->base));
	EXPECT_EQ(STATUS_NOT_SUPPORTED, NT(NtFreeVirtualMemory, self->linux_process, A(&self->base),
					   A(&self->size), MEM_RELEASE));
	ASSERT_EQ(STATUS_SUCCESS, nt_query_in(self->linux_process, A(self->page), &self->about));
	EXPECT_EQ(MEM_COMMIT, self->about.state);
	EXPECT_EQ(MEM_PRIVATE, self->about.type);
	self->base = A(self->page);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtProtectVirtualMemory, self->linux_process, A(&self->base),
				     A(&self->size), PAGE_READONLY, A(&self->old)));
	EXPECT_EQ(PAGE_READWRITE, self->old);
	self->page[0] = 1;
	EXPECT_EQ(STATUS_SUCCESS, NT(NtFlushInstructionCache, self->linux_process, 0, 0));
}

TEST_F(other, map_a_view)
{
	uint64_t section, offset = 0, size = GRANULE, own = 0, done;
	char byte = 9;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateSection, A(&section), 0xf001f, 0, A(&size),
				     PAGE_READWRITE,
				     0x8000000, 0));
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtMapViewOfSection, section, self->nt_process, A(&self->base), 0, 0,
		     A(&offset), A(&self->size), 2, 0, PAGE_READWRITE));
	self->size = 0;
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtMapViewOfSection, section, NT_CURRENT_PROCESS, A(&own), 0, 0, A(&offset),
		     A(&self->size), 2, 0, PAGE_READWRITE));
	ASSERT_EQ(STATUS_SUCCESS, write_in(self->nt_process, self->base + PAGE, &byte, 1, &done));
	EXPECT_EQ(9, *(char *)(own + PAGE));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtUnmapViewOfSection, self->nt_process, self->base));
	EXPECT_EQ(STATUS_NOT_MAPPED_VIEW, NT(NtUnmapViewOfSection, self->nt_process, self->base));
	EXPECT_EQ(STATUS_NOT_SUPPORTED,
		  NT(NtMapViewOfSection, section, self->linux_process, A(&self->base), 0, 0, 0,
		     A(&self->size), 2, 0, PAGE_READWRITE));
}

TEST_F(other, a_process_that_has_ended)
{
	uint64_t base = 0, size = PAGE, done;
	struct nt_io_status io;
	char byte;

	nt_kill(self->nt_child);
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, nt_allocate_in(self->nt_process, &base, &size,
								MEM_RESERVE, PAGE_READWRITE));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, NT(NtFreeVirtualMemory, self->nt_process, A(&base),
						    A(&size), MEM_RELEASE));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING,
		  NT(NtProtectVirtualMemory, self->nt_process, A(&base), A(&size), PAGE_READONLY,
		     A(&self->old)));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, nt_query_in(self->nt_process, 0, &self->about));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, read_in(self->nt_process, A(self->page), &byte, 1,
							 &done));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, write_in(self->nt_process, A(self->page), &byte, 1,
							  &done));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING, NT(NtUnmapViewOfSection, self->nt_process, base));
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING,
		  NT(NtFlushVirtualMemory, self->nt_process, A(&base), A(&size), A(&io)));
	self->nt_child = self->linux_child;
}

/* exec drops what is known: another image, no NT process any more. */
TEST_F(other, exec_drops_all)
{
	uint64_t process, base = 0, size = PAGE;
	int report[2];
	pid_t child;
	char c;

	ASSERT_EQ(0, pipe2(report, O_CLOEXEC));
	child = fork();
	if (!child) {
		nt_allocate(&base, &size, MEM_RESERVE, PAGE_READWRITE);
		execl("/bin/sleep", "sleep", "1000", NULL);
		_exit(1);
	}
	close(report[1]);
	/* Closed by the exec. */
	ASSERT_EQ(0, read(report[0], &c, 1));
	process = nt_process_handle(child, ALL);
	ASSERT_NE(0, process);
	size = PAGE;
	base = 0;
	EXPECT_EQ(STATUS_NOT_SUPPORTED, nt_allocate_in(process, &base, &size, MEM_RESERVE,
						       PAGE_READWRITE));
	nt_kill(child);
}

/* Somebody who could not trace the process gets nothing by a handle that was left to him. */
TEST_F(other, a_handle_is_not_enough)
{
	pid_t child = fork();
	int status;

	if (!child) {
		uint64_t base = 0, size = PAGE, done;
		char byte;

		if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
			_exit(1);
		if (nt_allocate_in(self->nt_process, &base, &size, MEM_RESERVE, PAGE_READWRITE) !=
		    STATUS_ACCESS_DENIED)
			_exit(2);
		if (read_in(self->nt_process, A(self->page), &byte, 1, &done) !=
		    STATUS_ACCESS_DENIED)
			_exit(3);
		if (nt_query_in(self->nt_process, 0, &self->about) != STATUS_ACCESS_DENIED)
			_exit(4);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

/* A filter that forbids executable memory holds. */
TEST_F(other, seccomp_sees_the_protection)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mmap, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mprotect, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = ARRAY_SIZE(filter), .filter = filter };
	uint64_t section, offset = 0, size = PAGE;

	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateSection, A(&section), 0xf001f, 0, A(&size),
				     PAGE_EXECUTE_READWRITE, 0x8000000, 0));
	ASSERT_EQ(0, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	ASSERT_EQ(0, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
	EXPECT_EQ(STATUS_ACCESS_DENIED, nt_allocate(&self->base, &self->size,
						    MEM_RESERVE | MEM_COMMIT,
						    PAGE_EXECUTE_READWRITE));
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE,
					      PAGE_EXECUTE_READWRITE));
	EXPECT_EQ(STATUS_ACCESS_DENIED, nt_allocate(&self->base, &self->size, MEM_COMMIT,
						    PAGE_EXECUTE_READ));
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_COMMIT,
					      PAGE_READWRITE));
	EXPECT_EQ(STATUS_ACCESS_DENIED, nt_protect_memory(self->base, PAGE, PAGE_EXECUTE_READ,
							  &self->old));
	self->base = 0;
	self->size = 0;
	EXPECT_EQ(STATUS_ACCESS_DENIED,
		  NT(NtMapViewOfSection, section, NT_CURRENT_PROCESS, A(&self->base), 0, 0,
		     A(&offset), A(&self->size), 2, 0, PAGE_EXECUTE_READ));
	/* Not by way of another process either. */
	EXPECT_EQ(STATUS_ACCESS_DENIED,
		  NT(NtMapViewOfSection, section, self->nt_process, A(&self->base), 0, 0,
		     A(&offset), A(&self->size), 2, 0, PAGE_EXECUTE_READ));
}

/* ---- locking --------------------------------------------------------------------------- */

static uint32_t lock(uint64_t process, uint64_t *base, uint64_t *size, uint32_t type)
{
	return NT(NtLockVirtualMemory, process, A(base), A(size), type);
}

static uint32_t unlock(uint64_t process, uint64_t *base, uint64_t *size, uint32_t type)
{
	return NT(NtUnlockVirtualMemory, process, A(base), A(size), type);
}

TEST_F(other, lock_and_unlock)
{
	self->base = A(self->page) + 5;
	self->size = PAGE;
	EXPECT_EQ(STATUS_NOT_LOCKED, unlock(NT_CURRENT_PROCESS, &self->base, &self->size, 1));
	EXPECT_EQ(STATUS_SUCCESS, lock(NT_CURRENT_PROCESS, &self->base, &self->size, 1));
	EXPECT_EQ(A(self->page), self->base);
	EXPECT_EQ(2 * PAGE, self->size);
	EXPECT_EQ(STATUS_WAS_LOCKED, lock(NT_CURRENT_PROCESS, &self->base, &self->size, 1));
	EXPECT_EQ(STATUS_SUCCESS, unlock(NT_CURRENT_PROCESS, &self->base, &self->size, 1));
	EXPECT_EQ(STATUS_NOT_LOCKED, unlock(NT_CURRENT_PROCESS, &self->base, &self->size, 1));
	EXPECT_EQ(STATUS_SUCCESS, lock(self->nt_process, &self->base, &self->size, 1));
	EXPECT_EQ(STATUS_NOT_LOCKED, unlock(NT_CURRENT_PROCESS, &self->base, &self->size, 1));
	EXPECT_EQ(STATUS_SUCCESS, unlock(self->nt_process, &self->base, &self->size, 1));
}

TEST_F(other, lock_statuses)
{
	uint64_t base = A(self->page), size = PAGE, strange = ~0ull;

	EXPECT_EQ(STATUS_INVALID_PARAMETER, lock(0, (void *)NO_POINTER, (void *)NO_POINTER, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, lock(0, (void *)NO_POINTER, (void *)NO_POINTER, 4));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, lock(0, (void *)NO_POINTER, &size, 1));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_2, lock(0, &strange, &size, 1));
	EXPECT_EQ(STATUS_INVALID_PARAMETER_3, lock(0, &base, &strange, 1));
	EXPECT_EQ(STATUS_INVALID_HANDLE, lock(0, &base, &size, 1));
	EXPECT_EQ(STATUS_PRIVILEGE_NOT_HELD, lock(NT_CURRENT_PROCESS, &base, &size, 2));
	EXPECT_EQ(STATUS_INVALID_HANDLE, unlock(0, &base, &size, 1));
	base = 0;
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, lock(NT_CURRENT_PROCESS, &base, &size, 1));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, unlock(NT_CURRENT_PROCESS, &base, &size, 1));
	base = A(self->page);
	ASSERT_EQ(0, mprotect(self->page, PAGE, PROT_NONE));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, lock(NT_CURRENT_PROCESS, &base, &size, 1));
	EXPECT_EQ(STATUS_NOT_LOCKED, unlock(NT_CURRENT_PROCESS, &base, &size, 1));
}

TEST_F(other, the_limit_of_locked_memory_holds)
{
	struct rlimit limit = { PAGE, PAGE };
	pid_t child = fork();
	int status;

	if (!child) {
		self->base = A(self->page);
		self->size = 2 * PAGE;
		if (setrlimit(RLIMIT_MEMLOCK, &limit) || setresuid(NOBODY, NOBODY, NOBODY))
			_exit(1);
		if (lock(NT_CURRENT_PROCESS, &self->base, &self->size,
			 1) != STATUS_WORKING_SET_QUOTA)
			_exit(2);
		self->size = PAGE;
		_exit(lock(NT_CURRENT_PROCESS, &self->base, &self->size, 1) ? 3 : 0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(other, flush_instructions)
{
	EXPECT_EQ(STATUS_SUCCESS, NT(NtFlushInstructionCache, NT_CURRENT_PROCESS, A(self->page),
				     10));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtFlushInstructionCache, self->nt_process, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtFlushInstructionCache, 0, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtFlushInstructionCache, NT_CURRENT_PROCESS, ~0ull, 10));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtFlushWriteBuffer));
}

/* Code that was written a moment ago is what runs. */
TEST_F(other, written_code_runs)
{
	static const unsigned char one[] = { 0xb8, 1, 0, 0, 0, 0xc3 }, two[] = { 2 };
	uint64_t done;

	self->size = PAGE;
	ASSERT_EQ(STATUS_SUCCESS, nt_allocate(&self->base, &self->size, MEM_RESERVE | MEM_COMMIT,
					      PAGE_EXECUTE_READWRITE));
	ASSERT_EQ(STATUS_SUCCESS, write_in(NT_CURRENT_PROCESS, self->base, one, sizeof(one),
					   &done));
	EXPECT_EQ(1, ((int (*)(void))self->base)());
	ASSERT_EQ(STATUS_SUCCESS, write_in(NT_CURRENT_PROCESS, self->base + 1, two, 1, &done));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtFlushInstructionCache, NT_CURRENT_PROCESS, self->base, 6));
	EXPECT_EQ(2, ((int (*)(void))self->base)());
}

TEST_HARNESS_MAIN
