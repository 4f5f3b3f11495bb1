// SPDX-License-Identifier: GPL-2.0
/*
 * The program that most tests debug. Its first argument says what it does; the
 * table at the end of this file lists them all. It avoids thread cancellation
 * and pthread_exit(), which would load another shared object behind our back.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include "modes.h"

#define EFLAGS_TF 0x100ull
#define EFLAGS_AC 0x40000ull

static char beside[4096];	/* path of a file in our own directory */

static const char *path_beside(const char *name)
{
	ssize_t n = readlink("/proc/self/exe", beside, sizeof(beside) - 1);
	char *slash;

	if (n < 0)
		_exit(98);
	beside[n] = 0;
	slash = strrchr(beside, '/');
	snprintf(slash + 1, sizeof(beside) - (slash + 1 - beside), "%s", name);
	return beside;
}

static const char *self_path(void)
{
	ssize_t n = readlink("/proc/self/exe", beside, sizeof(beside) - 1);

	if (n < 0)
		_exit(98);
	beside[n] = 0;
	return beside;
}

static void *short_thread(void *arg)
{
	long slot = (long)arg;

	board_put(board->tid[slot], gettid());
	board_add(board->count[slot]);
	return NULL;
}

static void *parked_thread(void *arg)
{
	long slot = (long)arg;

	board_put(board->tid[slot], gettid());
	board_add(board->count[slot]);
	board_add(board->ready);
	wait_for_go();
	return NULL;
}

static void *spinning_thread(void *arg)
{
	long slot = (long)arg;

	board_put(board->tid[slot], gettid());
	board_add(board->ready);
	while (!board_get(board->go))
		board_add(board->count[slot]);
	return NULL;
}

static void park(int threads)
{
	for (int i = 1; i <= threads; i++)
		make_thread(parked_thread, i);
	await_ready(threads);
}

/* exit STATUS */
static int do_exit_mode(char **argv)
{
	return number(argv, 0, 0);
}

/* threads COUNT STATUS: one after the other */
static int do_threads(char **argv)
{
	int threads = number(argv, 0, 3);

	for (int i = 1; i <= threads; i++) {
		pthread_join(make_thread(short_thread, i), NULL);
		board_put(board->fact[FACT_STEP], i);
	}
	return number(argv, 1, 0);
}

/* park COUNT STATUS: threads asleep in a system call; exits when told to go */
static int do_park(char **argv)
{
	board_put(board->tid[0], gettid());
	park(number(argv, 0, 2));
	board_add(board->ready);
	wait_for_go();
	_exit(number(argv, 1, 0));
}

static void *sleeping_thread(void *arg)
{
	long slot = (long)arg;

	board_put(board->tid[slot], gettid());
	board_add(board->ready);
	for (;;)
		pause();
	return NULL;
}

/* exitall SLEEPING SPINNING STATUS: exits while the other threads live */
static int do_exitall(char **argv)
{
	int sleeping = number(argv, 0, 2);
	int spinning = number(argv, 1, 1);

	board_put(board->tid[0], gettid());
	for (int i = 1; i <= sleeping; i++)
		make_thread(sleeping_thread, i);
	for (int i = sleeping + 1; i <= sleeping + spinning; i++)
		make_thread(spinning_thread, i);
	await_ready(sleeping + spinning);
	_exit(number(argv, 2, 0));
}

static void *crowd_thread(void *arg)
{
	(void)arg;
	board_add(board->ready);
	wait_for_go();
	return NULL;
}

/* crowd COUNT: more threads than the board has slots for, asleep until told to go */
static int do_crowd(char **argv)
{
	int threads = number(argv, 0, 1000);

	board_put(board->tid[0], gettid());
	for (int i = 1; i <= threads; i++)
		make_thread(crowd_thread, i);
	await_ready(threads);
	board_add(board->ready);
	wait_for_go();
	_exit(0);
}

/* spin COUNT: threads that never leave user mode */
static int do_spin(char **argv)
{
	int threads = number(argv, 0, 2);

	board_put(board->tid[0], gettid());
	for (int i = 1; i <= threads; i++)
		make_thread(spinning_thread, i);
	await_ready(threads);
	board_add(board->ready);
	wait_for_go();
	return 0;
}

/* spinmake COUNT: spinning threads, then an event of each kind, by permit */
static int do_spinmake(char **argv)
{
	int threads = number(argv, 0, 2);
	void *plugin;

	board_put(board->tid[0], gettid());
	for (int i = 1; i <= threads; i++)
		make_thread(spinning_thread, i);
	await_ready(threads);
	await_permit(1);
	pthread_join(make_thread(short_thread, threads + 1), NULL);
	await_permit(2);
	plugin = dlopen(path_beside("libplugin.so"), RTLD_NOW);
	await_permit(3);
	dlclose(plugin);
	await_permit(4);
	asm volatile("int3");
	wait_for_go();
	return 0;
}

/* churn: threads come and go until told to stop */
static int do_churn(char **argv)
{
	(void)argv;
	board_put(board->tid[0], gettid());
	board_add(board->ready);
	while (!board_get(board->go)) {
		pthread_t a = make_thread(short_thread, 1);
		pthread_t b = make_thread(short_thread, 2);

		pthread_join(a, NULL);
		pthread_join(b, NULL);
		board_add(board->count[0]);
	}
	return 0;
}

static void *exit_later(void *arg)
{
	board_add(board->ready);
	wait_for_go();
	exit((long)arg);
}

/* leader STATUS: the first thread ends, the other one goes on and exits */
static int do_leader(char **argv)
{
	make_thread(exit_later, number(argv, 0, 0));
	while (!board_get(board->ready))
		sched_yield();
	syscall(SYS_exit, 0);
	return 99;
}

/* dl COUNT: loads and unloads the plugin */
static int do_dl(char **argv)
{
	int rounds = number(argv, 0, 1);

	for (int i = 0; i < rounds; i++) {
		void *plugin = dlopen(path_beside("libplugin.so"), RTLD_NOW);

		if (!plugin) {
			fprintf(stderr, "debuggee: %s\n", dlerror());
			return 98;
		}
		dlclose(plugin);
		board_add(board->fact[FACT_STEP]);
	}
	return 0;
}

/* mapelf: what is and what is not the mapping of an image */
static int do_mapelf(char **argv)
{
	int elf = open(path_beside("libplugin.so"), O_RDONLY);
	const size_t page = 4096;
	char *p;

	(void)argv;
	if (elf < 0)
		return 98;
	/* Three mappings that are no image: */
	p = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE, elf, 0);
	munmap(p, 2 * page);
	p = mmap(NULL, 2 * page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(p, 2 * page);
	p = mmap(NULL, 2 * page, PROT_READ | PROT_EXEC, MAP_PRIVATE, FILE_FD, 0);
	munmap(p, 2 * page);
	board_put(board->fact[FACT_STEP], 1);
	/* and one that is: */
	p = mmap(NULL, 2 * page, PROT_READ | PROT_EXEC, MAP_PRIVATE, elf, 0);
	board_put(board->fact[FACT_BASE], (uint64_t)p);
	board_put(board->fact[FACT_STEP], 2);
	munmap(p + page, page);
	board_put(board->fact[FACT_STEP], 3);
	munmap(p, page);
	board_put(board->fact[FACT_STEP], 4);
	return 0;
}

/*
 * FAULTING() puts the addresses of an instruction and of its successor on the
 * board, then executes it, after those that make it ready.
 */
#define FAULTING(insn, ...) FAULTING_AFTER("nop", insn, __VA_ARGS__)
#define FAULTING_AFTER(prepare, insn, ...) ({				\
	asm volatile("leaq 1f(%%rip), %%rax\n\t"			\
		     "movq %%rax, %[ip]\n\t"				\
		     "leaq 2f(%%rip), %%rax\n\t"			\
		     "movq %%rax, %[next]\n\t"				\
		     prepare "\n"					\
		     "1: " insn "\n"					\
		     "2:"						\
		     : [ip] "=m" (board->fact[FACT_IP]),		\
		       [next] "=m" (board->fact[FACT_NEXT])		\
		     : __VA_ARGS__					\
		     : "rax", "rcx", "rdx", "cc", "memory");		\
})

static uint64_t touch(uint64_t address)
{
	board_put(board->fact[FACT_ADDRESS], address);
	return address;
}

static uint64_t new_page(int prot)
{
	return touch((uint64_t)mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static void flags_on(uint64_t bits)
{
	asm volatile("pushfq; orq %0, (%%rsp); popfq" : : "r" (bits) : "cc", "memory");
}

static void flags_off(uint64_t bits)
{
	asm volatile("pushfq; andq %0, (%%rsp); popfq" : : "r" (~bits) : "cc", "memory");
}

static void fault_null_read(void)
{
	FAULTING("movl (%[at]), %%ecx", [at] "r" (touch(0x10)));
}

static void fault_null_write(void)
{
	FAULTING("movl %%ecx, (%[at])", [at] "r" (touch(0x10)));
}

static void fault_null_exec(void)
{
	FAULTING("jmp *%[at]", [at] "r" (touch(0)));
}

static void fault_readonly(void)
{
	uint64_t page = new_page(PROT_READ);

	/* So that the page is there and it is the right to write that lacks. */
	asm volatile("movl (%[at]), %%ecx" : : [at] "r" (page) : "rcx", "memory");
	FAULTING("movl %%ecx, (%[at])", [at] "r" (page));
}

static void fault_exec_data(void)
{
	FAULTING("jmp *%[at]", [at] "r" (new_page(PROT_READ | PROT_WRITE)));
}

static void fault_noncanonical(void)
{
	FAULTING("movl (%[at]), %%ecx", [at] "r" (touch(0x8000000000000000ull)));
}

static void fault_int3(void)
{
	FAULTING("int3", "i" (0));
}

static void fault_ud2(void)
{
	FAULTING("ud2", "i" (0));
}

static void fault_lock(void)
{
	FAULTING(".byte 0xf0, 0x90", "i" (0));
}

static void fault_div0(void)
{
	FAULTING_AFTER("xorl %%edx, %%edx", "divl %[by]", [by] "r" (0));
}

static void fault_div_overflow(void)
{
	FAULTING_AFTER("movl $0x80000000, %%eax; cltd", "idivl %[by]", [by] "r" (-1));
}

static void fault_hlt(void)
{
	FAULTING("hlt", "i" (0));
}

static void fault_cli(void)
{
	FAULTING("cli", "i" (0));
}

static void fault_in(void)
{
	FAULTING("inb %%dx, %%al", "i" (0));
}

static void fault_rdmsr(void)
{
	FAULTING("rdmsr", "i" (0));
}

static void fault_int2d(void)
{
	FAULTING("int $0x2d", "i" (0));
}

static void fault_icebp(void)
{
	FAULTING(".byte 0xf1", "i" (0));
}

static void fault_step(void)
{
	/* The trap comes after the instruction that follows popfq: at label 1. */
	asm volatile("leaq 1f(%%rip), %%rax\n\t"
		     "movq %%rax, %[ip]\n\t"
		     "movq %%rax, %[next]\n\t"
		     "pushfq\n\t"
		     "orq %[tf], (%%rsp)\n\t"
		     "popfq\n\t"
		     "nop\n"
		     "1: nop\n\t"
		     "nop\n\t"
		     "pushfq\n\t"
		     "andq %[mask], (%%rsp)\n\t"
		     "popfq"
		     : [ip] "=m" (board->fact[FACT_IP]), [next] "=m" (board->fact[FACT_NEXT])
		     : [tf] "i" (EFLAGS_TF), [mask] "i" (~(int)EFLAGS_TF)
		     : "rax", "cc", "memory");
}

static void fault_bus(void)
{
	uint64_t p = (uint64_t)mmap(NULL, 4096, PROT_READ, MAP_SHARED, FILE_FD, 0);

	FAULTING("movl (%[at]), %%ecx", [at] "r" (touch(p)));
}

static void fault_alignment(void)
{
	uint64_t p = new_page(PROT_READ | PROT_WRITE);

	flags_on(EFLAGS_AC);
	FAULTING("movl (%[at]), %%ecx", [at] "r" (p + 1));
	flags_off(EFLAGS_AC);
	touch(p + 1);
}

static void fault_x87(void)
{
	static const unsigned short unmask_divide = 0x037b;
	static const unsigned short mask_all = 0x037f;

	asm volatile("fninit; fldcw %0; fld1; fldz; fdivrp" : : "m" (unmask_divide));
	FAULTING("fwait", "i" (0));
	asm volatile("fnclex; fldcw %0" : : "m" (mask_all));
}

static void fault_sse(void)
{
	static const unsigned int unmask_divide = 0x1d80;
	static const float one = 1.0f;
	static const float zero;

	asm volatile("ldmxcsr %0; movss %1, %%xmm0; movss %2, %%xmm1"
		     : : "m" (unmask_divide), "m" (one), "m" (zero));
	FAULTING("divss %%xmm1, %%xmm0", "i" (0));
}

static char stack_eater(int depth);

/* Through a pointer, which the compiler does not see to be a recursion without end. */
static char (*eat_more)(int depth) = stack_eater;

static char stack_eater(int depth)
{
	char frame[2048];

	memset(frame, depth, sizeof(frame));
	return eat_more(depth + 1) + frame[depth & 1023];
}

static void fault_stack(void)
{
	struct rlimit limit = { .rlim_cur = 256 << 10, .rlim_max = RLIM_INFINITY };

	getrlimit(RLIMIT_STACK, &limit);
	limit.rlim_cur = 256 << 10;
	setrlimit(RLIMIT_STACK, &limit);
	eat_more(0);
}

static const struct fault {
	const char *name;
	void (*fn)(void);
} faults[] = {
	{ "null-read", fault_null_read },
	{ "null-write", fault_null_write },
	{ "null-exec", fault_null_exec },
	{ "readonly", fault_readonly },
	{ "exec-data", fault_exec_data },
	{ "noncanonical", fault_noncanonical },
	{ "int3", fault_int3 },
	{ "ud2", fault_ud2 },
	{ "lock", fault_lock },
	{ "div0", fault_div0 },
	{ "div-overflow", fault_div_overflow },
	{ "hlt", fault_hlt },
	{ "cli", fault_cli },
	{ "in", fault_in },
	{ "rdmsr", fault_rdmsr },
	{ "int2d", fault_int2d },
	{ "icebp", fault_icebp },
	{ "step", fault_step },
	{ "bus", fault_bus },
	{ "alignment", fault_alignment },
	{ "x87", fault_x87 },
	{ "sse", fault_sse },
	{ "stack", fault_stack },
};

static void on_fault(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	board_put(board->fact[FACT_SIGNO], sig);
	board_put(board->fact[FACT_CODE], info->si_code);
	board_put(board->fact[FACT_SI_ADDR], (uint64_t)info->si_addr);
	board_put(board->fact[FACT_HANDLER_IP], uc->uc_mcontext.gregs[REG_RIP]);
	board_add(board->fact[FACT_HANDLER]);
	if (board_get(board->fact[FACT_NEXT]))
		uc->uc_mcontext.gregs[REG_RIP] = board_get(board->fact[FACT_NEXT]);
	uc->uc_mcontext.gregs[REG_EFL] &= ~(long long)(EFLAGS_TF | EFLAGS_AC);
}

static const int fault_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };

static bool handle_faults(const char *how)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };
	sigset_t set;

	sigemptyset(&set);
	if (!strcmp(how, "none"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(fault_signals); i++) {
		if (!strcmp(how, "ignored"))
			action = (struct sigaction){ .sa_handler = SIG_IGN };
		else
			action.sa_sigaction = on_fault;
		sigaction(fault_signals[i], &action, NULL);
		sigaddset(&set, fault_signals[i]);
	}
	if (!strcmp(how, "blocked"))
		sigprocmask(SIG_BLOCK, &set, NULL);
	else if (strcmp(how, "handler") && strcmp(how, "ignored"))
		return false;
	return true;
}

/*
 * fault KIND HOW [COUNT] [ROUNDS]: faults; HOW is none, handler, blocked or
 * ignored; COUNT threads are parked beside it
 */
static int do_fault(char **argv)
{
	int rounds;

	if (!argv[0] || !argv[1] || !handle_faults(argv[1]))
		return 97;
	rounds = number(argv, 3, 1);
	board_put(board->tid[0], gettid());
	park(number(argv, 2, 0));
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (strcmp(faults[i].name, argv[0]))
			continue;
		while (rounds--) {
			faults[i].fn();
			board_add(board->fact[FACT_STEP]);
		}
		return 0;
	}
	return 97;
}

static void *trap_thread(void *arg)
{
	long slot = (long)arg;

	board_put(board->tid[slot], gettid());
	board_add(board->ready);
	while (!board_get(board->go))
		sched_yield();
	asm volatile("int3");
	board_add(board->count[slot]);
	return NULL;
}

/* trapall COUNT: that many threads run into an int3 at the same time */
static int do_trapall(char **argv)
{
	int threads = number(argv, 0, 4);
	pthread_t thread[BOARD_SLOTS];

	board_put(board->tid[0], gettid());
	for (int i = 1; i <= threads; i++)
		thread[i] = make_thread(trap_thread, i);
	for (int i = 1; i <= threads; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

/* raise SIGNAL HOW: sends itself a signal, which is no exception */
static int do_raise(char **argv)
{
	if (!argv[0] || !argv[1] || !handle_faults(argv[1]))
		return 97;
	kill(getpid(), atoi(argv[0]));
	board_add(board->fact[FACT_STEP]);
	return 0;
}

static void count_return(void)
{
	if (errno == EINTR)
		board_add(board->fact[FACT_EINTR]);
	else
		board_add(board->fact[FACT_WOKEN]);
}

static int idle_pipe[2];

static void *sleeper_thread(void *arg)
{
	struct pollfd pfd = { .fd = idle_pipe[0], .events = POLLIN };
	const struct timespec long_time = { .tv_sec = 100000 };
	struct epoll_event ev = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	long slot = (long)arg;
	sigset_t set;
	char c;

	epoll_ctl(epoll, EPOLL_CTL_ADD, idle_pipe[0], &ev);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	board_put(board->tid[slot], gettid());
	board_add(board->ready);
	for (;;) {
		errno = 0;
		switch (slot) {
		case 1:
			nanosleep(&long_time, NULL);
			break;
		case 2:
			if (read(idle_pipe[0], &c, 1))
				count_return();
			break;
		case 3:
			poll(&pfd, 1, -1);
			break;
		case 4:
			epoll_wait(epoll, &ev, 1, -1);
			break;
		case 5:
			sigtimedwait(&set, NULL, &long_time);
			break;
		default:
			pause();
		}
		count_return();
	}
	return NULL;
}

/* sleepers: one thread asleep in each of some system calls, counting EINTR */
static int do_sleepers(char **argv)
{
	struct timespec short_time = { .tv_nsec = 1000000 };

	(void)argv;
	if (pipe2(idle_pipe, O_CLOEXEC))
		return 98;
	board_put(board->tid[0], gettid());
	for (int i = 1; i <= 6; i++)
		make_thread(sleeper_thread, i);
	await_ready(6);
	board_add(board->ready);
	while (!board_get(board->go)) {
		if (nanosleep(&short_time, NULL))
			board_add(board->fact[FACT_EINTR]);
		board_add(board->count[0]);
	}
	_exit(0);
}

static void wait_for_child(pid_t child)
{
	int status = -1;

	board_put(board->fact[FACT_CHILD], child);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		board_add(board->fact[FACT_EINTR]);
	board_put(board->fact[FACT_CHILD_STATUS], status);
}

/* fork STATUS DEPTH: a child (of a child ...) that exits */
static int do_fork(char **argv)
{
	int depth = number(argv, 1, 1);
	pid_t child = 0;

	for (int i = 0; i < depth && !child; i++)
		child = fork();
	if (!child) {
		board_add(board->count[1]);
		_exit(number(argv, 0, 0));
	}
	wait_for_child(child);
	_exit(0);
}

/* vfork STATUS: a child that executes this program anew */
static int do_vfork(char **argv)
{
	const char *self = self_path();
	pid_t child = vfork();

	if (!child) {
		execl(self, self, "exit", argv[0] ? argv[0] : "0", NULL);
		_exit(98);
	}
	wait_for_child(child);
	return 0;
}

/* exec PROGRAM ARGUMENT...: after it has been told to go; "self" is this file */
static int do_exec(char **argv)
{
	wait_for_go();
	execv(strcmp(argv[0], "self") ? argv[0] : self_path(), argv);
	board_put(board->fact[FACT_ERRNO], errno);
	return 98;
}

static void *exec_thread(void *arg)
{
	char **argv = arg;

	board_put(board->tid[BOARD_SLOTS - 1], gettid());
	do_exec(argv);
	return NULL;
}

/* execlead COUNT PROGRAM ARGUMENT...: the same with parked threads */
static int do_execlead(char **argv)
{
	board_put(board->tid[0], gettid());
	for (int i = 1; i <= number(argv, 0, 2); i++)
		make_thread(sleeping_thread, i);
	await_ready(number(argv, 0, 2));
	board_add(board->ready);
	return do_exec(argv + 1);
}

/* execthread COUNT PROGRAM ARGUMENT...: and not from the first thread */
static int do_execthread(char **argv)
{
	pthread_t thread;

	board_put(board->tid[0], gettid());
	for (int i = 1; i <= number(argv, 0, 2); i++)
		make_thread(sleeping_thread, i);
	await_ready(number(argv, 0, 2));
	pthread_create(&thread, NULL, exec_thread, argv + 1);
	board_add(board->ready);
	for (;;)
		pause();
	return 0;
}

/* ids: who am I? */
static int do_ids(char **argv)
{
	(void)argv;
	board_put(board->fact[FACT_EUID], geteuid());
	board_add(board->fact[FACT_STEP]);
	return 9;
}

static void on_trap(int sig)
{
	(void)sig;
	board_add(board->fact[FACT_HANDLER]);
}

#define LOAD(field) \
	{ .code = BPF_LD | BPF_W | BPF_ABS, .k = offsetof(struct seccomp_data, field) }
#define RETURN(value) \
	{ .code = BPF_RET | BPF_K, .k = value }

/* seccomp ACTION: a system call that a filter does not allow; kill or trap */
static int do_seccomp(char **argv)
{
	bool kill = argv[0] && !strcmp(argv[0], "kill");
	struct sock_filter filter[] = {
		LOAD(nr),
		{ .code = BPF_JMP | BPF_JEQ | BPF_K, .k = SYS_getppid, .jt = 0, .jf = 1 },
		RETURN(kill ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_TRAP),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = ARRAY_SIZE(filter), .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 95;
	syscall(SYS_getppid);
	board_add(board->fact[FACT_STEP]);
	return 0;
}

/* permit STATUS: exits when it may */
static int do_permit(char **argv)
{
	board_add(board->ready);
	await_permit(1);
	return number(argv, 0, 0);
}

/* busy: events of every kind, one after the other, until told to stop */
static int do_busy(char **argv)
{
	(void)argv;
	signal(SIGTRAP, on_trap);
	board_put(board->tid[0], gettid());
	board_add(board->ready);
	while (!board_get(board->go)) {
		void *plugin;

		asm volatile("int3");
		pthread_join(make_thread(short_thread, 1), NULL);
		plugin = dlopen(path_beside("libplugin.so"), RTLD_NOW);
		if (plugin)
			dlclose(plugin);
		board_add(board->count[0]);
	}
	return 0;
}

/* traffic: works all hooked kernel functions, until told to stop */
static int do_traffic(char **argv)
{
	long slot = number(argv, 0, 0);

	signal(SIGTRAP, on_trap);
	board_add(board->ready);
	while (!board_get(board->go)) {
		const char *path = path_beside("static");
		pid_t child = fork();
		void *plugin;
		int status;

		if (!child) {
			execl(path, path, "exit", NULL);
			_exit(98);
		}
		if (child < 0 || waitpid(child, &status, 0) != child || status != 42 << 8)
			return 96;
		pthread_join(make_thread(short_thread, slot + 1), NULL);
		plugin = dlopen(path_beside("libplugin.so"), RTLD_NOW);
		if (!plugin)
			return 95;
		dlclose(plugin);
		asm volatile("int3");
		board_add(board->count[slot]);
	}
	return board_get(board->fact[FACT_HANDLER]) ? 0 : 94;
}

static const struct mode modes[] = {
	{ "busy", do_busy },
	{ "churn", do_churn },
	{ "crowd", do_crowd },
	{ "dl", do_dl },
	{ "exec", do_exec },
	{ "execlead", do_execlead },
	{ "execthread", do_execthread },
	{ "exit", do_exit_mode },
	{ "exitall", do_exitall },
	{ "fault", do_fault },
	{ "fork", do_fork },
	{ "ids", do_ids },
	{ "leader", do_leader },
	{ "mapelf", do_mapelf },
	{ "park", do_park },
	{ "permit", do_permit },
	{ "raise", do_raise },
	{ "seccomp", do_seccomp },
	{ "sleepers", do_sleepers },
	{ "spin", do_spin },
	{ "spinmake", do_spinmake },
	{ "threads", do_threads },
	{ "traffic", do_traffic },
	{ "trapall", do_trapall },
	{ "vfork", do_vfork },
};

int main(int argc, char **argv)
{
	return run_mode(modes, ARRAY_SIZE(modes), argc, argv);
}
