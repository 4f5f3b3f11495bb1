// SPDX-License-Identifier: MIT
// Errors in words: one cause, one sentence, and what to type.
#include "advice.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace ntdbg::detail {

namespace {

constexpr const char *kSeeDoctor = "ntdbg doctor";

const char *code_of(int cause) {
    switch (cause) {
    case NTDBG_CAUSE_NONE:
        return "none";
    case NTDBG_CAUSE_MODULE_NOT_LOADED:
        return "module-not-loaded";
    case NTDBG_CAUSE_MODULE_REJECTED:
        return "module-rejected";
    case NTDBG_CAUSE_NO_DEVICE:
        return "no-device";
    case NTDBG_CAUSE_NO_PERMISSION:
        return "permission";
    case NTDBG_CAUSE_LOCKDOWN:
        return "lockdown";
    case NTDBG_CAUSE_NOT_A_PORT:
        return "not-a-debug-port";
    case NTDBG_CAUSE_ABI_MISMATCH:
        return "abi-mismatch";
    case NTDBG_CAUSE_UNSUPPORTED:
        return "unsupported";
    case NTDBG_CAUSE_NO_SUCH_PROCESS:
        return "no-such-process";
    case NTDBG_CAUSE_ALREADY_DEBUGGED:
        return "already-debugged";
    case NTDBG_CAUSE_SELF:
        return "self";
    case NTDBG_CAUSE_EXITING:
        return "exiting";
    case NTDBG_CAUSE_KERNEL_THREAD:
        return "kernel-thread";
    case NTDBG_CAUSE_NOT_OURS:
        return "not-attached";
    case NTDBG_CAUSE_PROGRAM_NOT_FOUND:
        return "program-not-found";
    case NTDBG_CAUSE_PROGRAM_NOT_EXECUTABLE:
        return "program-not-executable";
    case NTDBG_CAUSE_NO_EVENT:
        return "no-event";
    case NTDBG_CAUSE_NO_RESOURCES:
        return "no-resources";
    case NTDBG_CAUSE_BAD_ARGUMENT:
        return "bad-argument";
    default:
        return "other";
    }
}

// Fills one advice; each say() is a complete statement of one cause.
class Speaker {
public:
    explicit Speaker(ntdbg_advice *advice) : advice_(advice) {
        size_t size = advice->size;
        memset(advice, 0, sizeof(*advice));
        advice->size = size;
    }

    __attribute__((format(printf, 3, 4))) void say(int cause, const char *format, ...) {
        advice_->cause = cause;
        snprintf(advice_->code, sizeof(advice_->code), "%s", code_of(cause));
        va_list args;
        va_start(args, format);
        vsnprintf(advice_->text, sizeof(advice_->text), format, args);
        va_end(args);
    }

    // One more line of what to type.
    __attribute__((format(printf, 2, 3))) void type(const char *format, ...) {
        size_t used = strlen(advice_->remedy);
        if (used && used + 1 < sizeof(advice_->remedy))
            advice_->remedy[used++] = '\n';
        va_list args;
        va_start(args, format);
        vsnprintf(advice_->remedy + used, sizeof(advice_->remedy) - used, format, args);
        va_end(args);
    }

private:
    ntdbg_advice *advice_;
};

int positive(int error) {
    return error < 0 ? -error : error;
}

// The first feature without which nothing works and which is absent: false if there is none, or
// the module cannot be asked.
bool find_needed_feature(ntdbg_feature *feature) {
    ntdbg_port *port = nullptr;
    if (ntdbg_port_open(&port, nullptr) < 0)
        return false;
    bool found = false;
    for (uint32_t i = 0; !found && ntdbg_port_feature(port, i, feature) == 0; i++)
        found = feature->state == NTDBG_FEATURE_NEEDED;
    ntdbg_port_close(port);
    return found;
}

void say_unsupported(Speaker &speaker, const char *what) {
    ntdbg_feature feature{};
    if (find_needed_feature(&feature))
        speaker.say(NTDBG_CAUSE_UNSUPPORTED, "%s: feature %s is absent: %s", what, feature.name,
                    feature.reason);
    else
        speaker.say(NTDBG_CAUSE_UNSUPPORTED, "%s: this kernel lacks something that it needs", what);
    speaker.type("%s", kSeeDoctor);
}

// The errors that mean the same wherever they come from.
void say_common(Speaker &speaker, const char *what, int error) {
    switch (error) {
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
        speaker.say(NTDBG_CAUSE_NO_RESOURCES, "%s: the kernel is out of a resource: %s", what,
                    strerror(error));
        speaker.type("ulimit -a");
        break;
    case EOPNOTSUPP:
        say_unsupported(speaker, what);
        break;
    case EINVAL:
    case E2BIG:
    case ENOTTY:
        speaker.say(NTDBG_CAUSE_BAD_ARGUMENT,
                    "%s: the module does not know this request: it is older than libntdbg %s", what,
                    LIBNTDBG_VERSION);
        speaker.type("%s", kSeeDoctor);
        break;
    default:
        speaker.say(NTDBG_CAUSE_OTHER, "%s: %s", what, strerror(error));
        break;
    }
}

void say_not_loaded(const Machine &machine, Speaker &speaker, const char *device) {
    if (machine.lockdown_on()) {
        speaker.say(NTDBG_CAUSE_MODULE_REJECTED,
                    "%s does not exist: kernel module ntdbg is not loaded, and kernel lockdown "
                    "(Secure Boot) refuses a module whose key is not enrolled",
                    device);
        speaker.type("sudo mokutil --import /var/lib/dkms/mok.pub   (then reboot and enroll it)");
        speaker.type("make vm   (or use the test VM)");
        return;
    }
    bool installed = machine.module_installed();
    speaker.say(NTDBG_CAUSE_MODULE_NOT_LOADED, "%s does not exist: kernel module ntdbg is %s",
                device, installed ? "installed but not loaded" : "not loaded");
    if (installed)
        speaker.type("sudo modprobe ntdbg");
    else
        speaker.type("sudo make load   (in the source folder)");
}

} // namespace

void explain_open(const Machine &machine, int error, const char *device, ntdbg_advice *advice) {
    Speaker speaker(advice);
    char owner[128] = "";
    switch (error) {
    case 0:
        return speaker.say(NTDBG_CAUSE_NONE, "%s can be opened", device);
    case ENOENT:
    case ENXIO:
    case ENODEV:
        if (!machine.module_loaded())
            return say_not_loaded(machine, speaker, device);
        speaker.say(NTDBG_CAUSE_NO_DEVICE,
                    "%s does not exist although module ntdbg is loaded: devtmpfs or udev did not "
                    "make the file",
                    device);
        return speaker.type("sudo mknod %s c 10 $(awk '$2 == \"dbgport\" {print $1}' /proc/misc)",
                            device);
    case EACCES:
        machine.device_owner(device, owner, sizeof(owner));
        speaker.say(NTDBG_CAUSE_NO_PERMISSION, "%s may not be opened by user id %u: it has %s",
                    device, geteuid(), owner[0] ? owner : "no permission for you");
        speaker.type("sudo ntdbg ...      (run it as root)");
        // Being in the group helps only where the udev rule gave it the device.
        if (!strstr(owner, ":ntdbg"))
            speaker.type(
                "sudo make install   (in the source folder: makes the group and its rule)");
        return speaker.type("sudo adduser $USER ntdbg   (then log in again)");
    case EPERM:
        if (machine.lockdown_on()) {
            speaker.say(NTDBG_CAUSE_LOCKDOWN,
                        "%s may not be opened: kernel lockdown is on, which forbids it", device);
            return speaker.type("cat /sys/kernel/security/lockdown   (make vm runs without it)");
        }
        speaker.say(NTDBG_CAUSE_NO_PERMISSION,
                    "%s may not be opened: the kernel or a security module forbids it, perhaps "
                    "because this is a container",
                    device);
        return speaker.type("sudo ntdbg doctor   (on the host)");
    case ENOTTY:
        speaker.say(NTDBG_CAUSE_NOT_A_PORT,
                    "%s is not a debug port: something else answers under that name", device);
        return speaker.type("ls -l %s", device);
    case EPROTO:
        speaker.say(NTDBG_CAUSE_ABI_MISMATCH,
                    "%s speaks another version of the interface than libntdbg %s (%u): module and "
                    "library must be built from one source",
                    device, LIBNTDBG_VERSION, NTDBG_ABI_VERSION);
        return speaker.type("sudo rmmod ntdbg && sudo make load   (in the source folder)");
    default:
        return say_common(speaker, device, error);
    }
}

namespace {

void explain_attach_denied(const Machine &machine, Speaker &speaker, pid_t pid,
                           const char *command) {
    int scope = machine.ptrace_scope();
    if (scope >= 3) {
        speaker.say(NTDBG_CAUSE_NO_PERMISSION,
                    "process %d (%s) may not be debugged: kernel.yama.ptrace_scope is %d, which "
                    "forbids every attach until the next boot",
                    pid, command, scope);
        return speaker.type("ntdbg run -- PROGRAM   (start it under the debugger instead)");
    }
    if (scope == 2) {
        speaker.say(NTDBG_CAUSE_NO_PERMISSION,
                    "process %d (%s) may not be debugged: kernel.yama.ptrace_scope is 2, which "
                    "allows it to root only",
                    pid, command);
        return speaker.type("sudo ntdbg attach %d", pid);
    }
    if (scope == 1) {
        speaker.say(NTDBG_CAUSE_NO_PERMISSION,
                    "process %d (%s) may not be debugged: it is another user's, or it is not a "
                    "child of yours and kernel.yama.ptrace_scope is 1",
                    pid, command);
        speaker.type("sudo ntdbg attach %d", pid);
        return speaker.type("sudo sysctl kernel.yama.ptrace_scope=0   (allow it to all processes "
                            "of one user)");
    }
    speaker.say(NTDBG_CAUSE_NO_PERMISSION,
                "process %d (%s) may not be debugged: it is another user's, or it has set-id "
                "rights or marked itself as not dumpable",
                pid, command);
    speaker.type("sudo ntdbg attach %d", pid);
}

} // namespace

void explain_attach(const Machine &machine, int error, pid_t pid, ntdbg_advice *advice) {
    Speaker speaker(advice);
    char command[64];
    machine.command_of(pid, command, sizeof(command));
    if (!command[0])
        snprintf(command, sizeof(command), "?");
    switch (error) {
    case 0:
        return speaker.say(NTDBG_CAUSE_NONE, "process %d (%s) is attached", pid, command);
    case ESRCH:
        speaker.say(NTDBG_CAUSE_NO_SUCH_PROCESS,
                    "there is no process %d (the id of a thread that is not its process's first "
                    "does not count)",
                    pid);
        return speaker.type("ps -e -o pid,comm");
    case EDEADLK:
        speaker.say(NTDBG_CAUSE_SELF, "process %d (%s) is the debugger itself", pid, command);
        return speaker.type("ntdbg attach PID   (of another process)");
    case EACCES:
        speaker.say(NTDBG_CAUSE_KERNEL_THREAD,
                    "process %d (%s) is a kernel thread: it has no user mode to debug", pid,
                    command);
        return speaker.type("ps -e -o pid,comm");
    case EPERM:
        return explain_attach_denied(machine, speaker, pid, command);
    case EBUSY: {
        pid_t tracer = machine.tracer_of(pid);
        if (tracer != 0) {
            char name[64];
            machine.command_of(tracer, name, sizeof(name));
            speaker.say(NTDBG_CAUSE_ALREADY_DEBUGGED,
                        "process %d (%s) has a debug port already; process %d (%s) also traces it",
                        pid, command, tracer, name[0] ? name : "?");
        } else {
            speaker.say(NTDBG_CAUSE_ALREADY_DEBUGGED,
                        "process %d (%s) has a debug port already: another debugger holds it", pid,
                        command);
        }
        return speaker.type("sudo fuser -v " NTDBG_DEVICE "   (shows who has a port open)");
    }
    case EOWNERDEAD:
        speaker.say(NTDBG_CAUSE_EXITING, "process %d (%s) is exiting already", pid, command);
        return speaker.type("ps -o pid,stat,comm -p %d", pid);
    default: {
        char what[128];
        snprintf(what, sizeof(what), "attach to process %d (%s)", pid, command);
        return say_common(speaker, what, error);
    }
    }
}

void explain_launch(int error, uint32_t stage, const char *program, ntdbg_advice *advice) {
    Speaker speaker(advice);
    char what[256];
    snprintf(what, sizeof(what), "start %.200s", program);
    if (stage == NTDBG_STAGE_EXEC) {
        if (error == ENOENT || error == ENOTDIR) {
            speaker.say(NTDBG_CAUSE_PROGRAM_NOT_FOUND,
                        "program %.200s was not found, neither as a path nor in PATH (or the "
                        "interpreter that it names is missing)",
                        program);
            return speaker.type("command -v %.200s", program);
        }
        speaker.say(NTDBG_CAUSE_PROGRAM_NOT_EXECUTABLE, "program %.200s cannot be run: %s", program,
                    strerror(error));
        if (error == EACCES)
            speaker.type("chmod +x %.200s", program);
        else
            speaker.type("file %.200s", program);
        return;
    }
    if (stage == NTDBG_STAGE_LAUNCH && error == EBUSY)
        return speaker.say(NTDBG_CAUSE_ALREADY_DEBUGGED,
                           "%s: the new process has a debug port already, which it inherited from "
                           "ours",
                           what);
    if (stage == NTDBG_STAGE_CHDIR)
        return speaker.say(NTDBG_CAUSE_BAD_ARGUMENT, "%s: its folder cannot be entered: %s", what,
                           strerror(error));
    say_common(speaker, what, error);
}

} // namespace ntdbg::detail

namespace {

using ntdbg::detail::Machine;
using ntdbg::detail::Speaker;

// Runs explain on an advice of our size and gives out as much as the caller has.
template <typename Explain>
int give(ntdbg_advice *out, const Explain &explain) {
    ntdbg_advice advice;
    advice.size = sizeof(advice);
    explain(&advice);
    size_t size = out->size < sizeof(advice) ? out->size : sizeof(advice);
    advice.size = out->size;
    memcpy(out, &advice, size);
    return advice.cause;
}

void explain_detach(int error, pid_t pid, ntdbg_advice *advice) {
    Speaker speaker(advice);
    switch (error) {
    case 0:
        return speaker.say(NTDBG_CAUSE_NONE, "process %d is detached", pid);
    case ESRCH:
        return speaker.say(NTDBG_CAUSE_NO_SUCH_PROCESS, "there is no process %d any more", pid);
    case ENOTCONN:
        return speaker.say(NTDBG_CAUSE_NOT_OURS, "process %d is not under this debug object", pid);
    default:
        return ntdbg::detail::say_common(speaker, "detach", error);
    }
}

void explain_wait(int error, ntdbg_advice *advice) {
    Speaker speaker(advice);
    switch (error) {
    case 0:
        return speaker.say(NTDBG_CAUSE_NONE, "an event came");
    case EAGAIN:
    case ETIMEDOUT:
        return speaker.say(NTDBG_CAUSE_NO_EVENT, "no event came in time");
    case ECHILD:
        return speaker.say(NTDBG_CAUSE_NO_EVENT,
                           "no event will come: no process is under this debug object");
    case EINTR:
        return speaker.say(NTDBG_CAUSE_NO_EVENT, "a signal interrupted the wait for an event");
    case EMSGSIZE:
        return speaker.say(NTDBG_CAUSE_BAD_ARGUMENT,
                           "the buffer is too small for the event; %d bytes always do",
                           NTDBG_EVENT_MAX_SIZE);
    default:
        return ntdbg::detail::say_common(speaker, "wait for an event", error);
    }
}

void explain_continue(int error, pid_t pid, pid_t tid, ntdbg_advice *advice) {
    Speaker speaker(advice);
    switch (error) {
    case 0:
        return speaker.say(NTDBG_CAUSE_NONE, "the event of %d.%d is answered", pid, tid);
    case ENOENT:
        return speaker.say(NTDBG_CAUSE_NO_EVENT,
                           "no event of process %d, thread %d is handed out now: it was answered "
                           "already, or the thread was killed",
                           pid, tid);
    case EINVAL:
        return speaker.say(NTDBG_CAUSE_BAD_ARGUMENT,
                           "the answer to the event of %d.%d is none of the six continue statuses",
                           pid, tid);
    default:
        return ntdbg::detail::say_common(speaker, "continue an event", error);
    }
}

} // namespace

extern "C" {

int ntdbg_explain_open(int err, const char *device, struct ntdbg_advice *advice) {
    return give(advice, [=](ntdbg_advice *out) {
        ntdbg::detail::explain_open(Machine(""), ntdbg::detail::positive(err),
                                    device ? device : NTDBG_DEVICE, out);
    });
}

int ntdbg_explain_attach(int err, pid_t pid, struct ntdbg_advice *advice) {
    return give(advice, [=](ntdbg_advice *out) {
        ntdbg::detail::explain_attach(Machine(""), ntdbg::detail::positive(err), pid, out);
    });
}

int ntdbg_explain_launch(int err, uint32_t failed_stage, const char *program,
                         struct ntdbg_advice *advice) {
    return give(advice, [=](ntdbg_advice *out) {
        ntdbg::detail::explain_launch(ntdbg::detail::positive(err), failed_stage, program, out);
    });
}

int ntdbg_explain_detach(int err, pid_t pid, struct ntdbg_advice *advice) {
    return give(advice,
                [=](ntdbg_advice *out) { explain_detach(ntdbg::detail::positive(err), pid, out); });
}

int ntdbg_explain_wait(int err, struct ntdbg_advice *advice) {
    return give(advice,
                [=](ntdbg_advice *out) { explain_wait(ntdbg::detail::positive(err), out); });
}

int ntdbg_explain_continue(int err, pid_t pid, pid_t tid, struct ntdbg_advice *advice) {
    return give(advice, [=](ntdbg_advice *out) {
        explain_continue(ntdbg::detail::positive(err), pid, tid, out);
    });
}

} // extern "C"
