// SPDX-License-Identifier: GPL-2.0
/* NtClose, protected handles, and closing in a debugged process. */
#include "fixture.h"
#include "nt.h"
#include <pthread.h>
#include <sys/wait.h>

#define HANDLE_FLAGS 4

/* Debuggee: waits until it is attached, then closes @handle; exits with 1 for @status. */
static pid_t closer(uint64_t handle, uint32_t status, int *go)
{
	int fds[2];
	pid_t child;
	char byte;

	if (pipe(fds))
		return -1;
	child = fork();
	if (!child) {
		close(fds[1]);
		if (nt_begin() || read(fds[0], &byte, 1) != 1)
			_exit(100);
		_exit(NT(NtClose, handle) == status ? 1 : 2);
	}
	close(fds[0]);
	*go = fds[1];
	return child;
}

/* Attaches, drains what attaching reports, lets the child go. */
static void attach_closer(struct __test_metadata *_metadata, struct port_data *self, int go)
{
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	for (;;) {
		ASSERT_EQ(0, dbg_wait(self->fd, self->r, WAIT_MS));
		if (self->r->hdr.type == NTDBG_EVENT_EXCEPTION)
			break;
		ASSERT_EQ(0, dbg_continue(self->fd, self->r, CONTINUE));
		if (dbg_poll(self->fd, 0) & POLLIN)
			continue;
		break;
	}
	ASSERT_EQ(1, write(go, "g", 1));
	close(go);
}

/* The next exception, or the end of the process. */
static void next_stop(struct __test_metadata *_metadata, struct port_data *self)
{
	for (;;) {
		ASSERT_EQ(0, dbg_wait(self->fd, self->r, WAIT_MS));
		if (self->r->hdr.type == NTDBG_EVENT_EXCEPTION ||
		    self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			return;
		ASSERT_EQ(0, dbg_continue(self->fd, self->r, CONTINUE));
	}
}

static int ended(struct port_data *self)
{
	int status;

	if (dbg_continue(self->fd, self->r, CONTINUE) ||
	    !wait_exit(self->pid, WAIT_MS, &status) || !WIFEXITED(status))
		return -1;
	self->pid = 0;
	return WEXITSTATUS(status);
}

TEST_F(port, debugged_process_gets_an_exception)
{
	int go;

	self->pid = closer(0x3fff0, STATUS_INVALID_HANDLE, &go);
	ASSERT_LT(0, self->pid);
	attach_closer(_metadata, self, go);
	next_stop(_metadata, self);
	ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
	EXPECT_EQ(STATUS_INVALID_HANDLE, self->r->exception.software.code);
	EXPECT_EQ(self->r->exception.fault.regs.rip, self->r->exception.software.address);
	EXPECT_EQ(STATUS_INVALID_HANDLE, (uint32_t)self->r->exception.fault.regs.rax);
	EXPECT_TRUE(self->r->exception.chance & NTDBG_EXCEPTION_FIRST_CHANCE);
	ASSERT_EQ(0, dbg_continue(self->fd, self->r, CONTINUE));
	next_stop(_metadata, self);
	ASSERT_EQ(NTDBG_EVENT_EXIT_PROCESS, self->r->hdr.type);
	EXPECT_EQ(1, ended(self));
}

/* Not handled, no handler: the debugger's second chance, and the end. */
TEST_F(port, nobody_handles_it)
{
	int go, status;

	self->pid = closer(0x3fff0, STATUS_INVALID_HANDLE, &go);
	ASSERT_LT(0, self->pid);
	attach_closer(_metadata, self, go);
	next_stop(_metadata, self);
	ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
	ASSERT_EQ(0, dbg_continue(self->fd, self->r, NOT_HANDLED));
	next_stop(_metadata, self);
	ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
	EXPECT_FALSE(self->r->exception.chance & NTDBG_EXCEPTION_FIRST_CHANCE);
	EXPECT_EQ(STATUS_INVALID_HANDLE, self->r->exception.software.code);
	ASSERT_EQ(0, dbg_continue(self->fd, self->r, NOT_HANDLED));
	next_stop(_metadata, self);
	ASSERT_EQ(NTDBG_EVENT_EXIT_PROCESS, self->r->hdr.type);
	ASSERT_EQ(0, dbg_continue(self->fd, self->r, CONTINUE));
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	EXPECT_TRUE(WIFSIGNALED(status));
	self->pid = 0;
}

TEST_F(port, null_and_pseudo_handles_raise_nothing)
{
	static const uint64_t handles[] = { 0, NT_CURRENT_PROCESS, NT_CURRENT_THREAD };
	int go;

	for (unsigned int i = 0; i < ARRAY_SIZE(handles); i++) {
		self->pid = closer(handles[i], STATUS_INVALID_HANDLE, &go);
		ASSERT_LT(0, self->pid);
		attach_closer(_metadata, self, go);
		next_stop(_metadata, self);
		ASSERT_EQ(NTDBG_EVENT_EXIT_PROCESS, self->r->hdr.type);
		EXPECT_EQ(1, ended(self));
	}
}

FIXTURE(nt)
{
};

FIXTURE_SETUP(nt)
{
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(nt)
{
}

static uint32_t set_flags(uint64_t handle, uint8_t inherit, uint8_t protect)
{
	uint8_t flags[] = { inherit, protect };

	return NT(NtSetInformationObject, handle, HANDLE_FLAGS, A(flags), sizeof(flags));
}

TEST_F(nt, descriptors_are_handles)
{
	int fd = open("/dev/null", O_RDONLY);

	ASSERT_LE(0, fd);
	/* The low two bits do not count. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, nt_handle_of(fd) | 3));
	EXPECT_EQ(-1, fcntl(fd, F_GETFD));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtClose, nt_handle_of(fd)));
}

TEST_F(nt, no_handle)
{
	static const uint64_t handles[] = { 0, 1, 3, 0x3fff0, 0x7ffffffc, 0x80000004, 0xfffffff8,
		(uint64_t)-1, (uint64_t)-2, (uint64_t)-3, 0x100000000 };

	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(handles); i++)
		EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtClose, handles[i])) {
			TH_LOG("handle %u", i);
		}
}

TEST_F(nt, protected_from_close)
{
	int fd = open("/dev/null", O_RDONLY);

	ASSERT_LE(0, fd);
	EXPECT_EQ(STATUS_SUCCESS, set_flags(nt_handle_of(fd), 0, 1));
	EXPECT_EQ(STATUS_HANDLE_NOT_CLOSABLE, NT(NtClose, nt_handle_of(fd)));
	EXPECT_NE(-1, fcntl(fd, F_GETFD));
	EXPECT_EQ(STATUS_SUCCESS, set_flags(nt_handle_of(fd), 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, nt_handle_of(fd)));
	EXPECT_EQ(-1, fcntl(fd, F_GETFD));
}

/* Linux's close() knows nothing of it; what is opened there next is not protected. */
TEST_F(nt, protection_ends_with_the_file)
{
	int fd = open("/dev/null", O_RDONLY), other;

	ASSERT_LE(0, fd);
	ASSERT_EQ(STATUS_SUCCESS, set_flags(nt_handle_of(fd), 0, 1));
	other = open("/dev/zero", O_RDONLY);
	ASSERT_EQ(fd, dup2(other, fd));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, nt_handle_of(fd)));
}

TEST_F(nt, inherit_is_close_on_exec)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, fd);
	EXPECT_EQ(STATUS_SUCCESS, set_flags(nt_handle_of(fd), 1, 0));
	EXPECT_EQ(0, fcntl(fd, F_GETFD));
	EXPECT_EQ(STATUS_SUCCESS, set_flags(nt_handle_of(fd), 0, 0));
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
}

TEST_F(nt, set_information_statuses)
{
	uint8_t flags[8] = { };

	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtSetInformationObject, nt_handle_of(0), 0, A(flags), 2));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtSetInformationObject, nt_handle_of(0), 5, A(flags), 2));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtSetInformationObject, nt_handle_of(0), HANDLE_FLAGS, A(flags), 1));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
		  NT(NtSetInformationObject, nt_handle_of(0), HANDLE_FLAGS, A(flags), 3));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtSetInformationObject, nt_handle_of(0), HANDLE_FLAGS, 0x10, 2));
	EXPECT_EQ(STATUS_INVALID_HANDLE, set_flags(0, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, set_flags(0x3fff0, 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, set_flags(NT_CURRENT_PROCESS, 0, 0));
}

static void *close_it(void *handle)
{
	return (void *)(uintptr_t)NT(NtClose, *(uint64_t *)handle);
}

/* Two threads close one handle: exactly one of them does. */
TEST_F(nt, double_close)
{
	for (unsigned int i = 0; i < 300; i++) {
		uint64_t handle = nt_handle_of(dup(0));
		void *first, *second;
		pthread_t thread;

		ASSERT_EQ(0, pthread_create(&thread, NULL, close_it, &handle));
		first = close_it(&handle);
		ASSERT_EQ(0, pthread_join(thread, &second));
		ASSERT_EQ(STATUS_INVALID_HANDLE, (uintptr_t)first | (uintptr_t)second);
		ASSERT_NE(first, second);
	}
}

TEST_HARNESS_MAIN
