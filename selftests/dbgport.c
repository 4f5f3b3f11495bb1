// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "dbgport.h"

bool dbg_unknown_images;

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void breathe(void)
{
	const struct timespec t = { .tv_nsec = 1000000 };

	nanosleep(&t, NULL);
}

int dbg_open(void)
{
	int fd = open(NTDBG_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int dbg_ioctl(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

int dbg_set(int fd, uint32_t flags)
{
	struct ntdbg_set set = { .size = sizeof(set), .flags = flags };

	return dbg_ioctl(fd, NTDBG_IOC_SET, &set);
}

int dbg_stats(int fd, struct ntdbg_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->size = sizeof(*stats);
	return dbg_ioctl(fd, NTDBG_IOC_STATS, stats);
}

int dbg_launch_self(int fd, uint32_t flags)
{
	struct ntdbg_launch launch = { .size = sizeof(launch), .flags = flags };

	return dbg_ioctl(fd, NTDBG_IOC_LAUNCH, &launch);
}

int dbg_attach(int fd, pid_t pid)
{
	struct ntdbg_attach attach = { .size = sizeof(attach), .pid = pid };

	return dbg_ioctl(fd, NTDBG_IOC_ATTACH, &attach);
}

int dbg_detach(int fd, pid_t pid)
{
	struct ntdbg_detach detach = { .size = sizeof(detach), .pid = pid };

	return dbg_ioctl(fd, NTDBG_IOC_DETACH, &detach);
}

static uint64_t deadline(int ms)
{
	if (ms < 0)
		return NTDBG_WAIT_FOREVER;
	return ms ? now_ns() + (uint64_t)ms * 1000000 : 0;
}

static size_t least_size(uint32_t type)
{
	switch (type) {
	case NTDBG_EVENT_EXCEPTION:
		return NTDBG_EVENT_EXCEPTION_SIZE;
	case NTDBG_EVENT_CREATE_THREAD:
		return sizeof(struct ntdbg_event_create_thread);
	case NTDBG_EVENT_CREATE_PROCESS:
		return sizeof(struct ntdbg_event_create_process);
	case NTDBG_EVENT_EXIT_THREAD:
	case NTDBG_EVENT_EXIT_PROCESS:
		return sizeof(struct ntdbg_event_exit);
	case NTDBG_EVENT_LOAD_IMAGE:
	case NTDBG_EVENT_UNLOAD_IMAGE:
		return sizeof(struct ntdbg_event_image);
	}
	return 0;
}

const char *event_name(uint32_t type)
{
	static const char *const names[] = {
		[NTDBG_EVENT_EXCEPTION] = "EXCEPTION",
		[NTDBG_EVENT_CREATE_THREAD] = "CREATE_THREAD",
		[NTDBG_EVENT_CREATE_PROCESS] = "CREATE_PROCESS",
		[NTDBG_EVENT_EXIT_THREAD] = "EXIT_THREAD",
		[NTDBG_EVENT_EXIT_PROCESS] = "EXIT_PROCESS",
		[NTDBG_EVENT_LOAD_IMAGE] = "LOAD_IMAGE",
		[NTDBG_EVENT_UNLOAD_IMAGE] = "UNLOAD_IMAGE",
	};

	if (type >= ARRAY_SIZE(names) || !names[type])
		return "unknown";
	return names[type];
}

bool record_has_image(const union record *r, const struct ntdbg_image **image)
{
	switch (r->hdr.type) {
	case NTDBG_EVENT_CREATE_PROCESS:
		*image = &r->create_process.image;
		return true;
	case NTDBG_EVENT_LOAD_IMAGE:
	case NTDBG_EVENT_UNLOAD_IMAGE:
		*image = &r->image.image;
		return true;
	}
	return false;
}

const char *record_path(const union record *r, const struct ntdbg_image *image)
{
	return image->path_offset ? (const char *)r->bytes + image->path_offset : "";
}

static const char *image_defect(const union record *r, const struct ntdbg_image *image)
{
	const char *path = record_path(r, image);

	if (dbg_unknown_images && !image->base && !image->end && !image->path_offset)
		return NULL;
	if (image->base >= image->end)
		return "an image ends before it begins";
	if (image->base & 4095)
		return "an image's base is not on a page";
	if (image->reserved)
		return "an image's reserved field is set";
	if (r->hdr.type != NTDBG_EVENT_CREATE_PROCESS && image->entry)
		return "an entry address in a LOAD_IMAGE or UNLOAD_IMAGE";
	if (!image->path_offset != !!(r->hdr.flags & NTDBG_EVENT_F_NO_PATH))
		return "NTDBG_EVENT_F_NO_PATH and path_offset contradict each other";
	if (!image->path_offset)
		return image->path_len ? "a path_len without a path" : NULL;
	if (image->path_offset < least_size(r->hdr.type))
		return "the path lies in the fixed part of the record";
	if (image->path_offset & 7)
		return "the path is not 8-byte aligned";
	if ((uint64_t)image->path_offset + image->path_len >= r->hdr.size)
		return "the path lies outside the record";
	if (strnlen(path, image->path_len + 1) != image->path_len)
		return "the path's length is not where its NUL is";
	for (size_t i = image->path_offset + image->path_len; i < r->hdr.size; i++)
		if (r->bytes[i])
			return "the padding after the path is not zero";
	return NULL;
}

const char *record_defect(const union record *r, size_t size)
{
	const struct ntdbg_image *image;
	size_t least;

	if (size < sizeof(r->hdr))
		return "shorter than a header";
	if (!least_size(r->hdr.type))
		return "unknown type";
	if (r->hdr.size != size)
		return "its size is not the one that the call gave";
	if (size & 7)
		return "its size is no multiple of 8";
	if (size < least_size(r->hdr.type) || size > NTDBG_EVENT_MAX_SIZE)
		return "too short or too long for its type";
	if (r->hdr.flags & ~(NTDBG_EVENT_F_FAKE | NTDBG_EVENT_F_NOT_HELD | NTDBG_EVENT_F_EXEC |
			     NTDBG_EVENT_F_FORK | NTDBG_EVENT_F_NO_PATH | NTDBG_EVENT_F_REPLAY))
		return "unknown flags";
	if (r->hdr.cpu >= (uint32_t)sysconf(_SC_NPROCESSORS_CONF))
		return "no such CPU";
	if (!r->hdr.seq)
		return "no sequence number";
	if (r->hdr.time_ns > now_ns() || now_ns() - r->hdr.time_ns > 3600ull * 1000000000)
		return "its time is not CLOCK_MONOTONIC's";
	if (!r->hdr.pid || !r->hdr.tid)
		return "no pid or tid";
	if (record_has_image(r, &image))
		return image_defect(r, image);
	if (r->hdr.type == NTDBG_EVENT_EXCEPTION) {
		if (r->exception.reserved)
			return "reserved field is set";
		if (r->exception.chance & ~(NTDBG_EXCEPTION_FIRST_CHANCE |
					    NTDBG_EXCEPTION_LOADER_BREAK |
					    NTDBG_EXCEPTION_SOFTWARE | NTDBG_EXCEPTION_BREAK_IN))
			return "unknown chance";
		least = r->exception.chance & NTDBG_EXCEPTION_SOFTWARE ?
			sizeof(r->exception) : NTDBG_EVENT_EXCEPTION_SIZE;
		if (size != least)
			return "NTDBG_EXCEPTION_SOFTWARE and the size contradict each other";
		if (r->exception.fault.insn_len > NTDBG_INSN_MAX)
			return "too many instruction bytes";
	}
	if (r->hdr.type == NTDBG_EVENT_EXIT_PROCESS || r->hdr.type == NTDBG_EVENT_EXIT_THREAD) {
		static const struct ntdbg_fault none;

		if (r->exit.how & ~(NTDBG_EXIT_BY_EXCEPTION | NTDBG_EXIT_TERMINATED))
			return "unknown bits in how";
		if (r->exit.reserved)
			return "reserved field is set";
		if (!(r->exit.how & NTDBG_EXIT_TERMINATED) && r->exit.nt_status)
			return "nt_status without NTDBG_EXIT_TERMINATED";
		if (!(r->exit.how & NTDBG_EXIT_BY_EXCEPTION) &&
		    memcmp(&r->exit.fault, &none, sizeof(none)))
			return "a fault without NTDBG_EXIT_BY_EXCEPTION";
	}
	return NULL;
}

static int check_record(const union record *r, uint32_t size)
{
	const char *defect = record_defect(r, size);

	for (size_t i = size; !defect && i < sizeof(*r); i++)
		if (r->bytes[i] != POISON)
			defect = "bytes behind it were written";
	if (!defect)
		return 0;
	fprintf(stderr, "# bad record (%s, seq %llu, size %u of %u): %s\n",
		event_name(r->hdr.type), (unsigned long long)r->hdr.seq, r->hdr.size, size, defect);
	return -EBADMSG;
}

int dbg_wait_flags(int fd, union record *r, int ms, uint32_t flags)
{
	struct ntdbg_wait wait = {
		.size = sizeof(wait), .flags = flags, .deadline_ns = deadline(ms),
		.buf = (uintptr_t)r, .buf_size = sizeof(*r),
	};
	int ret;

	memset(r, POISON, sizeof(*r));
	ret = dbg_ioctl(fd, NTDBG_IOC_WAIT, &wait);
	return ret ? ret : check_record(r, wait.event_size);
}

int dbg_wait(int fd, union record *r, int ms)
{
	return dbg_wait_flags(fd, r, ms, 0);
}

int dbg_continue_id(int fd, uint32_t pid, uint32_t tid, uint32_t status)
{
	struct ntdbg_continue cont = {
		.size = sizeof(cont), .pid = pid, .tid = tid, .status = status,
	};

	return dbg_ioctl(fd, NTDBG_IOC_CONTINUE, &cont);
}

int dbg_continue(int fd, const union record *r, uint32_t status)
{
	return dbg_continue_id(fd, r->hdr.pid, r->hdr.tid, status);
}

int dbg_continue_wait(int fd, union record *r, uint32_t status, int ms, uint32_t *done)
{
	struct ntdbg_continue_wait cw = {
		.size = sizeof(cw), .done = ~0u, .pid = r->hdr.pid, .tid = r->hdr.tid,
		.status = status, .deadline_ns = deadline(ms),
		.buf = (uintptr_t)r, .buf_size = sizeof(*r),
	};
	int ret;

	memset(r, POISON, sizeof(*r));
	ret = dbg_ioctl(fd, NTDBG_IOC_CONTINUE_WAIT, &cw);
	if (done)
		*done = cw.done;
	return ret ? ret : check_record(r, cw.event_size);
}

int dbg_poll(int fd, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	if (poll(&pfd, 1, ms) < 0)
		return -errno;
	return pfd.revents;
}

const char *program(const char *name)
{
	char self[4096], *path;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		abort();
	self[n] = 0;
	*strrchr(self, '/') = 0;
	if (asprintf(&path, "%s/%s", self, name) < 0)
		abort();
	return path;
}

struct board *board_new(int *fd)
{
	struct board *board;

	*fd = memfd_create("board", MFD_CLOEXEC);
	if (*fd < 0 || ftruncate(*fd, BOARD_SIZE))
		return NULL;
	board = mmap(NULL, BOARD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	return board == MAP_FAILED ? NULL : board;
}

int file_new(void)
{
	return memfd_create("file", MFD_CLOEXEC);
}

void board_go(struct board *board)
{
	board_put(board->go, 1);
	syscall(SYS_futex, &board->go, FUTEX_WAKE, 1 << 20, NULL, NULL, 0);
}

static void become(int port, uint32_t flags, int board_fd, int file_fd, const char *const *argv,
		   int report)
{
	int ret = 0;

	if (board_fd >= 0 && dup2(board_fd, BOARD_FD) < 0)
		ret = -errno;
	if (file_fd >= 0 && dup2(file_fd, FILE_FD) < 0)
		ret = -errno;
	if (!ret && port >= 0)
		ret = dbg_launch_self(port, flags);
	/*
	 * Told by bytes and not by the end of the file: that would come with
	 * execve, and may not come while the first event is held.
	 */
	if (write(report, &ret, sizeof(ret)) != sizeof(ret) || ret)
		_exit(126);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

pid_t spawn(int port, uint32_t flags, int board_fd, int file_fd, const char *const *argv)
{
	int report[2], ret = -EPIPE;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		become(port, flags, board_fd, file_fd, argv, report[1]);
	close(report[1]);
	if (pid < 0)
		ret = -errno;
	else if (read(report[0], &ret, sizeof(ret)) != sizeof(ret))
		ret = -EPIPE;
	close(report[0]);
	if (!ret)
		return pid;
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return ret;
}

char thread_state(pid_t pid, pid_t tid)
{
	char path[64], text[512], *paren;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	if (!read_line(path, text, sizeof(text)))
		return 0;
	paren = strrchr(text, ')');
	return paren && paren[1] ? paren[2] : 0;
}

bool wait_exit(pid_t pid, int ms, int *status)
{
	return UNTIL(ms, waitpid(pid, status, WNOHANG) == pid);
}

int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	if (!dir)
		return -1;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

struct mapping find_mapping(pid_t pid, pid_t tid, const char *part)
{
	struct mapping found = {};
	unsigned long start, end, ino;
	unsigned int major, minor;
	char path[64], line[4400];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/maps", pid, tid);
	maps = fopen(path, "re");
	if (!maps)
		return found;
	while (fgets(line, sizeof(line), maps)) {
		if (!strstr(line, part))
			continue;
		if (sscanf(line, "%lx-%lx %*s %*s %x:%x %lu", &start, &end, &major, &minor,
			   &ino) != 5)
			continue;
		if (!found.found)
			found.start = start;
		found.end = end;
		found.dev = (uint64_t)major << 32 | minor;
		found.ino = ino;
		found.found = true;
	}
	fclose(maps);
	return found;
}

bool read_memory(pid_t pid, uint64_t address, void *to, size_t size)
{
	struct iovec local = { .iov_base = to, .iov_len = size };
	struct iovec remote = { .iov_base = (void *)address, .iov_len = size };

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

uint64_t file_dev(const char *path, uint64_t *ino)
{
	struct stat st;

	if (stat(path, &st)) {
		*ino = 0;
		return ~0ull;
	}
	*ino = st.st_ino;
	return (uint64_t)major(st.st_dev) << 32 | minor(st.st_dev);
}

static pid_t parent_of(pid_t pid)
{
	char path[64], text[512], *paren;
	pid_t parent;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (!read_line(path, text, sizeof(text)))
		return 0;
	paren = strrchr(text, ')');
	return paren && sscanf(paren, ") %*c %d", &parent) == 1 ? parent : 0;
}

static void kill_children(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 1 && parent_of(pid) == getpid())
			kill(pid, SIGKILL);
	}
	closedir(dir);
}

bool reap_children(int ms)
{
	pid_t pid;

	return UNTIL(ms, ({
		kill_children();
		do
			pid = waitpid(-1, NULL, WNOHANG);
		while (pid > 0);
		pid < 0;
	}));
}

bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool read = file && fgets(line, size, file);

	if (file)
		fclose(file);
	if (read)
		line[strcspn(line, "\n")] = 0;
	return read;
}

int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

long env_number(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtol(text, NULL, 0) : otherwise;
}

uint32_t random_below(struct random *random, uint32_t limit)
{
	/* The multiplier and the increment are Knuth's. */
	random->state = random->state * 6364136223846793005ull + 1442695040888963407ull;
	return (random->state >> 33) % limit;
}
