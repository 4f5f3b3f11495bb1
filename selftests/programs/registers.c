// SPDX-License-Identifier: GPL-2.0
/*
 * A program whose registers are known: it loads them all from the board, comes
 * to a place where a debugger may look at them and change them, and writes what
 * it then finds to the board.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <stdbool.h>
#include <sys/ucontext.h>
#include "modes.h"
#include "registers.h"

enum { EFLAGS = 18, RSP, SS, FS_BASE, GS_BASE, DS, ES, FS, GS };

/* What registers.S loads and stores, and where it goes from there. */
struct board_registers values_in;
struct board_registers values_out;
uint64_t jump_to;

/* Without libc, which finds errno by the FS base. */
static uint64_t base_of(long which)
{
	uint64_t base = 0;
	long ret;

	asm volatile("syscall" : "=a" (ret)
		     : "a" (SYS_arch_prctl), "D" (which), "S" (&base)
		     : "rcx", "r11", "memory");
	return ret ? ~0ull : base;
}

static void set_base(long which, uint64_t base)
{
	long ret;

	asm volatile("syscall" : "=a" (ret)
		     : "a" (SYS_arch_prctl), "D" (which), "S" (base) : "rcx", "r11", "memory");
}

/* What the handler sees goes to where the program itself would put it. */
static void on_trap(int sig, siginfo_t *info, void *context)
{
	static const int order[] = {
		REG_R15, REG_R14, REG_R13, REG_R12, REG_RBP, REG_RBX, REG_R11, REG_R10, REG_R9,
		REG_R8, REG_RAX, REG_RCX, REG_RDX, REG_RSI, REG_RDI,
	};
	ucontext_t *uc = context;
	struct board_registers *out = &board->out;

	(void)info;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		out->regs[i] = uc->uc_mcontext.gregs[order[i]];
	out->regs[EFLAGS] = uc->uc_mcontext.gregs[REG_EFL];
	out->regs[RSP] = uc->uc_mcontext.gregs[REG_RSP];
	memcpy(out->fxsave, uc->uc_mcontext.fpregs, sizeof(out->fxsave));
	board_put(board->fact[FACT_SIGNO], sig);
	board_put(board->fact[FACT_HANDLER_IP], uc->uc_mcontext.gregs[REG_RIP]);
	board_add(board->fact[FACT_HANDLER]);
	uc->uc_mcontext.gregs[REG_RIP] = (uint64_t)at_store;
}

static char *place(const char *name)
{
	if (!strcmp(name, "int3"))
		return at_int3;
	return strcmp(name, "call") ? at_spin : at_call;
}

/* registers PLACE [handler]: PLACE is int3, spin or call (a system call) */
static int do_registers(char **argv)
{
	static char stack[16384];
	struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	uint64_t fs_base;

	if (!argv[0])
		return 97;
	if (argv[1])
		sigaction(SIGTRAP, &action, NULL);
	board_put(board->tid[0], gettid());
	board_put(board->fact[FACT_IP], (uint64_t)place(argv[0]));
	board_put(board->fact[FACT_NEXT], (uint64_t)at_store);
	board_put(board->fact[FACT_BASE], (uint64_t)stack + sizeof(stack) / 2);
	board_add(board->ready);
	await_permit(1);
	values_in = board->in;
	jump_to = (uint64_t)place(argv[0]);
	values_in.regs[RSP] = (uint64_t)stack + sizeof(stack) / 2;
	fs_base = base_of(ARCH_GET_FS);
	if (values_in.regs[GS_BASE])
		set_base(ARCH_SET_GS, values_in.regs[GS_BASE]);
	board_add(board->ready);
	run_registers();
	values_out.regs[FS_BASE] = base_of(ARCH_GET_FS);
	values_out.regs[GS_BASE] = base_of(ARCH_GET_GS);
	set_base(ARCH_SET_FS, fs_base);
	if (!board_get(board->fact[FACT_HANDLER]))
		board->out = values_out;
	board_add(board->fact[FACT_STEP]);
	await_permit(2);
	return 0;
}

/* steps: its instructions, one after the other, are in count[1] ...; count[0] is how many */
static int do_steps(char **argv)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t steps = step_addresses_end - step_addresses;

	(void)argv;
	board_put(board->tid[0], gettid());
	for (size_t i = 0; i < steps; i++)
		board_put(board->count[i + 1], step_addresses[i]);
	board_put(board->count[0], steps);
	step_through(page);
	board_add(board->fact[FACT_STEP]);
	return 0;
}

static uint64_t written;
static uint64_t accessed;

/* Three steps again and again, one for each permit: execute, write, read and write. */
static void *watched_thread(void *arg)
{
	long slot = (long)arg;

	board_put(board->tid[slot], gettid());
	board_add(board->ready);
	for (uint32_t step = 1; !board_get(board->go); step++) {
		await_permit(step);
		switch (step % 3) {
		case 1:
			executed();
			break;
		case 2:
			__atomic_load_n(&written, __ATOMIC_SEQ_CST);
			__atomic_store_n(&written, step, __ATOMIC_SEQ_CST);
			break;
		default:
			__atomic_load_n(&accessed, __ATOMIC_SEQ_CST);
		}
		board_add(board->count[slot]);
	}
	return NULL;
}

/* watch COUNT: threads that touch what a debug register can watch */
static int do_watch(char **argv)
{
	int threads = number(argv, 0, 2);

	board_put(board->tid[0], gettid());
	board_put(board->fact[FACT_IP], (uint64_t)executed);
	board_put(board->fact[FACT_ADDRESS], (uint64_t)&written);
	board_put(board->fact[FACT_BASE], (uint64_t)&accessed);
	for (int i = 1; i <= threads; i++)
		make_thread(watched_thread, i);
	await_ready(threads);
	board_add(board->ready);
	wait_for_go();
	_exit(0);
}

static const struct mode modes[] = {
	{ "registers", do_registers },
	{ "steps", do_steps },
	{ "watch", do_watch },
};

int main(int argc, char **argv)
{
	return run_mode(modes, ARRAY_SIZE(modes), argc, argv);
}
