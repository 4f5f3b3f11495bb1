// SPDX-License-Identifier: MIT
// errno -> NTSTATUS: one table, and the few places where a call says it in other words.
#ifndef NTDBG_SRC_NT_STATUS_H
#define NTDBG_SRC_NT_STATUS_H

#include <initializer_list>

#include <ntdbg/nt/convert.h>
#include <ntdbg/nt/status.h>

namespace ntdbg::nt {

struct Wording {
    int error;
    NTSTATUS status;
};

// @ret: what a function of ntdbg/process.h returned; 0 and more is success.
inline NTSTATUS status_of(long ret, std::initializer_list<Wording> special = {}) {
    if (ret >= 0)
        return STATUS_SUCCESS;
    for (const Wording &wording : special) {
        if (wording.error == -ret)
            return wording.status;
    }
    return ntdbg_nt_status_from_errno(static_cast<int>(ret));
}

} // namespace ntdbg::nt

#endif
