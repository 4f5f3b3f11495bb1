/* SPDX-License-Identifier: MIT */
/*
 * Processes and threads through libntdbg: descriptors of them (uapi
 * ntdbg/object.h says what each call does, needs and fails with) and what can be
 * done with one. Every call returns 0 or a descriptor, or -errno.
 *
 * A descriptor is close-on-exec; close() it. ntdbg_handle_from_fd() makes NT's
 * handle of it.
 */
#ifndef NTDBG_PROCESS_H
#define NTDBG_PROCESS_H

#include <ntdbg/ntdbg.h>
#include <ntdbg/object.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a descriptor is a handle of; -ENOTTY: of nothing of ours. */
LIBNTDBG_API int ntdbg_handle_query(int fd, struct ntdbg_handle *handle);
LIBNTDBG_API int ntdbg_handle_duplicate(int fd, uint32_t access);

/* Have every wait that is under way on the port end with -ECANCELED. */
LIBNTDBG_API int ntdbg_port_cancel(struct ntdbg_port *port);

/*
 * @port may be NULL: then the device is opened for the call. @access as
 * NTDBG_PROCESS_* and NTDBG_THREAD_*; @pid 0 stands for any process of a thread.
 */
LIBNTDBG_API int ntdbg_process_open(const struct ntdbg_port *port, pid_t pid, uint32_t access);
LIBNTDBG_API int ntdbg_thread_open(const struct ntdbg_port *port, pid_t pid, pid_t tid,
                                   uint32_t access);

/*
 * An exception of the calling thread; raise->size is filled in. (The function
 * bears the struct's name, which C++ can tell apart and GCC 12 warns of.)
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
LIBNTDBG_API int ntdbg_raise(const struct ntdbg_port *port, struct ntdbg_raise *raise);
#pragma GCC diagnostic pop

LIBNTDBG_API int ntdbg_process_query(int process, struct ntdbg_process_info *info);
LIBNTDBG_API int ntdbg_process_attach(int process, int debug_object);
LIBNTDBG_API int ntdbg_process_detach(int process, int debug_object);
LIBNTDBG_API int ntdbg_process_debug_object(int process, uint32_t access);
LIBNTDBG_API int ntdbg_process_set_inherit(int process, int inherit);
LIBNTDBG_API int ntdbg_process_suspend(int process);
LIBNTDBG_API int ntdbg_process_resume(int process);
LIBNTDBG_API int ntdbg_process_terminate(int process, uint32_t nt_status);
LIBNTDBG_API int ntdbg_process_break(int process);

/*
 * @flags: NTDBG_VM_FORCE. The number of bytes copied, which is less than @len if
 * the rest cannot be had; -EIO if none could.
 */
LIBNTDBG_API ssize_t ntdbg_process_read(int process, uint64_t address, void *buf, size_t len,
                                        uint32_t flags);
LIBNTDBG_API ssize_t ntdbg_process_write(int process, uint64_t address, const void *buf, size_t len,
                                         uint32_t flags);

/* @old_protection may be NULL. PROT_* of mmap(). */
LIBNTDBG_API int ntdbg_process_protect(int process, uint64_t address, uint64_t len,
                                       uint32_t protection, uint32_t *old_protection);

/* @path may be NULL; else it has @path_size bytes. region->size is filled in. */
LIBNTDBG_API int ntdbg_process_region(int process, uint64_t address, struct ntdbg_region *region,
                                      char *path, size_t path_size);

LIBNTDBG_API int ntdbg_thread_query(int thread, struct ntdbg_thread_info *info);

/* Both return the count before. */
LIBNTDBG_API int ntdbg_thread_suspend(int thread);
LIBNTDBG_API int ntdbg_thread_resume(int thread);
LIBNTDBG_API int ntdbg_thread_hide(int thread);
LIBNTDBG_API int ntdbg_thread_terminate(int thread, uint32_t nt_status);

/* context->flags says which parts; context->size is filled in. */
LIBNTDBG_API int ntdbg_thread_get_context(int thread, struct ntdbg_context *context);
LIBNTDBG_API int ntdbg_thread_set_context(int thread, const struct ntdbg_context *context);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_PROCESS_H */
