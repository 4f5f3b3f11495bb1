/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The front end: what user space asks for, by descriptors. Each call copies in,
 * calls one function of dbgk, ps, ke or mm, and copies out.
 */
#ifndef _NTDBG_NT_NT_H
#define _NTDBG_NT_NT_H

#include <linux/types.h>

struct file;
struct inode;
struct ob_handle;
struct ob_type;
struct pid;
struct task_struct;

int nt_copy_in(void *to, const void __user *from, u32 known, u32 first);
int nt_copy_out(void __user *to, const void *from, u32 size, u32 known);

#define NT_COPY_IN(to, from) nt_copy_in(&(to), from, sizeof(to), sizeof(to))

/**
 * struct nt_call - one row of a handle type's calls
 * @command: NTDBG_IOC_*
 * @routine: does it; @argument is checked by it
 */
struct nt_call {
	unsigned int command;
	long (*routine)(struct ob_handle *handle, void __user *argument);
};

long nt_dispatch(const struct nt_call *calls, unsigned int nr, struct file *file,
		 unsigned int command, unsigned long argument);

long nt_query_handle(struct ob_handle *handle, void __user *argument);
long nt_duplicate_handle(struct ob_handle *handle, void __user *argument);
long nt_open_target(const struct ob_type *type, struct pid *pid, struct task_struct *task,
		    u32 access, u32 limited);
int nt_release_handle(struct inode *inode, struct file *file);

long nt_open_process(struct ob_handle *handle, void __user *argument);
long nt_open_thread(struct ob_handle *handle, void __user *argument);

void nt_process_init(void);
void nt_thread_init(void);

#endif /* _NTDBG_NT_NT_H */
