// SPDX-License-Identifier: GPL-2.0
/* A small shared object that tells the board when it is run. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include "board.h"

static void count(enum board_fact fact)
{
	struct board **board = dlsym(RTLD_DEFAULT, "board");

	if (board && *board)
		board_add((*board)->fact[fact]);
}

__attribute__((constructor)) static void plugin_begin(void)
{
	count(FACT_CONSTRUCTOR);
}

__attribute__((destructor)) static void plugin_end(void)
{
	count(FACT_DESTRUCTOR);
}
