/* SPDX-License-Identifier: GPL-2.0 */
/* What the services of dispatcher objects have in common. */
#ifndef _NTDBG_NT_SYNC_SYNC_H
#define _NTDBG_NT_SYNC_SYNC_H

#include "nt/service.h"
#include "ob/object.h"

u32 nt_sync_begin(u64 handle_out, u64 from, bool required, struct ob_attributes *attributes);
u32 nt_sync_insert(void *object, u32 access, struct ob_attributes *attributes, u64 handle_out);
u32 nt_sync_open(const struct ob_type *type, u64 handle_out, u32 access, u64 from);

u32 nt_query_begin(u32 class, u64 out, u32 length, u32 size, u64 returned);
u32 nt_query_end(u64 out, const void *information, u32 size, u64 returned);
u32 nt_probe_optional(u64 out, u32 size);

#endif /* _NTDBG_NT_SYNC_SYNC_H */
