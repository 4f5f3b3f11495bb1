/* SPDX-License-Identifier: MIT */
/* The headers are C too: this file is here to be compiled as such. */
#include <ntdbg/ntdbg.h>
#include <ntdbg/nt/convert.h>
#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

int layout_test_c(void);

int layout_test_c(void) {
    struct ntdbg_open_opts opts = NTDBG_OPTS(struct ntdbg_open_opts);
    OBJECT_ATTRIBUTES attributes;

    InitializeObjectAttributes(&attributes, NULL, OBJ_INHERIT, NULL, NULL);
    return opts.size == sizeof(opts) && NT_SUCCESS(STATUS_PENDING) &&
           !NT_SUCCESS(STATUS_ACCESS_VIOLATION) && NT_SUCCESS(DBG_TERMINATE_PROCESS) &&
           attributes.Length == 0x30 && _Alignof(CONTEXT) == 16;
}
