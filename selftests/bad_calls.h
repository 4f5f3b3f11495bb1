/* SPDX-License-Identifier: GPL-2.0 */
/* Every ioctl with every kind of bad argument, as a table; include after fixture.h. */
#ifndef NTDBG_SELFTEST_BAD_CALLS_H
#define NTDBG_SELFTEST_BAD_CALLS_H

#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <ntdbg/ntcall.h>

#define NO_PID 0x7ffffff0u

union argument {
	uint32_t size;
	struct ntdbg_info info;
	struct ntdbg_feature feature;
	struct ntdbg_stats stats;
	struct ntdbg_set set;
	struct ntdbg_launch launch;
	struct ntdbg_attach attach;
	struct ntdbg_detach detach;
	struct ntdbg_wait wait;
	struct ntdbg_continue cont;
	struct ntdbg_continue_wait continue_wait;
	struct ntdbg_handle handle;
	struct ntdbg_duplicate duplicate;
	struct ntdbg_open_process open_process;
	struct ntdbg_open_thread open_thread;
	struct ntdbg_raise raise;
	struct ntdbg_nt_start nt_start;
	struct ntdbg_process_info process_info;
	struct ntdbg_process_debug process_debug;
	struct ntdbg_value value;
	struct ntdbg_vm_io vm_io;
	struct ntdbg_vm_protect vm_protect;
	struct ntdbg_region region;
	struct ntdbg_thread_info thread_info;
	struct ntdbg_suspend suspend;
	struct ntdbg_context context;
	unsigned char bytes[8192];
};

/* What a command works on. */
#define ON_DEBUG	0x1u
#define ON_PROCESS	0x2u
#define ON_THREAD	0x4u
#define ON_ALL		(ON_DEBUG | ON_PROCESS | ON_THREAD)
#define NR_OBJECT_TYPES	3

struct command {
	const char *name;
	unsigned long cmd;
	size_t size;
	int good;		/* what a call with good arguments gives here */
	size_t flags_at;	/* offset of the flags, 0: it has none */
	uint32_t flags;		/* those that there are */
	size_t reserved_at;	/* offset of padding that must be 0, 0: none */
	unsigned int on;	/* ON_*; 0 stands for ON_DEBUG */
	bool writes;		/* something into the struct */
	bool opens;		/* a good call gives a descriptor */
};

#define OFFSET(type, field) offsetof(struct type, field)

/*
 * LAUNCH gives EBUSY: the calling process is launched already. The handles bear
 * no right to terminate, so the good call that would end something is refused,
 * after all else has been looked at.
 */
static const struct command commands[] = {
	{ "INFO", NTDBG_IOC_INFO, sizeof(struct ntdbg_info), 0,
	  .reserved_at = OFFSET(ntdbg_info, reserved), .writes = true },
	{ "FEATURE", NTDBG_IOC_FEATURE, sizeof(struct ntdbg_feature), 0,
	  .reserved_at = OFFSET(ntdbg_feature, reserved), .writes = true },
	{ "STATS", NTDBG_IOC_STATS, sizeof(struct ntdbg_stats), 0,
	  .reserved_at = OFFSET(ntdbg_stats, reserved), .writes = true },
	{ "SET", NTDBG_IOC_SET, sizeof(struct ntdbg_set), 0,
	  .flags_at = OFFSET(ntdbg_set, flags), .flags = NTDBG_KILL_ON_CLOSE },
	{ "LAUNCH", NTDBG_IOC_LAUNCH, sizeof(struct ntdbg_launch), -EBUSY,
	  .flags_at = OFFSET(ntdbg_launch, flags),
	  .flags = NTDBG_LAUNCH_INHERIT | NTDBG_LAUNCH_LOADER_BREAK },
	{ "ATTACH", NTDBG_IOC_ATTACH, sizeof(struct ntdbg_attach), -ESRCH,
	  .flags_at = OFFSET(ntdbg_attach, flags),
	  .reserved_at = OFFSET(ntdbg_attach, reserved) },
	{ "DETACH", NTDBG_IOC_DETACH, sizeof(struct ntdbg_detach), -ESRCH,
	  .flags_at = OFFSET(ntdbg_detach, flags),
	  .reserved_at = OFFSET(ntdbg_detach, reserved) },
	{ "WAIT", NTDBG_IOC_WAIT, sizeof(struct ntdbg_wait), -EAGAIN,
	  .flags_at = OFFSET(ntdbg_wait, flags), .flags = NTDBG_WAIT_FILES | NTDBG_WAIT_HANDLES,
	  .writes = true },
	{ "CONTINUE", NTDBG_IOC_CONTINUE, sizeof(struct ntdbg_continue), -ENOENT,
	  .flags_at = OFFSET(ntdbg_continue, flags),
	  .reserved_at = OFFSET(ntdbg_continue, reserved) },
	{ "CONTINUE_WAIT", NTDBG_IOC_CONTINUE_WAIT, sizeof(struct ntdbg_continue_wait), -ENOENT,
	  .flags_at = OFFSET(ntdbg_continue_wait, flags),
	  .flags = NTDBG_WAIT_FILES | NTDBG_WAIT_HANDLES, .writes = true },
	{ "HANDLE", NTDBG_IOC_HANDLE, sizeof(struct ntdbg_handle), 0,
	  .on = ON_ALL, .writes = true },
	{ "DUPLICATE", NTDBG_IOC_DUPLICATE, sizeof(struct ntdbg_duplicate), 0,
	  .on = ON_ALL, .opens = true },
	{ "OPEN_PROCESS", NTDBG_IOC_OPEN_PROCESS, sizeof(struct ntdbg_open_process), -ESRCH,
	  .reserved_at = OFFSET(ntdbg_open_process, reserved) },
	{ "OPEN_THREAD", NTDBG_IOC_OPEN_THREAD, sizeof(struct ntdbg_open_thread), -ESRCH },
	{ "RAISE", NTDBG_IOC_RAISE, sizeof(struct ntdbg_raise), -ENOTCONN,
	  .flags_at = OFFSET(ntdbg_raise, chance), .flags = NTDBG_EXCEPTION_FIRST_CHANCE,
	  .writes = true },
	/* Without an entry, so that the caller does not become an NT process. */
	{ "NT_START", NTDBG_IOC_NT_START, sizeof(struct ntdbg_nt_start), -EINVAL,
	  .flags_at = OFFSET(ntdbg_nt_start, flags),
	  .flags = NTDBG_NT_STUBS | NTDBG_NT_GATE | NTDBG_NT_INT_2E | NTDBG_NT_SYSTEM_CALL,
	  .reserved_at = OFFSET(ntdbg_nt_start, reserved) },
	{ "PROCESS_QUERY", NTDBG_IOC_PROCESS_QUERY, sizeof(struct ntdbg_process_info), 0,
	  .on = ON_PROCESS, .writes = true },
	{ "PROCESS_ATTACH", NTDBG_IOC_PROCESS_ATTACH, sizeof(struct ntdbg_process_debug), -EBADF,
	  .on = ON_PROCESS },
	{ "PROCESS_DETACH", NTDBG_IOC_PROCESS_DETACH, sizeof(struct ntdbg_process_debug), -EBADF,
	  .on = ON_PROCESS },
	{ "DEBUG_OBJECT", NTDBG_IOC_PROCESS_DEBUG_OBJECT, sizeof(struct ntdbg_value), -ENOTCONN,
	  .on = ON_PROCESS },
	{ "INHERIT", NTDBG_IOC_PROCESS_INHERIT, sizeof(struct ntdbg_value), 0,
	  .on = ON_PROCESS, .flags_at = OFFSET(ntdbg_value, value), .flags = 1 },
	{ "PROCESS_TERMINATE", NTDBG_IOC_PROCESS_TERMINATE, sizeof(struct ntdbg_value), -EACCES,
	  .on = ON_PROCESS },
	{ "READ", NTDBG_IOC_PROCESS_READ, sizeof(struct ntdbg_vm_io), 0,
	  .on = ON_PROCESS, .flags_at = OFFSET(ntdbg_vm_io, flags), .flags = NTDBG_VM_FORCE,
	  .writes = true },
	{ "WRITE", NTDBG_IOC_PROCESS_WRITE, sizeof(struct ntdbg_vm_io), 0,
	  .on = ON_PROCESS, .flags_at = OFFSET(ntdbg_vm_io, flags), .flags = NTDBG_VM_FORCE,
	  .writes = true },
	{ "PROTECT", NTDBG_IOC_PROCESS_PROTECT, sizeof(struct ntdbg_vm_protect), -ENOMEM,
	  .on = ON_PROCESS, .flags_at = OFFSET(ntdbg_vm_protect, protection),
	  .flags = PROT_READ | PROT_WRITE | PROT_EXEC,
	  .reserved_at = OFFSET(ntdbg_vm_protect, reserved) },
	{ "REGION", NTDBG_IOC_PROCESS_REGION, sizeof(struct ntdbg_region), 0,
	  .on = ON_PROCESS, .reserved_at = OFFSET(ntdbg_region, reserved), .writes = true },
	{ "THREAD_QUERY", NTDBG_IOC_THREAD_QUERY, sizeof(struct ntdbg_thread_info), 0,
	  .on = ON_THREAD, .writes = true },
	{ "SUSPEND", NTDBG_IOC_THREAD_SUSPEND, sizeof(struct ntdbg_suspend), 0,
	  .on = ON_THREAD, .writes = true },
	{ "RESUME", NTDBG_IOC_THREAD_RESUME, sizeof(struct ntdbg_suspend), 0,
	  .on = ON_THREAD, .writes = true },
	{ "THREAD_TERMINATE", NTDBG_IOC_THREAD_TERMINATE, sizeof(struct ntdbg_value), -EACCES,
	  .on = ON_THREAD },
	{ "GET_CONTEXT", NTDBG_IOC_THREAD_GET_CONTEXT, sizeof(struct ntdbg_context), 0,
	  .on = ON_THREAD, .flags_at = OFFSET(ntdbg_context, flags), .flags = NTDBG_CONTEXT_ALL,
	  .writes = true },
	{ "SET_CONTEXT", NTDBG_IOC_THREAD_SET_CONTEXT, sizeof(struct ntdbg_context), 0,
	  .on = ON_THREAD, .flags_at = OFFSET(ntdbg_context, flags), .flags = NTDBG_CONTEXT_ALL },
};

static inline unsigned int works_on(const struct command *c)
{
	return c->on ? c->on : ON_DEBUG;
}

/* Those that take no argument. */
static const struct command bare_commands[] = {
	{ "CANCEL", NTDBG_IOC_CANCEL, .on = ON_DEBUG },
	{ "PROCESS_SUSPEND", NTDBG_IOC_PROCESS_SUSPEND, .on = ON_PROCESS },
	{ "PROCESS_RESUME", NTDBG_IOC_PROCESS_RESUME, .on = ON_PROCESS },
	{ "BREAK", NTDBG_IOC_PROCESS_BREAK, .on = ON_PROCESS },
	{ "HIDE", NTDBG_IOC_THREAD_HIDE, .on = ON_THREAD },
};

/* Good arguments; what only goes out holds poison, what lies behind is 0. */
static inline void fill(const struct command *c, union argument *arg, void *buf)
{
	memset(arg, 0, sizeof(*arg));
	switch (c->cmd) {
	case NTDBG_IOC_INFO:
		memset(arg, POISON, sizeof(arg->info));
		arg->info.reserved = 0;
		break;
	case NTDBG_IOC_STATS:
		memset(arg, POISON, sizeof(arg->stats));
		arg->stats.reserved = 0;
		break;
	case NTDBG_IOC_FEATURE:
		memset(arg, POISON, sizeof(arg->feature));
		arg->feature.index = 0;
		arg->feature.reserved = 0;
		break;
	case NTDBG_IOC_ATTACH:
		arg->attach.pid = NO_PID;
		break;
	case NTDBG_IOC_DETACH:
		arg->detach.pid = NO_PID;
		break;
	case NTDBG_IOC_WAIT:
		arg->wait.buf = (uintptr_t)buf;
		arg->wait.buf_size = NTDBG_EVENT_MAX_SIZE;
		arg->wait.event_size = 0xa5a5a5a5;
		break;
	case NTDBG_IOC_CONTINUE:
		arg->cont.pid = NO_PID;
		arg->cont.tid = NO_PID;
		arg->cont.status = NTDBG_DBG_CONTINUE;
		break;
	case NTDBG_IOC_CONTINUE_WAIT:
		arg->continue_wait.pid = NO_PID;
		arg->continue_wait.tid = NO_PID;
		arg->continue_wait.status = NTDBG_DBG_CONTINUE;
		arg->continue_wait.buf = (uintptr_t)buf;
		arg->continue_wait.buf_size = NTDBG_EVENT_MAX_SIZE;
		arg->continue_wait.event_size = 0xa5a5a5a5;
		break;
	case NTDBG_IOC_HANDLE:
		memset(arg, POISON, sizeof(arg->handle));
		break;
	case NTDBG_IOC_OPEN_PROCESS:
		arg->open_process.pid = NO_PID;
		break;
	case NTDBG_IOC_OPEN_THREAD:
		arg->open_thread.tid = NO_PID;
		break;
	case NTDBG_IOC_RAISE:
		arg->raise.nr_parameters = NTDBG_RAISE_MAX_PARAMETERS;
		arg->raise.status = 0xa5a5a5a5;
		break;
	case NTDBG_IOC_NT_START:
		/* A range that is not there, whatever the flags. */
		arg->nt_start.stub_start = 1;
		break;
	case NTDBG_IOC_PROCESS_QUERY:
		memset(arg, POISON, sizeof(arg->process_info));
		break;
	case NTDBG_IOC_PROCESS_ATTACH:
	case NTDBG_IOC_PROCESS_DETACH:
		arg->process_debug.debug_fd = -1;
		break;
	case NTDBG_IOC_PROCESS_READ:
	case NTDBG_IOC_PROCESS_WRITE:
		/* Of nothing, which is there. */
		arg->vm_io.address = 4096;
		arg->vm_io.buf = (uintptr_t)buf;
		arg->vm_io.done = 0xa5a5a5a5;
		break;
	case NTDBG_IOC_PROCESS_PROTECT:
		arg->vm_protect.address = 4096;
		arg->vm_protect.length = 4096;
		break;
	case NTDBG_IOC_THREAD_QUERY:
		memset(arg, POISON, sizeof(arg->thread_info));
		break;
	case NTDBG_IOC_THREAD_GET_CONTEXT:
	case NTDBG_IOC_THREAD_SET_CONTEXT:
		/* The part at the end: of what is not asked for nothing is touched. */
		arg->context.flags = NTDBG_CONTEXT_FLOATING_POINT;
		break;
	}
	arg->size = c->size;
}

static inline uint32_t *word_at(union argument *arg, size_t offset)
{
	return (uint32_t *)(arg->bytes + offset);
}

/* A call that fails has written nothing, but CONTINUE_WAIT that it did nothing. */
static inline bool untouched(const struct command *c, const union argument *before,
			     const union argument *after)
{
	union argument expected = *before;

	if (c->cmd == NTDBG_IOC_CONTINUE_WAIT && !after->continue_wait.done)
		expected.continue_wait.done = 0;
	return !memcmp(&expected, after, sizeof(expected));
}

#endif /* NTDBG_SELFTEST_BAD_CALLS_H */
