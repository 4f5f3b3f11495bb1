/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of another process: copy, protect, look. */
#ifndef _NTDBG_MM_VM_H
#define _NTDBG_MM_VM_H

#include <ntdbg/object.h>

struct mm_struct;
struct task_struct;

struct task_struct *mm_living_task(struct task_struct *leader);
void mm_flush_instructions(struct mm_struct *mm);
int mm_vm_copy(struct task_struct *task, struct ntdbg_vm_io *io, bool write);
int mm_vm_protect(struct task_struct *task, struct ntdbg_vm_protect *protect);
int mm_vm_region(struct task_struct *task, struct ntdbg_region *region);

#endif /* _NTDBG_MM_VM_H */
