// SPDX-License-Identifier: GPL-2.0
/*
 * A program that does what NT's programs do: interrupts 29h, 2Ch and 2Dh,
 * exceptions made by software, and threads that suspend themselves.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/ucontext.h>
#include <ntdbg/object.h>
#include "modes.h"

enum { RAX = 10, RCX, RDX };	/* in struct board_registers */

static void on_segv(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)info;
	board_put(board->fact[FACT_SIGNO], sig);
	board_put(board->fact[FACT_HANDLER_IP], uc->uc_mcontext.gregs[REG_RIP]);
	board_add(board->fact[FACT_HANDLER]);
	uc->uc_mcontext.gregs[REG_RIP] = board_get(board->fact[FACT_NEXT]);
}

/*
 * The third byte is an instruction, too: int 2Dh skips it. FACT_RESULT says
 * whether it was executed: then the carry flag is set.
 */
#define INTERRUPT(vector) ({						\
	uint64_t _carry;						\
									\
	asm volatile("leaq 1f(%%rip), %%rsi\n\t"			\
		     "movq %%rsi, %[ip]\n\t"				\
		     "leaq 2f(%%rip), %%rsi\n\t"			\
		     "movq %%rsi, %[next]\n\t"				\
		     "clc\n"						\
		     "1: .byte 0xcd, " vector "\n\t"			\
		     "stc\n"						\
		     "2: movl $0, %%esi\n\t"				\
		     "adcl $0, %%esi"					\
		     : "=&S" (_carry), [ip] "=m" (board->fact[FACT_IP]), \
		       [next] "=m" (board->fact[FACT_NEXT])		\
		     : "a" (board->in.regs[RAX]), "c" (board->in.regs[RCX]), \
		       "d" (board->in.regs[RDX])			\
		     : "cc", "memory");					\
	board_put(board->fact[FACT_RESULT], _carry);			\
})

/* interrupt VECTOR [handler]: with RAX, RCX and RDX of the board */
static int do_interrupt(char **argv)
{
	struct sigaction action = { .sa_sigaction = on_segv, .sa_flags = SA_SIGINFO };

	if (!argv[0])
		return 97;
	if (argv[1])
		sigaction(SIGSEGV, &action, NULL);
	if (!strcmp(argv[0], "29"))
		INTERRUPT("0x29");
	else if (!strcmp(argv[0], "2c"))
		INTERRUPT("0x2c");
	else
		INTERRUPT("0x2d");
	board_add(board->fact[FACT_STEP]);
	return 0;
}

/* raise CHANCE PARAMETERS: code, flags, address and record are the board's first registers */
static int do_raise(char **argv)
{
	struct ntdbg_raise raise = {
		.size = sizeof(raise), .chance = number(argv, 0, 1),
		.code = board->in.regs[0], .flags = board->in.regs[1],
		.address = board->in.regs[2], .record = board->in.regs[3],
		.nr_parameters = number(argv, 1, 0),
	};
	int fd = open(NTDBG_DEVICE, O_RDWR | O_CLOEXEC), ret;

	if (fd < 0)
		return 98;
	for (unsigned int i = 0; i < ARRAY_SIZE(raise.information); i++)
		raise.information[i] = board->in.regs[4 + i];
	board_put(board->tid[0], gettid());
	board_add(board->ready);
	await_permit(1);
	ret = ioctl(fd, NTDBG_IOC_RAISE, &raise) ? -errno : 0;
	board_put(board->fact[FACT_RESULT], (int64_t)ret);
	board_put(board->fact[FACT_STATUS], raise.status);
	board_add(board->fact[FACT_STEP]);
	await_permit(2);
	return 0;
}

/* suspend: itself; somebody else has to resume it */
static int do_suspend(char **argv)
{
	struct ntdbg_open_thread open_thread = {
		.size = sizeof(open_thread), .access = NTDBG_THREAD_SUSPEND_RESUME,
		.tid = gettid(),
	};
	struct ntdbg_suspend suspend = { .size = sizeof(suspend), .previous = ~0u };
	int fd = open(NTDBG_DEVICE, O_RDWR | O_CLOEXEC), thread, ret;

	(void)argv;
	thread = ioctl(fd, NTDBG_IOC_OPEN_THREAD, &open_thread);
	if (thread < 0)
		return 98;
	board_put(board->tid[0], gettid());
	board_add(board->ready);
	await_permit(1);
	ret = ioctl(thread, NTDBG_IOC_THREAD_SUSPEND, &suspend) ? -errno : (int)suspend.previous;
	board_put(board->fact[FACT_RESULT], (int64_t)ret);
	board_add(board->fact[FACT_STEP]);
	await_permit(2);
	return 0;
}

static const struct mode modes[] = {
	{ "interrupt", do_interrupt },
	{ "raise", do_raise },
	{ "suspend", do_suspend },
};

int main(int argc, char **argv)
{
	return run_mode(modes, ARRAY_SIZE(modes), argc, argv);
}
