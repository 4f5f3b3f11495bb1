// SPDX-License-Identifier: GPL-2.0
/*
 * A 32-bit program that makes NT calls by int 2Eh with Windows XP's numbers, EDX
 * pointing at the arguments. It needs no C library; its exit status is the number
 * of the first step that went wrong, or 0.
 */
#include "nt_numbers_xp.h"

typedef unsigned int u32;
typedef unsigned long long u64;

#define O_RDWR		2
#define SYS_EXIT	1
#define SYS_FORK	2
#define SYS_OPEN	5
#define SYS_WAITPID	7
#define SYS_IOCTL	54
#define NT_START	0xde70
#define NT_INT_2E	4u

#define STATUS_ACCESS_VIOLATION		0xc0000005u
#define STATUS_INVALID_SYSTEM_SERVICE	0xc000001cu
#define STATUS_NOT_IMPLEMENTED		0xc0000002u

static int linux_call(int number, u32 a, u32 b, u32 c)
{
	int ret;

	asm volatile("int $0x80" : "=a"(ret) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return ret;
}

static u32 nt(u32 number, const void *arguments)
{
	u32 status;

	asm volatile("int $0x2e" : "=a"(status), "+d"(arguments) : "a"(number) : "ecx", "memory");
	return status;
}

static void check(int step, int right)
{
	if (!right)
		linux_call(SYS_EXIT, step, 0, 0);
}

static struct {
	u32 size, flags, profile, reserved;
	u64 stub_start, stub_length, apc_dispatcher, exception_dispatcher;
} start = { .size = sizeof(start), .flags = NT_INT_2E };

void _start(void)
{
	u32 arguments[8] = { 0 };
	int fd, status = 0;

	fd = linux_call(SYS_OPEN, (u32)"/dev/dbgport", O_RDWR, 0);
	check(1, fd >= 0);
	check(2, linux_call(SYS_IOCTL, fd, NT_START, (u32)&start) == 0);
	/* No arguments: EDX is not looked at. */
	check(3, nt(XP_NtTestAlert, 0) == 0);
	/* Arguments that cannot be read: the status, and the service is not called. */
	check(4, nt(XP_NtReplyPort, 0) == STATUS_ACCESS_VIOLATION);
	check(5, nt(XP_NtReplyPort, (void *)0xffffe000) == STATUS_ACCESS_VIOLATION);
	check(6, nt(XP_NtReplyPort, arguments) == STATUS_NOT_IMPLEMENTED);
	/* The limit of XP's table, and bits 12 and 13. */
	check(7, nt(0x11c, arguments) == STATUS_INVALID_SYSTEM_SERVICE);
	check(8, nt(XP_NtTestAlert | 0x2000, 0) == STATUS_INVALID_SYSTEM_SERVICE);
	check(9, nt(XP_NtTestAlert | 0x3000, 0) == STATUS_INVALID_SYSTEM_SERVICE);
	check(10, nt(XP_NtTestAlert | 0x1000, 0) == STATUS_INVALID_SYSTEM_SERVICE);
	check(11, nt(XP_NtTestAlert | 0xffffc000, 0) == 0);
	/* Inherited by fork. */
	fd = linux_call(SYS_FORK, 0, 0, 0);
	if (!fd)
		linux_call(SYS_EXIT, nt(XP_NtTestAlert, 0), 0, 0);
	check(12, linux_call(SYS_WAITPID, fd, (u32)&status, 0) == fd);
	check(13, status == 0);
	linux_call(SYS_EXIT, 0, 0, 0);
}
