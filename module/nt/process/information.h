/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Information classes: a table says how long each answer is and which right it
 * needs, a function makes it.
 */
#ifndef _NTDBG_NT_PROCESS_INFORMATION_H
#define _NTDBG_NT_PROCESS_INFORMATION_H

#include <linux/types.h>
#include <ntdbg/object.h>

struct ps_target;
struct task_struct;

/**
 * struct nt_query - a question about a process or thread
 * @target: about whom
 * @task: its leader, or the thread; NULL if it is gone
 * @out: where the answer goes, in the caller
 * @length: how much room there is
 * @return_length: where its length goes, or 0
 * @process: what is known of the process
 * @thread: what is known of the thread
 * @answer: the answer, if it has a fixed length
 */
struct nt_query {
	struct ps_target *target;
	struct task_struct *task;
	u64 out;
	u32 length;
	u64 return_length;
	union {
		struct ntdbg_process_info process;
		struct ntdbg_thread_info thread;
	};
	u64 answer[12];
};

/**
 * struct nt_class - one information class
 * @class: its number
 * @length: of the answer to a 64-bit caller; 0 if @make writes it itself
 * @words: as many members of eight bytes at its beginning have four for a 32-bit
 *         caller
 * @access: what the handle has to bear
 * @mode: PTRACE_MODE_*
 * @make: fills the answer; NTSTATUS
 */
struct nt_class {
	u32 class;
	u32 length;
	u8 words;
	u32 access;
	unsigned int mode;
	u32 (*make)(struct nt_query *query);
};

/* One of the tables that nt_find_class() looks at, with how many rows */
u32 nt_find_class(const struct nt_class *rows, unsigned int nr, u32 class, u32 length,
		  const struct nt_class **found);
u32 nt_give_answer(const struct nt_class *class, struct nt_query *query);
u32 nt_exit_status(u32 wait_status);
u64 nt_system_time(u64 boottime_ns);
u64 nt_affinity(struct task_struct *task);
u8 nt_priority_class(struct task_struct *task);
s32 nt_base_priority(struct task_struct *task);

#endif /* _NTDBG_NT_PROCESS_INFORMATION_H */
