/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The front end: what user space asks for, by descriptors. Each call copies in,
 * calls one function of dbgk, ps, ke or mm, and copies out.
 */
#ifndef _NTDBG_NT_PORT_PORT_H
#define _NTDBG_NT_PORT_PORT_H

#include <linux/types.h>

struct file;
struct ob_handle;
struct ob_type;
struct pid;
struct task_struct;

int port_copy_in(void *to, const void __user *from, u32 known, u32 first);
int port_copy_out(void __user *to, const void *from, u32 size, u32 known);

#define PORT_COPY_IN(to, from) port_copy_in(&(to), from, sizeof(to), sizeof(to))

/**
 * struct port_call - one row of a handle type's calls
 * @command: NTDBG_IOC_*
 * @routine: does it; @argument is checked by it
 */
struct port_call {
	unsigned int command;
	long (*routine)(struct ob_handle *handle, void __user *argument);
};

long port_dispatch(const struct port_call *calls, unsigned int nr, struct file *file,
		   unsigned int command, unsigned long argument);

long port_query_handle(struct ob_handle *handle, void __user *argument);
long port_duplicate_handle(struct ob_handle *handle, void __user *argument);
long port_open_target(const struct ob_type *type, struct pid *pid, struct task_struct *task,
		      u32 access);

long port_open_process(struct ob_handle *handle, void __user *argument);
long port_open_thread(struct ob_handle *handle, void __user *argument);

void port_process_init(void);
void port_thread_init(void);

#endif /* _NTDBG_NT_PORT_PORT_H */
