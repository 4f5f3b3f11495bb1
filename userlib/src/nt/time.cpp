// SPDX-License-Identifier: MIT
#include "time.h"

#include <ntdbg/dbgport.h>

namespace ntdbg::nt {

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kUnit = 100;                                  // ns
constexpr int64_t kUnixEpoch = 11644473600 * (kSecond / kUnit); // from 1601 to 1970

int64_t read_clock(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<int64_t>(now.tv_sec) * kSecond + now.tv_nsec;
}

} // namespace

Clocks Clocks::now() {
    return {read_clock(CLOCK_REALTIME), read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_BOOTTIME)};
}

int64_t system_time(int64_t real_ns) {
    return real_ns / kUnit + kUnixEpoch;
}

uint64_t deadline(int64_t timeout, const Clocks &clocks) {
    if (timeout == 0)
        return 0;
    // In units, which cannot overflow where nanoseconds would.
    int64_t units;
    if (timeout > 0) {
        units = timeout - system_time(clocks.real);
        if (units <= 0)
            return 0; // past already
    } else {
        if (timeout == INT64_MIN)
            return NTDBG_WAIT_FOREVER;
        units = -timeout;
    }
    int64_t ns;
    int64_t end;
    if (__builtin_mul_overflow(units, kUnit, &ns) ||
        __builtin_add_overflow(clocks.monotonic, ns, &end))
        return NTDBG_WAIT_FOREVER;
    return static_cast<uint64_t>(end);
}

} // namespace ntdbg::nt
