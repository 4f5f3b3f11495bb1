// SPDX-License-Identifier: MIT
// Children of CreateProcess: how they start, and who waits for them.
#ifndef NTDBG_WIN32_CHILD_H
#define NTDBG_WIN32_CHILD_H

#include <sys/types.h>

#include "handle.h"

namespace ntdbg::win32 {

struct ChildPlan {
    const char *path;  // of the program; not looked for in PATH
    char *const *argv; // NULL-terminated
    char *const *envp; // likewise; NULL: the caller's
    const char *cwd;   // NULL: the caller's
    int debug_fd;      // -1: not debugged
    uint32_t launch;   // NTDBG_LAUNCH_*
    int standard[3];   // what 0, 1 and 2 become; -1: stay as they are
    bool inherit;      // descriptors that are not close-on-exec go with it
    bool group;        // a process group of its own
    bool session;      // a session of its own
};

/*
 * A child that has not become the program yet. Who has opened its handles lets it run;
 * otherwise the destructor ends it, and nobody has seen it.
 */
class Child {
public:
    Child() = default;
    ~Child();
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    // 0 or errno.
    int start(const ChildPlan &plan);
    pid_t pid() const { return pid_; }
    // Returns when it is the program, or could not be: Win32 error, 0 if it is. From then on
    // reap_children() looks after it, and sees to it that @process knows its exit status.
    DWORD run(HANDLE process);

private:
    pid_t pid_ = 0;
    int pid_fd_ = -1;
    int socket_ = -1;
};

/*
 * Wait for those children that have ended. Every call after which there may be one comes here,
 * so no thread and no SIGCHLD handler is needed. Never waits for a child that is not ours, also
 * if the program has waited for ours itself and its id belongs to another now.
 */
void reap_children();

} // namespace ntdbg::win32

#endif
