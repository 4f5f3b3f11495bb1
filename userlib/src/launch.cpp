// SPDX-License-Identifier: MIT
// Launch: fork, put the child under the port, exec.
//
// The child reports a failure through a pipe that exec closes. The kernel closes
// it while it takes the new image, before the program is held at its
// CREATE_PROCESS event, so the parent never waits for itself here.
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "opts.h"
#include "port.h"

namespace {

using ntdbg::detail::BeforeExec;

struct Failure {
    uint32_t stage;
    int32_t error;
};

[[noreturn]] void fail(int fd, uint32_t stage) {
    Failure failure{stage, errno};
    // Less than PIPE_BUF, so whole or not at all; without it the parent would
    // believe that exec worked, and then sees exit code 127.
    while (write(fd, &failure, sizeof(failure)) < 0 && errno == EINTR) {
    }
    _exit(127);
}

// A pipe that exec closes.
class Pipe {
public:
    Pipe() {
        if (pipe2(fds_, O_CLOEXEC) < 0)
            fds_[0] = fds_[1] = -1;
    }
    ~Pipe() {
        close_reader();
        close_writer();
    }
    Pipe(const Pipe &) = delete;
    Pipe &operator=(const Pipe &) = delete;

    bool made() const { return fds_[0] >= 0; }
    int reader() const { return fds_[0]; }
    int writer() const { return fds_[1]; }
    void close_reader() { close_end(0); }
    void close_writer() { close_end(1); }

private:
    void close_end(int end) {
        if (fds_[end] >= 0)
            close(fds_[end]);
        fds_[end] = -1;
    }
    int fds_[2];
};

// False if the other side closed it without a word.
bool read_byte(int fd) {
    char byte;
    ssize_t n;
    while ((n = read(fd, &byte, 1)) < 0 && errno == EINTR) {
    }
    return n == 1;
}

// Runs in the child of fork: only what is safe after a fork of many threads.
[[noreturn]] void child(int port_fd, int report_fd, char *const argv[],
                        const ntdbg_launch_opts &opts) {
    // Our caller's handlers must not run in the moment before exec.
    for (int signo = 1; signo < NSIG; signo++) {
        struct sigaction now {};
        if (sigaction(signo, nullptr, &now) == 0 && now.sa_handler != SIG_IGN &&
            now.sa_handler != SIG_DFL) {
            struct sigaction reset {};
            reset.sa_handler = SIG_DFL;
            sigaction(signo, &reset, nullptr);
        }
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);

    if (opts.cwd && chdir(opts.cwd) < 0)
        fail(report_fd, NTDBG_STAGE_CHDIR);
    ntdbg_launch arg{.size = sizeof(arg), .flags = opts.flags};
    if (port_fd >= 0 && ioctl(port_fd, NTDBG_IOC_LAUNCH, &arg) < 0)
        fail(report_fd, NTDBG_STAGE_LAUNCH);
    execvpe(argv[0], argv, opts.envp ? opts.envp : environ);
    fail(report_fd, NTDBG_STAGE_EXEC);
}

pid_t start(int port_fd, Pipe &report, Pipe *go, char *const argv[],
            const ntdbg_launch_opts &opts) {
    // No handler of the caller's may run in the child before it has reset them.
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) {
        report.close_reader();
        if (go) {
            go->close_writer();
            if (!read_byte(go->reader()))
                _exit(127); // given up; our parent knows why
        }
        child(port_fd, report.writer(), argv, opts);
    }
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    return pid < 0 ? -error : pid;
}

// False if the child's exec worked, else what it wrote.
bool read_report(int fd, Failure *failure) {
    for (;;) {
        ssize_t n = read(fd, failure, sizeof(*failure));
        if (n < 0 && errno == EINTR)
            continue;
        return n == static_cast<ssize_t>(sizeof(*failure));
    }
}

void reap(pid_t pid) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

pid_t start_and_watch(int port_fd, char *const argv[], const ntdbg_launch_opts &opts,
                      const BeforeExec *before, uint32_t *stage) {
    *stage = NTDBG_STAGE_FORK;
    Pipe report;
    Pipe go;
    if (!report.made() || !go.made())
        return -errno;
    pid_t pid = start(port_fd, report, before ? &go : nullptr, argv, opts);
    report.close_writer();
    if (pid < 0)
        return pid;
    if (before) {
        int ret = before->call(before->ctx, pid);
        // The child reads what was written also when it is slow to do so.
        if (ret < 0 || write(go.writer(), "", 1) != 1) {
            go.close_writer();
            reap(pid);
            return ret < 0 ? ret : -EIO;
        }
    }
    Failure failure{};
    if (read_report(report.reader(), &failure)) {
        reap(pid);
        *stage = failure.stage;
        return -failure.error;
    }
    *stage = NTDBG_STAGE_NONE;
    return pid;
}

} // namespace

namespace ntdbg::detail {

pid_t launch(int port_fd, char *const argv[], const ntdbg_launch_opts &opts,
             const BeforeExec *before, uint32_t *stage) {
    int saved = errno;
    pid_t pid = start_and_watch(port_fd, argv, opts, before, stage);
    errno = saved;
    return pid;
}

} // namespace ntdbg::detail

extern "C" pid_t ntdbg_port_launch(struct ntdbg_port *port, char *const argv[],
                                   struct ntdbg_launch_opts *user) {
    ntdbg_launch_opts opts;
    int ret = ntdbg::detail::take_opts(&opts, user);
    if (ret < 0)
        return ret;
    if (!argv || !argv[0])
        return -EINVAL;
    uint32_t stage;
    pid_t pid = ntdbg::detail::launch(port->fd, argv, opts, nullptr, &stage);
    if (user && user->size >= offsetof(ntdbg_launch_opts, failed_stage) + sizeof(uint32_t))
        user->failed_stage = stage;
    return pid;
}
