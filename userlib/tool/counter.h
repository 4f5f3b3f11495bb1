// SPDX-License-Identifier: MIT
// Counts events by kind and finds the ones that never came.
#ifndef NTDBG_TOOL_COUNTER_H
#define NTDBG_TOOL_COUNTER_H

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

// An event of one process may come before an older one of another, which was
// parked behind that process's own. So a hole in the sequence numbers is a loss
// for certain only when every process has got beyond it, or at the end.
class Counter {
public:
    void add(const ntdbg_event &event);

    uint64_t events() const { return events_; }
    uint64_t of(DBGKM_APINUMBER api) const { return by_api_[api]; }
    // Lost for certain, now.
    uint64_t lost_so_far() const;
    // Lost, when no event will come any more.
    uint64_t lost() const { return holes_.size() + skipped_; }
    const std::map<uint32_t, uint64_t> &live() const { return last_seq_; }

    uint64_t first_ns() const { return first_ns_; }
    uint64_t last_ns() const { return last_ns_; }

    // "17 events: DbgKmCreateProcessApi 1, ..., 0 lost, 0.012 s"
    std::string summary() const;

private:
    // More holes than this at one place are counted, not remembered.
    static constexpr uint64_t kMaxHole = 65536;

    std::array<uint64_t, DbgKmMaxApiNumber + 1> by_api_{}; // the last: unknown types
    uint64_t events_ = 0;
    uint64_t highest_ = 0;
    uint64_t skipped_ = 0;
    uint64_t first_ns_ = 0;
    uint64_t last_ns_ = 0;
    std::set<uint64_t> holes_;
    std::map<uint32_t, uint64_t> last_seq_; // by process, of those that live
};

// The API number of an event type; DbgKmMaxApiNumber if it has none.
DBGKM_APINUMBER api_of(uint32_t event_type);

} // namespace ntdbg::tool

#endif
