/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two flags of a handle. Inherit is Linux's close-on-exec, turned around.
 * ProtectFromClose is kept per NT process and descriptor: it holds for NtClose
 * and NtDuplicateObject, close() of Linux knows nothing of it. A child of fork()
 * starts without.
 */
#ifndef _NTDBG_NT_OBJECT_FLAGS_H
#define _NTDBG_NT_OBJECT_FLAGS_H

#include <linux/types.h>

struct file;
struct files_struct;
struct ke_process;

#define OBJ_PROTECT_CLOSE 0x00000001u

struct ke_process *nt_current_process(void);
bool nt_handle_inherited(struct files_struct *files, int fd);
bool nt_handle_protected(struct ke_process *process, int fd, const struct file *file);
u32 nt_protect_handle(struct ke_process *process, int fd, struct file *file, bool protect);

#endif /* _NTDBG_NT_OBJECT_FLAGS_H */
