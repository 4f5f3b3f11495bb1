// SPDX-License-Identifier: MIT
// Times of NT (100 ns, from 1601) and of Linux (ns, of several clocks).
#ifndef NTDBG_SRC_NT_TIME_H
#define NTDBG_SRC_NT_TIME_H

#include <cstdint>
#include <ctime>

namespace ntdbg::nt {

// What the clocks say, in ns; an argument, so that tests have their own.
struct Clocks {
    int64_t real;
    int64_t monotonic;
    int64_t boot;

    static Clocks now();
};

// The system time of NT for ns since 1970.
int64_t system_time(int64_t real_ns);

// The deadline for NTDBG_IOC_WAIT of an NT timeout (negative: relative, positive: absolute,
// 0: do not wait).
uint64_t deadline(int64_t timeout, const Clocks &clocks);

} // namespace ntdbg::nt

#endif
