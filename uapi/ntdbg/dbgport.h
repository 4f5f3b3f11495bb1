/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The NT debug port on Linux: the types and numbers of /dev/dbgport.
 *
 * open("/dev/dbgport") makes a debug object; the file descriptor is its
 * handle, the last close tears it down. A process is put under it by
 * NTDBG_IOC_LAUNCH (by the process itself, before execve) or by
 * NTDBG_IOC_ATTACH. Every debug event holds the thread that it is about until
 * NTDBG_IOC_CONTINUE answers it. Of one process at most one event is handed
 * out at a time; its further events wait their turn. What a debugger does
 * with processes and threads beyond that is in object.h.
 *
 * poll() says EPOLLIN while an event can be had and EPOLLHUP once processes
 * were there and all of them are gone. read() gives as many whole records as
 * fit (never a file descriptor in them) and marks each as handed out.
 *
 * Rules of every ioctl: the struct begins with its own size, as the caller
 * compiled it; shorter than its first version is EINVAL, a longer one than the
 * module knows must have a tail of zeroes (E2BIG). Unknown flags and set padding are EINVAL, a bad
 * pointer is EFAULT, an unknown command is ENOTTY. An ioctl that fails has
 * done nothing, unless its own text says otherwise.
 */
#ifndef _UAPI_NTDBG_DBGPORT_H
#define _UAPI_NTDBG_DBGPORT_H

#include <linux/types.h>
#include <linux/ioctl.h>

#define NTDBG_DEVICE "/dev/dbgport"

/* Counted up when a program built for the older one would no longer work. */
#define NTDBG_ABI_VERSION 1

/* ---- event records ------------------------------------------------------ */

/*
 * Values of ntdbg_event.type. They are not DBGKM_APINUMBER, DBG_STATE or
 * dwDebugEventCode; those three already differ from one another.
 */
enum ntdbg_event_type {
	NTDBG_EVENT_EXCEPTION		= 1,
	NTDBG_EVENT_CREATE_THREAD	= 2,
	NTDBG_EVENT_CREATE_PROCESS	= 3,
	NTDBG_EVENT_EXIT_THREAD		= 4,
	NTDBG_EVENT_EXIT_PROCESS	= 5,
	NTDBG_EVENT_LOAD_IMAGE		= 6,
	NTDBG_EVENT_UNLOAD_IMAGE	= 7,
};

/* ntdbg_event.flags */
#define NTDBG_EVENT_F_FAKE	0x01u /* made by attach, not by the thread */
#define NTDBG_EVENT_F_NOT_HELD	0x02u /* the thread did not wait: it was killed */
#define NTDBG_EVENT_F_EXEC	0x04u /* old image's exit or new one's creation in execve */
#define NTDBG_EVENT_F_FORK	0x08u /* creation by fork, vfork or clone */
#define NTDBG_EVENT_F_NO_PATH	0x10u /* the path could not be told */
#define NTDBG_EVENT_F_REPLAY	0x20u /* listed again after DBG_REPLY_LATER */

/**
 * struct ntdbg_event - the header that every record begins with
 * @type: enum ntdbg_event_type
 * @size: of the whole record in bytes, a multiple of 8; the next one follows
 * @flags: NTDBG_EVENT_F_*
 * @cpu: where the event was made
 * @seq: counts the events of this debug object from 1, without gaps
 * @time_ns: CLOCK_MONOTONIC, in nanoseconds, when the event was made
 * @pid: process id, as the pid namespace of the reader has it
 * @tid: thread id, likewise
 */
struct ntdbg_event {
	__u32 type;
	__u32 size;
	__u32 flags;
	__u32 cpu;
	__u64 seq;
	__u64 time_ns;
	__u32 pid;
	__u32 tid;
};

/**
 * struct ntdbg_image - what a record says about one mapped ELF file
 * @base: address of the file's first byte in the process
 * @end: end of the mapped range (exclusive), as it was when the event was made
 * @entry: address the program starts at (CREATE_PROCESS only, AT_ENTRY), else 0
 * @dev: device of the file, as major << 32 | minor
 * @ino: inode number of the file
 * @file_fd: a new O_RDONLY|O_CLOEXEC descriptor of the file in the process
 *           that waited, when it asked with NTDBG_WAIT_FILES and may read the
 *           file; else -1. It belongs to that process.
 * @path_offset: of the path, counted from the start of the record; 0 if none
 * @path_len: of the path in bytes, without the NUL that ends it
 * @reserved: 0
 */
struct ntdbg_image {
	__u64 base;
	__u64 end;
	__u64 entry;
	__u64 dev;
	__u64 ino;
	__s32 file_fd;
	__u32 path_offset;
	__u32 path_len;
	__u32 reserved;
};

/* CREATE_PROCESS: @ppid is the parent's process id. */
struct ntdbg_event_create_process {
	struct ntdbg_event hdr;
	struct ntdbg_image image;
	__u64 start_address;	/* first user instruction of the initial thread */
	__u64 stack;		/* its stack pointer there */
	__u32 ppid;
	__u32 reserved;
	__s32 process_fd;	/* handles (object.h) with all rights in the process that waited, */
	__s32 thread_fd;	/* if it asked with NTDBG_WAIT_HANDLES; else -1 */
};

/* CREATE_THREAD. Of a thread that attach found, the registers are not known: 0. */
struct ntdbg_event_create_thread {
	struct ntdbg_event hdr;
	__u64 start_address;	/* first user instruction of the thread */
	__u64 stack;		/* its stack pointer there */
	__u64 tls;		/* FS base */
	__s32 thread_fd;	/* as in CREATE_PROCESS */
	__u32 reserved;
};

/* LOAD_IMAGE and UNLOAD_IMAGE. */
struct ntdbg_event_image {
	struct ntdbg_event hdr;
	struct ntdbg_image image;
};

/*
 * struct ntdbg_regs - the user registers, in the order of user_regs_struct
 */
struct ntdbg_regs {
	__u64 r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8;
	__u64 rax, rcx, rdx, rsi, rdi, orig_rax, rip, cs, eflags, rsp, ss;
	__u64 fs_base, gs_base, ds, es, fs, gs;
};

#define NTDBG_INSN_MAX 16

/**
 * struct ntdbg_fault - the Linux and x86 facts of one synchronous fault
 * @signo: the signal that Linux makes of it (SIGSEGV, SIGTRAP, ...)
 * @code: si_code
 * @error: si_errno; for SEGV_PKUERR the protection key, si_pkey
 * @trap: x86 trap number (thread.trap_nr)
 * @error_code: x86 error code (thread.error_code)
 * @insn_len: how many bytes of @insn are filled
 * @address: si_addr
 * @ip: instruction pointer that the CPU reported (after the int3 of a breakpoint)
 * @insn: the instruction at the fault: at @ip, for int3 at @ip - 1
 * @in_guard_gap: 1 if @address lies in the guard gap below the stack
 * @mxcsr: SSE control and status
 * @fsw: x87 status word, bit 31 set if @mxcsr and @fsw are known
 * @dr6: debug status of trap 1: bit 14 for a single step, 0 to 3 for a debug register
 * @regs: all user registers
 */
struct ntdbg_fault {
	__s32 signo;
	__s32 code;
	__s32 error;
	__u32 trap;
	__u64 error_code;
	__u64 address;
	__u64 ip;
	__u8 insn[NTDBG_INSN_MAX];
	__u32 insn_len;
	__u32 in_guard_gap;
	__u32 mxcsr;
	__u32 fsw;
	__u64 dr6;
	struct ntdbg_regs regs;
};

/*
 * EXCEPTION. A first chance comes before Linux makes a signal of the fault, a
 * second one when no handler is there and the default action would kill. What
 * NT calls a fast fail (int 29h) has only a second chance.
 *
 * What the debugger writes to the registers at a first chance holds if it
 * answers "handled"; if not, the program's handler sees them as they were at the
 * fault. At the second chance of a breakpoint rip is that of the int3.
 */
#define NTDBG_EXCEPTION_FIRST_CHANCE	0x01u
#define NTDBG_EXCEPTION_LOADER_BREAK	0x02u /* see NTDBG_LAUNCH_LOADER_BREAK */
#define NTDBG_EXCEPTION_SOFTWARE	0x04u /* no fault: @software; @fault has regs and ip */
#define NTDBG_EXCEPTION_BREAK_IN	0x08u /* asked for by NTDBG_IOC_PROCESS_BREAK */

#define NTDBG_EXCEPTION_MAX_PARAMETERS 15

/* An exception made by software: NTDBG_IOC_RAISE in object.h, or int 2Dh with EAX 1. */
struct ntdbg_software {
	__u32 code;
	__u32 flags;
	__u64 address;
	__u64 record;
	__u32 nr_parameters;
	__u32 reserved;
	__u64 information[NTDBG_EXCEPTION_MAX_PARAMETERS];
};

struct ntdbg_event_exception {
	struct ntdbg_event hdr;
	__u32 chance;		/* NTDBG_EXCEPTION_* */
	__u32 reserved;
	struct ntdbg_fault fault;
	/* The record ends here without NTDBG_EXCEPTION_SOFTWARE. */
	struct ntdbg_software software;
};

#define NTDBG_EVENT_EXCEPTION_SIZE	(sizeof(struct ntdbg_event_exception) - \
					 sizeof(struct ntdbg_software))

/*
 * EXIT_THREAD and EXIT_PROCESS. @fault is that of the exception which ended
 * the process, if one did (NTDBG_EXIT_BY_EXCEPTION), else zeroes.
 */
#define NTDBG_EXIT_BY_EXCEPTION	0x01u
#define NTDBG_EXIT_TERMINATED	0x02u /* by a terminating call, with @nt_status */

struct ntdbg_event_exit {
	struct ntdbg_event hdr;
	__u32 wait_status;	/* as waitpid() gives it */
	__u32 how;		/* NTDBG_EXIT_* */
	struct ntdbg_fault fault;
	__u32 nt_status;
	__u32 reserved;
};

/* No record is longer than this; a buffer of this size always does. */
#define NTDBG_EVENT_MAX_SIZE 8192

/* ---- continue statuses --------------------------------------------------- */

/* The NTSTATUS values that NTDBG_IOC_CONTINUE takes; any other is EINVAL. */
#define NTDBG_DBG_EXCEPTION_HANDLED	0x00010001u
#define NTDBG_DBG_CONTINUE		0x00010002u
#define NTDBG_DBG_REPLY_LATER		0x40010001u
#define NTDBG_DBG_TERMINATE_THREAD	0x40010003u
#define NTDBG_DBG_TERMINATE_PROCESS	0x40010004u
#define NTDBG_DBG_EXCEPTION_NOT_HANDLED	0x80010001u

/* ---- ioctls ---------------------------------------------------------------- */

#define NTDBG_IOC_MAGIC 0xDE

/**
 * struct ntdbg_info - NTDBG_IOC_INFO: what this module is and can do
 * @size: in: sizeof(struct ntdbg_info)
 * @abi_version: NTDBG_ABI_VERSION of the module
 * @version: of the module, as text with a NUL
 * @nr_features: how many features NTDBG_IOC_FEATURE knows
 * @reserved: 0
 */
struct ntdbg_info {
	__u32 size;
	__u32 abi_version;
	char version[32];
	__u32 nr_features;
	__u32 reserved;
};

enum ntdbg_feature_state {
	NTDBG_FEATURE_ABSENT	= 0,	/* @reason says why; the rest works */
	NTDBG_FEATURE_PRESENT	= 1,
	NTDBG_FEATURE_NEEDED	= 2,	/* absent too, and nothing works without it */
};

/**
 * struct ntdbg_feature - NTDBG_IOC_FEATURE: one thing the kernel has or lacks
 * @size: in: sizeof(struct ntdbg_feature)
 * @index: in: 0 ... nr_features - 1; else ENOENT
 * @state: enum ntdbg_feature_state
 * @reserved: in: 0
 * @name: such as "exceptions"
 * @reason: when absent: a sentence that names the symbol or setting
 */
struct ntdbg_feature {
	__u32 size;
	__u32 index;
	__u32 state;
	__u32 reserved;
	char name[32];
	char reason[128];
};

/**
 * struct ntdbg_stats - NTDBG_IOC_STATS: what exists now, on the whole machine
 * @size: in: sizeof(struct ntdbg_stats)
 * @reserved: 0
 * @debug_objects: open debug objects
 * @processes: process objects, those of dead processes with a listed event too
 * @threads: thread objects
 * @images: image objects
 * @events_listed: events not yet continued
 * @events_sent: events since the module was loaded
 * @hooks_armed: kernel functions hooked now
 * @active: wrappers and callbacks of ours that are running or held now
 * @missed: events that could not be made (no memory, or in a context that may
 *          not sleep)
 */
struct ntdbg_stats {
	__u32 size;
	__u32 reserved;
	__u64 debug_objects;
	__u64 processes;
	__u64 threads;
	__u64 images;
	__u64 events_listed;
	__u64 events_sent;
	__u64 hooks_armed;
	__u64 active;
	__u64 missed;
};

/* NTDBG_IOC_SET: @flags replace the debug object's flags. */
#define NTDBG_KILL_ON_CLOSE	0x01u /* the last close kills what is still attached */

struct ntdbg_set {
	__u32 size;
	__u32 flags;
};

/*
 * NTDBG_IOC_LAUNCH: the calling process puts itself under this debug object;
 * events begin with its next successful execve. EINVAL: it has several
 * threads. EBUSY: it is under one already. ENOMEM. EOPNOTSUPP: a needed kernel
 * function cannot be hooked (NTDBG_IOC_FEATURE says which).
 *
 * The initial breakpoint comes when the dynamic loader is done, at the
 * program's entry point. EBUSY also while somebody attaches to the process.
 */
#define NTDBG_LAUNCH_INHERIT		0x01u /* its children are debugged too (DEBUG_PROCESS) */
#define NTDBG_LAUNCH_LOADER_BREAK	0x02u /* report the initial breakpoint */

struct ntdbg_launch {
	__u32 size;
	__u32 flags;
};

/*
 * NTDBG_IOC_ATTACH: put a running process under this debug object. Its
 * threads stop; the process, its threads and its images are reported as
 * events with NTDBG_EVENT_F_FAKE, and each thread runs on when its own
 * creation event is continued.
 *
 * ESRCH: no such process (a thread's id is none). EDEADLK: the caller itself.
 * EACCES: a kernel thread. EPERM: the caller may not trace it. EBUSY: it has a
 * debug port already. EOWNERDEAD: it is exiting. ENOMEM. EOPNOTSUPP as above.
 */
struct ntdbg_attach {
	__u32 size;
	__u32 flags;		/* 0 */
	__u32 pid;
	__u32 reserved;		/* 0 */
};

/*
 * NTDBG_IOC_DETACH: take the process away from this debug object. Its listed
 * events are dropped, a thread held at an exception goes on as "not handled".
 * ESRCH: no such process. ENOTCONN: it is not under this debug object.
 */
struct ntdbg_detach {
	__u32 size;
	__u32 flags;		/* 0 */
	__u32 pid;
	__u32 reserved;		/* 0 */
};

#define NTDBG_WAIT_FILES	0x01u /* fill ntdbg_image.file_fd */
#define NTDBG_WAIT_HANDLES	0x02u /* fill process_fd and thread_fd of CREATE_* */

#define NTDBG_WAIT_FOREVER	(~0ull)

/**
 * struct ntdbg_wait - NTDBG_IOC_WAIT: take one event
 * @size: in: sizeof(struct ntdbg_wait)
 * @flags: in: NTDBG_WAIT_*
 * @deadline_ns: in: CLOCK_MONOTONIC time to give up at; 0 does not wait,
 *               NTDBG_WAIT_FOREVER waits without end
 * @buf: in: address of the buffer for the record
 * @buf_size: in: its size
 * @event_size: out: size of the record; with EMSGSIZE, the size it needs
 *
 * EAGAIN: nothing there and @deadline_ns is 0. ETIMEDOUT. ECHILD: no process is
 * left that an event could come from. EMSGSIZE: @buf is too small, the event
 * stays. EFAULT: the event stays. EINTR. ECANCELED: by NTDBG_IOC_CANCEL.
 * O_NONBLOCK does not matter here.
 */
struct ntdbg_wait {
	__u32 size;
	__u32 flags;
	__u64 deadline_ns;
	__u64 buf;
	__u32 buf_size;
	__u32 event_size;
};

/**
 * struct ntdbg_continue - NTDBG_IOC_CONTINUE: answer an event that was handed out
 * @size: in: sizeof(struct ntdbg_continue)
 * @flags: in: 0
 * @pid: in: of the event
 * @tid: in: of the event
 * @status: in: NTDBG_DBG_*; any other is EINVAL, before anything else is looked at
 * @reserved: in: 0
 *
 * ENOENT: no event of this process and thread is handed out now. (Its thread
 * may have been killed meanwhile; then its exit event comes next. Or the process
 * was detached, also by an execve that gained rights.)
 *
 * DBG_REPLY_LATER is no answer: the event leaves the list, the other threads run
 * and may report events of their own, and when the thread is not suspended (any
 * more) the same event is listed again, as the last one, with a new seq and
 * NTDBG_EVENT_F_REPLAY.
 */
struct ntdbg_continue {
	__u32 size;
	__u32 flags;
	__u32 pid;
	__u32 tid;
	__u32 status;
	__u32 reserved;
};

/* ntdbg_continue_wait.done */
#define NTDBG_DONE_CONTINUE	0x01u
#define NTDBG_DONE_WAIT		0x02u

/**
 * struct ntdbg_continue_wait - NTDBG_IOC_CONTINUE_WAIT: answer one event, take the next
 * @size: in: sizeof(struct ntdbg_continue_wait)
 * @done: out: NTDBG_DONE_*: which half happened, also when the call fails
 * @pid: in: as in struct ntdbg_continue
 * @tid: in: likewise
 * @status: in: likewise
 * @flags: in: NTDBG_WAIT_*, as in struct ntdbg_wait
 * @deadline_ns: in: likewise
 * @buf: in: likewise
 * @buf_size: in: likewise
 * @event_size: out: likewise
 *
 * Everything is checked before the event is answered. Errors as of the two.
 * With an error and NTDBG_DONE_CONTINUE in @done (ETIMEDOUT, EINTR, ECHILD ...)
 * go on with NTDBG_IOC_WAIT.
 */
struct ntdbg_continue_wait {
	__u32 size;
	__u32 done;
	__u32 pid;
	__u32 tid;
	__u32 status;
	__u32 flags;
	__u64 deadline_ns;
	__u64 buf;
	__u32 buf_size;
	__u32 event_size;
};

/* The structs tell their size themselves, so the numbers do not. */
#define NTDBG_IOC_INFO		_IO(NTDBG_IOC_MAGIC, 0x00)
#define NTDBG_IOC_FEATURE	_IO(NTDBG_IOC_MAGIC, 0x01)
#define NTDBG_IOC_STATS		_IO(NTDBG_IOC_MAGIC, 0x02)
#define NTDBG_IOC_SET		_IO(NTDBG_IOC_MAGIC, 0x03)
#define NTDBG_IOC_LAUNCH	_IO(NTDBG_IOC_MAGIC, 0x10)
#define NTDBG_IOC_ATTACH	_IO(NTDBG_IOC_MAGIC, 0x11)
#define NTDBG_IOC_DETACH	_IO(NTDBG_IOC_MAGIC, 0x12)
#define NTDBG_IOC_WAIT		_IO(NTDBG_IOC_MAGIC, 0x20)
#define NTDBG_IOC_CONTINUE	_IO(NTDBG_IOC_MAGIC, 0x21)
#define NTDBG_IOC_CONTINUE_WAIT	_IO(NTDBG_IOC_MAGIC, 0x22)

#endif /* _UAPI_NTDBG_DBGPORT_H */
