// SPDX-License-Identifier: MIT
// How the engine lets a program run on: over its breakpoints, and step by step.
#include <cerrno>
#include <cstring>
#include <fmt/format.h>

#include "debugger/registers.h"
#include "engine.h"
#include "text.h"

namespace ntdbg::tool {

void Engine::step(Step kind, uint64_t count) {
    goal_ = {true, false, false, kind, current_, count};
}

void Engine::run_to(uint64_t where, uint32_t tid, uint64_t min_sp) {
    Breakpoint b;
    b.pid = memory_of(current_.pid);
    b.address = where;
    b.internal = true;
    b.tid = tid;
    b.min_sp = min_sp;
    breakpoints_.add(std::move(b));
}

// What must be so before the thread of the event runs on.
void Engine::arm(ThreadId id) {
    uint32_t memory = memory_of(id.pid);
    DebuggedThread *thread = model_.find(id.pid, id.tid);
    if (held_->seen_breakpoint && thread && thread->frozen == 0) {
        auto now = context(id, NTDBG_CONTEXT_CONTROL);
        uint64_t rip = now ? now->regs.rip : 0;
        if (now && (breakpoints_.covers(memory, rip) || wanted_patches(memory).contains(rip)))
            begin_step(id, rip);
    }
    if (goal_.active && !goal_.armed && goal_.id.pid == id.pid)
        begin_goal();
    sync_registers(id.pid);
    sync_patches(memory, wanted_patches(memory));
    hold_others(id.pid);
}

void Engine::begin_goal() {
    goal_.armed = true;
    goal_.waits = false;
    auto now = context(goal_.id, NTDBG_CONTEXT_CONTROL);
    if (!now)
        return;
    uint64_t rip = now->regs.rip;
    auto insn = instruction(goal_.id.pid, rip);
    if (goal_.kind == Step::Over && insn && (insn->call || insn->repeats)) {
        goal_.waits = true;
        run_to(rip + insn->length, goal_.id.tid, now->regs.rsp);
        return;
    }
    begin_step(goal_.id, std::nullopt);
}

// One of the steps that were asked for is done: true if it was the last.
bool Engine::step_done() {
    breakpoints_.remove_internal(memory_of(goal_.id.pid));
    goal_.armed = false;
    if (goal_.count > 1) {
        goal_.count--;
        current_ = goal_.id;
        hooks_.show_step();
        return false;
    }
    last_event_ = ids(Ids::Hex, goal_.id.pid, goal_.id.tid) + ": Step";
    stepped_ = true;
    return true;
}

void Engine::begin_step(ThreadId id, std::optional<uint64_t> over) {
    Stepping &step = steps_[id];
    if (over)
        step.over = over;
    if (step.trap_flag || step.after)
        return; // on its way already
    auto now = context(id, NTDBG_CONTEXT_CONTROL);
    if (!now)
        return;
    auto insn = instruction(id.pid, now->regs.rip);
    if (insn && insn->system_call) {
        // The kernel would report the trap one instruction too late; and the call
        // may wait for another thread, so nobody is held meanwhile.
        step.after = now->regs.rip + insn->length;
        return;
    }
    step.trap_flag = true;
    step.pushes_flags = insn && insn->pushes_flags;
    now->regs.eflags |= kTrapFlag;
    target_.set_context(id.pid, id.tid, *now);
}

void Engine::clear_trap_flag(ThreadId id) {
    auto now = context(id, NTDBG_CONTEXT_CONTROL);
    if (!now || !(now->regs.eflags & kTrapFlag))
        return;
    now->regs.eflags &= ~kTrapFlag;
    target_.set_context(id.pid, id.tid, *now);
}

// The thread has executed its instruction (@trapped), or something else came of it.
void Engine::end_step(ThreadId id, bool trapped) {
    auto known = steps_.extract(id);
    if (known.empty())
        return;
    const Stepping &step = known.mapped();
    if (step.trap_flag) {
        clear_trap_flag(id);
        if (!trapped)
            leftover_flags_.insert(id); // a signal frame may have kept it
        if (trapped && step.pushes_flags) {
            // The program must not find our flag on its stack.
            auto now = context(id, NTDBG_CONTEXT_CONTROL);
            uint64_t flags = 0;
            if (now &&
                target_.read(id.pid, now->regs.rsp, &flags, sizeof(flags)) == sizeof(flags)) {
                flags &= ~kTrapFlag;
                target_.write(id.pid, now->regs.rsp, &flags, sizeof(flags));
            }
        }
    }
    release_others(id.pid);
}

namespace {

// While the thread steps, nobody else may pass the place where the breakpoint is out.
bool alone(const std::optional<uint64_t> &over, bool trap_flag) {
    return over.has_value() && trap_flag;
}

} // namespace

void Engine::hold_others(uint32_t pid) {
    bool needed = false;
    for (const auto &[id, step] : steps_)
        needed |= id.pid == pid && alone(step.over, step.trap_flag);
    DebuggedProcess *process = model_.find(pid);
    if (!process)
        return;
    for (auto &[tid, thread] : process->threads) {
        bool hold = needed && !steps_.contains({pid, tid});
        if (hold == thread.held)
            continue;
        int ret = hold ? target_.suspend(pid, tid) : target_.resume(pid, tid);
        thread.held = hold && ret >= 0;
    }
}

void Engine::release_others(uint32_t pid) {
    for (const auto &[id, step] : steps_) {
        if (id.pid == pid && alone(step.over, step.trap_flag))
            return;
    }
    DebuggedProcess *process = model_.find(pid);
    if (!process)
        return;
    for (auto &[tid, thread] : process->threads) {
        if (thread.held)
            target_.resume(pid, tid);
        thread.held = false;
    }
}

std::set<uint64_t> Engine::wanted_patches(uint32_t memory) {
    std::set<uint64_t> wanted = breakpoints_.code_addresses(memory);
    for (const auto &[id, step] : steps_) {
        if (memory_of(id.pid) == memory && step.after)
            wanted.insert(*step.after);
    }
    for (const auto &[id, step] : steps_) {
        if (memory_of(id.pid) == memory && step.over)
            wanted.erase(*step.over);
    }
    return wanted;
}

void Engine::sync_patches(uint32_t memory, const std::set<uint64_t> &wanted) {
    for (const Patches::Failure &failure : patches_.sync(memory, wanted)) {
        for (Breakpoint *b : breakpoints_.at(memory, failure.address)) {
            b->enabled = false;
            hooks_.say(b->internal
                           ? fmt::format("No breakpoint can be put at {}: {}\n",
                                         address(failure.address), strerror(-failure.error))
                           : fmt::format("Breakpoint {} is disabled: {} cannot be written: {}\n",
                                         b->id, address(failure.address),
                                         strerror(-failure.error)));
        }
    }
}

void Engine::sync_registers(uint32_t pid) {
    DebuggedProcess *process = model_.find(pid);
    if (!process)
        return;
    for (const auto &[tid, thread] : process->threads) {
        ThreadId id{pid, tid};
        auto step = steps_.find(id);
        DebugRegisters wanted = breakpoints_.registers(
            process->memory, step == steps_.end() ? std::nullopt : step->second.over);
        if (registers_[id] == wanted)
            continue;
        ntdbg_context now{};
        now.size = sizeof(now);
        now.flags = NTDBG_CONTEXT_DEBUG_REGISTERS;
        std::memcpy(now.dr, wanted.dr, sizeof(now.dr));
        int ret = target_.set_context(pid, tid, now);
        if (ret < 0 && ret != -EOWNERDEAD && ret != -ESRCH)
            hooks_.say(fmt::format("The debug registers of thread {:x} cannot be set: {}\n", tid,
                                   strerror(-ret)));
        registers_[id] = wanted; // not again with each event
    }
}

// ---- letting go -----------------------------------------------------------------

int Engine::detach(uint32_t pid) {
    DebuggedProcess *process = model_.find(pid);
    if (!process)
        return -ESRCH;
    uint32_t memory = process->memory;
    breakpoints_.forget(memory);
    goal_ = {};
    for (auto &[id, step] : steps_) {
        if (id.pid == pid && step.trap_flag)
            clear_trap_flag(id);
        if (id.pid == pid)
            step = {};
    }
    sync_registers(pid);
    sync_patches(memory, {});
    for (auto &[tid, thread] : process->threads) {
        for (unsigned n = thread.frozen + (thread.held ? 1 : 0); n > 0; n--)
            target_.resume(pid, tid);
    }
    // A thread at an exception needs its answer first: detach would take it for
    // not handled. So does one that hit a breakpoint meanwhile and waits in line.
    while (held_ && held_->id.pid == pid) {
        source_.continue_event(static_cast<pid_t>(pid), static_cast<pid_t>(held_->id.tid),
                               held_->answer);
        after_answer();
        ssize_t size = source_.wait(buffer_, 0);
        if (size < 0)
            break;
        auto taken = take(static_cast<size_t>(size));
        if (!taken)
            break;
    }
    if (!model_.find(pid))
        return 0; // it has ended meanwhile
    int ret = source_.detach(static_cast<pid_t>(pid));
    // An event of another process that came between stays in hand.
    forget(pid);
    model_.forget(pid);
    if (current_.pid == pid) {
        current_ = held_ ? held_->id : ThreadId{};
        for (auto &[other, left] : model_.processes()) {
            if (current_.pid == 0 && !left.hidden && !left.threads.empty())
                current_ = {other, left.threads.begin()->first};
        }
    }
    return ret;
}

void Engine::detach_all() {
    while (!model_.processes().empty()) {
        uint32_t pid = model_.processes().begin()->first;
        detach(pid);
        model_.forget(pid);
    }
}

} // namespace ntdbg::tool
