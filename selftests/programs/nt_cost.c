// SPDX-License-Identifier: GPL-2.0
/*
 * What an NT call that does nothing costs: nanoseconds, which are instructions
 * in a machine that counts them (make vm CMD=... ICOUNT=1). With a service number
 * as argument that service is called, with arguments that are all 0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

#include "../nt.h"

#define ROUNDS 20000

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

/* As a compiler calls a stub of ntdll. */
static inline unsigned long by_stub(unsigned long number)
{
	asm volatile("sub $0x100, %%rsp; xor %%ecx, %%ecx; call *%1; add $0x100, %%rsp"
		     : "+a"(number) : "r"(nt_stubs_begin)
		     : "rcx", "rdx", "r8", "r9", "r10", "r11", "memory");
	return number;
}

static inline unsigned long by_gate(unsigned long number)
{
	number = number << 32 | NTDBG_NT_GATEWAY;
	asm volatile("xor %%r10d, %%r10d; syscall" : "+a"(number) : :
		     "rcx", "rdx", "r8", "r9", "r10", "r11", "memory");
	return number;
}

static inline unsigned long by_int_2e(unsigned long number)
{
	asm volatile("xor %%r10d, %%r10d; int $0x2e" : "+a"(number) : :
		     "rcx", "rdx", "r8", "r9", "r10", "r11", "memory");
	return number;
}

#define MEASURE(name, call) do {						\
	double start;								\
	int i;									\
										\
	for (i = 0; i < 100; i++)						\
		call;								\
	start = now();								\
	for (i = 0; i < ROUNDS; i++)						\
		call;								\
	printf("%-24s %8.1f\n", name, (now() - start) / ROUNDS);		\
} while (0)

int main(int argc, char **argv)
{
	unsigned long number = argc > 1 ? strtoul(argv[1], NULL, 0) : SVC_NtTestAlert;

	MEASURE("getppid before", syscall(SYS_getppid));
	if (nt_begin()) {
		fprintf(stderr, "nt_cost: /dev/dbgport does not make this an NT process.\n");
		return 1;
	}
	MEASURE("getppid of NT process", syscall(SYS_getppid));
	MEASURE("stub range", by_stub(number));
	MEASURE("gateway", by_gate(number));
	MEASURE("int 2Eh", by_int_2e(number));
	return 0;
}
