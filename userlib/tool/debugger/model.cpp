// SPDX-License-Identifier: MIT
#include "model.h"

#include "text.h"

namespace ntdbg::tool {

DebuggedThread *DebuggedProcess::by_index(unsigned wanted) {
    for (auto &[tid, thread] : threads) {
        if (thread.index == wanted)
            return &thread;
    }
    return nullptr;
}

DebuggedProcess *Model::find(uint32_t pid) {
    auto known = processes_.find(pid);
    return known == processes_.end() ? nullptr : &known->second;
}

DebuggedThread *Model::find(uint32_t pid, uint32_t tid) {
    DebuggedProcess *process = find(pid);
    if (!process)
        return nullptr;
    auto known = process->threads.find(tid);
    return known == process->threads.end() ? nullptr : &known->second;
}

DebuggedProcess *Model::by_index(unsigned index) {
    for (auto &[pid, process] : processes_) {
        if (process.index == index)
            return &process;
    }
    return nullptr;
}

void Model::begin(const record &rec) {
    const ntdbg_event &event = rec.header();
    // An event that is handed out again has been here.
    if (find(event.pid, event.tid) && event.type != NTDBG_EVENT_CREATE_PROCESS)
        return;
    DebuggedProcess *process = find(event.pid);
    if (!process) {
        process = &processes_[event.pid];
        process->pid = process->memory = event.pid;
        process->index = next_index_++;
    }
    if (event.type == NTDBG_EVENT_CREATE_PROCESS) {
        process->name = image_name(rec);
        if (event.flags & NTDBG_EVENT_F_EXEC) {
            // Another program: what was there is gone.
            process->memory = event.pid;
            process->threads.clear();
            process->next_index = 0;
        }
    }
    DebuggedThread &thread = process->threads[event.tid];
    if (thread.tid == 0) {
        thread.tid = event.tid;
        thread.index = process->next_index++;
    }
}

void Model::end(const record &rec) {
    const ntdbg_event &event = rec.header();
    DebuggedProcess *process = find(event.pid);
    if (!process)
        return;
    if (event.type == NTDBG_EVENT_EXIT_THREAD)
        process->threads.erase(event.tid);
    else if (event.type == NTDBG_EVENT_EXIT_PROCESS && (event.flags & NTDBG_EVENT_F_EXEC))
        process->threads.clear();
    else if (event.type == NTDBG_EVENT_EXIT_PROCESS)
        forget(event.pid);
}

} // namespace ntdbg::tool
