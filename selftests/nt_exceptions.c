// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions of an NT process without a debugger: the dispatcher in user mode
 * first, then Linux's own handler, then the end.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nt.h"
#include "nt_context.h"

static struct nt_exception_record last;
static struct nt_context last_context;
static int nr_exceptions;
static enum { FIX, SKIP_TWO, SEARCH } answer;
static int target;

void nt_on_exception(struct nt_context *context, struct nt_exception_record *record)
{
	nr_exceptions++;
	last = *record;
	last_context = *context;
	switch (answer) {
	case FIX:
		context->rax = A(&target);
		NT(NtContinue, A(context), 0);
		break;
	case SKIP_TWO:
		context->rip += 2;
		NT(NtContinue, A(context), 0);
		break;
	case SEARCH:
		NT(NtRaiseException, A(record), A(context), 0);
		break;
	}
	_exit(98);
}

FIXTURE(exception)
{
};

FIXTURE_VARIANT(exception)
{
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(exception, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(exception, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(exception, int_2e) { .entry = NT_BY_INT_2E };

FIXTURE_SETUP(exception)
{
	struct ntdbg_nt_start start;

	nt_default_start(&start);
	start.apc_dispatcher = A(nt_apc_dispatcher);
	start.exception_dispatcher = A(nt_exception_dispatcher);
	nt_entry = variant->entry;
	ASSERT_EQ(0, nt_begin_as(&start));
}

FIXTURE_TEARDOWN(exception)
{
}

static void store_at(uint64_t address, uint32_t value)
{
	asm volatile("movl %1, (%0)" : "+a"(address) : "r"(value) : "memory");
}

TEST_F(exception, handler_mends_the_register_and_goes_on)
{
	answer = FIX;
	store_at(0x10, 77);
	EXPECT_EQ(77, target);
	EXPECT_EQ(1, nr_exceptions);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, last.code);
	EXPECT_EQ(2, last.nr_parameters);
	EXPECT_EQ(1, last.information[0]);
	EXPECT_EQ(0x10, last.information[1]);
	EXPECT_EQ(last_context.rip, last.address);
	EXPECT_EQ(0x10, last_context.rax);
}

TEST_F(exception, breakpoint_is_seen_at_its_own_address)
{
	answer = SKIP_TWO;
	asm volatile("int3; nop");
	EXPECT_EQ(1, nr_exceptions);
	EXPECT_EQ(STATUS_BREAKPOINT, last.code);
	EXPECT_EQ(last_context.rip, last.address);
	EXPECT_EQ(0xcc, *(uint8_t *)last.address);
}

static sigjmp_buf back;
static siginfo_t linux_info;
static uint64_t linux_rip;

static void on_signal(int signo __attribute__((unused)), siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	linux_info = *info;
	linux_rip = uc->uc_mcontext.gregs[REG_RIP];
	siglongjmp(back, 1);
}

TEST_F(exception, linux_handler_comes_after_the_dispatcher)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	answer = SEARCH;
	sigaction(SIGSEGV, &action, NULL);
	if (!sigsetjmp(back, 1)) {
		store_at(0x20, 1);
		ASSERT_TRUE(false);
	}
	EXPECT_EQ(1, nr_exceptions);
	EXPECT_EQ(SIGSEGV, linux_info.si_signo);
	EXPECT_EQ(SEGV_MAPERR, linux_info.si_code);
	EXPECT_EQ((void *)0x20, linux_info.si_addr);
	EXPECT_EQ(last_context.rip, linux_rip);
}

/* Linux's handlers see rip behind an int3. */
TEST_F(exception, linux_handler_of_a_breakpoint)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	answer = SEARCH;
	sigaction(SIGTRAP, &action, NULL);
	if (!sigsetjmp(back, 1))
		asm volatile("int3");
	EXPECT_EQ(1, nr_exceptions);
	EXPECT_EQ(last.address + 1, linux_rip);
}

TEST_F(exception, without_a_handler_the_process_ends)
{
	pid_t child = fork();
	int status;

	if (!child) {
		answer = SEARCH;
		store_at(0x30, 1);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGSEGV, WTERMSIG(status));
}

static void capture(struct nt_context *context)
{
	memset(context, 0, sizeof(*context));
	context->flags = NT_CONTEXT_FULL & ~8u;
	context->cs = 0x33;
	context->ss = 0x2b;
	context->eflags = 0x202;
}

TEST_F(exception, raised_by_software)
{
	struct nt_exception_record record = {
		.code = 0xe0001234, .nr_parameters = 2, .information = { 5, 6 },
	};
	struct nt_context context;
	void *volatile resume = &&resumed;

	capture(&context);
	answer = FIX;
	asm volatile("mov %%rsp, %0; mov %%rbp, %1; mov %%rbx, %2; mov %%r12, %3"
		     : "=m"(context.rsp), "=m"(context.rbp), "=m"(context.rbx), "=m"(context.r12));
	asm volatile("mov %%r13, %0; mov %%r14, %1; mov %%r15, %2"
		     : "=m"(context.r13), "=m"(context.r14), "=m"(context.r15));
	context.rip = A(resume);
	record.address = context.rip;
	if (resume) {
		uint32_t status = NT(NtRaiseException, A(&record), A(&context), 1);

		TH_LOG("it returned %08x", status);
		ASSERT_TRUE(false);
	}
resumed:
	EXPECT_EQ(1, nr_exceptions);
	EXPECT_EQ(0xe0001234, last.code);
	EXPECT_EQ(2, last.nr_parameters);
	EXPECT_EQ(6, last.information[1]);
}

TEST_F(exception, bad_records)
{
	struct nt_exception_record record = { .code = 1, .nr_parameters = 16 };
	struct nt_context context;

	capture(&context);
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtRaiseException, A(&record), A(&context), 1));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtRaiseException, 8, A(&context), 1));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtRaiseException, A(&record) + 4, A(&context), 1));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtRaiseException, A(&record), 16, 1));
	EXPECT_EQ(0, nr_exceptions);
}

TEST_F(exception, software_exception_without_a_handler_ends_the_process)
{
	struct nt_exception_record record = { .code = 0xe0005678 };
	struct nt_context context;
	int status;
	pid_t child = fork();

	if (!child) {
		capture(&context);
		context.rsp = A(&context) & ~15ull;
		answer = SEARCH;
		NT(NtRaiseException, A(&record), A(&context), 1);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGABRT, WTERMSIG(status));
}

TEST_HARNESS_MAIN
