// SPDX-License-Identifier: GPL-2.0
/* Table 1, which another module adds, and the conversion to a GUI thread. */
#include <linux/export.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/srcu.h>

#include "ke/dispatch.h"
#include "ke/service.h"
#include "ke/thread.h"
#include "ntstatus.h"

#define KE_PROFILES 3

static DEFINE_MUTEX(ke_win32_mutex);
static const struct ke_win32 *ke_win32[KE_PROFILES];
DEFINE_STATIC_SRCU(ke_win32_srcu);

/* Room for the compact entries: in this module, near its own routines and near others'. */
#define KE_WIN32_LIMIT 0x1000
static s32 ke_win32_entries[KE_PROFILES][KE_WIN32_LIMIT];
static u8 ke_win32_bytes[KE_PROFILES][KE_WIN32_LIMIT];

/**
 * ke_add_system_service_table() - add table 1 of a profile (KeAddSystemServiceTable)
 * @win32: the table; it stays until it is removed
 *
 * Context: may sleep.
 * Return: 0; -EEXIST if there is one; -EINVAL for a profile or limit that
 * cannot be, or more than 14 arguments on the stack; -ERANGE if a routine is too
 * far away for a compact entry.
 */
int ke_add_system_service_table(const struct ke_win32 *win32)
{
	struct ke_service_table *table, made;
	struct ke_profile profile;
	int err;

	if (win32->profile >= KE_PROFILES || !win32->limit || win32->limit > KE_WIN32_LIMIT)
		return -EINVAL;
	table = ke_service_win32(win32->profile);
	profile = (struct ke_profile){
		.x86 = win32->profile == NTDBG_PROFILE_WINXP_X86,
		.routines = win32->routines, .names = win32->names,
		.arguments = win32->arguments,
		.entries = ke_win32_entries[win32->profile],
		.bytes = ke_win32_bytes[win32->profile], .limit = win32->limit,
	};
	mutex_lock(&ke_win32_mutex);
	if (ke_win32[win32->profile]) {
		mutex_unlock(&ke_win32_mutex);
		return -EEXIST;
	}
	err = ke_compact_table(&profile, &made);
	if (!err) {
		made.failures = win32->failures;
		made.owner = win32->owner;
		ke_win32[win32->profile] = win32;
		made.limit = 0;
		*table = made;
		/* Last: who sees the limit (ke_find_service) sees the rest. */
		smp_store_release(&table->limit, win32->limit);
	}
	mutex_unlock(&ke_win32_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(ke_add_system_service_table);

/**
 * ke_remove_system_service_table() - take table 1 away again
 * @win32: the table
 *
 * When it returns, none of its routines and callouts is being executed, and
 * none will be. GUI threads stay GUI threads; their calls get
 * STATUS_INVALID_SYSTEM_SERVICE.
 *
 * Context: may sleep: waits for calls under way.
 */
void ke_remove_system_service_table(const struct ke_win32 *win32)
{
	struct ke_service_table *table = ke_service_win32(win32->profile);
	u64 __percpu *count = NULL;

	mutex_lock(&ke_win32_mutex);
	if (ke_win32[win32->profile] == win32) {
		WRITE_ONCE(table->limit, 0);
		WRITE_ONCE(ke_win32[win32->profile], NULL);
		synchronize_srcu(&ke_win32_srcu);
		count = table->count;
		*table = (struct ke_service_table){ };
	}
	mutex_unlock(&ke_win32_mutex);
	free_percpu(count);
}
EXPORT_SYMBOL_GPL(ke_remove_system_service_table);

/**
 * ke_enter_win32() - a call of table 1 begins: the table stays until it ends
 *
 * Context: may sleep.
 * Return: for ke_leave_win32().
 */
int ke_enter_win32(void)
{
	int key = srcu_read_lock(&ke_win32_srcu);

	/* Not told to sparse: what ke_leave_win32() gives back is not seen from here. */
	__release(&ke_win32_srcu);
	return key;
}

/**
 * ke_leave_win32() - it ends
 * @key: what ke_enter_win32() returned
 *
 * Context: any.
 */
void ke_leave_win32(int key)
{
	__acquire(&ke_win32_srcu);
	srcu_read_unlock(&ke_win32_srcu, key);
}

/**
 * ke_convert_to_gui_thread() - a first win32k call (PsConvertToGuiThread)
 * @thread: the current thread
 * @mode: PreviousMode
 *
 * NT also gives the thread a larger kernel stack; Linux has one size.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER from kernel mode;
 * STATUS_ACCESS_DENIED without a table; STATUS_ALREADY_WIN32; what a callout says.
 */
u32 ke_convert_to_gui_thread(struct ke_thread *thread, enum ke_mode mode)
{
	unsigned int profile = thread->process->start.profile;
	const struct ke_win32 *win32;
	u32 status = STATUS_SUCCESS;
	int key;

	if (mode == KE_KERNEL_MODE)
		return STATUS_INVALID_PARAMETER;
	if (thread->gui)
		return STATUS_ALREADY_WIN32;
	if (!user_64bit_mode(task_pt_regs(current)))
		profile = NTDBG_PROFILE_WINXP_X86;
	key = srcu_read_lock(&ke_win32_srcu);
	win32 = READ_ONCE(ke_win32[profile]);
	if (!win32)
		status = STATUS_ACCESS_DENIED;
	if (!status && win32->process_callout)
		status = win32->process_callout();
	if (nt_success(status)) {
		thread->gui = true;
		if (win32->thread_callout)
			status = win32->thread_callout();
		if (!nt_success(status))
			thread->gui = false;
	}
	srcu_read_unlock(&ke_win32_srcu, key);
	return nt_success(status) ? STATUS_SUCCESS : status;
}
