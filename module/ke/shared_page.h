/* SPDX-License-Identifier: GPL-2.0 */
/* KUSER_SHARED_DATA. */
#ifndef _NTDBG_KE_SHARED_PAGE_H
#define _NTDBG_KE_SHARED_PAGE_H

struct ntdbg_nt_start;

int ke_shared_page_map(const struct ntdbg_nt_start *start);
void ke_shared_page_unmap(void);

#endif /* _NTDBG_KE_SHARED_PAGE_H */
