// SPDX-License-Identifier: MIT
#include "last_error.h"

#include <cerrno>

#include <ntdbg/nt/convert.h>

namespace ntdbg::win32 {
namespace {

// Without the loader's help: __tls_get_addr() would be a second library to need.
thread_local DWORD last_error __attribute__((tls_model("initial-exec")));

} // namespace

BOOL fail(DWORD error) {
    last_error = error;
    return FALSE;
}

BOOL fail_errno(int error) {
    return fail(error_of_errno(error));
}

DWORD error_of(NTSTATUS status) {
    // Windows says ERROR_FILE_NOT_FOUND, which sounds as if the program were missing.
    return status == STATUS_NO_SUCH_DEVICE ? ERROR_DEV_NOT_EXIST : RtlNtStatusToDosError(status);
}

DWORD error_of_errno(int error) {
    // Where Win32 tells apart what NT's statuses do not.
    switch (error) {
    case ENOENT:
        return ERROR_FILE_NOT_FOUND;
    case ENOTDIR:
        return ERROR_PATH_NOT_FOUND;
    case ENAMETOOLONG:
    case E2BIG:
        return ERROR_FILENAME_EXCED_RANGE;
    case ENOEXEC:
        return ERROR_BAD_EXE_FORMAT;
    case ETXTBSY:
        return ERROR_SHARING_VIOLATION;
    case ELOOP:
        return ERROR_CANT_RESOLVE_FILENAME;
    case EMFILE:
    case ENFILE:
        return ERROR_TOO_MANY_OPEN_FILES;
    case EAGAIN:
        return ERROR_NO_PROC_SLOTS;
    default:
        return error_of(ntdbg_nt_status_from_errno(error));
    }
}

BOOL succeeded(NTSTATUS status) {
    return NT_SUCCESS(status) ? TRUE : fail(error_of(status));
}

} // namespace ntdbg::win32

using namespace ntdbg::win32;

DWORD GetLastError(void) {
    return last_error;
}

void SetLastError(DWORD error) {
    last_error = error;
}
