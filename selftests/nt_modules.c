// SPDX-License-Identifier: GPL-2.0
/*
 * What other modules can do: add table 1, and filter services. Both are taken
 * away while calls are made. The samples are beside this program.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "module.h"
#include "nt.h"

#define SUM2 0x1000u
#define SUM7 0x1001u
#define NONE 0x1002u

static int load(const char *name, const char *parameters)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.ko", name);
	return module_load_with(program(file), parameters);
}

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

static unsigned long parameter(const char *module, const char *name)
{
	char path[128], text[64] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module, name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strtoul(text, NULL, 0);
}

static uint32_t sum2(uint32_t a, uint32_t b)
{
	const uint64_t arguments[] = { a, b };

	return nt_service(SUM2, arguments, 2);
}

static uint32_t sum7(void)
{
	const uint64_t arguments[] = { 1, 2, 3, 4, 5, 6, 7 };

	return nt_service(SUM7, arguments, 7);
}

FIXTURE(modules)
{
};

FIXTURE_VARIANT(modules)
{
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(modules, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(modules, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(modules, int_2e) { .entry = NT_BY_INT_2E };

FIXTURE_SETUP(modules)
{
	nt_entry = variant->entry;
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(modules)
{
	unload("nt_win32k");
	unload("nt_filter");
	unload("nt_zw");
}

TEST_F(modules, table_1)
{
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, sum2(1, 2));
	ASSERT_EQ(0, load("nt_win32k", ""));
	EXPECT_EQ(5, sum2(2, 3));
	EXPECT_EQ(28, sum7());
	EXPECT_EQ(1, nt_service(NONE, NULL, 0));
	EXPECT_EQ(1, parameter("nt_win32k", "conversions"));
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(0x1003, NULL, 0));
	/* Bit 13 does not count on x64. */
	EXPECT_EQ(1, nt_service(NONE | 0x2000, NULL, 0));
	/* Table 0 is the same for a GUI thread. */
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	EXPECT_EQ(0, unload("nt_win32k"));
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, sum2(1, 2));
}

/* What a failed conversion returns is said by the byte of the service. */
TEST_F(modules, failure_bytes)
{
	ASSERT_EQ(0, load("nt_win32k", "process_status=0xc0000022"));
	EXPECT_EQ(0, sum2(1, 2));
	EXPECT_EQ(0xffffffff, sum7());
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(NONE, NULL, 0));
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(0x1fff, NULL, 0));
	EXPECT_EQ(0, unload("nt_win32k"));
	ASSERT_EQ(0, load("nt_win32k", "thread_status=0xc0000017"));
	EXPECT_EQ(0, sum2(1, 2));
	EXPECT_EQ(0, parameter("nt_win32k", "conversions"));
}

TEST_F(modules, filter_sees_refuses_and_changes)
{
	char parameters[128];

	snprintf(parameters, sizeof(parameters), "only=%d refuse=%u after_of=%u after_status=%u",
		 getpid(), SVC_NtReplyPort, SVC_NtTestAlert, STATUS_ALERTED);
	ASSERT_EQ(0, load("nt_filter", parameters));
	EXPECT_EQ(STATUS_ALERTED, NT(NtTestAlert));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtReplyPort, 1, 2));
	EXPECT_EQ(2, parameter("nt_filter", "seen_before"));
	EXPECT_EQ(2, parameter("nt_filter", "seen_after"));
	ASSERT_EQ(0, unload("nt_filter"));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	EXPECT_EQ(STATUS_NOT_IMPLEMENTED, NT(NtReplyPort, 1, 2));
}

/* The same kernel pointer, by the dispatcher with PreviousMode kernel, and by the routine alone. */
TEST_F(modules, the_zw_way_and_the_nt_way)
{
	uint64_t now = 0;

	ASSERT_EQ(0, load("nt_filter", "only=0"));
	ASSERT_EQ(0, load("nt_zw", ""));
	EXPECT_EQ(STATUS_SUCCESS, parameter("nt_zw", "zw_status"));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, parameter("nt_zw", "nt_status"));
	EXPECT_EQ(0, parameter("nt_zw", "nt_time"));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtQuerySystemTime, A(&now)));
	/* Within a minute of each other, in 100 ns. */
	EXPECT_LT(now - parameter("nt_zw", "zw_time"), 600000000);
	/* The filter has seen the first one, and that it came from the kernel. */
	EXPECT_EQ(1, parameter("nt_filter", "kernel_calls"));
	EXPECT_EQ(0, unload("nt_zw"));
}

static atomic_bool stop;
static atomic_uint wrong;

static void *caller(void *unused)
{
	while (!stop) {
		uint32_t sum = sum2(4, 5);

		if (sum != 9 && sum != STATUS_INVALID_SYSTEM_SERVICE && sum != 0)
			wrong++;
		if (NT(NtTestAlert) != STATUS_SUCCESS)
			wrong++;
	}
	return unused;
}

TEST_F(modules, come_and_go_under_calls)
{
	const char *rounds = getenv("NTDBG_ITER");
	unsigned int i, n = rounds ? atoi(rounds) : 10;
	pthread_t threads[2];

	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, caller, NULL));
	for (i = 0; i < n; i++) {
		EXPECT_EQ(0, load("nt_win32k", ""));
		EXPECT_EQ(0, load("nt_filter", ""));
		EXPECT_EQ(0, unload("nt_win32k"));
		EXPECT_EQ(0, unload("nt_filter"));
	}
	stop = true;
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(0, wrong);
}

TEST_HARNESS_MAIN
