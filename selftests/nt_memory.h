/* SPDX-License-Identifier: GPL-2.0 */
/* NT's memory services for the tests. */
#ifndef _NTDBG_SELFTESTS_NT_MEMORY_H
#define _NTDBG_SELFTESTS_NT_MEMORY_H

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dbgport.h"
#include "handle.h"
#include "nt.h"

#define PAGE 4096ul
#define GRANULE 65536ul

#define PAGE_NOACCESS		0x01
#define PAGE_READONLY		0x02
#define PAGE_READWRITE		0x04
#define PAGE_WRITECOPY		0x08
#define PAGE_EXECUTE		0x10
#define PAGE_EXECUTE_READ	0x20
#define PAGE_EXECUTE_READWRITE	0x40
#define PAGE_EXECUTE_WRITECOPY	0x80
#define PAGE_GUARD		0x100
#define PAGE_NOCACHE		0x200
#define PAGE_WRITECOMBINE	0x400

#define MEM_COMMIT	0x1000
#define MEM_RESERVE	0x2000
#define MEM_DECOMMIT	0x4000
#define MEM_RELEASE	0x8000
#define MEM_FREE	0x10000
#define MEM_PRIVATE	0x20000
#define MEM_MAPPED	0x40000
#define MEM_RESET	0x80000
#define MEM_TOP_DOWN	0x100000
#define MEM_WRITE_WATCH	0x200000
#define MEM_PHYSICAL	0x400000
#define MEM_RESET_UNDO	0x1000000
#define MEM_IMAGE	0x1000000
#define MEM_LARGE_PAGES	0x20000000

#define HIGHEST_ADDRESS	0x7ffffffeffffull
#define HIGHEST_VAD	0x7ffffffdffffull

#define NO_POINTER	0x10ull	/* nothing is ever mapped there */

struct nt_memory_basic {
	uint64_t base;
	uint64_t allocation_base;
	uint32_t allocation_protect;
	uint32_t padding;
	uint64_t size;
	uint32_t state;
	uint32_t protect;
	uint32_t type;
	uint32_t padding2;
};

static inline uint32_t nt_allocate_in(uint64_t process, uint64_t *base, uint64_t *size,
				      uint32_t type, uint32_t protect)
{
	return NT(NtAllocateVirtualMemory, process, A(base), 0, A(size), type, protect);
}

static inline uint32_t nt_allocate(uint64_t *base, uint64_t *size, uint32_t type, uint32_t protect)
{
	return nt_allocate_in(NT_CURRENT_PROCESS, base, size, type, protect);
}

static inline uint32_t nt_free(uint64_t base, uint64_t size, uint32_t type)
{
	return NT(NtFreeVirtualMemory, NT_CURRENT_PROCESS, A(&base), A(&size), type);
}

static inline uint32_t nt_protect_memory(uint64_t base, uint64_t size, uint32_t protect,
					 uint32_t *old)
{
	return NT(NtProtectVirtualMemory, NT_CURRENT_PROCESS, A(&base), A(&size), protect, A(old));
}

static inline uint32_t nt_query_in(uint64_t process, uint64_t at, struct nt_memory_basic *basic)
{
	return NT(NtQueryVirtualMemory, process, at, 0, A(basic), sizeof(*basic), 0);
}

static inline uint32_t nt_query_memory(uint64_t at, struct nt_memory_basic *basic)
{
	return nt_query_in(NT_CURRENT_PROCESS, at, basic);
}

/* Does reading, or writing, of this byte fault? Asked in a child: nobody has to catch it. */
static inline bool faults(uint64_t at, bool write)
{
	volatile char *byte = (volatile char *)at;
	pid_t child = fork();
	int status;

	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		if (write)
			*byte = 1;
		else
			(void)*byte;
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

/* A handle of a process, from the device. */
static inline uint64_t nt_process_handle(pid_t pid, uint32_t access)
{
	int port = dbg_open(), fd = nt_open_process(port, pid, access);

	close(port);
	return fd < 0 ? 0 : nt_handle_of(fd);
}

/* A child that waits until it is killed; with @nt it stays an NT process. */
static inline pid_t nt_waiting_child(void)
{
	pid_t child = fork();

	if (!child)
		for (;;)
			pause();
	return child;
}

static inline void nt_kill(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

#endif /* _NTDBG_SELFTESTS_NT_MEMORY_H */
