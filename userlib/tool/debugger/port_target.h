// SPDX-License-Identifier: MIT
#ifndef NTDBG_TOOL_DEBUGGER_PORT_TARGET_H
#define NTDBG_TOOL_DEBUGGER_PORT_TARGET_H

#include <map>
#include <utility>

#include <ntdbg/ntdbg.hpp>

#include "target.h"

namespace ntdbg::tool {

// Opens a handle when one is first needed and keeps it.
class PortTarget : public Target {
public:
    explicit PortTarget(port &port) : port_(port) {}
    PortTarget(const PortTarget &) = delete;
    PortTarget &operator=(const PortTarget &) = delete;
    ~PortTarget() override;

    ssize_t read(uint32_t pid, uint64_t address, void *buf, size_t len) override;
    ssize_t write(uint32_t pid, uint64_t address, const void *buf, size_t len) override;
    int get_context(uint32_t pid, uint32_t tid, ntdbg_context &context) override;
    int set_context(uint32_t pid, uint32_t tid, const ntdbg_context &context) override;
    int suspend(uint32_t pid, uint32_t tid) override;
    int resume(uint32_t pid, uint32_t tid) override;
    int thread_info(uint32_t pid, uint32_t tid, ntdbg_thread_info &info) override;
    int break_in(uint32_t pid) override;
    int terminate(uint32_t pid, uint32_t status) override;
    int set_inherit(uint32_t pid, bool inherit) override;
    bool same_memory(uint32_t a, uint32_t b) override;
    void forget(uint32_t pid) override;
    void forget_thread(uint32_t pid, uint32_t tid) override;

private:
    int process(uint32_t pid);
    int thread(uint32_t pid, uint32_t tid);

    port &port_;
    std::map<uint32_t, int> processes_;
    std::map<std::pair<uint32_t, uint32_t>, int> threads_;
};

} // namespace ntdbg::tool

#endif
