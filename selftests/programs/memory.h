/* SPDX-License-Identifier: GPL-2.0 */
/* Where the program "memory" puts the address of what, in the board's count[]. */
#ifndef NTDBG_MEMORY_H
#define NTDBG_MEMORY_H

enum memory_place {
	MEMORY_EDGE,		/* two pages to read and write, nothing behind them */
	MEMORY_READ_ONLY,	/* one page */
	MEMORY_NONE,		/* the next one, with PROT_NONE */
	MEMORY_EXECUTABLE,	/* the one after it, to read and execute */
	MEMORY_PRIVATE_FILE,	/* FILE_FD's first page */
	MEMORY_SHARED_FILE,
	MEMORY_SHARED_READ_ONLY,
	MEMORY_TEXT,		/* an instruction of one byte */
	MEMORY_DATA,		/* two pages of the program's own data */
	MEMORY_BIG,
	MEMORY_HEAP,
	MEMORY_RUNS,		/* no address: how often the threads came by */
};

#define MEMORY_BIG_SIZE (16u << 20)

/* What lies at an offset of an anonymous place. */
static inline unsigned char memory_byte(unsigned long offset)
{
	return offset * 7 + (offset >> 12);
}

/* In memory.S: the label is where a breakpoint goes, on an instruction of one byte. */
extern char patched[];
void run_patched(void);

#endif /* NTDBG_MEMORY_H */
