// SPDX-License-Identifier: MIT
#include "session.h"

#include <cerrno>

namespace ntdbg::tool {

namespace {

int read_through_source(void *ctx, uint32_t pid, uint64_t addr, void *buf, size_t len) {
    return static_cast<Source *>(ctx)->read_memory(pid, addr, buf, len);
}

} // namespace

uint32_t default_answer(const record &rec) {
    const ntdbg_event_exception *exception = rec.exception();
    if (!exception || (exception->chance & NTDBG_EXCEPTION_LOADER_BREAK))
        return NTDBG_DBG_CONTINUE;
    return NTDBG_DBG_EXCEPTION_NOT_HANDLED;
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
    held_ = Held{static_cast<pid_t>(header.pid), static_cast<pid_t>(header.tid),
                 default_answer(*parsed)};

    auto opts = NTDBG_OPTS(ntdbg_translate_opts);
    opts.read_memory = read_through_source;
    opts.ctx = &source_;
    Event event{*parsed, parsed->message(&opts)};
    counter_.add(header);
    if (const auto *exception = parsed->exception()) {
        bool program = !(exception->chance & NTDBG_EXCEPTION_LOADER_BREAK);
        saw_first_chance_ |= program && (exception->chance & NTDBG_EXCEPTION_FIRST_CHANCE);
    }
    if (header.type == NTDBG_EVENT_EXIT_PROCESS && parsed->fault())
        crashed_ = true;
    output_.write(renderer_.event(event, counter_));
    return std::nullopt;
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
