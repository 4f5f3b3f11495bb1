/* SPDX-License-Identifier: GPL-2.0 */
/* What registers.S is to registers.c. */
#ifndef NTDBG_REGISTERS_H
#define NTDBG_REGISTERS_H

#include <stdint.h>

/* Loads all registers from values_in, goes to jump_to, and stores them all in values_out. */
void run_registers(void);

/* Where it can go: each of them leads to the last one, at_spin only with a debugger's help. */
extern char at_int3[], at_spin[], at_call[], at_store[];

/* Instructions to be stepped through, beginning with an int3; their addresses in order. */
void step_through(void *untouched);
extern const uint64_t step_addresses[], step_addresses_end[];

/* Does nothing, at an address that is known. */
void executed(void);

#endif /* NTDBG_REGISTERS_H */
