// SPDX-License-Identifier: GPL-2.0
/*
 * What selftests/prompt.sh debugs: functions to break in, a variable to watch, a
 * second thread, a fault, children. The first argument says which of them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

unsigned long watched = 0x1122334455667788;
char greeting[] = "good morning";

int inner(int n)
{
	watched += n;
	return n + 1;
}

int outer(int n)
{
	int sum = inner(n);

	sum += inner(sum);
	return sum;
}

static int pipe_of_worker[2];

static void *worker(void *unused)
{
	char c;

	pthread_setname_np(pthread_self(), "worker");
	outer(100);
	/* Asleep until the other end is closed. */
	while (read(pipe_of_worker[0], &c, 1) > 0)
		;
	return unused;
}

static void threads(void)
{
	pthread_t thread;

	if (pipe(pipe_of_worker))
		exit(1);
	pthread_create(&thread, NULL, worker, NULL);
	outer(200);
	close(pipe_of_worker[1]);
	pthread_join(thread, NULL);
}

static void *visitor(void *unused)
{
	int i;

	for (i = 0; i < 50; i++)
		outer(i);
	return unused;
}

/* Four threads that meet at the same places all the time. */
static int crowd(void)
{
	pthread_t threads[4];
	int i;

	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, visitor, NULL);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return 4;
}

void fault(void)
{
	/* Through the library, so that the compiler does not see it. */
	int *nowhere = (int *)strtoul("0", NULL, 10);

	*nowhere = 1;
}

int children(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(outer(1) == 5 ? 7 : 8);
	waitpid(pid, &status, 0);
	outer(2);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	puts("prompted: it begins");
	fflush(stdout);
	if (!strcmp(what, "threads"))
		threads();
	else if (!strcmp(what, "fault"))
		fault();
	else if (!strcmp(what, "children"))
		return children();
	else if (!strcmp(what, "program"))
		return system("exit 9") >> 8;
	else if (!strcmp(what, "exec"))
		return execl(argv[0], argv[0], NULL);
	else if (!strcmp(what, "crowd"))
		return crowd();
	else if (!strcmp(what, "library"))
		return dlopen("libm.so.6", RTLD_NOW) ? 0 : 1;
	else if (!strcmp(what, "sleep"))
		return pause();
	else if (!strcmp(what, "spin"))
		for (;;)
			outer(3);
	return outer(5) & 0x7f;
}
