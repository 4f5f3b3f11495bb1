/* SPDX-License-Identifier: MIT */
/* The first program, in C and in C++. */
#include <stdio.h>

#include <ntdll.h>

int main(void) {
    printf("NtTestAlert: %08X\n", (unsigned)NtTestAlert());
    return 0;
}
