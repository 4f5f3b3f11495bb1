/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What services do with pointers: capture once, probe as NT does, write back.
 * With PreviousMode kernel nothing is probed and pointers are the kernel's own.
 * Pointers, SIZE_Ts and handles in memory are 4 bytes for 32-bit callers.
 *
 * All return an NTSTATUS: STATUS_SUCCESS, STATUS_DATATYPE_MISALIGNMENT or
 * STATUS_ACCESS_VIOLATION, checked in this order; others where they say so. All may sleep.
 */
#ifndef _NTDBG_NT_USER_H
#define _NTDBG_NT_USER_H

#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/types.h>

#include "ke/thread.h"
#include "ntstatus.h"

struct ob_attributes;
struct ob_type;

/* Does the caller run 32-bit code? */
static inline bool nt_wow64(void)
{
	return !user_64bit_mode(task_pt_regs(current)) && ke_previous_mode() == KE_USER_MODE;
}

u32 nt_copy_from(void *to, u64 from, size_t size, size_t alignment);
u32 nt_copy_to(u64 to, const void *from, size_t size, size_t alignment);
u32 nt_probe_for_write(u64 address, size_t size, size_t alignment);

u32 nt_get_u32(u64 from, u32 *value);
u32 nt_get_u64(u64 from, u64 *value);
u32 nt_get_pointer(u64 from, u64 *value);
u32 nt_put_u32(u64 to, u32 value);
u32 nt_put_u64(u64 to, u64 value);
u32 nt_put_pointer(u64 to, u64 value);

/* ProbeForWriteHandle and the like */
static inline u32 nt_probe_pointer(u64 address)
{
	size_t size = nt_wow64() ? sizeof(u32) : sizeof(u64);

	return nt_probe_for_write(address, size, size);
}

/* Does nothing for a pointer that is 0: for optional results. */
static inline u32 nt_put_optional_u32(u64 to, u32 value)
{
	return to ? nt_put_u32(to, value) : STATUS_SUCCESS;
}

u32 nt_put_io_status(u64 to, u32 status, u64 information);

/* UNICODE_STRING, captured without its text */
struct nt_unicode {
	u16 length;	/* in bytes */
	u16 maximum;
	u64 buffer;
};

u32 nt_get_unicode(u64 from, struct nt_unicode *string);
u32 nt_get_unicode_text(u64 from, u16 **text, unsigned int *characters);

u32 nt_capture_attributes(u64 from, bool required, struct ob_attributes *attributes);
void nt_release_attributes(struct ob_attributes *attributes);

/* LARGE_INTEGER time-outs: NULL never, negative relative, positive absolute, 0 now */
struct nt_timeout {
	bool infinite;
	bool absolute;	/* @ns is CLOCK_REALTIME, else CLOCK_MONOTONIC as of now */
	s64 ns;		/* when it is over; 0 if it is at once */
};

u32 nt_get_timeout(u64 from, struct nt_timeout *timeout);

/* The same in two steps, for who mostly has not to wait: captured, and begun. */
struct nt_interval {
	bool infinite;
	s64 value;
};

u64 nt_absolute_time(u64 ns);
u32 nt_get_interval(u64 from, struct nt_interval *interval);
void nt_start_timeout(const struct nt_interval *interval, struct nt_timeout *timeout);

/* For services that a Linux signal interrupts and that are made again */
bool nt_restarted(u8 flag);
void nt_keep_restart(u8 flag);

/* A Linux signal interrupts: made again, the wait ends when it would have ended. */
u32 nt_keep_timeout(const struct nt_timeout *timeout);

u32 nt_open_handle(const struct ob_type *type, void *object, u32 access, u32 attributes,
		   u64 handle_out);

#endif /* _NTDBG_NT_USER_H */
