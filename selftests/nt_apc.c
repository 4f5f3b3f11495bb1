// SPDX-License-Identifier: GPL-2.0
/* User APCs: when they are delivered, in which order, and NtContinue behind them. */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nt.h"
#include "nt_context.h"

#define MAX_APCS 64

static uint64_t seen[MAX_APCS][4];
static unsigned int nr_seen;
static void (*in_apc)(void);

void nt_on_apc(struct nt_context *context)
{
	if (nr_seen < MAX_APCS)
		memcpy(seen[nr_seen++], context->home, sizeof(seen[0]));
	if (in_apc)
		in_apc();
	NT(NtContinue, A(context), 1);
}

#define QUEUE(a, b, c) NT(NtQueueApcThread, NT_CURRENT_THREAD, 0x1234, a, b, c)

FIXTURE(apc)
{
};

FIXTURE_VARIANT(apc)
{
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(apc, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(apc, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(apc, int_2e) { .entry = NT_BY_INT_2E };

FIXTURE_SETUP(apc)
{
	struct ntdbg_nt_start start;

	nt_default_start(&start);
	start.apc_dispatcher = A(nt_apc_dispatcher);
	start.exception_dispatcher = A(nt_exception_dispatcher);
	nt_entry = variant->entry;
	ASSERT_EQ(0, nt_begin_as(&start));
}

FIXTURE_TEARDOWN(apc)
{
}

TEST_F(apc, not_delivered_before_anybody_asks)
{
	ASSERT_EQ(STATUS_SUCCESS, QUEUE(1, 2, 3));
	EXPECT_EQ(STATUS_INVALID_SYSTEM_SERVICE, nt_service(0xfff, NULL, 0));
	EXPECT_EQ(0, nr_seen);
}

TEST_F(apc, test_alert_delivers_all_in_order)
{
	unsigned int i;

	for (i = 0; i < 5; i++)
		ASSERT_EQ(STATUS_SUCCESS, QUEUE(i, i + 100, i + 200));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	ASSERT_EQ(5, nr_seen);
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(i, seen[i][0]);
		EXPECT_EQ(i + 100, seen[i][1]);
		EXPECT_EQ(i + 200, seen[i][2]);
		EXPECT_EQ(0x1234, seen[i][3]);
	}
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	EXPECT_EQ(5, nr_seen);
}

static void spoil_registers(void)
{
	asm volatile("xorps %%xmm9, %%xmm9; xor %%r13d, %%r13d" : : : "xmm9", "r13");
}

/* What the compiler keeps in registers over the call is there afterwards. */
TEST_F(apc, registers_come_back)
{
	uint64_t xmm = 0x1122334455667788, r13 = 0x99, found_xmm, found_r13;
	uint32_t status;

	ASSERT_EQ(STATUS_SUCCESS, QUEUE(0, 0, 0));
	in_apc = spoil_registers;
	asm volatile("movq %0, %%xmm9; mov %1, %%r13" : : "r"(xmm), "r"(r13) : "xmm9", "r13");
	status = NT(NtTestAlert);
	asm volatile("movq %%xmm9, %0; mov %%r13, %1" : "=r"(found_xmm), "=r"(found_r13));
	EXPECT_EQ(STATUS_SUCCESS, status);
	EXPECT_EQ(1, nr_seen);
	EXPECT_EQ(xmm, found_xmm);
	EXPECT_EQ(r13, found_r13);
}

static void queue_one_more(void)
{
	if (nr_seen < 3)
		QUEUE(nr_seen, 0, 0);
}

TEST_F(apc, one_that_queues_the_next)
{
	in_apc = queue_one_more;
	ASSERT_EQ(STATUS_SUCCESS, QUEUE(0, 0, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	EXPECT_EQ(3, nr_seen);
}

TEST_F(apc, alert_is_told_and_forgotten)
{
	EXPECT_EQ(STATUS_SUCCESS, NT(NtAlertThread, NT_CURRENT_THREAD));
	EXPECT_EQ(STATUS_ALERTED, NT(NtTestAlert));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
}

TEST_F(apc, bad_contexts_of_continue)
{
	struct nt_context context;

	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtContinue, 0, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT, NT(NtContinue, A(&context) + 8, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtContinue, 0xffffffff80000000, 0));
}

/* A stack that cannot take the CONTEXT ends the thread by a fault. */
TEST_F(apc, no_room_on_the_stack)
{
	pid_t child = fork();
	int status;

	if (!child) {
		ASSERT_EQ(STATUS_SUCCESS, QUEUE(0, 0, 0));
		if (nt_entry == NT_BY_INT_2E)
			asm volatile("mov $64, %%rsp; mov %0, %%eax; int $0x2e" : :
				     "i"(SVC_NtTestAlert) : "memory");
		else
			asm volatile("mov $64, %%rsp; mov %0, %%rax; syscall" : :
				     "i"(136 | (uint64_t)SVC_NtTestAlert << 32) : "memory");
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGSEGV, WTERMSIG(status));
}

TEST_HARNESS_MAIN
