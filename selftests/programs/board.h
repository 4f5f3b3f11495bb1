/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The board: one page that a test and its debuggees share. It is a memfd with
 * a fixed descriptor number, because only a descriptor survives execve.
 */
#ifndef NTDBG_BOARD_H
#define NTDBG_BOARD_H

#include <assert.h>
#include <stdint.h>

#define BOARD_FD	200	/* the board itself */
#define FILE_FD		201	/* an empty file; the test makes it longer */
#define BOARD_SLOTS	64

enum board_fact {
	FACT_IP,		/* address of the instruction that faults */
	FACT_NEXT,		/* address of the one after it */
	FACT_ADDRESS,		/* address that it touches */
	FACT_BASE,		/* where a mapping begins */
	FACT_CONSTRUCTOR,	/* the plugin's constructor ran so often */
	FACT_DESTRUCTOR,	/* its destructor likewise */
	FACT_HANDLER,		/* a signal handler ran so often */
	FACT_SIGNO,		/* what the handler was given */
	FACT_CODE,
	FACT_SI_ADDR,
	FACT_HANDLER_IP,
	FACT_CHILD,		/* process id of a child */
	FACT_CHILD_STATUS,	/* its wait status */
	FACT_EUID,
	FACT_ERRNO,
	FACT_STEP,		/* how far the program has come */
	FACT_EINTR,		/* how many system calls were interrupted */
	FACT_WOKEN,		/* how many came back for another reason */
	FACT_RESULT,		/* what a system call gave */
	FACT_STATUS,		/* how a debugger answered */
	NR_FACTS
};

/* A thread's registers, in the order of struct ntdbg_regs, and what FXSAVE writes. */
struct board_registers {
	uint64_t regs[27];
	uint64_t reserved;
	union {
		long double alignment;	/* as FXSAVE needs it */
		uint8_t fxsave[512];
	};
};

struct board {
	uint32_t go;			/* futex: the test lets the program go on */
	uint32_t ready;			/* how many threads are in place */
	uint32_t orphan;		/* the program outlives its parent */
	uint32_t permit;		/* a program that asks may take so many steps */
	uint32_t tid[BOARD_SLOTS];
	uint64_t count[BOARD_SLOTS];	/* a thread's slot grows while it runs */
	uint64_t fact[NR_FACTS];
	struct board_registers in;	/* what the program loads */
	struct board_registers out;	/* and what it found there afterwards */
};

#define BOARD_SIZE 4096
static_assert(sizeof(struct board) <= BOARD_SIZE, "the board is too big");

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* The other side is another process, so every access is an atomic one. */
#define board_get(field)	__atomic_load_n(&(field), __ATOMIC_SEQ_CST)
#define board_put(field, value)	__atomic_store_n(&(field), value, __ATOMIC_SEQ_CST)
#define board_add(field)	__atomic_add_fetch(&(field), 1, __ATOMIC_SEQ_CST)

#endif /* NTDBG_BOARD_H */
