// SPDX-License-Identifier: MIT
// The Win32 errors of the statuses that only system services give; libntdbg has the others.
#include "../../src/nt/dos_error.h"

#include "internal.h"

namespace {

constexpr ntdbg::nt::DosError kMore[] = {
    {STATUS_WAIT_1, 731},     {STATUS_WAIT_2, 732},    {STATUS_WAIT_3, 733},
    {STATUS_WAIT_63, 734},    {STATUS_ABANDONED, 128}, {STATUS_ABANDONED_WAIT_63, 736},
    {STATUS_KERNEL_APC, 738},
};

} // namespace

extern "C" {

ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status) {
    for (const ntdbg::nt::DosError &row : kMore) {
        if (row.status == Status)
            return row.error;
    }
    return ntdbg::nt::dos_error_of(Status);
}

} // extern "C"
