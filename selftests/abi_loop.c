// SPDX-License-Identifier: GPL-2.0
/* Ten thousand rounds of every call that fails leave nothing behind: no object, no memory. */
#include "fixture.h"
#include "bad_calls.h"
#include "meminfo.h"

/* One round: each command, wrong in each way. */
static void round_of_bad_calls(struct port_data *self, const int *fds, unsigned int *wrong)
{
	static union argument arg;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];
		int fd = fds[__builtin_ctz(works_on(c))], ret;

		*wrong += dbg_ioctl(fd, c->cmd, NULL) != -EFAULT;
		fill(c, &arg, self->r);
		arg.size = 0;
		*wrong += dbg_ioctl(fd, c->cmd, &arg) != -EINVAL;
		fill(c, &arg, self->r);
		arg.size = c->size + 8;
		arg.bytes[c->size] = 1;
		*wrong += dbg_ioctl(fd, c->cmd, &arg) != -E2BIG;
		fill(c, &arg, self->r);
		if (c->flags_at) {
			*word_at(&arg, c->flags_at) = 1u << 31;
			*wrong += dbg_ioctl(fd, c->cmd, &arg) != -EINVAL;
		}
		fill(c, &arg, self->r);
		/* A debug port that is not there yet would hold us. */
		if (c->cmd == NTDBG_IOC_RAISE)
			continue;
		ret = nt_call(fd, c->cmd, &arg);
		if (c->opens && ret > 0)
			ret = close(ret);
		*wrong += ret != c->good && ret != -EOVERFLOW;
	}
}

TEST_F_TIMEOUT(port, bad_calls, 600)
{
	const long rounds = env_number("NTDBG_ITER", 10000);
	struct ntdbg_stats before, after;
	struct meminfo then = {}, now;
	unsigned int wrong = 0;
	int fds[NR_OBJECT_TYPES];

	start(2, "park", "1", "0");
	fds[0] = self->fd;
	fds[1] = process_handle(NTDBG_PROCESS_ALL_ACCESS & ~NTDBG_PROCESS_TERMINATE);
	fds[2] = thread_handle(self->board->tid[1],
			       NTDBG_THREAD_ALL_ACCESS & ~NTDBG_THREAD_TERMINATE);
	ASSERT_EQ(0, dbg_launch_self(self->stats_fd, 0));
	/* A process is known from the first time that it is steered. */
	round_of_bad_calls(self, fds, &wrong);
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	for (long i = 0; i < rounds; i++) {
		if (i == rounds / 10)
			then = meminfo_now();
		round_of_bad_calls(self, fds, &wrong);
	}
	EXPECT_EQ(0, wrong);
	EXPECT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &before, &after)));
	EXPECT_EQ(before.events_sent, after.events_sent);
	EXPECT_EQ(before.processes, after.processes);
	EXPECT_EQ(0, dbg_detach(self->stats_fd, getpid()));
	now = meminfo_now();
	EXPECT_TRUE(memory_is_flat(rounds, &then, &now))
		TH_LOG("slab +%ld kB, available -%ld kB", now.slab - then.slab,
		       then.available - now.available);
}

/* Attaches that fail late, each after it may have posted something. */
TEST_F_TIMEOUT(port, attaches_that_fail, 600)
{
	const long rounds = env_number("NTDBG_ITER", 10000);
	struct meminfo then = {}, now;
	struct ntdbg_stats before, after;
	unsigned int wrong = 0;
	pid_t zombie;

	zombie = fork();
	if (!zombie)
		_exit(0);
	ASSERT_TRUE(UNTIL(WAIT_MS, thread_state(zombie, zombie) == 'Z'));
	start(4, "park", "3", "0");
	ASSERT_EQ(0, dbg_attach(self->stats_fd, self->pid));
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	for (long i = 0; i < rounds; i++) {
		if (i == rounds / 10)
			then = meminfo_now();
		wrong += dbg_attach(self->fd, self->pid) != -EBUSY;
		wrong += dbg_attach(self->stats_fd, self->pid) != -EBUSY;
		wrong += dbg_attach(self->fd, getpid()) != -EDEADLK;
		wrong += dbg_attach(self->fd, zombie) != -EOWNERDEAD;
		wrong += dbg_attach(self->fd, self->board->tid[1]) != -ESRCH;
		wrong += dbg_attach(self->fd, 2) != -EACCES;
		wrong += dbg_detach(self->fd, self->pid) != -ENOTCONN;
	}
	ASSERT_EQ(0, dbg_detach(self->stats_fd, self->pid));
	EXPECT_EQ(0, wrong);
	EXPECT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &before, &after)));
	EXPECT_EQ(before.events_sent, after.events_sent);
	now = meminfo_now();
	EXPECT_TRUE(memory_is_flat(rounds, &then, &now))
		TH_LOG("slab +%ld kB, available -%ld kB", now.slab - then.slab,
		       then.available - now.available);
}

/* Good ones, too: open, attach, take one event, close. */
TEST_F_TIMEOUT(port, objects_that_come_and_go, 600)
{
	const long rounds = env_number("NTDBG_ITER", 10000) / 2;
	struct ntdbg_stats before, after;
	struct meminfo then = {}, now;
	unsigned int wrong = 0;

	start(4, "park", "3", "0");
	ASSERT_EQ(0, dbg_stats(self->stats_fd, &before));
	for (long i = 0; i < rounds; i++) {
		int fd = dbg_open();

		ASSERT_LE(0, fd);
		if (i == rounds / 10)
			then = meminfo_now();
		wrong += dbg_attach(fd, self->pid) != 0;
		wrong += dbg_wait_flags(fd, self->r, WAIT_MS, NTDBG_WAIT_FILES) != 0;
		wrong += self->r->hdr.type != NTDBG_EVENT_CREATE_PROCESS;
		close(self->r->create_process.image.file_fd);
		close(fd);
	}
	EXPECT_EQ(0, wrong);
	EXPECT_TRUE(UNTIL(WAIT_MS, same_counts(self->stats_fd, &before, &after)))
		log_stats(_metadata, "after", &after);
	now = meminfo_now();
	EXPECT_TRUE(memory_is_flat(rounds, &then, &now))
		TH_LOG("slab +%ld kB, available -%ld kB", now.slab - then.slab,
		       then.available - now.available);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_EINTR]));
}

TEST_HARNESS_MAIN
