// SPDX-License-Identifier: MIT
// NT counts 100 ns from 1601, Linux seconds from 1970.
#include "internal.h"

namespace {

constexpr int64_t kPerSecond = 10000000;
constexpr int64_t k1970 = 11644473600 * kPerSecond;

} // namespace

extern "C" {

BOOLEAN NTAPI RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds) {
    int64_t since = Time->QuadPart - k1970;
    if (Time->QuadPart < k1970 || since / kPerSecond > UINT32_MAX)
        return FALSE;
    *ElapsedSeconds = static_cast<ULONG>(since / kPerSecond);
    return TRUE;
}

VOID NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time) {
    Time->QuadPart = k1970 + ElapsedSeconds * kPerSecond;
}

} // extern "C"
