// SPDX-License-Identifier: GPL-2.0
/*
 * What Linux and the CPU say about a fault, as the exception that NT would raise.
 *
 * The signal and its code decide first: the kernel sets them for each fault,
 * while the trap number stays from the last one when a signal is forced for
 * another reason (seccomp, a stack that cannot take a signal frame).
 */
#include <linux/audit.h>
#include <linux/signal.h>
#include <linux/string.h>
#include <asm/segment.h>
#include <asm/trapnr.h>
#include <ntdbg/dbgport.h>

#include "kcompat.h"
#include "ke/exception_record.h"
#include "ke/insn.h"
#include "ntstatus.h"

#define KE_FPU_KNOWN BIT(31) /* ntdbg_fault.fsw */

/* The x87 status word and MXCSR have the same flags in bits 0 to 5. */
#define KE_FLAG_DENORMAL BIT(1)
#define KE_FLAG_UNDERFLOW BIT(4)
#define KE_FLAG_STACK BIT(6) /* x87 only */

#define KE_FAST_FAIL_CONTROL_INVALID_RETURN_ADDRESS 57

static void ke_parameter(struct ke_exception_record *record, u64 value)
{
	record->information[record->nr_parameters++] = value;
}

/* Write in bit 0, instruction fetch in bit 3, as NT has it. */
static u64 ke_access(const struct ntdbg_fault *fault)
{
	return (fault->error_code >> 1) & 9;
}

static void ke_access_violation(struct ke_exception_record *record,
				const struct ntdbg_fault *fault)
{
	record->code = fault->in_guard_gap ? STATUS_STACK_OVERFLOW : STATUS_ACCESS_VIOLATION;
	ke_parameter(record, ke_access(fault));
	ke_parameter(record, fault->address);
}

/* The CPU names no address (not canonical, a bad segment): NT says -1. */
static void ke_access_violation_anywhere(struct ke_exception_record *record)
{
	record->code = STATUS_ACCESS_VIOLATION;
	ke_parameter(record, 0);
	ke_parameter(record, ~0ull);
}

static void ke_in_page_error(struct ke_exception_record *record, const struct ntdbg_fault *fault,
			     u32 why)
{
	record->code = STATUS_IN_PAGE_ERROR;
	ke_parameter(record, ke_access(fault));
	ke_parameter(record, fault->address);
	ke_parameter(record, why);
}

static void ke_breakpoint(struct ke_exception_record *record, u64 address, u64 service)
{
	record->code = STATUS_BREAKPOINT;
	record->address = address;
	ke_parameter(record, service);
}

static void ke_fast_fail(struct ke_exception_record *record, u64 subcode)
{
	record->code = STATUS_STACK_BUFFER_OVERRUN;
	record->flags |= EXCEPTION_NONCONTINUABLE;
	ke_parameter(record, subcode);
}

static void ke_signal(struct ke_exception_record *record, const struct ntdbg_fault *fault)
{
	record->code = STATUS_LINUX_SIGNAL(fault->signo);
	ke_parameter(record, (s64)fault->code);
}

static u32 ke_float_code(const struct ntdbg_fault *fault)
{
	bool simd = fault->trap == X86_TRAP_XF;
	u32 flags = 0;

	if (fault->fsw & KE_FPU_KNOWN)
		flags = simd ? fault->mxcsr & ~(fault->mxcsr >> 7) : fault->fsw;
	switch (fault->code) {
	case FPE_FLTDIV:
		return STATUS_FLOAT_DIVIDE_BY_ZERO;
	case FPE_FLTOVF:
		return STATUS_FLOAT_OVERFLOW;
	case FPE_FLTUND:
		/* Linux has one code for underflow and denormal operands. */
		if ((flags & KE_FLAG_DENORMAL) && !(flags & KE_FLAG_UNDERFLOW))
			return simd ? STATUS_FLOAT_INVALID_OPERATION :
				      STATUS_FLOAT_DENORMAL_OPERAND;
		return STATUS_FLOAT_UNDERFLOW;
	case FPE_FLTRES:
		return STATUS_FLOAT_INEXACT_RESULT;
	default:
		return !simd && (flags & KE_FLAG_STACK) ? STATUS_FLOAT_STACK_CHECK :
							  STATUS_FLOAT_INVALID_OPERATION;
	}
}

static void ke_arithmetic(struct ke_exception_record *record, const struct ntdbg_fault *fault,
			  ke_read_memory_t read, void *argument)
{
	bool simd = fault->trap == X86_TRAP_XF;
	struct ke_insn insn;

	switch (fault->code) {
	case FPE_INTDIV:
		/* One code for both causes; what is not known is taken for the common one. */
		ke_insn_decode(&insn, fault);
		record->code = ke_insn_divisor(&insn, read, argument) == KE_DIVISOR_NOT_ZERO ?
			       STATUS_INTEGER_OVERFLOW : STATUS_INTEGER_DIVIDE_BY_ZERO;
		return;
	case FPE_INTOVF:
		record->code = STATUS_INTEGER_OVERFLOW;
		return;
	case FPE_FLTSUB:
		record->code = STATUS_ARRAY_BOUNDS_EXCEEDED;
		return;
	}
	ke_parameter(record, 0);
	if (simd)
		ke_parameter(record, fault->fsw & KE_FPU_KNOWN ? fault->mxcsr : 0);
	record->code = simd && fault->regs.cs == __USER32_CS ? STATUS_FLOAT_MULTIPLE_TRAPS :
							       ke_float_code(fault);
}

static void ke_trap(struct ke_exception_record *record, const struct ntdbg_fault *fault)
{
	switch (fault->code) {
	case TRAP_PERF:
		ke_signal(record, fault);
		return;
	case TRAP_TRACE:
	case TRAP_HWBKPT:
		record->code = STATUS_SINGLE_STEP;
		return;
	case TRAP_BRKPT:
		if (fault->trap == X86_TRAP_DB) { /* ICEBP */
			record->code = STATUS_SINGLE_STEP;
			return;
		}
		break;
	}
	/* The CPU stands behind the int3; NT subtracts one byte for CD 03 too. */
	ke_breakpoint(record, fault->ip - 1, 0);
}

static void ke_protection(struct ke_exception_record *record, const struct ntdbg_fault *fault)
{
	struct ke_insn insn;
	int vector;

	ke_insn_decode(&insn, fault);
	/* The error code has the vector, too, but some QEMUs compute it wrongly. */
	vector = ke_insn_interrupt(&insn);
	if (!ke_insn_known(&insn) && (fault->error_code & 7) == 2)
		vector = (fault->error_code >> 3) & 0xff;
	switch (vector) {
	case 0x29:
		ke_fast_fail(record, fault->regs.rcx);
		return;
	case 0x2c:
		record->code = STATUS_ASSERTION_FAILURE;
		return;
	case 0x2d:
		/* It was stepped over, with the byte that NT's compilers put behind it. */
		ke_breakpoint(record, fault->ip, fault->regs.rax);
		return;
	}
	if (!fault->error_code && ke_insn_privileged(&insn))
		record->code = STATUS_PRIVILEGED_INSTRUCTION;
	else
		ke_access_violation_anywhere(record);
}

static void ke_segv(struct ke_exception_record *record, const struct ntdbg_fault *fault)
{
	switch (fault->code) {
	case SEGV_BNDERR:
		record->code = STATUS_ARRAY_BOUNDS_EXCEEDED;
		return;
	case SEGV_PKUERR:
		ke_access_violation(record, fault);
		/* An extension: the protection key. */
		ke_parameter(record, (u32)fault->error);
		return;
	case SEGV_CPERR:
		ke_fast_fail(record, KE_FAST_FAIL_CONTROL_INVALID_RETURN_ADDRESS);
		return;
	case SI_KERNEL:
		break;
	default:
		ke_access_violation(record, fault);
		return;
	}
	switch (fault->trap) {
	case X86_TRAP_OF:
		record->code = STATUS_INTEGER_OVERFLOW;
		break;
	case X86_TRAP_BR:
		record->code = STATUS_ARRAY_BOUNDS_EXCEEDED;
		break;
	case X86_TRAP_NM:
	case X86_TRAP_DF:
	case X86_TRAP_TS:
	case X86_TRAP_MC:
		record->code = STATUS_ILLEGAL_INSTRUCTION;
		break;
	case X86_TRAP_GP:
		ke_protection(record, fault);
		break;
	default:
		ke_access_violation_anywhere(record);
		break;
	}
}

static void ke_bus(struct ke_exception_record *record, const struct ntdbg_fault *fault)
{
	switch (fault->code) {
	case BUS_ADRALN:
		record->code = STATUS_DATATYPE_MISALIGNMENT;
		break;
	case BUS_ADRERR: /* behind the end of a mapped file */
		ke_in_page_error(record, fault, STATUS_END_OF_FILE);
		break;
	case BUS_MCEERR_AR:
	case BUS_MCEERR_AO:
		ke_in_page_error(record, fault, STATUS_HARDWARE_MEMORY_ERROR);
		break;
	case SI_KERNEL:
		/* A stack pointer that is no address is no exhausted stack. */
		if (fault->trap == X86_TRAP_NP)
			ke_protection(record, fault);
		else
			ke_access_violation_anywhere(record);
		break;
	default:
		ke_in_page_error(record, fault, STATUS_IO_DEVICE_ERROR);
		break;
	}
}

static void ke_bad_system_call(struct ke_exception_record *record, const struct ntdbg_fault *fault)
{
	if (fault->code != SYS_SECCOMP) {
		ke_signal(record, fault);
		return;
	}
	record->code = STATUS_LINUX_SECCOMP;
	ke_parameter(record, (u32)fault->regs.orig_rax);
	ke_parameter(record, fault->regs.cs == __USER32_CS ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64);
	ke_parameter(record, (u32)fault->error);
}

static void ke_illegal(struct ke_exception_record *record, const struct ntdbg_fault *fault)
{
	struct ke_insn insn;

	ke_insn_decode(&insn, fault);
	record->code = insn.lock ? STATUS_INVALID_LOCK_SEQUENCE : STATUS_ILLEGAL_INSTRUCTION;
}

/**
 * ke_record_fault() - a fault as an exception
 * @record: what is filled
 * @fault: the facts
 * @chance: NTDBG_EXCEPTION_*: events that nobody's instruction made; else 0
 * @read: reads the memory of the process that faulted, or says that it cannot
 * @argument: for @read
 *
 * Context: what @read needs.
 */
void ke_record_fault(struct ke_exception_record *record, const struct ntdbg_fault *fault,
		     u32 chance, ke_read_memory_t read, void *argument)
{
	memset(record, 0, sizeof(*record));
	record->address = fault->ip;
	if (chance & (NTDBG_EXCEPTION_LOADER_BREAK | NTDBG_EXCEPTION_BREAK_IN)) {
		ke_breakpoint(record, fault->ip, 0);
		return;
	}
	switch (fault->signo) {
	case SIGFPE:
		ke_arithmetic(record, fault, read, argument);
		break;
	case SIGTRAP:
		ke_trap(record, fault);
		break;
	case SIGILL:
		ke_illegal(record, fault);
		break;
	case SIGSEGV:
		ke_segv(record, fault);
		break;
	case SIGBUS:
		ke_bus(record, fault);
		break;
	case SIGSYS:
		ke_bad_system_call(record, fault);
		break;
	default:
		ke_signal(record, fault);
		break;
	}
}

/**
 * ke_record_software() - what a program or a debug service said, as it is
 * @record: what is filled
 * @software: the exception
 *
 * Context: any.
 */
void ke_record_software(struct ke_exception_record *record, const struct ntdbg_software *software)
{
	u32 nr = min_t(u32, software->nr_parameters, EXCEPTION_MAXIMUM_PARAMETERS);

	memset(record, 0, sizeof(*record));
	record->code = software->code;
	record->flags = software->flags;
	record->record = software->record;
	record->address = software->address;
	record->nr_parameters = nr;
	memcpy(record->information, software->information, nr * sizeof(u64));
}
