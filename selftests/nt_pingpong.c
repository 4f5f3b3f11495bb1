// SPDX-License-Identifier: GPL-2.0
/*
 * What setting an event and waiting for it cost: alone, and to and fro between two
 * threads; beside futexes, eventfds and /dev/ntsync, if the kernel has that.
 *
 * usage: nt_pingpong [ROUNDS]
 *
 * The figures are nanoseconds of the wall clock. In a VM that counts instructions
 * they are instructions.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "nt_sync.h"

static int rounds = 20000;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- the ways ------------------------------------------------------------------------- */

/* linux/ntsync.h of Linux 6.14; older headers have none */
struct ntsync_event {
	uint32_t manual;
	uint32_t signalled;
};

struct ntsync_wait {
	uint64_t timeout;
	uint64_t objects;
	uint32_t count;
	uint32_t index;
	uint32_t flags;
	uint32_t owner;
	uint32_t alert;
	uint32_t padding;
};

#define NTSYNC_WAIT_ANY		_IOWR('N', 0x82, struct ntsync_wait)
#define NTSYNC_CREATE_EVENT	_IOW('N', 0x87, struct ntsync_event)
#define NTSYNC_EVENT_SET	_IOR('N', 0x88, uint32_t)

static uint64_t events[2];
static int eventfds[2], ntsync_device, ntsync_events[2];
static atomic_uint words[2];

static bool nt_make(void)
{
	for (int i = 0; i < 2; i++)
		events[i] = nt_event(SYNCHRONIZATION, 0);
	return events[0] && events[1];
}

static void nt_set(int side)
{
	NT(NtSetEvent, events[side], 0);
}

static void nt_take(int side)
{
	NT(NtWaitForSingleObject, events[side], 0, 0);
}

static void nt_set_and_take(int set, int take)
{
	NT(NtSignalAndWaitForSingleObject, events[set], events[take], 0, 0);
}

static bool eventfd_make(void)
{
	for (int i = 0; i < 2; i++)
		eventfds[i] = eventfd(0, EFD_CLOEXEC);
	return eventfds[0] >= 0 && eventfds[1] >= 0;
}

static void eventfd_set(int side)
{
	uint64_t one = 1;

	if (write(eventfds[side], &one, sizeof(one)) != sizeof(one))
		abort();
}

static void eventfd_take(int side)
{
	uint64_t value;

	if (read(eventfds[side], &value, sizeof(value)) != sizeof(value))
		abort();
}

static bool futex_make(void)
{
	atomic_store(&words[0], 0);
	atomic_store(&words[1], 0);
	return true;
}

/* An automatic event as it is made of a futex, but always through the kernel. */
static void futex_set(int side)
{
	atomic_store(&words[side], 1);
	syscall(SYS_futex, &words[side], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void futex_take(int side)
{
	while (!atomic_exchange(&words[side], 0))
		syscall(SYS_futex, &words[side], FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static bool ntsync_make(void)
{
	struct ntsync_event event = { 0 };

	ntsync_device = open("/dev/ntsync", O_RDWR | O_CLOEXEC);
	if (ntsync_device < 0)
		return false;
	for (int i = 0; i < 2; i++)
		ntsync_events[i] = ioctl(ntsync_device, NTSYNC_CREATE_EVENT, &event);
	return ntsync_events[0] >= 0 && ntsync_events[1] >= 0;
}

static void ntsync_set(int side)
{
	uint32_t previous;

	if (ioctl(ntsync_events[side], NTSYNC_EVENT_SET, &previous))
		die("setting an event of ntsync");
}

static void ntsync_take(int side)
{
	struct ntsync_wait wait = {
		.timeout = UINT64_MAX, .objects = A(&ntsync_events[side]), .count = 1, .owner = 1,
	};

	while (ioctl(ntsync_device, NTSYNC_WAIT_ANY, &wait))
		if (errno != EINTR)
			die("waiting for an event of ntsync");
}

static const struct way {
	const char *name;
	bool (*make)(void);
	void (*set)(int side);
	void (*take)(int side);
	void (*both)(int set, int take);
} ways[] = {
	{ "getppid (for comparison)", NULL, NULL, NULL, NULL },
	{ "futex", futex_make, futex_set, futex_take, NULL },
	{ "eventfd", eventfd_make, eventfd_set, eventfd_take, NULL },
	{ "ntsync", ntsync_make, ntsync_set, ntsync_take, NULL },
	{ "NtSetEvent, NtWaitForSingleObject", nt_make, nt_set, nt_take, NULL },
	{ "NtSignalAndWaitForSingleObject", nt_make, nt_set, nt_take, nt_set_and_take },
};

/* ---- the measurements -------------------------------------------------------------------- */

static const struct way *way;

static void go(int set, int take)
{
	if (way->both) {
		way->both(set, take);
		return;
	}
	way->set(set);
	way->take(take);
}

static void on_cpu(int cpu)
{
	cpu_set_t one;

	if (cpu < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static int other_cpu;

static void *pong(void *unused)
{
	on_cpu(other_cpu);
	way->take(1);
	for (int i = 1; i < rounds; i++)
		go(0, 1);
	way->set(0);
	return unused;
}

/* Nanoseconds for a round trip: two sets, two waits, two switches. */
static double ping(int cpu, int other)
{
	pthread_t thread;
	int64_t before;

	other_cpu = other;
	on_cpu(cpu);
	if (pthread_create(&thread, NULL, pong, NULL))
		abort();
	before = nt_now_ns();
	for (int i = 0; i < rounds; i++)
		go(1, 0);
	before = nt_now_ns() - before;
	pthread_join(thread, NULL);
	return (double)before / rounds;
}

static double alone(void (*call)(int side))
{
	int64_t before = nt_now_ns();

	for (int i = 0; i < rounds; i++)
		call(0);
	return (double)(nt_now_ns() - before) / rounds;
}

static double set_and_take(void)
{
	int64_t before = nt_now_ns();

	for (int i = 0; i < rounds; i++) {
		way->set(0);
		way->take(0);
	}
	return (double)(nt_now_ns() - before) / rounds;
}

static double getppids(void)
{
	int64_t before = nt_now_ns();

	for (int i = 0; i < rounds; i++)
		syscall(SYS_getppid);
	return (double)(nt_now_ns() - before) / rounds;
}

int main(int argc, char **argv)
{
	bool two = sysconf(_SC_NPROCESSORS_ONLN) > 1;

	if (argc > 1)
		rounds = atoi(argv[1]);
	if (nt_begin()) {
		fprintf(stderr, "nt_pingpong: this process cannot become an NT process\n");
		return 1;
	}
	printf("%-36s %10s %10s %12s %12s\n", "", "set", "set+wait", "1 CPU", "2 CPUs");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		way = &ways[i];
		if (!way->make) {
			printf("%-36s %10.0f\n", way->name, getppids());
			continue;
		}
		if (!way->make()) {
			printf("%-36s not on this kernel\n", way->name);
			continue;
		}
		if (way->both) {
			printf("%-36s %10s %10s", way->name, "", "");
		} else {
			printf("%-36s %10.0f", way->name, alone(way->set));
			way->take(0);
			printf(" %10.0f", set_and_take());
		}
		printf(" %12.0f", ping(0, 0));
		if (two)
			printf(" %12.0f", ping(0, 1));
		printf("\n");
		fflush(stdout);
	}
	return 0;
}
