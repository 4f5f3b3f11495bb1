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

#include "opts.h"
#include "port.h"

namespace {

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
    if (ioctl(port_fd, NTDBG_IOC_LAUNCH, &arg) < 0)
        fail(report_fd, NTDBG_STAGE_LAUNCH);
    execvpe(argv[0], argv, opts.envp ? opts.envp : environ);
    fail(report_fd, NTDBG_STAGE_EXEC);
}

pid_t start(int port_fd, const int pipe_fds[2], char *const argv[], const ntdbg_launch_opts &opts) {
    // No handler of the caller's may run in the child before it has reset them.
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) {
        close(pipe_fds[0]);
        child(port_fd, pipe_fds[1], argv, opts);
    }
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    return pid < 0 ? -error : pid;
}

// 0 if the child's exec worked, else what it wrote.
int read_report(int fd, Failure *failure) {
    for (;;) {
        ssize_t n = read(fd, failure, sizeof(*failure));
        if (n < 0 && errno == EINTR)
            continue;
        return n == static_cast<ssize_t>(sizeof(*failure)) ? 1 : 0;
    }
}

} // namespace

extern "C" pid_t ntdbg_port_launch(struct ntdbg_port *port, char *const argv[],
                                   struct ntdbg_launch_opts *user) {
    ntdbg_launch_opts opts;
    int ret = ntdbg::detail::take_opts(&opts, user);
    if (ret < 0)
        return ret;
    if (!argv || !argv[0])
        return -EINVAL;

    auto failed = [user](uint32_t stage) {
        if (user && user->size >= offsetof(ntdbg_launch_opts, failed_stage) + sizeof(uint32_t))
            user->failed_stage = stage;
    };
    int saved = errno;
    int pipe_fds[2];
    failed(NTDBG_STAGE_FORK);
    if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
        ret = -errno;
        errno = saved;
        return ret;
    }
    pid_t pid = start(port->fd, pipe_fds, argv, opts);
    close(pipe_fds[1]);
    if (pid < 0) {
        close(pipe_fds[0]);
        errno = saved;
        return pid;
    }

    Failure failure{};
    if (read_report(pipe_fds[0], &failure) != 0) {
        while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
        }
        failed(failure.stage);
        pid = -failure.error;
    } else {
        failed(NTDBG_STAGE_NONE);
    }
    close(pipe_fds[0]);
    errno = saved;
    return pid;
}
