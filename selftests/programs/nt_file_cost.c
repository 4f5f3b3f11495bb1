// SPDX-License-Identifier: GPL-2.0
/*
 * What NtReadFile and NtWriteFile cost beside read() and write() of the same
 * file: nanoseconds, which are instructions in a machine that counts them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "../nt.h"

#define ROUNDS 5000
#define SIZE 64

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
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
	printf("%-12s %-28s %8.1f\n", nt_entry_names[nt_entry], name,		\
	       (now() - start) / ROUNDS);					\
} while (0)

#define TRANSFER(service) \
	NT(service, handle, 0, 0, 0, A(&io), A(buffer), SIZE, A(&offset), 0)
#define NOTHING() NT(NtReplyPort, 0, 0, 0, 0, 0, 0, 0, 0, 0)

static char buffer[SIZE];
static uint64_t offset;

int main(void)
{
	int fd = open("/tmp/nt_file_cost", O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct nt_io_status io;
	uint64_t handle = nt_handle_of(fd);
	ssize_t done = 0;

	if (fd < 0 || write(fd, buffer, SIZE) != SIZE || nt_begin()) {
		fprintf(stderr, "nt_file_cost: there is no file, or no NT process.\n");
		return 1;
	}
	for (nt_entry = 0; nt_entry < NT_ENTRIES; nt_entry++) {
		MEASURE("pread", done += pread(fd, buffer, SIZE, 0));
		MEASURE("NtReadFile", done += !TRANSFER(NtReadFile));
		MEASURE("pwrite", done += pwrite(fd, buffer, SIZE, 0));
		MEASURE("NtWriteFile", done += !TRANSFER(NtWriteFile));
		/* nt_service() puts arguments where they belong: this is what that costs. */
		MEASURE("no service of 9 arguments", done += !NOTHING());
	}
	unlink("/tmp/nt_file_cost");
	return done < 0;
}
