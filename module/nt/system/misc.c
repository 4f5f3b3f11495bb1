// SPDX-License-Identifier: GPL-2.0
/* Numbers that are unique, languages, processors, and what only the powerful may do. */
#include <linux/capability.h>
#include <linux/atomic.h>
#include <linux/membarrier.h>
#include <linux/mm_types.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include <asm/unistd.h>

#include "nt/service.h"
#include "se/se.h"

#define NT_FIRST_LUID	1001	/* those below are well-known ones */
#define NT_UUID_EPOCH	0x01b21dd213814000ULL
#define NT_UUID_RANGE	1000u
#define NT_LANGUAGE	0x0409	/* English (United States) */

/*
 * NtAllocateLocallyUniqueId: a LUID that nobody else gets until the next boot.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_allocate_locally_unique_id, u64, out)
{
	static atomic64_t last = ATOMIC64_INIT(NT_FIRST_LUID - 1);
	u64 luid;
	u32 status;

	status = nt_probe_for_write(out, sizeof(luid), sizeof(u32));
	if (status)
		return status;
	luid = atomic64_inc_return(&last);
	return nt_copy_to(out, &luid, sizeof(luid), sizeof(u32));
}

/*
 * NtAllocateUuids: a range of times, and with what they make UUIDs that are unique.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE4(nt_allocate_uuids, u64, time_out, u64, range_out, u64, sequence_out, u64, seed_out)
{
	static DEFINE_SPINLOCK(lock);	/* the following */
	static u64 last;
	static u32 sequence;
	static u8 seed[6];
	u8 node[sizeof(seed)];
	u64 now;
	u32 status;

	status = nt_probe_for_write(time_out, sizeof(u64), sizeof(u32));
	if (!status)
		status = nt_probe_for_write(range_out, sizeof(u32), sizeof(u32));
	if (!status)
		status = nt_probe_for_write(sequence_out, sizeof(u32), sizeof(u32));
	if (!status)
		status = nt_probe_for_write(seed_out, sizeof(node), 1);
	if (status)
		return status;
	spin_lock(&lock);
	if (!last) {
		get_random_bytes(seed, sizeof(seed));
		seed[0] |= 1;	/* no network card's */
		sequence = get_random_u32() & 0x3fff;
	}
	now = max(ktime_get_real_ns() / 100 + NT_UUID_EPOCH, last);
	last = now + NT_UUID_RANGE;
	memcpy(node, seed, sizeof(node));
	spin_unlock(&lock);
	status = nt_copy_to(time_out, &now, sizeof(now), sizeof(u32));
	if (!status)
		status = nt_put_u32(range_out, NT_UUID_RANGE);
	if (!status)
		status = nt_put_u32(sequence_out, sequence);
	return status ? status : nt_copy_to(seed_out, node, sizeof(node), 1);
}

static u32 nt_put_language(u64 out)
{
	u16 language = NT_LANGUAGE;

	return nt_copy_to(out, &language, sizeof(language), sizeof(language));
}

/*
 * NtQueryDefaultLocale: it does not depend on the user, or on Linux's LANG, which
 * is user mode's.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE2(nt_query_default_locale, u8, user, u64, out)
{
	return nt_put_u32(out, NT_LANGUAGE);
}

/*
 * NtQueryInstallUILanguage
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_query_install_ui_language, u64, out)
{
	return nt_put_language(out);
}

/*
 * NtQueryDefaultUILanguage
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_query_default_ui_language, u64, out)
{
	return nt_put_language(out);
}

/*
 * NtGetCurrentProcessorNumber: the result is the number.
 *
 * Context: any.
 * Return: the processor that the caller was on a moment ago.
 */
NT_SERVICE0(nt_get_current_processor_number)
{
	return raw_smp_processor_id();
}

/*
 * NtGetCurrentProcessorNumberEx: with the group, of which there is one.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE1(nt_get_current_processor_number_ex, u64, out)
{
	struct {
		u16 group;
		u8 number;
		u8 reserved;
	} processor = { .number = raw_smp_processor_id() };

	return nt_copy_to(out, &processor, sizeof(processor), sizeof(u16));
}

static void nt_memory_barrier(void *unused)
{
	smp_mb(); /* what the caller of NtFlushProcessWriteBuffers waits for */
}

/*
 * NtFlushProcessWriteBuffers: every processor that runs a thread of the process has
 * gone through a memory barrier when this returns.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, or STATUS_ACCESS_DENIED.
 */
NT_SERVICE0(nt_flush_process_write_buffers)
{
	u32 status;

	status = se_allow(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0, 0, 0, 0);
	if (status || !current->mm)
		return status;
	smp_mb(); /* the caller's own processor is not called */
	preempt_disable();
	smp_call_function_many(mm_cpumask(current->mm), nt_memory_barrier, NULL, true);
	preempt_enable();
	smp_mb(); /* what the others wrote before is seen from here on */
	return STATUS_SUCCESS;
}

#define NT_DISPLAY_UNITS 256

/*
 * NtDisplayString: a line in the kernel's log, for who may write there.
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_PRIVILEGE_NOT_HELD.
 */
NT_SERVICE1(nt_display_string, u64, string)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 10);
	char line[NT_DISPLAY_UNITS + 1];
	unsigned int characters, i;
	u32 status;
	u16 *text;

	if (!capable(CAP_SYS_ADMIN) || !capable(CAP_SYSLOG))
		return STATUS_PRIVILEGE_NOT_HELD;
	status = nt_get_unicode_text(string, &text, &characters);
	if (status)
		return status;
	characters = min_t(unsigned int, characters, NT_DISPLAY_UNITS);
	for (i = 0; i < characters; i++)
		line[i] = text[i] >= ' ' && text[i] < 0x7f ? text[i] : ' ';
	line[i] = '\0';
	kfree(text);
	if (i && __ratelimit(&limit))
		pr_info("%s[%d]: %s\n", current->comm, task_pid_nr(current), line);
	return STATUS_SUCCESS;
}

/*
 * NtShutdownSystem: Linux's own calls do that.
 *
 * Context: any.
 * Return: STATUS_INVALID_PARAMETER, STATUS_PRIVILEGE_NOT_HELD; STATUS_NOT_SUPPORTED
 * for who might.
 */
NT_SERVICE1(nt_shutdown_system, u32, action)
{
	if (action > 2)
		return STATUS_INVALID_PARAMETER;
	return capable(CAP_SYS_BOOT) ? STATUS_NOT_SUPPORTED : STATUS_PRIVILEGE_NOT_HELD;
}

/*
 * NtLoadDriver: drivers of NT do not run here.
 *
 * Context: any.
 * Return: STATUS_PRIVILEGE_NOT_HELD; STATUS_NOT_SUPPORTED for who might.
 */
NT_SERVICE1(nt_load_driver, u64, name)
{
	return capable(CAP_SYS_MODULE) ? STATUS_NOT_SUPPORTED : STATUS_PRIVILEGE_NOT_HELD;
}

/*
 * NtUnloadDriver: likewise.
 *
 * Context: any.
 * Return: STATUS_PRIVILEGE_NOT_HELD; STATUS_NOT_SUPPORTED for who might.
 */
NT_SERVICE1(nt_unload_driver, u64, name)
{
	return capable(CAP_SYS_MODULE) ? STATUS_NOT_SUPPORTED : STATUS_PRIVILEGE_NOT_HELD;
}
