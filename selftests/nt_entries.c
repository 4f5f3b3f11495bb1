// SPDX-License-Identifier: GPL-2.0
/* The three ways into the NT system calls, and what the dispatcher does with numbers. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nt.h"

FIXTURE(entry)
{
};

FIXTURE_VARIANT(entry)
{
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(entry, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(entry, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(entry, int_2e) { .entry = NT_BY_INT_2E };

FIXTURE_SETUP(entry)
{
	nt_entry = variant->entry;
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(entry)
{
}

TEST_F(entry, service_is_called)
{
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
}

TEST_F(entry, number_beyond_the_limit)
{
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(0x1bc, NULL, 0));
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(0xfff, NULL, 0));
}

/* x64 looks at bits 0 to 12 only. */
TEST_F(entry, higher_bits_of_the_number_do_not_count)
{
	EXPECT_EQ(STATUS_SUCCESS, nt_service(SVC_NtTestAlert | 0x2000, NULL, 0));
	EXPECT_EQ(STATUS_SUCCESS, nt_service(SVC_NtTestAlert | 0xffffc000, NULL, 0));
}

TEST_F(entry, not_implemented)
{
	EXPECT_EQ(STATUS_NOT_IMPLEMENTED, NT(NtReplyPort, 0, 0));
}

TEST_F(entry, win32k_number_without_win32k)
{
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(0x1000, NULL, 0));
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(0x3000, NULL, 0));
}

TEST_F(entry, linux_calls_stay_linux)
{
	EXPECT_EQ(getpid(), syscall(SYS_getpid));
	EXPECT_EQ(-1, syscall(SYS_ustat, 0, NULL));
	EXPECT_NE(ENOSYS, errno);
}

TEST_F(entry, inherited_by_fork)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(NT(NtTestAlert) == STATUS_SUCCESS ? 0 : 1);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(entry, a_process_asks_once)
{
	EXPECT_EQ(-EBUSY, nt_begin());
}

TEST_HARNESS_MAIN
