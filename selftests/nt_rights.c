// SPDX-License-Identifier: GPL-2.0
/*
 * An NT call can do nothing that the same process could not do by Linux calls:
 * as another user, in a user namespace, under seccomp.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dbgport.h"
#include "kselftest_harness.h"
#include "nt.h"

#define NOBODY 65534
#define GENERIC_READ 0x80000000u
#define SYNCHRONIZE 0x00100000u
#define FILE_OPEN 1
#define FILE_CREATE 2
#define FILE_SYNCHRONOUS_IO_NONALERT 0x20

static uint32_t open_file(const uint16_t *path, uint32_t access, uint32_t disposition,
			  uint64_t *handle)
{
	struct nt_io_status io;
	struct nt_name name;

	return NT(NtCreateFile, A(handle), access | SYNCHRONIZE, A(nt_name(&name, path, 0)), A(&io),
		  0, 0x80, 7, disposition, FILE_SYNCHRONOUS_IO_NONALERT, 0, 0);
}

static uint32_t open_secret(uint64_t *handle)
{
	return open_file(u"\\??\\unix\\tmp\\nt_secret", GENERIC_READ, FILE_OPEN, handle);
}

static uint32_t open_process(pid_t pid, uint32_t access, uint64_t *handle)
{
	struct nt_client_id id = { .process = pid };
	struct nt_name name;

	return NT(NtOpenProcess, A(handle), access, A(nt_name(&name, NULL, 0)), A(&id));
}

FIXTURE(rights)
{
	pid_t other;	/* root's; it ends when nobody holds @alive any more */
	int alive;
};

FIXTURE_SETUP(rights)
{
	int fd = open("/tmp/nt_secret", O_CREAT | O_WRONLY | O_TRUNC, 0600), ends[2];
	char byte;

	ASSERT_LE(0, fd);
	ASSERT_EQ(6, write(fd, "secret", 6));
	close(fd);
	chmod("/tmp", 0755);
	ASSERT_EQ(0, pipe(ends));
	self->alive = ends[1];
	self->other = fork();
	if (!self->other) {
		/* It cannot be killed by a test that became another user. */
		for (fd = 0; fd < 64; fd++)
			if (fd != ends[0])
				close(fd);
		while (read(ends[0], &byte, 1) < 0)
			;
		_exit(0);
	}
	close(ends[0]);
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(rights)
{
	close(self->alive);
	waitpid(self->other, NULL, 0);
	unlink("/tmp/nt_secret");
}

TEST_F(rights, root_may)
{
	uint64_t handle;

	EXPECT_EQ(STATUS_SUCCESS, open_secret(&handle));
	EXPECT_EQ(STATUS_SUCCESS, open_process(self->other, 0x1f0fff, &handle));
}

TEST_F(rights, another_user)
{
	uint64_t handle = 0x1234;

	ASSERT_EQ(0, setgid(NOBODY));
	ASSERT_EQ(0, setuid(NOBODY));
	EXPECT_EQ(-1, open("/tmp/nt_secret", O_RDONLY));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_secret(&handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED,
		  open_file(u"\\??\\unix\\tmp\\nt_new", GENERIC_READ, FILE_CREATE, &handle));
	EXPECT_NE(0, access("/tmp/nt_new", F_OK));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_process(self->other, 0x10, &handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_process(self->other, 1, &handle));
	EXPECT_EQ(0x1234, handle);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	close(fd);
}

/* Root of a namespace of its own is nobody outside. */
TEST_F(rights, root_of_a_user_namespace)
{
	uint64_t handle;

	ASSERT_EQ(0, setgid(NOBODY));
	ASSERT_EQ(0, setuid(NOBODY));
	ASSERT_EQ(0, prctl(PR_SET_DUMPABLE, 1));
	if (unshare(CLONE_NEWUSER))
		SKIP(return, "this kernel does not let nobody make a user namespace");
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", "0 65534 1");
	ASSERT_EQ(0, getuid());
	EXPECT_EQ(-1, open("/tmp/nt_secret", O_RDONLY));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_secret(&handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_process(self->other, 0x10, &handle));
}

/* A filter that answers one system call with @action and lets all others through. */
static int filter(int number, uint32_t action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno : 0;
}

TEST_F(rights, seccomp_that_answers_with_an_errno)
{
	uint64_t handle;
	int entry;

	ASSERT_EQ(0, filter(SYS_openat, SECCOMP_RET_ERRNO | EPERM));
	for (entry = 0; entry < NT_ENTRIES; entry++) {
		nt_entry = entry;
		EXPECT_EQ(STATUS_ACCESS_DENIED, open_secret(&handle));
		/* What is not filtered works as before. */
		EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	}
}

TEST_F(rights, seccomp_that_kills)
{
	pid_t child = fork();
	uint64_t handle;
	int status;

	if (!child) {
		if (filter(SYS_openat, SECCOMP_RET_KILL_PROCESS))
			_exit(1);
		open_secret(&handle);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static siginfo_t trapped;

static void on_sys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	trapped = *info;
}

/* The trap tells of the Linux call, and comes when the service returns. */
TEST_F(rights, seccomp_that_traps)
{
	struct sigaction action = { .sa_sigaction = on_sys, .sa_flags = SA_SIGINFO };
	uint64_t handle;

	sigaction(SIGSYS, &action, NULL);
	ASSERT_EQ(0, filter(SYS_openat, SECCOMP_RET_TRAP));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_secret(&handle));
	EXPECT_EQ(SYS_openat, trapped.si_syscall);
}

/* Strict mode: read, write and exit alone. */
TEST_F(rights, seccomp_strict)
{
	pid_t child = fork();
	uint64_t handle;
	int status;

	if (!child) {
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
			_exit(1);
		open_secret(&handle);
		syscall(SYS_exit, 0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* A process in another PID namespace has ids of its own. */
TEST_F(rights, pid_namespace)
{
	uint64_t handle;
	pid_t child;
	int status;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	child = fork();
	if (!child) {
		if (getpid() != 1)
			_exit(1);
		_exit(open_process(self->other, 0x400, &handle) == STATUS_INVALID_CID &&
		      open_process(1, 0x400, &handle) == STATUS_SUCCESS ? 0 : 2);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
