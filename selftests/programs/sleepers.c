// SPDX-License-Identifier: GPL-2.0
/*
 * A thread asleep in each of many system calls, for as long as the program
 * lives. A call that comes back was disturbed: with EINTR, or early.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include "modes.h"

static const struct timespec long_time = { .tv_sec = 100000 };
static int idle_pipe[2], queue, semaphore;

static void sleep_in_nanosleep(void)
{
	nanosleep(&long_time, NULL);
}

static void sleep_in_clock_nanosleep(void)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += long_time.tv_sec;
	errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
}

static void sleep_in_read(void)
{
	char c;

	if (read(idle_pipe[0], &c, 1) < 0 && errno != EINTR)
		_exit(98);
}

static void sleep_in_write(void)
{
	static char much[1 << 20];
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) || write(ends[1], much, sizeof(much)) < 0)
		return;
}

static void sleep_in_futex(void)
{
	static uint32_t word;

	syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void sleep_in_futex_timed(void)
{
	static uint32_t word;

	syscall(SYS_futex, &word, FUTEX_WAIT, 0, &long_time, NULL, 0);
}

static void sleep_in_poll(void)
{
	struct pollfd pfd = { .fd = idle_pipe[0], .events = POLLIN };

	poll(&pfd, 1, -1);
}

static void sleep_in_ppoll(void)
{
	struct pollfd pfd = { .fd = idle_pipe[0], .events = POLLIN };

	ppoll(&pfd, 1, &long_time, NULL);
}

static void sleep_in_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(idle_pipe[0], &set);
	select(idle_pipe[0] + 1, &set, NULL, NULL, NULL);
}

static void sleep_in_epoll(void)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	epoll_ctl(epoll, EPOLL_CTL_ADD, idle_pipe[0], &ev);
	epoll_wait(epoll, &ev, 1, -1);
}

static void sleep_in_accept(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* Without a name the kernel gives it one. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(sa_family_t)) || listen(fd, 1))
		_exit(98);
	accept(fd, NULL, NULL);
}

static void sleep_in_recv(void)
{
	int ends[2];
	char c;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		_exit(98);
	recv(ends[0], &c, 1, 0);
}

static void sleep_in_sigtimedwait(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigtimedwait(&set, NULL, &long_time);
}

static void sleep_in_sigsuspend(void)
{
	sigset_t set;

	sigfillset(&set);
	sigsuspend(&set);
}

static void sleep_in_pause(void)
{
	pause();
}

static void sleep_in_eventfd(void)
{
	eventfd_t value;

	eventfd_read(eventfd(0, EFD_CLOEXEC), &value);
}

static void sleep_in_signalfd(void)
{
	struct signalfd_siginfo info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	if (read(signalfd(-1, &set, SFD_CLOEXEC), &info, sizeof(info)) > 0)
		errno = 0;
}

static void sleep_in_timerfd(void)
{
	struct itimerspec timer = { .it_value = long_time };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	uint64_t ticks;

	timerfd_settime(fd, 0, &timer, NULL);
	if (read(fd, &ticks, sizeof(ticks)) > 0)
		errno = 0;
}

static void sleep_in_inotify(void)
{
	char event[512];

	if (read(inotify_init1(IN_CLOEXEC), event, sizeof(event)) > 0)
		errno = 0;
}

static void sleep_in_msgrcv(void)
{
	struct { long type; char text[8]; } message;

	msgrcv(queue, &message, sizeof(message.text), 0, 0);
}

static void sleep_in_semop(void)
{
	struct sembuf op = { .sem_op = -1 };

	semop(semaphore, &op, 1);
}

static void sleep_in_flock(void)
{
	int mine = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int other = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (flock(mine, LOCK_EX))
		_exit(98);
	flock(other, LOCK_EX);
}

static void sleep_in_waitid(void)
{
	siginfo_t info;
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	waitid(P_PID, child, &info, WEXITED);
}

static void (*const sleeps[])(void) = {
	sleep_in_nanosleep, sleep_in_clock_nanosleep, sleep_in_read, sleep_in_write,
	sleep_in_futex, sleep_in_futex_timed, sleep_in_poll, sleep_in_ppoll, sleep_in_select,
	sleep_in_epoll, sleep_in_accept, sleep_in_recv, sleep_in_sigtimedwait,
	sleep_in_sigsuspend, sleep_in_pause, sleep_in_eventfd, sleep_in_signalfd,
	sleep_in_timerfd, sleep_in_inotify, sleep_in_msgrcv, sleep_in_semop, sleep_in_flock,
	sleep_in_waitid,
};

static void *sleeper(void *arg)
{
	long slot = (long)arg;

	board_put(board->tid[slot], gettid());
	for (;;) {
		board_add(board->ready);
		errno = 0;
		sleeps[slot - 1]();
		board_put(board->fact[FACT_STEP], slot);
		if (errno == EINTR)
			board_add(board->fact[FACT_EINTR]);
		else
			board_add(board->fact[FACT_WOKEN]);
		board_add(board->count[slot]);
	}
	return NULL;
}

/* sleepers: FACT_CHILD says how many; the first thread shows by count[0] that it lives */
static int do_sleepers(char **argv)
{
	const struct timespec short_time = { .tv_nsec = 1000000 };

	(void)argv;
	queue = msgget(IPC_PRIVATE, 0600);
	semaphore = semget(IPC_PRIVATE, 1, 0600);
	if (pipe2(idle_pipe, O_CLOEXEC) || queue < 0 || semaphore < 0)
		return 98;
	board_put(board->tid[0], gettid());
	board_put(board->fact[FACT_CHILD], ARRAY_SIZE(sleeps));
	for (size_t i = 1; i <= ARRAY_SIZE(sleeps); i++)
		make_thread(sleeper, i);
	await_ready(ARRAY_SIZE(sleeps));
	board_add(board->ready);
	while (!board_get(board->go)) {
		if (nanosleep(&short_time, NULL))
			board_add(board->fact[FACT_EINTR]);
		board_add(board->count[0]);
	}
	msgctl(queue, IPC_RMID, NULL);
	semctl(semaphore, 0, IPC_RMID);
	_exit(0);
}

static const struct mode modes[] = {
	{ "sleepers", do_sleepers },
};

int main(int argc, char **argv)
{
	return run_mode(modes, ARRAY_SIZE(modes), argc, argv);
}
