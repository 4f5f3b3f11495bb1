/* SPDX-License-Identifier: MIT */
/* The headers are C too: this file is here to be compiled as such. */
#include <ntdbg/ntdbg.h>

int layout_test_c(void);

int layout_test_c(void) {
    struct ntdbg_open_opts opts = NTDBG_OPTS(struct ntdbg_open_opts);
    return opts.size == sizeof(opts) && NT_SUCCESS(STATUS_PENDING) &&
           !NT_SUCCESS(STATUS_ACCESS_VIOLATION) && NT_SUCCESS(DBG_TERMINATE_PROCESS);
}
