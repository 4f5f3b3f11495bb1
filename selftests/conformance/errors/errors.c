// SPDX-License-Identifier: GPL-2.0
/*
 * Tells the Win32 error of each status: lines of a name and a hexadecimal status
 * come in, the same with the error go out. For Windows and for Linux.
 */
#include <stdio.h>
#ifdef _WIN32
#include <windows.h>
#include <winternl.h>
#else
#include <ntdbg/nt/ntdll.h>
#endif

int main(void)
{
	unsigned int status;
	char name[128];

	while (scanf("%127s %x", name, &status) == 2)
		printf("%s %08x %lu\n", name, status,
		       (unsigned long)RtlNtStatusToDosError((NTSTATUS)status));
	return 0;
}
