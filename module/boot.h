/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the module comes up: in the steps, phases and order in which NT's executive
 * does, and down in reverse. To add something to it, add a row to the table in
 * main.c.
 */
#ifndef _NTDBG_BOOT_H
#define _NTDBG_BOOT_H

#include <linux/types.h>

/* In NT's order; the digit is the phase. */
enum boot_step {
	BOOT_EX0,
	BOOT_MM0,
	BOOT_OB0,
	BOOT_SE0,
	BOOT_PS0,
	BOOT_PP0,
	BOOT_DBGK0,
	BOOT_KE1,
	BOOT_KD1,
	BOOT_SE1,
	BOOT_MM1,
	BOOT_IO1,
	BOOT_PS1,
	BOOT_STEPS,
};

/**
 * struct boot_row - something that is to be done in a step
 * @step: the step
 * @init: returns 0 or a negative errno, and undoes what it did itself if it fails; or NULL
 * @setup: what cannot fail, done after @init; or NULL
 * @exit: undoes both; or NULL
 *
 * The rows of a step are executed in the order of the table. All may sleep.
 */
struct boot_row {
	enum boot_step step;
	int (*init)(void);
	void (*setup)(void);
	void (*exit)(void);
};

int boot_up(const struct boot_row *rows, unsigned int nr);
void boot_down(const struct boot_row *rows, unsigned int nr);
int boot_wait(void);

#endif /* _NTDBG_BOOT_H */
