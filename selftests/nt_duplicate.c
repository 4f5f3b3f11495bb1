// SPDX-License-Identifier: GPL-2.0
/* NtDuplicateObject: within a process, from and into others, all its statuses. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntdbg/object.h>
#include "kselftest_harness.h"
#include "nt.h"

#define CLOSE_SOURCE	1
#define SAME_ACCESS	2
#define SAME_ATTRIBUTES	4

#define OBJ_PROTECT_CLOSE 1
#define OBJ_INHERIT	2

#define DIRECTORY_QUERY	1
#define NOBODY		65534

struct shared {
	volatile uint32_t step;
	volatile uint32_t status;
	volatile uint64_t handle;
};

FIXTURE(duplicate)
{
	uint64_t directory, out;
	struct shared *shared;
	int null;
};

FIXTURE_SETUP(duplicate)
{
	struct nt_name name;

	ASSERT_EQ(0, nt_begin());
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateDirectoryObject, A(&self->directory), 0x3,
				     A(nt_name(&name, NULL, 0))));
	self->null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->null);
	self->shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->shared);
	self->out = 0x5555;
}

FIXTURE_TEARDOWN(duplicate)
{
}

static uint32_t access_of(uint64_t handle)
{
	uint32_t basic[14];

	return NT(NtQueryObject, handle, 0, A(basic), sizeof(basic), 0) ? 0xdead : basic[1];
}

static uint32_t flags_of(uint64_t handle)
{
	uint8_t flags[2] = { };

	return NT(NtQueryObject, handle, 4, A(flags), 2, 0) ? 0xdead : flags[0] << 1 | flags[1];
}

/* Within the current process. */
#define DUP(source, out, access, attributes, options)				\
	NT(NtDuplicateObject, NT_CURRENT_PROCESS, source, NT_CURRENT_PROCESS, out, access,	\
	   attributes, options)

static bool is_open(uint64_t handle)
{
	return fcntl(nt_fd_of(handle), F_GETFD) != -1;
}

TEST_F(duplicate, rights)
{
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->directory, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_NE(self->directory, self->out);
	EXPECT_EQ(0x3, access_of(self->out));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, self->directory, self->out));
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->directory, A(&self->out), DIRECTORY_QUERY, 0, 0));
	EXPECT_EQ(0x1, access_of(self->out));
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->directory, A(&self->out), 0x02000000, 0, 0));
	EXPECT_EQ(0x3, access_of(self->out));
	EXPECT_EQ(STATUS_ACCESS_DENIED, DUP(self->directory, A(&self->out), 0x7, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, DUP(self->directory, A(&self->out), 0x10000000, 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, DUP(self->directory, A(&self->out), 0, 0, 0));
	EXPECT_EQ(0, access_of(self->out));
}

TEST_F(duplicate, files_of_linux)
{
	ASSERT_EQ(STATUS_SUCCESS, DUP(nt_handle_of(self->null), A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, nt_handle_of(self->null), self->out));
	EXPECT_EQ(STATUS_SUCCESS,
		  DUP(nt_handle_of(self->null), A(&self->out), 0x80000000, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED,
		  DUP(nt_handle_of(self->null), A(&self->out), 0x40000000, 0, 0));
}

TEST_F(duplicate, attributes)
{
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->directory, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(0, flags_of(self->out));
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->directory, A(&self->out), 0, OBJ_INHERIT, SAME_ACCESS));
	EXPECT_EQ(OBJ_INHERIT, flags_of(self->out));
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->out, A(&self->out), 0, 0,
				      SAME_ACCESS | SAME_ATTRIBUTES));
	EXPECT_EQ(OBJ_INHERIT, flags_of(self->out));
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->out, A(&self->out), 0, OBJ_PROTECT_CLOSE, SAME_ACCESS));
	EXPECT_EQ(OBJ_PROTECT_CLOSE, flags_of(self->out));
	EXPECT_EQ(STATUS_HANDLE_NOT_CLOSABLE, NT(NtClose, self->out));
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->out, A(&self->out), 0, 0,
				      SAME_ACCESS | SAME_ATTRIBUTES));
	EXPECT_EQ(OBJ_PROTECT_CLOSE, flags_of(self->out));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, DUP(self->directory, A(&self->out), 0, 0x8000, 0));
}

TEST_F(duplicate, close_source)
{
	ASSERT_EQ(STATUS_SUCCESS, DUP(self->directory, A(&self->out), 0, 0,
				      SAME_ACCESS | CLOSE_SOURCE));
	EXPECT_FALSE(is_open(self->directory));
	EXPECT_TRUE(is_open(self->out));
	/* Also if there is nothing to be had by it, and if there is no target at all. */
	EXPECT_EQ(STATUS_ACCESS_DENIED, DUP(self->out, A(&self->directory), 0x7, 0, CLOSE_SOURCE));
	EXPECT_FALSE(is_open(self->out));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtDuplicateObject, NT_CURRENT_PROCESS,
				     nt_handle_of(self->null), 0, 0, 0, 0, CLOSE_SOURCE));
	EXPECT_EQ(-1, fcntl(self->null, F_GETFD));
}

TEST_F(duplicate, protected_source_stays)
{
	uint8_t flags[] = { 0, 1 };

	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetInformationObject, self->directory, 4, A(flags), 2));
	EXPECT_EQ(STATUS_SUCCESS, DUP(self->directory, A(&self->out), 0, 0,
				      SAME_ACCESS | CLOSE_SOURCE));
	EXPECT_TRUE(is_open(self->directory));
}

TEST_F(duplicate, pseudo_handles)
{
	ASSERT_EQ(STATUS_SUCCESS, DUP(NT_CURRENT_PROCESS, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(0x1fffff, access_of(self->out));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, NT_CURRENT_PROCESS, self->out));
	ASSERT_EQ(STATUS_SUCCESS, DUP(NT_CURRENT_THREAD, A(&self->out), 0x40, 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, NT_CURRENT_THREAD, self->out));
	EXPECT_EQ(0x40, access_of(self->out) & 0x40);
	/* There is nothing to close. */
	EXPECT_EQ(STATUS_SUCCESS, DUP(NT_CURRENT_PROCESS, A(&self->out), 0, 0,
				      SAME_ACCESS | CLOSE_SOURCE));
}

TEST_F(duplicate, statuses)
{
	uint64_t process;

	EXPECT_EQ(STATUS_INVALID_HANDLE, DUP(0, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_INVALID_HANDLE, DUP(0x3fff0, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtDuplicateObject, 0, self->directory,
					    NT_CURRENT_PROCESS, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtDuplicateObject, NT_CURRENT_PROCESS, self->directory,
					    0x3fff0, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtDuplicateObject, self->directory, self->directory, NT_CURRENT_PROCESS,
		     A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtDuplicateObject, NT_CURRENT_PROCESS, self->directory, NT_CURRENT_THREAD,
		     A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtDuplicateObject, NT_CURRENT_PROCESS,
					       self->directory, 0, A(&self->out), 0, 0,
					       SAME_ACCESS));
	ASSERT_EQ(STATUS_SUCCESS, DUP(NT_CURRENT_PROCESS, A(&process), 0x400, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtDuplicateObject, process, self->directory,
					   NT_CURRENT_PROCESS, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtDuplicateObject, NT_CURRENT_PROCESS, self->directory,
					   process, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, DUP(self->directory, 0x10, 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  DUP(self->directory, A(&self->out) + 1, 0, 0, SAME_ACCESS));
	EXPECT_EQ(0x5555, self->out);
	/* Nobody is told, but the handle is there. */
	EXPECT_EQ(STATUS_SUCCESS, DUP(self->directory, 0, 0, 0, SAME_ACCESS));
	EXPECT_TRUE(is_open(process + 4));
}

TEST_F(duplicate, no_descriptor_left)
{
	struct rlimit limit = { .rlim_cur = 3, .rlim_max = 3 };

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	EXPECT_EQ(STATUS_TOO_MANY_OPENED_FILES, DUP(self->directory, A(&self->out), 0, 0,
						    SAME_ACCESS));
	EXPECT_EQ(0x5555, self->out);
}

static uint64_t open_child(pid_t pid, uint32_t access)
{
	int fd = open("/dev/dbgport", O_RDWR | O_CLOEXEC), process;
	struct ntdbg_open_process args = {
		.size = sizeof(args), .access = access, .pid = pid,
	};

	process = ioctl(fd, NTDBG_IOC_OPEN_PROCESS, &args);
	close(fd);
	return process < 0 ? 0 : nt_handle_of(process);
}

static void await(struct shared *shared, uint32_t step)
{
	while (shared->step < step)
		usleep(1000);
}

TEST_F(duplicate, out_of_another_process)
{
	uint64_t process;
	int status;
	pid_t pid = fork();
	struct stat here, there;

	if (!pid) {
		int pipes[2];

		if (pipe(pipes) || dup2(pipes[0], 100) != 100)
			_exit(9);
		self->shared->step = 1;
		await(self->shared, 2);
		/* CLOSE_SOURCE has closed it by now: we were in user mode. */
		_exit(fcntl(100, F_GETFD) == -1 && errno == EBADF ? 0 : 1);
	}
	await(self->shared, 1);
	process = open_child(pid, NTDBG_PROCESS_DUP_HANDLE);
	ASSERT_NE(0, process);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtDuplicateObject, process, nt_handle_of(100),
				     NT_CURRENT_PROCESS, A(&self->out), 0, 0, SAME_ACCESS));
	ASSERT_EQ(0, fstat(nt_fd_of(self->out), &here));
	EXPECT_TRUE(S_ISFIFO(here.st_mode));
	EXPECT_EQ(FD_CLOEXEC, fcntl(nt_fd_of(self->out), F_GETFD));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtDuplicateObject, process, nt_handle_of(101),
					    NT_CURRENT_PROCESS, A(&self->out), 0, 0, SAME_ACCESS));
	/* The pseudo handle is that of the source process. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtDuplicateObject, process, NT_CURRENT_PROCESS,
				     NT_CURRENT_PROCESS, A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, process, self->out));
	/* A handle of ours, the right that was asked for. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtDuplicateObject, process, self->directory,
				     NT_CURRENT_PROCESS, A(&self->out), 1, 0, 0));
	EXPECT_EQ(1, access_of(self->out));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, self->directory, self->out));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtDuplicateObject, process, nt_handle_of(100),
				     NT_CURRENT_PROCESS, A(&self->out), 0, OBJ_INHERIT,
				     SAME_ACCESS | CLOSE_SOURCE));
	EXPECT_EQ(0, fcntl(nt_fd_of(self->out), F_GETFD));
	ASSERT_EQ(0, fstat(nt_fd_of(self->out), &there));
	EXPECT_EQ(here.st_ino, there.st_ino);
	self->shared->step = 2;
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING,
		  NT(NtDuplicateObject, process, nt_handle_of(0), NT_CURRENT_PROCESS,
		     A(&self->out), 0, 0, SAME_ACCESS));
}

TEST_F(duplicate, into_another_process)
{
	uint64_t process, read_end;
	int status, pipes[2];
	pid_t pid = fork();

	if (!pid) {
		char byte = 0;

		await(self->shared, 1);
		/* It came while we were here, at the place that was told. */
		_exit(read(nt_fd_of(self->shared->handle), &byte, 1) == 1 && byte == 'x' &&
		      fcntl(nt_fd_of(self->shared->handle), F_GETFD) == FD_CLOEXEC ? 0 : 1);
	}
	process = open_child(pid, NTDBG_PROCESS_DUP_HANDLE);
	ASSERT_NE(0, process);
	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(1, write(pipes[1], "x", 1));
	read_end = nt_handle_of(pipes[0]);
	/* It has fewer open: the numbers are its own. */
	ASSERT_EQ(STATUS_SUCCESS, NT(NtDuplicateObject, NT_CURRENT_PROCESS, read_end, process,
				     A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(nt_fd_of(process) - 1, nt_fd_of(self->out));
	/* A result that cannot be written leaves nothing there. */
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtDuplicateObject, NT_CURRENT_PROCESS, read_end,
					      process, 0x10, 0, 0, SAME_ACCESS));
	self->shared->handle = self->out;
	self->shared->step = 1;
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(STATUS_PROCESS_IS_TERMINATING,
		  NT(NtDuplicateObject, NT_CURRENT_PROCESS, read_end, process, A(&self->out), 0, 0,
		     SAME_ACCESS));
}

TEST_F(duplicate, its_limit_counts)
{
	struct rlimit limit = { .rlim_cur = 3, .rlim_max = 3 };
	uint64_t process;
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	process = open_child(pid, NTDBG_PROCESS_DUP_HANDLE);
	ASSERT_EQ(0, prlimit(pid, RLIMIT_NOFILE, &limit, NULL));
	EXPECT_EQ(STATUS_TOO_MANY_OPENED_FILES,
		  NT(NtDuplicateObject, NT_CURRENT_PROCESS, self->directory, process,
		     A(&self->out), 0, 0, SAME_ACCESS));
	EXPECT_EQ(0x5555, self->out);
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
}

/* A handle that was opened when it was allowed does not help later. */
TEST_F(duplicate, only_who_may_trace_it)
{
	uint64_t process;
	int status;
	pid_t pid = fork(), poor;

	if (!pid) {
		pause();
		_exit(0);
	}
	process = open_child(pid, NTDBG_PROCESS_DUP_HANDLE);
	ASSERT_NE(0, process);
	poor = fork();
	if (!poor) {
		if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
			_exit(9);
		if (NT(NtDuplicateObject, process, nt_handle_of(0), NT_CURRENT_PROCESS,
		       A(&self->out), 0, 0, SAME_ACCESS) != STATUS_ACCESS_DENIED)
			_exit(1);
		_exit(NT(NtDuplicateObject, NT_CURRENT_PROCESS, nt_handle_of(0), process,
			 A(&self->out), 0, 0, SAME_ACCESS) == STATUS_ACCESS_DENIED ? 0 : 2);
	}
	ASSERT_EQ(poor, waitpid(poor, &status, 0));
	EXPECT_EQ(0, status);
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
}

/* Into and out of a process whose threads open and close all the time, and that is killed. */
TEST_F(duplicate, busy_process)
{
	unsigned int round, i, good;
	uint64_t process, theirs;
	int fds[2];
	char byte;

	for (round = 0; round < 5; round++) {
		pid_t pid;

		self->shared->step = 0;
		pid = fork();
		if (!pid) {
			for (;;) {
				close(dup(0));
				if (pipe(fds) || write(fds[1], "y", 1) != 1 ||
				    read(fds[0], &byte, 1) != 1 || byte != 'y')
					break;
				close(fds[0]);
				close(fds[1]);
				self->shared->step = 1;
			}
			_exit(1);
		}
		await(self->shared, 1);
		process = open_child(pid, NTDBG_PROCESS_DUP_HANDLE);
		ASSERT_NE(0, process);
		good = 0;
		for (i = 0; i < 200; i++) {
			uint32_t status = NT(NtDuplicateObject, NT_CURRENT_PROCESS, nt_handle_of(0),
					     process, A(&theirs), 0, 0, SAME_ACCESS);

			if (i == 150)
				ASSERT_EQ(0, kill(pid, SIGKILL));
			if (status) {
				ASSERT_EQ(STATUS_PROCESS_IS_TERMINATING, status);
				continue;
			}
			good++;
			status = NT(NtDuplicateObject, process, theirs, NT_CURRENT_PROCESS,
				    A(&self->out), 0, 0, SAME_ACCESS | CLOSE_SOURCE);
			if (!status)
				status = NT(NtClose, self->out);
			if (status)
				ASSERT_EQ(STATUS_PROCESS_IS_TERMINATING, status);
		}
		EXPECT_LE(150, good);
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
		EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, process));
	}
}

TEST_HARNESS_MAIN
