/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * NT system calls. A Linux process asks for them on /dev/dbgport; from then on
 * it is an NT process: a system call made in its stub range, by the gateway
 * number or by int 2Eh is one of NT's. Everything else stays Linux. The state
 * is inherited by threads and by fork, and dropped by execve.
 *
 * Calling convention of 64-bit callers: service number in EAX, arguments in R10,
 * RDX, R8, R9 and then on the stack from RSP+28h, as at the syscall instruction
 * of an ntdll stub. The NTSTATUS comes back in RAX. RCX is RIP, R11 the flags,
 * R8 RSP, R9 RBP; RDX, R10 and XMM0 to XMM5 are zero; the others are kept.
 * 32-bit callers use int 2Eh: number in EAX, EDX points at the arguments, the
 * NTSTATUS comes back in EAX, and the numbers are those of Windows XP.
 *
 * A handle is (descriptor + 1) << 2; see object.h for what the descriptors are.
 */
#ifndef _UAPI_NTDBG_NTCALL_H
#define _UAPI_NTDBG_NTCALL_H

#include <linux/types.h>
#include <ntdbg/dbgport.h>

/* ustat() of x86-64: with it in the low half of RAX, the high half is a service. */
#define NTDBG_NT_GATEWAY	136u

enum ntdbg_nt_profile {
	NTDBG_PROFILE_WIN10_1511	= 0, /* build 10586, the default */
	NTDBG_PROFILE_WIN10_1507	= 1, /* build 10240 */
	NTDBG_PROFILE_WINXP_X86		= 2, /* what 32-bit callers have */
};

#define NTDBG_NT_STUBS		0x01u /* syscall in the stub range */
#define NTDBG_NT_GATE		0x02u /* syscall with the gateway number */
#define NTDBG_NT_INT_2E		0x04u /* int 2Eh */
#define NTDBG_NT_SYSTEM_CALL	0x08u /* 7FFE0308h is 1: stubs are to use int 2Eh */

/**
 * struct ntdbg_nt_start - NTDBG_IOC_NT_START: the calling process becomes an NT process
 * @size: in: sizeof(struct ntdbg_nt_start)
 * @flags: in: NTDBG_NT_*; at least one of the three entries
 * @profile: in: enum ntdbg_nt_profile, whose numbers 64-bit callers use
 * @reserved: in: 0
 * @stub_start: in: with NTDBG_NT_STUBS: where the stub range begins
 * @stub_length: in: its length in bytes
 * @apc_dispatcher: in: KiUserApcDispatcher of the process, or 0: user APCs are not delivered
 * @exception_dispatcher: in: KiUserExceptionDispatcher, or 0: exceptions go
 *                        straight from the debugger to Linux's own handler
 *
 * At that moment it also gets the page at NTDBG_SHARED_USER_DATA. The
 * descriptor can be closed afterwards.
 *
 * EBUSY: it is one already. EINVAL: unknown flags or profile, no entry, a stub
 * range that is empty, wraps or is not in user space. EEXIST: something is
 * mapped where the shared page has to be. EOPNOTSUPP: a kernel function cannot
 * be hooked (NTDBG_IOC_FEATURE says which). ENOMEM. EMFILE, ENFILE.
 */
struct ntdbg_nt_start {
	__u32 size;
	__u32 flags;
	__u32 profile;
	__u32 reserved;
	__u64 stub_start;
	__u64 stub_length;
	__u64 apc_dispatcher;
	__u64 exception_dispatcher;
};

/* KUSER_SHARED_DATA, one read-only page. */
#define NTDBG_SHARED_USER_DATA	0x7ffe0000u

#define NTDBG_IOC_NT_START	_IO(NTDBG_IOC_MAGIC, 0x70)

#endif /* _UAPI_NTDBG_NTCALL_H */
