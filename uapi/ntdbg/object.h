/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * NT's objects as Linux file descriptors: handles of processes, of threads and
 * of debug objects, and what can be done with them.
 *
 * A handle is a file descriptor that bears the rights it was opened with, in
 * NT's own bits. Closing, inheriting and passing it on are Linux's. It is made
 * close-on-exec.
 *
 * Rights are asked for twice. When a handle is opened, and again with each call
 * that reads or steers: then the caller must still be allowed to trace the
 * process (PTRACE_MODE_ATTACH_REALCREDS), or the handle came with an event
 * (NTDBG_WAIT_HANDLES) and the process is still under that debug object. A
 * program that gains rights in execve is thus out of reach of older handles.
 *
 * What every call with a handle may say, and does say in this order:
 *   EBADF	no such descriptor
 *   ENOTTY	a descriptor, but of another type (STATUS_OBJECT_TYPE_MISMATCH)
 *   EFAULT	a bad pointer
 *   EINVAL, E2BIG	a bad size, unknown flags, set padding: see dbgport.h
 *   EACCES	the handle lacks the right (STATUS_ACCESS_DENIED)
 *   EPERM	the caller may not trace the process (any more)
 *   EOWNERDEAD	the process or thread is exiting or gone
 */
#ifndef _UAPI_NTDBG_OBJECT_H
#define _UAPI_NTDBG_OBJECT_H

#include <linux/types.h>
#include <ntdbg/dbgport.h>

/* ---- access rights: NT's values -------------------------------------------- */

#define NTDBG_PROCESS_TERMINATE			0x0001u
#define NTDBG_PROCESS_CREATE_THREAD		0x0002u
#define NTDBG_PROCESS_VM_OPERATION		0x0008u
#define NTDBG_PROCESS_VM_READ			0x0010u
#define NTDBG_PROCESS_VM_WRITE			0x0020u
#define NTDBG_PROCESS_DUP_HANDLE		0x0040u
#define NTDBG_PROCESS_SET_INFORMATION		0x0200u
#define NTDBG_PROCESS_QUERY_INFORMATION		0x0400u
#define NTDBG_PROCESS_SUSPEND_RESUME		0x0800u
#define NTDBG_PROCESS_QUERY_LIMITED		0x1000u
#define NTDBG_PROCESS_ALL_ACCESS		0x1fffffu

#define NTDBG_THREAD_TERMINATE			0x0001u
#define NTDBG_THREAD_SUSPEND_RESUME		0x0002u
#define NTDBG_THREAD_GET_CONTEXT		0x0008u
#define NTDBG_THREAD_SET_CONTEXT		0x0010u
#define NTDBG_THREAD_SET_INFORMATION		0x0020u
#define NTDBG_THREAD_QUERY_INFORMATION		0x0040u
#define NTDBG_THREAD_SET_LIMITED		0x0400u
#define NTDBG_THREAD_QUERY_LIMITED		0x0800u
#define NTDBG_THREAD_ALL_ACCESS			0x1fffffu

#define NTDBG_DEBUG_READ_EVENT			0x0001u
#define NTDBG_DEBUG_PROCESS_ASSIGN		0x0002u
#define NTDBG_DEBUG_SET_INFORMATION		0x0004u
#define NTDBG_DEBUG_QUERY_INFORMATION		0x0008u
#define NTDBG_DEBUG_ALL_ACCESS			0x1f000fu

/*
 * Also taken where rights are asked for; mapped to the above as NT does it.
 * MAXIMUM_ALLOWED gives all rights of the type.
 */
#define NTDBG_ACCESS_SYNCHRONIZE		0x00100000u
#define NTDBG_ACCESS_MAXIMUM_ALLOWED		0x02000000u
#define NTDBG_ACCESS_GENERIC_ALL		0x10000000u
#define NTDBG_ACCESS_GENERIC_EXECUTE		0x20000000u
#define NTDBG_ACCESS_GENERIC_WRITE		0x40000000u
#define NTDBG_ACCESS_GENERIC_READ		0x80000000u

/* ---- any handle --------------------------------------------------------------- */

enum ntdbg_object_type {
	NTDBG_OBJECT_DEBUG	= 1,
	NTDBG_OBJECT_PROCESS	= 2,
	NTDBG_OBJECT_THREAD	= 3,
	/* These come from NT services alone. */
	NTDBG_OBJECT_SECTION	= 4,
	NTDBG_OBJECT_EVENT	= 5,
	NTDBG_OBJECT_SEMAPHORE	= 6,
	NTDBG_OBJECT_MUTANT	= 7,
	NTDBG_OBJECT_TIMER	= 8,
	NTDBG_OBJECT_DIRECTORY	= 9,
	NTDBG_OBJECT_SYMBOLIC_LINK = 10,
	NTDBG_OBJECT_KEYED_EVENT = 11,
	NTDBG_OBJECT_EVENT_PAIR	= 12,
	NTDBG_OBJECT_IO_COMPLETION = 13,
};

/**
 * struct ntdbg_handle - NTDBG_IOC_HANDLE: what a handle is
 * @size: in: sizeof(struct ntdbg_handle)
 * @type: out: enum ntdbg_object_type
 * @access: out: the rights it bears, mapped
 * @handles: out: how many open handles the object has (debug objects), else 0
 */
struct ntdbg_handle {
	__u32 size;
	__u32 type;
	__u32 access;
	__u32 handles;
};

/**
 * struct ntdbg_duplicate - NTDBG_IOC_DUPLICATE: another handle of the same object
 * @size: in: sizeof(struct ntdbg_duplicate)
 * @access: in: the rights of the new handle; EACCES if the old one lacks one of them
 *
 * Returns the new descriptor. A debug object lives until the last handle is closed.
 */
struct ntdbg_duplicate {
	__u32 size;
	__u32 access;
};

/* ---- with a debug object --------------------------------------------------- */

/**
 * struct ntdbg_open_process - NTDBG_IOC_OPEN_PROCESS
 * @size: in: sizeof(struct ntdbg_open_process)
 * @access: in: NTDBG_PROCESS_*
 * @pid: in: its process id
 * @reserved: in: 0
 *
 * Returns a descriptor. ESRCH: no such process. EACCES: a kernel thread.
 * EPERM: the caller may not trace it (QUERY_LIMITED alone: may not even look).
 */
struct ntdbg_open_process {
	__u32 size;
	__u32 access;
	__u32 pid;
	__u32 reserved;
};

/* NTDBG_IOC_OPEN_THREAD, likewise. @pid 0 stands for any; else ESRCH if @tid is not of it. */
struct ntdbg_open_thread {
	__u32 size;
	__u32 access;
	__u32 pid;
	__u32 tid;
};

/*
 * NTDBG_IOC_CANCEL (no argument; needs READ_EVENT): every wait that is under
 * way on this debug object, by whichever thread, ends with ECANCELED. Later
 * waits are as before.
 */

#define NTDBG_RAISE_MAX_PARAMETERS 15

/**
 * struct ntdbg_raise - NTDBG_IOC_RAISE: an exception made by software, of the calling thread
 * @size: in: sizeof(struct ntdbg_raise)
 * @chance: in: NTDBG_EXCEPTION_FIRST_CHANCE or 0 for the second
 * @code: in: exception code
 * @flags: in: EXCEPTION_*
 * @address: in: where it was raised
 * @record: in: address of a chained record, or 0
 * @nr_parameters: in: at most NTDBG_RAISE_MAX_PARAMETERS
 * @status: out: how the debugger answered (NTDBG_DBG_*)
 * @information: in: the parameters
 *
 * It goes to the debug port of the calling process, whichever debug object the
 * descriptor is. The thread is held until it is answered. ENOTCONN: there is
 * no debug port (or it went away), or the thread is hidden. EINTR: killed.
 */
struct ntdbg_raise {
	__u32 size;
	__u32 chance;
	__u32 code;
	__u32 flags;
	__u64 address;
	__u64 record;
	__u32 nr_parameters;
	__u32 status;
	__u64 information[NTDBG_RAISE_MAX_PARAMETERS];
};

/* ---- with a process ------------------------------------------------------------ */

#define NTDBG_PROCESS_DEBUGGED	0x01u /* it has a debug port */
#define NTDBG_PROCESS_INHERIT	0x02u /* its children will be under the same one */
#define NTDBG_PROCESS_EXITING	0x04u /* its end has begun */
#define NTDBG_PROCESS_EXITED	0x08u /* no thread of it is left */
#define NTDBG_PROCESS_STATUS	0x10u /* @wait_status is known */
#define NTDBG_PROCESS_NT_STATUS	0x20u /* @nt_status was given by NTDBG_IOC_PROCESS_TERMINATE */

/**
 * struct ntdbg_process_info - NTDBG_IOC_PROCESS_QUERY (QUERY_LIMITED)
 * @size: in: sizeof(struct ntdbg_process_info)
 * @flags: out: NTDBG_PROCESS_*
 * @pid: out: process id, as the caller's pid namespace has it
 * @ppid: out: its parent's, 0 if there is none there
 * @nr_threads: out: how many threads it has
 * @wait_status: out: as waitpid() gives it, with NTDBG_PROCESS_STATUS
 * @nt_status: out: with NTDBG_PROCESS_NT_STATUS
 * @reserved: out: 0
 * @start_time_ns: out: when it began, CLOCK_BOOTTIME
 * @user_ns: out: time it has spent in user mode
 * @kernel_ns: out: time it has spent in the kernel
 * @entry: out: where its program begins (AT_ENTRY), 0 if that is not known
 */
struct ntdbg_process_info {
	__u32 size;
	__u32 flags;
	__u32 pid;
	__u32 ppid;
	__u32 nr_threads;
	__u32 wait_status;
	__u32 nt_status;
	__u32 reserved;
	__u64 start_time_ns;
	__u64 user_ns;
	__u64 kernel_ns;
	__u64 entry;
};

/*
 * NTDBG_IOC_PROCESS_ATTACH (SUSPEND_RESUME; @debug_fd: PROCESS_ASSIGN): NT's
 * NtDebugActiveProcess. Errors of NTDBG_IOC_ATTACH; the process handle is
 * looked at first, then EDEADLK, then @debug_fd: EBADF, ENOTTY, EACCES.
 * ESHUTDOWN: the debug object is being torn down.
 *
 * NTDBG_IOC_PROCESS_DETACH: NtRemoveProcessDebug. ENOTCONN: it is not under
 * that debug object.
 */
struct ntdbg_process_debug {
	__u32 size;
	__s32 debug_fd;
};

/*
 * NTDBG_IOC_PROCESS_DEBUG_OBJECT (QUERY_INFORMATION): returns a new handle of
 * the process's debug object, with @value as its rights. ENOTCONN: it has none.
 *
 * NTDBG_IOC_PROCESS_INHERIT (SET_INFORMATION): @value 1: children will be under
 * the process's debug object, 0: not; else EINVAL. It also holds for a debug
 * port that the process gets later, except that an attach sets it to 0.
 *
 * NTDBG_IOC_PROCESS_TERMINATE (TERMINATE): kill the process. @value is the
 * NTSTATUS that its exit event and NTDBG_IOC_PROCESS_QUERY tell. With
 * DBG_TERMINATE_PROCESS it is taken away from its debug object, too.
 */
struct ntdbg_value {
	__u32 size;
	__u32 value;
};

/*
 * NTDBG_IOC_PROCESS_SUSPEND, _RESUME (SUSPEND_RESUME, no argument): one more or
 * one less for every thread the process has now. A thread that cannot take one
 * more is skipped. They do not wait until the threads stand still. What was
 * suspended runs on when nobody is left who could resume it: when the process
 * has no debug port and no handle is open by which it was suspended.
 *
 * NTDBG_IOC_PROCESS_BREAK (SUSPEND_RESUME, no argument): a breakpoint exception
 * of the process's first thread, wherever that is: all threads stop before they
 * run more user code, none is woken. The event's NTDBG_EXCEPTION_BREAK_IN says
 * so; whatever the answer, they go on. ENOTCONN: it has no debug port. EALREADY:
 * such an event of it is listed.
 */

#define NTDBG_VM_FORCE 0x01u /* also what the process itself may not read or write now */

/**
 * struct ntdbg_vm_io - NTDBG_IOC_PROCESS_READ (VM_READ), _WRITE (VM_WRITE and VM_OPERATION)
 * @size: in: sizeof(struct ntdbg_vm_io)
 * @flags: in: NTDBG_VM_FORCE
 * @address: in: in the process
 * @buf: in: in the caller
 * @length: in: how many bytes
 * @done: out: how many were copied, also when the call fails
 *
 * Copies up to the first byte that cannot be had. EIO if that was not all
 * (STATUS_PARTIAL_COPY). A written breakpoint is seen by all threads; a
 * private mapping of a file is copied, the file stays as it is.
 */
struct ntdbg_vm_io {
	__u32 size;
	__u32 flags;
	__u64 address;
	__u64 buf;
	__u64 length;
	__u64 done;
};

/**
 * struct ntdbg_vm_protect - NTDBG_IOC_PROCESS_PROTECT (VM_OPERATION): mprotect in the process
 * @size: in: sizeof(struct ntdbg_vm_protect)
 * @protection: in: PROT_READ | PROT_WRITE | PROT_EXEC
 * @old_protection: out: of the first page as it was
 * @reserved: in: 0
 * @address: in: rounded down to a page
 * @length: in: rounded up
 *
 * Nothing is changed if some of the range is not mapped: ENOMEM. EPERM, EACCES:
 * as mprotect() for the caller.
 */
struct ntdbg_vm_protect {
	__u32 size;
	__u32 protection;
	__u32 old_protection;
	__u32 reserved;
	__u64 address;
	__u64 length;
};

#define NTDBG_REGION_FREE	0x01u /* nothing is mapped there */
#define NTDBG_REGION_SHARED	0x02u
#define NTDBG_REGION_FILE	0x04u /* of a file: @dev, @ino, @offset, path */
#define NTDBG_REGION_IMAGE	0x08u /* of an ELF file */
#define NTDBG_REGION_STACK	0x10u /* of the main stack */
#define NTDBG_REGION_HEAP	0x20u /* of brk() */

/**
 * struct ntdbg_region - NTDBG_IOC_PROCESS_REGION (QUERY_LIMITED): what lies at an address
 * @size: in: sizeof(struct ntdbg_region)
 * @flags: out: NTDBG_REGION_*
 * @address: in: the address
 * @base: out: start of the range of pages around it that are alike
 * @end: out: end of that range, exclusive
 * @allocation_base: out: start of all that was mapped with it: of the whole file
 *                   for a file, else @base; 0 if free
 * @protection: out: PROT_* now
 * @allocation_protection: out: most that it can have (PROT_*)
 * @dev: out: major << 32 | minor
 * @ino: out: inode number
 * @offset: out: in the file, of @base
 * @path: in: address of a buffer for the file's path, with a NUL; or 0
 * @path_size: in: of that buffer; out: what the path needs, with its NUL; 0 without path
 * @reserved: in: 0
 *
 * EINVAL: @address is none of user space. ENAMETOOLONG: the path does not fit;
 * the rest is filled.
 */
struct ntdbg_region {
	__u32 size;
	__u32 flags;
	__u64 address;
	__u64 base;
	__u64 end;
	__u64 allocation_base;
	__u32 protection;
	__u32 allocation_protection;
	__u64 dev;
	__u64 ino;
	__u64 offset;
	__u64 path;
	__u32 path_size;
	__u32 reserved;
};

/* ---- with a thread -------------------------------------------------------------- */

#define NTDBG_THREAD_HIDDEN	0x01u /* from debuggers: NTDBG_IOC_THREAD_HIDE */
#define NTDBG_THREAD_EXITED	0x02u
#define NTDBG_THREAD_ASLEEP	0x04u /* in a system call */
#define NTDBG_THREAD_LAST	0x08u /* the only one of its process */
#define NTDBG_THREAD_STATUS	0x10u /* @wait_status is known */

/* The most that a thread can be suspended (NT: MAXIMUM_SUSPEND_COUNT). */
#define NTDBG_MAXIMUM_SUSPEND_COUNT 127

/**
 * struct ntdbg_thread_info - NTDBG_IOC_THREAD_QUERY (QUERY_LIMITED)
 * @size: in: sizeof(struct ntdbg_thread_info)
 * @flags: out: NTDBG_THREAD_*
 * @pid: out: of its process
 * @tid: out: its id
 * @suspend_count: out: NT's count
 * @wait_status: out: with NTDBG_THREAD_STATUS
 * @tls: out: FS base
 * @start_time_ns: out: when it began, CLOCK_BOOTTIME
 * @user_ns: out: time in user mode
 * @kernel_ns: out: time in the kernel
 * @name: out: as /proc/PID/task/TID/comm has it, with a NUL
 */
struct ntdbg_thread_info {
	__u32 size;
	__u32 flags;
	__u32 pid;
	__u32 tid;
	__u32 suspend_count;
	__u32 wait_status;
	__u64 tls;
	__u64 start_time_ns;
	__u64 user_ns;
	__u64 kernel_ns;
	char name[16];
};

/*
 * NTDBG_IOC_THREAD_SUSPEND, _RESUME (SUSPEND_RESUME). @previous is the count
 * before. EOVERFLOW: it is at NTDBG_MAXIMUM_SUSPEND_COUNT. Resuming a thread
 * that is not suspended succeeds. A thread that runs user code has stopped when
 * SUSPEND returns; one in a system call goes on with it and stops after it.
 */
struct ntdbg_suspend {
	__u32 size;
	__u32 previous;
};

/*
 * NTDBG_IOC_THREAD_HIDE (SET_INFORMATION, no argument): from now on the thread
 * makes no debug events, and its exceptions go past the debugger. For good.
 *
 * NTDBG_IOC_THREAD_TERMINATE (TERMINATE; struct ntdbg_value): end this thread
 * alone, also one that sleeps; the last one ends the process.
 */

/* ntdbg_context.flags: the low bits of NT's ContextFlags, and one of Linux */
#define NTDBG_CONTEXT_CONTROL		0x01u /* rip rsp eflags cs ss */
#define NTDBG_CONTEXT_INTEGER		0x02u /* the other general registers */
#define NTDBG_CONTEXT_SEGMENTS		0x04u /* ds es fs gs */
#define NTDBG_CONTEXT_FLOATING_POINT	0x08u /* fxsave */
#define NTDBG_CONTEXT_DEBUG_REGISTERS	0x10u /* dr */
#define NTDBG_CONTEXT_TLS		0x100u /* fs_base gs_base */
#define NTDBG_CONTEXT_ALL		0x11fu

/**
 * struct ntdbg_context - NTDBG_IOC_THREAD_GET_CONTEXT (GET_CONTEXT), _SET_CONTEXT (SET_CONTEXT)
 * @size: in: sizeof(struct ntdbg_context)
 * @flags: in: NTDBG_CONTEXT_*: the parts to read or write; the others stay
 *         untouched, in the struct or in the thread
 * @regs: general registers, as struct ntdbg_regs has them. In a system call rax
 *        is -ENOSYS and orig_rax its number; -ENOSYS written back leaves the
 *        call its result. orig_rax cannot be set: whoever sets rip or rax ends
 *        the restarting of an interrupted call.
 * @dr: debug registers 0, 1, 2, 3, 6 and 7 of this thread alone
 * @fxsave: the 512 bytes that FXSAVE writes (MXCSR at 24, ST at 32, XMM at 160)
 *
 * Reading and writing stop the thread for the moment if it runs user code; one
 * that sleeps in a system call is left asleep. What is written to that one
 * holds when the call is over.
 *
 * Writing sanitizes: eflags keep what user code cannot change, cs and ss that
 * are not for user mode become those of 64-bit user code, of debug register 7
 * only the user-mode bits count, and a breakpoint in kernel space is taken out.
 * EINVAL: a reserved MXCSR bit, or an FS or GS base that is not canonical.
 * ENOSPC: the debug registers are in use by somebody else (perf). EOPNOTSUPP:
 * FLOATING_POINT of the calling thread itself, who can load them as well.
 */
struct ntdbg_context {
	__u32 size;
	__u32 flags;
	struct ntdbg_regs regs;
	__u64 dr[6];
	__u8 fxsave[512];
};

/* ---- numbers --------------------------------------------------------------------- */

#define NTDBG_IOC_CANCEL		_IO(NTDBG_IOC_MAGIC, 0x23)
#define NTDBG_IOC_HANDLE		_IO(NTDBG_IOC_MAGIC, 0x30)
#define NTDBG_IOC_DUPLICATE		_IO(NTDBG_IOC_MAGIC, 0x31)
#define NTDBG_IOC_OPEN_PROCESS		_IO(NTDBG_IOC_MAGIC, 0x32)
#define NTDBG_IOC_OPEN_THREAD		_IO(NTDBG_IOC_MAGIC, 0x33)
#define NTDBG_IOC_RAISE			_IO(NTDBG_IOC_MAGIC, 0x40)
#define NTDBG_IOC_PROCESS_QUERY		_IO(NTDBG_IOC_MAGIC, 0x50)
#define NTDBG_IOC_PROCESS_ATTACH	_IO(NTDBG_IOC_MAGIC, 0x51)
#define NTDBG_IOC_PROCESS_DETACH	_IO(NTDBG_IOC_MAGIC, 0x52)
#define NTDBG_IOC_PROCESS_DEBUG_OBJECT	_IO(NTDBG_IOC_MAGIC, 0x53)
#define NTDBG_IOC_PROCESS_INHERIT	_IO(NTDBG_IOC_MAGIC, 0x54)
#define NTDBG_IOC_PROCESS_SUSPEND	_IO(NTDBG_IOC_MAGIC, 0x55)
#define NTDBG_IOC_PROCESS_RESUME	_IO(NTDBG_IOC_MAGIC, 0x56)
#define NTDBG_IOC_PROCESS_TERMINATE	_IO(NTDBG_IOC_MAGIC, 0x57)
#define NTDBG_IOC_PROCESS_BREAK		_IO(NTDBG_IOC_MAGIC, 0x58)
#define NTDBG_IOC_PROCESS_READ		_IO(NTDBG_IOC_MAGIC, 0x59)
#define NTDBG_IOC_PROCESS_WRITE		_IO(NTDBG_IOC_MAGIC, 0x5a)
#define NTDBG_IOC_PROCESS_PROTECT	_IO(NTDBG_IOC_MAGIC, 0x5b)
#define NTDBG_IOC_PROCESS_REGION	_IO(NTDBG_IOC_MAGIC, 0x5c)
#define NTDBG_IOC_THREAD_QUERY		_IO(NTDBG_IOC_MAGIC, 0x60)
#define NTDBG_IOC_THREAD_SUSPEND	_IO(NTDBG_IOC_MAGIC, 0x61)
#define NTDBG_IOC_THREAD_RESUME		_IO(NTDBG_IOC_MAGIC, 0x62)
#define NTDBG_IOC_THREAD_HIDE		_IO(NTDBG_IOC_MAGIC, 0x63)
#define NTDBG_IOC_THREAD_TERMINATE	_IO(NTDBG_IOC_MAGIC, 0x64)
#define NTDBG_IOC_THREAD_GET_CONTEXT	_IO(NTDBG_IOC_MAGIC, 0x65)
#define NTDBG_IOC_THREAD_SET_CONTEXT	_IO(NTDBG_IOC_MAGIC, 0x66)

#endif /* _UAPI_NTDBG_OBJECT_H */
