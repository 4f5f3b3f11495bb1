// SPDX-License-Identifier: MIT
#include "child.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntdbg/process.h>

#include "array.h"
#include "last_error.h"
#include "lock.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif
#ifndef P_PIDFD
#define P_PIDFD static_cast<idtype_t>(3)
#endif

namespace ntdbg::win32 {
namespace {

enum class Stage : int32_t { descriptors, directory, launch, exec };

struct Failure {
    Stage stage;
    int32_t error;
};

// ---- in the child: only what is safe after a fork of many threads -----------------

[[noreturn]] void give_up(int socket, Stage stage) {
    Failure failure{stage, errno};
    // One record. Without it the parent would believe in a program that exits with 127.
    while (send(socket, &failure, sizeof(failure), MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
    _exit(127);
}

// The caller's handlers must not run in the moment before exec.
void reset_signals() {
    for (int signo = 1; signo < NSIG; signo++) {
        struct sigaction now {};
        if (sigaction(signo, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
            signal(signo, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool above_standard(int *fd) {
    int moved = fcntl(*fd, F_DUPFD_CLOEXEC, 3);
    *fd = moved;
    return moved >= 0;
}

bool set_standard(const int wanted[3]) {
    // First out of the way: what becomes 0 may be 1 now.
    int source[3];
    for (int fd = 0; fd < 3; fd++) {
        source[fd] = wanted[fd];
        if (source[fd] >= 0 && !above_standard(&source[fd]))
            return false;
    }
    for (int fd = 0; fd < 3; fd++) {
        if (source[fd] >= 0 && dup2(source[fd], fd) < 0)
            return false;
    }
    return true;
}

[[noreturn]] void become(const ChildPlan &plan, int socket) {
    reset_signals();
    int debug_fd = plan.debug_fd;
    // The two that are still needed must not be 0, 1 or 2, which are about to change.
    if (!above_standard(&socket))
        _exit(127);
    if ((debug_fd >= 0 && !above_standard(&debug_fd)) || !set_standard(plan.standard))
        give_up(socket, Stage::descriptors);
    if (!plan.inherit && syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
        give_up(socket, Stage::descriptors);
    if (plan.session)
        setsid();
    else if (plan.group)
        setpgid(0, 0);

    // Until the parent has opened handles. If it died instead, this ends, too.
    char go = 0;
    ssize_t got = 0;
    while ((got = recv(socket, &go, 1, 0)) < 0 && errno == EINTR) {
    }
    if (got != 1)
        _exit(127);

    if (plan.cwd && chdir(plan.cwd) < 0)
        give_up(socket, Stage::directory);
    if (debug_fd >= 0) {
        ntdbg_launch arg{.size = sizeof(arg), .flags = plan.launch};
        if (ioctl(debug_fd, NTDBG_IOC_LAUNCH, &arg) < 0)
            give_up(socket, Stage::launch);
    }
    execve(plan.path, plan.argv, plan.envp ? plan.envp : environ);
    give_up(socket, Stage::exec);
}

// ---- in the parent -------------------------------------------------------------------

pid_t fork_child(const ChildPlan &plan, const int sockets[2]) {
    // No handler of the caller's may run in the child before it has reset them.
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) {
        close(sockets[0]);
        become(plan, sockets[1]);
    }
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    errno = error;
    return pid;
}

DWORD error_of_failure(const Failure &failure) {
    if (failure.stage == Stage::directory)
        return ERROR_DIRECTORY;
    return error_of_errno(failure.error);
}

// False if it still runs. True also if it is gone, or not ours any more.
bool wait_for(int pid_fd, int options) {
    siginfo_t info{};
    int ret = 0;
    while ((ret = waitid(P_PIDFD, static_cast<id_t>(pid_fd), &info, options)) < 0 &&
           errno == EINTR) {
    }
    return ret < 0 || info.si_pid != 0;
}

struct Running {
    int pid_fd;
    int process; // another descriptor of the handle that the caller of CreateProcess has
};

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
constinit List<Running> children;

void forget(const Running &child) {
    close(child.pid_fd);
    if (child.process >= 0)
        close(child.process);
}

// Once it is waited for nobody could tell the caller's handle how it ended.
bool reap(const Running &child) {
    if (!wait_for(child.pid_fd, WEXITED | WNOHANG | WNOWAIT))
        return false;
    ntdbg_process_info info{};
    ntdbg_process_query(child.process, &info);
    wait_for(child.pid_fd, WEXITED | WNOHANG);
    return true;
}

} // namespace

int Child::start(const ChildPlan &plan) {
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return errno;
    pid_ = fork_child(plan, sockets);
    int error = pid_ < 0 ? errno : 0;
    close(sockets[1]);
    socket_ = sockets[0];
    if (error)
        return error;
    // The child waits for us, so its id is not another's yet.
    pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    return pid_fd_ < 0 ? errno : 0;
}

DWORD Child::run(HANDLE process) {
    Failure failure{};
    // If it is gone already, it has left word.
    (void)send(socket_, "", 1, MSG_NOSIGNAL);
    ssize_t got = 0;
    while ((got = recv(socket_, &failure, sizeof(failure), 0)) < 0 && errno == EINTR) {
    }
    if (got == static_cast<ssize_t>(sizeof(failure)))
        return error_of_failure(failure);
    close(std::exchange(socket_, -1));
    Running child{std::exchange(pid_fd_, -1),
                  fcntl(ntdbg_handle_to_fd(process), F_DUPFD_CLOEXEC, 0)};
    pid_ = 0;
    // Without memory it stays a zombie until the program ends.
    Lock lock(&mutex);
    if (!children.push(child))
        forget(child);
    return 0;
}

Child::~Child() {
    // The end of the connection ends a child that still waits; one that failed ends anyway.
    if (socket_ >= 0)
        close(socket_);
    if (pid_fd_ >= 0) {
        wait_for(pid_fd_, WEXITED);
        close(pid_fd_);
    } else if (pid_ > 0) {
        waitpid(pid_, nullptr, 0);
    }
}

void reap_children() {
    int saved = errno;
    Lock lock(&mutex);
    for (size_t at = 0; at < children.size();) {
        if (reap(children[at])) {
            forget(children[at]);
            children.remove(at);
        } else {
            at++;
        }
    }
    errno = saved;
}

} // namespace ntdbg::win32
