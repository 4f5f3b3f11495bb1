/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the machine (machine.c) and those who have it run code agree on: where
 * things lie. The addresses fit into 31 bits, so that instructions can name
 * them, and no program has anything there.
 */
#ifndef NTDBG_CONFORMANCE_MACHINE_H
#define NTDBG_CONFORMANCE_MACHINE_H

#define CODE_AT		0x10000000	/* the code, executable; behind it "ret" */
#define READ_ONLY_AT	0x20000000	/* a page that may be read only */
#define DATA_AT		0x21000000	/* read and written, with the data below */
#define NO_ACCESS_AT	0x22000000
#define NOTHING_AT	0x30000000	/* nothing is mapped there */
#define FILE_AT		0x40000000	/* a page of a file that ends before it */
#define PKEY_AT		0x50000000	/* a page whose protection key forbids access */
#define POISON_AT	0x60000000	/* a page whose memory is broken */

/* At DATA_AT: x87 control words that unmask one exception each ... */
#define CW_INVALID	0x00
#define CW_DENORMAL	0x02
#define CW_DIVIDE	0x04
#define CW_OVERFLOW	0x06
#define CW_UNDERFLOW	0x08
#define CW_PRECISION	0x0a
/* ... the largest and the smallest number of x87, a denormal double and an MXCSR. */
#define BIGGEST		0x10
#define SMALLEST	0x20
#define DENORMAL	0x30
#define MXCSR_DIVIDE	0x38

/* Exit codes of the machine: it ran to the end, or it could not be prepared. */
#define MACHINE_DONE	5
#define MACHINE_CANNOT	6

/* A system call that the filter of "seccomp" answers with SIGSYS, and the errno it gives. */
#define SECCOMP_CALL	999
#define SECCOMP_ERRNO	42

#endif /* NTDBG_CONFORMANCE_MACHINE_H */
