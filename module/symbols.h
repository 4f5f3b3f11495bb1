/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel functions that are not exported, found by name. The only file that
 * does so; each function here has a named feature that is absent without it.
 */
#ifndef _NTDBG_SYMBOLS_H
#define _NTDBG_SYMBOLS_H

#include <linux/types.h>

struct callback_head;
struct files_struct;
struct task_struct;

/* Linux calls that services make for their callers */
enum symbols_call {
	SYMBOLS_MADVISE,
	SYMBOLS_MLOCK,
	SYMBOLS_MUNLOCK,
	SYMBOLS_MSYNC,
	SYMBOLS_CALLS,
};

int symbols_init(void);
unsigned long symbols_lookup(const char *name);

bool symbols_have_ptrace_may_access(void);
bool symbols_ptrace_may_access(struct task_struct *task, unsigned int mode);
bool symbols_have_task_work_cancel(void);
bool symbols_task_work_cancel(struct task_struct *task, struct callback_head *work);
bool symbols_have_do_exit(void);
void symbols_do_exit(long code);
bool symbols_have_do_group_exit(void);
void symbols_do_group_exit(long code);
void symbols_switch_fpu_return(void);
bool symbols_secure_computing(void);
bool symbols_have_mprotect(void);
bool symbols_have_put_files_struct(void);
void symbols_put_files_struct(struct files_struct *files);
long symbols_mprotect(unsigned long address, unsigned long length, unsigned long protection);
long symbols_linux_call(enum symbols_call call, unsigned long a0, unsigned long a1,
			unsigned long a2);

#endif /* _NTDBG_SYMBOLS_H */
