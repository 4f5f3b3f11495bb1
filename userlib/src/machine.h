// SPDX-License-Identifier: MIT
// What /proc and /sys say about this machine, below a root that tests can move.
#ifndef NTDBG_SRC_MACHINE_H
#define NTDBG_SRC_MACHINE_H

#include <cstddef>
#include <sys/types.h>

namespace ntdbg::detail {

class Machine {
public:
    // @root: "" or the directory that stands for /
    explicit Machine(const char *root) : root_(root) {}

    bool exists(const char *path) const;
    // First line of a small file, without its newline; "" if it cannot be read.
    void line(const char *path, char *out, size_t size) const;
    bool module_loaded() const { return exists("/sys/module/ntdbg"); }
    bool module_installed() const;
    bool lockdown_on() const;
    // -1 when there is no Yama.
    int ptrace_scope() const;
    // 0 if nobody traces it or it cannot be told.
    pid_t tracer_of(pid_t pid) const;
    // "" if there is no such process.
    void command_of(pid_t pid, char *out, size_t size) const;
    bool device_owner(const char *device, char *out, size_t size) const;

private:
    const char *root_;
};

} // namespace ntdbg::detail

#endif
