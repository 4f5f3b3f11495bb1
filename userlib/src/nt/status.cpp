// SPDX-License-Identifier: MIT
#include "status.h"

#include <cerrno>
#include <cstdlib>

#include <ntdbg/nt/ntdll.h>

#include "dos_error.h"

namespace {

using ntdbg::nt::Wording;

constexpr Wording kErrnos[] = {
    {EBADF, STATUS_INVALID_HANDLE},
    {ENOTTY, STATUS_OBJECT_TYPE_MISMATCH},
    {EACCES, STATUS_ACCESS_DENIED},
    {EPERM, STATUS_ACCESS_DENIED},
    {EDEADLK, STATUS_ACCESS_DENIED}, // a process cannot debug itself
    {ESRCH, STATUS_INVALID_CID},
    {EBUSY, STATUS_PORT_ALREADY_SET},
    {ENOTCONN, STATUS_PORT_NOT_SET},
    {EOWNERDEAD, STATUS_PROCESS_IS_TERMINATING},
    {ESHUTDOWN, STATUS_DEBUGGER_INACTIVE},
    {ECANCELED, STATUS_DEBUGGER_INACTIVE},
    {ECHILD, DBG_NO_STATE_CHANGE},
    {EAGAIN, STATUS_TIMEOUT},
    {ETIMEDOUT, STATUS_TIMEOUT},
    {EINTR, STATUS_USER_APC},
    {EOVERFLOW, STATUS_SUSPEND_COUNT_EXCEEDED},
    {EFAULT, STATUS_ACCESS_VIOLATION},
    {EIO, STATUS_PARTIAL_COPY},
    {EINVAL, STATUS_INVALID_PARAMETER},
    {ENOMEM, STATUS_INSUFFICIENT_RESOURCES},
    {EMFILE, STATUS_INSUFFICIENT_RESOURCES},
    {ENFILE, STATUS_INSUFFICIENT_RESOURCES},
    {ENOSPC, STATUS_INSUFFICIENT_RESOURCES},
    {ENAMETOOLONG, STATUS_INFO_LENGTH_MISMATCH},
    {EOPNOTSUPP, STATUS_NOT_SUPPORTED},
    {E2BIG, STATUS_NOT_SUPPORTED},  // a library newer than the module
    {EPROTO, STATUS_NOT_SUPPORTED}, // a module of another ABI
    {ENOENT, STATUS_NO_SUCH_DEVICE},
    {ENODEV, STATUS_NO_SUCH_DEVICE},
    {ENXIO, STATUS_NO_SUCH_DEVICE},
};

} // namespace

extern "C" {

NTSTATUS ntdbg_nt_status_from_errno(int error) {
    int positive = abs(error);
    if (positive == 0)
        return STATUS_SUCCESS;
    for (const Wording &row : kErrnos) {
        if (row.error == positive)
            return row.status;
    }
    return STATUS_UNSUCCESSFUL;
}

ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status) {
    return ntdbg::nt::dos_error_of(Status);
}

} // extern "C"
