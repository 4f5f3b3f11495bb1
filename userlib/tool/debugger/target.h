// SPDX-License-Identifier: MIT
// What the debugger does to processes and threads: through the module, or a
// test's pretended ones. Results as in ntdbg/process.h.
#ifndef NTDBG_TOOL_DEBUGGER_TARGET_H
#define NTDBG_TOOL_DEBUGGER_TARGET_H

#include <cstdint>
#include <sys/types.h>

#include <ntdbg/object.h>

namespace ntdbg::tool {

class Target {
public:
    virtual ~Target() = default;
    // Also what the process itself may not read or write. How many bytes; -errno.
    virtual ssize_t read(uint32_t pid, uint64_t address, void *buf, size_t len) = 0;
    virtual ssize_t write(uint32_t pid, uint64_t address, const void *buf, size_t len) = 0;
    virtual int get_context(uint32_t pid, uint32_t tid, ntdbg_context &context) = 0;
    virtual int set_context(uint32_t pid, uint32_t tid, const ntdbg_context &context) = 0;
    virtual int suspend(uint32_t pid, uint32_t tid) = 0; // the count before
    virtual int resume(uint32_t pid, uint32_t tid) = 0;
    virtual int thread_info(uint32_t pid, uint32_t tid, ntdbg_thread_info &info) = 0;
    virtual int break_in(uint32_t pid) = 0;
    virtual int terminate(uint32_t pid, uint32_t status) = 0;
    // Whether its children come under the port; the debugger wants to see them.
    virtual int set_inherit(uint32_t pid, bool inherit) = 0;
    // After vfork both are one address space.
    virtual bool same_memory(uint32_t a, uint32_t b) = 0;
    // It is gone, or another program now.
    virtual void forget(uint32_t pid) = 0;
    virtual void forget_thread(uint32_t pid, uint32_t tid) = 0;
};

} // namespace ntdbg::tool

#endif
