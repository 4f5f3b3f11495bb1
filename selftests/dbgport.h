/* SPDX-License-Identifier: GPL-2.0 */
/* What every test needs of the debug object, without the test harness. */
#ifndef NTDBG_SELFTEST_DBGPORT_H
#define NTDBG_SELFTEST_DBGPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <ntdbg/dbgport.h>
#include "programs/board.h"

/* No step of a test takes longer, also in an emulated machine. */
#define WAIT_MS 20000

#define POISON 0xa5

union record {
	struct ntdbg_event hdr;
	struct ntdbg_event_create_process create_process;
	struct ntdbg_event_create_thread create_thread;
	struct ntdbg_event_image image;
	struct ntdbg_event_exception exception;
	struct ntdbg_event_exit exit;
	unsigned char bytes[NTDBG_EVENT_MAX_SIZE];
};

/* All that return int give 0 (or something positive) or a negative errno. */
int dbg_open(void);
int dbg_ioctl(int fd, unsigned long cmd, void *arg);
int dbg_set(int fd, uint32_t flags);
int dbg_stats(int fd, struct ntdbg_stats *stats);
int dbg_launch_self(int fd, uint32_t flags);
int dbg_attach(int fd, pid_t pid);
int dbg_detach(int fd, pid_t pid);

/*
 * These three check the record, too: -EBADMSG, and a sentence on stderr, if it
 * is not as the header file says. @ms is how long to wait, 0 not at all, -1
 * without end.
 */
int dbg_wait(int fd, union record *r, int ms);
int dbg_wait_flags(int fd, union record *r, int ms, uint32_t flags);
int dbg_continue_wait(int fd, union record *r, uint32_t status, int ms, uint32_t *done);

int dbg_continue(int fd, const union record *r, uint32_t status);
int dbg_continue_id(int fd, uint32_t pid, uint32_t tid, uint32_t status);
int dbg_poll(int fd, int ms);	/* revents */

/* Set by a test that makes memory run out: then the image may be lacking in a record. */
extern bool dbg_unknown_images;

/* Why the record cannot be one, or NULL. */
const char *record_defect(const union record *r, size_t size);
const char *event_name(uint32_t type);
const char *record_path(const union record *r, const struct ntdbg_image *image);
bool record_has_image(const union record *r, const struct ntdbg_image **image);

/* A file in the directory of the running test program; the string stays for good. */
const char *program(const char *name);

struct board *board_new(int *fd);
int file_new(void);

/*
 * Runs a program, under the debug object @port if that is not -1. @board_fd
 * and @file_fd (or -1) become its BOARD_FD and FILE_FD. Negative errno if
 * NTDBG_IOC_LAUNCH fails.
 */
pid_t spawn(int port, uint32_t flags, int board_fd, int file_fd, const char *const *argv);

uint64_t now_ns(void);
void breathe(void);
void board_go(struct board *board);

/* Evaluates a condition until it is true, or the time is over. */
#define UNTIL(ms, cond) ({						\
	uint64_t _until_end = now_ns() + (uint64_t)(ms) * 1000000;	\
	bool _until_met;						\
									\
	while (!(_until_met = (cond)) && now_ns() < _until_end)		\
		breathe();						\
	_until_met;							\
})

/* Is the condition true all the time? */
#define STAYS(ms, cond) (!UNTIL(ms, !(cond)))

/* State letter of a thread as in /proc/PID/task/TID/stat, 0 if there is none. */
char thread_state(pid_t pid, pid_t tid);
bool wait_exit(pid_t pid, int ms, int *status);
int count_fds(void);

/* One mapping of a file, over all lines of /proc/PID/maps that show it. */
struct mapping {
	uint64_t start;
	uint64_t end;
	uint64_t dev;
	uint64_t ino;
	bool found;
};

/* By a part of the path, from /proc/PID/task/TID/maps. */
struct mapping find_mapping(pid_t pid, pid_t tid, const char *part);
bool read_memory(pid_t pid, uint64_t address, void *to, size_t size);
uint64_t file_dev(const char *path, uint64_t *ino);

/* Kills and reaps all our children, those that we inherited too. */
bool reap_children(int ms);

/* The first line of a file, without its end; and one written to it: 0 or a negative errno. */
bool read_line(const char *path, char *line, size_t size);
int write_text(const char *path, const char *text);

/* A number from the environment. */
long env_number(const char *name, long otherwise);

/* Numbers that look random and repeat with the seed. */
struct random {
	uint64_t state;
};

uint32_t random_below(struct random *random, uint32_t limit);

#endif /* NTDBG_SELFTEST_DBGPORT_H */
