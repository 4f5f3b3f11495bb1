// SPDX-License-Identifier: MIT
#include "counter.h"

#include <algorithm>
#include <fmt/format.h>

#include "text.h"

namespace ntdbg::tool {

DBGKM_APINUMBER api_of(uint32_t event_type) {
    switch (event_type) {
    case NTDBG_EVENT_EXCEPTION:
        return DbgKmExceptionApi;
    case NTDBG_EVENT_CREATE_THREAD:
        return DbgKmCreateThreadApi;
    case NTDBG_EVENT_CREATE_PROCESS:
        return DbgKmCreateProcessApi;
    case NTDBG_EVENT_EXIT_THREAD:
        return DbgKmExitThreadApi;
    case NTDBG_EVENT_EXIT_PROCESS:
        return DbgKmExitProcessApi;
    case NTDBG_EVENT_LOAD_IMAGE:
        return DbgKmLoadDllApi;
    case NTDBG_EVENT_UNLOAD_IMAGE:
        return DbgKmUnloadDllApi;
    default:
        return DbgKmMaxApiNumber;
    }
}

void Counter::add(const ntdbg_event &event) {
    if (event.seq > highest_) {
        uint64_t hole = event.seq - highest_ - 1;
        if (hole > kMaxHole) {
            skipped_ += hole - kMaxHole;
            highest_ = event.seq - kMaxHole - 1;
        }
        while (++highest_ < event.seq)
            holes_.insert(highest_);
    } else if (holes_.erase(event.seq) == 0) {
        return; // handed out again: counted already
    }

    events_++;
    by_api_[api_of(event.type)]++;
    if (first_ns_ == 0)
        first_ns_ = event.time_ns;
    last_ns_ = std::max<uint64_t>(last_ns_, event.time_ns);
    if (event.type == NTDBG_EVENT_EXIT_PROCESS && !(event.flags & NTDBG_EVENT_F_EXEC))
        last_seq_.erase(event.pid);
    else
        last_seq_[event.pid] = event.seq;
}

uint64_t Counter::lost_so_far() const {
    uint64_t settled = ~uint64_t{0};
    for (const auto &[pid, seq] : last_seq_)
        settled = std::min(settled, seq);
    return skipped_ +
           static_cast<uint64_t>(std::distance(holes_.begin(), holes_.lower_bound(settled)));
}

std::string Counter::summary() const {
    static constexpr DBGKM_APINUMBER kOrder[] = {
        DbgKmCreateProcessApi, DbgKmCreateThreadApi, DbgKmLoadDllApi,    DbgKmUnloadDllApi,
        DbgKmExceptionApi,     DbgKmExitThreadApi,   DbgKmExitProcessApi};
    std::string out = counted(events_, "event");
    const char *separator = ": ";
    for (DBGKM_APINUMBER api : kOrder) {
        if (by_api_[api] == 0)
            continue;
        out += fmt::format("{}{} {}", separator, ntdbg_api_name(api), by_api_[api]);
        separator = ", ";
    }
    if (by_api_[DbgKmMaxApiNumber] != 0)
        out += fmt::format("{}of unknown type {}", separator, by_api_[DbgKmMaxApiNumber]);
    out += fmt::format("; {} lost, {:.3f} s", lost(), seconds_between(first_ns_, last_ns_));
    return out;
}

} // namespace ntdbg::tool
