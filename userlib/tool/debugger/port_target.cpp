// SPDX-License-Identifier: MIT
#include "port_target.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ntdbg/process.h>

namespace ntdbg::tool {

PortTarget::~PortTarget() {
    for (const auto &[id, fd] : threads_)
        close(fd);
    for (const auto &[pid, fd] : processes_)
        close(fd);
}

int PortTarget::process(uint32_t pid) {
    auto known = processes_.find(pid);
    if (known != processes_.end())
        return known->second;
    int fd = ntdbg_process_open(port_.get(), static_cast<pid_t>(pid), NTDBG_PROCESS_ALL_ACCESS);
    if (fd >= 0)
        processes_[pid] = fd;
    return fd;
}

int PortTarget::thread(uint32_t pid, uint32_t tid) {
    auto known = threads_.find({pid, tid});
    if (known != threads_.end())
        return known->second;
    int fd = ntdbg_thread_open(port_.get(), static_cast<pid_t>(pid), static_cast<pid_t>(tid),
                               NTDBG_THREAD_ALL_ACCESS);
    if (fd >= 0)
        threads_[{pid, tid}] = fd;
    return fd;
}

ssize_t PortTarget::read(uint32_t pid, uint64_t address, void *buf, size_t len) {
    int fd = process(pid);
    return fd < 0 ? fd : ntdbg_process_read(fd, address, buf, len, NTDBG_VM_FORCE);
}

ssize_t PortTarget::write(uint32_t pid, uint64_t address, const void *buf, size_t len) {
    int fd = process(pid);
    return fd < 0 ? fd : ntdbg_process_write(fd, address, buf, len, NTDBG_VM_FORCE);
}

int PortTarget::get_context(uint32_t pid, uint32_t tid, ntdbg_context &context) {
    int fd = thread(pid, tid);
    return fd < 0 ? fd : ntdbg_thread_get_context(fd, &context);
}

int PortTarget::set_context(uint32_t pid, uint32_t tid, const ntdbg_context &context) {
    int fd = thread(pid, tid);
    return fd < 0 ? fd : ntdbg_thread_set_context(fd, &context);
}

int PortTarget::suspend(uint32_t pid, uint32_t tid) {
    int fd = thread(pid, tid);
    return fd < 0 ? fd : ntdbg_thread_suspend(fd);
}

int PortTarget::resume(uint32_t pid, uint32_t tid) {
    int fd = thread(pid, tid);
    return fd < 0 ? fd : ntdbg_thread_resume(fd);
}

int PortTarget::thread_info(uint32_t pid, uint32_t tid, ntdbg_thread_info &info) {
    int fd = thread(pid, tid);
    return fd < 0 ? fd : ntdbg_thread_query(fd, &info);
}

int PortTarget::break_in(uint32_t pid) {
    int fd = process(pid);
    return fd < 0 ? fd : ntdbg_process_break(fd);
}

int PortTarget::terminate(uint32_t pid, uint32_t status) {
    int fd = process(pid);
    return fd < 0 ? fd : ntdbg_process_terminate(fd, status);
}

int PortTarget::set_inherit(uint32_t pid, bool inherit) {
    int fd = process(pid);
    return fd < 0 ? fd : ntdbg_process_set_inherit(fd, inherit ? 1 : 0);
}

bool PortTarget::same_memory(uint32_t a, uint32_t b) {
    return syscall(SYS_kcmp, a, b, KCMP_VM, 0, 0) == 0;
}

void PortTarget::forget(uint32_t pid) {
    auto known = processes_.extract(pid);
    if (!known.empty())
        close(known.mapped());
    for (auto it = threads_.lower_bound({pid, 0});
         it != threads_.end() && it->first.first == pid;) {
        close(it->second);
        it = threads_.erase(it);
    }
}

void PortTarget::forget_thread(uint32_t pid, uint32_t tid) {
    auto known = threads_.extract({pid, tid});
    if (!known.empty())
        close(known.mapped());
}

} // namespace ntdbg::tool
