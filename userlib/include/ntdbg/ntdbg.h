/* SPDX-License-Identifier: MIT */
/*
 * libntdbg: the NT debug port on Linux, for C and for every language that can
 * call C. ntdbg.hpp is the same in C++.
 *
 * Conventions
 *  - A call that can fail returns 0 or a positive result, or -errno; errno
 *    itself is left alone. ntdbg_explain_*() turns such an error into a sentence
 *    and what to type.
 *  - A struct that a caller fills begins with its size, so that it can grow. Set
 *    it with NTDBG_OPTS(struct ...). NULL means all defaults. A shorter struct is
 *    filled up with zeroes; a longer one must have a tail of zeroes (-E2BIG).
 *  - The library prints nothing, never exits and installs no signal handler.
 *  - A port may be used by several threads at once; any of them may wait.
 */
#ifndef NTDBG_NTDBG_H
#define NTDBG_NTDBG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ntdbg/dbgport.h>
#include <ntdbg/nt/dbgkm.h>
#include <ntdbg/nt/status.h>
#include <ntdbg/nt/types.h>

#define LIBNTDBG_VERSION_MAJOR 0
#define LIBNTDBG_VERSION_MINOR 1
#define LIBNTDBG_VERSION_PATCH 0
#define LIBNTDBG_VERSION "0.1.0"

#ifndef LIBNTDBG_API
#define LIBNTDBG_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#define NTDBG_OPTS(type)                                                                           \
    ([] {                                                                                          \
        type ntdbg_opts_ = {};                                                                     \
        ntdbg_opts_.size = sizeof(ntdbg_opts_);                                                    \
        return ntdbg_opts_;                                                                        \
    }())
#else
#define NTDBG_OPTS(type) ((type){.size = sizeof(type)})
#endif

/* The version of the library that runs, as text. */
LIBNTDBG_API const char *ntdbg_version(void);

/* ---- why it failed -------------------------------------------------------- */

enum ntdbg_cause {
    NTDBG_CAUSE_NONE = 0,
    NTDBG_CAUSE_MODULE_NOT_LOADED,
    NTDBG_CAUSE_MODULE_REJECTED, /* not loaded, and lockdown refuses unsigned modules */
    NTDBG_CAUSE_NO_DEVICE,       /* module loaded, device file missing */
    NTDBG_CAUSE_NO_PERMISSION,
    NTDBG_CAUSE_LOCKDOWN,
    NTDBG_CAUSE_NOT_A_PORT, /* something else answers at that path */
    NTDBG_CAUSE_ABI_MISMATCH,
    NTDBG_CAUSE_UNSUPPORTED, /* this kernel lacks something */
    NTDBG_CAUSE_NO_SUCH_PROCESS,
    NTDBG_CAUSE_ALREADY_DEBUGGED,
    NTDBG_CAUSE_SELF,
    NTDBG_CAUSE_EXITING,
    NTDBG_CAUSE_KERNEL_THREAD,
    NTDBG_CAUSE_NOT_OURS, /* not under this debug object */
    NTDBG_CAUSE_PROGRAM_NOT_FOUND,
    NTDBG_CAUSE_PROGRAM_NOT_EXECUTABLE,
    NTDBG_CAUSE_NO_EVENT,
    NTDBG_CAUSE_NO_RESOURCES,
    NTDBG_CAUSE_BAD_ARGUMENT,
    NTDBG_CAUSE_OTHER,
};

/**
 * struct ntdbg_advice - one failure in words
 * @size: in: sizeof(struct ntdbg_advice)
 * @cause: enum ntdbg_cause
 * @code: the cause as a word, such as "module-not-loaded"
 * @text: a sentence: what failed and why, without an ending full stop
 * @remedy: what to type, one command a line; empty if nothing helps
 */
struct ntdbg_advice {
    size_t size;
    int cause;
    char code[32];
    char text[512];
    char remedy[512];
};

/*
 * Each takes the error as the call gave it (-EPERM or EPERM) and looks at /proc
 * and /sys at once, so ask right after the failure. They return advice->cause.
 * @device NULL stands for NTDBG_DEVICE.
 */
LIBNTDBG_API int ntdbg_explain_open(int err, const char *device, struct ntdbg_advice *advice);
LIBNTDBG_API int ntdbg_explain_attach(int err, pid_t pid, struct ntdbg_advice *advice);
LIBNTDBG_API int ntdbg_explain_detach(int err, pid_t pid, struct ntdbg_advice *advice);
LIBNTDBG_API int ntdbg_explain_wait(int err, struct ntdbg_advice *advice);
LIBNTDBG_API int ntdbg_explain_continue(int err, pid_t pid, pid_t tid, struct ntdbg_advice *advice);

/* ---- the port -------------------------------------------------------------- */

struct ntdbg_port; /* one debug object */

struct ntdbg_open_opts {
    size_t size;
    const char *device; /* NULL: NTDBG_DEVICE */
    uint32_t flags;     /* NTDBG_KILL_ON_CLOSE */
    uint32_t reserved;
};

/*
 * Open the device and check that it speaks our ABI. -ENOENT, -EACCES, ... of
 * open(2); -ENOTTY: not a debug port; -EPROTO: another ABI version.
 */
LIBNTDBG_API int ntdbg_port_open(struct ntdbg_port **port, const struct ntdbg_open_opts *opts);

/*
 * Make a port of a descriptor that the caller has; the port owns it from then
 * on, also after an error.
 */
LIBNTDBG_API int ntdbg_port_from_fd(struct ntdbg_port **port, int fd);

/* Close it. What is still attached runs on, or is killed with NTDBG_KILL_ON_CLOSE. */
LIBNTDBG_API void ntdbg_port_close(struct ntdbg_port *port);

/* For poll(): POLLIN when an event can be had, POLLHUP when none will come again. */
LIBNTDBG_API int ntdbg_port_fd(const struct ntdbg_port *port);

LIBNTDBG_API int ntdbg_port_info(const struct ntdbg_port *port, struct ntdbg_info *info);
LIBNTDBG_API int ntdbg_port_feature(const struct ntdbg_port *port, uint32_t index,
                                    struct ntdbg_feature *feature);
LIBNTDBG_API int ntdbg_port_stats(const struct ntdbg_port *port, struct ntdbg_stats *stats);

/* Replace the object's flags (NTDBG_KILL_ON_CLOSE). */
LIBNTDBG_API int ntdbg_port_set_flags(const struct ntdbg_port *port, uint32_t flags);

/* ---- launch, attach, detach ------------------------------------------------ */

enum ntdbg_launch_stage {
    NTDBG_STAGE_NONE = 0,
    NTDBG_STAGE_FORK,   /* no process was made */
    NTDBG_STAGE_LAUNCH, /* the port refused the new process */
    NTDBG_STAGE_CHDIR,
    NTDBG_STAGE_EXEC, /* the program cannot be run */
};

/**
 * struct ntdbg_launch_opts - how to start a program under the port
 * @size: in: sizeof(struct ntdbg_launch_opts)
 * @flags: in: NTDBG_LAUNCH_*
 * @failed_stage: out: enum ntdbg_launch_stage, when the call fails
 * @envp: in: environment; NULL: the caller's
 * @cwd: in: directory to start in; NULL: the caller's
 */
struct ntdbg_launch_opts {
    size_t size;
    uint32_t flags;
    uint32_t failed_stage;
    char *const *envp;
    const char *cwd;
};

/*
 * Start argv[0] (searched in PATH) with @argv under the port; returns its process
 * id. The call comes back as soon as the kernel has taken the new image: then
 * the program is held at its CREATE_PROCESS event, before its first instruction.
 * It starts with no blocked signals and default handlers; signals that the caller
 * ignores stay ignored, as with every exec. It is an ordinary child: the caller
 * waits for it with waitpid(). A failing exec is reported here and leaves no child.
 */
LIBNTDBG_API pid_t ntdbg_port_launch(struct ntdbg_port *port, char *const argv[],
                                     struct ntdbg_launch_opts *opts);
LIBNTDBG_API int ntdbg_explain_launch(int err, uint32_t failed_stage, const char *program,
                                      struct ntdbg_advice *advice);

/* Put a running process under the port; its events carry NTDBG_EVENT_F_FAKE first. */
LIBNTDBG_API int ntdbg_port_attach(struct ntdbg_port *port, pid_t pid);

/* Take it away again; it runs on. Answer the event that you hold before. */
LIBNTDBG_API int ntdbg_port_detach(struct ntdbg_port *port, pid_t pid);

/* ---- events ---------------------------------------------------------------- */

#define NTDBG_FOREVER ((int64_t)-1)

/*
 * Take one event into @buf (8-byte aligned, best NTDBG_EVENT_MAX_SIZE long).
 * @timeout_ns: 0 does not wait, NTDBG_FOREVER waits without end. Returns the size
 * of the record; -EAGAIN or -ETIMEDOUT: none yet; -ECHILD: none will come, nobody
 * is under the port; -EINTR: a signal came.
 */
LIBNTDBG_API ssize_t ntdbg_port_wait(struct ntdbg_port *port, void *buf, size_t buf_size,
                                     int64_t timeout_ns, uint32_t flags);

/*
 * Answer the event of @pid and @tid with an NTDBG_DBG_* status. -ENOENT: it is
 * not held any more, because the thread was killed.
 */
LIBNTDBG_API int ntdbg_port_continue(struct ntdbg_port *port, pid_t pid, pid_t tid,
                                     uint32_t status);

/*
 * Both in one system call. @done (may be NULL) says which halves happened, also
 * after an error; with NTDBG_DONE_CONTINUE in it go on with ntdbg_port_wait().
 */
LIBNTDBG_API ssize_t ntdbg_port_continue_wait(struct ntdbg_port *port, pid_t pid, pid_t tid,
                                              uint32_t status, void *buf, size_t buf_size,
                                              int64_t timeout_ns, uint32_t flags, uint32_t *done);

/* As many whole records as fit, one after the other; returns their bytes. */
LIBNTDBG_API ssize_t ntdbg_port_read(struct ntdbg_port *port, void *buf, size_t buf_size);

/* ---- records --------------------------------------------------------------- */

/*
 * Check the record at the start of @buf before anything else looks into it:
 * returns its size; -EMSGSIZE: @len ends before the record does; -EBADMSG: it
 * contradicts itself; -EINVAL: @buf is not aligned. A record of a type that this
 * library does not know passes if its header is sound.
 */
LIBNTDBG_API ssize_t ntdbg_record_check(const void *buf, size_t len);

/*
 * Parts of a checked record; NULL if its type has no such part. The path is what
 * the kernel gave: bytes, with a NUL behind them, not always UTF-8.
 */
LIBNTDBG_API const struct ntdbg_image *ntdbg_record_image(const struct ntdbg_event *record);
LIBNTDBG_API const struct ntdbg_fault *ntdbg_record_fault(const struct ntdbg_event *record);
LIBNTDBG_API const char *ntdbg_record_path(const struct ntdbg_event *record, size_t *len);

/* ---- translation to NT ------------------------------------------------------- */

/* The NT handle of a descriptor; NULL for -1. The two low bits are ignored. */
LIBNTDBG_API HANDLE ntdbg_handle_from_fd(int fd);
LIBNTDBG_API int ntdbg_handle_to_fd(HANDLE handle);

/**
 * struct ntdbg_translate_opts - what a record alone does not tell
 * @size: in: sizeof(struct ntdbg_translate_opts)
 * @read_memory: reads @len bytes at @addr of the process that the record is about;
 *               0 or -errno. Asked only for the divisor of a division that
 *               trapped, when it is in memory and the registers leave open what
 *               it was. NULL: none; then STATUS_INTEGER_DIVIDE_BY_ZERO is taken.
 * @ctx: handed to it
 */
struct ntdbg_translate_opts {
    size_t size;
    int (*read_memory)(void *ctx, uint32_t pid, uint64_t addr, void *buf, size_t len);
    void *ctx;
};

/*
 * The DBGKM_MSG of one record. Depends on nothing but its arguments. Returns 0;
 * the errors of ntdbg_record_check(); -ENOTSUP: a type that NT has no message for.
 */
LIBNTDBG_API int ntdbg_translate(const void *record, size_t len,
                                 const struct ntdbg_translate_opts *opts, DBGKM_MSG *msg);

/*
 * The EXCEPTION_RECORD64 of one fault. @chance is that of the event
 * (NTDBG_EXCEPTION_*). An exception made by software (NTDBG_EXCEPTION_SOFTWARE) is
 * no fault: ntdbg_translate() makes its record.
 */
LIBNTDBG_API void ntdbg_translate_fault(const struct ntdbg_fault *fault, uint32_t pid,
                                        uint32_t chance, const struct ntdbg_translate_opts *opts,
                                        EXCEPTION_RECORD64 *record);

/*
 * The ExitStatus of a wait status: the exit code; STATUS_CONTROL_C_EXIT for SIGINT
 * and SIGQUIT; NTDBG_STATUS_SIGNAL(signo) for every other signal.
 */
LIBNTDBG_API NTSTATUS ntdbg_exit_status(uint32_t wait_status);

/* ---- names ------------------------------------------------------------------- */

/* "DbgKmLoadDllApi"; NULL if there is no such number. */
LIBNTDBG_API const char *ntdbg_api_name(uint32_t api_number);

/* "STATUS_ACCESS_VIOLATION"; NULL if it is in no table of ours. */
LIBNTDBG_API const char *ntdbg_status_name(NTSTATUS status);

/* "Access violation", the words that WinDbg logs; never NULL. */
LIBNTDBG_API const char *ntdbg_exception_text(NTSTATUS code);

/* "SIGSEGV"; NULL if Linux has no such signal. */
LIBNTDBG_API const char *ntdbg_signal_name(int signo);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_NTDBG_H */
