/* SPDX-License-Identifier: GPL-2.0 */
/* What object.h offers, as functions: handles of processes, threads and debug objects. */
#ifndef NTDBG_SELFTEST_HANDLE_H
#define NTDBG_SELFTEST_HANDLE_H

#include <stdint.h>
#include <sys/types.h>
#include <ntdbg/object.h>

#define NT_STATUS 0xc0de1234u	/* a status that nobody else gives */

/* All give 0 or something positive, or a negative errno. */
int nt_call(int fd, unsigned long cmd, void *arg);

int nt_handle(int fd, uint32_t *type, uint32_t *access);
int nt_handles(int fd);
int nt_duplicate(int fd, uint32_t access);

int nt_open_process(int fd, pid_t pid, uint32_t access);
int nt_open_thread(int fd, pid_t pid, pid_t tid, uint32_t access);
int nt_cancel(int fd);
int nt_raise(int fd, struct ntdbg_raise *raise);

int nt_process_query(int process, struct ntdbg_process_info *info);
int nt_process_attach(int process, int debug);
int nt_process_detach(int process, int debug);
int nt_process_debug_object(int process, uint32_t access);
int nt_process_inherit(int process, uint32_t value);
int nt_process_suspend(int process);
int nt_process_resume(int process);
int nt_process_terminate(int process, uint32_t status);
int nt_process_break(int process);

/* @done may be NULL. */
int nt_read(int process, uint64_t address, void *to, size_t length, uint32_t flags,
	    uint64_t *done);
int nt_write(int process, uint64_t address, const void *from, size_t length, uint32_t flags,
	     uint64_t *done);
/* The old protection of the first page, or a negative errno. */
int nt_protect(int process, uint64_t address, uint64_t length, uint32_t protection);
int nt_region(int process, uint64_t address, struct ntdbg_region *region, char *path,
	      uint32_t path_size);

int nt_thread_query(int thread, struct ntdbg_thread_info *info);
/* The count before, or a negative errno. */
int nt_suspend(int thread);
int nt_resume(int thread);
int nt_suspend_count(int thread);
int nt_thread_hide(int thread);
int nt_thread_terminate(int thread, uint32_t status);
int nt_get_context(int thread, uint32_t flags, struct ntdbg_context *context);
int nt_set_context(int thread, uint32_t flags, struct ntdbg_context *context);

#endif /* NTDBG_SELFTEST_HANDLE_H */
