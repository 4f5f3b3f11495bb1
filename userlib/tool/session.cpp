// SPDX-License-Identifier: MIT
#include "session.h"

#include <cerrno>
#include <fmt/format.h>

#include "decode.h"
#include "report.h"

namespace ntdbg::tool {

uint32_t answer_to(const record &rec, const FilterDecision &decision) {
    const ntdbg_event_exception *exception = rec.exception();
    constexpr uint32_t kNobodys = NTDBG_EXCEPTION_LOADER_BREAK | NTDBG_EXCEPTION_BREAK_IN;
    if (!exception || (exception->chance & kNobodys))
        return NTDBG_DBG_CONTINUE;
    return decision.handled ? NTDBG_DBG_EXCEPTION_HANDLED : NTDBG_DBG_EXCEPTION_NOT_HANDLED;
}

Session::Session(Source &source, Renderer &renderer, Output &output)
    : source_(source), renderer_(renderer), output_(output) {}

ssize_t Session::next() {
    int64_t timeout = stop_ ? kTickNs : NTDBG_FOREVER;
    if (!held_)
        return source_.wait(buffer_, timeout);

    uint32_t done = 0;
    ssize_t size =
        source_.continue_wait(held_->pid, held_->tid, held_->answer, buffer_, timeout, &done);
    // ENOENT: the thread was killed, nobody waits for our answer any more.
    if (size >= 0 || (done & NTDBG_DONE_CONTINUE) || size == -ENOENT)
        held_.reset();
    return size == -ENOENT ? -EAGAIN : size;
}

std::optional<error> Session::take(size_t size) {
    auto parsed = record::parse(std::span(buffer_.bytes).first(size));
    if (!parsed)
        return parsed.error();
    const ntdbg_event &header = parsed->header();
    held_ =
        Held{static_cast<pid_t>(header.pid), static_cast<pid_t>(header.tid), NTDBG_DBG_CONTINUE};
    if (symbols_)
        symbols_->learn(*parsed);
    Event event = decode_event(source_, *parsed);
    counter_.add(header);
    if (const auto *exception = parsed->exception()) {
        bool program = !(exception->chance & NTDBG_EXCEPTION_LOADER_BREAK);
        saw_first_chance_ |= program && (exception->chance & NTDBG_EXCEPTION_FIRST_CHANCE);
    }
    if (header.type == NTDBG_EVENT_EXIT_PROCESS && parsed->fault())
        crashed_ = true;
    FilterDecision decision = decide(event);
    held_->answer = answer_to(*parsed, decision);
    // One that repeats itself has had its state in the log.
    if (decision.stop && !decision.repeats)
        add_stack(event);
    if (decision.log)
        output_.write(renderer_.event(event, counter_));
    if (decision.limit_reached)
        say(fmt::format("ntdbg: warning: thread {:x} has the same exception at one address again "
                        "and again (--sx-limit): it is not handled any more",
                        header.tid));
    return std::nullopt;
}

FilterDecision Session::decide(const Event &event) {
    if (!event.msg)
        return {};
    FilterSubject subject = filter_subject(event.rec, *event.msg);
    if (auto path = event.rec.path())
        subject.module = module_name(*path);
    else if (auto place = symbols_ && event.rec.exception()
                              ? symbols_->at(subject.pid, subject.address)
                              : std::nullopt)
        subject.module = place->module;
    return filters_.decide(subject);
}

void Session::add_stack(Event &event) {
    constexpr size_t kFrames = 64;
    const ntdbg_fault *fault = event.rec.fault();
    if (!symbols_ || !event.rec.exception() || !fault)
        return;
    const ntdbg_event &header = event.rec.header();
    for (const Frame &frame : symbols_->unwind(header.pid, header.tid, fault->regs, kFrames)) {
        StackLine line;
        line.ip = frame.ip;
        line.sp = frame.sp;
        if (auto place = symbols_->at(header.pid, frame.lookup())) {
            place->offset += frame.ip - frame.lookup();
            line.place = describe(*place);
            if (!place->file.empty())
                line.source = fmt::format("{} @ {}", file_name(place->file), place->line);
        }
        event.stack.push_back(std::move(line));
    }
}

void Session::let_go() {
    // A thread held at an event must have its answer before its process leaves:
    // detach would take an exception for not handled, whatever we think of it.
    if (held_)
        source_.continue_event(held_->pid, held_->tid, held_->answer);
    held_.reset();
    for (const auto &[pid, seq] : counter_.live())
        source_.detach(static_cast<pid_t>(pid)); // it may have gone by itself
}

result<Session::End> Session::run() {
    for (;;) {
        if (stop_ && stop_()) {
            let_go();
            return End::Stopped;
        }
        ssize_t size = next();
        if (size >= 0) {
            if (auto problem = take(static_cast<size_t>(size)))
                return *problem;
            continue;
        }
        switch (-size) {
        case EINTR:
        case EAGAIN:
        case ETIMEDOUT:
            break;
        case ECHILD:
            return End::AllGone;
        default: {
            auto advice = NTDBG_OPTS(ntdbg_advice);
            ntdbg_explain_wait(static_cast<int>(size), &advice);
            return error(static_cast<int>(size), advice);
        }
        }
    }
}

} // namespace ntdbg::tool
