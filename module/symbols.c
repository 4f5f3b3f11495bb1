// SPDX-License-Identifier: GPL-2.0
/* Kernel functions that are not exported, found by name. */
#include <linux/capability.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/task_work.h>

#include "hook.h"
#include "symbols.h"

static char pretend_missing[64];
module_param_string(pretend_missing, pretend_missing, sizeof(pretend_missing), 0444);
MODULE_PARM_DESC(pretend_missing, "for tests: act as if the kernel had no function of this name");

static unsigned long kallsyms_lookup_address;
static unsigned long ptrace_may_access_address;
static unsigned long task_work_cancel_address;
static unsigned long mprotect_address;
static unsigned long do_exit_address;
static unsigned long do_group_exit_address;
static unsigned long linux_call_addresses[SYMBOLS_CALLS];

static const char *const linux_call_names[SYMBOLS_CALLS] = {
	[SYMBOLS_MADVISE] = "__x64_sys_madvise",
	[SYMBOLS_MLOCK] = "__x64_sys_mlock",
	[SYMBOLS_MUNLOCK] = "__x64_sys_munlock",
	[SYMBOLS_MSYNC] = "__x64_sys_msync",
};

static unsigned long put_files_struct_address;
static unsigned long switch_fpu_return_address;
static unsigned long secure_computing_address;

/*
 * The two functions called below by address must have the shape that the
 * headers give them; this does not compile when they have not.
 */
static bool __maybe_unused (*const ptrace_shape)(struct task_struct *, unsigned int) =
	(typeof(ptrace_may_access) *)NULL;
static bool __maybe_unused (*const cancel_shape)(struct task_struct *, struct callback_head *) =
	(typeof(task_work_cancel) *)NULL;

/**
 * symbols_lookup() - find a kernel function by its name
 * @name: as /proc/kallsyms has it
 *
 * Context: may sleep.
 * Return: its address, or 0.
 */
unsigned long symbols_lookup(const char *name)
{
	if (!kallsyms_lookup_address || !strcmp(name, pretend_missing))
		return 0;
	return hook_enter(kallsyms_lookup_address, (unsigned long)name, 0, 0, 0, 0, 0);
}

/**
 * symbols_init() - find the way to look up names, and what everybody needs
 *
 * A kprobe is the one exported thing that takes a name and tells an address.
 * With IBT that address is behind the ENDBR, which hook_enter() does not need.
 *
 * Context: module init, may sleep.
 * Return: 0, or the error of register_kprobe().
 */
int symbols_init(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	unsigned int i;
	int err;

	err = register_kprobe(&probe);
	if (err) {
		pr_err("cannot put a kprobe on kallsyms_lookup_name (error %d): is kprobes switched off in debugfs?\n",
		       err);
		return err;
	}
	kallsyms_lookup_address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);

	ptrace_may_access_address = symbols_lookup("ptrace_may_access");
	task_work_cancel_address = symbols_lookup("task_work_cancel");
	mprotect_address = symbols_lookup("__x64_sys_mprotect");
	do_exit_address = symbols_lookup("do_exit");
	do_group_exit_address = symbols_lookup("do_group_exit");
	for (i = 0; i < SYMBOLS_CALLS; i++)
		linux_call_addresses[i] = symbols_lookup(linux_call_names[i]);
	put_files_struct_address = symbols_lookup("put_files_struct");
	switch_fpu_return_address = symbols_lookup("switch_fpu_return");
	secure_computing_address = symbols_lookup("__secure_computing");
	return 0;
}

/**
 * symbols_have_ptrace_may_access() - is the kernel's own rule at hand?
 *
 * Return: true if so; else symbols_ptrace_may_access() asks for CAP_SYS_PTRACE.
 */
bool symbols_have_ptrace_may_access(void)
{
	return ptrace_may_access_address;
}

/**
 * symbols_ptrace_may_access() - may the caller trace that task?
 * @task: the task
 * @mode: PTRACE_MODE_*
 *
 * Context: may sleep (takes the task's alloc_lock).
 * Return: true if so.
 */
bool symbols_ptrace_may_access(struct task_struct *task, unsigned int mode)
{
	if (!ptrace_may_access_address)
		return capable(CAP_SYS_PTRACE);
	return (bool)(hook_enter(ptrace_may_access_address, (unsigned long)task, mode,
				 0, 0, 0, 0) & 0xff);
}

/**
 * symbols_have_task_work_cancel() - can queued task work be taken back?
 *
 * Return: true if so; else each queued item pins the module until it has run.
 */
bool symbols_have_task_work_cancel(void)
{
	return task_work_cancel_address;
}

/**
 * symbols_task_work_cancel() - take back a queued work item
 * @task: of which task
 * @work: the item
 *
 * Context: any but NMI (takes the task's pi_lock).
 * Return: true if it was still queued and will not run.
 */
bool symbols_task_work_cancel(struct task_struct *task, struct callback_head *work)
{
	if (!task_work_cancel_address)
		return false;
	return (bool)(hook_enter(task_work_cancel_address, (unsigned long)task,
				 (unsigned long)work, 0, 0, 0, 0) & 0xff);
}

/**
 * symbols_have_mprotect() - can the protection of memory be changed from outside?
 *
 * Return: true if so; else symbols_mprotect() says -EOPNOTSUPP.
 */
bool symbols_have_mprotect(void)
{
	return mprotect_address;
}

/**
 * symbols_mprotect() - mprotect() on the current task's memory
 * @address: on a page
 * @length: in bytes
 * @protection: PROT_*
 *
 * Context: may sleep.
 * Return: 0, or what mprotect() says.
 */
long symbols_mprotect(unsigned long address, unsigned long length, unsigned long protection)
{
	struct pt_regs regs = { .di = address, .si = length, .dx = protection };

	if (!mprotect_address)
		return -EOPNOTSUPP;
	return hook_enter(mprotect_address, (unsigned long)&regs, 0, 0, 0, 0, 0);
}

/**
 * symbols_linux_call() - a Linux system call on the current task's memory
 * @call: which
 * @a0: its arguments
 * @a1: likewise
 * @a2: likewise
 *
 * Context: may sleep.
 * Return: what it says; -EOPNOTSUPP if the kernel has no function of its name.
 */
long symbols_linux_call(enum symbols_call call, unsigned long a0, unsigned long a1,
			unsigned long a2)
{
	struct pt_regs regs = { .di = a0, .si = a1, .dx = a2 };

	if (!linux_call_addresses[call])
		return -EOPNOTSUPP;
	return hook_enter(linux_call_addresses[call], (unsigned long)&regs, 0, 0, 0, 0, 0);
}

/**
 * symbols_have_do_exit() - can one thread be ended from outside?
 *
 * Return: true if so.
 */
bool symbols_have_do_exit(void)
{
	return do_exit_address;
}

/**
 * symbols_do_exit() - end the current thread
 * @code: as wait status
 *
 * Context: may sleep; on the way to user mode. Does not return.
 */
void symbols_do_exit(long code)
{
	hook_enter(do_exit_address, code, 0, 0, 0, 0, 0);
}

/**
 * symbols_have_do_group_exit() - can a process end itself with an exit code?
 *
 * Return: true if so; else it is killed.
 */
bool symbols_have_do_group_exit(void)
{
	return do_group_exit_address;
}

/**
 * symbols_do_group_exit() - end the current process
 * @code: as wait status
 *
 * Context: may sleep; on the way to user mode. Does not return.
 */
void symbols_do_group_exit(long code)
{
	hook_enter(do_group_exit_address, code, 0, 0, 0, 0, 0);
}

/**
 * symbols_switch_fpu_return() - load the current task's floating point registers
 *
 * Without that function nothing happens, and they are loaded on the way to user
 * mode as usual.
 *
 * Context: interrupts off.
 */
void symbols_switch_fpu_return(void)
{
	if (switch_fpu_return_address)
		hook_enter(switch_fpu_return_address, 0, 0, 0, 0, 0, 0);
}

/**
 * symbols_secure_computing() - have the current task's filters judge a system call
 *
 * The call is the one that the task's saved registers show.
 *
 * Context: may sleep. Does not return if a filter ends the thread.
 * Return: true if it is let through; false also without that function.
 */
bool symbols_secure_computing(void)
{
	/* Older kernels take a struct seccomp_data, or NULL: then they look at the registers. */
	return secure_computing_address &&
	       !(int)hook_enter(secure_computing_address, 0, 0, 0, 0, 0, 0);
}

/**
 * symbols_have_put_files_struct() - can a table of descriptors of another process be held?
 *
 * Return: true if so; else handles are not duplicated between processes.
 */
bool symbols_have_put_files_struct(void)
{
	return put_files_struct_address;
}

/**
 * symbols_put_files_struct() - one reference to a table of descriptors less
 * @files: the table
 *
 * Context: may sleep; only if symbols_have_put_files_struct().
 */
void symbols_put_files_struct(struct files_struct *files)
{
	hook_enter(put_files_struct_address, (unsigned long)files, 0, 0, 0, 0, 0);
}
