// SPDX-License-Identifier: GPL-2.0
/*
 * The debuggee of the fault table: runs machine code that it is given as text.
 *
 *	machine CODE [PREPARATION]
 *
 * CODE is bytes in hexadecimal. It is statically linked, so that it makes no
 * other events than its creation, the code's and its end.
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "machine.h"

#define PAGE 4096

static unsigned char *page_at(uintptr_t address, int prot)
{
	void *page = mmap((void *)address, PAGE, prot,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (page != (void *)address)
		_exit(MACHINE_CANNOT);
	return page;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10;
}

static void map_code(const char *hex)
{
	unsigned char *code = page_at(CODE_AT, PROT_READ | PROT_WRITE);

	memset(code, 0xc3, PAGE);
	for (; hex[0] && hex[1]; hex += 2)
		*code++ = digit(hex[0]) << 4 | digit(hex[1]);
	mprotect((void *)CODE_AT, PAGE, PROT_READ | PROT_EXEC);
}

static void map_data(void)
{
	/* Each has one of the six exceptions unmasked, and 64-bit precision. */
	static const uint16_t words[] = { 0x37e, 0x37d, 0x37b, 0x377, 0x36f, 0x35f };
	static const unsigned char biggest[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x7f,
	};
	static const unsigned char smallest[] = { 0, 0, 0, 0, 0, 0, 0, 0x80, 1, 0 };
	static const uint64_t denormal = 1;
	static const uint32_t mxcsr = 0x1f80 & ~0x200;
	unsigned char *data = page_at(DATA_AT, PROT_READ | PROT_WRITE);

	memcpy(data + CW_INVALID, words, sizeof(words));
	memcpy(data + BIGGEST, biggest, sizeof(biggest));
	memcpy(data + SMALLEST, smallest, sizeof(smallest));
	memcpy(data + DENORMAL, &denormal, sizeof(denormal));
	memcpy(data + MXCSR_DIVIDE, &mxcsr, sizeof(mxcsr));
}

/* ---- preparations: false if this system cannot ------------------------------- */

static bool prepare_file(void)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);

	return mmap((void *)FILE_AT, PAGE, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0) == (void *)FILE_AT;
}

static bool prepare_pkey(void)
{
	int key = pkey_alloc(0, PKEY_DISABLE_ACCESS);

	page_at(PKEY_AT, PROT_READ | PROT_WRITE);
	return key >= 0 && !pkey_mprotect((void *)PKEY_AT, PAGE, PROT_READ | PROT_WRITE, key);
}

static bool prepare_poison(void)
{
	*page_at(POISON_AT, PROT_READ | PROT_WRITE) = 1;
	return !madvise((void *)POISON_AT, PAGE, MADV_HWPOISON);
}

/* Selector 7 is entry 0 of the local table, which is there but not present. */
static bool prepare_ldt(void)
{
	struct user_desc entry = {
		.entry_number = 0, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1,
		.seg_not_present = 1,
	};

	return !syscall(SYS_modify_ldt, 1, &entry, sizeof(entry));
}

static bool prepare_seccomp(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SECCOMP_CALL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP | SECCOMP_ERRNO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(filter) / sizeof(*filter), .filter = filter };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Every system call from CODE_AT on is dispatched to the program. */
static bool prepare_dispatch(void)
{
	return !prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, CODE_AT, NULL);
}

static bool prepare_signal(int signo)
{
	raise(signo);
	return false;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "";

	if (argc < 2)
		_exit(MACHINE_CANNOT);
	map_code(argv[1]);
	map_data();
	page_at(READ_ONLY_AT, PROT_READ);
	page_at(NO_ACCESS_AT, PROT_NONE);
	if (!(!*what ||
	      (!strcmp(what, "file") && prepare_file()) ||
	      (!strcmp(what, "pkey") && prepare_pkey()) ||
	      (!strcmp(what, "poison") && prepare_poison()) ||
	      (!strcmp(what, "ldt") && prepare_ldt()) ||
	      (!strcmp(what, "seccomp") && prepare_seccomp()) ||
	      (!strcmp(what, "dispatch") && prepare_dispatch()) ||
	      (!strcmp(what, "interrupt") && prepare_signal(SIGINT)) ||
	      (!strcmp(what, "signal") && prepare_signal(SIGSEGV))))
		_exit(MACHINE_CANNOT);
	((void (*)(void))CODE_AT)();
	_exit(MACHINE_DONE);
}
