// SPDX-License-Identifier: GPL-2.0
/*
 * The fault table, sections 4.2 and 4.3: for each row machine code is run in a
 * debuggee, and what the debugger sees is compared: exception code, flags,
 * parameters, address, Rip, both chances, exit status.
 *
 * A row that this processor does not raise, QEMU's emulation above all, is
 * found out by running the code without a debugger, and skipped by name.
 */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <ntdbg/ntdbg.h>
#include "machine.h"
#include "nt.h"

#define ANY		0xa5a5a5a5a5a5a5a5ull	/* not compared */
#define MAX_PARAMETERS	3

/* fault.flags */
#define AFTER		0x01u	/* Rip is one byte behind the address at the first chance */
#define SECOND_ONLY	0x02u
#define RUNS_ON		0x04u	/* no exception: the code runs to its end */
#define NO_EXCEPTION	0x08u	/* no exception: a signal ends it */
#define PRINTS		0x20u	/* DBG_PRINTEXCEPTION_C before that */
#define HARDWARE	0x10u	/* the debugger sets a breakpoint register first */

struct fault {
	const char *code;
	uint64_t address;
	unsigned int flags;
	const char *preparation;
	unsigned int nr_parameters;
	uint64_t parameters[MAX_PARAMETERS];
};

struct fault_row {
	struct row row;
	struct fault fault;
};

static NTSTATUS run_fault(void);

#define AT(offset)	(CODE_AT + (offset))

#define FAULT(section, name, status, code, address, ...)			\
	{ { section, name, (NTSTATUS)(status), run_fault }, { code, address, __VA_ARGS__ } }
#define NOT_RAISED(section, name, status, reason)				\
	{ { section, name, (NTSTATUS)(status), .kind = NOT_HERE, .why = reason } }
#define PARAMETERS(nr, ...)	.nr_parameters = nr, .parameters = { __VA_ARGS__ }

#define VIOLATION	STATUS_ACCESS_VIOLATION
#define PRIVILEGED	STATUS_PRIVILEGED_INSTRUCTION
#define NO_ADDRESS	PARAMETERS(2, 0, ~0ull)

static const struct fault_row faults[] = {
	FAULT("4.3", "0 #DE, divisor 0", STATUS_INTEGER_DIVIDE_BY_ZERO, "31d231c9f7f1", AT(4)),
	FAULT("4.3", "0 #DE, INT_MIN / -1", STATUS_INTEGER_OVERFLOW,
	      "b80000008099b9fffffffff7f9", AT(11)),
	FAULT("4.3", "0 #DE, quotient too large, memory operand", STATUS_INTEGER_OVERFLOW,
	      "baffffff7ff7342500000021", AT(5)),
	FAULT("4.3", "1 #DB, trap flag", STATUS_SINGLE_STEP, "9c48810c24000100009d9090", AT(11)),
	FAULT("4.3", "1 #DB, breakpoint register", STATUS_SINGLE_STEP, "9090", AT(1), HARDWARE),
	FAULT("4.3", "1 #DB, icebp", STATUS_SINGLE_STEP, "f190", AT(1)),
	FAULT("4.3", "3 #BP, int3", STATUS_BREAKPOINT, "cc90", AT(0), AFTER, PARAMETERS(1, 0)),
	FAULT("4.3", "3 #BP, int 3 of two bytes", STATUS_BREAKPOINT, "cd0390", AT(1), AFTER,
	      PARAMETERS(1, 0)),
	FAULT("4.3", "4 #OF, int 4", STATUS_INTEGER_OVERFLOW, "cd04", ANY),
	NOT_RAISED("4.3", "5 #BR", STATUS_ARRAY_BOUNDS_EXCEEDED,
		   "no instruction of 64-bit code raises it"),
	FAULT("4.3", "6 #UD, ud2", STATUS_ILLEGAL_INSTRUCTION, "0f0b", AT(0)),
	FAULT("4.3", "6 #UD, lock prefix misused", STATUS_INVALID_LOCK_SEQUENCE, "f090", AT(0)),
	NOT_RAISED("4.3", "7 #NM, 8 #DF, 10 #TS, 18 #MC", STATUS_ILLEGAL_INSTRUCTION,
		   "the kernel handles 7 itself, the others end the machine"),
	FAULT("4.3", "11 #NP, segment not present", VIOLATION, "b8070000008ee8", AT(5),
	      .preparation = "ldt", NO_ADDRESS),
	FAULT("4.3", "12 #SS, stack access not canonical", VIOLATION,
	      "48bd0000000000000080488b4500", AT(10), NO_ADDRESS),
	FAULT("4.3", "13 #GP, hlt", PRIVILEGED, "f4", AT(0)),
	FAULT("4.3", "13 #GP, cli", PRIVILEGED, "fa", AT(0)),
	FAULT("4.3", "13 #GP, sti", PRIVILEGED, "fb", AT(0)),
	FAULT("4.3", "13 #GP, in al, dx", PRIVILEGED, "ec", AT(0)),
	FAULT("4.3", "13 #GP, in al, 80h", PRIVILEGED, "e480", AT(0)),
	FAULT("4.3", "13 #GP, out dx, al", PRIVILEGED, "ee", AT(0)),
	FAULT("4.3", "13 #GP, out 80h, al", PRIVILEGED, "e680", AT(0)),
	FAULT("4.3", "13 #GP, insb", PRIVILEGED, "6c", AT(0)),
	FAULT("4.3", "13 #GP, outsb", PRIVILEGED, "6e", AT(0)),
	FAULT("4.3", "13 #GP, clts", PRIVILEGED, "0f06", AT(0)),
	FAULT("4.3", "13 #GP, invd", PRIVILEGED, "0f08", AT(0)),
	FAULT("4.3", "13 #GP, wbinvd", PRIVILEGED, "0f09", AT(0)),
	FAULT("4.3", "13 #GP, mov rax, cr0", PRIVILEGED, "0f20c0", AT(0)),
	FAULT("4.3", "13 #GP, mov cr0, rax", PRIVILEGED, "0f22c0", AT(0)),
	FAULT("4.3", "13 #GP, mov rax, dr0", PRIVILEGED, "0f21c0", AT(0)),
	FAULT("4.3", "13 #GP, mov dr0, rax", PRIVILEGED, "0f23c0", AT(0)),
	FAULT("4.3", "13 #GP, int 21h", VIOLATION, "cd21", AT(0), NO_ADDRESS),
	FAULT("4.3", "13 #GP, not canonical", VIOLATION, "48b800000000000000808a00", AT(10),
	      NO_ADDRESS),
	FAULT("4.3", "13 #GP, int 29h: fast fail", STATUS_STACK_BUFFER_OVERRUN,
	      "b907000000cd29", AT(5), SECOND_ONLY, PARAMETERS(1, 7)),
	FAULT("4.3", "13 #GP, int 2Ch: assertion", STATUS_ASSERTION_FAILURE, "cd2c", AT(0)),
	FAULT("4.3", "13 #GP, int 2Dh, service 2", STATUS_BREAKPOINT, "b802000000cd2d9090", AT(8),
	      PARAMETERS(1, 2)),
	FAULT("4.3", "13 #GP, int 2Dh, service 1 is told as a debug print, then swallowed",
	      STATUS_SUCCESS, "b94000002131d2b801000000cd2d9090", 0, RUNS_ON | PRINTS),
	FAULT("4.3", "13 #GP, int 2Dh, service 3 is swallowed", STATUS_SUCCESS,
	      "b803000000cd2d9090", 0, RUNS_ON),
	FAULT("4.3", "13 #GP, int 2Dh, service 4 is swallowed", STATUS_SUCCESS,
	      "b804000000cd2d9090", 0, RUNS_ON),
	FAULT("4.3", "13 #GP, int 2Dh, service 5 is swallowed", STATUS_SUCCESS,
	      "b805000000cd2d9090", 0, RUNS_ON),
	FAULT("4.3", "14 #PF, nothing there, read", VIOLATION, "8a042500000030", AT(0),
	      PARAMETERS(2, 0, NOTHING_AT)),
	FAULT("4.3", "14 #PF, nothing there, write", VIOLATION, "88042500000030", AT(0),
	      PARAMETERS(2, 1, NOTHING_AT)),
	FAULT("4.3", "14 #PF, nothing there, execute", VIOLATION, "b800000030ffe0", NOTHING_AT,
	      PARAMETERS(2, 8, NOTHING_AT)),
	FAULT("4.3", "14 #PF, NULL, read", VIOLATION, "8a042508000000", AT(0),
	      PARAMETERS(2, 0, 8)),
	FAULT("4.3", "14 #PF, read only, write", VIOLATION, "88042500000020", AT(0),
	      PARAMETERS(2, 1, READ_ONLY_AT)),
	FAULT("4.3", "14 #PF, no access, read", VIOLATION, "8a042500000022", AT(0),
	      PARAMETERS(2, 0, NO_ACCESS_AT)),
	FAULT("4.3", "14 #PF, no access, write", VIOLATION, "88042500000022", AT(0),
	      PARAMETERS(2, 1, NO_ACCESS_AT)),
	FAULT("4.3", "14 #PF, data, execute", VIOLATION, "b800000021ffe0", DATA_AT,
	      PARAMETERS(2, 8, DATA_AT)),
	FAULT("4.3", "14 #PF, guard gap of the stack", STATUS_STACK_OVERFLOW, "50ebfd", AT(0),
	      PARAMETERS(2, 1, ANY)),
	FAULT("4.3", "14 #PF, protection key", VIOLATION, "8a042500000050", AT(0),
	      .preparation = "pkey", PARAMETERS(3, 0, PKEY_AT, 1)),
	FAULT("4.3", "14 #PF, beyond the file, read", STATUS_IN_PAGE_ERROR, "8a042500000040",
	      AT(0), .preparation = "file",
	      PARAMETERS(3, 0, FILE_AT, (uint32_t)STATUS_END_OF_FILE)),
	FAULT("4.3", "14 #PF, beyond the file, write", STATUS_IN_PAGE_ERROR, "88042500000040",
	      AT(0), .preparation = "file",
	      PARAMETERS(3, 1, FILE_AT, (uint32_t)STATUS_END_OF_FILE)),
	/* The kernel tells it at once, in the call that breaks the page. */
	FAULT("4.3", "machine check: broken memory", STATUS_IN_PAGE_ERROR, "8a042500000060", ANY,
	      .preparation = "poison", PARAMETERS(3, 0, POISON_AT, 0xc0000709)),
	NOT_RAISED("4.3", "machine check: broken memory that nobody touched", STATUS_IN_PAGE_ERROR,
		   "it is asynchronous, so no exception"),
	NOT_RAISED("4.3", "SIGFPE, index out of range", STATUS_ARRAY_BOUNDS_EXCEEDED,
		   "no kernel for x86 sends it"),
	FAULT("4.3", "16 #MF, invalid operation", STATUS_FLOAT_INVALID_OPERATION,
	      "d92c2500000021d9eed9eedef99b", AT(13), PARAMETERS(1, 0)),
	FAULT("4.3", "16 #MF, denormal operand", STATUS_FLOAT_DENORMAL_OPERAND,
	      "d92c2502000021dd0425300000219b", AT(14), PARAMETERS(1, 0)),
	FAULT("4.3", "16 #MF, division by zero", STATUS_FLOAT_DIVIDE_BY_ZERO,
	      "d92c2504000021d9e8d9eedef99b", AT(13), PARAMETERS(1, 0)),
	FAULT("4.3", "16 #MF, overflow", STATUS_FLOAT_OVERFLOW,
	      "d92c2506000021db2c2510000021d8c89b", AT(16), PARAMETERS(1, 0)),
	FAULT("4.3", "16 #MF, underflow", STATUS_FLOAT_UNDERFLOW,
	      "d92c2508000021db2c2520000021d8c89b", AT(16), PARAMETERS(1, 0)),
	FAULT("4.3", "16 #MF, inexact result", STATUS_FLOAT_INEXACT_RESULT,
	      "d92c250a000021d9e8d9ebdef99b", AT(13), PARAMETERS(1, 0)),
	FAULT("4.3", "16 #MF, stack of x87 full", STATUS_FLOAT_STACK_CHECK,
	      "d92c2500000021d9eed9eed9eed9eed9eed9eed9eed9eed9ee9b", AT(25), PARAMETERS(1, 0)),
	FAULT("4.3", "19 #XF, division by zero", STATUS_FLOAT_DIVIDE_BY_ZERO,
	      "0fae1425380000210f57c9b801000000f30f2ac0f30f5ec1", AT(20),
	      PARAMETERS(2, 0, 0x1d84)),
	FAULT("4.3", "17 #AC, not aligned", STATUS_DATATYPE_MISALIGNMENT,
	      "9c810c24000004009d8b042501000021", AT(9)),
	NOT_RAISED("4.3", "21 #CP, shadow stack", STATUS_STACK_BUFFER_OVERRUN,
		   "QEMU's emulation has no shadow stacks"),
	FAULT("4.3", "seccomp", 0xe04c001f, "b8e70300000f05", ANY, .preparation = "seccomp",
	      PARAMETERS(3, SECCOMP_CALL, AUDIT_ARCH_X86_64, SECCOMP_ERRNO)),
	FAULT("4.3", "user dispatch is the program's", NTDBG_STATUS_SIGNAL(SIGSYS),
	      "b8270000000f05", 0, NO_EXCEPTION, "dispatch"),
	NOT_RAISED("4.3", "perf trap", STATUS_SINGLE_STEP, "it is reported by nobody yet"),
	NOT_RAISED("4.3", "memory tags", VIOLATION, "arm64 only"),
	NOT_RAISED("4.2", "guard page", STATUS_GUARD_PAGE_VIOLATION, "Linux has no guard pages"),
	NOT_RAISED("4.2", "several SSE exceptions of 32-bit code", STATUS_FLOAT_MULTIPLE_TRAPS,
		   "64-bit programs only"),
	FAULT("4.2", "exit status of control-C", STATUS_CONTROL_C_EXIT, "90", 0, NO_EXCEPTION,
	      "interrupt"),
	FAULT("4.4", "a signal that was sent is no exception", NTDBG_STATUS_SIGNAL(SIGSEGV), "90",
	      0, NO_EXCEPTION, "signal"),
};

static const struct fault *fault;

static bool not_compared(uint64_t value)
{
	return value == ANY;
}

/* Without a debugger: does the processor do it at all? */
static void see_whether_it_is_raised(const char *const *argv)
{
	pid_t alone = spawn(-1, 0, BOARD_FD, FILE_FD, argv);
	int status = 0;

	expect(alone > 0 && wait_exit(alone, WAIT_MS, &status));
	if (WIFEXITED(status) && WEXITSTATUS(status) == MACHINE_CANNOT)
		row_is_not_here("this system does not have it");
	if (WIFEXITED(status) && !(fault->flags & (RUNS_ON | HARDWARE)))
		row_is_not_here("this processor does not raise it");
}

static ULONG64 rip_and_dr6(ULONG64 *dr6)
{
	CONTEXT context = { .ContextFlags = CONTEXT_CONTROL | CONTEXT_DEBUG_REGISTERS };

	expect(!NtGetContextThread(thread, &context));
	*dr6 = context.Dr6;
	return context.Rip;
}

static void check_record(bool first)
{
	const EXCEPTION_RECORD64 *record = &event.StateInfo.Exception.ExceptionRecord;
	ULONG64 rip, dr6;
	char text[160];

	expect(event.NewState == (current_row->status == STATUS_BREAKPOINT ?
				  DbgBreakpointStateChange :
				  current_row->status == STATUS_SINGLE_STEP ?
				  DbgSingleStepStateChange : DbgExceptionStateChange));
	snprintf(text, sizeof(text),
		 "code %08x flags %x address %#llx parameters %u: %#llx %#llx %#llx",
		 record->ExceptionCode, record->ExceptionFlags,
		 (unsigned long long)record->ExceptionAddress, record->NumberParameters,
		 (unsigned long long)record->ExceptionInformation[0],
		 (unsigned long long)record->ExceptionInformation[1],
		 (unsigned long long)record->ExceptionInformation[2]);
	if (record->ExceptionCode != current_row->status ||
	    record->ExceptionFlags != (fault->flags & SECOND_ONLY ? EXCEPTION_NONCONTINUABLE : 0) ||
	    record->ExceptionRecord || record->NumberParameters != fault->nr_parameters ||
	    (!not_compared(fault->address) && record->ExceptionAddress != fault->address))
		row_fails(__FILE__, __LINE__, text);
	for (unsigned int i = 0; i < fault->nr_parameters; i++)
		if (!not_compared(fault->parameters[i]) &&
		    fault->parameters[i] != record->ExceptionInformation[i])
			row_fails(__FILE__, __LINE__, text);
	for (unsigned int i = fault->nr_parameters; i < EXCEPTION_MAXIMUM_PARAMETERS; i++)
		expect(!record->ExceptionInformation[i]);
	expect(event.StateInfo.Exception.FirstChance == first);
	rip = rip_and_dr6(&dr6);
	if (!not_compared(fault->address) && current_row->status != STATUS_BREAKPOINT)
		expect(rip == fault->address);
	if (fault->flags & AFTER)
		expect(rip == fault->address + first);
	if (fault->flags & HARDWARE)
		expect(dr6 & 1);
}

static void set_breakpoint_register(void)
{
	CONTEXT context = {
		.ContextFlags = CONTEXT_DEBUG_REGISTERS, .Dr0 = fault->address, .Dr7 = 1,
	};

	expect(!NtSetContextThread(thread, &context));
}

static NTSTATUS run_fault(void)
{
	const char *argv[4] = {};

	fault = &((const struct fault_row *)current_row)->fault;
	argv[0] = program("machine");
	argv[1] = fault->code;
	argv[2] = fault->preparation;
	see_whether_it_is_raised(argv);
	launch_program(0, argv);
	take_state(DbgCreateProcessStateChange);
	if (fault->flags & HARDWARE)
		set_breakpoint_register();
	answer(DBG_CONTINUE);
	take_one();
	if (fault->flags & PRINTS) {
		expect(event.NewState == DbgExceptionStateChange);
		expect(event.StateInfo.Exception.ExceptionRecord.ExceptionCode ==
		       DBG_PRINTEXCEPTION_C);
		answer(DBG_EXCEPTION_NOT_HANDLED);
		take_one();
	}
	if (!(fault->flags & (RUNS_ON | NO_EXCEPTION))) {
		if (!(fault->flags & SECOND_ONLY)) {
			check_record(true);
			answer(DBG_EXCEPTION_NOT_HANDLED);
			take_one();
		}
		check_record(false);
		answer(DBG_EXCEPTION_NOT_HANDLED);
		take_one();
	}
	expect(event.NewState == DbgExitProcessStateChange);
	answer(DBG_CONTINUE);
	if (fault->flags & RUNS_ON)
		return event.StateInfo.ExitProcess.ExitStatus == MACHINE_DONE ? STATUS_SUCCESS :
		       event.StateInfo.ExitProcess.ExitStatus;
	return event.StateInfo.ExitProcess.ExitStatus;
}

int main(void)
{
	return run_rows(&faults[0].row, ARRAY_SIZE(faults), sizeof(faults[0]), NULL, 0);
}
