// SPDX-License-Identifier: GPL-2.0
/* A program with memory of every kind, and code that can be patched while it runs. */
#define _GNU_SOURCE
#include <fcntl.h>
#include "modes.h"
#include "memory.h"

#define PAGE 4096

static char *map(size_t size, int prot, int flags, int fd)
{
	char *p = mmap(NULL, size, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		_exit(98);
	return p;
}

static char *anonymous(size_t pages)
{
	char *p = map(pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	for (size_t i = 0; i < pages * PAGE; i++)
		p[i] = memory_byte(i);
	return p;
}

static void show(enum memory_place place, const void *address)
{
	board_put(board->count[place], (uint64_t)address);
}

static char own_data[2 * PAGE];

static void make_places(void)
{
	char *p = anonymous(3);

	mprotect(p, PAGE, PROT_READ);
	mprotect(p + PAGE, PAGE, PROT_NONE);
	mprotect(p + 2 * PAGE, PAGE, PROT_READ | PROT_EXEC);
	show(MEMORY_READ_ONLY, p);
	show(MEMORY_NONE, p + PAGE);
	show(MEMORY_EXECUTABLE, p + 2 * PAGE);
	show(MEMORY_PRIVATE_FILE, map(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, FILE_FD));
	show(MEMORY_SHARED_FILE, map(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, FILE_FD));
	show(MEMORY_SHARED_READ_ONLY, map(PAGE, PROT_READ, MAP_SHARED, FILE_FD));
	show(MEMORY_TEXT, patched);
	show(MEMORY_DATA, own_data);
	show(MEMORY_BIG, anonymous(MEMORY_BIG_SIZE / PAGE));
	show(MEMORY_HEAP, malloc(100));
	/* Two pages, and nothing behind them: last, so that nothing comes to lie there. */
	p = anonymous(3);
	munmap(p + 2 * PAGE, PAGE);
	show(MEMORY_EDGE, p);
}

static void *toucher(void *arg)
{
	long slot = (long)arg;

	board_put(board->tid[slot], gettid());
	board_add(board->ready);
	while (!board_get(board->go)) {
		run_patched();
		board_add(board->count[MEMORY_RUNS]);
	}
	return NULL;
}

/* memory [COUNT]: and threads that run the code that can be patched */
static int do_memory(char **argv)
{
	int threads = number(argv, 0, 0);

	board_put(board->tid[0], gettid());
	make_places();
	for (int i = 1; i <= threads; i++)
		make_thread(toucher, i);
	await_ready(threads);
	board_add(board->ready);
	wait_for_go();
	_exit(0);
}

static const struct mode modes[] = {
	{ "memory", do_memory },
};

int main(int argc, char **argv)
{
	return run_mode(modes, ARRAY_SIZE(modes), argc, argv);
}
