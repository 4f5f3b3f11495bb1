// SPDX-License-Identifier: GPL-2.0
/* The reference monitor: seccomp. */
#include "ntstatus.h"
#include "se/se.h"

/**
 * se_ask_seccomp() - have the caller's filters judge a Linux system call
 * @number: of x86-64
 * @a0: its arguments
 * @a1: likewise
 * @a2: likewise
 * @a3: likewise
 * @a4: likewise
 * @a5: likewise
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS or STATUS_ACCESS_DENIED.
 */
u32 se_ask_seccomp(int number, u64 a0, u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	return STATUS_ACCESS_DENIED;
}
