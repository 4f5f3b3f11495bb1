/* SPDX-License-Identifier: MIT */
/*
 * The pure conversions under the NT face: Linux's facts to NT's structures and
 * back. They depend on nothing but their arguments.
 */
#ifndef NTDBG_NT_CONVERT_H
#define NTDBG_NT_CONVERT_H

#include <ntdbg/nt/context.h>
#include <ntdbg/nt/dbgui.h>
#include <ntdbg/ntdbg.h>
#include <ntdbg/object.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The DBGUI_WAIT_STATE_CHANGE of one raw record. Handles are made of the record's
 * descriptors. Errors of ntdbg_translate(); then it is DbgIdle.
 */
LIBNTDBG_API int ntdbg_nt_state_change(const void *record, size_t len,
                                       const struct ntdbg_translate_opts *opts,
                                       DBGUI_WAIT_STATE_CHANGE *change);

/*
 * CONTEXT and struct ntdbg_context. ntdbg_nt_context_flags() gives the parts that
 * ContextFlags names. The other two convert these parts and leave the rest of
 * their target untouched, ContextFlags too; ntdbg_nt_context_to() sets to->flags.
 * ntdbg_nt_context_report() gives the CONTEXT_*_ACTIVE and _REPORTING flags of a
 * thread, and needs regs.orig_rax.
 */
LIBNTDBG_API uint32_t ntdbg_nt_context_flags(uint32_t context_flags);
LIBNTDBG_API void ntdbg_nt_context_from(CONTEXT *to, uint32_t context_flags,
                                        const struct ntdbg_context *from);
LIBNTDBG_API uint32_t ntdbg_nt_context_report(const struct ntdbg_context *from);
LIBNTDBG_API void ntdbg_nt_context_to(struct ntdbg_context *to, const CONTEXT *from);

/* The one table from an errno (positive or negative) to an NTSTATUS; 0 is success. */
LIBNTDBG_API NTSTATUS ntdbg_nt_status_from_errno(int error);

/* PAGE_* of PROT_*; @copy: private pages of a file, whose first write makes a copy. */
LIBNTDBG_API uint32_t ntdbg_nt_page_from_prot(uint32_t prot, int copy);
/* PROT_* of PAGE_*, or -EINVAL for no protection of NT's, -EOPNOTSUPP for one not to be had. */
LIBNTDBG_API int ntdbg_nt_prot_from_page(uint32_t page);

/*
 * Bytes of Linux (UTF-8, mostly) and UTF-16, without a NUL at the end of either.
 * A byte that is no UTF-8 becomes 0xDC00 + byte, and back, so that every path
 * survives the round trip. They return how many units the whole needs and write
 * as many as fit.
 */
LIBNTDBG_API size_t ntdbg_nt_utf16_from_bytes(WCHAR *to, size_t size, const char *from, size_t len);
LIBNTDBG_API size_t ntdbg_nt_bytes_from_utf16(char *to, size_t size, const WCHAR *from, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* NTDBG_NT_CONVERT_H */
