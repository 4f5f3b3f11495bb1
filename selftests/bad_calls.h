/* SPDX-License-Identifier: GPL-2.0 */
/* Every ioctl with every kind of bad argument, as a table; include after fixture.h. */
#ifndef NTDBG_SELFTEST_BAD_CALLS_H
#define NTDBG_SELFTEST_BAD_CALLS_H

#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

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
	unsigned char bytes[8192];
};

struct command {
	const char *name;
	unsigned long cmd;
	size_t size;
	int good;		/* what a call with good arguments gives here */
	size_t flags_at;	/* offset of the flags, 0: it has none */
	uint32_t flags;		/* those that there are */
	size_t reserved_at;	/* offset of padding that must be 0, 0: none */
};

#define OFFSET(type, field) offsetof(struct type, field)

/*
 * LAUNCH gives EBUSY: the calling process is launched already, see
 * bad_calls_begin().
 */
static const struct command commands[] = {
	{ "INFO", NTDBG_IOC_INFO, sizeof(struct ntdbg_info), 0,
	  .reserved_at = OFFSET(ntdbg_info, reserved) },
	{ "FEATURE", NTDBG_IOC_FEATURE, sizeof(struct ntdbg_feature), 0,
	  .reserved_at = OFFSET(ntdbg_feature, reserved) },
	{ "STATS", NTDBG_IOC_STATS, sizeof(struct ntdbg_stats), 0,
	  .reserved_at = OFFSET(ntdbg_stats, reserved) },
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
	  .flags_at = OFFSET(ntdbg_wait, flags), .flags = NTDBG_WAIT_FILES },
	{ "CONTINUE", NTDBG_IOC_CONTINUE, sizeof(struct ntdbg_continue), -ENOENT,
	  .flags_at = OFFSET(ntdbg_continue, flags),
	  .reserved_at = OFFSET(ntdbg_continue, reserved) },
	{ "CONTINUE_WAIT", NTDBG_IOC_CONTINUE_WAIT, sizeof(struct ntdbg_continue_wait), -ENOENT,
	  .flags_at = OFFSET(ntdbg_continue_wait, flags), .flags = NTDBG_WAIT_FILES },
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
