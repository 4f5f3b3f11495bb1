// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions: the record of each kind, and both chances with every answer.
 *
 * Linux lets the CPU's facts through as they are; where QEMU is known to
 * differ from the hardware (the error code of "int n"), only what both have in
 * common is checked.
 */
#include "fixture.h"

#define ANY (~0ull)

enum address {
	ADDRESS_ZERO,
	ADDRESS_IP,
	ADDRESS_TOUCHED,
};

struct kind {
	const char *name;
	int signo;
	int code;
	enum address address;
	unsigned int trap;
	uint64_t error_code;
	const char *insn;	/* its first bytes, NULL: none can be read */
	unsigned int insn_len;
	unsigned int step_over;	/* rip is so far behind the instruction */
	bool told_anew;		/* at the second chance rip is another one */
};

static const struct kind kinds[] = {
	{ "null-read", SIGSEGV, SEGV_MAPERR, ADDRESS_TOUCHED, 14, 4, "", 0 },
	{ "null-write", SIGSEGV, SEGV_MAPERR, ADDRESS_TOUCHED, 14, 6, "", 0 },
	{ "null-exec", SIGSEGV, SEGV_MAPERR, ADDRESS_TOUCHED, 14, 0x14, NULL, 0 },
	{ "readonly", SIGSEGV, SEGV_ACCERR, ADDRESS_TOUCHED, 14, 7, "", 0 },
	{ "noncanonical", SIGSEGV, SI_KERNEL, ADDRESS_ZERO, 13, 0, "", 0 },
	{ "int3", SIGTRAP, SI_KERNEL, ADDRESS_ZERO, 3, 0, "\xcc", 1, .step_over = 1,
	  .told_anew = true },
	{ "ud2", SIGILL, ILL_ILLOPN, ADDRESS_IP, 6, 0, "\x0f\x0b", 2 },
	{ "lock", SIGILL, ILL_ILLOPN, ADDRESS_IP, 6, 0, "\xf0\x90", 2 },
	{ "div0", SIGFPE, FPE_INTDIV, ADDRESS_IP, 0, 0, "", 0 },
	{ "div-overflow", SIGFPE, FPE_INTDIV, ADDRESS_IP, 0, 0, "", 0 },
	{ "hlt", SIGSEGV, SI_KERNEL, ADDRESS_ZERO, 13, 0, "\xf4", 1 },
	{ "cli", SIGSEGV, SI_KERNEL, ADDRESS_ZERO, 13, 0, "\xfa", 1 },
	{ "in", SIGSEGV, SI_KERNEL, ADDRESS_ZERO, 13, 0, "\xec", 1 },
	{ "rdmsr", SIGSEGV, SI_KERNEL, ADDRESS_ZERO, 13, 0, "\x0f\x32", 2 },
	{ "int2d", SIGSEGV, SI_KERNEL, ADDRESS_ZERO, 13, ANY, "\xcd\x2d", 2, .step_over = 3,
	  .told_anew = true },
	{ "icebp", SIGTRAP, TRAP_BRKPT, ADDRESS_IP, 1, 0, NULL, 0, .step_over = 1 },
	{ "step", SIGTRAP, TRAP_TRACE, ADDRESS_IP, 1, 0, "\x90\x90", 2 },
	{ "bus", SIGBUS, BUS_ADRERR, ADDRESS_TOUCHED, 14, 4, "", 0 },
	{ "x87", SIGFPE, FPE_FLTDIV, ADDRESS_IP, 16, 0, "\x9b", 1 },
	{ "exec-data", SIGSEGV, SEGV_ACCERR, ADDRESS_TOUCHED, 14, 0x15, NULL, 0 },
};

/* These are not raised by every machine. */
static const struct kind alignment = {
	"alignment", SIGBUS, BUS_ADRALN, ADDRESS_ZERO, 17, 0, "", 0
};

static const struct kind sse = {
	"sse", SIGFPE, FPE_FLTDIV, ADDRESS_IP, 19, 0, "\xf3\x0f\x5e", 3
};

FIXTURE(each) {
	struct port_data port;
};

FIXTURE_VARIANT(each) {
	const char *how;
};

FIXTURE_VARIANT_ADD(each, none) { .how = "none" };
FIXTURE_VARIANT_ADD(each, handler) { .how = "handler" };
FIXTURE_VARIANT_ADD(each, blocked) { .how = "blocked" };
FIXTURE_VARIANT_ADD(each, ignored) { .how = "ignored" };

FIXTURE_SETUP(each)
{
	port_setup(_metadata, &self->port, NULL);
}

FIXTURE_TEARDOWN(each)
{
	port_teardown(_metadata, &self->port, NULL);
}

static void begin(struct port_data *self)
{
	memset(self->board, 0, sizeof(*self->board));
}

/* Does this machine raise the exception at all? Asked without any debugger. */
static bool raised(struct port_data *self, const struct kind *kind)
{
	const char *const argv[] = { program("debuggee"), "fault", kind->name, "none", NULL };
	pid_t pid = spawn(-1, 0, self->board_fd, self->file_fd, argv);
	int status = 0;

	if (pid <= 0 || !wait_exit(pid, WAIT_MS, &status))
		return true;
	begin(self);
	return WIFSIGNALED(status);
}

static void check_fault(struct __test_metadata *_metadata, struct port_data *self,
			const struct kind *kind, const struct ntdbg_fault *fault)
{
	uint64_t ip = board_get(self->board->fact[FACT_IP]);
	uint64_t touched = board_get(self->board->fact[FACT_ADDRESS]);
	unsigned char bytes[NTDBG_INSN_MAX];
	uint64_t insn_at;

	/* A jump to where no instruction can be fetched faults there. */
	if (!kind->insn && !kind->step_over)
		ip = touched;
	insn_at = ip;
	ip += kind->step_over;
	EXPECT_EQ(kind->signo, fault->signo) TH_LOG("%s", kind->name);
	EXPECT_EQ(kind->code, fault->code) TH_LOG("%s", kind->name);
	EXPECT_EQ(0, fault->error) TH_LOG("%s", kind->name);
	EXPECT_EQ(kind->trap, fault->trap) TH_LOG("%s", kind->name);
	if (kind->error_code != ANY)
		EXPECT_EQ(kind->error_code, fault->error_code) TH_LOG("%s", kind->name);
	EXPECT_EQ(kind->address == ADDRESS_TOUCHED ? touched :
		  kind->address == ADDRESS_IP ? ip : 0, fault->address) TH_LOG("%s", kind->name);
	EXPECT_EQ(ip, fault->ip) TH_LOG("%s", kind->name);
	EXPECT_EQ(ip, fault->regs.rip) TH_LOG("%s", kind->name);
	EXPECT_EQ(0x33, fault->regs.cs);
	EXPECT_EQ(0, fault->in_guard_gap) TH_LOG("%s", kind->name);
	if (kind->insn) {
		EXPECT_LT(0, fault->insn_len) TH_LOG("%s", kind->name);
		EXPECT_EQ(0, memcmp(kind->insn, fault->insn, kind->insn_len))
			TH_LOG("%s: %02x %02x", kind->name, fault->insn[0], fault->insn[1]);
		EXPECT_TRUE(read_memory(self->pid, insn_at, bytes, fault->insn_len));
		EXPECT_EQ(0, memcmp(bytes, fault->insn, fault->insn_len));
	} else if (!kind->step_over) {
		if (kind->code == SEGV_MAPERR)
			EXPECT_EQ(0, fault->insn_len) TH_LOG("%s", kind->name);
	}
	for (unsigned int i = fault->insn_len; i < NTDBG_INSN_MAX; i++)
		EXPECT_EQ(0, fault->insn[i]);
	if (kind->signo == SIGFPE)
		EXPECT_EQ(1u << 31, fault->fsw & 1u << 31) TH_LOG("%s", kind->name);
	if (!strcmp(kind->name, "sse"))
		EXPECT_EQ(0x1d84, fault->mxcsr);
	if (!strcmp(kind->name, "x87"))
		EXPECT_EQ(4, fault->fsw & 4);
	/* The CPU's own trap flag is off when a debugger looks. */
	if (!strcmp(kind->name, "step"))
		EXPECT_EQ(0, fault->regs.eflags & 0x100);
}

/* Launches and takes the first chance. */
static void fault_of(struct __test_metadata *_metadata, struct port_data *self,
		     const struct kind *kind, const char *how)
{
	begin(self);
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", kind->name, how);
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	check_fault(_metadata, self, kind, &self->r->exception.fault);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
}

static void answer_not_handled(struct __test_metadata *_metadata, struct port_data *self,
			       const struct kind *kind, const char *how)
{
	struct ntdbg_fault fault = self->r->exception.fault;

	cont(NOT_HANDLED);
	if (!strcmp(how, "handler")) {
		/* The handler runs, and the debugger hears no more of it. */
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
		EXPECT_EQ(kind->signo, board_get(self->board->fact[FACT_SIGNO]));
		EXPECT_EQ(kind->code, (int)board_get(self->board->fact[FACT_CODE]));
		EXPECT_EQ(fault.address, board_get(self->board->fact[FACT_SI_ADDR]));
		/* What NT makes of int 2Dh is the debugger's alone. */
		if (kind->step_over != 3)
			EXPECT_EQ(fault.ip, board_get(self->board->fact[FACT_HANDLER_IP]));
		EXPECT_EQ(0, self->r->exit.how) TH_LOG("%s", kind->name);
		finish(0);
		return;
	}
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(0, self->r->exception.chance);
	if (kind->told_anew) {
		/* A breakpoint's own address now; of a debug service it is its last byte. */
		EXPECT_EQ(fault.regs.rip - 1, self->r->exception.fault.regs.rip);
		self->r->exception.fault.regs.rip = fault.regs.rip;
	}
	EXPECT_EQ(0, memcmp(&fault, &self->r->exception.fault, sizeof(fault)))
		TH_LOG("%s: the second chance differs", kind->name);
	cont(NOT_HANDLED);
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXIT_BY_EXCEPTION, self->r->exit.how);
	if (kind->told_anew)
		self->r->exit.fault.regs.rip = fault.regs.rip;
	EXPECT_EQ(0, memcmp(&fault, &self->r->exit.fault, sizeof(fault)))
		TH_LOG("%s: EXIT_PROCESS has another fault", kind->name);
	EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
	finish(kind->signo);
}

TEST_F_TIMEOUT(each, not_handled, 300)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		fault_of(_metadata, &self->port, &kinds[i], variant->how);
		answer_not_handled(_metadata, &self->port, &kinds[i], variant->how);
	}
}

TEST_F(port, alignment_check)
{
	if (!raised(self, &alignment))
		SKIP(return, "this machine raises no alignment check, QEMU's emulation does not");
	fault_of(_metadata, self, &alignment, "none");
	answer_not_handled(_metadata, self, &alignment, "none");
}

TEST_F(port, sse_exception)
{
	if (!raised(self, &sse))
		SKIP(return, "this machine raises no SSE exception, QEMU's emulation does not");
	fault_of(_metadata, self, &sse, "none");
	answer_not_handled(_metadata, self, &sse, "none");
}

static const uint32_t handled_answers[] = {
	NTDBG_DBG_CONTINUE, NTDBG_DBG_EXCEPTION_HANDLED,
	NTDBG_DBG_TERMINATE_THREAD, NTDBG_DBG_TERMINATE_PROCESS,
};

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	abort();
}

TEST_F(port, a_breakpoint_that_is_handled)
{
	for (size_t i = 0; i < ARRAY_SIZE(handled_answers); i++) {
		fault_of(_metadata, self, kind_of("int3"), i & 1 ? "handler" : "none");
		cont(handled_answers[i]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
		EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
		EXPECT_EQ(0, self->r->exit.how);
		finish(0);
	}
}

TEST_F(port, a_single_step_is_one)
{
	for (size_t i = 0; i < ARRAY_SIZE(handled_answers); i++) {
		fault_of(_metadata, self, kind_of("step"), "none");
		cont(handled_answers[i]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		finish(0);
	}
}

TEST_F(port, a_fault_whose_cause_is_gone)
{
	for (size_t i = 0; i < ARRAY_SIZE(handled_answers); i++) {
		ASSERT_EQ(0, ftruncate(self->file_fd, 0));
		fault_of(_metadata, self, kind_of("bus"), "handler");
		ASSERT_EQ(0, ftruncate(self->file_fd, 4096));
		cont(handled_answers[i]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
		EXPECT_EQ(0, board_get(self->board->fact[FACT_HANDLER]));
		finish(0);
	}
}

TEST_F(port, a_fault_whose_cause_remains)
{
	struct ntdbg_fault fault;

	fault_of(_metadata, self, kind_of("ud2"), "none");
	fault = self->r->exception.fault;
	for (int i = 0; i < 5; i++) {
		cont(CONTINUE);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
		EXPECT_EQ(fault.ip, self->r->exception.fault.ip);
	}
	cont(NOT_HANDLED);
	drain(SIGILL);
}

/* There rip is that of the int3: whoever handles it has to move it, or meets the int3 again. */
TEST_F(port, second_chance_that_is_handled)
{
	for (size_t i = 0; i < ARRAY_SIZE(handled_answers); i++) {
		struct ntdbg_context context;
		int thread;

		fault_of(_metadata, self, kind_of("int3"), "none");
		cont(NOT_HANDLED);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(0, self->r->exception.chance);
		cont(handled_answers[i]);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
		cont(NOT_HANDLED);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(0, self->r->exception.chance);
		thread = whole_thread(self->pid);
		ASSERT_EQ(0, nt_get_context(thread, NTDBG_CONTEXT_CONTROL, &context));
		EXPECT_EQ(self->board->fact[FACT_IP], context.regs.rip);
		context.regs.rip++;
		ASSERT_EQ(0, nt_set_context(thread, NTDBG_CONTEXT_CONTROL, &context));
		cont(handled_answers[i]);
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(1, board_get(self->board->fact[FACT_STEP]));
		EXPECT_EQ(0, self->r->exit.how);
		finish(0);
	}
}

TEST_F(port, a_handled_second_chance_is_forgotten)
{
	fault_of(_metadata, self, kind_of("ud2"), "blocked");
	for (int i = 0; i < 3; i++) {
		cont(NOT_HANDLED);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(0, self->r->exception.chance);
		cont(HANDLED);
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	}
	cont(NOT_HANDLED);
	drain(SIGILL);
}

TEST_F(port, rounds_of_a_handler)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "null-read", "handler", "0", "20");
	run_to_program();
	for (int i = 0; i < 20; i++) {
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
		EXPECT_EQ(i, board_get(self->board->fact[FACT_HANDLER]));
		cont(NOT_HANDLED);
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(20, board_get(self->board->fact[FACT_HANDLER]));
	finish(0);
}

TEST_F(port, stack_overflow)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "fault", "stack", "none");
	run_to_program();
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
	EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
	EXPECT_EQ(SIGSEGV, self->r->exception.fault.signo);
	EXPECT_EQ(SEGV_MAPERR, self->r->exception.fault.code);
	EXPECT_EQ(14, self->r->exception.fault.trap);
	EXPECT_EQ(6, self->r->exception.fault.error_code);
	EXPECT_EQ(1, self->r->exception.fault.in_guard_gap);
	EXPECT_GT(65536, self->r->exception.fault.regs.rsp - self->r->exception.fault.address +
		  32768);
	cont(NOT_HANDLED);
	drain(SIGSEGV);
}

TEST_F(port, a_signal_that_was_sent_is_no_exception)
{
	static const char *const signals[] = { "11", "5", "4", "8", "7" };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		launch(NTDBG_LAUNCH_LOADER_BREAK, "raise", signals[i], "none");
		run_to_program();
		next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
		EXPECT_EQ(0, self->r->exit.how);
		finish(atoi(signals[i]));
	}
}

TEST_F(port, a_signal_with_a_handler_is_not_reported)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "raise", "11", "handler");
	run_to_program();
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	EXPECT_EQ(1, board_get(self->board->fact[FACT_HANDLER]));
	finish(0);
}

/* What the kernel kills for good, no debugger saves. */
TEST_F(port, a_forced_end_cannot_be_handled)
{
	launch(NTDBG_LAUNCH_LOADER_BREAK, "seccomp", "kill");
	run_to_program();
	do {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_PROCESS)
			break;
		EXPECT_EQ(0, self->r->exception.chance);
		cont(CONTINUE);
	} while (1);
	if (self->r->exit.wait_status == exited(95))
		SKIP(return, "this kernel has no seccomp filters");
	EXPECT_EQ(0, board_get(self->board->fact[FACT_STEP]));
	finish(SIGSYS);
}

TEST_F(port, twenty_threads_at_one_breakpoint)
{
	uint32_t seen[20];

	launch(NTDBG_LAUNCH_LOADER_BREAK, "trapall", "20");
	run_to_program();
	for (int i = 0; i < 20; i++) {
		next(NTDBG_EVENT_CREATE_THREAD, self->pid, 0);
		cont(CONTINUE);
	}
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 20));
	board_go(self->board);
	for (int traps = 0, exits = 0; traps < 20 || exits < 20;) {
		get();
		if (self->r->hdr.type == NTDBG_EVENT_EXIT_THREAD) {
			exits++;
			cont(CONTINUE);
			continue;
		}
		ASSERT_EQ(NTDBG_EVENT_EXCEPTION, self->r->hdr.type);
		for (int i = 0; i < traps; i++)
			EXPECT_NE(seen[i], self->r->hdr.tid);
		seen[traps++] = self->r->hdr.tid;
		/* Of one process at most one event is handed out. */
		EXPECT_EQ(0, dbg_poll(self->fd, 0));
		cont(CONTINUE);
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(0);
}

TEST_HARNESS_MAIN
