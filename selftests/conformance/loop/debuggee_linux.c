// SPDX-License-Identifier: GPL-2.0
/* The debuggee for Linux: what debuggee_win.c does, in this system's own calls. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <ntdbg/nt/ntdll.h>
#include "debuggee.h"

static sem_t runs, go;

/* A thread's exit code is what exit(2) is given; pthreads would always give 0. */
static void *thread_of(void *code)
{
	syscall(SYS_exit, (long)code);
	return NULL;
}

static void *thread_of_attach(void *unused)
{
	(void)unused;
	sem_post(&runs);
	sem_wait(&go);
	return NULL;
}

static void *thread_that_faults(void *unused)
{
	(void)unused;
	fault("null-write");
	return NULL;
}

static int run_thread(void *(*start)(void *), void *argument)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, start, argument))
		return CODE_BROKEN;
	pthread_join(thread, NULL);
	return 0;
}

int do_threads(void)
{
	for (long i = 0; i < 2; i++)
		if (run_thread(thread_of, (void *)(CODE_THREAD + i)))
			return CODE_BROKEN;
	return CODE_THREADS;
}

int do_thread_fault(void)
{
	return run_thread(thread_that_faults, NULL);
}

static void *open_plugin(void)
{
	char path[PATH_MAX + 32];
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);

	if (length < 0)
		return NULL;
	path[length] = 0;
	snprintf(strrchr(path, '/') + 1, 32, "libplugin-loop.so");
	return dlopen(path, RTLD_NOW);
}

int do_library(void)
{
	void *library = open_plugin();

	if (!library || dlclose(library))
		return CODE_BROKEN;
	return open_plugin() ? 0 : CODE_BROKEN;
}

int do_output(void)
{
	DbgPrint("%s", "said by the debuggee");
	return 0;
}

static void catch(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
	_exit(CODE_CAUGHT);
}

int do_caught(void)
{
	struct sigaction action = { .sa_sigaction = catch, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &action, NULL);
	return fault("null-write");
}

int do_children(const char *self)
{
	char *argv[3] = { (char *)self, "exit" };
	int status;
	pid_t pid;

	if (posix_spawn(&pid, self, NULL, NULL, argv, environ) ||
	    waitpid(pid, &status, 0) != pid)
		return CODE_BROKEN;
	return WEXITSTATUS(status) + 1;
}

int do_attach(const char *meet)
{
	pthread_t thread;

	sem_init(&runs, 0, 0);
	sem_init(&go, 0, 0);
	if (pthread_create(&thread, NULL, thread_of_attach, NULL))
		return CODE_BROKEN;
	sem_wait(&runs);
	if (!meet_at(meet, "ready", "wb"))
		return CODE_BROKEN;
	while (!meet_at(meet, "go", "rb"))
		usleep(1000);
	sem_post(&go);
	pthread_join(thread, NULL);
	return CODE_EXIT;
}

int main(int argc, char **argv)
{
	return run(argc, argv);
}
