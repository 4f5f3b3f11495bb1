/* SPDX-License-Identifier: GPL-2.0 */
/* NT's EXCEPTION_RECORD of x64, and how one is made of what Linux and the CPU say. */
#ifndef _NTDBG_KE_EXCEPTION_RECORD_H
#define _NTDBG_KE_EXCEPTION_RECORD_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include "ke/insn.h"

struct ntdbg_fault;
struct ntdbg_software;

#define EXCEPTION_NONCONTINUABLE	0x1u
#define EXCEPTION_MAXIMUM_PARAMETERS	15

/* Signals that NT has no exception for, and those that seccomp makes: our own codes. */
#define STATUS_LINUX_SIGNAL(signo)	(0xe04c0000u | (u32)(signo))
#define STATUS_LINUX_SECCOMP		STATUS_LINUX_SIGNAL(31)

/**
 * struct ke_exception_record - EXCEPTION_RECORD
 * @code: ExceptionCode
 * @flags: ExceptionFlags
 * @record: address of a chained one
 * @address: ExceptionAddress
 * @nr_parameters: NumberParameters
 * @padding: 0
 * @information: ExceptionInformation
 */
struct ke_exception_record {
	u32 code;
	u32 flags;
	u64 record;
	u64 address;
	u32 nr_parameters;
	u32 padding;
	u64 information[EXCEPTION_MAXIMUM_PARAMETERS];
};

static_assert(sizeof(struct ke_exception_record) == 0x98);
static_assert(offsetof(struct ke_exception_record, address) == 0x10);
static_assert(offsetof(struct ke_exception_record, information) == 0x20);

void ke_record_fault(struct ke_exception_record *record, const struct ntdbg_fault *fault,
		     u32 chance, ke_read_memory_t read, void *argument);
void ke_record_software(struct ke_exception_record *record, const struct ntdbg_software *software);

#endif /* _NTDBG_KE_EXCEPTION_RECORD_H */
