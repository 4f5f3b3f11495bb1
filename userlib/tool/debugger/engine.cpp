// SPDX-License-Identifier: MIT
// The debugger's loop, and what each kind of event means to it.
#include "engine.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>

#include "debugger/registers.h"
#include "decode.h"
#include "text.h"

namespace ntdbg::tool {

namespace {

constexpr int64_t kTickNs = 200'000'000;
constexpr uint64_t kDr6Step = 1u << 14;

// Nothing that a program or the CPU did.
constexpr uint32_t kNoFault =
    NTDBG_EXCEPTION_LOADER_BREAK | NTDBG_EXCEPTION_BREAK_IN | NTDBG_EXCEPTION_SOFTWARE;

} // namespace

Engine::Engine(const Parts &parts, Hooks hooks, bool follow)
    : source_(parts.source), target_(parts.target), symbols_(parts.symbols),
      filters_(parts.filters), hooks_(std::move(hooks)), follow_(follow), patches_(parts.target) {}

std::optional<ntdbg_context> Engine::context(ThreadId id, uint32_t parts) const {
    ntdbg_context out{};
    out.size = sizeof(out);
    out.flags = parts;
    if (target_.get_context(id.pid, id.tid, out) < 0)
        return std::nullopt;
    return out;
}

uint32_t Engine::memory_of(uint32_t pid) {
    DebuggedProcess *process = model_.find(pid);
    return process ? process->memory : pid;
}

ssize_t Engine::read(uint32_t pid, uint64_t address, void *buf, size_t len) {
    ssize_t n = target_.read(pid, address, buf, len);
    if (n > 0)
        patches_.hide(memory_of(pid), address, buf, static_cast<size_t>(n));
    return n;
}

std::optional<Instruction> Engine::instruction(uint32_t pid, uint64_t address,
                                               const AddressNamer &namer) {
    uint8_t bytes[kMaxInstruction];
    ssize_t n = read(pid, address, bytes, sizeof(bytes));
    if (n <= 0)
        return std::nullopt;
    return disassemble(address, std::span(bytes, static_cast<size_t>(n)), namer);
}

std::vector<std::string> Engine::take_commands() {
    return std::exchange(commands_, {});
}

void Engine::answer(bool handled) {
    if (at_exception())
        held_->answer = handled ? NTDBG_DBG_EXCEPTION_HANDLED : NTDBG_DBG_EXCEPTION_NOT_HANDLED;
}

int Engine::freeze(ThreadId id) {
    DebuggedThread *thread = model_.find(id.pid, id.tid);
    int ret = thread ? target_.suspend(id.pid, id.tid) : -ESRCH;
    if (ret >= 0)
        thread->frozen++;
    return ret;
}

int Engine::thaw(ThreadId id) {
    DebuggedThread *thread = model_.find(id.pid, id.tid);
    int ret = thread ? target_.resume(id.pid, id.tid) : -ESRCH;
    if (ret >= 0 && thread->frozen > 0)
        thread->frozen--;
    return ret;
}

int Engine::break_in(uint32_t pid) {
    return target_.break_in(pid);
}

int Engine::terminate(uint32_t pid) {
    return target_.terminate(pid, static_cast<uint32_t>(STATUS_SUCCESS));
}

void Engine::forget(uint32_t pid) {
    for (auto it = steps_.begin(); it != steps_.end();)
        it = it->first.pid == pid ? steps_.erase(it) : std::next(it);
    for (auto it = registers_.begin(); it != registers_.end();)
        it = it->first.pid == pid ? registers_.erase(it) : std::next(it);
    patches_.forget(pid);
    target_.forget(pid);
}

// ---- the loop -------------------------------------------------------------------

result<Engine::Stop> Engine::run() {
    stepped_ = false;
    hooks_.interrupted(); // one that came while nothing ran is over
    for (;;) {
        if (held_) {
            if (auto problem = release())
                return *problem;
        }
        ssize_t size = source_.wait(buffer_, kTickNs);
        if (size >= 0) {
            auto stop = take(static_cast<size_t>(size));
            if (!stop)
                return stop.error();
            if (*stop) {
                stopped();
                return Stop::Prompt;
            }
            continue;
        }
        switch (-size) {
        case EINTR:
        case EAGAIN:
        case ETIMEDOUT:
            if (hooks_.interrupted())
                interrupt();
            break;
        case ECHILD:
            return Stop::AllGone;
        default: {
            auto advice = NTDBG_OPTS(ntdbg_advice);
            ntdbg_explain_wait(static_cast<int>(size), &advice);
            return error(static_cast<int>(size), advice);
        }
        }
    }
}

std::optional<error> Engine::release() {
    arm(held_->id);
    int ret = source_.continue_event(static_cast<pid_t>(held_->id.pid),
                                     static_cast<pid_t>(held_->id.tid), held_->answer);
    // ENOENT: it was killed, nobody waits for our answer any more.
    if (ret < 0 && ret != -ENOENT) {
        auto advice = NTDBG_OPTS(ntdbg_advice);
        ntdbg_explain_continue(ret, static_cast<pid_t>(held_->id.pid),
                               static_cast<pid_t>(held_->id.tid), &advice);
        return error(ret, advice);
    }
    after_answer();
    return std::nullopt;
}

// The record is still in the buffer.
void Engine::after_answer() {
    auto parsed = record::parse(std::span(buffer_.bytes).first(held_->size));
    ThreadId id = held_->id;
    held_.reset();
    if (!parsed)
        return;
    const ntdbg_event &header = parsed->header();
    model_.end(*parsed);
    if (header.type == NTDBG_EVENT_EXIT_THREAD) {
        steps_.erase(id);
        registers_.erase(id);
        target_.forget_thread(id.pid, id.tid);
    } else if (header.type == NTDBG_EVENT_EXIT_PROCESS) {
        forget(id.pid);
        if (header.flags & NTDBG_EVENT_F_EXEC)
            new_program(id.pid);
        else
            breakpoints_.forget(id.pid);
    }
}

// Its breakpoints lie in a program that is no more.
void Engine::new_program(uint32_t pid) {
    for (Breakpoint &b : breakpoints_.all()) {
        if (b.pid != pid || !b.address)
            continue;
        if (b.symbolic) {
            b.address.reset();
        } else if (b.enabled) {
            b.enabled = false;
            hooks_.say(fmt::format("Breakpoint {} at {} is disabled: another program runs now\n",
                                   b.id, address(*b.address)));
        }
    }
}

void Engine::stopped() {
    goal_ = {};
    uint32_t memory = memory_of(held_->id.pid);
    breakpoints_.remove_internal(memory);
    sync_patches(memory, {});
    held_->seen_breakpoint = true;
    current_ = held_->id;
}

void Engine::interrupt() {
    DebuggedProcess *process = model_.find(current_.pid);
    for (auto &[pid, other] : model_.processes()) {
        if (!process && !other.hidden)
            process = &other;
    }
    int ret = process ? break_in(process->pid) : -ESRCH;
    if (ret < 0 && ret != -EALREADY)
        hooks_.say(fmt::format("The program cannot be stopped: {}\n", strerror(-ret)));
}

result<bool> Engine::take(size_t size) {
    auto parsed = record::parse(std::span(buffer_.bytes).first(size));
    if (!parsed)
        return parsed.error();
    const ntdbg_event &header = parsed->header();
    held_ = Held{};
    held_->id = {header.pid, header.tid};
    held_->size = size;
    if (!model_.find(current_.pid, current_.tid))
        current_ = held_->id;
    counter_.add(header);
    model_.begin(*parsed);
    symbols_.learn(*parsed);
    Event event = decode_event(source_, *parsed);
    if (header.type == NTDBG_EVENT_CREATE_PROCESS)
        return on_create_process(event);
    if (DebuggedProcess *process = model_.find(header.pid); process && process->hidden)
        return on_hidden(event);
    switch (header.type) {
    case NTDBG_EVENT_LOAD_IMAGE:
        locate_breakpoints(header.pid);
        break;
    case NTDBG_EVENT_EXCEPTION:
        return on_exception(event);
    case NTDBG_EVENT_EXIT_THREAD:
    case NTDBG_EVENT_EXIT_PROCESS:
        end_step(held_->id, false);
        break;
    default:
        break;
    }
    return by_filter(event);
}

bool Engine::by_filter(const Event &event) {
    if (!event.msg) {
        hooks_.log(event);
        return false;
    }
    FilterSubject subject = filter_subject(event.rec, *event.msg);
    if (auto path = event.rec.path())
        subject.module = module_name(*path);
    else if (auto place = symbols_.at(subject.pid, subject.address))
        subject.module = place->module;
    FilterDecision decision = filters_.decide(subject);
    if (decision.log)
        hooks_.log(event);
    if (decision.limit_reached)
        hooks_.say("The same exception came at this address again and again (--sx-limit): from now "
                   "on it breaks, and is not handled\n");
    const auto *exception = event.rec.exception();
    if (exception && !(exception->chance & NTDBG_EXCEPTION_LOADER_BREAK)) {
        held_->exception = true;
        held_->answer =
            decision.handled ? NTDBG_DBG_EXCEPTION_HANDLED : NTDBG_DBG_EXCEPTION_NOT_HANDLED;
    }
    if (decision.stop)
        last_event_ = describe_event(event);
    return decision.stop;
}

std::string Engine::describe_event(const Event &event) const {
    const ntdbg_event &header = event.rec.header();
    std::string who = ids(Ids::Hex, header.pid, header.tid) + ": ";
    switch (event.msg->ApiNumber) {
    case DbgKmCreateProcessApi:
        return who + "Create process " + image_name(event.rec);
    case DbgKmCreateThreadApi:
        return who + "Create thread";
    case DbgKmExitThreadApi:
        return who + fmt::format("Exit thread, code {:x}", event.msg->u.ExitThread.ExitStatus);
    case DbgKmExitProcessApi:
        return who + fmt::format("Exit process, code {:x}",
                                 static_cast<uint32_t>(event.msg->u.ExitProcess.ExitStatus));
    case DbgKmLoadDllApi:
        return who + "Load module " + image_name(event.rec);
    case DbgKmUnloadDllApi:
        return who + "Unload module " + image_name(event.rec);
    default:
        break;
    }
    if (event.rec.exception()->chance & NTDBG_EXCEPTION_BREAK_IN)
        return who + "Break-in";
    const auto &exception = event.msg->u.Exception;
    return who + fmt::format("{} - code {:08x} ({})",
                             ntdbg_exception_text(exception.ExceptionRecord.ExceptionCode),
                             static_cast<uint32_t>(exception.ExceptionRecord.ExceptionCode),
                             exception.FirstChance ? "first chance" : "!!! second chance !!!");
}

// ---- processes ------------------------------------------------------------------

bool Engine::on_create_process(const Event &event) {
    const ntdbg_event &header = event.rec.header();
    DebuggedProcess &process = *model_.find(header.pid);
    if (header.flags & NTDBG_EVENT_F_FORK) {
        uint32_t parent = memory_of(event.rec.create_process()->ppid);
        bool shared = target_.same_memory(header.pid, parent);
        if (shared)
            process.memory = parent;
        else
            patches_.clean_copy(parent, header.pid);
        if (!follow_) {
            process.hidden = true;
            if (!shared)
                let_go(header.pid);
            return false;
        }
    } else if (process.hidden) {
        // It has run another program, and so has a memory of its own.
        let_go(header.pid);
        return false;
    }
    locate_breakpoints(header.pid);
    return by_filter(event);
}

// A child of vfork that is not to be debugged, as long as our breakpoints are in
// the memory that it shares.
bool Engine::on_hidden(const Event &event) {
    const auto *exception = event.rec.exception();
    if (!exception)
        return false;
    held_->answer = NTDBG_DBG_EXCEPTION_NOT_HANDLED;
    if ((exception->chance & kNoFault) || !(exception->chance & NTDBG_EXCEPTION_FIRST_CHANCE))
        return false;
    NTSTATUS code = event.msg->u.Exception.ExceptionRecord.ExceptionCode;
    uint64_t at = exception->fault.ip - 1;
    if (code == STATUS_BREAKPOINT && patches_.ours(memory_of(held_->id.pid), at)) {
        held_->answer = NTDBG_DBG_EXCEPTION_HANDLED;
        end_step(held_->id, false);
        if (auto now = context(held_->id, NTDBG_CONTEXT_CONTROL)) {
            now->regs.rip = at;
            target_.set_context(held_->id.pid, held_->id.tid, *now);
        }
        held_->seen_breakpoint = true;
    } else if (code == STATUS_SINGLE_STEP && steps_.contains(held_->id)) {
        held_->answer = NTDBG_DBG_EXCEPTION_HANDLED;
        end_step(held_->id, true);
    }
    return false;
}

void Engine::let_go(uint32_t pid) {
    source_.detach(static_cast<pid_t>(pid)); // it may have gone by itself
    if (held_ && held_->id.pid == pid)
        held_.reset();
    forget(pid);
    breakpoints_.forget(pid);
    model_.forget(pid);
}

void Engine::locate_breakpoints(uint32_t pid) {
    uint32_t memory = memory_of(pid);
    for (Breakpoint &b : breakpoints_.all()) {
        if (b.pid == memory && !b.address)
            b.address = hooks_.locate(b);
    }
}

// ---- exceptions -----------------------------------------------------------------

bool Engine::on_exception(const Event &event) {
    const ntdbg_event_exception &exception = *event.rec.exception();
    ThreadId id = held_->id;
    if (exception.chance & NTDBG_EXCEPTION_BREAK_IN) {
        hooks_.log(event);
        last_event_ = describe_event(event);
        return true;
    }
    NTSTATUS code = event.msg ? event.msg->u.Exception.ExceptionRecord.ExceptionCode : 0;
    if (!(exception.chance & kNoFault) && (exception.chance & NTDBG_EXCEPTION_FIRST_CHANCE)) {
        uint64_t at = exception.fault.ip - 1;
        if (code == STATUS_BREAKPOINT && patches_.ours(memory_of(id.pid), at))
            return on_patch(id, at);
        if (code == STATUS_SINGLE_STEP) {
            if (auto verdict = on_debug_trap(id, exception.fault))
                return *verdict;
        }
    }
    end_step(id, false);
    return by_filter(event);
}

// Counts a hit; false if it is not yet the one to break at.
bool Engine::hit(Breakpoint &breakpoint) {
    breakpoint.hits++;
    if (breakpoint.left > 1) {
        breakpoint.left--;
        return false;
    }
    hooks_.say(fmt::format("Breakpoint {} hit\n", breakpoint.id));
    last_event_ = fmt::format("{}: Hit breakpoint {}", ids(Ids::Hex, held_->id.pid, held_->id.tid),
                              breakpoint.id);
    if (!breakpoint.commands.empty())
        commands_.push_back(breakpoint.commands);
    return true;
}

bool Engine::on_patch(ThreadId id, uint64_t at) {
    held_->answer = NTDBG_DBG_EXCEPTION_HANDLED;
    held_->seen_breakpoint = true;
    auto now = context(id, NTDBG_CONTEXT_CONTROL);
    if (now) {
        now->regs.rip = at;
        target_.set_context(id.pid, id.tid, *now);
    }
    uint64_t sp = now ? now->regs.rsp : 0;

    bool stop = false;
    auto step = steps_.find(id);
    if (step != steps_.end() && step->second.after == at) {
        end_step(id, true);
        if (goal_.active && goal_.id == id)
            stop |= step_done();
    } else {
        end_step(id, false);
    }
    std::vector<unsigned> spent;
    for (Breakpoint *b : breakpoints_.at(memory_of(id.pid), at)) {
        if ((b->tid != 0 && b->tid != id.tid) || (b->min_sp != 0 && sp < b->min_sp))
            continue;
        if (!b->internal) {
            stop |= hit(*b);
            if (b->one_shot && stop)
                spent.push_back(b->id);
        } else if (goal_.active) {
            stop |= step_done();
        } else {
            last_event_ = ids(Ids::Hex, id.pid, id.tid) + ": Reached the address";
            stop = true;
        }
    }
    for (unsigned number : spent)
        breakpoints_.remove(number);
    return stop;
}

// A step that was asked for, or a debug register of ours. nullopt: neither.
std::optional<bool> Engine::on_debug_trap(ThreadId id, const ntdbg_fault &fault) {
    uint32_t memory = memory_of(id.pid);
    auto step = steps_.find(id);
    bool stepped = step != steps_.end() && step->second.trap_flag;
    bool leftover = !stepped && (fault.dr6 & kDr6Step) && leftover_flags_.erase(id) > 0;
    std::vector<Breakpoint *> watched;
    for (unsigned n = 0; n < Breakpoints::kHardware; n++) {
        if (!(fault.dr6 & (uint64_t{1} << n)))
            continue;
        if (Breakpoint *b = breakpoints_.in_register(memory, n))
            watched.push_back(b);
    }
    if (!stepped && !leftover && watched.empty())
        return std::nullopt;

    held_->answer = NTDBG_DBG_EXCEPTION_HANDLED;
    bool stop = false;
    if (stepped) {
        end_step(id, true);
        // The step may have been one of ours alone, over a breakpoint.
        if (goal_.active && goal_.armed && goal_.id == id && !goal_.waits)
            stop |= step_done();
    } else if (leftover) {
        clear_trap_flag(id);
    }
    for (Breakpoint *b : watched) {
        if (b->tid != 0 && b->tid != id.tid)
            continue;
        held_->seen_breakpoint |= b->kind == Breakpoint::Kind::Execute;
        stop |= hit(*b);
    }
    return stop;
}

} // namespace ntdbg::tool
